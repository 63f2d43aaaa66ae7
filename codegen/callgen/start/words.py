# SPDX-License-Identifier: Apache-2.0
"""What members and states are called as a rule. All of it is guessing: comments say so."""

from __future__ import annotations

import re

from callgen.names import snake

# Best first. A pattern is matched against a member's name in snake case.
TASK_ID = ("task_id job_id prediction_id generation_id run_id request_id story_id order_id "
           "payment_id transaction_id .*task_id .*job_id id uuid .*_id .*_uuid reference").split()
NO_TASK_ID = frozenset("user_id account_id owner_id customer_id client_id tenant_id team_id org_id "
                       "organization_id voice_id model_id session_id trace_id webhook_id "
                       "delivery_id event_id message_id notification_id".split())
DELIVERY_ID = "delivery_id webhook_id notification_id event_id message_id".split()
EVENT_ID = re.compile(r"(?:evt|event|msg|whk|dlv|ntf)[_-]", re.I)
CODE = "code status_code error_code result_code fail_code".split()
MESSAGE = ("msg message error_message fail_msg status_message error reason detail details "
           "description").split()
STAGE = ("callback_type stage status state event_type event type task_status job_status .*_status "
         ".*_state phase action kind result outcome .*kind").split()
STATE_LIKE = frozenset("status state stage phase event type kind mode level action format quality "
                       "severity object role method source environment plan tier".split())
# How long texts of such names may become, whatever was seen, by the last word of the name.
_LONG = {
    4096: "msg message error reason detail details description prompt text lyrics content comment "
          "output input log logs summary transcript traceback body html markdown json",
    2048: "url uri link href",
    1024: "path file tags filename",
    256: "title name label",
    128: "id uuid key token hash",
}
_STATUSES = {
    "failed": "fail failed failure failing error errored cancel cancelled canceled abort aborted "
              "expired rejected declined denied refused timeout crashed invalid bad dead",
    "completed": "complete completed completion success successful succeeded succeed done finish "
                 "finished ready ok delivered paid resolved generated uploaded",
    "pending": "pending queued queue waiting wait created submitted scheduled accepted received new "
               "init initial text",
    "processing": "processing process running run progress started start working generating "
                  "rendering first partial update updated active",
}
ORDER = ("pending", "processing", "failed", "completed")  # success outranks failure


def rank(name: str, patterns: list[str]) -> int | None:
    """How good a name is for a purpose: 0 is best, None is not at all."""
    spelled = snake(name)
    return next((at for at, each in enumerate(patterns) if re.fullmatch(each, spelled)), None)


def status_of(value: str) -> str | None:
    """The status that the words of a state tell; None when they tell none."""
    words = set(snake(value).split("_"))
    return next((status for status, known in _STATUSES.items() if words & set(known.split())), None)


def least_length(name: str) -> int:
    last = snake(name).split("_")[-1]
    return next((length for length, known in _LONG.items() if last in known.split()), 64)


def is_state_like(name: str) -> bool:
    return bool(STATE_LIKE & set(snake(name).split("_")[-1:]))


def pascal(name: str) -> str:
    """A name of a definition, from that of a member; "" when nothing is left."""
    return "".join(word.capitalize() for word in re.sub(r"[^a-z0-9]+", "_", snake(name)).split("_"))


def singular(name: str) -> str:
    """tracks -> Track; what is no plural becomes an item."""
    whole = pascal(name)
    if whole.endswith("ies") and len(whole) > 4:
        return whole[:-3] + "y"
    if whole.endswith("s") and not whole.endswith(("ss", "us", "is")) and len(whole) > 2:
        return whole[:-1]
    return whole + "Item"

# SPDX-License-Identifier: Apache-2.0
"""What each outcome means to a sender, in the order of callgate::outcome."""

from __future__ import annotations

from callgen.model import EVENT, OUTCOMES, QUARANTINE

MEANINGS = {
    "accepted": "verified, valid and stored",
    "duplicate": "the same delivery was stored before",
    "conflict": "the delivery id was seen before, with another body",
    "missing_signature": "no credential where one is wanted",
    "invalid_signature": "a credential that does not verify",
    "stale_timestamp": "signed too long ago",
    "bad_json": "the body is not JSON",
    "schema_error": "the body is not as the payload or its stage demands",
    "no_task_id": "nothing says which task it is about",
    "unknown_type": "a stage that is not known: the task does not move",
    "unknown_task": "a task that nobody registered",
    "processing_failed": "its records could not be derived",
    "passive": "stored by a receiver that is not the leader",
    "queue_full": "too much is waiting to be stored",
    "store_error": "the store cannot take it",
    "deadline": "the store did not finish in time",
    "rate_limited": "too many from this sender",
    "too_large": "the body is larger than the route takes",
    "unsupported_media": "a Content-Type that the route does not take",
}
_KEPT = {EVENT: "with its task", QUARANTINE: "in quarantine"}


def where_kept(outcome: str) -> str:
    return _KEPT.get(OUTCOMES[outcome], "no")

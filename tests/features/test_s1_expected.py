# SPDX-License-Identifier: Apache-2.0
"""When Suno's stages are expected, and what the history tells when they do not come."""

import datetime
import json

import pytest

from callbacks import SUNO, signed, track
from wall_clock import HOUR, MINUTE

SECOND = 1_000_000
EXPECTED = {"text": 30, "first": 120, "complete": 240}


def deliver(receiver, task, stage, tracks=None):
    body = {"code": 200, "msg": "m", "data": {"callbackType": stage, "task_id": task, "data": tracks}}
    raw = json.dumps(body).encode()
    assert receiver.post(SUNO, raw, signed(raw)).status_code == 200


def register(receiver, task, **more):
    body = {"provider": "suno", "task_id": task, **more}
    return receiver.session.post(receiver.base + "/api/tasks", json=body, timeout=20)


def micros(text) -> int:
    at = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return round((at - datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)) / datetime.timedelta(microseconds=1))


def told(receiver, task, start) -> dict:
    """By name: seconds from the start to when it was expected and when it was reached, is it overdue."""
    return {stage["name"]: ((micros(stage["expected_at"]) - start) / SECOND,
                            stage["reached_at"] and (micros(stage["reached_at"]) - start) / SECOND, stage["overdue"])
            for stage in receiver.entry(task)["stages"]}


@pytest.mark.feature("S1.2")
@pytest.mark.parametrize("store", ["sqlite", "memory"])
@pytest.mark.parametrize("begin", ["registration", "callback"])
def test_each_stage_is_expected_after_the_tasks_first_sign(serve_by_clock, store, begin):
    receiver, clock = serve_by_clock(store=store)
    start = clock.now
    if begin == "registration":
        assert register(receiver, "t").status_code == 201
        assert told(receiver, "t", start) == {name: (after, None, False) for name, after in EXPECTED.items()}
        clock.forward(25 * SECOND)
    deliver(receiver, "t", "text")
    at = (clock.now - start) / SECOND
    assert told(receiver, "t", start) == {"text": (30, at, False), "first": (120, None, False), "complete": (240, None, False)}
    clock.set(start + 100 * SECOND)
    deliver(receiver, "t", "first", [track("a")])
    clock.set(start + 230 * SECOND)
    deliver(receiver, "t", "complete", [track("a")])
    clock.forward(HOUR)
    assert told(receiver, "t", start) == {"text": (30, at, False), "first": (120, 100, False), "complete": (240, 230, False)}


@pytest.mark.feature("S1.2")
def test_what_does_not_come_is_overdue_until_it_comes_or_is_passed(serve_by_clock):
    receiver, clock = serve_by_clock()
    start = clock.now
    register(receiver, "t")

    def overdue():
        return [name for name, (_, _, late) in told(receiver, "t", start).items() if late]

    for after, names in ((30, []), (31, ["text"]), (121, ["text", "first"]), (241, ["text", "first", "complete"])):
        clock.set(start + after * SECOND)
        assert overdue() == names
    deliver(receiver, "t", "first", [track("a")])
    assert overdue() == ["complete"]
    assert told(receiver, "t", start)["first"] == (120, 241, False)


@pytest.mark.feature("S1.2")
def test_an_error_may_come_at_any_time_and_nothing_is_waited_for_then(serve_by_clock):
    receiver, clock = serve_by_clock()
    for number, before in enumerate(([], ["text"], ["text", "first"])):
        start = clock.now
        for stage in before:
            deliver(receiver, f"t{number}", stage, [track("a")])
        deliver(receiver, f"t{number}", "error")
        clock.forward(HOUR)
        assert receiver.entry(f"t{number}")["status"] == "failed"
        assert not any(late for _, _, late in told(receiver, f"t{number}", start).values())


@pytest.mark.feature("S1.2")
@pytest.mark.parametrize("store", ["sqlite", "memory"])
def test_a_later_attempt_begins_anew(serve_by_clock, store):
    receiver, clock = serve_by_clock(store=store)
    register(receiver, "t")
    deliver(receiver, "t", "error")
    clock.forward(HOUR)
    again = clock.now
    assert register(receiver, "t", attempt=2).status_code == 200
    assert told(receiver, "t", again)["text"] == (30, None, False)
    clock.forward(MINUTE)
    deliver(receiver, "t", "text")
    assert told(receiver, "t", again)["text"] == (90, 60, False)

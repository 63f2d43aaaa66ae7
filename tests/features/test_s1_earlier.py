# SPDX-License-Identifier: Apache-2.0
"""The variants of a task are at hand for 30 minutes, for a repetition that brings no music."""

import json

import pytest

from callbacks import SUNO, signed, track
from wall_clock import MINUTE

SECOND = 1_000_000
STORES = pytest.mark.parametrize("store", ["sqlite", "memory"])


def deliver(receiver, task, stage, tracks=None, msg="m", **fields) -> dict:
    body = json.dumps({"code": 200, "msg": msg, "data": {"callbackType": stage, "task_id": task, "data": tracks}})
    answer = receiver.post(SUNO, body.encode(), signed(body.encode(), **fields))
    assert answer.status_code == 200
    return answer.json()


def refused(answer) -> bool:
    return answer == {"ok": True, "error": "schema_error"}


@pytest.mark.feature("S1.36")
@STORES
def test_a_complete_without_music_ends_a_task_whose_music_came_at_most_30_minutes_before(serve_by_clock, store):
    receiver, clock = serve_by_clock(store=store)
    born = clock.now
    for task in ("in-time", "too-late"):
        deliver(receiver, task, "first", [track("a")])
    clock.set(born + 29 * MINUTE + 59 * SECOND)
    assert deliver(receiver, "in-time", "complete") == {"ok": True, "stage": "complete"}
    clock.set(born + 30 * MINUTE + 1 * SECOND)
    assert refused(deliver(receiver, "too-late", "complete"))

    ended = receiver.entry("in-time")
    assert (ended["status"], ended["callback_progress"], len(ended["timeline"])) == ("completed", "complete", 2)
    versions = ended["records"]["track_versions"]
    assert [(row["suno_id"], row["audio_url"]) for row in versions] == [("a", track("a")["stream_audio_url"])]
    assert ended["records"]["track"]["title"] == "Iron Man"
    assert ended["records"]["track"]["metadata"].get("total_variants") is None  # it brought none
    assert not receiver.logged(task_id="in-time", stage="complete")[0].get("reason")

    waiting = receiver.entry("too-late")
    assert (waiting["status"], waiting["callback_progress"], waiting["callbacks"]) == ("processing", "first", 1)
    line = receiver.logged(task_id="too-late", outcome="schema_error")[0]
    assert line["reason"] == "/data/data: required in stage complete"


@pytest.mark.feature("S1.36")
@STORES
def test_the_music_of_a_complete_serves_a_late_first_and_none_lends_what_it_borrowed(serve_by_clock, store):
    receiver, clock = serve_by_clock(store=store)
    deliver(receiver, "late", "complete", [track("a"), track("b")])
    clock.forward(20 * MINUTE)
    assert deliver(receiver, "late", "first", []) == {"ok": True, "stage": "first"}
    assert receiver.entry("late")["status"] == "completed"
    clock.forward(20 * MINUTE)
    assert refused(deliver(receiver, "late", "first", [], msg="again"))
    assert deliver(receiver, "late", "first", [])["cached"]  # what was stored stays a repetition


@pytest.mark.feature("S1.36")
def test_music_is_at_hand_also_after_a_restart_and_not_for_a_new_attempt(serve_by_clock):
    receiver, _ = serve_by_clock()
    deliver(receiver, "again", "first", [track("a")])
    receiver.stop()
    receiver.start()
    assert deliver(receiver, "again", "complete") == {"ok": True, "stage": "complete"}
    attempt = {"provider": "suno", "task_id": "again", "attempt": 2}
    assert receiver.session.post(receiver.base + "/api/tasks", json=attempt, timeout=20).status_code in (200, 201)
    assert refused(deliver(receiver, "again", "complete"))
    assert receiver.entry("again")["status"] == "pending"


@pytest.mark.feature("S1.36")
@STORES
def test_a_refused_one_claims_nothing_and_counts_when_it_comes_after_its_music(serve, store):
    receiver = serve(store=store)
    for fields in ({}, {"x_delivery_id": "d1"}):
        task = f"order-{len(fields)}"
        assert refused(deliver(receiver, task, "complete", **fields))
        kept = receiver.entry(task)  # as no task has the name yet
        assert (kept["kind"], kept["outcome"]) == ("quarantine", "schema_error")
        deliver(receiver, task, "first", [track("a")])
        assert deliver(receiver, task, "complete", **fields) == {"ok": True, "stage": "complete"}
        assert deliver(receiver, task, "complete", **fields)["cached"]

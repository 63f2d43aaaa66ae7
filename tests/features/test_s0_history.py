# SPDX-License-Identifier: Apache-2.0
"""History: durable, one entry per task, looked up by either name, removed when it is old."""

import json

import pytest

from callbacks import KIE, KIE_FIELDS, SUNO, TTS, kie, signed, suno
from history_text import iso
from receiver import until
from wall_clock import DAY, MINUTE


def deliver(receiver, task, stage, message="ok"):
    answer = receiver.post(KIE, kie(task, stage, message), KIE_FIELDS)
    assert answer.status_code == 200
    return answer


@pytest.mark.feature("S0.9")
@pytest.mark.parametrize("ends", ["is stopped", "is killed"])
def test_history_is_as_it_was_after_the_program_ends_and_comes_back(serve, ends):
    receiver = serve()
    for stage in ("text", "first", "complete"):
        deliver(receiver, "kept-1", stage)
    receiver.post(KIE, b"kept, no JSON", KIE_FIELDS)
    before = receiver.history(), receiver.entry("kept-1"), receiver.entry(receiver.history()[0]["id"])
    assert len(before[0]) == 2
    if ends == "is stopped":
        assert receiver.stop() == 0
    else:
        receiver.kill()
    receiver.start()
    after = receiver.history(), receiver.entry("kept-1"), receiver.entry(receiver.history()[0]["id"])
    assert after == before


@pytest.mark.feature("S0.10")
def test_the_first_callback_adds_an_entry_and_later_ones_update_it(receiver):
    deliver(receiver, "updated-1", "text")
    added = receiver.entry("updated-1")
    assert (added["callbacks"], added["callback_progress"], added["status"]) == (1, "text", "processing")
    deliver(receiver, "updated-1", "complete", "all done")
    updated = receiver.entry("updated-1")
    assert (updated["id"], updated["timestamp"]) == (added["id"], added["timestamp"])
    assert (updated["callbacks"], updated["callback_progress"], updated["status"]) == (2, "complete", "completed")
    assert (updated["status_message"], updated["raw_data"]["msg"]) == ("all done", "all done")
    deliver(receiver, "updated-2", "text")
    assert receiver.entry("updated-2")["id"] != added["id"]


def post_suno(receiver, task):
    body = suno(task, "complete")
    assert receiver.post(SUNO, body, signed(body)).status_code == 200


def fill(receiver, clock):
    """Returns the moment at which what is old came."""
    born = clock.now
    deliver(receiver, "old", "complete")
    deliver(receiver, "moved later", "first")
    receiver.post(KIE, b"old, no JSON", KIE_FIELDS)
    receiver.post(TTS, {"story_id": "another provider", "error": "e"})
    post_suno(receiver, "old suno")
    clock.forward(1)
    post_suno(receiver, "a microsecond younger suno")
    deliver(receiver, "a microsecond younger", "complete")
    deliver(receiver, "moved later", "complete")
    receiver.post(KIE, b"younger, no JSON", KIE_FIELDS)
    return born


def names(receiver):
    """Task ids, and the text of what has none."""
    found = receiver.history(limit=500)
    return sorted(e["task_id"] or receiver.entry(e["id"])["raw_text"] for e in found)


@pytest.mark.feature("S0.11")
def test_what_had_no_callback_for_15_days_is_removed_and_nothing_else(serve_by_clock):
    """To the microsecond; both stores at once, because the first sweep comes ten seconds after the start."""
    both = [serve_by_clock(store=store) for store in ("sqlite", "memory")]
    for receiver, clock in both:
        born = fill(receiver, clock)
        assert len(names(receiver)) == 8
        clock.set(born + 15 * DAY + 1)
    for receiver, _ in both:
        assert until(lambda at=receiver: at.get("/api/history/old").status_code == 404, 20), "nothing was removed"
        assert until(lambda at=receiver: not {"old, no JSON", "old suno"} & set(names(at)))
        assert names(receiver) == ["a microsecond younger", "a microsecond younger suno", "another provider",
                                   "moved later", "younger, no JSON"]


@pytest.mark.feature("S0.13")
def test_one_entry_is_found_by_its_id_and_by_its_task_id(receiver):
    deliver(receiver, "named-1", "first")
    by_task = receiver.entry("named-1")
    assert by_task["id"] != "named-1"
    assert receiver.entry(by_task["id"]) == by_task
    assert by_task["task_id"] == "named-1" and by_task["raw_data"]["data"]["task_id"] == "named-1"
    assert receiver.get("/api/history/named-2").status_code == 404


@pytest.mark.feature("S0.19")
def test_the_raw_payload_stands_in_the_entry_byte_for_byte(receiver):
    body = ('{ "code":200 , "msg":"\\u0444 \u0444", "unknown":[1.50e1,{"deep":null}],\n "data":'
            '{"callbackType":"text","task_id":"verbatim-1","data":null}}').encode()
    receiver.post(KIE, body, KIE_FIELDS)
    answer = receiver.get("/api/history/verbatim-1")
    assert b'"raw_data":' + body in answer.content
    assert answer.json()["raw_data"] == json.loads(body)


@pytest.mark.feature("S0.21")
def test_progress_is_the_furthest_stage_and_times_are_of_the_first_and_the_last_callback(serve_by_clock):
    receiver, clock = serve_by_clock()
    born, seen = clock.now, []
    for stage in ("text", "complete", "first"):
        deliver(receiver, "timed-1", stage)
        entry = receiver.entry("timed-1")
        assert entry["timestamp"] == iso(born)
        seen.append((entry["callback_progress"], entry["last_callback_type"], entry["last_callback_time"]))
        clock.forward(MINUTE)
    assert seen == [("text", "text", iso(born)), ("complete", "complete", iso(born + MINUTE)),
                    ("complete", "first", iso(born + 2 * MINUTE))]
    assert [item["timestamp"] for item in receiver.entry("timed-1")["timeline"]] == [
        iso(born), iso(born + MINUTE), iso(born + 2 * MINUTE)]


@pytest.mark.feature("S0.21")
def test_a_duplicate_changes_no_time_of_the_entry(serve_by_clock):
    receiver, clock = serve_by_clock()
    deliver(receiver, "timed-2", "first")
    before = receiver.entry("timed-2")
    clock.forward(MINUTE)
    assert deliver(receiver, "timed-2", "first").json()["cached"] is True
    assert receiver.entry("timed-2") == before

# SPDX-License-Identifier: Apache-2.0
"""The list's pages, and what an administrator removes from the history."""

import sqlite3

import pytest

from callbacks import KIE, KIE_FIELDS, SUNO, TTS, kie, signed, suno
from wall_clock import DAY


def fill(receiver, count):
    """Stories and, every fifth time, a body that is no JSON."""
    for number in range(count):
        receiver.post(TTS, {"story_id": f"story-{number}", "error": "e"} if number % 5 else b"bad json")


def pages(receiver, limit):
    """The ids on each page, from the first to the last."""
    found, query = [], {"limit": limit}
    while len(found) < 100:
        answer = receiver.get("/api/history", params=query).json()
        found.append([entry["id"] for entry in answer["history"]])
        if answer["next_cursor"] is None:
            return found
        query = {"limit": limit, "cursor": answer["next_cursor"]}
    raise AssertionError("the pages have no end")


@pytest.mark.feature("S0.12")
@pytest.mark.parametrize("store", ["sqlite", "memory"])
def test_the_pages_are_the_whole_list_newest_first_and_nothing_twice(serve, store):
    receiver = serve(store=store)
    fill(receiver, 23)
    whole = receiver.history(limit=500)
    times = [entry["last_callback_time"] for entry in whole]
    assert len(whole) == 23 and times == sorted(times, reverse=True)
    for limit in (1, 7, 22, 23, 24):
        each = pages(receiver, limit)
        assert sum(each, []) == [entry["id"] for entry in whole]
        assert max(map(len, each)) <= limit


@pytest.mark.feature("S0.12")
def test_a_page_goes_on_where_the_last_one_ended_although_entries_come_meanwhile(serve):
    receiver = serve()
    fill(receiver, 6)
    whole = [entry["id"] for entry in receiver.history()]
    first = receiver.get("/api/history", params={"limit": 3}).json()
    receiver.post(KIE, kie("came-meanwhile", "first"), KIE_FIELDS)
    second = receiver.get("/api/history", params={"limit": 3, "cursor": first["next_cursor"]}).json()
    assert [entry["id"] for entry in first["history"] + second["history"]] == whole


@pytest.mark.feature("S0.22", "S0.43")
def test_clear_takes_an_empty_object_as_clients_send_it(serve):
    receiver = serve()
    fill(receiver, 3)
    answer = receiver.post("/api/history/clear", {})
    assert (answer.status_code, answer.json()) == (200, {"removed": 3, "complete": True})


@pytest.mark.feature("S0.22")
@pytest.mark.parametrize("store", ["sqlite", "memory"])
def test_clear_removes_the_whole_history_and_it_goes_on_empty(serve, store):
    receiver = serve(store=store)
    fill(receiver, 11)
    assert receiver.get("/api/history/clear").status_code in (404, 405) and len(receiver.history()) == 11
    answer = receiver.session.post(receiver.base + "/api/history/clear", timeout=20)
    assert (answer.status_code, answer.json()) == (200, {"removed": 11, "complete": True})
    assert receiver.history() == [] and receiver.get("/api/history/story-1").status_code == 404
    receiver.post(KIE, kie("after-clear", "first"), KIE_FIELDS)
    assert [entry["task_id"] for entry in receiver.history()] == ["after-clear"]


@pytest.mark.feature("S0.23")
def test_cleanup_removes_what_is_older_than_15_days_or_as_many_as_it_is_given(serve):
    """The entries are made older while the program is down; its own sweep would keep them for 30 days."""
    receiver = serve("aged")
    for days in (3, 14, 16, 20):
        receiver.post(TTS, {"story_id": f"{days} days", "error": "e"})
    receiver.stop()
    with sqlite3.connect(receiver.data / "callgate.db") as database:
        for days in (3, 14, 16, 20):
            database.execute("UPDATE tasks SET last_received_at = last_received_at - ? WHERE task_id = ?",
                             (days * DAY, f"{days} days"))
    database.close()
    again = serve("aged")

    def left(**asked):
        answer = again.session.post(again.base + "/api/history/cleanup", timeout=20, **asked)
        assert answer.status_code == 200, answer.text
        return [entry["task_id"] for entry in again.history()]

    assert left(json={"days": 18}) == ["3 days", "14 days", "16 days"]
    assert left() == ["3 days", "14 days"]
    assert left(params={"days": 5}) == ["3 days"]


@pytest.mark.feature("S0.23")
@pytest.mark.parametrize("store", ["sqlite", "memory"])
@pytest.mark.parametrize("asked, days", [({}, 15), ({"params": {"days": 5}}, 5), ({"json": {"days": 16}}, 16)], ids=str)
def test_cleanup_is_exact_to_the_microsecond(serve_by_clock, store, asked, days):
    """What is exactly as old as the days stays. A story and a Suno task; neither is old enough for the server's own sweep."""
    receiver, clock = serve_by_clock(store=store)
    born = clock.now
    for name in ("a microsecond older", "exactly", "a microsecond younger"):
        receiver.post(TTS, {"story_id": name, "error": "e"})
        clock.forward(1)
    body = suno("suno, younger", "first")
    receiver.post(SUNO, body, signed(body))
    clock.set(born + days * DAY + 1)
    answer = receiver.session.post(receiver.base + "/api/history/cleanup", timeout=20, **asked)
    assert answer.json()["removed"] >= 1 and answer.json()["complete"] is True
    stories = [entry["task_id"] for entry in receiver.history(provider="tts_error")]
    assert stories == ["a microsecond younger", "exactly"]
    assert [entry["task_id"] for entry in receiver.history(provider="suno")] == ["suno, younger"]


@pytest.mark.feature("S0.23")
@pytest.mark.parametrize("days", ["-1", "many", "", "1.5"])
def test_cleanup_refuses_days_that_are_no_number_and_removes_nothing(serve, days):
    receiver = serve()
    fill(receiver, 3)
    answer = receiver.session.post(receiver.base + "/api/history/cleanup", params={"days": days}, timeout=20)
    assert answer.status_code == 400 and answer.json()["message"]
    assert len(receiver.history()) == 3

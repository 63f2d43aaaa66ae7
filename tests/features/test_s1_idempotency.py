# SPDX-License-Identifier: Apache-2.0
"""A callback that comes again is known again, for an hour, and has no effect."""

import sqlite3

import pytest

from callbacks import JSON_TYPE, SUNO, signed, suno
from history_text import iso
from raw_http import Connection, request
from receiver import until
from wall_clock import HOUR, MINUTE

SECOND = 1_000_000
CACHED = b'{"ok":true,"cached":true}'


def deliver(receiver, task, stage="first", **fields):
    body = suno(task, stage)
    answer = receiver.post(SUNO, body, signed(body, **fields))
    assert answer.status_code == 200
    return answer


def is_cached(answer) -> bool:
    return answer.content == CACHED


def events(receiver, task) -> int:
    return len(receiver.entry(task)["timeline"])


@pytest.mark.feature("S1.30")
def test_x_delivery_id_counts_before_x_webhook_id_and_both_before_the_payload(receiver):
    assert not is_cached(deliver(receiver, "key-1", x_delivery_id="d1", x_webhook_id="w1"))
    assert is_cached(deliver(receiver, "key-1", x_delivery_id="d1", x_webhook_id="w2"))  # the first one decides
    assert not is_cached(deliver(receiver, "key-1", x_delivery_id="d2", x_webhook_id="w1"))
    assert not is_cached(deliver(receiver, "key-1", x_webhook_id="w1"))  # never seen as its own
    assert is_cached(deliver(receiver, "key-1", x_webhook_id="w1"))
    assert not is_cached(deliver(receiver, "key-1"))  # by task and type
    assert is_cached(deliver(receiver, "key-1"))
    assert events(receiver, "key-1") == 4


@pytest.mark.feature("S1.30")
def test_without_ids_the_key_is_task_and_type(receiver):
    assert not is_cached(deliver(receiver, "key-2", "text"))
    assert not is_cached(deliver(receiver, "key-2", "first"))
    assert not is_cached(deliver(receiver, "key-3", "first"))
    assert is_cached(deliver(receiver, "key-2", "text"))


@pytest.mark.feature("S1.30")
def test_an_empty_id_is_no_id(receiver):
    assert not is_cached(deliver(receiver, "key-4", x_delivery_id="", x_webhook_id="w4"))
    assert is_cached(deliver(receiver, "key-4", x_delivery_id="", x_webhook_id="w4"))
    assert not is_cached(deliver(receiver, "key-5", x_delivery_id=""))


@pytest.mark.feature("S1.31")
@pytest.mark.parametrize("store", ["sqlite", "memory"])
@pytest.mark.parametrize("fields", [{}, {"x_delivery_id": "d"}], ids=["derived key", "delivery id"])
def test_a_repetition_is_a_duplicate_at_59_59_and_an_event_at_60_01(serve_by_clock, store, fields):
    receiver, clock = serve_by_clock(store=store)
    born = clock.now
    assert not is_cached(deliver(receiver, "ttl-1", **fields))
    clock.set(born + 59 * MINUTE + 59 * SECOND)
    assert is_cached(deliver(receiver, "ttl-1", **fields))
    assert events(receiver, "ttl-1") == 1
    clock.set(born + 60 * MINUTE + 1 * SECOND)  # the duplicate has not prolonged it
    assert not is_cached(deliver(receiver, "ttl-1", **fields))
    assert events(receiver, "ttl-1") == 2
    clock.forward(HOUR - SECOND)  # the new event counts an hour of its own
    assert is_cached(deliver(receiver, "ttl-1", **fields))


@pytest.mark.feature("S1.31")
def test_a_key_that_has_expired_is_a_new_event_also_after_a_restart(serve_by_clock):
    receiver, clock = serve_by_clock()
    deliver(receiver, "ttl-2")
    receiver.stop()
    receiver.start()
    clock.forward(HOUR - SECOND)
    assert is_cached(deliver(receiver, "ttl-2"))
    clock.forward(2 * SECOND)
    assert not is_cached(deliver(receiver, "ttl-2"))


@pytest.mark.feature("S1.32")
def test_a_duplicate_is_answered_cached_is_logged_as_information_and_has_no_effect(receiver):
    deliver(receiver, "twice-1")
    before, everything = receiver.entry("twice-1"), receiver.history(limit=500)
    answer = deliver(receiver, "twice-1")
    assert (answer.status_code, answer.content) == (200, CACHED)
    assert (receiver.entry("twice-1"), receiver.history(limit=500)) == (before, everything)
    line = receiver.logged(task_id="twice-1", outcome="duplicate")[0]
    assert (line["level"], line["sequence"]) == ("info", before["sequence"])


@pytest.mark.feature("S1.32")
def test_a_duplicate_reaches_no_handler(serve_handlers, tmp_path):
    receiver = serve_handlers(str(tmp_path / "effects"))
    for task in ("once-1", "once-1", "once-1", "last-1"):
        receiver.post(SUNO, suno(task, "first"))
    assert until(lambda: "last-1" in (tmp_path / "effects").read_text())
    assert (tmp_path / "effects").read_text().split() == ["once-1", "last-1"]


@pytest.mark.feature("S1.33")
def test_the_database_has_the_key_its_end_the_moment_and_the_payload(serve_by_clock):
    receiver, clock = serve_by_clock()
    deliver(receiver, "table-1", x_delivery_id="d1")
    deliver(receiver, "table-1", x_delivery_id="d1")
    receiver.stop()
    with sqlite3.connect(receiver.data / "callgate.db") as database:
        rows = database.execute("SELECT length(d.key), d.expires_at, e.received_at, e.raw"
                                " FROM deliveries d JOIN events e USING (sequence)").fetchall()
    assert rows == [(16, clock.now + HOUR, clock.now, suno("table-1", "first"))]


@pytest.mark.feature("S1.33")
@pytest.mark.parametrize("store", ["sqlite", "memory"])
@pytest.mark.parametrize("fields", [{"x_delivery_id": "d1"}, {}], ids=["delivery id", "derived key"])
def test_of_64_posts_of_one_delivery_at_once_one_is_taken_and_63_are_duplicates(serve, store, fields):
    """Checking and marking are one step: nobody comes between them."""
    receiver, count = serve(store=store, threads=4), 64
    body = suno("at-once", "first")
    data = request("POST", SUNO, body, {**signed(body, **fields), **JSON_TYPE})
    waiting = [Connection(receiver.port) for _ in range(count)]
    for connection in waiting:
        connection.send(data)
    answers = [connection.answer() for connection in waiting]
    for connection in waiting:
        connection.socket.close()
    assert sorted((answer.status, answer.body) for answer in answers) == (
        [(200, CACHED)] * (count - 1) + [(200, b'{"ok":true,"stage":"first"}')])
    entry = receiver.entry("at-once")
    assert (entry["callbacks"], [item["outcome"] for item in entry["timeline"]]) == (1, ["accepted"])
    outcomes = [line["outcome"] for line in receiver.logged(count, task_id="at-once")]
    assert sorted(outcomes) == ["accepted"] + ["duplicate"] * (count - 1)


@pytest.mark.feature("S1.34")
def test_a_callback_whose_receiver_dies_before_the_answer_is_taken_when_it_comes_again(serve_on_slow_disk):
    """Marked and stored are one: never marked without being stored."""
    receiver, delay = serve_on_slow_disk()
    delay.set(60_000, 60_000)
    body = suno("crash-1", "first")
    with Connection(receiver.port) as connection:
        before = delay.delayed()
        connection.send(request("POST", SUNO, body, {**signed(body), **JSON_TYPE}))
        assert until(lambda: delay.delayed() > before)
        receiver.kill()
        assert connection.answer() is None
    delay.set(0, 0)
    receiver.start()
    deliver(receiver, "crash-1")
    assert events(receiver, "crash-1") == 1
    assert is_cached(deliver(receiver, "crash-1"))


@pytest.mark.feature("S1.34")
def test_what_a_dying_receiver_has_not_processed_is_processed_after_the_restart(serve_handlers, tmp_path):
    """At least once: here its handler fails until the program is killed."""
    receiver = serve_handlers("/dev/full")
    assert receiver.post(SUNO, suno("crash-2", "first")).json()["ok"] is True
    receiver.kill()
    effects = tmp_path / "effects"
    again = serve_handlers(str(effects))
    assert until(lambda: effects.read_text() == "crash-2\n")
    assert is_cached(again.post(SUNO, suno("crash-2", "first")))


@pytest.mark.feature("S1.35")
def test_the_log_tells_which_callbacks_came_more_than_once_in_the_last_hour(serve_by_clock):
    """Each duplicate's line has the time and the sequence of the event that it repeats: of 61 and 59 minutes ago."""
    receiver, clock = serve_by_clock()
    now = clock.now + 61 * MINUTE
    deliver(receiver, "often-1")
    deliver(receiver, "often-1")
    assert receiver.logged(task_id="often-1", outcome="duplicate")
    clock.set(now - 59 * MINUTE)
    for task in ("often-2", "often-2", "often-2", "often-3"):
        deliver(receiver, task)
    assert receiver.logged(task_id="often-3")
    clock.set(now)
    repeated = [line for line in receiver.log() if line.get("outcome") == "duplicate"]
    assert [line["time"] for line in repeated] == [iso(now - 61 * MINUTE)] + [iso(now - 59 * MINUTE)] * 2
    recent = [line["sequence"] for line in repeated if line["time"] >= iso(now - HOUR)]
    assert recent == [receiver.entry("often-2")["sequence"]] * 2

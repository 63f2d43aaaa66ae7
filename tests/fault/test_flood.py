# SPDX-License-Identifier: Apache-2.0
"""Floods of callbacks, forged ones and signed ones: tasks, other providers and the disk do not feel them."""

import os
import sqlite3
import threading
import time
from pathlib import Path

import pytest

from callbacks import JOB, JOB_FIELDS, JSON_TYPE, KIE, KIE_FIELDS, SUNO, job, kie, register, signed, suno
from raw_http import Connection, request
from receiver import Receiver

FULL = os.environ.get("CALLGATE_FULL_TESTS") == "1"
MANY = 100_000 if FULL else 12_000
CONNECTIONS = 4
PIPELINED = 16
MAX_SECONDS = 600

MAX_ROWS = 10_000  # of the quarantine of one mount. Source: limits.hpp
MAX_BYTES = 64 << 20
MAX_EVENTS = 10_000  # of one task
MAX_EVENT_BYTES = 64 << 20
MAX_CONFLICTS = 16  # of one delivery id
# Rows of 15,000 bytes fill a page of 16 KiB each; the write-ahead log is copied from 64 MiB on, and may grow by as
# much again while it is.
MAX_FOLDER_BYTES = MAX_BYTES * 5 // 4 + (128 << 20)

FORGED = {**JSON_TYPE, "X-Suno-Signature": "sha256=" + "0" * 64}
REFUSED = (401, b'{"ok":false,"error":"invalid_signature"}')
TAKEN = (200, b'{"ok":true,"stage":"text"}')


def folder_bytes(folder: Path) -> int:
    """What is on the disk. A file may go while we look."""
    sizes = []
    for path in folder.iterdir():
        try:
            sizes.append(path.stat().st_size)
        except FileNotFoundError:
            pass
    return sum(sizes)


def forged(number: int, size: int) -> bytes:
    """Valid but for its signature; it names the task that must stay as it is."""
    body = suno("kept-suno", "complete", f"forged {number}")
    return request("POST", SUNO, body + b" " * (size - len(body)), FORGED)


def of_one_task(number: int, size: int) -> bytes:
    """Signed, valid, and ever another body."""
    body = suno("flooded", "text", f"signed {number}")
    body += b" " * (size - len(body))
    return request("POST", SUNO, body, {**JSON_TYPE, **signed(body)})


class Flood(threading.Thread):
    """One connection's share: make(number, size) for each number. Counts the answers that are not as expected."""

    def __init__(self, port: int, numbers: range, size: int, make, expected: tuple[int, bytes]):
        super().__init__(daemon=True)
        self.port = port
        self.numbers = numbers
        self.size = size
        self.make = make
        self.expected = expected
        self.odd: list = []

    def run(self) -> None:
        with Connection(self.port, 60) as connection:
            for first in range(0, len(self.numbers), PIPELINED):
                together = self.numbers[first:first + PIPELINED]
                for number in together:
                    connection.send(self.make(number, self.size))
                for _ in together:
                    answer = connection.answer()
                    if answer is None or (answer.status, answer.body) != self.expected:
                        self.odd.append(answer)


class Beside:
    """What goes on meanwhile: callbacks of others, and a look at the disk."""

    def __init__(self, receiver: Receiver):
        self.receiver = receiver
        self.taken = 0
        self.slowest = 0.0
        self.most_bytes = 0

    def once(self) -> None:
        began = time.monotonic()
        answer = self.receiver.post(KIE, kie(f"beside-{self.taken}", "text"), KIE_FIELDS)
        self.slowest = max(self.slowest, time.monotonic() - began)
        assert answer.status_code == 200 and answer.json()["callback_type"] == "text"
        self.taken += 1
        self.most_bytes = max(self.most_bytes, folder_bytes(self.receiver.data))


def deliver_what_must_stay(receiver: Receiver) -> dict:
    """Returns the entries, by name."""
    body = suno("kept-suno", "first")
    assert receiver.post(SUNO, body, signed(body)).json() == {"ok": True, "stage": "first"}
    register(receiver, "job_worker", "kept-job")
    assert receiver.post(JOB, job("kept-job"), JOB_FIELDS).status_code == 200
    assert receiver.post(KIE, b"kept, no JSON", KIE_FIELDS).status_code == 200
    quarantined = receiver.history(provider="kie")[0]["id"]
    return {name: receiver.entry(name) for name in ("kept-suno", "kept-job", quarantined)}


def flood(receiver: Receiver, count: int, size: int, make=forged, expected=REFUSED) -> Beside:
    floods = [Flood(receiver.port, range(n, count, CONNECTIONS), size, make, expected) for n in range(CONNECTIONS)]
    beside, began = Beside(receiver), time.monotonic()
    for each in floods:
        each.start()
    while any(each.is_alive() for each in floods):
        assert time.monotonic() - began < MAX_SECONDS, "the flood takes too long"
        beside.once()
        time.sleep(0.02)
    assert not [odd for each in floods for odd in each.odd], "not every callback was answered as it should"
    return beside


@pytest.fixture
def receiver(tmp_path):
    made = Receiver(tmp_path / "flooded").start()
    yield made
    made.kill()


def held_after_the_end(receiver: Receiver) -> tuple[int, int, int, int]:
    """Rows, bytes and lost rows of the flooded quarantine, and tasks of its mount."""
    assert receiver.stop() == 0
    with sqlite3.connect(receiver.data / "callgate.db") as database:
        rows, size = database.execute(
            "SELECT count(*), sum(length(raw)) FROM quarantine WHERE mount = 'suno'").fetchone()
        evicted, = database.execute("SELECT value FROM counters WHERE name = 'evicted'").fetchone()
        tasks, = database.execute("SELECT count(*) FROM tasks WHERE mount = 'suno'").fetchone()
    return rows, size, evicted, tasks


@pytest.mark.parametrize("count, size", [(MANY, 300), (10_000, 15_000)], ids=["many", "large"])
def test_a_flood_of_forged_callbacks_is_bounded_and_touches_nothing_else(receiver, count, size):
    kept = deliver_what_must_stay(receiver)
    beside = flood(receiver, count, size)
    assert {name: receiver.entry(name) for name in kept} == kept
    newest = receiver.history(provider="suno", limit=1)[0]
    assert newest["outcome"] == "invalid_signature"

    assert beside.taken > 10 and beside.slowest < 5, f"{beside.taken} callbacks, {beside.slowest:.1f} s"
    assert all(receiver.entry(f"beside-{n}")["callbacks"] == 1 for n in range(beside.taken))
    assert beside.most_bytes < MAX_FOLDER_BYTES, f"{beside.most_bytes >> 20} MiB on disk"

    rows, held, evicted, tasks = held_after_the_end(receiver)
    assert rows <= MAX_ROWS and held <= MAX_BYTES
    assert rows == min(MAX_ROWS, MAX_BYTES // size), "less is kept than there is room for"
    assert rows + evicted == count and tasks == 1
    assert folder_bytes(receiver.data) < MAX_FOLDER_BYTES


@pytest.mark.parametrize("count, size", [(MANY, 300), (450, 200_000)], ids=["many", "large"])
def test_a_flood_of_one_task_is_bounded_and_neither_others_nor_its_own_end_feel_it(receiver, count, size):
    """Verified and valid, ever another body: events up to a bound, the rest where there are quotas."""
    kept = deliver_what_must_stay(receiver)
    flood(receiver, count, size, of_one_task, TAKEN)
    end = suno("flooded", "complete")
    assert receiver.post(SUNO, end, signed(end)).json() == {"ok": True, "stage": "complete"}

    assert {name: receiver.entry(name) for name in kept} == kept
    events = min(MAX_EVENTS, -(-MAX_EVENT_BYTES // size))
    entry = receiver.entry("flooded")
    assert (entry["status"], entry["callbacks"]) == ("completed", events + 1)
    newest = receiver.history(provider="suno", quarantined="only", limit=1)[0]
    assert (newest["task_id"], newest["outcome"], newest["reason"].split(":")[0]) == (
        "flooded", "accepted", "too_many_events")
    (line,) = receiver.logged(task_id="flooded", level="warning", sequence=newest["sequence"])
    assert line["reason"] == newest["reason"]
    rows, size_kept, evicted, tasks = held_after_the_end(receiver)
    assert (rows, evicted, tasks) == (min(count - events, MAX_ROWS), max(0, count - events - MAX_ROWS), 2)
    assert size_kept <= MAX_BYTES
    with sqlite3.connect(receiver.data / "callgate.db") as database:
        keys, = database.execute("SELECT count(*) FROM deliveries LEFT JOIN events USING (sequence)"
                                 " WHERE mount IS NULL OR mount = 'suno'").fetchone()
    assert keys == events + 2  # the task's end, and the callback that must stay


def test_a_flood_of_other_bodies_under_one_delivery_id_is_bounded(receiver):
    for number in range(100):
        body = suno(f"conflict-{number}", "text")
        answer = receiver.post(SUNO, body, signed(body, x_delivery_id="the same"))
        assert (answer.status_code, answer.json()["ok"]) == (200, True)
    assert len(receiver.logged(outcome="accepted")) == 1
    assert len(receiver.logged(99, outcome="conflict")) == 99
    rows, _, evicted, tasks = held_after_the_end(receiver)
    assert (rows, evicted, tasks) == (99 - MAX_CONFLICTS, 0, 1 + MAX_CONFLICTS)

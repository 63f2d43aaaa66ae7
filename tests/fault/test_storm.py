# SPDX-License-Identifier: Apache-2.0
"""One callback many thousand times at once: one event, and every answer as the schema says."""

import sqlite3
import threading
import time
from collections import Counter

import pytest

from callbacks import JSON_TYPE, SUNO, signed, suno
from raw_http import Connection, request
from receiver import Receiver, until

THREADS = 8  # of the program
CONNECTIONS = 64
TIMES = 10_000
PIPELINED = 16  # requests under way on one connection
MAX_SECONDS = 120

ACCEPTED = (200, b'{"ok":true,"stage":"first"}')
CACHED = (200, b'{"ok":true,"cached":true}')


class Sender(threading.Thread):
    """Sends the same request over and over on a connection of its own, and counts the answers."""

    def __init__(self, port: int, data: bytes, times: int, start: threading.Barrier):
        super().__init__(daemon=True)
        self.connection = Connection(port, MAX_SECONDS)
        self.data = data
        self.times = times
        self.all_ready = start
        self.seen: Counter = Counter()

    def run(self) -> None:
        self.all_ready.wait()
        with self.connection:
            for begun in range(0, self.times, PIPELINED):
                together = min(PIPELINED, self.times - begun)
                self.connection.send(self.data * together)
                for _ in range(together):
                    answer = self.connection.answer()
                    self.seen[(answer.status, answer.body) if answer else None] += 1


def storm(port: int, bodies: list[bytes], **fields: str) -> Counter:
    """All connections at once, the bodies in turn. Returns how often each answer came."""
    each, more = divmod(TIMES, CONNECTIONS)
    start = threading.Barrier(CONNECTIONS)
    requests = [request("POST", SUNO, body, {**signed(body, **fields), **JSON_TYPE}) for body in bodies]
    senders = [Sender(port, requests[n % len(requests)], each + (n < more), start) for n in range(CONNECTIONS)]
    began = time.monotonic()
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join(max(0, began + MAX_SECONDS - time.monotonic()))
    assert not any(sender.is_alive() for sender in senders), "the storm takes too long"
    return sum((sender.seen for sender in senders), Counter())


@pytest.fixture
def serve(tmp_path):
    made = []

    def start(store: str) -> Receiver:
        made.append(Receiver(tmp_path / store, store=store, threads=THREADS))
        return made[-1].start()

    yield start
    for each in made:
        each.kill()


def stored(receiver, table: str) -> int:
    assert receiver.stop() == 0
    with sqlite3.connect(receiver.data / "callgate.db") as database:
        return database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


@pytest.mark.feature("S1.33")
@pytest.mark.parametrize("store", ["sqlite", "memory"])
@pytest.mark.parametrize("fields", [{}, {"x_delivery_id": "storm"}], ids=["derived key", "delivery id"])
def test_a_storm_of_one_callback_is_one_event_and_all_but_one_answer_are_cached(serve, store, fields):
    receiver = serve(store)
    seen = storm(receiver.port, [suno("storm-1", "first")], **fields)
    assert seen == {ACCEPTED: 1, CACHED: TIMES - 1}
    entry = receiver.entry("storm-1")
    assert (entry["callbacks"], len(entry["timeline"])) == (1, 1)
    told = until(lambda: sum(line.get("task_id") == "storm-1" for line in receiver.log()) == TIMES, 30, 0.2)
    assert told, "not every answer is in the log"
    if store == "sqlite":
        assert stored(receiver, "events") == 1


@pytest.mark.feature("S1.33")
def test_a_storm_of_two_bodies_without_delivery_ids_is_two_events(serve):
    """Their key is of the payload: another body is another event."""
    receiver = serve("sqlite")
    bodies = [suno("storm-2", "first", message) for message in ("one", "two")]
    assert storm(receiver.port, bodies) == {ACCEPTED: 2, CACHED: TIMES - 2}
    assert sorted(item["status_message"] for item in receiver.entry("storm-2")["timeline"]) == ["one", "two"]
    assert stored(receiver, "events") == 2

# SPDX-License-Identifier: Apache-2.0
"""One callback many thousand times at once: one event, and every answer as the schema says."""

import itertools
import sqlite3
import subprocess
import threading
import time
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from callbacks import JSON_TYPE, SUNO, signed, suno
from raw_http import Connection, request
from receiver import Receiver, built, clean_environment, until

THREADS = 8  # of the program
CONNECTIONS = 64
TIMES = 10_000
PIPELINED = 16  # requests under way on one connection
MAX_SECONDS = 120
OTHER_LINES = 4  # of the log, at most, beside those about callbacks

ACCEPTED = (200, b'{"ok":true,"stage":"first"}')
CACHED = (200, b'{"ok":true,"cached":true}')


class Sender(threading.Thread):
    """Sends its requests in turn on a connection of its own, and counts the answers of each path."""

    def __init__(self, port: int, requests: dict[str, bytes], times: int, start: threading.Barrier):
        super().__init__(daemon=True)
        self.connection = Connection(port, MAX_SECONDS)
        self.requests = itertools.cycle(requests.items())
        self.times = times * len(requests)
        self.all_ready = start
        self.seen: dict[str, Counter] = defaultdict(Counter)

    def run(self) -> None:
        self.all_ready.wait()
        with self.connection:
            for begun in range(0, self.times, PIPELINED):
                together = list(itertools.islice(self.requests, min(PIPELINED, self.times - begun)))
                self.connection.send(b"".join(data for _, data in together))
                for path, _ in together:
                    answer = self.connection.answer()
                    self.seen[path][(answer.status, answer.body) if answer else None] += 1


def storm(port: int, bodies: list[bytes], paths: tuple[str, ...] = (SUNO,), **fields: str) -> list[Counter]:
    """All connections at once, the bodies in turn, each to every path. Returns how often each answer came there."""
    each, more = divmod(TIMES, CONNECTIONS)
    start = threading.Barrier(CONNECTIONS)
    requests = [{path: request("POST", path, body, {**signed(body, **fields), **JSON_TYPE}) for path in paths}
                for body in bodies]
    senders = [Sender(port, requests[n % len(requests)], each + (n < more), start) for n in range(CONNECTIONS)]
    began = time.monotonic()
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join(max(0, began + MAX_SECONDS - time.monotonic()))
    assert not any(sender.is_alive() for sender in senders), "the storm takes too long"
    return [sum((sender.seen[path] for sender in senders), Counter()) for path in paths]


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


def expect_a_line_for_each(times: int, task: str, receiver) -> None:
    """Lines about a task, and those that the log says it lost because nobody took them in time: of these some may have
    been about other things. Of a receiver that has ended: nothing more comes.
    """
    assert receiver.stop() == 0
    lines = receiver.log()
    lost = sum(line["count"] for line in lines if line.get("message") == "log lines lost")
    told = sum(line.get("task_id") == task for line in lines)
    assert told <= times <= told + lost <= times + OTHER_LINES, f"{told} lines, {lost} lost"


@pytest.mark.feature("S1.33")
@pytest.mark.parametrize("store", ["sqlite", "memory"])
@pytest.mark.parametrize("fields", [{}, {"x_delivery_id": "storm"}], ids=["derived key", "delivery id"])
def test_a_storm_of_one_callback_is_one_event_and_all_but_one_answer_are_cached(serve, store, fields):
    receiver = serve(store)
    (seen,) = storm(receiver.port, [suno("storm-1", "first")], **fields)
    assert seen == {ACCEPTED: 1, CACHED: TIMES - 1}
    entry = receiver.entry("storm-1")
    assert (entry["callbacks"], len(entry["timeline"])) == (1, 1)
    expect_a_line_for_each(TIMES, "storm-1", receiver)
    if store == "sqlite":
        assert stored(receiver, "events") == 1


@pytest.mark.feature("S1.33")
def test_a_storm_of_two_bodies_without_delivery_ids_is_two_events(serve):
    """Their key is of the payload: another body is another event."""
    receiver = serve("sqlite")
    bodies = [suno("storm-2", "first", message) for message in ("one", "two")]
    assert storm(receiver.port, bodies) == [{ACCEPTED: 2, CACHED: TIMES - 2}]
    assert sorted(item["status_message"] for item in receiver.entry("storm-2")["timeline"]) == ["one", "two"]
    assert stored(receiver, "events") == 2


@pytest.fixture
def serve_two_mounts(tmp_path):
    """A receiver with two mounts of Suno, and the file to which their handlers append each event's task."""
    folder, effects = tmp_path / "mounts", tmp_path / "effects"
    command = [built("CALLGATE_HANDLER_SERVER"), str(folder / "data"), str(effects), str(THREADS)]
    made = Receiver(folder, env={}, command=command).start()
    yield made, effects
    made.kill()


def io_threads(pid: int) -> int:
    return sum(path.read_text() == "callgate-io\n" for path in Path(f"/proc/{pid}/task").glob("*/comm"))


def expect_refusal_of_a_second_process(receiver: Receiver) -> None:
    done = subprocess.run(receiver.command, env=clean_environment(), capture_output=True, text=True, timeout=20,
                          check=False)
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert f"'{receiver.data}' is in use by process {receiver.pid}:" in line


@pytest.mark.feature("S1.33")
@pytest.mark.parametrize("fields", [{}, {"x_delivery_id": "storm"}], ids=["derived key", "delivery id"])
def test_a_storm_over_two_mounts_is_one_event_in_each_and_no_second_process_gets_in(serve_two_mounts, fields):
    """One process, two mounts of one provider, eight threads; the same key to both mounts on every connection."""
    receiver, effects = serve_two_mounts
    assert io_threads(receiver.pid) == THREADS
    expect_refusal_of_a_second_process(receiver)
    seen = storm(receiver.port, [suno("storm-3", "first")], (SUNO, SUNO + "-second"), **fields)
    assert seen == [{ACCEPTED: 1, CACHED: TIMES - 1}] * 2
    expect_refusal_of_a_second_process(receiver)
    entries = {entry["mount"]: entry["callbacks"] for entry in receiver.history()}
    assert entries == {"suno": 1, "suno-second": 1}
    assert until(lambda: len(effects.read_text()) >= len("storm-3\n" * 2))
    assert receiver.stop() == 0
    assert effects.read_text() == "storm-3\n" * 2  # its handlers ran once for each event
    with sqlite3.connect(receiver.data / "callgate.db") as database:
        assert database.execute("SELECT mount, count(*) FROM events GROUP BY mount").fetchall() == [
            ("suno", 1), ("suno-second", 1)]
        assert database.execute("SELECT count(*) FROM deliveries").fetchone() == (2,)

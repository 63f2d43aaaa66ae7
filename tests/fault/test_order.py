# SPDX-License-Identifier: Apache-2.0
"""Durable before 2xx: no answer leaves before the sync that covers its callback."""

import struct
import threading
from pathlib import Path

from callbacks import JSON_TYPE, KIE, KIE_FIELDS, kie
from raw_http import Connection, request

THREADS = 8
REQUESTS = 200


def send_all(port: int, first: int, failures: list) -> None:
    try:
        with Connection(port) as connection:
            for number in range(first, first + REQUESTS):
                body = kie(f"order-{number:06}", "first")
                connection.send(request("POST", KIE, body, {**KIE_FIELDS, **JSON_TYPE}))
                answer = connection.answer()
                assert answer is not None and answer.status == 200, answer
    except Exception as error:  # pylint: disable=broad-except
        failures.append(error)


def load(receiver) -> None:
    failures: list = []
    threads = [threading.Thread(target=send_all, args=(receiver.port, n * REQUESTS, failures))
               for n in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not failures and not any(t.is_alive() for t in threads), failures


def records(path: Path) -> list[tuple[str, int]]:
    """What the shim noted, in order. Source: order_shim.c."""
    with open(path, "rb") as log:
        (count,) = struct.unpack("<Q", log.read(8))
        assert count <= 1 << 22, "the log overflowed"
        raw = log.read(8 * count)
    return [(chr(value & 0xff), value >> 8) for (value,) in struct.iter_unpack("<Q", raw)]


def uncovered(noted: list[tuple[str, int]]) -> set[int]:
    """Callbacks that were acknowledged before a sync that began after their write had succeeded."""
    written: dict[int, int] = {}
    sync_began: dict[int, int] = {}  # per descriptor: where its running sync began
    covered = -1                     # everything written before this place is on disk
    early = set()
    for at, (kind, value) in enumerate(noted):
        if kind == "W":
            written.setdefault(value, at)
        elif kind == "s":
            sync_began[value] = at
        elif kind == "S":
            covered = max(covered, sync_began.pop(value))
        elif kind == "A" and written.get(value, at) >= covered:
            early.add(value)
    return early


def run(serve_with, tmp_path, **more) -> list[tuple[str, int]]:
    log = tmp_path / "order.log"
    receiver = serve_with("order", CALLGATE_SHIM_LOG=str(log),
                          CALLGATE_SHIM_FOLDER=str(tmp_path), **more)
    load(receiver)
    assert receiver.stop() == 0
    noted = records(log)
    everybody = set(range(THREADS * REQUESTS))
    for kind in "WA":  # the shim saw every write and every answer, else it proves nothing
        assert {value for k, value in noted if k == kind} == everybody, kind
    return noted


def test_no_answer_leaves_before_the_sync_that_covers_it(serve_with, tmp_path):
    noted = run(serve_with, tmp_path)
    assert not [r for r in noted if r[0] == "N"]
    early = uncovered(noted)
    assert not early, f"{len(early)} acknowledged before they were on disk, such as {min(early)}"


def test_this_check_fails_with_synchronous_normal(serve_with, tmp_path):
    """The planted fault: without syncs in commits nearly every answer is early."""
    noted = run(serve_with, tmp_path, CALLGATE_SHIM_SYNCHRONOUS="NORMAL")
    assert [r for r in noted if r[0] == "N"], "the pragma was not rewritten"
    assert len(uncovered(noted)) > THREADS * REQUESTS / 2


def test_the_check_itself_tells_right_from_wrong():
    assert uncovered([("W", 1), ("s", 7), ("S", 7), ("A", 1)]) == set()
    assert uncovered([("W", 1), ("A", 1), ("s", 7), ("S", 7)]) == {1}
    assert uncovered([("s", 7), ("W", 1), ("S", 7), ("A", 1)]) == {1}  # began before the write
    assert uncovered([("W", 1), ("s", 7), ("A", 1), ("S", 7)]) == {1}  # has not succeeded yet
    assert uncovered([("A", 1)]) == {1}

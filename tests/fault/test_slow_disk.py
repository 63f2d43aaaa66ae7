# SPDX-License-Identifier: Apache-2.0
"""A disk that takes seconds: others are served, memory is bounded, answers come when they can."""

import select
import time

from callbacks import JSON_TYPE, KIE, KIE_FIELDS, kie
from raw_http import Connection, request
from receiver import until
from sync_delay import SyncDelay

KIE_HEAD = {**KIE_FIELDS, **JSON_TYPE}
STALL_MS = 3000
QUEUE = 4096  # callbacks that wait for the writer at most. Source: limits.hpp
FLOOD = QUEUE + 400
MOST_REFUSED = 200  # of the 401 over the bound: once one is refused, the others wait to be read


def start(serve_with, tmp_path, **environment):
    delay = SyncDelay(tmp_path / "delay")
    return delay, serve_with("delay", CALLGATE_SHIM_DELAY=str(delay.path), **environment)


def post(port: int, task: str) -> Connection:
    connection = Connection(port, 60)
    connection.send(request("POST", KIE, kie(task, "first"), KIE_HEAD))
    return connection


def begins_to_stall(delay, receiver) -> Connection:
    """A callback whose sync has begun and takes three seconds."""
    before = delay.delayed()
    delay.set(STALL_MS, STALL_MS)
    first = post(receiver.port, f"stall-{time.monotonic()}")
    end = time.monotonic() + 5
    while delay.delayed() == before:
        assert time.monotonic() < end, "no sync was delayed"
        time.sleep(0.005)
    return first


def test_a_stalled_sync_holds_up_nobody_but_callbacks(serve_with, tmp_path):
    delay, receiver = start(serve_with, tmp_path)
    began = time.monotonic()
    waiting = [begins_to_stall(delay, receiver)]
    waiting += [post(receiver.port, f"stalled-{n}") for n in range(20)]
    slowest = 0.0
    for _ in range(20):
        asked = time.monotonic()
        assert receiver.get("/health").status_code == 200
        assert receiver.get("/api/history").status_code == 200
        slowest = max(slowest, time.monotonic() - asked)
    assert slowest < 0.5, f"health and history took {slowest:.2f} s"
    answered, _, _ = select.select([c.socket for c in waiting], [], [], 0)
    assert not answered and time.monotonic() - began < STALL_MS / 1000, "answered before its sync"
    delay.set(0, 0)
    for connection in waiting:
        assert connection.answer().status == 200
        connection.socket.close()
    assert time.monotonic() - began >= STALL_MS / 1000 * 0.9
    assert receiver.entry("stalled-19")["callbacks"] == 1


def flood(delay, receiver) -> dict[int, int]:
    """More callbacks than may wait, during a stall. Returns how often each status came."""
    waiting = [begins_to_stall(delay, receiver)]
    waiting += [post(receiver.port, f"flood-{n}") for n in range(FLOOD)]
    asked = time.monotonic()
    assert receiver.get("/health").status_code == 200 and receiver.get("/api/history").status_code == 200
    assert time.monotonic() - asked < 1, "others wait for the store's queue, too"
    delay.set(0, 0)
    seen: dict[int, int] = {}
    for connection in waiting:
        answer = connection.answer()
        assert answer is not None
        if answer.status == 503:
            assert answer.json() == {"ok": False, "error": "queue_full"}
        seen[answer.status] = seen.get(answer.status, 0) + 1
        connection.socket.close()
    return seen


def test_over_the_bound_callbacks_wait_or_are_refused_and_memory_is_flat(serve_with, tmp_path):
    delay, receiver = start(serve_with, tmp_path)
    first = flood(delay, receiver)
    after_one = receiver.resident_kib()
    for _ in range(3):
        seen = flood(delay, receiver)
        assert set(seen) <= {200, 503} and seen.get(503, 0) <= MOST_REFUSED and seen[200] >= FLOOD - MOST_REFUSED, seen
    after_four = receiver.resident_kib()
    assert first.keys() == {200, 503}, first
    assert after_four < after_one * 1.1, f"grew from {after_one} to {after_four} KiB"
    line = receiver.logged(outcome="queue_full")[0]
    assert line["level"] == "error" and line["http_status"] == 503
    assert receiver.stop() == 0


def refused_of(waiting: list[Connection]) -> int:
    """How many were refused, all by the mount's table; the others were stored."""
    count = 0
    for connection in waiting:
        answer = connection.answer()
        assert answer is not None and answer.status in (200, 503), answer
        if answer.status == 503:
            assert answer.json() == {"ok": False, "error": "queue_full"}
            assert answer.fields["retry-after"] == "5"
            count += 1
        connection.socket.close()
    return count


def test_callbacks_that_wait_too_long_are_refused_by_their_mounts_table(serve_with, tmp_path):
    delay, receiver = start(serve_with, tmp_path, CALLGATE_BODY_TIMEOUT="1")
    waiting = [begins_to_stall(delay, receiver)]
    waiting += [post(receiver.port, f"patient-{n}") for n in range(FLOOD)]
    over = (FLOOD - QUEUE) // 2
    answered = select.poll()
    for each in waiting[-over:]:
        answered.register(each.socket, select.POLLIN)
    assert until(lambda: len(answered.poll(0)) == over, 2 * STALL_MS / 1000), "some wait longer than a body's timeout"
    delay.set(0, 0)
    refused = refused_of(waiting)
    assert refused >= over, refused
    lines = receiver.logged(refused, outcome="queue_full")
    assert len(lines) == refused
    assert {(line["level"], line["http_status"], line["client"]) for line in lines} == {("error", 503, "127.0.0.1")}
    assert receiver.stop() == 0

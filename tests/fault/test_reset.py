# SPDX-License-Identifier: Apache-2.0
"""Senders that reset the connection while the store has their callback."""

import os
import socket
import struct

from callbacks import JOB, JOB_FIELDS, JSON_TYPE, job, register
from raw_http import Connection, ask, request
from receiver import until
from sync_delay import SyncDelay

BATCHES = 200
SENDERS = 10
WARM_BATCHES = 50
RESPOND_MS = 9000  # the route's respond_within, less the way back
MAX_GROWTH_KIB = 4096  # what 1,500 lost slots or bodies would exceed many times

JOB_HEAD = {**JOB_FIELDS, **JSON_TYPE}
SANITIZED = os.environ.get("CALLGATE_SANITIZED") == "1"


def reset(each: socket.socket) -> None:
    """Closing with no time to linger sends a reset at once."""
    each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    each.close()


def send_and_reset(port: int, batch: int, delay: SyncDelay) -> None:
    senders = []
    syncs = delay.begun()
    for number in range(SENDERS):
        each = socket.create_connection(("127.0.0.1", port), timeout=20)
        # A member that no record copies: else the database's page cache grows by several times as much.
        body = job(f"reset-{batch}-{number}", padding="x" * 1500)
        each.sendall(request("POST", JOB, body, JOB_HEAD))
        senders.append(each)
    assert until(lambda: delay.begun() > syncs, 5, 0.001), "no sync began"
    for each in senders:
        reset(each)


def test_resets_between_send_and_commit_leak_nothing_and_break_nothing(serve_with, tmp_path):
    delay = SyncDelay(tmp_path / "delay")
    receiver = serve_with("delay", CALLGATE_SHIM_DELAY=str(delay.path))
    register(receiver, "job_worker", "reset-last")
    delay.set(5, 20)
    for batch in range(WARM_BATCHES):
        send_and_reset(receiver.port, batch, delay)
    warm = receiver.resident_kib()
    for batch in range(WARM_BATCHES, BATCHES):
        send_and_reset(receiver.port, batch, delay)
    after = receiver.resident_kib()
    assert delay.delayed() >= BATCHES, "the shim delayed nothing"
    assert ask(receiver.port, request("POST", JOB, job("reset-last"), JOB_HEAD)).status == 200

    # Most were reset after they had been read: they are stored, although nobody waits for it.
    stored = receiver.entry("reset-last")["sequence"]
    assert stored > BATCHES * SENDERS / 2, f"only {stored} were read before the reset"
    if not SANITIZED:
        assert after - warm < MAX_GROWTH_KIB, f"grew from {warm} to {after} KiB"
    assert receiver.stop() == 0  # a leak or an error of the sanitizers is another code
    assert receiver.stderr() == ""


def test_a_callback_answered_by_its_deadline_is_stored_late_and_breaks_nothing(serve_with,
                                                                               tmp_path):
    """The senders go away after their 503, while the store still has what they sent."""
    delay = SyncDelay(tmp_path / "delay")
    receiver = serve_with("delay", CALLGATE_SHIM_DELAY=str(delay.path))
    register(receiver, "job_worker", *(f"late-{number}" for number in range(20)))
    syncs = delay.begun()
    delay.set(RESPOND_MS + 2000, RESPOND_MS + 2000)
    senders = [Connection(receiver.port) for _ in range(20)]
    for number, each in enumerate(senders):
        each.send(request("POST", JOB, job(f"late-{number}"), JOB_HEAD))
    assert until(lambda: delay.begun() > syncs, 5, 0.001), "no sync began"
    delay.set(0, 0)
    answers = [each.answer() for each in senders]
    assert {(a.status, a.fields["connection"]) for a in answers} == {(503, "close")}
    for each in senders:
        reset(each.socket)
    with Connection(receiver.port) as other:  # takes a slot: none that the store still has
        other.send(request("GET", "/health"))
        assert other.answer().status == 200
    assert until(lambda: len(receiver.logged(message="callback stored after its deadline")) == 20)
    assert {receiver.entry(f"late-{n}")["callbacks"] for n in range(20)} == {1}
    again = ask(receiver.port, request("POST", JOB, job("late-0"), JOB_HEAD))
    assert again.status == 200 and receiver.entry("late-0")["callbacks"] == 1  # a duplicate
    assert receiver.stop() == 0
    assert receiver.stderr() == ""

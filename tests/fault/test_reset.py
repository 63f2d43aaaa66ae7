# SPDX-License-Identifier: Apache-2.0
"""Senders that reset the connection while the store has their callback."""

import os
import socket
import struct
import time

from callbacks import JOB, JOB_FIELDS, JSON_TYPE, job
from raw_http import ask, request
from sync_delay import SyncDelay

BATCHES = 200
SENDERS = 10
WARM_BATCHES = 50
MAX_GROWTH_KIB = 4096  # what 1,500 lost slots or bodies would exceed many times

JOB_HEAD = {**JOB_FIELDS, **JSON_TYPE}
SANITIZED = os.environ.get("CALLGATE_SANITIZED") == "1"


def reset(each: socket.socket) -> None:
    """Closing with no time to linger sends a reset at once."""
    each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    each.close()


def send_and_reset(port: int, batch: int) -> None:
    senders = []
    for number in range(SENDERS):
        each = socket.create_connection(("127.0.0.1", port), timeout=20)
        body = job(f"reset-{batch}-{number}", outputUrl="x" * 1500)
        each.sendall(request("POST", JOB, body, JOB_HEAD))
        senders.append(each)
    time.sleep(0.003)  # read, and on its way through a sync of 5 to 20 ms
    for each in senders:
        reset(each)


def test_resets_between_send_and_commit_leak_nothing_and_break_nothing(serve_with, tmp_path):
    delay = SyncDelay(tmp_path / "delay")
    receiver = serve_with("delay", CALLGATE_SHIM_DELAY=str(delay.path))
    delay.set(5, 20)
    for batch in range(WARM_BATCHES):
        send_and_reset(receiver.port, batch)
    warm = receiver.resident_kib()
    for batch in range(WARM_BATCHES, BATCHES):
        send_and_reset(receiver.port, batch)
    after = receiver.resident_kib()
    assert delay.delayed() > BATCHES / 4, "the shim delayed nothing"
    assert ask(receiver.port, request("POST", JOB, job("reset-last"), JOB_HEAD)).status == 200

    # Most were reset after they had been read: they are stored, although nobody waits for the answer.
    stored = receiver.entry("reset-last")["sequence"]
    assert stored > BATCHES * SENDERS / 2, f"only {stored} were read before the reset"
    if not SANITIZED:
        assert after - warm < MAX_GROWTH_KIB, f"grew from {warm} to {after} KiB"
    assert receiver.stop() == 0  # a leak or an error of the sanitizers is another code
    assert receiver.stderr() == ""

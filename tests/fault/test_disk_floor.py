# SPDX-License-Identifier: Apache-2.0
"""A disk that is nearly full: callbacks are refused before it is full, reads go on, and it recovers alone."""

import mmap
import struct
import time
from pathlib import Path

import pytest

from callbacks import SUNO, TTS, register, signed, suno
from receiver import Receiver, shimmed, until

FLOOR = 256 << 20  # Source: limits.hpp
TICK_SECONDS = 0.25  # Source: limits.hpp


class Space:
    """The file by which a test tells space_shim.c how much is free."""

    def __init__(self, path: Path):
        self.path = path
        path.write_bytes(bytes(mmap.PAGESIZE))
        with open(path, "r+b") as file:
            self._map = mmap.mmap(file.fileno(), mmap.PAGESIZE)

    def set(self, free: int) -> None:
        self._map[0:8] = struct.pack("<Q", free)

    def asked(self) -> int:
        return struct.unpack("<Q", self._map[8:16])[0]

    def asked_elsewhere(self) -> int:
        return struct.unpack("<Q", self._map[16:24])[0]


@pytest.fixture
def space(tmp_path):
    made = Space(tmp_path / "space")
    made.set(FLOOR)
    return made


@pytest.fixture
def receiver(tmp_path, space):
    made = Receiver(tmp_path / "receiver", env=shimmed("space", CALLGATE_SHIM_SPACE=str(space.path))).start()
    yield made
    made.kill()


def error(task: str) -> dict:
    return {"story_id": task, "error": "e"}


def test_below_the_floor_callbacks_are_refused_and_reads_go_on_until_there_is_space_again(receiver, space):
    register(receiver, "tts_error", "before")
    assert receiver.post(TTS, error("before")).status_code == 200
    space.set(FLOOR - 1)
    assert until(lambda: receiver.get("/health").json()["store"] == "disk_floor")
    health = receiver.get("/health")
    assert health.status_code == 503
    assert health.json() == {"status": "failing", "mode": "active", "store": "disk_floor"}

    size = (receiver.data / "callgate.db-wal").stat().st_size
    body = suno("during", "first")
    refused = [receiver.post(TTS, error("during")), receiver.post(SUNO, body, signed(body)),
               receiver.post(SUNO, body), receiver.post(TTS, b"no json")]
    assert [answer.status_code >= 500 for answer in refused] == [True] * 4, "also what goes to quarantine"
    assert (receiver.data / "callgate.db-wal").stat().st_size == size
    assert len(receiver.logged(4, outcome="store_error")) == 4

    assert [entry["task_id"] for entry in receiver.history()] == ["before"]
    assert receiver.get("/api/history/before/raw").status_code == 200
    assert receiver.get("/api/events").text.count("\n") == 1
    task = {"provider": "job_worker", "task_id": "wanted"}
    assert receiver.post("/api/tasks", task).json()["message"].endswith("disk_full")
    entry = receiver.entry("before")["id"]
    deleted = receiver.session.delete(receiver.base + f"/api/history/{entry}", timeout=20)
    assert deleted.status_code == 204, "what makes room is not refused"

    space.set(FLOOR)
    assert until(lambda: receiver.get("/health").json()["store"] == "ready")
    register(receiver, "tts_error", "after")
    assert receiver.post(TTS, error("after")).status_code == 200
    assert [entry["task_id"] for entry in receiver.history()] == ["after"]
    messages = [f"callbacks are refused: {FLOOR - 1} bytes are free on the disk, less than --disk-floor",
                f"callbacks are taken again: {FLOOR} bytes are free on the disk"]
    assert receiver.logged(message=messages[1])
    assert [line["message"] for line in receiver.log() if line["message"].startswith("callbacks are ")] == messages


def test_free_space_is_asked_for_now_and_then_by_the_writer_only(receiver, space):
    began, before = time.monotonic(), space.asked()
    for number in range(300):
        receiver.post(TTS, error(f"asked-{number}"))
    took = time.monotonic() - began
    assert space.asked() - before <= took / TICK_SECONDS + 2
    assert space.asked_elsewhere() == 0


def test_a_receiver_that_starts_below_its_floor_serves_reads_and_refuses_callbacks(tmp_path):
    """With the disk as it is: nobody has so much space."""
    data = tmp_path / "low"
    Receiver(data).start().stop()
    low = Receiver(data, args=("--disk-floor", str(1 << 62)))
    try:
        low.start(ready=False)
        assert until(lambda: low.get("/health").json()["store"] == "disk_floor")
        assert low.post(TTS, error("low")).status_code >= 500
        assert low.history() == []
    finally:
        low.kill()
    free = Receiver(data, args=("--disk-floor", "0")).start()
    try:
        register(free, "tts_error", "free")
        assert free.post(TTS, error("free")).status_code == 200
    finally:
        free.kill()

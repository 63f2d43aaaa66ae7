# SPDX-License-Identifier: Apache-2.0
"""No allocation on I/O threads, from a request's first byte to its answer's last, once warm."""

import mmap
import struct
import subprocess
from pathlib import Path

import pytest

from callbacks import JOB, JOB_FIELDS, JSON_TYPE, KIE, KIE_FIELDS, SUNO, TTS, job, kie, register, signed, suno
from raw_http import Connection, chunked, request
from receiver import until
from secured import Secured, believing, make_certificate

MAX_TRACES, MAX_FRAMES = 32, 24
HEADER = struct.Struct("<5Q")
TOLD, STORY = ("told-1", "told-2", "told-3"), "told-story"  # registered


class Tally:
    """What allocation_shim.c counts."""

    def __init__(self, path: Path):
        with open(path, "r+b") as file:
            self._map = mmap.mmap(file.fileno(), 0)

    def _header(self):
        return HEADER.unpack(self._map[:HEADER.size])

    everywhere = property(lambda self: self._header()[0])
    on_io_threads = property(lambda self: self._header()[1])
    io_threads = property(lambda self: self._header()[2])

    def trace(self) -> None:
        self._map[24:32] = struct.pack("<Q", 1)

    def traces(self) -> list[list[int]]:
        count = min(self._header()[4], MAX_TRACES)
        frames = struct.iter_unpack(f"<{MAX_FRAMES}Q", self._map[40:40 + 8 * MAX_FRAMES * count])
        return [[f for f in each if f] for each in frames]


def where(receiver, tally) -> str:
    """The traces with names, for whoever has to find the allocation."""
    lines = Path(f"/proc/{receiver.pid}/maps").read_text().splitlines()
    spans = []
    for line in lines:
        words = line.split()
        if len(words) == 6 and words[5].startswith("/"):
            begin, end = (int(x, 16) for x in words[0].split("-"))
            spans.append((begin, end, begin - int(words[2], 16), words[5]))

    def name(address: int) -> str:
        for begin, end, base, path in spans:
            if begin <= address < end:
                command = ["addr2line", "-Cfse", path, hex(address - 1 - base)]
                done = subprocess.run(command, check=False, capture_output=True, text=True,
                                      timeout=60)
                return " ".join(done.stdout.split("\n")[:2]) or path
        return hex(address)

    names = {a: name(a) for a in {a for t in tally.traces() for a in t}}
    return "\n\n".join("\n".join(names[a] for a in t) for t in tally.traces()[:4])


def mixture(number: int) -> list[tuple[bytes, int]]:
    """Accepted, repeated and refused callbacks, with the status that each must get."""
    task = f"warm-{number}"
    first = suno(task, "first")
    bad = suno(task, "complete")
    work = job(TOLD[0], outputUrl="u" * 100, enhancedPrompt=task)  # its answer tells of the registered job
    big = suno(task, "complete").replace(b'"Iron Man"', b'"' + b"I" * 400 + b'"') + b" " * 20_000
    echoed = job(TOLD[1], outputUrl='"' * 2000, enhancedPrompt=task)  # an answer that no small buffer holds
    type_and = lambda fields: {**JSON_TYPE, **fields}  # noqa: E731
    job_head = type_and(JOB_FIELDS)
    return [
        (request("POST", SUNO, first, type_and(signed(first))), 200),
        (request("POST", SUNO, first, type_and(signed(first))), 200),  # a duplicate
        (request("POST", SUNO, bad, type_and({"X-Suno-Signature": "sha256=" + "0" * 64})), 401),
        (request("POST", SUNO, bad, JSON_TYPE), 401),
        (request("POST", SUNO, big, type_and(signed(big))), 200),
        (request("POST", JOB, work, job_head), 200),
        (request("POST", JOB, echoed, job_head), 200),
        (request("POST", JOB, chunked(job(TOLD[2], enhancedPrompt=task), [9]),
                 {**job_head, "Transfer-Encoding": "chunked"}), 200),
        (request("POST", JOB, b'{"status":"completed"}', job_head), 400),
        (request("POST", JOB, b'{"jobId":', job_head), 400),
        (request("POST", JOB, work, {**JSON_TYPE, "Authorization": "Bearer wrong"}), 401),
        (request("POST", KIE, kie(task, "first"), KIE_FIELDS), 200),
        (request("POST", KIE + f"?taskId=q{number}", b'{"invalid":"no taskId here"}',
                 KIE_FIELDS), 200),
        (request("POST", KIE, b"not json %d" % number, KIE_FIELDS), 200),
        (request("POST", TTS, b'{"story_id":"%s","error":"%d"}' % (STORY.encode(), number), JSON_TYPE), 200),
        (request("POST", TTS, b'{"story_id":"%d","error":"e"}' % number, JSON_TYPE), 404),  # nobody registered it
        (request("POST", TTS, b'{"story_id":"%d","error":"e"}' % number, JSON_TYPE), 404),  # nor by then
        (request("POST", TTS, b'{"story_id":"%d"}' % number, JSON_TYPE), 422),
        (request("OPTIONS", JOB), 204),
        (request("GET", JOB), 405),
        (request("PROPFIND", JOB), 501),
        (request("OPTIONS", "*"), 204),
        (request("GET", "/nowhere"), 404),
        (request("GET", "/health"), 200),
    ]


def closing() -> list[tuple[bytes, int]]:
    """Refused in a way that ends the connection."""
    return [
        (b"nonsense\r\n\r\n", 400),
        (request("POST", JOB, None, {**JOB_FIELDS, **JSON_TYPE, "Content-Length": "999999"}), 413),
        (request("POST", JOB, None, {"Content-Type": "text/plain", "Content-Length": "9"}), 415),
        (request("GET", "/" + "x" * 5000), 414),
    ]


def exchange_all(connections: list[Connection], number: int) -> int:
    """Every kind on every connection, all at once each time. Returns the number of requests."""
    kinds = [mixture(number * 1000 + n) for n in range(len(connections))]
    for step in range(len(kinds[0])):
        for connection, kind in zip(connections, kinds):
            connection.send(kind[step][0])
        for connection, kind in zip(connections, kinds):
            answer = connection.answer()
            assert answer is not None and answer.status == kind[step][1], (kind[step], answer)
    return len(connections) * len(kinds[0])


def new_connections(connect, number: int) -> int:
    data = mixture(number)
    for message, status in [*closing(), data[0], data[5], data[-1]]:
        with connect() as connection:
            connection.send(message)
            assert connection.answer().status == status
    return len(closing()) + 3


def load(connect, connections: list[Connection], requests: int, start: int) -> int:
    sent, number = 0, start
    while sent < requests:
        sent += exchange_all(connections, number) + new_connections(connect, 10_000_000 + number)
        number += 1
    return number


def close(connections: list[Connection]) -> None:
    for connection in connections:
        connection.socket.close()


def requests_allocate_nothing(receiver, tally: Tally, connect) -> None:
    """connect() makes a connection."""
    counts = until(lambda: tally.io_threads == 2 and tally.everywhere > 100)
    assert counts, "the shim counts nothing"

    register(receiver, "job_worker", *TOLD, job_type="sdxl_image_fast")
    register(receiver, "tts_error", STORY)

    # Wider than what follows, so that every thread has slots and buffers for it, however the
    # connections are spread.
    wide = [connect() for _ in range(64)]
    number = load(connect, wide, 2000, 0)
    close(wide)
    connections = [connect() for _ in range(8)]
    number = load(connect, connections, 2000, number)

    before = tally.on_io_threads
    tally.trace()
    load(connect, connections, 10_000, number)
    found = tally.on_io_threads - before
    assert found == 0, f"{found} allocations on I/O threads, such as\n{where(receiver, tally)}"
    told = receiver.post(JOB, job(TOLD[0]), JOB_FIELDS).json()["debug"]
    assert (told["jobType"], told["isSDXL"]) == ("sdxl_image_fast", True), "nothing was told at all"

    # The same counter sees connections beyond those that there were, which may allocate: it would
    # have seen others.
    wider = [connect() for _ in range(200)]
    assert until(lambda: tally.on_io_threads > before), "the counter sees nothing"
    close(connections + wider)
    assert receiver.stop() == 0


@pytest.mark.parametrize("store", ["memory", "sqlite"])
def test_ten_thousand_requests_allocate_nothing_on_io_threads(serve_with, tmp_path, store):
    path = tmp_path / "tally"
    receiver = serve_with("allocation", store=store, CALLGATE_SHIM_ALLOCATIONS=str(path))
    requests_allocate_nothing(receiver, Tally(path), lambda: Connection(receiver.port))


def test_nor_do_they_by_tls_but_for_what_openssl_does_for_itself(serve_with, tmp_path):
    path = tmp_path / "tally"
    receiver = serve_with("allocation", store="memory", tls=make_certificate(tmp_path / "made", "counted"),
                          CALLGATE_SHIM_ALLOCATIONS=str(path), CALLGATE_SHIM_NOT_OPENSSL="1")
    context = believing()
    requests_allocate_nothing(receiver, Tally(path), lambda: Secured(receiver.port, context=context))

# SPDX-License-Identifier: Apache-2.0
"""A thousand clients that send a byte a second, silent ones, and ones that come and go, also by TLS: others are served
meanwhile, and afterwards nothing of them is left."""

import os
import socket
import time

import pytest

from callbacks import JSON_TYPE, KIE, KIE_FIELDS, kie
from many_clients import (Memory, Slow, SlowClients, allow_descriptors, come_and_go, descriptors, sender,
                          settled_descriptors)
from raw_http import Connection, request
from receiver import Receiver, built, until
from secured import Secured, believing, hello, make_certificate

SANITIZED = os.environ.get("CALLGATE_SANITIZED") == "1"  # memory and time are not what they would be
SLOW = 1000
SILENT = 200
DEAF = 50  # never read
LONG, ASKED = "/api/openapi.json", 1000
KERNEL_BYTES = 16 << 20  # more than the buffers of two sockets
FLOOD = 5000
DRIPPING = 250  # by TLS: the handshakes of 1,000 could take longer than a deadline here
STALLED = 150  # in a handshake
DEADLINE = 4.0  # seconds, of a head and of a body. Source: load_server.cpp
IDLE = 6.0  # seconds, before a request
LATE = 5.0  # seconds that an end may be behind its deadline, on a busy machine
SERVED_WITHIN = 10.0 if SANITIZED else 2.0  # seconds; 4 ms are usual
KIB_PER_CONNECTION = 16
KIB_PER_SECURE_CONNECTION = 48  # in its handshake, or with half a request: most of it is OpenSSL's
KIB_BESIDE = 4096  # what buffers of bodies and the store may take

HEAD = f"POST {KIE} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n".encode()
BODY = HEAD + b"Content-Length: 1000\r\n\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
SLOWLY = (Slow(b"", HEAD), Slow(HEAD + b"X: ", b"y" * 99), Slow(BODY, b" " * 99), Slow(CHUNKED + b"5\r\n", b" " * 5))
SILENTLY = (Slow(b"", b""), Slow(b"POST /call", b""), Slow(BODY + b"{", b""), Slow(CHUNKED + b"5\r\n{", b""))


@pytest.fixture
def receiver(tmp_path):
    allow_descriptors(SLOW + SILENT + 500)
    made = Receiver(tmp_path / "loaded", env={}, command=[built("CALLGATE_LOAD_SERVER")])
    yield made.start()
    made.kill()


def copies(of: tuple[Slow, ...], count: int) -> list[Slow]:
    return [Slow(of[n % len(of)].now, of[n % len(of)].later) for n in range(count)]


class Normal:
    """One who sends callbacks as ever, on a connection that is kept and on new ones."""

    def __init__(self, receiver: Receiver, kind: type[Connection] = Connection):
        self.receiver = receiver
        self.kind = kind
        self.kept = kind(receiver.port)
        self.served = 0
        self.slowest = 0.0

    def send(self) -> None:
        began = time.monotonic()
        with self.kind(self.receiver.port) as other:
            for connection in (self.kept, other):
                self.served += 1
                body = kie(f"normal-{self.served}", "text")
                connection.send(request("POST", KIE, body, {**KIE_FIELDS, **JSON_TYPE}))
                answer = connection.answer()
                assert answer is not None and answer.status == 200, answer
        self.slowest = max(self.slowest, time.monotonic() - began)


def outlast(they: SlowClients, normal: Normal, memory: Memory) -> int:
    """Sends as ever and comes and goes until they are gone, or should be. Returns the most descriptors there were."""
    most = 0
    until_all_are_gone = time.monotonic() + IDLE + 1 + LATE
    while they.left() and time.monotonic() < until_all_are_gone:
        normal.send()
        come_and_go(they.port, 100)
        most = max(most, descriptors(normal.receiver))
        memory.look()
    return most


def ended_in_time(each: Slow, seconds: float) -> bool:
    return 0 < each.ended and each.ended - each.began < seconds + LATE + 1


def test_slow_and_silent_clients_and_a_flood_of_connections_harm_nobody_and_leave_nothing(receiver):
    Normal(receiver).send()  # what is made once is made
    base = settled_descriptors(receiver)
    memory = Memory(receiver)
    normal = Normal(receiver)
    they = SlowClients(receiver.port, copies(SLOWLY, SLOW) + copies(SILENTLY, SILENT)).start()
    most = outlast(they, normal, memory)
    left = they.left()
    they.stop()
    come_and_go(receiver.port, FLOOD)
    normal.send()
    memory.look()
    normal.kept.socket.close()

    assert most >= base + SLOW, f"only {most - base} of them were connected at once"
    assert not left, f"{left} of them are still connected"
    assert normal.served > 20 and normal.slowest < SERVED_WITHIN, (normal.served, normal.slowest)
    bound = (SLOW + SILENT + 200) * KIB_PER_CONNECTION + KIB_BESIDE
    assert SANITIZED or memory.growth_kib < bound, f"{memory.growth_kib} KiB more, {bound} are allowed"
    assert until(lambda: descriptors(receiver) == base, DEADLINE + LATE, 0.1), \
        f"{descriptors(receiver)} descriptors, {base} before"
    for each in they.clients:
        begun = each.now or each.later
        assert ended_in_time(each, DEADLINE if begun else IDLE), (each, "it was ended too late")
        assert each.said.startswith(b"HTTP/1.1 408 ") == bool(begun), each
    assert receiver.stop() == 0 and receiver.stderr() == ""


@pytest.fixture
def secured(serve, tmp_path):
    """The program itself, by TLS, with the same deadlines."""
    allow_descriptors(DRIPPING + STALLED + 500)
    times = (("head", DEADLINE), ("body", DEADLINE), ("write", DEADLINE), ("idle", IDLE))
    args = [word for name, seconds in times for word in (f"--{name}-timeout", str(int(seconds)))]
    return serve(store="memory", args=tuple(args), tls=make_certificate(tmp_path / "made", "here"))


def stalling() -> list[Slow]:
    """Half of a handshake's first message, all of it, and a byte of it a second."""
    first = hello()
    return copies((Slow(first[:99], b""), Slow(first, b""), Slow(b"", first), Slow(first[:5], first[5:])), STALLED)


def dripping() -> list[Slow]:
    """As slow as without TLS, each byte a record of its own."""
    context = believing()
    return [Slow(each.now, each.later, context) for each in copies((*SLOWLY, Slow(b"", b"")), DRIPPING)]


def test_slow_clients_and_stalled_handshakes_by_tls_harm_nobody_and_leave_nothing(secured):
    Normal(secured, Secured).send()
    base = settled_descriptors(secured)
    memory = Memory(secured)
    normal = Normal(secured, Secured)
    handshakes, drips = stalling(), dripping()
    they = SlowClients(secured.port, drips + handshakes).start()
    most = outlast(they, normal, memory)
    left = they.left()
    they.stop()
    normal.send()
    normal.kept.socket.close()

    assert SANITIZED or most >= base + STALLED + DRIPPING, f"only {most - base} of them were connected at once"
    assert not left, f"{left} of them are still connected"
    assert normal.served > 20 and normal.slowest < SERVED_WITHIN, (normal.served, normal.slowest)
    bound = (STALLED + DRIPPING + 200) * KIB_PER_SECURE_CONNECTION + KIB_BESIDE
    assert SANITIZED or memory.growth_kib < bound, f"{memory.growth_kib} KiB more, {bound} are allowed"
    assert until(lambda: descriptors(secured) == base, DEADLINE + LATE, 0.1), \
        f"{descriptors(secured)} descriptors, {base} before"
    for each in handshakes:
        assert ended_in_time(each, DEADLINE) and b"HTTP" not in each.said, each
    for each in drips:
        begun = each.now or each.later
        assert ended_in_time(each, DEADLINE if begun else IDLE), (each, "it was ended too late")
        assert each.said.startswith(b"HTTP/1.1 408 ") == bool(begun), each
    assert secured.stop() == 0 and secured.stderr() == ""


def never_read(port: int, number: int) -> socket.socket:
    """Asks for more than the kernels take, and reads nothing of it."""
    each = socket.socket()
    each.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    each.bind((sender(number), 0))
    each.connect(("127.0.0.1", port))
    each.sendall(request("GET", LONG) * ASKED)
    return each


def test_clients_that_never_read_are_ended_when_their_time_is_up(receiver):
    Normal(receiver).send()
    size = len(receiver.get(LONG).content)
    assert size * ASKED > KERNEL_BYTES
    base = settled_descriptors(receiver)
    memory = Memory(receiver)
    deaf = [never_read(receiver.port, number) for number in range(DEAF)]
    assert until(lambda: descriptors(receiver) == base + DEAF, 3), "they are not all there"
    normal = Normal(receiver)
    for _ in range(10):
        normal.send()
    normal.kept.socket.close()
    memory.look()
    assert until(lambda: descriptors(receiver) == base, DEADLINE + LATE, 0.1), \
        f"{descriptors(receiver)} descriptors, {base} before"
    assert normal.slowest < SERVED_WITHIN, normal.slowest
    bound = DEAF * (KIB_PER_CONNECTION + 2 * size // 1024) + KIB_BESIDE
    assert SANITIZED or memory.growth_kib < bound, f"{memory.growth_kib} KiB more, {bound} are allowed"
    for each in deaf:
        each.close()
    assert receiver.stop() == 0 and receiver.stderr() == ""

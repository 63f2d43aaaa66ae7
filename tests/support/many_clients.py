# SPDX-License-Identifier: Apache-2.0
"""Clients by the thousand: slow ones, silent ones, ones that come and go; and what they cost a server."""

from __future__ import annotations

import os
import resource
import selectors
import socket
import ssl
import struct
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from receiver import Receiver, until


def allow_descriptors(count: int) -> None:
    """For this process and the receivers that it starts."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert hard == resource.RLIM_INFINITY or hard >= count, f"only {hard} descriptors are allowed: ulimit -Hn"
    if soft != resource.RLIM_INFINITY and soft < count:
        resource.setrlimit(resource.RLIMIT_NOFILE, (count, hard))


def sender(number: int) -> str:
    """Addresses of the loopback, so that no address has many connections."""
    return f"127.0.{1 + number // 250 % 250}.{1 + number % 250}"


def connect(port: int, number: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), 20, (sender(number), 0))


def reset(each: socket.socket) -> None:
    """Closing with no time to linger sends a reset at once."""
    each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    each.close()


def come_and_go(port: int, count: int, together: int = 100) -> None:
    """Connections that end without a request: half of them in order, half reset."""
    for first in range(0, count, together):
        here = [connect(port, first + n) for n in range(together)]
        for number, each in enumerate(here):
            reset(each) if number % 2 else each.close()


def descriptors(receiver: Receiver) -> int:
    return len(os.listdir(f"/proc/{receiver.pid}/fd"))


def settled_descriptors(receiver: Receiver) -> int:
    """Once nobody is connected but who stays."""
    receiver.session.close()
    seen = []

    def is_settled() -> bool:
        seen.append(descriptors(receiver))
        return len(seen) >= 10 and len(set(seen[-10:])) == 1
    assert until(is_settled, 10, 0.05), f"descriptors come and go: {seen}"
    return seen[-1]


@dataclass
class Slow:
    """Sends `now`, then one byte of `later` a second; nothing at the end, or without `later`."""

    now: bytes
    later: bytes
    secure: ssl.SSLContext | None = None  # by TLS, its handshake before
    socket: socket.socket | None = None
    said: bytes = b""  # by the server
    began: float = 0.0
    ended: float = 0.0  # when the server closed; 0: not yet


@dataclass
class SlowClients:
    """They live until the server ends them, on a thread of their own."""

    port: int
    clients: list[Slow]
    steps: int = 20  # in which each second is cut
    _selector: selectors.DefaultSelector = field(default_factory=selectors.DefaultSelector)
    _over: threading.Event = field(default_factory=threading.Event)

    def start(self) -> SlowClients:
        for number, each in enumerate(self.clients):
            each.socket = connect(self.port, number)
            if each.secure:
                each.socket = each.secure.wrap_socket(each.socket)
            each.socket.setblocking(False)
            each.began = time.monotonic()
            if each.now:
                each.socket.send(each.now)
            self._selector.register(each.socket, selectors.EVENT_READ, each)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        return self

    def left(self) -> int:
        return sum(not each.ended for each in self.clients)

    def stop(self) -> None:
        self._over.set()
        self._thread.join(20)
        for each in self.clients:
            each.socket.close()
        self._selector.close()

    def _run(self) -> None:
        next_step, step = time.monotonic(), 0
        while not self._over.is_set():
            for key, _ in self._selector.select(max(0.0, next_step - time.monotonic())):
                self._hear(key.data)
            if time.monotonic() >= next_step:
                self._send(self.clients[step % self.steps::self.steps])
                next_step, step = next_step + 1 / self.steps, step + 1

    def _hear(self, each: Slow) -> None:
        try:
            piece = each.socket.recv(4096)
        except ssl.SSLWantReadError:
            return  # of TLS alone
        except ConnectionResetError:
            piece = b""
        each.said += piece
        if not piece:
            self._selector.unregister(each.socket)
            each.ended = time.monotonic()

    @staticmethod
    def _send(clients: Iterable[Slow]) -> None:
        for each in clients:
            if each.later and not each.ended:
                try:
                    each.socket.send(each.later[:1])
                except OSError:
                    pass  # it is ended by the server: heard of soon
                each.later = each.later[1:]


class Memory:
    """The most that a server had resident since this was made, looked at now and then."""

    def __init__(self, receiver: Receiver):
        self.receiver = receiver
        self.first = self.most = receiver.resident_kib()

    def look(self) -> None:
        self.most = max(self.most, self.receiver.resident_kib())

    @property
    def growth_kib(self) -> int:
        return self.most - self.first

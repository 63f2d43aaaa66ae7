# SPDX-License-Identifier: Apache-2.0
"""HTTP over a bare socket, for requests that no client library would send."""

from __future__ import annotations

import json
import socket
import time
from dataclasses import dataclass, field


@dataclass
class Answer:
    status: int
    fields: dict[str, str] = field(default_factory=dict)  # names in lower case
    body: bytes = b""

    def json(self):
        return json.loads(self.body)


def request(method: str, path: str, body: bytes | None = None, fields: dict[str, str] | None = None,
            version: str = "1.1") -> bytes:
    """One request with Host and, with a body, Content-Length."""
    lines = {"Host": "localhost", **(fields or {})}
    if body is not None and not {"Transfer-Encoding", "Content-Length"} & lines.keys():
        lines["Content-Length"] = str(len(body))
    fields_text = "".join(f"{k}: {v}\r\n" for k, v in lines.items())
    head = f"{method} {path} HTTP/{version}\r\n{fields_text}"
    return head.encode() + b"\r\n" + (body or b"")


def chunked(body: bytes, sizes: list[int]) -> bytes:
    """The body in chunks of these sizes; the rest in one more."""
    out, at = b"", 0
    for size in [*sizes, len(body)]:
        piece = body[at:at + size]
        at += len(piece)
        if piece:
            out += f"{len(piece):x}\r\n".encode() + piece + b"\r\n"
    return out + b"0\r\n\r\n"


class Connection:
    """A connection that reads answers one by one."""

    def __init__(self, port: int, seconds: float = 20, sender: str = ""):
        own = (sender, 0) if sender else None
        self.socket = socket.create_connection(("127.0.0.1", port), seconds, own)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._bytes = b""

    def __enter__(self) -> "Connection":
        return self

    def __exit__(self, *_) -> None:
        self.socket.close()

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def say_no_more(self) -> None:
        self.socket.shutdown(socket.SHUT_WR)

    def _more(self) -> bool:
        try:
            piece = self.socket.recv(65536)
        except ConnectionResetError:
            return False
        self._bytes += piece
        return bool(piece)

    def answer(self, to_head: bool = False) -> Answer | None:
        """The next answer; None when the connection ends before it is whole."""
        while b"\r\n\r\n" not in self._bytes:
            if not self._more():
                return None
        head, _, self._bytes = self._bytes.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        version, status, _ = first.split(" ", 2)
        assert version == "HTTP/1.1", first
        pairs = [line.split(": ", 1) for line in lines]
        out = Answer(int(status), {name.lower(): value for name, value in pairs})
        size = 0 if to_head or out.status in (100, 204, 304) else int(out.fields["content-length"])
        while len(self._bytes) < size:
            if not self._more():
                return None
        out.body, self._bytes = self._bytes[:size], self._bytes[size:]
        return out

    def everything(self) -> bytes:
        """All bytes up to the end of the connection."""
        while self._more():
            pass
        data, self._bytes = self._bytes, b""
        return data

    def is_closed(self) -> bool:
        """Waits for the end of the connection: true when it comes and nothing before it."""
        if self._bytes:
            return False
        return not self._more()

    def is_quiet(self, seconds: float = 0.2) -> bool:
        """True when neither bytes nor the end come within that time."""
        self.socket.settimeout(seconds)
        try:
            self.socket.recv(1)
            return False
        except (TimeoutError, socket.timeout):
            return True
        finally:
            self.socket.settimeout(20)


def ask(port: int, data: bytes, to_head: bool = False) -> Answer | None:
    """One answer on a connection of its own."""
    with Connection(port) as connection:
        connection.send(data)
        return connection.answer(to_head)


def in_pieces(port: int, pieces: list[bytes], pause: float = 0.001) -> Answer | None:
    """Sends the pieces in packets of their own."""
    with Connection(port) as connection:
        for piece in pieces:
            connection.send(piece)
            time.sleep(pause)
        return connection.answer()

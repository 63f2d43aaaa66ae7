# SPDX-License-Identifier: Apache-2.0
"""A relay of TCP connections that keeps every byte of both sides, and what they say in HTTP."""

from __future__ import annotations

import socket
import threading
from dataclasses import dataclass, field, replace

HEAD_END = b"\r\n\r\n"


@dataclass
class Message:
    first: str  # the line
    fields: dict[str, str]  # names in lower case
    body: bytes
    whole: bool = True

    @property
    def status(self) -> int:
        return int(self.first.split(" ")[1])


class Talk:
    """What one side of a connection said, cut into messages. It reads what proxies and the
    receiver write, and nothing else: what it cannot read stays in `rest`."""

    def __init__(self):
        self.rest = b""
        self.messages: list[Message] = []

    def add(self, data: bytes) -> None:
        self.rest += data
        while self._take():
            pass

    def _take(self) -> bool:
        begun = self.begun()
        if begun is None:
            return False
        body = self._body(begun.first, begun.fields, begun.body)
        if body is None:
            return False
        self.messages.append(Message(begun.first, begun.fields, body[0]))
        self.rest = body[1]
        return True

    def begun(self) -> Message | None:
        """That of which the head is there, and maybe not the whole body; with all that follows."""
        head, end, behind = self.rest.partition(HEAD_END)
        if not end:
            return None
        first, *lines = head.decode("latin-1").split("\r\n")
        fields = [line.split(":", 1) for line in lines]
        return Message(first, {name.lower(): value.strip() for name, value in fields}, behind)

    def _body(self, first: str, fields: dict[str, str],
              behind: bytes) -> tuple[bytes, bytes] | None:
        if fields.get("transfer-encoding") == "chunked":
            return self._chunks(behind)
        size = int(fields.get("content-length", 0)) if self.has_body(first) else 0
        return (behind[:size], behind[size:]) if len(behind) >= size else None

    def has_body(self, first: str) -> bool:
        return True

    @staticmethod
    def _chunks(behind: bytes) -> tuple[bytes, bytes] | None:
        body = b""
        while True:
            line, end, behind = behind.partition(b"\r\n")
            if not end:
                return None
            size = int(line, 16)
            if len(behind) < size + 2:
                return None
            assert behind[size:size + 2] == b"\r\n", behind[size:size + 2]
            body, behind = body + behind[:size], behind[size + 2:]
            if size == 0:
                return body, behind


class Answers(Talk):
    """Knows which of them answer a HEAD."""

    def __init__(self, requests: Talk):
        super().__init__()
        self.requests = requests

    def has_body(self, first: str) -> bool:
        at = len(self.messages)
        asked = self.requests.messages
        to_head = at < len(asked) and asked[at].first.startswith("HEAD ")
        return not to_head and first.split(" ")[1] not in ("100", "204", "304")


@dataclass
class Tapped:
    requests: Talk = field(default_factory=Talk)
    answers: Answers = field(init=False)
    open_ends: int = 2

    def __post_init__(self):
        self.answers = Answers(self.requests)


class Wiretap:
    """Listens on `port`; ends with close()."""

    def __init__(self, to_port: int):
        self.to_port = to_port
        self.lock = threading.Lock()
        self.connections: list[Tapped] = []
        self.broken: list[str] = []  # what could not be read as HTTP
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self.to_port))
            tapped = Tapped()
            with self.lock:
                self.connections.append(tapped)
            for ends in ((client, server, tapped.requests), (server, client, tapped.answers)):
                threading.Thread(target=self._pass_on, args=(tapped, *ends), daemon=True).start()

    def _pass_on(self, tapped: Tapped, source: socket.socket, to: socket.socket,
                 talk: Talk) -> None:
        """Every byte is kept before it is passed on: who has an answer finds it here."""
        try:
            while data := source.recv(1 << 16):
                self._keep(talk, data)
                to.sendall(data)
            to.shutdown(socket.SHUT_WR)
        except OSError:  # the other side is gone already
            pass
        with self.lock:
            tapped.open_ends -= 1
            if tapped.open_ends == 0:
                source.close()
                to.close()

    def _keep(self, talk: Talk, data: bytes) -> None:
        with self.lock:
            try:
                talk.add(data)
            except (ValueError, AssertionError) as what:
                self.broken.append(f"{what!r}: {talk.rest[:200]!r}")

    def exchanges(self) -> list[tuple[Message, Message | None]]:
        """Every request, with its answer; without one if it came whole."""
        with self.lock:
            return [pair for tapped in self.connections for pair in pairs(tapped)]


def pairs(tapped: Tapped) -> list[tuple[Message, Message | None]]:
    asked, answered = list(tapped.requests.messages), tapped.answers.messages
    begun = tapped.requests.begun()
    if begun and len(answered) > len(asked):
        asked.append(replace(begun, whole=False))  # refused before its end came
    return list(zip(asked, answered + [None] * max(0, len(asked) - len(answered))))

# SPDX-License-Identifier: Apache-2.0
"""Reads tests/http/requests.yaml, which says what its members are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import yaml

FILE = Path(__file__).parent.parent / "http" / "requests.yaml"
ESCAPE = re.compile(rb"\\(?:([rnt0\\])|x([0-9a-fA-F]{2})|\*(\d+)\{([^}]*)\})")
LETTERS = {b"r": b"\r", b"n": b"\n", b"t": b"\t", b"0": b"\0", b"\\": b"\\"}


@dataclass
class Seen:
    method: str
    path: str
    framing: str
    keeps_open: bool  # the sender does
    body: bytes


@dataclass
class Case:
    name: str
    answers: list[int]  # one status for each on the wire
    closes: bool
    seen: list[Seen]  # what is understood
    data: bytes
    error: str = ""
    pending: str = ""


def unescape(text: bytes) -> bytes:
    def one(match: re.Match) -> bytes:
        letter, byte, count, piece = match.groups()
        if letter:
            return LETTERS[letter]
        return bytes.fromhex(byte.decode()) if byte else unescape(piece) * int(count)
    return ESCAPE.sub(one, text)


def seen(line: str) -> Seen:
    method, path, framing, then, body = line.split(" ", 4)
    body = b"" if body == "-" else unescape(body.encode())
    return Seen(method, unescape(path.encode()).decode("latin-1"), framing, then == "open", body)


def cases() -> list[Case]:
    """Every text stays a text: a status is no number to the file, and "no" no boolean."""
    made = []
    for entry in yaml.load(FILE.read_text(), yaml.BaseLoader):
        *answers, then = entry["answers"].split()
        assert then in ("open", "close"), entry["name"]
        understood = [seen(line) for line in entry.get("seen", "").splitlines()]
        made.append(Case(entry["name"], [int(status) for status in answers], then == "close",
                         understood, unescape(entry["bytes"].replace("\n", "").encode()),
                         entry.get("error", ""), entry.get("pending", "")))
    return made

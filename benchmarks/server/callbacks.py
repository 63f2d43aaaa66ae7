# SPDX-License-Identifier: Apache-2.0
"""The requests that servers are asked: 64 different callbacks of a set, each signed, as files that the load reads."""

from __future__ import annotations

import hashlib
import hmac
import random
from dataclasses import dataclass
from pathlib import Path

import documents

SECRET = "a secret of the benchmark, which is none"
PATH = "/callbacks/suno"
SHORT_LYRICS = 330  # bytes, so that one track's callback has 1.3 KB


def first(chance: random.Random) -> dict:
    return documents.suno(chance, "first", [documents.track(chance, SHORT_LYRICS, documents.LATIN)])


SETS = {
    "1.3 KB": documents.Set("1300", "suno first, short lyrics", "suno", 1300, documents.written(first)),
    "5.5 KB": next(one for one in documents.SETS if one.name == "complete"),
}


@dataclass(frozen=True)
class Folders:
    """Of one set: requests with the right MAC and with a wrong one."""

    right: Path
    wrong: Path


def signature(body: bytes) -> str:
    return hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()


def request(body: bytes, mac: str | None, path: str = PATH) -> bytes:
    """The load writes another delivery id each time: Callgate would only say that it has the callback."""
    signed = f"X-Suno-Signature: sha256={mac}\r\n" if mac is not None else ""
    head = (f"POST {path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: suno-callback/1.0\r\n"
            f"Content-Type: application/json\r\nX-Delivery-Id: {'0' * 16}\r\n{signed}"
            f"Content-Length: {len(body)}\r\n\r\n")
    return head.encode() + body


def with_one_digit_wrong(mac: str, at: int) -> str:
    return mac[:at] + ("0" if mac[at] != "0" else "1") + mac[at + 1:]


def write(folder: Path) -> dict[str, Folders]:
    out = {}
    for title, one in SETS.items():
        made = Folders(folder / one.name / "right", folder / one.name / "wrong")
        for each in (made.right, made.wrong):
            each.mkdir(parents=True, exist_ok=True)
        for number, body in enumerate(one.documents()):
            mac = signature(body)
            (made.right / f"{number:02}.http").write_bytes(request(body, mac))
            (made.wrong / f"{number:02}.http").write_bytes(request(body, with_one_digit_wrong(mac, number)))
        out[title] = made
    return out


def odd_requests() -> dict[str, bytes]:
    """What the floor must answer as we do, beside callbacks."""
    body = SETS["1.3 KB"].documents()[0]
    cut = body[:-1]
    return {
        "right": request(body, signature(body)),
        "wrong MAC": request(body, signature(body[1:])),
        "no signature": request(body, None),
        "not JSON": request(cut, signature(cut)),
        "no callback": request(b"{}", signature(b"{}")),
        "another path": request(body, signature(body), "/nowhere"),
    }

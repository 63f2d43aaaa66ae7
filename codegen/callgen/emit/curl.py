# SPDX-License-Identifier: Apache-2.0
"""A request as a command line of bash that sends exactly it."""

from __future__ import annotations

import re

from callgen.emit.requests import Request

URL = "CALLGATE_URL"  # the variable with scheme and authority, such as http://127.0.0.1:8080
_BREAK = " \\\n  "
_PLAIN_URL = re.compile(r"^[0-9A-Za-z/_.~-]+$")


def curl(request: Request) -> str:
    url = request.path + ("?" + request.query if request.query else "")
    return _command(request.method, url, request.fields, request.body)


def curl_registration(body: bytes) -> str:
    fields = (("Content-Type", "application/json"),)
    return _command("POST", "/api/tasks", fields, body)


def _command(method: str, url: str, fields: tuple[tuple[str, str], ...], body: bytes) -> str:
    options = "-g " if any(c in "{}[]" for c in url) else ""  # they have no meaning here
    options += "--path-as-is " if "/." in url else ""
    address = url if _PLAIN_URL.fullmatch(url) else _word(url)
    head = f'curl -sS {options}-X {method} "${URL}"{address}'
    parts = [head, *(f"-H {_word(_field(name, value))}" for name, value in fields)]
    text = _as_argument(body)
    if text is not None:
        return _BREAK.join([*parts, f"--data-binary {text}"])
    return f"printf %b {_escaped(body)} |" + _BREAK + _BREAK.join([*parts, "--data-binary @-"])


def _field(name: str, value: str) -> str:
    """curl takes 'Name;' for a field without a value: 'Name:' would leave it out."""
    return f"{name}: {value}" if value else f"{name};"


def _as_argument(body: bytes) -> str | None:
    """None where a command line cannot hold it (NUL), a reader cannot see it, or curl would open a
    file of that name.
    """
    text = body.decode()
    if text.startswith("@") or not all(c.isprintable() or c == "\n" for c in text):
        return None
    return _word(text)


def _word(text: str) -> str:
    """One word for bash: nothing in it is expanded."""
    if all(c.isprintable() or c == "\n" for c in text):
        return "'" + text.replace("'", "'\\''") + "'"
    return "$'" + "".join(_octal(byte, "\\") for byte in text.encode()) + "'"


def _escaped(body: bytes) -> str:
    """For printf %b, in ASCII."""
    return "'" + "".join(_octal(byte, "\\0") for byte in body) + "'"


def _octal(byte: int, escape: str) -> str:
    plain = 0x20 <= byte < 0x7F and byte not in b"\\'"
    return chr(byte) if plain else f"{escape}{byte:03o}"

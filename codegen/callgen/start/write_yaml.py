# SPDX-License-Identifier: Apache-2.0
"""Plain data -> YAML for people, which readers of YAML 1.1 and of 1.2 take for the same.

Only words that begin with a letter and mean nothing to either version stand without quotes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

WIDTH = 100
_INDENT = "  "
_PLAIN = re.compile(r"[A-Za-z_/$][A-Za-z0-9_/$.#-]*(?: [A-Za-z0-9_/$.-]+)*")
_WORDS = frozenset("y n yes no on off true false null nan inf".split())  # of some version, in any case


@dataclass(frozen=True)
class Remark:
    """As the key of a mapping: a line of comment there. "" is an empty line."""

    text: str
    number: int = 0  # tells remarks of one text apart


@dataclass(frozen=True)
class Noted:
    """A value with a comment beside it."""

    value: Any
    text: str


def write_yaml(root: dict[Any, Any]) -> str:
    return "\n".join(_map(root, "")) + "\n"


def plain(value: Any) -> Any:
    """The data without remarks."""
    if isinstance(value, Noted):
        return plain(value.value)
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items() if not isinstance(key, Remark)}
    return [plain(item) for item in value] if isinstance(value, list) else value


def shown(text: str, most: int = 60) -> str:
    """Text from outside as a part of a comment or message: one line, not too long."""
    safe = "".join(c if c.isprintable() else "?" for c in text)
    return safe if len(safe) <= most else safe[: most - 3] + "..."


def _map(value: dict[Any, Any], indent: str) -> Iterator[str]:
    for key, inner in value.items():
        if isinstance(key, Remark):
            yield f"{indent}# {shown(key.text, 400)}" if key.text else ""
        else:
            yield from _entry(f"{indent}{_scalar(key)}:", inner, indent)


def _entry(start: str, value: Any, indent: str) -> Iterator[str]:
    value, comment = _unwrapped(value)
    beside = f"  # {shown(comment, 200)}" if comment else ""
    flow = _flow(value)
    if flow is not None and (not _has_children(value) or len(f"{start} {flow}") <= WIDTH):
        yield f"{start} {flow}{beside}"
        return
    yield start + beside
    yield from (_map if isinstance(value, dict) else _list)(value, indent + _INDENT)


def _list(value: list[Any], indent: str) -> Iterator[str]:
    for item in value:
        inner, _ = _unwrapped(item)
        flow = _flow(inner)
        if flow is not None and (not _has_children(inner) or len(flow) + len(indent) < WIDTH - 2):
            yield from _entry(indent + "-", item, indent)
            continue
        lines = (_map if isinstance(inner, dict) else _list)(inner, indent + _INDENT)
        yield indent + "- " + next(lines).removeprefix(indent + _INDENT)
        yield from lines


def _unwrapped(value: Any) -> tuple[Any, str]:
    """The value and what is beside it; a mapping of nothing but remarks is empty."""
    value, text = (value.value, value.text) if isinstance(value, Noted) else (value, "")
    if isinstance(value, dict) and value and all(isinstance(key, Remark) for key in value):
        return {}, "; ".join(filter(None, [text, *(key.text for key in value)]))
    return value, text


def _has_children(value: Any) -> bool:
    return isinstance(value, (dict, list)) and bool(value)


def _flow(value: Any) -> str | None:
    """On one line; None when a comment is in it."""
    if isinstance(value, Noted):
        return None
    if isinstance(value, dict):
        if any(isinstance(key, Remark) for key in value):
            return None
        parts = [(f"{_scalar(key)}: ", _flow(inner)) for key, inner in value.items()]
        texts = [key + inner for key, inner in parts if inner is not None]
        return "{" + ", ".join(texts) + "}" if len(texts) == len(parts) else None
    if isinstance(value, list):
        items = [_flow(item) for item in value]
        return "[" + ", ".join(items) + "]" if None not in items else None
    return _scalar(value)


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, float):
        return _number(value)
    return json.dumps(value)


def _number(value: float) -> str:
    """With a point, without which 1.1 takes 1e+16 for text."""
    digits, e, power = json.dumps(value).partition("e")
    return (digits if "." in digits or not e else digits + ".0") + e + power


def _text(text: str) -> str:
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    if text.isprintable() and "'" not in text:
        return f"'{text}'"
    return '"' + "".join(c if c.isprintable() and c not in '"\\' else _escaped(c) for c in text) + '"'


def _escaped(character: str) -> str:
    short = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}.get(character)
    code = ord(character)
    return short or (f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")

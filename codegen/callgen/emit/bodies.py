# SPDX-License-Identifier: Apache-2.0
"""Values of a payload as the bytes of a body, and where in them each value stands."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from callgen.json_text import Pairs
from callgen.pointer import Token, below
from callgen.schema.evaluate import Spot


def plain(value: Any) -> Any:
    """What parse_json gives, as json.loads would; of a member that comes twice, the last."""
    if isinstance(value, Pairs):
        return {name: plain(inner) for name, inner in value.items}
    return [plain(item) for item in value] if isinstance(value, list) else value


def is_plain(body: bytes) -> bool:
    """Whether it is JSON that json.loads keeps as it is: no member twice, every number a double."""
    try:
        json.loads(body, parse_float=_same, parse_constant=_same, object_pairs_hook=_members)
    except (ValueError, ArithmeticError, RecursionError):
        return False
    return True


def _same(text: str) -> None:
    if not math.isfinite(float(text)) or Decimal(repr(float(text))) != Decimal(text):
        raise ValueError(text)


def _members(pairs: list[tuple[str, Any]]) -> None:
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("a member comes twice")


def body_of(value: Any) -> str:
    """Compact, as examples are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def offset_of(value: Any, spot: Spot) -> int | None:
    """Of a spot in body_of(value), in bytes; None when it is not there."""
    return _find(value, spot, "", 0)


def _find(value: Any, spot: Spot, pointer: str, start: int) -> int | None:
    if pointer == spot.pointer and spot.part == "value":
        return start
    if pointer == spot.pointer and spot.part == "end":
        return start + _size(value) - 1
    at = start + 1
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(
        value, list) else ()
    for key, inner in items:
        here = below(pointer, key)
        name = _size(key) + 1 if isinstance(value, dict) else 0
        if spot.pointer == here and spot.part == "name":
            return at
        if spot.pointer == here or spot.pointer.startswith(here + "/"):
            return _find(inner, spot, here, at + name)
        at += name + _size(inner) + 1
    return None


def _size(value: Any) -> int:
    return len(body_of(value).encode())


def value_at(value: Any, path: Sequence[Token]) -> tuple[Any, ...]:
    """The value at a path, or nothing."""
    for token in path:
        if isinstance(token, str) and isinstance(value, dict) and token in value:
            value = value[token]
        elif isinstance(token, int) and isinstance(value, list) and token < len(value):
            value = value[token]
        else:
            return ()
    return (value,)


def with_value(whole: Any, path: Sequence[Token], value: Any) -> Any:
    """The same with another value at a path whose parents are there; items come one by one."""
    if not path:
        return value
    token, rest = path[0], path[1:]
    if isinstance(whole, dict):
        return {**whole, token: with_value(whole.get(token), rest, value)}
    inner = whole[token] if token < len(whole) else None
    return [*whole[:token], with_value(inner, rest, value), *whole[token + 1:]]

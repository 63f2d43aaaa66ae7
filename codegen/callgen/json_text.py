# SPDX-License-Identifier: Apache-2.0
"""A JSON text as Python data: objects keep the order of their members, and those that come twice."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any


class NotJson(Exception):
    """The text is not JSON, or beyond what is read."""


@dataclass(frozen=True)
class Pairs:
    """An object with its members in document order; duplicates are kept."""

    items: list[tuple[str, Any]]


def parse_json(text: bytes | str, max_depth: int) -> Any:
    """Raises NotJson."""
    def refuse(name: str) -> None:
        raise NotJson(name)

    try:
        decoded = text.decode("utf-8") if isinstance(text, bytes) else text
        value = json.loads(decoded, object_pairs_hook=Pairs, parse_constant=refuse)
    except (ValueError, RecursionError) as error:
        raise NotJson(str(error)) from None
    if _has_surrogate(value):
        raise NotJson("bad_surrogate")
    if _depth(value) > max_depth:
        raise NotJson("depth_exceeded")
    return value


def _children(value: Any) -> list[Any]:
    if isinstance(value, Pairs):
        return [child for _, child in value.items]
    return value if isinstance(value, list) else []


def _depth(value: Any) -> int:
    if not isinstance(value, (Pairs, list)):
        return 0
    return 1 + max((_depth(child) for child in _children(value)), default=0)


def _has_surrogate(value: Any) -> bool:
    if isinstance(value, str):
        return any("\ud800" <= c <= "\udfff" for c in value)
    if isinstance(value, Pairs) and any(_has_surrogate(key) for key, _ in value.items):
        return True
    return any(_has_surrogate(child) for child in _children(value))

# SPDX-License-Identifier: Apache-2.0
"""A JSON text as Python data: objects keep the order of their members, and those that come twice."""

from __future__ import annotations

import json
from collections.abc import Iterator
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


def _walk(value: Any) -> Iterator[tuple[Any, int]]:
    """Every value and the levels around it; without recursion, as the text decides the depth."""
    waiting = [(value, 0)]
    while waiting:
        each, depth = waiting.pop()
        yield each, depth
        waiting += [(child, depth + 1) for child in _children(each)]


def _depth(value: Any) -> int:
    containers = (depth + 1 for each, depth in _walk(value) if isinstance(each, (Pairs, list)))
    return max(containers, default=0)


def _has_surrogate(value: Any) -> bool:
    texts: list[str] = []
    for each, _ in _walk(value):
        if isinstance(each, str):
            texts.append(each)
        elif isinstance(each, Pairs):
            texts += [name for name, _ in each.items]
    return any("\ud800" <= c <= "\udfff" for text in texts for c in text)

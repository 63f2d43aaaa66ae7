# SPDX-License-Identifier: Apache-2.0
"""A part of the payload's model as schemas of a graph, so that it can be compared with what is checked as text."""

from __future__ import annotations

import json
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from callgen.keywords import limits_of
from callgen.model import Bound, Member, Provider
from callgen.model import Schema as Shape
from callgen.schema.graph import Schema

_MAX_DOUBLE = "1.7976931348623157e308"
_MAX_FLOAT = "3.4028234663852886e38"
LIMITS = frozenset(  # of what a width holds
    [sign * Fraction(each) for sign in (1, -1) for each in (_MAX_DOUBLE, _MAX_FLOAT)]
    + [Fraction(end) for width in ("int32", "int64", "uint32", "uint64") for end in limits_of(width) if end]
)


class Shapes:
    """The checks of a provider, and after them what is made of its shapes."""

    def __init__(self, provider: Provider) -> None:
        self._tolerance = provider.tolerance
        self.graph: list[Schema] = list(provider.checks)

    def at_least(self, shape: Shape) -> int:
        """Accepts all texts that the shape accepts, with what is tolerated."""
        out = self._alike(shape)
        if shape.kind == "object":
            out.required = tuple(m.name for m in shape.members if m.required and not m.aliases)
        elif shape.kind == "array":
            out.arrays["items"] = self._add(Schema("")) if shape.items is None else self.at_least(shape.items)
        elif shape.kind in ("integer", "number") and self._tolerance.numbers_in_strings:
            return self._any_of(self._add(out), self._add(Schema("", types=("string",))))
        return self._add(out)

    def at_most(self, shape: Shape, or_null: bool = False) -> int:
        """Accepts no text that the shape refuses. or_null: null is not refused."""
        out = self._alike(shape)
        if shape.kind == "object":
            out.properties = tuple(self._named(shape.members))
            out.required = tuple(m.name for m in shape.members if m.required)
            if self._tolerance.reject_unknown:
                out.objects["additional"] = self._add(Schema("", never=True))
        elif shape.kind == "array" and shape.items is not None:
            out.arrays["items"] = self.at_most(shape.items)
        out.never = content_of(shape) is not None  # which no schema of texts can say
        if or_null and "null" not in out.types:
            out.types = (*out.types, "null") if out.types else ()
            out.values = (*out.values, "null") if out.values is not None else None
        return self._add(out)

    def _named(self, members: Iterable[Member]) -> list[tuple[str, int]]:
        return [
            (name, index)
            for member in members for index in (self.at_most(member.schema),)
            for name in (member.name, *member.aliases)
        ]

    def _alike(self, shape: Shape) -> Schema:
        """What is the same for both."""
        out = Schema("")
        checks = (shape.check if shape.kind == "object" else shape.also,)
        out.all_of = tuple(index for index in checks if index is not None)
        if shape.kind == "any":
            return out
        out.types = (shape.kind, "null") if shape.nullable else (shape.kind,)
        values: tuple[Any, ...] = shape.values or (() if shape.is_open else shape.names)
        if values:
            texts = [*values, None] if shape.nullable else values
            out.values = tuple(json.dumps(value, ensure_ascii=False) for value in texts)
        if shape.kind == "string":
            out.strings = _counted("min_length", shape.min_length, "max_length", shape.max_length)
        elif shape.kind == "array":
            out.arrays = _counted("min_items", shape.min_items, "max_items", shape.max_items)
        elif shape.kind in ("integer", "number"):
            out.numbers = _numbers(shape)
        return out

    def _any_of(self, *indices: int) -> int:
        return self._add(Schema("", any_of=indices))

    def _add(self, schema: Schema) -> int:
        self.graph.append(schema)
        return len(self.graph) - 1


def content_of(shape: Shape) -> int | None:
    """What the JSON in a text is checked by."""
    return getattr(shape, "content", None)


def _counted(low: str, least: int, high: str, most: int | None) -> dict[str, Any]:
    return {low: least} | ({high: most} if most is not None else {})


def _numbers(shape: Shape) -> dict[str, str]:
    if shape.kind == "integer":
        lowest, highest = map(str, limits_of(shape.width))
    else:
        highest = _MAX_FLOAT if shape.width == "float" else _MAX_DOUBLE
        lowest = "-" + highest
    out = {"minimum": lowest, "maximum": highest}
    _bound(out, "minimum", shape.minimum)
    _bound(out, "maximum", shape.maximum)
    return out


def _bound(out: dict[str, str], name: str, bound: Bound | None) -> None:
    """Tighter than what the width says, which the checker sees to for integers."""
    if bound is not None:
        out["exclusive_" + name if bound.exclusive else name] = json.dumps(bound.value)

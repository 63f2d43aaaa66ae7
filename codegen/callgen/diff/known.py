# SPDX-License-Identifier: Apache-2.0
"""What is known of a value that a graph of schemas accepts."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from callgen.json_text import parse_json
from callgen.regex.dfa import compile_pattern
from callgen.schema.evaluate import violations
from callgen.schema.graph import Schema

ATOMS = frozenset("null boolean object array string integer fraction".split())
MAX_NESTING = 1000  # of a constant
_NUMBERS = frozenset({"integer", "fraction"})


@dataclass(frozen=True)
class Known:
    """All of these schemas hold. atoms: the types that are left; values: if there are only so many, these."""

    indices: frozenset[int]
    schemas: tuple[Schema, ...]
    atoms: frozenset[str]
    values: tuple[tuple[str, Any], ...] | None  # each as JSON, and read

    @property
    def is_empty(self) -> bool:
        return not self.atoms or self.values == () or any(each.never for each in self.schemas)

    @property
    def is_whole(self) -> bool:
        """Of its numbers."""
        return "fraction" not in self.atoms

    def least(self, group: str, name: str, default: int = 0) -> int:
        return max((int(getattr(s, group).get(name, default)) for s in self.schemas), default=default)

    def most(self, group: str, name: str) -> int | None:
        found = [int(getattr(s, group)[name]) for s in self.schemas if name in getattr(s, group)]
        return min(found, default=None)

    def floor(self) -> tuple[Fraction, bool] | None:
        """The highest lower bound of its numbers, and whether that is excluded."""
        found = [(Fraction(s.numbers["minimum"]), False) for s in self.schemas if "minimum" in s.numbers]
        found += [
            (Fraction(s.numbers["exclusive_minimum"]), True) for s in self.schemas
            if "exclusive_minimum" in s.numbers
        ]
        if self.is_whole:
            found = [(Fraction(math.floor(v) + 1 if out else math.ceil(v)), False) for v, out in found]
        return max(found, default=None)

    def ceiling(self) -> tuple[Fraction, bool] | None:
        found = [(-Fraction(s.numbers["maximum"]), False) for s in self.schemas if "maximum" in s.numbers]
        found += [
            (-Fraction(s.numbers["exclusive_maximum"]), True) for s in self.schemas
            if "exclusive_maximum" in s.numbers
        ]
        if self.is_whole:
            found = [(Fraction(math.floor(v) + 1 if out else math.ceil(v)), False) for v, out in found]
        highest = max(found, default=None)
        return (-highest[0], highest[1]) if highest is not None else None

    @property
    def required(self) -> frozenset[str]:
        return frozenset(name for each in self.schemas for name in each.required)

    def member(self, name: str) -> frozenset[int]:
        """What is demanded of a member of that name."""
        return frozenset(index for each in self.schemas for index in of_member(each, name))

    def item(self, at: int) -> frozenset[int]:
        found = (of_item(each, at) for each in self.schemas)
        return frozenset(index for index in found if index is not None)


def of_member(schema: Schema, name: str) -> list[int]:
    wanted = [index for known, index in schema.properties if known == name]
    wanted += [at for text, at in schema.patterns if compile_pattern(text).matches(name)]
    if not wanted and "additional" in schema.objects:
        wanted = [schema.objects["additional"]]
    return wanted


def of_item(schema: Schema, at: int) -> int | None:
    if at < len(schema.prefix_items):
        return schema.prefix_items[at]
    return schema.arrays.get("items")


def known(graph: Sequence[Schema], indices: Iterable[int]) -> Known:
    whole = all_that_hold(graph, indices)
    schemas = tuple(graph[index] for index in sorted(whole))
    atoms = ATOMS
    for each in schemas:
        atoms &= atoms_of(each.types) if each.types else ATOMS
    values = _values(graph, whole, schemas)
    if values is not None:
        atoms &= {_atom(value) for _, value in values}
    return Known(whole, schemas, atoms, values)


def all_that_hold(graph: Sequence[Schema], indices: Iterable[int]) -> frozenset[int]:
    """With what is within allOf."""
    found: set[int] = set()
    waiting = list(indices)
    while waiting:
        index = waiting.pop()
        if index not in found:
            found.add(index)
            waiting += graph[index].all_of
    return frozenset(found)


def atoms_of(types: Iterable[str]) -> frozenset[str]:
    return frozenset().union(*(_NUMBERS if each == "number" else {each} for each in types))


def _values(
    graph: Sequence[Schema], whole: frozenset[int], schemas: Sequence[Schema]
) -> tuple[tuple[str, Any], ...] | None:
    listed = next((each.values for each in schemas if each.values is not None), None)
    if listed is None:
        return None
    read = ((text, parse_json(text, MAX_NESTING)) for text in listed)
    return tuple(
        (text, value) for text, value in read
        if not any(violations(graph, value, index) for index in whole)
    )


def _atom(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return "null" if value is None else "boolean"
    if isinstance(value, (int, float)):
        whole = isinstance(value, int) or value.is_integer()
        return "integer" if whole else "fraction"
    return {str: "string", list: "array"}.get(type(value), "object")


def multiple(text: str) -> Fraction:
    return Fraction(Decimal(text))

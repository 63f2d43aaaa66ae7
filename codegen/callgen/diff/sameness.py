# SPDX-License-Identifier: Apache-2.0
"""Whether two graphs of schemas say the same in the same words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import Any

from callgen.schema.graph import Schema

_INNER = {"items", "contains", "additional", "names"}
_KNOWN = frozenset(
    "where never sensitive secret types values is_const numbers strings arrays objects prefix_items "
    "properties required patterns dependencies all_of any_of one_of not_of if_of then_of else_of".split()
)
MAX_PAIRS = 100_000  # of one comparison


class Sameness:
    """Remembers the pairs that are; each is looked at once."""

    def __init__(self, old: Sequence[Schema], new: Sequence[Schema]) -> None:
        self._old, self._new = old, new
        self._same: set[tuple[int, int]] = set()
        self._other: set[tuple[int, int]] = set()

    def holds(self, old: int, new: int) -> bool:
        first = (old, new)
        seen: set[tuple[int, int]] = {first}
        waiting = [first]
        while waiting and first not in self._other:
            pair = waiting.pop()
            if pair in self._same:
                continue
            one, other = self._old[pair[0]], self._new[pair[1]]
            if pair in self._other or _own(one) != _own(other) or len(seen) > MAX_PAIRS:
                self._other |= {first, pair}
                return False
            inner = set(zip(_inner(one), _inner(other))) - seen
            seen |= inner
            waiting += inner
        if first in self._other:
            return False
        self._same |= seen  # what all of these rest on is among them
        return True


def _own(schema: Schema) -> Any:
    """All but the indices of other schemas: how many there are, and under which names."""
    return (
        schema.never, sorted(schema.types), schema.values, schema.numbers, schema.strings,
        _without(schema.arrays), _without(schema.objects), len(schema.prefix_items),
        sorted(name for name, _ in schema.properties), sorted(schema.required),
        [text for text, _ in schema.patterns],
        [(d.key, sorted(d.required), d.schema is None) for d in schema.dependencies],
        len(schema.all_of), len(schema.any_of), len(schema.one_of),
        [each is None for each in (schema.not_of, schema.if_of, schema.then_of, schema.else_of)],
        [(name, [part[0] for part in value] if isinstance(value, tuple) else value)
         for name, value in beside(schema)],
    )


def beside(schema: Schema) -> Iterator[tuple[str, Any]]:
    """What a schema demands that is compared as a whole only: texts, and schemas by their names."""
    for each in fields(schema):
        if each.name not in _KNOWN and (value := getattr(schema, each.name)):
            yield each.name, value


def _without(rules: dict[str, Any]) -> dict[str, Any]:
    return {name: None if name in _INNER else value for name, value in rules.items()}


def _inner(schema: Schema) -> list[int]:
    found = [*schema.prefix_items, *(index for _, index in sorted(schema.properties))]
    found += [index for _, index in schema.patterns]
    for rules in (schema.arrays, schema.objects):
        found += [int(rules[name]) for name in sorted(rules) if name in _INNER]
    for _, value in beside(schema):
        found += [part[1] for part in value] if isinstance(value, tuple) else []
    return found + list(schema.same_value())

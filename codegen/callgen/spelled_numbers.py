# SPDX-License-Identifier: Apache-2.0
"""tolerance.numbers_in_strings beside looks at the text, where a number in a string is a string."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from callgen.model import Provider, Schema, structs_below
from callgen.problems import Problems
from callgen.regex.dfa import compile_pattern
from callgen.schema.graph import Schema as Check
from callgen.schema.graph import reached


def check_spelled_numbers(provider: Provider, problems: Problems) -> None:
    if not provider.tolerance.numbers_in_strings:
        return
    for schema, check in _looks(provider):
        if _Walker(provider.checks).meets(check, schema):
            text = (
                "with tolerance.numbers_in_strings, what is demanded here of a number would not hold "
                "of one in a string: demand it where the number is declared"
            )
            problems.add(schema.mark, text)


def _looks(provider: Provider) -> Iterator[tuple[Schema, int]]:
    """Objects and arrays that are looked at as text."""
    for struct in structs_below(provider.payload):
        if struct.check is not None:
            yield struct, struct.check
        for member in struct.members:
            inner: Schema | None = member.schema
            while inner is not None and inner.kind == "array":
                if inner.also is not None:
                    yield inner, inner.also
                inner = inner.items


@cache
def _has_numbers(schema: Schema) -> bool:
    inner = [member.schema for member in schema.members]
    inner += [schema.items] if schema.items is not None else []
    return schema.kind in ("integer", "number") or any(map(_has_numbers, inner))


class _Walker:
    """Whether a check comes to a number that the members' rules read."""

    def __init__(self, checks: Sequence[Check]) -> None:
        self._checks = checks
        self._same = [list(check.same_value()) for check in checks]
        self._seen: set[tuple[int, int]] = set()

    def meets(self, index: int, schema: Schema) -> bool:
        if (index, id(schema)) in self._seen or not _has_numbers(schema):
            return False
        self._seen.add((index, id(schema)))
        nodes = [self._checks[at] for at in reached([index], self._same)]
        if schema.kind in ("integer", "number"):
            return any(n.never or n.types or n.values or n.numbers or n.strings for n in nodes)
        if any(node.values or node.arrays.get("unique_items") for node in nodes):
            return True
        below = _items_below if schema.kind == "array" else _members_below
        return any(self.meets(at, inner) for node in nodes for at, inner in below(node, schema))


def _items_below(check: Check, schema: Schema) -> Iterator[tuple[int, Schema]]:
    for at in (*check.prefix_items, check.arrays.get("items"), check.arrays.get("contains")):
        if at is not None:
            yield int(at), schema.items


def _members_below(check: Check, schema: Schema) -> Iterator[tuple[int, Schema]]:
    properties = dict(check.properties)
    for member in schema.members:
        for name in (member.name, *member.aliases):
            found = [properties[name]] if name in properties else []
            found += [at for text, at in check.patterns if compile_pattern(text).matches(name)]
            if not found and "additional" in check.objects:
                found = [check.objects["additional"]]
            yield from ((at, member.schema) for at in found)

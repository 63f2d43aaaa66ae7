# SPDX-License-Identifier: Apache-2.0
"""What of a graph looks at something x-sensitive: within a secret, or around one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from callgen.load import Node
from callgen.problems import Problems
from callgen.regex.dfa import compile_pattern
from callgen.schema.graph import Schema, reached

_MAX_MATCHES = 4096  # of one schema: its patterns times its properties


def spread_sensitive(schemas: Sequence[Schema]) -> None:
    """A secret is not shown by another schema of the same value either, nor its parts, nor a value
    that it is a part of. What is in it has no pointer of its own.
    """
    marked = {index for index, schema in enumerate(schemas) if schema.sensitive}
    if not marked:
        return
    groups = _groups(schemas)
    down: list[list[int]] = [[] for _ in schemas]
    up: list[list[int]] = [[] for _ in schemas]
    for index, schema in enumerate(schemas):
        for inner in schema.inner():
            down[groups[index]].append(groups[inner])
            up[groups[inner]].append(groups[index])
    starts = {groups[index] for index in marked}
    secret, holders = reached(starts, down), reached(starts, up)
    for group, schema in zip(groups, schemas):
        schema.secret = group in secret
        schema.sensitive = group in secret or group in holders


def looks_at_sensitive(schemas: Sequence[Schema], start: int) -> bool:
    """Whether this schema, or one of what it looks at, is sensitive. No edges are made of the others."""
    found, waiting = {start}, [start]
    while waiting:
        schema = schemas[waiting.pop()]
        if schema.sensitive:
            return True
        new = {*schema.same_value(), *schema.inner()} - found
        found |= new
        waiting += new
    return False


def check_names(schemas: Sequence[Schema], nodes: Sequence[Node], wrong: Problems) -> None:
    """A member's name stands in pointers, and nothing hides it there."""
    same = [list(schema.same_value()) for schema in schemas]
    names = [schema.objects["names"] for schema in schemas if "names" in schema.objects]
    for index in reached(names, same):
        if schemas[index].sensitive:
            text = "a member's name cannot be x-sensitive: say it of the object, not in propertyNames"
            wrong.add(nodes[index].mark, text)


@dataclass
class _Parts:
    """The schemas of what is in a value: by name or index, and those of whatever the name is. Of
    the latter, those of one schema know all the names, or every name is joined with them: is_wide.
    """

    named: dict[str | int, int] = field(default_factory=dict)
    others: list[int] = field(default_factory=list)
    is_wide: bool = False


def _groups(schemas: Sequence[Schema]) -> list[int]:
    """Of every schema, which stands for all that may look at the same value: never too few."""
    group = list(range(len(schemas)))
    sizes = [1] * len(schemas)
    waiting: list[tuple[int, int]] = []
    parts = [(_members(each, waiting), _items(each, waiting)) for each in schemas]
    waiting += [(at, same) for at, schema in enumerate(schemas) for same in schema.same_value()]

    def find(index: int) -> int:
        while group[index] != index:
            group[index] = index = group[group[index]]
        return index

    while waiting:
        one, other = map(find, waiting.pop())
        if one == other:
            continue
        if sizes[one] < sizes[other]:
            one, other = other, one
        group[other] = one
        sizes[one] += sizes[other]
        members, items = zip(parts[one], parts[other])
        parts[one] = (_both(*members, waiting), _both(*items, waiting))
    return [find(index) for index in range(len(schemas))]


def _members(schema: Schema, joined: list[tuple[int, int]]) -> _Parts:
    found = _Parts(dict(schema.properties), [index for _, index in schema.patterns])
    _join(found.others, joined)
    if len(schema.patterns) * len(schema.properties) > _MAX_MATCHES:
        _join([*found.named.values(), *found.others], joined)
    else:
        joined += [
            (at, index) for text, index in schema.patterns for name, at in schema.properties
            if compile_pattern(text).matches(name)
        ]
    found.others += [schema.objects["additional"]] if "additional" in schema.objects else []
    return found


def _items(schema: Schema, joined: list[tuple[int, int]]) -> _Parts:
    rules = schema.arrays
    found = _Parts(dict(enumerate(schema.prefix_items)))
    found.others = [int(rules[name]) for name in ("items", "contains") if name in rules]
    if "contains" in rules:
        _join([*found.named.values(), *found.others], joined)
    return found


def _both(one: _Parts, other: _Parts, joined: list[tuple[int, int]]) -> _Parts:
    """The smaller one goes into the other: all of it takes near linear time."""
    if len(one.named) < len(other.named):
        one, other = other, one
    strange = one.others and not other.named.keys() <= one.named.keys()
    strange = strange or other.others and not one.named.keys() <= other.named.keys()
    if one.others and other.others or strange:
        _join([*one.others, *other.others], joined)
        one.others = (one.others or other.others)[:1]
    else:
        one.others = one.others or other.others
    if strange or one.is_wide or other.is_wide:
        for each in (one, other):
            if not each.is_wide:
                _join([one.others[0], *each.named.values()], joined)
        one.is_wide = True
    joined += [(one.named.setdefault(name, index), index) for name, index in other.named.items()]
    return one


def _join(indices: Iterable[int], joined: list[tuple[int, int]]) -> None:
    known = list(indices)
    joined += zip(known, known[1:])

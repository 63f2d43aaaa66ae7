# SPDX-License-Identifier: Apache-2.0
"""A JSON Schema as it will stand in the tables: one entry per subschema, others named by index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

TYPES = ("null", "boolean", "object", "array", "number", "string", "integer")
FORMATS = (
    "date-time", "date", "time", "duration", "email", "idn-email", "hostname",
    "idn-hostname", "ipv4", "ipv6",
    "uri", "uri-reference", "iri", "iri-reference", "uri-template", "uuid", "json-pointer",
    "relative-json-pointer", "regex",
)
MAX_SCHEMAS = 0xFFFE


@dataclass(frozen=True)
class Dependency:
    """What the presence of a member demands: other members, and a subschema of the whole object."""

    key: str
    required: tuple[str, ...] = ()
    schema: int | None = None


@dataclass
class Schema:
    """Names are those of the keywords. Absent keywords have their default or None."""

    where: str  # for comments: a pointer
    never: bool = False
    sensitive: bool = False
    secret: bool = False  # within a sensitive value: made by spread_sensitive
    types: tuple[str, ...] = ()  # none: any
    values: tuple[str, ...] | None = None  # JSON texts
    is_const: bool = False
    numbers: dict[str, str] = field(default_factory=dict)  # keyword: JSON number
    strings: dict[str, int | str] = field(default_factory=dict)
    arrays: dict[str, int | bool] = field(default_factory=dict)
    objects: dict[str, int] = field(default_factory=dict)  # counts, additional and names
    prefix_items: tuple[int, ...] = ()
    properties: tuple[tuple[str, int], ...] = ()
    required: tuple[str, ...] = ()
    patterns: tuple[tuple[str, int], ...] = ()
    dependencies: tuple[Dependency, ...] = ()
    all_of: tuple[int, ...] = ()
    any_of: tuple[int, ...] = ()
    one_of: tuple[int, ...] = ()
    chosen_by: str = ""  # the member that says which of one_of
    branches: tuple[tuple[str, int], ...] = ()  # by its value
    not_of: int | None = None
    if_of: int | None = None
    then_of: int | None = None
    else_of: int | None = None

    @property
    def demands(self) -> bool:
        """Whether it says anything itself, schemas of allOf excepted."""
        plain = replace(self, where="", sensitive=False, secret=False, all_of=())
        return plain != Schema("")

    def known_keys(self) -> tuple[str, ...]:
        """The members that something is demanded of, those of properties first."""
        names = [name for name, _ in self.properties]
        names += self.required
        for dependency in self.dependencies:
            names += [dependency.key, *dependency.required]
        return tuple(dict.fromkeys(names))

    def inner(self) -> Iterator[int]:
        """The subschemas of what is in the value, and of members' names."""
        yield from self.prefix_items
        yield from (index for _, index in (*self.properties, *self.patterns))
        groups = ((self.arrays, ("items", "contains")), (self.objects, ("additional", "names")))
        yield from (int(rules[name]) for rules, names in groups for name in names if name in rules)

    def same_value(self) -> Iterator[int]:
        """The subschemas of the very value, not of what is in it."""
        yield from (*self.all_of, *self.any_of, *self.one_of)
        single = (self.not_of, self.if_of, self.then_of, self.else_of)
        inner = (dependency.schema for dependency in self.dependencies)
        yield from (index for index in (*single, *inner) if index is not None)


def spread_sensitive(schemas: Sequence[Schema]) -> None:
    """A secret is not shown by another schema of the same value either, nor its parts, nor a value
    that it is a part of. What is in it has no pointer of its own.
    """
    same = [list(schema.same_value()) for schema in schemas]
    every = [inner + list(schema.inner()) for inner, schema in zip(same, schemas)]
    marked = {index for index, schema in enumerate(schemas) if schema.sensitive}
    secret = reached(reached(marked, _backwards(same)), every)
    holders = reached(marked, _backwards(every))
    for index in secret | reached(holders, same):
        schemas[index].sensitive = True
    for index in secret:
        schemas[index].secret = True


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


def _backwards(edges: Sequence[Sequence[int]]) -> list[list[int]]:
    out: list[list[int]] = [[] for _ in edges]
    for start, targets in enumerate(edges):
        for target in targets:
            out[target].append(start)
    return out


def reached(starts: Iterable[int], edges: Sequence[Sequence[int]]) -> set[int]:
    found = set(starts)
    waiting = list(found)
    while waiting:
        new = set(edges[waiting.pop()]) - found
        found |= new
        waiting += new
    return found

# SPDX-License-Identifier: Apache-2.0
"""What a checked schema says of the payload, as frozen data: a part of callgen.model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from callgen.problems import Mark


@dataclass(frozen=True)
class Bound:
    value: int | float
    exclusive: bool = False  # numbers only: those of integers are made inclusive
    keyword: str = ""  # that says it


@dataclass(frozen=True, eq=False)
class Schema:
    """One node of the payload. kind: any, string, integer, number, boolean, array or object.

    Beside problems also broken: what it should be is not known, so nothing more is said about it.
    """

    kind: str
    mark: Mark
    wire_name: str = ""  # of an object: its name in the schema
    cpp_name: str = ""  # of an object or an enum
    description: str = ""
    nullable: bool = False
    width: str = ""  # int32, int64, uint32, uint64, float or double
    min_length: int = 0
    max_length: int | None = None
    min_items: int = 0
    max_items: int | None = None
    minimum: Bound | None = None
    maximum: Bound | None = None
    names: tuple[str, ...] = ()  # of a string enum
    is_open: bool = False
    values: tuple[Any, ...] = ()  # const, or enum of integers or numbers
    is_const: bool = False
    capacity: int = 0
    # what a look at its text checks, as indices of Provider.checks: of every object of a struct, and
    # of a value right here
    check: int | None = None
    also: int | None = None
    content: int | None = None  # of the JSON in a string, when it has been decoded
    text_is_sensitive: bool = False  # something that these looks find in it
    sensitive: bool = False  # x-sensitive, right here
    written: tuple[str, ...] = ()  # the keywords that the schema says it with
    items: Schema | None = None
    members: tuple[Member, ...] = ()

    @property
    def innermost(self) -> Schema:
        """Of arrays, what they hold in the end."""
        return self.items.innermost if self.items is not None else self

    @property
    def is_sensitive(self) -> bool:
        """Itself, or all that is in an array, however deep."""
        return self.sensitive or self.items is not None and self.items.is_sensitive

    @cached_property
    def holds_sensitive(self) -> bool:
        """Whether to show it whole would show something that is x-sensitive."""
        inner = (m.is_sensitive or m.schema.holds_sensitive for m in self.members)
        of_items = self.items is not None and (self.items.is_sensitive or self.items.holds_sensitive)
        return self.text_is_sensitive or of_items or any(inner)

    def member(self, name: str) -> Member | None:
        """The member that answers to a name on the wire."""
        return next((m for m in self.members if name == m.name or name in m.aliases), None)


@dataclass(frozen=True, eq=False)
class Member:
    name: str  # on the wire
    cpp_name: str
    schema: Schema
    required: bool = False
    aliases: tuple[str, ...] = ()
    description: str = ""
    sensitive: bool = False  # x-sensitive, beside what it is
    default: tuple[Any, ...] = ()  # the value, if there is one
    default_mark: Mark | None = None

    @property
    def is_sensitive(self) -> bool:
        return self.sensitive or self.schema.is_sensitive

    @property
    def is_optional(self) -> bool:
        return (not self.required or self.schema.nullable) and not self.default


def structs_below(root: Schema) -> Iterator[Schema]:
    """Every object schema once, those that others contain first."""
    seen: set[int] = set()

    def walk(node: Schema) -> Iterator[Schema]:
        if id(node) in seen:
            return
        seen.add(id(node))
        for inner in (m.schema for m in node.members) if node.kind == "object" else (node.items,):
            if inner is not None:
                yield from walk(inner)
        if node.kind == "object":
            yield node

    yield from walk(root)

# SPDX-License-Identifier: Apache-2.0
"""One of the two schemas that are compared."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from callgen.digest import plain
from callgen.load import Node
from callgen.model import Expression, Provider, Segment, Slot
from callgen.problems import Mark


@dataclass(frozen=True)
class Side:
    provider: Provider
    root: Node

    def at(self, *path: str | int) -> Mark:
        """Where the last of these is written that is; of a mapping's entry, its key."""
        here, mark = self.root, self.root.mark
        for step in path:
            found = _entry(here, step)
            if found is None:
                return mark
            mark, here = found
        return mark

    def meaning(self, segments: tuple[Segment, ...]) -> Any:
        """A template with what its slots tell, as plain data."""
        return [
            [segment.name, segment.quoted, told_as(self.provider.told[segment.told])]
            if isinstance(segment, Slot) and segment.name == "told" else plain(segment)
            for segment in segments
        ]


def _entry(here: Node, step: str | int) -> tuple[Mark, Node] | None:
    if here.kind == "map":
        return next(((key.mark, value) for key, value in here.pairs() if key.value == step), None)
    if here.kind == "list" and isinstance(step, int) and step < len(here.value):
        return here.value[step].mark, here.value[step]
    return None


def told_as(expression: Expression | None) -> Any:
    return plain(expression) if expression is not None else None


def differing(one: Any, other: Any) -> list[str]:
    """The names of a dataclass's fields whose values are not alike."""
    assert is_dataclass(one)
    return [f.name for f in fields(one) if plain(getattr(one, f.name)) != plain(getattr(other, f.name))]


def quoted(names: Any) -> str:
    return ", ".join(f"'{name}'" for name in names)

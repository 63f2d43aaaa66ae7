# SPDX-License-Identifier: Apache-2.0
"""What an expression can refer to, and where its pointers lead."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

from callgen.load import Node
from callgen.model import BodySource, ContextField, MemberStep, Schema, Stage
from callgen.problems import Problems, unknown
from callgen.sources import body_source, shown_source
from callgen.table import Table

MAX_SPELLINGS = 16  # of one pointer, when its members have aliases
MAX_STAGES = 64  # that can be named: one bit each


@dataclass(frozen=True)
class World:
    """What expressions can refer to."""

    payload: Schema
    stages: tuple[Stage, ...]  # by order
    context: tuple[ContextField, ...]
    tables: tuple[Table, ...]
    problems: Problems
    has_messages: bool = False  # whether codes have text for people


@dataclass(frozen=True)
class Scope:
    """Where an expression stands. item: what its pointers start from; None: the payload."""

    world: World
    item: Schema | None = None
    has_index: bool = False
    depth: int = 0

    def add(self, node: Node, text: str) -> None:
        self.world.problems.add(node.mark, text)


def resolve(
    node: Node, start: Schema, scope: Scope, place: str = "the payload", whole: bool = True
) -> BodySource | None:
    """whole: all of the value is shown."""
    if node.kind != "str":
        scope.add(node, "a pointer is text such as /data/id")
        return None
    problems = scope.world.problems
    if node.value == "" and place != "the payload":
        found: BodySource | None = BodySource("", (), start, node.mark)
    else:
        found = body_source(node.value, node.mark, start, problems, place=place)
    return shown_source(found, node.mark, problems, whole)


def array_at(node: Node, scope: Scope) -> BodySource | None:
    """An array of the payload, whose items are all there."""
    source = resolve(node, scope.world.payload, scope, whole=False)
    if source is None or source.leaf.kind == "broken":
        return None
    if source.leaf.kind != "array":
        scope.add(node, f"'{node.value}' is of type {source.leaf.kind}: it must be an array")
    elif source.leaf.items.nullable:
        scope.add(node, f"'{node.value}': items that may be null are not compiled yet here")
    else:
        return source
    return None


def stage_names(nodes: tuple[Node, ...], scope: Scope) -> tuple[str, ...]:
    """The stages that a list names, by order."""
    known = [stage.name for stage in scope.world.stages]
    for node in nodes:
        if node.value not in known:
            scope.add(node, unknown("stage", node.value, known))
        elif known.index(node.value) >= MAX_STAGES:
            scope.add(node, f"only the {MAX_STAGES} lowest stages can be named here")
    named = {node.value for node in nodes}
    return tuple(name for name in known if name in named)


def spellings(node: Node, source: BodySource, scope: Scope) -> tuple[str, ...]:
    """The pointers that name one place, by the aliases of the members it passes."""
    tokens = [
        [name.replace("~", "~0").replace("/", "~1") for name in (s.member.name, *s.member.aliases)]
        if isinstance(s, MemberStep) else [str(s)]
        for s in source.steps
    ]
    if math.prod(map(len, tokens)) > MAX_SPELLINGS:
        scope.add(node, f"'{node.value}' has more than {MAX_SPELLINGS} spellings by its aliases")
        return ()
    return tuple("".join("/" + token for token in one) for one in itertools.product(*tokens))

# SPDX-License-Identifier: Apache-2.0
"""What answers and the log tell of a task: expressions that the store works out where it keeps the callback."""

from __future__ import annotations

import json

from callgen.expressions import read_expression
from callgen.load import Node
from callgen.model import Expression, Slot
from callgen.scope import Scope, World

MAX_TOLD = 16  # callgate::limits::max_told_values
_TYPES = ("text", "integer", "real", "boolean")


class Told:
    """Each expression once, however often it is told."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._found: dict[str, Expression] = {}  # by the expression as JSON

    @property
    def expressions(self) -> tuple[Expression, ...]:
        return tuple(self._found.values())

    def slot(self, node: Node) -> Slot | None:
        """None beside problems."""
        found = read_expression(node, Scope(self.world))
        if found is None:
            return None
        if found.type not in _TYPES:
            text = f"'$expression' must be {', '.join(_TYPES[:-1])} or {_TYPES[-1]}: this is {found.type}"
            self.world.problems.add(node.mark, text)
            return None
        key = json.dumps(node.json())
        if key not in self._found and len(self._found) == MAX_TOLD:
            self.world.problems.add(node.mark, f"more than {MAX_TOLD} different expressions")
            return None
        self._found.setdefault(key, found)
        return Slot("told", told=list(self._found).index(key))

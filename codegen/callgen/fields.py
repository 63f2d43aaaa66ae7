# SPDX-License-Identifier: Apache-2.0
"""Reads the keys of one mapping: unknown ones are reported, missing ones too, and each value has
its kind.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from callgen.load import Node
from callgen.problems import Problems, unknown

_UNITS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_SIZES = {"B": 1, "KiB": 1024, "MiB": 1024 * 1024}
_KINDS = {
    "str": "text",
    "int": "an integer",
    "bool": "true or false",
    "map": "a mapping",
    "list": "a list",
}
MAX_DURATION_MS = 3650 * 86_400_000


class Fields:
    """One mapping, read key by key.

    `later` names what the language has but nothing compiles yet; no `known`: all are.
    """

    def __init__(
        self,
        node: Node | None,
        problems: Problems,
        known: Sequence[str] | None,
        required: Collection[str] = (),
        later: Collection[str] = (),
        word: str = "key",
    ) -> None:
        self.problems = problems
        self._map = node if node is not None and node.kind == "map" else None
        if node is None:
            return
        self.mark = node.mark
        if self._map is None:
            with_keys = f" with the keys {', '.join(sorted(known))}" if known is not None else ""
            problems.add(node.mark, "must be a mapping" + with_keys)
            return
        if known is not None:
            self._check_keys(known, later, word)
        for name in required:
            if node.get(name) is None:
                problems.add(node.mark, f"{word} '{name}' is missing")

    def _check_keys(self, known: Collection[str], later: Collection[str], word: str) -> None:
        for key, _ in self._map.pairs():
            if key.value in later:
                self.problems.add(key.mark, f"{word} '{key.value}' is not compiled yet")
            elif key.value not in known:
                self.problems.add(key.mark, unknown(word, key.value, known, later))

    def __bool__(self) -> bool:
        return self._map is not None

    def __contains__(self, key: str) -> bool:
        return self._map is not None and self._map.get(key) is not None

    def node(self, key: str, kind: str = "") -> Node | None:
        """The value, if it is there and of that kind; another kind is a problem."""
        found = self._map.get(key) if self._map is not None else None
        if found is None or not kind or found.kind == kind:
            return found
        self.problems.add(found.mark, f"'{key}' must be {_KINDS[kind]}")
        return None

    def text(self, key: str, default: str = "") -> str:
        found = self.node(key, "str")
        return found.value if found is not None else default

    def flag(self, key: str, default: bool = False) -> bool:
        found = self.node(key, "bool")
        return found.value if found is not None else default

    def integer(self, key: str, default: int, low: int, high: int) -> int:
        found = self.node(key, "int")
        if found is None:
            return default
        if low <= found.value <= high:
            return found.value
        self.problems.add(found.mark, f"'{key}' must be between {low} and {high}")
        return default

    def choice(
        self, key: str, options: Sequence[str], default: str, later: Collection[str] = ()
    ) -> str:
        found = self.node(key, "str")
        if found is None or found.value in options:
            return found.value if found is not None else default
        if found.value in later:
            self.problems.add(found.mark, f"'{key}: {found.value}' is not compiled yet")
        else:
            self.problems.add(found.mark, unknown(key, found.value, options))
        return default

    def duration_ms(self, key: str, default: int, high: int = MAX_DURATION_MS) -> int:
        return self._scaled(
            key, default, high, _UNITS, "a duration such as 500ms, 15s, 60m, 2h or 15d"
        )

    def size_bytes(self, key: str, default: int, high: int) -> int:
        return self._scaled(key, default, high, _SIZES, "a size such as 64KiB")

    def _scaled(self, key: str, default: int, high: int, units: dict[str, int], what: str) -> int:
        found = self.node(key)
        if found is None:
            return default
        match = re.fullmatch(
            r"([0-9]{1,12})([A-Za-z]+)", str(found.value)
        ) if found.kind == "str" else None
        if match is None or match[2] not in units:
            self.problems.add(found.mark, f"'{key}' must be {what}")
            return default
        value = int(match[1]) * units[match[2]]
        if not 0 < value <= high:
            unit, factor = max((u for u in units.items() if high % u[1] == 0), key=lambda u: u[1])
            self.problems.add(
                found.mark, f"'{key}' must be more than 0 and at most {high // factor}{unit}"
            )
            return default
        return value

    def list_of_text(self, key: str) -> tuple[Node, ...]:
        """The items that are text; others are problems."""
        found = self.node(key, "list")
        items = found.value if found is not None else ()
        for item in items:
            if item.kind != "str":
                self.problems.add(item.mark, "must be text: quote it")
        return tuple(item for item in items if item.kind == "str")

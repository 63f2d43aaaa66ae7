# SPDX-License-Identifier: Apache-2.0
"""What was seen at each place of some bodies: kinds, values, lengths, members."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from callgen.names import snake

_KINDS = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array",
          dict: "object"}


@dataclass
class Seen:
    """Everything that stood at one place, over all bodies and all items of arrays."""

    count: int = 0
    kinds: Counter[str] = field(default_factory=Counter)  # null among them
    texts: Counter[str] = field(default_factory=Counter)
    numbers: list[int | float] = field(default_factory=list)
    most_items: int = 0
    items: Seen | None = None
    members: dict[str, Seen] = field(default_factory=dict)  # of objects, the first seen first
    aliases: tuple[str, ...] = ()  # other spellings of the member that this is
    together: set[str] = field(default_factory=set)  # spelled in two ways in one object

    @property
    def kind(self) -> str:
        """The one kind beside null; "" for none, `mixed` for several.

        Integers beyond 64 bits are numbers: no other type holds them.
        """
        kinds = set(self.kinds) - {"null"}
        if kinds == {"integer", "number"} or (kinds == {"integer"} and not self._fits()):
            return "number"
        return "" if not kinds else kinds.pop() if len(kinds) == 1 else "mixed"

    def _fits(self) -> bool:
        low, high = min(self.numbers), max(self.numbers)
        return -(2**63) <= low and high < (2**64 if low >= 0 else 2**63)

    @property
    def is_nullable(self) -> bool:
        return self.kinds["null"] > 0

    @property
    def longest(self) -> int:
        return max(map(len, self.texts), default=0)

    @property
    def shortest(self) -> int:
        return min(map(len, self.texts), default=0)

    def always_has(self, name: str) -> bool:
        return self.members[name].count == self.kinds["object"]

    def add(self, value: Any) -> None:
        self.count += 1
        if value is None:
            self.kinds["null"] += 1
            return
        kind = _KINDS[type(value)]
        self.kinds[kind] += 1
        if kind == "string":
            self.texts[value] += 1
        elif kind in ("integer", "number"):
            self.numbers.append(value)
        elif kind == "array":
            self._add_items(value)
        elif kind == "object":
            self._add_members(value)

    def _add_items(self, items: list[Any]) -> None:
        self.most_items = max(self.most_items, len(items))
        for item in items:
            self.items = self.items or Seen()
            self.items.add(item)

    def _add_members(self, value: dict[str, Any]) -> None:
        spelled = Counter(snake(name) for name in value)
        self.together |= {name for name, times in spelled.items() if times > 1}
        for name, inner in value.items():
            self.members.setdefault(name, Seen()).add(inner)


def observe(bodies: list[dict[str, Any]]) -> Seen:
    root = Seen()
    for body in bodies:
        root.add(body)
    return _joined([root])


def _joined(several: list[Seen]) -> Seen:
    """What is one place under several spellings, and so is everything below."""
    out = Seen()
    for each in several:
        out.count += each.count
        out.kinds += each.kinds
        out.texts += each.texts
        out.numbers += each.numbers
        out.most_items = max(out.most_items, each.most_items)
        out.together |= each.together
    items = [each.items for each in several if each.items is not None]
    out.items = _joined(items) if items else None
    found: dict[str, list[Seen]] = {}
    for each in several:
        for name, inner in each.members.items():
            found.setdefault(name, []).append(inner)
    for names in _spellings(found, out.together):
        names.sort(key=lambda name: -sum(inner.count for inner in found[name]))
        member = _joined([inner for name in names for inner in found[name]])
        member.aliases = tuple(names[1:])
        out.members[names[0]] = member
    return out


def _spellings(found: dict[str, list[Seen]], together: set[str]) -> list[list[str]]:
    """Names of one member: createTime and create_time, where no object has both."""
    groups: dict[str, list[str]] = {}
    for name in found:
        spelled = snake(name)
        groups.setdefault(name if not spelled or spelled in together else spelled, []).append(name)
    return list(groups.values())

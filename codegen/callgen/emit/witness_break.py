# SPDX-License-Identifier: Apache-2.0
"""Values that break one keyword, and values at its edge that just do not.

Proposals all: whoever asks evaluates the whole payload.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from callgen.emit.witness import Witness
from callgen.emit.witness_demands import FORMATS, Demands, demands_of, text_of_length, to_json
from callgen.emit.witness_places import Site
from callgen.emit.witness_words import Wish, word
from callgen.schema.graph import Schema as Node

MAX_TEXT = 300_000  # code points of a text that is too long
MAX_NON_ASCII_TEXT = 4096  # the same, of others than ASCII
MAX_ITEMS = 1000  # of an array that is too long
MAX_MEMBERS = 300  # of an object that has too many
_OF_TYPE: dict[str, Any] = {
    "null": None, "boolean": True, "object": {}, "array": [], "number": 1.5, "string": "x",
}
_SAMPLES: tuple[Any, ...] = ("", "x", "zz", "0", 0, 1, -1, 2, 3, 7, 10, 1.5, 10**6, True, False, None,
                             [], [1], {}, {"x": 1})
_MAX_GROUPS = 10  # of subschemas that are tried together
_STEPS = (Decimal("0.001"), Decimal("0.5"), Decimal(1), Decimal(2), Decimal(10))


class Breaker:
    """current: the value that is there. own: all schemas that it has to satisfy."""

    def __init__(self, witness: Witness) -> None:
        self._witness = witness
        self._nodes = witness.nodes

    def broken(self, site: Site, current: Any, own: tuple[int, ...]) -> Iterator[Any]:
        name = _METHODS.get(site.keyword, "_any")
        if site.told == "range":
            name = "_range"
        yield from getattr(self, name)(site, self._nodes[site.index], current, own)

    def edge(self, site: Site, current: Any, own: tuple[int, ...]) -> Iterator[Any]:
        """Of a bound, what just holds."""
        node = self._nodes[site.index]
        if site.told == "range":
            yield int(node.numbers["minimum"])
            yield int(node.numbers["maximum"])
        elif site.keyword in ("minLength", "maxLength"):
            limit = int(node.strings["min_length" if site.keyword == "minLength" else "max_length"])
            yield from self._of_length(site, limit, own)
        elif site.keyword in ("minimum", "maximum"):
            for text in (node.numbers.get(site.keyword), *node.numbers.values()):
                if text is not None:
                    yield json.loads(text)
        elif site.keyword in ("minItems", "maxItems") and isinstance(current, list):
            limit = node.arrays["min_items" if site.keyword == "minItems" else "max_items"]
            yield from self._with_items(current, int(limit), own)

    # --- scalars

    def _type(self, site: Site, node: Node, current: Any, own: tuple[int, ...]) -> Iterator[Any]:
        if site.detail == "number" and isinstance(current, int):
            yield from (current + 0.5, current - 0.5)
        yield _OF_TYPE[site.detail]
        if site.detail == "string":
            yield from ("zzzz", "")

    def _any(self, site: Site, node: Node, current: Any, own: tuple[int, ...]) -> Iterator[Any]:
        """Whatever there is: the evaluator chooses."""
        branches = (*node.any_of, *node.one_of)
        base = tuple(index for index in own if index != site.index)
        groups = [(one, other) for at, one in enumerate(branches) for other in branches[at + 1:]]
        groups += [(node.not_of,)] if node.not_of is not None else []
        for group in groups[:_MAX_GROUPS]:
            yield from self._witness.value((*base, *group))
            yield from self._witness.value(group)
        if node.never:
            yield from self._witness.value(base)
        yield from _SAMPLES
        for each in (*branches, *own):
            yield from map(json.loads, self._nodes[each].values or ())
            yield from self._texts(self._demands((each,)))

    def _listed(self, site: Site, node: Node, current: Any, own: tuple[int, ...]) -> Iterator[Any]:
        values = [json.loads(text) for text in node.values or ()]
        kept = [v for v in (current, *values) if isinstance(v, str)]
        for text in kept[:3]:
            yield from (text + "x", text[:-1], text.upper(), "x" * max(1, len(text)), text + "0")
        for number in [v for v in values if isinstance(v, (int, float)) and not v is True]:
            yield from (number + 1, number - 1)
        yield from (value for value in (True, False) if any(v is not value for v in values))
        yield from self._texts(self._demands(own))
        yield from _SAMPLES

    def _numeric(self, site: Site, node: Node, current: Any, own: tuple[int, ...]) -> Iterator[Any]:
        key = {"exclusiveMinimum": "exclusive_minimum", "exclusiveMaximum": "exclusive_maximum"}
        is_lower = site.keyword.lower().endswith("minimum")
        text = node.numbers.get(key.get(site.violation, site.violation))
        if text is None:
            return
        bound, away = Decimal(text), -1 if is_lower else 1
        if site.violation.startswith("exclusive"):
            yield to_json(bound)
        step = max(self._demands(own).divisors, default=Decimal(1))
        steps = (*(step * n for n in (1, 2, 3)), *_STEPS)
        multiple = (bound / step).to_integral_value() * step
        for start in (bound, multiple):
            for each in sorted(steps):
                if is_whole(bound) or each != each.to_integral_value() or each == step:
                    yield to_json(start + away * each)

    def _range(self, site: Site, node: Node, current: Any, own: tuple[int, ...]) -> Iterator[Any]:
        low, high = int(node.numbers["minimum"]), int(node.numbers["maximum"])
        away = -1 if site.violation == "minimum" else 1
        edge = low if away == -1 else high
        yield edge + away if high < 2**64 else away * 10 ** len(str(high))

    def _multipleOf(self, site: Site, node: Node, current: Any, own: tuple[int, ...]
                    ) -> Iterator[Any]:
        step = Decimal(node.numbers["multiple_of"])
        starts = [Decimal(repr(current))] if isinstance(current, (int, float)) else []
        starts += [bound for bound, _ in (*self._demands(own).lows, *self._demands(own).highs)
                   if abs(bound) < 2**53]
        for start in (*starts, Decimal(0)):
            for part in (Decimal(1), step / 2, Decimal("0.5"), step / 10):
                yield from (to_json(start + part), to_json(start - part))

    def _length(self, site: Site, node: Node, current: Any, own: tuple[int, ...]) -> Iterator[Any]:
        if site.keyword == "minLength":
            yield from self._of_length(site, int(node.strings["min_length"]) - 1, own)
        else:
            yield from self._of_length(site, int(node.strings["max_length"]) + 1, own)

    def _of_length(self, site: Site, length: int, own: tuple[int, ...]) -> Iterator[Any]:
        other = site.detail == "non-ASCII"
        if not 0 <= length <= (MAX_NON_ASCII_TEXT if other else MAX_TEXT):
            return
        nodes = [self._nodes[index] for index in self._witness.together(own)]
        branches = [index for node in nodes for index in (*node.any_of, *node.one_of)]
        for more in ((), *((index,) for index in branches[:_MAX_GROUPS])):
            yield from text_of_length(self._demands((*own, *more)), length, other)

    def _pattern(self, site: Site, node: Node, current: Any, own: tuple[int, ...]) -> Iterator[Any]:
        wanted = self._demands(own)
        mine = str(node.strings["matches"])
        others = [wish for wish in wanted.wishes if wish.text != mine]
        for least in dict.fromkeys((max(1, wanted.least), wanted.least, wanted.least + 1)):
            text = word((Wish(mine, False), *others), least, wanted.most)
            yield from () if text is None else (text,)
        yield from (s for s in _SAMPLES if isinstance(s, str))

    def _content(self, site: Site, node: Node, current: Any, own: tuple[int, ...]) -> Iterator[Any]:
        yield from ("{", "[1", "x", "{]", "[[" * 20, '{"a":' * 20)
        yield "{" * max(1, self._demands(own).least)

    def _format(self, site: Site, node: Node, current: Any, own: tuple[int, ...]) -> Iterator[Any]:
        good, bad = FORMATS[str(node.strings["format"])]
        yield from (bad, good + " ", "x", "%", "-", "\\", "{")
        yield from self._texts(self._demands(own))

    def _texts(self, wanted: Demands) -> Iterator[str]:
        length = max(wanted.least, 1)
        yield from ("z" * length, "0" * length, "Z" * length)
        for wishes in (wanted.wishes, tuple(Wish(w.text, False) for w in wanted.wishes)):
            text = word(wishes, wanted.least, wanted.most)
            yield from () if text is None else (text,)

    def _demands(self, own: tuple[int, ...]) -> Demands:
        return demands_of([self._nodes[index] for index in self._witness.together(own)])

    # --- arrays

    def _items(self, site: Site, node: Node, current: Any, own: tuple[int, ...]) -> Iterator[Any]:
        if not isinstance(current, list):
            return
        if site.keyword == "minItems":
            least = int(node.arrays["min_items"])
            yield current[:least - 1]
            yield from self._with_items(current[:0], least - 1, own)
        else:
            yield from self._with_items(current, int(node.arrays["max_items"]) + 1, own)

    def _with_items(self, current: list[Any], count: int, own: tuple[int, ...]) -> Iterator[Any]:
        """The same with items more or less."""
        unique = self._says(own, "unique_items")
        out = list(current[:count])
        while len(out) < min(count, MAX_ITEMS):
            wanted = self._witness.of_member(own, len(out))
            found = self._witness.values(wanted, variant=len(out))
            item = [v for v in found if not unique or v not in out][:1]
            if unique and not wanted:
                item = [f"item {len(out)}"]
            if not item:
                return
            out += item
        if len(out) == count:
            yield out

    def _says(self, own: tuple[int, ...], key: str) -> bool:
        return any(self._nodes[i].arrays.get(key) for i in self._witness.together(own))

    def _contains(self, site: Site, node: Node, current: Any, own: tuple[int, ...]) -> Iterator[Any]:
        if not isinstance(current, list):
            return
        wanted = int(node.arrays["contains"])
        others = [item for item in current if not self._witness.fits((wanted,), item)]
        right = [item for item in current if self._witness.fits((wanted,), item)]
        if site.keyword == "maxContains":
            most, size = int(node.arrays["max_contains"]), len(current)
            both = (*self._witness.of_member(own, size), wanted)
            new = [v for n in range(4) for v in self._witness.value(both, variant=n)] * 3
            yield [*current, *new[:max(0, most + 1 - len(right))]]
            yield [*right, *new][:most + 1]
            return
        least = int(node.arrays.get("min_contains", 1))
        fewer = others + right[:max(0, least - 1)]
        yield fewer
        for size in (1, len(current)):
            inner = self._witness.of_member(own, size - 1)
            tried = [*self._witness.values(inner), *_SAMPLES]
            odd = [v for v in tried if not self._witness.fits((wanted,), v)]
            yield from ([*fewer, value][:max(size, len(fewer))] for value in odd[:20])

    def _unique(self, site: Site, node: Node, current: Any, own: tuple[int, ...]) -> Iterator[Any]:
        if isinstance(current, list):
            yield from ([*current, item] for item in current)
            yield from ([*current[:-1], current[at]] for at in range(len(current) - 1))
            item = self._witness.value(self._witness.of_member(own, 0)) or (1,)
            yield [item[0], item[0]]

    # --- objects

    def _required(self, site: Site, node: Node, current: Any, own: tuple[int, ...]) -> Iterator[Any]:
        names = (site.detail,) if isinstance(site.detail, str) else site.detail
        if isinstance(current, dict):
            yield {name: value for name, value in current.items() if name not in names}

    def _dependentRequired(self, site: Site, node: Node, current: Any, own: tuple[int, ...]
                           ) -> Iterator[Any]:
        key, absent = site.detail
        if isinstance(current, dict):
            out = {name: value for name, value in current.items() if name != absent}
            for value in self._witness.value(self._witness.of_member(own, key)):
                yield {**out, key: value}

    def _members(self, site: Site, node: Node, current: Any, own: tuple[int, ...]) -> Iterator[Any]:
        if not isinstance(current, dict):
            return
        if site.keyword == "minProperties":
            yield from self._fewer(current, int(node.objects["min_properties"]) - 1, own)
            return
        out, most = dict(current), int(node.objects["max_properties"])
        known = self._witness.names(self._witness.together(own))
        more = self._witness.other_names(own, None, set(known))
        names = [*(name for name in known if name not in out), *more]
        names += [f"{name}{n}" for name in names for n in range(min(most, MAX_MEMBERS))]
        for name in names:
            if len(out) > most or len(out) > MAX_MEMBERS:
                break
            values = self._witness.value(self._witness.of_member(own, name))
            changed = {**out, name: values[0]} if values else out
            if len(changed) > most or self._witness.fits(own, changed):
                out = changed
        yield out

    def _fewer(self, current: dict[str, Any], count: int, own: tuple[int, ...]) -> Iterator[Any]:
        needed = {n for i in self._witness.together(own) for n in self._nodes[i].required}
        kept = sorted(current, key=lambda name: name not in needed)[:count]
        yield {name: value for name, value in current.items() if name in kept}

    def _unknown(self, site: Site, node: Node, current: Any, own: tuple[int, ...]) -> Iterator[Any]:
        if isinstance(current, dict):
            yield {**current, site.detail: 1}


def is_whole(value: Decimal) -> bool:
    return value == value.to_integral_value()


_METHODS = {
    "type": "_type", "enum": "_listed", "const": "_listed", "minimum": "_numeric",
    "maximum": "_numeric", "exclusiveMinimum": "_numeric", "exclusiveMaximum": "_numeric",
    "multipleOf": "_multipleOf", "minLength": "_length", "maxLength": "_length",
    "pattern": "_pattern", "format": "_format", "minItems": "_items", "maxItems": "_items",
    "contains": "_contains", "minContains": "_contains", "maxContains": "_contains",
    "uniqueItems": "_unique", "required": "_required", "dependentRequired": "_dependentRequired",
    "contentMediaType": "_content", "minProperties": "_members", "maxProperties": "_members",
    "unknown_members": "_unknown",
}

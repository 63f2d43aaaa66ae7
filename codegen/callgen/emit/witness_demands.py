# SPDX-License-Identifier: Apache-2.0
"""What several schemas of one value demand together, and the scalars that meet it.

Values are those of json.loads. What is made here is proposed, not proved: whoever asks evaluates it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from typing import Any

from callgen.emit.witness_words import Wish, word, word_of_length
from callgen.schema.formats import has_format
from callgen.schema.graph import Schema as Node

MAX_EDGE_TEXT = 256  # code points of a text that is as long as it may be, in a maximal payload
KINDS = ("object", "array", "string", "integer", "number", "boolean", "null")
# Of each format, a text that has it and one that has not.
FORMATS = {
    "date-time": ("2024-02-29T12:30:00Z", "2023-02-29T12:30:00Z"),
    "date": ("2024-02-29", "2023-02-29"),
    "time": ("12:30:00Z", "24:00:00Z"),
    "duration": ("P1DT2H", "P1H"),
    "email": ("a@example.org", "a.example.org"),
    "idn-email": ("a@example.org", "a.example.org"),
    "hostname": ("example.org", "-.example.org"),
    "idn-hostname": ("example.org", "-.example.org"),
    "ipv4": ("192.0.2.1", "192.0.2.256"),
    "ipv6": ("2001:db8::1", "2001:db8:::1"),
    "uri": ("https://example.org/a", "//example.org/a"),
    "uri-reference": ("/a", "/a b"),
    "iri": ("https://example.org/a", "//example.org/a"),
    "iri-reference": ("/a", "/a b"),
    "uri-template": ("/a/{b}", "/a/{b"),
    "uuid": ("123e4567-e89b-12d3-a456-426614174000", "123e4567-e89b-12d3-a456-42661417400g"),
    "json-pointer": ("/a/b", "a/b"),
    "relative-json-pointer": ("0/a", "01"),
    "regex": ("^a+$", "(a"),
}
_DIFFERENT = 12  # texts that are proposed, for items that shall differ
_EXACT = Context(prec=400)


@dataclass
class Demands:
    nodes: Sequence[Node]
    values: list[Any] | None = None
    lows: list[tuple[Decimal, bool]] = field(default_factory=list)  # a bound, and whether exclusive
    highs: list[tuple[Decimal, bool]] = field(default_factory=list)
    divisors: list[Decimal] = field(default_factory=list)
    least: int = 0  # code points
    most: int | None = None
    wishes: tuple[Wish, ...] = ()
    formats: list[str] = field(default_factory=list)

    def kinds(self) -> list[str]:
        """The types that all of them have, first those that something is demanded of."""
        def has(node: Node, kind: str) -> bool:
            return not node.types or kind in node.types or (
                kind == "integer" and "number" in node.types
            )

        meant = {
            "object": any(n.properties or n.required or n.objects or n.patterns for n in self.nodes),
            "array": any(n.arrays or n.prefix_items for n in self.nodes),
            "string": any(n.strings for n in self.nodes),
            "integer": any(n.numbers for n in self.nodes),
        }
        shared = [kind for kind in KINDS if all(has(node, kind) for node in self.nodes)]
        return sorted(shared, key=lambda kind: not meant.get(kind, False))


def demands_of(nodes: Sequence[Node]) -> Demands:
    out = Demands(nodes)
    for node in nodes:
        for key, text in node.numbers.items():
            value = Decimal(text)
            if key == "multiple_of":
                out.divisors.append(value)
            else:
                bounds = out.lows if key.endswith("minimum") else out.highs
                bounds.append((value, key.startswith("exclusive")))
        rules = node.strings
        out.least = max(out.least, int(rules.get("min_length", 0)))
        if "max_length" in rules:
            out.most = min(int(rules["max_length"]), out.most if out.most is not None else 2**32)
        if "matches" in rules:
            out.wishes += (Wish(str(rules["matches"])),)
        if "format" in rules:
            out.formats.append(str(rules["format"]))
        if node.values is not None and out.values is None:
            out.values = [json.loads(text) for text in node.values]
    return out


# --- numbers

def numbers(wanted: Demands, large: bool, whole: bool) -> Iterator[int | float]:
    """Those at the bounds first: the lower one, or the upper one where `large` is said."""
    low = max(wanted.lows, default=None)
    high = min(wanted.highs, default=None, key=lambda bound: (bound[0], not bound[1]))
    step = max(wanted.divisors, default=None)
    found: list[Decimal] = []
    for bound, rounding, away in (
        (high, ROUND_FLOOR, -1), (low, ROUND_CEILING, 1)
    ) if large else ((low, ROUND_CEILING, 1), (high, ROUND_FLOOR, -1)):
        if bound is None:
            continue
        edge = bound[0]
        if step is not None:
            times = _EXACT.divide(edge, step).to_integral_value(rounding)
            found += [_EXACT.multiply(step, times + away * more) for more in range(4)]
        found += [edge, edge.to_integral_value(rounding)]
        found += [_EXACT.add(edge, Decimal(away) * Decimal(part)) for part in ("1", "2", "3", "0.5")]
    found += [Decimal(0), *(step for step in wanted.divisors), Decimal(1), Decimal(2)]
    for value in found:
        if not whole or value == value.to_integral_value():
            yield to_json(value)


def to_json(value: Decimal) -> int | float:
    whole = value == value.to_integral_value(context=_EXACT)
    return int(value) if whole and abs(value) < 2**64 else float(value)


# --- texts

def texts(wanted: Demands, large: bool, variant: int) -> Iterator[str]:
    least, most = wanted.least, wanted.most
    top = min(most, MAX_EDGE_TEXT) if most is not None else None
    if wanted.formats:
        good = [FORMATS[name][0] for name in wanted.formats]
        yield from (text for text in good if all(has_format(n, text) for n in wanted.formats))
    if not wanted.wishes and not wanted.formats:
        yield from _plain(least, max(top, least) if top is not None else None, large, variant)
        return
    if large and top is not None and top > least:
        yield from _some(word_of_length(wanted.wishes, top))
    for more in range(_DIFFERENT):
        yield from _some(word(wanted.wishes, least + more, most))


def text_of_length(wanted: Demands, length: int, non_ascii: bool = False) -> Iterator[str]:
    if not wanted.wishes and not wanted.formats:
        yield ("\u00e9" if non_ascii else "a") * length
    elif not non_ascii:
        yield from _some(word_of_length(wanted.wishes, length))


def _some(text: str | None) -> Iterator[str]:
    if text is not None:
        yield text


def _plain(least: int, top: int | None, large: bool, variant: int) -> Iterator[str]:
    if large and top is not None:
        yield "\u00e9" * (top - top // 2) + "a" * (top // 2)
    length = max(least, min(1, top) if top is not None else 1)
    for more in range(_DIFFERENT):
        letter = chr(ord("a") + (variant + more) % 26)
        yield letter * length

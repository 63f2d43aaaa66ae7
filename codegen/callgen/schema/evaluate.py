# SPDX-License-Identifier: Apache-2.0
"""Whether a value is valid, as the generated validator says it; slowly, for what runs at build time.

Values are what callgen.json_text.parse_json gives.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache
from typing import Any

from callgen.pointer import below, parent_of
from callgen.regex.dfa import compile_pattern
from callgen.schema.graph import Schema
from callgen.json_text import Pairs, parse_json

_MAX_DEPTH = 1000
_MAX_STEPS = 200_000  # of one value, so that no schema takes for ever


@dataclass(frozen=True)
class Spot:
    """What of a text an offset is of: the value at a pointer, the name before it, or, of an object,
    its closing brace. part: value, name or end.
    """

    pointer: str
    part: str = "value"


@dataclass(frozen=True)
class Violation:
    pointer: str
    keyword: str
    of_name: bool = field(default=False, compare=False)  # propertyNames: what is wrong is the name
    within: Spot | None = field(default=None, compare=False)  # of a secret, which the pointer is of

    @property
    def spot(self) -> Spot:
        if self.within is not None:
            return self.within
        if self.keyword in ("required", "dependentRequired"):
            return Spot(parent_of(self.pointer))
        return Spot(self.pointer, "name" if self.of_name else "value")


TOO_COMPLEX = Violation("", "too_complex")


def violations(schemas: Sequence[Schema], value: Any, start: int = 0) -> list[Violation]:
    """All of them, those of a value's members before its own counts."""
    return evaluated(schemas, value, start)[0]


def evaluated(schemas: Sequence[Schema], value: Any, start: int) -> tuple[list[Violation], int]:
    """The violations, and the steps that it took to find them."""
    evaluator = _Evaluator(schemas)
    try:
        found = list(evaluator.check(start, value, ""))
    except RecursionError:
        found = [TOO_COMPLEX]
    return found, evaluator.steps


class _Evaluator:
    def __init__(self, schemas: Sequence[Schema]) -> None:
        self._schemas = schemas
        self._left = _MAX_STEPS

    @property
    def steps(self) -> int:
        return _MAX_STEPS - self._left

    def _pay(self, steps: int) -> None:
        self._left -= steps
        if self._left < 0:
            raise RecursionError

    def _fits(self, index: int, value: Any) -> bool:
        return next(self.check(index, value, ""), None) is None

    def check(self, index: int, value: Any, where: str) -> Iterator[Violation]:
        self._pay(1)
        want = self._schemas[index]
        found = self._all(want, value, where)
        # What is in a secret has no pointer of its own.
        yield from (
            replace(each, pointer=where, within=each.spot) for each in found
        ) if want.secret else found

    def _all(self, want: Schema, value: Any, where: str) -> Iterator[Violation]:
        if want.never:
            yield Violation(where, "false")
        if want.types and not _has_type(want.types, value):
            yield Violation(where, "type")
        if isinstance(value, Pairs):
            yield from self._object(want, value, where)
        elif isinstance(value, list):
            yield from self._array(want, value, where)
        elif isinstance(value, str):
            yield from self._string(want, value, where)
        elif _is_number(value):
            yield from self._number(want, _exact(value), where)
        if want.values is not None and not _is_listed(value, want.values):
            yield Violation(where, "const" if want.is_const else "enum")
        yield from self._applicators(want, value, where)

    def _number(self, want: Schema, value: Decimal, where: str) -> Iterator[Violation]:
        bound = {name: Decimal(text) for name, text in want.numbers.items()}
        for keyword, broken in (
            ("minimum", "minimum" in bound and value < bound["minimum"]),
            ("maximum", "maximum" in bound and value > bound["maximum"]),
            ("exclusiveMinimum",
             "exclusive_minimum" in bound and value <= bound["exclusive_minimum"]),
            ("exclusiveMaximum",
             "exclusive_maximum" in bound and value >= bound["exclusive_maximum"]),
            ("multipleOf",
             "multiple_of" in bound and not _is_multiple(value, bound["multiple_of"])),
        ):
            if broken:
                yield Violation(where, keyword)

    def _string(self, want: Schema, value: str, where: str) -> Iterator[Violation]:
        rules = want.strings
        if len(value) < int(rules.get("min_length", 0)):
            yield Violation(where, "minLength")
        if len(value) > int(rules.get("max_length", len(value))):
            yield Violation(where, "maxLength")
        if "matches" in rules and not compile_pattern(str(rules["matches"])).matches(value):
            yield Violation(where, "pattern")
        if "format" in rules:
            from callgen.schema.formats import has_format  # many patterns, and few schemas use one

            if not has_format(str(rules["format"]), value):
                yield Violation(where, "format")

    def _array(self, want: Schema, value: list[Any], where: str) -> Iterator[Violation]:
        rules, contained = want.arrays, 0
        for at, item in enumerate(value):
            listed = at < len(want.prefix_items)
            inner = want.prefix_items[at] if listed else rules.get("items")
            if inner is not None:
                yield from self.check(inner, item, f"{where}/{at}")
            contained += "contains" in rules and self._fits(rules["contains"], item)
        if len(value) < rules.get("min_items", 0):
            yield Violation(where, "minItems")
        if len(value) > rules.get("max_items", len(value)):
            yield Violation(where, "maxItems")
        if "contains" in rules:
            least = rules.get("min_contains", 1)
            if contained < least:
                yield Violation(where, "contains" if least == 1 else "minContains")
            if contained > rules.get("max_contains", contained):
                yield Violation(where, "maxContains")
        self._pay(len(value) ** 2 // 16 if rules.get("unique_items") else 0)
        if rules.get("unique_items") and any(
            same(one, other) for at, one in enumerate(value) for other in value[at + 1:]
        ):
            yield Violation(where, "uniqueItems")

    def _object(self, want: Schema, value: Pairs, where: str) -> Iterator[Violation]:
        properties, known = dict(want.properties), set(want.known_keys())
        there: set[str] = set()
        for name, inner in value.items:
            here = below(where, name)
            if name in there and name in known:
                yield Violation(here, "duplicate_member")
            there.add(name)
            if "names" in want.objects:
                for each in self.check(want.objects["names"], name, here):
                    yield replace(each, of_name=True)
            wanted = [properties[name]] if name in properties else []
            wanted += [at for text, at in want.patterns if compile_pattern(text).matches(name)]
            if not wanted and "additional" in want.objects:
                wanted = [want.objects["additional"]]
            for index in wanted:
                yield from self.check(index, inner, here)
        yield from self._counts(want, value, there, where)

    def _counts(
        self, want: Schema, value: Pairs, there: set[str], where: str
    ) -> Iterator[Violation]:
        for name in want.known_keys():
            if name in want.required and name not in there:
                yield Violation(below(where, name), "required")
        if len(value.items) < want.objects.get("min_properties", 0):
            yield Violation(where, "minProperties")
        if len(value.items) > want.objects.get("max_properties", len(value.items)):
            yield Violation(where, "maxProperties")
        for dependency in want.dependencies:
            if dependency.key not in there:
                continue
            for name in want.known_keys():
                if name in dependency.required and name not in there:
                    yield Violation(below(where, name), "dependentRequired")
            if dependency.schema is not None:
                yield from self.check(dependency.schema, value, where)

    def _applicators(self, want: Schema, value: Any, where: str) -> Iterator[Violation]:
        for index in want.all_of:
            yield from self.check(index, value, where)
        if want.any_of and not any(self._fits(index, value) for index in want.any_of):
            yield Violation(where, "anyOf")
        if want.chosen_by:
            yield from self._chosen(want, value, where)
        elif want.one_of and sum(self._fits(index, value) for index in want.one_of) != 1:
            yield Violation(where, "oneOf")
        if want.not_of is not None and self._fits(want.not_of, value):
            yield Violation(where, "not")
        if want.if_of is not None:
            then = want.then_of if self._fits(want.if_of, value) else want.else_of
            if then is not None:
                yield from self.check(then, value, where)

    def _chosen(self, want: Schema, value: Any, where: str) -> Iterator[Violation]:
        if not isinstance(value, Pairs):
            yield Violation(where, "oneOf")
            return
        said = [inner for name, inner in value.items if name == want.chosen_by]
        here = below(where, want.chosen_by)
        if not said:
            yield Violation(here, "required")
        elif not isinstance(said[0], str) or said[0] not in dict(want.branches):
            yield Violation(here, "enum")
        else:
            yield from self.check(dict(want.branches)[said[0]], value, where)


def _is_listed(value: Any, texts: tuple[str, ...]) -> bool:
    plain, inner = _listed(texts)
    if isinstance(value, (list, Pairs)):
        return any(same(value, each) for each in inner)
    return _plain_key(value) in plain


@lru_cache(maxsize=64)
def _listed(texts: tuple[str, ...]) -> tuple[frozenset[Any], tuple[Any, ...]]:
    """Keys of the values that hold no others, and those that do: an enum may be very long."""
    values = [parse_json(text, _MAX_DEPTH) for text in texts]
    inner = tuple(value for value in values if isinstance(value, (list, Pairs)))
    return frozenset(_plain_key(v) for v in values if not isinstance(v, (list, Pairs))), inner


def _plain_key(value: Any) -> Any:
    """The same for values that are the same."""
    return _exact(value) if _is_number(value) else (type(value), value)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _exact(value: int | float) -> Decimal:
    return Decimal(value) if isinstance(value, int) else Decimal(repr(value))


def _is_multiple(value: Decimal, divisor: Decimal) -> bool:
    """By whole numbers: Decimal's own remainder is rounded."""
    if not value.is_finite():  # beyond what Python reads: 1e400
        return False
    low = min(int(value.as_tuple().exponent), int(divisor.as_tuple().exponent))
    return int(value.scaleb(-low)) % int(divisor.scaleb(-low)) == 0 if low > -400 else False


def _has_type(types: tuple[str, ...], value: Any) -> bool:
    if _is_number(value):
        # What is too large for a float has no fraction.
        whole = isinstance(value, int) or math.isinf(value) or value.is_integer()
        return "number" in types or ("integer" in types and whole)
    kinds = {str: "string", bool: "boolean", list: "array", Pairs: "object", type(None): "null"}
    return kinds[type(value)] in types


def same(one: Any, other: Any) -> bool:
    if _is_number(one) and _is_number(other):
        return _exact(one) == _exact(other)
    if type(one) is not type(other):
        return False
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, Pairs):
        return _same_members(one, other)
    return bool(one == other)


def _same_members(one: Pairs, other: Pairs) -> bool:
    """Of a name that comes twice, one object may lack what the other has: then both ways count."""
    if len(one.items) != len(other.items) or not _has_members_of(one, other):
        return False
    return len(dict(one.items)) == len(one.items) or _has_members_of(other, one)


def _has_members_of(one: Pairs, other: Pairs) -> bool:
    values: dict[str, list[Any]] = {}
    for name, value in other.items:
        values.setdefault(name, []).append(value)
    return all(any(same(value, each) for each in values.get(name, [])) for name, value in one.items)

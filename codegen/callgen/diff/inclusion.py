# SPDX-License-Identifier: Apache-2.0
"""Whether one graph of schemas accepts all that another accepts.

Sound, not complete: what cannot be shown is said to be refused perhaps. Objects that have a member twice are left out:
a schema refuses those whose member it names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from callgen.diff.known import Known, all_that_hold, atoms_of, known, multiple, of_item, of_member
from callgen.diff.patterns import is_included
from callgen.diff.sameness import Sameness, beside
from callgen.diff.shapes import LIMITS
from callgen.schema.evaluate import violations
from callgen.schema.graph import Schema

MAX_STEPS = 20_000  # of one comparison
MAX_DEPTH = 40  # of questions within each other
MAX_SPLITS = 3  # of anyOf within anyOf, which are looked at case by case
MAX_REASONS = 8
_PERHAPS = "may refuse what was accepted"


@dataclass(frozen=True)
class Reason:
    pointer: str  # from the values that are compared
    text: str


@dataclass
class _Budget:
    steps: int = MAX_STEPS
    depth: int = 0


class Inclusion:
    """Of what `old` accepts in what `new` accepts."""

    def __init__(
        self, old: Sequence[Schema], new: Sequence[Schema], back: Inclusion | None = None
    ) -> None:
        self._old, self._new = old, new
        self._open: set[tuple[frozenset[int], int]] = set()
        self._same = Sameness(old, new)
        self._budget: _Budget = back._budget if back is not None else _Budget()
        self.back = back if back is not None else Inclusion(new, old, self)

    def reasons(self, old: Iterable[int], new: int, where: str = "") -> list[Reason]:
        """Why `new` may refuse a value that all of `old` accept; none when it refuses none."""
        question = (frozenset(old), new)
        # Whoever comes back to a question that is open has gone into the value: by induction over its
        # depth, the answer is the one that comes out where it was asked first.
        whole = all_that_hold(self._old, question[0])
        if question in self._open or any(self._same.holds(each, new) for each in whole):
            return []
        if self._budget.depth == MAX_DEPTH:
            return [Reason(where, f"is nested too deep to be compared: {_PERHAPS}")]
        self._budget.depth += 1
        self._open.add(question)
        found = self._decided(*question, where, frozenset())
        self._open.discard(question)
        self._budget.depth -= 1
        return found[:MAX_REASONS]

    def _fits(self, old: Iterable[int], new: int) -> bool:
        return not self.reasons(old, new)

    def _decided(
        self, old: frozenset[int], new: int, where: str, split: frozenset[int]
    ) -> list[Reason]:
        self._budget.steps -= 1
        if self._budget.steps < 0:
            return [Reason(where, f"is too large to be compared: {_PERHAPS}")]
        have = known(self._old, old)
        found = list(self._found(have, new, where))
        if not found or len(split) == MAX_SPLITS:
            return found
        for index in sorted(have.indices - split):
            cases = _cases(self._old[index])
            if cases and not any(
                self._decided(old | case, new, where, split | {index}) for case in cases
            ):
                return []
        return found

    def _found(self, have: Known, new: int, where: str) -> Iterator[Reason]:
        if have.is_empty:
            return
        if have.values is not None:
            for text, value in have.values:
                for each in violations(self._new, value, new)[:1]:
                    yield Reason(where, f"the value {_short(text)} is refused by {each.keyword}")
            return
        for index in sorted(all_that_hold(self._new, [new])):
            yield from self._of_one(have, self._new[index], where)

    def _of_one(self, have: Known, want: Schema, where: str) -> Iterator[Reason]:
        if want.never:
            yield Reason(where, "is refused")
            return
        refused = have.atoms - (atoms_of(want.types) if want.types else have.atoms)
        if refused:
            yield Reason(where, f"is refused as {_listed(refused)}")
        if want.values is not None:
            listed = ", ".join(map(_short, want.values[:4])) + (", ..." if want.values[4:] else "")
            yield Reason(where, f"must be one of {listed}" if want.values[1:] else f"must be {listed}")
        if have.atoms & {"integer", "fraction"}:
            yield from _numbers(have, want, where)
        if "string" in have.atoms:
            yield from _strings(have, want, where)
        if "array" in have.atoms:
            yield from self._arrays(have, want, where)
        if "object" in have.atoms:
            yield from self._objects(have, want, where)
        yield from self._applicators(have, want, where)

    # --- arrays

    def _arrays(self, have: Known, want: Schema, where: str) -> Iterator[Reason]:
        rules, high = want.arrays, have.most("arrays", "max_items")
        yield from _counts(have, want, where, "arrays", "min_items", "max_items")
        if rules.get("unique_items") and not have.least("arrays", "unique_items") and (
            high is None or high > 1
        ):
            yield Reason(where, "uniqueItems is new")
        listed = max(len(s.prefix_items) for s in (want, *have.schemas))
        for at in range(listed if high is None else min(listed, high)):
            if (inner := of_item(want, at)) is not None:
                yield from self.reasons(have.item(at), inner, f"{where}/{at}")
        if "items" in rules and (high is None or high > listed):
            yield from self.reasons(have.item(listed), int(rules["items"]), f"{where}/*")
        if "contains" in rules and not self._contains(have, want, high):
            yield Reason(where, f"contains has changed: {_PERHAPS}")

    def _contains(self, have: Known, want: Schema, high: int | None) -> bool:
        wanted = int(want.arrays["contains"])
        least, most = want.arrays.get("min_contains", 1), want.arrays.get("max_contains")
        others = [s for s in have.schemas if "contains" in s.arrays]
        enough = least == 0 or any(
            s.arrays.get("min_contains", 1) >= least and self._fits([int(s.arrays["contains"])], wanted)
            for s in others
        )
        few = most is None or (high is not None and high <= most) or any(
            "max_contains" in s.arrays and s.arrays["max_contains"] <= most
            and self.back._fits([wanted], int(s.arrays["contains"]))
            for s in others
        )
        return enough and few

    # --- objects

    def _objects(self, have: Known, want: Schema, where: str) -> Iterator[Reason]:
        yield from _counts(have, want, where, "objects", "min_properties", "max_properties",
                           len(have.required))
        for name in want.required:
            if name not in have.required:
                yield Reason(_below(where, name), "is required")
        yield from self._members(have, want, where)
        if "names" in want.objects:
            names = frozenset(int(s.objects["names"]) for s in have.schemas if "names" in s.objects)
            if not names or not self._fits(names, int(want.objects["names"])):
                yield Reason(where, f"propertyNames has changed: {_PERHAPS}")
        for dependency in want.dependencies:
            same = [d for s in have.schemas for d in s.dependencies if d.key == dependency.key]
            there = have.required.union(*(each.required for each in same))
            for name in dependency.required:
                if name not in there:
                    yield Reason(_below(where, name), f"is required beside '{dependency.key}'")
            if dependency.schema is not None:
                inner = {d.schema for d in same if d.schema is not None}
                if not self._fits(have.indices | inner, dependency.schema):
                    text = f"more is demanded beside '{dependency.key}': {_PERHAPS}"
                    yield Reason(where, text)

    def _members(self, have: Known, want: Schema, where: str) -> Iterator[Reason]:
        """Those that either names, one by one; then those of the other names."""
        named = {name: None for s in (want, *have.schemas) for name, _ in s.properties}
        for name in named:
            for index in of_member(want, name):
                yield from self.reasons(have.member(name), index, _below(where, name))
        for text, index in want.patterns:
            same = {at for s in have.schemas for known_text, at in s.patterns if known_text == text}
            same |= {
                int(s.objects["additional"]) for s in have.schemas
                if "additional" in s.objects and not s.patterns
            }
            yield from self.reasons(same, index, f"{where}/({text})")
        if "additional" not in want.objects:
            return
        excepted = {text for text, _ in want.patterns}
        others = {
            int(s.objects["additional"]) for s in have.schemas
            if "additional" in s.objects and all(text in excepted for text, _ in s.patterns)
        }
        yield from self.reasons(others, int(want.objects["additional"]), f"{where}/*")

    # --- of the very value

    def _applicators(self, have: Known, want: Schema, where: str) -> Iterator[Reason]:
        whole = have.indices
        if want.any_of and not any(self._fits(whole, index) for index in want.any_of):
            yield Reason(where, f"anyOf has changed: {_PERHAPS}")
        for name, _ in beside(want):
            yield Reason(where, f"{name} has changed: {_PERHAPS}")
        if want.one_of and not any(beside(want)) and not self._one_of(have, want):
            yield Reason(where, f"oneOf has changed: {_PERHAPS}")
        if want.not_of is not None and not self._not(have, want.not_of):
            yield Reason(where, f"not has changed: {_PERHAPS}")
        if want.if_of is not None and not self._if(have, want):
            yield Reason(where, f"if, then or else has changed: {_PERHAPS}")

    def _one_of(self, have: Known, want: Schema) -> bool:
        fitting = [index for index in want.one_of if self._fits(have.indices, index)]
        if fitting and all(
            self._excludes(have, index) for index in want.one_of if index != fitting[0]
        ):
            return True
        return any(self._is_one_of(s, want) for s in have.schemas)

    def _is_one_of(self, schema: Schema, want: Schema) -> bool:
        """Whether two lists hold the same alternatives, in any order."""
        left = list(schema.one_of) if not any(beside(schema)) else []
        for index in want.one_of:
            same = next((each for each in left if self._equals(each, index)), None)
            if same is None:
                return False
            left.remove(same)
        return not left

    def _equals(self, old: int, new: int) -> bool:
        return self._fits([old], new) and self.back._fits([new], old)

    def _excludes(self, have: Known, new: int) -> bool:
        """Whether no value fits both, by their types."""
        other = known(self._new, [new])
        return other.is_empty or not have.atoms & other.atoms

    def _not(self, have: Known, new: int) -> bool:
        return self._excludes(have, new) or any(
            s.not_of is not None and self.back._fits([new], s.not_of) for s in have.schemas
        )

    def _if(self, have: Known, want: Schema) -> bool:
        branches = [index for index in (want.then_of, want.else_of) if index is not None]
        if all(self._fits(have.indices, index) for index in branches):
            return True
        return any(
            s.if_of is not None and self._equals(s.if_of, want.if_of)
            and self._branch(have, {s.if_of, s.then_of}, want.then_of)
            and self._branch(have, {s.else_of}, want.else_of)
            for s in have.schemas
        )

    def _branch(self, have: Known, beside: set[int | None], new: int | None) -> bool:
        more = {index for index in beside if index is not None}
        return new is None or self._fits(have.indices | more, new)


def _cases(schema: Schema) -> list[frozenset[int]]:
    """Of what a value fits, one at least."""
    if schema.any_of or schema.one_of:
        return [frozenset({index}) for index in schema.any_of or schema.one_of]
    if schema.if_of is None:
        return []
    then = {schema.if_of, schema.then_of} - {None}
    return [frozenset(then), frozenset({schema.else_of} - {None})]


def _numbers(have: Known, want: Schema, where: str) -> Iterator[Reason]:
    low, high = have.floor(), have.ceiling()
    for name, keyword in (("minimum", "minimum"), ("exclusive_minimum", "exclusiveMinimum")):
        if name in want.numbers:
            bound = Fraction(want.numbers[name])
            if low is None or not _is_beyond(low[0] - bound, low[1], "exclusive" in name):
                yield Reason(where, _told(keyword, want.numbers[name], low))
    for name, keyword in (("maximum", "maximum"), ("exclusive_maximum", "exclusiveMaximum")):
        if name in want.numbers:
            bound = Fraction(want.numbers[name])
            if high is None or not _is_beyond(bound - high[0], high[1], "exclusive" in name):
                yield Reason(where, _told(keyword, want.numbers[name], high))
    if "multiple_of" in want.numbers:
        divisor = multiple(want.numbers["multiple_of"])
        steps = [multiple(s.numbers["multiple_of"]) for s in have.schemas if "multiple_of" in s.numbers]
        steps += [Fraction(1)] if have.is_whole else []
        if not any((step / divisor).denominator == 1 for step in steps):
            yield Reason(where, f"multipleOf is {want.numbers['multiple_of']}")


def _is_beyond(distance: Fraction, excluded: bool, must_exclude: bool) -> bool:
    return distance > 0 or (distance == 0 and (excluded or not must_exclude))


def _told(keyword: str, value: str, before: tuple[Fraction, bool] | None) -> str:
    if before is None or before[0] in LIMITS:
        return f"{keyword} {_short(value)} is new"
    return f"{keyword} is {_short(value)}, it was {_number(before[0])}"


def _number(value: Fraction) -> str:
    if value.denominator == 1 and abs(value) < 10**20:
        return str(value)
    return f"{(Decimal(value.numerator) / Decimal(value.denominator)).normalize():.17g}"


def _strings(have: Known, want: Schema, where: str) -> Iterator[Reason]:
    yield from _counts(have, want, where, "strings", "min_length", "max_length")
    rules = want.strings
    if "matches" in rules and not any(
        is_included(str(s.strings["matches"]), str(rules["matches"]))
        for s in have.schemas if "matches" in s.strings
    ):
        yield Reason(where, f"pattern '{rules['matches']}' is new: {_PERHAPS}")
    if "format" in rules and all(s.strings.get("format") != rules["format"] for s in have.schemas):
        yield Reason(where, f"format {rules['format']} is new")


_SPELLED = {
    "min_length": "minLength", "max_length": "maxLength", "min_items": "minItems",
    "max_items": "maxItems", "min_properties": "minProperties", "max_properties": "maxProperties",
}


def _counts(
    have: Known, want: Schema, where: str, group: str, low: str, high: str, implied: int = 0
) -> Iterator[Reason]:
    rules = getattr(want, group)
    least, most = have.least(group, low, 0), have.most(group, high)
    if rules.get(low, 0) > max(least, implied):
        yield Reason(where, f"{_SPELLED[low]} is {rules[low]}, it was {max(least, implied)}")
    if high in rules and (most is None or most > rules[high]):
        was = f"{_SPELLED[high]} is {rules[high]}, it was {most}"
        yield Reason(where, was if most is not None else f"{_SPELLED[high]} {rules[high]} is new")


def _listed(atoms: frozenset[str]) -> str:
    names = atoms - {"integer", "fraction"} | {"number"} if atoms >= {"integer", "fraction"} else atoms
    return " and ".join(sorted("a number with a fraction" if n == "fraction" else n for n in names))


def _below(where: str, name: str) -> str:
    return f"{where}/{name.replace('~', '~0').replace('/', '~1')}"


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:37] + "..."

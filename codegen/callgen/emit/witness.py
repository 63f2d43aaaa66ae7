# SPDX-License-Identifier: Apache-2.0
"""Values that satisfy schemas of a graph. Each is evaluated before it is given away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from callgen.emit.bodies import body_of
from callgen.emit.witness_demands import Demands, demands_of, numbers, texts
from callgen.emit.witness_words import Wish, word
from callgen.json_text import Pairs
from callgen.pointer import Token
from callgen.regex.dfa import compile_pattern
from callgen.schema.evaluate import evaluated
from callgen.schema.graph import Schema as Node

MAX_CHOICES = 16  # ways through anyOf, oneOf and if that are tried for one value
MAX_TRIES = 48  # values that are evaluated for one that is wanted
MAX_WORK = 300_000  # steps of the evaluator for one graph, and what making values costs
WORK_TO_MAKE = 8  # of those steps, for one value
MAX_DEPTH = 12  # levels of a value that is made; what may be left out ends before, at
MAX_FULL_DEPTH = 5
MAX_ITEMS = 3  # of an array that is as long as it may be; more only where minItems says so
MAX_LEAST_ITEMS = 1000  # where it does

Conjunction = tuple[int, ...]  # indices of schemas that one value shall satisfy


def as_pairs(value: Any) -> Any:
    """As parse_json would read it."""
    if isinstance(value, dict):
        return Pairs([(name, as_pairs(inner)) for name, inner in value.items()])
    return [as_pairs(item) for item in value] if isinstance(value, list) else value


class Witness:
    """lesser: other spellings of members, which are not there beside the first. needed: members
    that no keyword of a graph demands. contents: of strings that hold JSON, its schema.
    """

    def __init__(
        self, nodes: Sequence[Node], lesser: Mapping[int, set[str]],
        needed: Mapping[int, list[str]], contents: Mapping[int, int],
    ) -> None:
        self.nodes = nodes
        self._contents = contents
        self._lesser = lesser
        self._needed_beside = needed
        self._work = 0

    @property
    def is_exhausted(self) -> bool:
        return self._work >= MAX_WORK

    def fits(self, wanted: Conjunction, value: Any) -> bool:
        document = as_pairs(value)
        for index in wanted:
            if self.is_exhausted:
                return False
            found, steps = evaluated(self.nodes, document, index)
            self._work += steps
            if found:
                return False
        return True

    def values(
        self, wanted: Conjunction, large: bool = False, variant: int = 0, depth: int = 0
    ) -> Iterator[Any]:
        """Each of them once. large: with all that may be there; variant: of listed values, which."""
        tried: list[Any] = []
        if depth > MAX_DEPTH or self.is_exhausted:
            return
        self._work += WORK_TO_MAKE
        large = large and depth < MAX_FULL_DEPTH
        for choice in islice(self._choices(list(wanted), ()), MAX_CHOICES):
            demands = demands_of([self.nodes[index] for index in choice])
            for value in self._made(choice, demands, large, variant, depth):
                if self.is_exhausted or len(tried) == MAX_TRIES:
                    return
                if any(type(value) is type(other) and value == other for other in tried):
                    continue
                tried.append(value)
                if self.fits(wanted, value):
                    yield value

    def value(self, wanted: Conjunction, large: bool = False, variant: int = 0, depth: int = 0
              ) -> tuple[Any, ...]:
        """The first of them, or nothing."""
        return tuple(islice(self.values(wanted, large, variant, depth), 1))

    def of_member(self, wanted: Conjunction, token: Token) -> Conjunction:
        """What the schemas of a value, and those that belong to it in any case, say of a part."""
        found: list[int] = []
        for index in self.together(wanted):
            node = self.nodes[index]
            if isinstance(token, str):
                found += _of_name(node, token)
            elif token < len(node.prefix_items):
                found.append(node.prefix_items[token])
            elif "items" in node.arrays:
                found.append(int(node.arrays["items"]))
        return tuple(dict.fromkeys(found))

    def together(self, wanted: Conjunction) -> Conjunction:
        """With those of allOf."""
        found: dict[int, None] = {}
        waiting = list(wanted)
        while waiting:
            index = waiting.pop(0)
            if index not in found:
                found[index] = None
                waiting += self.nodes[index].all_of
        return tuple(found)

    # --- ways through anyOf, oneOf and if

    def _choices(self, waiting: list[int], done: Conjunction) -> Iterator[Conjunction]:
        while waiting:
            index, *waiting = waiting
            if index in done:
                continue
            node, done = self.nodes[index], (*done, index)
            waiting = [*node.all_of, *waiting]
            ways = _ways(node)
            if ways != [()]:
                for way in ways:
                    yield from self._choices([*way, *waiting], done)
                return
        yield done

    # --- one value

    def _made(
        self, choice: Conjunction, demands: Demands, large: bool, variant: int, depth: int
    ) -> Iterator[Any]:
        if demands.values is not None:
            turn = variant % max(1, len(demands.values))
            yield from demands.values[turn:] + demands.values[:turn]
            return
        for kind in demands.kinds():
            if kind in ("null", "boolean"):
                yield from (None,) if kind == "null" else (large, not large)
            elif kind in ("integer", "number"):
                yield from numbers(demands, large, kind == "integer")
            elif kind == "string":
                held = [self._contents[index] for index in choice if index in self._contents]
                inner = (self.value((index,), large, variant, depth + 1) for index in held)
                yield from (body_of(value[0]) for value in inner if value)
                yield from () if held else texts(demands, large, variant)
            elif kind == "array":
                yield from self._arrays(choice, demands, large, variant, depth)
            else:
                yield from self._objects(choice, large, variant, depth)

    # --- arrays

    def _arrays(
        self, choice: Conjunction, demands: Demands, large: bool, variant: int, depth: int
    ) -> Iterator[list[Any]]:
        rules = [node.arrays for node in demands.nodes]
        contains = [(int(r["contains"]), r.get("min_contains", 1)) for r in rules if "contains" in r]
        least = max([int(r.get("min_items", 0)) for r in rules], default=0)
        least = max([least, *(count for _, count in contains)])
        most = min([int(r.get("max_items", 2**32)) for r in rules], default=2**32)
        full = max([MAX_ITEMS, *(len(node.prefix_items) for node in demands.nodes)])
        if least > MAX_LEAST_ITEMS:
            return
        for count in dict.fromkeys((max(least, min(most, full)), least) if large else (least,)):
            yield self._items(choice, contains, count, large, variant, depth)
            yield self._items(choice, [], count, large, variant, depth)

    def _items(
        self, choice: Conjunction, contains: list[tuple[int, int]], count: int, large: bool,
        variant: int, depth: int,
    ) -> list[Any]:
        unique = any(self.nodes[index].arrays.get("unique_items") for index in choice)
        spread = 1 if large else 0  # so that items show different values of what is listed
        out: list[Any] = []
        for at in range(count):
            own = self.of_member(choice, at)
            wanted = own + tuple(i for i, least in contains if at < least)
            found = self.values(wanted, large, variant + at * spread, depth + 1)
            item = next((v for v in found if not unique or v not in out), None)
            if item is None and wanted != own:
                item = next(self.values(own, large, variant, depth + 1), None)
            if self.is_exhausted:
                return out
            out.append(item)
        return out

    # --- objects

    def _objects(
        self, choice: Conjunction, large: bool, variant: int, depth: int
    ) -> Iterator[dict[str, Any]]:
        out: dict[str, Any] = {}
        for name in self._needed(choice):
            self._put(out, choice, name, large, variant, depth)
        optional = [name for name in self.names(choice) if name not in out]
        least = max((self.nodes[i].objects.get("min_properties", 0) for i in choice), default=0)
        if large:
            yield self._filled(out, choice, optional, variant, depth)
        for name in optional:
            if len(out) >= least:
                break
            self._put(out, choice, name, False, variant, depth)
        yield dict(out)
        for name in optional:
            if name not in out:
                more = dict(out)
                self._put(more, choice, name, False, variant, depth)
                yield more

    def _filled(
        self, start: dict[str, Any], choice: Conjunction, names: list[str], variant: int, depth: int
    ) -> dict[str, Any]:
        """With each member that the others allow; none is taken that breaks what held."""
        out, holds = dict(start), False
        for name in names:
            more = dict(out)
            self._put(more, choice, name, True, variant, depth)
            fits = self.fits(choice, more)
            if name in more and (fits or not holds):
                out, holds = more, fits
        return out

    def _put(
        self, out: dict[str, Any], choice: Conjunction, name: str, large: bool, variant: int,
        depth: int,
    ) -> None:
        for value in self.value(self.of_member(choice, name), large, variant, depth + 1):
            out[name] = value

    def _needed(self, choice: Conjunction) -> list[str]:
        nodes = [self.nodes[index] for index in choice]
        names = dict.fromkeys(name for node in nodes for name in node.required)
        names |= dict.fromkeys(n for index in choice for n in self._needed_beside.get(index, ()))
        return list(names) + [n for name in names for n in self.demanded(choice, name)
                              if n not in names]

    def demanded(self, choice: Conjunction, key: str) -> list[str]:
        """The members that the presence of one demands, and theirs."""
        nodes = [self.nodes[index] for index in choice]
        names: dict[str, None] = {}
        waiting = [key]
        while waiting:
            key = waiting.pop()
            for dependency in (d for node in nodes for d in node.dependencies if d.key == key):
                inner = () if dependency.schema is None else self.together((dependency.schema,))
                more = [*dependency.required, *(n for i in inner for n in self.nodes[i].required)]
                waiting += [name for name in more if name not in names]
                names |= dict.fromkeys(more)
        return list(names)

    def names(self, choice: Conjunction) -> list[str]:
        """Of members that may be there: known ones, one of each pattern, and others."""
        nodes = [self.nodes[index] for index in choice]
        known = dict.fromkeys(name for node in nodes for name in node.known_keys())
        for node in nodes:
            for text, _ in node.patterns:
                known |= dict.fromkeys(self.other_names(choice, text, set(known)))
        if any("additional" in n.objects or "min_properties" in n.objects for n in nodes):
            known |= dict.fromkeys(self.other_names(choice, None, set(known)))
        lesser = set().union(*(self._lesser.get(index, set()) for index in choice))
        return [name for name in known if name not in lesser]

    def other_names(self, choice: Conjunction, text: str | None, taken: set[str]) -> Iterator[str]:
        """Names of members that no schema knows and no pattern finds but `text`, if that is said."""
        nodes = [self.nodes[index] for index in self.together(choice)]
        taken = taken.union(*(node.known_keys() for node in nodes))
        patterns = {other for node in nodes for other, _ in node.patterns}
        wishes = [Wish(other, other == text) for other in sorted(patterns)]
        wanted = tuple(int(n.objects["names"]) for n in nodes if "names" in n.objects)
        for index in self.together(wanted):
            rules = self.nodes[index].strings
            if "matches" in rules:
                wishes.append(Wish(str(rules["matches"])))
        for length in range(1, 12):
            name = word(tuple(wishes), length)
            if name is not None and name not in taken and self.fits(wanted, name):
                yield name


def _of_name(node: Node, name: str) -> list[int]:
    found = [index for own, index in node.properties if own == name]
    found += [index for text, index in node.patterns if compile_pattern(text).matches(name)]
    return found or [node.objects["additional"]] if "additional" in node.objects else found


def _ways(node: Node) -> list[Conjunction]:
    ways: list[Conjunction] = [()]
    for branches in (node.any_of, node.one_of):
        ways = [(*way, branch) for way in ways for branch in branches] if branches else ways
    if node.if_of is not None:
        then = (node.if_of, *((node.then_of,) if node.then_of is not None else ()))
        other = (node.else_of,) if node.else_of is not None else ()
        ways = [(*way, *more) for way in ways for more in (then, other)]
    return ways

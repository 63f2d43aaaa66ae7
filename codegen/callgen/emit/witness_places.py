# SPDX-License-Identifier: Apache-2.0
"""Every keyword of a payload's graph, with a place in a payload where it can be broken."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from callgen.emit.witness import Witness
from callgen.emit.witness_graph import PayloadGraph
from callgen.pointer import Token, below, pointer_of
from callgen.schema.graph import Schema as Node

MAX_SITES = 5000  # of one payload
MAX_PLACE_DEPTH = 30  # tokens of a pointer
_JSON_TYPES = ("null", "boolean", "object", "array", "number", "string")
_COUNTED = {
    "strings": {"min_length": "minLength", "max_length": "maxLength", "matches": "pattern",
                "format": "format"},
    "arrays": {"min_items": "minItems", "max_items": "maxItems", "unique_items": "uniqueItems"},
    "objects": {"min_properties": "minProperties", "max_properties": "maxProperties"},
    "numbers": {"minimum": "minimum", "maximum": "maximum",
                "exclusive_minimum": "exclusiveMinimum", "exclusive_maximum": "exclusiveMaximum",
                "multiple_of": "multipleOf"},
}
_WITHIN = ("anyOf", "oneOf", "not", "if", "contains")  # what only these tell


@dataclass(frozen=True)
class Site:
    """A keyword to break.

    path: of the value that is changed. context: what values above shall satisfy besides, so that
    the keyword counts. violation: what the evaluator says, or nothing. told: what the reader says
    instead of that keyword. detail: which of several, such as another type or a member's name.
    """

    path: tuple[Token, ...]
    index: int
    keyword: str
    pointer: str
    violation: str
    told: str
    detail: Any = None
    context: tuple[tuple[tuple[Token, ...], int], ...] = ()
    of_name: bool = False  # the value is the name of a member to come, of the object at `path`


@dataclass(frozen=True)
class Unmade:
    keyword: str
    pointer: str
    reason: str


@dataclass
class Places:
    sites: list[Site] = field(default_factory=list)
    unmade: list[Unmade] = field(default_factory=list)


def places_of(graph: PayloadGraph, witness: Witness) -> Places:
    return _Walk(graph, witness).all()


class _Walk:
    def __init__(self, graph: PayloadGraph, witness: Witness) -> None:
        self._graph = graph
        self._witness = witness
        self._out = Places()
        self._structs: set[int] = set()
        self._seen: list[tuple[int, tuple[Token, ...]]] = []
        self._waiting: list[tuple[int, tuple[Token, ...], tuple, frozenset[int]]] = []

    def all(self) -> Places:
        """Level by level: of the places of one struct, the nearest to the root is the one."""
        self._waiting = [(self._graph.root, (), (), frozenset())]
        while self._waiting:
            index, path, context, passed = self._waiting.pop(0)
            if len(self._out.sites) > MAX_SITES or len(path) > MAX_PLACE_DEPTH:
                why = f"more than {MAX_SITES} sites, or {MAX_PLACE_DEPTH} levels"
                self._out.unmade.append(Unmade("*", pointer_of(path), why))
                continue
            self._node(index, path, context, passed)
        self._left_over()
        return self._out

    def _node(self, index: int, path: tuple[Token, ...], context: tuple, passed: frozenset[int]
              ) -> None:
        if index in passed:
            return
        node, rules = self._graph.nodes[index], self._graph.rules.get(index)
        if rules is not None:
            passed = frozenset()  # what is shared is looked at in each of its places
            if rules.kind == "object" and index in self._structs:
                self._types(index, node, path, context)
                return
            self._structs.add(index)
        passed |= {index}
        self._seen.append((index, path))
        self._out.sites += list(self._own(index, node, path, context))
        self._hidden(node, path)
        self._below(index, node, path, context, passed)

    # --- a value's own keywords

    def _own(self, index: int, node: Node, path: tuple[Token, ...], context: tuple
             ) -> Iterator[Site]:
        def site(keyword: str, detail: Any = None, pointer: str | None = None) -> Site:
            at = pointer_of(path) if pointer is None else pointer
            written = self._written(index, keyword)
            told = self._told(index, keyword)
            return Site(path, index, written, at, keyword, told, detail, context)

        if node.never:
            yield site("false")
        self._types(index, node, path, context)
        if node.values is not None:
            yield site("const" if node.is_const else "enum")
        for group, keywords in _COUNTED.items():
            for key, value in getattr(node, group).items():
                if key in keywords and not (key.startswith("min_") and value == 0):
                    yield site(keywords[key])
                    if key in ("min_length", "max_length"):
                        yield site(keywords[key], "non-ASCII")
        if "contains" in node.arrays:
            least = node.arrays.get("min_contains", 1)
            yield site("contains" if least == 1 else "minContains")
            if "max_contains" in node.arrays:
                yield site("maxContains")
        here = pointer_of(path)
        for name in node.required:
            yield site("required", name, below(here, name))
        for each in node.dependencies:
            for name in each.required:
                yield site("dependentRequired", (each.key, name), below(here, name))
        if node.chosen_by:
            yield site("required", node.chosen_by, below(here, node.chosen_by))
        for keyword, there in (
            ("anyOf", node.any_of), ("oneOf", node.one_of), ("not", node.not_of is not None)
        ):
            if there:
                yield site(keyword)
        yield from self._of_readers(index, path, context)

    def _types(self, index: int, node: Node, path: tuple[Token, ...], context: tuple) -> None:
        for kind in _JSON_TYPES if node.types else ():
            if kind not in node.types and not (kind == "number" and "number" in node.types):
                at = pointer_of(path)
                site = Site(path, index, "type", at, "type", "type", kind, context)
                self._out.sites.append(site)

    def _of_readers(self, index: int, path: tuple[Token, ...], context: tuple) -> Iterator[Site]:
        """What the reader of a struct demands and no keyword of the graph says."""
        rules, here = self._graph.rules.get(index), pointer_of(path)
        if index in self._graph.contents:
            keyword = "contentMediaType"
            yield Site(path, index, keyword, here, "", keyword, None, context)
        if rules is None or rules.kind != "object":
            return
        for member in rules.members:
            if member.required and member.aliases:
                names = (member.name, *member.aliases)
                yield Site(path, index, "required", below(here, member.name), "", "required", names,
                           context)
        if self._graph.provider.tolerance.reject_unknown:
            name = next(self._witness.other_names((index,), None, set()), None)
            if name is not None:
                yield Site(path, index, "unknown_members", below(here, name), "", "unknown_members",
                           name, context)

    def _written(self, index: int, keyword: str) -> str:
        """The keyword as the schema has it."""
        rules = self._graph.rules.get(index)
        bound = None if rules is None else {
            "minimum": rules.minimum, "exclusiveMinimum": rules.minimum,
            "maximum": rules.maximum, "exclusiveMaximum": rules.maximum,
        }.get(keyword)
        if bound is not None:
            return bound.keyword or keyword
        return self._graph.ranges.get(index, keyword)

    def _told(self, index: int, keyword: str) -> str:
        if index in self._graph.ranges:
            return "range"
        rules = self._graph.rules.get(index)
        if keyword == "enum" and rules is not None and len(rules.values) == 1:
            return "const"
        if rules is not None and keyword.startswith("exclusive"):
            return keyword.removeprefix("exclusive").lower()
        return keyword

    # --- what is within

    def _below(self, index: int, node: Node, path: tuple[Token, ...], context: tuple,
               passed: frozenset[int]) -> None:
        def later(inner: int | None, *tokens: Token, more: tuple = ()) -> None:
            if inner is not None:
                self._waiting.append((inner, (*path, *tokens), (*context, *more), passed))

        for inner in node.all_of:
            later(inner)
        self._branches(node, path, later)
        later(node.then_of, more=((path, node.if_of),))
        if node.else_of is not None:
            other = self._graph.add(Node(node.where, not_of=node.if_of))
            later(node.else_of, more=((path, other),))
        for each in node.dependencies:
            if each.schema is not None:
                has_key = self._graph.add(Node(node.where, required=(each.key,)))
                later(each.schema, more=((path, has_key),))
        for at, inner in enumerate(node.prefix_items):
            later(inner, at)
        if "items" in node.arrays:
            later(int(node.arrays["items"]), len(node.prefix_items))
        for name, inner in node.properties:
            later(inner, name)
        self._others(index, node, later)
        if "names" in node.objects:
            self._names(int(node.objects["names"]), path, context)

    def _branches(self, node: Node, path: tuple[Token, ...], later: Any) -> None:
        """Of a discriminator: its values, and each branch where it is chosen."""
        if not node.chosen_by:
            return
        values = tuple(json.dumps(value, ensure_ascii=False) for value, _ in node.branches)
        later(self._graph.add(Node(node.where, values=values)), node.chosen_by)
        first = {index: text for (_, index), text in reversed([*zip(node.branches, values)])}
        for index, text in first.items():
            said = self._graph.add(Node(node.where, values=(text,), is_const=True))
            properties = ((node.chosen_by, said),)
            chosen = Node(node.where, properties=properties, required=(node.chosen_by,))
            later(index, more=((path, self._graph.add(chosen)),))

    def _others(self, index: int, node: Node, later: Any) -> None:
        known = set(node.known_keys())
        for text, inner in node.patterns:
            for name in list(self._witness.other_names((index,), text, known))[:1]:
                later(inner, name)
        if "additional" in node.objects:
            for name in list(self._witness.other_names((index,), None, known))[:1]:
                later(int(node.objects["additional"]), name)

    def _names(self, index: int, path: tuple[Token, ...], context: tuple) -> None:
        for at in self._witness.together((index,)):
            node = self._graph.nodes[at]
            for site in self._own(at, node, path, context):
                if site.keyword != "type":
                    name = Site(path, at, site.keyword, "", site.violation, site.told, site.detail,
                                context, of_name=True)
                    self._out.sites.append(name)
            self._hidden(node, path)

    # --- what cannot be broken

    def _hidden(self, node: Node, path: tuple[Token, ...]) -> None:
        one_of = () if node.chosen_by else node.one_of
        groups = (node.any_of, one_of, (node.not_of,), (node.if_of,),
                  (node.arrays.get("contains"),))
        for keyword, group in zip(_WITHIN, groups):
            inner = [index for index in group if index is not None]
            for name in sorted(self._keywords(inner)):
                why = f"within '{keyword}': a value that breaks it is told as '{keyword}', or not"
                self._out.unmade.append(Unmade(name, pointer_of(path), why))

    def _keywords(self, waiting: list[int]) -> set[str]:
        found: set[str] = set()
        seen: set[int] = set()
        while waiting:
            index = waiting.pop()
            if index in seen:
                continue
            seen.add(index)
            node = self._graph.nodes[index]
            found |= {"type"} if node.types else set()
            found |= {"const" if node.is_const else "enum"} if node.values is not None else set()
            found |= {"required"} if node.required else set()
            for group, keywords in _COUNTED.items():
                found |= {keywords[key] for key in getattr(node, group) if key in keywords}
            waiting += [*node.inner(), *node.same_value()]
        return found

    def _left_over(self) -> None:
        """Keywords of the schema that no site came of."""
        made = {(site.path, site.keyword) for site in self._out.sites}
        for index, path in self._seen:
            rules = self._graph.rules.get(index)
            for keyword in rules.written if rules is not None else ():
                if (path, keyword) not in made and keyword not in _BY_WHAT_IS_IN_THEM:
                    why = _WHY.get(keyword, "no value breaks it, or it is not known here")
                    if keyword == "enum" and rules.is_open:
                        why = "x-open: other texts are taken, too"
                    self._out.unmade.append(Unmade(keyword, pointer_of(path), why))


# Annotations, names, and keywords that have no error of their own.
_BY_WHAT_IS_IN_THEM = frozenset(
    "title description examples deprecated $comment x-cpp-name x-aliases x-capacity x-open $ref "
    "properties items prefixItems patternProperties propertyNames allOf if then else "
    "dependentSchemas default x-sensitive discriminator".split()
)
_IMPLIED = "the other bounds, the type or the values that are listed imply it"
_WHY = {
    "additionalProperties": "what is in it is listed; true and false are the tolerance's matter",
    "minimum": _IMPLIED, "maximum": _IMPLIED, "exclusiveMinimum": _IMPLIED,
    "exclusiveMaximum": _IMPLIED, "minLength": "0: no text is shorter",
    "contentSchema": "what is in a text has no place in the body",
    "minItems": "0: no array has fewer", "contains": "minContains says how many",
}

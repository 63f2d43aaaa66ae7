# SPDX-License-Identifier: Apache-2.0
"""A provider's payload as one graph of JSON Schema: what the members' rules say becomes nodes as
the checks are, so that one evaluator knows every violation.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from callgen.keywords import limits_of
from callgen.model import Provider, Schema
from callgen.pointer import Token
from callgen.schema.graph import Schema as Node

_LARGEST = {"float": 2**128 - 2**104, "double": 2**1024 - 2**971, "": 2**1024 - 2**971}


@dataclass
class PayloadGraph:
    """nodes: the provider's checks keep their indices. rules: of a node, the part of the model it
    stands for. ranges: nodes that say what the C++ type can hold, and the keyword it is chosen by.
    contents: of a string's node, that of the JSON in it.
    """

    provider: Provider
    nodes: list[Node]
    root: int = 0
    rules: dict[int, Schema] = field(default_factory=dict)
    ranges: dict[int, str] = field(default_factory=dict)
    contents: dict[int, int] = field(default_factory=dict)

    @property
    def has_secrets(self) -> bool:
        members = (m for rules in self.rules.values() for m in rules.members)
        return any(m.is_sensitive for m in members) or any(node.secret for node in self.nodes)

    def add(self, node: Node) -> int:
        self.nodes.append(node)
        return len(self.nodes) - 1

    def rivals(self, indices: Iterable[int], name: Token) -> set[str]:
        """The other spellings of a member."""
        found: set[str] = set()
        for rules in (self.rules[index] for index in indices if index in self.rules):
            member = rules.member(str(name))
            found |= {member.name, *member.aliases} - {name} if member is not None else set()
        return found

    def needed_in_some_spelling(self) -> dict[int, list[str]]:
        return {
            index: [member.name for member in rules.members if member.required and member.aliases]
            for index, rules in self.rules.items() if rules.kind == "object"
        }

    def lesser_spellings(self) -> dict[int, set[str]]:
        return {
            index: {alias for member in rules.members for alias in member.aliases}
            for index, rules in self.rules.items() if rules.kind == "object"
        }


def payload_graph(provider: Provider) -> PayloadGraph:
    graph = PayloadGraph(provider, list(provider.checks))
    graph.root = _Builder(graph).node(provider.payload, provider.payload.wire_name)
    return graph


class _Builder:
    def __init__(self, graph: PayloadGraph) -> None:
        self._graph = graph
        self._structs: dict[int, int] = {}

    def node(self, schema: Schema, where: str) -> int:
        """A struct has one node; everything else one in each place, as in what is generated."""
        if schema.kind == "object" and id(schema) in self._structs:
            return self._structs[id(schema)]
        node = Node(where)
        index = self._graph.add(node)
        self._graph.rules[index] = schema
        if schema.content is not None:
            self._graph.contents[index] = schema.content
        if schema.kind == "object":
            self._structs[id(schema)] = index
        if schema.kind != "any":
            node.types = (schema.kind, "null") if schema.nullable else (schema.kind,)
        getattr(self, "_" + schema.kind, self._any)(schema, node)
        also = schema.check if schema.kind == "object" else schema.also
        node.all_of += () if also is None else (also,)
        return index

    def _any(self, schema: Schema, node: Node) -> None:
        """Its check says it all."""

    def _boolean(self, schema: Schema, node: Node) -> None:
        """Its type says it all."""

    def _object(self, schema: Schema, node: Node) -> None:
        node.properties = tuple(
            (name, self.node(member.schema, f"{schema.wire_name}.{name}"))
            for member in schema.members for name in (member.name, *member.aliases)
        )
        # Of several spellings one is enough: that is said by who reads them, not by a keyword.
        node.required = tuple(m.name for m in schema.members if m.required and not m.aliases)

    def _array(self, schema: Schema, node: Node) -> None:
        node.arrays["min_items"] = schema.min_items
        if schema.max_items is not None:
            node.arrays["max_items"] = schema.max_items
        if schema.items is not None:
            node.arrays["items"] = self.node(schema.items, node.where + "[]")

    def _string(self, schema: Schema, node: Node) -> None:
        node.strings["min_length"] = schema.min_length
        if schema.max_length is not None:
            node.strings["max_length"] = schema.max_length
        names = () if schema.is_open else schema.names
        self._values(schema, names or schema.values, node)

    def _integer(self, schema: Schema, node: Node) -> None:
        self._numeric(schema, node, limits_of(schema.width))

    def _number(self, schema: Schema, node: Node) -> None:
        most = _LARGEST.get(schema.width, _LARGEST[""])
        self._numeric(schema, node, (-most, most))

    def _numeric(self, schema: Schema, node: Node, range_: tuple[int, int]) -> None:
        for keyword, bound in (("minimum", schema.minimum), ("maximum", schema.maximum)):
            if bound is not None:
                key = "exclusive_" + keyword if bound.exclusive else keyword
                node.numbers[key] = json.dumps(bound.value)
        self._values(schema, schema.values, node)
        numbers = {"minimum": str(range_[0]), "maximum": str(range_[1])}
        inner = self._graph.add(Node(node.where, numbers=numbers))
        self._graph.ranges[inner] = "format" if schema.width else "type"
        node.all_of += (inner,)

    def _values(self, schema: Schema, values: tuple[Any, ...], node: Node) -> None:
        if values:
            listed = (*values, None) if schema.nullable else values
            node.values = tuple(json.dumps(v, ensure_ascii=False) for v in listed)
            node.is_const = schema.is_const

# SPDX-License-Identifier: Apache-2.0
"""Where subschemas stand in a document, and what $id, $anchor and $ref mean there."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote, urldefrag, urljoin

from callgen.load import Node
from callgen.problems import Problems

ONE = frozenset(
    "additionalProperties items contains propertyNames not if then else contentSchema".split()
)
LISTS = frozenset("prefixItems allOf anyOf oneOf".split())
MAPS = frozenset("properties patternProperties $defs definitions dependentSchemas".split())


def subschemas(schema: Node) -> Iterator[Node]:
    if schema.kind != "map":
        return
    for key, value in schema.pairs():
        if key.value in ONE:
            yield value
        elif key.value in LISTS and value.kind == "list":
            yield from value.value
        elif key.value in MAPS and value.kind == "map":
            yield from (inner for _, inner in value.pairs())


def text_of(schema: Node, keyword: str) -> str | None:
    found = schema.get(keyword) if schema.kind == "map" else None
    return found.value if found is not None and found.kind == "str" else None


def is_bare_reference(schema: Node, beside: frozenset[str]) -> bool:
    """Whether nothing but a reference, and these keywords beside it, is there."""
    if text_of(schema, "$ref") is None:
        return False
    return all(key.value in beside for key, _ in schema.pairs())


class Places:
    """Every subschema's base URI, and what can be referred to by name."""

    def __init__(self, root: Node, problems: Problems) -> None:
        self._problems = problems
        self._bases: dict[int, str] = {}
        self._named: dict[str, Node] = {}
        self._kept: list[Node] = []  # ids are of nodes that live
        self._walk(root, "")
        self._named.setdefault("", root)

    def target(self, schema: Node, reference: str) -> Node | None:
        """What a $ref of this subschema names; None when it is not in the document."""
        try:
            base, fragment = urldefrag(join(self._bases.get(id(schema), ""), reference))
        except ValueError:  # no URI: nothing is named so
            return None
        fragment = unquote(fragment)
        if fragment and not fragment.startswith("/"):
            return self._named.get(f"{base}#{fragment}")
        found = self._named.get(base)
        for token in fragment.split("/")[1:]:
            found = _inner(found, token.replace("~1", "/").replace("~0", "~"))
        if found is not None and id(found) not in self._bases:
            self._walk(found, base)
        return found

    def _walk(self, schema: Node, base: str) -> None:
        waiting = [(schema, base)]
        while waiting:
            node, base = waiting.pop()
            if (own := text_of(node, "$id")) is not None:
                base = self._renamed(base, own, node)
            if (anchor := text_of(node, "$anchor")) is not None:
                self._name(f"{base}#{anchor}", node)
            self._bases[id(node)] = base
            self._kept.append(node)
            waiting += [(inner, base) for inner in subschemas(node)]

    def _renamed(self, base: str, own: str, node: Node) -> str:
        try:
            base = urldefrag(join(base, own))[0]
        except ValueError:
            self._problems.add(node.mark, f"'$id' is no URI: '{own}'")
            return base
        self._name(base, node)
        return base

    def _name(self, uri: str, node: Node) -> None:
        if self._named.setdefault(uri, node) is not node:
            self._problems.add(node.mark, f"two schemas are named '{uri}'")


def join(base: str, reference: str) -> str:
    if reference.startswith("#"):  # also where the base is no hierarchy, such as urn:uuid:...
        return urldefrag(base)[0] + reference
    return urljoin(base, reference)


def _inner(node: Node | None, token: str) -> Node | None:
    if node is not None and node.kind == "map":
        return node.get(token)
    if node is None or node.kind != "list" or not token.isdecimal() or not token.isascii():
        return None
    index = int(token) if len(token) < 9 else len(node.value)
    return node.value[index] if index < len(node.value) else None

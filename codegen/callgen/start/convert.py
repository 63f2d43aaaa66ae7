# SPDX-License-Identifier: Apache-2.0
"""A published JSON Schema -> a payload with its definitions, of which structs can be made.

What is written another way here means the same; where it does not, a remark says so. What the
language refuses is left to callgen.start.settle.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from callgen import names
from callgen.load import Node
from callgen.problems import Problems
from callgen.schema.places import LISTS, MAPS, ONE, Places
from callgen.start.settle import Tree
from callgen.start.words import pascal, singular
from callgen.start.write_yaml import Remark, shown

_NOT_TAKEN = frozenset("$defs definitions $schema $id $anchor components".split())  # they check nothing
_OF_OBJECTS = frozenset("type properties required title description examples deprecated".split())
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
ROOT = "Callback"


class Converter:
    """left_out: notes on what is not taken over."""

    def __init__(self, document: Node, problems: Problems, left_out: Problems) -> None:
        self._problems = problems
        self._left_out = left_out
        self._places = Places(document, problems)
        self._names: dict[int, str] = {}  # of definitions, by what they were
        self._taken: set[str] = set()
        self._walked: set[int] = set()
        self.definitions: dict[str, Any] = {}

    def payload(self, node: Node) -> dict[str, Any]:
        """A reference to the first definition, which is an object if it can be made one."""
        top = self.schema(node)
        if set(top) != {"$ref"}:
            name = self._names.get(id(node)) or self._fresh(ROOT)
            self.definitions = {name: top, **self.definitions}
            top = Tree(node.mark)
            top["$ref"] = f"#/$defs/{name}"
        own = self.resolved(top)
        self._structs(own, ROOT)
        if "properties" not in own:
            self._united(own)
        if "properties" not in own and "object" in _types(own) and _required(own):
            own["properties"] = {}
            self._members(own, own["properties"], ROOT)
        used = self._used(top)
        self.definitions = {name: own for name, own in self.definitions.items() if name in used}
        return top

    def _used(self, top: Any) -> set[str]:
        """The definitions that are referred to, from the payload on."""
        found: set[str] = set()
        waiting = [top]
        while waiting:
            each = waiting.pop()
            if isinstance(each, Tree) and (name := _definition_of(each)) and name not in found:
                found.add(name)
                waiting.append(self.definitions[name])
            inner = each.values() if isinstance(each, dict) else each
            waiting += [value for value in inner if isinstance(value, (dict, list))]
        return found

    def resolved(self, schema: Any) -> Any:
        """What a reference stands for."""
        passed: set[str] = set()
        while isinstance(schema, dict) and (name := _definition_of(schema)) and name not in passed:
            passed.add(name)
            schema = self.definitions[name]
        return schema

    # --- as it is written

    def schema(self, node: Node) -> Tree:
        out = Tree(node.mark)
        if node.kind == "bool":
            if not node.value:
                out["not"] = Tree(node.mark)
            return out
        if node.kind != "map":
            self._problems.add(node.mark, "a schema must be an object, true or false")
            return out
        for key, value in sorted(node.pairs(), key=lambda pair: pair[0].value not in ("type", "$ref")):
            if key.value not in _NOT_TAKEN:
                self._keyword(node, key, value, out)
        return out

    def _keyword(self, node: Node, key: Node, value: Node, out: Tree) -> None:
        name = key.value
        out.marks[name] = key.mark
        if name == "$ref":
            self._reference(node, value, out)
        elif name in ONE and value.kind in ("map", "bool"):
            out[name] = value.value if name == "additionalProperties" and value.kind == "bool" else (
                self.schema(value))
        elif name in LISTS and value.kind == "list":
            out[name] = [self.schema(item) for item in value.value]
        elif name in MAPS and value.kind == "map":
            out[name] = {inner.value: self.schema(each) for inner, each in value.pairs()}
        elif name == "items" and value.kind == "list":
            out["prefixItems"] = [self.schema(item) for item in value.value]
            self._note(out, "'items' with a list is of Draft-07: it is prefixItems here", key)
        elif name == "discriminator" and value.kind == "map":
            out[name] = {inner.value: each.json() for inner, each in value.pairs() if inner.value != "mapping"}
        elif name == "example":
            out.setdefault("examples", [value.json()])
        elif name == "nullable":
            self._note(out, "'nullable' is of OpenAPI 3.0: write type: [string, 'null']", key)
        else:
            out[name] = value.json()

    def _reference(self, node: Node, value: Node, out: Tree) -> None:
        reference = value.value if value.kind == "str" else ""
        target = self._places.target(node, reference) if reference else None
        if target is None:
            text = f"'$ref' is left out: '{shown(str(value.value))}' is not in this document"
            self._note(out, text, value)
            return
        if id(target) not in self._names:
            name = self._names[id(target)] = self._fresh(reference.rpartition("/")[2].lstrip("#"))
            self.definitions[name] = Tree(value.mark)  # keeps its place
            self.definitions[name] = self.schema(target)
        out["$ref"] = f"#/$defs/{self._names[id(target)]}"

    def _note(self, out: Tree, text: str, node: Node) -> None:
        out[Remark(text)] = None
        self._left_out.add(node.mark, text)

    def _fresh(self, wanted: str) -> str:
        base = wanted if _NAME.fullmatch(wanted) else pascal(wanted) or ROOT
        base = base if base[0].isalpha() and base[0].isascii() else "Schema" + base
        number, name = 1, base
        while (cpp := names.type_name(name)) in self._taken or cpp.endswith("_value"):
            number += 1
            name = f"{base}{number}"
        self._taken.add(names.type_name(name))
        return name

    # --- as structs need it

    def _structs(self, schema: Any, hint: str) -> None:
        """A value of the payload: objects become definitions, allOf of objects one object."""
        if not isinstance(schema, dict) or id(schema) in self._walked:
            return
        self._walked.add(id(schema))
        if (name := _definition_of(schema)) is not None:
            self._structs(self.definitions[name], name)
            return
        self._flatten(schema, hint)
        _imply_type(schema)
        if not schema.get("properties", True):
            del schema["properties"]
        properties = schema.get("properties")
        if isinstance(properties, dict) and "object" in _types(schema):
            self._members(schema, properties, hint)
        if isinstance(schema.get("items"), dict) and "array" in _types(schema):
            schema["items"] = self._hoisted(schema["items"], singular(hint))

    def _members(self, schema: dict[Any, Any], properties: dict[str, Any], hint: str) -> None:
        for name in _required(schema):
            if name not in properties:
                properties[name] = {Remark("required, but nothing is said of it"): None}
        if schema.get("additionalProperties") is False:
            del schema["additionalProperties"]
            text = "no others by its source: tolerance.unknown_members: reject says so"
            schema[Remark(text, len(schema))] = None
        for name, inner in properties.items():
            properties[name] = self._hoisted(inner, pascal(name) or hint)

    def _hoisted(self, schema: Any, hint: str) -> Any:
        name = self._fresh(hint)  # before those of what is within
        self._structs(schema, hint)
        if not isinstance(schema, Tree) or not isinstance(schema.get("properties"), dict):
            self._taken.discard(names.type_name(name))
            return schema
        self.definitions[name] = schema
        out = Tree(schema.mark)
        out["$ref"] = f"#/$defs/{name}"
        for key in ("x-cpp-name", "x-aliases"):
            if key in schema:
                out[key] = schema.pop(key)
        return out

    def _flatten(self, schema: dict[Any, Any], hint: str) -> None:
        """allOf of objects that have nothing to disagree on: they are one object."""
        branches = schema.get("allOf")
        if not isinstance(branches, list) or not all(isinstance(each, dict) for each in branches):
            return
        for each in branches:
            self._structs(self.resolved(each), hint)
        parts = [{key: value for key, value in schema.items() if key != "allOf"},
                 *map(self.resolved, branches)]
        merged = _merged(parts)
        if merged is None:
            return
        texts = [_definition_of(each) or "more" for each in branches]
        rest = {key: value for key, value in schema.items() if key not in (*merged, "allOf")}
        schema.clear()
        schema |= {**merged, **rest}
        schema[Remark(f"allOf of {', '.join(texts)}, written out", len(schema))] = None

    # --- several kinds of callback

    def _united(self, schema: dict[Any, Any]) -> None:
        """The payload of oneOf or anyOf: an object with what its branches have, and still that check."""
        keyword = next((each for each in ("oneOf", "anyOf") if each in schema), None)
        if keyword is None:
            return
        branches = [self.resolved(each) for each in schema[keyword]]
        for each in branches:
            self._structs(each, ROOT)
        if not all(isinstance(each, dict) and isinstance(each.get("properties"), dict)
                   and _types(each) == ["object"] for each in branches):
            return
        before = dict(schema)
        schema.clear()
        schema["type"] = "object"
        common = [name for name in _required(branches[0])
                  if all(name in _required(each) for each in branches)]
        if common:
            schema["required"] = common
        members = dict.fromkeys(name for each in branches for name in each["properties"])
        schema["properties"] = {name: self._common(name, branches) for name in members}
        schema |= before

    def _common(self, name: str, branches: list[dict[str, Any]]) -> Any:
        """A member's schema in all branches that have it; of any type where they differ."""
        found = [each["properties"][name] for each in branches if name in each["properties"]]
        if all(self.resolved(each) == self.resolved(found[0]) for each in found):
            return found[0]
        texts = [_closed_texts(self.resolved(each)) for each in found]
        if all(texts) and len(found) == len(branches):
            return {"type": "string", "enum": list(dict.fromkeys(v for each in texts for v in each))}
        return {Remark(f"it differs with the kind of callback: {len(found)} have it"): None}


def _definition_of(schema: Any) -> str | None:
    found = schema.get("$ref") if isinstance(schema, dict) else None
    return found.removeprefix("#/$defs/") if isinstance(found, str) else None


def _types(schema: dict[Any, Any]) -> list[Any]:
    found = schema.get("type")
    return [each for each in (found if isinstance(found, list) else [found]) if each != "null"]


def _imply_type(schema: dict[Any, Any]) -> None:
    """Schemas without a type mean one as a rule."""
    if "type" in schema or "$ref" in schema:
        return
    implied = ""
    if isinstance(schema.get("properties"), dict) and schema["properties"]:
        implied = "object"
    elif isinstance(schema.get("items"), dict):
        implied = "array"
    elif _closed_texts(schema):
        implied = "string"
    if implied:
        rest = dict(schema)
        schema.clear()
        schema["type"] = implied
        schema |= rest
        if implied != "string":
            schema[Remark(f"its source names no type: {implied} is assumed", len(schema))] = None


def _closed_texts(schema: Any) -> list[str]:
    """The texts that alone are allowed; none when there is more."""
    found = schema.get("enum", [schema.get("const")]) if isinstance(schema, dict) else []
    is_text = isinstance(found, list) and all(isinstance(each, str) for each in found)
    return found if is_text else []


def _merged(parts: list[Any]) -> dict[str, Any] | None:
    """None when they are more than objects with members, or disagree on one."""
    properties: dict[str, Any] = {}
    required: list[str] = []
    for part in parts:
        keys = {key for key in part if not isinstance(key, Remark)} if isinstance(part, dict) else {""}
        if not keys <= _OF_OBJECTS or _types(part) not in (["object"], [None]):
            return None
        for name, inner in _members_of(part):
            if properties.setdefault(name, inner) != inner:
                return None
        required += [name for name in _required(part) if name not in required]
    if not properties:
        return None
    return {"type": "object", **({"required": required} if required else {}), "properties": properties}


def _required(schema: dict[str, Any]) -> list[str]:
    found = schema.get("required")
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []


def _members_of(part: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    found = part.get("properties")
    yield from found.items() if isinstance(found, dict) else ()

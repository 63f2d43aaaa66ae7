# SPDX-License-Identifier: Apache-2.0
"""The payload with every definition it reaches as one JSON Schema that needs nothing else.

It takes what the receiver takes: tolerance, other spellings and open enums are written out. A schema
cannot say that a bad member is left out, so this one refuses it and marks the member.

Data flow: YAML nodes beside the checked schema of each -> definitions with references to nodes ->
definitions with names. A node of kind any, and all below it, is checked as it stands, without
tolerance: a definition that is used both ways comes twice unless that makes no difference.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from callgen.emit.absent import ANNOTATIONS, or_empty, or_null
from callgen.emit.source import Source
from callgen.keywords import checked_beside_reference, limits_of
from callgen.load import Node
from callgen.model import Member, Schema
from callgen.problems import Problems
from callgen.schema.places import LISTS, MAPS, ONE, Places
from callgen.schema.read import DRAFT

Json = dict[str, Any]

# A number that came as text must be this; its bounds hold all the same, but no schema can say so.
NUMBER = "^-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$"
DROPPED = "x-dropped-if-invalid"  # of a member: true, or "type" where only another type is dropped
ALIAS = "x-alias-of"  # of a property: the member that it is another spelling of
SPELLING = "x-one-spelling-of"  # of an anyOf of one property each: the member that must have one

_LEFT_OUT = frozenset("$schema $id $anchor $defs definitions x-cpp-name x-capacity".split())
_READ = {"object": ("properties", "required"), "array": ("items",)}
_KINDS = {
    "title": "str", "description": "str", "$comment": "str", "deprecated": "bool", "examples": "list"
}


def bundle(source: Source, base: str = "#/$defs/") -> Json:
    """References are `base` and a name, an identifier; the payload's comes first."""
    return _Bundle(source).document(base)


@dataclass(eq=False)
class _Definition:
    wanted: str  # the name in its file
    is_exact: bool  # checked as it stands
    body: Json = field(default_factory=dict)


class _Bundle:
    def __init__(self, source: Source) -> None:
        self._provider = source.provider
        self._tolerance = source.provider.tolerance
        self._roots = {document.path.resolve(): document.root for document in source.documents}
        self._places = {path: Places(root, Problems()) for path, root in self._roots.items()}
        self._main = source.documents[0].path.resolve()
        self._definitions: dict[tuple[int, bool], _Definition] = {}

    def document(self, base: str) -> Json:
        root = self._payload(self._roots[self._main].get("payload"))
        _unite(self._definitions)
        names = _names(list(self._definitions.values()))
        uris = {each: base + name for each, name in names.items()}
        return {
            "$schema": DRAFT,
            "title": self._provider.title,
            "description": self._description(),
            "$ref": uris[root],
            "$defs": {name: _changed(each.body, uris) for each, name in names.items()},
        }

    def _payload(self, node: Node) -> _Definition:
        read = self._read(node, self._provider.payload, self._main)
        if set(read) == {"$ref"}:
            return read["$ref"]
        root = _Definition("Callback", False, read)
        self._definitions = {(id(node), False): root, **self._definitions}
        return root

    def _description(self) -> str:
        told = [self._provider.description]
        if self._tolerance.drop_invalid:
            told.append(f"A member marked {DROPPED} is left out by the receiver where it does not "
                        "fit, and the rest counts; here it has to fit.")
        if self._tolerance.numbers_in_strings:
            told.append("Of a number that comes as text the bounds hold, too.")
        return " ".join(text for text in told if text)

    # --- what is read into members, with tolerance

    def _read(self, node: Node, schema: Schema, file: Path) -> Json:
        """What fits where the value is not absent; of a number, where it is no text."""
        if schema.kind == "any":
            return self._exact(node, file)
        if (target := node.get("$ref")) is not None:
            found, there = self._referred(target.value, file)
            out: Json = {"$ref": self._definition(target.value, found, schema, there)}
            beside = {key.value for key, _ in checked_beside_reference(node)}
            out |= self._keywords(node, file, beside | ANNOTATIONS)
            return out
        out = self._keywords(node, file, read=_READ.get(schema.kind, ()))
        if schema.kind == "object":
            self._object(out, node, schema, file)
        elif schema.kind == "array" and "items" in out:
            out["items"] = self._counted(node.get("items"), schema.items, file)
        elif schema.kind == "string" and schema.is_open:
            _open(out, schema)
        elif schema.kind == "integer":
            _limit(out, schema)
        return out

    def _counted(self, node: Node, schema: Schema, file: Path) -> Json:
        """The same with numbers in strings."""
        read = self._read(node, schema, file)
        if not self._tolerance.numbers_in_strings or schema.kind not in ("integer", "number"):
            return read
        told = {key: read.pop(key) for key in list(read) if key in ANNOTATIONS}
        return {**told, "anyOf": [read, {"type": "string", "pattern": NUMBER}]}

    def _object(self, out: Json, node: Node, schema: Schema, file: Path) -> None:
        nodes = [value for _, value in node.get("properties").pairs()]
        out["properties"] = {}
        several: list[Json] = []
        for member, inner in zip(schema.members, nodes):
            counted = self._counted(inner, member.schema, file)
            said = self._member(schema, member, counted)
            out["properties"][member.name] = said
            for alias in member.aliases:
                out["properties"][alias] = {**said, ALIAS: member.name}
                out["properties"][alias].pop("x-aliases", None)
            if member.required and member.aliases:
                several.append({SPELLING: member.name, "anyOf": [
                    {"type": out["type"], "required": [name], "properties": {name: counted}}
                    for name in (member.name, *member.aliases)
                ]})
        out["required"] = [m.name for m in schema.members if m.required and not m.aliases]
        if not out["required"]:
            del out["required"]
        self._unknown(out, several)
        if several:
            out["allOf"] = [*out.get("allOf", []), *several]

    def _member(self, struct: Schema, member: Member, said: Json) -> Json:
        if not member.required or member.aliases:
            said = or_null(said) if self._tolerance.nulls_absent else said
            said = or_empty(said) if self._tolerance.empty_strings_absent else said
        if self._provider.is_droppable(struct, member):
            said = {**said, DROPPED: True}
        elif self._provider.drops_other_types(struct, member):
            said = {**said, DROPPED: "type"}
        return said

    def _unknown(self, out: Json, several: list[Json]) -> None:
        """Whether members that the schema does not name are taken is a matter of tolerance."""
        if isinstance(out.get("additionalProperties"), bool):
            del out["additionalProperties"]
        if not self._tolerance.reject_unknown:
            return
        if "patternProperties" in out:  # what they match would count as named
            several.append({"patternProperties": out.pop("patternProperties")})
        out["additionalProperties"] = False

    # --- what is checked as it stands

    def _exact(self, node: Node, file: Path) -> Any:
        if node.kind == "bool":
            return node.value
        out = self._keywords(node, file)
        if (target := node.get("$ref")) is not None:
            found, there = self._referred(target.value, file, node)
            out = {"$ref": self._definition(target.value, found, None, there), **out}
        return out

    def _keywords(
        self, node: Node, file: Path, only: Any = None, read: Collection[str] = ()
    ) -> Json:
        """As they are written. read: what the caller says itself, in its place."""
        out: Json = {}
        for key, value in node.pairs():
            name = key.value
            if name in _LEFT_OUT or name == "$ref" or (only is not None and name not in only):
                continue
            if name in read:
                out[name] = None
            elif name in ONE:
                out[name] = self._exact(value, file)
            elif name in LISTS:
                out[name] = [self._exact(each, file) for each in value.value]
            elif name in MAPS:
                out[name] = {key.value: self._exact(each, file) for key, each in value.pairs()}
            elif name == "discriminator":
                out[name] = self._discriminator(node, value, file)
            elif name == "examples" and value.kind == "list":
                if sound := [each.json() for each in value.value if _is_finite(each)]:
                    out[name] = sound
            elif _is_sound(name, value):
                out[name] = value.json()
        return out

    def _discriminator(self, node: Node, value: Node, file: Path) -> Json:
        out = value.json()
        for key, target in value.get("mapping").pairs() if "mapping" in out else ():
            found, there = self._referred(target.value, file, node)
            out["mapping"][key.value] = self._definition(target.value, found, None, there)
        return out

    # --- references

    def _referred(self, target: str, file: Path, node: Node | None = None) -> tuple[Node, Path]:
        """What a checked reference names: of a member by file and name, else by its URI."""
        if node is not None and (found := self._places[file].target(node, target)) is not None:
            return found, file
        name, _, definition = target.partition("#/$defs/")
        there = (file.parent / name).resolve() if name else file
        return self._roots[there].get("$defs").get(definition), there

    def _definition(
        self, target: str, node: Node, schema: Schema | None, file: Path
    ) -> _Definition:
        key = (id(node), schema is None)
        if key not in self._definitions:
            wanted = target.rpartition("/")[2].rpartition("#")[2]
            made = self._definitions[key] = _Definition(wanted, schema is None)
            made.body = (
                self._exact(node, file) if schema is None else self._read(node, schema, file)
            )
        return self._definitions[key]


def _is_sound(keyword: str, value: Node) -> bool:
    """What checks nothing may be anything: here it is of its type, or left out."""
    return _KINDS.get(keyword, value.kind) == value.kind and _is_finite(value)


def _is_finite(value: Node) -> bool:
    return all(math.isfinite(each.value) for each in _within(value) if each.kind == "float")


def _within(node: Node) -> Iterator[Node]:
    yield node
    if node.kind in ("map", "list"):
        for each in node.value:
            yield from _within(each[1] if node.kind == "map" else each)


def _open(out: Json, schema: Schema) -> None:
    """Any text within the bounds, and what is known of it."""
    text = {"type": "string"}
    text |= {key: out.pop(key) for key in ("minLength", "maxLength") if key in out}
    most = len if schema.max_length is None else lambda _: schema.max_length
    known = [name for name in schema.names if schema.min_length <= len(name) <= most(name)]
    del out["type"], out["enum"]
    branches: list[Json] = [{"type": "string", "enum": known}] if known else []
    branches += [text, {"type": "null"}] if schema.nullable else [text]
    if "anyOf" in out:
        out["allOf"] = [*out.get("allOf", []), {"anyOf": branches}]
    else:
        out["anyOf"] = branches


def _limit(out: Json, schema: Schema) -> None:
    """Integers have a width, said or not."""
    if "enum" in out or "const" in out:
        return
    low, high = limits_of(schema.width)
    if not any(out.get(key, low - 1) >= low for key in ("minimum", "exclusiveMinimum")):
        out["minimum"] = low
    if not any(out.get(key, high + 1) <= high for key in ("maximum", "exclusiveMaximum")):
        out["maximum"] = high


# --- names

def _unite(definitions: dict[tuple[int, bool], _Definition]) -> None:
    """A definition that is read as it stands needs no second one."""
    same = {
        each: definitions[at, False]
        for (at, is_exact), each in definitions.items() if is_exact and (at, False) in definitions
    }
    users: dict[_Definition, list[_Definition]] = {}
    for each in same:
        for used in _used(each.body):
            users.setdefault(used, []).append(each)
    waiting = set(same)
    while waiting:
        other = [
            each for each in waiting & same.keys()
            if _changed(each.body, same) != _changed(same[each].body, same)
        ]
        for each in other:
            del same[each]
        waiting = {user for each in other for user in users.get(each, ())}
    for key, each in list(definitions.items()):
        each.body = _changed(each.body, same)
        if each in same:
            del definitions[key]


def _used(value: Any) -> Iterator[_Definition]:
    if isinstance(value, _Definition):
        yield value
    inner = value.values() if isinstance(value, dict) else value
    for each in inner if isinstance(value, (dict, list)) else ():
        yield from _used(each)


def _changed(value: Any, names: dict[_Definition, Any]) -> Any:
    """The same with something else for definitions that it refers to."""
    if isinstance(value, dict):
        return {key: _changed(inner, names) for key, inner in value.items()}
    if isinstance(value, list):
        return [_changed(inner, names) for inner in value]
    return names.get(value, value) if isinstance(value, _Definition) else value


def _names(definitions: list[_Definition]) -> dict[_Definition, str]:
    """Identifiers, which differ in more than case; those that members have come first."""
    names: dict[str, _Definition] = {}
    taken: set[str] = set()
    for each in sorted(definitions, key=lambda definition: definition.is_exact):
        base = re.sub(r"[^0-9A-Za-z_]+", "_", unquote(each.wanted)).strip("_")
        base = base if re.match("[A-Za-z_]", base) else f"Definition_{base}".rstrip("_")
        if each.is_exact and base in names:
            base += "_as_it_stands"
        numbered = (f"{base}_{number}" for number in itertools.count(2))
        tried = itertools.chain([base], numbered)
        name = next(name for name in tried if name.lower() not in taken)
        taken.add(name.lower())
        names[name] = each
    return {each: name for name, each in names.items()}

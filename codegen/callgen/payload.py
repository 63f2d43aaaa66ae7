# SPDX-License-Identifier: Apache-2.0
"""The payload: JSON Schema nodes of the file (and of files it refers to) -> model.Schema."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

from callgen import keywords, names
from callgen.defaults import read_default
from callgen.document import Document
from callgen.fields import Fields
from callgen.load import Node, load_file
from callgen.kept_text import beside_members, check_applied_secrets, is_kept_as_text
from callgen.model import Member, Schema, structs_below
from callgen.problems import Mark, Problems, unknown
from callgen.schema.graph import Schema as Check
from callgen.schema.read import Findings, SchemaReader

MAX_DEPTH = 128  # of schemas within each other, references followed
_REF = re.compile(r"^([^#]*)#/\$defs/([^/]+)$")


@dataclass(frozen=True)
class _File:
    """A file that holds definitions. shown: its name in messages."""

    path: Path
    shown: str
    root: Node


@dataclass(frozen=True)
class _Place:
    """Where a node stands: what names its struct or enum, and which file its references are
    relative to.
    """

    file: _File
    role: str  # payload, member, items or def
    cpp_name: str
    wire_name: str
    enum_name: str = ""  # of an enum right here, if no other has it yet


class PayloadReader:
    """Reads one schema's payload and definitions; keeps each definition once, however often it is
    referred to.
    """

    def __init__(self, path: Path, shown: str, root: Node, problems: Problems) -> None:
        self._problems = problems
        self._main = _File(path, shown, root)
        self._files: dict[Path, _File | None] = {path.resolve(): self._main}
        self._defs: dict[tuple[Path, str], Schema | None] = {}
        self._open: list[tuple[Path, str]] = []
        self._depth = 0
        self._enums: dict[str, Schema] = {}
        self._findings = Findings()
        self._checks = SchemaReader(self._findings, assert_formats=True, of_payload=True)

    @property
    def checks(self) -> tuple[Check, ...]:
        """What is checked beside the members' rules."""
        return tuple(self._checks.schemas)

    @property
    def documents(self) -> list[Document]:
        """Every file that was read, the schema itself first."""
        found = (file for file in self._files.values() if file is not None)
        return [Document(file.path, file.root) for file in found]

    def read(self, payload: Node | None) -> Schema:
        """The payload's schema; what could not be read of it is of kind broken, and has been
        reported.
        """
        found = None
        if payload is not None:
            found = self._node(payload, _Place(self._main, "payload", "callback", "Callback"))
            if found is not None and (found.kind != "object" or found.nullable):
                what = "null" if found.kind == "object" else f"type {found.kind}"
                text = f"a payload of {what} is not compiled yet: it must be an object"
                self._problems.add(payload.mark, text)
                found = None
        if found is not None and found.sensitive:
            text = "a payload cannot be x-sensitive as a whole: say it of its members"
            self._problems.add(payload.mark, text)
        if found is not None:
            self._check_types(found)
            check_applied_secrets(found, self._checks.schemas, self._problems)
        definitions = self._main.root.get("$defs")
        if definitions is not None and definitions.kind == "map":
            for key, _ in definitions.pairs():
                self._definition(self._main, key.value, key)
        self._checks.settle()
        findings = self._findings
        for problems in (findings.wrong, findings.refused, findings.notes):
            self._problems.found |= problems.found
        return found if found is not None else Schema("broken", self._main.root.mark)

    def _node(self, node: Node, place: _Place) -> Schema | None:
        if self._depth == MAX_DEPTH:
            self._problems.add(node.mark, f"schemas more than {MAX_DEPTH} deep are not compiled")
            return None
        self._depth += 1
        found = self._schema(node, place)
        self._depth -= 1
        return found

    def _schema(self, node: Node, place: _Place) -> Schema | None:
        if node.kind != "map":
            self._problems.add(node.mark, "must be a mapping")
            return None
        keywords.check_names(node, place.role, self._problems)
        if node.get("$ref") is not None:
            return self._reference(node, place)
        kind, nullable = keywords.type_of(node, self._problems)
        if kind is None:
            return None
        if is_kept_as_text(node, kind):
            kind = "any"
        keywords.check_fit(node, kind, self._problems)
        base = Schema(kind, node.mark, nullable=nullable, description=self._description(node),
                      sensitive=self._is_sensitive(node),
                      written=tuple(key.value for key, _ in node.pairs()))
        base = self._checked(node, base, place)
        if kind == "object":
            return self._object(node, base, place)
        if kind == "array":
            return self._array(node, base, place)
        if kind == "string":
            base = self._content(node, base, place)
            return self._enum_named(keywords.string(node, base, self._problems), place)
        if kind in ("integer", "number"):
            return keywords.numeric(node, base, self._problems)
        return base

    def _description(self, node: Node) -> str:
        found = Fields(node, self._problems, known=None)
        found.text("title")
        found.flag("deprecated")
        return found.text("description")

    def _is_sensitive(self, node: Node) -> bool:
        return Fields(node, self._problems, known=None).flag("x-sensitive")

    # --- what members' rules do not say

    def _checked(self, node: Node, base: Schema, place: _Place) -> Schema:
        pairs = keywords.checked(node, base.kind)
        if not pairs:
            return base
        if base.kind == "object":
            index = self._check(beside_members(pairs, node), node, place)
            return replace(base, check=index, text_is_sensitive=self._checks.is_sensitive(index))
        index = self._check(pairs, node, place)
        # Null is one of the values that are looked at.
        return replace(base, also=index, nullable=base.nullable and base.kind != "any",
                       text_is_sensitive=self._checks.is_sensitive(index))

    def _check(self, pairs: list[tuple[Node, Node]], node: Node, place: _Place) -> int:
        wanted = Node("map", tuple(pairs), node.mark)
        return self._checks.add(place.file.root, wanted, place.wire_name)

    def _content(self, node: Node, base: Schema, place: _Place) -> Schema:
        """JSON within the string, which is looked at when it has been decoded."""
        media, inner = node.get("contentMediaType"), node.get("contentSchema")
        if media is None and inner is not None:
            text = "'contentSchema' needs 'contentMediaType: application/json' beside it"
            self._problems.add(inner.mark, text)
        if media is None:
            return base
        if media.kind != "str":
            self._problems.add(media.mark, "'contentMediaType' must be text")
            return base
        if media.value != "application/json":
            text = f"contentMediaType '{media.value}' is not compiled: known is application/json"
            self._problems.add(media.mark, text)
            return base
        if node.get("enum") is not None or node.get("const") is not None:
            self._problems.add(media.mark, "'contentMediaType' beside 'enum' or 'const' says nothing")
            return base
        wanted = inner if inner is not None else Node("bool", True, media.mark)
        index = self._checks.add(place.file.root, wanted, place.wire_name + " as JSON")
        sensitive = base.text_is_sensitive or self._checks.is_sensitive(index)
        return replace(base, content=index, text_is_sensitive=sensitive)

    # --- references

    def _reference(self, node: Node, place: _Place) -> Schema | None:
        target = node.get("$ref")
        match = _REF.fullmatch(target.value) if target.kind == "str" else None
        if match is None:
            text = "a reference must be '#/$defs/Name' or 'file.yaml#/$defs/Name'"
            self._problems.add(target.mark, text)
            return None
        file = self._file(place.file, match[1], target.mark)
        found = self._definition(file, match[2], target, place) if file is not None else None
        pairs = keywords.checked_beside_reference(node)
        if found is not None and self._is_sensitive(node) and place.role != "member":
            if found.kind == "object":
                pairs += [pair for pair in node.pairs() if pair[0].value == "x-sensitive"]
            else:
                found = replace(found, sensitive=True)
        if found is None or not pairs:
            return found
        if found.kind == "object":
            for key, _ in pairs:
                text = f"keyword '{key.value}' beside a $ref to an object: write it in the definition"
                self._problems.add(key.mark, text)
            return found
        index = self._check(pairs, node, place)
        if found.also is not None:
            index = self._checks.both(found.also, index)
        sensitive = found.text_is_sensitive or self._checks.is_sensitive(index)
        return replace(found, also=index, text_is_sensitive=sensitive)

    def _file(self, base: _File, name: str, mark: Mark) -> _File | None:
        if not name:
            return base
        if name.startswith("/") or ":" in name:
            self._problems.add(mark, f"'{name}' must be relative to the schema")
            return None
        path = base.path.parent / name
        key = path.resolve()
        if key not in self._files:
            shown = str(Path(base.shown).parent / name)
            if not path.is_file():
                self._problems.add(mark, f"there is no file '{name}' beside the schema")
                self._files[key] = None
                return None
            root = load_file(path, shown, self._problems)
            self._files[key] = _File(path, shown, root) if root is not None else None
        return self._files[key]

    def _definition(
        self, file: _File, name: str, target: Node, place: _Place | None = None
    ) -> Schema | None:
        mark = target.mark
        definitions = file.root.get("$defs") if file.root.kind == "map" else None
        known = [
            key.value for key, _ in definitions.pairs()
        ] if definitions and definitions.kind == "map" else []
        if name not in known:
            self._problems.add(mark, unknown("definition", name, known))
            return None
        key = (file.path.resolve(), name)
        if key in self._open:
            # A struct cannot hold itself: what comes back is kept as text, and checked.
            reference = Node("str", f"#/$defs/{_escaped(name)}", mark)
            pair = (Node("str", "$ref", mark), reference)
            inner = replace(place or _Place(file, "def", "", name), file=file)
            index = self._check([pair], target, inner)
            return Schema("any", mark, also=index,
                          text_is_sensitive=self._checks.is_sensitive(index))
        if key not in self._defs:
            self._open.append(key)
            self._defs[key] = self._new_definition(file, name, definitions)
            self._open.pop()
        return self._defs[key]

    def _new_definition(self, file: _File, name: str, definitions: Node) -> Schema | None:
        key = next(key for key, _ in definitions.pairs() if key.value == name)
        cpp = names.type_name(name)
        if (why := names.why_no_identifier(cpp)) is not None:
            self._problems.add(key.mark, f"definition '{name}': {why}")
            return None
        return self._node(definitions.get(name), _Place(file, "def", cpp, name, cpp))

    # --- kinds

    def _array(self, node: Node, base: Schema, place: _Place) -> Schema:
        item_node = node.get("items")
        items = Schema("any", node.mark)
        if item_node is not None:
            inner = replace(place, role="items", cpp_name=place.cpp_name + "_item",
                            wire_name=place.wire_name + ".item",
                            enum_name=place.enum_name or place.cpp_name + "_item")
            items = self._node(item_node, inner) or items
        return keywords.array(node, replace(base, items=items), self._problems)

    def _object(self, node: Node, base: Schema, place: _Place) -> Schema | None:
        properties = node.get("properties")
        if properties.kind != "map" or not properties.value:
            text = "an object needs properties, or none: then it is kept as text"
            self._problems.add(properties.mark, text)
            return None
        required = self._required(node, properties)
        members = [
            (
                key, self._member(key, value, place, key.value in required)
            ) for key, value in properties.pairs()
        ]
        self._check_members(members)
        return replace(base, cpp_name=place.cpp_name, wire_name=place.wire_name,
                       members=tuple(member for _, member in members))

    def _required(self, node: Node, properties: Node) -> set[str]:
        wanted = node.get("required")
        if wanted is None:
            return set()
        if wanted.kind != "list" or any(item.kind != "str" for item in wanted.value):
            self._problems.add(wanted.mark, "'required' must be a list of member names")
            return set()
        known = [key.value for key, _ in properties.pairs()]
        seen: set[str] = set()
        for item in wanted.value:
            if item.value in seen:
                self._problems.add(item.mark, f"'{item.value}' is required twice")
            elif item.value not in known:
                self._problems.add(item.mark, unknown("member", item.value, known))
            seen.add(item.value)
        return seen

    def _member(self, key: Node, node: Node, place: _Place, required: bool) -> Member:
        fields = Fields(node, self._problems, known=None)
        cpp = fields.text("x-cpp-name") if "x-cpp-name" in fields else names.snake(key.value)
        if (why := names.why_no_member(cpp, place.cpp_name)) is not None:
            self._problems.add(key.mark, f"member '{key.value}': {why}: give it another x-cpp-name")
        enum_name = cpp + "_value"
        inner = _Place(
            place.file,
            "member",
            f"{place.cpp_name}_{cpp}",
            f"{place.wire_name}.{key.value}",
            enum_name,
        )
        schema = self._node(node, inner) or Schema("broken", node.mark)
        aliases = tuple(alias.value for alias in fields.list_of_text("x-aliases"))
        member = Member(
            key.value,
            cpp,
            schema,
            required,
            aliases,
            fields.text("description") or schema.description,
            fields.flag("x-sensitive"),
        )
        return read_default(node, member, self._problems)

    def _check_members(self, members: list[tuple[Node, Member]]) -> None:
        wire: dict[str, str] = {}
        cpp: dict[str, str] = {}
        for key, member in members:
            for name in (member.name, *member.aliases):
                if name in wire:
                    text = f"members '{wire[name]}' and '{member.name}' both answer to '{name}'"
                    self._problems.add(key.mark, text)
                wire[name] = member.name
            if member.cpp_name in cpp:
                text = (
                    f"members '{cpp[member.cpp_name]}' and '{member.name}' are both "
                    f"'{member.cpp_name}' in C++"
                )
                self._problems.add(key.mark, text + ": give one of them an x-cpp-name")
            cpp[member.cpp_name] = member.name

    # --- names of types

    def _enum_named(self, schema: Schema | None, place: _Place) -> Schema | None:
        """Equal enums of members of one name share one type; others are named after their struct as
        well.
        """
        if schema is None or not schema.names:
            return schema
        name = place.enum_name
        taken = self._enums.get(name)
        if place.role != "def" and taken is not None and not _same_enum(taken, schema):
            name = place.cpp_name + "_value"
        named = replace(schema, cpp_name=name)
        self._enums.setdefault(name, named)
        return named

    def _check_types(self, payload: Schema) -> None:
        """Of what is generated, no two types may have one name."""
        types: dict[str, Schema] = {}
        for struct in structs_below(payload):
            enums = (member.schema.innermost for member in struct.members)
            for node in (struct, *(enum for enum in enums if enum.names)):
                other = types.setdefault(node.cpp_name, node)
                if other is not node and not (other.names and _same_enum(other, node)):
                    text = (
                        f"two types are '{node.cpp_name}' in C++: the other is on line "
                        f"{other.mark.line}"
                    )
                    self._problems.add(node.mark, text)


def _escaped(name: str) -> str:
    """As a token of a JSON Pointer in the fragment of a URI."""
    return quote(name.replace("~", "~0").replace("/", "~1"), safe="")


def _same_enum(one: Schema, other: Schema) -> bool:
    return (one.names, one.is_open) == (other.names, other.is_open)

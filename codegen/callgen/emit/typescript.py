# SPDX-License-Identifier: Apache-2.0
"""emit typescript: <provider>.d.ts, a type for every definition, `Callback` for the payload and
`Answers` for what the sender is told.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from callgen.emit.annotations import DEPRECATED, annotations
from callgen.emit.answers import answer_bodies
from callgen.emit.bundle import bundle
from callgen.emit.source import Source
from callgen.emit.text import one_line

Json = dict[str, Any]

_BASE = "#/$defs/"
_MAX_TUPLE = 16  # places that are written out
_IDENTIFIER = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
# No type can be called so, or it would hide one that is used.
_TAKEN = frozenset(
    "Answers Callback any as async await bigint boolean break case catch class const continue "
    "debugger declare default delete do else enum export extends false finally for function if "
    "implements import in infer instanceof interface keyof let never new null number object package "
    "private protected public readonly return static string super switch symbol this throw true try "
    "type typeof undefined unique unknown var void while with yield".split()
)


def emit_typescript(source: Source) -> dict[str, str]:
    return {f"{source.provider.name}.d.ts": "\n".join(_lines(source)) + "\n"}


def _lines(source: Source) -> Iterator[str]:
    provider, document = source.provider, bundle(source, _BASE)
    types = _Types(document["$defs"], document["$ref"])
    yield f"// Made by callgen of {provider.file}: the body of a callback, and what it is answered."
    for reference, schema in types.definitions:
        yield ""
        yield from types.declaration(types.names[reference], schema)
    yield ""
    yield "/** The answer's body by outcome; null where there is none. */"
    yield "export interface Answers {"
    for each in answer_bodies(provider):
        yield f"  {each.outcome}: {types.of(each.schema, 1) if each.schema else 'null'};"
    yield "}"


class _Types:
    """A bundle's schemas as types. What types cannot say of a value (bounds, patterns) they leave out."""

    def __init__(self, definitions: Json, payload: str) -> None:
        self.definitions = [(_BASE + name, schema) for name, schema in definitions.items()]
        self.names = {payload: "Callback"}
        for reference, _ in self.definitions:
            name = reference.removeprefix(_BASE)
            while name in _TAKEN or name in self.names.values() and reference != payload:
                name += "_"
            self.names.setdefault(reference, name)

    def declaration(self, name: str, schema: Any) -> Iterator[str]:
        yield from _comment(schema, 0)
        if isinstance(schema, dict) and schema.get("type") == "object" and (
            "properties" in schema and not self._beside(schema, 0)
        ):
            yield f"export interface {name} {self._object(schema, 0)}"
        else:
            yield f"export type {name} = {self.of(schema, 0)};"

    def of(self, schema: Any, depth: int) -> str:
        """On several lines where it has members: those after the first are indented by depth."""
        if isinstance(schema, bool):
            return "unknown" if schema else "never"
        parts = [*self._own(schema, depth), *self._beside(schema, depth)]
        parts = list(dict.fromkeys(part for part in parts if part != "unknown"))
        if len(parts) < 2:
            return parts[0] if parts else "unknown"
        return " & ".join(map(_grouped, parts))

    def _own(self, schema: Json, depth: int) -> Iterator[str]:
        """What its own keywords say of a value."""
        if "$ref" in schema:
            yield self.names[schema["$ref"]]
        if "const" in schema:
            yield _literal(schema["const"])
        elif "enum" in schema:
            yield _union(map(_literal, schema["enum"]))
        elif "type" in schema:
            types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
            yield _union(self._of_type(kind, schema, depth) for kind in types)

    def _beside(self, schema: Json, depth: int) -> list[str]:
        """What other schemas of the same value say of it."""
        found = []
        for keyword in ("anyOf", "oneOf"):
            if keyword in schema:
                branches = [self.of(branch, depth) for branch in schema[keyword]]
                if schema.get("x-open") is True:
                    branches = ["(string & {})" if b == "string" else b for b in branches]
                found.append(_union(branches))
        found += [self.of(branch, depth) for branch in schema.get("allOf", [])]
        return [each for each in dict.fromkeys(found) if each != "unknown"]

    def _of_type(self, kind: str, schema: Json, depth: int) -> str:
        if kind == "object":
            return self._object(schema, depth)
        if kind == "array":
            return self._array(schema, depth)
        return "number" if kind == "integer" else kind

    def _array(self, schema: Json, depth: int) -> str:
        rest = self.of(schema.get("items", True), depth)
        listed = schema.get("prefixItems", [])
        if not listed:
            return f"{_grouped(rest)}[]"
        most = len(listed) if rest == "never" else schema.get("maxItems", _MAX_TUPLE + 1)
        items = [self.of(item, depth) for item in listed[:most]]
        if most <= _MAX_TUPLE:
            items += [rest] * (most - len(items))
        least = schema.get("minItems", 0)
        items = [item if at < least else f"{_grouped(item)}?" for at, item in enumerate(items)]
        if most > _MAX_TUPLE:
            items.append(f"...{_grouped(rest)}[]")
        return f"[{', '.join(items)}]"

    def _object(self, schema: Json, depth: int) -> str:
        indent = "  " * (depth + 1)
        lines: list[str] = []
        required = schema.get("required", [])
        properties = schema.get("properties", {})
        for name, inner in properties.items():
            lines += _comment(inner, depth + 1)
            mark = "" if name in required else "?"
            lines.append(f"{indent}{_name(name)}{mark}: {self.of(inner, depth + 1)};")
        more = schema.get("additionalProperties", not properties)
        if "patternProperties" in schema or (properties and isinstance(more, dict)):
            more = True
        if properties and not required and "additionalProperties" not in schema:
            more = True  # else no value without a known member would do
        if more is not False:
            lines.append(f"{indent}[member: string]: {self.of(more, depth + 1)};")
        return "{\n" + "\n".join([*lines, "  " * depth + "}"])


def _grouped(type: str) -> str:
    return f"({type})" if " | " in type or " & " in type else type


def _union(types: Iterable[str]) -> str:
    """null comes last, and once."""
    given = list(types)
    found = [type.removesuffix(" | null") for type in given if type != "null"]
    found = list(dict.fromkeys(found))
    if '""' in found and not {"string", "(string & {})"}.isdisjoint(found):
        found.remove('""')
    if "null" in given or any(type.endswith(" | null") for type in given):
        found.append("null")
    return "unknown" if "unknown" in found else " | ".join(found) or "never"


def _literal(value: Any) -> str:
    """A JSON text is one of TypeScript as well, when it is ASCII; lists and objects as types."""
    if isinstance(value, list):
        return f"[{', '.join(map(_literal, value))}]"
    if isinstance(value, dict):
        members = (f"{_name(name)}: {_literal(inner)}" for name, inner in value.items())
        return "{ " + "; ".join(members) + " }" if value else "{ [member: string]: never }"
    return json.dumps(value)


def _name(name: str) -> str:
    return name if _IDENTIFIER.fullmatch(name) else json.dumps(name)


def _comment(schema: Any, depth: int) -> list[str]:
    if not isinstance(schema, dict):
        return []
    said = [one_line(schema[key]) for key in ("title", "description") if schema.get(key)]
    said += ["@deprecated" if each == DEPRECATED else each for each in annotations(schema, one_line)]
    text = " ".join(said).replace("*/", "*\\/")
    return [f"{'  ' * depth}/** {text} */"] if text else []

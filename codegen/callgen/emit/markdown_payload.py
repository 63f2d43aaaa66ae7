# SPDX-License-Identifier: Apache-2.0
"""The payload's definitions as tables of members."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from callgen.emit.annotations import annotations
from callgen.emit.bundle import ALIAS, DROPPED, NUMBER, SPELLING
from callgen.emit.markdown_text import code, codes, prose, table

Json = dict[str, Any]

_HEAD = ("member", "type", "required", "bounds", "meaning")
# What the other columns say; every other keyword is a bound.
_TOLD = frozenset(
    "type $ref items properties required title description $comment examples deprecated x-aliases "
    f"x-open x-sensitive {ALIAS} {DROPPED}".split()
)
# Branches that tolerance adds.
_BESIDE: tuple[tuple[Json, str], ...] = (
    ({"type": "null"}, "null"),
    ({"const": ""}, "empty text"),
    ({"type": "string", "pattern": NUMBER}, "text of a number"),
)


@dataclass(frozen=True)
class Definition:
    name: str
    about: str  # Markdown, as are the members
    members: str


@dataclass(frozen=True)
class _Value:
    """A schema without what is taken beside it, and without the list that an open enum has."""

    schema: Json
    beside: tuple[str, ...] = ()
    known: tuple[str, ...] = ()


def definitions(bundle: Json) -> tuple[Definition, ...]:
    """In the bundle's order: the payload comes first."""
    return tuple(_definition(name, schema) for name, schema in bundle["$defs"].items())


def _definition(name: str, schema: Any) -> Definition:
    value = _value(schema)
    parts = [_meaning(value)]
    if "properties" not in value.schema:
        parts.append(f"Type: {_type(schema)}.")
    bounds = _bounds(value)
    parts.append(f"Bounds: {bounds}." if bounds else "")
    rows = list(_rows("", value.schema))
    return Definition(name, " ".join(filter(None, parts)), table(_HEAD, rows) if rows else "")


def _value(schema: Any) -> _Value:
    if not isinstance(schema, dict):
        return _Value({})
    branches = schema.get("anyOf", [])
    beside = [text for branch in branches for added, text in _BESIDE if branch == added]
    own = [branch for branch in branches if not any(branch == added for added, _ in _BESIDE)]
    known: list[str] = []
    if schema.get("x-open") and len(own) == 2 and own[0].keys() == {"type", "enum"}:
        known = own.pop(0)["enum"]
    around = {key: inner for key, inner in schema.items() if key != "anyOf"}
    if len(own) != 1 or not isinstance(own[0], dict) or around.keys() & own[0].keys():
        return _Value(schema)
    return _Value({**around, **own[0]}, tuple(beside), tuple(known))


def _rows(path: str, schema: Json) -> Iterator[tuple[str, ...]]:
    """Members of an object that has no definition of its own stand below it."""
    required = {name: "yes" for name in schema.get("required", [])}
    required |= {name: "one of them" for group in _spellings(schema) for name in group}
    for name, member in schema.get("properties", {}).items():
        here, value = path + name, _value(member)
        told = _type(member), required.get(name, ""), _bounds(value), _meaning(value)
        yield code(here) or '`""`', *told
        yield from _rows(here + "/", value.schema)
        yield from _rows(here + "/*/", _value(value.schema.get("items")).schema)


def _spellings(schema: Json) -> list[list[str]]:
    """The names of each member of which one spelling is required."""
    return [_spelling(rule) for rule in schema.get("allOf", []) if _is_spelling(rule)]


def _is_spelling(rule: Any) -> bool:
    return isinstance(rule, dict) and SPELLING in rule


def _spelling(rule: Json) -> list[str]:
    """As the bundle says it: an anyOf of one required property each."""
    return [each["required"][0] for each in rule["anyOf"]]


def _type(schema: Any) -> str:
    if schema is False:
        return "nothing"
    value = _value(schema)
    return " or ".join([_own_type(value.schema), *value.beside])


def _own_type(schema: Json) -> str:
    if "$ref" in schema:
        name = schema["$ref"].removeprefix("#/$defs/")
        return f"[{prose(name)}](#payload-{name.lower()})"
    types = schema.get("type", [])
    names = [types] if isinstance(types, str) else list(types)
    if "items" in schema:
        inner = _type(schema["items"])
        inner = f"({inner})" if " or " in inner else inner
        names = [f"array of {inner}" if name == "array" else name for name in names]
    return " or ".join(names) or "any"


def _bounds(value: _Value) -> str:
    rules = dict(value.schema)
    if "allOf" in rules:
        rules["allOf"] = [rule for rule in rules["allOf"] if not _is_spelling(rule)]
    said = ((k, v) for k, v in rules.items() if k not in _TOLD and not (k == "allOf" and v == []))
    return codes(f"{key}: {json.dumps(inner, ensure_ascii=False)}" for key, inner in said)


def _meaning(value: _Value) -> str:
    schema = value.schema
    parts = [prose(schema.get("description", "") or schema.get("title", ""))]
    if value.known:
        parts.append(f"Known are {codes(value.known)}; others are taken as well.")
    parts += annotations(schema, code)
    if schema.get("examples"):
        shown = (json.dumps(value, ensure_ascii=False) for value in schema["examples"])
        parts.append(f"Such as {codes(shown)}.")
    return " ".join(filter(None, parts))

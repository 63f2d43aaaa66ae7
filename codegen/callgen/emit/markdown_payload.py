# SPDX-License-Identifier: Apache-2.0
"""The payload's definitions as tables of members."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from callgen.emit.bundle import ALIAS, DROPPED
from callgen.emit.markdown_text import code, codes, prose

Json = dict[str, Any]

HEAD = ("member", "type", "required", "bounds", "meaning")
# What the other columns say; every other keyword is a bound.
_TOLD = frozenset(
    "type $ref items properties required title description $comment examples deprecated x-aliases "
    f"x-sensitive {ALIAS} {DROPPED}".split()
)


@dataclass(frozen=True)
class Definition:
    name: str
    about: str  # Markdown, as are the rows
    rows: tuple[tuple[str, ...], ...]


def definitions(bundle: Json) -> tuple[Definition, ...]:
    """In the bundle's order: the payload comes first."""
    return tuple(_definition(name, schema) for name, schema in bundle["$defs"].items())


def _definition(name: str, schema: Any) -> Definition:
    if not isinstance(schema, dict):
        return Definition(name, "Anything." if schema else "Nothing.", ())
    parts = [_meaning(schema), "" if "properties" in schema else f"Type: {_type(schema)}."]
    bounds = _bounds(schema)
    parts.append(f"Bounds: {bounds}." if bounds else "")
    return Definition(name, " ".join(filter(None, parts)), tuple(_rows("", schema)))


def _rows(path: str, schema: Json) -> Iterator[tuple[str, ...]]:
    """Members of an object that has no definition of its own stand below it."""
    required = schema.get("required", [])
    for name, member in schema.get("properties", {}).items():
        here = path + name
        told = member if isinstance(member, dict) else {}
        yield (
            code(here) or '`""`',
            _type(member),
            "yes" if name in required else "",
            _bounds(told),
            _meaning(told),
        )
        yield from _rows(here + "/", told)
        items = told.get("items")
        yield from _rows(here + "/*/", items if isinstance(items, dict) else {})


def _type(schema: Any) -> str:
    if not isinstance(schema, dict):
        return "any" if schema else "none"
    if "$ref" in schema:
        name = schema["$ref"].removeprefix("#/$defs/")
        return f"[{prose(name)}](#{name.lower()})"
    types = schema.get("type", [])
    names = [types] if isinstance(types, str) else list(types)
    if "items" in schema:
        names = [f"array of {_type(schema['items'])}" if n == "array" else n for n in names]
    return " or ".join(names) or _alternatives(schema) or "any"


def _alternatives(schema: Json) -> str:
    found = [_type(one) for one in schema.get("anyOf", [])]
    return " or ".join(dict.fromkeys(found)) if "any" not in found else ""


def _bounds(schema: Json) -> str:
    said = ((key, value) for key, value in schema.items() if key not in _TOLD)
    return codes(f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in said)


def _meaning(schema: Json) -> str:
    parts = [prose(schema.get("description", "") or schema.get("title", ""))]
    if ALIAS in schema:
        parts.append(f"Another spelling of {code(schema[ALIAS])}.")
    if schema.get("x-aliases"):
        parts.append(f"Also written {codes(schema['x-aliases'])}.")
    if schema.get("x-sensitive"):
        parts.append("Sensitive: never shown in reports.")
    if schema.get("deprecated"):
        parts.append("Deprecated.")
    if DROPPED in schema:
        parts.append("Left out where it does not fit.")
    if schema.get("examples"):
        shown = (json.dumps(value, ensure_ascii=False) for value in schema["examples"])
        parts.append(f"Such as {codes(shown)}.")
    return " ".join(filter(None, parts))

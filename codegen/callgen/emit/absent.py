# SPDX-License-Identifier: Apache-2.0
"""A JSON Schema that takes null or an empty text as well, in as few words as it can."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

# What says nothing about a value: it stays outside when branches are made.
ANNOTATIONS = frozenset(
    "title description deprecated examples default $comment x-open x-sensitive x-aliases".split()
)
# Beside a type, these look at null, too.
_OF_ANY_TYPE = frozenset("$ref enum const allOf anyOf oneOf not if then else".split())
_OF_TEXT = frozenset("minLength pattern format contentEncoding contentMediaType".split())


def or_null(schema: Json) -> Json:
    return _or(schema, "null", None)


def or_empty(schema: Json) -> Json:
    return _or(schema, "string", "")


def _or(schema: Json, kind: str, value: Any) -> Json:
    looking = _OF_ANY_TYPE | (_OF_TEXT if kind == "string" else set())
    rules = {key: inner for key, inner in schema.items() if key not in ANNOTATIONS}
    types = _types(rules)
    if not looking & rules.keys() and (not types or kind in types):
        return schema
    if not looking & rules.keys() and kind == "null":
        return {**schema, "type": [*types, kind]}
    if rules.keys() == {"type", "enum"}:
        if value in rules["enum"]:
            return schema
        wider = types if kind in types else [*types, kind]
        return {**schema, "type": wider[0] if len(wider) == 1 else wider,
                "enum": [*rules["enum"], value]}
    return _branched(schema, rules, value)


def _types(schema: Json) -> list[str]:
    """None said: any."""
    found = schema.get("type", [])
    return found if isinstance(found, list) else [found]


def _branched(schema: Json, rules: Json, value: Any) -> Json:
    told = {key: inner for key, inner in schema.items() if key in ANNOTATIONS}
    branch = {"type": "null"} if value is None else {"const": value}
    branches = rules["anyOf"] if rules.keys() == {"anyOf"} else [rules]
    return {**told, "anyOf": [*branches, branch] if branch not in branches else branches}

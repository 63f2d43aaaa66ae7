# SPDX-License-Identifier: Apache-2.0
"""Where diff says that nothing breaks senders, every body that the old schema accepts is accepted by the new one."""

from __future__ import annotations

import json
import random
from typing import Any

from callgen.diff.changes import SENDERS, Changes
from callgen.diff.command import compare_bodies
from callgen.diff.inclusion import Inclusion
from callgen.json_text import NotJson, parse_json
from callgen.model import Provider
from callgen.schema.evaluate import violations
from callgen.validate import Refused, read_payload
from comparing import graph, provider

NAMES = ("a", "b", "x1")
TEXTS = ("", "a", "ab", "abcd", "1", "2026-01-01")
NUMBERS = (-3, 0, 1, 2, 3, 4, 0.5, 2.5, 2**53 + 1)
TYPES = ("null", "boolean", "object", "array", "number", "string", "integer")


def one(dice: random.Random, *items: Any) -> Any:
    return dice.choice(items)


def value(dice: random.Random, depth: int = 2) -> Any:
    kind = dice.random()
    if depth and kind < 0.25:
        return [value(dice, depth - 1) for _ in range(dice.randrange(4))]
    if depth and kind < 0.6:
        return {name: value(dice, depth - 1) for name in NAMES if dice.random() < 0.5}
    return one(dice, None, True, *TEXTS, *NUMBERS)


# --- plain schemas

def schema(dice: random.Random, depth: int = 2) -> Any:
    if dice.random() < 0.06:
        return dice.random() < 0.6
    out: dict[str, Any] = {}
    if depth and dice.random() < 0.03:
        out["$ref"] = "#"
        depth = 0
    if dice.random() < 0.6:
        out["type"] = dice.sample(TYPES, one(dice, 1, 1, 2, 3))
    for _ in range(dice.randrange(4)):
        keyword = dice.choice([*KEYWORDS, *(INNER if depth else ())])
        out[keyword] = keyword_value(dice, keyword, depth - 1)
    return out


KEYWORDS = (
    "enum const minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minLength maxLength pattern "
    "format minItems maxItems uniqueItems minProperties maxProperties required dependentRequired"
).split()
INNER = (
    "allOf anyOf oneOf not if then else items prefixItems contains minContains maxContains properties properties "
    "patternProperties additionalProperties propertyNames dependentSchemas"
).split()


def keyword_value(dice: random.Random, keyword: str, depth: int) -> Any:
    if keyword == "enum":
        return [value(dice, 1) for _ in range(dice.randrange(1, 4))]
    if keyword == "const":
        return value(dice, 1)
    if keyword in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"):
        return one(dice, *NUMBERS)
    if keyword == "multipleOf":
        return one(dice, 1, 2, 0.5, 3)
    if keyword == "pattern":
        return one(dice, "a", "^a", "^a?b", "^[a-d]*$", "b$", "1")
    if keyword == "format":
        return one(dice, "date", "uuid")
    if keyword == "uniqueItems":
        return dice.random() < 0.8
    if keyword == "required":
        return dice.sample(NAMES, one(dice, 1, 2))
    if keyword == "dependentRequired":
        return {one(dice, *NAMES): dice.sample(NAMES, 1)}
    if keyword in ("allOf", "anyOf", "oneOf", "prefixItems"):
        return [schema(dice, depth) for _ in range(dice.randrange(1, 3))]
    if keyword in ("properties", "dependentSchemas"):
        return {name: schema(dice, depth) for name in dice.sample(NAMES, one(dice, 1, 2))}
    if keyword == "patternProperties":
        return {one(dice, "^a", "1$", "b"): schema(dice, depth)}
    if keyword in INNER and not keyword.endswith("Contains"):
        return schema(dice, depth)
    return dice.randrange(4)


def changed(dice: random.Random, whole: Any) -> Any:
    """The same with one change somewhere."""
    if not isinstance(whole, dict) or not whole or dice.random() < 0.2:
        return schema(dice, 1)
    out = dict(whole)
    keyword = dice.choice(list(out))
    inner = out[keyword]
    chance = dice.random()
    if chance < 0.2:
        del out[keyword]
    elif chance < 0.35:
        out[dice.choice(KEYWORDS)] = keyword_value(dice, (k := dice.choice(KEYWORDS)), 0)
        out[k] = keyword_value(dice, k, 0)
        out = {k: v for k, v in out.items() if is_readable({k: v})}
    elif keyword in ("allOf", "anyOf", "oneOf", "prefixItems"):
        at = dice.randrange(len(inner))
        out[keyword] = [changed(dice, each) if i == at else each for i, each in enumerate(inner)]
        if dice.random() < 0.3:
            out[keyword].insert(dice.randrange(len(inner) + 1), schema(dice, 1))
    elif keyword in ("properties", "patternProperties", "dependentSchemas"):
        at = dice.choice(list(inner))
        out[keyword] = {name: changed(dice, each) if name == at else each for name, each in inner.items()}
    elif keyword in ("type", "enum", "required"):
        out[keyword] = dice.sample(inner, max(1, len(inner) - 1)) if dice.random() < 0.5 else list(
            dict.fromkeys([*inner, *keyword_value_of(dice, keyword)])
        ) if keyword != "enum" else [*inner, value(dice, 1)]
    elif keyword in INNER and not keyword.endswith("Contains"):
        out[keyword] = changed(dice, inner)
    elif keyword != "$ref":
        out[keyword] = keyword_value(dice, keyword, 0)
    return out


def keyword_value_of(dice: random.Random, keyword: str) -> list[str]:
    return [one(dice, *TYPES)] if keyword == "type" else [one(dice, *NAMES)]


def is_readable(whole: Any) -> bool:
    return graph(whole) is not None


def unsound(seed: int, bodies: list[Any]) -> tuple[str, Any]:
    """What was said of a pair of schemas, and a body that shows that it is wrong."""
    dice = random.Random(seed)
    old = schema(dice)
    new = changed(dice, old) if dice.random() < 0.8 else schema(dice)
    before, after = graph(old), graph(new)
    if before is None or after is None or old == new:
        return "skipped", None
    if Inclusion(before, after).reasons([0], 0):
        return "refuses", None
    for body in bodies:
        if not violations(before, body) and violations(after, body):
            return "included", (old, new, body)
    return "included", None


def test_what_a_graph_is_said_to_accept_it_accepts() -> None:
    dice = random.Random(7)
    bodies = [parse_json(json.dumps(value(dice)), 100) for _ in range(150)]
    said = [unsound(seed, bodies) for seed in range(700)]
    assert [found for _, found in said if found is not None] == []
    told = [what for what, _ in said]
    assert told.count("included") > 150 and told.count("refuses") > 150


# --- payloads

def member(dice: random.Random, depth: int) -> dict[str, Any]:
    kind = one(dice, "string", "string", "integer", "number", "boolean", "array", "object", "any")
    if kind in ("array", "object") and not depth:
        kind = "integer"
    out: dict[str, Any] = {"type": one(dice, kind, kind, [kind, "null"])} if kind != "any" else {}
    if kind == "string":
        out |= {"maxLength": one(dice, 1, 2, 4)} | ({"minLength": 1} if dice.random() < 0.3 else {})
        if dice.random() < 0.4:
            out |= {"enum": dice.sample(["a", "ab", "abcd", "1"], one(dice, 2, 3))}
            if isinstance(out["type"], list):
                out["enum"].append(None)
            if dice.random() < 0.5:
                out |= {"x-open": True}
        elif dice.random() < 0.3:
            out |= {"pattern": one(dice, "a", "^a", "^[ab]*$")}
    elif kind in ("integer", "number"):
        for keyword in dice.sample(["minimum", "maximum", "exclusiveMinimum", "multipleOf"], one(dice, 0, 1, 2)):
            out[keyword] = {"minimum": one(dice, 0, 1), "maximum": one(dice, 2, 3)}.get(keyword, 1)
        if kind == "integer" and dice.random() < 0.3:
            out["format"] = one(dice, "int32", "uint32")
    elif kind == "array":
        out |= {"maxItems": one(dice, 1, 2, 3), "items": member(dice, depth - 1)}
        out |= one(dice, {}, {}, {"uniqueItems": True}, {"minItems": 1})
    elif kind == "object":
        out |= members(dice, depth - 1)
    elif kind == "any" and dice.random() < 0.7:
        out |= one(dice, {"type": ["string", "integer"]}, {"anyOf": [{"type": "string"}, {"minimum": 1}]},
                   {"minLength": 2}, {"type": "object"}, {"type": ["object", "null"], "required": ["a"]})
    return out


def members(dice: random.Random, depth: int) -> dict[str, Any]:
    names = dice.sample(NAMES, one(dice, 1, 2, 3))
    out: dict[str, Any] = {"properties": {name: member(dice, depth) for name in names}}
    for at, name in enumerate(names):
        if dice.random() < 0.3:
            out["properties"][name]["x-aliases"] = dice.sample([f"{name}_", f"{name}_2"], one(dice, 1, 2))
        out["properties"][name]["x-cpp-name"] = f"m{at}_{name}"
    required = [name for name in names if dice.random() < 0.3]
    out |= {"required": required} if required else {}
    return out | one(dice, {}, {}, {}, {"minProperties": 1}, {"maxProperties": 2}, {"dependentRequired": {"a": ["b"]}})


def tolerance(dice: random.Random) -> dict[str, Any]:
    return {
        "nulls": one(dice, "absent", "absent", "reject"),
        "empty_strings": one(dice, "keep", "keep", "absent"),
        "unknown_members": one(dice, "ignore", "ignore", "reject"),
        "numbers_in_strings": one(dice, False, False, True),
        "on_invalid_member": one(dice, "reject", "reject", "drop"),
    }


def changed_member(dice: random.Random, whole: dict[str, Any]) -> dict[str, Any]:
    out = {**whole, "properties": dict(whole["properties"])}
    name = dice.choice(list(out["properties"]))
    inner = dict(out["properties"][name])
    kept = {key: inner[key] for key in ("x-cpp-name", "x-aliases") if key in inner}
    chance = dice.random()
    if chance < 0.1:
        out["properties"] = {key: each for key, each in out["properties"].items() if key != name} or out["properties"]
        out["required"] = [each for each in out.get("required", []) if each in out["properties"]]
    elif chance < 0.2:
        out["required"] = [each for each in out["properties"] if dice.random() < 0.4]
    elif chance < 0.3 and "x-aliases" in inner:
        inner["x-aliases"] = inner["x-aliases"][::-1] if dice.random() < 0.4 else inner["x-aliases"][1:]
        out["properties"][name] = inner
    elif chance < 0.4:
        for keyword in ("minProperties", "maxProperties", "dependentRequired"):
            out.pop(keyword, None)
    elif chance < 0.7:
        out["properties"][name] = member(dice, 1) | kept
    else:
        keyword = dice.choice(list(inner))
        other = member(dice, 1)
        if keyword in other:
            inner[keyword] = other[keyword]
        elif keyword not in ("type", "x-cpp-name", "maxLength", "maxItems", "properties"):
            del inner[keyword]
        elif isinstance(inner.get(keyword), int):
            inner[keyword] += 1
        out["properties"][name] = inner
    return out


def body(dice: random.Random, whole: dict[str, Any], depth: int = 2) -> dict[str, Any]:
    """Members of the schema's names, with values of all kinds: the right ones as a rule."""
    out: dict[str, Any] = {}
    for name, inner in whole["properties"].items():
        for spelled in dict.fromkeys([name, *inner.get("x-aliases", [])]):
            if dice.random() < 0.55:
                out[spelled] = fitting(dice, inner, depth) if dice.random() < 0.8 else value(dice, 1)
    return out | ({"zzz": value(dice, 0)} if dice.random() < 0.1 else {})


def fitting(dice: random.Random, inner: dict[str, Any], depth: int) -> Any:
    kind = inner.get("type", "any")
    kind = dice.choice(kind) if isinstance(kind, list) else kind
    if kind == "string":
        return one(dice, *inner.get("enum", TEXTS))
    if kind in ("integer", "number"):
        return one(dice, 0, 1, 2, 3, "1", "2")
    if kind == "array" and "items" in inner:
        return [fitting(dice, inner["items"], depth - 1) for _ in range(dice.randrange(3))]
    if kind == "object" and "properties" in inner and depth:
        return body(dice, inner, depth - 1)
    return {"boolean": True, "null": None}.get(kind, value(dice, 1))


def accepts(known: Provider, document: Any) -> bool:
    try:
        read_payload(known, document)
    except (Refused, NotJson):
        return False
    return True


def said_of_payloads(seed: int) -> tuple[str, Any]:
    dice = random.Random(seed)
    whole, tolerated = members(dice, 1), tolerance(dice)
    next_whole = changed_member(dice, whole) if dice.random() < 0.85 else whole
    one_other = dict([dice.choice(list(tolerance(dice).items()))])
    next_tolerated = {**tolerated, **one_other} if dice.random() < 0.3 else tolerated
    old, new = provider(whole, tolerated), provider(next_whole, next_tolerated)
    if old is None or new is None or (whole, tolerated) == (next_whole, next_tolerated):
        return "skipped", None
    changes = Changes()
    compare_bodies(old, new, changes)
    if changes.breaks(SENDERS):
        return "breaks", None
    added = {n for name, inner in next_whole["properties"].items() for n in (name, *inner.get("x-aliases", []))}
    added -= {n for name, inner in whole["properties"].items() for n in (name, *inner.get("x-aliases", []))}
    for _ in range(60):
        sent = body(dice, whole)
        document = parse_json(json.dumps(sent), 100)
        if not added & sent.keys() and accepts(old.provider, document) and not accepts(new.provider, document):
            return "breaks none", (whole, tolerated, next_whole, next_tolerated, sent, changes.lines())
    return "breaks none", None


def test_a_body_that_was_accepted_is_accepted_where_nothing_breaks_senders() -> None:
    said = [said_of_payloads(seed) for seed in range(400)]
    assert [found for _, found in said if found is not None] == []
    told = [what for what, _ in said]
    assert told.count("breaks none") > 60 and told.count("breaks") > 60

# SPDX-License-Identifier: Apache-2.0
"""emit broken: each payload breaks one keyword, and none is left out in silence.

Whether the generated parsers say the same, the program tests/broken asks them.
"""

from __future__ import annotations

import json
import re
import time
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from callgen.emit import broken as module
from callgen.emit.broken import CODES, Broken, broken, emit_broken
from callgen.emit.bundle import bundle
from callgen.emit.fits import Fits
from callgen.json_text import parse_json
from callgen.model import Provider
from callgen.validate import Refused, read
from conftest import ROOT
from payloads import FILES, source

EVERY = [ROOT / "tests" / "schemas" / f"{name}.yaml" for name in ("every_rule", "strict_rules")]
ALL = [*FILES, *EVERY]
# What a payload cannot break: it names, explains, or holds keywords that can be broken.
SILENT = {
    "title", "description", "examples", "deprecated", "$comment", "x-cpp-name", "x-aliases",
    "x-capacity", "x-open", "$ref", "properties", "items", "prefixItems", "patternProperties",
    "propertyNames", "allOf", "if", "then", "else", "dependentSchemas", "additionalProperties",
    "default", "x-sensitive", "discriminator",
}


@lru_cache
def made(path: Path) -> tuple[Provider, Broken]:
    provider = source(path).provider
    return provider, broken(provider)


@lru_cache
def cases(path: Path) -> dict[str, Any]:
    """By name."""
    provider, _ = made(path)
    text = emit_broken(source(path))[f"{provider.name}.broken.json"]
    return {case["name"]: case for case in json.loads(text)["broken"]}


def schema_of(text: str, tmp_path: Path, **sections: str) -> Provider:
    """A provider of this payload, with `id` and `state` beside."""
    tolerance = sections.get("tolerance", "{nulls: absent}")
    path = tmp_path / "p.yaml"
    path.write_text(
        "schema: 1\nprovider: p\nreceive: [{path: /p}]\n"
        "auth: {any_of: [{none: {reason: A test.}}]}\n"
        "payload:\n  type: object\n  required: [id]\n  properties:\n"
        "    id: {type: string, maxLength: 9}\n"
        f"    value: {text}\n"
        f"{sections.get('defs', '')}"
        f"tolerance: {tolerance}\n"
        "identify: {task_id: $request.body#/id}\nidempotency: {key: ['p:{task_id}'], ttl: 1h}\n"
        "stages: {from: $request.body#/id, values: {done: {order: 1, status: completed}}}\n"
        "answers: {preset: strict}\n",
        encoding="utf-8",
    )
    return source(path).provider


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_every_body_does_what_the_file_says(path: Path) -> None:
    provider, found = made(path)
    assert found.valid and found.cases
    depth = provider.tolerance.max_depth
    for name, body in found.valid:
        assert not read(provider, parse_json(body, depth)).drops, name
    for case in found.cases:
        document = parse_json(case.body, depth)
        if case.dropped:
            (told,) = read(provider, document).drops
        else:
            with pytest.raises(Refused) as refused:
                read(provider, document)
            told = refused.value
        assert (told.pointer, CODES[told.keyword]) == (case.where, case.code), case


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_the_emitted_json_schema_takes_and_refuses_the_same(path: Path) -> None:
    provider, found = made(path)
    fits = Fits(bundle(source(path)))
    for name, body in found.valid:
        assert fits(body), name
    for case in found.cases:
        # JSON Schema has no word for what a float or double does not hold, and checks no content.
        no_word = "0" * 39 in case.body or case.keyword == "contentMediaType"
        if not case.dropped and not no_word:
            assert not fits(case.body), case


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_no_keyword_of_the_payload_is_left_out(path: Path) -> None:
    """By the model's own list of what the schema has written, and by the checks' keywords."""
    provider, found = made(path)
    listed = {case.keyword for case in found.cases}
    listed |= {each.keyword.split(" ")[0] for each in found.unmade}
    written: set[str] = set()
    waiting, seen = [provider.payload], set()
    while waiting:
        schema = waiting.pop()
        if id(schema) in seen:
            continue
        seen.add(id(schema))
        written |= set(schema.written)
        waiting += [m.schema for m in schema.members] + [s for s in (schema.items,) if s]
    assert written - SILENT <= listed
    assert all(each.reason for each in found.unmade)
    assert not any("the reader says" in each.reason for each in found.unmade), found.unmade


def test_every_code_of_a_keyword_is_broken_somewhere() -> None:
    """Those of every_rule, strict_rules and every_keyword together."""
    seen = {case.code for path in ALL for case in made(path)[1].cases}
    assert seen == set(CODES.values()) - {"not_above", "not_below"}


def test_codes_are_those_of_the_library() -> None:
    text = (ROOT / "include" / "callgate" / "json" / "errc.hpp").read_text()
    names = re.findall(r"^  (\w+),", text.split("enum class errc")[1].split("};")[0], re.M)
    keywords = re.findall(r'"(\w+)"', text.split("names{")[1].split("};")[0])
    told = dict(zip(names, keywords))
    assert len(names) == len(keywords)
    for keyword, code in CODES.items():
        assert told[code] == keyword


def test_places_that_are_easily_forgotten() -> None:
    found = {case.keyword: set() for case in made(EVERY[0])[1].cases}
    for case in made(EVERY[0])[1].cases:
        found[case.keyword].add(case.pointer)
    assert {"/spelled", "/spelt"} <= found["minimum"]
    assert {"/both", "/either", "/Either"} <= found["maxLength"]
    assert {"/lists/0/0", "/deep/d", "/open/x-", "/open/-y"} <= found["maxLength"]
    assert {"/deep/inner/a", "/deep/inner/c", "/both", "/id"} <= found["required"]
    assert {"/above", "/within", "/both_bounds"} <= found["exclusiveMinimum"]
    assert {"/chosen/first"} <= found["minimum"] and {"/chosen/second"} <= found["maxLength"]
    assert {"/depending/c"} <= found["dependentRequired"]
    assert {"/small", "/huge"} <= found["format"]
    assert any(pointer.startswith("/open/") for pointer in found["pattern"])  # propertyNames


def test_what_a_discriminator_chooses_is_broken_in_each_branch() -> None:
    found = cases(ROOT / "tests" / "schemas" / "every_member.yaml")
    assert found["shape/radius.minimum"]["error"]["code"] == "too_small"
    assert found["shape/sides.maxItems"]["error"]["code"] == "too_many_items"
    assert found["shape/kind.enum"]["error"]["code"] == "not_in_enum"
    assert found["shape/inner/kind.required"]["error"]["code"] == "missing_member"


def test_of_a_secret_only_the_pointer_of_its_outermost_is_told() -> None:
    found = cases(ROOT / "tests" / "schemas" / "every_member.yaml")
    inner = found["card/number.maxLength"]
    assert (inner["pointer"], inner["error"]["pointer"]) == ("/card/number", "/card")
    assert inner["body"].encode()[inner["error"]["offset"]:].startswith(b'"')


def test_a_droppable_member_is_dropped_and_what_moves_a_task_is_refused() -> None:
    found = cases(EVERY[1])
    for name in ("label.minLength", "inner/a.required", "list/0.type.array", "words.uniqueItems"):
        assert found[name]["dropped"] is True, name
        assert "offset" not in found[name]["error"]
    for name in ("id.minLength", "state.enum", "code.maximum", "id.required"):
        assert "dropped" not in found[name], name
        assert isinstance(found[name]["error"]["offset"], int), name


def test_offsets_are_those_of_the_bytes() -> None:
    found = cases(EVERY[0])
    short = found["id.minLength"]
    at = short["error"]["offset"]
    assert short["body"].encode()[at:].startswith(b'"')
    missing = found["deep/inner/a.required"]
    assert missing["body"].encode()[missing["error"]["offset"]:].startswith(b"}")
    name = next(case for case in found.values() if case["keyword"] == "pattern"
                and case["pointer"].startswith("/open/") and case["pointer"] != "/open/k")
    last = name["pointer"].rpartition("/")[2]
    assert name["body"].encode()[name["error"]["offset"]:].startswith(f'"{last}"'.encode())


def test_lengths_are_broken_with_others_than_ascii_too() -> None:
    found = cases(EVERY[0])
    for name in ("id.minLength.non-ASCII", "id.maxLength.non-ASCII", "maybe.maxLength.non-ASCII"):
        assert not found[name]["body"].isascii(), name
    short = json.loads(found["id.minLength.non-ASCII"]["body"])["id"]
    assert len(short) == 2 and len(short.encode()) > 3


def test_unknown_keywords_of_a_schema_are_listed_as_not_made(tmp_path: Path) -> None:
    provider = schema_of("{type: string, maxLength: 9}", tmp_path)
    member = provider.payload.member("value").schema
    object.__setattr__(member, "written", (*member.written, "x-new"))
    assert [(u.pointer, u.keyword) for u in broken(provider).unmade if u.keyword == "x-new"] == [
        ("/value", "x-new")
    ]


HOSTILE = {
    "patterns without a short way": "{type: string, maxLength: 4000, pattern: '^[ab]*a[ab]{9}$'}",
    "a long text": "{type: string, maxLength: 4294967294}",
    "many items": "{type: array, maxItems: 4294967294, minItems: 4000000000, items: {type: integer}}",
    "many members": "{type: object, minProperties: 4000000000}",
    "nothing": "{type: string, maxLength: 9, allOf: [{minLength: 5}, {maxLength: 3}]}",
    "many ways": "{type: integer, allOf: [" + ", ".join(
        "{anyOf: [" + ", ".join(f"{{minimum: {i}}}" for i in range(12)) + "]}" for _ in range(12)
    ) + "]}",
    "deep": "{type: integer, " + "allOf: [{" * 28 + "minimum: 3" + "}]" * 28 + "}",
    "a large divisor": "{type: number, multipleOf: 1.0e-300}",
    "many items of many items": "{type: array, minItems: 1000, maxItems: 1000, items: "
    "{type: array, minItems: 1000, maxItems: 1000, items: {type: integer}}}",
    "twice as many looks on each level": "{$ref: '#/$defs/D0'}",
}
DOUBLED = "$defs:\n" + "".join(
    f"  D{n}: {{anyOf: [{{$ref: '#/$defs/D{n + 1}'}}, {{$ref: '#/$defs/D{n + 1}'}}]}}\n" for n in range(40)
) + "  D40: {type: integer}\n"


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_schema_costs_bounded_time_and_is_answered(name: str, tmp_path: Path) -> None:
    provider = schema_of(HOSTILE[name], tmp_path, defs=DOUBLED)
    before = time.process_time()
    found = broken(provider)
    assert time.process_time() - before < 20
    assert any(case.pointer == "/id" for case in found.cases)
    assert sum(len(case.body) for case in found.cases) < 2 * module.MAX_BYTES


def test_definitions_that_branch_at_each_level_are_bounded(tmp_path: Path) -> None:
    levels = 14
    defs = "$defs:\n" + "".join(
        f"  D{n}: {{type: object, properties: {{a: {{$ref: '#/$defs/D{n + 1}'}}, "
        f"b: {{$ref: '#/$defs/D{n + 1}'}}}}}}\n" for n in range(levels)
    ) + f"  D{levels}: {{type: object, properties: {{x: {{type: integer}}}}}}\n"
    provider = schema_of("{$ref: '#/$defs/D0'}", tmp_path, defs=defs)
    before = time.process_time()
    found = broken(provider)
    assert time.process_time() - before < 60
    assert any(case.pointer.endswith("/x") for case in found.cases)


def test_what_goes_beyond_the_limits_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    provider = schema_of("{type: string, maxLength: 9}", tmp_path)
    monkeypatch.setattr(module, "MAX_BYTES", 100)
    found = broken(provider)
    assert any("bodies of more than 100 bytes" in each.reason for each in found.unmade)
    long = schema_of("{type: string, maxLength: 1000000}", tmp_path)
    assert ("/value", "maxLength") in {(u.pointer, u.keyword) for u in broken(long).unmade}

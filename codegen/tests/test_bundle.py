# SPDX-License-Identifier: Apache-2.0
"""The bundled JSON Schema takes what the reader takes: examples of all schemas, and mutations of
them.
"""

from __future__ import annotations

import json
import random
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from callgen.emit.bundle import NUMBER, bundle
from callgen.emit.fits import Fits
from callgen.json_text import NotJson, Pairs, parse_json
from callgen.model import Provider, Schema
from callgen.validate import Refused, _Reader
from payloads import FILES, bodies, mutated, source


class Whole(_Reader):
    """The reader, leaving nothing out: of two spellings of one member both have to fit. JSON in a
    string is no matter of a schema that checks the text around it.
    """

    def _content(self, *_: Any) -> None:
        pass

    def _object(self, schema: Schema, value: Any, pointer: str) -> dict[str, Any]:
        out = super()._object(schema, value, pointer)
        for member in schema.members:
            for name, inner in value.items if member.aliases else ():
                here = name in (member.name, *member.aliases)
                if here and not self._counts_as_absent(member.schema, inner):
                    self.value(member.schema, inner, f"{pointer}/{name}")
        return out


class Judge:
    """What the schema says, and what the reader says that leaves nothing out."""

    def __init__(self, path: Path) -> None:
        found = source(path)
        provider = found.provider
        self.provider: Provider = replace(
            provider, tolerance=replace(provider.tolerance, drop_invalid=False)
        )
        self.schema = bundle(found)
        self.fits = Fits(self.schema)
        assert not self.fits.findings.wrong and not self.fits.findings.refused
        self.taken = self.refused = 0

    def agree(self, body: Any) -> bool:
        """Whether they do, but for bounds of numbers in strings."""
        try:
            document = parse_json(json.dumps(body), self.provider.tolerance.max_depth)
        except NotJson:
            return True
        fits = self.fits(json.dumps(body))
        self.taken += fits
        self.refused += not fits
        try:
            Whole(self.provider).value(self.provider.payload, document, "")
        except NotJson:
            return True
        except Refused as why:
            value = at(document, why.pointer)
            return not fits or (
                self.provider.tolerance.numbers_in_strings
                and isinstance(value, str)
                and re.fullmatch(NUMBER.strip("^$"), value) is not None
            )
        return fits


def at(document: Any, pointer: str) -> Any:
    for token in pointer.split("/")[1:]:
        name = token.replace("~1", "/").replace("~0", "~")
        if isinstance(document, Pairs):
            document = dict(document.items).get(name)
        elif isinstance(document, list) and name.isdecimal():
            document = document[int(name)]
    return document


def member_names(value: Any) -> list[str]:
    if isinstance(value, list):
        return [name for inner in value for name in member_names(inner)]
    if not isinstance(value, dict):
        return []
    own = list(value["properties"]) if isinstance(value.get("properties"), dict) else []
    return [*own, *member_names(list(value.values()))]


def check_agreement(at_hand: Judge, given: list[Any], rounds: int) -> None:
    dice = random.Random(at_hand.provider.name)
    names = sorted({*member_names(at_hand.schema), "unknown", "N"})
    for body in given:
        assert at_hand.agree(body), body
    for _ in range(rounds):
        body = dice.choice(given)
        for _ in range(dice.choice([1, 1, 1, 2, 3])):
            body = mutated(body, names, dice)
        assert at_hand.agree(body), json.dumps(body)
    assert at_hand.taken > rounds // 100 and at_hand.refused > rounds // 10


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_takes_what_the_reader_takes(path: Path) -> None:
    at_hand = Judge(path)
    check_agreement(at_hand, bodies(at_hand.provider), 1500)


TRICKY = """
schema: 1
provider: tricky
receive: [{path: /a, applies_stage: done}]
auth: {any_of: [{none: {reason: x}}]}
payload:
  type: object
  required: [id, state, pair]
  patternProperties: {'^x_': {type: integer}}
  properties:
    id: {type: string, minLength: 1, maxLength: 8, x-aliases: [ID, Id]}
    state: {$ref: 'common.yaml#/$defs/State'}
    shared: {$ref: '#/$defs/Shared'}
    other: {$ref: 'common.yaml#/$defs/Shared', description: Beside a reference.}
    pair: {$ref: 'more/pair.yaml#/$defs/Pair'}
    few: {type: integer, format: uint32, maximum: 7, x-sensitive: true}
    many: {type: integer, format: uint64, exclusiveMinimum: 5}
    some: {type: integer, enum: [1, 2]}
    real: {type: number, exclusiveMaximum: 1.5, default: 1}
    x_n: {type: integer}
    letters: {type: string, enum: [a, '']}
    names: {type: array, maxItems: 3, items: {type: [string, 'null'], maxLength: 4}}
    exact: {anyOf: [{$ref: '#/$defs/Shared'}, {$ref: '#/$defs/Shared/properties/flag'}]}
    text: {type: string, maxLength: 64, contentMediaType: application/json, contentSchema: {type: object}}
    list: {$ref: '#/$defs/List'}
    word: {type: string, minLength: 2, maxLength: 4}
    both: {type: string, enum: [a], x-open: true, maxLength: 4, anyOf: [{pattern: '^a'}, {pattern: 'b$'}]}
    outer: {$ref: '#/$defs/Outer'}
    outer_text: {allOf: [{$ref: '#/$defs/Outer'}]}
$defs:
  Outer: {type: object, required: [deep], properties: {deep: {$ref: '#/$defs/Deep'}}}
  Deep: {type: object, properties: {maybe: {type: string, maxLength: 4}}}
  Shared:
    type: object
    additionalProperties: false
    required: [flag]
    properties: {flag: {type: boolean}, maybe: {type: string, maxLength: 4}}
  List: {type: object, required: [next], properties: {next: {type: [array, 'null'], maxItems: 2, items: {$ref: '#/$defs/List'}}}}
tolerance: {empty_strings: absent, unknown_members: UNKNOWN, nulls: NULLS}
identify: {task_id: $request.body#/id}
idempotency: {key: '{task_id}'}
stages: {values: {done: {order: 1, status: completed}}}
answers: {preset: strict}
"""
COMMON = """
$defs:
  State: {type: [string, 'null'], enum: [one, longer, null], x-open: true, minLength: 2, maxLength: 4, pattern: '^[a-z]'}
  Shared: {type: [string, 'null'], maxLength: 8}
"""
PAIR = """
$defs: {Pair: {type: [object, 'null'], required: [left], properties: {left: {type: string, maxLength: 3, x-aliases: [l]}}}}
"""
TRICKY_BODY = {
    "id": "a", "state": "one", "shared": {"flag": True, "maybe": "x"}, "pair": {"l": "x"},
    "other": "x", "few": 7, "many": 2**64 - 1, "some": 1, "real": 1,
    "x_n": 1, "letters": "a", "names": ["a", None], "exact": {"flag": False}, "text": "{}",
    "list": {"next": [{"next": [{"next": None}]}]}, "word": "", "both": "xb",
    "outer": {"deep": {"maybe": None}}, "outer_text": {"deep": {"maybe": ""}},
}


def tricky(folder: Path, unknown: str = "ignore", nulls: str = "absent") -> Path:
    (folder / "more").mkdir(exist_ok=True)
    (folder / "common.yaml").write_text(COMMON)
    (folder / "more" / "pair.yaml").write_text(PAIR)
    path = folder / "tricky.yaml"
    path.write_text(TRICKY.replace("UNKNOWN", unknown).replace("NULLS", nulls))
    return path


@pytest.mark.parametrize("unknown", ["ignore", "reject"])
@pytest.mark.parametrize("nulls", ["absent", "reject"])
def test_takes_what_the_reader_takes_of_several_files(
    unknown: str, nulls: str, tmp_path: Path
) -> None:
    at_hand = Judge(tricky(tmp_path, unknown, nulls))
    given = [TRICKY_BODY, {key: TRICKY_BODY[key] for key in ("id", "state", "pair")}]
    check_agreement(at_hand, given, 3000)
    for more in ({"x_new": 1}, {"x_new": "x"}, {"both": "cx"}, {"exact": {"flag": True, "x": 1}},
                 {"shared": {"flag": True, "x": 1}}, {"outer_text": {"deep": {"maybe": None}}}):
        assert at_hand.agree({**TRICKY_BODY, **more}), more
    for spelled in ({}, {"ID": "b"}, {"id": "a", "ID": "b"}, {"id": None, "Id": "b"}, {"Id": ""}):
        for rest in ({"pair": None}, {"pair": {"left": None, "l": "x"}}, {"pair": {"l": None}}):
            assert at_hand.agree({"state": "new", **spelled, **rest})


def test_definitions_of_one_name_stay_apart_and_equal_ones_come_once(tmp_path: Path) -> None:
    schema = bundle(source(tricky(tmp_path)))
    assert list(schema["$defs"]) == [
        "Callback", "State", "Shared", "Shared_2", "Pair", "List", "Outer", "Deep",
        "Shared_as_it_stands", "flag", "Outer_as_it_stands", "Deep_as_it_stands",
    ]
    assert schema["$ref"] == "#/$defs/Callback"
    other = schema["$defs"]["Callback"]["properties"]["other"]
    assert other["description"] == "Beside a reference."
    assert {"$ref": "#/$defs/Shared_2"} in other["anyOf"], other
    assert bundle(source(tricky(tmp_path, nulls="reject")), "#/x/")["$ref"] == "#/x/Callback"


def test_what_is_for_people_and_tools_stays(tmp_path: Path) -> None:
    properties = bundle(source(tricky(tmp_path)))["$defs"]["Callback"]["properties"]
    assert properties["few"]["x-sensitive"] is True
    assert properties["real"]["default"] == 1
    assert properties["text"]["anyOf"][0]["contentMediaType"] == "application/json"
    assert properties["ID"]["x-alias-of"] == "id" and "x-aliases" not in properties["ID"]
    assert properties["few"]["anyOf"][0]["format"] == "uint32"
    text = json.dumps(properties)
    assert "x-cpp-name" not in text and "x-capacity" not in text


def test_of_examples_those_that_json_has_stay(tmp_path: Path) -> None:
    path = tricky(tmp_path)
    shown = "examples: [1e400, 5, [1e400], null]"
    path.write_text(path.read_text().replace("x-sensitive: true", "x-sensitive: true, " + shown))
    few = bundle(source(path))["$defs"]["Callback"]["properties"]["few"]
    assert few["examples"] == [5, None]
    path.write_text(path.read_text().replace(shown, "examples: [1e400]"))
    few = bundle(source(path))["$defs"]["Callback"]["properties"]["few"]
    assert "examples" not in few and few["x-sensitive"] is True


def test_what_is_added_for_spellings_is_marked(tmp_path: Path) -> None:
    rules = bundle(source(tricky(tmp_path)))["$defs"]["Callback"]["allOf"]
    assert [rule.get("x-one-spelling-of") for rule in rules] == ["id"]


def test_a_member_that_is_left_out_where_it_does_not_fit_is_marked() -> None:
    suno = bundle(source(next(path for path in FILES if path.stem == "suno")))
    assert suno["$defs"]["Track"]["properties"]["audio_url"]["x-dropped-if-invalid"] is True
    assert "x-dropped-if-invalid" not in suno["$defs"]["Track"]["properties"]["id"]
    assert "x-dropped-if-invalid" in suno["description"]
    kie = bundle(source(next(path for path in FILES if path.stem == "kie")))
    marks = {inner.get("x-dropped-if-invalid") for each in kie["$defs"].values()
             for inner in each["properties"].values()}
    assert marks >= {None, True}

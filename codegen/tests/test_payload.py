# SPDX-License-Identifier: Apache-2.0
"""What payloads say beside their types: the examples of tests/schemas become what they expect, and
the plan says what the model does.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from callgen.check import check_file
from callgen.cli import main
from callgen.json_text import parse_json
from callgen.model import Provider
from callgen.plan import plan_types
from callgen.problems import Problems
from callgen.validate import read_payload
from conftest import ROOT

SCHEMAS = sorted((ROOT / "tests" / "schemas").glob("*.yaml"))


def provider_of(path: Path) -> Provider:
    problems = Problems()
    found = check_file(path, path.name, problems).provider
    assert problems.lines() == []
    assert found is not None
    return found


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda path: path.stem)
def test_every_example_becomes_what_it_expects(schema: Path) -> None:
    assert provider_of(schema).examples


def test_absent_members_are_their_defaults_also_those_that_are_false() -> None:
    provider = provider_of(ROOT / "tests" / "schemas" / "every_member.yaml")
    document = parse_json(b'{"id": "a", "tries": null, "title": ""}', 8)
    assert read_payload(provider, document) == {
        "id": "a", "tries": 0, "share": 0.5, "weight": 0.1, "ready": False, "mood": "good",
        "tone": "shrill", "title": "",
    }


def test_a_default_of_a_float_is_a_literal_of_a_float(tmp_path: Path) -> None:
    text = (ROOT / "tests" / "schemas" / "every_member.yaml").read_text(encoding="utf-8")
    for default, literal in (("0.1", "0.1F"), ("3", "3.0F"), ("3.4028235e+38", "3.4028235e+38F"),
                             ("1.0e-45", "1e-45F"), ("1.0e-50", "0.0F")):
        schema = tmp_path / "every_member.yaml"
        schema.write_text(text.replace("float, default: 0.1", f"float, default: {default}"), encoding="utf-8")
        fields = [field.line for struct in plan_types(provider_of(schema)).structs for field in struct.fields]
        assert f"  float weight{{{literal}}};" in fields


def test_the_rules_of_members_say_what_is_sensitive_or_holds_it() -> None:
    provider = provider_of(ROOT / "tests" / "schemas" / "every_member.yaml")
    flags = {}
    for struct in plan_types(provider).structs:
        for member in struct.members:
            text = " ".join(member)
            name = f"{struct.name}.{text.split(chr(34))[1]}"
            found = [f for f in ("holds_sensitive", "sensitive") if f".{f} = true" in text]
            flags.update({name: found[0]} if found else {})
    assert flags == {
        "callback.token": "sensitive", "callback.card": "sensitive", "callback.codes": "sensitive",
        "callback.sealed": "sensitive", "owner.pin": "sensitive", "callback.matrix": "sensitive",
        "callback.owner": "holds_sensitive", "callback.any": "holds_sensitive",
        "callback.config": "holds_sensitive", "callback.memo": "holds_sensitive",
    }


_REST = """
schema: 1
provider: beside
receive: [{path: /beside}]
auth: {any_of: [{none: {reason: A test.}}]}
identify: {task_id: $request.body#/id}
idempotency: {key: ['beside:{task_id}:{stage}'], ttl: 60m}
stages: {from: $request.body#/mood, values: {good: {order: 1, status: completed, terminal: true}}}
answers: {preset: always_200}
$defs:
  A: {type: object, required: [kind], properties: {kind: {const: a}, zz: {SECRET}}}
  B: {type: object, required: [kind], properties: {kind: {const: b}}}
payload:
  type: object
  required: [id]
  properties: {id: {type: string, maxLength: 32, minLength: 1}, mood: {type: string, maxLength: 8}}
  """
_PLACES = [
    "patternProperties: {'^s_': {SECRET}}",
    "patternProperties: {'^s_': {SECRET}}\n  propertyNames: {maxLength: 8}",
    "patternProperties: {'^s_': {SECRET}}\n  additionalProperties: false",
    "patternProperties: {'^s_': {SECRET}}\n  maxProperties: 4",
    "additionalProperties: {SECRET}",
    "additionalProperties: {type: object, properties: {zz: {SECRET}}}",
    "additionalProperties: {type: array, items: {SECRET}}",
    "allOf: [{properties: {zz: {SECRET}}}]",
    "anyOf: [{properties: {zz: {SECRET}}}, {required: [mood]}]",
    "oneOf: [{properties: {zz: {SECRET}}}, {required: [mood]}]",
    "oneOf: [{$ref: '#/$defs/A'}, {$ref: '#/$defs/B'}]\n  discriminator: {propertyName: kind}",
    "not: {required: [zz], properties: {zz: {SECRET}}}",
    "if: {required: [zz], properties: {zz: {SECRET}}}\n  then: {required: [mood]}",
    "if: {required: [mood]}\n  then: {properties: {zz: {SECRET}}}",
    "if: {required: [mood]}\n  then: {required: [id]}\n  else: {properties: {zz: {SECRET}}}",
    "dependentSchemas: {mood: {properties: {zz: {SECRET}}}}",
]


@pytest.mark.parametrize("place", _PLACES)
@pytest.mark.parametrize("secret", [True, False], ids=["secret", "open"])
def test_a_payload_says_that_what_is_beside_its_members_holds_something_sensitive(
    place: str, secret: bool, tmp_path: Path
) -> None:
    schema = tmp_path / "beside.yaml"
    text = (_REST + place).replace("SECRET", "maxLength: 4" + ", x-sensitive: true" * secret)
    schema.write_text(text, encoding="utf-8")
    assert main(["generate", "--out", str(tmp_path), str(schema)]) == 0
    header = (tmp_path / "callgate" / "schemas" / "beside.hpp").read_text()
    assert header.count("  static constexpr bool holds_sensitive = true;\n") == secret

# SPDX-License-Identifier: Apache-2.0
"""What payloads say beside their types: the examples of tests/schemas become what they expect, and
the plan says what the model does.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from callgen.check import check_file
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
        "id": "a", "tries": 0, "share": 0.5, "ready": False, "mood": "good", "tone": "shrill",
        "title": "",
    }


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

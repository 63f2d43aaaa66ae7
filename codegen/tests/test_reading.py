# SPDX-License-Identifier: Apache-2.0
"""What reading a payload tells beside its value: what was dropped, and where an error's offset is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from callgen.json_text import parse_json
from callgen.model import Provider
from callgen.schema.evaluate import Spot
from callgen.validate import Reading, Refused, read
from conftest import ROOT
from payloads import source

SCHEMAS = ROOT / "tests" / "schemas"
STRICT, EVERY = (source(SCHEMAS / f"{n}.yaml").provider for n in ("strict_rules", "every_rule"))
LEAST = {
    "strict_rules": {"id": "abc", "state": "done"},
    "every_rule": {"id": "abc", "state": "done", "both": "xy", "deep": {"inner": {"a": 1, "c": "x"}}},
}


def reading(provider: Provider, **members: Any) -> Reading:
    body = json.dumps({**LEAST[provider.name], **members})
    return read(provider, parse_json(body, 32))


def dropped(provider: Provider, **members: Any) -> list[tuple[str, str]]:
    return [(each.pointer, each.keyword) for each in reading(provider, **members).drops]


def test_a_member_that_is_dropped_is_told_once_with_what_is_wrong_in_it() -> None:
    assert dropped(STRICT) == []
    assert dropped(STRICT, inner={"a": 1, "b": "x"}) == [("/inner/b", "pattern")]
    # What was dropped within it goes with it.
    assert dropped(STRICT, inner={"b": "x"}) == [("/inner/a", "required")]
    assert dropped(STRICT, list=[{"a": 1, "b": "x"}, {"a": 1, "c": 1}, {}]) == [
        ("/list/2/a", "required")
    ]
    assert reading(STRICT, inner={"a": 1, "b": "x"}).payload["inner"] == {"a": 1}


def test_a_body_of_another_shape_has_the_defaults(tmp_path: Path) -> None:
    """Where everything may be dropped, so may the body."""
    text = (SCHEMAS / "every_member.yaml").read_text(encoding="utf-8")
    text = text.replace("    required: [id]\n", "", 1).replace("$request.body#/id", "$request.header.X-Id")
    text = text.replace("on_invalid_member: reject", "on_invalid_member: drop")
    schema = tmp_path / "every_member.yaml"
    schema.write_text(text.split("\nexamples:")[0] + "\n", encoding="utf-8")
    found = read(source(schema).provider, parse_json(b"[]", 8))
    assert [(each.pointer, each.keyword) for each in found.drops] == [("", "type")]
    assert found.payload == read(source(schema).provider, parse_json(b"{}", 8)).payload
    assert found.payload["tries"] == 0 and found.payload["mood"] == "good"


def test_a_lesser_spelling_is_noted_and_a_bad_one_only_once() -> None:
    assert dropped(STRICT, label="abc", name="xyz") == [("/name", "duplicate_member")]
    assert dropped(STRICT, label="a", name="xyz") == [("/label", "minLength")]
    assert dropped(STRICT, name="xyz") == []
    assert dropped(STRICT, label="a") == [("/label", "minLength")]


@pytest.mark.parametrize(
    ("members", "spot"),
    [
        ({"deep": {"inner": {"c": "x"}}}, Spot("/deep/inner", "end")),
        ({"id": "x"}, Spot("/id")),
        ({"open": {"k": "k", "X": 1}}, Spot("/open/X", "name")),
        ({"depending": {"a": 1, "b": 1}}, Spot("/depending")),
        ({"free": {"a": 1}}, Spot("/free")),
        ({"chosen": {"kind": "a"}}, Spot("/chosen")),
    ],
)
def test_an_error_says_what_its_offset_is_of(members: dict[str, Any], spot: Spot) -> None:
    with pytest.raises(Refused) as refused:
        reading(EVERY, **members)
    assert refused.value.spot == spot


def test_an_enum_of_one_number_is_told_as_the_parser_tells_it() -> None:
    for member, keyword in (("only", "const"), ("few", "enum"), ("half", "const")):
        with pytest.raises(Refused, match=f"/{member}: {keyword}"):
            reading(EVERY, **{member: 6})

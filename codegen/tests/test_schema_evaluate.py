# SPDX-License-Identifier: Apache-2.0
"""The evaluator of JSON Schemas against tests/schema_suite, which the generated code runs, too."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from callgen.load import load_text
from callgen.json_text import NotJson, parse_json
from callgen.schema.evaluate import Violation, violations
from callgen.schema.formats import has_format
from callgen.schema.read import Findings, read

SUITE = Path(__file__).resolve().parents[2] / "tests" / "schema_suite"
GROUPS = [
    pytest.param(group, id=f"{file.stem}: {group['description']}")
    for file in sorted(SUITE.glob("*.json"))
    for group in json.loads(file.read_text(encoding="utf-8"))
]


def said(schema: Any, text: str) -> list[Violation]:
    findings = Findings()
    root = load_text(json.dumps(schema), "s.json", findings.wrong)
    schemas = read(root, findings)
    assert not findings.wrong and not findings.refused
    return violations(schemas, parse_json(text, 100))


@pytest.mark.parametrize("group", GROUPS)
def test_says_what_the_suite_says(group: Any) -> None:
    for test in group["tests"]:
        found = said(group["schema"], json.dumps(test["data"]))
        assert (not found) == test["valid"], (test["description"], found)


# What only the generated code knows: the contexts, directions and Punycode of labels; repeated
# look-ahead.
ROUGH = ("idn-hostname", "hostnames with A-labels")


@pytest.mark.parametrize(
    "group",
    [
        pytest.param(group, id=group["description"])
        for group in json.loads((SUITE / "format" / "formats.json").read_text(encoding="utf-8"))
    ],
)
def test_formats_are_those_of_the_generated_code(group: Any) -> None:
    rough = group["description"] in ROUGH
    for test in group["tests"]:
        if not isinstance(test["data"], str) or test["data"] == "(?=a)*":
            continue
        found = has_format(group["schema"]["format"], test["data"])
        assert found == test["valid"] or (rough and found), test["description"]


def test_there_is_something_to_run() -> None:
    assert len(GROUPS) > 60


def test_tells_where_and_what() -> None:
    schema = {
        "properties": {"a": {"items": {"type": "integer", "maximum": 9}}},
        "required": ["a", "b"],
        "dependentRequired": {"a": ["c/d"]},
    }
    assert said(schema, '{"a": [1, "x", 12]}') == [
        Violation("/a/1", "type"),
        Violation("/a/2", "maximum"),
        Violation("/b", "required"),
        Violation("/c~1d", "dependentRequired"),
    ]
    assert said(schema, '{"b": 1, "a": [], "c/d": 1, "a": []}') == [
        Violation("/a", "duplicate_member")
    ]


def test_objects_with_a_name_twice_are_equal_both_ways_or_not_at_all() -> None:
    one, other = '{"a": 1, "a": 1}', '{"a": 1, "b": 2}'
    twice = '{"a": 1, "a": 2}'
    for left, right in ((one, other), (one, twice)):
        assert not said({"uniqueItems": True}, f"[{left}, {right}]")
        assert not said({"uniqueItems": True}, f"[{right}, {left}]")
    assert said({"uniqueItems": True}, f'[{twice}, {{"a": 2, "a": 1}}]')


def test_a_number_beyond_all_is_no_traceback() -> None:
    assert said({"multipleOf": 3}, "1e400") == [Violation("", "multipleOf")]


def test_a_deep_text_is_refused_and_no_traceback() -> None:
    for depth in (101, 500, 900, 5000, 100_000):
        with pytest.raises(NotJson):
            parse_json("[" * depth + "]" * depth, 100)


def test_a_deep_value_is_a_finding_and_no_traceback() -> None:
    schema = {"allOf": [{"allOf": [{"allOf": [{"items": {"$ref": "#"}}]}]}]}
    text = "[" * 90 + "]" * 90
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(250)
    try:
        assert said(schema, text) == [Violation("", "too_complex")]
    finally:
        sys.setrecursionlimit(limit)

# SPDX-License-Identifier: Apache-2.0
"""YAML by the rules of 1.2, with positions, and within bounds."""

from __future__ import annotations

import pytest
from callgen.load import MAX_NODES, load_text
from callgen.problems import Problems


def load(text: str) -> object:
    problems = Problems()
    node = load_text(text, "x.yaml", problems)
    assert not problems, problems.lines()
    return node.json()


def messages(text: str) -> list[str]:
    problems = Problems()
    load_text(text, "x.yaml", problems)
    return problems.lines()


@pytest.mark.parametrize(
    "text",
    "on off yes no NO y n 010 12:30:00 0b11 1_000 2026-01-01 + -. . e3 0x tRUE nul = <<".split(),
)
def test_what_only_yaml_1_1_takes_for_something_else_is_text(text: str) -> None:
    assert load(f"a: {text}") == {"a": text}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *[("true", True), ("False", False), ("null", None), ("~", None), ("", None)],
        *[("0", 0), ("-7", -7), ("+7", 7), ("0o17", 15), ("0xfF", 255)],
        *[("1.5", 1.5), ("-.5", -0.5), ("1e3", 1000.0), ("1.", 1.0), (".inf", float("inf"))],
        *[("'1'", "1"), ('"true"', "true"), ("!!str 5", "5"), (r'"\ud83c\udfb5"', "\U0001f3b5")],
    ],
)
def test_the_core_schema_of_yaml_1_2(text: str, value: object) -> None:
    found = load(f"a: {text}")["a"]
    assert found == value and type(found) is type(value)


def test_a_node_knows_its_line_and_column() -> None:
    node = load_text("a: 1\nb:\n  - x\n  - {c: 2}\n", "x.yaml", Problems())
    inner = node.get("b").value[1].get("c")
    assert (inner.mark.file, inner.mark.line, inner.mark.column) == ("x.yaml", 4, 9)


def test_aliases_are_written_out() -> None:
    assert load("a: &x {k: [1, 2]}\nb: *x\n") == {"a": {"k": [1, 2]}, "b": {"k": [1, 2]}}


def test_a_merge_key_is_only_a_key() -> None:
    assert load("a: &x {k: 1}\nb: {<<: *x}\n")["b"] == {"<<": {"k": 1}}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\na: 2\n", "x.yaml:2:1: error: duplicate key 'a': first on line 1"),
        ("{a: 1, 'a': 2}", "x.yaml:1:8: error: duplicate key 'a': first on line 1"),
        ("5: a", "x.yaml:1:1: error: a key must be text: quote it"),
        ("? [a]\n: b", "x.yaml:1:3: error: a key must be text: quote it"),
        (
            "a: !!python/object:os.system {}",
            "x.yaml:1:4: error: the tag 'tag:yaml.org,2002:python/object:os.system' is not allowed "
            "here",
        ),
        ("a: !!int x", "x.yaml:1:4: error: the tag 'tag:yaml.org,2002:int' is not allowed here"),
        ("a: *b", "x.yaml:1:4: error: not YAML: found undefined alias 'b'"),
        ("a: &b [*b]", "x.yaml:1:4: error: an alias within its own anchor"),
        (
            "--- a\n--- b\n",
            "x.yaml:2:1: error: not YAML: expected a single document in the stream, but found "
            "another document",
        ),
        ('a: "\\ud800"', "x.yaml:1:4: error: half of a surrogate pair is no character"),
        ("a: " + "9" * 65, "x.yaml:1:4: error: a number of more than 64 digits"),
        ("", "x.yaml:1:1: error: the file is empty"),
    ],
)
def test_what_is_refused(text: str, message: str) -> None:
    assert messages(text) == [message]


def test_deep_nesting_is_refused_before_it_hurts() -> None:
    assert "nested deeper than 64" in messages("[" * 100_000)[0]
    assert "nested deeper than 64" in messages("a: " + "[" * 65 + "]" * 65)[0]
    assert messages("a: " + "[" * 63 + "]" * 63) == []


def test_a_billion_laughs_are_refused_before_they_hurt() -> None:
    lines = ["a0: &a0 x"] + [
        f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 30)
    ]
    found = messages("\n".join(lines))
    assert len(found) == 1 and f"more than {MAX_NODES} values" in found[0]

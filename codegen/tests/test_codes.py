# SPDX-License-Identifier: Apache-2.0
"""The section codes: its keys, its bounds, and that integer keys are its alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from callgen.check import Checked, check_file
from callgen.problems import Problems

HEAD = """
schema: 1
provider: made
receive: [{path: /a, applies_stage: done}]
auth: {any_of: [{none: {reason: x}}]}
payload: {type: object, properties: {id: {type: string, maxLength: 8}, code: {type: integer}}}
identify: {task_id: $request.body#/id, code: $request.body#/code}
idempotency: {key: 'a{task_id}'}
stages: {values: {done: {order: 1, status: completed}}}
answers: {preset: strict}
"""
UNKNOWN = "  unknown: {name: other, severity: info, meaning: m}\n"


def check(tmp_path: Path, text: str) -> tuple[Checked, list[str]]:
    path = tmp_path / "made.yaml"
    path.write_text(HEAD + text, encoding="utf-8")
    problems = Problems()
    return check_file(path, "made.yaml", problems), problems.lines()


def row(key: str, rest: str = "severity: error, meaning: m") -> str:
    return f"codes:\n  {key}: {{name: made, {rest}}}\n{UNKNOWN}"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("400", 400),
        ("'400'", 400),
        ('"400"', 400),
        ("0", 0),
        ("-5", -5),
        ("'-5'", -5),
        ("+400", 400),
        ("0x190", 400),
        ("9223372036854775807", 2**63 - 1),
    ],
)
def test_a_code_is_an_integer_with_or_without_quotes(
    key: str, value: int, tmp_path: Path
) -> None:
    checked, problems = check(tmp_path, row(key))
    assert problems == []
    assert [code.value for code in checked.provider.codes] == [value]


@pytest.mark.parametrize(
    "key", ["'0400'", "'+400'", "'0x190'", "'-0'", "' 400'", "4e2x", "'4.0'", "''"]
)
def test_other_text_is_no_code(key: str, tmp_path: Path) -> None:
    assert "is no code: a code is an integer" in check(tmp_path, row(key))[1][0]


@pytest.mark.parametrize(
    "text",
    [
        "retention: {5: x}\n",
        "tolerance:\n  5: x\n",
        row("400", "severity: error, meaning: m, message: {en: x, 5: x}"),
        row("400", "severity: error, meaning: m, 5: x"),
        "5: x\n",
        "codes:\n  4.5: {name: made, severity: error, meaning: m}\n" + UNKNOWN,
    ],
)
def test_no_other_key_is_an_integer(text: str, tmp_path: Path) -> None:
    assert any("a key must be text: quote it" in line for line in check(tmp_path, text)[1])


@pytest.mark.parametrize(
    "rest", ["severity: error, meaning: {}", "severity: error, meaning: m, message: {{en: {}}}"]
)
def test_a_text_is_bounded(rest: str, tmp_path: Path) -> None:
    fits = rest.format("é" * 1000)
    assert check(tmp_path, row("400", fits))[1] == []
    problems = check(tmp_path, row("400", rest.format("é" * 1001)))[1]
    assert len(problems) == 1 and "must be text of 1 to 1000 characters" in problems[0]


def test_a_row_says_nothing_by_default(tmp_path: Path) -> None:
    code = check(tmp_path, row("400"))[0].provider.codes[0]
    assert (code.retry, code.refunded, code.messages, code.stage) == ("never", False, (), "")


def test_messages_stay_in_their_order(tmp_path: Path) -> None:
    rest = "severity: error, meaning: m, message: {ru: р, en: e, zh-Hant-TW: z, es-419: s}"
    code = check(tmp_path, row("400", rest))[0].provider.codes[0]
    assert [locale for locale, _ in code.messages] == ["ru", "en", "zh-Hant-TW", "es-419"]

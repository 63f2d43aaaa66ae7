# SPDX-License-Identifier: Apache-2.0
"""What diff says of one change of tests/diff/acme.yaml, and of several.

Each case in tests/diff/cases.txt: a line of what is replaced, a line of what it becomes, and what is said.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from callgen.cli import main
from conftest import ROOT, SCHEMAS, Run, good_schemas

FOLDER = Path(__file__).parent / "diff"
ACME = (FOLDER / "acme.yaml").read_text(encoding="utf-8")
CASES = [case.split("\n") for case in (FOLDER / "cases.txt").read_text(encoding="utf-8").strip().split("\n\n")[1:]]


def edited(case: list[str]) -> tuple[str, list[str]]:
    """The new schema, and what is said of it. Of a line, `- ` is replaced by `+ `."""
    text, said = ACME, []
    lines = iter(case)
    for line in lines:
        if line.startswith("- "):
            before, after = line[2:].replace("\\n", "\n"), next(lines)[2:].replace("\\n", "\n")
            assert text.count(before) == 1, f"'{before}' must be there once"
            text = text.replace(before, after)
        else:
            said.append(line)
    return text, said


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[1][2:42])
def test_a_change_is_said_to_break_whom_it_breaks(
    case: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("old.yaml").write_text(ACME, encoding="utf-8")
    text, said = edited(case)
    Path("new.yaml").write_text(text, encoding="utf-8")
    code = main(["diff", "old.yaml", "new.yaml"])
    told = capsys.readouterr()
    assert (told.out.splitlines(), told.err) == (said, "")
    assert code == (4 if any(": breaks " in line for line in said) else 0)


def test_every_kind_of_change_is_among_the_cases() -> None:
    said = "\n".join(line for case in CASES for line in edited(case)[1])
    for kind in ("breaks senders", "breaks stored data", "breaks readers", "breaks code", "changes", "adds"):
        assert f": {kind}: " in said


def said_of(old: str, new: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str]]:
    (tmp_path / "old.yaml").write_text(old, encoding="utf-8")
    (tmp_path / "new.yaml").write_text(new, encoding="utf-8")
    code = main(["diff", str(tmp_path / "old.yaml"), str(tmp_path / "new.yaml")])
    told = capsys.readouterr()
    assert told.err == ""
    return code, [line.partition("new.yaml:")[2] or line for line in told.out.splitlines()]


@pytest.mark.parametrize(
    "text", [text for _, text in good_schemas()], ids=[path.stem for path, _ in good_schemas()]
)
def test_of_a_schema_and_itself_nothing_is_said(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said_of(text, text, tmp_path, capsys) == (0, [])


NOTE = "note: {type: string, maxLength: 256}"


def test_nor_of_a_chain_of_definitions(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    chain = "".join(
        f"  D{at}: {{anyOf: [{{$ref: '#/$defs/D{at + 1}'}}, {{type: integer, maximum: {at}}}]}}\n" for at in range(10)
    ) + "  D10: {type: boolean}\n"
    text = ACME.replace(NOTE, "note: {$ref: '#/$defs/D0'}").replace("  Part:\n", chain + "  Part:\n")
    assert said_of(text, text, tmp_path, capsys) == (0, [])


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("note: {type: integer, enum: [1, 2, 9], maximum: 5}", "note: {type: integer, enum: [1, 2]}", ""),
        ("note: {type: integer, enum: [1, 2, 4], maximum: 5}", "note: {type: integer, enum: [1, 2]}",
         "breaks senders: /note does not take '4' any more"),
        (NOTE, "note: {type: string, maxLength: 256, x-sensitive: true}",
         "changes: /note is x-sensitive: it is not shown"),
        ("note: {type: string, maxLength: 256, x-sensitive: true}", NOTE,
         "changes: /note is not x-sensitive any more: it is shown"),
        ("note: {type: boolean, default: true}", "note: {type: boolean, default: false}",
         "changes: /note has the default false, it had the default true"),
        ("note: {type: string, maxLength: 256, default: ä}", NOTE,
         'changes: /note has no default, it had the default "ä"'),
        ("note: {type: number}", "note: {type: [number, string], minimum: 0}",
         "breaks senders: /note minimum 0 is new (is of type any, it was number)"),
        ("note: {type: number, minimum: -0.5}", "note: {type: [number, string], minimum: 0}",
         "breaks senders: /note minimum is 0, it was -0.5 (is of type any, it was number)"),
        ("note: {type: [number, string], minimum: -1e+300}", "note: {type: [number, string], minimum: 0}",
         "breaks senders: /note minimum is 0, it was -1e+300"),
    ],
)
def test_a_change_of_one_member_is_told_as_it_is(
    old: str, new: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, lines = said_of(ACME.replace(NOTE, old), ACME.replace(NOTE, new), tmp_path, capsys)
    told = [line for line in lines if line.startswith("22:") and ": adds: " not in line and ": breaks code" not in line]
    assert [line.partition(": ")[2] for line in told] == ([said] if said else [])


def test_every_change_from_one_bundled_schema_to_another_is_said_without_a_traceback(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for old in SCHEMAS:
        for new in SCHEMAS:
            assert main(["diff", str(old), str(new)]) == (4 if old != new else 0)
    assert capsys.readouterr().err == ""


def test_the_problems_of_both_files_are_told(callgen: Run, tmp_path: Path) -> None:
    (tmp_path / "old.yaml").write_text(ACME.replace("order: 1", "order: 0"), encoding="utf-8")
    (tmp_path / "new.yaml").write_text(ACME.replace("status: failed", "status: fail"), encoding="utf-8")
    result = callgen("diff", "old.yaml", "new.yaml", cwd=tmp_path)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.splitlines() == [
        "new.yaml:44:32: error: unknown status 'fail': did you mean 'failed'?",
        "old.yaml:43:22: error: 'order' must be between 1 and 255",
    ]


@pytest.mark.parametrize("arguments", [["nowhere.yaml", "schemas/suno.yaml"], ["README.md", "schemas/kie.yaml"]])
def test_what_is_no_schema_is_a_problem_and_no_traceback(callgen: Run, arguments: list[str]) -> None:
    result = callgen("diff", *arguments, cwd=ROOT)
    assert (result.returncode, result.stdout) == (1, "")
    assert ": error: " in result.stderr and "Traceback" not in result.stderr


def test_the_order_of_what_is_said_does_not_depend_on_hash_seeds(callgen: Run) -> None:
    runs = {
        callgen("diff", "schemas/suno.yaml", "schemas/kie.yaml", env={"PYTHONHASHSEED": seed, "PATH": ""}).stdout
        for seed in ("1", "2", "3")
    }
    assert len(runs) == 1 and "" not in runs

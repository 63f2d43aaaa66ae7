# SPDX-License-Identifier: Apache-2.0
"""Every mistake in tests/bad gives exactly the messages in the file beside it.

Add a pair of files to add a test.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from callgen.cli import main
from conftest import Run, compare

BAD = Path(__file__).parent / "bad"
FILES = sorted(BAD.glob("*.yaml"))


@pytest.mark.parametrize("schema", FILES, ids=lambda path: path.stem)
def test_a_bad_schema_is_refused_with_the_expected_messages(
    schema: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    update_goldens: bool,
) -> None:
    """Without a process of its own: there are many of them, and an exception fails it as well."""
    monkeypatch.chdir(BAD)
    assert main(["check", schema.name]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    compare(schema.with_suffix(".expected"), told.err, update_goldens)


def test_all_errors_of_all_files_come_in_one_run_and_sorted(callgen: Run) -> None:
    alone = [callgen("check", name, cwd=BAD).stderr for name in ("bad_auth.yaml", "keywords.yaml")]
    together = callgen("check", "keywords.yaml", "bad_auth.yaml", cwd=BAD)
    assert together.returncode == 1
    assert together.stderr == "".join(alone)


def test_a_flood_of_messages_is_cut_and_counted(callgen: Run, tmp_path: Path) -> None:
    (tmp_path / "many.yaml").write_text("".join(f"k{line}: 1\n" for line in range(1000)))
    result = callgen("check", "many.yaml", cwd=tmp_path)
    assert result.returncode == 1
    lines = result.stderr.splitlines()
    assert len(lines) == 201 and lines[0].startswith("many.yaml:1:1: error: ")
    assert lines[-1] == "809 more are not shown: mend these first"


def test_generate_writes_nothing_when_one_schema_is_bad(callgen: Run, tmp_path: Path) -> None:
    good = BAD.parent.parent.parent / "schemas" / "suno.yaml"
    result = callgen(
        "generate", "--out", tmp_path, "--stamp", tmp_path / "s", good, BAD / "keywords.yaml"
    )
    assert result.returncode == 1
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_not_there_is_a_problem_and_no_traceback(callgen: Run) -> None:
    result = callgen("check", "nowhere.yaml", cwd=BAD)
    assert (result.returncode, result.stderr) == (
        1,
        "nowhere.yaml:1:1: error: cannot read the file: No such file or directory\n",
    )


@pytest.mark.parametrize(
    "arguments", [[], ["check"], ["generate", "x.yaml"], ["check", "--fast", "x.yaml"], ["make"]]
)
def test_usage_errors_exit_with_2(arguments: list[str], callgen: Run) -> None:
    result = callgen(*arguments)
    assert result.returncode == 2
    assert "usage:" in result.stderr

# SPDX-License-Identifier: Apache-2.0
"""Faults planted in the generator are caught by tests of behaviour: a few here, all with ./dev test --full."""
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
FULL = os.environ.get("CALLGATE_FULL_TESTS") == "1"


def run(*more: str) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, "-B", PROJECT / "tools" / "mutants.py", *more],
                          capture_output=True, text=True, timeout=1200)


def test_every_planted_fault_is_caught():
    done = run(*([] if FULL else ["--short"]))
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def mutants():
    spec = importlib.util.spec_from_file_location("mutants", PROJECT / "tools" / "mutants.py")
    found = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = found  # dataclasses look there
    spec.loader.exec_module(found)
    return found


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("MAX_REPEAT = 1000", "MAX_REPEAT = 1001", "survived"),
        ("MAX_REPEAT = 1000", "MAX_REPEAT = (", "no mutant"),
        ("no such text", "", "there 0 times"),
    ],
)
def test_a_fault_that_changes_nothing_or_stops_everything_is_said(mutants, tmp_path, old, new, what):
    mutants.copy(tmp_path)
    file = tmp_path / "codegen" / "callgen" / "regex" / "parse.py"
    before = file.read_text()
    planted = mutants.Mutant("callgen/regex/parse.py", mutants.EVALUATE, old, new)
    assert what in mutants.planted(tmp_path, planted, "c++")
    assert file.read_text() == before, "the next fault is planted alone"


def test_there_are_many_and_each_is_planted_in_text_that_is_there_once(mutants):
    assert len(mutants.MUTANTS) >= 25
    for each in mutants.MUTANTS:
        text = (PROJECT / "codegen" / each.file).read_text(encoding="utf-8")
        assert text.count(each.old) == 1, f"{each.file}: {each.old}"

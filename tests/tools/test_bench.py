# SPDX-License-Identifier: Apache-2.0
"""./dev bench: what it prints and how it ends. How long things take is not asserted: machines differ."""
import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


def module(name: str):
    spec = importlib.util.spec_from_file_location(name, PROJECT / "benchmarks" / f"{name}.py")
    found = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = found  # dataclasses look there
    spec.loader.exec_module(found)
    return found


def test_a_goal_that_is_missed_is_said_and_one_without_a_bound_is_only_shown():
    figure = module("build").Figure
    assert figure("a", 1.0, 1.0).line().startswith("met ")
    assert figure("a", 1.01, 1.0).line().startswith("missed ")
    assert figure("a", 9.0, None).line().startswith("shown ")


def test_build_prints_every_goal_writes_the_figures_and_ends_with_1_if_one_is_missed(tmp_path):
    out = tmp_path / "build.json"
    done = subprocess.run([sys.executable, "-B", PROJECT / "benchmarks" / "build.py", "--quick", "--out", out],
                          capture_output=True, text=True, timeout=300)
    assert not done.stderr, done.stderr
    judged = re.findall(r"^(met|missed) +[0-9.]+ s of [0-9.]+ s +(.*)$", done.stdout, re.M)
    assert done.returncode == any(verdict == "missed" for verdict, _ in judged), done.stdout
    for part in ("generate", "parser,", "header"):
        assert len([what for _, what in judged if part in what]) == 1, part
    assert re.match(r"\d{4}-\d\d-\d\d; .+\n.+; Python 3", done.stdout)
    figures = json.loads(out.read_text())["figures"]
    assert all(figure["seconds"] > 0 for figure in figures) and len(figures) == len(judged) + 1


def test_pattern_prints_a_line_for_each_pattern_and_writes_the_figures(tmp_path):
    out = tmp_path / "pattern.json"
    words = [sys.executable, "-B", PROJECT / "benchmarks" / "pattern.py", "--compiler", "g++", "--out", out]
    done = subprocess.run(words, capture_output=True, text=True, timeout=300)
    assert not done.stderr, done.stderr
    lines = re.findall(r"^(met|missed|shown) +[0-9.]+ .*by table, [0-9.]+ by shape$", done.stdout, re.M)
    figures = json.loads(out.read_text())["figures"]
    assert len(lines) == len(figures) >= 5 and done.returncode == ("missed" in lines), done.stdout
    assert all(figure["table"] > 0 and figure["shape"] > 0 for figure in figures), "a text that does not match"


def test_a_verb_that_is_none_and_a_compiler_that_is_not_here_are_said():
    done = subprocess.run([PROJECT / "dev", "bench", "nothing"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 2 and "./dev bench build" in done.stderr
    done = subprocess.run([sys.executable, "-B", PROJECT / "benchmarks" / "build.py", "--compiler", "no-such-compiler"],
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == 2 and "no-such-compiler" in done.stderr

# SPDX-License-Identifier: Apache-2.0
"""./dev bench write: what it judges, compares and prints. How long things take is not asserted: machines differ."""
import importlib.util
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def write():
    spec = importlib.util.spec_from_file_location("bench_write", PROJECT / "benchmarks" / "write.py")
    found = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = found  # dataclasses look there
    spec.loader.exec_module(found)
    return found


def test_the_goal_is_for_both_writers_and_for_one_kind_of_document(write):
    def verdict(what: str, **nanoseconds: float) -> str:
        return write.Figure(what, "g++", 5000, nanoseconds).lines().split()[0]

    assert verdict(write.JUDGED, writer=1, string_writer=2, rapidjson=4) == "met"
    assert verdict(write.JUDGED, writer=1, string_writer=2.1, rapidjson=4) == "missed"
    assert verdict(write.JUDGED, writer=2.1, string_writer=1, rapidjson=4) == "missed"
    assert verdict(write.JUDGED, writer=1, string_writer=1, nlohmann=1) == "shown"
    assert verdict("answer", writer=9, string_writer=9, rapidjson=1) == "shown"


def test_a_writer_that_writes_other_values_ends_it(write, tmp_path):
    program = tmp_path / "liar"

    def say(*texts: str) -> None:
        names = ("writer", "string_writer", "rapidjson")
        lines = "\n".join(f"echo '{name} {text}'" for name, text in zip(names, texts))
        program.write_text(f"#!/bin/sh\n{lines}\n")
        program.chmod(0o755)

    say('{"a":1}', '{"a":1}', '{ "a": 1.0 }')
    assert write.compare(program, tmp_path, [{"a": 1}]) == 7
    say('{"a":1}', '{"a":1}', '{"a":2}')
    with pytest.raises(SystemExit, match="rapidjson wrote other values"):
        write.compare(program, tmp_path, [{"a": 1}])
    say('{"a":1}', '{"a":1.0}', '{"a":1}')
    with pytest.raises(SystemExit, match="our two writers differ"):
        write.compare(program, tmp_path, [{"a": 1}])


def test_every_kind_has_64_different_documents(write):
    for what, documents in write.kinds().items():
        assert len(documents) == 64, what
        if what != "answer":
            assert len({json.dumps(document) for document in documents}) == 64, what
    assert 4500 < len(json.dumps(write.kinds()[write.JUDGED][0])) < 6500


@pytest.mark.skipif(not shutil.which("g++"), reason="needs g++")
def test_it_prints_a_block_for_each_kind_and_writes_the_figures(write, tmp_path):
    out = tmp_path / "write.json"
    words = ["--compiler", "g++", "--rounds", "1", "--out", out]
    done = subprocess.run([sys.executable, "-B", PROJECT / "benchmarks" / "write.py", *words], capture_output=True,
                          text=True, timeout=600)
    assert not done.stderr, done.stderr
    verdicts = re.findall(r"^(met|missed|shown) +g\+\+ -O2: ", done.stdout, re.M)
    figures = json.loads(out.read_text())["figures"]
    assert len(verdicts) == len(figures) == len(write.kinds())
    assert done.returncode == ("missed" in verdicts), done.stdout
    assert all(time > 0 for figure in figures for time in figure["nanoseconds"].values())

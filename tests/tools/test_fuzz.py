# SPDX-License-Identifier: Apache-2.0
"""./dev fuzz: who runs how long, what it prints, and how it ends when a fuzzer finds something."""
import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
FUZZERS = ("json_reader", "json_syntax", "json_writer", "http_requests", "http_chunks")
SEEDS = """#!/bin/sh
mkdir -p "$1"/json_reader "$1"/json_syntax "$1"/json_writer "$1"/http_requests "$1"/http_chunks
echo '"\\"code\\""' > "$1"/payload.dict
"""
QUIET = """#!/bin/sh
echo "$@" > "$0.arguments"
echo "stat::number_of_executed_units: 1000" >&2
"""
FINDING = """#!/bin/sh
for word in "$@"; do case $word in -artifact_prefix=*) prefix=${word#*=};; esac; done
echo bad > "${prefix}crash-1"
echo "AVX2: other values" >&2
echo "Test unit written to ${prefix}crash-1" >&2
echo "stat::number_of_executed_units: 7" >&2
exit 77
"""


@pytest.fixture
def fuzz(tmp_path):
    programs, work = tmp_path / "programs", tmp_path / "work"

    def install(name: str, text: str) -> None:
        programs.mkdir(exist_ok=True)
        (programs / f"fuzz_{name}").write_text(text)
        (programs / f"fuzz_{name}").chmod(0o755)

    def call(*arguments: str, **texts: str) -> subprocess.CompletedProcess:
        install("seeds", SEEDS)
        for name in FUZZERS:
            install(name, texts.get(name, QUIET))
        return subprocess.run([sys.executable, "-B", PROJECT / "tools" / "fuzz.py", "--programs", programs,
                               "--work", work, *arguments], capture_output=True, text=True, timeout=60)

    call.programs, call.work = programs, work
    return call


def test_every_fuzzer_runs_and_the_executions_are_printed(fuzz):
    done = fuzz("--seconds", "8")
    assert done.returncode == 0, done.stdout + done.stderr
    for name in FUZZERS:
        assert f"fuzz: {name}: 1000 executions in " in done.stdout
        arguments = (fuzz.programs / f"fuzz_{name}.arguments").read_text()
        words = PROJECT / "tests" / "fuzz" / "http.dict" if name.startswith("http") else fuzz.work / "all.dict"
        assert f"-dict={words}" in arguments and f"{fuzz.work}/seeds/{name}" in arguments
    assert done.stdout.endswith("fuzz: 5000 executions in all\n")
    assert (fuzz.work / "all.dict").read_text() == '"\\"code\\""\n'


@pytest.mark.parametrize("lanes", [1, 2])
def test_a_minute_is_a_minute_however_many_run_side_by_side(lanes):
    spec = importlib.util.spec_from_file_location("fuzz", PROJECT / "tools" / "fuzz.py")
    tool = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = tool  # dataclasses look there
    spec.loader.exec_module(tool)
    given = tool.shares(60, lanes)
    assert len(given) == lanes and sorted(name for lane in given for name, _ in lane) == sorted(FUZZERS)
    assert [sum(seconds for _, seconds in lane) for lane in given] == [60] * lanes
    assert all(seconds >= 10 for lane in given for _, seconds in lane)


def test_what_is_found_is_kept_and_said_with_the_command_that_shows_it_again(fuzz):
    done = fuzz("--seconds", "1", json_syntax=FINDING)
    assert done.returncode == 1
    kept = fuzz.work / "found" / "json_syntax-crash-1"
    assert kept.exists()
    assert "AVX2: other values" in done.stdout
    assert f"  {fuzz.programs}/fuzz_json_syntax {kept}\n" in done.stdout
    assert "json_syntax: 7 executions in 1 s, FAILED" in done.stdout
    assert "json_writer: 1000 executions" in done.stdout, "the others run all the same"


def test_a_fuzzer_that_says_nothing_has_failed(fuzz):
    done = fuzz("--seconds", "1", json_writer="#!/bin/sh\nexit 0\n")
    assert done.returncode == 1
    assert "json_writer: 0 executions in 1 s, FAILED" in done.stdout


def test_the_time_must_be_a_positive_number(fuzz):
    done = fuzz("--seconds", "0")
    assert done.returncode == 2 and "--seconds must be 1 or more" in done.stderr

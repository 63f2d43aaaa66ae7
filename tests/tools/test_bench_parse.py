# SPDX-License-Identifier: Apache-2.0
"""./dev bench parse: its documents, what it compares, what it prints. How long things take is not asserted."""
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

PROJECT = Path(__file__).resolve().parents[2]
HERE = PROJECT / "benchmarks" / "parse"
sys.path[:0] = [str(HERE)]

import documents  # noqa: E402
import report  # noqa: E402
import required_only  # noqa: E402

COMMAND = [sys.executable, "-B", PROJECT / "benchmarks" / "parse.py"]


def run(*words, timeout: int = 300) -> subprocess.CompletedProcess:
    return subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=timeout)


# --- documents

@pytest.mark.parametrize("one", documents.SETS, ids=lambda one: one.name)
def test_a_set_is_64_different_documents_of_about_the_size_it_says_and_always_the_same(one):
    made = one.documents()
    assert made == one.documents() and len(set(made)) == len(made) == 64
    assert sum(map(len, made)) / 64 == pytest.approx(one.bytes, rel=0.05)
    assert all(isinstance(json.loads(document), dict) for document in made)


def test_sets_are_what_they_are_called():
    made = {one.name: one.documents() for one in documents.SETS}
    assert list(made) == list(report.GOALS), "a set without a goal, or the other way round"
    lyrics = [json.loads(document)["data"]["data"][0]["prompt"] for document in made["complete"]]
    assert all("\n" in text for text in lyrics) and sum('"' in text for text in lyrics) > 32
    assert all(document.isascii() and rb"\u04" in document for document in made["escaped"])
    assert not any(document.isascii() for document in made["cyrillic"])
    assert all(b'": ' in document and b"\n" not in document for document in made["python"])
    assert all(b"\n      " in document for document in made["pretty"])
    assert all(b'"x_' in document for document in made["unknown"])
    assert len({tuple(json.loads(document)["data"]) for document in made["reordered"]}) > 3


# --- schemas without their constraints

def test_of_a_schema_only_types_and_required_members_are_left(tmp_path):
    required_only.write_headers([PROJECT / "schemas" / "suno.yaml"], PROJECT / "codegen", tmp_path)
    header = (tmp_path / "callgate" / "schemas" / "suno_required_only.hpp").read_text()
    assert not re.search(r"min_length|minimum|maximum|max_length = [0-9]", header)
    bundled = run(sys.executable, "-B", PROJECT / "codegen", "generate", "--out", tmp_path,
                  PROJECT / "schemas" / "suno.yaml")
    assert not bundled.returncode, bundled.stderr
    full = (tmp_path / "callgate" / "schemas" / "suno.hpp").read_text()
    for kept in (".required = true", ".nullable = true", "member{", "std::int32_t"):
        assert header.count(kept) == full.count(kept) > 0, kept
    assert "suno_required_only::provider" in (tmp_path / "required_only.hpp").read_text()


def test_a_member_that_is_called_like_a_keyword_stays():
    node = yaml.compose("{type: object, properties: {pattern: {type: string, pattern: ^a, format: uri, maxLength: 4}, "
                        "maxLength: {type: integer, format: int32, minimum: 1}}}")
    required_only.take_out_constraints(node)
    left = yaml.safe_load(yaml.serialize(node))["properties"]
    assert left == {"pattern": {"type": "string", "maxLength": required_only.LARGEST},
                    "maxLength": {"type": "integer", "format": "int32"}}


# --- what is printed

METHODS = ["method\tcallgate, dispatched\t1\tAVX2\t1\t11111", "method\tcallgate, SSE2\t1\tSSE2\t1\t11111",
           "method\trequired only, dispatched\t1\tAVX2\t1\t11111", "method\tsimdjson DOM\t2\thaswell\t0\t11111",
           "method\tlax\t3\tnone\t0\t11101"]


def results(*figures: str) -> report.Results:
    lines = [f"figure\tcomplete\t100.0\t64\t{figure}" for figure in figures]
    return report.read("\n".join([*METHODS, *lines]))


def test_goals_are_judged_by_the_best_strict_peer_and_say_which_they_are_not_judged_against():
    found = results("callgate, dispatched\t10\t0\t-", "callgate, SSE2\t40\t0\t-", "simdjson DOM\t28\t0\t-",
                    "lax\t1\t0\t-")
    met, missed, allocations = (one.line() for one in report.judge(found, {"complete": "C"}))
    assert met.startswith("met      2.80 of 2.7 times   C, callgate, dispatched (AVX2): 10 ns, simdjson DOM 28 ns")
    assert missed.startswith("missed   0.70 of 1.4 times") and "not judged" not in missed
    assert allocations.startswith("met ")
    best = report.GOALS["complete"].best
    without = report.read("\n".join(METHODS).replace("simdjson DOM", "other") +
                          "\nfigure\tcomplete\t9\t64\tcallgate, SSE2\t1\t0\t-\nfigure\tcomplete\t9\t64\tother\t9\t0\t-")
    assert report.judge(without, {"complete": "C"})[0].line().endswith(f"; not judged against {best}")


def test_without_a_strict_peer_figures_are_shown_and_allocations_and_constraints_judged():
    found = results("callgate, dispatched\t116\t1\t-", "required only, dispatched\t100\t0\t-", "lax\t1\t0\t-")
    shown, further, allocations = (one.line() for one in report.judge(found, {"complete": "C"}))
    assert shown.startswith("shown ") and shown.endswith("not judged: no strict peer is installed")
    assert report.summary(report.judge(found, {"complete": "C"})) == "2 goals missed, 1 not judged"
    assert further.startswith("missed   +16% of 15%") and allocations.startswith("missed")


def test_a_table_shows_who_is_faster_and_who_is_not_strict():
    text = report.table(results("callgate, dispatched\t20\t0\t1.5", "simdjson DOM\t30\t0\t-", "lax\t15\t2\t-"),
                        "complete", "Title")
    assert text.startswith("Title: 64 documents of 100 bytes\n") and text.endswith("\n  loses to lax")
    rows = {line[:36].strip(): line[36:].split() for line in text.splitlines()[2:-1]}
    assert rows == {"callgate, dispatched": ["20", "5.00", "1.50", "0.0", "1.50"],
                    "lax *": ["15", "6.67", "-", "2.0", "2.00"], "simdjson DOM": ["30", "3.33", "-", "0.0", "1.00"]}
    assert "lax 3, none: no skipped" == report.read("\n".join(METHODS)).methods["lax"].line()


# --- the program that measures, with libraries made for it

LIBRARY = """
#include "task.hpp"
#include <cstdlib>
namespace {{
using namespace parse_benchmark;
void prepare(std::size_t) {{}}
std::size_t parse_all(std::span<const std::string_view> documents) {{ {parse_all} }}
bool values(std::string_view document, std::vector<member_text>& out) {{ {values} }}
}}
void parse_benchmark_methods(std::vector<parse_benchmark::method>& out) {{
  out.push_back({{.name = "{name}", .version = "1", .instructions = "none", .promises = {{}},
                 .jobs = {{{{"someone", &prepare, &parse_all, &values}}}}}});
}}
"""
GOOD = 'out.push_back({"/id", "7"}); out.push_back({"/text", std::string{document}}); return true;'
LIBRARIES = {  # values, parse_all
    "right": (GOOD, "return documents.size();"),
    "wrong": (GOOD.replace('"7"', 'document == "two" ? "8" : "7"'), "return documents.size();"),
    "short": ('out.push_back({"/id", "7"}); return true;', "return documents.size();"),
    "refuses": ('out.push_back({"", "why"}); return false;', "return documents.size();"),
    "fickle": (GOOD, "return documents.size() - 1;"),
    "allocates": (GOOD, "for (auto d : documents) { std::free(std::malloc(d.size())); delete new int; } "
                        "return documents.size();"),
}


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    folder = tmp_path_factory.mktemp("measure")
    flags = ["g++", "-std=c++20", "-O0", "-I", HERE]
    built = run(*flags, "-rdynamic", HERE / "main.cpp", HERE.parent / "heap.cpp", "-o", folder / "measure", "-ldl")
    assert not built.returncode, built.stderr
    for name, (values, parse_all) in LIBRARIES.items():
        (folder / f"{name}.cpp").write_text(LIBRARY.format(name=name, values=values, parse_all=parse_all))
        built = run(*flags, "-shared", "-fPIC", folder / f"{name}.cpp", "-o", folder / f"{name}.so")
        assert not built.returncode, built.stderr
    for name, text in {"1.json": "one", "2.json": "two", "other.txt": "three"}.items():
        (folder / name).write_text(text)
    return lambda rounds, *names: run(folder / "measure", rounds, *(folder / f"{name}.so" for name in names), "--",
                                      "the_set", "someone", folder)


@pytest.mark.parametrize("library, said", [
    ("wrong", r"set the_set, wrong, document .*/2\.json: member /id: /id = '7' against /id = '8'"),
    ("short", r"set the_set, short, document .*/1\.json: member /text: /text = 'one' against nothing"),
    ("refuses", r"set the_set, refuses, document .*/1\.json: why"),
    ("fickle", r"fickle refuses what it took before, in set the_set"),
])
def test_a_library_that_finds_something_else_is_named_with_set_document_and_member(measured, library, said):
    done = measured(1, "right", library)
    assert done.returncode == 1 and re.search(said, done.stderr) and "figure" not in done.stdout, done


def test_allocations_of_modules_are_counted_and_without_rounds_nothing_is_measured(measured):
    found = report.read(measured(2, "right", "allocates").stdout)
    of = found.of("the_set")
    assert (of["right"].allocations, of["allocates"].allocations) == (0, 2)
    assert of["right"].documents == 2 and of["right"].bytes == 3 and of["right"].nanoseconds > 0
    only = measured(0, "right")
    assert only.returncode == 0 and only.stdout.startswith("method\tright\t") and "figure" not in only.stdout


# --- all of it

def test_all_libraries_that_are_installed_find_the_same_values_in_all_sets():
    done = run(*COMMAND, "--check", timeout=900)
    assert not done.returncode and not done.stderr, done.stdout + done.stderr
    assert done.stdout.startswith(f"all find the same values in {len(documents.SETS) + 1} sets: callgate, dispatched")
    assert "required only, dispatched" in done.stdout


@pytest.mark.parametrize("words, said", [
    (["--schema", PROJECT / "schemas" / "suno.yaml"], "--schema and --data go together"),
    (["--schema", "none.yaml", "--data", PROJECT], "there is no schema none.yaml"),
    (["--schema", PROJECT / "schemas" / "suno.yaml", "--data", PROJECT / "cmake"], "has no *.json"),
    (["--sets", "text,none"], "no set is called none; there are text, error"),
    (["--rounds", "0"], "--rounds begins at 1"),
    (["--compiler", "no-such-compiler"], "no-such-compiler is not here"),
])
def test_a_mistake_in_the_command_is_said(words, said):
    done = run(*COMMAND, *words)
    assert done.returncode in (1, 2) and said in done.stderr and "Traceback" not in done.stderr


def test_a_schema_of_ones_own_is_read_with_documents_of_ones_own_and_one_that_is_refused_is_named(tmp_path):
    data = tmp_path / "bodies"
    data.mkdir()
    (data / "a.json").write_text('{"story_id": "1", "error": "none"}')
    words = [*COMMAND, "--check", "--schema", PROJECT / "schemas" / "tts_error.yaml", "--data", data]
    done = run(*words, timeout=900)
    assert not done.returncode and done.stdout.startswith("all find the same values in 1 sets: callgate, dispatched"), \
        done.stdout + done.stderr
    assert "On-Demand" not in done.stdout and "required only" not in done.stdout
    (data / "b.json").write_text('{"story_id": "2"}')
    done = run(*words, timeout=900)
    assert done.returncode == 1 and done.stderr == \
        f"parse: set bodies, callgate, dispatched, document {data}/b.json: /error: required\n"

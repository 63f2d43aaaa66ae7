#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What building costs: generating the bundled schemas, and compiling what includes them.

Time is the processor's (user and system), the least of several runs that take turns. Prints a line
for each goal and ends with 1 if one is missed; the figures are written as JSON, too.
"""

from __future__ import annotations

import argparse
import datetime
import json
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
SCHEMAS = sorted((HOME / "schemas").glob("*.yaml"))
EVERY_KEYWORD = HOME / "tests" / "schemas" / "every_keyword.yaml"
STANDARD = "-std=c++20"
GENERATE_GOAL, PARSER_GOAL, INCLUDE_GOAL = 1.0, 3.0, 1.0  # seconds

EMPTY = "int main() {}\n"
INCLUDE = """#include <callgate/schemas/{name}.hpp>
using callgate::schemas::{name}::provider;
std::size_t size_of(const provider::payload& payload) {{ return sizeof payload; }}
std::size_t answers() {{ return provider::answers.size(); }}
"""
PARSER = """#include <callgate/json/parse_into.hpp>
#include <callgate/schemas/{name}.hpp>
using callgate::schemas::{name}::provider;
std::optional<callgate::json::error> parse(std::string_view text, callgate::arena& memory,
                                           provider::payload& out, callgate::json::drops& notes) {{
  return callgate::json::parse_into<provider::payload, provider::tolerance>(text, memory, out, notes);
}}
"""


@dataclass(frozen=True)
class Figure:
    """One thing measured. goal: None where it is shown and not judged."""

    what: str
    seconds: float
    goal: float | None

    def line(self) -> str:
        if self.goal is None:
            return f"shown   {self.seconds:6.2f} s             {self.what}"
        verdict = "met" if self.seconds <= self.goal else "missed"
        return f"{verdict:7} {self.seconds:6.2f} s of {self.goal:4.2f} s   {self.what}"


def processor_seconds(command: Sequence[str | Path], folder: Path) -> float:
    """Of a command and all that it starts. Raises SystemExit with what it said if it fails."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([str(word) for word in command], cwd=folder, capture_output=True,
                          text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        raise SystemExit(f"{command[0]} failed:\n{done.stdout}{done.stderr}")
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def least(work: dict[str, Callable[[], float]], rounds: int) -> dict[str, float]:
    """The least of each; they take turns, so that a slow moment does not meet one alone."""
    runs = [{name: one() for name, one in work.items()} for _ in range(rounds)]
    return {name: min(run[name] for run in runs) for name in work}


# --- generating

def generating(work: Path, schemas: Sequence[Path], rounds: int) -> list[Figure]:
    cold = work / "cold"  # nothing compiled by Python yet, and with -B nothing is kept
    shutil.copytree(HOME / "codegen", cold, ignore=shutil.ignore_patterns("__pycache__", "tests"))
    python = [sys.executable, "-s", "-E", "-B"]

    def generate(*files: Path) -> float:
        return processor_seconds([*python, cold, "generate", "--out", work, *files], work)

    found = least({
        "one process": lambda: generate(*schemas),
        "a process per schema": lambda: sum(generate(file) for file in schemas),
    }, rounds)
    return [
        Figure(f"generate {len(schemas)} schemas in one process, cold", found["one process"],
               GENERATE_GOAL),
        Figure("the same with a process for each, as callgate_add_providers does",
               found["a process per schema"], None),
    ]


# --- compiling

def sources(work: Path, names: Sequence[str]) -> None:
    (work / "empty.cpp").write_text(EMPTY)
    for name in names:
        (work / f"include_{name}.cpp").write_text(INCLUDE.format(name=name))
        (work / f"parser_{name}.cpp").write_text(PARSER.format(name=name))


def compiling(work: Path, compiler: str, names: Sequence[str], rounds: int) -> list[Figure]:
    def compile_source(source: str) -> float:
        options = [STANDARD, "-O2", "-I", HOME / "include", "-I", ".", "-c", f"{source}.cpp",
                   "-o", f"{source}.o"]
        return processor_seconds([compiler, *options], work)

    wanted = ["empty", *(f"{kind}_{name}" for name in names for kind in ("parser", "include"))]
    work_of = {source: lambda source=source: compile_source(source) for source in wanted}
    found = least(work_of, rounds)
    figures = []
    for name in names:
        judged = name != EVERY_KEYWORD.stem
        for kind, goal, what in (
            ("parser", PARSER_GOAL, "parser, all instruction sets"),
            ("include", INCLUDE_GOAL, "header without the parser"),
        ):
            over = found[f"{kind}_{name}"] - found["empty"]
            figures.append(Figure(f"{compiler} -O2: {name}, {what}", over, goal if judged else None))
    return figures


# --- what was measured where

def first_line(command: Sequence[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True).stdout.split("\n", 1)[0]


def machine() -> str:
    try:
        with open("/proc/cpuinfo", encoding="ascii") as file:
            model = next(line.split(":", 1)[1].strip() for line in file if "model name" in line)
    except (OSError, StopIteration):
        model = platform.machine()
    return f"{model}, {platform.system()} {platform.release()}"


def main() -> int:
    parser = argparse.ArgumentParser(prog="./dev bench build", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="runs of each; 5 unless given")
    parser.add_argument("--compiler", action="append", help="instead of g++ and clang++")
    parser.add_argument("--quick", action="store_true", help="one run, one compiler, one schema")
    parser.add_argument("--out", type=Path, default=HOME / "build" / "bench" / "build.json")
    options = parser.parse_args()
    wanted = options.compiler or ["g++", "clang++"]
    compilers = [name for name in wanted if shutil.which(name)]
    if not compilers or options.rounds < 1:
        parser.error(f"none of {wanted} is here" if not compilers else "--rounds begins at 1")
    schemas, shown, rounds = SCHEMAS, [EVERY_KEYWORD], options.rounds
    if options.quick:
        compilers, shown, rounds = compilers[:1], [], 1
    date = datetime.date.today().isoformat()
    versions = [first_line([compiler, "--version"]) for compiler in compilers]
    print(f"{date}; {machine()}\n{'; '.join(versions)}; Python {platform.python_version()}; "
          f"the least of {rounds}, processor time; compiling over an empty source", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        figures = generating(work, schemas, rounds)
        if shown:
            processor_seconds([sys.executable, "-B", HOME / "codegen", "generate", "--out", work,
                               *shown], work)
        names = [file.stem for file in [*(schemas[-1:] if options.quick else schemas), *shown]]
        sources(work, names)
        for compiler in compilers:
            figures += compiling(work, compiler, names, rounds)
    print("\n".join(figure.line() for figure in figures))
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps({
        "date": date, "machine": machine(), "compilers": versions, "rounds": rounds,
        "figures": [asdict(figure) for figure in figures],
    }, indent=2) + "\n")
    missed = sum(figure.goal is not None and figure.seconds > figure.goal for figure in figures)
    print(f"{missed} goals missed" if missed else "all goals met")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Parsing callbacks into their structs, validated: how fast, against other libraries that do the same.

Builds a module for each library that is installed, compares all values that they find, then measures in rounds in
which all take turns. Ends with 1 if a goal is missed.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import shutil
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

HOME = Path(__file__).resolve().parent.parent
HERE = HOME / "benchmarks" / "parse"
sys.path[:0] = [str(HERE), str(HOME / "benchmarks")]

import documents  # noqa: E402
import report  # noqa: E402
from build import first_line, machine  # noqa: E402
from required_only import write_headers, write_if_changed  # noqa: E402

OURS = ("suno", "tts_error", "job_worker", "kie")
COMPARED = OURS[:3]
DOCUMENT_PEERS = ("simdjson_dom", "rapidjson", "nlohmann", "yyjson")
PEERS = (*DOCUMENT_PEERS, "simdjson_ondemand")
QUICK_ROUNDS, ROUNDS = 3, 100
BUSY = 0.5  # load from which on others disturb what is measured
FLAGS, CHECK_FLAGS = "-O3 -DNDEBUG", "-O0 -DNDEBUG"


@dataclass(frozen=True)
class Input:
    """Documents in a folder, and whose they are."""

    name: str
    title: str
    provider: str
    folder: Path


@dataclass(frozen=True)
class Build:
    """Where to, and of what. own: a schema that is not bundled, which peers fill no struct of."""

    folder: Path
    compiler: str
    flags: str
    schemas: list[Path]
    own: bool

    @property
    def program(self) -> Path:
        return self.folder / "cmake" / "measure"

    def modules(self) -> list[Path]:
        """Ours first."""
        return [Path(line) for line in (self.folder / "cmake" / "modules.txt").read_text().splitlines()]

    def missing(self) -> list[str]:
        here = {file.stem for file in self.modules()}
        return [name for name in (DOCUMENT_PEERS if self.own else PEERS) if name not in here]


def run(command: list[str | Path], what: str) -> str:
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"parse: {what} failed\n{done.stdout}{done.stderr}".rstrip())
    return done.stdout


# --- building

def providers_header(ours: tuple[str, ...], compared: tuple[str, ...], peers_fill: bool) -> str:
    def tuple_of(names: tuple[str, ...]) -> str:
        return "std::tuple<" + ", ".join(f"callgate::schemas::{name}::provider" for name in names) + ">"
    includes = "".join(f"#include <callgate/schemas/{name}.hpp>\n" for name in ours)
    return (f"#pragma once\n\n{includes}\n#include <tuple>\n\nnamespace parse_benchmark {{\n"
            f"using ours = {tuple_of(ours)};\nusing compared = {tuple_of(compared)};\n"
            f"inline constexpr bool peers_fill = {str(peers_fill).lower()};\n}}\n")


def build(of: Build) -> None:
    work = of.folder / "work"
    if of.own:
        names = (of.schemas[0].stem,)
        header = providers_header(names, names, peers_fill=False)
    else:
        header = providers_header(OURS, COMPARED, peers_fill=True)
        write_headers(of.schemas, HOME / "codegen", work)
    write_if_changed(work / "providers.hpp", header)
    run(["cmake", "-S", HERE, "-B", of.folder / "cmake", "-G", "Ninja", f"-DCMAKE_CXX_COMPILER={of.compiler}",
         f"-DPython3_EXECUTABLE={sys.executable}", f"-DWORK={work}", f"-DBUNDLED={'OFF' if of.own else 'ON'}",
         f"-DFLAGS={of.flags}", f"-DSCHEMAS={';'.join(map(str, of.schemas))}"], "configuring")
    run(["cmake", "--build", of.folder / "cmake"], "building")


# --- measuring

def bundled_inputs(folder: Path, wanted: list[str]) -> list[Input]:
    documents.write(folder)
    inputs = [Input(one.name, one.title, one.provider, folder / one.name) for one in documents.SETS]
    inputs.append(Input("kie", "suno complete as kie", "kie", folder / "complete"))
    known = [one.name for one in inputs]
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise SystemExit(f"parse: no set is called {', '.join(unknown)}; there are {', '.join(known)}")
    return [one for one in inputs if not wanted or one.name in wanted]


def measure(of: Build, rounds: int, inputs: list[Input]) -> report.Results:
    sets = [word for one in inputs for word in (one.name, one.provider, one.folder)]
    command = [str(word) for word in (of.program, rounds, *of.modules(), "--", *sets)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit((done.stderr or f"parse: {of.program} ended with {done.returncode}").rstrip())
    return report.read(done.stdout)


def load() -> float:
    return round(os.getloadavg()[0], 1)


# --- telling

def print_head(record: dict[str, Any], results: report.Results, of: Build) -> None:
    before, after = record["load"]
    print(f"{record['date']}; {record['machine']}; load {before} before, {after} after\n"
          f"{record['compiler']}, {of.flags}, no -march; the least of {record['rounds']} rounds")
    if before > BUSY:
        print("the machine was busy: figures are rough")
    for method in results.methods.values():
        print(method.line())
    if of.missing():
        print(f"not installed: {', '.join(of.missing())}")
    print("times: as fast as the fastest peer; peers parse to documents of their own, fill no struct and validate "
          "nothing" if of.own else "times: as fast as the best strict peer; *: not strict", end="\n\n")


def tell(record: dict[str, Any], results: report.Results, of: Build, inputs: list[Input], out: Path) -> int:
    titles = {one.name: one.title for one in inputs}
    verdicts = [] if of.own else report.judge(results, titles)
    print_head(record, results, of)
    for name, title in titles.items():
        print(report.table(results, name, title) + "\n")
    for one in verdicts:
        print(one.line())
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps({
        **record, "not_installed": of.missing(),
        "methods": [{**asdict(one), "strict": one.is_strict} for one in results.methods.values()],
        "figures": [asdict(one) for one in results.figures], "goals": [asdict(one) for one in verdicts],
    }, indent=2) + "\n")
    missed = sum(one.verdict == "missed" for one in verdicts)
    if verdicts:
        print(report.summary(verdicts))
    return 1 if missed else 0


# --- the command

def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev bench parse", description=__doc__)
    parser.add_argument("--rounds", type=int, help=f"of measuring; {ROUNDS} unless given")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_ROUNDS} rounds: a first look")
    parser.add_argument("--check", action="store_true", help="compare values, unoptimized; measure nothing")
    parser.add_argument("--sets", default="", help="some of them, as in text,complete")
    parser.add_argument("--schema", type=Path, help="of your own; the peers then parse to their documents")
    parser.add_argument("--data", type=Path, help="the folder of its *.json")
    parser.add_argument("--compiler", default="g++", help="g++ unless given")
    parser.add_argument("--out", type=Path, default=HOME / "build" / "bench" / "parse.json")
    options = parser.parse_args()
    if (options.schema is None) != (options.data is None):
        parser.error("--schema and --data go together")
    if options.schema and options.sets:
        parser.error("--sets are of the bundled schemas: leave it out with --schema")
    if options.schema and not options.schema.is_file():
        parser.error(f"there is no schema {options.schema}")
    if options.data and not any(options.data.glob("*.json")):
        parser.error(f"{options.data} has no *.json")
    if options.rounds is not None and options.rounds < 1:
        parser.error("--rounds begins at 1")
    if not shutil.which(options.compiler):
        parser.error(f"{options.compiler} is not here")
    return options


def build_of(options: argparse.Namespace) -> Build:
    own = options.schema is not None
    kind = ("_own" if own else "") + ("_check" if options.check else "")
    return Build(
        folder=HOME / "build" / "bench" / f"parse{kind}-{Path(options.compiler).name}",
        compiler=options.compiler, flags=CHECK_FLAGS if options.check else FLAGS, own=own,
        schemas=[options.schema.resolve()] if own else [HOME / "schemas" / f"{name}.yaml" for name in OURS])


def main() -> int:
    options = arguments()
    of = build_of(options)
    inputs = ([Input(options.data.name, str(options.data), options.schema.stem, options.data)] if of.own else
              bundled_inputs(of.folder / "documents", [name for name in options.sets.split(",") if name]))
    build(of)
    if options.check:
        methods = measure(of, 0, inputs).methods
        print(f"all find the same values in {len(inputs)} sets: {', '.join(methods)}")
        return 0
    rounds = options.rounds or (QUICK_ROUNDS if options.quick else ROUNDS)
    before = load()
    results = measure(of, rounds, inputs)
    record = {"date": datetime.date.today().isoformat(), "machine": machine(), "rounds": rounds,
              "load": [before, load()], "compiler": first_line([options.compiler, "--version"]), "flags": of.flags}
    return tell(record, results, of, inputs, options.out)


if __name__ == "__main__":
    sys.exit(main())

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

HOME = Path(__file__).resolve().parent.parent
HERE = HOME / "benchmarks" / "parse"
sys.path[:0] = [str(HERE), str(HOME / "benchmarks")]

import documents  # noqa: E402
import report  # noqa: E402
from build import first_line, machine  # noqa: E402
from required_only import write_headers, write_if_changed  # noqa: E402

OURS = ("suno", "tts_error", "job_worker", "kie")
COMPARED = OURS[:3]
QUICK_ROUNDS, ROUNDS = 3, 100
FLAGS = "-O3 -DNDEBUG, no -march"


@dataclass(frozen=True)
class Input:
    """Documents in a folder, and whose they are."""

    name: str
    title: str
    provider: str
    folder: Path


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


def build(folder: Path, compiler: str, schemas: list[Path], own: bool) -> tuple[Path, list[Path]]:
    """The program that measures, and the modules that it loads, ours first."""
    work = folder / "work"
    if own:
        names = (schemas[0].stem,)
        header = providers_header(names, names, peers_fill=False)
    else:
        header = providers_header(OURS, COMPARED, peers_fill=True)
        write_headers(schemas, HOME / "codegen", work)
    write_if_changed(work / "providers.hpp", header)
    run(["cmake", "-S", HERE, "-B", folder / "cmake", "-G", "Ninja", f"-DCMAKE_CXX_COMPILER={compiler}",
         f"-DPython3_EXECUTABLE={sys.executable}", f"-DWORK={work}", f"-DREQUIRED_ONLY={'OFF' if own else 'ON'}",
         f"-DSCHEMAS={';'.join(map(str, schemas))}"], "configuring")
    modules = folder / "cmake" / "modules"
    run(["cmake", "--build", folder / "cmake"], "building")
    found = sorted(modules.glob("*.so"), key=lambda file: (file.stem not in ("callgate", "required_only"), file.stem))
    return folder / "cmake" / "measure", found


# --- measuring

def bundled_inputs(folder: Path, wanted: list[str]) -> list[Input]:
    documents.write(folder)
    inputs = [Input(one.name, one.title, one.provider, folder / one.name) for one in documents.SETS]
    inputs.append(Input("kie", "suno complete as kie", "kie", folder / "complete"))
    unknown = set(wanted) - {one.name for one in inputs}
    if unknown:
        raise SystemExit(f"parse: no set {', '.join(sorted(unknown))}; there are "
                         f"{', '.join(one.name for one in inputs)}")
    return [one for one in inputs if not wanted or one.name in wanted]


def measure(program: Path, modules: list[Path], rounds: int, inputs: list[Input]) -> report.Results:
    sets = [word for one in inputs for word in (one.name, one.provider, one.folder)]
    done = subprocess.run([str(word) for word in (program, rounds, *modules, "--", *sets)], capture_output=True,
                          text=True)
    if done.returncode != 0:
        raise SystemExit((done.stderr or f"parse: {program} ended with {done.returncode}").rstrip())
    return report.read(done.stdout)


def load() -> str:
    return f"{os.getloadavg()[0]:.1f}"


# --- the command

def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev bench parse", description=__doc__)
    parser.add_argument("--rounds", type=int, help=f"of measuring; {ROUNDS} unless given")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_ROUNDS} rounds: whether all works, and roughly how")
    parser.add_argument("--sets", default="", help="some of them, as in text,complete")
    parser.add_argument("--schema", type=Path, help="of your own; the peers then parse to their documents")
    parser.add_argument("--data", type=Path, help="the folder of its *.json")
    parser.add_argument("--compiler", default="g++", help="g++ unless given")
    parser.add_argument("--out", type=Path, default=HOME / "build" / "bench" / "parse.json")
    options = parser.parse_args()
    if (options.schema is None) != (options.data is None):
        parser.error("--schema and --data go together")
    if options.schema and not options.schema.is_file():
        parser.error(f"there is no schema {options.schema}")
    if options.data and not any(options.data.glob("*.json")):
        parser.error(f"{options.data} has no *.json")
    if options.rounds is not None and options.rounds < 1:
        parser.error("--rounds begins at 1")
    if not shutil.which(options.compiler):
        parser.error(f"{options.compiler} is not here")
    options.rounds = options.rounds or (QUICK_ROUNDS if options.quick else ROUNDS)
    return options


def main() -> int:
    options = arguments()
    own = options.schema is not None
    folder = HOME / "build" / "bench" / f"parse{'_own' if own else ''}-{Path(options.compiler).name}"
    schemas = [options.schema.resolve()] if own else [HOME / "schemas" / f"{name}.yaml" for name in OURS]
    inputs = ([Input(options.data.name, f"{options.data}", options.schema.stem, options.data)] if own else
              bundled_inputs(folder / "documents", [name for name in options.sets.split(",") if name]))
    program, modules = build(folder, options.compiler, schemas, own)
    began = load()
    results = measure(program, modules, options.rounds, inputs)
    record = {"date": datetime.date.today().isoformat(), "machine": machine(), "rounds": options.rounds,
              "compiler": first_line([options.compiler, "--version"]), "flags": FLAGS, "load": [began, load()]}
    print(f"{record['date']}; {record['machine']}; load {began} before, {record['load'][1]} after\n"
          f"{record['compiler']}, {FLAGS}; the least of {options.rounds} rounds")
    print("\n".join(method.line() for method in results.methods.values()))
    titles = {one.name: one.title for one in inputs}
    print("times: as fast as the best strict peer; *: not strict\n")
    for name, title in titles.items():
        print(report.table(results, name, title) + "\n")
    verdicts = [] if own else report.judge(results, titles)
    print("\n".join(one.line() for one in verdicts))
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps({
        **record, "methods": [asdict(one) for one in results.methods.values()],
        "figures": [asdict(one) for one in results.figures], "goals": [asdict(one) for one in verdicts],
    }, indent=2) + "\n")
    missed = sum(one.verdict == "missed" for one in verdicts)
    if verdicts:
        print(f"{missed} goals missed" if missed else "all goals met")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())

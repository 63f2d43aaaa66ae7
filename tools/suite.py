#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs a folder of JSON-Schema-Test-Suite files: agree, refused (by keyword), wrong.

Every group's schema is compiled as `compile-schema` does it; one program then checks all tests.
Files below a folder whose name holds `format` are run with `format` asserted.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(HOME / "codegen"))

from callgen import cpp  # noqa: E402
from callgen.load import load_text  # noqa: E402
from callgen.render import render_schema  # noqa: E402
from callgen.schema.read import Findings, read  # noqa: E402


@dataclass(frozen=True)
class Case:
    """A test of a group that was compiled: what its program must say."""

    place: str
    namespace: str
    text: str
    valid: bool


@dataclass
class Run:
    headers: dict[str, str] = field(default_factory=dict)
    cases: list[Case] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)  # the compiler said the schema is wrong


def why_refused(line: str) -> str:
    """The keyword that a message is about."""
    text = line.split(": error: ", 1)[1]
    quoted = re.match(r"keyword '([^']*)'", text)
    return quoted[1] if quoted else text.split(" ", 1)[0].strip("'")


def add_file(path: Path, shown: str, run: Run) -> None:
    assert_formats = any("format" in part for part in path.parent.parts[-1:])
    for group in json.loads(path.read_text(encoding="utf-8")):
        findings = Findings()
        text = json.dumps(group["schema"], ensure_ascii=False)
        root = load_text(text, shown, findings.wrong)
        schemas = read(root, findings, assert_formats) if root is not None else []
        place = f"{shown}: {group['description']}"
        if findings.wrong:
            run.failed += [f"{place}: {line}" for line in findings.wrong.lines()]
        elif findings.refused:
            run.refused[why_refused(findings.refused.lines()[0])] += len(group["tests"])
        else:
            name = f"group_{len(run.headers)}"
            run.headers[name] = render_schema(name, shown, schemas)
            run.cases += [
                Case(f"{place}: {test['description']}", name, json.dumps(test["data"]),
                     test["valid"])
                for test in group["tests"]
            ]


def program(run: Run) -> str:
    """Prints a line per case: 1 valid, 0 not."""
    lines = [f'#include "{name}.hpp"' for name in run.headers]
    lines += ["#include <cstdio>", "int main() {"]
    lines += [
        f"  std::puts(callgate::schemas::{case.namespace}::validate({cpp.literal(case.text)})"
        ' ? "1" : "0");'
        for case in run.cases
    ]
    return "\n".join([*lines, "}", ""])


def answers(run: Run, work: Path, compiler: str) -> list[bool]:
    work.mkdir(parents=True, exist_ok=True)
    for name, text in run.headers.items():
        (work / f"{name}.hpp").write_text(text)
    (work / "suite.cpp").write_text(program(run))
    subprocess.run(
        [compiler, "-std=c++20", "-I", str(HOME / "include"), "suite.cpp", "-o", "suite"],
        cwd=work, check=True,
    )
    done = subprocess.run(["./suite"], cwd=work, check=True, capture_output=True, text=True,
                          timeout=60)
    return [line == "1" for line in done.stdout.splitlines()]


def main() -> int:
    parser = argparse.ArgumentParser(prog="./dev suite", description=__doc__)
    parser.add_argument("folder", type=Path, help="searched for *.json, folders below it too")
    parser.add_argument("--work", type=Path, default=HOME / "build" / "suite")
    parser.add_argument("--compiler", default="c++")
    options = parser.parse_args()
    run = Run()
    files = sorted(options.folder.rglob("*.json"))
    for path in files:
        add_file(path, path.relative_to(options.folder).as_posix(), run)
    if not files:
        print(f"{options.folder}: no *.json below it", file=sys.stderr)
        return 2
    said = answers(run, options.work, options.compiler)
    wrong = [case for case, valid in zip(run.cases, said, strict=True) if valid != case.valid]
    for case in wrong:
        print(f"wrong: {case.place}: must be {'valid' if case.valid else 'invalid'}")
    for line in run.failed:
        print(f"wrong: {line}")
    for keyword, count in sorted(run.refused.items()):
        print(f"refused: {count} tests with {keyword}")
    print(f"agree {len(run.cases) - len(wrong)}, refused {sum(run.refused.values())}, "
          f"wrong {len(wrong) + len(run.failed)}")
    return 1 if wrong or run.failed else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Patterns that are sets of bytes by place: by the automaton's table and by the shape, ns per byte.

Both are compiled as a schema's are, and match the same texts. The goal is twice the speed; for texts
of less than 16 bytes, where calls cost as much as bytes, the figure is only shown.
"""

from __future__ import annotations

import argparse
import datetime
import json
import random
import shutil
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(HOME / "codegen"), str(HOME / "benchmarks")]

from build import first_line, machine  # noqa: E402
from callgen import cpp  # noqa: E402
from callgen.regex.dfa import compile_pattern  # noqa: E402
from callgen.regex.shape import Shape, shape_of  # noqa: E402
from callgen.schema.plan import pattern_tokens  # noqa: E402

GOAL = 2.0  # times as fast as the table
LEAST_BYTES = 16  # of texts that the goal is for
TEXTS = 64
PATTERNS = {  # and how many bytes the texts have
    "plain_class": ("^[A-Za-z0-9_-]+$", 64),
    "bounded_class": ("^[0-9a-f]{32,64}$", 64),
    "literal_and_class": ("^sk_live_[0-9a-z]{8,64}$", 40),
    "uuid": ("^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$", 36),
    "date": (r"^\d{4}-\d{2}-\d{2}$", 10),
    "date_time": (r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$", 20),
}


@dataclass(frozen=True)
class Figure:
    what: str
    pattern: str
    table: float  # ns per byte
    shape: float

    bytes: int  # of each text

    @property
    def is_missed(self) -> bool:
        return self.bytes >= LEAST_BYTES and self.table / self.shape < GOAL

    def line(self) -> str:
        verdict = "missed" if self.is_missed else "met" if self.bytes >= LEAST_BYTES else "shown"
        bound = f"of {GOAL:.1f} times" if verdict != "shown" else "times"
        return (f"{verdict:7} {self.table / self.shape:4.1f} {bound:12}   {self.what}: "
                f"{self.table:.2f} ns a byte by table, {self.shape:.2f} by shape")


def text_of(shape: Shape, size: int, chance: random.Random) -> str:
    bits = [*shape.places, *[shape.rest] * size][:size]
    return "".join(chr(chance.choice([b for b in range(128) if shape.sets[b] & bit])) for bit in bits)


def header() -> str:
    chance = random.Random(1)
    lines = ["#pragma once", "#include <cstdint>", "namespace measured {", "using namespace callgate;",
             "struct one { std::string_view name; const pattern* wanted; "
             "std::span<const std::string_view> texts; };"]
    rows = []
    for name, (text, size) in PATTERNS.items():
        dfa = compile_pattern(text)
        lines += [cpp.fill(tokens, 0) for tokens in pattern_tokens(name, text, dfa)]
        texts = [cpp.literal(text_of(shape_of(dfa), size, chance)) for _ in range(TEXTS)]
        lines.append(f"constexpr std::string_view {name}_texts[]{{{', '.join(texts)}}};")
        rows.append(f'{{"{name}", &{name}, {name}_texts}}')
    return "\n".join([*lines, f"constexpr one patterns[]{{{', '.join(rows)}}};", "}", ""])


def measure(compiler: str, work: Path) -> list[Figure]:
    (work / "patterns.hpp").write_text(header())
    subprocess.run([compiler, "-std=c++20", "-O2", "-I", HOME / "include", "-I", work,
                    HOME / "benchmarks" / "pattern.cpp", "-o", work / "pattern"], check=True)
    said = subprocess.run([work / "pattern"], check=True, capture_output=True, text=True).stdout
    figures = []
    for line in said.splitlines():
        name, table, shape = line.split()
        if float(table) < 0 or float(shape) < 0:
            raise SystemExit(f"{name}: a text of its own making does not match")
        pattern, size = PATTERNS[name]
        figures.append(Figure(f"{compiler} -O2: {name}, {size} bytes", pattern, float(table), float(shape),
                              size))
    return figures


def main() -> int:
    parser = argparse.ArgumentParser(prog="./dev bench pattern", description=__doc__)
    parser.add_argument("--compiler", action="append", help="instead of g++ and clang++")
    parser.add_argument("--out", type=Path, default=HOME / "build" / "bench" / "pattern.json")
    options = parser.parse_args()
    wanted = options.compiler or ["g++", "clang++"]
    compilers = [name for name in wanted if shutil.which(name)]
    if not compilers:
        parser.error(f"none of {wanted} is here")
    date = datetime.date.today().isoformat()
    versions = [first_line([compiler, "--version"]) for compiler in compilers]
    print(f"{date}; {machine()}\n{'; '.join(versions)}", flush=True)
    figures: list[Figure] = []
    for compiler in compilers:
        with tempfile.TemporaryDirectory() as folder:
            figures += measure(compiler, Path(folder))
    print("\n".join(figure.line() for figure in figures))
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps({
        "date": date, "machine": machine(), "compilers": versions,
        "figures": [asdict(figure) for figure in figures],
    }, indent=2) + "\n")
    missed = sum(figure.is_missed for figure in figures)
    print(f"{missed} goals missed" if missed else "all goals met")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())

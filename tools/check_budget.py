#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks the bounds of the house style: length of files and lines, first line, ASCII, include guards."""
import sys
from pathlib import Path

MAX_LINES = 400
MAX_COLUMNS = 100
LICENCE = "SPDX-License-Identifier: Apache-2.0"
SUFFIXES = {".hpp", ".inc", ".cpp", ".c", ".py", ".j2", ".cmake"}
FOLDERS = ["include", "codegen", "apps", "examples", "tests", "tools", "benchmarks", "cmake"]
MAX_TEMPLATE_LINES = 120
MAX_EXAMPLE_LINES = {"01_hello.cpp": 25}
MAX_CMAKE_LINES = 120


def bound_of(path: Path) -> int | None:
    if path.name in MAX_EXAMPLE_LINES:
        return MAX_EXAMPLE_LINES[path.name]
    if path.suffix == ".j2":
        return MAX_TEMPLATE_LINES
    return None if "tests" in path.parts else MAX_LINES


def check(path: Path, project: Path) -> list[str]:
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    name = path.relative_to(project).as_posix()
    found = []
    bound = bound_of(path.relative_to(project))
    if bound is not None and len(lines) > bound:
        found.append(f"{name}:{bound + 1}: {len(lines)} lines, the bound is {bound}")
    if path.suffix != ".j2" and not any(LICENCE in line for line in lines[:2]):
        found.append(f"{name}:1: the first line must be the licence line")
    if path.suffix == ".hpp" and "#pragma once" not in lines:
        found.append(f"{name}:1: #pragma once is missing")
    for number, line in enumerate(lines, 1):
        if len(line) > MAX_COLUMNS and path.suffix in {".hpp", ".inc", ".cpp", ".c"}:
            found.append(f"{name}:{number}: {len(line)} columns, the bound is {MAX_COLUMNS}")
        if not line.isascii() and path.suffix in {".hpp", ".inc", ".cpp", ".c"} and "tests" not in path.parts:
            found.append(f"{name}:{number}: not ASCII")
    return found


def problems(project: Path) -> list[str]:
    found = []
    for folder in FOLDERS:
        for path in sorted((project / folder).rglob("*")):
            if path.suffix in SUFFIXES and path.is_file() and "golden" not in path.parts:
                found += check(path, project)
    top = (project / "CMakeLists.txt").read_text().splitlines()
    if len(top) > MAX_CMAKE_LINES:
        found.append(f"CMakeLists.txt:{MAX_CMAKE_LINES + 1}: {len(top)} lines, the bound is {MAX_CMAKE_LINES}")
    return found


if __name__ == "__main__":
    project = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent.parent
    found = problems(project)
    print("\n".join(found) or "budget: every file is within its bounds")
    sys.exit(1 if found else 0)

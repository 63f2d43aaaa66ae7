#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that every header is reached from what users include: a header that nobody reaches does not exist."""
import re
import sys
from pathlib import Path

# What users include by name: the umbrella, one header per store, and what generated headers include.
ENTRANCES = ["callgate.hpp", "fwd.hpp", "json/parse.hpp", "json/caret.hpp", "json/find.hpp", "provider/example.hpp",
             "json/raw_value.hpp", "pipeline/explain.hpp", "schema/check_part.hpp", "schema/describe.hpp",
             "schema/formats/all.hpp", "schema/validate.hpp", "store/memory.hpp", "store/sqlite.hpp", "expression/numbers.hpp",
             "expression/readers.hpp", "expression/texts.hpp", "expression/values.hpp", "pipeline/records.hpp",
             "tls/session.hpp"]
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]callgate/([^>"]+)[>"]', re.M)


def reached(root: Path) -> tuple[set[str], list[str]]:
    """The headers that are reached, and what is wrong on the way."""
    seen: set[str] = set()
    wrong: list[str] = []
    waiting = [(header, "tools/check_umbrella.py") for header in ENTRANCES]
    while waiting:
        header, by = waiting.pop()
        if header in seen or header.startswith("schemas/"):
            continue
        if not (root / header).exists():
            wrong.append(f"{by}:1: names {header}, which does not exist")
            continue
        seen.add(header)
        waiting += [(inner, f"include/callgate/{header}") for inner in INCLUDE.findall((root / header).read_text())]
    return seen, wrong


def problems(root: Path) -> list[str]:
    seen, wrong = reached(root)
    every = {p.relative_to(root).as_posix() for p in root.rglob("*.hpp")}
    return wrong + [f"include/callgate/{header}:1: nothing that users include reaches this header"
                    for header in sorted(every - seen)]


if __name__ == "__main__":
    project = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent.parent
    found = problems(project / "include" / "callgate")
    print("\n".join(found) or "umbrella: every header is reached")
    sys.exit(1 if found else 0)

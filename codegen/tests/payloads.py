# SPDX-License-Identifier: Apache-2.0
"""The schemas that emitters are tried with, and bodies for each: examples and mutations of them."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

from callgen.check import check_file
from callgen.emit.bodies import is_plain
from callgen.emit.source import Source
from callgen.model import Provider
from callgen.problems import Problems
from conftest import CODEGEN, ROOT, SCHEMAS

GOOD = sorted((CODEGEN / "tests" / "good").glob("*.yaml"))
FILES = [*SCHEMAS, *GOOD, *sorted((ROOT / "tests" / "schemas").glob("*.yaml"))]
# Where a schema has no example that is accepted as a whole.
BODIES = {
    "odd_codes": {"id": "a", "number": 7, "severity": "error", "codes": {"id": "b"}},
    "odd_names": {
        "data": {"data": True, "rule": {"id": "r"}}, "stage": "one", "n": 1, "low": 5, "f": 0.5,
        "inner": {"status": "a", "kind": "3d"}, "matrix": [[1, None]], "any": {"a": []},
        "objects": [{"id": 7, "tag": "a\0b"}], "anys": [1, None], "auth": "x",
    },
    "odd_records": {"data": {"data": {"id": "1"}}, "stage": "one", "c~d": ["x"], "open": "new"},
    "odd_told": {"id": "1", "told": {"told": 1.5, "list": [True]}, "n": 3},
}
VALUES: list[Any] = [
    None, "", "x", "5", "-0.5", "1e2", "text", "x" * 3000, True, False, 0, 1, -1, 7, 1.0, 0.5, 1.5,
    2**31, 2**32, 2**63 - 1, 2**63, -2**63 - 1, 2**64, [], [None], ["x"], [1, 1], {}, {"x": 1},
    {"id": None}, {"id": "a"},
]


def source(path: Path) -> Source:
    problems = Problems()
    checked = check_file(path, path.name, problems)
    assert checked.provider is not None, problems.lines()
    return Source(checked.provider, checked.documents)


def bodies(provider: Provider) -> list[Any]:
    found = [BODIES[provider.name]] if provider.name in BODIES else []
    for example in provider.examples:
        for step in example.steps:
            if is_plain(step.body):
                found.append(json.loads(step.body))
    return found


def mutated(body: Any, names: list[str], dice: random.Random) -> Any:
    """The same with one value changed, left out, added or under another name."""
    body = json.loads(json.dumps(body))
    inner = [each for each in containers(body) if each]
    if not inner or dice.random() < 0.02:
        return dice.choice(VALUES)
    here = dice.choice(inner)
    key = dice.choice(list(here) if isinstance(here, dict) else range(len(here)))
    what = dice.randrange(5)
    if what == 0:
        del here[key]
    elif what == 1 and isinstance(here, dict):
        here[dice.choice(names)] = here.pop(key)
    elif what == 2 and isinstance(here, dict):
        here[dice.choice(names)] = dice.choice(VALUES)
    elif what == 3 and isinstance(here, list):
        here.append(dice.choice(here))
    else:
        here[key] = dice.choice(VALUES)
    return body


def containers(value: Any) -> list[Any]:
    inner = list(value.values()) if isinstance(value, dict) else value
    if not isinstance(inner, list):
        return []
    return [value, *(each for child in inner for each in containers(child))]

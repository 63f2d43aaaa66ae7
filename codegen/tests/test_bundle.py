# SPDX-License-Identifier: Apache-2.0
"""The bundled JSON Schema takes what the reader takes: examples of all schemas, and mutations of
them.
"""

from __future__ import annotations

import json
import random
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from callgen.check import check_file
from callgen.emit.bundle import NUMBER, bundle
from callgen.emit.fits import Fits
from callgen.emit.source import Source
from callgen.json_text import NotJson, Pairs, parse_json
from callgen.model import Provider, Schema
from callgen.problems import Problems
from callgen.validate import Refused, _Reader
from conftest import CODEGEN, ROOT, SCHEMAS

GOOD = sorted((CODEGEN / "tests" / "good").glob("*.yaml"))
FILES = [*SCHEMAS, *GOOD, ROOT / "tests" / "schemas" / "every_keyword.yaml"]
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


class Whole(_Reader):
    """The reader, leaving nothing out: of two spellings of one member both have to fit."""

    def _object(self, schema: Schema, value: Any, pointer: str) -> dict[str, Any]:
        out = super()._object(schema, value, pointer)
        for member in schema.members:
            for name, inner in value.items if member.aliases else ():
                here = name in (member.name, *member.aliases)
                if here and not self._counts_as_absent(member.schema, inner):
                    self.value(member.schema, inner, f"{pointer}/{name}")
        return out


class Judge:
    """What the schema says, and what the reader says that leaves nothing out."""

    def __init__(self, path: Path) -> None:
        found = source(path)
        provider = found.provider
        self.provider: Provider = replace(
            provider, tolerance=replace(provider.tolerance, drop_invalid=False)
        )
        self.schema = bundle(found)
        self.fits = Fits(self.schema)
        assert not self.fits.findings.wrong and not self.fits.findings.refused

    def agree(self, body: Any) -> bool:
        """Whether they do, but for bounds of numbers in strings."""
        try:
            document = parse_json(json.dumps(body), self.provider.tolerance.max_depth)
        except NotJson:
            return True
        fits = self.fits(json.dumps(body))
        try:
            Whole(self.provider).value(self.provider.payload, document, "")
        except NotJson:
            return True
        except Refused as why:
            value = at(document, why.pointer)
            return not fits or (
                self.provider.tolerance.numbers_in_strings
                and isinstance(value, str)
                and re.fullmatch(NUMBER.strip("^$"), value) is not None
            )
        return fits


def at(document: Any, pointer: str) -> Any:
    for token in pointer.split("/")[1:]:
        name = token.replace("~1", "/").replace("~0", "~")
        if isinstance(document, Pairs):
            document = dict(document.items).get(name)
        elif isinstance(document, list) and name.isdecimal():
            document = document[int(name)]
    return document


@cache
def judge(path: Path) -> Judge:
    return Judge(path)


def bodies(provider: Provider) -> list[Any]:
    found = [BODIES[provider.name]] if provider.name in BODIES else []
    for example in provider.examples:
        for step in example.steps:
            try:
                found.append(json.loads(step.body))
            except ValueError:
                continue
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


def member_names(value: Any) -> list[str]:
    if isinstance(value, list):
        return [name for inner in value for name in member_names(inner)]
    if not isinstance(value, dict):
        return []
    own = list(value["properties"]) if isinstance(value.get("properties"), dict) else []
    return [*own, *member_names(list(value.values()))]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_takes_what_the_reader_takes(path: Path) -> None:
    at_hand = judge(path)
    dice = random.Random(path.stem)
    names = sorted({*member_names(at_hand.schema), "unknown", "N"})
    for body in bodies(at_hand.provider):
        assert at_hand.agree(body), body
    for _ in range(3000):
        body = dice.choice(bodies(at_hand.provider))
        for _ in range(dice.choice([1, 1, 1, 2, 3])):
            body = mutated(body, names, dice)
        assert at_hand.agree(body), json.dumps(body)

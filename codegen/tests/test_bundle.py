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
from callgen.emit.bundle import NUMBER, bundle
from callgen.emit.fits import Fits
from callgen.json_text import NotJson, Pairs, parse_json
from callgen.model import Provider, Schema
from callgen.validate import Refused, _Reader
from payloads import FILES, bodies, mutated, source


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
    for _ in range(1500):
        body = dice.choice(bodies(at_hand.provider))
        for _ in range(dice.choice([1, 1, 1, 2, 3])):
            body = mutated(body, names, dice)
        assert at_hand.agree(body), json.dumps(body)

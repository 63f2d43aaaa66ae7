# SPDX-License-Identifier: Apache-2.0
"""emit examples: bodies to the byte, and made ones at both ends of what a payload may be."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from callgen.emit.bundle import bundle
from callgen.emit.examples import emit_examples
from callgen.emit.fits import Fits
from callgen.emit.witness_demands import FORMATS
from callgen.emit.witness_words import Wish, word, word_of_length
from callgen.json_text import parse_json
from callgen.schema.formats import has_format
from callgen.schema.graph import FORMATS as KNOWN_FORMATS
from callgen.validate import read
from conftest import ROOT, Run
from payloads import FILES, source

ALL = [*FILES, *(ROOT / "tests" / "schemas" / f"{n}.yaml" for n in ("every_rule", "strict_rules"))]


@lru_cache
def files(path: Path) -> dict[str, bytes]:
    return dict(emit_examples(source(path)))


def generated(path: Path, which: str) -> list[Any]:
    return [json.loads(body) for name, body in files(path).items() if f"/generated.{which}" in name]


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_every_example_is_there_to_the_byte(path: Path) -> None:
    provider = source(path).provider
    found = files(path)
    count = 0
    for example in provider.examples:
        for number, step in enumerate(example.steps, 1):
            several = f".{number}" if len(example.steps) > 1 else ""
            assert found[f"{provider.name}/{example.name}{several}.json"] == step.body
            count += 1
    assert count == sum("/generated." not in name for name in found)
    assert all(re.fullmatch(r"[a-z0-9_]+/[a-z0-9_.]+\.json", name) for name in found)


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_generated_payloads_are_taken_whole(path: Path) -> None:
    provider = source(path).provider
    fits = Fits(bundle(source(path)))
    made = [body for name, body in files(path).items() if "/generated." in name]
    assert len(generated(path, "minimal")) == 1 and generated(path, "maximal")
    for body in made:
        assert not read(provider, parse_json(body, provider.tolerance.max_depth)).drops
        assert fits(body)


def test_a_minimal_payload_has_what_is_required_and_a_maximal_one_all_there_may_be() -> None:
    suno = ROOT / "schemas" / "suno.yaml"
    (least,) = generated(suno, "minimal")
    assert set(least) == {"code", "msg", "data"}
    assert set(least["data"]) == {"callbackType", "task_id", "data"}
    for most in generated(suno, "maximal"):
        track = most["data"]["data"][0]
        members = {m.name for m in source(suno).provider.payload.member("data").schema.member(
            "data").schema.items.members}
        assert set(track) == members
        assert len(track["title"]) == 256 and len(track["title"].encode()) > 256
        assert len(track["model_name"]) == 64
        assert most["code"] == 599


def test_each_value_of_an_enum_is_in_one_payload() -> None:
    path = ROOT / "tests" / "schemas" / "every_rule.yaml"
    said = {most.get("said") for most in generated(path, "maximal")}
    assert said == {"plain", "it's \"é\"", ""}
    assert {most["few"] for most in generated(path, "maximal")} == {5, 7}


def test_files_arrive_as_they_are(callgen: Run, tmp_path: Path) -> None:
    done = callgen("emit", "examples", "--out", tmp_path, ROOT / "schemas" / "suno.yaml")
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "suno" / "not_json.json").read_bytes() == b"bad json"
    assert (tmp_path / "suno" / "progress.2.json").is_file()


@pytest.mark.parametrize("name", FORMATS)
def test_of_each_format_one_text_is_good_and_one_is_bad(name: str) -> None:
    good, bad = FORMATS[name]
    assert has_format(name, good) and not has_format(name, bad)
    assert set(FORMATS) == set(KNOWN_FORMATS)


@pytest.mark.parametrize(
    "pattern",
    ["^a+$", "b", "^[^a-z]$", "^(?:ab)+c?$", "^[\u0430-\u044f]{2,}$", "^\U0001f3b5", "^$", "^.\\n", "[0-9]$"],
)
def test_words_are_found_that_a_pattern_takes_and_that_it_refuses(pattern: str) -> None:
    for wanted in (True, False):
        for least in range(5):
            text = word((Wish(pattern, wanted),), least)
            if text is not None:
                assert len(text) >= least
                assert Wish(pattern).pattern.matches(text) == wanted
    assert word((Wish(pattern),), 0) is not None
    assert word((Wish(pattern, False),), 0, 2) is not None
    for length in (3, 5, 500):
        text = word_of_length((Wish(pattern),), length)
        assert text is None or len(text) == length and Wish(pattern).pattern.matches(text)


def test_words_of_any_length_repeat_what_a_pattern_lets_repeat() -> None:
    assert word_of_length((Wish("^[\u0430-\u044f]+$"),), 5000) == "\u0430" * 5000
    assert len(word_of_length((Wish("^[a-z]+-[0-9]$"),), 300) or "") == 300
    assert word_of_length((Wish("^a{3}$"),), 4) is None
    assert word((Wish("^[ab]+$"), Wish("aa", False)), 4, 4) == "abab"

# SPDX-License-Identifier: Apache-2.0
"""new: a schema accepts the bodies that it was made of, and none with a value of another type."""

from __future__ import annotations

import copy
import json
import random
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from callgen.cli import main
from callgen.load import load_text
from callgen.names import snake
from callgen.problems import Problems
from conftest import ROOT, Run
from starting import EIGHT, JOBS, KIE, NAMES, SUNO, TEXTS, made, provider_of, verdict

OTHERS = [None, True, 7, 1.5, "x", [], {}]
Place = tuple[str, ...]


# --- one type flipped

def kind_of(value: Any) -> str:
    return {bool: "boolean", int: "integer", float: "number", str: "string", list: "array",
            dict: "object", type(None): "null"}[type(value)]


def values(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    yield path, value
    inner = value.items() if isinstance(value, dict) else (
        enumerate(value) if isinstance(value, list) else ())
    for key, each in inner:
        yield from values(each, (*path, key))


def place(path: tuple[Any, ...]) -> Place:
    """One member under its spellings, one item of an array for all."""
    return tuple("*" if isinstance(step, int) else snake(step) for step in path)


def with_value(body: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    out = copy.deepcopy(body)
    here = out
    for step in path[:-1]:
        here = here[step]
    here[path[-1]] = value
    return out


def flipped(bodies: list[Any]) -> list[Any]:
    """Every value of every body, as each type that no body has at that place."""
    seen: dict[Place, set[str]] = {}
    for body in bodies:
        for path, value in values(body):
            seen.setdefault(place(path), set()).add(kind_of(value))
    out = []
    for body in bodies:
        for path, _ in values(body):
            kinds = seen[place(path)]
            assert len(kinds - {"null", "integer"}) <= 1 and kinds != {"null"}
            out += [with_value(body, path, other) for other in OTHERS if kind_of(other) not in kinds
                    and not (kind_of(other) == "integer" and "number" in kinds)]
    return out


@pytest.mark.parametrize("bodies", [EIGHT, SUNO, {**SUNO, **KIE}, JOBS | {
    "late": {**JOBS["job_failed"], "filePath": None, "imageUrls": []}}], ids=["eight", "suno", "kie", "jobs"])
def test_a_schema_accepts_its_bodies_and_none_with_one_type_flipped(
    bodies: dict[str, Any], tmp_path: Path
) -> None:
    provider = provider_of(made(tmp_path, bodies))
    assert {name: verdict(provider, body) for name, body in bodies.items()} == dict.fromkeys(
        bodies, "accepted")
    changed = flipped(list(bodies.values()))
    assert [body for body in changed if not verdict(provider, body).endswith(": type")] == []
    assert len(changed) > 40 * len(bodies) / 2


PROGRAM = """
#include <callgate/json/arena_bytes.hpp>
#include <callgate/json/parse_into.hpp>
#include <callgate/schemas/made.hpp>
#include <cstddef>
#include <iostream>
#include <string>
#include <vector>
using provider = callgate::schemas::made::provider;
int main() {
  for (std::string body; std::getline(std::cin, body);) {
    std::vector<std::byte> room(callgate::json::arena_bytes_needed<provider::payload>(body.size()));
    callgate::arena memory{room};
    callgate::json::drops notes;
    provider::payload out{};
    const auto failed = callgate::json::parse_into<provider::payload, provider::tolerance>(
        body, memory, out, notes);
    std::cout << (failed ? "refused" : notes.count == 0 ? "accepted" : "dropped") << '\\n';
  }
}
"""


def test_so_does_the_reader_that_is_generated_of_eight_bodies(tmp_path: Path) -> None:
    schema = made(tmp_path, EIGHT)
    assert main(["generate", "--out", str(tmp_path), str(schema)]) == 0
    source, program = tmp_path / "main.cpp", tmp_path / "reads"
    source.write_text(PROGRAM)
    command = ["g++", "-std=c++20", "-O0", f"-I{ROOT / 'include'}", f"-I{tmp_path}", source, "-o", program]
    assert subprocess.run(command, capture_output=True, text=True).stderr == ""
    changed = flipped(list(EIGHT.values()))
    text = "".join(json.dumps(body) + "\n" for body in [*EIGHT.values(), *changed])
    told = subprocess.run([program], input=text, capture_output=True, text=True, check=True).stdout
    assert told.splitlines() == ["accepted"] * 8 + ["refused"] * len(changed)
    assert len(changed) > 300


# --- odd bodies

def any_value(rng: random.Random, depth: int) -> Any:
    kind = rng.randrange(9 if depth < 4 else 6)
    if kind < 2:
        return rng.choice(TEXTS)
    if kind == 2:
        return rng.choice([0, 1, -1, 2**31, -(2**63), 2**64 - 1, 10**30, 7])
    if kind == 3:
        return rng.choice([0.5, -0.0, 1e300, 1e-9, 1e16, 2.0])
    if kind == 4:
        return rng.random() < 0.5
    if kind == 5:
        return None
    if kind == 6:
        return [any_value(rng, depth + 1) for _ in range(rng.randrange(4))]
    return any_object(rng, depth + 1)


def any_object(rng: random.Random, depth: int = 0) -> dict[str, Any]:
    return {name: any_value(rng, depth) for name in rng.sample(NAMES, rng.randrange(7))}


@pytest.mark.parametrize("seed", range(30))
def test_of_any_bodies_a_schema_is_made_that_takes_them(seed: int, tmp_path: Path) -> None:
    rng = random.Random(seed)
    bodies = {f"b{at}": any_object(rng) for at in range(rng.randrange(1, 5))}
    if seed % 2:
        bodies |= {f"c{at}": {**copy.deepcopy(body), "id": f"t{at}"} for at, body in
                   enumerate(list(bodies.values()))}
    bodies["b0"]["more"] = any_value(rng, 0)
    schema = made(tmp_path, bodies)
    provider = provider_of(schema)
    assert [verdict(provider, body) for body in bodies.values()] == ["accepted"] * len(bodies)
    steps = [step for example in provider.examples for step in example.steps]
    assert sorted(json.dumps(json.loads(step.body), sort_keys=True) for step in steps) == sorted(
        json.dumps(body, sort_keys=True) for body in bodies.values())
    assert yaml.safe_load(schema.read_text()) == load_text(schema.read_text(), "x", Problems()).json()


def test_odd_names_compile(tmp_path: Path) -> None:
    inner = {name: {"id": 1, "note": name, name or "x": {"deep": [{"status": "a"}]}} for name in NAMES}
    schema = made(tmp_path, {"odd": {"id": "t", **inner}, "new": {"id": "u", "status": {"status": None}}})
    assert main(["generate", "--out", str(tmp_path), str(schema)]) == 0
    source = tmp_path / "main.cpp"
    source.write_text("#include <callgate/schemas/made.examples.hpp>\n#include <callgate/schemas/made.hpp>\n"
                      "int main() {}\n")
    warnings = "-std=c++20 -fsyntax-only -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror".split()
    command = ["g++", *warnings, f"-I{ROOT / 'include'}", f"-I{tmp_path}", source]
    assert subprocess.run(command, capture_output=True, text=True).stderr == ""


def test_the_same_bodies_give_the_same_text_wherever_they_lie(callgen: Run, tmp_path: Path) -> None:
    texts = set()
    for seed in ("0", "1", "7"):
        folder = tmp_path / seed
        folder.mkdir()
        for name, body in EIGHT.items():
            (folder / f"{name}.json").write_text(json.dumps(body))
        files = [f"{name}.json" for name in EIGHT]
        assert callgen("new", "made", "--from", *files, cwd=folder, env={"PYTHONHASHSEED": seed}
                       ).returncode == 0
        texts.add((folder / "made.yaml").read_text())
    assert len(texts) == 1 and str(tmp_path) not in texts.pop()


# --- what cannot be taken

@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "1:1: error: not JSON: Expecting value"),
        ('{"a": 1,\n "b": }', "2:7: error: not JSON: Expecting value"),
        ("[1]", "1:1: error: a body must be a JSON object"),
        ("7", "1:1: error: a body must be a JSON object"),
        ('{"x": {\n"a": 1, "b": 2, "a": 3}}', "1:7: error: member 'a' is twice in this object"),
        ('{"a": NaN}', "1:7: error: number NaN is not JSON"),
        ('{"a": 1e999}', "1:7: error: number 1e999 is more than a double holds"),
        ('{"a": ' + "9" * 65 + "}", "error: number 999999999999999999999... has more than 64 digits"),
        ('{"a": ' + "[" * 40 + "]" * 40 + "}", "1:1: error: nested deeper than 32"),
        ('{"a": ' + "[" * 100_000, "1:1: error: nested deeper than 32"),
        ('{"a": "\\ud800"}', "1:1: error: half of a surrogate pair is no character"),
        ('{"a": "' + "x" * 66_000 + '"}', "1:1: error: a body of more than 65000 bytes"),
        ('{"' + "x" * 101 + '": 1}', "1:1: error: a member's name of more than 100 characters"),
        (b'{"a": "\xff"}', "1:8: error: the file is not UTF-8"),
        (b" " * (2**20 + 1), "1:1: error: the file has more than 1048576 bytes"),
    ],
    ids=lambda value: str(value[:20]),
)
def test_a_bad_body_is_told_with_its_place(
    text: str | bytes, expected: str, callgen: Run, tmp_path: Path
) -> None:
    file = tmp_path / "bad.json"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    result = callgen("new", "acme", "--from", file, tmp_path / "none.json", cwd=tmp_path)
    assert result.returncode == 1
    assert expected in result.stderr and "Traceback" not in result.stderr
    assert f"{tmp_path / 'none.json'}:1:1: error: cannot read the file: No such file" in result.stderr
    assert not (tmp_path / "acme.yaml").exists()


def test_nothing_is_written_over_and_names_must_fit(callgen: Run, tmp_path: Path) -> None:
    body = tmp_path / "b.json"
    body.write_text('{"id": "a"}')
    (tmp_path / "acme.yaml").write_text("mine")
    for arguments, told in (
        (["acme", "--from", body], "acme.yaml exists already"),
        (["Acme", "--from", body], "'Acme' is no provider name"),
        (["acme", "--from", body, "-o", "other.yaml"], "must be named acme.yaml"),
        (["acme", "--from"], "expected at least one argument"),
    ):
        result = callgen("new", *arguments, cwd=tmp_path)
        assert result.returncode == 2 and told in result.stderr
    assert (tmp_path / "acme.yaml").read_text() == "mine"
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "acme.yaml").symlink_to(tmp_path / "elsewhere")
    result = callgen("new", "acme", "--from", body, "-o", tmp_path / "sub" / "acme.yaml")
    assert result.returncode == 1 and "cannot write: File exists" in result.stderr
    assert not (tmp_path / "elsewhere").exists()
    result = callgen("new", "acme", "--from", body, "-o", body / "acme.yaml")
    assert result.returncode == 1 and "cannot write" in result.stderr


def test_that_bodies_are_copied_is_said(callgen: Run, tmp_path: Path) -> None:
    (tmp_path / "b.json").write_text('{"id": "a"}')
    result = callgen("new", "acme", "--from", "b.json", cwd=tmp_path)
    assert result.stderr == ("note: acme.yaml holds the bodies as examples: take out secrets and "
                             "personal data\n")

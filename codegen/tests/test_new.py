# SPDX-License-Identifier: Apache-2.0
"""new: what is inferred from bodies accepts them all, and no value of another type."""

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
from callgen.check import check_file
from callgen.cli import main
from callgen.json_text import NotJson, parse_json
from callgen.load import load_text
from callgen.model import Provider
from callgen.names import snake
from callgen.problems import Problems
from callgen.start.write_yaml import Noted, Remark, plain, write_yaml
from callgen.validate import Refused, read_payload
from conftest import ROOT, Run

TRACK = {"id": "8551aa662c", "stream_audio_url": "https://cdn.example/stream/abc",
         "audio_url": "https://cdn.example/audio/abc.mp3", "image_url": "https://cdn.example/abc.jpeg",
         "title": "Iron Man", "duration": 198.44}
SUNO = {
    "suno_text": {"code": 200, "msg": "Text generated successfully",
                  "data": {"callbackType": "text", "task_id": "2fac9f72", "data": None}},
    "suno_first": {"code": 200, "msg": "First track generated",
                   "data": {"callbackType": "first", "task_id": "2fac9f72", "data": [TRACK]}},
    "suno_complete": {"code": 200, "msg": "All generated successfully.",
                      "data": {"callbackType": "complete", "task_id": "2fac9f72",
                               "data": [TRACK, {**TRACK, "id": "bd151873", "duration": 228}]}},
}
KIE = {
    "kie_success": {"code": 200, "msg": "All generated successfully.", "data": {
        "callbackType": "complete", "task_id": "kie-77", "data": [
            {"id": "k1", "audio_url": "https://cdn.example/k1.mp3", "title": "Test Song",
             "model_name": "chirp-v4", "tags": "test, demo", "duration": 120.5, "prompt": "[Verse]\nA",
             "create_time": "2025-01-01 00:00:00"},
            {"id": "k2", "audio_url": "https://cdn.example/k2.mp3", "title": "Test Song",
             "model_name": "chirp-v4", "tags": "test, demo", "duration": 119.0,
             "createTime": "2025-01-01 00:00:02"}]}},
    "kie_failed": {"code": 501, "msg": "Audio generation failed",
                   "data": {"callbackType": "error", "task_id": "kie-78", "data": None}},
}
JOBS = {
    "job_completed": {"jobId": "2b9f6f5e-57e5-4d3f-9c2f-1f4d3c1b7a10", "status": "completed",
                      "filePath": "u1/sdxl_2b9f_1.png", "enhancedPrompt": None,
                      "imageUrls": ["u1/sdxl_2b9f_1.png", "u1/sdxl_2b9f_2.png"]},
    "job_failed": {"jobId": "7c1d8c52-0c8e-4f0e-8a52-6f3b9d0f2e11", "status": "failed",
                   "errorMessage": "CUDA out of memory", "enhancedPrompt": "a red fox, detailed"},
}
TTS = {
    "tts_error": {"story_id": "story123", "error": "Voice profile not found", "user_id": "user456",
                  "error_details": "Not in storage", "voice_id": "voice789", "job_id": "job_abc123",
                  "is_final": True, "metadata": {"language": "en", "story_type": "user", "text_length": 1500,
                                                 "error_type": "voice_profile_missing"}},
}
EIGHT = {**SUNO, **KIE, **JOBS, **TTS}
OTHERS = [None, True, 7, 1.5, "x", [], {}]
Place = tuple[str, ...]


def made(tmp_path: Path, bodies: dict[str, Any], name: str = "made") -> Path:
    """The schema that `new` writes."""
    files = []
    for stem, body in bodies.items():
        files.append(tmp_path / f"{stem}.json")
        files[-1].write_text(body if isinstance(body, str) else json.dumps(body), encoding="utf-8")
    out = tmp_path / f"{name}.yaml"
    assert main(["new", name, "--from", *map(str, files), "-o", str(out)]) == 0
    return out


def provider_of(schema: Path) -> Provider:
    problems = Problems()
    checked = check_file(schema, schema.name, problems)
    assert problems.lines() == []
    return checked.provider


def sections(schema: Path) -> dict[str, Any]:
    return load_text(schema.read_text(), schema.name, Problems()).json()


def verdict(provider: Provider, body: Any) -> str:
    try:
        read_payload(provider, parse_json(json.dumps(body), 32))
    except NotJson as error:
        return f"bad_json {error}"
    except Refused as error:
        return str(error)
    return "accepted"


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


# --- what is inferred

def schema_of(tmp_path: Path, *bodies: Any) -> dict[str, Any]:
    """The members of the payload, by name."""
    whole = sections(made(tmp_path, {f"b{at}": {"id": f"t{at}", **body} for at, body in enumerate(bodies)}))
    return next(iter(whole["$defs"].values()))["properties"]


def test_null_makes_a_type_nullable_and_several_types_are_kept_as_text(tmp_path: Path) -> None:
    found = schema_of(tmp_path, {"a": None, "b": 1, "c": None}, {"a": "x y", "b": "1", "c": None})
    assert found["a"]["type"] == ["string", "null"]
    assert found["b"] == {"type": ["integer", "string"]}
    assert found["c"] == {}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([200, 501], {"type": "integer", "format": "int32", "minimum": 0}),
        ([-5], {"type": "integer", "format": "int32"}),
        ([2**40], {"type": "integer", "minimum": 0}),
        ([2**63 + 5], {"type": "integer", "format": "uint64", "minimum": 0}),
        ([2**64], {"type": "number", "minimum": 0}),
        ([-1, 2**63], {"type": "number"}),
        ([1, 1.5], {"type": "number", "minimum": 0}),
        ([2.0], {"type": "number", "minimum": 0}),
    ],
)
def test_numbers_are_as_wide_as_what_was_seen(
    values: list[Any], expected: dict[str, Any], tmp_path: Path
) -> None:
    assert schema_of(tmp_path, *[{"n": value} for value in values])["n"] == expected


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["2026-01-07T20:07:33Z"], "date-time"),
        (["2026-01-07T20:07:33Z", "2026-01-07"], None),
        (["2026-01-07"], "date"),
        (["2b9f6f5e-57e5-4d3f-9c2f-1f4d3c1b7a10"], "uuid"),
        (["https://a.example/x?y=1"], "uri"),
        (["word:word"], None),
        (["https://a.example/x", ""], None),
        (["a@b.example"], "email"),
        (["192.0.2.1"], "ipv4"),
        (["2001:db8::1"], "ipv6"),
    ],
)
def test_a_format_is_that_of_every_value(
    texts: list[str], expected: str | None, tmp_path: Path
) -> None:
    found = schema_of(tmp_path, *[{"v": text} for text in texts])["v"]
    assert found.get("format") == expected


def test_lengths_and_counts_have_four_times_the_room(tmp_path: Path) -> None:
    found = schema_of(tmp_path, {"v": "a b " * 25, "l": list(range(9)), "s": "a b"})
    assert found["v"]["maxLength"] == 512
    assert found["s"]["maxLength"] == 64
    assert found["l"]["maxItems"] == 64


def test_few_words_that_come_again_are_an_enum_the_sender_may_extend(tmp_path: Path) -> None:
    found = schema_of(tmp_path, *[{"quality": q, "v": v, "object": "job", "title": "same"} for q, v in
                                  [("high", "a"), ("fast", "a"), ("fast", "b"), ("high", "b")]])
    assert found["quality"]["enum"] == ["fast", "high"] and found["quality"]["x-open"] is True
    assert found["v"]["enum"] == ["a", "b"]
    assert found["object"]["enum"] == ["job"]
    assert "enum" not in found["title"] and "enum" not in found["id"]


def test_what_not_every_object_has_is_optional(tmp_path: Path) -> None:
    whole = sections(made(tmp_path, {"one": {"id": "a", "l": [{"x": 1}, {"x": 2, "y": 3}]},
                                     "two": {"id": "b", "z": 1}}))
    callback, item = whole["$defs"].values()
    assert callback["required"] == ["id"] and item["required"] == ["x"]


def test_two_spellings_are_one_member_unless_one_object_has_both(tmp_path: Path) -> None:
    found = schema_of(tmp_path, {"createTime": "a b", "aB": 1, "a_b": 2}, {"create_time": "c d"},
                      {"create_time": "e f"})
    assert found["create_time"]["x-aliases"] == ["createTime"] and "createTime" not in found
    assert found["aB"] == found["a_b"] | {"x-cpp-name": found["aB"].get("x-cpp-name")} or (
        found["a_b"].get("x-cpp-name"))


def test_objects_of_one_shape_are_one_definition(tmp_path: Path) -> None:
    urls = {"generated": "https://a.example/1", "source": "https://a.example/2"}
    found = schema_of(tmp_path, {"audio_urls": urls, "image_urls": urls, "other": {"n": 1}})
    assert found["audio_urls"] == found["image_urls"] != found["other"]


@pytest.mark.parametrize(
    ("bodies", "pointer", "stages"),
    [
        (SUNO, "$request.body#/data/task_id", {"text": "pending", "first": "processing",
                                               "complete": "completed"}),
        (JOBS, "$request.body#/jobId", {"failed": "failed", "completed": "completed"}),
        (TTS, "$request.body#/job_id", {"failed": "failed"}),
    ],
    ids=["suno", "jobs", "tts"],
)
def test_task_and_stages_are_guessed_and_success_outranks_failure(
    bodies: dict[str, Any], pointer: str, stages: dict[str, str], tmp_path: Path
) -> None:
    whole = sections(made(tmp_path, bodies))
    assert whole["identify"]["task_id"] == pointer
    found = whole["stages"]["values"]
    assert {name: each["status"] for name, each in found.items()} == stages
    assert [each["order"] for each in found.values()] == list(range(1, len(found) + 1))


def test_what_bodies_become_is_written_down_and_holds(tmp_path: Path) -> None:
    again = {**SUNO, "again": SUNO["suno_text"], "kie_failed": KIE["kie_failed"]}
    found = sections(made(tmp_path, again))["examples"]
    assert [step["expect"] for step in found["suno_text"]["steps"]] == [
        {"task_id": "2fac9f72", "stage": "text", "status": "pending"},
        {"task_id": "2fac9f72", "stage": "first", "status": "processing"},
        {"task_id": "2fac9f72", "stage": "complete", "status": "completed"},
        {"outcome": "duplicate", "task_id": "2fac9f72", "stage": "text", "status": "completed"},
    ]
    assert found["kie_failed"]["body"] == KIE["kie_failed"]
    assert found["kie_failed"]["expect"] == {"task_id": "kie-78", "stage": "error", "status": "failed"}


def test_a_body_without_any_id_has_its_task_in_the_query(tmp_path: Path) -> None:
    whole = sections(made(tmp_path, {"a": {"ok": True}, "b": {"ok": False}}))
    assert whole["identify"]["task_id"] == "$request.query.task_id"
    assert whole["examples"]["a"]["query"] == "task_id=example-1"


def test_an_id_of_each_delivery_is_the_first_key(tmp_path: Path) -> None:
    bodies = {at: {"event_id": f"e{at}", "task_id": "t", "status": "done"} for at in "ab"}
    keys = sections(made(tmp_path, bodies))["idempotency"]["key"]
    assert keys == ["$request.header.X-Delivery-Id", "$request.body#/event_id", "made:{task_id}:{stage}"]


# --- odd bodies

NAMES = ["", "a", "class", "1080p", "aB", "a_b", "é", "日本", "callback", "Callback", "data", "on", "no",
         "a/b", "a~b", "x\ny", "'", "\"", "{}", "#", "id", "status", "arena_vector", "std", "$ref", "🎵",
         "payload", "major", "status_value", "null", "012", "A" * 100]
TEXTS = ["", "on", "no", "012", "1e3", "=", "<<", "2026-01-01", "~", "a: b", "a #b", "x\ny", "\u2028", "\x85",
         "\ufeff", "é", "🎵", "it's", '"q"', "- a", "*x", "!t", "%d", "\0", "\t", " a ", "null", "done",
         "working", "https://a.example/", "a" * 300, "2026-01-07T20:07:33Z", "{task_id}", "*/", "??/"]


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
    result = callgen("new", "acme", "--from", body, "-o", body / "acme.yaml")
    assert result.returncode == 1 and "cannot write" in result.stderr


def test_that_bodies_are_copied_is_said(callgen: Run, tmp_path: Path) -> None:
    (tmp_path / "b.json").write_text('{"id": "a"}')
    result = callgen("new", "acme", "--from", "b.json", cwd=tmp_path)
    assert result.stderr == ("note: acme.yaml holds the bodies as examples: take out secrets and "
                             "personal data\n")


# --- the writer

def test_what_is_written_reads_the_same_by_both_versions_of_yaml() -> None:
    rng = random.Random(1)
    tree = {
        "texts": TEXTS + NAMES, "keys": {name: [name] for name in NAMES}, "": {},
        "numbers": [1e16, 1e-7, -0.0, 1.5, 10**30, -5, True, None], "nested": [[[]], [{}], [{"a": [{}]}]],
        "long": ["x" * 120, {"y" * 100: ["z" * 120, {"a": "b" * 90, "c": [1]}]}],
        Remark("a remark\nwith a line"): None, "noted": Noted({"a": 1}, "beside\x85it"),
        "empty": {Remark("nothing"): None}, "in": [{"a": Noted([1], "x"), "b": [Noted(2, "y")]}],
        "many": ["".join(chr(rng.choice([rng.randrange(32, 127), rng.randrange(0xd7ff),
                                         rng.randrange(0xe000, 0x110000)])) for _ in range(rng.randrange(9)))
                 for _ in range(2000)],
    }
    text = write_yaml(tree)
    problems = Problems()
    assert load_text(text, "x", problems).json() == plain(tree) and not problems
    assert yaml.safe_load(text) == plain(tree)
    assert write_yaml(tree) == text



# SPDX-License-Identifier: Apache-2.0
"""import: what a sender has published becomes a schema; what the language has not is named."""

from __future__ import annotations

import copy
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from callgen.cli import main
from callgen.load import load_text
from callgen.problems import Problems
from conftest import ROOT, Run
from importing import EVENT, RESULT, Taken, document


def test_a_webhook_becomes_a_schema_that_passes_check_and_compiles(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = document(operation={"summary": "A job has ended"}, media={
        "examples": {"done": {"value": {"id": "a1", "state": "done", "parts": ["https://a.example/1"]}}}})
    taken = Taken(tmp_path, whole, capsys)
    assert (taken.code, taken.told) == (
        0, "note: acme.yaml holds the document's examples as examples: take out secrets and personal data\n")
    assert taken.whole["title"] == "A job has ended"
    assert taken.members["id"] == {
        "type": "string", "description": "Of the job.", "examples": ["j1"], "maxLength": 4096}
    assert taken.members["parts"]["items"] == {"type": "string", "format": "uri", "maxLength": 2048}
    assert taken.members["error"] == {"type": ["string", "null"], "maxLength": 500}
    assert taken.text.count("# a guess: the source has no bound") == 4
    assert taken.whole["$defs"]["Result"]["properties"]["labels"] == RESULT["properties"]["labels"]
    assert taken.whole["identify"] == {"task_id": "$request.body#/id", "message": "$request.body#/error"}
    assert taken.whole["stages"] == {"from": "$request.body#/state", "values": {
        "queued": {"order": 1, "status": "pending"}, "running": {"order": 2, "status": "processing"},
        "failed": {"order": 3, "status": "failed", "terminal": True},
        "done": {"order": 4, "status": "completed", "terminal": True}}}
    assert taken.whole["examples"]["done"]["expect"] == {
        "task_id": "a1", "stage": "done", "status": "completed"}
    assert main(["generate", "--out", str(tmp_path), str(taken.path)]) == 0
    source = tmp_path / "main.cpp"
    source.write_text("#include <callgate/schemas/acme.examples.hpp>\n#include <callgate/schemas/acme.hpp>\n")
    warnings = "-std=c++20 -fsyntax-only -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror".split()
    command = ["g++", *warnings, f"-I{ROOT / 'include'}", f"-I{tmp_path}", source]
    assert subprocess.run(command, capture_output=True, text=True).stderr == ""


def test_what_is_taken_over_is_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    taken = Taken(tmp_path, document(), capsys)
    whole = {"id": "a", "state": "done", "result": {"url": "https://a.example", "labels": {"a": "b"}}}
    assert taken.error(whole) == ""
    for change, error in (
        ({"id": 5}, "/id: type"),
        ({"state": "gone"}, "/state: enum"),
        ({"result": {"url": "http://a.example"}}, "/result/url: pattern"),
        ({"result": {"seconds": 0.25}}, "/result/seconds: multipleOf"),
        ({"result": {"labels": {"a": 1}}}, "/result/labels/a: type"),
        ({"parts": ["u:a", "u:a"]}, "/parts: uniqueItems"),
        ({"error": None}, ""),
    ):
        assert taken.error({**whole, **change}) == error
    assert taken.error({"id": "a"}) == "/state: required"


@pytest.mark.parametrize(
    ("schema", "said", "kept"),
    [
        ({"type": "string", "pattern": "(?=a)"},
         "'pattern' is left out: pattern '(?=a)': look-ahead is not compiled (at character 2)",
         {"type": "string", "maxLength": 4096}),
        ({"type": "string", "format": "byte"}, "'format' is left out: format 'byte' is not compiled",
         {"type": "string", "maxLength": 4096}),
        ({"type": "integer", "readOnly": True}, "'readOnly' is left out: keyword 'readOnly' is not compiled yet",
         {"type": "integer"}),
        ({"type": "boolean", "x-vendor": {"a": [1]}}, "'x-vendor' is left out: unknown keyword 'x-vendor'",
         {"type": "boolean"}),
        ({"type": "integer", "minLength": 3},
         "'minLength' is left out: keyword 'minLength' has no effect on type integer", {"type": "integer"}),
        ({"type": "string", "nullable": True, "maxLength": 5},
         "'nullable' is of OpenAPI 3.0: write type: [string, 'null']", {"type": "string", "maxLength": 5}),
        ({"$ref": "other.yaml#/A"}, "'$ref' is left out: 'other.yaml#/A' is not in this document", {}),
        ({"$ref": "#/components/schemas/None"},
         "'$ref' is left out: '#/components/schemas/None' is not in this document", {}),
        ({"type": "object", "properties": {"a": {"type": "integer"}}, "unevaluatedProperties": False},
         "'unevaluatedProperties' is left out: keyword 'unevaluatedProperties' is not compiled", ...),
        ({"type": "string", "enum": ["ab", "AB"], "maxLength": 9},
         "'enum' is left out: 'ab' and 'AB' are both 'ab' in C++", {"type": "string", "maxLength": 9}),
        ({"type": "string", "enum": ["+", "-"]}, "'enum' is left out: no enumerator can be made of '+'",
         {"type": "string", "maxLength": 4096}),
        ({"type": "nothing"}, "'type' is left out: unknown type 'nothing'", {}),
        ({"type": "integer", "minimum": 5, "exclusiveMinimum": True},
         "'exclusiveMinimum' is left out: 'exclusiveMinimum' must be a number",
         {"type": "integer", "minimum": 5}),
        ({"oneOf": [{"type": "string", "pattern": "(?=a)"}, {"type": "integer"}]},
         "'oneOf' is left out: pattern '(?=a)': look-ahead is not compiled (at character 2)", {}),
        ({"not": {"type": "string", "$dynamicRef": "#a"}},
         "'not' is left out: keyword '$dynamicRef' is not compiled", {}),
        ({"if": {"pattern": "\\b"}, "then": {"type": "string"}, "else": {"type": "integer"}},
         "'if' is left out: pattern '\\b'", {}),
        ({"oneOf": [{"type": "string", "xml": {}}, {"type": "integer"}]},
         "'xml' is left out: keyword 'xml' is unknown: it checks nothing",
         {"oneOf": [{"type": "string"}, {"type": "integer"}]}),
        ({"type": "object", "patternProperties": {"(?=a)": {"type": "integer"}},
          "additionalProperties": {"type": "string"}},
         "'patternProperties' is left out: pattern '(?=a)': look-ahead", {"type": "object"}),
        (5, "a schema must be an object, true or false", None),
    ],
    ids=lambda value: None if not isinstance(value, str) else value[:20].encode("ascii", "replace").decode(),
)
def test_what_the_language_has_not_is_left_out_and_named_with_its_place(
    schema: Any, said: str, kept: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    event = {**EVENT, "properties": {**EVENT["properties"], "odd": schema}}
    whole = document(event)
    taken = Taken(tmp_path, whole, capsys)
    line = next(line for line in taken.told.splitlines() if said in line)
    place = re.match(r"api\.json:(\d+):(\d+): (note|error): ", line)
    lines = json.dumps(whole, indent=1).splitlines()
    start = next(at for at, text in enumerate(lines, 1) if '"odd"' in text)
    assert place is not None and start <= int(place[1]) <= start + 12
    if kept is None:
        assert taken.code == 1 and place[3] == "error"
        return
    assert taken.code == 0 and place[3] == "note" and taken.provider
    assert kept is ... or taken.members["odd"] == kept
    assert said.split(" is left out: ")[-1] in taken.text


def test_what_rests_on_something_left_out_is_left_out_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of two branches that differ in a pattern alone, both fit without it."""
    refs = [{"$ref": "#/components/schemas/A"}, {"$ref": "#/components/schemas/B"}]
    a, b = ({"type": "object", "properties": {"x": {"type": "string", "pattern": p}}} for p in ("(?=a)", "b"))
    event = {**EVENT, "properties": {**EVENT["properties"], "odd": {"oneOf": refs}, "not": {"type": "integer"}}}
    taken = Taken(tmp_path, document(event, schemas={"A": a, "B": b}), capsys)
    assert "'oneOf' is left out: it rests on 'A', which lacks something now" in taken.told
    assert taken.members["odd"] == {} and taken.members["not"]["type"] == "integer"
    assert taken.error({"id": "a", "state": "done", "odd": {"x": "ab"}}) == ""


def test_all_of_objects_is_one_object(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    base = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}
    more = {"type": "object", "required": ["state"], "properties": {
        "state": {"type": "string", "const": "done"}, "ghost": {"allOf": [
            {"$ref": "#/components/schemas/Base"}, {"pattern": "a"}]}}}
    both = {"allOf": [{"$ref": "#/components/schemas/Base"}, more]}
    taken = Taken(tmp_path, document(both, schemas={"Base": base}), capsys)
    assert list(taken.members) == ["id", "state", "ghost"]
    assert "# allOf of Base, more, written out" in taken.text
    assert taken.error({"id": "a"}) == "/state: required" and taken.error({"state": "done"})
    assert "allOf" in taken.members["ghost"]  # more than members is in it


def test_kinds_of_callback_are_one_payload_that_still_checks_which(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def kind(name: str, data: Any) -> dict[str, Any]:
        return {"type": "object", "required": ["type", "job_id", "data"], "properties": {
            "type": {"const": name}, "job_id": {"type": "string"}, "data": data}}

    refs = [{"$ref": "#/components/schemas/Done"}, {"$ref": "#/components/schemas/Failed"}]
    taken = Taken(tmp_path, document({"oneOf": refs, "discriminator": {"propertyName": "type"}}, schemas={
        "Done": kind("job.done", {"type": "integer"}), "Failed": kind("job.failed", {"type": "string"})}),
        capsys)
    assert taken.code == 0
    assert taken.members["type"] == {"type": "string", "enum": ["job.done", "job.failed"]}
    assert list(taken.whole["stages"]["values"]) == ["job.failed", "job.done"]
    assert taken.error({"type": "job.done", "job_id": "a", "data": 5}) == ""
    assert taken.error({"type": "job.done", "job_id": "a", "data": "x"}) == "/data: type"
    assert taken.error({"type": "job.other", "job_id": "a", "data": 5}) == "/type: enum"


def test_a_schema_within_itself_and_odd_names_are_taken(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    node = {"type": "object", "required": ["id", "class"], "properties": {
        "id": {"type": "string", "maxLength": 4}, "class": {"type": "integer"}, "1080p": {"type": "integer"},
        "aB": {"type": "integer"}, "a_b": {"type": "integer"}, "node-1": {"type": "boolean"},
        "inner": {"properties": {"x": {"type": "integer"}}},
        "parent": {"$ref": "#/components/schemas/Node-1"},
        "children": {"type": "array", "items": {"$ref": "#/components/schemas/Node-1"}}}}
    taken = Taken(tmp_path, document({"$ref": "#/components/schemas/Node-1"}, schemas={"Node-1": node}), capsys)
    assert taken.code == 0 and "/parent/" not in taken.text
    whole = {"id": "a", "class": 1}
    assert taken.error({**whole, "children": [{**whole, "children": [whole]}]}) == ""
    assert taken.error({**whole, "children": [{**whole, "children": [{"id": "a"}]}]}) == (
        "/children/0/children/0/class: required")
    assert taken.error({**whole, "inner": {"x": "1"}}) == "/inner/x: type"


@pytest.mark.parametrize("mapping", [
    {"dog": "#/components/schemas/Dog", "cat": "#/components/schemas/Cat"}, {"dog": "Dog", "cat": "Cat"}])
def test_a_discriminator_with_a_mapping_is_taken(
    mapping: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kinds = {name: {"type": "object", "required": ["kind"], "properties": {
        "kind": {"const": name.lower()}, "x": {"type": kind}}} for name, kind in (("Dog", "integer"), ("Cat", "string"))}
    pet = {"oneOf": [{"$ref": f"#/components/schemas/{name}"} for name in kinds],
           "discriminator": {"propertyName": "kind", "mapping": mapping}}
    event = {**EVENT, "properties": {**EVENT["properties"], "pet": pet}}
    taken = Taken(tmp_path, document(event, schemas=kinds), capsys)
    assert (taken.code, taken.told) == (0, "")
    assert taken.members["pet"]["discriminator"] == {"propertyName": "kind"}
    assert taken.error({"id": "a", "state": "done", "pet": {"kind": "cat", "x": 1}}) == "/pet/x: type"


def test_definitions_too_deep_are_a_problem_and_no_traceback(callgen: Run, tmp_path: Path) -> None:
    chain: dict[str, Any] = {f"D{at}": {"type": "object", "properties": {"n": {"$ref": f"#/$defs/D{at + 1}"}}}
                             for at in range(200)}
    whole = {"type": "object", "properties": {"n": {"$ref": "#/$defs/D0"}}, "$defs": {**chain, "D200": {}}}
    (tmp_path / "deep.json").write_text(json.dumps(whole))
    result = callgen("import", "deep.json", cwd=tmp_path)
    assert (result.returncode, result.stderr) == (1, (
        "deep.json:1:1: error: definitions within each other too deep to be taken: at most 128 are compiled\n"))


def test_an_object_that_names_required_members_only_is_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    taken = Taken(tmp_path, document({"type": "object", "required": ["id"]}), capsys)
    assert (taken.code, taken.told) == (0, "") and taken.members == {"id": {}}
    assert taken.error({}) == "/id: required" and taken.error({"id": 5}) == ""


def test_a_list_of_items_is_prefix_items(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    event = {**EVENT, "properties": {**EVENT["properties"], "pair": {
        "type": "array", "maxItems": 2, "items": [{"type": "string"}, {"type": "integer"}]}}}
    taken = Taken(tmp_path, document(event), capsys)
    assert ": note: 'items' with a list is of Draft-07: it is prefixItems here\n" in taken.told
    assert taken.error({"id": "a", "state": "done", "pair": ["a", 1]}) == ""
    assert taken.error({"id": "a", "state": "done", "pair": ["a", "b"]}) == "/pair/1: type"


def test_a_note_has_no_list_of_all_keywords(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    event = {**EVENT, "properties": {**EVENT["properties"], "odd": {"type": "boolean", "zzzzzz": 1}}}
    taken = Taken(tmp_path, document(event), capsys)
    assert "'zzzzzz' is left out: unknown keyword 'zzzzzz'\n" in taken.told
    assert "known are" not in taken.told + taken.text


def test_a_state_of_any_text_ends_no_task(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    event = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}, "status": {"type": "string"}}}
    taken = Taken(tmp_path, document(event), capsys)
    assert "# To decide: /status looks like it, but its values are not known.\n" in taken.text
    assert taken.whole["stages"] == {"values": {"processing": {"order": 1, "status": "processing"}}}


def test_a_plain_schema_needs_no_webhook_and_json_may_have_tabs(
    callgen: Run, tmp_path: Path
) -> None:
    plain = {"$schema": "http://json-schema.org/draft-07/schema#", "title": "Jobs", "type": "object",
             "required": ["id"], "properties": {"id": {"$ref": "#/definitions/Id"}, "next": {"$ref": "#"}},
             "definitions": {"Id": {"type": "string", "minLength": 1}},
             "examples": [{"id": "a"}, {"id": ""}, 5]}
    (tmp_path / "job-event.schema.json").write_text(json.dumps(plain, indent="\t"))
    result = callgen("import", "job-event.schema.json", cwd=tmp_path)
    assert result.returncode == 0 and result.stderr.startswith("note: example is no example: /id: minLength\n")
    assert callgen("check", "job_event.yaml", cwd=tmp_path).stderr == ""
    whole = load_text((tmp_path / "job_event.yaml").read_text(), "x", Problems()).json()
    assert whole["title"] == "Jobs" and list(whole["examples"]) == ["example"]


@pytest.mark.parametrize(
    ("whole", "arguments", "told"),
    [
        (document(), [], "error: which webhook? --webhook takes one of jobDone"),
        (document(), ["--webhook", "jobdone"], "unknown webhook 'jobdone': did you mean 'jobDone'?"),
        ({**document(), "openapi": "3.0.3"}, ["--webhook", "jobDone"], "OpenAPI 3.0.3 is not taken: only 3.1"),
        ({"swagger": "2.0"}, ["--webhook", "jobDone"], "OpenAPI 2.0 is not taken"),
        ({"openapi": "3.1.0"}, ["--webhook", "jobDone"], "error: the document has no webhooks"),
        ({"openapi": "3.1.0", "webhooks": []}, ["--webhook", "a"], "'webhooks' must be a mapping"),
        ({"openapi": "3.1.0", "webhooks": {"a": {"get": {}}}}, ["--webhook", "a"], "neither post nor put"),
        ({"openapi": "3.1.0", "webhooks": {"a": {"$ref": "#/x"}}}, ["--webhook", "a"], "'#/x' is not in this"),
        ({"openapi": "3.1.0", "webhooks": {"a": {"post": {"requestBody": {"content": {"text/plain": {}}}}}}},
         ["--webhook", "a"], "no schema of JSON in its content"),
        (EVENT, ["--webhook", "a"], "--webhook is for an OpenAPI document"),
        ([1], [], "neither an OpenAPI document nor a JSON Schema"),
        ("", [], "the file is empty"),
        ("a: [", [], "not YAML"),
    ],
)
def test_what_cannot_be_taken_is_told(
    whole: Any, arguments: list[str], told: str, callgen: Run, tmp_path: Path
) -> None:
    (tmp_path / "api.yaml").write_text(whole if isinstance(whole, str) else json.dumps(whole))
    result = callgen("import", "api.yaml", "--name", "acme", *arguments, cwd=tmp_path)
    assert result.returncode == 1 and told in result.stderr
    assert re.match(r"api\.yaml:\d+:\d+: error: ", result.stderr)
    assert not (tmp_path / "acme.yaml").exists()


@pytest.mark.parametrize("schema", [{"type": "array"}, {"type": "string"}, {}, {"oneOf": [{}, {}]}, True])
def test_a_payload_that_is_no_object_is_right_but_not_compiled(
    schema: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    taken = Taken(tmp_path, document(schema), capsys)
    assert taken.code == 3 and not taken.text
    assert re.match(r"api\.json:\d+:\d+: error: .*it must be an object\nno schema was written\n", taken.told)


@pytest.mark.parametrize("file", sorted((ROOT / "tests" / "schema_suite").glob("*.json")),
                         ids=lambda path: path.stem)
def test_a_member_means_what_its_schema_meant(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    judged = 0
    for group in json.loads(file.read_text()):
        if re.search(r'"\$(ref|id|anchor)"', json.dumps(group["schema"])):
            continue  # they are relative to another document here
        whole = {"type": "object", "required": ["v"], "properties": {"v": group["schema"]}}
        (tmp_path / "acme.yaml").unlink(missing_ok=True)
        taken = Taken(tmp_path, whole, capsys, webhook=None)
        assert taken.code == 0 and taken.told == ""
        for test in group["tests"]:
            assert (taken.error({"v": test["data"]}) == "") == test["valid"], (group, test)
            judged += 1
    assert judged > 5 or file.stem == "references"


WRONG: list[Any] = [None, True, -1, 1.5, 10**30, "", "x", "#", "#/", [], [[]], ["x", 1], {}, {"x": {}},
                    {"$ref": "#/webhooks"}, {"$ref": "#"}, {"type": "object"}]


def paths(value: Any, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield before
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from paths(inner, (*before, key))


def test_no_mistake_gives_a_traceback(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    schema = {**EVENT, "allOf": [{"$ref": "#/components/schemas/Result"}, {"if": {}, "then": {"not": {}}}]}
    whole = document(schema, operation={"security": [{"key": []}], "parameters": [{"in": "header", "name": "X"}]},
                     components={"securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}},
                     media={"example": {"id": "a", "state": "done"}})
    codes = set()
    for number, place in enumerate(paths(whole)):
        for value in WRONG[number % 8::8]:
            changed = copy.deepcopy(whole)
            here = changed
            for step in place[:-1]:
                here = here[step]
            if place:
                here[place[-1]] = value
            (tmp_path / "acme.yaml").unlink(missing_ok=True)
            taken = Taken(tmp_path, changed if place else value, capsys)
            assert (taken.code == 0) == bool(taken.text) and taken.code in (0, 1, 3), (place, value)
            assert taken.code == 0 or "error: " in taken.told, (place, value)
            codes.add(taken.code)
    assert codes == {0, 1, 3}

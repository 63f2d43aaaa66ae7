# SPDX-License-Identifier: Apache-2.0
"""compile-schema: what is refused and where, exit codes, and that its output is the same each time.

Which texts are valid is tested with tests/schema_suite.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from callgen.cli import main
from callgen.load import load_text
from callgen.schema.graph import Schema
from callgen.schema.read import Findings, read
from callgen.schema.sensitive import spread_sensitive

CODEGEN = Path(__file__).resolve().parent.parent


def findings_of(schema: Any, assert_formats: bool = False) -> Findings:
    findings = Findings()
    text = schema if isinstance(schema, str) else json.dumps(schema)
    root = load_text(text, "s.json", findings.wrong)
    if root is not None:
        read(root, findings, assert_formats)
    return findings


def schemas_of(schema: Any) -> list[Schema]:
    findings = Findings()
    root = load_text(json.dumps(schema), "s.json", findings.wrong)
    out = read(root, findings)
    assert not findings.wrong and not findings.refused
    return out


def texts(problems: Any) -> list[str]:
    return [line.split(": error: ", 1)[1] for line in problems.lines()]


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        ({"unevaluatedItems": False}, "keyword 'unevaluatedItems' is not compiled"),
        ({"unevaluatedProperties": False}, "keyword 'unevaluatedProperties' is not compiled"),
        ({"$dynamicRef": "#a"}, "keyword '$dynamicRef' is not compiled"),
        ({"$vocabulary": {}}, "keyword '$vocabulary' is not compiled"),
        ({"$ref": "https://example.com/x"},
         "$ref 'https://example.com/x' is remote: only what is in the file is compiled"),
        ({"$ref": "#/$defs/a"}, "$ref '#/$defs/a' is not in the file"),
        ({"$ref": "#nowhere"}, "$ref '#nowhere' is not in the file"),
        ({"$id": "http://a/", "$ref": "//[x"}, "$ref '//[x' is not in the file"),
        ({"$ref": "other.json"}, "$ref 'other.json' is not in the file"),
        ({"prefixItems": [True], "$ref": "#/prefixItems/1"},
         "$ref '#/prefixItems/1' is not in the file"),
        ({"$schema": "http://json-schema.org/draft-07/schema#"},
         "$schema 'http://json-schema.org/draft-07/schema#' is not compiled: write for "
         "https://json-schema.org/draft/2020-12/schema"),
        ({"pattern": "(?=a)"}, "pattern '(?=a)': look-ahead is not compiled (at character 2)"),
        ({"patternProperties": {"\\p{L}": True}},
         "pattern '\\p{L}': \\p{...} is not compiled: name the ranges (at character 3)"),
        ({"multipleOf": 1234567890123456789},
         "'multipleOf' of more than 18 digits is not compiled"),
        ({"required": [f"k{i}" for i in range(257)]},
         "an object of more than 256 known members is not compiled"),
    ],
)
def test_what_is_right_but_not_compiled_is_named(schema: Any, text: str) -> None:
    found = findings_of(schema)
    assert texts(found.refused) == [text]
    assert not found.wrong


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        ("[1]", "a schema must be an object, true or false"),
        ({"properties": {"a": 5}}, "a schema must be an object, true or false"),
        ({"properties": [1]}, "'properties' must be an object of schemas"),
        ({"type": "int"}, "no type: known are null, boolean, object, array, number, string, integer"),
        ({"type": []}, "'type' must name at least one type"),
        ({"minLength": -1}, "'minLength' must be an integer that is not negative"),
        ({"maxItems": 1.5}, "'maxItems' must be an integer that is not negative"),
        ({"maxItems": "1"}, "'maxItems' must be an integer that is not negative"),
        ({"minimum": "1"}, "'minimum' must be a number"),
        ("{minimum: .inf}", "'minimum' must be a number"),
        ({"multipleOf": 0}, "'multipleOf' must be more than 0"),
        ({"required": "a"}, "'required' must list the names of members"),
        ({"dependentRequired": {"a": "b"}}, "'dependentRequired' must list the names of members"),
        ({"dependentRequired": ["b"]}, "'dependentRequired' must be an object of lists"),
        ({"allOf": []}, "'allOf' must be a list of schemas"),
        ({"enum": 1}, "'enum' must be a list"),
        ("{const: .inf}", "a number of JSON is finite"),
        ({"uniqueItems": 1}, "'uniqueItems' must be true or false"),
        ({"pattern": 1}, "'pattern' must be text"),
        ({"x-sensitive": "yes"}, "'x-sensitive' must be true or false"),
        ({"$ref": 1}, "'$ref' must be text"),
        ({"$id": "http://a/", "$defs": {"b": {"$id": "http://[x"}}},
         "'$id' is no URI: 'http://[x'"),
        ({"$ref": "#"}, "this schema refers to itself without going into the value"),
        ({"items": {"$ref": "#/$defs/a"}, "$defs": {"a": {"$ref": "#/$defs/b"},
                                                    "b": {"$ref": "#/$defs/a"}}},
         "this schema refers to itself without going into the value"),
        ({"anyOf": [{"not": {"$ref": "#"}}]},
         "this schema refers to itself without going into the value"),
        ({"$defs": {"a": {"$anchor": "x"}, "b": {"$anchor": "x"}}},
         "two schemas are named '#x'"),
    ],
)
def test_what_is_wrong_is_said(schema: Any, text: str) -> None:
    assert texts(findings_of(schema).wrong) == [text]


@pytest.mark.parametrize(
    ("keyword", "number"),
    [
        ("minimum", "0.10000000000000000001"),
        ("maximum", "9007199254740993.0"),
        ("exclusiveMinimum", "1e400"),
        ("exclusiveMaximum", "-1e-400"),
        ("multipleOf", "1e-400"),
        ("const", '{"a": [123456789012345678.5]}'),
        ("enum", "[1.5, 1e400]"),
    ],
)
def test_no_number_is_rounded_in_silence(keyword: str, number: str) -> None:
    found = findings_of(f'{{"{keyword}": {number}}}')
    assert texts(found.refused) == ["a number that a double does not hold exactly"]
    assert found.refused.lines()[0].startswith("s.json:1:")
    assert not found.wrong


def test_numbers_that_a_double_holds_are_compiled() -> None:
    found = findings_of("{enum: [0.1, 1.50, 1e2, -0.0, 9007199254740993, 1.7976931348623157e308]}")
    assert not found.refused and not found.wrong


def test_all_of_it_is_said_in_one_run_each_with_its_place() -> None:
    found = findings_of('{\n "type": "int",\n "items": {"minLength": -1,\n  "unevaluatedItems": 1}}')
    assert found.wrong.lines() == [
        "s.json:2:10: error: no type: known are null, boolean, object, array, number, string, "
        "integer",
        "s.json:3:25: error: 'minLength' must be an integer that is not negative",
    ]
    assert found.refused.lines() == [
        "s.json:4:3: error: keyword 'unevaluatedItems' is not compiled"
    ]


def test_unknown_keywords_check_nothing_and_that_is_said() -> None:
    found = findings_of({"minlength": 3, "x-note": 1})
    assert texts(found.notes) == [
        "keyword 'minlength' is unknown: it checks nothing",
        "keyword 'x-note' is unknown: it checks nothing",
    ]
    assert not found.wrong and not found.refused


def test_formats_are_annotations_unless_asked_for() -> None:
    assert not findings_of({"format": "colour"}).refused
    assert texts(findings_of({"format": "colour"}, True).refused) == [
        "format 'colour' is not compiled"
    ]
    assert not findings_of({"format": "uuid"}, True).refused


def test_a_schema_is_read_once_however_often_it_is_named() -> None:
    found = schemas_of({"$defs": {"a": {"type": "null"}}, "prefixItems": [
        {"$ref": "#/$defs/a"}, {"$ref": "#/$defs/a"}]})
    assert [schema.where for schema in found] == ["#", "#/$defs/a"]
    assert found[0].prefix_items == (1, 1)


def test_a_secret_is_not_shown_by_what_holds_it_or_is_beside_it() -> None:
    found = schemas_of({
        "maxProperties": 9, "allOf": [{"minProperties": 1}],
        "properties": {
            "list": {"items": {"x-sensitive": True, "$ref": "#/$defs/a", "not": {"const": 1}}},
            "open": {"maxLength": 3},
        },
        "$defs": {"a": {"items": {"type": "string"}}},
    })
    assert {schema.where: schema.sensitive for schema in found} == {
        "#": True, "#/allOf/0": True, "#/properties/list": True, "#/properties/list/items": True,
        "#/$defs/a": True, "#/$defs/a/items": True, "#/properties/list/items/not": True,
        "#/properties/open": False,
    }


@pytest.mark.parametrize(("one", "other", "secret"), [
    ({"properties": {"a": {}, "b": True}}, {"properties": {"a": {}, "c": True}},
     {"/0/properties/a", "/1/properties/a"}),
    ({"patternProperties": {"^a": {}}}, {"properties": {"a": {}}},
     {"/0/patternProperties/^a", "/1/properties/a"}),
    ({"properties": {"a": {}, "ba": True}, "patternProperties": {"^a": {}}}, {"required": ["a"]},
     {"/0/properties/a", "/0/patternProperties/^a"}),
    ({"properties": {"a": {}, "b": True}, "additionalProperties": True}, {"properties": {"a": {}}},
     {"/0/properties/a", "/1/properties/a"}),
    ({"additionalProperties": {}}, {"properties": {"a": {}}},
     {"/0/additionalProperties", "/1/properties/a"}),
    ({"prefixItems": [True, {}], "items": True}, {"prefixItems": [True, {}]},
     {"/0/prefixItems/1", "/1/prefixItems/1"}),
    ({"prefixItems": [{}]}, {"items": {}}, {"/0/prefixItems/0", "/1/items"}),
    ({"contains": {}}, {"items": {}}, {"/0/contains", "/1/items"}),
    ({"properties": {"x": {"properties": {"a": {}}}}},
     {"properties": {"x": {"properties": {"a": {}}}}},
     {"/0/properties/x/properties/a", "/1/properties/x/properties/a"}),
])
def test_a_secret_is_one_wherever_it_is_looked_at(one: Any, other: Any, secret: set[str]) -> None:
    """What is {} is the same value in all of them; x-sensitive is one of them at a time."""
    text = json.dumps({"allOf": [one, other]})
    for nth in range(text.count("{}")):
        parts = text.split("{}")
        marked = "{}".join(parts[: nth + 1]) + '{"x-sensitive": true}' + "{}".join(parts[nth + 1 :])
        found = schemas_of(json.loads(marked))
        assert {s.where.removeprefix("#/allOf") for s in found if s.secret} == secret


def test_what_is_secret_is_found_in_bounded_time() -> None:
    """Each schema is found to be of the one value when the one before it has been."""
    count = 20_000
    found = [
        Schema("", properties=(("p", i + 1), (f"q{i}", count + 1)), patterns=(("^r", count + 1),))
        for i in range(count)
    ]
    found += [Schema("", sensitive=True), Schema("")]
    found[0].all_of = (1,)
    start = time.monotonic()
    spread_sensitive(found)
    assert time.monotonic() - start < 10
    assert all(schema.secret for schema in found)


def test_a_secret_name_is_refused() -> None:
    wrong = findings_of('{"propertyNames": {\n"not": {"x-sensitive": true}}}').wrong
    assert texts(wrong) == [
        "a member's name cannot be x-sensitive: say it of the object, not in propertyNames"
    ]


def test_a_mere_reference_is_its_target() -> None:
    found = schemas_of({"$comment": "x", "$ref": "#/$defs/a", "$defs": {
        "a": {"$ref": "#/$defs/b"}, "b": {"type": "null", "items": {"$ref": "#"}}}})
    assert [schema.where for schema in found] == ["#/$defs/b"]
    assert (found[0].types, found[0].arrays["items"]) == (("null",), 0)


def test_a_reference_through_embedded_names_and_ids_in_values_that_are_none() -> None:
    found = schemas_of({"enum": [{"$id": "x", "$ref": "nowhere"}], "const": {"$ref": 1}})
    assert len(found) == 2  # the second is what both have to be


def test_very_deep_schemas_are_refused() -> None:
    text = '{"not": ' * 60 + "{}" + "}" * 60
    assert not findings_of(text).wrong
    loops = {"$defs": {f"d{i}": {"items": {"$ref": f"#/$defs/d{i + 1}"}} for i in range(300)}}
    loops["$defs"]["d300"] = {}
    loops["$ref"] = "#/$defs/d0"
    assert texts(findings_of(loops).refused) == [
        "subschemas more than 200 deep are not compiled"
    ]


# --- the command

def compiled(folder: Path, text: str, *more: str) -> tuple[int, Path]:
    source, header = folder / "point.json", folder / "out" / "point.hpp"
    source.write_text(text)
    code = main(["compile-schema", str(source), "--name", "point", "-o", str(header), *more])
    return code, header


def test_a_header_is_written_and_the_same_each_time(tmp_path: Path) -> None:
    text = '{"type": "object", "properties": {"x": {"pattern": "^a"}}, "required": ["x", "y"]}'
    code, header = compiled(tmp_path, text)
    assert code == 0
    first = header.read_text()
    assert "namespace callgate::schemas::point {" in first
    assert str(tmp_path) not in first
    for seed in ("1", "2"):
        header.unlink()
        command = [sys.executable, "-B", str(CODEGEN), "compile-schema",
                   str(tmp_path / "point.json"), "--name", "point", "-o", str(header)]
        subprocess.run(command, check=True, env={"PYTHONHASHSEED": seed})
        assert header.read_text() == first


def test_exit_codes_tell_wrong_from_not_compiled(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert compiled(tmp_path, '{"type": "int"}')[0] == 1
    code, header = compiled(tmp_path, '{"items": {"unevaluatedItems": false}}')
    assert code == 3
    assert not header.exists()
    assert capsys.readouterr().err.endswith(
        "point.json:1:12: error: keyword 'unevaluatedItems' is not compiled\n"
    )
    assert compiled(tmp_path, '{"minlength": 1}')[0] == 0
    assert "note: keyword 'minlength' is unknown" in capsys.readouterr().err
    assert compiled(tmp_path, "{")[0] == 1
    bad_name = ["compile-schema", "x", "--name", "No", "-o", "y"]
    assert main(bad_name) == 2
    missing = ["compile-schema", str(tmp_path / "no"), "--name", "a", "-o", str(tmp_path / "b")]
    assert main(missing) == 1


@pytest.mark.parametrize("name", ["pattern", "byte_range", "columns_of", "result"])
def test_a_name_that_generated_code_needs_is_refused(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "s.json"
    source.write_text("{}", encoding="utf-8")
    assert main(["compile-schema", str(source), "--name", name, "-o", str(tmp_path / "h")]) == 2
    assert capsys.readouterr().err == f"--name: '{name}' is a name of the library\n"


def test_text_of_a_schema_stays_text(tmp_path: Path) -> None:
    nasty = '*/ "); int x; // \\ \n ??/ )json"'
    text = json.dumps({
        "properties": {nasty: {"const": nasty}}, "$defs": {nasty: {"maximum": 1}},
        "items": {"$ref": "#/$defs/" + quote(nasty.replace("/", "~1"), safe="")},
        "pattern": "^[*][/]\"$",
    })
    code, header = compiled(tmp_path, text)
    assert code == 0
    program = tmp_path / "main.cpp"
    program.write_text('#include "out/point.hpp"\nint main() { return '
                       'callgate::schemas::point::validate("{}") ? 0 : 1; }\n')
    include = CODEGEN.parent / "include"
    subprocess.run(
        ["c++", "-std=c++20", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-I", str(include),
         str(program), "-o", str(tmp_path / "main")], check=True)
    assert subprocess.run([tmp_path / "main"]).returncode == 0

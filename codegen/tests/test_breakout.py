# SPDX-License-Identifier: Apache-2.0
"""Text in a schema can neither leave its literal nor its comment, and its bytes arrive exactly."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from callgen import cpp
from conftest import ROOT, Run

HOSTILE = [
    '*/ int broken; /*',
    'line one\nint broken;',
    'ends in a backslash \\',
    '")json" int broken; R"json(',
    'trigraph ??/',
    '??? ????/ ??=define broken',
    'quote " and \\" and \\x41',
    'Привет 🎵 \u0085 \u2028 end',
    '\u202e right to left \u202c',
    'é1 followed by digits é9f',
    'tab\tcarriage\rreturn',
    '#define broken',
    '{{ config }} {% raw %}',
    '%d %s \\u0041 \\101',
    'very long ' * 40 + 'x' * 150,
    ')"; int broken; //',
    'R"(x)"',
    '// comment',
]


def definitions(text: str) -> dict[str, Any]:
    """The payload, with this text in names, enums, constants and annotations."""
    described = {"description": text}
    track = {
        "type": "object",
        **described,
        "properties": {"a": {"type": "string", "maxLength": 9, **described}},
    }
    properties = {
        "id": {
            "type": "string",
            "minLength": 1,
            "maxLength": 4096,
            **described,
            "title": text,
            "x-cpp-name": "id",
        },
        "state": {"type": "string", "enum": ["a", "e" + text], "x-open": True, "maxLength": 4096},
        "k" + text: {
            "type": "string", "const": text, "x-cpp-name": "fixed", "x-aliases": ["alias" + text]
        },
        "code": {"type": "integer"},
        "checked": {
            "type": "string",
            "maxLength": 4096,
            "allOf": [{"const": text}, {"enum": [text, "b"]}, {"not": {"pattern": pattern(text)}}],
        },
        "free": {
            "anyOf": [
                {
                    "required": [text],
                    "properties": {text: {"const": {text: text}}},
                    "patternProperties": {pattern(text): {"maxLength": 9}},
                    "dependentRequired": {text: ["d" + text]},
                }
            ]
        },
        "tracks": {"type": "array", "maxItems": 2, "items": {"$ref": "#/$defs/Track"}},
    }
    if len(text) > 60:
        properties["state"]["enum"] = ["a"]
    body = {"type": "object", **described, "required": ["id"], "properties": properties}
    return {"Body": body, "Track": track}


def printable(text: str) -> str:
    return "".join(c for c in text if c.isprintable())[:60]


def pattern(text: str) -> str:
    """Matches this text."""
    return "".join("\\" + c if c in "^$\\.*+?()[]{}|/" else c for c in text)


def records(text: str) -> dict[str, Any]:
    """Tables, context and expressions with this text in them."""
    found = {"lookup": "texts", "key": {"context": "kind"}, "column": "cell"}
    return {
        "context": {"kind": {"type": "string", "enum": ["k" + text, "other"]}},
        "tables": {"texts": {"columns": ["cell"], "rows": {"k" + text: [text], "other": [text + "*/"]}}},
        "records": {
            "rows": {
                "if": {"not": {"equals": ["/state", {"const": text}]}},
                "set": {
                    "a": {"first_of": [found, {"const": text}]},
                    "b": {"concat": [{"const": text}, "/id"]},
                    "c": {"stage": ["a"], "value": {"const": text}},
                },
            }
        },
        "log": {"l" + text.replace("{", "").replace("}", ""): {"$expression": {"const": text}}},
    }


def schema(text: str) -> str:
    """A schema that has this text wherever text may stand. JSON is YAML."""
    described = {"description": text}
    escaped = text.replace("{", "{{").replace("}", "}}")
    whole = {
        "schema": 1,
        "provider": "hostile",
        "title": text,
        "description": text,
        "docs": text,
        "receive": [{"path": "/x"}],
        "auth": {
            "any_of": [{"token": {"header": "X", "prefix": text, "secret": {"env": "X"}}}],
            "waiver": "w" + text,
        },
        "payload": {"$ref": "#/$defs/Body"},
        "$defs": definitions(text),
        **records(text),
        "identify": {
            "task_id": ["$request.body#/id", {"search": {"keys": [printable(text)]}}],
            "code": "$request.body#/code",
        },
        "idempotency": {"key": escaped + "{task_id}"},
        "stages": {
            "from": "$request.body#/state",
            "values": {
                "a": {"order": 1, "status": "processing", **described},
                "e" + text: {"order": 2, "status": "completed", **described},
            },
        },
        "codes": {
            "7": {"name": "seven", "severity": "info", "meaning": text, "message": {"en": text}},
            "unknown": {"name": "delete", "severity": "info", "meaning": text},
        },
        "answers": {
            "preset": "strict",
            "accepted": {
                "body": {escaped.replace("{", "").replace("}", ""): escaped},
                "headers": {"X-Text": "".join(c for c in text if " " <= c <= "~").strip()},
            },
        },
        "examples": {
            "one": {
                **described,
                "body": {"id": "i" + text[:40], text: text},
                "expect": {"task_id": "i" + text[:40]},
            },
            "raw": {**described, "raw_body": "{" + text, "expect": {"outcome": "bad_json"}},
        },
    }
    if len(text) > 60:
        whole["stages"]["values"] = {"a": whole["stages"]["values"]["a"]}
    return json.dumps(whole)


def bytes_of(data: bytes) -> str:
    numbers = ", ".join(f"static_cast<char>({byte})" for byte in data) or "'x'"
    return f"constexpr char text[] = {{{numbers}}};"


def assertions(name: str, text: str) -> str:
    """What must be so in C++ of the schema with this text; each has a namespace of its own."""
    raw = ("{" + text).encode()
    return f"""
namespace {name}_test {{
int broken = 0;
using namespace callgate::schemas::{name};
{bytes_of(raw)}
static_assert(examples[1].steps[0].body == std::string_view(text, {len(raw)}));
static_assert(examples[1].description == provider::title);
static_assert(provider::codes[0].meaning == provider::title);
static_assert(provider::codes[0].messages[0].text == provider::title);
static_assert(provider::unknown_code.meaning == provider::title);
constexpr auto fixed = std::get<2>(callgate::reflect<body>::members);
static_assert(fixed.rules.strings[0] == provider::title && fixed.name.substr(1) == provider::title);
}}
"""


@pytest.mark.parametrize("compiler", [name for name in ("g++", "clang++") if shutil.which(name)])
def test_hostile_text_compiles_and_keeps_its_bytes(
    compiler: str, callgen: Run, tmp_path: Path
) -> None:
    main = ""
    for index, text in enumerate(HOSTILE):
        name = f"hostile_{index}"
        schema_file = tmp_path / f"{name}.yaml"
        schema_file.write_text(schema(text).replace('"hostile"', f'"{name}"'), encoding="utf-8")
        main += f"#include <callgate/schemas/{name}.examples.hpp>\n"
        main += f"#include <callgate/schemas/{name}.hpp>\n" + assertions(name, text)
    result = callgen("generate", "--out", tmp_path, *sorted(tmp_path.glob("*.yaml")))
    assert result.stderr == ""
    (tmp_path / "main.cpp").write_text(main + "int main() {}\n")
    command = [compiler, "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]
    include = [f"-I{tmp_path}", f"-I{ROOT / 'include'}"]
    compiled = subprocess.run(
        [*command, *include, tmp_path / "main.cpp"], capture_output=True, text=True
    )
    assert compiled.stderr == ""


def test_a_literal_keeps_every_byte(tmp_path: Path) -> None:
    every = bytes(range(256)) + b"??/??=" + "é1".encode() + b'\\"\\x' + b"\x00" + b"0123"
    program = tmp_path / "every.cpp"
    program.write_text(
        "#include <string_view>\nconstexpr std::string_view a = "
        f"{cpp.literal(every)};\n{bytes_of(every)}\n"
        f"static_assert(a == std::string_view(text, {len(every)}));\n"
    )
    compiled = subprocess.run(
        [
            "g++", "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Werror", program
        ], capture_output=True, text=True
    )
    assert compiled.stderr == ""


@pytest.mark.parametrize("text", HOSTILE)
def test_a_comment_stays_a_comment(text: str) -> None:
    for line in cpp.comment(text, 4):
        assert line.startswith("    // ")
        assert line.isascii() and line.isprintable()
        assert not line.endswith(
            "\\"
        ) and "*/" not in line and "/*" not in line and "??" not in line
    assert "\n" not in cpp.comment_text(text)


def test_a_number_is_exact() -> None:
    assert cpp.number(-(2**63)) == "-9'223'372'036'854'775'807 - 1"
    assert cpp.number(2**64 - 1) == "18'446'744'073'709'551'615U"
    assert cpp.number(0.1) == "0.1"
    assert cpp.number(9999) == "9999" and cpp.number(-12345) == "-12'345"

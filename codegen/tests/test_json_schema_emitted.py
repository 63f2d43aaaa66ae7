# SPDX-License-Identifier: Apache-2.0
"""emit json-schema and openapi, judged by validators of others."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from callgen.emit.bodies import is_plain
from callgen.emit.kinds import emitter_of
from callgen.emit.fits import Fits
from conftest import Run
from payloads import FILES, bodies, source

# Reads {"schema", "bodies"} per line, writes which of the bodies are right; formats count.
AJV = """
const Ajv = require('ajv/dist/2020').default, formats = require('ajv-formats').default;
const lines = require('fs').readFileSync(0, 'utf8').trim().split('\\n');
for (const { schema, bodies } of lines.map((line) => JSON.parse(line))) {
  const ajv = new Ajv({ strict: false, multipleOfPrecision: 6 });
  formats(ajv);
  const check = ajv.compile(schema);
  console.log(JSON.stringify(bodies.map((body) => check(body))));
}
"""
OPENAPI = """
import { readFileSync } from 'node:fs';
const { Validator } = await import(process.argv[1] + '/@seriousme/openapi-schema-validator/index.js');
for (const file of process.argv.slice(2)) {
  const validator = new Validator();
  const found = await validator.validate(JSON.parse(readFileSync(file, 'utf8')));
  let problem = found.valid ? '' : JSON.stringify(found.errors);
  try {
    if (found.valid) validator.resolveRefs();
  } catch (error) {
    problem = String(error);
  }
  console.log(problem.split('\\n').join(' '));
}
"""


def node(script: str, *arguments: object, tools: Path, text: str = "", module: bool = False) -> str:
    kind = ["--input-type=module"] if module else []
    command = ["node", *kind, "-e", script, *map(str, arguments)]
    done = subprocess.run(
        command, cwd=tools.parent, input=text, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def emitted(kind: str, path: Path) -> Any:
    (text,) = emitter_of(kind)(source(path)).values()
    return json.loads(text)


def said_by_others(asked: list[tuple[Any, list[Any]]], tools: Path) -> list[list[bool]]:
    lines = [json.dumps({"schema": schema, "bodies": values}) for schema, values in asked]
    found = node(AJV, tools=tools, text="\n".join(lines) + "\n")
    return [json.loads(line) for line in found.splitlines()]


def test_a_validator_of_others_says_of_every_example_what_we_say(npm_tools: Path) -> None:
    asked = [(emitted("json-schema", path), bodies(source(path).provider)) for path in FILES]
    for (schema, values), said in zip(asked, said_by_others(asked, npm_tools), strict=True):
        ours = Fits(schema)
        assert said == [ours(json.dumps(body)) for body in values], schema["title"]
        assert any(said), schema["title"]


def test_the_schema_compiles_to_a_header(callgen: Run, tmp_path: Path) -> None:
    for path in FILES:
        assert callgen("emit", "json-schema", "--out", tmp_path, path).stderr == ""
        schema = tmp_path / f"{path.stem}.schema.json"
        header = tmp_path / f"{path.stem}.hpp"
        done = callgen("compile-schema", schema, "--name", path.stem, "-o", header)
        assert done.returncode == 0, done.stderr
        assert f"namespace callgate::schemas::{path.stem}" in header.read_text()


def test_openapi_is_valid_by_a_public_validator(npm_tools: Path, tmp_path: Path) -> None:
    documents = {path: emitted("openapi", path) for path in FILES}
    broken = [json.loads(json.dumps(documents[FILES[0]])) for _ in range(5)]
    name, item = next(iter(broken[0]["webhooks"].items()))
    del broken[0]["info"]["title"]
    broken[1]["webhooks"][name]["post"]["parameters"] = [{"name": "X", "in": "heading"}]
    broken[2]["webhooks"][name]["post"]["requestBody"]["content"] = []
    broken[3]["components"]["securitySchemes"] = {"x": {"type": "apiKey"}}
    first = next(iter(broken[4]["components"]["schemas"]))
    broken[4]["components"]["schemas"]["Other"] = broken[4]["components"]["schemas"].pop(first)
    files = []
    for number, document in enumerate([*documents.values(), *broken]):
        files.append(tmp_path / f"{number}.json")
        files[-1].write_text(json.dumps(document))
    found = node(OPENAPI, npm_tools.as_posix(), *files, tools=npm_tools, module=True).split("\n")
    assert found[: len(FILES)] == [""] * len(FILES)
    assert all(found[len(FILES) : len(files)]), found


def test_every_example_of_openapi_fits_the_schema_beside_it(npm_tools: Path) -> None:
    asked: list[tuple[Any, list[Any]]] = []
    for path in FILES:
        document = emitted("openapi", path)
        for content in contents(document["webhooks"]):
            values = [each["value"] for each in content.get("examples", {}).values()]
            schema = {**content["schema"], "components": document["components"]}
            asked.append((schema, values))
    assert sum(len(values) for _, values in asked) > 150
    for (_, values), said in zip(asked, said_by_others(asked, npm_tools), strict=True):
        assert all(said), [value for value, fits in zip(values, said) if not fits]


def test_a_body_that_would_be_shown_as_another_is_no_example() -> None:
    document = emitted("openapi", next(path for path in FILES if path.stem == "odd_told"))
    (content,) = contents(document["webhooks"]["odd_told"]["post"]["requestBody"])
    assert content["examples"] == {"in_short": {"value": {"id": "t4", "n": 1}}}


@pytest.mark.parametrize("body, plain", [
    ('{"a":0.1,"b":[1e2,-0,0e5,1.50],"c":12345678901234567890123}', True),
    ('{"a":1,"a":1}', False), ('[{"a":{"b":1,"b":2}}]', False), ("[1e400]", False),
    ("[1e-400]", False), ("[1e-99999999999999999999]", False), ("[0.10000000000000000001]", False),
    ("[NaN]", False), ("[", False), ("[" * 100_000, False), ("9" * 5000, False),
])
def test_a_plain_body_is_kept_as_it_is(body: str, plain: bool) -> None:
    assert is_plain(body.encode()) == plain


def contents(value: Any) -> list[Any]:
    """All that has a schema and may have examples."""
    if not isinstance(value, dict):
        return []
    own = list(value["content"].values()) if isinstance(value.get("content"), dict) else []
    return own + [each for inner in value.values() for each in contents(inner)]


def test_openapi_says_where_how_and_with_what(npm_tools: Path) -> None:
    suno = emitted("openapi", next(path for path in FILES if path.stem == "suno"))
    webhook = suno["webhooks"]["suno"]
    assert webhook["x-callgate-path"] == "/callbacks/suno"
    operation = webhook["post"]
    assert "`POST /callbacks/suno`" in operation["description"]
    names = [(each["in"], each["name"]) for each in operation["parameters"]]
    assert names == [
        ("header", "X-Suno-Signature"), ("header", "x-delivery-id"), ("header", "x-webhook-id")
    ]
    assert suno["components"]["securitySchemes"]["hmac"]["name"] == "X-Suno-Signature"
    assert suno["security"] == [{"hmac": []}]
    answers = operation["responses"]
    assert set(answers) == {"200", "401", "413", "415", "429", "503"}
    assert answers["401"]["description"].startswith("missing_signature: no credential where ")
    assert answers["503"]["headers"]["Retry-After"]["schema"] == {"type": "string", "enum": ["5"]}
    examples = answers["200"]["content"]["application/json"]["examples"]
    assert examples["accepted"] == {"value": {"ok": True, "stage": "text"}}
    requests = operation["requestBody"]["content"]["application/json"]["examples"]
    assert "first_stage" in requests and "progress_step_2" in requests
    assert "not_json" not in requests and "no_data" not in requests
    assert "empty_audio_url" not in requests, "it has what the receiver leaves out"


SECURED = """
schema: 1
provider: secured
receive:
  - {path: /a, content: [text/plain, application/json]}
  - {path: /a, method: PUT}
  - {path: /b.x.20c}
  - {path: /b/x%20c, content: ['*/*'], applies_stage: done}
auth:
  any_of:
    - hmac: {header: X-Sign, encoding: base64, secret: {env: A}}
    - token: {header: Authorization, prefix: 'Bearer ', secret: {env: B}}
    - token: {query: key, secret: {env: C}}
    - token: {header: X-Token, prefix: 'v1 ', secret: {env: D}}
    - none: {reason: x}
  waiver: x
payload:
  type: object
  properties: {id: {type: string, maxLength: 8, x-aliases: [ID]}, stage: {type: string, maxLength: 8}}
identify: {task_id: [$request.body#/id, $request.query.task, $request.query.key, $request.header.x-token]}
idempotency: {key: [$request.header.X-Delivery, '{task_id}']}
stages: {from: $request.body#/stage, values: {done: {order: 1, status: completed}}}
answers: {preset: strict}
"""


@pytest.fixture
def secured(tmp_path: Path) -> Path:
    path = tmp_path / "secured.yaml"
    path.write_text(SECURED)
    return path


def test_routes_and_schemes_of_every_kind(
    secured: Path, npm_tools: Path, tmp_path: Path
) -> None:
    document = emitted("openapi", secured)
    assert {name: item["x-callgate-path"] for name, item in document["webhooks"].items()} == {
        "a": "/a", "b_x_20c": "/b.x.20c", "b_x_20c_": "/b/x%20c"
    }
    ids = [operation["operationId"] for item in document["webhooks"].values()
           for operation in item.values() if isinstance(operation, dict)]
    assert sorted(ids) == ["a", "a__put", "b_x_20c", "b_x_20c_"]
    assert set(document["webhooks"]["a"]) == {"x-callgate-path", "post", "put"}
    content = document["webhooks"]["a"]["post"]["requestBody"]["content"]
    assert set(content) == {"text/plain", "application/json"}
    assert "of stage done" in document["webhooks"]["b_x_20c_"]["post"]["description"]
    schemes = document["components"]["securitySchemes"]
    assert schemes["token_2"] == {"type": "http", "scheme": "bearer"}
    assert schemes["token_3"] == {
        "type": "apiKey", "in": "query", "name": "key",
        "description": "`SECRET`, where SECRET is the secret.",
    }
    assert schemes["token_4"]["name"] == "X-Token"
    assert document["security"] == [
        {"hmac": []}, {"token_2": []}, {"token_3": []}, {"token_4": []}, {}
    ]
    names = [each["name"] for each in document["webhooks"]["a"]["post"]["parameters"]]
    assert names == ["X-Sign", "task", "X-Delivery"]
    mac = "`MAC`, where MAC is the HMAC-SHA256 of the body's bytes in Base64, keyed with the secret."
    assert schemes["hmac"]["description"] == mac
    assert document["webhooks"]["a"]["post"]["parameters"][0]["description"] == mac
    assert schemes["token_4"]["description"] == "`v1 SECRET`, where SECRET is the secret."
    page = emitter_of("markdown")(source(secured))["secured.md"]
    for said in (mac, schemes["token_4"]["description"]):
        assert said.removesuffix(".") in page
    file = tmp_path / "secured.json"
    file.write_text(json.dumps(document))
    assert node(OPENAPI, npm_tools, file, tools=npm_tools, module=True) == "\n"


def test_a_discriminator_names_what_is_in_the_document() -> None:
    path = next(path for path in FILES if path.stem == "every_member")
    for kind, base in (("json-schema", "#/$defs/"), ("openapi", "#/components/schemas/")):
        text = json.dumps(emitted(kind, path))
        assert f'"mapping": {{"circle": "{base}Circle"}}' in text

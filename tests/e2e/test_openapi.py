# SPDX-License-Identifier: Apache-2.0
"""The OpenAPI document: whole, consistent, and true."""

from __future__ import annotations

import json
import re

import pytest

from callbacks import KIE, KIE_FIELDS, SUNO, TTS, signed, suno

# path -> method -> parameters
API = {
    "/health": {"get": set()},
    "/api/openapi.json": {"get": set()},
    "/api/history": {"get": {"provider", "stage", "status", "code", "from", "until", "text", "quarantined",
                             "limit", "cursor"}},
    "/api/history/clear": {"post": {"provider"}},
    "/api/history/cleanup": {"post": {"days"}},
    "/api/history/{id}": {"get": {"id", "provider"}, "delete": {"id"}},
    "/api/history/{id}/raw": {"get": {"id", "provider", "sequence"}},
    "/api/tasks": {"post": set()},
    "/api/events": {"get": {"after", "limit", "wait", "provider"}},
}

# What must be in a body.
BODIES = {"/api/tasks": {"provider": "suno", "task_id": "documented-task"}}


@pytest.fixture(scope="module")
def document(receiver):
    answer = receiver.get("/api/openapi.json")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    return answer.json()


def resolve(document, ref):
    assert ref.startswith("#/"), ref
    found = document
    for token in ref[2:].split("/"):
        found = found[token.replace("~1", "/").replace("~0", "~")]
    return found


def walk(value):
    """Every mapping within."""
    if isinstance(value, dict):
        yield value
        for each in value.values():
            yield from walk(each)
    elif isinstance(value, list):
        for each in value:
            yield from walk(each)


def operations(document):
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def parameters(document, operation):
    return [resolve(document, p["$ref"]) if "$ref" in p else p for p in operation.get("parameters", [])]


def test_it_is_an_openapi_document(document):
    assert document["openapi"] == "3.1.0"
    assert document["info"]["title"] and document["info"]["version"]
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(set(names)) == len(names)


def test_it_lists_every_path_and_parameter(document):
    found = {}
    for path, method, operation in operations(document):
        found.setdefault(path, {})[method] = {p["name"] for p in parameters(document, operation)}
    assert found == API


def test_every_reference_leads_somewhere_and_every_component_is_used(document):
    used = set()
    for mapping in walk(document):
        if "$ref" in mapping:
            assert resolve(document, mapping["$ref"])
            used.add(mapping["$ref"])
    for kind in ("parameters", "responses", "schemas"):
        for name in document["components"][kind]:
            assert f"#/components/{kind}/{name}" in used, name


def test_every_operation_is_well_formed(document):
    for path, method, operation in operations(document):
        where = f"{method} {path}"
        assert operation["summary"], where
        in_path = {p["name"] for p in parameters(document, operation) if p["in"] == "path"}
        assert in_path == set(re.findall(r"{(\w+)}", path)), where
        for each in parameters(document, operation):
            assert each["schema"] and each["description"], where
            assert each["in"] == "query" or each["required"] is True, where
        assert any(status.startswith("2") for status in operation["responses"]), where
        for response in operation["responses"].values():
            assert "$ref" in response or response["description"], where


def test_errors_and_security_are_described(document):
    assert document["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    assert document["security"] == [{}, {"bearer": []}]
    for path, method, operation in operations(document):
        if path != "/health":
            assert {"400", "403", "404", "405", "503"} <= set(operation["responses"]), (method, path)


def test_every_documented_operation_answers_as_documented(receiver, document):
    receiver.post(TTS, {"story_id": "documented", "error": "e"})
    entry = receiver.entry("documented")["id"]
    removals_last = sorted(operations(document), key=lambda o: ("get", "delete", "post").index(o[1]))
    for path, method, operation in removals_last:
        url = receiver.base + path.replace("{id}", entry)
        answer = receiver.session.request(method, url, json=BODIES.get(path), timeout=20)
        assert str(answer.status_code) in operation["responses"], (method, path, answer.status_code)
        assert answer.status_code in (200, 201, 204), (method, path)
        if answer.content:
            content = operation["responses"][str(answer.status_code)]["content"]
            assert answer.headers["Content-Type"] in content, (method, path)


def test_every_documented_parameter_is_known_and_no_other(receiver, document):
    for path, method, operation in operations(document):
        if path in ("/health", "/api/openapi.json"):
            continue
        url = receiver.base + path.replace("{id}", "nobody")
        for name in API[path][method] - {"id"}:
            answer = receiver.session.request(method, url, params={name: "x"}, timeout=20)
            assert "unknown_parameter" not in answer.text, (method, path, name)
        answer = receiver.session.request(method, url, params={"nonsense": "x"}, timeout=20)
        assert (answer.status_code, answer.json()["error"]) == (400, "unknown_parameter"), (method, path)


def test_the_document_names_every_member_that_is_answered(receiver, document):
    schemas = document["components"]["schemas"]
    receiver.post(TTS, {"story_id": "members", "error": "e"})
    receiver.post(TTS, b"bad json")
    summary = set(schemas["Summary"]["properties"])
    for each in receiver.history():
        assert set(each) <= summary
        assert set(schemas["Summary"]["required"]) <= set(each)
    detail = set(schemas["Entry"]["allOf"][1]["properties"])
    entry = receiver.entry("members")
    assert set(entry) <= summary | detail
    assert set(entry["timeline"][0]) == set(schemas["TimelineItem"]["properties"]) - {"code"}
    receiver.post(KIE, {"code": 500, "msg": "m", "taskId": "members-of-a-code"}, KIE_FIELDS)
    assert entry["stages"] == []
    body = suno("members-of-a-stage", "text")
    receiver.post(SUNO, body, signed(body))
    for stage in receiver.entry("members-of-a-stage")["stages"]:
        assert set(stage) == set(schemas["ExpectedStage"]["properties"]) == set(schemas["ExpectedStage"]["required"])
    code = receiver.entry("members-of-a-code")["timeline"][0]["code"]
    assert set(code) == set(schemas["Code"]["properties"])
    event = receiver.get("/api/events").text.splitlines()[0]
    assert set(json.loads(event)) <= set(schemas["Event"]["properties"])

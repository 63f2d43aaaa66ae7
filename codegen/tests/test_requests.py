# SPDX-License-Identifier: Apache-2.0
"""The examples as requests: what a receiver with the sample secrets would take."""

from __future__ import annotations

import hashlib
import hmac
import json
from pathlib import Path

from callgen.check import check_file
from callgen.emit.requests import Request, requests_of, sample_secrets
from callgen.model import Provider
from callgen.problems import Problems
from conftest import ROOT, SCHEMAS


def provider_of(path: Path) -> Provider:
    problems = Problems()
    provider = check_file(path, path.name, problems).provider
    assert provider is not None, problems.lines()
    return provider


def requests_named(provider: Provider, name: str) -> tuple[Request, ...]:
    return next(one.requests for one in requests_of(provider) if one.example.name == name)


def schema_with(auth: str, tmp_path: Path) -> Provider:
    """A schema with one example, and this method."""
    path = tmp_path / "small.yaml"
    path.write_text(
        "schema: 1\nprovider: small\nreceive: [{path: /x, method: PUT, applies_stage: done}]\n"
        f"auth: {{any_of: [{auth}], waiver: for tests}}\n"
        "payload: {type: object, required: [id], properties: {id: {type: string, minLength: 1, maxLength: 9}}}\n"
        "identify: {task_id: $request.body#/id}\nidempotency: {key: ['{task_id}']}\n"
        "stages: {values: {done: {order: 1, status: completed}}}\n"
        "answers: {preset: strict, accepted: {status: 202}}\n"
        "examples: {one: {query: a=b, body: {id: i}, expect: {task_id: i}}}\n"
    )
    return provider_of(path)


def test_a_signed_step_has_the_mac_of_its_body() -> None:
    provider = provider_of(ROOT / "schemas" / "suno.yaml")
    request = requests_named(provider, provider.examples[0].name)[0]
    secret = sample_secrets(provider)["SUNO_WEBHOOK_SECRET"]
    wanted = hmac.new(secret.encode(), request.body, hashlib.sha256).hexdigest()
    assert request.fields == (
        ("Content-Type", "application/json"), ("X-Suno-Signature", "sha256=" + wanted)
    )
    assert (request.method, request.path, request.status) == ("POST", "/callbacks/suno", 200)


def test_an_unsigned_step_has_only_its_own_fields() -> None:
    provider = provider_of(ROOT / "schemas" / "suno.yaml")
    unsigned = requests_named(provider, "unsigned")[0]
    assert unsigned.fields == (("Content-Type", "application/json"),)
    assert (unsigned.outcome, unsigned.status) == ("missing_signature", 401)
    forged = requests_named(provider, "forged")[0]
    assert forged.fields[-1] == ("X-Suno-Signature", "sha256=" + "0" * 64)


def test_a_mac_may_be_base64(tmp_path: Path) -> None:
    auth = "{hmac: {header: X-Sign, encoding: base64, secret: {env: KEY}}}"
    request = requests_named(schema_with(auth, tmp_path), "one")[0]
    assert request.fields[-1] == ("X-Sign", "KSJGOcq33S32+lBZxgczeH5WK62tq/Cf26HLb/lWlR8=")


def test_a_token_stands_in_its_field_or_in_the_query(tmp_path: Path) -> None:
    field = "{token: {header: Authorization, prefix: 'Bearer ', secret: {env: THE_TOKEN}}}"
    request = requests_named(schema_with(field, tmp_path), "one")[0]
    assert request.fields[-1] == ("Authorization", "Bearer sample-the-token")
    assert request.query == "a=b"
    query = "{token: {query: t, prefix: 'a b&', secret: {env: THE_TOKEN}}}"
    request = requests_named(schema_with(query, tmp_path), "one")[0]
    assert request.query == "a=b&t=a%20b%26sample-the-token"
    assert (request.method, request.path, request.status) == ("PUT", "/x", 202)


def test_nothing_is_proven_where_nothing_is_asked_for(tmp_path: Path) -> None:
    provider = schema_with("{none: {reason: a test}}", tmp_path)
    assert requests_named(provider, "one")[0].fields == (("Content-Type", "application/json"),)
    assert sample_secrets(provider) == {}


def test_a_context_is_registered_before_the_first_step() -> None:
    provider = provider_of(ROOT / "schemas" / "job_worker.yaml")
    found = {one.example.name: one.registration for one in requests_of(provider)}
    assert json.loads(found["sdxl_batch"]) == {
        "provider": "job_worker",
        "task_id": "job-sdxl-1",
        "context": {"job_type": "sdxl_image_fast", "user_id": "u1", "image_id": "img-1"},
    }
    assert found["not_json"] is None


def test_every_example_becomes_requests() -> None:
    for path in SCHEMAS:
        provider = provider_of(path)
        for example, found in zip(provider.examples, requests_of(provider), strict=True):
            assert [step.body for step in example.steps] == [one.body for one in found.requests]
            assert all(one.status == provider.answers[one.outcome].status for one in found.requests)

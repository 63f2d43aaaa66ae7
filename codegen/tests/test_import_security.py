# SPDX-License-Identifier: Apache-2.0
"""import: how the sender proves who it is, from what it has published of that."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from importing import Taken, document


@pytest.mark.parametrize(
    ("scheme", "method"),
    [
        ({"type": "apiKey", "in": "header", "name": "X-Key"}, {"header": "X-Key"}),
        ({"type": "apiKey", "in": "query", "name": "key"}, {"query": "key"}),
        ({"type": "http", "scheme": "Bearer"}, {"header": "Authorization", "prefix": "Bearer "}),
        ({"type": "oauth2", "flows": {}}, None),
    ],
)
def test_security_becomes_a_token_else_a_signature_is_guessed(
    scheme: Any, method: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = document(operation={"security": [{"key": []}]}, components={"securitySchemes": {"key": scheme}})
    auth = Taken(tmp_path, whole, capsys).whole["auth"]
    if method is not None:
        assert auth["any_of"] == [{"token": {**method, "secret": {"env": "ACME_TOKEN"}}}] and auth["waiver"]
    else:
        assert auth["any_of"][0]["hmac"]["secret"] == {"env": "ACME_WEBHOOK_SECRET"}


def test_no_security_is_left_out_in_silence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    schemes = {"a-b": {"type": "apiKey", "in": "header", "name": "X-A"}, "basic": {"type": "http", "scheme": "basic"},
               "a_b": {"type": "http", "scheme": "bearer"}, "cookie": {"type": "apiKey", "in": "cookie", "name": "c"},
               "oauth": {"type": "oauth2", "flows": {}}, "tls": {"type": "mutualTLS"},
               "key": {"type": "apiKey", "in": "query", "name": "k"}}
    security: list[Any] = [{"a-b": [], "key": []}, {"basic": []}, {"cookie": [], "a_b": []}, {"oauth": []},
                           {"tls": []}, {"nowhere": []}, {"a-b": []}]
    taken = Taken(tmp_path, document(operation={"security": security}, components={"securitySchemes": schemes}), capsys)
    notes = [
        "security 'key' is left out: it is demanded beside 'a-b', and here any of the methods will do",
        "security 'basic' is left out: http (basic) cannot be checked",
        "security 'cookie' is left out: apiKey (cookie) cannot be checked",
        "security 'oauth' is left out: oauth2 cannot be checked",
        "security 'tls' is left out: mutualTLS cannot be checked",
        "security 'nowhere' is left out: it is not defined",
    ]
    assert [line.partition(": note: ")[2] for line in taken.told.splitlines()] == notes
    assert all(f"\n# {note}\n" in taken.text for note in notes) and taken.provider
    assert [each["token"]["secret"]["env"] for each in taken.whole["auth"]["any_of"]] == [
        "ACME_A_B_TOKEN", "ACME_2_TOKEN"]


def test_what_is_left_out_where_a_signature_is_guessed_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    schemes = {"oauth": {"type": "oauth2", "flows": {}}}
    whole = document(operation={"security": [{"oauth": []}]}, components={"securitySchemes": schemes})
    taken = Taken(tmp_path, whole, capsys)
    assert "\n# security 'oauth' is left out: oauth2 cannot be checked\n" in taken.text
    assert ": note: security 'oauth' is left out" in taken.told


def test_headers_that_the_webhook_has_are_used(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    headers = [{"name": name, "in": "header"} for name in ("X-Acme-Hmac", "X-Other", "X-Webhook-Id")]
    whole = Taken(tmp_path, document(operation={"parameters": headers}), capsys).whole
    assert whole["auth"]["any_of"][0]["hmac"]["header"] == "X-Acme-Hmac"
    assert whole["idempotency"]["key"] == ["$request.header.X-Webhook-Id", "acme:{task_id}:{stage}"]

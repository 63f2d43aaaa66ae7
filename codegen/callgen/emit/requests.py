# SPDX-License-Identifier: Apache-2.0
"""A schema's examples as requests that can be sent: signed with a sample secret, with the answer's status."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from callgen.model import Example, Method, Provider, Step


@dataclass(frozen=True)
class Request:
    """One callback of an example, to the byte."""

    step: Step
    method: str
    path: str
    query: str  # percent-encoded, without '?'
    fields: tuple[tuple[str, str], ...]  # all that matter: Content-Type first, the signature last
    body: bytes
    outcome: str
    status: int  # of the answer


@dataclass(frozen=True)
class Requests:
    """An example: its callbacks in order, and what must be registered before them."""

    example: Example
    registration: bytes | None  # body of POST /api/tasks; None: nothing is registered
    requests: tuple[Request, ...]


def requests_of(provider: Provider) -> tuple[Requests, ...]:
    return tuple(
        Requests(
            example,
            _registration(provider, example),
            tuple(_request(provider, step) for step in example.steps),
        )
        for example in provider.examples
    )


def sample_secrets(provider: Provider) -> dict[str, str]:
    """The environment that a receiver needs to take these requests: variable -> secret."""
    return {method.env: sample_secret(method.env) for method in provider.auth.methods if method.env}


def sample_secret(env: str) -> str:
    """For examples and tests alone: whoever reads the page knows it."""
    return "sample-" + env.lower().replace("_", "-")


def signing_method(provider: Provider) -> Method | None:
    """The one that senders use: the first that takes a secret. None: nothing is proven."""
    return next((method for method in provider.auth.methods if method.kind != "none"), None)


def credential(method: Method, body: bytes) -> str:
    """What stands in the method's header field or query parameter, before it is percent-encoded."""
    secret = sample_secret(method.env)
    if method.kind == "token":
        return method.prefix + secret
    digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    is_hex = method.encoding == "hex"
    return method.prefix + (digest.hex() if is_hex else base64.b64encode(digest).decode())


def _registration(provider: Provider, example: Example) -> bytes | None:
    if example.context is None:
        return None
    task_id = example.steps[0].expect.task_id or ""
    body = {"provider": provider.name, "task_id": task_id, "context": example.context}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _request(provider: Provider, step: Step) -> Request:
    method = signing_method(provider) if step.is_signed else None
    query, fields = step.query, step.fields
    if method is not None and method.query:
        query = "&".join(_with_token(query, method, step.body))
    elif method is not None:
        fields = (*fields, (method.header, credential(method, step.body)))
    outcome = step.expect.outcome
    return Request(
        step=step,
        method=step.route.method,
        path=step.route.path,
        query=query,
        fields=fields,
        body=step.body,
        outcome=outcome,
        status=provider.answers[outcome].status,
    )


def _with_token(query: str, method: Method, body: bytes) -> Iterator[str]:
    if query:
        yield query
    yield f"{method.query}={quote(credential(method, body), safe='')}"

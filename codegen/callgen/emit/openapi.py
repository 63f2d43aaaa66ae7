# SPDX-License-Identifier: Apache-2.0
"""emit openapi: <provider>.openapi.json, OpenAPI 3.1 with a webhook for every path that callbacks arrive at."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from callgen import names
from callgen.emit.answers import AnswerBody, answer_bodies
from callgen.emit.bodies import is_plain
from callgen.emit.bundle import bundle
from callgen.emit.credentials import Credential, credential_of
from callgen.emit.fits import Fits
from callgen.emit.outcomes import MEANINGS
from callgen.emit.reading import readings
from callgen.emit.requests import Request, requests_of
from callgen.emit.source import Source
from callgen.emit.text import json_file
from callgen.model import HeaderSource, Method, Provider, QuerySource, Route

Json = dict[str, Any]

VERSION = "3.1.0"
PATH = "x-callgate-path"  # of a webhook: where the receiver listens for it
_SCHEMAS = "#/components/schemas/"
_IGNORED = ("accept", "authorization", "content-type")  # as parameters, by OpenAPI


def emit_openapi(source: Source) -> dict[str, str]:
    return {f"{source.provider.name}.openapi.json": json_file(_document(source))}


def _document(source: Source) -> Json:
    provider = source.provider
    payload = bundle(source, _SCHEMAS)
    writer = _Operations(provider, {"$ref": payload["$ref"]}, Fits(bundle(source)))
    components: Json = {"schemas": payload["$defs"]}
    if schemes := _schemes(provider):
        components["securitySchemes"] = schemes
    document: Json = {
        "openapi": VERSION,
        "info": {"title": provider.title, "description": payload["description"], "version": "1"},
        "webhooks": writer.webhooks(),
        "components": components,
        "security": _security(provider),
    }
    if provider.docs.startswith(("https://", "http://")):
        document["externalDocs"] = {"url": provider.docs}
    return document


class _Operations:
    def __init__(self, provider: Provider, payload: Json, fits: Fits) -> None:
        self._provider = provider
        self._payload = payload
        self._parameters = list(_parameters(provider))
        self._responses = _responses(provider)
        # a body that has what the receiver leaves out is right, but no example of the schema; nor is
        # one that would be shown as another
        self._requests = [
            (each.example.name, each.example.description, number, request)
            for each in requests_of(provider)
            for number, request in enumerate(each.requests, 1)
            if is_plain(request.body) and fits(request.body)
        ]

    def webhooks(self) -> Json:
        """By the routes' paths; of one path alone the provider's name."""
        paths = list(dict.fromkeys(route.path for route in self._provider.routes))
        out: Json = {}
        for path in paths:
            name = self._provider.name if len(paths) == 1 else names.snake(path) or "root"
            while name in out:
                name += "_"
            routes = [route for route in self._provider.routes if route.path == path]
            operations = {route.method.lower(): self._operation(name, route) for route in routes}
            out[name] = {PATH: path, **operations}
        return out

    def _operation(self, name: str, route: Route) -> Json:
        seconds = f"{route.respond_within / 1000:g} s"
        told = [
            f"Sent to `{route.method} {route.path}`: at most {route.max_body} bytes, answered "
            f"within {seconds}."
        ]
        if route.applies_stage:
            told.append(f"What arrives here is of stage {route.applies_stage}.")
        if self._provider.description:
            told.insert(0, self._provider.description)
        out: Json = {
            "operationId": name if route.method == "POST" else f"{name}__{route.method.lower()}",
            "summary": self._provider.title,
            "description": "\n\n".join(told),
        }
        if self._parameters:
            out["parameters"] = self._parameters
        content = {media: self._content(route, media) for media in route.content}
        out["requestBody"] = {"required": True, "content": content}
        out["responses"] = self._responses
        return out

    def _content(self, route: Route, media: str) -> Json:
        """The examples stand at the first media type that takes them."""
        examples: Json = {}
        for name, description, number, request in self._requests:
            if request.step.route is not route or _media_of(request, route) != media:
                continue
            key = name if number == 1 else f"{name}_step_{number}"
            about = {"summary": description} if description and number == 1 else {}
            examples[key] = {**about, "value": json.loads(request.body)}
        return {"schema": self._payload, **({"examples": examples} if examples else {})}


def _media_of(request: Request, route: Route) -> str:
    sent = next(value for name, value in request.fields if name.lower() == "content-type")
    sent = sent.split(";")[0].strip().lower()
    fitting = (media for media in route.content if media.lower() in (sent, "*/*"))
    return next(fitting, "")


# --- header fields, query parameters, credentials

def _parameters(provider: Provider) -> Iterator[Json]:
    seen: set[tuple[str, str]] = set()
    methods = provider.auth.methods
    for method in methods:
        asked = credential_of(method)
        place = (asked.place, asked.name if asked.place == "query" else asked.name.lower())
        if method.kind == "hmac" and place not in seen and place[1] not in _IGNORED:
            yield {
                "name": asked.name, "in": asked.place, "schema": {"type": "string"},
                "description": _told(asked), "required": len(methods) == 1,
            }
        seen.add(place)  # of tokens security schemes say it
    for each in readings(provider):
        for source in each.sources:
            if not isinstance(source, (HeaderSource, QuerySource)):
                continue
            place = "header" if isinstance(source, HeaderSource) else "query"
            key = (place, source.name.lower() if place == "header" else source.name)
            if key in seen or (place == "header" and key[1] in _IGNORED):
                continue
            seen.add(key)
            yield {
                "name": source.name, "in": place, "description": f"{each.what}, where it is here.",
                "required": False, "schema": {"type": "string"},
            }


def _told(asked: Credential) -> str:
    return f"`{asked.form}`, where {asked.word} is {asked.meaning}."


def _schemes(provider: Provider) -> Json:
    return {name: _scheme(method) for name, method in _named_methods(provider)}


def _named_methods(provider: Provider) -> Iterator[tuple[str, Method]]:
    for number, method in enumerate(provider.auth.methods, 1):
        if method.kind != "none":
            yield (method.kind if number == 1 else f"{method.kind}_{number}"), method


def _scheme(method: Method) -> Json:
    is_bearer = method.header.lower() == "authorization" and method.prefix.lower() == "bearer "
    if method.kind == "token" and is_bearer:
        return {"type": "http", "scheme": "bearer"}
    asked = credential_of(method)
    return {
        "type": "apiKey", "in": asked.place, "name": asked.name, "description": _told(asked)
    }


def _security(provider: Provider) -> list[Json]:
    """One of them is enough; an empty one says that none is needed."""
    methods = [{name: []} for name, _ in _named_methods(provider)]
    is_open = any(method.kind == "none" for method in provider.auth.methods)
    return [*methods, {}] if is_open else methods


# --- answers

def _responses(provider: Provider) -> Json:
    by_status: dict[int, list[AnswerBody]] = {}
    for each in answer_bodies(provider):
        by_status.setdefault(each.answer.status, []).append(each)
    return {str(status): _response(by_status[status]) for status in sorted(by_status)}


def _response(answers: list[AnswerBody]) -> Json:
    told = [f"{each.outcome}: {MEANINGS[each.outcome]}" for each in answers]
    out: Json = {"description": "; ".join(told) + "."}
    if fields := dict.fromkeys(name for each in answers for name, _ in each.answer.fields):
        out["headers"] = {name: _header(name, answers) for name in fields}
    bodies = [each for each in answers if each.schema is not None]
    if bodies:
        schemas = _distinct([each.schema for each in bodies])
        out["content"] = {"application/json": {
            "schema": schemas[0] if len(schemas) == 1 else {"anyOf": schemas},
            "examples": {each.outcome: {"value": each.example} for each in bodies},
        }}
    return out


def _header(name: str, answers: list[AnswerBody]) -> Json:
    values = [value for each in answers for field, value in each.answer.fields if field == name]
    return {"schema": {"type": "string", "enum": list(dict.fromkeys(values))}}


def _distinct(schemas: list[Json]) -> list[Json]:
    return list({json.dumps(schema): schema for schema in schemas}.values())

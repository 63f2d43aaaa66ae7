# SPDX-License-Identifier: Apache-2.0
"""What a sender has published: a webhook of an OpenAPI 3.1 document, or a plain JSON Schema."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path

from callgen.load import Node, load_file, load_text
from callgen.names import TOKEN, snake
from callgen.problems import Mark, Problems, unknown
from callgen.start.write_yaml import shown

_METHODS = ("post", "put")
_MAX_REFERENCES = 16


@dataclass(frozen=True)
class Scheme:
    """What a requirement of security names."""

    name: str
    mark: Mark
    what: Node | None  # None: nothing by that name


@dataclass(frozen=True)
class Published:
    """A callback by its sender's document. Nodes are of that document, or None."""

    document: Node
    schema: Node
    title: str = ""
    description: str = ""
    method: str = "POST"
    media: str = "application/json"
    examples: tuple[tuple[str, Node], ...] = ()
    headers: tuple[str, ...] = ()  # that the operation has as parameters
    security: tuple[tuple[Scheme, ...], ...] = ()  # any of them, of each all


def load_document(path: Path, problems: Problems) -> Node | None:
    """YAML or JSON. Tabs may stand between the tokens of JSON, but not of YAML."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        json.loads(text)
    except (OSError, ValueError, RecursionError):
        return load_file(path, str(path), problems)
    if "\t" not in text:
        return load_file(path, str(path), problems)
    return load_text(text.replace("\t", " "), str(path), problems)


def find(document: Node, webhook: str | None, problems: Problems) -> Published | None:
    """None beside problems."""
    if document.kind != "map":
        problems.add(document.mark, "neither an OpenAPI document nor a JSON Schema: no mapping")
        return None
    version = document.get("openapi") or document.get("swagger")
    if version is None:
        return _plain(document, webhook, problems)
    if not str(version.value).startswith("3.1"):
        text = (f"OpenAPI {version.value} is not taken: only 3.1 has webhooks and the JSON Schema that "
                "is compiled. Convert the document to 3.1, and what is in `callbacks` to `webhooks`")
        problems.add(version.mark, text)
        return None
    return _Finder(document, problems).webhook(webhook)


def _plain(document: Node, webhook: str | None, problems: Problems) -> Published | None:
    if webhook is not None:
        problems.add(document.mark, "--webhook is for an OpenAPI document: this has no key 'openapi'")
        return None
    return Published(document, document, _text(document, "title"), _text(document, "description"),
                     examples=tuple(_listed(document)))


class _Finder:
    def __init__(self, document: Node, problems: Problems) -> None:
        self._document = document
        self._problems = problems

    def webhook(self, name: str | None) -> Published | None:
        webhooks = self._map(self._document, "webhooks")
        known = [key.value for key, _ in webhooks.pairs()] if webhooks is not None else []
        if not known:
            text = "the document has no webhooks: `callbacks` of its operations are not taken"
            self._problems.add(self._document.mark, text)
        elif name is None:
            text = f"which webhook? --webhook takes one of {', '.join(known)}"
            self._problems.add(webhooks.mark, text)
        elif name not in known:
            self._problems.add(webhooks.mark, unknown("webhook", name, known))
        else:
            return self._operation(self._resolved(webhooks.get(name)))
        return None

    def _operation(self, item: Node | None) -> Published | None:
        if item is None:
            return None
        method = next((each for each in _METHODS if self._map(item, each) is not None), None)
        if method is None:
            self._problems.add(item.mark, "the webhook has neither post nor put")
            return None
        operation = self._map(item, method)
        body = self._resolved(operation.get("requestBody"))
        media, found = self._media(body) if body is not None else ("", None)
        schema = found.get("schema") if found is not None else None
        if schema is None:
            text = "the webhook's requestBody has no schema of JSON in its content"
            self._problems.add((body or operation).mark, text)
            return None
        parameters = (*self._list(item, "parameters"), *self._list(operation, "parameters"))
        return Published(
            self._document, schema, _text(operation, "summary"), _text(operation, "description"),
            method.upper(), media, (*self._examples(found), *_listed(self._named(schema))),
            tuple(self._headers(parameters)), tuple(self._security(operation)),
        )

    def _media(self, body: Node) -> tuple[str, Node | None]:
        content = self._map(body, "content")
        for key, value in content.pairs() if content is not None else ():
            media = key.value.split(";")[0].strip().lower()
            if value.kind == "map" and (media in ("application/json", "*/*", "application/*")
                                        or media.endswith("+json")):
                return ("*/*" if "*" in media else media), value
        return "", None

    def _examples(self, media: Node) -> Iterator[tuple[str, Node]]:
        if (found := media.get("example")) is not None:
            yield "example", found
        several = self._map(media, "examples")
        for key, value in several.pairs() if several is not None else ():
            example = self._resolved(value)
            if example is not None and (body := example.get("value")) is not None:
                yield key.value, body

    def _headers(self, parameters: tuple[Node, ...]) -> Iterator[str]:
        for each in parameters:
            found = self._resolved(each)
            name = _text(found, "name") if found is not None else ""
            if name and _text(found, "in") == "header" and TOKEN.fullmatch(name):
                yield name

    def _security(self, operation: Node) -> Iterator[tuple[Scheme, ...]]:
        holder = operation if operation.get("security") is not None else self._document
        components = self._map(self._document, "components")
        known = self._map(components, "securitySchemes") if components is not None else None
        for requirement in self._list(holder, "security"):
            keys = [key for key, _ in requirement.pairs()] if requirement.kind == "map" else []
            yield tuple(
                Scheme(key.value, key.mark, self._resolved(known.get(key.value) if known is not None else None))
                for key in keys
            )

    # --- nodes

    def _map(self, node: Node, key: str) -> Node | None:
        found = node.get(key)
        if found is None or found.kind == "map":
            return found
        self._problems.add(found.mark, f"'{key}' must be a mapping")
        return None

    def _list(self, node: Node, key: str) -> tuple[Node, ...]:
        found = node.get(key)
        return found.value if found is not None and found.kind == "list" else ()

    def _resolved(self, node: Node | None) -> Node | None:
        """A mapping, or what its reference names in this document. None beside problems, or of None."""
        start = node
        for _ in range(_MAX_REFERENCES):
            if node is None or node.kind == "map" and node.get("$ref") is None:
                return node
            if node.kind != "map":
                self._problems.add(node.mark, "must be a mapping")
                return None
            reference = node.get("$ref")
            node = self._at(str(reference.value))
            if node is None:
                self._problems.add(reference.mark, f"'{reference.value}' is not in this document")
        self._problems.add(start.mark, "refers to itself")
        return None

    def _named(self, schema: Node) -> Node:
        """A schema, or the one that it is by name; its problems are told elsewhere."""
        for _ in range(_MAX_REFERENCES):
            reference = schema.get("$ref") if schema.kind == "map" else None
            found = self._at(str(reference.value)) if reference is not None else None
            if found is None:
                break
            schema = found
        return schema

    def _at(self, reference: str) -> Node | None:
        if not reference.startswith("#/"):
            return None
        found: Node | None = self._document
        for token in reference[2:].split("/"):
            if found is None or found.kind != "map":
                return None
            found = found.get(token.replace("~1", "/").replace("~0", "~"))
        return found


def _listed(schema: Node) -> Iterator[tuple[str, Node]]:
    """The examples of a schema of its own."""
    if schema.kind != "map":
        return
    found = schema.get("examples")
    for each in found.value if found is not None and found.kind == "list" else ():
        yield "example", each
    if (one := schema.get("example")) is not None:
        yield "example", one


def _text(node: Node, key: str) -> str:
    found = node.get(key)
    return found.value if found is not None and found.kind == "str" else ""


def provider_name(webhook: str | None, file: Path) -> str:
    """What a provider is called when nobody says."""
    return snake(webhook if webhook is not None else file.name.split(".")[0])


def auth_of(
    published: Published, name: str, left_out: Problems
) -> tuple[dict[str, object], tuple[str, ...]]:
    """The section auth, of the schemes that can be checked, else empty; and what is not in it."""
    tokens: dict[str, dict[str, str]] = {}  # by the scheme
    notes: list[str] = []
    for requirement in published.security:
        taken = ""
        for scheme in requirement:
            token = _token_of(scheme.what) if scheme.what is not None else {}
            why = f"it is demanded beside {shown(taken)!r}, and here any of the methods will do"
            if not token:
                why = f"{_named(scheme.what)} cannot be checked" if scheme.what is not None else "it is not defined"
            elif not taken:
                taken = scheme.name
                tokens.setdefault(taken, token)
                continue
            notes.append(f"security {shown(scheme.name)!r} is left out: {why}")
            left_out.add(scheme.mark, notes[-1])
    if not tokens:
        return {}, tuple(notes)
    variables = _variables(name.upper(), list(tokens))
    methods = [{"token": {**token, "secret": {"env": variables[key]}}} for key, token in tokens.items()]
    return {"any_of": methods, "on_missing_secret": "refuse_start",
            "waiver": "The sender's document names a token and no signature."}, tuple(notes)


def _token_of(scheme: Node) -> dict[str, str]:
    kind, place, found = _text(scheme, "type"), _text(scheme, "in"), _text(scheme, "name")
    if kind == "apiKey" and place in ("header", "query") and TOKEN.fullmatch(found):
        return {place: found}
    if kind == "http" and _text(scheme, "scheme").lower() == "bearer":
        return {"header": "Authorization", "prefix": "Bearer "}
    return {}


def _named(scheme: Node) -> str:
    kind = _text(scheme, "type")
    detail = _text(scheme, "in" if kind == "apiKey" else "scheme")
    return shown(f"{kind} ({detail})" if detail else kind or "a scheme without a type")


def _variables(prefix: str, schemes: list[str]) -> dict[str, str]:
    """The environment's variable of each; by the scheme when there are several."""
    out: dict[str, str] = {}
    for key in schemes:
        word = re.sub(r"[^A-Z0-9]+", "_", snake(key).upper()).strip("_")
        first = f"{prefix}_{word}_TOKEN" if word and len(schemes) > 1 else f"{prefix}_TOKEN"
        options = chain([first], (f"{prefix}_{number}_TOKEN" for number in count(2)))
        out[key] = next(each for each in options if each not in out.values())
    return out

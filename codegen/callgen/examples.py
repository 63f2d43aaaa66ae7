# SPDX-License-Identifier: Apache-2.0
"""The section examples: requests as bytes, and what each is expected to become."""

from __future__ import annotations

import json
import math

from callgen import names
from callgen.answers import read_header_fields
from callgen.fields import Fields
from callgen.load import Node
from callgen.model import OUTCOMES, STATUSES, Example, Expectation, Route, Step
from callgen.problems import Problems, unknown

_STEP_KEYS = ("path", "method", "query", "headers", "body", "raw_body", "signed", "expect")
_MAX_BODY = 65_000  # bytes; compilers need not take longer literals


def read_examples(node: Node | None, routes: tuple[Route, ...], problems: Problems) -> tuple[
    Example, ...
]:
    if node is None or not routes:
        return ()
    if node.kind != "map":
        problems.add(node.mark, "'examples' must be a mapping of names to requests")
        return ()
    found = []
    for key, value in node.pairs():
        if not names.IDENTIFIER.match(key.value):
            problems.add(
                key.mark, f"'{key.value}' is no example name: lower-case letters, digits and _"
            )
        elif (example := _example(key, value, routes, problems)) is not None:
            found.append(example)
    return tuple(found)


def _example(
    key: Node, node: Node, routes: tuple[Route, ...], problems: Problems
) -> Example | None:
    steps = node.get("steps") if node.kind == "map" else None
    if steps is None:
        fields = Fields(node, problems, ("description", *_STEP_KEYS), later=["context"])
        requests = [_step(fields, routes, problems)] if fields else []
    else:
        fields = Fields(node, problems, ("description", "steps"))
        if steps.kind != "list" or not steps.value:
            problems.add(steps.mark, "'steps' must be a list of requests")
            return None
        requests = [
            _step(Fields(item, problems, _STEP_KEYS), routes, problems) for item in steps.value
        ]
    complete = tuple(step for step in requests if step is not None)
    if len(complete) != len(requests) or not complete:
        return None
    return Example(key.value, fields.text("description"), complete, key.mark)


def _step(fields: Fields, routes: tuple[Route, ...], problems: Problems) -> Step | None:
    if not fields:
        return None
    route = _route(fields, routes, problems)
    body = _body(fields, problems)
    expect = _expectation(fields, problems)
    if route is None or body is None or expect is None:
        return None
    query = fields.text("query")
    if any(not "!" <= c <= "~" or c in "?#" for c in query):
        problems.add(
            fields.node("query").mark, "a query is written a=b&c=d, percent-encoded, without ?"
        )
    header = read_header_fields(
        fields.node("headers", "map"), problems, ("content-length", "transfer-encoding")
    )
    if not any(name.lower() == "content-type" for name, _ in header):
        header = (("Content-Type", "application/json"), *header)
    return Step(route, query, header, body, fields.flag("signed", True), expect)


def _route(fields: Fields, routes: tuple[Route, ...], problems: Problems) -> Route | None:
    path, method = fields.text("path", routes[0].path), fields.text("method")
    for route in routes:
        if route.path == path and method in ("", route.method):
            return route
    mark = (fields.node("path") or fields.node("method")).mark
    problems.add(
        mark, unknown("route", f"{method} {path}".strip(), [route.path for route in routes])
    )
    return None


def _body(fields: Fields, problems: Problems) -> bytes | None:
    body, raw = fields.node("body"), fields.node("raw_body", "str")
    if "body" in fields and "raw_body" in fields or (body is None and raw is None):
        problems.add(fields.mark, "an example has a body or a raw_body")
        return None
    if raw is not None:
        data = raw.value.encode()
    elif not _finite(body):
        problems.add(body.mark, "JSON has no numbers that are not finite")
        return None
    else:
        data = json.dumps(body.json(), ensure_ascii=False, separators=(",", ":")).encode()
    if len(data) > _MAX_BODY:
        problems.add((body or raw).mark, f"an example's body has at most {_MAX_BODY} bytes")
        return None
    return data


def _finite(node: Node) -> bool:
    if node.kind == "map":
        return all(_finite(value) for _, value in node.pairs())
    if node.kind == "list":
        return all(_finite(item) for item in node.value)
    return node.kind != "float" or math.isfinite(node.value)


def _expectation(fields: Fields, problems: Problems) -> Expectation | None:
    node = fields.node("expect")
    if node is None:
        problems.add(fields.mark, "key 'expect' is missing")
        return None
    wanted = Fields(
        node,
        problems,
        ("outcome", "task_id", "record_id", "stage", "status", "error"),
        later=["response", "records"],
    )
    if not wanted:
        return None
    return Expectation(
        outcome=wanted.choice("outcome", tuple(OUTCOMES), "accepted"),
        mark=node.mark,
        task_id=_text_or_none(wanted, "task_id"),
        record_id=_text_or_none(wanted, "record_id"),
        stage=_text_or_none(wanted, "stage"),
        status=wanted.choice("status", STATUSES, "") or None,
        error=wanted.text("error") or None,
    )


def _text_or_none(fields: Fields, key: str) -> str | None:
    """null says that there is none, which is "" from here on; a key that is not there says nothing.
    """
    found = fields.node(key)
    if found is None:
        return None
    return "" if found.kind == "null" else fields.text(key)

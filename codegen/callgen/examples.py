# SPDX-License-Identifier: Apache-2.0
"""The section examples: requests as bytes, and what each is expected to become."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass

from callgen import names
from callgen.answers import read_header_fields
from callgen.context import read_values
from callgen.fields import Fields
from callgen.load import Node
from callgen.model import (
    OUTCOMES,
    STATUSES,
    ContextField,
    Example,
    Expectation,
    Record,
    Route,
    Step,
)
from callgen.problems import Problems, unknown

_STEP_KEYS = ("path", "method", "query", "headers", "body", "raw_body", "signed", "expect")
_MAX_ROWS = 2**31 - 1
MAX_BODY = 65_000  # bytes; compilers need not take longer literals


@dataclass(frozen=True)
class _World:
    """What examples can refer to."""

    routes: tuple[Route, ...]
    records: tuple[str, ...]
    context: tuple[ContextField, ...]
    problems: Problems


def read_examples(
    node: Node | None,
    routes: tuple[Route, ...],
    records: tuple[Record, ...],
    context: tuple[ContextField, ...],
    problems: Problems,
) -> tuple[Example, ...]:
    if node is None:
        return ()
    if node.kind != "map":
        problems.add(node.mark, "'examples' must be a mapping of names to requests")
        return ()
    world = _World(routes, tuple(record.name for record in records), context, problems)
    found = []
    for key, value in node.pairs():
        if not names.IDENTIFIER.fullmatch(key.value):
            problems.add(
                key.mark, f"'{key.value}' is no example name: lower-case letters, digits and _"
            )
        elif (example := _example(key, value, world)) is not None:
            found.append(example)
    return tuple(found)


def _example(key: Node, node: Node, world: _World) -> Example | None:
    problems = world.problems
    steps = node.get("steps") if node.kind == "map" else None
    if steps is None:
        fields = Fields(node, problems, ("description", "context", *_STEP_KEYS))
        requests = [_step(fields, world)] if fields else []
    else:
        fields = Fields(node, problems, ("description", "context", "steps"))
        if steps.kind != "list" or not steps.value:
            problems.add(steps.mark, "'steps' must be a list of requests")
            return None
        requests = [_step(Fields(item, problems, _STEP_KEYS), world) for item in steps.value]
    complete = tuple(step for step in requests if step is not None)
    if len(complete) != len(requests) or not complete:
        return None
    found = fields.node("context")
    context = read_values(found, world.context, problems) if found is not None else None
    if found is not None and not complete[0].expect.task_id:
        text = "a context is registered with a task: its first step must expect a task_id"
        problems.add(found.mark, text)
    return Example(key.value, fields.text("description"), complete, key.mark, context)


def _step(fields: Fields, world: _World) -> Step | None:
    if not fields:
        return None
    problems = world.problems
    route = _route(fields, world.routes, problems)
    body = _body(fields, problems)
    expect = _expectation(fields, world)
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
    if not routes:  # which is a problem of its own
        return None
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
    if len(data) > MAX_BODY:
        problems.add((body or raw).mark, f"an example's body has at most {MAX_BODY} bytes")
        return None
    return data


def _finite(node: Node) -> bool:
    if node.kind == "map":
        return all(_finite(value) for _, value in node.pairs())
    if node.kind == "list":
        return all(_finite(item) for item in node.value)
    return node.kind != "float" or math.isfinite(node.value)


def _expectation(fields: Fields, world: _World) -> Expectation | None:
    node = fields.node("expect")
    if node is None:
        world.problems.add(fields.mark, "key 'expect' is missing")
        return None
    keys = (
        "outcome", "task_id", "record_id", "stage", "code_name", "status", "error", "records"
    )
    wanted = Fields(node, world.problems, keys, later=["response"])
    if not wanted:
        return None
    return Expectation(
        outcome=wanted.choice("outcome", tuple(OUTCOMES), "accepted"),
        mark=node.mark,
        task_id=_text_or_none(wanted, "task_id"),
        record_id=_text_or_none(wanted, "record_id"),
        stage=_text_or_none(wanted, "stage"),
        code_name=_text_or_none(wanted, "code_name"),
        status=wanted.choice("status", STATUSES, "") or None,
        error=wanted.text("error") or None,
        records=_rows(wanted.node("records"), world),
    )


def _rows(node: Node | None, world: _World) -> tuple[tuple[str, int], ...]:
    """How many rows the task has in each record that is named."""
    fields = Fields(node, world.problems, world.records, word="record")
    return tuple(
        (name, fields.integer(name, 0, 0, _MAX_ROWS)) for name in world.records if name in fields
    )


def _text_or_none(fields: Fields, key: str) -> str | None:
    """null says that there is none, which is "" from here on; a key that is not there says nothing.
    """
    found = fields.node(key)
    if found is None:
        return None
    return "" if found.kind == "null" else fields.text(key)

# SPDX-License-Identifier: Apache-2.0
"""The sections receive, auth, tolerance, identify, idempotency and stages -> model."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from callgen import names
from callgen.fields import Fields
from callgen.load import Node
from callgen.model import (
    STATUSES,
    Auth,
    BodySource,
    MemberStep,
    Method,
    Route,
    Schema,
    Segment,
    Sources,
    Stage,
    Tolerance,
)
from callgen.problems import Problems, unknown
from callgen.schema.graph import Schema as Check
from callgen.sources import TEXT_KINDS, body_source, read_sources, read_template

MAX_BODY = 1024 * 1024
_PATH = re.compile(r"^/[!-~]*$")
_MEDIA = re.compile(r"^(?:\*/\*|[!#$&^_.+0-9A-Za-z-]+/[!#$&^_.+0-9A-Za-z-]+)$")
_ROUTE_KEYS = ("path", "method", "content", "max_body", "respond_within", "cors", "applies_stage")
_KEY_SLOTS = ("provider", "mount", "task_id", "stage")


def read_routes(node: Node | None, problems: Problems) -> tuple[Route, ...]:
    if node is None:
        return ()
    if node.kind != "list" or not node.value:
        problems.add(node.mark, "'receive' must be a list of routes")
        return ()
    routes: dict[tuple[str, str], Route] = {}
    for item in node.value:
        route = _route(item, problems)
        if route is None:
            continue
        key = (route.method, route.path)
        if key in routes:
            text = (
                f"{route.method} {route.path} is received twice: first on line "
                f"{routes[key].mark.line}"
            )
            problems.add(route.mark, text)
        routes.setdefault(key, route)
    return tuple(routes.values())


def _route(node: Node, problems: Problems) -> Route | None:
    fields = Fields(node, problems, _ROUTE_KEYS, required=["path"])
    path = fields.text("path")
    if not fields or not path:
        return None
    mark = fields.node("path").mark
    if not _PATH.fullmatch(path) or "?" in path or "#" in path or len(path) > 512:
        problems.add(mark, "'path' must begin with / and hold no ?, # or space")
    content = fields.list_of_text("content") if "content" in fields else ()
    for item in content:
        if not _MEDIA.fullmatch(item.value):
            problems.add(
                item.mark, f"'{item.value}' is no media type such as application/json or */*"
            )
    if "content" in fields and not content:
        problems.add(fields.mark, "'content' must name a media type")
    return Route(
        path=path,
        method=fields.choice("method", ("POST", "PUT"), "POST"),
        content=tuple(item.value for item in content) or ("application/json",),
        max_body=fields.size_bytes("max_body", 256 * 1024, MAX_BODY),
        respond_within=fields.duration_ms("respond_within", 15_000, 600_000),
        cors=fields.flag("cors"),
        applies_stage=fields.text("applies_stage"),
        mark=mark,
    )


# --- auth

_HMAC_KEYS = ("header", "algorithm", "encoding", "prefix", "secret")
_METHOD_KEYS = {
    "hmac": _HMAC_KEYS, "token": ("header", "query", "prefix", "secret"), "none": ("reason",)
}


def read_auth(node: Node | None, problems: Problems) -> Auth:
    fields = Fields(
        node, problems, ("any_of", "on_missing_secret", "waiver"), ["any_of"], ["all_of"]
    )
    on_missing = fields.choice(
        "on_missing_secret", ("refuse_start", "reject", "skip_warn"), "refuse_start"
    )
    found = fields.node("any_of", "list")
    if found is not None and not found.value:
        problems.add(found.mark, "'any_of' needs a method: hmac, token or none")
    methods, reasons = [], []
    for item in found.value if found is not None else ():
        method = Fields(item, problems, tuple(_METHOD_KEYS), word="method")
        if method and len(item.value) != 1:
            problems.add(item.mark, "a method stands alone: hmac, token or none")
        for kind in (kind for kind in _METHOD_KEYS if kind in method):
            inner = Fields(method.node(kind), problems, _METHOD_KEYS[kind])
            methods.append(_method(kind, inner, problems))
            reasons.append(inner.text("reason"))
    waiver = fields.text("waiver") or (reasons[0] if len(reasons) == 1 else "")
    if any(method.kind != "hmac" for method in methods) and not waiver.strip():
        text = "a scheme that does not cover the body needs a waiver: why is that acceptable?"
        problems.add(found.mark, text)
    return Auth(tuple(methods), on_missing, waiver)


def _method(kind: str, fields: Fields, problems: Problems) -> Method:
    if kind == "none":
        if fields and not fields.text("reason").strip():
            problems.add(fields.mark, "key 'reason' is missing")
        return Method("none")
    header, query = fields.text("header"), fields.text("query")
    if fields and bool(header) == bool(query):
        text = (
            "a token is in a header or in the query" if kind == "token" else "key 'header' is "
            "missing"
        )
        problems.add(fields.mark, text)
    for name in filter(None, (header, query)):
        if not names.TOKEN.fullmatch(name):
            problems.add(
                fields.node("header" if header else "query").mark, f"'{name}' is no field name"
            )
    fields.choice("algorithm", ("sha256",), "sha256", ("sha1", "sha512"))
    return Method(
        kind=kind,
        header=header,
        query=query,
        prefix=fields.text("prefix"),
        encoding=fields.choice("encoding", ("hex", "base64"), "hex", ("base64url",)),
        env=_secret(fields, problems),
    )


def _secret(fields: Fields, problems: Problems) -> str:
    if fields and "secret" not in fields:
        problems.add(fields.mark, "key 'secret' is missing")
    secret = Fields(fields.node("secret"), problems, ("env",), ["env"], ["file", "rotate"])
    name = secret.text("env")
    if name and not names.ENVIRONMENT.fullmatch(name):
        problems.add(
            secret.node("env").mark,
            f"'{name}' is no name of an environment variable: A-Z, 0-9 and _",
        )
    return name


# --- tolerance

_TOLERANCE_KEYS = (
    "nulls",
    "empty_strings",
    "unknown_members",
    "numbers_in_strings",
    "max_depth",
    "on_invalid_member",
)


def read_tolerance(node: Node | None, preset: str, problems: Problems) -> Tolerance:
    fields = Fields(node, problems, _TOLERANCE_KEYS, later=["duplicate_members", "bom"])
    default = "drop" if preset == "always_200" else "reject"
    return Tolerance(
        nulls_absent=fields.choice("nulls", ("absent", "reject"), "absent") == "absent",
        empty_strings_absent=fields.choice("empty_strings", ("absent", "keep"), "keep") == "absent",
        reject_unknown=fields.choice(
            "unknown_members", ("ignore", "reject"), "ignore", ["keep"]
        ) == "reject",
        numbers_in_strings=fields.flag("numbers_in_strings"),
        drop_invalid=fields.choice("on_invalid_member", ("drop", "reject"), default) == "drop",
        max_depth=fields.integer("max_depth", 32, 1, 128),
    )


# --- identify, idempotency

@dataclass(frozen=True)
class Identity:
    task_id: Sources = ()
    record_id: Sources = ()
    code: Sources = ()
    message: Sources = ()
    has_code: bool = False  # be it a good one or not


def read_identify(
    node: Node | None, payload: Schema, problems: Problems, checks: Sequence[Check]
) -> Identity:
    fields = Fields(node, problems, ("task_id", "record_id", "code", "message"), ["task_id"])
    return Identity(
        read_sources(fields.node("task_id"), payload, problems, TEXT_KINDS, checks),
        read_sources(fields.node("record_id"), payload, problems, TEXT_KINDS, checks),
        read_sources(fields.node("code"), payload, problems, ("integer",)),
        read_sources(fields.node("message"), payload, problems, ("string",)),
        "code" in fields,
    )


@dataclass(frozen=True)
class Idempotency:
    delivery_id: Sources = ()
    key: tuple[Segment, ...] = ()
    ttl: int = 3_600_000


def read_idempotency(node: Node | None, payload: Schema, problems: Problems) -> Idempotency:
    fields = Fields(node, problems, ("key", "ttl"), ["key"])
    ttl = fields.duration_ms("ttl", 3_600_000)
    found = fields.node("key")
    if found is None:
        return Idempotency(ttl=ttl)
    items = found.value if found.kind == "list" else (found,)
    last = items[-1] if items else None
    if last is None or last.kind != "str" or last.value.startswith("$"):
        text = (
            "the last key must be a template of what every callback has, such as "
            "'{provider}:{task_id}:{stage}'"
        )
        problems.add(last.mark if last is not None else found.mark, text)
        return Idempotency(ttl=ttl)
    key = read_template(last.value, last.mark, problems, _KEY_SLOTS, payload)
    if not any(not isinstance(segment, str) and segment.name == "task_id" for segment in key):
        problems.add(last.mark, "the derived key must hold {task_id}: else all tasks share it")
    sources = [s for item in items[:-1] for s in read_sources(item, payload, problems, TEXT_KINDS)]
    return Idempotency(tuple(sources), key, ttl)


# --- stages

MAX_STAGES = 255
_STAGE_KEYS = (
    "order", "status", "terminal", "require", "or_earlier", "expect_any", "expected", "description"
)
_STAGE_LATER = ("label", "severity", "typical", "late", "after", "forbid", "respond")


@dataclass(frozen=True)
class Stages:
    values: tuple[Stage, ...] = ()
    source: Sources = ()


def read_stages(
    node: Node | None, payload: Schema, routes: tuple[Route, ...], problems: Problems
) -> Stages:
    fields = Fields(node, problems, ("from", "initial", "values"), ["values"], ["late", "unknown"])
    initial = fields.node("initial")
    if initial is not None and fields.choice("initial", STATUSES, "pending") != "pending":
        problems.add(
            initial.mark,
            f"'initial: {initial.value}' is not compiled yet: a task without a stage is pending",
        )
    source = read_sources(fields.node("from"), payload, problems, ("string",))
    values = fields.node("values", "map")
    if values is not None and not values.value:
        problems.add(values.mark, "'values' needs a stage")
    stages = [
        _stage(key, value, payload, problems)
        for key, value in (values.value[:MAX_STAGES] if values is not None else ())
    ]
    if values is not None and len(values.value) > MAX_STAGES:
        problems.add(values.mark, f"a schema has at most {MAX_STAGES} stages: each has an order of its own")
    _check_orders(values, stages, problems)
    _check_names(values, stages, source, problems)
    known = [stage.name for stage in stages]
    for route in routes:
        if route.applies_stage and route.applies_stage not in known:
            problems.add(route.mark, unknown("stage", route.applies_stage, known))
        if not route.applies_stage and node is not None and "from" not in fields:
            text = (
                f"nothing says the stage on {route.path}: say where it stands ('from'), or "
                "applies_stage there"
            )
            problems.add(node.mark, text)
    return Stages(tuple(sorted(stages, key=lambda stage: stage.order)), source)


def _stage(key: Node, node: Node, payload: Schema, problems: Problems) -> Stage:
    fields = Fields(node, problems, _STAGE_KEYS, ["order", "status"], _STAGE_LATER)
    name = names.enumerator(key.value)
    if not key.value or names.why_no_identifier(name) is not None or len(key.value) > 64:
        problems.add(key.mark, f"no enumerator can be made of the stage '{key.value}'")
    earlier = fields.node("or_earlier")
    if earlier is not None and fields.node("require") is None:
        problems.add(earlier.mark, "'or_earlier' without 'require': nothing has to be brought")
    order = fields.integer("order", 0, 1, 255)
    status = fields.choice("status", STATUSES, "")
    return Stage(
        key.value,
        name,
        order,
        status,
        fields.flag("terminal"),
        _places(fields, "require", payload, problems),
        fields.duration_ms("or_earlier", 0),
        _places(fields, "expect_any", payload, problems),
        fields.duration_ms("expected", 0),
        fields.text("description"),
    )


def _places(
    fields: Fields, key: str, payload: Schema, problems: Problems
) -> tuple[BodySource, ...]:
    found = fields.list_of_text(key)
    if key in fields and fields.node(key).kind == "list" and not found:
        problems.add(fields.node(key).mark, f"'{key}' must be a list of pointers such as /data/id")
    places = [body_source(item.value, item.mark, payload, problems) for item in found]
    for place in places:
        last = place.steps[-1] if place is not None else None
        if isinstance(last, MemberStep) and last.member.default:
            problems.add(place.mark, f"'{place.pointer}' has a default: it is never absent")
    return tuple(place for place in places if place is not None)


def _marked(values: Node | None, stages: list[Stage]) -> Iterator[tuple[Node, Stage]]:
    yield from zip((key for key, _ in values.pairs()), stages) if values is not None else ()


def _check_orders(values: Node | None, stages: list[Stage], problems: Problems) -> None:
    orders: dict[int, str] = {}
    spelled: dict[str, str] = {}
    for key, stage in _marked(values, stages):
        ended = [s.name for s in stages if s.terminal and 0 < s.order < stage.order]
        if ended and not stage.terminal:
            text = f"stage '{stage.name}' ranks above '{ended[0]}', which is terminal: one of them ends the task"
            problems.add(key.mark, text)
        if stage.order and stage.order in orders:
            text = (
                f"stages '{orders[stage.order]}' and '{stage.name}' have one order: a tie has no "
                "winner"
            )
            problems.add(key.mark, text)
        orders.setdefault(stage.order, stage.name)
        if stage.enumerator in spelled:
            problems.add(
                key.mark,
                f"stages '{spelled[stage.enumerator]}' and '{stage.name}' are one name in C++",
            )
        spelled[stage.enumerator] = stage.name
        for other in stages:
            is_late_failure = stage.status == "failed" and other.status == "completed"
            if is_late_failure and stage.order > other.order > 0:
                text = (
                    f"stage '{stage.name}' (failed) ranks above '{other.name}' (completed): "
                    "success outranks failure"
                )
                problems.add(key.mark, text)


def _check_names(
    values: Node | None, stages: list[Stage], source: Sources, problems: Problems
) -> None:
    for found in source:
        if not isinstance(found, BodySource) or not found.leaf.names:
            continue
        known = [stage.name for stage in stages]
        for name in found.leaf.names:
            if name not in known and values is not None:
                problems.add(
                    values.mark, f"the enum at {found.pointer} has '{name}', which is no stage"
                )

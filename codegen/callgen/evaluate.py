# SPDX-License-Identifier: Apache-2.0
"""Foretells what an example becomes, and reports where that is not what it expects."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl

from callgen.evaluate_records import Callback, Rows, at
from callgen.model import (
    BodySource,
    Code,
    Example,
    HeaderSource,
    Provider,
    SearchSource,
    Segment,
    Sources,
    Stage,
    Step,
)
from callgen.problems import Problems
from callgen.search import MAX_ID_BYTES, find
from callgen.json_text import NotJson, parse_json
from callgen.validate import Refused, read_payload

_STORED_AS_EVENT = ("accepted", "unknown_type", "conflict", "unknown_task")
_FURNISHING = ("accepted", "unknown_task")
_WITH_ROWS = ("accepted", "unknown_type", "conflict", "duplicate")


@dataclass(frozen=True)
class Verdict:
    """What becomes of one request. None: it cannot be foretold."""

    outcome: str
    task_id: str | None = None
    stage: str | None = None
    status: str | None = None
    code_name: str | None = None
    error: str | None = None
    record_id: str | None = None


@dataclass(frozen=True)
class _Request:
    """A step with its body, read without and with the schema."""

    step: Step
    document: Any
    payload: Any


@dataclass
class _History:
    """What one receiver remembers over the steps of an example."""

    deliveries: dict[str, bytes] = field(default_factory=dict)
    derived: set[tuple[str, bytes]] = field(default_factory=set)
    furnished: set[str] = field(default_factory=set)  # tasks that got what a stage requires
    tasks: dict[str, Stage] = field(default_factory=dict)
    registered: dict[str, dict[str, Any]] = field(default_factory=dict)  # contexts by task id
    rows: Rows = field(default_factory=Rows)
    stored: int = 0
    last: Callback | None = None  # that was stored


def history_of(provider: Provider, example: Example) -> _History:
    """What is there before the example's first step."""
    history = _History()
    if example.context is not None:
        task_id = example.steps[0].expect.task_id or ""
        history.registered[task_id] = example.context
        history.rows.register(provider, task_id, example.context)
    return history


def check_examples(provider: Provider, problems: Problems) -> None:
    owners: dict[str, str] = {}
    for example in provider.examples:
        history = history_of(provider, example)
        for step in example.steps:
            verdict = evaluate(provider, step, history)
            _compare(step, verdict, problems)
            _compare_rows(step, verdict, history, problems)
            if verdict.outcome not in _STORED_AS_EVENT or not verdict.task_id:
                continue
            if owners.setdefault(verdict.task_id, example.name) != example.name:
                text = (
                    f"task id '{verdict.task_id}' is example '{owners[verdict.task_id]}' too: give "
                    "each its own"
                )
                problems.add(example.mark, text)


def _compare(step: Step, verdict: Verdict, problems: Problems) -> None:
    wanted = step.expect
    if wanted.outcome != verdict.outcome:
        because = f" ({verdict.error})" if verdict.error else ""
        text = (
            f"the example expects outcome {wanted.outcome}, but becomes {verdict.outcome}{because}"
        )
        problems.add(wanted.mark, text)
        return
    for key in ("task_id", "record_id", "stage", "code_name", "status", "error"):
        expected, found = getattr(wanted, key), getattr(verdict, key)
        if expected is None:
            continue
        if found is None:
            problems.add(
                wanted.mark,
                f"'{key}' cannot be foretold for outcome {verdict.outcome}: leave it out",
            )
        elif expected != found and not (key == "error" and found.startswith(expected)):
            text = f"the example expects {key} '{expected}', but gets '{found}'"
            problems.add(wanted.mark, text)


def _compare_rows(
    step: Step, verdict: Verdict, history: _History, problems: Problems
) -> None:
    for record, wanted in step.expect.records:
        if not verdict.task_id or verdict.outcome not in _WITH_ROWS:
            text = f"'records' cannot be foretold for outcome {verdict.outcome}: leave it out"
            problems.add(step.expect.mark, text)
            return
        found = len(history.rows.of(verdict.task_id, record))
        if found != wanted:
            text = f"the example expects {wanted} rows of record '{record}', but gets {found}"
            problems.add(step.expect.mark, text)


def evaluate(provider: Provider, step: Step, history: _History | None = None) -> Verdict:
    """The path of one request, in the order of the pipeline."""
    history = history if history is not None else _History()
    if (refused := _before_reading(provider, step)) is not None:
        return Verdict(refused)
    try:
        document = parse_json(step.body, provider.tolerance.max_depth)
        request = _Request(step, document, read_payload(provider, document))
    except NotJson:
        return Verdict("bad_json", "", "", code_name="", record_id="")
    except Refused as error:
        return Verdict("schema_error", "", "", code_name="", error=str(error), record_id="")
    return _identified(provider, request, history)


def _identified(provider: Provider, request: _Request, history: _History) -> Verdict:
    row = _code(provider, request)
    record_id = _first(provider.record_id, request)
    known = Verdict(
        "accepted",
        code_name=row.name if row is not None else "",
        record_id=record_id if len(record_id.encode()) <= MAX_ID_BYTES else "",
    )
    task_id = _first(provider.task_id, request)
    if not task_id:
        return replace(known, outcome="no_task_id", task_id="")
    if len(task_id.encode()) > MAX_ID_BYTES:
        why = "the task id is longer than 256 bytes"
        return replace(known, outcome="schema_error", task_id="", error=why)
    name = (row.stage if row is not None else "") or request.step.route.applies_stage
    name = name or _first(provider.stage_from, request)
    stage = provider.stage(name)
    unmet = _unmet(request, stage)
    # An example takes no time, so what furnished its task always counts.
    if unmet and not (stage.or_earlier and task_id in history.furnished):
        return replace(known, outcome="schema_error", error=unmet)
    outcome = "unknown_type" if name and stage is None else "accepted"
    if outcome == "accepted" and provider.tasks_required and task_id not in history.registered:
        outcome = "unknown_task"
    verdict = replace(known, outcome=outcome, task_id=task_id, stage=name)
    verdict = _stored(provider, request, verdict, history)
    if stage is not None and stage.require and verdict.outcome in _FURNISHING:
        history.furnished.add(task_id)
    return verdict


def _unmet(request: _Request, stage: Stage | None) -> str:
    """What the stage requires and the payload lacks."""
    for required in stage.require if stage is not None else ():
        if not _at(request.payload, required):
            return f"{required.pointer}: required in stage {stage.name}"
    return ""


def _integer_code(provider: Provider, request: _Request) -> int | None:
    """Text of digits counts."""
    text = _first(provider.code, request)
    if not re.fullmatch(r"-?[0-9]+", text) or not -(2**63) <= int(text) < 2**63:
        return None
    return int(text)


def _code(provider: Provider, request: _Request) -> Code | None:
    """What the schema says of the request's code."""
    value = _integer_code(provider, request)
    return None if value is None else provider.code_row(value)


def _before_reading(provider: Provider, step: Step) -> str | None:
    media = next(value for name, value in step.fields if name.lower() == "content-type")
    media = media.split(";")[0].strip().lower()
    taken = [item.lower() for item in step.route.content]
    if "*/*" not in taken and media not in taken:
        return "unsupported_media"
    if len(step.body) > step.route.max_body:
        return "too_large"
    if step.is_signed or any(method.kind == "none" for method in provider.auth.methods):
        return None
    sent = {name.lower() for name, _ in step.fields}
    query = {name for name, _ in parse_qsl(step.query, keep_blank_values=True)}
    methods = provider.auth.methods
    present = any(m.header.lower() in sent or (m.query and m.query in query) for m in methods)
    return "invalid_signature" if present else "missing_signature"


def _stored(
    provider: Provider, request: _Request, verdict: Verdict, history: _History
) -> Verdict:
    """De-duplicates as the store does, then moves the task."""
    outcome = verdict.outcome
    delivery = _first(provider.delivery_id, request)
    if delivery:
        before = history.deliveries.get(delivery)
        if before is not None:
            outcome = "duplicate" if before == request.step.body else "conflict"
        history.deliveries.setdefault(delivery, request.step.body)
    else:
        key = (_derived(provider.derived_key, provider, verdict), request.step.body)
        outcome = "duplicate" if key in history.derived else outcome
        history.derived.add(key)
    if outcome == "duplicate" and verdict.outcome == "unknown_task":
        outcome = verdict.outcome  # a repetition is told the same until somebody registers the task
    if outcome == "unknown_task":  # kept for whoever registers the task, which does not move
        return replace(verdict, outcome=outcome)
    if outcome != "duplicate":
        _move(provider, request, replace(verdict, outcome=outcome), history)
    current = history.tasks.get(verdict.task_id)
    status = current.status if current is not None else "pending"
    return replace(verdict, outcome=outcome, status=status)


def _move(provider: Provider, request: _Request, verdict: Verdict, history: _History) -> None:
    """What an event does to its task: its stage, if it was accepted, and the rows of records."""
    stage = provider.stage(verdict.stage or "")
    current = history.tasks.get(verdict.task_id)
    moves = stage is not None and verdict.outcome == "accepted"
    if moves and (current is None or stage.order >= current.order):
        history.tasks[verdict.task_id] = stage
    history.stored += 1
    meta = {
        "provider": provider.name,
        "mount": provider.name,
        "task_id": verdict.task_id,
        "record_id": verdict.record_id,
        "stage": verdict.stage,
        "status": stage.status if stage is not None else None,
        "code": _integer_code(provider, request),
        "code_name": verdict.code_name,
        "message": _first(provider.message, request),
        "outcome": verdict.outcome,
        "received_at": history.stored,
        "sequence": history.stored,
    }
    context = history.registered.get(verdict.task_id, {})
    body = request.step.body
    callback = Callback(request.payload, body, verdict.stage or "", stage, meta, context)
    history.last = callback
    history.rows.add(provider, verdict.task_id, callback)


def _derived(key: tuple[Segment, ...], provider: Provider, verdict: Verdict) -> str:
    values = {
        "provider": provider.name,
        "mount": provider.name,
        "task_id": verdict.task_id,
        "stage": verdict.stage,
    }
    return "".join(part if isinstance(part, str) else values[part.name] or "" for part in key)


def _first(sources: Sources, request: _Request) -> str:
    """The first source that is there and not empty; "" when none is."""
    step = request.step
    for source in sources:
        if isinstance(source, BodySource):
            value = _at(request.payload, source)
        elif isinstance(source, SearchSource):
            value = find(source, request.document)
        elif isinstance(source, HeaderSource):
            value = next(
                (v for name, v in step.fields if name.lower() == source.name.lower()), None
            )
        else:
            value = dict(reversed(parse_qsl(step.query, keep_blank_values=True))).get(source.name)
        if value is not None and value != "":
            return str(value)
    return ""


def _at(payload: Any, source: BodySource) -> Any:
    """The value at a path; None when any part of it is absent, null or empty text or array."""
    here = at(payload, source)
    return None if here == "" or here == [] else here

# SPDX-License-Identifier: Apache-2.0
"""The section answers: what the provider is told for every outcome, from a preset and the schema's
own entries.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass

from callgen import names
from callgen.fields import Fields
from callgen.load import Node
from callgen.model import EVENT, NOWHERE, OUTCOMES, Answer, Schema, Segment, Slot
from callgen.problems import Problems, unknown
from callgen.sources import read_template, value_source
from callgen.told import Told

PRESETS = ("strict", "always_200")
SLOTS = (
    "provider mount task_id record_id stage status code code_name severity message outcome error "
    "received_at sequence value"
).split()
_OWN_FIELDS = ("content-length", "content-type", "transfer-encoding", "connection", "date")
_MAX_LITERAL = 2048  # bytes of one body; an answer has 4 KiB for head, body and slots
_MAX_LOG_LITERAL = 1024  # the same of callgate::limits::max_log_details_bytes
_STRICT = {
    "missing_signature": 401,
    "invalid_signature": 401,
    "stale_timestamp": 401,
    "bad_json": 400,
    "schema_error": 422,
    "no_task_id": 422,
    "processing_failed": 500,
    "queue_full": 503,
    "store_error": 503,
    "deadline": 503,
    "rate_limited": 429,
    "too_large": 413,
    "unsupported_media": 415,
}
_RETRY_AFTER = {"queue_full": "5", "store_error": "5", "deadline": "5", "rate_limited": "1"}


@dataclass(frozen=True)
class Place:
    """Where a body stands. why_no_expression: "" where '$expression' can stand in it."""

    told: Told
    why_no_expression: str = ""
    unknown: frozenset[str] = frozenset()  # slots of which nothing is ever known in it
    outcome: str = ""

    @property
    def payload(self) -> Schema:
        return self.told.world.payload

    @property
    def problems(self) -> Problems:
        return self.told.world.problems


def preset_of(node: Node | None) -> str:
    """The preset's name as written, before anything is checked."""
    found = node.get("preset") if node is not None and node.kind == "map" else None
    return found.value if found is not None and found.kind == "str" else ""


def _preset(name: str) -> dict[str, Answer]:
    answers = {}
    for outcome, placement in OUTCOMES.items():
        status = _STRICT.get(outcome, 200)
        if name == "always_200" and placement != NOWHERE:
            status = 200
        body = '{"ok":true}' if status < 300 else f'{{"ok":false,"error":"{outcome}"}}'
        retry = _RETRY_AFTER.get(outcome)
        fields = (("Retry-After", retry),) if retry is not None else ()
        answers[outcome] = Answer(status, (body,), fields)
    return answers


def read_answers(node: Node | None, told: Told) -> dict[str, Answer]:
    problems = told.world.problems
    fields = Fields(node, problems, ("preset", *OUTCOMES), word="outcome")
    preset = fields.choice("preset", PRESETS, "")
    answers = _preset(preset) if preset else {}
    for outcome in OUTCOMES:
        entry = fields.node(outcome)
        if entry is not None:
            answers[outcome] = _answer(entry, outcome, answers.get(outcome), told)
    holes = [outcome for outcome in OUTCOMES if outcome not in answers]
    if holes and fields and ("preset" not in fields or preset):
        text = (
            f"no answer for {', '.join(holes)}: give each one, or start from preset strict or "
            "always_200"
        )
        problems.add(fields.mark, text)
    return answers


def _answer(node: Node, outcome: str, base: Answer | None, told: Told) -> Answer:
    problems = told.world.problems
    fields = Fields(
        node, problems, ("status", "headers", "body"), [] if base is not None else ["status"]
    )
    status = fields.integer("status", base.status if base is not None else 0, 200, 599)
    if OUTCOMES[outcome] == NOWHERE and 200 <= status < 300:
        mark = (fields.node("status") or node).mark
        text = (
            f"{status} for {outcome}, which stores nothing: only what is stored may be acknowledged"
        )
        problems.add(mark, text)
    body = base.body if base is not None else ()
    if (found := fields.node("body")) is not None:
        place = Place(told, _why_no_expression(outcome), _unknown(outcome), outcome)
        body = read_body(found, place, _MAX_LITERAL)
    if status in (204, 205, 304) and body:
        problems.add(node.mark, f"an answer with status {status} has no body")
    own = _fields(fields, problems) if "headers" in fields else None
    return Answer(status, body, own if own is not None else base.fields if base is not None else ())


def _why_no_expression(outcome: str) -> str:
    if OUTCOMES[outcome] == EVENT:
        return ""
    can = ", ".join(name for name, kept in OUTCOMES.items() if kept == EVENT)
    return (
        f"'$expression' needs the task that a callback is stored with, and {outcome} has none: it "
        f"can stand in the answers for {can}"
    )


# Before anything of the callback is read.
_UNREAD = (
    "missing_signature", "invalid_signature", "stale_timestamp", "bad_json", "rate_limited", "too_large",
    "unsupported_media",
)
_READ = frozenset("task_id record_id stage status code code_name severity message value".split())


def _unknown(outcome: str) -> frozenset[str]:
    unread = _READ if outcome in _UNREAD else frozenset()
    unstored = {"sequence"} if OUTCOMES[outcome] == NOWHERE else set()
    return unread | unstored | ({"task_id"} if outcome == "no_task_id" else set())


def _fields(fields: Fields, problems: Problems) -> tuple[tuple[str, str], ...]:
    return read_header_fields(fields.node("headers", "map"), problems, _OWN_FIELDS)


def read_header_fields(
    node: Node | None, problems: Problems, refused: tuple[str, ...] = ()
) -> tuple[tuple[str, str], ...]:
    """Names and values of header fields, as written."""
    out = []
    for key, value in node.pairs() if node is not None else ():
        if not names.TOKEN.fullmatch(key.value):
            problems.add(key.mark, f"'{key.value}' is no field name")
        elif key.value.lower() in refused:
            problems.add(key.mark, f"the server itself writes '{key.value}'")
        elif value.kind != "str":
            problems.add(value.mark, "a field's value must be text: quote it")
        elif any(not " " <= c <= "~" for c in value.value):
            problems.add(value.mark, "a field's value must be printable ASCII on one line")
        else:
            out.append((key.value, value.value.strip()))
    return tuple(out)


def read_log(node: Node | None, told: Told) -> tuple[Segment, ...]:
    """The section log: what a callback's log line tells beside what all of them do."""
    if node is None:
        return ()
    if node.kind != "map" or not node.value or node.value[0][0].value.startswith("$"):
        told.world.problems.add(node.mark, "'log' must be a mapping of members")
        return ()
    return read_body(node, Place(told), _MAX_LOG_LITERAL)


def read_body(node: Node, place: Place, max_literal: int) -> tuple[Segment, ...]:
    """A body as compact JSON with its slots. max_literal: bytes that it may have without them."""
    body = _merged(_json(node, place))
    if sum(len(part.encode()) for part in body if isinstance(part, str)) > max_literal:
        place.problems.add(node.mark, f"a body of more than {max_literal} bytes")
    return body


def _json(node: Node, place: Place) -> Iterator[Segment]:
    if node.kind == "map" and node.value and node.value[0][0].value.startswith("$"):
        yield from _function(node, place)
    elif node.kind == "map":
        yield from _members(node, place)
    elif node.kind == "list":
        for index, item in enumerate(node.value):
            yield "," if index else "["
            yield from _json(item, place)
        yield "]" if node.value else "[]"
    elif node.kind == "str":
        yield from _text(node, place)
    elif node.kind == "float" and not math.isfinite(node.value):
        place.problems.add(node.mark, "JSON has no such number")
    else:
        yield json.dumps(node.value)


def _members(node: Node, place: Place) -> Iterator[Segment]:
    for index, (key, value) in enumerate(node.pairs()):
        if "{" in key.value or "}" in key.value:
            place.problems.add(key.mark, "a slot in a member's name is not compiled yet")
        yield ("," if index else "{") + json.dumps(key.value, ensure_ascii=False) + ":"
        yield from _json(value, place)
    yield "}" if node.value else "{}"


def _text(node: Node, place: Place) -> Iterator[Segment]:
    parts = read_template(node.value, node.mark, place.problems, tuple(SLOTS), place.payload)
    for part in parts:
        if isinstance(part, Slot):
            _check_known(part, node, place)
    if len(parts) == 1 and isinstance(parts[0], Slot):
        yield parts[0]
        return
    yield '"'
    for part in parts:
        if isinstance(part, Slot):
            yield Slot(part.name, True, part.sources)
        else:
            yield json.dumps(part, ensure_ascii=False)[1:-1]
    yield '"'


def _check_known(slot: Slot, node: Node, place: Place) -> None:
    if slot.name in place.unknown:
        what = "the payload" if slot.name == "value" else f"'{{{slot.name}}}'"
        text = f"{what} is never known when the outcome is {place.outcome}: it would always be null"
        place.problems.add(node.mark, text)


def _function(node: Node, place: Place) -> Iterator[Segment]:
    key, value = node.value[0]
    if key.value not in ("$first_of", "$expression"):
        place.problems.add(key.mark, unknown("function", key.value, ["$first_of", "$expression"]))
    elif key.value == "$first_of":
        yield from _first_of(node, place)
    elif len(node.value) != 1:
        place.problems.add(key.mark, "'$expression' stands alone")
    elif place.why_no_expression:
        place.problems.add(key.mark, place.why_no_expression)
    elif (slot := place.told.slot(value)) is not None:
        yield slot


def _first_of(node: Node, place: Place) -> Iterator[Segment]:
    key, value = node.value[0]
    if len(node.value) != 1 or value.kind != "list" or not value.value:
        place.problems.add(
            key.mark, "'$first_of' stands alone and takes a list of $request.body#/pointer"
        )
        return
    found = [
        value_source(str(item.value), item.mark, place.payload, place.problems)
        for item in value.value
    ]
    slot = Slot("value", sources=tuple(source for source in found if source is not None))
    _check_known(slot, node, place)
    yield slot


def _merged(segments: Iterator[Segment]) -> tuple[Segment, ...]:
    """Literals that touch become one."""
    out: list[Segment] = []
    for segment in segments:
        if isinstance(segment, str) and out and isinstance(out[-1], str):
            out[-1] += segment
        else:
            out.append(segment)
    return tuple(out)

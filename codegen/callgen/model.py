# SPDX-License-Identifier: Apache-2.0
"""What a checked schema says, as frozen data.

No YAML, no C++ text; C++ names are chosen already.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from callgen.payload_model import Bound, Member, Schema, structs_below
from callgen.problems import Mark
from callgen.schema.graph import Schema as Check
from callgen.table import Table

# The closed list of outcomes, in the order of callgate::outcome, and where a callback with it is
# kept.
EVENT, QUARANTINE, NOWHERE = "event", "quarantine", "nowhere"
OUTCOMES: dict[str, str] = {
    "accepted": EVENT,
    "duplicate": EVENT,
    "conflict": EVENT,
    "missing_signature": QUARANTINE,
    "invalid_signature": QUARANTINE,
    "stale_timestamp": QUARANTINE,
    "bad_json": QUARANTINE,
    "schema_error": QUARANTINE,
    "no_task_id": QUARANTINE,
    "unknown_type": EVENT,
    "unknown_task": EVENT,
    "processing_failed": EVENT,
    "passive": EVENT,
    "queue_full": NOWHERE,
    "store_error": NOWHERE,
    "deadline": NOWHERE,
    "rate_limited": NOWHERE,
    "too_large": NOWHERE,
    "unsupported_media": NOWHERE,
}
STATUSES = ("pending", "processing", "completed", "failed")
SEVERITIES = ("success", "info", "warning", "error")
RETRY_ADVICE = ("never", "later", "safe", "changed_input")


__all__ = ["Bound", "Member", "Schema", "structs_below"]  # a part of the model


@dataclass(frozen=True)
class MemberStep:
    struct: Schema
    member: Member


@dataclass(frozen=True)
class BodySource:
    pointer: str
    steps: tuple[MemberStep | int, ...]
    leaf: Schema
    mark: Mark

    @property
    def is_sensitive(self) -> bool:
        members = (step.member for step in self.steps if isinstance(step, MemberStep))
        return self.leaf.is_sensitive or any(member.is_sensitive for member in members)


@dataclass(frozen=True)
class HeaderSource:
    name: str


@dataclass(frozen=True)
class QuerySource:
    name: str


@dataclass(frozen=True)
class SearchSource:
    """The nearest member of one of these names, wherever it stands in the body."""

    keys: tuple[str, ...]
    max_depth: int
    embedded_json: bool


Source = BodySource | HeaderSource | QuerySource | SearchSource
Sources = tuple[Source, ...]


@dataclass(frozen=True)
class Slot:
    """A hole in a template. name: one of callgate::slot; sources: of `value`; told: of `told`, which
    of the provider's.
    """

    name: str
    quoted: bool = False
    sources: tuple[BodySource, ...] = ()
    told: int = 0


Segment = str | Slot


@dataclass(frozen=True)
class Route:
    path: str
    method: str
    content: tuple[str, ...]
    max_body: int  # bytes
    respond_within: int  # milliseconds
    cors: bool
    applies_stage: str  # "" when the payload says it
    mark: Mark


@dataclass(frozen=True)
class Method:
    kind: str  # hmac, token or none
    header: str = ""
    query: str = ""
    prefix: str = ""
    encoding: str = "hex"
    env: str = ""


@dataclass(frozen=True)
class Auth:
    methods: tuple[Method, ...]
    on_missing_secret: str
    waiver: str


@dataclass(frozen=True)
class Tolerance:
    nulls_absent: bool = True
    empty_strings_absent: bool = False
    reject_unknown: bool = False
    numbers_in_strings: bool = False
    drop_invalid: bool = False
    max_depth: int = 32


@dataclass(frozen=True)
class Stage:
    name: str
    enumerator: str
    order: int
    status: str
    terminal: bool
    require: tuple[BodySource, ...]
    or_earlier: int  # milliseconds for which an earlier callback will do; 0: none will
    expect_any: tuple[BodySource, ...]
    expected: int  # milliseconds after the task's first sign; 0 when nothing is said
    description: str


@dataclass(frozen=True)
class Code:
    value: int | None  # None: every code that is not listed
    name: str
    severity: str
    retry: str
    refunded: bool
    meaning: str
    messages: tuple[tuple[str, str], ...]  # locale, text
    stage: str  # "" when it says none


@dataclass(frozen=True)
class Answer:
    status: int
    body: tuple[Segment, ...]
    fields: tuple[tuple[str, str], ...]


# --- records

@dataclass(frozen=True)
class ContextField:
    """What an application may register with a task. type: text, integer, real or boolean."""

    name: str
    type: str
    max_bytes: int = 0  # of text
    names: tuple[str, ...] = ()  # of an enum
    description: str = ""


@dataclass(frozen=True)
class Expression:
    """Where the value of a column comes from, checked.

    form: as in the schema; a pointer is `body` (from the payload) or `item`; `real` makes a real
    of an integer, `nothing` is absent. type: text, integer, real, boolean, timestamp or json.
    """

    form: str
    type: str
    parts: tuple[Expression, ...] = ()
    source: BodySource | None = None  # of body, item, count, some and json
    value: Any = None  # what else belongs to the form
    shown: str = ""  # as in the schema, on one line


@dataclass(frozen=True)
class Column:
    name: str
    value: Expression

    @property
    def sql_name(self) -> str:
        return self.name.replace(".", "_")


@dataclass(frozen=True)
class Record:
    name: str
    columns: tuple[Column, ...]  # keys first
    key_columns: int
    when: tuple[str, ...]  # stages; none: every stored callback
    condition: Expression | None
    each: BodySource | None
    registered: bool = False  # has its row as soon as its task is registered
    description: str = ""


# --- examples

@dataclass(frozen=True)
class Expectation:
    outcome: str
    mark: Mark
    task_id: str | None = None  # "" is none; None is not said
    record_id: str | None = None
    stage: str | None = None
    code_name: str | None = None
    status: str | None = None
    error: str | None = None
    records: tuple[tuple[str, int], ...] = ()  # rows of the task afterwards


@dataclass(frozen=True)
class Step:
    route: Route
    query: str
    fields: tuple[tuple[str, str], ...]
    body: bytes
    is_signed: bool
    expect: Expectation


@dataclass(frozen=True)
class Example:
    name: str
    description: str
    steps: tuple[Step, ...]
    mark: Mark
    context: dict[str, Any] | None = None  # registered before the first step; None: nothing is


@dataclass(frozen=True)
class Provider:
    name: str
    title: str
    description: str
    docs: str
    file: str  # the schema's file name, without folders
    payload: Schema
    routes: tuple[Route, ...]
    auth: Auth
    tolerance: Tolerance
    task_id: Sources
    record_id: Sources
    code: Sources
    message: Sources
    delivery_id: Sources
    derived_key: tuple[Segment, ...]
    ttl: int  # milliseconds
    stages: tuple[Stage, ...]  # by order
    stage_from: Sources
    codes: tuple[Code, ...]  # by value
    unknown_code: Code | None
    answers: dict[str, Answer]
    log: tuple[Segment, ...]  # of a callback's log line; none: nothing more than all of them tell
    retention: int  # milliseconds
    tasks_required: bool
    context: tuple[ContextField, ...]
    tables: tuple[Table, ...]
    records: tuple[Record, ...]
    told: tuple[Expression, ...]  # by answers and the log
    examples: tuple[Example, ...]
    checks: tuple[Check, ...] = ()

    def stage(self, name: str) -> Stage | None:
        return next((stage for stage in self.stages if stage.name == name), None)

    def code_row(self, value: int) -> Code | None:
        """What is said of a code, listed or not; None when nothing is said of any."""
        return next((row for row in self.codes if row.value == value), self.unknown_code)

    def is_droppable(self, struct: Schema, member: Member) -> bool:
        """Whether a bad value of this member is dropped: nothing that moves a task may rest on it.
        """
        return self.tolerance.drop_invalid and not member.required and (
            struct, member
        ) not in self._used()

    def drops_other_types(self, struct: Schema, member: Member) -> bool:
        """Whether a value of another JSON type is dropped although members of it are used: a search
        finds the id in it.
        """
        return self.tolerance.drop_invalid and not member.required and (
            self._searches and member.schema.kind == "object"
        ) and not self.is_droppable(struct, member)

    @property
    def _searches(self) -> bool:
        return any(isinstance(source, SearchSource) for source in self.task_id)

    def _used(self) -> set[tuple[Schema, Member]]:
        keys = (*self.code, *self.message, *self.delivery_id, *self.stage_from)
        keys += () if self._searches else self.task_id
        required = (source for stage in self.stages for source in stage.require)
        bodies = [source for source in (*keys, *required) if isinstance(source, BodySource)]
        return {
            (s.struct, s.member) for body in bodies for s in body.steps if isinstance(s, MemberStep)
        }

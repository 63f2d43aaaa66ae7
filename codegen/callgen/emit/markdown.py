# SPDX-License-Identifier: Apache-2.0
"""kind markdown: a page per provider, for whoever sends its callbacks and whoever receives them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from callgen.emit.bundle import bundle
from callgen.emit.credentials import credential_of
from callgen.emit.curl import URL
from callgen.emit.markdown_examples import ExamplePage, example_pages
from callgen.emit.markdown_payload import Definition, definitions
from callgen.emit.markdown_text import code, codes, prose, table
from callgen.emit.outcomes import MEANINGS, where_kept
from callgen.emit.reading import readings
from callgen.emit.requests import sample_secrets, signing_method
from callgen.emit.source import Source
from callgen.emit.tables import RANKS, RANKS_SAYS, TASK, TASK_SAYS, RecordTable, record_tables
from callgen.model import (
    BodySource,
    HeaderSource,
    Method,
    Provider,
    QuerySource,
    SearchSource,
    Segment,
    Slot,
    Sources,
)
from callgen.render import render_template

_MISSING = {
    "refuse_start": "the receiver does not start",
    "reject": "every callback is refused",
    "skip_warn": "the receiver warns at its start and believes every callback",
}
_UNITS = ((86_400_000, "d"), (3_600_000, "h"), (60_000, "min"), (1000, "s"), (1, "ms"))
_SIZES = ((1024 * 1024, "MiB"), (1024, "KiB"), (1, "bytes"))


@dataclass(frozen=True)
class RecordPage:
    table: str
    about: str
    columns: str


@dataclass(frozen=True)
class Page:
    """Markdown in every member; empty where there is nothing to say."""

    provider: str
    file: str
    title: str
    description: str
    docs: str
    routes: str
    methods: tuple[str, ...]
    missing_secret: str
    waiver: str
    sign: bool
    payload: str
    definitions: tuple[Definition, ...]
    identity: tuple[str, ...]
    stages: str
    codes: str
    answers: str
    tolerance: tuple[str, ...]
    tasks: str
    context: str
    records: tuple[RecordPage, ...]
    retention: str
    url: str
    secrets: tuple[tuple[str, str], ...]
    examples: tuple[ExamplePage, ...]


def emit_markdown(source: Source) -> dict[str, str]:
    return {f"{source.provider.name}.md": render_template("provider.md.j2", _page(source))}


def _page(source: Source) -> Page:
    provider = source.provider
    found = definitions(bundle(source))
    return Page(
        provider=provider.name,
        file=provider.file,
        title=prose(provider.title),
        description=prose(provider.description),
        docs=prose(provider.docs),
        routes=_routes(provider),
        methods=tuple(_method(method) for method in provider.auth.methods),
        missing_secret=_MISSING[provider.auth.on_missing_secret],
        waiver=prose(provider.auth.waiver),
        sign=signing_method(provider) is not None,
        payload=found[0].name,
        definitions=found,
        identity=tuple(_identity(provider)),
        stages=_stages(provider),
        codes=_codes(provider),
        answers=_answers(provider),
        tolerance=tuple(_tolerance(provider)),
        tasks=_TASKS[provider.tasks_required],
        context=_context(provider),
        records=tuple(_record(each) for each in record_tables(provider)),
        retention=_scaled(provider.retention, _UNITS),
        url=URL,
        secrets=tuple(sample_secrets(provider).items()),
        examples=example_pages(provider),
    )


def _scaled(value: int, units: tuple[tuple[int, str], ...]) -> str:
    size, unit = next((each for each in units if value % each[0] == 0), units[-1])
    return f"{value // size} {unit}" if value else "0"


def _yes(holds: bool) -> str:
    return "yes" if holds else ""


# --- what arrives

def _routes(provider: Provider) -> str:
    head = ("method", "path", "content", "at most", "answered within", "is stage", "from browsers")
    rows = [
        (
            route.method,
            code(route.path),
            codes(route.content),
            _scaled(route.max_body, _SIZES),
            _scaled(route.respond_within, _UNITS),
            code(route.applies_stage),
            _yes(route.cors),
        )
        for route in provider.routes
    ]
    return table(head, rows)


def _method(method: Method) -> str:
    if method.kind == "none":
        return "Nothing is asked for"
    asked = credential_of(method)
    place = "Query parameter" if asked.place == "query" else "Header field"
    return (f"{place} {code(asked.name)}: {code(asked.form)}, where {asked.word} is {asked.meaning} "
            f"that the receiver has in {code(method.env)}")


def _identity(provider: Provider) -> Iterator[str]:
    for each in readings(provider):
        if each.sources:
            yield f"{each.what}: {_sources(each.sources)}"
    key = code(_template(provider.derived_key))
    kept = _scaled(provider.ttl, _UNITS)
    without = "Without a delivery id, a" if provider.delivery_id else "A"
    yield f"{without} callback is a duplicate of one with equal bytes and the same {key}"
    yield f"Deliveries are remembered for {kept}"


def _sources(sources: Sources) -> str:
    return ", else ".join(_source(source) for source in sources)


def _source(source: BodySource | HeaderSource | QuerySource | SearchSource) -> str:
    if isinstance(source, BodySource):
        return f"{code(source.pointer) or 'all'} of the body"
    if isinstance(source, HeaderSource):
        return f"header field {code(source.name)}"
    if isinstance(source, QuerySource):
        return f"query parameter {code(source.name)}"
    inside = ", also within text that holds JSON" if source.embedded_json else ""
    return f"the nearest member of the body named {' or '.join(map(code, source.keys))}{inside}"


def _template(segments: Iterable[Segment], told: tuple[str, ...] = ()) -> str:
    return "".join(s if isinstance(s, str) else _slot(s, told) for s in segments)


def _slot(slot: Slot, told: tuple[str, ...]) -> str:
    if slot.name == "told":
        return told[slot.told] if told[slot.told].startswith("{") else "{" + told[slot.told] + "}"
    if slot.name == "value":
        return "{" + " or ".join(source.pointer for source in slot.sources) + "}"
    return "{" + slot.name + "}"


# --- what becomes of it

def _stages(provider: Provider) -> str:
    head = ("stage", "order", "status", "final", "requires", "should have", "expected", "meaning")
    rows = []
    for stage in provider.stages:
        requires = codes(source.pointer for source in stage.require)
        if stage.or_earlier:
            requires += f", or that within the last {_scaled(stage.or_earlier, _UNITS)}"
        rows.append((
            code(stage.name),
            str(stage.order),
            stage.status,
            _yes(stage.terminal),
            requires,
            codes(source.pointer for source in stage.expect_any),
            f"after {_scaled(stage.expected, _UNITS)}" if stage.expected else "",
            prose(stage.description),
        ))
    return table(head, rows)


def _codes(provider: Provider) -> str:
    unknown = (provider.unknown_code,) if provider.unknown_code is not None else ()
    rows = [
        (
            "any other" if row.value is None else str(row.value),
            code(row.name),
            row.severity,
            row.retry.replace("_", " "),
            _yes(row.refunded),
            code(row.stage),
            prose(row.meaning),
            "; ".join(f"{prose(locale)}: {prose(text)}" for locale, text in row.messages),
        )
        for row in (*provider.codes, *unknown)
    ]
    head = ("code", "name", "severity", "try again", "refunded", "is stage", "meaning", "for users")
    return table(head, rows) if rows else ""


def _answers(provider: Provider) -> str:
    told = tuple(one.shown for one in provider.told)
    rows = [
        (
            code(outcome),
            MEANINGS[outcome],
            where_kept(outcome),
            str(answer.status),
            codes(f"{name}: {value}" for name, value in answer.fields),
            code(_template(answer.body, told)),
        )
        for outcome, answer in provider.answers.items()
    ]
    return table(("outcome", "when", "kept", "status", "fields", "body"), rows)


def _tolerance(provider: Provider) -> Iterator[str]:
    says = provider.tolerance
    yield "Null for an optional member " + ("counts as absent" if says.nulls_absent else "is refused")
    yield "Empty text for an optional member " + (
        "counts as absent" if says.empty_strings_absent else "is kept"
    )
    yield "Members that are not named here are " + ("refused" if says.reject_unknown else "ignored")
    yield "Text that holds a number " + (
        "counts as the number" if says.numbers_in_strings else "is no number"
    )
    yield "An optional member that does not fit " + (
        "is left out, unless the task, its stage or its code rest on it"
        if says.drop_invalid else "makes the callback a schema_error"
    ).replace("schema_error", code("schema_error"))
    yield f"At most {says.max_depth} levels of nesting"


# --- what is kept of it

_TASKS = {
    True: "A callback counts only for a task that was registered with `POST /api/tasks`.",
    False: "A task needs no registration; `POST /api/tasks` can tell what is known of it beforehand.",
}


def _context(provider: Provider) -> str:
    rows = []
    for field in provider.context:
        bound = f"{field.max_bytes} bytes" if field.max_bytes and not field.names else ""
        values = codes(field.names) or bound
        rows.append((code(field.name), field.type, values, prose(field.description)))
    return table(("field", "type", "at most, or one of", "meaning"), rows) if rows else ""


def _record(one: RecordTable) -> RecordPage:
    rows = [(code(TASK), "integer", "yes", prose(TASK_SAYS))]
    for column in one.columns:
        key = _yes(column.name in one.keys)
        rows.append((code(column.name), column.type, key, _value(column.value, column.meaning)))
    rows.append((code(RANKS), "bytes", "", prose(RANKS_SAYS)))
    return RecordPage(one.name, prose(one.comment), table(("column", "type", "key", "value"), rows))


def _value(value: str, meaning: str) -> str:
    return code(value) + (f": {prose(meaning)}" if meaning else "")

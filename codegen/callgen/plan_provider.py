# SPDX-License-Identifier: Apache-2.0
"""Model -> plan of the provider's descriptor and of its examples."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from callgen import cpp, plan_stages
from callgen.model import (
    OUTCOMES,
    Answer,
    Code,
    Example,
    Method,
    Provider,
    Route,
    Segment,
    Slot,
    Step,
)
from callgen.plan import (
    SCHEMA_ABI,
    ArrayPlan,
    Tokens,
    TypesPlan,
    declared,
    has_content,
    plain_array,
    plan_types,
    source_text,
    source_tokens,
)
from callgen.plan_records import RecordsPlan, plan_records, record_headers, scalar
from callgen.schema.plan import TablesPlan, format_headers, plan_tables


@dataclass(frozen=True)
class ProviderPlan:
    abi: int
    name: str
    title: Tokens
    file: str
    comment: Tokens
    payload: str
    types: TypesPlan
    content: tuple[Tokens, ...]
    routes: ArrayPlan
    methods: ArrayPlan
    auth: Tokens
    tolerance: Tokens
    stage_index: Tokens
    stages: ArrayPlan
    requirements: tuple[Tokens, ...]
    expectations: tuple[Tokens, ...]
    messages: tuple[ArrayPlan, ...]
    codes: ArrayPlan
    unknown_code: Tokens
    sources: tuple[Tokens, ...]
    task_id_places: Tokens
    derived_key: ArrayPlan
    ttl: str
    retention: str
    fields: tuple[ArrayPlan, ...]
    bodies: tuple[ArrayPlan, ...]
    answers: tuple[Tokens, ...]
    log: ArrayPlan
    records: RecordsPlan
    checks: TablesPlan | None
    max_content_depth: int  # of JSON within strings; 0: there is none


@dataclass(frozen=True)
class ExamplesPlan:
    name: str
    file: str
    fields: tuple[ArrayPlan, ...]  # and what else is shared: rows, contexts
    steps: tuple[ArrayPlan, ...]
    examples: ArrayPlan


def plan_provider(provider: Provider) -> ProviderPlan:
    content = _content_names(provider)
    fields = _shared([(o, provider.answers[o].fields) for o in OUTCOMES], "fields")
    bodies = _shared([(o, provider.answers[o].body) for o in OUTCOMES], "body")
    headers, system_headers = record_headers(provider)
    return ProviderPlan(
        abi=SCHEMA_ABI,
        name=provider.name,
        title=_title(provider.title),
        file=cpp.comment_text(provider.file),
        comment=cpp.comment(provider.description) + cpp.comment(
            provider.docs and f"Source: {provider.docs}"
        ),
        payload=provider.payload.cpp_name,
        types=plan_types(provider, [*headers, *format_headers(provider.checks)], system_headers),
        content=tuple(_content(types, name) for types, name in content.items()),
        routes=plain_array(
            "route", "routes", (_route(provider, r, content[r.content]) for r in provider.routes)
        ),
        methods=plain_array(
            "callgate::auth::method", "auth_methods", map(_method, provider.auth.methods)
        ),
        auth=_auth(provider),
        tolerance=_tolerance(provider),
        stage_index=declared(
            "enum class stage_index : std::uint8_t {", (
                stage.enumerator for stage in provider.stages
            ), " };"
        ),
        stages=plan_stages.stages(provider),
        requirements=plan_stages.requirements(provider),
        expectations=plan_stages.expectations(provider),
        messages=tuple(_messages(row) for row in _all_codes(provider) if row.messages),
        codes=plain_array(
            "callgate::code", "codes", (
                cpp.enclosed("{", _code(provider, row), "},") for row in provider.codes
            )
        ),
        unknown_code=_unknown_code(provider),
        sources=tuple(_source_aliases(provider)),
        task_id_places=_places(provider),
        derived_key=plain_array(
            "key_segment", "derived_key", (_segment(provider, p) for p in provider.derived_key)
        ),
        ttl=_micros(provider.ttl),
        retention=_micros(provider.retention),
        fields=tuple(_fields(value, name) for value, name in fields.items() if value),
        bodies=tuple(_body(provider, value, name) for value, name in bodies.items() if value),
        answers=tuple(
            (*_answer(provider.answers[o], bodies, fields), f" // {o}") for o in OUTCOMES
        ),
        log=_body(provider, provider.log, "log"),
        records=plan_records(provider),
        checks=plan_tables(provider.checks) if provider.checks else None,
        max_content_depth=(
            provider.tolerance.max_depth if has_content(provider.payload) else 0
        ),
    )


def _content_names(provider: Provider) -> dict[tuple[str, ...], str]:
    distinct = list(dict.fromkeys(route.content for route in provider.routes))
    return {
        types: f"content_types_{i}"
        if i > 1 else "content_types"
        for i, types in enumerate(distinct, 1)
    }


def _shared(values: list[tuple[str, tuple]], suffix: str) -> dict[tuple, str]:
    """Equal values share one array, named after the first outcome that has it."""
    names: dict[tuple, str] = {}
    for outcome, value in values:
        names.setdefault(value, f"{outcome}_{suffix}")
    return names


def _title(title: str) -> Tokens:
    head = "static constexpr std::string_view title ="
    return (head, *cpp.enclosed("", cpp.literal_tokens(title), ";"))


def _content(types: tuple[str, ...], name: str) -> Tokens:
    head = f"static constexpr std::array<std::string_view, {len(types)}> {name}{{"
    return declared(head, map(cpp.literal, types), "};")


def _micros(milliseconds: int) -> str:
    return cpp.number(milliseconds * 1000)


def _route(provider: Provider, route: Route, content: str) -> Tokens:
    parts = [
        f".path = {cpp.literal(route.path)}",
        f'.method = "{route.method}"',
        f".content_types = {content}",
        f".max_body_bytes = {cpp.number(route.max_body)}",
        f".respond_within = std::chrono::milliseconds{{{cpp.number(route.respond_within)}}}",
    ]
    parts += [".cors = true"] if route.cors else []
    if route.applies_stage:
        parts.append(
            f".applies_stage = {provider.stages.index(provider.stage(route.applies_stage))}"
        )
    return cpp.listed(parts, "{", "},")


def _method(method: Method) -> Tokens:
    kind = {"hmac": "hmac_sha256", "token": "token", "none": "none"}[method.kind]
    parts = [f".kind = callgate::auth::primitive::{kind}"]
    for key, value in (
        ("header", method.header), ("query", method.query), ("prefix", method.prefix)
    ):
        parts += [f".{key} = {cpp.literal(value)}"] if value else []
    if method.kind == "hmac":
        parts.append(f".signature_encoding = callgate::auth::encoding::{method.encoding}")
    parts += [f".secret_env = {cpp.literal(method.env)}"] if method.env else []
    return cpp.listed(parts, "{", "},")


def _auth(provider: Provider) -> Tokens:
    auth = provider.auth
    head = "static constexpr callgate::auth::scheme auth{"
    missing = f".on_missing_secret = callgate::auth::missing_secret::{auth.on_missing_secret}"
    if not auth.waiver:
        return cpp.listed((".any_of = auth_methods", missing), head, "};")
    waiver = cpp.enclosed(".waiver = ", cpp.literal_tokens(auth.waiver), "};")
    return (head + ".any_of = auth_methods,", missing + ",", *waiver)


def _tolerance(provider: Provider) -> Tokens:
    t = provider.tolerance
    parts = [] if t.nulls_absent else [".nulls_absent = false"]
    parts += [".empty_strings_absent = true"] if t.empty_strings_absent else []
    parts += [".unknown = json::unknown_members::reject"] if t.reject_unknown else []
    parts += [".numbers_in_strings = true"] if t.numbers_in_strings else []
    parts += [".drop_invalid_members = true"] if t.drop_invalid else []
    parts += [f".max_depth = {t.max_depth}"] if t.max_depth != 32 else []
    return cpp.listed(parts, "static constexpr json::read_options tolerance{", "};")


def _all_codes(provider: Provider) -> tuple[Code, ...]:
    unknown = provider.unknown_code
    return provider.codes + ((unknown,) if unknown is not None else ())


def _messages(row: Code) -> ArrayPlan:
    elements = (("{" + cpp.literal(locale) + ",", *cpp.enclosed("", cpp.literal_tokens(text), "},"))
                for locale, text in row.messages)
    return plain_array("code_message", f"{row.name}_messages", elements)


def _code(provider: Provider, row: Code) -> Tokens:
    """The designated initialisers of a code."""
    parts = [(f".value = {cpp.number(row.value)}",)] if row.value is not None else []
    parts += [(f".name = {cpp.literal(row.name)}",), (f".severity = severity::{row.severity}",)]
    parts += [(f".retry = retry_advice::{row.retry}",)] if row.retry != "never" else []
    parts += [(".refunded = true",)] if row.refunded else []
    parts.append(cpp.enclosed(".meaning = ", cpp.literal_tokens(row.meaning), ""))
    parts += [(f".messages = code_data::{row.name}_messages",)] if row.messages else []
    if row.stage:
        index = provider.stages.index(provider.stage(row.stage))
        parts.append((f".applies_stage = {index}",))
    head = [token for part in parts[:-1] for token in cpp.enclosed("", part, ",")]
    return (*head, *parts[-1])


def _unknown_code(provider: Provider) -> Tokens:
    head, row = "static constexpr callgate::code unknown_code{", provider.unknown_code
    return (head + "};",) if row is None else cpp.enclosed(head, _code(provider, row), "};")


def _source_aliases(provider: Provider) -> Iterator[Tokens]:
    for alias in ("stage_from", "task_id", "record_id", "code", "message", "delivery_id"):
        yield cpp.enclosed(f"using {alias} = ", source_tokens(getattr(provider, alias)), ";")


def _places(provider: Provider) -> Tokens:
    places = [cpp.literal(source_text(source)) for source in provider.task_id]
    head = f"static constexpr std::array<std::string_view, {len(places)}> task_id_places{{"
    return declared(head, places, "};")


# --- answers

def _segment(provider: Provider, part: Segment) -> Tokens:
    if isinstance(part, str):
        tokens = cpp.literal_tokens(part)
        return cpp.enclosed("{slot::literal, ", tokens, "},")
    if part.name == "told":
        return (f"{{.kind = slot::told, .told = {part.told}}},",)
    if part.name != "value":
        quoted = f"{{.kind = slot::{part.name}, .quoted = true}},"
        return (quoted if part.quoted else f"{{slot::{part.name}}},",)
    payload = f"schemas::{provider.name}::{provider.payload.cpp_name}"
    quoted = (".quoted = true,",) if part.quoted else ()
    read = cpp.enclosed("", source_tokens(part.sources), ">},")
    return ("{.kind = slot::value,", *quoted, f".read = &read_value<{payload},", *read)


def _body(provider: Provider, body: tuple[Segment, ...], name: str) -> ArrayPlan:
    shown = "".join(part if isinstance(part, str) else _shown(part) for part in body).replace(
        ',"', ', "'
    )
    comment = cpp.comment(shown, 2) if len(body) > 1 else ()
    return plain_array("answer_segment", name, (_segment(provider, part) for part in body), comment)


def _shown(slot: Slot) -> str:
    if slot.name == "told":
        return f"<told {slot.told}>"
    return "<" + (" or ".join(source.pointer for source in slot.sources) or slot.name) + ">"


def _fields(fields: tuple[tuple[str, str], ...], name: str) -> ArrayPlan:
    elements = ((f"{{{cpp.literal(key)},", cpp.literal(value) + "},") for key, value in fields)
    return plain_array("answer_field", name, elements)


def _answer(answer: Answer, bodies: dict, fields: dict) -> Tokens:
    parts = [f".status = {answer.status}"]
    parts += [f".body = {bodies[answer.body]}"] if answer.body else []
    parts += [f".fields = {fields[answer.fields]}"] if answer.fields else []
    return cpp.listed(parts, "{", "},")


# --- examples

@dataclass
class _Shared:
    """Values of examples that many of them have, by the name of their array."""

    fields: dict[tuple, str] = field(default_factory=dict)
    rows: dict[tuple, str] = field(default_factory=dict)
    contexts: dict[tuple, str] = field(default_factory=dict)

    def arrays(self) -> Iterator[ArrayPlan]:
        yield from (_fields(value, name) for value, name in self.fields.items())
        for value, name in self.contexts.items():
            cells = ((f"{{{cpp.literal(n)},", f"{scalar(v)}}},") for n, v in value)
            yield plain_array("example_value", name, cells)
        for value, name in self.rows.items():
            counts = ((f"{{{cpp.literal(record)}, {cpp.number(n)}}},",) for record, n in value)
            yield plain_array("expected_rows", name, counts)


def plan_examples(provider: Provider) -> ExamplesPlan:
    shared = _Shared()
    for example in provider.examples:
        if example.context:
            values = tuple(example.context.items())
            shared.contexts.setdefault(values, f"context_{len(shared.contexts) + 1}")
        for step in example.steps:
            shared.fields.setdefault(step.fields, f"fields_{len(shared.fields) + 1}")
            if step.expect.records:
                shared.rows.setdefault(step.expect.records, f"rows_{len(shared.rows) + 1}")
    steps = [
        plain_array(
            "example_step",
            f"{e.name}_steps",
            (_step(provider, step, shared) for step in e.steps),
        )
        for e in provider.examples
    ]
    return ExamplesPlan(
        provider.name,
        cpp.comment_text(provider.file),
        tuple(shared.arrays()),
        tuple(steps),
        plain_array("example", "examples", (_example(e, shared) for e in provider.examples)),
    )


def _example(example: Example, shared: _Shared) -> Tokens:
    text = cpp.enclosed(".description = ", cpp.literal_tokens(example.description), ",")
    parts = [f".steps = example_data::{example.name}_steps"]
    parts += [".is_registered = true"] if example.context is not None else []
    if example.context:
        parts.append(f".context = example_data::{shared.contexts[tuple(example.context.items())]}")
    return (f"{{.name = {cpp.literal(example.name)},", *text, *cpp.listed(parts, "", "},"))


def _step(provider: Provider, step: Step, shared: _Shared) -> Tokens:
    parts = [
        f'{{.method = "{step.route.method}",',
        f".path = {cpp.literal(step.route.path)},",
        f".query = {cpp.literal(step.query)},",
        f".fields = {shared.fields[step.fields]},",
        *cpp.enclosed(cpp.BREAK + ".body = ", cpp.literal_tokens(step.body), ","),
    ]
    parts += [] if step.is_signed else [".is_signed = false,"]
    expect = step.expect
    expected = [
        f".result = outcome::{expect.outcome}",
        f".status = {provider.answers[expect.outcome].status}",
    ]
    texts = {
        "task_id": expect.task_id,
        "record_id": expect.record_id,
        "stage": expect.stage,
        "code_name": expect.code_name,
        "task_status": expect.status,
        "error": expect.error,
    }
    for key, value in texts.items():
        expected += [f".{key} = {cpp.literal(value)}"] if value is not None else []
    expected += [f".records = {shared.rows[expect.records]}"] if expect.records else []
    return (*parts, *cpp.listed(expected, cpp.BREAK + ".expected = {", "}},"))

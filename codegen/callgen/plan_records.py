# SPDX-License-Identifier: Apache-2.0
"""Model -> plan of a schema's records: the namespace record_data, and what the provider says of it.

Each name there ends in what it is (_columns, _table, ...), so that no two can be one.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from callgen import cpp, names
from callgen.model import (
    BodySource,
    Column,
    ContextField,
    Expression,
    Provider,
    Record,
    Table,
    structs_below,
)
from callgen.plan import ArrayPlan, Tokens, body_steps, declared, plain_array

_LONG = 48  # columns of an expression that is worth a name when it is there twice
_NAMES = {"index": "position", "not": "negation", "if": "choose", "stage": "at_stage"}
_HEADERS = {
    "conditions": "present first_of equals all not if stage some".split(),
    "numbers": "floor real count lookup".split(),
    "texts": "length contains starts_with ends_with concat prefix_path".split(),
}


@dataclass(frozen=True)
class TablePlan:
    keys: Tokens
    comment: Tokens
    cells: Tokens  # the declaration up to its rows
    rows: tuple[Tokens, ...]
    table: Tokens


@dataclass(frozen=True)
class DeclarationPlan:
    comment: Tokens
    declaration: Tokens


@dataclass(frozen=True)
class RecordPlan:
    each: tuple[DeclarationPlan, ...]  # the array and its reader, if there is one
    columns: ArrayPlan
    functions: tuple[Tokens, ...]


@dataclass(frozen=True)
class RecordsPlan:
    """Empty when nothing is there: then there is no namespace."""

    is_empty: bool
    fields: tuple[Tokens, ...]  # indices of the context's fields, names of their enums
    tables: tuple[TablePlan, ...]
    reader: Tokens  # none when no record goes over the whole payload
    shared: tuple[DeclarationPlan, ...]  # expressions that are there more than once
    records: tuple[RecordPlan, ...]
    # of the provider
    context: ArrayPlan
    plans: ArrayPlan
    tasks_required: str


def record_headers(provider: Provider) -> tuple[list[str], list[str]]:
    """What a schema's records include: of the library, of the language."""
    if not provider.records:
        return [], []
    forms = {part.form for root in _roots(provider) for part in _walk(root)}
    needed = [name for name, of in _HEADERS.items() if forms & set(of)] + ["readers", "values"]
    headers = [f"callgate/expression/{name}.hpp" for name in needed]
    headers += ["callgate/provider/lookup_table.hpp"] if provider.tables else []
    return headers, ["cstddef"]


def plan_records(provider: Provider) -> RecordsPlan:
    planner = _Planner(provider)
    return RecordsPlan(
        is_empty=not provider.records and not any(field.names for field in provider.context),
        fields=tuple(planner.fields()),
        tables=tuple(map(planner.table, provider.tables if provider.records else ())),
        reader=planner.reader(),
        shared=tuple(planner.shared()),
        records=tuple(map(planner.record, provider.records)),
        context=plain_array("context_field", "context", map(planner.context, provider.context)),
        plans=plain_array("record_plan", "records", map(planner.plan, provider.records)),
        tasks_required="true" if provider.tasks_required else "false",
    )


def _roots(provider: Provider) -> Iterator[Expression]:
    for record in provider.records:
        yield from (column.value for column in record.columns)
        if record.condition is not None:
            yield record.condition


def _walk(root: Expression) -> Iterator[Expression]:
    yield root
    for part in root.parts:
        yield from _walk(part)


def template(name: str, arguments: list[Tokens]) -> Tokens:
    """name<arguments>, as tokens of its arguments."""
    flat: list[str] = []
    for tokens in arguments:
        flat += [*tokens[:-1], tokens[-1] + ","]
    if not flat:
        return (name + "<>",)
    return cpp.enclosed(name + "<", [*flat[:-1], flat[-1][:-1]], ">")


class _Planner:
    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self._payload = provider.payload.cpp_name
        structs = tuple(structs_below(provider.payload))
        enums = (m.schema.innermost.cpp_name for s in structs for m in s.members)
        self._taken = {*(s.cpp_name for s in structs), *enums} | names.LIBRARY
        self._names: dict[Tokens, str] = {}  # of shared expressions, by their full text
        self._shared = self._find_shared()

    def _free(self, name: str) -> str:
        """A name beside those of the payload's types and of the library."""
        return name + "_" if name in self._taken else name

    # --- expressions

    def _find_shared(self) -> list[Expression]:
        uses: dict[Tokens, int] = {}
        order: list[tuple[Tokens, Expression]] = []

        def visit(e: Expression) -> None:
            text = self._tokens(e)
            uses[text] = uses.get(text, 0) + 1
            if uses[text] == 1:  # what is in a shared expression is written once
                for part in e.parts:
                    visit(part)
                order.append((text, e))

        for root in _roots(self._provider):
            visit(root)
        again = [(t, e) for t, e in order if uses[t] > 1 and e.form not in ("body", "item")]
        long = [(t, e) for t, e in again if len(" ".join(t)) >= _LONG]
        for number, (text, _) in enumerate(long, 1):
            self._names[text] = self._free(f"value_{number}")
        return [e for _, e in long]

    def _tokens(self, e: Expression) -> Tokens:
        """The expression's type in C++, with nothing shared."""
        return self._type(e, self._tokens)

    def _short(self, e: Expression) -> Tokens:
        """The same with the names of what is shared."""
        name = self._names.get(self._tokens(e))
        return (name,) if name is not None else self._type(e, self._short)

    def _type(self, e: Expression, inner: Callable[[Expression], Tokens]) -> Tokens:
        parts = [inner(part) for part in e.parts]
        name = "expression::" + _NAMES.get(e.form, e.form)
        if e.form == "const":
            return _constant(e)
        if e.form in ("body", "item"):
            return template(name, [(step,) for step in body_steps(e.source)])
        if e.form in ("count", "some"):
            return template(name, [_body(e.source), *parts])
        if e.form == "json":
            return template(name, [_body(e.source), *((cpp.literal(p),) for p in e.value)])
        if e.form == "stage":
            return template(name, [(self._mask(e.value),), *parts])
        if e.form == "lookup":
            table = next(table for table in self._provider.tables if table.name == e.value[0])
            column = str(table.columns.index(e.value[1]))
            return template(name, [(self._free(table.name + "_table"),), *parts, (column,)])
        return template(name, [*_arguments(e, self._free), *parts]) if (
            e.form != "nothing"
        ) else (name,)

    def _mask(self, stages: tuple[str, ...]) -> str:
        known = [stage.name for stage in self._provider.stages]
        return f"{sum(1 << known.index(name) for name in stages):#b}"

    def shared(self) -> Iterator[DeclarationPlan]:
        for e in self._shared:
            name = self._names[self._tokens(e)]
            yield DeclarationPlan(
                cpp.comment(e.shown),
                cpp.enclosed(f"using {name} = ", self._type(e, self._short), ";"),
            )

    # --- what expressions refer to

    def fields(self) -> Iterator[Tokens]:
        for index, field in enumerate(self._provider.context):
            if self._provider.records:
                name = self._free(field.name + "_field")
                yield (f"inline constexpr std::size_t {name} = {index};",)
            if field.names:
                count, name = len(field.names), self._free(field.name + "_names")
                head = f"inline constexpr std::array<std::string_view, {count}> {name}{{"
                yield declared(head, map(cpp.literal, field.names), "};")

    def table(self, table: Table) -> TablePlan:
        keys, cells, name = (self._free(f"{table.name}_{n}") for n in ("keys", "cells", "table"))
        head = f"inline constexpr std::array<std::string_view, {len(table.rows)}> {keys}{{"
        width = len(table.columns)
        kind = f"std::array<scalar, {len(table.rows) * width}>"
        return TablePlan(
            keys=declared(head, map(cpp.literal, table.rows), "};"),
            comment=cpp.comment(", ".join(table.columns)),
            cells=(f"inline constexpr {kind} {cells}{{{{",),
            rows=tuple(tuple(scalar(c) + "," for c in row) for row in table.rows.values()),
            table=cpp.listed(
                [keys, cells, str(width), *(["true"] if table.has_rules else [])],
                f"inline constexpr lookup_table {name}{{", "};"
            ),
        )

    def reader(self) -> Tokens:
        if all(record.each is not None for record in self._provider.records):
            return ()
        return ("inline constexpr auto reader =", f"&expression::read<{self._payload}, E>;")

    # --- records

    def record(self, record: Record) -> RecordPlan:
        each, reader, rows, columns, applies = (
            self._free(f"{record.name}_{what}")
            for what in ("each", "reader", "rows", "columns", "applies")
        )
        loop: tuple[DeclarationPlan, ...] = ()
        functions: list[Tokens] = []
        if record.each is not None:
            loop = (
                DeclarationPlan(
                    cpp.comment(f"One row for each item of {record.each.pointer}."),
                    cpp.enclosed(f"using {each} = ", _body(record.each), ";"),
                ),
                DeclarationPlan(
                    ("template <class E>",),
                    (f"inline constexpr auto {reader} =",
                     f"&expression::read_item<{self._payload}, {each}, E>;"),
                ),
            )
            count = f"&expression::count_items<{self._payload}, {each}>;"
            functions.append((f"inline constexpr auto {rows} =", count))
        if record.condition is not None:
            arguments = [(self._payload,), self._short(record.condition)]
            holds = cpp.enclosed("", template("&expression::holds", arguments), ";")
            functions.append((f"inline constexpr auto {applies} =", *holds))
        used = reader if record.each is not None else "reader"
        elements = (self._column(column, used) for column in record.columns)
        return RecordPlan(loop, plain_array("record_column", columns, elements), tuple(functions))

    def _column(self, column: Column, reader: str) -> Tokens:
        value = cpp.enclosed("", template(reader, [self._short(column.value)]), "},")
        head = f"{{{cpp.literal(column.name)}, column_type::{column.value.type},"
        return (head, cpp.BREAK + value[0], *value[1:])

    def plan(self, record: Record) -> Tokens:
        def at(what: str) -> str:
            return "record_data::" + self._free(f"{record.name}_{what}")

        parts = [f".name = {cpp.literal(record.name)}", f".columns = {at('columns')}"]
        parts += [f".key_columns = {record.key_columns}"] if record.key_columns else []
        parts += [f".stages = {self._mask(record.when)}"] if record.when else []
        parts += [f".applies = {at('applies')}"] if record.condition is not None else []
        parts += [f".count_rows = {at('rows')}"] if record.each is not None else []
        return cpp.listed(parts, "{", "},")

    def context(self, field: ContextField) -> Tokens:
        parts = [f".name = {cpp.literal(field.name)}", f".type = column_type::{field.type}"]
        parts += [f".max_bytes = {cpp.number(field.max_bytes)}"] if field.max_bytes else []
        if field.names:
            parts.append(f".names = record_data::{self._free(field.name + '_names')}")
        return cpp.listed(parts, "{", "},")


def _body(source: BodySource) -> Tokens:
    return template("source::body", [(step,) for step in body_steps(source)])


def _constant(e: Expression) -> Tokens:
    if e.type == "text":
        return template("expression::text", [cpp.array_literal_tokens(e.value)])
    if e.type == "real":
        bits = struct.unpack(">Q", struct.pack(">d", float(e.value)))[0]
        return (f"expression::number<{bits:#018x}>",)
    if e.type == "boolean":
        return (f"expression::boolean<{'true' if e.value else 'false'}>",)
    return (f"expression::integer<{cpp.number(e.value)}>",)


def _arguments(e: Expression, free: Callable[[str], str]) -> list[Tokens]:
    if e.form == "meta":
        return [(f"slot::{e.value}",)]
    if e.form == "context":
        return [(free(e.value + "_field"),)]
    return [(str(e.value),)] if e.form == "index" else []


def scalar(value: object) -> str:
    """An initialiser of a callgate::scalar."""
    if value is None:
        return "scalar{}"
    if isinstance(value, bool):
        return f"scalar_of({'true' if value else 'false'})"
    text = cpp.literal(value) if isinstance(value, str) else cpp.number(value)
    return f"scalar_of({text})"

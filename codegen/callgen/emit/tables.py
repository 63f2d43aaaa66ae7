# SPDX-License-Identifier: Apache-2.0
"""The tables of a schema's records, as include/callgate/store/sqlite_record_table.hpp makes them."""

from __future__ import annotations

from dataclasses import dataclass

from callgen.emit.text import one_line
from callgen.model import BodySource, Column, Expression, MemberStep, Provider, Record

TASK, RANKS = "_task", "_ranks"  # no column of a schema begins with _
TASK_SAYS = "tasks.number"
RANKS_SAYS = "a byte per column: the order of the stage that its value is from"


@dataclass(frozen=True)
class TableColumn:
    name: str
    type: str  # text, integer, real, boolean, timestamp or json
    value: str  # where it comes from, as in the schema
    meaning: str  # "" where the schema says none

    @property
    def comment(self) -> str:
        return one_line(self.value + (f": {self.meaning}" if self.meaning else ""))


@dataclass(frozen=True)
class RecordTable:
    """keys: beside _task, which they follow in the primary key."""

    name: str
    record: str
    comment: str
    columns: tuple[TableColumn, ...]
    keys: tuple[str, ...]


def record_tables(provider: Provider) -> tuple[RecordTable, ...]:
    return tuple(_table(provider, record) for record in provider.records)


def _table(provider: Provider, record: Record) -> RecordTable:
    columns = tuple(_column(provider, column) for column in record.columns)
    each = f"One row for each item of {record.each.pointer}" if record.each else "One row"
    when = f", of callbacks of stage {', '.join(record.when)}" if record.when else ""
    condition = f", if {record.condition.shown}" if record.condition is not None else ""
    about = f" {record.description}" if record.description else ""
    return RecordTable(
        name=f"record_{provider.name}__{record.name}",
        record=record.name,
        comment=one_line(f"{each} per task{when}{condition}.{about}"),
        columns=columns,
        keys=tuple(column.name for column in columns[: record.key_columns]),
    )


def _column(provider: Provider, column: Column) -> TableColumn:
    value = column.value
    return TableColumn(column.sql_name, value.type, value.shown, _meaning(provider, value))


def _meaning(provider: Provider, value: Expression) -> str:
    """What the schema says of the one place that the value is taken from."""
    if value.form == "context":
        return next(field.description for field in provider.context if field.name == value.value)
    if value.form not in ("body", "item"):
        return ""
    return _described(value.source)


def _described(source: BodySource) -> str:
    step = source.steps[-1] if source.steps else None
    return step.member.description if isinstance(step, MemberStep) else source.leaf.description

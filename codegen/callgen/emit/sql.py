# SPDX-License-Identifier: Apache-2.0
"""kind sql: the tables of a schema's records, for SQLite as the store makes them, and for PostgreSQL."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from callgen.emit.source import Source
from callgen.emit.tables import RANKS, RANKS_SAYS, TASK, TASK_SAYS, RecordTable, record_tables
from callgen.emit.text import one_line

_MAX_COMMENT = 160  # characters beside a column
_MAX_NAME = 63  # bytes that PostgreSQL keeps of a name
_SQLITE = {
    "text": "TEXT",
    "integer": "INTEGER",
    "real": "REAL",
    "boolean": "INTEGER",
    "timestamp": "INTEGER",
    "json": "TEXT",
}
_POSTGRESQL = {
    "text": "text",
    "integer": "bigint",
    "real": "double precision",
    "boolean": "boolean",
    "timestamp": "timestamptz",
    "json": "jsonb",
}


def emit_sql(source: Source) -> dict[str, str]:
    provider = source.provider
    tables = record_tables(provider)
    head = f"-- Tables of the records of {one_line(provider.title)}, made from {provider.file}."
    return {
        f"{provider.name}.sqlite.sql": "\n".join([head, *_sqlite(tables)]) + "\n",
        f"{provider.name}.postgresql.sql": "\n".join([head, *_postgresql(tables)]) + "\n",
    }


def postgresql_name(name: str) -> str:
    """A table's name as PostgreSQL takes it: it would cut longer ones, and two could become one."""
    if len(name) <= _MAX_NAME:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    return name[: _MAX_NAME - len(digest) - 1] + "_" + digest


def _sqlite(tables: tuple[RecordTable, ...]) -> Iterator[str]:
    yield "-- The receiver makes them itself, in callgate.db. Times are microseconds since 1970 in UTC."
    for table in tables:
        yield f"\n-- {table.comment}"
        yield f"CREATE TABLE {_quoted(table.name)} ("
        yield f"  {_quoted(TASK)} INTEGER NOT NULL,  -- {TASK_SAYS}"
        for column in table.columns:
            yield f"  {_quoted(column.name)} {_SQLITE[column.type]},  -- {_short(column.comment)}"
        yield f"  {_quoted(RANKS)} BLOB NOT NULL,  -- {RANKS_SAYS}"
        yield f"  {_primary_key(table)}"
        yield ") WITHOUT ROWID;"


def _postgresql(tables: tuple[RecordTable, ...]) -> Iterator[str]:
    yield "-- For whoever copies the rows of callgate.db to PostgreSQL: the same tables and columns."
    for table in tables:
        name = _quoted(postgresql_name(table.name))
        yield f"\nCREATE TABLE {name} ("
        yield f"  {_quoted(TASK)} bigint NOT NULL,"
        for column in table.columns:
            yield f"  {_quoted(column.name)} {_POSTGRESQL[column.type]},"
        yield f"  {_quoted(RANKS)} bytea NOT NULL,"
        yield f"  {_primary_key(table)}"
        yield ");"
        yield f"COMMENT ON TABLE {name} IS {_literal(table.comment)};"
        yield from _comments(name, table)


def _comments(name: str, table: RecordTable) -> Iterator[str]:
    said = [(column.name, column.comment) for column in table.columns]
    for column, comment in [(TASK, TASK_SAYS), *said, (RANKS, RANKS_SAYS)]:
        yield f"COMMENT ON COLUMN {name}.{_quoted(column)} IS {_literal(comment)};"


def _primary_key(table: RecordTable) -> str:
    return f"PRIMARY KEY ({', '.join(map(_quoted, (TASK, *table.keys)))})"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    """E'' reads the same whatever standard_conforming_strings says."""
    return "E'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def _short(text: str) -> str:
    return text if len(text) <= _MAX_COMMENT else text[: _MAX_COMMENT - 3] + "..."

# SPDX-License-Identifier: Apache-2.0
"""The DDL of records, executed: by SQLite, and by a PostgreSQL server that the test starts."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from callgen.check import check_file
from callgen.emit.source import Source
from callgen.emit.sql import emit_sql, postgresql_name
from callgen.emit.text import one_line
from callgen.evaluate import evaluate, history_of
from callgen.model import Provider, Record
from callgen.problems import Problems
from conftest import SCHEMAS, Run
from postgresql import PostgreSql
from test_breakout import HOSTILE

STORED = {"text": "text", "integer": "integer", "real": "real", "boolean": "integer",
          "timestamp": "integer", "json": "text"}
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def server() -> Iterator[PostgreSql]:
    made = PostgreSql()
    try:
        yield made.start()
    finally:
        made.stop()


def provider_of(path: Path) -> Provider:
    problems = Problems()
    provider = check_file(path, path.name, problems).provider
    assert provider is not None, problems.lines()
    return provider


def emitted(provider: Provider) -> tuple[str, str]:
    """For SQLite, for PostgreSQL."""
    files = emit_sql(Source(provider, ()))
    return files[f"{provider.name}.sqlite.sql"], files[f"{provider.name}.postgresql.sql"]


def rows_of_examples(provider: Provider, record: Record) -> Rows:
    """What every example leaves in a record, by the columns' names in SQL."""
    rows: Rows = []
    for example in provider.examples:
        history = history_of(provider, example)
        for step in example.steps:
            evaluate(provider, step, history)
        for task_id in dict.fromkeys(task for task, _ in history.rows.kept):
            for row in history.rows.of(task_id, record.name):
                values = {c.sql_name: row.get(c.name) for c in record.columns}
                rows.append({"_task": len(rows) + 1, **values})
    return rows


def table_name(provider: Provider, record: Record) -> str:
    return f"record_{provider.name}__{record.name}"


def types_of(record: Record) -> dict[str, str]:
    return {column.sql_name: column.value.type for column in record.columns}


def check_sqlite(provider: Provider, rows: dict[str, Rows]) -> None:
    """Rows go in, and come out as they were, stored as the type they have."""
    database = sqlite3.connect(":memory:")
    database.executescript(emitted(provider)[0])
    database.row_factory = sqlite3.Row
    for record in provider.records:
        name, types = table_name(provider, record), types_of(record)
        for row in rows[record.name]:
            into = ", ".join(f'"{column}"' for column in row)
            holes = ", ".join("?" * len(row))
            database.execute(
                f'INSERT INTO "{name}" ({into}, "_ranks") VALUES ({holes}, ?)', [*row.values(), b""]
            )
        found = [dict(row) for row in database.execute(f'SELECT * FROM "{name}" ORDER BY _task')]
        assert [{k: v for k, v in row.items() if k != "_ranks"} for row in found] == rows[record.name]
        for column, kind in types.items():
            kinds = database.execute(f'SELECT DISTINCT typeof("{column}") FROM "{name}"').fetchall()
            assert {row[0] for row in kinds} <= {STORED[kind], "null"}, (name, column)


def in_postgresql(value: Any, kind: str) -> Any:
    """A value as PostgreSQL reads and writes it in JSON."""
    if value is None:
        return None
    if kind == "timestamp":
        at = datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(microseconds=value)
        return at.isoformat()
    return json.loads(value) if kind == "json" else value


def check_postgresql(
    server: PostgreSql, database: str, provider: Provider, rows: dict[str, Rows]
) -> None:
    server.run(emitted(provider)[1], database)
    for record in provider.records:
        name, types = postgresql_name(table_name(provider, record)), types_of(record)
        wanted = [
            {key: in_postgresql(value, types.get(key, "integer")) for key, value in row.items()}
            for row in rows[record.name]
        ]
        for row in wanted:
            text = json.dumps({**row, "_ranks": "\\x00"}, ensure_ascii=False).replace("'", "''")
            server.run(
                "SET standard_conforming_strings = on; INSERT INTO "
                f'"{name}" SELECT * FROM json_populate_record(NULL::"{name}", \'{text}\')', database
            )
        query = f'SELECT row_to_json(t) FROM "{name}" t ORDER BY "_task"'
        found = [json.loads(line) for line in server.run(query, database).split("\n") if line]
        for row in found:
            assert row.pop("_ranks") == "\\x00"
        for row in (*found, *wanted):
            for column, kind in types.items():
                if kind == "timestamp" and row[column] is not None:
                    row[column] = datetime.fromisoformat(row[column])
        assert found == wanted


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.stem)
def test_sqlite_takes_the_rows_of_every_example(path: Path) -> None:
    provider = provider_of(path)
    rows = {record.name: rows_of_examples(provider, record) for record in provider.records}
    assert all(rows.values()), "an example leaves rows in every record"
    check_sqlite(provider, rows)


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.stem)
def test_postgresql_takes_the_rows_of_every_example(path: Path, server: PostgreSql) -> None:
    provider = provider_of(path)
    rows = {record.name: rows_of_examples(provider, record) for record in provider.records}
    check_postgresql(server, server.database(provider.name), provider, rows)


def test_keys_tell_the_rows_of_a_task_apart(server: PostgreSql) -> None:
    provider = provider_of(next(path for path in SCHEMAS if path.stem == "suno"))
    for_sqlite, for_postgresql = emitted(provider)
    row = 'INSERT INTO "record_suno__track_versions" ("_task", "variant_index", "_ranks") VALUES '
    other = row + "(1, 1, ''), (1, 2, ''), (2, 1, '');"
    database = sqlite3.connect(":memory:")
    database.executescript(for_sqlite + other)
    with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
        database.execute(row + "(1, 2, '')")
    name = server.database("keys")
    server.run(for_postgresql + other, name)
    with pytest.raises(AssertionError, match="duplicate key"):
        server.run(row + "(1, 2, '')", name)


# --- what no bundled schema has

def schema(name: str, records: dict[str, Any], text: str = "") -> str:
    """With this text wherever DDL could show it."""
    return json.dumps({
        "schema": 1,
        "provider": name,
        "title": text or name,
        "receive": [{"path": "/x", "applies_stage": "done"}],
        "auth": {"any_of": [{"none": {"reason": "a test"}}]},
        "payload": {
            "type": "object",
            "required": ["id"],
            "properties": {
                "id": {"type": "string", "minLength": 1, "maxLength": 64, "description": text},
                "whole": {"type": "integer"},
                "real": {"type": "number"},
                "flag": {"type": "boolean"},
                "list": {"type": "array", "maxItems": 4, "items": {"type": "string", "maxLength": 9}},
            },
        },
        "identify": {"task_id": "$request.body#/id"},
        "idempotency": {"key": ["{task_id}"]},
        "stages": {"values": {"done": {"order": 1, "status": "completed"}}},
        "context": {"who": {"type": "string", "maxLength": 64, "description": text}},
        "records": records,
        "answers": {"preset": "strict"},
    })


TYPES = {"all": {"set": {
    "text": "/id", "whole": "/whole", "real": "/real", "flag": "/flag", "at": {"meta": "received_at"},
    "list": {"json": "/list"},
}}}
EXTREMES = [
    {"text": "it's \"\\x41\" \n\t\u2028 🎵 $$ ;--", "whole": 2**63 - 1, "real": 1.7976931348623157e308,
     "flag": True, "at": 253402300799999999, "list": '["a\'b",1e3,9007199254740993,{"k":null}]'},
    {"text": "1", "whole": -(2**63), "real": 5e-324, "flag": False, "at": 0, "list": "[]"},
    {"text": "1.0", "whole": 2**53 + 1, "real": 0.1, "flag": None, "at": None, "list": '"text"'},
    {"text": None, "whole": None, "real": -0.0, "flag": None, "at": 1, "list": None},
]


def test_every_type_keeps_its_extremes(tmp_path: Path, server: PostgreSql) -> None:
    path = tmp_path / "extremes.yaml"
    path.write_text(schema("extremes", TYPES), encoding="utf-8")
    provider = provider_of(path)
    rows = {"all": [{"_task": number, **row} for number, row in enumerate(EXTREMES, 1)]}
    check_sqlite(provider, rows)
    check_postgresql(server, server.database("extremes"), provider, rows)


@pytest.mark.parametrize("index", range(len(HOSTILE)))
def test_hostile_text_stays_in_its_comment(index: int, tmp_path: Path, server: PostgreSql) -> None:
    text = HOSTILE[index] + "'; DROP TABLE x; --\n\\! touch broken\n$$ E'\\'' \x00 \" */ `"
    name = f"hostile_{index}"
    records = {"one": {
        "description": text, "set": {"id": "/id", "who": {"context": "who"}, "const": {"const": text}}
    }}
    path = tmp_path / f"{name}.yaml"
    path.write_text(schema(name, records, text), encoding="utf-8")
    for_sqlite, for_postgresql = emitted(provider_of(path))
    table = f"record_{name}__one"
    database = sqlite3.connect(":memory:")
    database.executescript(for_sqlite)
    assert database.execute("SELECT name FROM sqlite_master").fetchall() == [(table,)]
    columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
    assert columns == ["_task", "id", "who", "const", "_ranks"]
    for setting in ("on", "off"):
        own = server.database(f"{name}_{setting}")
        server.run(f"SET standard_conforming_strings = {setting};\n{for_postgresql}", own)
        names = server.run("SELECT relname FROM pg_class WHERE relname ~ '^record.*one$'", own)
        assert names.split() == [table]
        comment = server.run(f"SELECT col_description('{table}'::regclass, 3)", own)
        assert comment == one_line("{context: who}: " + text) + "\n"


def test_names_that_postgresql_would_cut_stay_apart(tmp_path: Path, server: PostgreSql) -> None:
    name = "p" * 40
    records = {f"{'r' * 40}_{end}": {"set": {"id": "/id"}} for end in "ab"}
    path = tmp_path / f"{name}.yaml"
    path.write_text(schema(name, records), encoding="utf-8")
    provider = provider_of(path)
    names = [postgresql_name(table_name(provider, record)) for record in provider.records]
    assert len(set(names)) == 2 and max(map(len, names)) == 63
    rows = {record.name: [{"_task": 1, "id": "x"}] for record in provider.records}
    check_postgresql(server, server.database("long"), provider, rows)


def test_a_schema_without_records_has_files_without_tables(callgen: Run, tmp_path: Path) -> None:
    path = tmp_path / "bare.yaml"
    whole = json.loads(schema("bare", {}))
    del whole["records"]
    path.write_text(json.dumps(whole))
    result = callgen("emit", "sql", "--out", tmp_path, path)
    assert (result.returncode, result.stderr) == (0, "")
    for kind in ("sqlite", "postgresql"):
        text = (tmp_path / f"bare.{kind}.sql").read_text()
        assert all(line.startswith("--") for line in text.splitlines())

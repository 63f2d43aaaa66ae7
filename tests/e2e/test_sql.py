# SPDX-License-Identifier: Apache-2.0
"""The DDL that `emit sql` writes is what the program makes itself."""

import re
import sqlite3
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = sorted((ROOT / "schemas").glob("*.yaml"))


def emitted(folder: Path) -> sqlite3.Connection:
    """A database of what is emitted for the bundled schemas."""
    command = [sys.executable, "-B", str(ROOT / "codegen"), "emit", "sql", "--out", str(folder),
               *map(str, SCHEMAS)]
    subprocess.run(command, check=True, timeout=60)
    database = sqlite3.connect(":memory:")
    for schema in SCHEMAS:
        database.executescript((folder / f"{schema.stem}.sqlite.sql").read_text(encoding="utf-8"))
    return database


def plain(sql: str) -> str:
    """Without comments, quotes and line breaks."""
    text = re.sub(r"--[^\n]*", "", sql).replace('"', "")
    return re.sub(r"\s*([(),])\s*", r"\1", " ".join(text.split()))


def structure(database: sqlite3.Connection) -> dict[str, object]:
    """Of every table of records: what SQLite says of it."""
    found: dict[str, object] = {}
    names = "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name LIKE 'record\\_%' ESCAPE '\\'"
    for name, sql in database.execute(names).fetchall():
        if name == "record_tables":
            continue
        indexes = database.execute(f"PRAGMA index_list({name})").fetchall()
        found[name] = (
            plain(sql),
            database.execute(f"PRAGMA table_xinfo({name})").fetchall(),
            indexes,
            [database.execute(f"PRAGMA index_xinfo({index[1]})").fetchall() for index in indexes],
            database.execute(f"PRAGMA foreign_key_list({name})").fetchall(),
        )
    return found


def test_the_program_makes_the_tables_that_are_emitted(serve, tmp_path):
    receiver = serve()
    assert receiver.stop() == 0
    with sqlite3.connect(receiver.data / "callgate.db") as made:
        ours = structure(made)
    assert len(ours) >= len(SCHEMAS)
    assert structure(emitted(tmp_path / "sql")) == ours

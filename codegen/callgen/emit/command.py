# SPDX-License-Identifier: Apache-2.0
"""emit KIND: writes what a module of this folder makes of schemas."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from callgen.check import check_file
from callgen.emit.broken import emit_broken
from callgen.emit.dictionary import emit_dictionary
from callgen.emit.examples import emit_examples
from callgen.emit.json_schema import emit_json_schema
from callgen.emit.openapi import emit_openapi
from callgen.emit.source import Source
from callgen.emit.sql import emit_sql
from callgen.emit.typescript import emit_typescript
from callgen.problems import Mark, Problems
from callgen.write import write_if_changed

# A kind's emitter: a checked schema -> names and texts of files, as deterministic as the headers.
Emitter = Callable[[Source], Mapping[str, str | bytes]]
EMITTERS: dict[str, Emitter] = {
    "broken": emit_broken,
    "dictionary": emit_dictionary,
    "examples": emit_examples,
    "json-schema": emit_json_schema,
    "openapi": emit_openapi,
    "sql": emit_sql,
    "typescript": emit_typescript,
}


def emit(kind: str, files: list[str], out: Path) -> Problems:
    """Writes the files of one kind to a folder, or nothing where a schema has problems."""
    problems = Problems()
    checked = [check_file(Path(name), name, problems) for name in files]
    if problems:
        return problems
    for result in checked:
        source = Source(result.provider, result.documents)
        for name, text in EMITTERS[kind](source).items():
            try:
                write_if_changed(out / name, text)
            except OSError as error:
                text = f"cannot write: {error.strerror or error}"
                problems.add(Mark(str(error.filename or out), 1, 1), text)
    return problems

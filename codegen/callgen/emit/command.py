# SPDX-License-Identifier: Apache-2.0
"""emit KIND: what a module of this folder makes of a schema."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from callgen.check import Checked
from callgen.emit.broken import emit_broken
from callgen.emit.dictionary import emit_dictionary
from callgen.emit.examples import emit_examples
from callgen.emit.json_schema import emit_json_schema
from callgen.emit.markdown import emit_markdown
from callgen.emit.openapi import emit_openapi
from callgen.emit.source import Source
from callgen.emit.sql import emit_sql
from callgen.emit.typescript import emit_typescript

# A kind's emitter: a checked schema -> names and texts of files, as deterministic as the headers.
Emitter = Callable[[Source], Mapping[str, str | bytes]]
EMITTERS: dict[str, Emitter] = {
    "broken": emit_broken,
    "dictionary": emit_dictionary,
    "examples": emit_examples,
    "json-schema": emit_json_schema,
    "markdown": emit_markdown,
    "openapi": emit_openapi,
    "sql": emit_sql,
    "typescript": emit_typescript,
}


def emit(kind: str, checked: Checked) -> Mapping[str, str | bytes]:
    """The files of one kind, of a schema without problems."""
    return EMITTERS[kind](Source(checked.provider, checked.documents))

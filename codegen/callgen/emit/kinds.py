# SPDX-License-Identifier: Apache-2.0
"""The kinds of files that are made of a schema, and what makes them: emit_<kind> of the module of
that name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module

from callgen.emit.source import Source

KINDS = (
    "broken", "dictionary", "examples", "json-schema", "markdown", "openapi", "sql", "typescript"
)

# A checked schema -> names and texts of files, as deterministic as the headers.
Emitter = Callable[[Source], Mapping[str, str | bytes]]


def emitter_of(kind: str) -> Emitter:
    name = kind.replace("-", "_")
    return getattr(import_module(f"callgen.emit.{name}"), f"emit_{name}")

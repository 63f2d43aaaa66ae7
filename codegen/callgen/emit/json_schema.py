# SPDX-License-Identifier: Apache-2.0
"""emit json-schema: <provider>.schema.json, the payload in one document."""

from __future__ import annotations

from callgen.emit.bundle import bundle
from callgen.emit.source import Source
from callgen.emit.text import json_file


def emit_json_schema(source: Source) -> dict[str, str]:
    return {f"{source.provider.name}.schema.json": json_file(bundle(source))}

# SPDX-License-Identifier: Apache-2.0
"""A number for all that the rows of a provider's records depend on.

A store that holds rows of another number derives them anew from the stored bodies.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields, is_dataclass
from typing import Any

from callgen.model import BodySource, Provider
from callgen.plan import SCHEMA_ABI

# For people, in C++ only, or of no effect on a row.
_OMITTED = {
    "capacity", "cpp_name", "default_mark", "description", "enumerator", "keyword", "mark",
    "sensitive", "shown", "terminal", "text_is_sensitive", "written",
}


def records_digest(provider: Provider) -> int:
    """64 bits. The library's rules count by their version: the generated code's."""
    rests_on = {
        "rules": SCHEMA_ABI,
        "payload": provider.payload,
        "checks": provider.checks,
        "tolerance": provider.tolerance,
        # Which members are dropped when they are bad rests on what else is read.
        "read": [
            provider.task_id, provider.record_id, provider.code, provider.message,
            provider.delivery_id, provider.stage_from,
        ],
        "stages": provider.stages,
        "codes": [
            (row.value, row.name, row.messages)
            for row in (*provider.codes, provider.unknown_code) if row
        ],
        "context": provider.context,
        "tables": provider.tables,
        "records": provider.records,
    }
    text = json.dumps(plain(rests_on), sort_keys=True, ensure_ascii=True)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def plain(value: Any) -> Any:
    """The same in JSON's types. Paths are the names of their members: what these are, the payload
    says.
    """
    if isinstance(value, BodySource):
        steps = [s if isinstance(s, int) else s.member.name for s in value.steps]
        return [steps, value.leaf.kind, value.leaf.width]
    if is_dataclass(value):
        kept = {f.name: getattr(value, f.name) for f in fields(value) if f.name not in _OMITTED}
        return [type(value).__name__, plain(kept)]
    if isinstance(value, dict):
        return [[key, plain(inner)] for key, inner in sorted(value.items())]
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    return value

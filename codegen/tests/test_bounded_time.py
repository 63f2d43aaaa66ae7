# SPDX-License-Identifier: Apache-2.0
"""A schema of a stranger's takes seconds at most, whatever is in it: what grows faster than the file is bounded."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from callgen.check import Checked, check_root
from callgen.emit.kinds import KINDS, emitter_of
from callgen.emit.source import Source
from callgen.load import load_text
from callgen.problems import Problems

EMIT_SECONDS = 30  # of each kind, likewise
SECONDS = 8  # of the processor: several times what they take, and far from what they took
BASE = {
    "schema": 1,
    "provider": "hostile",
    "receive": [{"path": "/h"}],
    "auth": {"any_of": [{"hmac": {"header": "X-S", "secret": {"env": "H"}}}]},
    "identify": {"task_id": "$request.body#/id"},
    "idempotency": {"key": "{task_id}"},
    "stages": {"from": "$request.header.X", "values": {"a": {"order": 1, "status": "completed"}}},
    "answers": {"preset": "strict"},
}


def payload(**members: Any) -> dict[str, Any]:
    properties = {"id": {"type": "string", "maxLength": 9}, **members}
    return {"payload": {"type": "object", "properties": properties}}


def doubled(depth: int) -> dict[str, Any]:
    """Each level looks at the value twice as often as the one before."""
    both = {
        f"l{at}": {"anyOf": [{"allOf": [{"$ref": f"#/$defs/l{at + 1}"}]}] * 2} for at in range(depth)
    }
    return both | {f"l{depth}": {"const": 5}}


def example(**members: Any) -> dict[str, Any]:
    return {"examples": {"one": {"body": {"id": "t", **members}, "expect": {"outcome": "schema_error"}}}}


HOSTILE = {
    "values that are looked at twice as often on each level": payload(x={"$ref": "#/$defs/l0"})
    | {"$defs": doubled(40)} | example(x="no"),
    "many items that must differ": payload(
        x={"type": "array", "maxItems": 99_999, "uniqueItems": True, "items": {"type": "integer"}}
    ) | example(x=list(range(11_000))),
    "many integers in an enum": payload(x={"type": "integer", "enum": list(range(40_000))}),
    "many texts in an enum": payload(x={"type": "string", "enum": [f"e{at}" for at in range(40_000)]}),
    "many stages": payload() | {
        "stages": {
            "from": "$request.header.X",
            "values": {f"s{at}": {"order": 1 + at % 255, "status": "failed"} for at in range(6000)},
        }
    },
    "an automaton of very many states": payload(
        x={"type": "string", "maxLength": 9, "pattern": "(a|b)*a(a|b){40}[^x]{2000}"}
    ),
    "many members with a pattern": payload(
        **{f"m{at}": {"type": "string", "maxLength": 9, "pattern": "^a"} for at in range(4000)}
    ),
    "arrays of very many items": payload(
        x={"type": "array", "minItems": 1000, "maxItems": 1000, "items": {
            "type": "array", "minItems": 1000, "maxItems": 1000, "items": {"type": "integer"}}}
    ),
}
# What is refused is not emitted.
REFUSED = {"many texts in an enum", "many stages", "an automaton of very many states"}


def checked(name: str, problems: Problems) -> Checked:
    root = load_text(json.dumps({**BASE, **HOSTILE[name]}), "hostile.yaml", problems)
    assert root is not None
    start = time.process_time()
    found = check_root(Path("hostile.yaml"), "hostile.yaml", root, problems)
    assert time.process_time() - start < SECONDS
    return found


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_schema_is_read_in_bounded_time(name: str) -> None:
    problems = Problems()
    checked(name, problems)
    assert len(problems.found) < 1000
    assert bool(problems) == (name in REFUSED)


@pytest.mark.parametrize("name", [name for name in HOSTILE if name not in REFUSED])
def test_each_kind_is_emitted_of_a_hostile_schema_in_bounded_time(name: str) -> None:
    found = checked(name, Problems())
    assert found.provider is not None
    for kind in KINDS:
        start = time.process_time()
        emitter_of(kind)(Source(found.provider, found.documents))
        assert time.process_time() - start < EMIT_SECONDS, kind

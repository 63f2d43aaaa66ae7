# SPDX-License-Identifier: Apache-2.0
"""The digest of what rows rest on: what changes it, and what does not."""

from __future__ import annotations

import copy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from callgen.check import check_file
from callgen.digest import records_digest
from callgen.problems import Problems
from conftest import CODEGEN

SCHEMA = """
schema: 1
provider: made
description: Made up.
receive: [{path: /a}]
auth: {any_of: [{none: {reason: x}}]}
payload:
  type: object
  properties:
    id: {type: string, maxLength: 8}
    code: {type: integer}
    stage: {type: string, maxLength: 8}
    text: {type: string, maxLength: 64, description: Said.}
    list: {type: array, maxItems: 9, items: {type: string, maxLength: 9}}
identify: {task_id: $request.body#/id, code: $request.body#/code}
idempotency: {key: '{task_id}'}
context: {word: {type: string, maxLength: 8}}
tables: {t: {columns: [word], rows: {a: [x]}}}
stages: {from: $request.body#/stage, values: {low: {order: 1, status: failed}}}
codes:
  7: {name: seven, severity: error, meaning: M, message: {en: m}}
  unknown: {name: other, severity: error, meaning: M, message: {en: m}}
records:
  one: {set: {a: /text, b: {lookup: t, key: {context: word}, column: word}, c: {meta: code_name}}}
answers: {preset: strict}
"""


def digest(tmp_path: Path, change: Callable[[Any], None] = lambda _: None) -> int:
    whole = yaml.safe_load(SCHEMA)
    change(whole)
    path = tmp_path / "made.yaml"
    path.write_text(yaml.safe_dump(whole, sort_keys=False))
    problems = Problems()
    checked = check_file(path, "made.yaml", problems)
    assert problems.lines() == []
    return records_digest(checked.provider)


def put(*path: Any) -> Callable[[Any], None]:
    """Sets the value at a path: the last of its parts."""

    def change(whole: Any) -> None:
        for key in path[:-2]:
            whole = whole[key]
        whole[path[-2]] = copy.deepcopy(path[-1])

    return change


@pytest.mark.parametrize("change", [
    put("records", "one", "set", "a", {"root": "/stage"}),
    put("records", "one", "set", "a", {"first_of": ["/text", {"const": "a"}]}),
    put("records", "one", "if", {"const": True}),
    put("records", "one", "when", ["low"]),
    put("records", "one", "registered", True),
    put("records", "two", {"set": {"a": "/text"}}),
    put("tables", "t", "rows", "a", ["y"]),
    put("tables", "t", "rows", "b", ["x"]),
    put("codes", 7, "name", "sieben"),
    put("codes", "unknown", "name", "andere"),
    put("stages", "values", "low", "order", 2),
    put("stages", "values", "low", "status", "completed"),
    put("stages", "values", "low", "require", ["/list"]),
    put("context", "word", {"type": "integer"}) ,
    put("payload", "properties", "text", "maxLength", 63),
    put("payload", "properties", "text", "x-aliases", ["said"]),
    put("payload", "required", ["text"]),
    put("tolerance", {"on_invalid_member": "drop"}),
    put("tolerance", {"empty_strings": "absent"}),
    put("identify", "message", "$request.body#/text"),
    put("codes", 7, "message", "en", "Other words."),
    put("payload", "properties", "text", "pattern", "^a"),
], ids=lambda change: str(change.__closure__[0].cell_contents[:-1])[:60])
def test_what_rows_rest_on_changes_the_digest(tmp_path: Path, change: Callable[[Any], None]) -> None:
    if change.__closure__[0].cell_contents[:2] == ("context", "word"):
        change = both(change, put("records", "one", "set", "b", {"const": "b"}))
        assert digest(tmp_path, change) != digest(
            tmp_path, put("records", "one", "set", "b", {"const": "b"}))
    assert digest(tmp_path, change) != digest(tmp_path)


def both(*changes: Callable[[Any], None]) -> Callable[[Any], None]:
    def change(whole: Any) -> None:
        for each in changes:
            each(whole)

    return change


@pytest.mark.parametrize("change", [
    put("description", "Another one."),
    put("payload", "properties", "text", "description", "Written."),
    put("payload", "properties", "text", "x-cpp-name", "words"),
    put("payload", "properties", "list", "x-capacity", 3),
    put("records", "one", "description", "One."),
    put("stages", "values", "low", "terminal", True),
    put("retention", {"history": "3d"}),
    put("receive", 0, "path", "/b"),
    put("answers", {"preset": "always_200"}),
], ids=lambda change: str(change.__closure__[0].cell_contents[:-1])[:60])
def test_what_no_row_rests_on_leaves_the_digest(tmp_path: Path, change: Callable[[Any], None]) -> None:
    change = both(change, put("tolerance", {"on_invalid_member": "reject"}))
    assert digest(tmp_path, change) == digest(tmp_path)


def test_the_digest_is_the_same_in_every_process() -> None:
    program = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from pathlib import Path\n"
        "from callgen.check import check_file; from callgen.problems import Problems\n"
        "from callgen.digest import records_digest\n"
        "print(records_digest(check_file(Path(sys.argv[2]), 'x', Problems()).provider))\n"
    )
    schema = CODEGEN / "tests" / "good" / "odd_records.yaml"
    found = {
        subprocess.run([sys.executable, "-c", program, CODEGEN, schema], check=True, text=True,
                       capture_output=True, env={"PYTHONHASHSEED": seed}).stdout
        for seed in ("1", "2", "3")
    }
    assert len(found) == 1 and found != {""}

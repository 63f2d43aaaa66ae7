# SPDX-License-Identifier: Apache-2.0
"""What the evaluator foretells: the first error in document order, tolerance, identity, stage and
de-duplication.
"""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from callgen.check import check_file
from callgen.evaluate import Verdict, _History, evaluate
from callgen.model import Expectation, Provider, Step
from callgen.problems import Problems
from callgen.validate import Refused, parse_json, read_payload

MEMBERS = {
    "id": {"type": "string", "minLength": 1, "maxLength": 8},
    "other": {"type": "string", "maxLength": 8, "x-aliases": ["autre", "a/b"]},
    "state": {"type": "string", "enum": ["working", "done"], "x-open": True, "maxLength": 16},
    "shut": {"type": "string", "enum": ["a", "b"]},
    "count": {"type": "integer", "format": "int32", "minimum": 0, "exclusiveMaximum": 10},
    "wide": {"type": "integer"},
    "ratio": {"type": "number", "exclusiveMinimum": 0, "maximum": 1.5},
    "level": {"type": "integer", "enum": [1, 3]},
    "fixed": {"type": "string", "const": ""},
    "flag": {"type": "boolean"},
    "maybe": {"type": ["string", "null"], "maxLength": 8},
    "choice": {"type": ["string", "null"], "enum": ["x", "y"]},
    "list": {
        "type": "array",
        "minItems": 1,
        "maxItems": 2,
        "items": {"type": "string", "minLength": 1, "maxLength": 8},
    },
    "inner": {
        "type": "object", "required": ["deep"], "properties": {"deep": {"type": "integer"}, "x": {}}
    },
    "any": {},
}


def provider(tmp_path: Path, tolerance: dict[str, Any] | None = None, **sections: Any) -> Provider:
    whole = {
        "schema": 1,
        "provider": "made",
        "receive": [{"path": "/a", "max_body": "1KiB"}, {"path": "/done", "applies_stage": "done"}],
        "auth": {"any_of": [{"hmac": {"header": "X-Sig", "secret": {"env": "S"}}}]},
        "payload": {"type": "object", "required": ["id"], "properties": MEMBERS},
        "tolerance": tolerance or {},
        "identify": {"task_id": ["$request.body#/id", "$request.query.id", "$request.header.X-Id"]},
        "idempotency": {"key": ["$request.header.X-Delivery", "made:{task_id}:{stage}"]},
        "stages": {
            "from": "$request.body#/state",
            "values": {
                "working": {"order": 1, "status": "processing"},
                "done": {"order": 2, "status": "completed", "require": ["/list"]},
            },
        },
        "answers": {"preset": "strict"},
        **sections,
    }
    path = tmp_path / "made.yaml"
    path.write_text(json.dumps(whole))
    problems = Problems()
    checked = check_file(path, "made.yaml", problems)
    assert problems.lines() == []
    return checked.provider


def verdict(made: Provider, body: Any, **options: Any) -> Verdict:
    return evaluate(made, step(made, body, **options))


def step(
    made: Provider,
    body: Any,
    path: str = "/a",
    query: str = "",
    is_signed: bool = True,
    **fields: str,
) -> Step:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    route = next(route for route in made.routes if route.path == path)
    named = {
        "Content-Type": "application/json", **{k.replace("_", "-"): v for k, v in fields.items()}
    }
    return Step(
        route,
        query,
        tuple(named.items()),
        data,
        is_signed,
        Expectation("accepted", made.routes[0].mark),
    )


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({}, "/id: required"),
        ({"id": ""}, "/id: minLength"),
        ({"id": "123456789"}, "/id: maxLength"),
        ({"id": "ééééé🎵🎵🎵"}, None),
        ({"id": None}, "/id: type"),
        ({"id": 5}, "/id: type"),
        ([], "(root): type"),
        (7, "(root): type"),
        ({"id": "1", "shut": "c"}, "/shut: enum"),
        ({"id": "1", "state": "new"}, None),
        ({"id": "1", "state": "x" * 17}, "/state: maxLength"),
        ({"id": "1", "count": -1}, "/count: minimum"),
        ({"id": "1", "count": 10}, "/count: maximum"),
        ({"id": "1", "count": 9.0}, None),
        ({"id": "1", "count": 1.5}, "/count: type"),
        ({"id": "1", "count": True}, "/count: type"),
        ({"id": "1", "count": "5"}, "/count: type"),
        ({"id": "1", "count": 2**40}, "/count: range"),
        ({"id": "1", "wide": 2**63 - 1}, None),
        ({"id": "1", "wide": 2**63}, "/wide: range"),
        ({"id": "1", "ratio": 0}, "/ratio: minimum"),
        ({"id": "1", "ratio": 1.5}, None),
        ({"id": "1", "ratio": 1.6}, "/ratio: maximum"),
        (b'{"id":"1","ratio":1e999}', "/ratio: range"),
        ({"id": "1", "level": 2}, "/level: enum"),
        ({"id": "1", "fixed": "x"}, "/fixed: const"),
        ({"id": "1", "fixed": ""}, None),
        ({"id": "1", "flag": 0}, "/flag: type"),
        ({"id": "1", "maybe": None}, None),
        ({"id": "1", "choice": "z"}, "/choice: enum"),
        ({"id": "1", "list": []}, "/list: minItems"),
        ({"id": "1", "list": ["a", "b", ""]}, "/list: maxItems"),
        ({"id": "1", "list": ["a", ""]}, "/list/1: minLength"),
        ({"id": "1", "inner": {}}, "/inner/deep: required"),
        ({"id": "1", "inner": {"deep": "x"}}, "/inner/deep: type"),
        ({"id": "1", "autre": 5}, "/autre: type"),
        ({"id": "1", "a/b": 5}, "/a~1b: type"),
        ({"flag": 0, "count": -1}, "/flag: type"),
        ({"count": -1, "flag": 0}, "/count: minimum"),
        ({"unknown": [1, {"x": None}], "id": "1", "any": {"deep": [None]}}, None),
    ],
)
def test_the_first_error_in_document_order(body: Any, error: str | None, tmp_path: Path) -> None:
    found = verdict(provider(tmp_path), body)
    assert (found.outcome, found.error) == (
        ("schema_error", error) if error else (found.outcome, None)
    )
    assert error or found.outcome in ("accepted", "unknown_type")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"bad json",
        b"{",
        b'{"id":"1"} x',
        b'{"id":NaN}',
        b'{"id":01}',
        b'{"id":"\\ud800"}',
        b'{"id":"\xff"}',
        b'{"id":"1","id":"2"}',
        b'{"id":"1","autre":"a","other":"c","autre":"b"}',
        b'{"id":"1","any":' + b"[" * 40 + b"]" * 40 + b"}",
        b"\xef\xbb\xbf{}",
    ],
)
def test_what_is_not_json_or_beyond_what_is_read(body: bytes, tmp_path: Path) -> None:
    assert verdict(provider(tmp_path), body).outcome == "bad_json"


@pytest.mark.parametrize(
    ("members", "kept"),
    [
        ({"a/b": "c", "autre": "b", "other": "a"}, "a"),
        ({"a/b": "c", "autre": "b"}, "b"),
        ({"other": None, "autre": "b"}, "b"),
        ({"other": "", "a/b": "c"}, "c"),
        ({"other": "a", "autre": 7}, "a"),
        ({"other": 7, "autre": "b"}, "/other: type"),
        ({"autre": 7, "a/b": "c"}, "/autre: type"),
    ],
)
def test_of_several_spellings_the_first_that_says_something_decides(
    members: dict[str, Any], kept: str, tmp_path: Path
) -> None:
    made = provider(tmp_path, {"empty_strings": "absent"})
    for order in itertools.permutations(members.items()):
        document = parse_json(json.dumps({"id": "1", **dict(order)}), 32)
        if kept.startswith("/"):
            with pytest.raises(Refused, match=kept):
                read_payload(made, document)
        else:
            assert read_payload(made, document)["other"] == kept


def test_a_spelling_that_is_dropped_leaves_the_member_to_another(tmp_path: Path) -> None:
    made = provider(tmp_path, {"on_invalid_member": "drop"})
    for body in ({"other": 7, "autre": "b"}, {"autre": "b", "other": 7}):
        assert read_payload(made, parse_json(json.dumps({"id": "1", **body}), 32))["other"] == "b"


@pytest.mark.parametrize(
    ("tolerance", "body", "error"),
    [
        ({}, {"id": "1", "count": None}, None),
        ({"nulls": "reject"}, {"id": "1", "count": None}, "/count: type"),
        ({"nulls": "reject"}, {"id": "1", "maybe": None}, None),
        ({}, {"id": "1", "shut": ""}, "/shut: enum"),
        ({"empty_strings": "absent"}, {"id": "1", "shut": "", "count": ""}, None),
        ({"empty_strings": "absent"}, {"id": ""}, "/id: minLength"),
        ({"unknown_members": "reject"}, {"id": "1", "more": 1}, "/more: unknown_members"),
        ({"numbers_in_strings": True}, {"id": "1", "count": "5", "ratio": "1e0"}, None),
        ({"numbers_in_strings": True}, {"id": "1", "count": "0x5"}, "/count: type"),
        ({"numbers_in_strings": True}, {"id": "1", "count": "11"}, "/count: maximum"),
        ({"max_depth": 2}, {"id": "1", "list": ["a"]}, None),
        ({"on_invalid_member": "drop"}, {"id": "1", "shut": "c", "flag": 0, "inner": {}}, None),
        ({"on_invalid_member": "drop"}, {"id": ""}, "/id: minLength"),
        ({"on_invalid_member": "drop"}, {"id": "1", "state": 5}, "/state: type"),
        ({"on_invalid_member": "drop"}, {"id": "1", "list": [""]}, "/list/0: minLength"),
    ],
)
def test_tolerance(tolerance: dict[str, Any], body: Any, error: str | None, tmp_path: Path) -> None:
    assert verdict(provider(tmp_path, tolerance), body).error == error


def test_a_depth_over_the_bound_is_bad_json(tmp_path: Path) -> None:
    assert verdict(
        provider(tmp_path, {"max_depth": 2}), {"id": "1", "any": [[1]]}
    ).outcome == "bad_json"


def test_dropping_is_the_default_with_always_200(tmp_path: Path) -> None:
    made = provider(tmp_path, answers={"preset": "always_200"})
    assert verdict(made, {"id": "1", "flag": 0}).outcome == "accepted"


def test_identity_stage_and_requirements(tmp_path: Path) -> None:
    made = provider(tmp_path, payload={"type": "object", "properties": MEMBERS})
    assert verdict(made, {}).outcome == "no_task_id"
    assert verdict(made, {}, query="x=1&id=q%201&id=q2").task_id == "q 1"
    assert verdict(made, {}, X_Id="h").task_id == "h"
    assert verdict(made, {"id": "b"}, query="id=q").task_id == "b"
    known = {"code_name": "", "record_id": ""}
    assert verdict(made, {"id": "b"}) == Verdict("accepted", "b", "", "pending", **known)
    assert verdict(made, {"id": "b", "state": "working"}) == Verdict(
        "accepted", "b", "working", "processing", **known
    )
    assert verdict(made, {"id": "b", "state": "new"}) == Verdict(
        "unknown_type", "b", "new", "pending", **known
    )
    assert verdict(made, {"id": "b", "state": "done"}).error == "/list: required in stage done"
    assert verdict(made, {"id": "b", "list": ["x"]}, path="/done").stage == "done"


CODES = {
    "7": {"name": "broken", "severity": "error", "meaning": "m", "stage": "failed"},
    "3": {"name": "fine", "severity": "success", "meaning": "m"},
    "-1": {"name": "below", "severity": "info", "meaning": "m", "stage": "done"},
    "unknown": {"name": "other", "severity": "warning", "meaning": "m"},
}


def coded(tmp_path: Path, **codes: Any) -> Provider:
    return provider(
        tmp_path,
        identify={
            "task_id": "$request.body#/id",
            "code": ["$request.body#/wide", "$request.header.X-Code"],
        },
        stages={
            "from": "$request.body#/state",
            "values": {
                "working": {"order": 1, "status": "processing"},
                "failed": {"order": 2, "status": "failed"},
                "done": {"order": 3, "status": "completed", "require": ["/list"]},
            },
        },
        payload={
            "type": "object",
            "required": ["id"],
            "properties": {**MEMBERS, "state": {"type": "string", "maxLength": 16}},
        },
        codes={**CODES, **codes},
    )


@pytest.mark.parametrize(
    ("body", "path", "expected"),
    [
        ({"state": "working"}, "/a", ("accepted", "working", "", "processing")),
        ({"state": "working", "wide": 3}, "/a", ("accepted", "working", "fine", "processing")),
        ({"state": "working", "wide": 7}, "/a", ("accepted", "failed", "broken", "failed")),
        ({"state": "new", "wide": 7}, "/a", ("accepted", "failed", "broken", "failed")),
        ({"wide": 7}, "/a", ("accepted", "failed", "broken", "failed")),
        ({"wide": 7}, "/done", ("accepted", "failed", "broken", "failed")),
        ({"state": "working", "wide": 4}, "/a", ("accepted", "working", "other", "processing")),
        ({"state": "working", "wide": -1}, "/a", ("schema_error", None, "below", None)),
        ({"list": ["x"], "wide": -1}, "/a", ("accepted", "done", "below", "completed")),
    ],
)
def test_the_stage_of_a_code_counts_most(
    body: Any, path: str, expected: tuple[Any, ...], tmp_path: Path
) -> None:
    found = verdict(coded(tmp_path), {"id": "1", **body}, path=path)
    assert (found.outcome, found.stage, found.code_name, found.status) == expected


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("7", "broken"),
        ("007", "broken"),
        ("-1", "below"),
        ("+7", ""),
        ("7x", ""),
        ("seven", ""),
        (str(2**63 - 1), "other"),
        (str(2**63), ""),
    ],
)
def test_a_code_may_be_text_of_digits(text: str, name: str, tmp_path: Path) -> None:
    found = verdict(coded(tmp_path), {"id": "1", "list": ["x"]}, X_Code=text)
    assert found.code_name == name


def test_rows_are_kept_by_their_value(tmp_path: Path) -> None:
    made = coded(tmp_path)
    assert [row.value for row in made.codes] == [-1, 3, 7]
    assert made.unknown_code.name == "other" and made.code_row(8) is made.unknown_code


def test_what_is_refused_before_reading(tmp_path: Path) -> None:
    made = provider(tmp_path)
    assert verdict(made, {"id": "1"}, is_signed=False).outcome == "missing_signature"
    assert verdict(made, {"id": "1"}, is_signed=False, X_Sig="00").outcome == "invalid_signature"
    assert verdict(made, {"id": "1"}, Content_Type="text/plain").outcome == "unsupported_media"
    assert verdict(
        made, {"id": "1"}, Content_Type="Application/JSON; charset=utf-8"
    ).outcome == "accepted"
    assert verdict(made, {"id": "1", "any": "x" * 1024}).outcome == "too_large"


def test_deduplication_over_steps(tmp_path: Path) -> None:
    made, history = provider(tmp_path), _History()

    def outcome(body: Any, **fields: str) -> str:
        return evaluate(made, step(made, body, **fields), history).outcome

    assert outcome({"id": "1", "state": "working"}) == "accepted"
    assert outcome({"id": "1", "state": "working"}) == "duplicate"
    assert outcome({"id": "1", "state": "working", "flag": True}) == "accepted"
    assert outcome({"id": "1", "state": "working"}, X_Delivery="d") == "accepted"
    assert outcome({"id": "1", "state": "working"}, X_Delivery="d") == "duplicate"
    assert outcome({"id": "1", "state": "done", "list": ["x"]}, X_Delivery="d") == "conflict"
    late = evaluate(made, step(made, {"id": "1", "state": "working", "flag": False}), history)
    assert (late.stage, late.status) == ("working", "completed")

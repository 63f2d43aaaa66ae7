# SPDX-License-Identifier: Apache-2.0
"""The search by name of the evaluator, and what a search lets a payload drop."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from callgen.model import Provider, SearchSource
from callgen.search import find
from callgen.validate import parse_json
from test_evaluate import provider, verdict

KEYS = ("taskId", "recordId")


def found(document: Any, max_depth: int = 10, embedded_json: bool = True) -> str:
    text = document if isinstance(document, str) else json.dumps(document)
    return find(SearchSource(KEYS, max_depth, embedded_json), parse_json(text, 1000))


def in_text(document: Any, times: int = 1) -> Any:
    for _ in range(times):
        document = json.dumps(document)
    return document


def nested(levels: int, inner: Any) -> Any:
    for level in range(levels):
        inner = [inner] if level % 2 else {"x": inner}
    return inner


@pytest.mark.parametrize(
    ("document", "task"),
    [
        ({"taskId": "a"}, "a"),
        ({"x": {"taskId": "deep"}, "recordId": "own"}, "own"),
        ({"recordId": "r", "taskId": "a"}, "a"),
        ([{"x": {"taskId": "first"}}, {"taskId": "second"}], "first"),
        ({"taskId": 7}, "7"),
        ('{"taskId": -0}', "0"),
        ('{"taskId": null, "taskId": "a", "taskId": "b"}', "a"),
        ({"taskId": "", "recordId": "r"}, "r"),
        ({"taskId": "t" * 256}, "t" * 256),
        ({"taskId": "\u00e9" * 129}, ""),
        ({"taskId": True, "recordId": 1.5}, ""),
        ({"taskId": {}, "recordId": ["a"]}, ""),
        ({"x": in_text({"taskId": "a"})}, "a"),
        ({"x": " \n" + in_text({"taskId": "a"}) + "\t"}, "a"),
        ({"x": in_text({"taskId": "string"}), "y": [{"recordId": "text"}]}, "text"),
        ({"x": in_text({"y": in_text([{"taskId": "a"}])})}, "a"),
        (json.dumps(in_text({"taskId": "a"}, 2)), "a"),
        ({"x": in_text({"taskId": "a"}) + "x"}, ""),
        ({"x": '{"taskId": NaN}', "y": in_text({"taskId": "a"})}, "a"),
        ({"x": in_text({"x": nested(31, 0), "taskId": "a"})}, "a"),
        ({"x": in_text({"x": nested(32, 0), "taskId": "a"})}, ""),
        ("17", ""),
        ("null", ""),
    ],
)
def test_which_member_is_found(document: Any, task: str) -> None:
    assert found(document) == task


@pytest.mark.parametrize("depth", [3, 10, 32])
def test_objects_arrays_and_strings_are_levels(depth: int) -> None:
    leaf = {"taskId": "a"}
    assert found(nested(depth - 1, leaf), depth) == "a"
    assert found(nested(depth, leaf), depth) == ""
    assert found(nested(depth - 2, in_text(leaf)), depth) == "a"
    assert found(nested(depth - 1, in_text(leaf)), depth) == ""


def test_strings_are_left_alone_when_they_shall_be() -> None:
    assert found([in_text({"taskId": "a"})], embedded_json=False) == ""


def searching(tmp_path: Path, on_invalid: str = "drop", *more: Any) -> Provider:
    """`more`: the sources of the task id behind those of the payload; a search unless given."""
    inner = {"type": "object", "properties": {"id": {"type": "string", "maxLength": 8}}}
    inner["properties"]["state"] = {"type": "string", "enum": ["working", "done"]}
    members = {"id": {"type": "string", "maxLength": 8}, "data": inner}
    search = {"search": {"keys": ["id"]}}
    return provider(
        tmp_path,
        tolerance={"on_invalid_member": on_invalid},
        payload={"type": "object", "properties": members},
        identify={
            "task_id": ["$request.body#/id", "$request.body#/data/id", *(more or [search])],
            "record_id": {"search": {"keys": ["rec"], "max_depth": 2}},
        },
        stages={
            "from": "$request.body#/data/state",
            "values": {
                "working": {"order": 1, "status": "processing"},
                "done": {"order": 2, "status": "completed"},
            },
        },
    )


@pytest.mark.parametrize(
    ("body", "outcome", "task"),
    [
        ({"id": "a"}, "accepted", "a"),
        ({"id": 7}, "accepted", "7"),
        ({"id": "123456789"}, "accepted", "123456789"),
        ({"data": [{"id": "a"}]}, "accepted", "a"),
        ({"data": '{"id":"a"}'}, "accepted", "a"),
        ({"data": {"id": 5, "state": "done"}}, "accepted", "5"),
        ({"id": "a", "data": {"state": 5}}, "schema_error", ""),
        ([{"id": "a"}], "accepted", "a"),
        (17, "no_task_id", ""),
        (b"[17", "bad_json", ""),
    ],
)
def test_a_search_finds_what_types_refuse(
    body: Any, outcome: str, task: str, tmp_path: Path
) -> None:
    got = verdict(searching(tmp_path), body)
    assert (got.outcome, got.task_id) == (outcome, task)


def test_nothing_is_dropped_for_a_search_where_nothing_is_dropped(tmp_path: Path) -> None:
    made = searching(tmp_path, "reject")
    assert verdict(made, {"id": 7}).error == "/id: type"
    assert verdict(made, {"data": "x"}).error == "/data: type"
    assert verdict(made, [{"id": "a"}]).error == "(root): type"


def test_without_a_search_no_bad_id_is_dropped(tmp_path: Path) -> None:
    made = searching(tmp_path, "drop", "$request.query.id")
    assert verdict(made, {"id": 7}, query="id=q").error == "/id: type"
    assert verdict(made, {"data": {"id": 7}}, query="id=q").error == "/data/id: type"
    assert verdict(made, {"data": "x"}, query="id=q").error == "/data: type"
    assert verdict(made, [{"id": "a"}], query="id=q").task_id == "q"


def test_the_record_id_is_a_second_name(tmp_path: Path) -> None:
    made = searching(tmp_path)
    assert verdict(made, {"id": "a", "x": {"rec": 5}}).record_id == "5"
    assert verdict(made, {"id": "a", "x": [{"rec": 5}]}).record_id == ""
    assert verdict(made, {"rec": "r"}).record_id == "r"

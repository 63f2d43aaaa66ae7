# SPDX-License-Identifier: Apache-2.0
"""What the evaluator foretells of records: every form of an expression, and how rows come together.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from callgen.check import check_file
from callgen.evaluate import _History, evaluate
from callgen.model import Expectation, Provider, Step
from callgen.problems import Problems

MEMBERS = {
    "id": {"type": "string", "maxLength": 8},
    "stage": {"type": "string", "enum": ["low", "mid", "high"], "x-open": True, "maxLength": 8},
    "text": {"type": "string", "maxLength": 64},
    "other": {"type": "string", "maxLength": 64},
    "n": {"type": "integer"},
    "f": {"type": "number"},
    "flag": {"type": "boolean"},
    "code": {"type": "integer"},
    "list": {
        "type": "array", "maxItems": 9, "x-aliases": ["liste"],
        "items": {"type": "string", "maxLength": 9},
    },
    "things": {
        "type": "array", "maxItems": 9, "items": {"type": "object", "properties": {
            "name": {"type": "string", "maxLength": 9}, "size": {"type": "number"},
        }},
    },
    "shape": {"type": "object", "properties": {"x": {"type": "integer"}}},
}
TABLE = {"columns": ["word", "count", "part"], "rows": {"a": ["x", 1, 1], "b": [None, 2, 0.5]}}

RULES = {"columns": ["is"], "rows": {"ab": ["exact"], "a*": ["first"], "*b": ["second"]}}


def provider(tmp_path: Path, records: Any, **sections: Any) -> Provider:
    whole = {
        "schema": 1,
        "provider": "made",
        "receive": [{"path": "/a"}],
        "auth": {"any_of": [{"none": {"reason": "x"}}]},
        "payload": {"type": "object", "properties": MEMBERS},
        "tolerance": {"on_invalid_member": "drop"},
        "identify": {
            "task_id": "$request.body#/id",
            "code": "$request.body#/code",
            "message": "$request.body#/other",
        },
        "idempotency": {"key": "{task_id}"},
        "context": {
            "word": {"type": "string", "maxLength": 8},
            "size": {"type": "number"},
        },
        "tables": {"t": TABLE, "by_rule": RULES},
        "stages": {
            "from": "$request.body#/stage",
            "values": {
                "low": {"order": 1, "status": "processing"},
                "mid": {"order": 5, "status": "failed"},
                "high": {"order": 9, "status": "completed"},
            },
        },
        "answers": {"preset": "strict"},
        "records": records,
        **sections,
    }
    path = tmp_path / "made.yaml"
    path.write_text(json.dumps(whole))
    problems = Problems()
    checked = check_file(path, "made.yaml", problems)
    assert problems.lines() == []
    return checked.provider


def send(made: Provider, history: _History, **body: Any) -> str:
    data = json.dumps({"id": "1", **body}).encode()
    fields = (("Content-Type", "application/json"),)
    expect = Expectation("accepted", made.routes[0].mark)
    return evaluate(made, Step(made.routes[0], "", fields, data, True, expect), history).outcome


def rows(made: Provider, record: str, *bodies: dict[str, Any], **context: Any) -> list[Any]:
    history = _History()
    if context:
        history.registered["1"] = context
    for body in bodies:
        send(made, history, **body)
    return history.rows.of("1", record)


ABSENT = None


@pytest.mark.parametrize(
    ("expression", "body", "value"),
    [
        ("/text", {"text": "a"}, "a"),
        ("/text", {"text": ""}, ABSENT),
        ("/text", {"text": None}, ABSENT),
        ("/text", {"text": 7}, ABSENT),
        ("/list/1", {"list": ["a"]}, ABSENT),
        ("/list/1", {"liste": ["a", "b"]}, "b"),
        ({"const": False}, {}, False),
        ({"meta": "status"}, {"stage": "mid"}, "failed"),
        ({"meta": "status"}, {"stage": "new"}, ABSENT),
        ({"meta": "stage"}, {"stage": "new"}, "new"),
        ({"meta": "stage"}, {}, ABSENT),
        ({"meta": "outcome"}, {"stage": "new"}, "unknown_type"),
        ({"meta": "code"}, {"code": -5}, -5),
        ({"meta": "code"}, {}, ABSENT),
        ({"meta": "message"}, {"other": "m"}, "m"),
        ({"meta": "mount"}, {}, "made"),
        ({"meta": "sequence"}, {}, 1),
        ({"context": "word"}, {}, "b"),
        ({"context": "size"}, {}, ABSENT),
        ({"count": "/list"}, {"list": ["a", "b"]}, 2),
        ({"count": "/list"}, {}, 0),
        ({"present": "/text"}, {"text": ""}, False),
        ({"present": "/n"}, {"n": 0}, True),
        ({"present": {"json": "/shape"}}, {"shape": {}}, False),
        ({"first_of": ["/text", "/other"]}, {"text": "", "other": "b"}, "b"),
        ({"first_of": ["/text", "/other"]}, {}, ABSENT),
        ({"first_of": ["/f", "/n"]}, {"n": 2}, 2.0),
        ({"equals": ["/n", "/f"]}, {"n": 2, "f": 2.0}, True),
        ({"equals": ["/n", "/f"]}, {"n": 2**53 + 1, "f": 2.0**53}, False),
        ({"equals": ["/text", "/other"]}, {}, False),
        ({"all": ["/flag", {"present": "/n"}]}, {"flag": True, "n": 1}, True),
        ({"all": ["/flag", {"present": "/n"}]}, {"n": 1}, False),
        ({"not": "/flag"}, {}, True),
        ({"not": "/flag"}, {"flag": True}, False),
        ({"if": "/flag", "then": "/text"}, {"flag": False, "text": "a"}, ABSENT),
        ({"if": "/flag", "then": "/n", "else": "/f"}, {"flag": True, "n": 3}, 3.0),
        ({"stage": ["mid"], "value": "/n"}, {"stage": "mid", "n": 1}, 1),
        ({"stage": ["mid"], "value": "/n"}, {"stage": "high", "n": 1}, ABSENT),
        ({"stage": ["mid"], "value": "/n"}, {"n": 1}, ABSENT),
        ({"some": {"of": "/list", "is": {"equals": ["", {"root": "/text"}]}}},
         {"list": ["a", "b"], "text": "b"}, True),
        ({"some": {"of": "/things", "is": {"present": "/name"}}}, {"things": [{}]}, False),
        ({"some": {"of": "/things", "is": {"present": "/name"}}}, {}, False),
        ({"length": "/text"}, {"text": "é🎵"}, 2),
        ({"length": "/text"}, {}, 0),
        ({"contains": ["/text", "/other"]}, {"text": "abc", "other": "bc"}, True),
        ({"contains": ["/text", "/other"]}, {"text": "abc"}, False),
        ({"starts_with": ["/text", "/other"]}, {"text": "abc", "other": "ab"}, True),
        ({"starts_with": ["/text", "/other"]}, {"text": "abc"}, False),
        ({"ends_with": ["/text", "/other"]}, {"text": "abc", "other": "bc"}, True),
        ({"ends_with": ["/text", "/other"]}, {"other": "bc"}, False),
        ({"concat": ["/text", {"const": "-"}, "/other"]}, {"text": "a"}, "a-"),
        ({"concat": ["/text", "/other"]}, {}, ABSENT),
        ({"prefix_path": {"with": "/text", "value": "/other"}}, {"text": "u", "other": "x"}, "u/x"),
        ({"prefix_path": {"with": "/text", "value": "/other"}}, {"text": "u", "other": "u"}, "u/u"),
        ({"prefix_path": {"with": "/text", "value": "/other"}}, {"text": "u", "other": "u/x"},
         "u/x"),
        ({"prefix_path": {"with": "/text", "value": "/other"}}, {"other": "x"}, "x"),
        ({"prefix_path": {"with": "/text", "value": "/other"}}, {"text": "u"}, ABSENT),
        ({"floor": "/f"}, {"f": -0.5}, -1),
        ({"floor": "/f"}, {"f": 1e30}, ABSENT),
        ({"floor": "/f"}, {}, ABSENT),
        ({"floor": "/n"}, {"n": 7}, 7),
        ({"lookup": "t", "key": {"const": "a"}, "column": "part"}, {}, 1.0),
        ({"lookup": "t", "key": {"context": "word"}, "column": "count"}, {}, 2),
        ({"lookup": "t", "key": {"context": "word"}, "column": "word"}, {}, ABSENT),
        ({"lookup": "t", "key": "/text", "column": "count"}, {}, ABSENT),
        ({"lookup": "t", "key": "/text", "column": "count"}, {"text": "c"}, ABSENT),
        ({"lookup": "by_rule", "key": "/text", "column": "is"}, {"text": "ab"}, "exact"),
        ({"lookup": "by_rule", "key": "/text", "column": "is"}, {"text": "a b"}, "first"),
        ({"lookup": "by_rule", "key": "/text", "column": "is"}, {"text": "cb"}, "second"),
        ({"lookup": "by_rule", "key": "/text", "column": "is"}, {"text": "c"}, ABSENT),
        ({"lookup": "by_rule", "key": "/text", "column": "is"}, {}, ABSENT),
        ({"json": "/list"}, {"liste": ["a", "é"]}, '["a","é"]'),
        ({"json": "/list"}, {"list": []}, ABSENT),
        ({"json": "/list"}, {"list": [7]}, ABSENT),
        ({"json": "/shape"}, {"shape": {"more": None}}, '{"more":null}'),
        ({"json": "/things/0"}, {"things": [{"size": 1}]}, '{"size":1}'),
    ],
)
def test_an_expression(expression: Any, body: dict[str, Any], value: Any, tmp_path: Path) -> None:
    made = provider(tmp_path, {"r": {"set": {"v": expression}}})
    (row,) = rows(made, "r", body, word="b")
    assert row.get("v") == value
    assert type(row.get("v")) is type(value)


EACH = {
    "each": "/things",
    "key": ["name"],
    "set": {"place": {"index": 1}, "name": "/name", "size": "/size", "text": {"root": "/text"}},
}


def test_one_row_for_each_item_and_none_without_its_key(tmp_path: Path) -> None:
    made = provider(tmp_path, {"r": EACH})
    found = rows(made, "r", {"text": "t", "things": [{"name": "a"}, {"size": 2}, {"name": "b"}]})
    assert found == [
        {"name": "a", "place": 1, "text": "t"}, {"name": "b", "place": 3, "text": "t"}
    ]


def test_items_with_one_key_are_one_row(tmp_path: Path) -> None:
    made = provider(tmp_path, {"r": EACH})
    found = rows(made, "r", {"things": [{"name": "a", "size": 1}, {"name": "a"}]})
    assert found == [{"name": "a", "place": 2, "size": 1.0}]


def test_each_column_keeps_the_value_of_the_highest_stage_that_has_one(tmp_path: Path) -> None:
    made = provider(tmp_path, {"r": {"set": {"text": "/text", "n": "/n"}}})
    found = rows(
        made,
        "r",
        {"stage": "mid", "text": "mid"},
        {"stage": "low", "text": "low", "n": 1},
        {"text": "none", "n": 0},
        {"stage": "high", "text": ""},
        {"stage": "low", "n": 2},
    )
    assert found == [{"text": "mid", "n": 2}]


def test_when_and_if_say_which_callbacks_count(tmp_path: Path) -> None:
    made = provider(tmp_path, {
        "staged": {"when": ["mid", "high"], "set": {"id": "/id"}},
        "asked": {"if": "/flag", "set": {"id": "/id"}},
    })
    bodies = ({"stage": "low"}, {"stage": "new"}, {"flag": False})
    assert rows(made, "staged", *bodies) == rows(made, "asked", *bodies) == []
    assert rows(made, "staged", {"stage": "mid"}) == [{"id": "1"}]
    assert rows(made, "asked", {"flag": True}) == [{"id": "1"}]


def test_a_duplicate_changes_nothing(tmp_path: Path) -> None:
    made = provider(tmp_path, {"r": {"set": {"first": {"meta": "sequence"}}}})
    assert rows(made, "r", {"n": 1}, {"n": 1}) == [{"first": 1}]
    assert rows(made, "r", {"n": 1}, {"n": 2}) == [{"first": 2}]


def test_a_task_that_must_be_registered_and_is_not_stays_unknown(tmp_path: Path) -> None:
    made = provider(tmp_path, {"r": {"set": {"id": "/id"}}}, tasks="required")
    history = _History()
    assert send(made, history, stage="low") == "unknown_task"
    assert history.rows.of("1", "r") == []
    history.registered["1"] = {}
    assert send(made, history, stage="high") == "accepted"
    assert history.rows.of("1", "r") == [{"id": "1"}]


@pytest.mark.parametrize(("count", "why"), [(64, None), (65, "'set' has 1 to 64 columns")])
def test_a_record_has_at_most_64_columns(count: int, why: str | None, tmp_path: Path) -> None:
    columns = {f"c{index}": "/id" for index in range(count)}
    if why is None:
        assert len(provider(tmp_path, {"r": {"set": columns}}).records[0].columns) == count
        return
    with pytest.raises(AssertionError, match=why):
        provider(tmp_path, {"r": {"set": columns}})


def test_an_example_whose_rows_differ_is_an_error(tmp_path: Path) -> None:
    def example(body: Any, **expect: Any) -> dict[str, Any]:
        return {"body": {"id": "1", **body}, "expect": expect}

    def check(**examples: Any) -> str:
        with pytest.raises(AssertionError) as found:
            provider(tmp_path, {"r": EACH}, examples=examples)
        return str(found.value)

    wrong = example({"things": [{"name": "a"}]}, records={"r": 2})
    assert "the example expects 2 rows of record 'r', but gets 1" in check(e=wrong)
    unknown = example({"things": []}, outcome="unknown_task", records={"r": 0})
    text = check(e=unknown | {"expect": {"outcome": "accepted", "records": {"s": 0}}})
    assert "unknown record 's': known are r" in text
    refused = {"raw_body": "{", "expect": {"outcome": "bad_json", "records": {"r": 0}}}
    assert "'records' cannot be foretold for outcome bad_json" in check(e=refused)
    right = example({"things": [{"name": "a"}]}, task_id="1", records={"r": 1})
    assert provider(tmp_path, {"r": EACH}, examples={"e": right}).examples[0].name == "e"

# SPDX-License-Identifier: Apache-2.0
"""Which task a KIE callback is about, wherever and however its id stands (S4.4 to S4.7)."""

import json

import pytest

from callbacks import KIE, KIE_FIELDS, kie

OK = (200, {"ok": True})
PROCESSED = ["ok", "task_id", "record_id", "callback_type", "code", "code_name", "status"]


def deliver(receiver, body, fields=None, query=""):
    """The answer; of one that tells everything about a callback only that it is well."""
    answer = receiver.post(KIE + query, body, {**KIE_FIELDS, **(fields or {})})
    told = answer.json()
    return answer.status_code, {"ok": told["ok"]} if list(told) == PROCESSED else told


def newest(receiver):
    return receiver.entry(receiver.history(provider="kie", limit=1)[0]["id"])


def text(document, times=1):
    for _ in range(times):
        document = json.dumps(document)
    return document


def nested(levels, inner):
    for level in range(levels):
        inner = [inner] if level % 2 else {"x": inner}
    return inner


FOUND = {
    "an array around it": [{"taskId": "ID"}],
    "data is an array": {"data": [{"taskId": "ID"}]},
    "data is JSON in a string": {"code": 200, "msg": "ok", "data": text({"taskId": "ID"})},
    "any member is JSON in a string": {"resultJson": text({"urls": [], "recordId": "ID"})},
    "all of it is a string": text({"taskId": "ID"}),
    "a string in a string": {"x": text({"y": text([{"task_id": "ID"}])})},
    "ten levels": nested(9, {"taskId": "ID"}),
    "ten levels, two of them a string and its object": nested(8, text({"taskId": "ID"})),
    "a nested record id": {"payload": {"record_id": "ID"}},
    "types that the schema does not have": {"taskId": {}, "recordId": [], "id": 7, "x": {"taskId": "ID"}},
    "too long to be an id": {"taskId": "t" * 257, "recordId": "ID"},
    "what lies in the body before what strings hold": {"a": text({"taskId": "other"}), "b": [{"taskId": "ID"}]},
    "an object's own before deeper ones": {"a": {"b": {"taskId": "other"}, "recordId": "ID"}},
    "data before deeper ones": {"a": {"taskId": "other"}, "data": {"taskId": "ID"}},
    "root id at last": {"id": "ID", "x": {"id": "other"}},
}


@pytest.mark.parametrize("name", FOUND)
def test_the_task_id_is_found(receiver, name):
    """S4.4, S4.5, S4.7"""
    mine = f"task {list(FOUND).index(name)}"
    body = json.dumps(FOUND[name]).replace("ID", mine).encode()
    assert deliver(receiver, body) == OK
    entry = newest(receiver)
    assert (entry["kind"], entry["outcome"], entry["task_id"]) == ("task", "accepted", mine)


def test_an_id_is_what_its_escapes_stand_for(receiver):
    name = 'escaped \u00e9\n\U0001f3b5"\\ 1'
    for body in ({"x": {"taskId": name}}, {"x": text([{"taskId": name}])}):
        assert deliver(receiver, body) == OK
        assert newest(receiver)["task_id"] == name


@pytest.mark.parametrize("number, spelled", [(4711, "4711"), (-3, "-3"), (10 ** 30, "1" + "0" * 30)])
@pytest.mark.parametrize("where", [["taskId"], ["data", "task_id"], ["job", "taskId"]])
def test_a_number_names_a_task_too(receiver, where, number, spelled):
    body = number
    for name in reversed(where):
        body = {name: body}
    assert deliver(receiver, {**body, "msg": "/".join(where)}) == OK
    assert newest(receiver)["task_id"] == spelled


@pytest.mark.parametrize("body", [
    {"invalid": "no taskId here"},
    {"taskId": "", "recordId": None, "data": {"taskId": {}}, "x": {"taskId": 1.5, "recordId": True}},
    nested(10, {"taskId": "eleven-levels"}),
    nested(9, text({"taskId": "eleven-levels"})),
    {"x": text({"taskId": "cut"})[:-1]},
    [], 17, None, "taskId",
])
def test_nothing_that_names_a_task_is_200_and_kept_apart(receiver, body):
    """S4.2, S4.3"""
    assert deliver(receiver, json.dumps(body).encode()) == OK
    entry = newest(receiver)
    assert (entry["kind"], entry["outcome"], entry["task_id"]) == ("quarantine", "no_task_id", None)


@pytest.mark.parametrize("body, fields, query, task", [
    ({"x": {"taskId": "in-the-body"}}, {"X-Task-Id": "h1"}, "?taskId=q1", "in-the-body"),
    ({"id": "root-1"}, {"X-Task-Id": "h2"}, "?taskId=q2", "q2"),
    ({"id": "root-2"}, {"X-Task-Id": "h3"}, "?task=q3", "h3"),
    ({"id": "root-3"}, {}, "", "root-3"),
    ([], {"X-Task-Id": "h4"}, "", "h4"),
    (17, {}, "?taskId=q5", "q5"),
])
def test_query_header_and_root_id_come_after_the_body(receiver, body, fields, query, task):
    """S4.5"""
    assert deliver(receiver, json.dumps(body).encode(), fields, query) == OK
    assert newest(receiver)["task_id"] == task


def test_bytes_that_are_not_json_belong_to_no_task_whatever_the_header_says(receiver):
    """S4.2: kept apart with all their bytes; nobody may move a task with noise."""
    assert deliver(receiver, b'{"taskId":"cut', {"X-Task-Id": "noise-1"}, "?taskId=noise-1") == OK
    assert newest(receiver)["outcome"] == "bad_json"
    assert receiver.get("/api/history/noise-1").status_code == 404


def test_the_events_of_one_task_meet_under_its_id_however_it_was_sent(receiver):
    deliver(receiver, kie("many-ways", "first"))
    deliver(receiver, [{"taskId": "many-ways"}])
    deliver(receiver, {"data": text({"taskId": "many-ways"})})
    entry = receiver.entry("many-ways")
    assert (entry["callback_progress"], len(entry["timeline"])) == ("first", 3)


@pytest.mark.parametrize("body", [
    b"[" * 500_000,
    b'{"taskId":' * 100_000,
    b"[" + b'"[\\"a\\"]",' * 100_000 + b"0]",
    json.dumps(["[" * 500_000]).encode(),
    json.dumps([text(["x" * 1000], 12)]).encode(),
    json.dumps({"taskId": "\u0000" * 100_000}).encode(),
    b'{"taskId\xff":"a"}',
])
def test_hostile_bodies_are_200_and_the_receiver_lives_on(receiver, body):
    """S4.4: never throws."""
    assert deliver(receiver, body) == OK
    assert newest(receiver)["kind"] == "quarantine"
    assert receiver.get("/health").json()["status"] == "ok"

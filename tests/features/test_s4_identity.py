# SPDX-License-Identifier: Apache-2.0
"""Which task a KIE callback is about: where its id is searched, in which order and how deep."""

import json

import pytest

from callbacks import KIE, KIE_FIELDS


def deliver(receiver, body, query="", **fields):
    """Posts what KIE is always told 200 for. Returns the newest entry."""
    answer = receiver.post(KIE + query, body, {**KIE_FIELDS, **fields})
    assert (answer.status_code, answer.json()["ok"]) == (200, True)
    return receiver.entry(receiver.history(provider="kie", limit=1)[0]["id"])


def text(document, times=1):
    for _ in range(times):
        document = json.dumps(document)
    return document


def nested(levels, inner):
    """`inner` below that many objects and arrays in turn."""
    for level in range(levels):
        inner = [inner] if level % 2 else {"x": inner}
    return inner


def turned(document):
    """The same with the members of every object from the last to the first."""
    if not isinstance(document, dict):
        return document
    return {name: turned(value) for name, value in reversed(document.items())}


FOUND = [{"taskId": "ID"}, [{"taskId": "ID"}], {"a": {"b": [{"task_id": "ID"}]}}, text({"taskId": "ID"}),
         {"data": text({"taskId": "ID"})}, {"a": text([{"b": text({"record_id": "ID"})}])}, {"id": "ID"}]


@pytest.mark.feature("S4.4")
@pytest.mark.parametrize("body", FOUND, ids=str)
def test_the_id_is_found_in_objects_arrays_nested_and_quoted_json(receiver, body):
    task = f"found {FOUND.index(body)}"
    entry = deliver(receiver, json.dumps(body).replace("ID", task).encode())
    assert (entry["kind"], entry["task_id"]) == ("task", task)


@pytest.mark.feature("S4.4")
def test_the_id_is_found_in_the_query_and_in_a_header(receiver):
    assert deliver(receiver, {"n": 1}, "?taskId=in%20the%20query")["task_id"] == "in the query"
    assert deliver(receiver, {"n": 2}, **{"X-Task-Id": "in a header"})["task_id"] == "in a header"


@pytest.mark.feature("S4.4")
@pytest.mark.parametrize("body", [
    b"", b"\xff\xfe", b'{"taskId":', b"[" * 200_000, b'{"taskId":' * 50_000, b"[" + b'"[\\"a\\"]",' * 50_000 + b"0]",
    b"17", b"null", b'"taskId"', b'{"taskId":{},"recordId":[],"data":7}'], ids=lambda body: str(body[:24]))
def test_looking_never_fails_whatever_comes(receiver, body):
    assert deliver(receiver, body)["kind"] == "quarantine"
    assert receiver.get("/health").json()["status"] == "ok"


# Eight of the nine places, the first one first; the array wrapper, fifth, is in no object. (body, query, header)
PLACES = [
    ({"taskId": "1"}, "", {}), ({"recordId": "2"}, "", {}), ({"data": {"taskId": "3"}}, "", {}),
    ({"deep": {"taskId": "4"}}, "", {}), ({"quoted": text({"taskId": "6"})}, "", {}), ({}, "?taskId=7", {}),
    ({}, "", {"X-Task-Id": "8"}), ({"id": "9"}, "", {})]


@pytest.mark.feature("S4.4", "S4.5")
@pytest.mark.parametrize("first", range(len(PLACES)))
def test_each_place_counts_before_all_that_come_after_it(receiver, first):
    """The body has its members from the last place to the first, so their order in it does not help."""
    body, query, fields = {"msg": f"places from {first}"}, "", {}
    for members, more_query, more_fields in reversed(PLACES[first:]):
        body, query, fields = {**body, **members}, query + more_query, {**fields, **more_fields}
    assert deliver(receiver, body, query, **fields)["task_id"] == "12346789"[first]


SPELLED = [
    ({"taskId": "one", "task_id": "other"}, "one"), ({"taskId": "", "task_id": "other"}, "other"),
    ({"taskId": {}, "task_id": "other"}, "other"), ({"recordId": "one", "record_id": "other"}, "one"),
    ({"record_id": "other", "recordId": None}, "other"),
    ({"data": {"task_id": "one", "taskId": "other"}}, "one")]


@pytest.mark.feature("S4.5")
@pytest.mark.parametrize("is_turned", [False, True])
@pytest.mark.parametrize("place", range(len(SPELLED)))
def test_of_two_names_of_one_place_the_first_counts_and_the_other_is_noted(receiver, place, is_turned):
    body, wanted = SPELLED[place]
    spelled = f"spelled-{place}-{is_turned}"
    text = json.dumps(turned(body) if is_turned else body).replace('"one"', f'"{spelled}-one"')
    entry = deliver(receiver, text.replace('"other"', f'"{spelled}-other"').encode())
    assert (entry["kind"], entry["task_id"]) == ("task", f"{spelled}-{wanted}")
    (line,) = receiver.logged(task_id=entry["task_id"])
    is_absent = None in body.values() or "" in body.values()
    assert line["dropped_members"] == (0 if is_absent else 1)


@pytest.mark.feature("S4.5")
def test_one_name_twice_stays_a_mistake(receiver):
    entry = deliver(receiver, b'{"taskId":"twice","task_id":"x","taskId":"twice"}')
    assert (entry["kind"], entry["outcome"]) == ("quarantine", "bad_json")


@pytest.mark.feature("S4.4")
def test_the_array_wrapper_counts_before_query_header_and_what_its_texts_hold(receiver):
    body = [{"quoted": text({"taskId": "6"}), "taskId": "5"}]
    assert deliver(receiver, body, "?taskId=7", **{"X-Task-Id": "8"})["task_id"] == "5"


SEARCH = "search for taskId, task_id, recordId, record_id"
SOURCES = ["/taskId", "/recordId", "/data/task_id", SEARCH, SEARCH, "query taskId", "header X-Task-Id", "/id"]


@pytest.mark.feature("S4.6")
@pytest.mark.parametrize("place", range(len(PLACES)))
def test_the_log_tells_where_the_id_was_found(receiver, place):
    body, query, fields = PLACES[place]
    body = {**body, "msg": f"where {place}"}
    entry = deliver(receiver, body, query, **fields)
    assert receiver.logged(task_id=entry["task_id"])[-1]["task_id_source"] == SOURCES[place]


@pytest.mark.feature("S4.6")
def test_a_task_and_a_record_id_are_both_told(receiver):
    entry = deliver(receiver, {"deep": [{"record_id": "r-6"}], "taskId": "t-6"})
    assert (entry["task_id"], entry["record_id"]) == ("t-6", "r-6")


@pytest.mark.feature("S4.6")
def test_where_there_is_none_log_and_quarantine_tell_where_it_looked_and_which_members_it_saw(receiver):
    entry = deliver(receiver, {"invalid": "no taskId here", "msg": "private words", "data": {"x": 1}})
    wanted = ("nothing in the request names a task: looked at " + ", ".join(
        ["/taskId", "/recordId", "/data/task_id", "/result/task_id", SEARCH, "query taskId", "header X-Task-Id", "/id"])
        + "; the body has invalid, msg, data")
    line = receiver.logged(reason=wanted)[-1]
    assert (line["message"], line["task_id"], "task_id_source" in line) == ("no task id found", None, False)
    assert (entry["outcome"], entry["reason"]) == ("no_task_id", wanted)
    assert "private words" not in json.dumps(line)


@pytest.mark.feature("S4.6")
def test_what_it_tells_is_bounded_whatever_the_names_are(receiver):
    names = {"\u0416" * 500: 1, "\x01\"\n": 2, **{f"name-{i}": i for i in range(1000)}}
    entry = deliver(receiver, names)
    assert len(entry["reason"].encode()) <= 512 and entry["reason"].endswith("...")
    receiver.post(KIE, {"taskId": "still well"}, KIE_FIELDS)
    assert receiver.logged(task_id="still well")


@pytest.mark.feature("S4.7")
@pytest.mark.parametrize("levels", range(1, 13))
def test_the_search_ends_at_depth_10(receiver, levels):
    task = f"depth-{levels}"
    entry = deliver(receiver, nested(levels - 1, {"taskId": task}))
    assert (entry["kind"], entry["task_id"]) == (("task", task) if levels <= 10 else ("quarantine", None))


@pytest.mark.feature("S4.7")
@pytest.mark.parametrize("levels", [9, 10, 11])
def test_json_within_text_counts_as_depth_too(receiver, levels):
    task = f"text-depth-{levels}"
    entry = deliver(receiver, nested(levels - 2, text({"taskId": task})))
    assert entry["kind"] == ("task" if levels <= 10 else "quarantine")

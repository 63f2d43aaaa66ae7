# SPDX-License-Identifier: Apache-2.0
"""KIE is always told 200, whatever became of its callback; the operator is told the truth."""

import json
import sqlite3

import pytest

from callbacks import JSON_TYPE, KIE, KIE_FIELDS, kie
from raw_http import Connection, ask, request
from receiver import until

MAX_LINE_BYTES = 4096  # of the log. Source: apps/callgate/log_line.hpp


def deliver(receiver, body, fields=None, query=""):
    return receiver.post(KIE + query, body, {**KIE_FIELDS, **(fields or {})})


def newest(receiver):
    return receiver.entry(receiver.history(provider="kie", limit=1)[0]["id"])


@pytest.mark.feature("S4.1")
def test_callbacks_are_taken_at_callbacks_kie(receiver):
    assert deliver(receiver, kie("taken-1", "first")).status_code == 200
    assert receiver.entry("taken-1")["provider"] == "kie"


@pytest.mark.feature("S4.1")
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_health_answers_both_methods(receiver, method):
    with Connection(receiver.port) as connection:
        connection.send(request(method, "/health"))
        answer = connection.answer(to_head=method == "HEAD")
        assert answer.status == 200 and int(answer.fields["content-length"]) > 0
        assert connection.is_quiet()


HOSTILE = {
    "no JSON": b"bad json", "nothing": b"", "cut off": b'{"taskId":"cut', "no id": b'{"invalid":"no taskId here"}',
    "a list": b"[1,2]", "a number": b"17", "null": b"null", "not UTF-8": b"\xff\xfe\x00\x80",
    "too deep": b'{"data":' * 500 + b"1" + b"}" * 500, "wrong types": b'{"code":{},"msg":[],"data":7}',
    "long ids": b'{"taskId":"' + b"x" * 5000 + b'"}', "one mebibyte": b'{"a":"' + b"x" * (1024 * 1024 - 8) + b'"}',
    "a form": b"taskId=1&x=2", "half a surrogate": b'{"taskId":"\\ud800"}', "twice": b'{"taskId":"a"}{"taskId":"b"}'}


@pytest.mark.feature("S4.2")
@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("fields", [KIE_FIELDS, {"X-KIE-Callback-Token": "wrong"}, {}], ids=["token", "wrong", "none"])
def test_every_body_is_answered_200_and_kept_byte_for_byte(receiver, name, fields):
    answer = ask(receiver.port, request("POST", KIE, HOSTILE[name], {**fields, "Content-Type": "text/html"}))
    assert answer.status == 200 and answer.json()["ok"] is True
    entry = newest(receiver)
    assert entry["kind"] == "quarantine" and entry["reason"]
    if "raw_text" in entry:
        assert entry["raw_text"].encode() == HOSTILE[name]


@pytest.mark.feature("S4.2")
def test_a_handler_that_fails_changes_no_answer(serve_handlers):
    """Here every one of them: there is no room for what they write."""
    receiver = serve_handlers("/dev/full")
    for number in range(5):
        answer = receiver.post(KIE, kie(f"failing-{number}", "first"))
        assert (answer.status_code, answer.json()["ok"]) == (200, True)
    assert receiver.get("/health").status_code == 200
    assert receiver.entry("failing-4")["callbacks"] == 1


@pytest.mark.feature("S4.3", "S4.6")
def test_the_documents_callback_without_an_id_is_200_and_the_log_says_that_nothing_names_a_task(receiver):
    assert deliver(receiver, b'{"invalid":"no taskId here"}').status_code == 200
    line = receiver.logged(provider="kie", outcome="no_task_id")[-1]
    assert (line["level"], line["http_status"], line["task_id"]) == ("warning", 200, None)
    assert line["message"] == "no task id found" and line["reason"].endswith("; the body has invalid")
    assert newest(receiver)["raw_data"] == {"invalid": "no taskId here"}


ODD = {
    "control characters": json.dumps({"taskId": "odd-1", "data": {"callbackType": "\x00\x1b[31m\n\u2028\"\\"}}).encode(),
    "beyond the BMP": json.dumps({"taskId": "\U0001f3b5" * 64}, ensure_ascii=False).encode(),
    "a long id of two-byte characters": json.dumps({"taskId": "\u0416" * 128}, ensure_ascii=False).encode(),
    "more than an id may have": json.dumps({"taskId": "\U0001f3b5" * 128}, ensure_ascii=False).encode(),
    "not UTF-8": b'{"taskId":"\xff\xfe"}', "no text at all": bytes(range(256)) * 16,
    "a mebibyte": b'{"taskId":"odd-2","msg":"' + b"x" * 4000 + b'","more":"' + b"y" * 1_000_000 + b'"}'}


@pytest.mark.feature("S4.8")
@pytest.mark.parametrize("name", ODD)
def test_no_callback_breaks_the_log_or_fills_it(receiver, name):
    """Every line stays one line of JSON in UTF-8 with a bound, whatever came."""
    before = receiver.out.stat().st_size
    deliver(receiver, ODD[name])
    assert until(lambda: receiver.out.stat().st_size > before)
    assert until(lambda: receiver.out.read_bytes().endswith(b"\n"))
    lines = receiver.out.read_bytes()[before:].split(b"\n")[:-1]
    assert len(lines) == 1 and len(lines[0]) < MAX_LINE_BYTES
    told = json.loads(lines[0].decode("utf-8", "strict"))
    assert told["provider"] == "kie" and told["body_bytes"] == len(ODD[name])
    assert not [c for c in lines[0] if c < 0x20], "a control character could speak to a terminal"


@pytest.mark.feature("S4.9")
@pytest.mark.parametrize("sent", ["wrong", "", KIE_FIELDS["X-KIE-Callback-Token"] + "x",
                                  KIE_FIELDS["X-KIE-Callback-Token"][:-1], "Bearer " + KIE_FIELDS["X-KIE-Callback-Token"]])
def test_a_wrong_token_is_200_and_changes_no_task(receiver, sent):
    task = f"guarded-{len(sent)}"
    deliver(receiver, kie(task, "first"))
    before = receiver.entry(task, provider="kie")
    answer = deliver(receiver, kie(task, "complete"), {"X-KIE-Callback-Token": sent})
    assert (answer.status_code, answer.json()) == (200, {"ok": True})
    assert receiver.entry(task, provider="kie") == before
    assert newest(receiver)["outcome"] in ("invalid_signature", "missing_signature")


@pytest.mark.feature("S4.18")
def test_a_task_is_what_its_stored_events_make_it_and_nothing_else_writes_it(serve):
    """After every kind of callback: each task's row can be computed from its events."""
    receiver = serve()
    for stage in ("text", "complete", "first", "remix", "complete", "error"):
        deliver(receiver, kie("one-path", stage))
    deliver(receiver, kie("one-path", "first"), {"X-KIE-Callback-Token": "wrong"})
    deliver(receiver, b'{"taskId":"one-path","msg":7}')
    deliver(receiver, kie("another", "error"))
    receiver.stop()
    with sqlite3.connect(receiver.data / "callgate.db") as database:
        tasks = database.execute("SELECT number, task_id, callbacks, last_sequence, stage, stage_sequence, last_stage"
                                 " FROM tasks ORDER BY task_id").fetchall()
        events = database.execute("SELECT task, sequence, stage, moved FROM events ORDER BY sequence").fetchall()
    assert [(task[1], task[4]) for task in tasks] == [("another", "error"), ("one-path", "complete")]
    for number, _, callbacks, last, stage, stage_sequence, last_stage in tasks:
        mine = [event for event in events if event[0] == number]
        moved = [event for event in mine if event[3]]
        assert (callbacks, last, last_stage) == (len(mine), mine[-1][1], mine[-1][2])
        assert (stage, stage_sequence) == (moved[-1][2], moved[-1][1])

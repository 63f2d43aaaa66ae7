# SPDX-License-Identifier: Apache-2.0
"""KIE's callbacks: always 200, nothing lost (S4)."""

import base64
import json
import time

import pytest

from callbacks import KIE, KIE_FIELDS, kie

OK = (200, {"ok": True})
PROCESSED = ["ok", "task_id", "record_id", "callback_type", "code", "code_name", "status"]


def deliver(receiver, body, fields=None, query=""):
    """The answer; of one that tells everything about a callback only that it is well."""
    answer = receiver.post(KIE + query, body, {**KIE_FIELDS, **(fields or {})})
    told = answer.json()
    return answer.status_code, {"ok": told["ok"]} if list(told) == PROCESSED else told


@pytest.fixture(scope="module")
def numbered(receiver):
    return receiver, iter(range(1000))


def newest(receiver):
    return receiver.entry(receiver.history(provider="kie", limit=1)[0]["id"])


@pytest.mark.parametrize("body, outcome", [
    (b"bad json", "bad_json"),
    (b"", "bad_json"),
    (b'{"taskId":"cut', "bad_json"),
    (b'{"invalid":"no taskId here"}', "no_task_id"),
    (b'[{"taskId":""}]', "no_task_id"),
    (b"17", "no_task_id"),
    (b'{"code":"many","taskId":"kept-apart"}', "schema_error"),
])
def test_what_cannot_be_understood_is_200_and_quarantined_with_its_reason(receiver, body, outcome):
    """S4.2, S4.3"""
    assert deliver(receiver, body) == OK
    entry = newest(receiver)
    assert (entry["kind"], entry["outcome"]) == ("quarantine", outcome)
    assert entry["reason"] and entry["task_id"] is None


@pytest.mark.parametrize("body", [
    b"plain text, \xc3\xa9 and\r\n\ttabs",
    b"\x00\x01\x02 control bytes",
    b"\xff\xfe\x00not UTF-8\x80",
    bytes(range(256)) * 40,
    b'{"half":"\xed\xa0\x80"}',
    b'{"invalid": "no taskId here" ,\n "number": 1.50}',
])
def test_a_quarantined_body_is_kept_byte_for_byte(receiver, body):
    """S4.2: also when it is no text at all."""
    assert deliver(receiver, body) == OK
    answer = receiver.get("/api/history/" + newest(receiver)["id"])
    entry = answer.json()
    if "raw_base64" in entry:
        assert base64.b64decode(entry["raw_base64"], validate=True) == body
    elif "raw_text" in entry:
        assert entry["raw_text"].encode() == body
    else:
        assert b'"raw_data":' + body + b"}" in answer.content


def test_a_wrong_token_is_200_and_touches_no_task(receiver):
    """S4.2, S4.9"""
    deliver(receiver, kie("guarded-1", "first"))
    assert deliver(receiver, kie("guarded-1", "complete"), {"X-KIE-Callback-Token": "wrong"}) == OK
    assert newest(receiver)["outcome"] == "invalid_signature"
    entry = receiver.entry("guarded-1", provider="kie")
    assert (entry["callback_progress"], len(entry["timeline"])) == ("first", 1)


def test_a_missing_token_is_200_and_kept_apart(receiver):
    """S4.2, S4.9"""
    answer = receiver.post(KIE, kie("tokenless-1", "first"))
    assert (answer.status_code, answer.json()) == OK
    assert newest(receiver)["outcome"] == "missing_signature"
    assert receiver.get("/api/history/tokenless-1").status_code == 404


@pytest.mark.parametrize("body, fields, query", [
    ({"taskId": "found"}, {}, ""),
    ({"task_id": "found"}, {}, ""),
    ({"recordId": "found"}, {}, ""),
    ({"record_id": "found"}, {}, ""),
    ({"data": {"task_id": "found"}}, {}, ""),
    ({"data": {"taskId": "found"}}, {}, ""),
    ({"result": {"taskId": "found"}}, {}, ""),
    ({"invalid": "no taskId here"}, {}, "?taskId=found"),
    ({"invalid": "no taskId here"}, {}, "?x=1&taskId=%66ound&y"),
    ({"invalid": "no taskId here"}, {"X-Task-Id": "found"}, ""),
    ({"id": "found"}, {}, ""),
    ({"taskId": "found", "recordId": "other", "id": "third"}, {"X-Task-Id": "fourth"},
     "?taskId=fifth"),
    ({"taskId": "", "recordId": "found"}, {}, ""),
])
def test_the_task_id_is_found_wherever_kie_puts_it(numbered, body, fields, query):
    """S4.4, S4.5"""
    receiver, number = numbered
    name = f"found-{next(number)}"
    told = json.loads(json.dumps(body).replace('"found"', f'"{name}"'))
    where = query.replace("found", name).replace("%66ound", "%66" + name[1:])
    more = {k: v.replace("found", name) for k, v in fields.items()}
    assert deliver(receiver, told, more, where) == OK
    assert receiver.entry(name, provider="kie")["task_id"] == name


def test_a_repetition_is_cached(receiver):
    """S4.2, S1.32"""
    assert deliver(receiver, kie("again-1", "first")) == OK
    assert deliver(receiver, kie("again-1", "first")) == (200, {"ok": True, "cached": True})
    assert len(receiver.entry("again-1")["timeline"]) == 1


def test_the_old_path_receives_too(receiver):
    """S0.5"""
    answer = receiver.post("/callback", kie("old-path-1", "first"), KIE_FIELDS)
    assert answer.status_code == 200
    assert receiver.entry("old-path-1")["provider"] == "kie"


@pytest.mark.parametrize("code, stage, status", [
    (200, "complete", "completed"), (400, "error", "failed"), (408, "error", "failed"),
    (413, "error", "failed"), (500, "error", "failed"), (501, "error", "failed"),
    (531, "error", "failed")])
def test_every_documented_code_is_kept(receiver, code, stage, status):
    """S0.3, S0.30 to S0.36"""
    task = f"code-{code}"
    data = {"callbackType": stage, "task_id": task, "data": None}
    body = {"code": code, "msg": "m", "data": data}
    assert deliver(receiver, body) == OK
    entry = receiver.entry(task)
    assert (entry["status"], entry["status_code"]) == (status, code)


def test_any_content_type_is_taken(receiver):
    """S4.2: a 415 would be retried for ever."""
    for number, kind in enumerate(["text/plain", "application/x-www-form-urlencoded", "nonsense"]):
        assert deliver(receiver, kie(f"typed-{number}", "first"), {"Content-Type": kind}) == OK
    answer = receiver.session.post(receiver.base + KIE, data=kie("typed-none", "first"),
                                   headers={**KIE_FIELDS, "Content-Type": None}, timeout=20)
    assert (answer.status_code, receiver.entry("typed-none")["task_id"]) == (200, "typed-none")


def test_the_true_outcome_is_logged_although_the_answer_is_200(receiver):
    """S4.3: always-200 hides nothing from the operator."""
    deliver(receiver, b'{"invalid":"logged, no taskId here"}')
    line = receiver.logged(provider="kie", outcome="no_task_id")[-1]
    assert line["http_status"] == 200 and line["level"] == "warning" and line["reason"]


def test_health_answers_within_a_second_of_the_start(serve):
    """S4.1, S4.10, S4.12"""
    began = time.monotonic()
    receiver = serve(ready=False)
    answer = receiver.get("/health")
    took = time.monotonic() - began
    assert answer.status_code == 200 and answer.json()["status"] in ("ok", "starting")
    assert took < 1, f"{took:.2f} s"


def test_the_first_log_line_names_the_port(receiver):
    """S4.13"""
    assert receiver.log()[0]["message"] == f"HTTP server starting on port {receiver.port}"

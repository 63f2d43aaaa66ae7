# SPDX-License-Identifier: Apache-2.0
"""What comes in at /callback, KIE's first route, and what becomes of it."""

import json
import time

import pytest

from callbacks import JOB, JOB_FIELDS, JSON_TYPE, KIE, KIE_FIELDS, SUNO, TTS, job, signed, suno, track
from raw_http import Connection, ask, request

OLD_PATH = "/callback"
STAGES = {"text": "processing", "first": "processing", "complete": "completed", "error": "failed"}


def payload(task: str, stage: str, code: int = 200, tracks=None) -> dict:
    return {"code": code, "msg": "m", "data": {"callbackType": stage, "task_id": task, "data": tracks}}


def deliver(receiver, body, path=OLD_PATH):
    return receiver.post(path, body, KIE_FIELDS)


@pytest.mark.feature("S0.2")
@pytest.mark.parametrize("stage", STAGES)
def test_each_of_the_four_callback_types_is_understood(receiver, stage):
    assert deliver(receiver, payload(f"type-{stage}", stage)).status_code == 200
    entry = receiver.entry(f"type-{stage}")
    assert (entry["callback_progress"], entry["status"]) == (stage, STAGES[stage])
    assert entry["timeline"][0]["outcome"] == "accepted"


@pytest.mark.feature("S0.2")
@pytest.mark.parametrize("stage", ["remix", "COMPLETE", "Text", "complete ", "x" * 64])
def test_any_other_callback_type_is_kept_as_unknown_and_moves_nothing(receiver, stage):
    task = f"other-{len(stage)}-{stage[0]}"
    deliver(receiver, payload(task, "first"))
    assert deliver(receiver, payload(task, stage)).status_code == 200
    entry = receiver.entry(task)
    assert (entry["callback_progress"], entry["last_callback_type"]) == ("first", stage)
    assert [item["outcome"] for item in entry["timeline"]] == ["accepted", "unknown_type"]


@pytest.mark.feature("S0.5")
@pytest.mark.parametrize("stage, code, told", [
    ("text", 200, ("text", "success", "processing")), ("first", 200, ("first", "success", "processing")),
    ("complete", 200, ("complete", "success", "completed")), ("error", 400, ("error", "validation_error", "failed")),
    ("complete", 501, ("error", "generation_failed", "failed")), ("remix", 200, ("remix", "success", None))], ids=str)
def test_the_answer_names_task_type_code_and_status_and_the_history_has_them(receiver, stage, code, told):
    task = f"told-{stage}-{code}"
    body = {**payload(task, stage, code, [{"id": "a"}]), "taskId": task, "recordId": "r-" + task}
    answer = deliver(receiver, body)
    assert answer.status_code == 200 and list(answer.json().items()) == list({
        "ok": True, "task_id": task, "record_id": "r-" + task, "callback_type": told[0], "code": code,
        "code_name": told[1], "status": told[2]}.items())
    entry = receiver.entry(task)
    assert (entry["timeline"][0]["callback_type"], entry["timeline"][0]["code"]["name"]) == told[:2]
    assert entry["status"] == (told[2] or "pending")


@pytest.mark.feature("S0.5")
def test_what_a_callback_does_not_say_is_null_in_the_answer(receiver):
    assert deliver(receiver, {"taskId": "told-little"}).json() == {
        "ok": True, "task_id": "told-little", "record_id": None, "callback_type": None, "code": None,
        "code_name": None, "status": None}


@pytest.mark.feature("S0.6")
@pytest.mark.parametrize("order", [
    ["text", "first", "complete"], ["complete", "first", "text"], ["first", "text", "complete"],
    ["text", "text", "first", "complete", "complete"]], ids="-".join)
def test_all_callbacks_of_a_task_are_one_entry_that_ends_at_the_furthest(receiver, order):
    task = "one-" + "-".join(order)
    for stage in order:
        deliver(receiver, payload(task, stage, tracks=[{"id": "a"}]))
    mine = [entry for entry in receiver.history(limit=500) if entry["task_id"] == task]
    assert len(mine) == 1 and mine[0]["callbacks"] == len(set(order))
    assert (mine[0]["callback_progress"], mine[0]["status"]) == ("complete", "completed")


@pytest.mark.feature("S0.7", "S1.3", "S1.40")
def test_an_answer_comes_within_15_seconds_even_when_the_disk_stands_still(serve_on_slow_disk):
    """And says 503: nothing is acknowledged that is not on disk."""
    receiver, delay = serve_on_slow_disk()
    delay.set(60_000, 60_000)
    body = suno("stalled-1", "first")
    requests = [request("POST", KIE, json.dumps(payload("stalled-2", "first")).encode(), {**KIE_FIELDS, **JSON_TYPE}),
                request("POST", SUNO, body, {**signed(body), **JSON_TYPE})]
    began = time.monotonic()
    waiting = [Connection(receiver.port) for _ in requests]
    for connection, data in zip(waiting, requests):
        connection.send(data)
    answers = [connection.answer() for connection in waiting]
    assert time.monotonic() - began < 15
    assert [answer.status for answer in answers] == [503, 503]
    assert answers[1].fields["access-control-allow-origin"] == "*"


@pytest.mark.feature("S0.7", "S1.3")
def test_an_answer_comes_within_two_seconds_as_a_rule(receiver):
    for number in range(20):
        began = time.monotonic()
        assert deliver(receiver, payload(f"quick-{number}", "first")).status_code == 200
        assert time.monotonic() - began < 2


@pytest.mark.feature("S0.8")
def test_every_callback_leaves_one_line_that_says_what_came_and_what_became_of_it(receiver):
    body = json.dumps(payload("logged-1", "error", 531)).encode()
    deliver(receiver, body)
    line, = receiver.logged(task_id="logged-1")
    assert line["time"].endswith("Z") and line["level"] == "info" and line["message"] == "callback received"
    assert (line["provider"], line["mount"], line["stage"], line["code"]) == ("kie", "kie", "error", 531)
    assert (line["outcome"], line["http_status"], line["dropped_members"]) == ("accepted", 200, 0)
    assert line["body_bytes"] == len(body) and line["took_us"] > 0
    assert receiver.entry("logged-1")["timeline"][0]["sequence"] == line["sequence"]


@pytest.mark.feature("S0.8")
@pytest.mark.parametrize("body, fields, outcome", [
    (b"logged, no JSON", KIE_FIELDS, "bad_json"),
    (b'{"logged":"no id"}', KIE_FIELDS, "no_task_id"),
    (b'{"taskId":"logged-2","msg":1}', KIE_FIELDS, "schema_error"),
    (b'{"taskId":"logged-3"}', {"X-KIE-Callback-Token": "wrong"}, "invalid_signature"),
    (b'{"taskId":"logged-4"}', {}, "missing_signature")])
def test_a_callback_that_is_not_understood_leaves_a_line_with_the_reason(receiver, body, fields, outcome):
    receiver.post(OLD_PATH, body, fields)
    line = receiver.logged(provider="kie", outcome=outcome)[-1]
    assert line["level"] == ("error" if outcome == "invalid_signature" else "warning")
    assert line["reason"] and line["body_bytes"] == len(body)


# A callback as KIE has always sent it, every member of it. Source: the document of the Kie callback system.
DOCUMENTED_TRACK = {
    "id": "test_audio_1", "title": "Test Song", "model_name": "chirp-v4", "tags": "test, demo, electronic",
    "duration": 120.5, "createTime": "2025-01-01 00:00:00", "prompt": "Test prompt for callback testing",
    "audio_url": "https://example.com/test.mp3", "source_audio_url": "https://example.com/source.mp3",
    "stream_audio_url": "https://example.com/stream", "source_stream_audio_url": "https://example.com/source_stream",
    "image_url": "https://example.com/image.jpg", "source_image_url": "https://example.com/source_image.jpg"}


@pytest.mark.feature("S0.42")
@pytest.mark.parametrize("path", [OLD_PATH, KIE])
def test_the_documented_payload_is_taken_whole_at_the_old_path_and_the_new(receiver, path):
    task = "documented" + path.replace("/", "-")
    body = payload(task, "complete", tracks=[DOCUMENTED_TRACK, track("second")])
    assert deliver(receiver, body, path).status_code == 200
    assert receiver.logged(task_id=task)[0]["dropped_members"] == 0
    entry = receiver.entry(task)
    assert entry["raw_data"] == body and entry["status"] == "completed"


@pytest.mark.feature("S0.42")
@pytest.mark.parametrize("code", [200, 400, 408, 413, 500, 501, 531])
@pytest.mark.parametrize("stage", STAGES)
def test_every_code_goes_with_every_type(receiver, code, stage):
    task = f"old-{code}-{stage}"
    assert deliver(receiver, payload(task, stage, code)).status_code == 200
    assert receiver.entry(task)["status_code"] == code


BAD_REQUESTS = [
    ("POST", OLD_PATH, b"bad json", 200), ("POST", OLD_PATH, b"x" * (1024 * 1024 + 1), 413),
    ("GET", OLD_PATH, None, 405), ("PUT", KIE, b"{}", 405),
    ("POST", SUNO, b"bad json", 401), ("GET", SUNO, None, 405), ("POST", SUNO, b"x" * 262145, 413),
    ("POST", TTS, b"bad json", 400), ("POST", TTS, b"{}", 422), ("POST", TTS, b"x" * (256 * 1024 + 1), 413),
    ("GET", TTS, None, 405),
    ("POST", JOB, b"bad json", 401), ("DELETE", JOB, None, 405),
    ("POST", "/health", b"", 405),
    ("GET", "/api/history?limit=0", None, 400), ("GET", "/api/history?limit=501", None, 400),
    ("GET", "/api/history?limit=-1", None, 400), ("GET", "/api/history?limit=ten", None, 400),
    ("GET", "/api/history?limit=", None, 400), ("PUT", "/api/history", b"{}", 405),
    ("DELETE", "/api/history", None, 405),
    ("GET", "/api/history?cursor=x", None, 400), ("GET", "/api/history?cursor=", None, 400),
    ("GET", "/api/history?from=yesterday", None, 400), ("GET", "/api/history?until=2026-13-01T00:00:00Z", None, 400),
    ("GET", "/api/history?status=done", None, 400), ("GET", "/api/history?code=x", None, 400),
    ("GET", "/api/history?quarantined=maybe", None, 400), ("GET", "/api/history?text=" + "x" * 129, None, 400),
    ("GET", "/api/history?stages=first", None, 400), ("GET", "/api/history?limit=1&limit=2", None, 400),
    ("GET", "/api/history?stage=%4", None, 400),
    ("GET", "/api/history/nobody", None, 404), ("GET", "/api/history/%00%ff", None, 404),
    ("GET", "/api/history/" + "x" * 3000, None, 404),
    ("DELETE", "/api/history/nobody", None, 404), ("POST", "/api/history/nobody", b"{}", 405),
    ("GET", "/api/history/nobody/raw", None, 404), ("GET", "/api/history/nobody/raw?sequence=0", None, 400),
    ("GET", "/api/history/nobody/raw?sequence=first", None, 400), ("DELETE", "/api/history/nobody/raw", None, 405),
    ("GET", "/api/history/clear", None, 405), ("POST", "/api/history/clear", b'{"days":1}', 400),
    ("POST", "/api/history/clear", b"no JSON", 400), ("POST", "/api/history/clear?days=1", b"", 400),
    ("POST", "/api/history/clear", b"{" + b" " * 4096 + b"}", 413),
    ("GET", "/api/history/cleanup", None, 405), ("POST", "/api/history/cleanup?days=0", b"", 400),
    ("POST", "/api/history/cleanup", b'{"days":"many"}', 400), ("POST", "/api/history/cleanup", b'{"day":1}', 400),
    ("POST", "/api/history/cleanup", b"no JSON", 400), ("POST", "/api/history/cleanup?days=5", b'{"days":5}', 400),
    ("GET", "/api/tasks", None, 405), ("POST", "/api/tasks", b"", 400), ("POST", "/api/tasks", b"no JSON", 400),
    ("POST", "/api/tasks", b"{}", 400), ("POST", "/api/tasks", b"[]", 400),
    ("POST", "/api/tasks", b'{"provider":"kie"}', 400), ("POST", "/api/tasks", b'{"provider":"nobody","task_id":"t"}', 400),
    ("POST", "/api/tasks", b'{"provider":"kie","task_id":""}', 400),
    ("POST", "/api/tasks", b'{"provider":"kie","task_id":"t","attempt":0}', 400),
    ("POST", "/api/tasks", b'{"provider":"kie","task_id":"t","context":{"owner":"u"}}', 400),
    ("GET", "/api/events?after=-1", None, 400), ("GET", "/api/events?after=x", None, 400),
    ("GET", "/api/events?limit=0", None, 400), ("GET", "/api/events?limit=1001", None, 400),
    ("GET", "/api/events?wait=31", None, 400), ("GET", "/api/events?from=1", None, 400),
    ("GET", "/api/events?after=999999999", None, 409), ("POST", "/api/events", b"{}", 405),
    ("GET", "/nowhere", None, 404), ("POST", "/nowhere", b"{}", 404)]


@pytest.mark.feature("S0.43")
@pytest.mark.parametrize("method, path, body, status", BAD_REQUESTS,
                         ids=[f"{m} {p[:30]} {s}" for m, p, _, s in BAD_REQUESTS])
def test_every_endpoint_answers_bad_input_with_its_status_and_json(receiver, method, path, body, status):
    fields = {**JSON_TYPE, **(KIE_FIELDS if path == OLD_PATH else {})}
    answer = ask(receiver.port, request(method, path, body, fields))
    assert answer.status == status and isinstance(answer.json(), dict)
    if status != 200:
        assert answer.json()["error"]
    assert receiver.get("/health").json()["status"] == "ok"


def with_type(value) -> bytes:
    return json.dumps({"code": value, "msg": "m", "data": {"callbackType": "text", "task_id": "t", "data": None}}).encode()


BELIEVED = [  # The credential is right, so that what is refused is the body.
    (SUNO, b"bad json", 200, {"ok": True, "error": "bad_json"}), (SUNO, b"", 200, {"ok": True, "error": "bad_json"}),
    (SUNO, b"[]", 200, {"ok": True, "error": "schema_error"}), (SUNO, with_type("x"), 200, {"ok": True, "error": "schema_error"}),
    (JOB, b"bad json", 400, {"success": False}), (JOB, b"[]", 400, {"success": False}), (JOB, b"{}", 400, {"success": False}),
    (JOB, job("j", "done"), 400, {"success": False}), (JOB, b'{"jobId":7,"status":"failed"}', 400, {"success": False})]


@pytest.mark.feature("S0.43")
@pytest.mark.parametrize("path, body, status, told", BELIEVED, ids=[f"{p} {b[:20]}" for p, b, _, _ in BELIEVED])
def test_a_bad_body_with_a_right_credential_is_answered_as_its_schema_says_and_kept_apart(receiver, path, body, status, told):
    answer = receiver.post(path, body, JOB_FIELDS if path == JOB else signed(body))
    assert answer.status_code == status and told.items() <= answer.json().items()
    newest = receiver.entry(receiver.history(limit=1)[0]["id"])
    assert newest["kind"] == "quarantine" and newest["reason"]
    assert newest["outcome"] in ("bad_json", "schema_error", "no_task_id")


@pytest.mark.feature("S0.43")
@pytest.mark.parametrize("path", ["/api/tasks", "/api/history/clear", "/api/history/cleanup"])
@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_the_api_takes_no_body_but_json(receiver, path, kind):
    answer = ask(receiver.port, request("POST", path, b"{}", {"Content-Type": kind}))
    assert (answer.status, answer.json()["error"]) == (415, "unsupported_media")

# SPDX-License-Identifier: Apache-2.0
"""One row per callback, for every provider; and CORS fields on every answer to Suno."""

import json
import sqlite3

import pytest

from callbacks import JOB, JOB_FIELDS, JSON_TYPE, KIE, KIE_FIELDS, SUNO, TTS, job, kie, register, signed, suno
from raw_http import Connection, ask, request
from receiver import until


def answers_of_the_route(port):
    """(status, answer) of every kind that a client can bring about."""
    body = suno("cors-1", "text")
    good = {**signed(body), **JSON_TYPE}
    sent = [
        (200, "POST", body, good), (200, "POST", body, good),
        (401, "POST", body, JSON_TYPE), (401, "POST", body, {**JSON_TYPE, "X-Suno-Signature": "sha256=00"}),
        (200, "POST", b"bad json", {**signed(b"bad json"), **JSON_TYPE}),
        (200, "POST", b"{}", {**signed(b"{}"), **JSON_TYPE}),
        (413, "POST", b"x" * 262145, JSON_TYPE), (415, "POST", body, {"Content-Type": "text/plain"}),
        (405, "GET", None, {}), (405, "PUT", b"{}", JSON_TYPE), (405, "DELETE", None, {}),
        (204, "OPTIONS", None, {"Origin": "https://app.example", "Access-Control-Request-Method": "POST"})]
    return [(status, ask(port, request(method, SUNO, data, fields))) for status, method, data, fields in sent]


@pytest.mark.feature("S1.40")
def test_every_answer_of_the_route_carries_the_cors_fields(receiver):
    for status, answer in answers_of_the_route(receiver.port):
        assert answer.status == status
        assert answer.fields["access-control-allow-origin"] == "*", status
        assert "content-type" in answer.fields["access-control-allow-headers"], status


def is_open_to_all(answer) -> bool:
    return (answer.fields.get("access-control-allow-origin") == "*"
            and "content-type" in answer.fields.get("access-control-allow-headers", ""))


@pytest.mark.feature("S1.40", "S3.21")
def test_a_503_carries_the_cors_fields_too(serve, serve_on_slow_disk, tmp_path):
    """Because the store cannot be opened, and because it does not come back in time (Suno's: S0.7)."""
    data = tmp_path / "broken" / "data"
    data.mkdir(parents=True)
    (data / "callgate.db").write_bytes(b"this is no database. " * 1000)
    broken = serve("broken", ready=False)
    assert until(lambda: broken.get("/health").status_code == 503)
    slow, delay = serve_on_slow_disk()
    delay.set(60_000, 60_000)
    body = suno("cors-503", "first")
    sent = [request("POST", SUNO, body, {**signed(body), **JSON_TYPE}),
            request("POST", JOB, job("cors-503"), {**JOB_FIELDS, **JSON_TYPE})]
    waiting = [(receiver, Connection(receiver.port), data)
               for receiver, data in ((broken, sent[0]), (broken, sent[1]), (slow, sent[1]))]
    for _, connection, data in waiting:
        connection.send(data)
    for receiver, connection, _ in waiting:
        answer = connection.answer()
        assert answer.status == 503 and is_open_to_all(answer), answer
        assert receiver is broken or answer.fields["connection"] == "close"


@pytest.mark.feature("S1.40", "S3.21")
@pytest.mark.parametrize("sent, status", [
    (b"POST /callbacks/suno HTTP/9.9\r\nHost: localhost\r\n\r\n", 505), (b"no HTTP at all\r\n\r\n", 400),
    (b"POST /callbacks/suno HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 70_000 + b"\r\n\r\n", 431)],
    ids=["505", "400", "431"])
def test_only_what_is_refused_before_its_path_is_read_carries_none(receiver, sent, status):
    """The exception: such a request has no route yet whose fields it could get."""
    answer = ask(receiver.port, sent)
    assert answer.status == status and not is_open_to_all(answer)


def deliver_failures(receiver):
    """Callbacks that fail, each in its way, and one that does not. Returns their outcomes in order."""
    error, bad, forged = suno("row-1", "error"), b"row, no JSON", suno("row-2", "first")
    receiver.post(SUNO, error, signed(error))
    receiver.post(SUNO, bad, signed(bad))
    receiver.post(SUNO, forged, {"X-Suno-Signature": "sha256=00"})
    receiver.post(SUNO, forged)
    receiver.post(KIE, {"row": "no id"}, KIE_FIELDS)
    receiver.post(TTS, {"story_id": "row-3"})
    register(receiver, "job_worker", "row-4")
    receiver.post(JOB, job("row-4"), JOB_FIELDS)
    return {"suno": ["accepted", "bad_json", "invalid_signature", "missing_signature"], "kie": ["no_task_id"],
            "tts_error": ["schema_error"], "job_worker": ["accepted"]}


@pytest.mark.feature("S1.41")
def test_every_callback_is_a_row_with_provider_payload_reason_and_time_also_when_it_fails(serve):
    receiver = serve()
    expected = deliver_failures(receiver)
    for provider, outcomes in expected.items():
        entries = receiver.history(provider=provider)
        assert [entry["outcome"] for entry in reversed(entries)] == outcomes
        for entry in entries:
            whole = receiver.entry(entry["id"])
            assert whole["timestamp"].endswith("Z") and len(whole["id"]) == 36
            assert "raw_data" in whole or whole["raw_text"] == "row, no JSON"
            assert whole["kind"] == "task" or whole["reason"]
    error = receiver.entry("row-1")
    assert (error["status"], error["status_message"]) == ("failed", "Content violation detected")


@pytest.mark.feature("S1.41")
def test_a_callback_whose_rows_fail_is_a_row_with_the_reason(serve):
    receiver = serve()
    assert receiver.post("/api/tasks", {"provider": "tts_error", "task_id": "row-5"}).status_code == 201
    receiver.post(TTS, {"story_id": "row-5", "error": "e"})  # so that the table is there
    with sqlite3.connect(receiver.data / "callgate.db", timeout=20) as database:
        database.execute("CREATE TRIGGER no BEFORE UPDATE ON record_tts_error__story"
                         " BEGIN SELECT raise(ABORT, 'out of order'); END")
    assert receiver.post(TTS, {"story_id": "row-5", "error": "again"}).status_code == 500
    timeline = receiver.entry("row-5")["timeline"]
    assert [(item["outcome"], item["reason"]) for item in timeline] == [
        ("accepted", None), ("processing_failed", "record 'story': out of order")]
    assert receiver.logged(task_id="row-5", outcome="processing_failed")[0]["reason"] == timeline[1]["reason"]
    receiver.stop()
    with sqlite3.connect(receiver.data / "callgate.db") as database:
        rows = database.execute("SELECT reason FROM events ORDER BY sequence").fetchall()
    assert rows == [("",), ("record 'story': out of order",)]


@pytest.mark.feature("S1.41")
def test_a_second_callback_of_a_task_is_a_row_of_its_own(serve):
    receiver = serve()
    bodies = [suno("rows-1", stage) for stage in ("text", "first", "complete")]
    for body in bodies:
        receiver.post(SUNO, body, signed(body))
    receiver.stop()
    with sqlite3.connect(receiver.data / "callgate.db") as database:
        rows = database.execute("SELECT provider, raw FROM events ORDER BY sequence").fetchall()
    assert rows == [("suno", body) for body in bodies]


def test_the_log_line_of_a_callback_counts_its_variants(receiver):
    for stage, count in (("text", 0), ("first", 1), ("complete", 2)):
        body = suno("counted", stage)
        receiver.post(SUNO, body, signed(body))
        (line,) = receiver.logged(task_id="counted", stage=stage)
        assert line["details"] == {"taskId": "counted", "stage": stage, "code": 200, "variantsCount": count}


@pytest.mark.feature("S1.48")
def test_all_providers_stand_in_one_history_and_one_log_each_under_its_name(serve):
    receiver = serve()
    body = suno("together-suno", "first")
    receiver.post(SUNO, body, signed(body))
    receiver.post(KIE, kie("together-kie", "first"), KIE_FIELDS)
    receiver.post(TTS, {"story_id": "together-tts_error", "error": "e"})
    receiver.post(JOB, job("together-job_worker"), JOB_FIELDS)
    named = [(entry["provider"], entry["task_id"]) for entry in receiver.history()]
    assert named == [(name, "together-" + name) for name in ("job_worker", "tts_error", "kie", "suno")]
    for provider, task in named:
        assert receiver.logged(task_id=task)[0]["provider"] == provider
        assert [entry["task_id"] for entry in receiver.history(provider=provider)] == [task]
    assert json.loads(receiver.get("/api/history?provider=mureka").content) == {"history": [], "next_cursor": None}

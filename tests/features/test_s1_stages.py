# SPDX-License-Identifier: Apache-2.0
"""Suno's payload and its answers, stage by stage."""

import json
import os
import time

import pytest

from callbacks import JSON_TYPE, SUNO, signed, suno, track
from receiver import until


def deliver(receiver, body):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return receiver.post(SUNO, raw, signed(raw))


def payload(task, stage, tracks=None, code=200, msg="m") -> dict:
    return {"code": code, "msg": msg, "data": {"callbackType": stage, "task_id": task, "data": tracks}}


def full_pipe(path):
    """A pipe that takes nothing more: who writes to it waits until somebody reads."""
    os.mkfifo(path)
    end = os.open(path, os.O_RDWR | os.O_NONBLOCK)
    for size in (65536, 1):
        try:
            while True:
                os.write(end, b"\n" * size)
        except BlockingIOError:
            pass
    return end


@pytest.mark.feature("S1.3")
def test_slow_work_after_the_answer_delays_no_answer(serve_handlers, tmp_path):
    """The handlers of all these callbacks wait; every answer comes at once, and the work is done later."""
    pipe = full_pipe(tmp_path / "pipe")
    receiver = serve_handlers(str(tmp_path / "pipe"))
    tasks = [f"slow-{number}" for number in range(20)]
    for task in tasks:
        began = time.monotonic()
        assert receiver.post(SUNO, suno(task, "first")).json() == {"ok": True, "stage": "first"}
        assert time.monotonic() - began < 2
    read = []

    def handled():
        try:
            read.append(os.read(pipe, 65536))
        except BlockingIOError:
            pass
        return set(tasks) <= set(b"".join(read).decode().split())

    assert until(handled, 20)
    os.close(pipe)


@pytest.mark.feature("S1.5")
@pytest.mark.parametrize("stage", ["first", "complete"])
def test_a_stage_with_music_is_answered_ok_with_its_name(receiver, stage):
    answer = deliver(receiver, suno(f"answer-{stage}", stage))
    assert (answer.status_code, answer.json()) == (200, {"ok": True, "stage": stage})


@pytest.mark.feature("S1.5")
def test_text_is_answered_ok(receiver):
    answer = deliver(receiver, suno("answer-text", "text"))
    assert (answer.status_code, answer.json()["ok"]) == (200, True)
    assert set(answer.json()) <= {"ok", "stage"}


@pytest.mark.feature("S1.7")
@pytest.mark.parametrize("code", [200, 400, 451, 500])
@pytest.mark.parametrize("stage, tracks", [
    ("text", None), ("first", [{"id": "a"}]), ("complete", [{"id": "a"}, {"id": "b"}]), ("error", None)])
def test_the_envelope_has_code_message_type_task_and_music_or_null(receiver, code, stage, tracks):
    task = f"envelope-{code}-{stage}"
    assert deliver(receiver, payload(task, stage, tracks, code, "a message")).json()["ok"] is True
    entry = receiver.entry(task)
    assert (entry["status_code"], entry["status_message"]) == (code, "a message")
    expected = stage if code == 200 else "error"  # what a code means counts more than the type beside it (S1.10)
    assert (entry["callback_progress"], entry["outcome"]) == (expected, "accepted")


def without(*path):
    body = payload("envelope-less", "text")
    at = body
    for name in path[:-1]:
        at = at[name]
    del at[path[-1]]
    return body


@pytest.mark.feature("S1.7")
@pytest.mark.parametrize("body, reason", [
    (without("code"), "/code: required"), (without("msg"), "/msg: required"), (without("data"), "/data: required"),
    (without("data", "callbackType"), "/data/callbackType: required"),
    (without("data", "task_id"), "/data/task_id: required"), (without("data", "data"), "/data/data: required"),
    ({**payload("envelope-less", "text"), "code": "two hundred"}, "/code: type"),
    ({**payload("envelope-less", "text"), "msg": 7}, "/msg: type"),
    (payload("", "text"), "/data/task_id: minLength"), (payload(7, "text"), "/data/task_id: type")],
    ids=lambda value: value if isinstance(value, str) else "")
def test_an_envelope_that_lacks_a_part_is_kept_apart_with_the_place(receiver, body, reason):
    assert deliver(receiver, body).json() == {"ok": True, "error": "schema_error"}
    newest = receiver.history(provider="suno", limit=1)[0]
    assert (newest["kind"], newest["outcome"]) == ("quarantine", "schema_error")
    assert newest["reason"].startswith(reason)
    assert receiver.get("/api/history/envelope-less").status_code == 404


MUSIC = {
    "id": "8551", "audio_url": "https://a.example/a.mp3", "source_audio_url": "https://a.example/s.mp3",
    "stream_audio_url": "https://a.example/st", "source_stream_audio_url": "https://a.example/sst",
    "image_url": "https://a.example/i.jpeg", "source_image_url": "https://a.example/si.jpeg",
    "video_url": "https://a.example/v.mp4", "prompt": "[Verse]\nIron", "model_name": "chirp-v3-5", "title": "Iron Man",
    "tags": "pop, energetic", "createTime": "2025-01-01 00:00:00", "duration": 198.44}


@pytest.mark.feature("S1.8")
def test_every_member_of_a_piece_of_music_is_known_and_kept(receiver):
    deliver(receiver, payload("music-1", "first", [MUSIC]))
    assert receiver.logged(task_id="music-1")[0]["dropped_members"] == 0
    assert receiver.entry("music-1")["raw_data"]["data"]["data"] == [MUSIC]


@pytest.mark.feature("S1.8")
@pytest.mark.parametrize("name", [name for name in MUSIC if name != "id"])
def test_a_member_of_a_wrong_type_is_dropped_and_counted_and_the_callback_counts(receiver, name):
    """So each of them has a type that is checked; what nothing rests on must not stop a completed task."""
    task = f"music-wrong-{name}"
    assert deliver(receiver, payload(task, "first", [{**MUSIC, name: []}])).json()["stage"] == "first"
    assert receiver.logged(task_id=task)[0]["dropped_members"] == 1


@pytest.mark.feature("S1.8")
@pytest.mark.parametrize("name", [name for name in MUSIC if name != "id"])
def test_every_member_but_the_id_may_be_absent_or_null(receiver, name):
    """Also audio_url: a piece that can only be streamed yet is no mistake."""
    task = f"music-less-{name}"
    less = {key: value for key, value in MUSIC.items() if key != name}
    assert deliver(receiver, payload(task, "complete", [less, {**MUSIC, name: None}])).json()["stage"] == "complete"
    assert receiver.logged(task_id=task)[0]["dropped_members"] == 0


@pytest.mark.feature("S1.8")
@pytest.mark.parametrize("item", [{}, {"title": "Iron Man"}, {"id": ""}, {"id": 7}, "music", None], ids=str)
def test_music_needs_its_id(receiver, item):
    task = f"music-nameless-{item}"
    answer = deliver(receiver, payload(task, "first", [item]))
    assert answer.json() == {"ok": True, "error": "schema_error"}


EXAMPLES = [
    ("text", payload("2fac****9f72", "text", None, 200, "Text generated successfully"), "pending"),
    ("first", payload("2fac****9f72-first", "first", [track("8551****662c")], 200, "First track generated"),
     "processing"),
    ("complete", payload("2fac****9f72-complete", "complete", [track("8551****662c"), track("bd15****1873")], 200,
                         "All generated successfully."), "completed"),
    ("error", payload("2fac****9f72-error", "error", None, 400, "Content violation detected"), "failed")]


@pytest.mark.feature("S1.9")
@pytest.mark.parametrize("stage, body, status", EXAMPLES, ids=[stage for stage, _, _ in EXAMPLES])
def test_the_documents_examples_become_what_they_say(receiver, stage, body, status):
    assert deliver(receiver, body).json() == {"ok": True, "stage": stage}
    entry = receiver.entry(body["data"]["task_id"])
    assert (entry["status"], entry["callback_progress"]) == (status, stage)
    assert (entry["status_code"], entry["status_message"]) == (body["code"], body["msg"])
    assert entry["raw_data"] == body


@pytest.mark.feature("S1.28")
def test_an_unknown_callback_type_is_acknowledged_with_a_warning_that_names_it(receiver):
    deliver(receiver, suno("unknown-1", "first"))
    answer = deliver(receiver, suno("unknown-1", "remix"))
    assert (answer.status_code, answer.json()["ok"]) == (200, True)
    line = receiver.logged(task_id="unknown-1", outcome="unknown_type")[0]
    assert (line["level"], line["stage"]) == ("warning", "remix")
    entry = receiver.entry("unknown-1")
    assert (entry["callback_progress"], entry["status"], len(entry["timeline"])) == ("first", "processing", 2)


@pytest.mark.feature("S1.47")
def test_the_documents_request_with_a_signature_is_answered_ok_with_stage_first(receiver):
    """Also with the Authorization field of its curl line, which nothing asks for."""
    music = {"id": "test-audio-456", "audio_url": "https://cdn.suno.com/test.mp3", "title": "Test Track",
             "image_url": "https://cdn.suno.com/test.jpeg", "duration": 120}
    body = json.dumps(payload("test-task-123", "first", [music], 200, "First track generated")).encode()
    answer = receiver.post(SUNO, body, {**JSON_TYPE, **signed(body), "Authorization": "Bearer eyJhbG"})
    assert answer.status_code == 200
    assert answer.json()["ok"] is True and answer.json()["stage"] == "first"

# SPDX-License-Identifier: Apache-2.0
"""Records and registered tasks through the real program: what a callback leaves beside its history."""

from __future__ import annotations

import sqlite3

import pytest

from callbacks import JOB, JOB_FIELDS, KIE, KIE_FIELDS, SUNO, TTS, job, signed, suno

TRACK = {
    "id": "a", "title": "Song", "tags": "pop", "model_name": "m", "duration": 120.5, "createTime": "2025-01-01 00:00:00",
    "audio_url": "https://a/1.mp3", "stream_audio_url": "https://a/s", "image_url": "https://a/1.jpg",
}


def records(receiver, task: str) -> dict:
    return receiver.entry(task)["records"]


def register(receiver, **body):
    return receiver.session.post(receiver.base + "/api/tasks", json=body, timeout=20)


def test_kie_tracks_are_rows_with_their_urls_nested(receiver):
    body = {"code": 200, "msg": "All generated successfully.",
            "data": {"callbackType": "complete", "task_id": "rec-kie", "data": [TRACK, {"id": "b"}]}}
    assert receiver.post(KIE, body, KIE_FIELDS).status_code == 200
    got = records(receiver, "rec-kie")
    assert got["history"]["tracks_count"] == 2
    assert got["history"]["status"] == "success"
    assert (got["history"]["has_audio_urls"], got["history"]["has_image_urls"]) == (True, True)
    first, second = got["track"]
    assert (first["track_number"], second["track_number"]) == (1, 2)
    assert first["audio_urls"] == {"generated": "https://a/1.mp3", "source": None, "stream": "https://a/s",
                                   "source_stream": None}
    assert (first["title"], first["duration"], first["create_time"]) == ("Song", 120.5, "2025-01-01 00:00:00")
    assert second["title"] is None


def test_a_late_callback_fills_gaps_and_overwrites_nothing(receiver):
    for stage, track in (("complete", {**TRACK, "title": ""}), ("first", {**TRACK, "title": "Early", "tags": "old"})):
        body = {"code": 200, "msg": "m", "data": {"callbackType": stage, "task_id": "rec-late", "data": [track]}}
        receiver.post(KIE, body, KIE_FIELDS)
    (row,) = records(receiver, "rec-late")["track"]
    assert (row["title"], row["tags"]) == ("Early", "pop")
    assert records(receiver, "rec-late")["history"]["callback_type"] == "complete"


def test_suno_keeps_a_time_for_each_stage(receiver):
    for stage in ("text", "first", "complete"):
        body = suno("rec-suno", stage)
        assert receiver.post(SUNO, body, signed(body)).status_code == 200
    meta = records(receiver, "rec-suno")["track"]["metadata"]
    times = [meta[k] for k in ("text_generated_at", "first_track_ready_at", "all_variants_ready_at")]
    assert times == sorted(times) and None not in times
    assert meta["suno_callback_stage"] == "complete"


def test_a_job_type_that_is_registered_decides_which_rows_there_are(receiver):
    context = {"job_type": "sdxl_image_fast", "user_id": "u1", "image_id": "i1"}
    made = register(receiver, provider="job_worker", task_id="rec-job", context=context)
    assert made.status_code == 201, made.text
    assert made.json()["status"] == "pending"
    receiver.post(JOB, job("rec-job", "completed", filePath="sdxl_rec-job_0.png"), JOB_FIELDS)
    got = records(receiver, "rec-job")
    assert got["images"]["image_url"] == "u1/sdxl_rec-job_0.png"
    assert got["jobs"]["metadata"]["model_type"] == "sdxl"
    assert got["videos"] is None


def test_callbacks_that_come_before_their_registration_are_joined(receiver):
    receiver.post(JOB, job("rec-early", "completed", outputUrl="early_out.mp4"), JOB_FIELDS)
    assert records(receiver, "rec-early")["videos"] is None
    joined = register(receiver, provider="job_worker", task_id="rec-early",
                      context={"job_type": "video_fast", "user_id": "u1"})
    assert (joined.status_code, joined.json()["status"], joined.json()["callbacks"]) == (200, "completed", 1)
    assert records(receiver, "rec-early")["videos"]["video_url"] == "early_out.mp4"


def test_a_new_attempt_reopens_a_failed_task(receiver):
    receiver.post(TTS, {"story_id": "rec-again", "error": "first failure"})
    assert receiver.entry("rec-again")["status"] == "failed"
    again = register(receiver, provider="tts_error", task_id="rec-again", attempt=2)
    assert (again.status_code, again.json()["attempt"], again.json()["status"]) == (200, 2, "pending")
    assert receiver.entry("rec-again")["status"] == "pending"
    assert register(receiver, provider="tts_error", task_id="rec-again", attempt=1).status_code == 409
    receiver.post(TTS, {"story_id": "rec-again", "error": "second failure"})
    assert records(receiver, "rec-again")["story"]["audio_error"] == "second failure"
    assert receiver.entry("rec-again")["callbacks"] == 2


@pytest.mark.parametrize("body, error", [
    ({"provider": "sumo", "task_id": "x"}, "unknown_provider"),
    ({"provider": "suno"}, "bad_body"),
    ({"provider": "suno", "task_id": "x", "context": {"colour": "red"}}, "bad_body"),
    ({"provider": "job_worker", "task_id": "x", "context": {"job_type": "x" * 65}}, "bad_body"),
])
def test_a_registration_that_cannot_be_meant_says_so(receiver, body, error):
    answer = register(receiver, **body)
    assert (answer.status_code, answer.json()["error"]) == (400, error)
    assert receiver.get("/api/history/x").status_code == 404


def test_rows_are_tables_of_the_database_that_anybody_can_query(serve):
    receiver = serve()
    receiver.post(TTS, {"story_id": "rec-sql", "error": "Voice profile not found", "job_id": "j1"})
    with sqlite3.connect(f"file:{receiver.data}/callgate.db?mode=ro", uri=True) as db:
        rows = db.execute("SELECT t.task_id, s.audio_status, s.audio_job_id FROM record_tts_error__story s"
                          " JOIN tasks t ON t.number = s._task").fetchall()
    assert rows == [("rec-sql", "failed", "j1")]


# The callback is stored and answered as the schema says, whatever becomes of its rows.
def test_a_row_that_the_database_refuses_costs_only_the_row(serve):
    receiver = serve()
    receiver.post(TTS, {"story_id": "rec-warm", "error": "e"})
    with sqlite3.connect(f"{receiver.data}/callgate.db", timeout=20) as db:
        db.execute("CREATE TRIGGER no BEFORE INSERT ON record_suno__track BEGIN SELECT raise(ABORT, 'no'); END")
    body = suno("rec-refused", "text")
    answer = receiver.post(SUNO, body, signed(body))
    assert (answer.status_code, answer.json()) == (200, {"ok": True, "error": "processing_failed"})
    entry = receiver.entry("rec-refused")
    assert entry["timeline"][0]["outcome"] == "processing_failed"
    assert entry["raw_data"]["data"]["task_id"] == "rec-refused"

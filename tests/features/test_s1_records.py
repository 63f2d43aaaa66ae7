# SPDX-License-Identifier: Apache-2.0
"""What Suno's callbacks write about a track and its versions, and what a code means to people."""

import json
import sqlite3

import pytest

from callbacks import SUNO, signed, suno, track
from receiver import until

STAGE_TIMES = {"text": "text_generated_at", "first": "first_track_ready_at", "complete": "all_variants_ready_at",
               "error": "failed_at"}


def deliver(receiver, task, stage, tracks=None, code=200, msg="m", **fields):
    """Posts a callback; the answer is 200. Returns the task's entry."""
    data = {"callbackType": stage, "task_id": task, "data": tracks}
    body = json.dumps({"code": code, "msg": msg, "data": data}).encode()
    assert receiver.post(SUNO, body, signed(body, **fields)).status_code == 200
    return receiver.entry(task)


def records(receiver, task, stage, tracks=None, **more):
    """The track and its versions after that callback."""
    told = deliver(receiver, task, stage, tracks, **more)["records"]
    return told["track"], told["track_versions"]


@pytest.mark.feature("S1.4")
@pytest.mark.parametrize("end, status", [("complete", "completed"), ("error", "failed")])
def test_a_track_stays_pending_with_text_then_processes_and_then_ends(receiver, end, status):
    task = "machine-" + end
    expected = {"provider": "suno", "task_id": task}
    seen = [receiver.session.post(receiver.base + "/api/tasks", json=expected, timeout=20).json()["status"]]
    for stage, tracks in (("text", None), ("first", [track("a")]), (end, [track("a")])):
        seen.append(records(receiver, task, stage, tracks)[0]["status"])
    assert seen == ["pending", "pending", "processing", status]
    assert records(receiver, task, "text", msg="late")[0]["status"] == status


@pytest.mark.feature("S1.10")
@pytest.mark.parametrize("code, retry", [(400, "changed_input"), (451, "changed_input"), (500, "later")])
def test_each_error_code_fails_the_track_and_only_500_says_to_try_again(receiver, code, retry):
    deliver(receiver, f"code-{code}", "first", [track("a")])
    entry = deliver(receiver, f"code-{code}", "error", code=code)
    assert (entry["status"], entry["records"]["track"]["status"]) == ("failed", "failed")
    assert entry["code"]["retry"] == retry


@pytest.mark.feature("S1.10")
@pytest.mark.parametrize("stage, status", [("first", "processing"), ("complete", "completed")])
def test_code_200_is_processed(receiver, stage, status):
    entry = deliver(receiver, "code-200-" + stage, stage, [track("a")])
    assert (entry["code"]["name"], entry["records"]["track"]["status"]) == ("success", status)
    assert len(entry["records"]["track_versions"]) == 1


@pytest.mark.feature("S1.11")
@pytest.mark.parametrize("code, russian", [
    (400, "Параметры некорректны или нарушена политика контента"),
    (451, "Не удалось скачать референсное аудио"),
    (500, "Ошибка сервера Suno. Попробуйте позже")])
def test_each_failure_has_a_text_in_two_languages_and_a_technical_reason(receiver, code, russian):
    entry = deliver(receiver, f"told-{code}", "error", code=code, msg="what Suno says")
    told = entry["code"]
    assert told["message"]["ru"] == russian and told["message"]["en"].isascii()
    assert told["meaning"] and told["meaning"] not in told["message"].values()
    assert entry["status_message"] == "what Suno says"


@pytest.mark.feature("S1.19")
def test_text_notes_its_stage_and_its_time_and_nothing_else(receiver):
    entry = deliver(receiver, "noted-text", "text")
    noted = {name: value for name, value in entry["records"]["track"]["metadata"].items() if value is not None}
    assert noted == {"suno_callback_stage": "text", "text_generated_at": entry["timestamp"]}
    assert entry["records"]["track_versions"] == []


@pytest.mark.feature("S1.20")
@pytest.mark.parametrize("sent, expected", [
    ({}, ("https://cdn.example.com/stream/a", "https://cdn.example.com/a.jpeg", "Iron Man", 198)),
    ({"stream_audio_url": None}, ("https://cdn.example.com/a.mp3", "https://cdn.example.com/a.jpeg", "Iron Man", 198)),
    ({"duration": 199.999}, ("https://cdn.example.com/stream/a", "https://cdn.example.com/a.jpeg", "Iron Man", 199)),
    ({"duration": None}, ("https://cdn.example.com/stream/a", "https://cdn.example.com/a.jpeg", "Iron Man", None))],
    ids=str)
def test_first_makes_the_track_playable(receiver, sent, expected):
    entry = deliver(receiver, f"playable-{sent}", "first", [{**track("a"), **sent}])
    row = entry["records"]["track"]
    assert (row["audio_url"], row["cover_url"], row["title"], row["duration"]) == expected
    assert (row["status"], row["metadata"]["suno_callback_stage"]) == ("processing", "first")
    assert row["metadata"]["first_track_ready_at"] == entry["timestamp"]


@pytest.mark.feature("S1.20")
def test_a_track_without_a_title_keeps_the_one_it_has(receiver):
    records(receiver, "old-title", "first", [track("a")], x_delivery_id="old-title-1")
    row, _ = records(receiver, "old-title", "first", [{**track("a"), "title": None, "image_url": "https://new/cover"}],
                     x_delivery_id="old-title-2")
    assert (row["title"], row["cover_url"]) == ("Iron Man", "https://new/cover")


@pytest.mark.feature("S1.21")
def test_first_adds_variant_zero_which_is_primary_and_preferred(receiver):
    _, (version,) = records(receiver, "variant-0", "first", [track("a")])
    told = {name: version[name] for name in ("variant_index", "is_primary_variant", "is_preferred_variant", "audio_url",
                                             "cover_url", "suno_id", "duration")}
    assert told == {"variant_index": 0, "is_primary_variant": True, "is_preferred_variant": True, "suno_id": "a",
                    "audio_url": "https://cdn.example.com/stream/a", "cover_url": "https://cdn.example.com/a.jpeg",
                    "duration": 198}


@pytest.mark.feature("S1.23")
@pytest.mark.parametrize("count", [1, 2, 4])
def test_complete_notes_stage_time_and_number_of_variants(receiver, count):
    entry = deliver(receiver, f"counted-{count}", "complete", [track(str(number)) for number in range(count)])
    row = entry["records"]["track"]
    assert row["status"] == "completed" and row["metadata"]["total_variants"] == count
    assert row["metadata"]["suno_callback_stage"] == "complete"
    assert row["metadata"]["all_variants_ready_at"] == entry["timestamp"]


@pytest.mark.feature("S1.24")
def test_complete_writes_every_variant_in_place_of_what_is_there(receiver):
    records(receiver, "upserted", "first", [{**track("early"), "title": "Early"}])
    whole = {**track("b"), "video_url": "https://v/b", "prompt": "[Verse]", "model_name": "chirp-v4", "tags": "pop"}
    _, versions = records(receiver, "upserted", "complete", [track("a"), whole])
    assert [(v["variant_index"], v["is_primary_variant"], v["suno_id"]) for v in versions] == [
        (0, True, "a"), (1, False, "b")]
    assert versions[0]["audio_url"] == "https://cdn.example.com/stream/a"
    assert versions[1] == {
        "variant_index": 1, "is_primary_variant": False, "is_preferred_variant": False, "suno_id": "b", "duration": 198,
        "audio_url": "https://cdn.example.com/stream/b", "cover_url": "https://cdn.example.com/b.jpeg",
        "video_url": "https://v/b", "lyrics": "[Verse]",
        "metadata": {"model_name": "chirp-v4", "tags": "pop", "create_time": "2025-01-01 00:00:00"}}


@pytest.mark.feature("S1.26")
def test_error_notes_reason_code_message_and_time(receiver):
    entry = deliver(receiver, "noted-error", "error", code=451, msg="Download failed")
    row, metadata = entry["records"]["track"], entry["records"]["track"]["metadata"]
    assert (row["status"], row["error_code"], row["error_message"]) == ("failed", 451, "Download failed")
    assert (metadata["suno_callback_stage"], metadata["failed_at"]) == ("error", entry["timestamp"])
    assert (metadata["suno_last_callback_code"], metadata["suno_last_callback_msg"]) == (451, "Download failed")
    assert entry["code"]["meaning"] == "Download failed, source audio unavailable"


@pytest.mark.feature("S1.29")
@pytest.mark.parametrize("end", ["complete", "error"])
def test_metadata_is_merged_and_each_stage_keeps_a_time_of_its_own(receiver, end):
    stages, expected = ("text", "first", end), {}
    for stage in stages:
        entry = deliver(receiver, "merged-" + end, stage, None if stage == "text" else [track("a")])
        expected[STAGE_TIMES[stage]] = entry["last_callback_time"]
        metadata = entry["records"]["track"]["metadata"]
        assert {name: metadata[name] for name in STAGE_TIMES.values() if metadata[name]} == expected
    assert len(set(expected.values())) == 3


@pytest.mark.feature("S1.39")
def test_a_processing_failure_is_200_processing_failed_and_is_logged(serve):
    """The database refuses the rows; the callback itself is stored all the same."""
    receiver = serve()
    with sqlite3.connect(receiver.data / "callgate.db", timeout=20) as database:
        made = "SELECT 1 FROM sqlite_master WHERE name = 'record_suno__track'"  # after the port opens
        assert until(lambda: database.execute(made).fetchone())
        database.execute("CREATE TRIGGER no BEFORE INSERT ON record_suno__track BEGIN SELECT raise(ABORT, 'no'); END")
    body = suno("refused", "first")
    answer = receiver.post(SUNO, body, signed(body))
    assert (answer.status_code, answer.json()) == (200, {"ok": True, "error": "processing_failed"})
    (line,) = receiver.logged(task_id="refused")
    assert (line["outcome"], line["http_status"], line["stage"]) == ("processing_failed", 200, "first")
    assert line["level"] in ("warning", "error")
    assert receiver.entry("refused")["raw_data"] == json.loads(body)

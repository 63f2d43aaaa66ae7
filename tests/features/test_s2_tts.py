# SPDX-License-Identifier: Apache-2.0
"""The text-to-speech worker's error callback."""

import json
import subprocess

import pytest

from callbacks import TTS, register
from receiver import until

FULL = {
    "story_id": "story123", "error": "Voice profile not found", "error_details": "not found in storage",
    "user_id": "user456", "voice_id": "voice789", "job_id": "job_abc123",
    "metadata": {"language": "en", "story_type": "user", "text_length": 1500, "error_type": "voice_profile_missing"}}
OPTIONAL = ["error_details", "user_id", "voice_id", "job_id", "metadata"]


def accepted(receiver, story, **members):
    """Posts a callback that must be taken whole. Returns its entry."""
    register(receiver, "tts_error", story)
    answer = receiver.post(TTS, {**FULL, "story_id": story, **members})
    assert (answer.status_code, answer.content) == (200, b'{"success":true}')
    return receiver.entry(story)


def refused(receiver, body, place):
    answer = receiver.post(TTS, body)
    assert answer.status_code == 422 and answer.json()["success"] is False
    assert place in answer.json()["error"]


@pytest.mark.feature("S2.1", "S2.5")
def test_the_error_callback_takes_json_and_fails_the_story(receiver):
    entry = accepted(receiver, "story-taken")
    assert (entry["provider"], entry["status"], entry["callback_progress"]) == ("tts_error", "failed", "failed")
    assert entry["status_message"] == "Voice profile not found"


@pytest.mark.feature("S2.1")
@pytest.mark.parametrize("kind, status", [
    ("application/json", 200), ("application/json; charset=utf-8", 200), ("text/plain", 415),
    ("application/x-www-form-urlencoded", 415)])
def test_the_error_callback_takes_nothing_but_json(receiver, kind, status):
    body = {**FULL, "story_id": "story-typed-" + kind}
    register(receiver, "tts_error", body["story_id"])
    assert receiver.post(TTS, body, {"Content-Type": kind}).status_code == status


@pytest.mark.feature("S2.2")
@pytest.mark.parametrize("name", ["story_id", "error"])
def test_story_and_error_are_required_and_are_text(receiver, name):
    refused(receiver, {key: value for key, value in FULL.items() if key != name}, f"/{name}: required")
    for value in (None, 7, [], {}):
        refused(receiver, {**FULL, name: value}, f"/{name}: type")
    refused(receiver, {**FULL, "story_id": ""}, "/story_id: minLength")


@pytest.mark.feature("S2.2")
def test_an_error_may_be_empty(receiver):
    """Its story has failed all the same."""
    entry = accepted(receiver, "story-speechless", error="")
    assert (entry["status"], entry["status_message"]) == ("failed", None)
    assert entry["records"]["story"]["audio_status"] == "failed"


@pytest.mark.feature("S2.2")
@pytest.mark.parametrize("name, text, longest", [("error", "\u0444", 16384), ("error_details", "x", 65536)],
                         ids=["error", "details"])
def test_long_texts_such_as_stack_traces_are_kept_whole(receiver, name, text, longest):
    """Counted in characters; a longer one is refused."""
    entry = accepted(receiver, "story-long-" + name, **{name: text * longest})
    assert entry["records"]["story"]["audio_" + name] == text * longest
    refused(receiver, {**FULL, name: text * (longest + 1)}, f"/{name}: maxLength")


@pytest.mark.feature("S2.2")
@pytest.mark.parametrize("name", OPTIONAL)
def test_each_other_member_may_be_absent_and_has_its_type_when_present(receiver, name):
    story = "story-less-" + name
    register(receiver, "tts_error", story)
    answer = receiver.post(TTS, {**{k: v for k, v in FULL.items() if k != name}, "story_id": story})
    assert answer.json() == {"success": True}
    assert name not in receiver.entry(story)["raw_data"]
    refused(receiver, {**FULL, name: 7}, f"/{name}: type")


@pytest.mark.feature("S2.2", "S2.3")
@pytest.mark.parametrize("metadata", [
    {}, FULL["metadata"], {"gpu": 3, "nested": {"a": [1, 2.5, True, None]}}, {"text_length": 2**40}], ids=str)
def test_metadata_is_free_form_and_kept_as_it_is(receiver, metadata):
    assert accepted(receiver, f"story-{metadata}", metadata=metadata)["raw_data"]["metadata"] == metadata


@pytest.mark.feature("S2.3")
@pytest.mark.parametrize("name, value", [
    ("language", 1), ("language", "x" * 400), ("story_type", {}), ("text_length", "1500"), ("text_length", -1),
    ("text_length", 1.5), ("error_type", ["a", None])], ids=lambda value: str(value)[:20])
def test_the_known_members_of_metadata_are_kept_of_whatever_type_they_come(receiver, name, value):
    """An error that cannot be told, because something beside it is odd, would be worse."""
    metadata = {**FULL["metadata"], name: value}
    entry = accepted(receiver, f"story-odd-{name}-{str(value)[:20]}", metadata=metadata)
    assert entry["records"]["story"]["audio_error_metadata"] == entry["raw_data"]["metadata"] == metadata


@pytest.mark.feature("S2.2")
@pytest.mark.parametrize("value", ["none", [], 7], ids=str)
def test_metadata_that_is_no_object_is_refused(receiver, value):
    refused(receiver, {**FULL, "metadata": value}, "/metadata: type")


@pytest.mark.feature("S2.4")
@pytest.mark.parametrize("names", [*[[name] for name in OPTIONAL], OPTIONAL], ids="-".join)
def test_null_is_as_good_as_absent(receiver, names):
    story = "story-null-" + "-".join(names)
    entry = accepted(receiver, story, **dict.fromkeys(names))
    assert all(entry["raw_data"][name] is None for name in names)


@pytest.mark.feature("S2.6")
def test_a_failure_to_store_is_told_in_the_documents_words(serve, tmp_path):
    data = tmp_path / "broken" / "data"
    data.mkdir(parents=True)
    (data / "callgate.db").write_bytes(b"this is no database. " * 1000)
    receiver = serve("broken", ready=False)
    assert until(lambda: receiver.get("/health").status_code == 503)
    answer = receiver.post(TTS, FULL)
    assert (answer.status_code, answer.content) == (500, b'{"success":false,"error":"Internal server error"}')


ERRORS = {  # Source: the six classes of the document, with what the worker says of some
    "voice profile": ["Voice profile not found", "Voice profile corrupted", "Invalid voice profile format"],
    "text processing": ["Invalid text encoding", "Text too long", "Text too short", "Unsupported language"],
    "model": ["TTS model not available", "generate_tts_story method failed: CUDA out of memory", "Model loading failed"],
    "storage": ["Failed to upload generated audio", "R2 error", "Network unreachable"],
    "resource": ["Insufficient memory", "Insufficient disk space", "GPU overload"],
    "authentication": ["Invalid API key", "Permission denied", "Service account disabled"]}


@pytest.mark.feature("S2.15")
@pytest.mark.parametrize("kind, error", [(kind, error) for kind, errors in ERRORS.items() for error in errors])
def test_an_error_of_every_class_is_carried_with_its_class(receiver, kind, error):
    story = f"story-{kind}-{error}"[:120]
    entry = accepted(receiver, story, error=error, metadata={"error_type": kind.replace(" ", "_")})
    assert entry["status_message"] == error
    assert entry["raw_data"]["metadata"]["error_type"] == kind.replace(" ", "_")


@pytest.mark.feature("S2.20")
def test_curl_with_the_minimal_payload_is_told_success(receiver):
    register(receiver, "tts_error", "test_story_123")
    body = json.dumps({"story_id": "test_story_123", "error": "Voice profile not found", "user_id": "test_user_456"})
    done = subprocess.run(["curl", "-sS", "--noproxy", "*", "-m", "10", "-X", "POST", receiver.base + TTS, "-H",
                           "Content-Type: application/json", "-d", body],
                          capture_output=True, text=True, timeout=20, check=True)
    assert done.stdout == '{"success":true}'


@pytest.mark.feature("S2.20")
@pytest.mark.parametrize("body, status", [(b"no JSON", 400), (b"", 400), (b"[]", 422), (b'"text"', 422), (b"{}", 422)])
def test_a_payload_that_is_not_valid_is_told_no_success_and_fails_no_story(receiver, body, status):
    before = [entry for entry in receiver.history(limit=500) if entry["kind"] == "task"]
    answer = receiver.post(TTS, body)
    assert (answer.status_code, answer.json()["success"]) == (status, False)
    assert [entry for entry in receiver.history(limit=500) if entry["kind"] == "task"] == before


@pytest.mark.feature("S2.11")
@pytest.mark.parametrize("store", ["sqlite", "memory"])
def test_a_story_that_nobody_registered_is_a_failure_and_counts_once_it_is_registered(serve, store):
    receiver = serve(store=store)
    body = {**FULL, "story_id": "story-missing"}
    for _ in range(2):  # a repetition is told the same
        answer = receiver.post(TTS, body)
        assert (answer.status_code, answer.content) == (404, b'{"success":false,"error":"Story not found"}')
    assert until(lambda: [line["outcome"] for line in receiver.logged(task_id="story-missing")] == ["unknown_task"] * 2)
    entry = receiver.entry("story-missing")
    assert (entry["status"], entry["callbacks"], entry["raw_data"]) == ("pending", 1, body)
    assert entry["records"]["story"] is None
    register(receiver, "tts_error", "story-missing")
    entry = receiver.entry("story-missing")
    assert (entry["status"], entry["timeline"][0]["outcome"]) == ("failed", "accepted")
    assert entry["records"]["story"]["audio_error"] == FULL["error"]
    assert receiver.post(TTS, body).json() == {"success": True}
    assert receiver.entry("story-missing")["callbacks"] == 1


@pytest.mark.feature("S2.10")
def test_the_storys_record_gets_status_error_details_job_metadata_and_time(receiver):
    entry = accepted(receiver, "story-record")
    assert entry["records"]["story"] == {
        "audio_status": "failed", "audio_error": FULL["error"], "audio_error_details": FULL["error_details"],
        "audio_job_id": FULL["job_id"], "audio_error_metadata": FULL["metadata"], "updated_at": entry["last_callback_time"]}


@pytest.mark.feature("S2.10")
@pytest.mark.parametrize("metadata", [{}, None])
def test_empty_metadata_is_not_stored_and_replaces_none(receiver, metadata):
    story = f"story-metadata-{metadata}"
    entry = accepted(receiver, story, metadata=metadata)
    assert entry["records"]["story"]["audio_error_metadata"] is None
    accepted(receiver, story + "-kept")
    again = accepted(receiver, story + "-kept", metadata=metadata, error="again")["records"]["story"]
    assert (again["audio_error"], again["audio_error_metadata"]) == ("again", FULL["metadata"])


@pytest.mark.feature("S2.10")
@pytest.mark.parametrize("absent", [{}, {"error_details": None, "job_id": None}], ids=["absent", "null"])
def test_a_second_failure_without_details_and_job_clears_those_of_the_first(receiver, absent):
    story = f"story-again-{len(absent)}"
    accepted(receiver, story)
    body = {"story_id": story, "error": "again", **absent}
    assert receiver.post(TTS, body).json() == {"success": True}
    entry = receiver.entry(story)
    assert entry["records"]["story"] == {
        "audio_status": "failed", "audio_error": "again", "audio_error_details": None, "audio_job_id": None,
        "audio_error_metadata": FULL["metadata"], "updated_at": entry["last_callback_time"]}

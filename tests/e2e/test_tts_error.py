# SPDX-License-Identifier: Apache-2.0
"""The text-to-speech worker's error callback (S2)."""

import json
import subprocess

import pytest
import requests

from callbacks import TTS, register


def notify_error_callback(url, story_id, error_message, **kwargs):
    """What the worker does. Source: the TTS document, notify_error_callback()."""
    payload = {
        "story_id": story_id,
        "error": error_message,
        "error_details": kwargs.get("error_details"),
        "user_id": kwargs.get("user_id"),
        "voice_id": kwargs.get("voice_id"),
        "job_id": kwargs.get("job_id"),
        "metadata": kwargs.get("metadata", {}),
    }
    response = requests.post(url, json=payload, timeout=10,
                             headers={"Content-Type": "application/json"})
    response.raise_for_status()
    return response


def test_the_workers_own_request_succeeds_with_nulls_and_empty_metadata(receiver):
    """S2.2, S2.4, S2.5, S2.14"""
    register(receiver, "tts_error", "story-1")
    answer = notify_error_callback(receiver.base + TTS, "story-1", "Voice profile not found")
    assert (answer.status_code, answer.json()) == (200, {"success": True})
    entry = receiver.entry("story-1")
    assert (entry["status"], entry["callback_progress"]) == ("failed", "failed")
    assert entry["status_message"] == "Voice profile not found"
    assert entry["raw_data"]["user_id"] is None and entry["raw_data"]["metadata"] == {}


def test_the_workers_full_request_succeeds(receiver):
    """S2.2, S2.3"""
    register(receiver, "tts_error", "story-2")
    answer = notify_error_callback(
        receiver.base + TTS, "story-2", "Voice profile not found", error_details="not in storage",
        user_id="user456", voice_id="voice789", job_id="job_abc123",
        metadata={"language": "en", "story_type": "user", "text_length": 1500,
                  "error_type": "voice_profile_missing"})
    assert answer.json() == {"success": True}
    assert receiver.entry("story-2")["raw_data"]["metadata"]["text_length"] == 1500


def test_curl_with_the_minimal_payload_succeeds(receiver):
    """S2.20"""
    register(receiver, "tts_error", "test_story_123")
    body = json.dumps({"story_id": "test_story_123", "error": "Voice profile not found",
                       "user_id": "test_user_456"})
    done = subprocess.run(
        ["curl", "-sS", "--noproxy", "*", "-m", "10", "-X", "POST", receiver.base + TTS,
         "-H", "Content-Type: application/json", "-d", body],
        capture_output=True, text=True, timeout=20, check=True)
    assert json.loads(done.stdout) == {"success": True}


def test_a_repetition_succeeds_and_another_try_is_an_event_of_its_own(receiver):
    """S2.13: a second failure after "Try again" counts."""
    register(receiver, "tts_error", "story-3")
    url = receiver.base + TTS
    for job_id in ("job_1", "job_1", "job_2"):
        assert notify_error_callback(url, "story-3", "e", job_id=job_id).json() == {"success": True}
    assert len(receiver.entry("story-3")["timeline"]) == 2


@pytest.mark.parametrize("body, missing", [
    ({"error": "e"}, "/story_id"),
    ({"story_id": "story-4"}, "/error"),
    ({"story_id": "story-4", "error": None}, "/error"),
    ({"story_id": "", "error": "e"}, "/story_id"),
    ({"story_id": 7, "error": "e"}, "/story_id"),
])
def test_a_missing_or_bad_member_is_422_with_the_place(receiver, body, missing):
    """S2.2, S2.6"""
    answer = receiver.post(TTS, body)
    assert answer.status_code == 422
    assert answer.json()["success"] is False and missing in answer.json()["error"]
    assert receiver.get("/api/history/story-4").status_code == 404


def test_the_worker_raises_for_a_refusal(receiver):
    """S2.14: raise_for_status() sees it."""
    with pytest.raises(requests.HTTPError):
        notify_error_callback(receiver.base + TTS, "", "e")


def test_a_body_that_is_not_json_is_400_and_success_false(receiver):
    """S2.6"""
    answer = receiver.post(TTS, b"story_id=story123")
    assert (answer.status_code, answer.json()["success"]) == (400, False)


def test_a_form_is_415(receiver):
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = receiver.post(TTS, b"story_id=s", form)
    assert (answer.status_code, answer.json()["success"]) == (415, False)


def test_an_answer_quotes_hostile_text_as_json(receiver):
    """A pointer or reason that holds quotes must not break the answer."""
    body = b'{"story_id":"a","error":["\\"\\u0000"]}'
    answer = receiver.post(TTS, body)
    assert answer.status_code == 422 and answer.json()["success"] is False

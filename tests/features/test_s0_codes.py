# SPDX-License-Identifier: Apache-2.0
"""What KIE's status codes mean, as an entry and its record tell it."""

import pytest

from callbacks import KIE, KIE_FIELDS

NAMES = {200: "success", 400: "validation_error", 408: "rate_limited", 413: "content_conflict", 500: "server_error",
         501: "generation_failed", 531: "server_error_refunded"}


def deliver(receiver, task, code, stage="error", tracks=None):
    data = {"callbackType": stage, "task_id": task, "data": tracks}
    assert receiver.post(KIE, {"code": code, "msg": "m", "data": data}, KIE_FIELDS).status_code == 200
    return receiver.entry(task)


def told(receiver, code, stage="error", tracks=None):
    """(name, meaning, severity, retry, refunded, status of the task), and the advice in English."""
    entry = deliver(receiver, f"means-{code}", code, stage, tracks)
    row = entry["code"]
    assert entry["status_code"] == code and set(row["message"]) == {"en", "ru"}
    facts = (row["name"], row["meaning"], row["severity"], row["retry"], row["refunded"], entry["status"])
    return facts, row["message"]["en"].lower()


@pytest.mark.feature("S0.3", "S0.29")
@pytest.mark.parametrize("code", NAMES)
def test_each_code_becomes_the_status_of_its_entry(receiver, code):
    entry = deliver(receiver, f"status-{code}", code, "complete" if code == 200 else "error")
    assert (entry["records"]["history"]["status"], entry["code"]["name"]) == (NAMES[code], NAMES[code])


@pytest.mark.feature("S0.29")
@pytest.mark.parametrize("code", [100, 451, 599])
def test_a_code_that_is_not_listed_has_a_status_too(receiver, code):
    assert deliver(receiver, f"unlisted-{code}", code, "first")["records"]["history"]["status"] == "unknown_code"


@pytest.mark.feature("S0.30")
def test_200_means_success_and_its_tracks_are_processed(receiver):
    facts, _ = told(receiver, 200, "complete", [{"id": "a"}])
    assert facts == ("success", "Request processed successfully", "success", "never", False, "completed")
    assert [track["id"] for track in receiver.entry("means-200")["records"]["track"]] == ["a"]


@pytest.mark.feature("S0.31")
def test_400_means_a_validation_error_and_says_to_review_the_content(receiver):
    facts, advice = told(receiver, 400)
    meaning = "Lyrics contained copyrighted material"
    assert facts == ("validation_error", meaning, "error", "changed_input", False, "failed")
    assert "review the content" in advice


@pytest.mark.feature("S0.32")
def test_408_means_rate_limited_a_warning_that_says_to_try_later(receiver):
    facts, advice = told(receiver, 408)
    assert facts == ("rate_limited", "Timeout", "warning", "later", False, "failed")
    assert "later" in advice


@pytest.mark.feature("S0.33")
def test_413_means_a_content_conflict_and_asks_for_other_audio(receiver):
    facts, advice = told(receiver, 413)
    meaning = "Uploaded audio matches existing work"
    assert facts == ("content_conflict", meaning, "error", "changed_input", False, "failed")
    assert "different audio" in advice


@pytest.mark.feature("S0.34")
def test_500_means_a_server_error_that_a_retry_may_help(receiver):
    facts, advice = told(receiver, 500)
    assert facts == ("server_error", "Unexpected server error", "error", "later", False, "failed")
    assert "try again" in advice


@pytest.mark.feature("S0.35")
def test_501_means_that_generation_failed_and_says_to_adjust_the_parameters(receiver):
    facts, advice = told(receiver, 501)
    assert facts == ("generation_failed", "Audio generation failed", "error", "changed_input", False, "failed")
    assert "adjust the parameters" in advice


@pytest.mark.feature("S0.36")
def test_531_means_a_server_error_with_its_credits_back_so_that_a_retry_is_safe(receiver):
    facts, advice = told(receiver, 531)
    assert facts == ("server_error_refunded", "Server error with credit refund", "error", "safe", True, "failed")
    assert "safe to try again" in advice

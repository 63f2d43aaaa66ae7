# SPDX-License-Identifier: Apache-2.0
"""What a status code means, as the program tells it: the history, the log and the task's state."""

import json

import pytest

from callbacks import JOB, JOB_FIELDS, KIE, KIE_FIELDS, SUNO, job, signed

# Code: name, severity, retry, refunded, meaning, status of the task. S0.30 to S0.36
KIE_CODES = {
    200: ("success", "success", "never", False, "Request processed successfully", "completed"),
    400: ("validation_error", "error", "changed_input", False,
          "Lyrics contained copyrighted material", "failed"),
    408: ("rate_limited", "warning", "later", False, "Timeout", "failed"),
    413: ("content_conflict", "error", "changed_input", False,
          "Uploaded audio matches existing work", "failed"),
    500: ("server_error", "error", "later", False, "Unexpected server error", "failed"),
    501: ("generation_failed", "error", "changed_input", False, "Audio generation failed",
          "failed"),
    531: ("server_error_refunded", "error", "safe", True, "Server error with credit refund",
          "failed"),
}
# Code: name, severity, retry, message in Russian, status of the task. S1.10, S1.11
SUNO_CODES = {
    200: ("success", "success", "never", None, "pending"),
    400: ("bad_request", "error", "changed_input",
          "Параметры некорректны или нарушена политика контента", "failed"),
    451: ("download_failed", "error", "changed_input", "Не удалось скачать референсное аудио",
          "failed"),
    500: ("server_error", "error", "later", "Ошибка сервера Suno. Попробуйте позже", "failed"),
}


def post_kie(receiver, task, code, stage):
    data = {"callbackType": stage, "task_id": task, "data": None}
    answer = receiver.post(KIE, {"code": code, "msg": "m", "data": data}, KIE_FIELDS)
    assert (answer.status_code, answer.json()) == (200, {"ok": True})


def post_suno(receiver, task, code, stage, tracks=None):
    data = {"callbackType": stage, "task_id": task, "data": tracks}
    body = json.dumps({"code": code, "msg": "m", "data": data}).encode()
    answer = receiver.post(SUNO, body, signed(body))
    assert answer.status_code == 200
    return answer.json()


@pytest.mark.parametrize("code", KIE_CODES)
def test_every_code_of_kie_says_what_it_means(receiver, code):
    """S0.3, S0.29 to S0.36"""
    name, severity, retry, refunded, meaning, status = KIE_CODES[code]
    task = f"kie-means-{code}"
    post_kie(receiver, task, code, "complete" if code == 200 else "error")
    entry = receiver.entry(task)
    assert (entry["status"], entry["status_code"]) == (status, code)
    row = entry["code"]
    assert set(row.pop("message")) == {"en", "ru"}
    assert row == {"name": name, "severity": severity, "retry": retry, "refunded": refunded,
                   "meaning": meaning}


@pytest.mark.parametrize("code", SUNO_CODES)
def test_every_code_of_suno_says_what_it_means_in_two_languages(receiver, code):
    """S1.10, S1.11"""
    name, severity, retry, russian, status = SUNO_CODES[code]
    task = f"suno-means-{code}"
    post_suno(receiver, task, code, "text" if code == 200 else "error")
    entry = receiver.entry(task)
    assert (entry["status"], entry["status_code"]) == (status, code)
    row = entry["code"]
    assert (row["name"], row["severity"], row["retry"]) == (name, severity, retry)
    assert row["meaning"] and row["message"]["en"]
    if russian is not None:
        assert row["message"]["ru"] == russian


def test_one_number_means_what_its_provider_says(receiver):
    """C6: 400 has two meanings, 451 only one."""
    post_kie(receiver, "kie-own-400", 400, "error")
    post_suno(receiver, "suno-own-400", 400, "error")
    post_kie(receiver, "kie-own-451", 451, "text")
    names = [receiver.entry(f"{task}")["code"]["name"]
             for task in ("kie-own-400", "suno-own-400", "kie-own-451")]
    assert names == ["validation_error", "bad_request", "unknown_code"]


def test_the_list_and_the_timeline_say_it_too(receiver):
    post_kie(receiver, "kie-listed", 200, "text")
    post_kie(receiver, "kie-listed", 531, "error")
    newest = receiver.history(provider="kie", limit=1)[0]
    assert (newest["task_id"], newest["code"]["name"]) == ("kie-listed", "server_error_refunded")
    timeline = receiver.entry("kie-listed")["timeline"]
    assert [(item["status_code"], item["code"]["name"]) for item in timeline] == [
        (200, "success"), (531, "server_error_refunded")]
    assert timeline[1]["code"] == newest["code"]


@pytest.mark.parametrize("code", [code for code in KIE_CODES if code != 200])
@pytest.mark.parametrize("stage", ["text", "complete", "remix", None])
def test_an_error_code_fails_the_task_whatever_kie_calls_the_callback(receiver, code, stage):
    """S0.30 to S0.36: also where there is no callbackType at all."""
    task = f"kie-called-{stage}-{code}"
    if stage is None:
        body = {"code": code, "msg": "m", "taskId": task}
        assert receiver.post(KIE, body, KIE_FIELDS).json() == {"ok": True}
    else:
        post_kie(receiver, task, code, stage)
    entry = receiver.entry(task)
    assert (entry["callback_progress"], entry["status"]) == ("error", "failed")
    assert entry["timeline"][0]["outcome"] == "accepted"
    assert entry["timeline"][0]["callback_type"] == "error"


def test_an_error_code_is_answered_as_the_stage_that_it_is(receiver):
    """S1.10: "complete" would demand tracks."""
    assert post_suno(receiver, "suno-called-complete", 451, "complete") == {
        "ok": True, "stage": "error"}
    assert receiver.entry("suno-called-complete")["status"] == "failed"


def test_a_late_error_code_does_not_fail_a_finished_task(receiver):
    post_suno(receiver, "suno-finished", 200, "complete", [{"id": "a"}])
    post_suno(receiver, "suno-finished", 500, "text")
    entry = receiver.entry("suno-finished")
    assert (entry["status"], entry["code"]["name"]) == ("completed", "success")
    last = entry["timeline"][-1]
    assert (last["code"]["name"], last["callback_type"], last["moved"]) == (
        "server_error", "error", False)


@pytest.mark.parametrize("code", [100, 402, 599])
def test_a_code_that_is_not_listed_moves_no_task_by_itself(receiver, code):
    task = f"kie-unlisted-{code}"
    post_kie(receiver, task, code, "first")
    entry = receiver.entry(task)
    assert (entry["status"], entry["callback_progress"]) == ("processing", "first")
    assert (entry["code"]["name"], entry["code"]["severity"]) == ("unknown_code", "warning")
    assert set(entry["code"]["message"]) == {"en", "ru"}


def test_where_there_is_no_code_nothing_is_said_of_one(receiver):
    receiver.post(KIE, {"taskId": "kie-codeless"}, KIE_FIELDS)
    receiver.post(JOB, job("job-codeless"), JOB_FIELDS)
    for task in ("kie-codeless", "job-codeless"):
        entry = receiver.entry(task)
        assert entry["status_code"] is None and "code" not in entry
        assert "code" not in entry["timeline"][0]


def test_the_log_names_the_code(receiver):
    """S0.8"""
    post_kie(receiver, "kie-logged", 408, "error")
    assert receiver.logged(task_id="kie-logged")[-1]["code_name"] == "rate_limited"
    receiver.post(KIE, {"taskId": "kie-logged-none"}, KIE_FIELDS)
    assert receiver.logged(task_id="kie-logged-none")[-1]["code_name"] is None

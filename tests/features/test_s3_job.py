# SPDX-License-Identifier: Apache-2.0
"""The image and video workers' job callback."""

import datetime
import time

import pytest

from callbacks import JOB, JOB_FIELDS, JSON_TYPE, job, register
from raw_http import ask, request
from receiver import until

CORS = {"access-control-allow-origin": "*",
        "access-control-allow-headers": "authorization, x-client-info, apikey, content-type"}
FULL = {"jobId": "job-full", "status": "completed", "filePath": "u1/a.png", "outputUrl": "b.mp4", "errorMessage": "e",
        "enhancedPrompt": "a cat", "imageUrls": ["u1/a.png", "u1/b.png"]}


def deliver(receiver, body):
    return receiver.post(JOB, body, JOB_FIELDS)


def deliver_known(receiver, body):
    """The callback of a job that is registered."""
    register(receiver, "job_worker", body["jobId"])
    return deliver(receiver, body)


def is_zulu_time(text) -> bool:
    at = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return text.endswith("Z") and abs(at.timestamp() - time.time()) < 60


@pytest.mark.feature("S3.1")
@pytest.mark.parametrize("status", ["processing", "completed", "failed"])
def test_each_status_is_taken_and_becomes_the_jobs(receiver, status):
    assert deliver_known(receiver, {"jobId": "job-" + status, "status": status}).status_code == 200
    entry = receiver.entry("job-" + status)
    assert (entry["status"], entry["callback_progress"]) == (status, status)


@pytest.mark.feature("S3.1")
@pytest.mark.parametrize("body, error", [
    ({"status": "completed"}, "jobId is required"), ({"jobId": "job-bad", "status": "done"}, "/status: enum"),
    ({"jobId": "job-bad"}, "/status: required"), ({"jobId": "job-bad", "status": None}, "/status: "),
    ({"jobId": 7, "status": "completed"}, "/jobId: type"), ({"jobId": "job-bad", "status": 7}, "/status: type")], ids=str)
def test_job_and_status_are_required_and_status_is_one_of_three(receiver, body, error):
    answer = deliver(receiver, body)
    assert answer.status_code == 400 and answer.json()["error"].startswith(error)
    assert receiver.get("/api/history/job-bad").status_code == 404


PATHS = {"filePath": "u1/a.png", "outputUrl": "b.mp4", "imageUrls": ["u1/a.png"]}


@pytest.mark.feature("S3.17")
@pytest.mark.parametrize("members", [{}, dict.fromkeys(PATHS), {"filePath": "", "imageUrls": []}], ids=str)
def test_a_completed_job_without_a_path_is_processed_and_logged_as_critical(receiver, members):
    task = "pathless-" + "-".join(members)
    register(receiver, "job_worker", task)
    answer = deliver(receiver, {"jobId": task, "status": "completed", **members})
    assert (answer.status_code, answer.json()["success"]) == (200, True)
    entry = receiver.entry(task)
    assert (entry["status"], entry["timeline"][0]["outcome"], entry["timeline"][0]["moved"]) == ("completed", "accepted", True)
    (line,) = receiver.logged(task_id=task)
    assert (line["level"], line["outcome"], line["missing"]) == ("critical", "accepted", "/filePath, /outputUrl, /imageUrls")


@pytest.mark.feature("S3.17")
@pytest.mark.parametrize("name", PATHS)
def test_a_job_with_a_path_or_before_its_end_is_logged_as_ever(receiver, name):
    register(receiver, "job_worker", "with-" + name, "fails-" + name)
    deliver(receiver, {"jobId": "with-" + name, "status": "completed", name: PATHS[name]})
    deliver(receiver, {"jobId": "fails-" + name, "status": "failed"})
    for task in ("with-" + name, "fails-" + name):
        (line,) = receiver.logged(task_id=task)
        assert line["level"] == "info" and "missing" not in line


@pytest.mark.feature("S3.17")
def test_a_missing_job_id_is_an_error_that_says_so(receiver):
    answer = deliver(receiver, {"status": "completed", "filePath": "a.png"})
    assert (answer.status_code, answer.json()["error"]) == (400, "jobId is required")


@pytest.mark.feature("S3.2")
def test_all_optional_members_are_known_and_kept(receiver):
    assert deliver_known(receiver, FULL).status_code == 200
    assert receiver.logged(task_id="job-full")[0]["dropped_members"] == 0
    assert receiver.entry("job-full")["raw_data"] == FULL


@pytest.mark.feature("S3.2")
@pytest.mark.parametrize("name", ["filePath", "outputUrl", "errorMessage", "enhancedPrompt", "imageUrls"])
def test_each_optional_member_may_be_absent_or_null_and_has_its_type(receiver, name):
    less = {key: value for key, value in FULL.items() if key != name}
    assert deliver_known(receiver, {**less, "jobId": "job-less-" + name}).status_code == 200
    assert deliver_known(receiver, {**less, "jobId": "job-null-" + name, name: None}).status_code == 200
    wrong = deliver(receiver, {**less, "jobId": "job-wrong-" + name, name: 7})
    assert wrong.status_code == 400 and wrong.json()["error"].startswith(f"/{name}: type")


@pytest.mark.feature("S3.3")
@pytest.mark.parametrize("members, path", [
    ({"filePath": "a.png", "outputUrl": "b.mp4"}, "a.png"), ({"filePath": "a.png"}, "a.png"),
    ({"outputUrl": "b.mp4"}, "b.mp4"), ({"filePath": "", "outputUrl": "b.mp4"}, "b.mp4"),
    ({"filePath": None, "outputUrl": "b.mp4"}, "b.mp4"), ({"filePath": " ", "outputUrl": "b.mp4"}, " "),
    ({"filePath": "", "outputUrl": ""}, None), ({}, None)], ids=str)
def test_the_path_is_the_file_path_or_else_the_output_url(receiver, members, path):
    answer = deliver_known(receiver, {"jobId": f"job-{members}", "status": "completed", **members})
    assert answer.status_code == 200 and answer.json()["debug"]["filePath"] == path


BAD = [(b'{"status":"completed"}', JOB_FIELDS, 400, "ValidationError"), (b"no JSON", JOB_FIELDS, 400, "ValidationError"),
       (job("job-error", "done"), JOB_FIELDS, 400, "ValidationError"), (job("job-error"), {}, 401, "AuthError"),
       (job("job-error"), {"Authorization": "Bearer wrong"}, 401, "AuthError"),
       (job("job-error"), {**JOB_FIELDS, "Content-Type": "text/plain"}, 415, "ValidationError"),
       (b"x" * 262145, JOB_FIELDS, 413, "ValidationError")]


def is_documented_error(answer, kind):
    told = answer.json()
    assert list(told) == ["error", "success", "debug"] and told["error"] and told["success"] is False
    assert list(told["debug"]) == ["timestamp", "errorType"] and told["debug"]["errorType"] == kind
    assert is_zulu_time(told["debug"]["timestamp"])


@pytest.mark.feature("S3.20")
@pytest.mark.parametrize("body, fields, status, kind", BAD, ids=[f"{s} {k} {n}" for n, (_, _, s, k) in enumerate(BAD)])
def test_every_error_has_the_documents_shape(receiver, body, fields, status, kind):
    answer = receiver.post(JOB, body, fields)
    assert answer.status_code == status
    is_documented_error(answer, kind)


@pytest.mark.feature("S3.20")
def test_a_failure_to_store_has_the_documents_shape(serve, tmp_path):
    data = tmp_path / "broken" / "data"
    data.mkdir(parents=True)
    (data / "callgate.db").write_bytes(b"this is no database. " * 1000)
    receiver = serve("broken", ready=False)
    assert until(lambda: receiver.get("/health").status_code == 503)
    answer = deliver(receiver, job("job-error"))
    assert answer.status_code == 503
    is_documented_error(answer, "StoreError")


@pytest.mark.feature("S3.21")
def test_a_preflight_is_answered_and_every_answer_has_the_cors_fields(receiver):
    register(receiver, "job_worker", "job-cors")
    asked = {"Origin": "https://app.example", "Access-Control-Request-Method": "POST"}
    preflight = ask(receiver.port, request("OPTIONS", JOB, None, asked))
    answers = [preflight, ask(receiver.port, request("GET", JOB)), ask(receiver.port, request("PUT", JOB, b"{}")),
               ask(receiver.port, request("POST", JOB, job("job-cors"), {**JOB_FIELDS, **JSON_TYPE}))]
    answers += [ask(receiver.port, request("POST", JOB, body, {**JSON_TYPE, **fields})) for body, fields, _, _ in BAD]
    assert preflight.status == 204 and "POST" in preflight.fields["access-control-allow-methods"]
    assert [answer.status for answer in answers] == [204, 405, 405, 200] + [status for _, _, status, _ in BAD]
    for answer in answers:
        assert {name: answer.fields.get(name) for name in CORS} == CORS, answer.status


def details(receiver, body, **context):
    """What the log line of a registered job's callback tells beside what all lines do."""
    register(receiver, "job_worker", body["jobId"], **context)
    deliver(receiver, body)
    (line,) = receiver.logged(task_id=body["jobId"])
    return line.get("details"), line.get("details_left_out")


@pytest.mark.feature("S3.23")
def test_the_log_has_the_request_in_full_with_its_resolved_values(receiver):
    told = {"jobId": "job-logged", "status": "completed", "jobType": "sdxl_image_high", "filePath": "u1/a.png",
            "outputUrl": "b.mp4", "resolvedPath": "u1/a.png", "errorMessage": "e", "enhancedPrompt": "a cat",
            "imageUrls": 2}
    assert details(receiver, {**FULL, "jobId": "job-logged"}, job_type="sdxl_image_high") == (told, None)
    little = {"jobId": "job-logged-little", "status": "processing", "outputUrl": "out.mp4"}
    resolved = {**dict.fromkeys(told), **little, "resolvedPath": "out.mp4", "imageUrls": 0}
    assert details(receiver, little) == (resolved, None)


@pytest.mark.feature("S3.23")
def test_the_log_says_so_when_a_request_is_too_long_for_a_line(receiver):
    body = {**FULL, "jobId": "job-logged-long", "enhancedPrompt": "a cat " * 2000}
    assert details(receiver, body) == (None, True)


@pytest.mark.feature("S3.23")
def test_text_of_a_request_cannot_break_out_of_its_log_line(receiver):
    prompt = 'a"}\n{"level":"error"}\x1b[31m\\'
    told, _ = details(receiver, {**FULL, "jobId": "job-logged-odd", "enhancedPrompt": prompt})
    assert told["enhancedPrompt"] == prompt
    assert b"\x1b" not in receiver.out.read_bytes()


@pytest.mark.feature("S3.23")
def test_a_request_that_was_not_read_has_no_details_in_the_log(serve):
    receiver = serve()
    receiver.post(JOB, job("job-unread"), {"Authorization": "Bearer wrong"})
    deliver(receiver, b"no JSON")
    lines = receiver.logged(2, provider="job_worker")
    assert [line["outcome"] for line in lines] == ["invalid_signature", "bad_json"]
    assert not [line for line in lines if "details" in line or "details_left_out" in line]


@pytest.mark.feature("S3.25")
@pytest.mark.parametrize("end", ["completed", "failed"])
def test_a_job_may_report_progress_before_its_end(receiver, end):
    task, seen = "job-progress-" + end, []
    for status, members in (("processing", {}), ("processing", {"enhancedPrompt": "a cat"}), (end, {})):
        assert deliver_known(receiver, {"jobId": task, "status": status, **members}).json()["success"] is True
        seen.append(receiver.entry(task)["status"])
    assert seen == ["processing", "processing", end]
    assert receiver.entry(task)["callbacks"] == 3


@pytest.mark.feature("S3.25")
def test_progress_that_comes_late_does_not_reopen_a_job(receiver):
    for status in ("completed", "processing", "failed"):
        deliver_known(receiver, {"jobId": "job-late", "status": status})
    entry = receiver.entry("job-late")
    assert entry["status"] == "completed"
    assert [item["moved"] for item in entry["timeline"]] == [True, False, False]

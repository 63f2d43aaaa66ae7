# SPDX-License-Identifier: Apache-2.0
"""The SDXL and WAN workers' job callback (S3)."""

import datetime

import pytest

from callbacks import JOB, JOB_FIELDS, job, register

DEBUG_KEYS = ["jobId", "jobStatus", "jobType", "format", "quality", "isSDXL", "isEnhanced",
              "filePath", "processingTimestamp"]
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": "authorization, x-client-info, apikey, content-type",
}


def is_iso(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).tzinfo is not None


def deliver(receiver, task, status="completed", **members):
    register(receiver, "job_worker", task)
    return receiver.post(JOB, job(task, status, **members), JOB_FIELDS)


def has_cors(answer):
    return {name: answer.headers.get(name) for name in CORS} == CORS


def test_success_has_the_documents_shape(receiver):
    """S3.19"""
    register(receiver, "job_worker", "job-1", job_type="sdxl_image_high")
    answer = deliver(receiver, "job-1", filePath="u1/sdxl_j1_0.png", imageUrls=["u1/sdxl_j1_0.png"])
    assert answer.status_code == 200 and has_cors(answer)
    body = answer.json()
    assert list(body) == ["success", "message", "debug"]
    assert body["success"] is True
    assert body["message"] == "Job callback processed successfully with enhanced debugging"
    assert list(body["debug"]) == DEBUG_KEYS
    debug = body["debug"]
    assert debug["jobId"] == "job-1" and debug["jobStatus"] == "completed"
    assert debug["filePath"] == "u1/sdxl_j1_0.png" and is_iso(debug["processingTimestamp"])
    assert [debug[name] for name in ("jobType", "format", "quality", "isSDXL", "isEnhanced")] == [
        "sdxl_image_high", "image", "high", True, False]


@pytest.mark.parametrize("members, path", [
    ({"filePath": "a.png", "outputUrl": "b.mp4"}, "a.png"),
    ({"outputUrl": "b.mp4"}, "b.mp4"),
    ({"filePath": "", "outputUrl": "b.mp4"}, "b.mp4"),
    ({"filePath": None, "outputUrl": "b.mp4"}, "b.mp4"),
    ({"filePath": "", "outputUrl": ""}, None),
    ({}, None),
])
def test_the_file_path_falls_back_to_the_output_url(receiver, members, path):
    """S3.3, S3.17: also completed without any path is processed."""
    task = "path-" + "-".join(f"{k}={v}" for k, v in members.items())
    answer = deliver(receiver, task.replace(".", "_"), **members)
    assert answer.status_code == 200
    assert answer.json()["debug"]["filePath"] == path


def test_a_job_moves_from_processing_to_completed(receiver):
    """S3.25"""
    assert deliver(receiver, "job-2", "processing").json()["debug"]["jobStatus"] == "processing"
    assert receiver.entry("job-2")["status"] == "processing"
    deliver(receiver, "job-2", "completed", outputUrl="out.mp4")
    assert receiver.entry("job-2")["status"] == "completed"


def test_a_repetition_has_the_shape_of_success(receiver):
    """S3.19: a worker that retries sees no difference."""
    shapes = [list(deliver(receiver, "job-3", outputUrl="o").json()["debug"]) for _ in range(2)]
    assert shapes == [DEBUG_KEYS, DEBUG_KEYS]
    assert len(receiver.entry("job-3")["timeline"]) == 1


def test_text_with_quotes_comes_back_as_the_same_text(receiver):
    """S3.19: the answer quotes the payload."""
    path = 'a"b\\c\n\u00e9\U0001f3b5</script>'
    assert deliver(receiver, "job-4", filePath=path).json()["debug"]["filePath"] == path


def test_a_long_path_comes_back_whole(receiver):
    """S3.19: an answer beyond the connection's own buffer."""
    path = "\u0001" * 1000 + "x"
    assert deliver(receiver, "job-5", filePath=path).json()["debug"]["filePath"] == path


@pytest.mark.parametrize("body, status, error, kind", [
    (b'{"status":"completed"}', 400, "jobId is required", "ValidationError"),
    (b'{"jobId":"","status":"completed"}', 400, "jobId is required", "ValidationError"),
    (b'{"jobId":"job-6","status":"done"}', 400, "/status: enum", "ValidationError"),
    (b'{"jobId":"job-6"}', 400, "/status: required", "ValidationError"),
    (b'{"jobId":6,"status":"completed"}', 400, "/jobId: type", "ValidationError"),
    (b'{"jobId":"job-6","status":"completed"', 400, "The body is not JSON", "ValidationError"),
])
def test_an_error_has_the_documents_shape(receiver, body, status, error, kind):
    """S3.17, S3.20"""
    answer = receiver.post(JOB, body, JOB_FIELDS)
    assert answer.status_code == status and has_cors(answer)
    told = answer.json()
    assert list(told) == ["error", "success", "debug"]
    assert told["success"] is False and told["error"].startswith(error)
    assert list(told["debug"]) == ["timestamp", "errorType"]
    assert told["debug"]["errorType"] == kind and is_iso(told["debug"]["timestamp"])


@pytest.mark.parametrize("fields", [{}, {"Authorization": "Bearer wrong"},
                                    {"Authorization": JOB_FIELDS["Authorization"][7:]}])
def test_a_missing_or_wrong_token_is_refused_in_the_documents_shape(receiver, fields):
    """S3.20"""
    answer = receiver.post(JOB, job("job-7"), fields)
    assert answer.status_code == 401 and has_cors(answer)
    assert answer.json()["debug"]["errorType"] == "AuthError"
    assert receiver.get("/api/history/job-7").status_code == 404


def test_a_preflight_gets_the_documents_headers(receiver):
    """S3.21"""
    answer = receiver.session.options(receiver.base + JOB, timeout=20)
    assert answer.status_code in (200, 204) and has_cors(answer)


def test_a_wrong_method_is_answered_with_cors_fields_too(receiver):
    """S3.21: on every response."""
    answer = receiver.get(JOB)
    assert answer.status_code == 405 and has_cors(answer)

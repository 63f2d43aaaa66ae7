# SPDX-License-Identifier: Apache-2.0
"""What a job callback writes: the job's record, and the image's or the video's, as the job's type says."""

import sqlite3
import sys
from pathlib import Path
from urllib.parse import quote

import pytest

from callbacks import JOB, JOB_FIELDS, job

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT / "codegen"))

from callgen.load import load_file  # noqa: E402
from callgen.problems import Problems  # noqa: E402

# Type: steps, file type, images of a batch. Source: the workers' document, which says 6 for SDXL and shows one image else.
TYPES = {
    "sdxl_image_fast": (15, "png", 6), "sdxl_image_high": (25, "png", 6), "image_fast": (4, "png", 1),
    "image_high": (6, "png", 1), "video_fast": (4, "mp4", None), "video_high": (6, "mp4", None),
    "image7b_fast_enhanced": (4, "png", 1), "image7b_high_enhanced": (6, "png", 1),
    "video7b_fast_enhanced": (4, "mp4", None), "video7b_high_enhanced": (6, "mp4", None)}
# What a record's metadata has, also where it is null.
PATH_FACTS = {"has_slash", "has_underscore", "has_png_extension", "length", "starts_with_user_id", "expected_pattern",
              "is_multiple_images", "image_count"}
DEBUG_INFO = {"original_file_path", "image_urls_received", "job_type", "processed_at"}
BATCH = ["sdxl_j_0.png", "sdxl_j_1.png", "sdxl_j_2.png"]


def declared() -> dict[str, dict]:
    """The schema's table of job types."""
    problems = Problems()
    table = load_file(PROJECT / "schemas/job_worker.yaml", "job_worker.yaml", problems).get("tables").get("job_types")
    assert not problems
    columns = [column.value for column in table.get("columns").value]
    return {key.value: dict(zip(columns, (cell.value for cell in row.value))) for key, row in table.get("rows").pairs()}


def register(receiver, task, job_type="image_fast", **context):
    return receiver.session.post(receiver.base + "/api/tasks", timeout=20, json={
        "provider": "job_worker", "task_id": task, "context": {"job_type": job_type, **context}})


def deliver(receiver, task, status="completed", **members):
    """Posts a callback. Returns the task's entry."""
    answer = receiver.post(JOB, job(task, status, **members), JOB_FIELDS)
    assert answer.status_code == 200, answer.text
    return receiver.entry(quote(task, safe=""))


def records(receiver, task, job_type, *, status="completed", context=None, **members):
    """The records after a registration and one callback."""
    assert register(receiver, task, job_type, **({"user_id": "u1"} if context is None else context)).status_code == 201
    return deliver(receiver, task, status, **members)["records"]


def rules_of(job_type):
    """What rules A, B and C say, in words: of every type a format, a quality, is it SDXL, is it enhanced."""
    parts = job_type.removeprefix("sdxl_").split("_")
    if job_type.startswith("sdxl_"):
        return parts[0], parts[1], True, False
    if "enhanced" in job_type:
        return job_type.partition("7b_")[0], "fast" if "_fast_" in job_type else "high", False, True
    return parts[0], parts[1], False, False


@pytest.mark.feature("S3.8")
@pytest.mark.parametrize("job_type", [
    "sdxl_image_fast_enhanced", "sdxl_video_high_enhanced_v2", "video7b_high_enhanced_fast_2", "image7b_slow_enhanced",
    "video7b_enhanced", "image7b_x_fast_enhanced", "image_high_v2", "video_fast_", "sdxl_video_fast",
    "sdxl_image_high_image7b_fast_enhanced"])
def test_the_first_rule_that_fits_decides_about_types_that_are_not_listed(receiver, job_type):
    media, quality, is_sdxl, _ = rules_of(job_type)
    got = records(receiver, "rule-" + job_type, job_type, filePath="a.png")
    assert [name for name in ("images", "videos") if got[name]] == [media + "s"]
    assert got["images"] is None or got["images"]["quality"] == quality
    assert got["jobs"]["metadata"]["is_sdxl"] is is_sdxl
    assert got["jobs"]["metadata"]["model_type"] == ("sdxl" if is_sdxl else "wan")
    assert got["jobs"]["metadata"]["bucket"] == job_type


@pytest.mark.feature("S3.8")
@pytest.mark.parametrize("job_type", ["", "audio_fast", "x" * 64])
def test_a_type_whose_parts_tell_no_format_makes_neither_image_nor_video(receiver, job_type):
    got = records(receiver, "no-format-" + job_type, job_type)
    assert (got["images"], got["videos"]) == (None, None)
    assert got["jobs"]["metadata"].get("model_type") == ("wan" if job_type else None)


@pytest.mark.feature("S3.8")
def test_a_type_that_is_too_long_is_no_type(receiver):
    assert register(receiver, "too-long", "x" * 65).status_code == 400


def format_and_quality(receiver, job_type):
    """As the schema's table says it, where the program's rows say the same; a video's row has no quality."""
    row, got = declared()[job_type], records(receiver, "type-" + job_type, job_type)
    assert [name for name in ("images", "videos") if got[name]] == [row["format"] + "s"]
    assert got["images"] is None or got["images"]["quality"] == row["quality"]
    told = got["jobs"]["metadata"]
    assert told["is_sdxl"] is row["is_sdxl"] is job_type.startswith("sdxl_")
    assert told["is_enhanced"] is row["is_enhanced"] is ("enhanced" in job_type)
    assert told["model_type"] == row["model_type"] == ("sdxl" if job_type.startswith("sdxl_") else "wan")
    return row["format"], row["quality"]


@pytest.mark.feature("S3.4")
@pytest.mark.parametrize("job_type", TYPES)
def test_each_of_the_ten_job_types_has_its_steps_format_and_batch_size(receiver, job_type):
    rows = declared()
    assert {name for name, row in rows.items() if row["steps"] is not None} == set(TYPES)
    told = records(receiver, "known-" + job_type, job_type)["jobs"]["metadata"]
    assert (told["steps"], told["extension"], told["batch_size"]) == TYPES[job_type]


@pytest.mark.feature("S3.5")
@pytest.mark.parametrize("job_type", [name for name in TYPES if name.startswith("sdxl_")])
def test_a_type_of_sdxl_tells_format_and_quality_after_its_beginning(receiver, job_type):
    assert format_and_quality(receiver, job_type) == tuple(job_type.removeprefix("sdxl_").split("_")[:2])


@pytest.mark.feature("S3.6")
@pytest.mark.parametrize("job_type", [name for name in TYPES if "enhanced" in name])
def test_an_enhanced_type_tells_format_by_its_beginning_and_quality_by_fast(receiver, job_type):
    told = "video" if job_type.startswith("video7b_") else "image", "fast" if "_fast_" in job_type else "high"
    assert format_and_quality(receiver, job_type) == told


@pytest.mark.feature("S3.7")
@pytest.mark.parametrize("job_type", ["image_fast", "image_high", "video_fast", "video_high"])
def test_any_other_type_tells_format_and_quality_as_its_two_parts(receiver, job_type):
    assert format_and_quality(receiver, job_type) == tuple(job_type.split("_"))


SUCCESS = "Job callback processed successfully with enhanced debugging"
FACTS = {name: (name, "image" if "image" in name else "video", "fast" if "_fast" in name else "high",
                name.startswith("sdxl_"), "enhanced" in name) for name in TYPES}


def told_of_job(answer):
    """The five facts of the job that a success tells, in its documented shape."""
    assert answer.status_code == 200, answer.text
    body, debug = answer.json(), answer.json()["debug"]
    assert list(body) == ["success", "message", "debug"] and body["success"] is True and body["message"] == SUCCESS
    assert list(debug) == ["jobId", "jobStatus", "jobType", "format", "quality", "isSDXL", "isEnhanced", "filePath",
                           "processingTimestamp"]
    return tuple(debug[name] for name in ("jobType", "format", "quality", "isSDXL", "isEnhanced"))


@pytest.mark.feature("S3.19")
@pytest.mark.parametrize("store", ["sqlite", "memory"])
def test_success_tells_the_nine_facts_of_a_job_of_every_type_and_tells_them_again(serve, store):
    receiver = serve(store=store)
    for job_type, facts in FACTS.items():
        task = "told-" + job_type
        assert register(receiver, task, job_type).status_code == 201
        for status in ("processing", "completed", "completed"):  # the last is a duplicate
            answer = receiver.post(JOB, job(task, status, filePath="u1/a.png"), JOB_FIELDS)
            assert told_of_job(answer) == facts
            debug = answer.json()["debug"]
            assert (debug["jobId"], debug["jobStatus"], debug["filePath"]) == (task, status, "u1/a.png")
            assert debug["processingTimestamp"].endswith("Z")
        assert receiver.entry(task)["callbacks"] == 2
    assert len(receiver.logged(len(FACTS), outcome="duplicate")) == len(FACTS)


@pytest.mark.feature("S3.19")
def test_success_tells_what_is_registered_by_then(receiver):
    assert receiver.session.post(receiver.base + "/api/tasks", timeout=20, json={
        "provider": "job_worker", "task_id": "told-late"}).status_code == 201
    body = job("told-late", filePath="a.png")
    assert told_of_job(receiver.post(JOB, body, JOB_FIELDS)) == (None,) * 5
    assert register(receiver, "told-late", "video_high").status_code == 200
    assert told_of_job(receiver.post(JOB, body, JOB_FIELDS)) == FACTS["video_high"]


@pytest.mark.feature("S3.16")
@pytest.mark.parametrize("store", ["sqlite", "memory"])
def test_a_job_that_nobody_registered_is_an_error_and_counts_once_it_is_registered(serve, store):
    receiver = serve(store=store)
    body = job("missing", outputUrl="out.mp4")
    for _ in range(2):  # a repetition is told the same
        answer = receiver.post(JOB, body, JOB_FIELDS)
        told = answer.json()
        assert (answer.status_code, told["error"], told["success"]) == (404, "Job not found", False)
        assert list(told["debug"]) == ["timestamp", "errorType"] and told["debug"]["errorType"] == "NotFoundError"
    entry = receiver.entry("missing")
    assert (entry["status"], entry["callbacks"], entry["raw_data"]["jobId"]) == ("pending", 1, "missing")
    assert register(receiver, "missing", "video_fast", user_id="u1", video_id="v1").json()["status"] == "completed"
    assert receiver.entry("missing")["records"]["videos"]["video_url"] == "out.mp4"
    assert told_of_job(receiver.post(JOB, body, JOB_FIELDS)) == FACTS["video_fast"]


@pytest.mark.feature("S3.16")
def test_what_is_looked_up_is_what_was_registered_with_the_job(receiver):
    told = records(receiver, "looked-up", "image_high", context={"user_id": "u7", "image_id": "i7"}, filePath="a.png")
    images, metadata = told["images"], told["jobs"]["metadata"]
    assert (images["image_id"], images["quality"], images["image_url"]) == ("i7", "high", "u7/a.png")
    assert (metadata["callback_debug"]["job_type"], metadata["model_type"]) == ("image_high", "wan")
    assert receiver.post(JOB, job("looked-up-by-nobody"), JOB_FIELDS).status_code == 404


@pytest.mark.feature("S3.9")
@pytest.mark.parametrize("user, path, expected", [
    ("u1", "a.png", "u1/a.png"), ("u1", "u1/a.png", "u1/a.png"), ("u1", "u1x/a.png", "u1/u1x/a.png"),
    ("u1", "u1", "u1/u1"), ("u1", "x/u1/a.png", "u1/x/u1/a.png"), ("u1", None, None), ("u1", "", None),
    ("", "a.png", "a.png"), (None, "a.png", "a.png")], ids=str)
def test_a_path_gets_the_users_prefix_unless_it_has_it_or_one_is_empty(receiver, user, path, expected):
    context = {} if user is None else {"user_id": user}
    got = records(receiver, f"prefix-{user}-{path}", "image_fast", context=context, filePath=path)
    assert got["images"]["image_url"] == expected


@pytest.mark.feature("S3.10")
@pytest.mark.parametrize("job_type, path, url", [
    ("sdxl_image_fast", "sdxl_j_0.png", "u1/sdxl_j_0.png"), ("image_high", "j_0.png", "u1/j_0.png"),
    ("video_fast", "j_0.mp4", "j_0.mp4"), ("video7b_high_enhanced", "j_0.mp4", "j_0.mp4")])
def test_images_stand_below_their_user_and_videos_at_the_top(receiver, job_type, path, url):
    task = "stands-" + job_type
    got = records(receiver, task, job_type, outputUrl=path)
    assert (got["images"]["image_url"] if got["images"] else got["videos"]["video_url"]) == url
    if got["images"]:
        pattern = got["images"]["metadata"]["file_path_validation"]["expected_pattern"]
        assert pattern == f"u1/{'sdxl_' if 'sdxl' in job_type else ''}{task}_*.png"


@pytest.mark.feature("S3.11")
@pytest.mark.parametrize("members, url, urls", [
    ({"imageUrls": BATCH}, "u1/sdxl_j_0.png", BATCH),
    ({"filePath": "u1/other.png", "imageUrls": BATCH}, "u1/sdxl_j_0.png", BATCH),
    ({"filePath": "one.png"}, "u1/one.png", None),
    ({"filePath": "one.png", "imageUrls": None}, "u1/one.png", None)], ids=str)
def test_the_first_image_of_a_batch_is_the_primary_one_and_the_batch_is_kept(receiver, members, url, urls):
    got = records(receiver, f"batch-{members}"[:120], "sdxl_image_fast", **members)["images"]
    assert (got["image_url"], got["image_urls"]) == (url, urls)


@pytest.mark.feature("S3.12")
@pytest.mark.parametrize("members, facts", [
    ({"imageUrls": ["u1/sdxl_j_0.png", "b.jpg"]}, (True, True, True, 15, True, True, 2)),
    ({"outputUrl": "plain.jpg"}, (False, False, False, 9, False, False, 1)),
    ({}, (False, False, False, 0, False, False, 1))], ids=str)
def test_eight_facts_about_the_primary_path_are_noted(receiver, members, facts):
    task = f"facts-{members}"
    got = records(receiver, task, "sdxl_image_high", **members)
    noted = dict(got["jobs"]["metadata"]["file_path_validation"])
    assert got["images"]["metadata"]["file_path_validation"] == noted and set(noted) == PATH_FACTS
    assert noted.pop("expected_pattern") == f"u1/sdxl_{task}_*.png"
    assert noted == dict(zip(("has_slash", "has_underscore", "has_png_extension", "length", "starts_with_user_id",
                              "is_multiple_images", "image_count"), facts))


@pytest.mark.feature("S3.13")
@pytest.mark.parametrize("end, error", [("completed", None), ("failed", "CUDA out of memory")])
def test_the_jobs_record_gets_status_times_error_and_merged_metadata(receiver, end, error):
    task = "jobs-" + end
    begun = records(receiver, task, "sdxl_image_fast", status="processing", enhancedPrompt="a cat")["jobs"]
    assert (begun["status"], begun["completed_at"], begun["error_message"]) == ("processing", None, None)
    entry = deliver(receiver, task, end, filePath="a.png", errorMessage=error)
    row, metadata = entry["records"]["jobs"], entry["records"]["jobs"]["metadata"]
    assert (row["status"], row["completed_at"], row["error_message"]) == (end, entry["last_callback_time"], error)
    assert (metadata["enhanced_prompt"], metadata["file_path"]) == ("a cat", "a.png")
    assert (metadata["model_type"], metadata["is_sdxl"]) == ("sdxl", True)
    assert begun["metadata"]["callback_processed_at"] < metadata["callback_processed_at"] == entry["last_callback_time"]
    assert set(metadata) == {"file_path", "enhanced_prompt", "callback_processed_at", "callback_debug", "model_type",
                             "bucket", "is_sdxl", "is_enhanced", "steps", "extension", "batch_size",
                             "file_path_validation", "debug_info"}
    assert (set(metadata["file_path_validation"]), set(metadata["debug_info"])) == (PATH_FACTS, DEBUG_INFO)


@pytest.mark.feature("S3.14")
@pytest.mark.parametrize("status, told", [
    ("processing", "generating"), ("completed", "completed"), ("failed", "failed")])
@pytest.mark.parametrize("job_type, quality, model", [
    ("sdxl_image_high", "high", "sdxl"), ("sdxl_image_fast", "fast", "sdxl"), ("image_high", "high", "wan"),
    ("image7b_fast_enhanced", "fast", "wan")])
def test_the_images_record_gets_status_addresses_thumbnail_quality_and_metadata(
        receiver, status, told, job_type, quality, model):
    task = f"image-{job_type}-{status}"
    got = records(receiver, task, job_type, status=status, imageUrls=BATCH,
                  context={"user_id": "u1", "image_id": "i1"})["images"]
    assert (got["image_id"], got["status"], got["quality"]) == ("i1", told, quality)
    assert (got["image_url"], got["image_urls"], got["thumbnail_url"]) == ("u1/" + BATCH[0], BATCH, "u1/" + BATCH[0])
    now, sdxl = receiver.entry(task)["last_callback_time"], model == "sdxl"
    assert got["metadata"] == {
        "model_type": model, "is_sdxl": sdxl, "bucket": job_type, "callback_processed_at": now,
        "file_path_validation": {
            "has_slash": False, "has_underscore": True, "has_png_extension": True, "length": len(BATCH[0]),
            "starts_with_user_id": False, "expected_pattern": f"u1/{'sdxl_' if sdxl else ''}{task}_*.png",
            "is_multiple_images": True, "image_count": 3},
        "debug_info": {"original_file_path": None, "image_urls_received": BATCH, "job_type": job_type,
                       "processed_at": now}}


@pytest.mark.feature("S3.15")
@pytest.mark.parametrize("status, error", [("processing", None), ("completed", None), ("failed", "out of memory")])
def test_the_videos_record_gets_status_address_time_and_error(receiver, status, error):
    task = "video-" + status
    got = records(receiver, task, "video_high", status=status, outputUrl="out.mp4", errorMessage=error,
                  context={"user_id": "u1", "video_id": "v1"})["videos"]
    ended = None if status == "processing" else receiver.entry(task)["last_callback_time"]
    assert got == {"video_id": "v1", "status": status, "video_url": "out.mp4", "completed_at": ended,
                   "error_message": error}


@pytest.mark.feature("S3.18")
@pytest.mark.parametrize("job_type", TYPES)
@pytest.mark.parametrize("status", ["processing", "completed", "failed"])
def test_the_enhanced_prompt_is_stored_for_every_type_and_status(receiver, job_type, status):
    task = f"prompt-{job_type}-{status}"
    assert records(receiver, task, job_type, status=status, enhancedPrompt="a cat, cinematic")["jobs"]["metadata"][
        "enhanced_prompt"] == "a cat, cinematic"


@pytest.mark.feature("S3.22")
@pytest.mark.parametrize("members, resolved", [
    ({"filePath": "a.png", "outputUrl": "b.mp4", "imageUrls": BATCH}, "a.png"), ({"outputUrl": "b.mp4"}, "b.mp4"),
    ({}, None)], ids=str)
def test_what_was_received_and_resolved_is_noted_for_debugging(receiver, members, resolved):
    task = f"debug-{members}"[:120]
    told = records(receiver, task, "image_high", **members)["jobs"]["metadata"]
    now = receiver.entry(quote(task, safe=""))["last_callback_time"]
    assert told["callback_debug"] == {
        "received_file_path": members.get("filePath"), "received_output_url": members.get("outputUrl"),
        "resolved_file_path": resolved, "job_type": "image_high", "processing_timestamp": now}
    assert told["debug_info"] == {
        "original_file_path": members.get("filePath"), "image_urls_received": members.get("imageUrls"),
        "job_type": "image_high", "processed_at": now}


@pytest.mark.feature("S3.24")
def test_a_callback_is_validated_joined_with_its_job_and_stored_before_it_is_answered(serve):
    receiver = serve()
    assert register(receiver, "flow", "image_fast", user_id="u1").status_code == 201
    assert receiver.post(JOB, job("flow", "done"), JOB_FIELDS).status_code == 400
    assert receiver.entry("flow")["callbacks"] == 0, "what is not valid goes no further"
    with sqlite3.connect(receiver.data / "callgate.db", timeout=20) as database:
        assert receiver.post(JOB, job("flow", filePath="a.png"), JOB_FIELDS).status_code == 200
        rows = database.execute("SELECT status, image_url FROM record_job_worker__images").fetchall()
        assert rows == [("completed", "u1/a.png")], "the answer comes after the rows"
        database.execute("CREATE TRIGGER no BEFORE UPDATE ON record_job_worker__images"
                         " BEGIN SELECT raise(ABORT, 'no'); END")
        database.commit()
        answer = receiver.post(JOB, job("flow", filePath="b.png"), JOB_FIELDS)
    assert (answer.status_code, answer.json()["debug"]["errorType"]) == (500, "HandlerError"), "so it can tell of them"


@pytest.mark.feature("S3.27")
@pytest.mark.parametrize("job_type", [name for name in TYPES if "video" not in name])
def test_bucket_and_thumbnail_are_written(receiver, job_type):
    got = records(receiver, "bucket-" + job_type, job_type, filePath="a.png")
    assert [got[name]["metadata"]["bucket"] for name in ("jobs", "images")] == [job_type, job_type]
    assert got["images"]["thumbnail_url"] == got["images"]["image_url"] == "u1/a.png"


@pytest.mark.feature("S3.27")
@pytest.mark.parametrize("body, fields, kind", [
    (b"no JSON", JOB_FIELDS, "ValidationError"), (b'{"status":"failed"}', JOB_FIELDS, "ValidationError"),
    (job("typed-error"), {"Authorization": "Bearer wrong"}, "AuthError")])
def test_an_error_names_its_type(receiver, body, fields, kind):
    assert receiver.post(JOB, body, fields).json()["debug"]["errorType"] == kind

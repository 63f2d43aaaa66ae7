# SPDX-License-Identifier: Apache-2.0
"""new: what is inferred from bodies, one thing at a time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from starting import JOBS, KIE, SUNO, TTS, made, provider_of, sections


def schema_of(tmp_path: Path, *bodies: Any) -> dict[str, Any]:
    """The members of the payload, by name."""
    whole = sections(made(tmp_path, {f"b{at}": {"id": f"t{at}", **body} for at, body in enumerate(bodies)}))
    return next(iter(whole["$defs"].values()))["properties"]


def test_null_makes_a_type_nullable_and_several_types_are_kept_as_text(tmp_path: Path) -> None:
    found = schema_of(tmp_path, {"a": None, "b": 1, "c": None}, {"a": "x y", "b": "1", "c": None})
    assert found["a"]["type"] == ["string", "null"]
    assert found["b"] == {"type": ["integer", "string"]}
    assert found["c"] == {}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([200, 501], {"type": "integer", "format": "int32", "minimum": 0}),
        ([-5], {"type": "integer", "format": "int32"}),
        ([2**40], {"type": "integer", "minimum": 0}),
        ([2**63 + 5], {"type": "integer", "format": "uint64", "minimum": 0}),
        ([2**64], {"type": "number", "minimum": 0}),
        ([-1, 2**63], {"type": "number"}),
        ([1, 1.5], {"type": "number", "minimum": 0}),
        ([2.0], {"type": "number", "minimum": 0}),
    ],
)
def test_numbers_are_as_wide_as_what_was_seen(
    values: list[Any], expected: dict[str, Any], tmp_path: Path
) -> None:
    assert schema_of(tmp_path, *[{"n": value} for value in values])["n"] == expected


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["2026-01-07T20:07:33Z"], "date-time"),
        (["2026-01-07T20:07:33Z", "2026-01-07"], None),
        (["2026-01-07"], "date"),
        (["2b9f6f5e-57e5-4d3f-9c2f-1f4d3c1b7a10"], "uuid"),
        (["https://a.example/x?y=1"], "uri"),
        (["word:word"], None),
        (["https://a.example/x", ""], None),
        (["a@b.example"], "email"),
        (["192.0.2.1"], "ipv4"),
        (["2001:db8::1"], "ipv6"),
    ],
)
def test_a_format_is_that_of_every_value(
    texts: list[str], expected: str | None, tmp_path: Path
) -> None:
    found = schema_of(tmp_path, *[{"v": text} for text in texts])["v"]
    assert found.get("format") == expected


def test_lengths_and_counts_have_four_times_the_room(tmp_path: Path) -> None:
    found = schema_of(tmp_path, {"v": "a b " * 25, "l": list(range(9)), "s": "a b", "errorMessage": "a b"})
    assert found["v"]["maxLength"] == 512
    assert found["s"]["maxLength"] == 64 and found["errorMessage"]["maxLength"] == 4096
    assert found["l"]["maxItems"] == 64


def test_few_words_that_come_again_are_an_enum_the_sender_may_extend(tmp_path: Path) -> None:
    found = schema_of(tmp_path, *[{"quality": q, "v": v, "object": "job", "title": "same"} for q, v in
                                  [("high", "a"), ("fast", "a"), ("fast", "b"), ("high", "b")]])
    assert found["quality"]["enum"] == ["fast", "high"] and found["quality"]["x-open"] is True
    assert found["v"]["enum"] == ["a", "b"]
    assert found["object"]["enum"] == ["job"]
    assert "enum" not in found["title"] and "enum" not in found["id"]


def test_what_not_every_object_has_is_optional(tmp_path: Path) -> None:
    whole = sections(made(tmp_path, {"one": {"id": "a", "l": [{"x": 1}, {"x": 2, "y": 3}]},
                                     "two": {"id": "b", "z": 1}}))
    callback, item = whole["$defs"].values()
    assert callback["required"] == ["id"] and item["required"] == ["x"]


def test_two_spellings_are_one_member_unless_one_object_has_both(tmp_path: Path) -> None:
    found = schema_of(tmp_path, {"createTime": "a b", "aB": 1, "a_b": 2}, {"create_time": "c d"},
                      {"create_time": "e f"})
    assert found["create_time"]["x-aliases"] == ["createTime"] and "createTime" not in found
    assert found["aB"] == found["a_b"] | {"x-cpp-name": found["aB"].get("x-cpp-name")} or (
        found["a_b"].get("x-cpp-name"))


def test_objects_of_one_shape_are_one_definition(tmp_path: Path) -> None:
    urls = {"generated": "https://a.example/1", "source": "https://a.example/2"}
    found = schema_of(tmp_path, {"audio_urls": urls, "image_urls": urls, "other": {"n": 1}})
    assert found["audio_urls"] == found["image_urls"] != found["other"]


@pytest.mark.parametrize(
    ("bodies", "pointer", "stages"),
    [
        (SUNO, "$request.body#/data/task_id", {"text": "pending", "first": "processing",
                                               "complete": "completed"}),
        (JOBS, "$request.body#/jobId", {"failed": "failed", "completed": "completed"}),
        (TTS, "$request.body#/job_id", {"failed": "failed"}),
    ],
    ids=["suno", "jobs", "tts"],
)
def test_task_and_stages_are_guessed_and_success_outranks_failure(
    bodies: dict[str, Any], pointer: str, stages: dict[str, str], tmp_path: Path
) -> None:
    whole = sections(made(tmp_path, bodies))
    assert whole["identify"]["task_id"] == pointer
    found = whole["stages"]["values"]
    assert {name: each["status"] for name, each in found.items()} == stages
    assert [each["order"] for each in found.values()] == list(range(1, len(found) + 1))


def test_what_bodies_become_is_written_down_and_holds(tmp_path: Path) -> None:
    again = {**SUNO, "again": SUNO["suno_text"], "kie_failed": KIE["kie_failed"]}
    found = sections(made(tmp_path, again))["examples"]
    assert [step["expect"] for step in found["suno_text"]["steps"]] == [
        {"task_id": "2fac9f72", "stage": "text", "status": "pending"},
        {"task_id": "2fac9f72", "stage": "first", "status": "processing"},
        {"task_id": "2fac9f72", "stage": "complete", "status": "completed"},
        {"outcome": "duplicate", "task_id": "2fac9f72", "stage": "text", "status": "completed"},
    ]
    assert found["kie_failed"]["body"] == KIE["kie_failed"]
    assert found["kie_failed"]["expect"] == {"task_id": "kie-78", "stage": "error", "status": "failed"}


@pytest.mark.parametrize(
    ("bodies", "why"),
    [
        ([{"status": "Done"}, {"status": "failed"}, {"status": "FAILED"}],
         "its values cannot be names that differ in more than case"),
        ([{"status": 3}], "it is a number"),
    ],
)
def test_what_looks_like_a_stage_but_is_none_ends_no_task(bodies: Any, why: str, tmp_path: Path) -> None:
    schema = made(tmp_path, {f"b{at}": {"id": f"t{at}", **body} for at, body in enumerate(bodies)})
    assert f"# To decide: /status looks like it, but {why}.\n" in schema.read_text()
    assert sections(schema)["stages"] == {"values": {"processing": {"order": 1, "status": "processing"}}}


@pytest.mark.parametrize("name", ["kind", "result", "outcome", "eventKind"])
def test_other_names_of_stages(name: str, tmp_path: Path) -> None:
    whole = sections(made(tmp_path, {"a": {"id": "a", name: "started"}, "b": {"id": "b", name: "done"}}))
    assert whole["stages"]["from"] == f"$request.body#/{name}"
    assert {key: each["status"] for key, each in whole["stages"]["values"].items()} == {
        "started": "processing", "done": "completed"}


def test_an_id_of_two_types_is_named_and_can_be_searched_for(tmp_path: Path) -> None:
    schema = made(tmp_path, {"a": {"id": 1, "status": "done"}, "b": {"id": "b2", "status": "done"}})
    text = schema.read_text()
    assert "# To decide: /id looks like the name of a task, but is a text or a number.\n" in text
    assert 'task_id: {search: {keys: ["id"]}}' in text
    text = text.replace("task_id: $request.query.task_id", "task_id: {search: {keys: [id]}}")
    text = text[:text.index("\nexamples:")] + "\nexamples:\n" + "".join(
        f"  {name}: {{body: {{id: {value}, status: done}}, expect: {{task_id: {task}}}}}\n"
        for name, value, task in (("a", "1", "'1'"), ("b", "b2", "b2")))
    schema.write_text(text)
    assert provider_of(schema).examples


def test_a_body_without_any_id_has_its_task_in_the_query(tmp_path: Path) -> None:
    whole = sections(made(tmp_path, {"a": {"ok": True}, "b": {"ok": False}}))
    assert whole["identify"]["task_id"] == "$request.query.task_id"
    assert whole["examples"]["a"]["query"] == "task_id=example-1"


def test_an_id_of_each_delivery_is_the_first_key(tmp_path: Path) -> None:
    bodies = {at: {"event_id": f"e{at}", "task_id": "t", "status": "done"} for at in "ab"}
    keys = sections(made(tmp_path, bodies))["idempotency"]["key"]
    assert keys == ["$request.header.X-Delivery-Id", "$request.body#/event_id", "made:{task_id}:{stage}"]


def test_the_id_of_an_event_is_not_that_of_its_task(tmp_path: Path) -> None:
    bodies = {at: {"id": f"evt_{at}", "type": f"payment.{at}", "data": {"id": "pay_7", "amount": 5}}
              for at in ("created", "succeeded")}
    whole = sections(made(tmp_path, bodies))
    assert whole["identify"]["task_id"] == "$request.body#/data/id"
    assert whole["idempotency"]["key"][1] == "$request.body#/id"
    assert {name: each["status"] for name, each in whole["stages"]["values"].items()} == {
        "payment.created": "pending", "payment.succeeded": "completed"}

# SPDX-License-Identifier: Apache-2.0
"""The history API: what came, newest first, and who may ask."""

import re
import sqlite3

import pytest
import requests

from callbacks import JOB, JOB_FIELDS, KIE, KIE_FIELDS, SUNO, TTS, job, kie, register, signed, suno
from receiver import SECRETS

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def deliver_one_of_each(receiver):
    body = suno("task-suno", "first")
    receiver.post(SUNO, body, signed(body))
    receiver.post(KIE, kie("task-kie", "first"), KIE_FIELDS)
    register(receiver, "tts_error", "task-tts")
    receiver.post(TTS, {"story_id": "task-tts", "error": "e"})
    register(receiver, "job_worker", "task-job")
    receiver.post(JOB, job("task-job"), JOB_FIELDS)


@pytest.fixture(scope="module")
def filled(receiver):
    deliver_one_of_each(receiver)
    return receiver


def test_the_list_is_newest_first(filled):
    """S0.12"""
    assert [e["task_id"] for e in filled.history()][:4] == [
        "task-job", "task-tts", "task-kie", "task-suno"]


def test_a_task_that_moves_comes_to_the_top(serve):
    """S0.12: by its last callback."""
    receiver = serve()
    deliver_one_of_each(receiver)
    body = suno("task-suno", "complete")
    receiver.post(SUNO, body, signed(body))
    assert [e["task_id"] for e in receiver.history()] == [
        "task-suno", "task-job", "task-tts", "task-kie"]


def test_the_list_is_as_long_as_asked(filled):
    """S0.12"""
    whole = [e["id"] for e in filled.history(limit=500)]
    assert [e["id"] for e in filled.history(limit=2)] == whole[:2]
    assert [e["id"] for e in filled.history(limit=1)] == whole[:1]


def test_the_list_has_fifty_entries_unless_told_otherwise(serve):
    """S0.12"""
    receiver = serve()
    for number in range(60):
        receiver.post(TTS, {"story_id": f"story-{number}", "error": "e"})
    assert len(receiver.history()) == 50
    assert len(receiver.history(limit=500)) == 60


@pytest.mark.parametrize("limit", ["0", "-1", "501", "many", "", "1x", "99999999999999999999"])
def test_a_bad_limit_is_400(filled, limit):
    """S0.43"""
    answer = filled.get("/api/history", params={"limit": limit})
    assert (answer.status_code, answer.json()["error"]) == (400, "bad_limit")


@pytest.mark.parametrize("provider, task", [("suno", "task-suno"), ("kie", "task-kie"),
                                            ("tts_error", "task-tts"), ("job_worker", "task-job")])
def test_the_list_may_be_of_one_provider(filled, provider, task):
    entries = filled.history(provider=provider)
    assert [e["task_id"] for e in entries if e["kind"] == "task"][-1] == task
    assert {e["provider"] for e in entries} == {provider}


def test_the_list_of_an_unknown_provider_is_empty(filled):
    assert filled.history(provider="nobody") == []


def test_an_entry_is_found_by_its_id_and_by_its_task_id(filled):
    """S0.13, S0.18"""
    by_task = filled.entry("task-suno")
    assert UUID.fullmatch(by_task["id"])
    assert filled.entry(by_task["id"]) == by_task
    assert by_task["provider"] == "suno" and by_task["kind"] == "task"
    assert by_task["raw_data"]["data"]["task_id"] == "task-suno"


def test_the_raw_data_is_the_body_byte_for_byte(filled):
    """S0.19"""
    body = (b'{"code": 200, "msg":"1.50e1 \\u00e9", "more":[1.0],'
            b'"data":{"callbackType":"text","task_id":"verbatim-1","data":null}}')
    filled.post(SUNO, body, signed(body))
    assert body in filled.get("/api/history/verbatim-1").content


@pytest.mark.parametrize("name", ["nobody", "00000000-0000-4000-8000-000000000000", "%00",
                                  "a%2Fb", "", "'%20OR%201=1--"])
def test_an_unknown_name_is_404(filled, name):
    answer = filled.get("/api/history/" + name)
    assert (answer.status_code, answer.json()["error"]) == (404, "not_found")


def test_a_task_id_with_odd_characters_is_found_by_its_encoded_name(filled):
    """S0.13"""
    filled.post(TTS, {"story_id": "a/b c?d&\u00e9", "error": "e"})
    assert filled.get("/api/history/a%2Fb%20c%3Fd%26%C3%A9").json()["task_id"] == "a/b c?d&\u00e9"


def test_a_task_id_of_two_providers_is_409_and_names_both(filled):
    """S0.13: guessing would show somebody else's task."""
    body = suno("shared-1", "first")
    filled.post(SUNO, body, signed(body))
    filled.post(KIE, kie("shared-1", "first"), KIE_FIELDS)
    answer = filled.get("/api/history/shared-1")
    assert answer.status_code == 409
    assert {c["provider"] for c in answer.json()["candidates"]} == {"suno", "kie"}
    assert filled.entry("shared-1", provider="suno")["provider"] == "suno"
    assert filled.entry("shared-1", provider="kie")["provider"] == "kie"
    for candidate in answer.json()["candidates"]:
        assert filled.entry(candidate["id"])["provider"] == candidate["provider"]


def test_the_memory_store_tells_the_same(serve):
    """One interface, two stores."""
    receiver = serve(store="memory")
    deliver_one_of_each(receiver)
    receiver.post(KIE, b"\xff", KIE_FIELDS)
    entries = receiver.history()
    assert [e["task_id"] for e in entries] == [
        None, "task-job", "task-tts", "task-kie", "task-suno"]
    assert receiver.entry(entries[0]["id"])["raw_base64"] == "/w=="
    assert receiver.entry("task-suno")["timeline"][0]["moved"] is True


def test_on_a_public_address_the_api_is_closed_and_callbacks_are_not(serve):
    """Access: without a token nobody may ask."""
    receiver = serve(listen="0.0.0.0")
    body = suno("public-1", "first")
    assert receiver.post(SUNO, body, signed(body)).status_code == 200
    for path in ("/api/history", "/api/history/public-1", "/api/history/"):
        for fields in ({}, {"Authorization": "Bearer "}, {"Authorization": "Bearer x"}):
            assert receiver.get(path, headers=fields).status_code == 404, path
    assert receiver.get("/health").status_code == 200


@pytest.mark.parametrize("listen", ["0.0.0.0", "127.0.0.1"])
def test_with_a_token_the_api_answers_who_knows_it(serve, listen):
    """Access: the token counts on every address once it is set."""
    receiver = serve(listen=listen, env={**SECRETS, "CALLGATE_API_TOKEN": "api-token"})
    body = suno("public-2", "first")
    receiver.post(SUNO, body, signed(body))
    right = {"Authorization": "Bearer api-token"}
    assert receiver.get("/api/history", headers=right).json()["history"][0]["task_id"] == "public-2"
    assert receiver.get("/api/history/public-2", headers=right).status_code == 200
    for wrong in ({}, {"Authorization": "api-token"}, {"Authorization": "Bearer api-toke"},
                  {"Authorization": "Bearer api-token2"}, {"Authorization": "Basic api-token"}):
        assert receiver.get("/api/history", headers=wrong).status_code == 404, wrong


def test_history_is_not_cached_by_anybody(filled):
    assert filled.get("/api/history").headers["Cache-Control"] == "no-store"


def test_history_refuses_other_methods(filled):
    answer = requests.post(filled.base + "/api/history", timeout=20)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")


# --- pages and filters


def walk(receiver, **query):
    """Every page; the entries in their order."""
    entries, cursor = [], None
    for _ in range(1000):
        more = {"cursor": cursor} if cursor else {}
        answer = receiver.get("/api/history", params={**query, **more}).json()
        entries += answer["history"]
        cursor = answer["next_cursor"]
        if cursor is None:
            return entries
    raise AssertionError("the pages have no end")


@pytest.mark.parametrize("store", ["sqlite", "memory"])
def test_pages_together_are_the_list(serve, store):
    """S0.12"""
    receiver = serve(store=store)
    for number in range(57):
        body = {"story_id": f"story-{number}", "error": "e"} if number % 5 else b"bad json"
        receiver.post(TTS, body)
    whole = [e["id"] for e in receiver.history(limit=500)]
    assert len(whole) == 57
    for limit in (1, 7, 50, 57, 58):
        assert [e["id"] for e in walk(receiver, limit=limit)] == whole, limit
    assert {e["kind"] for e in walk(receiver, quarantined="only", limit=5)} == {"quarantine"}
    assert {e["kind"] for e in walk(receiver, quarantined="without", limit=5)} == {"task"}


@pytest.mark.parametrize("store", ["sqlite", "memory"])
def test_filters_narrow_the_list(serve, store):
    receiver = serve(store=store)
    deliver_one_of_each(receiver)
    body = suno("task-bad", "error")
    receiver.post(SUNO, body, signed(body))
    receiver.post(KIE, b"bad json", KIE_FIELDS)

    def tasks(**query):
        return [e["task_id"] for e in receiver.history(**query)]

    assert tasks(stage="first") == ["task-kie", "task-suno"]
    assert tasks(stage="first", provider="kie") == ["task-kie"]
    assert tasks(status="failed") == ["task-bad", "task-tts"]
    assert tasks(code="400") == ["task-bad"]
    assert tasks(text="VIOLATION") == ["task-bad"]
    assert tasks(text="task-") == ["task-bad", "task-job", "task-tts", "task-kie", "task-suno"]
    times = {e["task_id"]: e["last_callback_time"] for e in receiver.history()}
    assert tasks(**{"from": times["task-kie"], "until": times["task-job"]}) == ["task-tts", "task-kie"]


@pytest.mark.parametrize("query, error", [
    ("cursor=x", "bad_cursor"), ("status=done", "bad_status"), ("code=x", "bad_code"),
    ("from=yesterday", "bad_from"), ("until=1", "bad_until"), ("text=" + "x" * 129, "bad_text"),
    ("quarantined=yes", "bad_quarantined"), ("provder=kie", "unknown_parameter"),
    ("limit=1&limit=2", "repeated_parameter")])
def test_a_bad_parameter_is_400_and_says_so(filled, query, error):
    """S0.43"""
    answer = filled.get("/api/history?" + query)
    assert (answer.status_code, answer.json()["error"]) == (400, error)
    assert answer.json()["message"]


# --- raw bodies


@pytest.mark.parametrize("store", ["sqlite", "memory"])
def test_raw_gives_the_very_bytes(serve, store):
    """S1.41"""
    receiver = serve(store=store)
    first, last = suno("raw-1", "text"), suno("raw-1", "complete")
    for body in (first, last):
        receiver.post(SUNO, body, signed(body))
    receiver.post(KIE, b"\x00\xff<html>", KIE_FIELDS)
    answer = receiver.get("/api/history/raw-1/raw")
    assert (answer.content, answer.headers["Content-Type"]) == (last, "application/json")
    timeline = receiver.entry("raw-1")["timeline"]
    bodies = [receiver.get(f"/api/history/raw-1/raw?sequence={e['sequence']}").content for e in timeline]
    assert bodies == [first, last]
    quarantined = receiver.history(quarantined="only")[0]["id"]
    answer = receiver.get(f"/api/history/{quarantined}/raw")
    assert (answer.content, answer.headers["Content-Type"]) == (
        b"\x00\xff<html>", "application/octet-stream")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert receiver.get("/api/history/raw-1/raw?sequence=99").status_code == 404
    assert receiver.get("/api/history/nobody/raw").status_code == 404


def test_head_answers_as_get_without_the_body(filled):
    for path in ("/health", "/api/history", "/api/history/task-suno", "/api/history/task-suno/raw",
                 "/api/events", "/api/openapi.json"):
        head = filled.session.head(filled.base + path, timeout=20)
        assert (head.status_code, head.content) == (200, b""), path
        assert head.headers["Content-Length"] == filled.get(path).headers["Content-Length"], path


# --- removing


def delete(receiver, name, **more):
    return receiver.session.delete(f"{receiver.base}/api/history/{name}", timeout=20, **more)


@pytest.mark.parametrize("store", ["sqlite", "memory"])
def test_an_entry_is_removed_by_its_id_only(serve, store):
    receiver = serve(store=store)
    deliver_one_of_each(receiver)
    receiver.post(KIE, b"bad json", KIE_FIELDS)
    assert delete(receiver, "task-kie").status_code == 404
    for entry in receiver.history():
        if entry["task_id"] in ("task-kie", None):
            answer = delete(receiver, entry["id"])
            assert (answer.status_code, answer.content) == (204, b"")
            assert delete(receiver, entry["id"]).status_code == 404
    assert [e["task_id"] for e in receiver.history()] == ["task-job", "task-tts", "task-suno"]
    again = receiver.post(KIE, kie("task-kie", "first"), KIE_FIELDS)
    assert again.json().get("cached") is True or "duplicate" in again.text
    assert receiver.get("/api/history/task-kie").status_code == 404, "it was delivered before"


@pytest.mark.parametrize("store", ["sqlite", "memory"])
def test_clear_removes_all_or_one_provider(serve, store):
    """S0.22"""
    receiver = serve(store=store)
    deliver_one_of_each(receiver)
    receiver.post(KIE, b"bad json", KIE_FIELDS)
    answer = receiver.session.post(receiver.base + "/api/history/clear?provider=kie", timeout=20)
    assert answer.json() == {"removed": 2, "complete": True}
    assert len(receiver.history()) == 3
    assert receiver.session.post(receiver.base + "/api/history/clear?provder=suno", timeout=20).status_code == 400
    answer = receiver.session.post(receiver.base + "/api/history/clear", timeout=20)
    assert answer.json() == {"removed": 3, "complete": True}
    assert receiver.history() == []


def test_cleanup_removes_what_is_older_than_the_days(serve):
    """S0.11, S0.23: the rows are made older while the program is down."""
    receiver = serve("old")
    deliver_one_of_each(receiver)
    receiver.post(KIE, b"bad json", KIE_FIELDS)
    receiver.stop()
    day = 86_400_000_000
    with sqlite3.connect(receiver.data / "callgate.db") as db:
        db.execute("UPDATE tasks SET last_received_at = last_received_at - ? WHERE task_id = 'task-suno'", (5 * day,))
        db.execute("UPDATE quarantine SET received_at = received_at - ?", (14 * day,))
    db.close()
    again = serve("old")

    def cleanup(query="", **more):
        answer = again.session.post(again.base + "/api/history/cleanup" + query, timeout=20, **more)
        assert answer.status_code == 200, answer.text
        return answer.json()["removed"]

    assert cleanup() == 0, "15 days unless told otherwise"
    assert cleanup(json={"days": 13}) == 1
    assert cleanup("?days=6") == 0
    assert cleanup("?days=4") == 1
    assert [e["task_id"] for e in again.history()] == ["task-job", "task-tts", "task-kie"]


def test_removals_need_the_token_where_reading_does(serve):
    receiver = serve(listen="0.0.0.0", env={**SECRETS, "CALLGATE_API_TOKEN": "api-token"})
    receiver.post(TTS, {"story_id": "s", "error": "e"})
    right = {"Authorization": "bearer api-token"}
    for fields in ({}, {"Authorization": "Bearer x"}):
        for path in ("/api/history/clear", "/api/history/cleanup"):
            assert receiver.session.post(receiver.base + path, headers=fields, timeout=20).status_code == 404
        assert delete(receiver, "x", headers=fields).status_code == 404
    assert receiver.session.post(receiver.base + "/api/history/clear", headers=right,
                                 timeout=20).json()["removed"] == 1


@pytest.mark.parametrize("fields", [{"Origin": "http://evil.example"}, {"Origin": "null"},
                                    {"Host": "evil.example"},
                                    {"Host": "evil.example", "Origin": "http://evil.example"}])
def test_a_browser_may_not_ask_for_a_page_of_others(filled, fields):
    """Neither from another page, nor by another name for this machine."""
    for method, path in (("POST", "/api/history/clear"), ("GET", "/api/history"), ("GET", "/api/events")):
        answer = filled.session.request(method, filled.base + path, headers=fields, timeout=20)
        assert (answer.status_code, answer.json()["error"]) == (403, "cross_site")
        assert not any(name.startswith("Access-Control") for name in answer.headers)
    assert filled.history(), "nothing is gone"

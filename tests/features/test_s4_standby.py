# SPDX-License-Identifier: Apache-2.0
"""A standby beside a running receiver: passive and keeping everything, active when the other one ends."""

import pytest

from callbacks import JOB, JOB_FIELDS, SUNO, TTS, job, register, signed, suno
from receiver import Receiver, program, run, until


@pytest.fixture
def pair(serve):
    """An active receiver and a standby of the same folder, each on a port of its own, so that a test can choose."""
    active = serve()
    standby = serve(command=[program(), "serve", "--standby", "--port", "0", "--data", str(active.data)])
    return active, standby


def messages(receiver: Receiver) -> list[str]:
    return [line["message"] for line in receiver.log() if "not verified" not in line["message"]
            and not line["message"].startswith("callbacks of ") and "outcome" not in line]


def promote(active: Receiver, standby: Receiver) -> None:
    active.kill()
    assert until(lambda: standby.get("/health").json()["mode"] == "active")


@pytest.mark.feature("S4.13")
def test_the_log_tells_of_the_port_of_the_lock_and_of_the_promotion_in_this_order(pair):
    active, standby = pair
    assert messages(active) == [f"HTTP server starting on port {active.port}", "lock acquired"]
    begin = [f"HTTP server starting on port {standby.port}", "lock acquisition started in background",
             f"passive: process {active.pid} holds the data folder; callbacks are kept in a spool"]
    assert until(lambda: messages(standby) == begin), messages(standby)
    for number in range(3):
        assert standby.post(TTS, {"story_id": f"told-{number}", "error": "e"}).status_code == 200
    promote(active, standby)
    told = [*begin, "lock acquired", "active: 3 spooled callbacks drained"]
    assert until(lambda: messages(standby) == told), messages(standby)


@pytest.mark.feature("S4.10", "S4.13")
def test_a_standby_that_finds_nobody_gets_the_lock_in_the_background(serve, tmp_path):
    alone = serve(command=[program(), "serve", "--standby", "--port", "0", "--data", str(tmp_path / "alone")])
    assert until(lambda: alone.get("/health").json()["mode"] == "active")
    assert messages(alone)[:3] == [f"HTTP server starting on port {alone.port}",
                                   "lock acquisition started in background", "lock acquired"]
    register(alone, "tts_error", "alone")
    assert alone.post(TTS, {"story_id": "alone", "error": "e"}).status_code == 200
    assert alone.entry("alone")["outcome"] == "accepted"


@pytest.mark.feature("S4.11")
def test_a_passive_receiver_stores_what_it_answers_and_its_callbacks_are_judged_as_ever_later(pair):
    active, standby = pair
    assert standby.get("/health").json() == {"status": "ok", "mode": "passive", "store": "ready"}
    first, complete = suno("kept-1", "first"), suno("kept-1", "complete")
    assert active.post(SUNO, first, signed(first)).status_code == 200
    for body in (complete, first, complete):
        assert standby.post(SUNO, body, signed(body)).status_code == 200
    answer = standby.post(JOB, job("kept-2", outputUrl="o.mp4"), JOB_FIELDS)
    assert answer.status_code == 200 and answer.json()["debug"]["jobId"] == "kept-2"
    assert {line["outcome"] for line in standby.logged(level="info", outcome="passive")} == {"passive"}
    told = standby.logged(task_id="kept-1", outcome="passive")[0]["details"]
    assert told["variantsCount"] == 2, "what the callback says itself"
    assert [entry["task_id"] for entry in active.history()] == ["kept-1"]

    promote(active, standby)
    entry = standby.entry("kept-1")
    assert (entry["callback_progress"], entry["status"], entry["callbacks"]) == ("complete", "completed", 2)
    assert [t["sequence"] for t in entry["timeline"]] == [1, 2]
    assert [row["suno_id"] for row in entry["records"]["track_versions"]] == ["a", "b"], "derived from the spool"
    assert standby.get("/api/history/kept-1/raw", params={"sequence": 2}).content == complete
    assert standby.entry("kept-2")["outcome"] == "unknown_task", "nobody has registered it yet"
    register(standby, "job_worker", "kept-2")
    assert standby.entry("kept-2")["status"] == "completed"
    assert standby.post(SUNO, complete, signed(complete)).json() == {"ok": True, "cached": True}


@pytest.mark.feature("S4.11")
def test_a_passive_receiver_refuses_as_ever_and_keeps_what_it_refused(pair):
    active, standby = pair
    body = suno("refused-1", "first")
    assert standby.post(SUNO, body, {"X-Suno-Signature": "sha256=" + "0" * 64}).status_code == 401
    assert standby.post(SUNO, body).status_code == 401
    bad = b"{no json"
    assert standby.post(SUNO, bad, signed(bad)).status_code == active.post(SUNO, bad, signed(bad)).status_code
    promote(active, standby)
    kept = standby.history(quarantined="only")
    assert sorted(entry["outcome"] for entry in kept) == [
        "bad_json", "bad_json", "invalid_signature", "missing_signature"]
    assert not standby.history(quarantined="without")


@pytest.mark.feature("S4.11")
def test_a_passive_receiver_says_who_to_ask_for_the_history(pair):
    _, standby = pair
    asked = [standby.get("/api/history"), standby.get("/api/history/any"), standby.get("/api/events"),
             standby.post("/api/tasks", {"provider": "suno", "task_id": "t"}),
             standby.post("/api/history/clear", b"")]
    for answer in asked:
        assert (answer.status_code, answer.json()["error"]) == (503, "passive")
        assert "another process holds the data folder" in answer.json()["message"]


@pytest.mark.feature("S4.11")
def test_several_standbys_wait_for_one_active_receiver_and_nothing_of_theirs_is_lost(serve):
    active = serve()
    command = [program(), "serve", "--standby", "--port", "0", "--data", str(active.data)]
    standbys = [serve(command=command) for _ in range(3)]
    for number, each in enumerate(standbys):
        assert each.post(TTS, {"story_id": f"several-{number}", "error": "e"}).status_code == 200
    active.kill()
    assert until(lambda: [s.get("/health").json()["mode"] for s in standbys].count("active") == 1)
    leader = next(s for s in standbys if s.get("/health").json()["mode"] == "active")
    others = [s for s in standbys if s is not leader]
    for each in others:
        assert each.stop() == 0
    assert until(lambda: len(leader.history()) == 3)
    assert not list(leader.data.glob("standby-*"))


def test_standing_by_needs_a_folder():
    done = run("serve", "--standby", "--store", "memory", "--port", "0")
    assert done.returncode == 2 and "--standby" in done.stderr and "--store" in done.stderr

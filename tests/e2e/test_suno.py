# SPDX-License-Identifier: Apache-2.0
"""Suno's callbacks, as its document describes them (S1)."""

import pytest

from callbacks import SUNO, signature, signed, suno
from receiver import SECRETS

CORS_ORIGIN = "Access-Control-Allow-Origin"
CORS_HEADERS = "Access-Control-Allow-Headers"


def deliver(receiver, task, stage, message=None, **fields):
    body = suno(task, stage, message)
    return receiver.post(SUNO, body, signed(body, **fields))


@pytest.mark.parametrize("stage", ["text", "first", "complete", "error"])
def test_a_signed_callback_is_answered_with_its_stage(receiver, stage):
    """S1.5, S1.7, S1.12"""
    answer = deliver(receiver, f"stage-{stage}", stage)
    assert (answer.status_code, answer.json()) == (200, {"ok": True, "stage": stage})
    assert answer.headers["Content-Type"] == "application/json"


def test_the_seeds_body_is_the_exact_text_of_the_answer(receiver):
    """S1.5: what a sender that compares text would see."""
    assert deliver(receiver, "exact-text", "first").content == b'{"ok":true,"stage":"first"}'


def test_a_missing_signature_is_401_and_kept_apart(receiver):
    """S1.14"""
    answer = receiver.post(SUNO, suno("unsigned-1", "text"))
    assert (answer.status_code, answer.json()) == (401, {"ok": False, "error": "missing_signature"})
    assert answer.headers[CORS_ORIGIN] == "*"
    assert receiver.get("/api/history/unsigned-1").status_code == 404  # no task came of it
    newest = receiver.history(provider="suno", limit=1)[0]
    assert (newest["kind"], newest["outcome"]) == ("quarantine", "missing_signature")


@pytest.mark.parametrize("sent", [
    "sha256=" + "0" * 64,
    "sha256=" + "0" * 63,
    "sha256=",
    "sha1=" + "0" * 40,
    "nonsense",
    signature(suno("forged-1", "text"), "another secret"),
    signature(suno("forged-2", "text")),  # right for another body
])
def test_a_wrong_signature_is_401(receiver, sent):
    """S1.15"""
    answer = receiver.post(SUNO, suno("forged-1", "text"), {"X-Suno-Signature": sent})
    assert (answer.status_code, answer.json()) == (401, {"ok": False, "error": "invalid_signature"})
    assert answer.headers[CORS_ORIGIN] == "*"
    assert receiver.get("/api/history/forged-1").status_code == 404


def test_a_signature_covers_the_raw_bytes_and_not_the_value(receiver):
    """S1.12, S1.16: white space is signed, too."""
    body = (b'{ "code" : 200, "msg":"\xd0\x94\xd0\xb0", "data":{"callbackType":"text",'
            b'\r\n"task_id":"raw-1","data":null}}')
    assert receiver.post(SUNO, body, signed(body)).json() == {"ok": True, "stage": "text"}
    squeezed = body.replace(b" ", b"")
    assert receiver.post(SUNO, squeezed, signed(body)).status_code == 401


def test_a_wrong_signature_is_logged_with_its_true_outcome(receiver):
    """S1.15: the operator sees why."""
    receiver.post(SUNO, suno("logged-1", "text"), {"X-Suno-Signature": "sha256=00"})
    lines = receiver.logged(provider="suno", outcome="invalid_signature")
    assert lines and lines[-1]["level"] == "warning" and lines[-1]["http_status"] == 401


def test_a_repeated_delivery_is_cached_and_one_event(receiver):
    """S1.30, S1.32: by the derived key."""
    first = deliver(receiver, "repeated-1", "first")
    again = [deliver(receiver, "repeated-1", "first") for _ in range(5)]
    assert first.json() == {"ok": True, "stage": "first"}
    assert {(a.status_code, a.content) for a in again} == {(200, b'{"ok":true,"cached":true}')}
    entry = receiver.entry("repeated-1")
    assert entry["callbacks"] == 1 and len(entry["timeline"]) == 1


@pytest.mark.parametrize("name", ["x_delivery_id", "x_webhook_id"])
def test_a_delivery_id_makes_a_repetition_known(receiver, name):
    """S1.30: x-delivery-id first, then x-webhook-id."""
    task = f"delivered-{name}"
    first = deliver(receiver, task, "text", **{name: "d-" + name})
    again = deliver(receiver, task, "text", **{name: "d-" + name})
    assert first.json() == {"ok": True, "stage": "text"}
    assert again.json() == {"ok": True, "cached": True}
    assert len(receiver.entry(task)["timeline"]) == 1


def test_a_delivery_id_with_another_body_is_a_conflict_and_both_are_kept(receiver):
    """S1.30: nothing is lost when a sender reuses an id."""
    deliver(receiver, "conflict-1", "text", x_delivery_id="same-id")
    answer = deliver(receiver, "conflict-1", "first", x_delivery_id="same-id")
    assert (answer.status_code, answer.json()["ok"]) == (200, True)
    outcomes = [item["outcome"] for item in receiver.entry("conflict-1")["timeline"]]
    assert outcomes == ["accepted", "conflict"]


def test_every_answer_of_the_route_carries_cors_fields(receiver):
    """S1.14, S1.15: also refusals."""
    good = suno("cors-1", "text")
    answers = [
        deliver(receiver, "cors-1", "text"),
        deliver(receiver, "cors-1", "text"),
        receiver.post(SUNO, good),
        receiver.post(SUNO, good, {"X-Suno-Signature": "sha256=00"}),
        receiver.post(SUNO, b"bad json", signed(b"bad json")),
        receiver.post(SUNO, b"{}", signed(b"{}")),
        receiver.post(SUNO, b"x" * (256 * 1024 + 1), signed(b"")),
        receiver.post(SUNO, good, {"Content-Type": "text/plain"}),
    ]
    assert [a.status_code for a in answers] == [200, 200, 401, 401, 200, 200, 413, 415]
    for answer in answers:
        assert answer.headers.get(CORS_ORIGIN) == "*", answer.status_code
        assert "content-type" in answer.headers.get(CORS_HEADERS, ""), answer.status_code


def test_a_preflight_is_answered(receiver):
    """S1.14: browsers ask with OPTIONS first."""
    answer = receiver.session.options(receiver.base + SUNO, headers={
        "Origin": "https://app.example.com", "Access-Control-Request-Method": "POST"}, timeout=20)
    assert answer.status_code in (200, 204) and answer.content == b""
    assert answer.headers[CORS_ORIGIN] == "*"
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    assert "content-type" in answer.headers[CORS_HEADERS]


def test_bytes_that_are_not_json_are_acknowledged_and_kept(receiver):
    """S1.16: verified first, then parsed; what cannot be read is kept byte for byte."""
    answer = receiver.post(SUNO, b"bad json", signed(b"bad json"))
    assert (answer.status_code, answer.json()) == (200, {"ok": True, "error": "bad_json"})
    newest = receiver.history(provider="suno", limit=1)[0]
    assert (newest["kind"], newest["outcome"]) == ("quarantine", "bad_json")
    assert receiver.entry(newest["id"])["raw_text"] == "bad json"


def test_an_unknown_callback_type_is_kept_and_moves_nothing(receiver):
    """S1.28"""
    deliver(receiver, "remix-1", "first")
    assert deliver(receiver, "remix-1", "remix").json() == {"ok": True, "stage": "remix"}
    entry = receiver.entry("remix-1")
    assert (entry["callback_progress"], entry["last_callback_type"]) == ("first", "remix")
    assert entry["timeline"][1]["outcome"] == "unknown_type"


def test_a_task_moves_forward_as_one_entry(receiver):
    """S1.4, S0.6: text, first, complete."""
    seen = []
    for stage in ("text", "first", "complete"):
        deliver(receiver, "forward-1", stage)
        entry = receiver.entry("forward-1")
        seen.append((entry["status"], entry["callback_progress"]))
    assert seen == [("pending", "text"), ("processing", "first"), ("completed", "complete")]
    mine = [e for e in receiver.history(limit=500) if e["task_id"] == "forward-1"]
    assert len(mine) == 1 and mine[0]["callbacks"] == 3
    entry = receiver.entry("forward-1")
    assert [t["callback_type"] for t in entry["timeline"]] == ["text", "first", "complete"]
    assert all(t["moved"] for t in entry["timeline"])
    assert entry["raw_data"]["msg"] == "All generated successfully."


def test_a_late_first_does_not_move_a_completed_task_back(receiver):
    """S1.4: it stands in the timeline, not moved."""
    deliver(receiver, "late-1", "complete")
    assert deliver(receiver, "late-1", "first").json() == {"ok": True, "stage": "first"}
    entry = receiver.entry("late-1")
    assert (entry["status"], entry["callback_progress"]) == ("completed", "complete")
    assert entry["last_callback_type"] == "first"
    assert [(t["callback_type"], t["moved"]) for t in entry["timeline"]] == [
        ("complete", True), ("first", False)]
    assert entry["raw_data"]["data"]["callbackType"] == "complete"


def test_a_late_error_does_not_fail_a_completed_task(receiver):
    """S1.4, S1.26"""
    deliver(receiver, "late-2", "complete")
    deliver(receiver, "late-2", "error")
    entry = receiver.entry("late-2")
    assert (entry["status"], entry["status_code"]) == ("completed", 200)
    assert [t["moved"] for t in entry["timeline"]] == [True, False]


def test_a_task_that_failed_is_completed_by_a_later_complete(receiver):
    """S1.4: success outranks failure, whichever comes first."""
    deliver(receiver, "revived-1", "error")
    assert receiver.entry("revived-1")["status"] == "failed"
    assert receiver.entry("revived-1")["status_code"] == 400
    deliver(receiver, "revived-1", "complete")
    assert receiver.entry("revived-1")["status"] == "completed"


def test_without_a_secret_callbacks_are_believed_with_a_warning(serve):
    """S1.13"""
    receiver = serve(env={})
    warnings = receiver.logged(level="warning")
    assert any("suno" in line["message"] and "not verified" in line["message"] for line in warnings)
    body = suno("believed-1", "first")
    assert receiver.post(SUNO, body).json() == {"ok": True, "stage": "first"}
    wrong = receiver.post(SUNO, suno("believed-2", "text"), {"X-Suno-Signature": "sha256=00"})
    assert wrong.json() == {"ok": True, "stage": "text"}


def test_a_receiver_with_all_secrets_logs_no_warning(receiver):
    """S1.13: the warning means something."""
    assert not [e for e in receiver.log() if "not verified" in e["message"]]


def test_a_secret_may_stand_in_a_file(serve, tmp_path):
    """S1.13: SUNO_WEBHOOK_SECRET_FILE; an editor's newline is not the secret's."""
    secret = tmp_path / "secret"
    secret.write_text(SECRETS["SUNO_WEBHOOK_SECRET"] + "\n", encoding="utf-8")
    receiver = serve(env={"SUNO_WEBHOOK_SECRET_FILE": str(secret)})
    body = suno("filed-1", "first")
    assert receiver.post(SUNO, body, signed(body)).json() == {"ok": True, "stage": "first"}
    assert receiver.post(SUNO, body).status_code == 401


def test_no_secret_appears_in_log_or_history(receiver):
    """Secrets are never logged."""
    deliver(receiver, "secretive-1", "first")
    receiver.logged(task_id="secretive-1")
    everything = receiver.out.read_text() + receiver.stderr() + receiver.get("/api/history").text
    for secret in SECRETS.values():
        assert secret not in everything


def test_a_logged_callback_says_what_became_of_it(receiver):
    """S0.8"""
    deliver(receiver, "told-1", "first")
    line = receiver.logged(task_id="told-1")[0]
    assert line["outcome"] == "accepted" and line["http_status"] == 200 and line["level"] == "info"
    assert line["provider"] == "suno" and line["stage"] == "first" and line["code"] == 200
    assert line["sequence"] > 0 and line["body_bytes"] > 0


def test_the_content_type_may_carry_a_charset(receiver):
    """As many clients send it."""
    body = suno("charset-1", "text")
    fields = {**signed(body), "Content-Type": "Application/JSON; charset=utf-8"}
    assert receiver.post(SUNO, body, fields).json() == {"ok": True, "stage": "text"}

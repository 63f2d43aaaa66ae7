# SPDX-License-Identifier: Apache-2.0
"""Callbacks as the providers send them, and their credentials, made without the program's code."""

from __future__ import annotations

import hashlib
import hmac
import json

from receiver import SECRETS

SUNO = "/callbacks/suno"
KIE = "/callbacks/kie"
TTS = "/api/tts/error-callback"
JOB = "/callbacks/job"

JOB_FIELDS = {"Authorization": "Bearer " + SECRETS["JOB_CALLBACK_TOKEN"]}
KIE_FIELDS = {"X-KIE-Callback-Token": SECRETS["KIE_CALLBACK_TOKEN"]}
JSON_TYPE = {"Content-Type": "application/json"}

def register(receiver, provider: str, *tasks: str, **context) -> None:
    """As an application does before the callbacks of its tasks come. Again: nothing changes."""
    token = receiver.env.get("CALLGATE_API_TOKEN")
    fields = {"Authorization": "Bearer " + token} if token else {}
    for task in tasks:
        answer = receiver.session.post(receiver.base + "/api/tasks", timeout=20, headers=fields, json={
            "provider": provider, "task_id": task, "context": context})
        assert answer.status_code in (200, 201), answer.text


_MESSAGES = {
    "text": "Text generated successfully",
    "first": "First track generated",
    "complete": "All generated successfully.",
    "error": "Content violation detected",
}


def track(name: str) -> dict:
    return {
        "id": name,
        "audio_url": f"https://cdn.example.com/{name}.mp3",
        "stream_audio_url": f"https://cdn.example.com/stream/{name}",
        "image_url": f"https://cdn.example.com/{name}.jpeg",
        "title": "Iron Man",
        "createTime": "2025-01-01 00:00:00",
        "duration": 198.44,
    }


def suno(task: str, stage: str, message: str | None = None) -> bytes:
    """Source: the examples of the Suno document."""
    tracks = {"first": [track("a")], "complete": [track("a"), track("b")]}.get(stage)
    return json.dumps({
        "code": 400 if stage == "error" else 200,
        "msg": message or _MESSAGES.get(stage, "ok"),
        "data": {"callbackType": stage, "task_id": task, "data": tracks},
    }).encode()


def kie(task: str, stage: str, message: str = "ok") -> bytes:
    data = {"callbackType": stage, "task_id": task, "data": [{"id": "a"}]}
    return json.dumps({"code": 200, "msg": message, "data": data}).encode()


def job(task: str, status: str = "completed", **members) -> bytes:
    return json.dumps({"jobId": task, "status": status, **members}).encode()


def signature(body: bytes, secret: str = SECRETS["SUNO_WEBHOOK_SECRET"]) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def signed(body: bytes, **fields: str) -> dict[str, str]:
    """Header fields of a signed Suno callback; underscores in names stand for hyphens."""
    more = {name.replace("_", "-"): value for name, value in fields.items()}
    return {"X-Suno-Signature": signature(body), **more}

# SPDX-License-Identifier: Apache-2.0
"""Real bodies, odd ones, and the schema that `new` makes of some: for tests of how a provider starts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from callgen.check import check_file
from callgen.cli import main
from callgen.json_text import NotJson, parse_json
from callgen.load import load_text
from callgen.model import Provider
from callgen.problems import Problems
from callgen.validate import Refused, read_payload

TRACK = {"id": "8551aa662c", "stream_audio_url": "https://cdn.example/stream/abc",
         "audio_url": "https://cdn.example/audio/abc.mp3", "image_url": "https://cdn.example/abc.jpeg",
         "title": "Iron Man", "duration": 198.44}
SUNO = {
    "suno_text": {"code": 200, "msg": "Text generated successfully",
                  "data": {"callbackType": "text", "task_id": "2fac9f72", "data": None}},
    "suno_first": {"code": 200, "msg": "First track generated",
                   "data": {"callbackType": "first", "task_id": "2fac9f72", "data": [TRACK]}},
    "suno_complete": {"code": 200, "msg": "All generated successfully.",
                      "data": {"callbackType": "complete", "task_id": "2fac9f72",
                               "data": [TRACK, {**TRACK, "id": "bd151873", "duration": 228}]}},
}
KIE = {
    "kie_success": {"code": 200, "msg": "All generated successfully.", "data": {
        "callbackType": "complete", "task_id": "kie-77", "data": [
            {"id": "k1", "audio_url": "https://cdn.example/k1.mp3", "title": "Test Song",
             "model_name": "chirp-v4", "tags": "test, demo", "duration": 120.5, "prompt": "[Verse]\nA",
             "create_time": "2025-01-01 00:00:00"},
            {"id": "k2", "audio_url": "https://cdn.example/k2.mp3", "title": "Test Song",
             "model_name": "chirp-v4", "tags": "test, demo", "duration": 119.0,
             "createTime": "2025-01-01 00:00:02"}]}},
    "kie_failed": {"code": 501, "msg": "Audio generation failed",
                   "data": {"callbackType": "error", "task_id": "kie-78", "data": None}},
}
JOBS = {
    "job_completed": {"jobId": "2b9f6f5e-57e5-4d3f-9c2f-1f4d3c1b7a10", "status": "completed",
                      "filePath": "u1/sdxl_2b9f_1.png", "enhancedPrompt": None,
                      "imageUrls": ["u1/sdxl_2b9f_1.png", "u1/sdxl_2b9f_2.png"]},
    "job_failed": {"jobId": "7c1d8c52-0c8e-4f0e-8a52-6f3b9d0f2e11", "status": "failed",
                   "errorMessage": "CUDA out of memory", "enhancedPrompt": "a red fox, detailed"},
}
TTS = {
    "tts_error": {"story_id": "story123", "error": "Voice profile not found", "user_id": "user456",
                  "error_details": "Not in storage", "voice_id": "voice789", "job_id": "job_abc123",
                  "is_final": True, "metadata": {"language": "en", "story_type": "user", "text_length": 1500,
                                                 "error_type": "voice_profile_missing"}},
}
EIGHT = {**SUNO, **KIE, **JOBS, **TTS}
NAMES = ["", "a", "class", "1080p", "aB", "a_b", "é", "日本", "callback", "Callback", "data", "on", "no",
         "a/b", "a~b", "x\ny", "'", "\"", "{}", "#", "id", "status", "arena_vector", "std", "$ref", "🎵",
         "payload", "major", "status_value", "null", "012", "A" * 100]
TEXTS = ["", "on", "ON", "Yes", "True", "oFF", "y", "no", "012", "1e3", "=", "<<", "2026-01-01", "~", "a: b", "a #b", "x\ny", "\u2028", "\x85",
         "\ufeff", "é", "🎵", "it's", '"q"', "- a", "*x", "!t", "%d", "\0", "\t", " a ", "null", "done",
         "working", "https://a.example/", "a" * 300, "2026-01-07T20:07:33Z", "{task_id}", "*/", "??/"]


def made(tmp_path: Path, bodies: dict[str, Any], name: str = "made") -> Path:
    """The schema that `new` writes."""
    files = []
    for stem, body in bodies.items():
        files.append(tmp_path / f"{stem}.json")
        files[-1].write_text(body if isinstance(body, str) else json.dumps(body), encoding="utf-8")
    out = tmp_path / f"{name}.yaml"
    assert main(["new", name, "--from", *map(str, files), "-o", str(out)]) == 0
    return out


def provider_of(schema: Path) -> Provider:
    problems = Problems()
    checked = check_file(schema, schema.name, problems)
    assert problems.lines() == []
    return checked.provider


def sections(schema: Path) -> dict[str, Any]:
    return load_text(schema.read_text(), schema.name, Problems()).json()


def verdict(provider: Provider, body: Any) -> str:
    try:
        read_payload(provider, parse_json(json.dumps(body), 32))
    except NotJson as error:
        return f"bad_json {error}"
    except Refused as error:
        return str(error)
    return "accepted"

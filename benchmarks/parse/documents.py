#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The callbacks that parsers are measured with: thirteen sets of 64 different documents each.

The same documents on every machine: each has a seed of its own. Called by itself, writes a folder
for each set to the folder it is given.
"""

from __future__ import annotations

import json
import random
import sys
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DOCUMENTS = 64
LATIN = ("love night fire river dream shadow golden light city rain broken heart silver moon dancing "
         "alone forever tonight we're don't running over").split()
CYRILLIC = ("любовь ночь огонь река мечта тень золотой свет город дождь разбитое сердце серебро луна "
            "танцуем одни навсегда сегодня").split()
TAGS = ["pop", "energetic", "electronic", "female vocals", "indie rock", "dreamy", "128 bpm", "lo-fi"]
SECTIONS = ["Verse", "Chorus", "Bridge", "Outro"]
ERRORS = ["Voice profile not found", "Text too long", "TTS model not available", "CUDA out of memory"]
SCENES = ("a red fox crossing a frozen lake, cinematic light, 35mm film, shallow depth of field, "
          "volumetric fog at dawn, slow dolly shot, muted colours, "
          "highly detailed skin texture, handheld camera, soft rim light").split(", ")


@dataclass(frozen=True)
class Set:
    """Documents of one kind. bytes: about how long one is."""

    name: str
    title: str
    provider: str
    bytes: int
    make: Callable[[random.Random], bytes]

    def documents(self) -> list[bytes]:
        return [self.make(random.Random(f"{self.name} {number}")) for number in range(DOCUMENTS)]


def an_id(chance: random.Random) -> str:
    return str(uuid.UUID(int=chance.getrandbits(128), version=4))


def token(chance: random.Random, size: int) -> str:
    return "".join(chance.choice("abcdefghijklmnopqrstuvwxyz0123456789") for _ in range(size))


def lyrics(chance: random.Random, size: int, words: list[str]) -> str:
    lines = [f"[{chance.choice(SECTIONS)}]"]
    while sum(map(len, lines)) + len(lines) < size:
        line = " ".join(chance.choice(words) for _ in range(chance.randint(4, 8))).capitalize()
        lines.append(f'"{line}"' if chance.random() < 0.08 else line)
        if chance.random() < 0.15:
            lines += ["", f"[{chance.choice(SECTIONS)} {chance.randint(1, 4)}]"]
    return "\n".join(lines)[:size].rstrip()


def track(chance: random.Random, size: int, words: list[str]) -> dict[str, Any]:
    name = an_id(chance)
    when = f"2026-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
    return {
        "id": name,
        "audio_url": f"https://musicfile.example.com/{token(chance, 46)}.mp3",
        "source_audio_url": f"https://cdn1.suno.example/{name}.mp3",
        "stream_audio_url": f"https://musicfile.example.com/{token(chance, 46)}",
        "source_stream_audio_url": f"https://cdn1.suno.example/{name}.mp3",
        "image_url": f"https://musicfile.example.com/{token(chance, 46)}.jpeg",
        "source_image_url": f"https://cdn2.suno.example/image_{name}.jpeg",
        "prompt": lyrics(chance, round(size * chance.uniform(0.9, 1.1)), words),
        "model_name": chance.choice(["chirp-v3-5", "chirp-v4", "chirp-v4-5"]),
        "title": " ".join(chance.choice(words) for _ in range(3)).title(),
        "tags": ", ".join(chance.sample(TAGS, 5)),
        "createTime": f"{when} {chance.randint(0, 23):02}:{chance.randint(0, 59):02}:07",
        "duration": round(chance.uniform(90, 240), 2),
    }


def suno(chance: random.Random, stage: str, tracks: list[dict[str, Any]] | None, code: int = 200,
         msg: str = "All generated successfully.") -> dict[str, Any]:
    task = f"{chance.getrandbits(128):032x}"
    return {"code": code, "msg": msg, "data": {"callbackType": stage, "task_id": task, "data": tracks}}


def complete(chance: random.Random, size: int = 1900, words: list[str] = LATIN) -> dict[str, Any]:
    return suno(chance, "complete", [track(chance, size, words) for _ in range(2)])


def error(chance: random.Random) -> dict[str, Any]:
    code, msg = chance.choice([(400, "Content policy violation."), (451, "Audio download failed."),
                               (500, "Server error, try later.")])
    return suno(chance, "error", None, code, msg)


def reordered(chance: random.Random, value: Any) -> Any:
    if isinstance(value, dict):
        items = list(value.items())
        chance.shuffle(items)
        return {key: reordered(chance, item) for key, item in items}
    return [reordered(chance, item) for item in value] if isinstance(value, list) else value


def with_unknown(chance: random.Random, value: Any) -> Any:
    """What a later version of the sender may add, between the members that are known."""
    if isinstance(value, list):
        return [with_unknown(chance, item) for item in value]
    if not isinstance(value, dict):
        return value
    out: dict[str, Any] = {}
    for key, item in value.items():
        if chance.random() < 0.85:
            out[f"x_{token(chance, 6)}"] = chance.choice([
                1, True, None, "a text of some words, as a sender may add one", {"a": [1, 2, {"b": "c\n\"d\""}]},
                [1.5, -2e3, 3], token(chance, 40), f"https://cdn.example.com/{an_id(chance)}"])
        out[key] = with_unknown(chance, item)
    return out


def tts_error(chance: random.Random) -> dict[str, Any]:
    text = chance.choice(ERRORS)
    return {
        "story_id": f"story_{token(chance, 12)}",
        "error": text,
        "error_details": f"{text}: worker \"tts-{chance.randint(1, 9)}\" gave up\nafter 3 tries of 30 s",
        "user_id": an_id(chance),
        "voice_id": f"voice_{token(chance, 10)}",
        "job_id": f"job_{token(chance, 12)}",
        "metadata": {"language": chance.choice(["en", "ru"]), "story_type": "user",
                     "text_length": chance.randint(100, 9999), "error_type": "voice_profile_missing"},
    }


def job_sdxl(chance: random.Random) -> dict[str, Any]:
    user, job = an_id(chance), an_id(chance)
    paths = [f"{user}/{chance.getrandbits(64):016x}/sdxl_{job}_{number}_{token(chance, 20)}.png"
             for number in range(6)]
    return {"jobId": job, "status": "completed", "filePath": paths[0], "imageUrls": paths}


def job_wan(chance: random.Random) -> dict[str, Any]:
    prompt = ", ".join(chance.sample(SCENES, 8))
    return {"jobId": an_id(chance), "status": "completed",
            "outputUrl": f"{an_id(chance)}/wan_{token(chance, 12)}_0.mp4", "enhancedPrompt": prompt}


def written(make: Callable[[random.Random], Any], *, space: str = "", indent: int | None = None,
            ascii_only: bool = False) -> Callable[[random.Random], bytes]:
    item = "," if indent is not None or not space else ", "
    return lambda chance: json.dumps(make(chance), ensure_ascii=ascii_only, indent=indent,
                                     separators=(item, f":{space}")).encode()


def text(chance: random.Random) -> dict[str, Any]:
    return suno(chance, "text", None, msg="Text generated successfully.")


def first(chance: random.Random) -> dict[str, Any]:
    return suno(chance, "first", [track(chance, 1575, LATIN)])


def cyrillic(chance: random.Random) -> dict[str, Any]:
    return complete(chance, 1120, CYRILLIC)


SETS = (
    Set("text", "suno text", "suno", 136, written(text)),
    Set("error", "suno error", "suno", 136, written(error)),
    Set("first", "suno first", "suno", 2549, written(first)),
    Set("complete", "suno complete", "suno", 5663, written(complete)),
    Set("python", "complete, Python spacing", "suno", 5724, written(complete, space=" ")),
    Set("reordered", "complete, keys reordered", "suno", 5694,
        written(lambda chance: reordered(chance, complete(chance)))),
    Set("unknown", "complete, unknown members", "suno", 6866,
        written(lambda chance: with_unknown(chance, complete(chance)))),
    Set("pretty", "complete, pretty", "suno", 5990, written(complete, space=" ", indent=2)),
    Set("cyrillic", "complete, Cyrillic", "suno", 5815, written(cyrillic)),
    Set("escaped", "complete, Cyrillic as \\uXXXX", "suno", 13069, written(cyrillic, ascii_only=True)),
    Set("tts_error", "tts_error", "tts_error", 369, written(tts_error)),
    Set("job_sdxl", "job_sdxl", "job_worker", 949, written(job_sdxl)),
    Set("job_wan", "job_wan", "job_worker", 337, written(job_wan)),
)


def write(folder: Path) -> None:
    for one in SETS:
        (folder / one.name).mkdir(parents=True, exist_ok=True)
        for number, document in enumerate(one.documents()):
            (folder / one.name / f"{number:02}.json").write_bytes(document)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(f"usage: {Path(sys.argv[0]).name} FOLDER")
    write(Path(sys.argv[1]))

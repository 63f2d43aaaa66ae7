#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writing JSON: the library's writers and the peers that are installed, ns per document.

Answers of the bundled providers and entries of the history, 64 of each kind. All write the same values from
the same steps; nlohmann dumps a value that was made before. What they write is read back and compared first.
The goal is twice the speed of RapidJSON, which checks UTF-8 as we do, for the history entry of a finished
Suno task.
"""

from __future__ import annotations

import argparse
import datetime
import json
import random
import shutil
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

HOME = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(HOME / "benchmarks"))

from build import first_line, machine  # noqa: E402

GOAL, JUDGED, PEER = 2.0, "history entry, suno complete", "rapidjson"
OURS = ("writer", "string_writer")
DOCUMENTS = 64
PACKAGES = ("rapidjson-dev", "nlohmann-json3-dev")
LATIN = "iron fire night river stone we run and sing the old song again under a wide sky".split()
CYRILLIC = "железо огонь ночь река камень мы бежим и снова поём старую песню под широким небом".split()
CHINESE = "钢铁 火焰 夜晚 河流 石头 我们 奔跑 再次 歌唱 古老 天空".split()


# --- what is written

def lyrics(chance: random.Random, words: list[str], size: int) -> str:
    lines = ["[Verse]"]
    while sum(len(line.encode()) + 1 for line in lines) < size:
        lines.append(" ".join(chance.choices(words, k=6)))
        if chance.random() < 0.1:
            lines.append(f'"{chance.choice(words)}"')
    return "\n".join(lines)


def mark(chance: random.Random) -> str:
    return f"{chance.getrandbits(64):016x}"


def track(chance: random.Random, words: list[str]) -> dict[str, Any]:
    urls = {name: f"https://cdn.suno.com/{name}/{mark(chance)}{mark(chance)}.mp3" for name in (
        "audio_url", "source_audio_url", "stream_audio_url", "source_stream_audio_url", "image_url",
        "source_image_url", "video_url")}
    return {"id": mark(chance), **urls, "prompt": lyrics(chance, words, 1250), "model_name": "chirp-v3-5",
            "title": " ".join(chance.choices(words, k=3)), "tags": "pop, energetic",
            "createTime": "2025-01-01 00:00:00", "duration": round(chance.uniform(30, 300), 2)}


def suno(chance: random.Random, stage: str, words: list[str] | None) -> dict[str, Any]:
    tracks = [track(chance, words) for _ in range(2)] if words else None
    return {"code": 200, "msg": "All generated successfully.",
            "data": {"callbackType": stage, "task_id": mark(chance), "data": tracks}}


def entry(chance: random.Random, stages: list[str], raw: dict[str, Any]) -> dict[str, Any]:
    """As server/history_json.hpp writes it."""
    time = f"2026-01-07T20:07:{chance.randrange(10, 60)}.101250Z"
    timeline = [{"sequence": chance.randrange(1, 10**6), "callback_type": stage, "outcome": "accepted",
                 "moved": True, "status_code": 200, "status_message": raw.get("msg"), "reason": None,
                 "timestamp": time} for stage in stages]
    return {"id": mark(chance), "kind": "task", "provider": "suno", "mount": "main", "task_id": mark(chance),
            "record_id": None, "status": "completed", "callback_progress": stages[-1],
            "last_callback_type": stages[-1], "status_code": 200, "status_message": raw.get("msg"),
            "callbacks": len(stages), "outcome": "accepted", "sequence": chance.randrange(1, 10**6),
            "timestamp": time, "last_callback_time": time, "timeline": timeline, "timeline_truncated": False,
            "stages": [], "records": {}, "raw_data": raw}


def answers(chance: random.Random) -> list[dict[str, Any]]:
    """Of callbacks that the bundled schemas accept, one for each."""
    return [
        {"ok": True, "stage": "complete"},
        {"success": True},
        {"ok": True, "task_id": mark(chance), "record_id": mark(chance), "callback_type": "complete", "code": 200,
         "code_name": "success", "status": "completed"},
        {"success": True, "message": "Job callback processed successfully with enhanced debugging", "debug": {
            "jobId": mark(chance), "jobStatus": "completed", "jobType": "image", "format": "png", "quality": "high",
            "isSDXL": True, "isEnhanced": False, "filePath": f"/files/{mark(chance)}/{mark(chance)}.png",
            "processingTimestamp": "2026-01-07T20:07:33.101250Z"}},
    ]


def kept_as_text(chance: random.Random) -> dict[str, Any]:
    raw = json.dumps(suno(chance, "complete", LATIN))[:-1]  # no JSON: it is in quarantine
    return {"id": mark(chance), "kind": "quarantine", "reason": "bad_json", "raw_text": raw}


def kinds() -> dict[str, list[dict[str, Any]]]:
    chance = random.Random(5)
    finished = ["text", "first", "complete"]

    def many(make: Callable[[], dict[str, Any]]) -> list[dict[str, Any]]:
        return [make() for _ in range(DOCUMENTS)]

    return {
        "answer": [one for _ in range(DOCUMENTS // 4) for one in answers(chance)],
        "history entry, suno text": many(lambda: entry(chance, ["text"], suno(chance, "text", None))),
        JUDGED: many(lambda: entry(chance, finished, suno(chance, "complete", LATIN))),
        f"{JUDGED}, Cyrillic": many(lambda: entry(chance, finished, suno(chance, "complete", CYRILLIC))),
        f"{JUDGED}, Chinese": many(lambda: entry(chance, finished, suno(chance, "complete", CHINESE))),
        "a body of 5 KB kept as text": many(lambda: kept_as_text(chance)),
    }


def steps(value: Any) -> Iterator[tuple[str, str]]:
    """Kinds as benchmarks/write.cpp knows them."""
    if isinstance(value, dict):
        yield "{", ""
        for name, member in value.items():
            yield "k", name
            yield from steps(member)
        yield "}", ""
    elif isinstance(value, list):
        yield "[", ""
        for element in value:
            yield from steps(element)
        yield "]", ""
    elif isinstance(value, str):
        yield "s", value
    elif value is None or isinstance(value, bool):
        yield {None: "n", True: "t", False: "f"}[value], ""
    else:
        yield "d" if isinstance(value, float) else "i", repr(value)


def write_steps(file: Path, documents: list[dict[str, Any]]) -> None:
    parts = []
    for document in documents:
        for kind, text in [*steps(document), ("E", "")]:
            encoded = text.encode()
            parts += [kind.encode(), struct.pack("=I", len(encoded)), encoded]
    file.write_bytes(b"".join(parts))


# --- measuring

@dataclass(frozen=True)
class Figure:
    what: str
    compiler: str
    bytes: float  # of a document, the mean
    nanoseconds: dict[str, float]  # by writer

    def ratio(self, ours: str, peer: str) -> float:
        return self.nanoseconds[peer] / self.nanoseconds[ours]

    @property
    def is_judged(self) -> bool:
        return self.what == JUDGED and PEER in self.nanoseconds

    @property
    def is_missed(self) -> bool:
        return self.is_judged and min(self.ratio(ours, PEER) for ours in OURS) < GOAL

    def lines(self) -> str:
        verdict = "missed" if self.is_missed else "met" if self.is_judged else "shown"
        out = [f"{verdict:7} {self.compiler} -O2: {self.what}, {self.bytes:.0f} bytes"]
        for name, time in self.nanoseconds.items():
            ratios = "" if name in OURS else "".join(
                f"  {self.ratio(ours, name):5.2f} x {ours}" for ours in OURS)
            out.append(f"          {name:20} {time:9.1f} ns {self.bytes / time:6.2f} GB/s{ratios}")
        return "\n".join(out)


def compare(program: Path, file: Path, documents: list[dict[str, Any]]) -> float:
    """The mean size of what the first one writes. Raises SystemExit where one wrote other values."""
    said = subprocess.run([program, file, "0"], check=True, capture_output=True, text=True).stdout
    by_name: dict[str, list[str]] = {}
    for line in said.split("\n")[:-1]:
        name, text = line.split(" ", 1)
        by_name.setdefault(name, []).append(text)
    for name, texts in by_name.items():
        if [json.loads(text) for text in texts] != documents:
            raise SystemExit(f"{name} wrote other values than it was given")
    if by_name[OURS[0]] != by_name[OURS[1]]:
        raise SystemExit("our two writers differ")
    return sum(len(text.encode()) for text in by_name[OURS[0]]) / len(documents)


def measure(compiler: str, work: Path, rounds: int) -> list[Figure]:
    program = work / "write"
    subprocess.run([compiler, "-std=c++20", "-O2", "-DNDEBUG", "-I", HOME / "include",
                    HOME / "benchmarks" / "write.cpp", "-o", program], check=True)
    figures = []
    for what, documents in kinds().items():
        file = work / "steps"
        write_steps(file, documents)
        size = compare(program, file, documents)
        said = subprocess.run([program, file, str(rounds)], check=True, capture_output=True, text=True).stdout
        times = dict(line.split() for line in said.splitlines())
        figures.append(Figure(what, compiler, size, {name: float(time) for name, time in times.items()}))
    return figures


def versions_of_peers() -> list[str]:
    out = []
    for package in PACKAGES:
        found = subprocess.run(["dpkg-query", "-W", "-f=${Package} ${Version}", package], check=False,
                               capture_output=True, text=True)
        out.append(found.stdout if found.returncode == 0 else f"{package} not found")
    return out


def main() -> int:
    parser = argparse.ArgumentParser(prog="./dev bench write", description=__doc__)
    parser.add_argument("--compiler", action="append", help="instead of g++ and clang++")
    parser.add_argument("--rounds", type=int, default=300, help="of which the least counts; 300 unless given")
    parser.add_argument("--out", type=Path, default=HOME / "build" / "bench" / "write.json")
    options = parser.parse_args()
    wanted = options.compiler or ["g++", "clang++"]
    compilers = [name for name in wanted if shutil.which(name)]
    if not compilers or options.rounds < 1:
        parser.error(f"none of {wanted} is here" if not compilers else "--rounds begins at 1")
    date = datetime.date.today().isoformat()
    versions = [first_line([compiler, "--version"]) for compiler in compilers] + versions_of_peers()
    print(f"{date}; {machine()}\n{'; '.join(versions)}", flush=True)
    figures: list[Figure] = []
    for compiler in compilers:
        with tempfile.TemporaryDirectory() as folder:
            figures += measure(compiler, Path(folder), options.rounds)
    print("\n".join(figure.lines() for figure in figures))
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps({
        "date": date, "machine": machine(), "versions": versions, "figures": [asdict(f) for f in figures],
    }, indent=2) + "\n")
    missed = sum(figure.is_missed for figure in figures)
    judged = sum(figure.is_judged for figure in figures)
    print(f"{missed} goals missed" if missed else
          "all goals met" if judged else f"not judged: {PACKAGES[0]} is not installed")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())

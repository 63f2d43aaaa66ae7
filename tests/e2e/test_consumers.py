# SPDX-License-Identifier: Apache-2.0
"""The example consumers against the real program: every event, in order, over crashes of either side."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from callbacks import JOB, JOB_FIELDS, TTS, job, register
from receiver import SECRETS, clean_environment, program, until

FOLDER = Path(__file__).resolve().parents[2] / "examples" / "consumers"
COMMANDS = {"python": [sys.executable, str(FOLDER / "consume.py")], "node": ["node", str(FOLDER / "consume.mjs")]}


@pytest.fixture(params=sorted(COMMANDS))
def consumer(request, tmp_path):
    made = Consumer(COMMANDS[request.param], tmp_path)
    yield made
    made.kill()


class Consumer:
    """Runs of one consumer that share their cursor file; all that they print goes to one file."""

    def __init__(self, command: list[str], folder: Path):
        self.command = command
        self.cursor = folder / "events.cursor"
        self.out = folder / "events.ndjson"
        self.err = folder / "consumer.log"
        self.process: subprocess.Popen | None = None

    def start(self, url: str, *args: str, env: dict[str, str] | None = None) -> "Consumer":
        with open(self.out, "ab") as out, open(self.err, "ab") as err:
            self.process = subprocess.Popen([*self.command, "--url", url, "--cursor", str(self.cursor), *args],
                                            stdout=out, stderr=err, env={**clean_environment(env), "NO_PROXY": "*"})
        return self

    def kill(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
        if self.process is not None:
            self.process.wait(20)

    def events(self) -> list[dict]:
        whole = self.out.read_bytes().rpartition(b"\n")[0] if self.out.exists() else b""
        return [json.loads(line) for line in whole.splitlines()]

    def sequences(self) -> list[int]:
        return [event["sequence"] for event in self.events()]

    def reaches(self, sequence: int) -> bool:
        return until(lambda: self.sequences()[-1:] == [sequence], 30)


def post(receiver, *tasks: str) -> None:
    register(receiver, "job_worker", *tasks)
    for task in tasks:
        assert receiver.post(JOB, job(task), JOB_FIELDS).status_code == 200


def test_every_event_comes_once_and_in_order(serve, consumer):
    receiver = serve()
    post(receiver, *(f"job-{n}" for n in range(250)))
    consumer.start(receiver.base)
    assert consumer.reaches(250)
    post(receiver, "job-later")
    assert consumer.reaches(251)
    assert consumer.sequences() == list(range(1, 252))
    last = consumer.events()[-1]
    assert (last["task_id"], last["provider"]) == ("job-later", "job_worker")
    assert last["raw"]["jobId"] == "job-later"


def test_a_consumer_that_is_killed_goes_on_where_it_was(serve, consumer):
    """What was printed before the cursor was saved may come again; nothing is left out."""
    receiver = serve()
    seen = 0
    for run in range(3):
        consumer.start(receiver.base)
        post(receiver, *(f"job-{run}-{n}" for n in range(20)))
        seen += 20
        assert consumer.reaches(seen)
        consumer.kill()
    consumer.start(receiver.base)
    post(receiver, "job-last")
    assert consumer.reaches(seen + 1)
    assert sorted(set(consumer.sequences())) == list(range(1, seen + 2))


def test_a_receiver_that_is_killed_loses_and_skips_nothing(serve, consumer):
    receiver = serve("same")
    post(receiver, "job-1", "job-2")
    consumer.start(receiver.base)
    assert consumer.reaches(2)
    port = receiver.port
    receiver.kill()
    assert until(lambda: "again in" in consumer.err.read_text(), 20)
    again = serve("same", command=[program(), "serve", "--port", str(port), "--data", str(receiver.data)])
    post(again, "job-3")
    assert consumer.reaches(3)
    assert consumer.sequences() == [1, 2, 3]


def test_the_feed_of_one_provider(serve, consumer):
    receiver = serve()
    post(receiver, "job-1")
    receiver.post(TTS, {"story_id": "story-1", "error": "e"})
    post(receiver, "job-2")
    consumer.start(receiver.base, "--provider", "tts_error")
    assert consumer.reaches(2)
    assert until(lambda: consumer.cursor.exists() and consumer.cursor.read_text() == "3\n")
    assert consumer.sequences() == [2]


def test_the_token_is_taken_from_the_environment(serve, consumer):
    token = {"CALLGATE_API_TOKEN": "feed token"}
    receiver = serve(env={**SECRETS, **token})
    post(receiver, "job-1")
    consumer.start(receiver.base, env=token)
    assert consumer.reaches(1)


def test_a_refusal_ends_it_with_the_reason(serve, consumer):
    receiver = serve()
    post(receiver, "job-1")
    consumer.cursor.write_text("7\n")  # of another store
    consumer.start(receiver.base)
    assert consumer.process.wait(20) == 1
    assert "after_ahead" in consumer.err.read_text()


def test_a_spoiled_cursor_file_ends_it_with_one_line(serve, consumer):
    consumer.cursor.write_text("x")
    consumer.start("http://127.0.0.1:9")
    assert consumer.process.wait(20) == 1
    assert len(consumer.err.read_text().splitlines()) == 1


assert os.access(FOLDER / "consume.py", os.X_OK), "the examples can be run as they are"

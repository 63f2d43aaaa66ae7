# SPDX-License-Identifier: Apache-2.0
"""kill -9 at any moment: what was acknowledged is there, once, and its handler has run."""

import os
import random
import sqlite3
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from callbacks import JSON_TYPE, KIE, SUNO, kie, suno
from raw_http import Connection, request
from receiver import Receiver, built, until

FULL = os.environ.get("CALLGATE_FULL_TESTS") == "1"
ROUNDS = 250 if FULL else 50
CLIENTS = 4
SEED = 20261122
MAX_SECONDS = 600 if FULL else 120


class Client:
    """Posts callbacks until the receiver dies; what got no answer is sent again next round."""

    def __init__(self, name: str):
        self.name = name
        self.made = 0
        self.unknown: list[str] = []
        self.acknowledged: list[str] = []
        self.refused: list[tuple[str, int]] = []

    def callback(self, task: str) -> bytes:
        fields = {**JSON_TYPE, "x-delivery-id": "delivery-" + task}
        if int(task.rsplit("-", 1)[1]) % 2:
            return request("POST", SUNO, suno(task, "first"), fields)
        return request("POST", KIE, kie(task, "first"), fields)

    def next_task(self) -> str:
        if self.unknown:
            return self.unknown.pop()
        self.made += 1
        return f"{self.name}-{self.made}"

    def send(self, connection: Connection, task: str) -> bool:
        """False when the receiver is gone; the task is then unknown."""
        try:
            connection.send(self.callback(task))
            answer = connection.answer()
        except OSError:
            answer = None
        if answer is None:
            self.unknown.append(task)
        elif answer.status == 200:
            self.acknowledged.append(task)
        else:
            self.refused.append((task, answer.status))
        return answer is not None

    def run(self, port: int) -> None:
        try:
            connection = Connection(port, 10)
        except OSError:
            return
        with connection:
            while self.send(connection, self.next_task()):
                pass

    def settle(self, port: int) -> None:
        with Connection(port, 10) as connection:
            while self.unknown:
                assert self.send(connection, self.unknown.pop()), "the last receiver did not answer"


def stored(folder: Path) -> Counter:
    with sqlite3.connect(f"file:{folder / 'data' / 'callgate.db'}?mode=ro", uri=True) as database:
        rows = database.execute("SELECT t.task_id FROM events e JOIN tasks t ON t.number = e.task")
        return Counter(row[0] for row in rows)


@pytest.fixture
def receiver(tmp_path):
    folder = tmp_path / "killed"
    made = Receiver(folder, env={}, command=[
        built("CALLGATE_HANDLER_SERVER"), str(folder / "data"), str(folder / "effects")])
    yield made
    made.kill()


def one_round(receiver, clients, chance) -> None:
    receiver.start()
    threads = [threading.Thread(target=c.run, args=(receiver.port,)) for c in clients]
    for thread in threads:
        thread.start()
    time.sleep(chance.uniform(0.0, 0.4))
    receiver.kill()
    for thread in threads:
        thread.join(30)
    assert not any(t.is_alive() for t in threads)


def test_nothing_acknowledged_is_lost_or_doubled_over_many_kills(receiver):
    chance = random.Random(SEED)
    clients = [Client(f"kill-{n}") for n in range(CLIENTS)]
    began = time.monotonic()
    for _ in range(ROUNDS):
        one_round(receiver, clients, chance)
        assert time.monotonic() - began < MAX_SECONDS, "the rounds take too long"
    receiver.start()
    for client in clients:
        client.settle(receiver.port)

    acknowledged = [task for c in clients for task in c.acknowledged]
    assert len(acknowledged) > ROUNDS * 10, "too little was under way when it was killed"
    assert not [r for c in clients for r in c.refused]
    assert len(acknowledged) == len(set(acknowledged)) == sum(c.made for c in clients)

    found = stored(receiver.folder)
    assert not set(acknowledged) - set(found), "acknowledged and lost"
    assert not [task for task, times in found.items() if times != 1], "stored more than once"
    assert set(found) == set(acknowledged)
    for task in chance.sample(acknowledged, 100):
        assert len(receiver.entry(task)["timeline"]) == 1

    effects = receiver.folder / "effects"
    done = until(lambda: set(found) <= set(effects.read_text().splitlines()), 30, 0.2)
    handled = set(effects.read_text().splitlines())
    assert done, f"{len(set(found) - handled)} events were not handled"
    assert handled == set(found)  # nothing but what is stored
    assert receiver.stop() == 0

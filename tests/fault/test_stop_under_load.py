# SPDX-License-Identifier: Apache-2.0
"""SIGTERM while callbacks come: what was sent before is answered, what was answered is stored, and the program ends."""

import os
import random
import signal
import sqlite3
import time
from collections import Counter
from dataclasses import dataclass

import pytest

from callbacks import JSON_TYPE, KIE, KIE_FIELDS, kie
from raw_http import Answer, Connection, request
from receiver import Receiver

FULL = os.environ.get("CALLGATE_FULL_TESTS") == "1"
ROUNDS = 60 if FULL else 15
CONNECTIONS = 64
DRAIN_SECONDS = 10  # at most. Source: net/options.hpp, drain_timeout
SEED = 20261123


@dataclass
class Sent:
    task: str
    on: Connection
    in_time: bool  # all of it, before the signal
    answer: Answer | None = None


class Round:
    """One receiver's life: connections that are used, then a signal between what is sent."""

    def __init__(self, receiver: Receiver, chance: random.Random, depth: int):
        self.receiver, self.chance, self.depth = receiver, chance, depth
        self.connections = [Connection(receiver.port) for _ in range(CONNECTIONS)]
        self.sent: list[Sent] = []
        self.stopped = False

    def send(self, on: Connection) -> None:
        new = [Sent(f"stop-{len(self.sent) + n}", on, not self.stopped) for n in range(self.depth)]
        self.sent += new
        try:
            on.send(b"".join(request("POST", KIE, kie(each.task, "text"), {**KIE_FIELDS, **JSON_TYPE}) for each in new))
        except OSError:
            assert self.stopped, "a connection was closed before the signal"

    def hear(self) -> None:
        for each in self.sent:
            if each.answer is None:
                try:
                    each.answer = each.on.answer()
                except OSError:
                    pass  # it stays without

    def run(self) -> None:
        for _ in range(self.chance.randrange(1, 4)):
            for each in self.connections:
                self.send(each)
            self.hear()
        last = self.chance.randrange(CONNECTIONS)
        for number, each in enumerate(self.chance.sample(self.connections, CONNECTIONS)):
            self.send(each)
            if number == last:
                self.receiver.process.send_signal(signal.SIGTERM)
                self.stopped = True
        began = time.monotonic()
        self.hear()
        for each in self.connections:
            each.socket.close()
        assert self.receiver.process.wait(2 * DRAIN_SECONDS) == 0, self.receiver.stderr()
        assert time.monotonic() - began < DRAIN_SECONDS, "it took too long to end"

    def stored(self) -> Counter:
        with sqlite3.connect(f"file:{self.receiver.data / 'callgate.db'}?mode=ro", uri=True) as database:
            rows = database.execute("SELECT t.task_id FROM events e JOIN tasks t ON t.number = e.task")
            return Counter(row[0] for row in rows)


def without_an_answer(sent: list[Sent]) -> list[str]:
    """Sent in time, and not after an answer that said that the connection closes."""
    closing, out = set(), []
    for each in sent:
        if each.answer is None and each.in_time and id(each.on) not in closing:
            out.append(each.task)
        if each.answer is not None and each.answer.fields.get("connection") == "close":
            closing.add(id(each.on))
    return out


@pytest.mark.parametrize("depth", [1, 4])
def test_what_was_sent_before_the_signal_is_answered_and_what_was_answered_is_stored(serve, depth):
    chance = random.Random(SEED)
    late = 0
    for number in range(ROUNDS):
        one = Round(serve(f"round-{number}"), chance, depth)
        one.run()
        odd = [each for each in one.sent if each.answer is not None and each.answer.status != 200]
        assert not odd, f"round {number}: {odd[:3]}"
        lost = without_an_answer(one.sent)
        assert not lost, f"round {number}: {len(lost)} were sent before the signal and got no answer: {lost[:5]}"
        found, answered = one.stored(), {each.task for each in one.sent if each.answer is not None}
        assert not answered - set(found), f"round {number}: answered, and not stored"
        assert set(found.values()) == {1}, f"round {number}: stored more than once"
        late += sum(not each.in_time for each in one.sent)
    assert late > ROUNDS, "the signal came when all was sent: this tested little"

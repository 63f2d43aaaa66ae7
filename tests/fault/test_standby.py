# SPDX-License-Identifier: Apache-2.0
"""A standby beside the active receiver: whoever is killed, what was acknowledged is there, once."""

import sqlite3
import threading
import time
from collections import Counter

import pytest

from callbacks import JSON_TYPE, KIE, KIE_FIELDS, SUNO, kie, suno
from raw_http import Connection, request
from receiver import SECRETS, Receiver, program, shimmed, until
from sync_delay import SyncDelay

CLIENTS = 6
STORED = "SELECT t.task_id FROM events e JOIN tasks t ON t.number = e.task"


class Client:
    """Posts callbacks over connections of its own, and sends again what got no answer."""

    def __init__(self, name: str):
        self.name = name
        self.acknowledged: list[str] = []
        self.quarantined: list[str] = []
        self.refused: list[tuple[str, int]] = []
        self.stopping = threading.Event()

    def bytes_of(self, task: str) -> bytes:
        number = int(task.rsplit("-", 1)[1])
        fields = {**JSON_TYPE, "x-delivery-id": "delivery-" + task}
        if number % 5 == 0:
            return request("POST", SUNO, suno(task, "first"), {**fields, "X-Suno-Signature": "sha256=" + "0" * 64})
        return request("POST", KIE, kie(task, "complete"), {**fields, **KIE_FIELDS})

    def send(self, port: int, task: str) -> bool:
        """A connection each, so that the kernel may choose any receiver. False when it got no answer."""
        try:
            with Connection(port, 10) as connection:
                connection.send(self.bytes_of(task))
                answer = connection.answer()
        except OSError:
            return False
        if answer is None:
            return False
        if answer.status == 200:
            self.acknowledged.append(task)
        elif answer.status == 401:
            self.quarantined.append(task)
        else:
            self.refused.append((task, answer.status))
        return answer.status in (200, 401)

    def run(self, port: int) -> None:
        number = 0
        while not self.stopping.is_set():
            number += 1
            task = f"{self.name}-{number}"
            while not self.send(port, task):
                pass


def stored(data, sql: str = STORED) -> Counter:
    with sqlite3.connect(f"file:{data / 'callgate.db'}?mode=ro", uri=True) as database:
        return Counter(row[0] for row in database.execute(sql))


def modes(receiver: Receiver) -> set[str]:
    """As many connections as it takes to hear from everybody who shares the port."""
    heard = set()
    for _ in range(40):
        with Connection(receiver.port) as connection:
            connection.send(request("GET", "/health"))
            heard.add(connection.answer().json()["mode"])
    return heard


@pytest.fixture
def pair(tmp_path):
    """pair() starts the active receiver; pair(active, **environment) a standby beside it."""
    made = []

    def start(beside: Receiver | None = None, ready: bool = True, **environment) -> Receiver:
        port = "0" if beside is None else str(beside.port)
        standby = [] if beside is None else ["--standby"]
        each = Receiver(tmp_path / f"receiver-{len(made)}", env={**SECRETS, **environment}, command=[
            program(), "serve", "--port", port, "--data", str(tmp_path / "data"), "--threads", "2", *standby])
        each.data = tmp_path / "data"
        made.append(each)
        return each.start(ready)

    yield start
    for each in made:
        each.kill()


def is_promoted(receiver: Receiver) -> bool:
    return any(line["message"].startswith("active: ") for line in receiver.log())


def spools(data) -> list[str]:
    return [path.name for path in data.iterdir() if path.name.startswith("standby-")]


def spooled(standby: Receiver) -> int:
    return len([1 for line in standby.log() if line.get("outcome") == "passive"])


def load(port: int) -> list[tuple[Client, threading.Thread]]:
    clients = [Client(f"client{n}") for n in range(CLIENTS)]
    threads = [threading.Thread(target=c.run, args=(port,), daemon=True) for c in clients]
    for thread in threads:
        thread.start()
    return list(zip(clients, threads))


def end(running) -> list[Client]:
    for client, _ in running:
        client.stopping.set()
    for _, thread in running:
        thread.join(30)
        assert not thread.is_alive(), "a client got no answer"
    return [client for client, _ in running]


def each_is_there_once(data, clients: list[Client]) -> None:
    acknowledged = [task for c in clients for task in c.acknowledged]
    found = stored(data)
    assert not set(acknowledged) - set(found), "acknowledged and lost"
    assert not [task for task, times in found.items() if times != 1], "stored more than once"
    bodies = stored(data, "SELECT json_extract(CAST(raw AS TEXT), '$.data.task_id') FROM quarantine")
    quarantined = [task for c in clients for task in c.quarantined]
    assert not set(quarantined) - set(bodies), "quarantined and lost"
    assert not set(found) & set(quarantined), "what was refused moved a task"


def test_a_standby_takes_over_under_load_and_each_acknowledged_callback_is_there_once(pair):
    """Three times: each time the active one is killed, and the next standby takes its place."""
    active = pair()
    data, port = active.data, active.port
    running = load(port)
    passive = 0
    for _ in range(3):
        standby = pair(active)
        assert until(lambda: spooled(standby) > 20)
        before = sum(len(c.acknowledged) for c, _ in running)
        active.kill()
        assert until(lambda: is_promoted(standby), 20), standby.log()[-3:]
        assert until(lambda: sum(len(c.acknowledged) for c, _ in running) > before + 50, 20)
        passive += spooled(standby)
        active = standby
    clients = end(running)
    assert passive > 60 and sum(len(c.quarantined) for c in clients) > 10
    assert not [r for c in clients for r in c.refused], "somebody always takes it"
    assert until(lambda: not spools(data))
    each_is_there_once(data, clients)
    assert active.stop() == 0
    with sqlite3.connect(data / "callgate.db") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert not database.execute("SELECT * FROM cursors").fetchall(), "a spool's place is kept for ever"


def test_a_spooled_callback_is_answered_after_its_sync(pair, tmp_path):
    """And as the table of its provider says for passive."""
    active = pair()
    delay = SyncDelay(tmp_path / "delay")
    standby = pair(active, **shimmed("delay", CALLGATE_SHIM_DELAY=str(delay.path)))

    def post(number: int) -> float:
        """Seconds until its answer."""
        began = time.monotonic()
        with Connection(active.port) as connection:
            connection.send(request("POST", KIE, kie(f"slow-{number}", "text"), {**JSON_TYPE, **KIE_FIELDS}))
            answer = connection.answer()
        assert answer.status == 200 and answer.json()["ok"] is True
        return time.monotonic() - began

    assert until(lambda: post(0) and spooled(standby) > 0), "the spool is open from here on"
    delay.set(700, 700)
    for number in range(1, 50):
        took = post(number)
        if not active.logged(task_id=f"slow-{number}"):
            break  # whom the standby took; how long an answer takes does not tell on a busy machine
    line = standby.logged(task_id=f"slow-{number}")[0]
    assert (line["outcome"], line["http_status"], line["sequence"]) == ("passive", 200, 0)
    assert took >= 0.6, f"answered after {took:.2f} s, before its sync"


def test_the_spool_of_a_killed_standby_is_drained_by_the_active_one(pair):
    active = pair()
    standby = pair(active)
    running = load(active.port)
    assert until(lambda: spooled(standby) > 20)
    standby.kill()
    clients = end(running)
    assert until(lambda: not spools(active.data), 20), spools(active.data)
    assert until(lambda: modes(active) == {"active"})
    each_is_there_once(active.data, clients)
    assert active.stop() == 0


def test_the_spool_that_is_left_when_both_were_killed_is_drained_after_a_restart(pair):
    """The standby is killed before, within or after its promotion, as it comes."""
    active = pair()
    active.command[active.command.index("--port") + 1] = str(active.port)  # for its restarts
    running = load(active.port)
    for pause in (0.0, 0.1, 0.3, 0.5):
        standby = pair(active)
        assert until(lambda: spooled(standby) > 20)
        active.kill()
        time.sleep(pause)
        standby.kill()
        active.start()  # clients have nobody for a moment, are refused while it opens, and go on
    clients = end(running)
    assert until(lambda: not spools(active.data), 20), spools(active.data)
    each_is_there_once(active.data, clients)
    assert active.stop() == 0


def test_a_standby_that_is_stopped_leaves_its_callbacks_to_the_active_one(pair):
    active = pair()
    standby = pair(active)
    running = load(active.port)
    assert until(lambda: spooled(standby) > 20)
    assert standby.stop() == 0
    clients = end(running)
    assert until(lambda: not spools(active.data)), "nobody took the spool over"
    each_is_there_once(active.data, clients)

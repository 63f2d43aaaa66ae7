# SPDX-License-Identifier: Apache-2.0
"""The event feed: durable, in order, and patient."""

from __future__ import annotations

import json
import threading
import time

import pytest
import requests

from callbacks import JOB, JOB_FIELDS, JSON_TYPE, KIE, KIE_FIELDS, SUNO, TTS, job, kie, register, signed, suno
from raw_http import Connection, request
from receiver import until


def read(receiver, **query):
    """The events, and where to go on."""
    answer = requests.get(receiver.base + "/api/events", params=query, timeout=60)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "application/x-ndjson"
    return [json.loads(line) for line in answer.text.splitlines()], int(answer.headers["X-Next-After"])


def post(receiver, *tasks):
    register(receiver, "job_worker", *tasks)
    for task in tasks:
        assert receiver.post(JOB, job(task), JOB_FIELDS).status_code == 200


@pytest.mark.parametrize("store", ["sqlite", "memory"])
def test_every_stored_event_is_a_line(serve, store):
    """S1.48: all providers in one log."""
    receiver = serve(store=store)
    assert read(receiver) == ([], 0)
    body = suno("task-1", "first")
    receiver.post(SUNO, body, signed(body))
    receiver.post(SUNO, body, signed(body))  # a duplicate is no event
    receiver.post(KIE, kie("task-2", "later-than-we-know"), KIE_FIELDS)
    receiver.post(KIE, b"bad json", KIE_FIELDS)  # nor is what is quarantined
    receiver.post(TTS, b'{"story_id": "s-1",\r\n "error": "e"}')
    events, following = read(receiver)
    assert [e["sequence"] for e in events] == [1, 2, 3]
    assert following == 3
    first = events[0]
    assert first["raw"] == json.loads(body)
    assert {**first, "raw": 0, "timestamp": 0} == {
        "sequence": 1, "provider": "suno", "mount": "suno", "task_id": "task-1", "record_id": None,
        "stage": "first", "outcome": "accepted", "moved": True, "status_code": 200,
        "status_message": "First track generated", "timestamp": 0, "raw": 0}
    assert (events[1]["outcome"], events[1]["moved"]) == ("unknown_type", False)
    assert events[2]["raw"] == {"story_id": "s-1", "error": "e"}, "in one line"


def test_the_feed_goes_on_where_it_was_told(serve):
    receiver = serve()
    post(receiver, *(f"job-{n}" for n in range(25)))
    after, sequences = 0, []
    while True:
        events, after = read(receiver, after=after, limit=10)
        if not events:
            break
        sequences += [e["sequence"] for e in events]
    assert sequences == list(range(1, 26))


def test_removed_events_leave_holes_only(serve):
    receiver = serve()
    post(receiver, "job-1", "job-2", "job-3")
    requests.delete(f"{receiver.base}/api/history/{receiver.entry('job-2')['id']}", timeout=20)
    post(receiver, "job-4")
    events, following = read(receiver)
    assert [e["sequence"] for e in events] == [1, 3, 4]
    assert following == 4
    assert requests.post(receiver.base + "/api/history/clear", timeout=20).json()["removed"] == 3
    assert read(receiver) == ([], 4)
    post(receiver, "job-5")
    assert [e["sequence"] for e in read(receiver, after=4)[0]] == [5]


def test_a_filtered_reader_passes_over_what_is_not_his(serve):
    receiver = serve()
    post(receiver, "job-1", "job-2")
    receiver.post(TTS, {"story_id": "s-1", "error": "e"})
    events, following = read(receiver, provider="tts_error")
    assert ([e["sequence"] for e in events], following) == ([3], 3)
    post(receiver, "job-3")
    assert read(receiver, provider="tts_error", after=3) == ([], 4)


@pytest.mark.parametrize("query, status, error", [
    ("after=-1", 400, "bad_after"), ("after=x", 400, "bad_after"), ("limit=0", 400, "bad_limit"),
    ("limit=1001", 400, "bad_limit"), ("wait=31", 400, "bad_wait"), ("wait=x", 400, "bad_wait"),
    ("from=1", 400, "unknown_parameter"), ("after=1000000", 409, "after_ahead")])
def test_a_bad_request_is_refused(receiver, query, status, error):
    answer = receiver.get("/api/events?" + query)
    assert (answer.status_code, answer.json()["error"]) == (status, error)


@pytest.mark.parametrize("store", ["sqlite", "memory"])
def test_a_reader_who_waits_is_answered_with_the_event(serve, store):
    receiver = serve(store=store)
    got = []
    reader = threading.Thread(target=lambda: got.append((read(receiver, wait=30), time.monotonic())))
    reader.start()
    assert until(lambda: waiting_connections(receiver) >= 1)
    begin = time.monotonic()
    post(receiver, "job-1")
    reader.join(20)
    (events, following), end = got[0]
    assert ([e["task_id"] for e in events], following) == (["job-1"], 1)
    assert end - begin < 5


def test_a_reader_who_waits_in_vain_is_told_nothing_after_that_time(receiver):
    _, after = read(receiver)
    begin = time.monotonic()
    assert read(receiver, after=after, wait=1) == ([], after)
    assert 1 <= time.monotonic() - begin < 5


MAX_WAITERS = 64  # Source: limits.hpp


@pytest.mark.parametrize("listens_on", [False, True])
def test_a_reader_who_hangs_up_gives_its_place_free(receiver, listens_on):
    _, after = read(receiver)
    readers = []

    def add_readers(number):
        for _ in range(number):
            readers.append(Connection(receiver.port))
            readers[-1].send(request("GET", f"/api/events?after={after}&wait=30"))

    def is_full():  # where too many asked at once, some were turned away: others take their places
        if requests.get(busy, timeout=20).status_code == 503:
            return True
        add_readers(1)
        return False

    busy = receiver.base + f"/api/events?after={after}&wait=1"
    add_readers(MAX_WAITERS)
    assert until(is_full), "there is room for more"
    for reader in readers:
        reader.say_no_more() if listens_on else reader.socket.close()
    begin = time.monotonic()
    assert until(lambda: requests.get(busy, timeout=20).status_code == 200)
    assert time.monotonic() - begin < 10
    if listens_on:  # it is told at once that there is nothing
        told = [reader.answer().status for reader in readers]
        assert told.count(200) == MAX_WAITERS and set(told) <= {200, 503}


def test_the_end_of_the_program_ends_every_wait(serve):
    receiver = serve()
    answers = []
    readers = [threading.Thread(target=lambda: answers.append(read(receiver, wait=30))) for _ in range(8)]
    for each in readers:
        each.start()
    assert until(lambda: waiting_connections(receiver) >= 8)
    time.sleep(0.3)  # nothing tells that their requests have been read, too
    begin = time.monotonic()
    assert receiver.stop() == 0
    for each in readers:
        each.join(20)
    assert time.monotonic() - begin < 5
    assert answers == [([], 0)] * 8


def waiting_connections(receiver) -> int:
    """Established ones, as the kernel lists them."""
    with open("/proc/net/tcp", encoding="ascii") as table:
        rows = [line.split() for line in table.readlines()[1:]]
    return sum(row[1].endswith(f":{receiver.port:04X}") and row[3] == "01" for row in rows)


def test_what_was_answered_is_in_the_feed_at_once_and_in_order(serve):
    """Many senders, one reader who follows: no sequence comes late, none is missing."""
    receiver = serve(threads=2)
    total, senders = 400, 4
    seen: list[int] = []

    def send(name: int) -> None:
        with requests.Session() as session:
            for n in range(total // senders):
                session.post(receiver.base + JOB, data=job(f"job-{name}-{n}"),
                             headers={**JOB_FIELDS, **JSON_TYPE}, timeout=20)

    threads = [threading.Thread(target=send, args=(n,)) for n in range(senders)]
    for each in threads:
        each.start()
    after = 0
    end = time.monotonic() + 60
    while len(seen) < total and time.monotonic() < end:
        events, after = read(receiver, after=after, wait=5, limit=7)
        seen += [e["sequence"] for e in events]
    for each in threads:
        each.join(20)
    assert seen == list(range(1, total + 1))


def test_one_answer_is_bounded_by_bytes(serve):
    receiver = serve()
    text = "x" * 16_000
    count = 320
    for n in range(count):
        receiver.post(TTS, {"story_id": f"s-{n}", "error": "e", "error_details": text})
    events, after = read(receiver, limit=1000)
    assert 200 < len(events) < count
    assert sum(len(json.dumps(e["raw"])) for e in events) < 4_500_000
    assert len(events) + len(read(receiver, after=after, limit=1000)[0]) == count


def test_the_feed_goes_on_over_a_restart(serve):
    receiver = serve("same")
    post(receiver, "job-1", "job-2")
    receiver.kill()
    again = serve("same")
    post(again, "job-3")
    assert [e["sequence"] for e in read(again, after=1)[0]] == [2, 3]

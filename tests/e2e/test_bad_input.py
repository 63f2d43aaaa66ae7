# SPDX-License-Identifier: Apache-2.0
"""HTTP as it should not be, and HTTP as few clients send it."""

import socket
import time

import pytest

from callbacks import JOB, JOB_FIELDS, JSON_TYPE, KIE, KIE_FIELDS, SUNO, TTS, job, kie, register
from raw_http import Connection, ask, chunked, in_pieces, request

JOB_HEAD = {**JOB_FIELDS, **JSON_TYPE}
CHUNKED_HEAD = {**JOB_HEAD, "Transfer-Encoding": "chunked"}


def kie_request(task, **how):
    return request("POST", KIE, kie(task, "first"), {**KIE_FIELDS, **JSON_TYPE}, **how)


MALFORMED = {
    "a bare line feed": b"GET /health HTTP/1.1\nHost: a\n\n",
    "no version": b"GET /health\r\n\r\n",
    "words": b"hello there\r\n\r\n",
    "a bad version": b"GET /health HTTP/x.y\r\nHost: a\r\n\r\n",
    "a space before the colon": b"GET /health HTTP/1.1\r\nHost : a\r\n\r\n",
    "a folded line": b"GET /health HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n",
    "no host": b"GET /health HTTP/1.1\r\n\r\n",
    "two hosts": b"GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    "a control byte": b"GET /health HTTP/1.1\r\nHost: a\r\nX: \x01\r\n\r\n",
    "a TLS greeting": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 40 + b"\r\n\r\n",
    "a negative length": b"POST /callbacks/job HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
    "two lengths": b"POST /callbacks/job HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n"
                   b"Content-Length: 2\r\n\r\nab",
    "length and chunks": b"POST /callbacks/job HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n"
                         b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a bad chunk size": b"POST /callbacks/kie HTTP/1.1\r\nHost: a\r\n"
                        b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n",
}


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_http_is_400_and_the_connection_closes(receiver, name):
    smuggled = b"GET /health HTTP/1.1\r\nHost: a\r\n\r\n"  # must never be read as a request
    with Connection(receiver.port) as connection:
        connection.send(MALFORMED[name] + smuggled)
        answer = connection.answer()
        assert answer is not None and answer.status == 400, answer
        assert answer.fields["connection"] == "close" and "error" in answer.json()
        connection.say_no_more()
        assert connection.is_closed()


def test_a_body_over_the_bound_is_413_before_it_is_sent(receiver):
    with Connection(receiver.port) as connection:
        connection.send(request("POST", JOB, None, {**JOB_HEAD, "Content-Length": "262145"}))
        answer = connection.answer()
        assert answer.status == 413 and answer.json()["debug"]["errorType"] == "ValidationError"
        assert answer.fields["connection"] == "close"


def test_a_chunked_body_over_the_bound_is_413(receiver):
    body = chunked(b"x" * 300_000, [65536] * 4)
    answer = ask(receiver.port, request("POST", JOB, body, CHUNKED_HEAD))
    assert answer.status == 413


def test_a_body_of_exactly_the_bound_is_taken(receiver):
    head = b'{"jobId":"bound-1","status":"completed","more":"'
    register(receiver, "job_worker", "bound-1")
    body = head + b"x" * (256 * 1024 - len(head) - 2) + b'"}'
    assert ask(receiver.port, request("POST", JOB, body, JOB_HEAD)).status == 200


def test_a_refused_sender_can_read_its_answer_although_it_sends_on(receiver):
    """Closing at once would reset the connection and lose the answer."""
    with Connection(receiver.port) as connection:
        connection.send(request("POST", JOB, None, {**JOB_HEAD, "Content-Length": "2000000"}))
        for _ in range(10):  # after a reset these would fail
            time.sleep(0.02)
            connection.send(b"x" * 65536)
        assert connection.answer().status == 413


@pytest.mark.parametrize("method, path, fields, status", [
    ("POST", "/nowhere", JSON_TYPE, 404), ("PUT", JOB, JSON_TYPE, 405), ("POST", TTS, {}, 415),
    ("OPTIONS", JOB, {}, 204), ("GET", "/api/history", {}, 413),
    ("POST", JOB, {**JOB_HEAD, "Content-Length": "999999"}, 413)])
def test_a_body_that_is_not_read_is_never_taken_for_a_request(receiver, method, path, fields,
                                                              status):
    smuggled = request("GET", "/health")
    with Connection(receiver.port) as connection:
        length = {"Content-Length": str(len(smuggled))}
        connection.send(request(method, path, smuggled, {**length, **fields}))
        answer = connection.answer()
        assert (answer.status, answer.fields.get("connection")) == (status, "close")
        connection.say_no_more()
        assert connection.is_closed()


def test_a_long_target_is_414(receiver):
    assert ask(receiver.port, request("GET", "/health?" + "x" * 5000)).status == 414


@pytest.mark.parametrize("fields", [{"X-Long": "x" * 9000}, {f"X-{n}": "1" for n in range(70)}],
                         ids=["too long", "too many"])
def test_too_many_header_bytes_are_431(receiver, fields):
    assert ask(receiver.port, request("GET", "/health", None, fields)).status == 431


@pytest.mark.parametrize("path", ["/", "/callbacks", "/callbacks/suno/", "/callbacks/SUNO",
                                  "/api", "/healthy"])
def test_an_unknown_path_is_404(receiver, path):
    answer = receiver.get(path)
    assert (answer.status_code, answer.json()) == (404, {"error": "not_found"})


@pytest.mark.parametrize("method, path, allow", [
    ("GET", SUNO, "POST, OPTIONS"), ("PUT", JOB, "POST, OPTIONS"), ("DELETE", KIE, "POST"),
    ("GET", TTS, "POST"), ("OPTIONS", TTS, "POST"), ("POST", "/health", "GET, HEAD")])
def test_a_wrong_method_is_405_and_names_the_right_ones(receiver, method, path, allow):
    answer = ask(receiver.port, request(method, path))
    assert (answer.status, answer.fields.get("allow")) == (405, allow)


@pytest.mark.parametrize("fields", [{"Content-Type": "text/plain"}, {},
                                    {"Content-Type": "application/jsonx"}])
def test_an_unsupported_content_type_is_415(receiver, fields):
    data = request("POST", JOB, job("typed-1"), {**JOB_FIELDS, **fields})
    assert ask(receiver.port, data).status == 415
    assert receiver.get("/api/history/typed-1").status_code == 404


@pytest.mark.parametrize("sizes", [[], [1] * 20, [7, 1, 30], [16]])
def test_a_chunked_body_is_joined(receiver, sizes):
    task = f"chunked-{len(sizes)}-{sum(sizes)}"
    register(receiver, "job_worker", task)
    data = request("POST", JOB, chunked(job(task), sizes), CHUNKED_HEAD)
    assert ask(receiver.port, data).json()["debug"]["jobId"] == task


def test_a_chunked_body_may_come_in_any_pieces(receiver):
    task = "chunked-pieces"
    register(receiver, "job_worker", task)
    data = request("POST", JOB, chunked(job(task), [5, 9]), CHUNKED_HEAD)
    for at in range(len(data) - len(chunked(job(task), [5, 9])), len(data)):
        assert in_pieces(receiver.port, [data[:at], data[at:]]).status == 200, at


def test_expect_continue_is_answered_before_the_body(receiver):
    register(receiver, "job_worker", "expect-1")
    body = job("expect-1")
    data = request("POST", JOB, body, {**JOB_HEAD, "Expect": "100-continue"})
    with Connection(receiver.port) as connection:
        connection.send(data[:-len(body)])
        assert connection.answer().status == 100
        connection.send(body)
        assert connection.answer().json()["debug"]["jobId"] == "expect-1"


def test_expect_continue_is_refused_at_once_when_the_body_is_not_wanted(receiver):
    fields = {**JOB_HEAD, "Expect": "100-continue", "Content-Length": "999999999"}
    assert ask(receiver.port, request("POST", JOB, None, fields)).status == 413


def test_another_expectation_is_417(receiver):
    assert ask(receiver.port, request("GET", "/health", None, {"Expect": "the best"})).status == 417


def test_pipelined_requests_are_answered_in_order(receiver):
    """Also when some wait for the disk and others do not."""
    tasks = [f"pipelined-{n}" for n in range(20)]
    data = b"".join(kie_request(task) + request("GET", "/health") for task in tasks)
    with Connection(receiver.port) as connection:
        connection.send(data)
        for task in tasks:
            assert connection.answer().json()["task_id"] == task
            assert connection.answer().json()["status"] == "ok"
        assert connection.is_quiet()


def test_a_connection_is_kept_for_many_requests(receiver):
    with Connection(receiver.port) as connection:
        for number in range(100):
            connection.send(kie_request(f"kept-{number}"))
            assert connection.answer().status == 200


def test_connection_close_is_obeyed(receiver):
    with Connection(receiver.port) as connection:
        connection.send(request("GET", "/health", None, {"Connection": "close"}))
        assert connection.answer().fields["connection"] == "close"
        assert connection.is_closed()


def test_http_1_0_closes_unless_asked_to_keep(receiver):
    with Connection(receiver.port) as connection:
        connection.send(request("GET", "/health", version="1.0"))
        assert connection.answer().status == 200
        assert connection.is_closed()
    with Connection(receiver.port) as connection:
        for _ in range(3):
            connection.send(request("GET", "/health", None, {"Connection": "keep-alive"}, "1.0"))
            assert connection.answer().fields["connection"] == "keep-alive"


def test_http_2_0_is_505(receiver):
    assert ask(receiver.port, request("GET", "/health", version="2.0")).status == 505


def test_head_of_health_has_no_body(receiver):
    """S4.1"""
    with Connection(receiver.port) as connection:
        connection.send(request("HEAD", "/health") + request("GET", "/health"))
        head = connection.answer(to_head=True)
        full = connection.answer()
    assert head.status == 200 and head.fields["content-length"] == str(len(full.body))


def test_head_of_history_has_no_body(receiver):
    with Connection(receiver.port) as connection:
        connection.send(request("HEAD", "/api/history") + request("GET", "/health"))
        assert connection.answer(to_head=True).status == 200
        assert connection.answer().json()["status"] == "ok"


def test_a_request_may_be_split_anywhere(receiver):
    """The rest in a second packet, at every position."""
    size = len(kie_request("split-0000"))
    for at in range(1, size):
        task = f"split-{at:04}"
        data = kie_request(task)
        answer = in_pieces(receiver.port, [data[:at], data[at:]])
        assert answer is not None and answer.json()["task_id"] == task, at


def test_a_request_may_come_byte_by_byte(receiver):
    data = kie_request("bytewise-1")
    answer = in_pieces(receiver.port, [data[at:at + 1] for at in range(len(data))], 0)
    assert answer.json()["task_id"] == "bytewise-1"


def test_a_request_that_ends_too_early_is_never_acknowledged(receiver):
    """Cut at every position, then the sender closes: no 2xx, nothing stored."""
    data = kie_request("truncated-1")
    for at in range(1, len(data)):
        with Connection(receiver.port) as connection:
            connection.send(data[:at])
            connection.say_no_more()
            answer = connection.answer()
            assert answer is None or answer.status >= 400, at
    assert receiver.get("/api/history/truncated-1").status_code == 404


def test_a_duplicate_storm_is_one_event(receiver):
    """One key, 16 connections at once, 100 times each."""
    body = kie("storm-1", "first")
    data = request("POST", KIE, body, {**KIE_FIELDS, "x-delivery-id": "storm"})
    connections = [Connection(receiver.port) for _ in range(16)]
    answers = []
    for _ in range(100):
        for connection in connections:
            connection.send(data)
        answers += [connection.answer() for connection in connections]
    for connection in connections:
        connection.socket.close()
    assert {a.status for a in answers} == {200}
    assert len([a for a in answers if a.body != b'{"ok":true,"cached":true}']) == 1
    assert len(receiver.entry("storm-1")["timeline"]) == 1


def test_many_silent_connections_hold_nobody_up(receiver):
    """Slow senders: their number costs others nothing."""
    silent = [Connection(receiver.port) for _ in range(500)]
    for connection in silent[::2]:
        connection.send(b"POST /callbacks/job HTTP/1.1\r\nHost: a\r\n")
    began = time.monotonic()
    assert receiver.get("/health").status_code == 200
    assert ask(receiver.port, kie_request("beside-1")).status == 200
    assert time.monotonic() - began < 1
    for connection in silent:
        connection.socket.close()


def test_a_head_that_does_not_end_is_408(receiver):
    """After ten seconds; also when bytes trickle in, for the whole head has one deadline."""
    with Connection(receiver.port) as connection:
        connection.send(b"GET /health HTTP/1.1\r\n")
        began = time.monotonic()
        connection.socket.settimeout(0.5)
        answer = None
        while answer is None and time.monotonic() - began < 15:
            try:
                connection.send(b"X")
                answer = connection.answer()
            except (TimeoutError, socket.timeout):
                pass
        assert answer is not None and answer.status == 408
        assert 9 <= time.monotonic() - began <= 12

# SPDX-License-Identifier: Apache-2.0
"""Limits that an operator sets: rates, who counts as the client, times, sizes."""

import socket
import time

import pytest
import requests

from callbacks import JOB, JOB_FIELDS, SUNO, TTS, job, signed, suno
from raw_http import Connection
from receiver import run, until

FEW = ("--address-rate", "0.05", "--address-burst", "3")


def post(receiver, task: str, **fields):
    body = suno(task, "text")
    return receiver.post(SUNO, body, {**signed(body), **{k.replace("_", "-"): v for k, v in fields.items()}})


def test_who_sends_too_often_is_told_when_to_come_again(serve):
    receiver = serve(args=FEW)
    assert [post(receiver, f"rate-{n}").status_code for n in range(5)] == [200, 200, 200, 429, 429]
    refused = post(receiver, "rate-5")
    assert refused.json() == {"ok": False, "error": "rate_limited"}
    assert 15 <= int(refused.headers["Retry-After"]) <= 20
    history = receiver.get("/api/history")
    assert (history.status_code, history.json()) == (429, {"error": "rate_limited"})
    assert 15 <= int(history.headers["Retry-After"]) <= 20
    assert receiver.get("/health").status_code == 200, "who watches is never refused"
    line = receiver.logged(outcome="rate_limited")[0]
    assert (line["client"], line["http_status"], line["sequence"]) == ("127.0.0.1", 429, 0)


def test_the_body_of_a_refused_callback_is_not_waited_for(serve):
    receiver = serve(args=FEW)
    for n in range(3):
        post(receiver, f"unread-{n}")
    with Connection(receiver.port) as connection:
        connection.send(b"POST /callbacks/suno HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                        b"Content-Length: 100000\r\n\r\n")
        assert connection.answer().status == 429


def test_tokens_come_back_with_time(serve):
    receiver = serve(args=("--address-rate", "0.5", "--address-burst", "1"))
    assert post(receiver, "back-1").status_code == 200
    refused = post(receiver, "back-2")
    assert refused.status_code == 429 and refused.headers["Retry-After"] in ("1", "2")
    time.sleep(2.2)
    assert post(receiver, "back-3").status_code == 200


def test_a_rate_of_a_mount_is_one_for_all_its_senders_and_for_no_other_mount(serve):
    receiver = serve(args=("--mount-rate", "0.05", "--mount-burst", "2", "--trusted-proxy", "127.0.0.1"))
    answers = [post(receiver, f"mount-{n}", X_Forwarded_For=f"203.0.113.{n}") for n in range(3)]
    assert [a.status_code for a in answers] == [200, 200, 429]
    assert receiver.post(JOB, job("mount-job"), JOB_FIELDS).status_code != 429
    assert receiver.get("/api/history").status_code == 200


def test_clients_behind_a_trusted_proxy_are_counted_apart(serve):
    receiver = serve(args=(*FEW, "--trusted-proxy", "10.0.0.0/8", "--trusted-proxy", "127.0.0.1"))
    for n in range(3):
        assert post(receiver, f"a-{n}", X_Forwarded_For="203.0.113.9").status_code == 200
    assert post(receiver, "a-3", X_Forwarded_For="203.0.113.9, 10.1.1.1").status_code == 429
    assert post(receiver, "a-4", X_Forwarded_For="198.51.100.1, 203.0.113.9").status_code == 429, \
        "what the client put in front counts for nothing"
    assert post(receiver, "b-1", Forwarded='for="[2001:db8::7]:4711";proto=https').status_code == 200
    assert receiver.logged(task_id="b-1")[0]["client"] == "2001:db8::7"
    assert receiver.logged(task_id="a-1")[0]["client"] == "203.0.113.9"


def test_nobody_else_can_say_who_they_are(serve):
    receiver = serve(args=(*FEW, "--trusted-proxy", "10.0.0.0/8"))
    answers = [post(receiver, f"spoof-{n}", X_Forwarded_For=f"203.0.113.{n}", Forwarded=f"for=203.0.113.{n}")
               for n in range(4)]
    assert [a.status_code for a in answers] == [200, 200, 200, 429]
    assert receiver.logged(task_id="spoof-0")[0]["client"] == "127.0.0.1"


@pytest.mark.parametrize("args, words", [
    (["--trusted-proxy", "proxy.example"], ["proxy.example", "10.0.0.0/8", "--trusted-proxy"]),
    (["--trusted-proxy", "10.0.0.1/8"], ["10.0.0.1/8"]),
    (["--address-rate", "-1"], ["address", "0 to 1000000"]),
    (["--mount-burst", "5"], ["mount", "without a rate"]),
    (["--idle-timeout", "0"], ["--idle-timeout"]),
    (["--public-url", "hooks.example.com"], ["hooks.example.com", "https://", "--public-url"]),
    (["--admin-listen", "localhost:1"], ["localhost:1", "127.0.0.1:9090", "--admin-listen"]),
    (["--admin-listen", "::1:9090"], ["::1:9090", "[::1]:9090"]),
], ids=lambda value: " ".join(value)[:40])
def test_a_limit_that_is_none_is_refused_at_start(tmp_path, args, words):
    done = run("serve", "--port", "0", "--store", "memory", *args)
    lines = done.stderr.splitlines()
    assert (done.returncode, len(lines)) == (2, 1), done.stderr
    for word in words:
        assert word in lines[0], (word, lines[0])


def ends(connection: socket.socket, seconds: float) -> bytes:
    """Everything that comes until the receiver closes; an error when it does not."""
    connection.settimeout(seconds)
    got = b""
    while True:
        more = connection.recv(4096)
        if not more:
            return got
        got += more


def test_times_are_as_told(serve):
    receiver = serve(args=("--idle-timeout", "0.5", "--head-timeout", "0.7", "--body-timeout", "0.9"))
    address = ("127.0.0.1", receiver.port)
    with socket.create_connection(address) as idle, socket.create_connection(address) as head, \
            socket.create_connection(address) as body:
        began = time.monotonic()
        head.sendall(b"POST /callbacks/suno HTTP/1.1\r\nHost: a\r\n")
        body.sendall(b"POST /callbacks/suno HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                     b"Content-Length: 100\r\n\r\n{")
        assert ends(idle, 5) == b""
        assert 0.4 <= time.monotonic() - began < 4
        assert ends(head, 5).startswith(b"HTTP/1.1 408 ")
        assert ends(body, 5).startswith(b"HTTP/1.1 408 ")
        assert 0.8 <= time.monotonic() - began < 9


HEALTH = b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"


def is_served(receiver) -> bool:
    try:
        return receiver.get("/health").status_code == 200
    except requests.ConnectionError:
        return False


def test_connections_of_one_address_are_bounded(serve):
    receiver = serve(args=("--max-connections-per-address", "2"))
    receiver.session.close()
    with Connection(receiver.port) as first, Connection(receiver.port) as second:
        for each in (first, second):
            each.send(HEALTH)
            assert each.answer().status == 200
        with socket.create_connection(("127.0.0.1", receiver.port)) as third:
            try:
                assert ends(third, 5) == b"", "closed without a word"
            except ConnectionError:
                pass
        with Connection(receiver.port, sender="127.0.0.2") as other:
            other.send(HEALTH)
            assert other.answer().status == 200
    assert until(lambda: is_served(receiver)), "places are free again"


def test_connections_in_all_are_bounded_and_the_rest_wait(serve):
    receiver = serve(args=("--max-connections", "2", "--admin-listen", "127.0.0.1:0"))
    receiver.session.close()
    line = until(lambda: [l["message"] for l in receiver.log() if l["message"].startswith("health and API on ")])[0]
    with Connection(receiver.port) as first, Connection(receiver.port) as second:
        for each in (first, second):
            each.send(HEALTH)
            assert each.answer().status == 200
        waiting = Connection(receiver.port)
        waiting.send(HEALTH)
        waiting.socket.settimeout(0.5)
        with pytest.raises(TimeoutError):
            waiting.answer()
        with Connection(int(line.rsplit(":", 1)[1])) as operator:
            operator.send(HEALTH)
            assert operator.answer().status == 200, "who operates it is not locked out"
    waiting.socket.settimeout(10)
    assert waiting.answer().status == 200
    waiting.socket.close()


def test_a_body_that_trickles_is_not_waited_for(serve):
    """240 bytes per second after five seconds, long before the body's time is over."""
    receiver = serve()
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", receiver.port)) as connection:
        connection.sendall(b"POST /callbacks/suno HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                           b"Content-Length: 10000\r\n\r\n")
        connection.settimeout(0.5)
        got = b""
        while not got and time.monotonic() - began < 20:
            connection.sendall(b" ")
            try:
                got = connection.recv(4096)
            except TimeoutError:
                pass
    assert got.startswith(b"HTTP/1.1 408 ")
    assert 4 < time.monotonic() - began < 15


def pushed(connection: socket.socket, data: bytes, seconds: float) -> None:
    """Sends until the other side takes no more."""
    connection.settimeout(seconds)
    try:
        connection.sendall(data)
    except (TimeoutError, ConnectionError):
        pass


def test_who_does_not_take_its_answers_is_closed(serve):
    receiver = serve(args=("--write-timeout", "0.5"))
    asked = 4000  # of some 30 KB each: more than buffers between two sockets hold
    with socket.create_connection(("127.0.0.1", receiver.port)) as connection:
        pushed(connection, b"GET /api/openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n" * asked, 1)
        time.sleep(2)
        got = b""
        try:
            got = ends(connection, 5)
        except ConnectionError:
            pass  # what was left unread makes it a reset
        assert got.count(b"HTTP/1.1 200 OK") < asked
    assert receiver.get("/health").status_code == 200


def test_whose_request_never_ends_does_not_hold_up_the_end(serve):
    receiver = serve(args=("--drain-timeout", "0.5"))
    with socket.create_connection(("127.0.0.1", receiver.port)) as connection:
        connection.sendall(b"POST /callbacks/suno HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                           b"Content-Length: 100\r\n\r\n{")
        time.sleep(0.2)
        began = time.monotonic()
        assert receiver.stop() == 0
        assert time.monotonic() - began < 5


@pytest.mark.parametrize("path, bound", [(SUNO, 256 * 1024), ("/callbacks/kie", 1 << 20), ("/callback", 1 << 20),
                                         (TTS, 256 * 1024), (JOB, 256 * 1024)])
def test_every_route_bounds_its_body(receiver, path, bound):
    """The schema's max_body; none of these bodies is a callback."""
    over = receiver.post(path, b" " * (bound + 1))
    assert over.status_code == 413
    within = receiver.post(path, b" " * bound)
    assert within.status_code != 413
    assert [line["body_bytes"] for line in receiver.logged(outcome="too_large")][-1] == 0, "it was not read"


@pytest.mark.parametrize("path, bound", [("/api/tasks", 256 * 1024), ("/api/history/clear", 4096),
                                         ("/api/history/cleanup", 4096)])
def test_every_path_of_the_api_bounds_its_body(receiver, path, bound):
    over = receiver.post(path, b"{" + b" " * bound + b"}")
    assert (over.status_code, over.json()["error"]) == (413, "body_too_large")
    within = receiver.post(path, b"{" + b" " * (bound - 2) + b"}")
    assert within.status_code in (200, 400), within.text

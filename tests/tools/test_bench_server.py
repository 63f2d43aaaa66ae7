# SPDX-License-Identifier: Apache-2.0
"""./dev bench server: its requests, its load, how goals are judged. How long things take is not asserted."""
import hashlib
import hmac
import importlib.util
import json
import re
import socket
import ssl
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
HERE = PROJECT / "benchmarks" / "server"
COMMAND = [sys.executable, "-B", PROJECT / "benchmarks" / "server.py"]


@pytest.fixture(scope="module")
def server():
    spec = importlib.util.spec_from_file_location("server", PROJECT / "benchmarks" / "server.py")
    found = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = found  # dataclasses look there
    spec.loader.exec_module(found)
    return found


def run(*words, timeout: int = 300) -> subprocess.CompletedProcess:
    return subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=timeout)


# --- requests

def test_requests_are_64_different_callbacks_of_about_their_size_and_only_the_right_ones_are_signed_rightly(
        server, tmp_path):
    made = server.callbacks.write(tmp_path)
    for title, bytes_expected in (("1.3 KB", 1300), ("5.5 KB", 5663)):
        sizes = []
        for folder, right in ((made[title].right, True), (made[title].wrong, False)):
            requests = [file.read_bytes() for file in sorted(folder.glob("*.http"))]
            assert len(set(requests)) == 64
            for request in requests:
                head, body = request.split(b"\r\n\r\n", 1)
                sent = re.search(rb"X-Suno-Signature: sha256=([0-9a-f]{64})", head).group(1).decode()
                mac = hmac.new(server.callbacks.SECRET.encode(), body, hashlib.sha256).hexdigest()
                assert (sent == mac) == right
                assert f"Content-Length: {len(body)}".encode() in head and json.loads(body)["data"]["data"]
                sizes.append(len(body))
        assert sum(sizes) / len(sizes) == pytest.approx(bytes_expected, rel=0.05)


# --- the load

@pytest.fixture(scope="module")
def program(tmp_path_factory):
    out = tmp_path_factory.mktemp("load") / "load"
    built = run("g++", "-std=c++20", "-O0", "-Wall", "-Wextra", "-Wshadow", "-Wconversion", "-Werror",
                HERE / "load.cpp", "-o", out, "-lssl", "-lcrypto")
    assert not built.returncode, built.stderr
    return out


class Answering:
    """A server that answers each request (two lines) with what it is told, in pieces of some bytes."""

    def __init__(self, answer: bytes, piece: int = 1 << 16):
        self.answer, self.piece, self.requests = answer, piece, []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            with connection, connection.makefile("rb") as lines:
                for line in lines:
                    self.requests.append(line)
                    if line.startswith(b"X-Delivery-Id"):
                        for at in range(0, len(self.answer), self.piece):
                            connection.sendall(self.answer[at:at + self.piece])
        except OSError:
            pass


OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"


@pytest.fixture
def requests(tmp_path):
    for number in range(3):
        (tmp_path / f"{number}.http").write_bytes(f"request {number}\r\nX-Delivery-Id: {'0' * 16}\r\n".encode())
    return tmp_path


@pytest.mark.parametrize("piece", [1, 7, 1 << 16])
@pytest.mark.parametrize("how", [[], ["--depth", "5"], ["--new-connections"], ["--new-connections", "--depth", "2"]])
def test_the_load_sends_as_many_requests_as_it_is_told_and_waits_for_every_answer(program, requests, piece, how):
    to = Answering(OK, piece)
    done = run(program, "--port", to.port, "--requests", requests, "--connections", 4, "--max-requests", 41,
               "--seconds", 20, *how)
    assert not done.returncode, done.stderr
    said = json.loads(done.stdout)
    depth = int(how[-1]) if "--depth" in how else 1
    assert said["requests"] == 41 and said["depth"] == depth and said["connections"] == 4
    assert said["opened"] >= 41 // depth if "--new-connections" in how else said["opened"] == 4
    assert 0 < said["p50_us"] <= said["p99_us"] <= said["max_us"] and said["per_second"] > 0
    ids = [line for line in to.requests if line.startswith(b"X-Delivery-Id")]
    assert len(ids) == len(set(ids)) == 41, "each delivery has an id of its own"


@pytest.mark.parametrize("answer, said", [
    (b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n", "expected 200, got: HTTP/1.1 401"),
    (b"HTTP/1.1 200 OK\r\n\r\n", "an answer without Content-Length"),
    (b"nonsense\r\n\r\n", "this is no answer: nonsense"),
    (OK + OK, "answered more than it was asked"),
])
def test_the_load_says_which_answer_is_not_as_it_should_be(program, requests, answer, said):
    done = run(program, "--port", Answering(answer).port, "--requests", requests, "--connections", 1, "--max-requests", 9)
    assert done.returncode == 1 and said in done.stderr and not done.stdout, done


@pytest.mark.parametrize("words, said", [
    ([], "--port N --requests FOLDER"),
    (["--port", "x"], "--port is no number: x"),
    (["--nothing", "1"], "there is no option --nothing"),
    (["--port", "1", "--requests", HERE, "--tls", "--new-connections"], "do not go together"),
    (["--port", "1", "--requests", HERE], "has no *.http"),
])
def test_the_load_says_what_is_wrong_with_its_words(program, words, said):
    done = run(program, *words)
    assert done.returncode == 1 and said in done.stderr


# --- judging

def turn(server, cpu_us: float, allocations: float | None = 0.0, rss: int = 4096):
    return server.Turn(cpu_us, 50, 90, 1000, 0.9, 0.8, allocations, rss)


def test_goals_are_ratios_of_the_least_and_one_allocation_or_one_byte_too_many_misses(server):
    case = server.CASES[0]
    floor = [turn(server, us) for us in (90, 10, 12)]

    def verdicts(ours):
        judged = server.judge({case.name: {"floor": floor, "callgate": ours}}, {})
        return {goal.what.split(": ")[1]: goal.met for goal in judged}
    assert all(verdicts([turn(server, us) for us in (99, 10, 13)]).values())
    assert not verdicts([turn(server, 10.1)])["processor time per request"]
    assert not verdicts([turn(server, 9, 0.0001)])["allocations per request"]
    assert not verdicts([turn(server, 9, rss=8193)])["most memory with 64 connections"]


def test_an_idle_connection_may_cost_16_kb_and_a_case_that_we_do_not_speak_is_not_judged(server):
    def verdict(idle_bytes):
        return server.judge({}, {"callgate": server.connections.Beside(2.0, 50, 60, idle_bytes)})
    assert [goal.met for goal in verdict(16 * 1024)] == [True] and [goal.met for goal in verdict(16 * 1024 + 1)] == [False]
    tls = next(case for case in server.CASES if case.tls)
    assert server.judge({tls.name: {"floor": [turn(server, 10)]}}, {}) == []


def test_calls_are_counted_from_what_perf_and_strace_write(server):
    assert server.connections.calls_of_perf("20572,,raw_syscalls:sys_enter,134359313,100.00,,\n") == 20572
    assert server.connections.calls_of_strace(
        "% time     seconds  usecs/call     calls    errors syscall\n"
        "------ ----------- ----------- --------- --------- ----------------\n"
        " 60.00    0.012345           1      9000       100 recvfrom\n"
        "100.00    0.020000           1     18000       100 total\n") == 18000
    assert server.connections.calls_of_strace("100.00    0.020000           1     18000           total\n") == 18000


# --- by TLS, and slowly

@pytest.fixture(scope="module")
def certificate(server, tmp_path_factory):
    return server.certificate(tmp_path_factory.mktemp("tls"))


class AnsweringByTls(Answering):
    """The same by TLS of one version."""

    def __init__(self, files, version):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(*files)
        self.context.minimum_version = self.context.maximum_version = version
        super().__init__(OK)

    def _serve(self, connection):
        try:
            secured = self.context.wrap_socket(connection, server_side=True)
        except OSError:
            return
        super()._serve(secured)


@pytest.mark.parametrize("depth", [1, 5])
def test_the_load_asks_by_tls_1_3(program, requests, certificate, depth):
    to = AnsweringByTls(certificate, ssl.TLSVersion.TLSv1_3)
    done = run(program, "--port", to.port, "--requests", requests, "--connections", 4, "--max-requests", 41,
               "--seconds", 20, "--tls", "--depth", depth)
    assert not done.returncode, done.stderr
    said = json.loads(done.stdout)
    assert said["requests"] == 41 and said["opened"] == 4
    assert len({line for line in to.requests if line.startswith(b"X-Delivery-Id")}) == 41


def test_the_load_speaks_no_older_tls_and_says_so(program, requests, certificate):
    to = AnsweringByTls(certificate, ssl.TLSVersion.TLSv1_2)
    done = run(program, "--port", to.port, "--requests", requests, "--tls", "--connections", 1)
    assert done.returncode == 1 and "the server speaks no TLS 1.3" in done.stderr


def test_slow_clients_send_a_byte_a_second_and_come_again_when_they_are_ended(tmp_path):
    program = tmp_path / "slow"
    built = run("g++", "-std=c++20", "-O0", "-Wall", "-Wextra", "-Wshadow", "-Wconversion", "-Werror", HERE / "slow.cpp",
                "-o", program)
    assert not built.returncode, built.stderr
    listener = socket.create_server(("127.0.0.1", 0))
    with subprocess.Popen([program, str(listener.getsockname()[1]), "3"], stdout=subprocess.PIPE, text=True) as they:
        try:
            assert they.stdout.readline() == "all are there\n"
            came = [listener.accept()[0] for _ in range(3)]
            time.sleep(2.5)
            heard = [each.recv(100) for each in came]
            assert all(b"POST".startswith(each) and 2 <= len(each) <= 4 for each in heard), heard
            came[0].close()
            listener.settimeout(10)
            assert listener.accept()[0].recv(1) == b"P"
        finally:
            they.kill()


# --- all of it

def test_all_servers_that_are_installed_answer_alike():
    done = run(*COMMAND, "--check", timeout=900)
    assert not done.returncode and not done.stderr, done.stdout + done.stderr
    assert done.stdout.startswith("all answer alike: floor, callgate")


@pytest.mark.parametrize("words, said", [
    (["--cases", "9"], "--cases: 1 is 1.3 KB"),
    (["--rounds", "0"], "--rounds begins at 1"),
    (["--compiler", "no-such-compiler"], "no-such-compiler is not here"),
])
def test_a_mistake_in_the_command_is_said(words, said):
    done = run(*COMMAND, *words)
    assert done.returncode == 2 and said in done.stderr

# SPDX-License-Identifier: Apache-2.0
"""What a server's connections cost beside processor time: calls of the kernel, memory while nothing is asked, and what
slow clients take from others."""

from __future__ import annotations

import contextlib
import re
import resource
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from running import PATIENCE, Running, cores, load, on

IDLE = 1000  # connections that have asked once, and are held
SLOW = 1000  # clients that send a byte a second
NORMAL = 8  # connections whose p99 they may change
ROUNDS, SECONDS = 5, 0.4  # at most, and of each, of the p99: the slow ones need seconds to be there
COUNTED = 5000  # requests while calls of the kernel are counted
COUNT_CALLS = ["perf", "stat", "-x,", "-e", "raw_syscalls:sys_enter"]


@dataclass(frozen=True)
class Beside:
    """Of one server. None: there is nothing here to count it with."""

    calls: float | None  # of the kernel, per request
    p99_us: float
    p99_slow_us: float
    idle_bytes: float  # of each idle connection

    @property
    def p99_times(self) -> float:
        return self.p99_slow_us / self.p99_us


# --- calls of the kernel

def counts_by_perf() -> bool:
    """It needs privileges, and a kernel that has the event."""
    return bool(shutil.which("perf")) and not subprocess.run([*COUNT_CALLS, "true"], capture_output=True).returncode


def calls_of_perf(text: str) -> int:
    """Of what perf stat -x, writes."""
    return int(re.search(r"^(\d+),,raw_syscalls:sys_enter", text, re.M).group(1))


def calls_of_strace(text: str) -> int:
    """Of the last line that strace -c writes: percents, seconds, microseconds a call, calls, errors if any, total."""
    return int(re.search(r"^\s*100\.00\s+\S+\s+\S+\s+(\d+)\s.*total$", text, re.M).group(1))


def perf_calls(server: Running, program: Path, requests: Path) -> int:
    words = [program, "--port", str(server.port), "--requests", requests, "--max-requests", str(COUNTED), "--seconds", "60"]
    done = subprocess.run([*COUNT_CALLS, "-p", str(server.process.pid), "--", *map(str, words)],
                          capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"server: perf: {done.stderr}".rstrip())
    return calls_of_perf(done.stderr)


def strace_calls(server: Running, program: Path, requests: Path) -> int:
    """It makes the server many times slower: nothing is timed meanwhile."""
    with subprocess.Popen(["strace", "-c", "-f", "-p", str(server.process.pid)], stderr=subprocess.PIPE, text=True) as by:
        by.stderr.readline()  # attached
        load(program, server, requests, max_requests=COUNTED, seconds=60)
        by.send_signal(signal.SIGINT)
        return calls_of_strace(by.stderr.read())


def calls_per_request(server: Running, program: Path, requests: Path) -> float | None:
    if counts_by_perf():
        return perf_calls(server, program, requests) / COUNTED
    return strace_calls(server, program, requests) / COUNTED if shutil.which("strace") else None


# --- slow clients

@contextlib.contextmanager
def slow_clients(program: Path, server: Running) -> Iterator[None]:
    with subprocess.Popen(on(cores()[1], [program, str(server.port), str(SLOW)]), stdout=subprocess.PIPE, text=True) as they:
        try:
            if "all are there" not in they.stdout.readline():
                raise SystemExit(f"server: {server.peer.name}: slow clients cannot connect")
            time.sleep(1)  # each has sent a byte
            yield
            if they.poll() is not None:
                raise SystemExit(f"server: {server.peer.name}: slow clients are gone")
        finally:
            they.kill()


def p99_us(server: Running, program: Path, slow: Path, requests: Path, rounds: int) -> tuple[float, float]:
    """Of others, without and with slow clients."""
    alone, beside = [], []
    for _ in range(rounds):
        alone.append(load(program, server, requests, connections=NORMAL, seconds=SECONDS)["p99_us"])
        with slow_clients(slow, server):
            beside.append(load(program, server, requests, connections=NORMAL, seconds=SECONDS)["p99_us"])
    return median(alone), median(beside)


# --- idle connections

def allow_descriptors(count: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < count:
        if hard != resource.RLIM_INFINITY and hard < count:
            raise SystemExit(f"server: only {hard} descriptors are allowed, {count} are needed: ulimit -Hn")
        resource.setrlimit(resource.RLIMIT_NOFILE, (count, hard))


def idle_bytes(server: Running, request: bytes) -> float:
    """What each connection holds resident that has asked once. A server that is warm: what is made once is made."""
    before = server.rss_kb()
    with contextlib.ExitStack() as held:
        for number in range(IDLE):
            sender = (f"127.0.{1 + number // 250}.{1 + number % 250}", 0)
            one = held.enter_context(socket.create_connection(("127.0.0.1", server.port), PATIENCE, sender))
            one.sendall(request)
            if not one.recv(4096).startswith(b"HTTP/1.1 200 "):
                raise SystemExit(f"server: {server.peer.name} does not answer connection {number}")
        return (server.rss_kb() - before) * 1024 / IDLE


# --- all of it

def measure(server: Running, programs: Path, requests: Path, rounds: int) -> Beside:
    program = programs / "load"
    load(program, server, requests, seconds=SECONDS / 4)  # caches and pools fill
    calls = calls_per_request(server, program, requests)
    idle = idle_bytes(server, next(iter(sorted(requests.glob("*.http")))).read_bytes())
    alone, beside = p99_us(server, program, programs / "slow", requests, min(rounds, ROUNDS))
    return Beside(calls=calls, p99_us=alone, p99_slow_us=beside, idle_bytes=idle)


def table(found: dict[str, Beside]) -> str:
    lines = [f"{'beside the cases, 1.3 KB':24} {'calls':>7} {'p99':>8} {'slow':>8} {'times':>6} {'idle':>7}"]
    for name, each in found.items():
        calls = f"{each.calls:7.2f}" if each.calls is not None else f"{'-':>7}"
        lines.append(f"{name:24} {calls} {each.p99_us:8.1f} {each.p99_slow_us:8.1f} {each.p99_times:6.2f} "
                     f"{each.idle_bytes:7.0f}")
    return "\n".join([*lines, f"calls: of the kernel, per request; slow: p99 of {NORMAL} connections beside {SLOW} clients "
                              f"that send a byte a second; idle: bytes of each of {IDLE} connections that asked once"])

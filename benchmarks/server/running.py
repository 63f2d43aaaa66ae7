# SPDX-License-Identifier: Apache-2.0
"""Servers that are measured, as processes: started, asked what they used, ended."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import queue
import re
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import callbacks

PATIENCE = 20.0  # seconds for a server to start, to answer, to end


@dataclass(frozen=True)
class Peer:
    """verifies: answers a wrong MAC with 401. reports: says on SIGUSR1 what it used."""

    name: str
    what: str
    command: Sequence[str | Path]
    verifies: bool = True
    reports: bool = False
    port: int = 0  # 0: it says which


def free_port() -> int:
    with socket.socket() as at:
        at.bind(("127.0.0.1", 0))
        return at.getsockname()[1]


def cores() -> tuple[set[int], set[int]]:
    """For a server, for the load; the same one if there is no other."""
    here = sorted(os.sched_getaffinity(0))
    return {here[0]}, {here[-1]}


def certificate(folder: Path) -> tuple[Path, Path]:
    """Of this machine's own, with its key."""
    paths = folder / "certificate.pem", folder / "key.pem"
    if not all(path.exists() for path in paths):
        if not shutil.which("openssl"):
            raise SystemExit("server: openssl is not here: apt-get install openssl")
        folder.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                               "-days", "3650", "-subj", "/CN=localhost", "-out", paths[0], "-keyout", paths[1]],
                              capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"server: no certificate: {done.stderr}".rstrip())
    return paths


def on(processors: set[int], command: Sequence[str | Path]) -> list[str]:
    if not shutil.which("taskset"):
        raise SystemExit("server: taskset is not here: apt-get install util-linux")
    return ["taskset", "-c", ",".join(map(str, sorted(processors))), *map(str, command)]


class Running:
    """A server on a processor of its own, until the end of the with block."""

    def __init__(self, peer: Peer):
        self.peer = peer
        environment = {**os.environ, "SUNO_WEBHOOK_SECRET": callbacks.SECRET}
        self.process = subprocess.Popen(on(cores()[0], peer.command), stdout=subprocess.PIPE, text=True,
                                        env=environment)
        self.lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        try:
            self.port = peer.port or int(self._line(r"listening on port (\d+)"))
            self._wait_until_open()
        except BaseException:
            self.process.kill()
            raise

    def __enter__(self) -> Running:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise SystemExit(f"server: {self.peer.name} does not end on SIGTERM") from None

    def _read(self) -> None:
        for line in self.process.stdout:
            self.lines.put(line)

    def _line(self, pattern: str) -> str:
        try:
            found = re.search(pattern, self.lines.get(timeout=PATIENCE))
        except queue.Empty:
            found = None
        if not found:
            raise SystemExit(f"server: {self.peer.name} does not say: {pattern}")
        return found.group(1)

    def _wait_until_open(self) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self.process.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            time.sleep(0.02)
        raise SystemExit(f"server: {self.peer.name} does not listen on port {self.port}")

    def cpu_seconds(self) -> float:
        """User and system, of all its threads, to the nanosecond."""
        return time.clock_gettime((~self.process.pid << 3) | 2)  # CPUCLOCK_SCHED of a process

    def max_rss_kb(self) -> int:
        return self._kb("VmHWM")

    def rss_kb(self) -> int:
        return self._kb("VmRSS")

    def _kb(self, name: str) -> int:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(rf"{name}:\s+(\d+) kB", status).group(1))

    def allocations(self) -> int | None:
        if not self.peer.reports:
            return None
        self.process.send_signal(signal.SIGUSR1)
        return json.loads(self._line(r"(\{.*\})"))["allocations"]


def load(program: Path, server: Running, requests: Path, **how: object) -> dict:
    """Raises SystemExit with what the load said if one answer is not as expected. Booleans are options without a value."""
    words = [f"--{name.replace('_', '-')}" for name, value in how.items() if value is True]
    words += [word for name, value in how.items() if not isinstance(value, bool)
              for word in (f"--{name.replace('_', '-')}", str(value))]
    done = subprocess.run(on(cores()[1], [program, "--port", str(server.port), "--requests", requests, *words]),
                          capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"server: {server.peer.name}, {requests}: {done.stderr}".rstrip())
    return json.loads(done.stdout)


def answer_to(port: int, request: bytes) -> str:
    """The status of the answer; with a 200, whether it tells of an error."""
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as to:
        to.sendall(request)
        answer = http.client.HTTPResponse(to)
        answer.begin()
        told = answer.status == 200 and b'"error"' in answer.read()
    return f"{answer.status}, an error" if told else str(answer.status)

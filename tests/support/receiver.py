# SPDX-License-Identifier: Apache-2.0
"""Runs the real program on a free port in a folder of its own, and ends it by its process id."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import requests

SECRETS = {
    "SUNO_WEBHOOK_SECRET": "suno secret: \u00fc",  # not ASCII: the key is the text's UTF-8 bytes
    "KIE_CALLBACK_TOKEN": "kie-token-1",
    "JOB_CALLBACK_TOKEN": "job-token-1",
}

START_SECONDS = 15
PASSED_ON = ("PATH", "HOME", "TMPDIR", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS")


def clean_environment(extra: dict[str, str] | None = None) -> dict[str, str]:
    """Nothing of the caller's CALLGATE_* or secrets: a developer's shell changes no test."""
    kept = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return {**kept, **(extra or {})}


def program() -> str:
    """The program under test; its absence is a failure, never a skip."""
    path = os.environ.get("CALLGATE_PROGRAM", "")
    assert path and os.access(path, os.X_OK), f"CALLGATE_PROGRAM names no program: '{path}'"
    return path


def built(name: str) -> str:
    """What CMake built for these tests. Its absence is a failure, never a skip."""
    path = os.environ.get(name, "")
    assert path and os.path.exists(path), f"{name} names no file: '{path}'"
    return path


def shimmed(shim: str, **environment: str) -> dict[str, str]:
    """The environment of a program with that shim preloaded."""
    env = {**SECRETS, **environment, "LD_PRELOAD": built(f"CALLGATE_{shim.upper()}_SHIM")}
    # The sanitizer's library would rather be first; the shims replace nothing that it needs.
    env["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"
    return env


def run(*args: str, env: dict[str, str] | None = None, seconds: float = 60):
    """Runs the program to its end. For what must not serve."""
    return subprocess.run([program(), *args], env=clean_environment(env), capture_output=True,
                          text=True, timeout=seconds, check=False)


def until(what, seconds: float = 10, pause: float = 0.02):
    """Asks again until the answer is true. Returns it; the last one when time is up."""
    end = time.monotonic() + seconds
    while not (found := what()) and time.monotonic() < end:
        time.sleep(pause)
    return found


def tls_flags(tls: tuple[Path, Path] | None) -> list[str]:
    return ["--tls-certificate", str(tls[0]), "--tls-key", str(tls[1])] if tls else []


class Receiver:
    """One run of a program that logs the port it serves."""

    def __init__(self, folder: Path, args: tuple[str, ...] = (), env: dict[str, str] | None = None,
                 listen: str = "127.0.0.1", store: str = "sqlite", threads: int = 2,
                 command: list[str] | None = None, tls: tuple[Path, Path] | None = None):
        """tls: its certificate, which 127.0.0.1 must be named in, and its key."""
        self.folder = folder
        self.data = folder / "data"
        folder.mkdir(parents=True, exist_ok=True)
        self.command = command or [
            program(), "serve", "--listen", listen, "--port", "0", "--data", str(self.data),
            "--store", store, "--threads", str(threads), *tls_flags(tls), *args]
        self.env = clean_environment(SECRETS if env is None else env)
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.verify = str(tls[0]) if tls else True
        self.scheme = "https" if tls else "http"
        self.runs = 0
        self.port = 0
        self.process: subprocess.Popen | None = None

    def start(self, ready: bool = True) -> "Receiver":
        self.runs += 1
        self.out = self.folder / f"stdout-{self.runs}.log"
        self.err = self.folder / f"stderr-{self.runs}.log"
        with open(self.out, "wb") as out, open(self.err, "wb") as err:
            self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=out,
                                            stderr=err, env=self.env)
        self.port = until(self._logged_port, START_SECONDS, 0.005)
        assert self.port, f"no port was logged; stderr: {self.err.read_text()}"
        if ready:
            assert until(self._is_ready, START_SECONDS), f"not ready: {self.err.read_text()}"
        return self

    def _logged_port(self) -> int:
        if self.process.poll() is not None:
            raise AssertionError(f"ended with {self.process.returncode}: {self.err.read_text()}")
        first = self.out.read_text().partition("\n")
        words = first[0] if first[1] else ""
        return int(json.loads(words)["message"].rsplit(" ", 1)[1]) if words else 0

    def _is_ready(self) -> bool:
        answer = self.get("/health")
        return answer.status_code == 200 and answer.json()["status"] == "ok"

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def base(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def stop(self, seconds: float = 20) -> int:
        """Asks it to end. Returns the exit code."""
        self.session.close()
        if self.alive():
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)

    def kill(self) -> None:
        self.session.close()
        if self.alive():
            self.process.kill()
        if self.process is not None:
            self.process.wait(20)

    def stderr(self) -> str:
        return self.err.read_text()

    def log(self) -> list[dict]:
        """Every whole line so far."""
        whole, _, _ = self.out.read_text().rpartition("\n")
        return [json.loads(line) for line in whole.splitlines()]

    def logged(self, count: int = 1, **members) -> list[dict]:
        """Lines with these members; waits a moment for so many, for lines are written behind the answers."""
        def fitting():
            return [line for line in self.log()
                    if all(line.get(name) == value for name, value in members.items())]
        until(lambda: len(fitting()) >= count, 5)
        return fitting()

    def post(self, path: str, body, headers: dict[str, str] | None = None, **more):
        """body: bytes as they are, anything else as JSON. A Content-Type of None is left out."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        fields = {"Content-Type": "application/json", **(headers or {})}
        return self.session.post(self.base + path, data=raw, headers=fields, timeout=20, **more)

    def get(self, path: str, **more):
        return self.session.get(self.base + path, timeout=20, **more)

    def history(self, **query) -> list[dict]:
        answer = self.get("/api/history", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()["history"]

    def entry(self, name: str, **query) -> dict:
        answer = self.get(f"/api/history/{name}", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def resident_kib(self) -> int:
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
        raise AssertionError("no VmRSS")

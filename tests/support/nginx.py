# SPDX-License-Identifier: Apache-2.0
"""Runs nginx as a proxy in a folder of its own, and ends it by its process id."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

from receiver import until

WAYS = ("HTTP_1_0", "HTTP_1_1", "KEPT_OPEN", "STREAMED")  # to talk to the receiver, see nginx.conf
CONFIGURATION = Path(__file__).parent / "nginx.conf"


@dataclass
class Logged:
    """A request as nginx understood it."""

    sender: str
    method: str
    target: str
    status: int
    passed_on: bool
    body: bytes  # empty where it is streamed


def free_ports(count: int) -> list[int]:
    listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [listener.getsockname()[1] for listener in listeners]
    for listener in listeners:
        listener.close()
    return ports


def listens(port: int) -> bool:
    with socket.socket() as attempt:
        return attempt.connect_ex(("127.0.0.1", port)) == 0


class Nginx:
    def __init__(self, folder: Path, receiver_port: int):
        self.folder = folder
        self.program = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin")
        assert self.program, "no nginx: ./dev test installs it"
        folder.mkdir()
        for _ in range(3):  # another program may be quicker to take a free port
            if self._starts(receiver_port):
                return
        raise AssertionError(f"nginx does not start: {self.errors()}")

    def _starts(self, receiver_port: int) -> bool:
        self.ports = dict(zip(WAYS, free_ports(len(WAYS))))
        text = CONFIGURATION.read_text()
        for name, value in {"FOLDER": self.folder, "RECEIVER": receiver_port, **self.ports}.items():
            text = text.replace(f"@{name}@", str(value))
        (self.folder / "nginx.conf").write_text(text)
        with open(self.folder / "error.log", "wb") as errors:
            self.process = subprocess.Popen(
                [self.program, "-p", str(self.folder), "-e", "stderr", "-c",
                 str(self.folder / "nginx.conf"), "-g", "error_log stderr warn;"],
                stdin=subprocess.DEVNULL, stdout=errors, stderr=errors)
        until(lambda: not self.alive() or all(map(listens, self.ports.values())))
        return self.alive()

    def alive(self) -> bool:
        return self.process.poll() is None

    def errors(self) -> str:
        return (self.folder / "error.log").read_text("latin-1")

    def logged(self) -> list[Logged]:
        """All requests so far. Bytes that are no UTF-8 are in the log as they came."""
        made = []
        for line in (self.folder / "access.log").read_text("latin-1").splitlines():
            entry = json.loads(line)
            made.append(Logged(entry["from"], entry["method"], entry["uri"], int(entry["status"]),
                               entry["upstream"] not in ("", "-"),
                               entry["body"].encode("latin-1")))
        return made

    def stop(self) -> int:
        if self.alive():
            self.process.terminate()
        return self.process.wait(20)

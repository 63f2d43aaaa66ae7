# SPDX-License-Identifier: Apache-2.0
"""A PostgreSQL server of a test's own: in a temporary folder, on a socket in it, ended by its process id."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

_USER = "callgate"
_START_SECONDS = 60
# Nothing of the caller's PGHOST, PGPORT, PGOPTIONS and so on.
_ENVIRONMENT = {"PATH": os.environ["PATH"], "LC_ALL": "C", "PGCLIENTENCODING": "UTF8"}


def _binaries() -> Path:
    """Debian's folder of the newest server; its absence is a failure, never a skip."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: float(p.parts[-3])
    )
    elsewhere = shutil.which("initdb")
    assert found or elsewhere, "no initdb: apt-get install postgresql"
    return found[-1].parent if found else Path(elsewhere).resolve().parent


class PostgreSql:
    def __init__(self) -> None:
        self._bin = _binaries()
        # Its socket's path has 107 bytes at most, which a long TMPDIR leaves no room for.
        self._folder = Path(tempfile.mkdtemp(prefix="callgate-pg-", dir="/tmp"))
        self._how: dict[str, Any] = {"cwd": self._folder, "env": _ENVIRONMENT}
        if os.geteuid() == 0:
            self._how |= self._unprivileged()
        self._server: subprocess.Popen[bytes] | None = None

    def _unprivileged(self) -> dict[str, Any]:
        """The server refuses to run as root."""
        names = {entry.pw_name for entry in pwd.getpwall()}
        account = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
        os.chown(self._folder, account.pw_uid, account.pw_gid)
        return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}

    def start(self) -> PostgreSql:
        data, log = self._folder / "data", self._folder / "log"
        initdb = [str(self._bin / "initdb"), "-D", str(data), "-U", _USER, "--auth=trust", "--no-sync",
                  "--encoding=UTF8", "--locale=C"]
        made = subprocess.run(initdb, capture_output=True, text=True, **self._how)
        assert made.returncode == 0, made.stderr
        command = [str(self._bin / "postgres"), "-D", str(data), "-k", str(self._folder), "-F",
                   "-c", "listen_addresses=", "-c", "timezone=UTC"]
        with log.open("wb") as out:
            self._server = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, **self._how
            )
        end = time.monotonic() + _START_SECONDS
        while not self._answers():
            assert self._server.poll() is None and time.monotonic() < end, log.read_text()
            time.sleep(0.05)
        return self

    def _answers(self) -> bool:
        asked = [str(self._bin / "pg_isready"), "-q", "-h", str(self._folder)]
        return subprocess.run(asked, env=_ENVIRONMENT).returncode == 0

    def stop(self) -> None:
        if self._server is not None:
            self._server.send_signal(signal.SIGINT)  # ends without waiting for clients
            self._server.wait(30)
        shutil.rmtree(self._folder)

    def run(self, sql: str, database: str = "postgres") -> str:
        """What statements print; one that fails fails the test."""
        command = [str(self._bin / "psql"), "-h", str(self._folder), "-U", _USER, "-d", database,
                   "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-f", "-"]
        done = subprocess.run(
            command, input=sql.encode(), capture_output=True, timeout=60, env=_ENVIRONMENT
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()

    def database(self, name: str) -> str:
        """A new, empty one."""
        self.run(f'CREATE DATABASE "{name}"')
        return name

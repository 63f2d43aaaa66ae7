# SPDX-License-Identifier: Apache-2.0
"""What tests need of the machine: what is missing is said by name, and folders may be anywhere."""

from __future__ import annotations

import tempfile
from pathlib import Path

import conftest
import pytest
from postgresql import PostgreSql


def test_npm_that_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(AssertionError, match="apt-get install npm"):
        conftest._install(tmp_path)


def test_what_npm_says_of_a_failure_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    npm = tmp_path / "npm"
    npm.write_text("#!/bin/sh\necho no such host >&2\nexit 1\n")
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(AssertionError, match="(?s)registry.*no such host"):
        conftest._install(tmp_path)


def test_postgresql_starts_whatever_the_folder_of_temporary_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = tmp_path / ("long" * 30)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    server = PostgreSql()
    try:
        assert server.start().run("SELECT 1") == "1\n"
    finally:
        server.stop()

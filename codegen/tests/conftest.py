# SPDX-License-Identifier: Apache-2.0
"""Paths, the command line under test, and the switch that rewrites expected files."""

from __future__ import annotations

import fcntl
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

CODEGEN = Path(__file__).resolve().parent.parent
ROOT = CODEGEN.parent
SCHEMAS = sorted((ROOT / "schemas").glob("*.yaml"))
META_SCHEMA = ROOT / "schemas" / "provider.schema.json"  # what editors read

sys.dont_write_bytecode = True
sys.path.insert(0, str(CODEGEN))

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-goldens", action="store_true", help="rewrite goldens and expected messages"
    )


@pytest.fixture
def update_goldens(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update-goldens"))


@pytest.fixture
def callgen() -> Run:
    """Runs `python3 codegen ARGUMENTS` as the build does."""

    def run(*arguments: object, cwd: Path = ROOT, env: dict[str, str] | None = None):
        command = [sys.executable, "-s", "-B", str(CODEGEN), *map(str, arguments)]
        return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, timeout=60)

    return run


@pytest.fixture(scope="session")
def npm_tools() -> Path:
    """The folder of installed npm packages (tests/npm/package.json): what others make of our output.
    """
    folder = ROOT / "build" / "npm"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # tests run side by side
        wanted = (ROOT / "tests" / "npm" / "package-lock.json").read_bytes()
        installed = folder / "installed-lock.json"
        if not installed.is_file() or installed.read_bytes() != wanted:
            for name in ("package.json", "package-lock.json"):
                shutil.copy(ROOT / "tests" / "npm" / name, folder)
            _install(folder)
            installed.write_bytes(wanted)
    return folder / "node_modules"


def _install(folder: Path) -> None:
    """What is missing is a failure that says what to install, never a skip."""
    npm = shutil.which("npm")
    assert npm, "no npm: apt-get install npm"
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, (
        "npm ci of tests/npm failed: is the registry (npm config get registry) within reach?\n"
        f"{done.stdout}{done.stderr}"
    )


def manual_schemas() -> list[tuple[Path, str]]:
    """The manuals' blocks of YAML, each as a whole schema with the path that it should have.

    A block that begins with `schema:` is whole. Any other has sections, which stand in the whole one
    above it: instead of its own, but beside its definitions, and without its examples.
    """
    found = []
    for manual in (ROOT / "README.md", ROOT / "schemas" / "README.md"):
        whole: dict[str, str] = {}
        for block in manual.read_text(encoding="utf-8").split("```yaml\n")[1:]:
            parts = _sections(block.split("```")[0])
            whole = parts if "schema" in parts else whole
            kept = {key: text for key, text in whole.items() if key != "examples"}
            if parts is not whole and "$defs" in parts:
                parts["$defs"] = whole["$defs"] + parts["$defs"].partition("\n")[2]
            together = {**kept, **parts}
            name = together["provider"].split()[1]
            found.append((manual.parent / f"{name}.yaml", "".join(together.values())))
    return found


def _sections(text: str) -> dict[str, str]:
    parts = re.split(r"^(?=[$a-z])", text, flags=re.MULTILINE)
    return {part.split(":")[0]: part for part in parts if part}


def good_schemas() -> list[tuple[Path, str]]:
    """Every schema that callgen accepts, with its path: bundled, the manual's and those of tests."""
    files = [*SCHEMAS, *sorted((CODEGEN / "tests" / "good").glob("*.yaml")),
             *sorted((ROOT / "tests" / "schemas").glob("*.yaml")),
             *sorted((ROOT / "examples" / "add_a_provider").rglob("*.yaml"))]
    return [*((path, path.read_text()) for path in files), *manual_schemas()]


def compare(path: Path, text: str, update: bool) -> None:
    """The file's text must be this; --update-goldens makes it so."""
    if update:
        path.write_text(text, encoding="utf-8")
    assert path.read_text(
        encoding="utf-8"
    ) == text, f"{path.name} differs: read the change, then --update-goldens"

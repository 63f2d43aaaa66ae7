# SPDX-License-Identifier: Apache-2.0
"""Fixtures of the fault tests: the program with a shim in front of the C library."""

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "support"))
os.environ["NO_PROXY"] = os.environ["no_proxy"] = "*"

from receiver import SECRETS, Receiver  # noqa: E402


def built(name: str) -> str:
    """What CMake built for these tests. Its absence is a failure, never a skip."""
    path = os.environ.get(name, "")
    assert path and os.path.exists(path), f"{name} names no file: '{path}'"
    return path


@pytest.fixture
def serve_with(tmp_path):
    """serve_with(shim, **environment) starts the program with that shim preloaded."""
    made = []

    def start(shim: str, store: str = "sqlite", ready: bool = True, **environment) -> Receiver:
        env = {**SECRETS, **environment, "LD_PRELOAD": built(f"CALLGATE_{shim.upper()}_SHIM")}
        # The sanitizer's library would rather be first; the shims replace nothing that it needs.
        env["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"
        each = Receiver(tmp_path / f"{shim}-{len(made)}", store=store, env=env)
        made.append(each)
        return each.start(ready)

    yield start
    for each in made:
        each.kill()

# SPDX-License-Identifier: Apache-2.0
"""Fixtures of the fault tests: the program with a shim in front of the C library."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "support"))

from fixtures import pytest_configure, serve  # noqa: E402, F401
from receiver import Receiver, shimmed  # noqa: E402


@pytest.fixture
def serve_with(serve):
    """serve_with(shim, **environment) starts the program with that shim preloaded."""
    def start(shim: str, store: str = "sqlite", ready: bool = True, tls: tuple[Path, Path] | None = None,
              **environment) -> Receiver:
        return serve(ready=ready, store=store, tls=tls, env=shimmed(shim, **environment))

    return start

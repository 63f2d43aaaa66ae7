# SPDX-License-Identifier: Apache-2.0
"""Fixtures of the fault tests: the program with a shim in front of the C library."""

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "support"))
os.environ["NO_PROXY"] = os.environ["no_proxy"] = "*"

from receiver import Receiver, shimmed  # noqa: E402


def pytest_configure(config):
    config.addinivalue_line("markers", "feature(*numbers): what tools/check_features.py looks for")


@pytest.fixture
def serve_with(tmp_path):
    """serve_with(shim, **environment) starts the program with that shim preloaded."""
    made = []

    def start(shim: str, store: str = "sqlite", ready: bool = True, **environment) -> Receiver:
        each = Receiver(tmp_path / f"{shim}-{len(made)}", store=store,
                        env=shimmed(shim, **environment))
        made.append(each)
        return each.start(ready)

    yield start
    for each in made:
        each.kill()

# SPDX-License-Identifier: Apache-2.0
"""Fixtures of the end-to-end tests: receivers that end with their test."""

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "support"))
# A proxy of the machine is no part of the test.
os.environ["NO_PROXY"] = os.environ["no_proxy"] = "*"

from receiver import Receiver  # noqa: E402


@pytest.fixture(scope="module")
def receiver(tmp_path_factory):
    """One for all tests of a file that mind their own task ids."""
    made = Receiver(tmp_path_factory.mktemp("receiver")).start()
    yield made
    made.kill()


@pytest.fixture
def serve(tmp_path):
    """serve(**how) starts a receiver of the test's own, in a fresh folder unless one is given."""
    made = []

    def start(folder: str = "", ready: bool = True, **how) -> Receiver:
        each = Receiver(tmp_path / (folder or f"receiver-{len(made)}"), **how)
        made.append(each)
        return each.start(ready)

    yield start
    for each in made:
        each.kill()

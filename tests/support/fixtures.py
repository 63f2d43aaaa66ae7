# SPDX-License-Identifier: Apache-2.0
"""What the conftests of the tests with a real program have in common. Each names what it uses of it."""

from __future__ import annotations

import os

import pytest

from receiver import Receiver

# A proxy of the machine is no part of the test.
os.environ["NO_PROXY"] = os.environ["no_proxy"] = "*"


def pytest_configure(config):
    config.addinivalue_line("markers", "feature(*numbers): numbers of docs/features.yaml it tests")


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

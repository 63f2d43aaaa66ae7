# SPDX-License-Identifier: Apache-2.0
"""Fixtures of the feature tests. What a mark means stands in tools/check_features.py."""

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "support"))
# A proxy of the machine is no part of the test.
os.environ["NO_PROXY"] = os.environ["no_proxy"] = "*"

from receiver import Receiver, built, shimmed  # noqa: E402
from sync_delay import SyncDelay  # noqa: E402
from wall_clock import WallClock  # noqa: E402


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


@pytest.fixture
def serve_by_clock(serve, tmp_path):
    """serve_by_clock(**how) -> a receiver and the clock by which it lives; the clock stands still."""
    def start(**how) -> tuple[Receiver, WallClock]:
        clock = WallClock(tmp_path / f"clock-{len(os.listdir(tmp_path))}")
        return serve(env=shimmed("clock", CALLGATE_SHIM_CLOCK=str(clock.path)), **how), clock

    return start


@pytest.fixture
def serve_on_slow_disk(serve, tmp_path):
    """serve_on_slow_disk(**how) -> a receiver and how slow its syncs are: not yet, or as `first_ms` says."""
    def start(first_ms: int = 0, **how) -> tuple[Receiver, SyncDelay]:
        delay = SyncDelay(tmp_path / "delay")
        delay.set(first_ms, first_ms)
        return serve(env=shimmed("delay", CALLGATE_SHIM_DELAY=str(delay.path)), **how), delay

    return start


@pytest.fixture
def serve_handlers(tmp_path):
    """serve_handlers(effects) starts a receiver whose handlers append to that file; all in one data folder."""
    made = []

    def start(effects: str) -> Receiver:
        folder = tmp_path / "handlers"
        each = Receiver(folder, env={}, command=[
            built("CALLGATE_HANDLER_SERVER"), str(folder / "data"), effects])
        made.append(each)
        return each.start()

    yield start
    for each in made:
        each.kill()

# SPDX-License-Identifier: Apache-2.0
"""Fixtures of the feature tests. What a mark means stands in tools/check_features.py."""

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "support"))

from fixtures import pytest_configure, receiver, serve  # noqa: E402, F401
from receiver import Receiver, built, shimmed  # noqa: E402
from sync_delay import SyncDelay  # noqa: E402
from wall_clock import WallClock  # noqa: E402


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
def serve_handlers(serve, tmp_path):
    """serve_handlers(effects) starts a receiver whose handlers append to that file; all in one data folder."""
    def start(effects: str) -> Receiver:
        data = tmp_path / "handlers" / "data"
        return serve("handlers", env={}, command=[built("CALLGATE_HANDLER_SERVER"), str(data), effects])

    return start

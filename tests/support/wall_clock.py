# SPDX-License-Identifier: Apache-2.0
"""The file by which a test sets the wall clock of a program that runs with clock_shim.c."""

import mmap
import struct
import time
from pathlib import Path

MINUTE = 60_000_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR


class WallClock:
    """A clock that stands still until it is set again. Units: microseconds since 1970."""

    def __init__(self, path: Path):
        self.path = path
        path.write_bytes(bytes(mmap.PAGESIZE))
        with open(path, "r+b") as file:
            self._map = mmap.mmap(file.fileno(), mmap.PAGESIZE)
        self.set(time.time_ns() // 1000)

    def set(self, micros: int) -> int:
        self.now = micros
        self._map[0:8] = struct.pack("<q", micros)
        return micros

    def forward(self, micros: int) -> int:
        return self.set(self.now + micros)

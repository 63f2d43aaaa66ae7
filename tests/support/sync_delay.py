# SPDX-License-Identifier: Apache-2.0
"""The file by which a test tells delay_shim.c how slow syncs are."""

import mmap
import struct
from pathlib import Path


class SyncDelay:
    def __init__(self, path: Path):
        self.path = path
        path.write_bytes(bytes(mmap.PAGESIZE))
        with open(path, "r+b") as file:
            self._map = mmap.mmap(file.fileno(), mmap.PAGESIZE)

    def set(self, least_ms: int, most_ms: int) -> None:
        self._map[0:8] = struct.pack("<II", least_ms, most_ms)

    def begun(self) -> int:
        return struct.unpack("<I", self._map[8:12])[0]

    def delayed(self) -> int:
        return struct.unpack("<I", self._map[12:16])[0]

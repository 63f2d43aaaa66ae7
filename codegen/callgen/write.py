# SPDX-License-Identifier: Apache-2.0
"""Writes what was generated."""

from __future__ import annotations

import os
from pathlib import Path


def write_if_changed(path: Path, text: str | bytes) -> None:
    """Leaves a file that has this text already as old as it is, so that nothing is compiled again.
    """
    data = text if isinstance(text, bytes) else text.encode("utf-8")
    if path.is_file() and path.read_bytes() == data:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    partial.write_bytes(data)
    os.replace(partial, path)

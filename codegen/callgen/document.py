# SPDX-License-Identifier: Apache-2.0
"""A file that definitions stand in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from callgen.load import Node


@dataclass(frozen=True)
class Document:
    path: Path
    root: Node

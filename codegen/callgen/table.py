# SPDX-License-Identifier: Apache-2.0
"""A constant table, and which of its rows a key has."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Table:
    """A constant table. types: one for each column; rows: by key, in the order of its bytes; in the
    schema's order when keys are rules.
    """

    name: str
    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: dict[str, tuple[Any, ...]]

    @property
    def has_rules(self) -> bool:
        """Whether a key has a star, so that the first row that fits counts."""
        return any("*" in key for key in self.rows)

    def row(self, key: str | None) -> tuple[Any, ...] | None:
        return next((row for glob, row in self.rows.items() if key and fits_glob(glob, key)), None)


def fits_glob(pattern: str, text: str) -> bool:
    """Whether the whole text fits; a star is any run of characters."""
    literal = map(re.escape, pattern.split("*"))
    return re.fullmatch(".*".join(literal), text, re.DOTALL) is not None

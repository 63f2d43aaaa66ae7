# SPDX-License-Identifier: Apache-2.0
"""Text of a schema as people can read it wherever it is written."""

from __future__ import annotations

import json
import re
from typing import Any

_UNSEEN = re.compile(r"[^\n -~]")


def one_line(text: str) -> str:
    """On one line, with nothing that cannot be seen or turns the writing around."""
    shown = "".join(
        c if c.isprintable() else " " if c.isspace() else f"<U+{ord(c):04X}>" for c in text
    )
    return " ".join(shown.split())


def json_file(value: Any) -> str:
    """A file of JSON; what cannot be seen or turns the writing around is escaped."""
    text = json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False)
    return _UNSEEN.sub(lambda found: _escaped(found[0]), text) + "\n"


def _escaped(c: str) -> str:
    return c if c.isprintable() else json.dumps(c)[1:-1]

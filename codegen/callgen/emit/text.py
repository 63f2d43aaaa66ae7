# SPDX-License-Identifier: Apache-2.0
"""Text of a schema as people can read it wherever it is written."""

from __future__ import annotations


def one_line(text: str) -> str:
    """On one line, with nothing that cannot be seen or turns the writing around."""
    shown = "".join(
        c if c.isprintable() else " " if c.isspace() else f"<U+{ord(c):04X}>" for c in text
    )
    return " ".join(shown.split())

# SPDX-License-Identifier: Apache-2.0
"""Any text within Markdown as GitHub reads it: it stays text, on its line and in its cell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from callgen.emit.text import one_line

_SPECIAL = re.compile(r"[\\`*<>\[\]~$]|(?<![0-9A-Za-z])_|_(?![0-9A-Za-z])|&(?=[#0-9A-Za-z])")
_BLOCK = re.compile(r"^(?=[#+=-])|^([0-9]+)(?=[.)])")  # what would begin a heading, list or rule
_PIPE = "&#124;"  # in a cell, also within code: parsers differ in what \\| is


def prose(text: str) -> str:
    """The text as one line of a paragraph or a cell."""
    escaped = _SPECIAL.sub(r"\\\g<0>", one_line(text)).replace("|", _PIPE)
    return _BLOCK.sub(lambda found: f"{found[1]}\\" if found[1] else "\\", escaped, count=1)


def code(text: str) -> str:
    """The text as code on one line; nothing of an empty one."""
    line = one_line(text)
    if not line:
        return ""
    if "|" in line or "`" in line:
        return f"<code>{_SPECIAL.sub(_escaped_in_html, line).replace('|', _PIPE)}</code>"
    return f"`{line}`"


def _escaped_in_html(found: re.Match[str]) -> str:
    return {"<": "&lt;", ">": "&gt;", "&": "&amp;"}.get(found[0], "\\" + found[0])


def codes(texts: Iterable[str]) -> str:
    return ", ".join(code(text) for text in texts)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of cells that are Markdown already. Columns in which nothing stands are left out."""
    body = [tuple(row) for row in rows]
    kept = [i for i in range(len(head)) if any(row[i] for row in body)]
    lines = [[head[i] for i in kept], ["---"] * len(kept), *([row[i] for i in kept] for row in body)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def fenced(language: str, text: str) -> str:
    """A block of code that no line of the text can end."""
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"

# SPDX-License-Identifier: Apache-2.0
"""The one place where text from a schema becomes C++: literals, comments, numbers, and lines of at
most 100 columns.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

WIDTH = 100
BREAK = "\v"
_CHUNK = 62  # columns of a literal before it is continued in an adjacent one
_ESCAPES = {0x22: '\\"', 0x5C: "\\\\", 0x0A: "\\n", 0x0D: "\\r", 0x09: "\\t"}


def literal(data: str | bytes) -> str:
    """An expression that is exactly these bytes: see literal_tokens."""
    return " ".join(literal_tokens(data))


def literal_tokens(data: str | bytes) -> tuple[str, ...]:
    """The same as tokens that may stand on lines of their own; long text is cut into adjacent
    literals.
    """
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    tokens = list(array_literal_tokens(raw))
    if b"\0" in raw:  # a string_view made from a bare literal would end there
        tokens[0] = "std::string_view{" + tokens[0]
        tokens[-1] += f", {len(raw)}}}"
    return tuple(tokens)


def array_literal_tokens(data: str | bytes) -> tuple[str, ...]:
    """A literal for what takes an array of characters and so knows its length."""
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    return tuple(_one_literal(piece) for piece in _pieces(raw)) or ('""',)


def _pieces(raw: bytes) -> list[bytes]:
    """Pieces whose literals have about _CHUNK columns, cut behind a comma or space where there is
    one.
    """
    pieces, start, columns, cut = [], 0, 0, 0
    for index, byte in enumerate(raw):
        columns += 1 if 0x20 <= byte < 0x7F else 4
        if columns > _CHUNK:
            end = cut if cut > start else index
            pieces.append(raw[start:end])
            start, columns = end, sum(1 if 0x20 <= b < 0x7F else 4 for b in raw[end : index + 1])
        if byte in b", ":
            cut = index + 1
    return pieces + ([raw[start:]] if start < len(raw) else [])


def _one_literal(piece: bytes) -> str:
    plain = all(0x20 <= byte < 0x7F for byte in piece) and b"??" not in piece
    if plain and b'"' in piece and b')json"' not in piece:
        return f'R"json({piece.decode("ascii")})json"'
    return '"' + escaped(piece) + '"'


def escaped(raw: bytes) -> str:
    """Octal escapes have three digits at most, so no digit behind one is swallowed, as it is behind
    \\x.
    """
    out = []
    for index, byte in enumerate(raw):
        if byte in _ESCAPES:
            out.append(_ESCAPES[byte])
        elif byte == 0x3F and index > 0 and raw[index - 1] == 0x3F:
            out.append("\\?")
        elif 0x20 <= byte < 0x7F:
            out.append(chr(byte))
        else:
            out.append(f"\\{byte:03o}")
    return "".join(out)


def comment_text(text: str) -> str:
    """Any text as one line that is safe in a comment: nothing ends the comment, continues it or
    leaves ASCII.
    """
    safe = "".join(
        c if " " <= c <= "~" else " " if c.isspace() else f"<U+{ord(c):04X}>" for c in text
    )
    safe = " ".join(safe.split()).replace("??", "? ?").replace("??", "? ?")
    return _no_splice(safe.replace("*/", "* /").replace("/*", "/ *"))


def comment(text: str, indent: int = 0) -> tuple[str, ...]:
    """The same as whole lines, each with its `//`."""
    lines = textwrap.wrap(
        comment_text(text), WIDTH - indent - 3, break_long_words=False, break_on_hyphens=False
    )
    return tuple(" " * indent + "// " + _no_splice(line) for line in lines)


def _no_splice(line: str) -> str:
    return line + " ." if line.endswith("\\") else line


def number(value: int | float) -> str:
    """A literal of an integer (digits grouped) or of a double."""
    if isinstance(value, float):
        return repr(value)
    if value == -(2**63):
        return "-9'223'372'036'854'775'807 - 1"
    text = f"{value:,}".replace(",", "'") if abs(value) >= 10_000 else str(value)
    return text + "U" if value >= 2**63 else text


def fill(tokens: Iterable[str], indent: int, hang: int | None = None) -> str:
    """Tokens on lines of at most WIDTH columns; lines after the first start at column `hang`.

    A token that begins with BREAK starts a line of its own unless all of them fit on one.
    """
    hang = indent + 4 if hang is None else hang
    pieces = list(tokens)
    whole = " " * indent + " ".join(piece.removeprefix(BREAK) for piece in pieces)
    if len(whole) <= WIDTH:
        return whole
    lines, line = [], " " * indent + pieces[0].removeprefix(BREAK)
    for piece in pieces[1:]:
        if not piece.startswith(BREAK) and len(line) + 1 + len(piece) <= WIDTH:
            line += " " + piece
        else:
            lines.append(line)
            line = " " * hang + piece.removeprefix(BREAK)
    return "\n".join([*lines, line])


def enclosed(head: str, tokens: Sequence[str], tail: str) -> tuple[str, ...]:
    """Tokens with text glued to the first and to the last of them."""
    out = [head + tokens[0], *tokens[1:]]
    out[-1] += tail
    return tuple(out)


def listed(items: Sequence[str], head: str = "", tail: str = "") -> tuple[str, ...]:
    """Tokens of `head a, b, c tail`, head and tail glued to their neighbours."""
    return enclosed(head, [item + "," for item in items[:-1]] + list(items[-1:]) or [""], tail)

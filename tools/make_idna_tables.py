#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes include/callgate/schema/formats/idna_tables.hpp from Python's Unicode data.

Which code points an internationalized label may have follows RFC 5892 (the rules, not a table of one
version of Unicode), their directions the Unicode Bidirectional Algorithm. Without --write it checks.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
TARGET = HOME / "include/callgate/schema/formats/idna_tables.hpp"
LAST = 0x10FFFF

# RFC 5892, 2.6 (F): exceptions; the contextual ones have rules of their own in idna.hpp.
ALLOWED = {0x00DF, 0x03C2, 0x06FD, 0x06FE, 0x0F0B, 0x3007}
CONTEXTUAL = {0x00B7, 0x0375, 0x05F3, 0x05F4, 0x30FB, *range(0x0660, 0x066A), *range(0x06F0, 0x06FA),
              0x200C, 0x200D}
DISALLOWED = {0x0640, 0x07FA, 0x302E, 0x302F, 0x3031, 0x3032, 0x3033, 0x3034, 0x3035, 0x303B}
OLD_HANGUL = ((0x1100, 0x11FF), (0xA960, 0xA97C), (0xD7B0, 0xD7FB))
IGNORABLE = ((0x00AD, 0x00AD), (0x034F, 0x034F), (0x115F, 0x1160), (0x17B4, 0x17B5),
             (0x180B, 0x180F), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F),
             (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFFA0, 0xFFA0), (0x1BCA0, 0x1BCA3),
             (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF))
IGNORABLE_BLOCKS = ((0x20D0, 0x20FF), (0x1D100, 0x1D1FF), (0x1D200, 0x1D24F))
LETTERS_AND_DIGITS = {"Ll", "Lu", "Lo", "Nd", "Lm", "Mn", "Mc"}
DIRECTIONS = ("L", "R", "AL", "AN", "EN", "ES", "CS", "ET", "ON", "BN", "NSM")


def within(point: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(low <= point <= high for low, high in ranges)


def is_stable(text: str) -> bool:
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return folded == text


def may_stand(point: int) -> bool:
    """PVALID or contextual."""
    text = chr(point)
    if point in ALLOWED or point in CONTEXTUAL:
        return True
    if point in DISALLOWED or unicodedata.category(text) not in LETTERS_AND_DIGITS:
        return False
    return is_stable(text) and not within(point, IGNORABLE + IGNORABLE_BLOCKS + OLD_HANGUL)


def is_mark(point: int) -> bool:
    return unicodedata.category(chr(point)) in ("Mn", "Mc", "Me")


def is_virama(point: int) -> bool:
    return unicodedata.combining(chr(point)) == 9


def runs(value: Callable[[int], object]) -> Iterator[tuple[int, int, object]]:
    """Neighbours beyond ASCII with an equal value that is not false."""
    start, held = 0x80, value(0x80)
    for point in range(0x81, LAST + 2):
        found = value(point) if point <= LAST else None
        if found != held:
            if held:
                yield start, point - 1, held
            start, held = point, found


def direction(point: int) -> str | None:
    """What is not L and may stand in a label."""
    found = unicodedata.bidirectional(chr(point))
    return found if found in DIRECTIONS[1:] and may_stand(point) else None


def table(name: str, comment: str, numbers: list[int]) -> str:
    lines, line = [], "   "
    for number in numbers:
        text = f" {number:#x},"
        if len(line) + len(text) > 100:
            lines.append(line)
            line = "   "
        line += text
    lines.append(line)
    head = f"inline constexpr std::array<char32_t, {len(numbers)}> {name}{{"
    return f"// {comment}\n{head}\n" + "\n".join(lines) + "\n};\n"


def edges(value: Callable[[int], bool]) -> list[int]:
    """Where it begins to hold, where it ends, and so on."""
    return [edge for low, high, _ in runs(value) for edge in (low, high + 1)]


def directed_edges() -> list[int]:
    out, end = [], 0
    for low, high, kind in runs(direction):
        if end not in (0, low):
            out.append(end << 4)
        out.append(low << 4 | DIRECTIONS.index(str(kind)))
        end = high + 1
    return [*out, end << 4]


def header() -> str:
    return f"""// SPDX-License-Identifier: Apache-2.0
// Made by tools/make_idna_tables.py from Unicode {unicodedata.unidata_version}. Do not edit.
#pragma once

#include <array>

namespace callgate::schema::formats {{

// A set of code points: where it begins, where it ends, where it begins again ...
// clang-format off
{table("label_points", "What may stand in a label, contextual ones among it; beyond ASCII.",
       edges(may_stand))}
{table("mark_points", "Combining marks of these: none begins a label.",
       edges(lambda point: may_stand(point) and is_mark(point)))}
{table("virama_points", "Of these, those of canonical combining class 9.",
       edges(lambda point: may_stand(point) and is_virama(point)))}
{table("directions", "From which on they have which direction: code point << 4 | class (L, R ... NSM).", directed_edges())}// clang-format on

}}  // namespace callgate::schema::formats
"""


def main() -> int:
    text = header()
    if sys.argv[1:] == ["--write"]:
        TARGET.write_text(text)
        return 0
    made = f"Unicode {unicodedata.unidata_version}."
    if made not in TARGET.read_text():
        print(f"idna tables: made from another version than {made} nothing to compare")
        return 0
    if TARGET.read_text() != text:
        print(f"{TARGET.relative_to(HOME)}:1: not what tools/make_idna_tables.py makes: run it with --write")
        return 1
    print("idna tables: as made")
    return 0


if __name__ == "__main__":
    sys.exit(main())

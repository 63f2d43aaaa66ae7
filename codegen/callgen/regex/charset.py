# SPDX-License-Identifier: Apache-2.0
"""Sets of code points as sorted ranges, and the UTF-8 byte sequences that spell them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

Range = tuple[int, int]  # both ends belong to it
Charset = tuple[Range, ...]  # sorted, disjoint, not adjacent

MAX_CODE_POINT = 0x10FFFF
_SURROGATES = (0xD800, 0xDFFF)


def charset(ranges: Iterable[Range]) -> Charset:
    """Any ranges, joined where they touch."""
    out: list[Range] = []
    for low, high in sorted(ranges):
        if out and low <= out[-1][1] + 1:
            out[-1] = (out[-1][0], max(out[-1][1], high))
        else:
            out.append((low, high))
    return tuple(out)


def complement(chars: Charset) -> Charset:
    out, start = [], 0
    for low, high in chars:
        if low > start:
            out.append((start, low - 1))
        start = high + 1
    if start <= MAX_CODE_POINT:
        out.append((start, MAX_CODE_POINT))
    return tuple(out)


def single(code_point: int) -> Charset:
    return ((code_point, code_point),)


DIGIT = charset([(0x30, 0x39)])
WORD = charset([(0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A)])
LINE_ENDS = charset([(0x0A, 0x0A), (0x0D, 0x0D), (0x2028, 0x2029)])
# ECMA-262, WhiteSpace and LineTerminator: what \s stands for.
SPACE = charset(
    [(0x09, 0x0D), (0x20, 0x20), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A),
     (0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF)]
)
ANY = ((0, MAX_CODE_POINT),)


def utf8_sequences(chars: Charset) -> Iterator[tuple[Range, ...]]:
    """Sequences of byte ranges that together match exactly these code points, surrogates apart."""
    for low, high in chars:
        for part in ((low, min(high, _SURROGATES[0] - 1)), (max(low, _SURROGATES[1] + 1), high)):
            if part[0] <= part[1]:
                yield from _split(*part)


def _split(low: int, high: int) -> Iterator[tuple[Range, ...]]:
    for last in (0x7F, 0x7FF, 0xFFFF):  # the last code point of one, two and three bytes
        if low <= last < high:
            yield from _split(low, last)
            yield from _split(last + 1, high)
            return
    for bits in (6, 12, 18):  # a range must end where its lower bytes do, or share the upper ones
        mask = (1 << bits) - 1
        if low >> bits == high >> bits or high < 0x80:
            break
        if low & mask:
            yield from _split(low, low | mask)
            yield from _split((low | mask) + 1, high)
            return
        if high & mask != mask:
            yield from _split(low, (high & ~mask) - 1)
            yield from _split(high & ~mask, high)
            return
    yield tuple(zip(chr(low).encode(), chr(high).encode()))

# SPDX-License-Identifier: Apache-2.0
"""Texts that patterns accept or refuse: ways through their automata, the shortest first."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from functools import lru_cache

from callgen.regex.dfa import FOUND, Dfa, compile_pattern

MAX_STEPS = 60_000  # from one state by one byte, in the search for one text
MAX_SEARCHED_LENGTH = 64  # code points; longer texts repeat one where that leads nowhere else

# Bytes that may follow by how a sequence of UTF-8 goes on, and how it goes on behind them. State 0
# is between code points; the others wait for the bytes that RFC 3629, section 4, allows there.
_UTF8 = (
    ((0x00, 0x7F, 0), (0xC2, 0xDF, 1), (0xE0, 0xE0, 4), (0xE1, 0xEC, 2), (0xED, 0xED, 5),
     (0xEE, 0xEF, 2), (0xF0, 0xF0, 6), (0xF1, 0xF3, 3), (0xF4, 0xF4, 7)),
    ((0x80, 0xBF, 0),),
    ((0x80, 0xBF, 1),),
    ((0x80, 0xBF, 2),),
    ((0xA0, 0xBF, 1),),
    ((0x80, 0x9F, 1),),
    ((0x90, 0xBF, 2),),
    ((0x80, 0x8F, 2),),
)
_LIKED = b"abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_./: "

_State = tuple[tuple[int, ...], int]  # of the automata, and of UTF-8


@dataclass(frozen=True)
class Wish:
    """A pattern, and whether it shall be found in the text."""

    text: str
    found: bool = True

    @property
    def pattern(self) -> Dfa:
        return compile_pattern(self.text)


@lru_cache(maxsize=4096)
def word(wishes: tuple[Wish, ...], least: int, most: int | None = None) -> str | None:
    """The shortest text of at least so many code points; None when none is found."""
    found = _Search(wishes).shortest(min(least, MAX_SEARCHED_LENGTH))
    if found is not None and len(found) < least:
        found = word_of_length(wishes, least)
    return found if found is not None and (most is None or len(found) <= most) else None


@lru_cache(maxsize=4096)
def word_of_length(wishes: tuple[Wish, ...], length: int) -> str | None:
    search = _Search(wishes)
    for least in dict.fromkeys((0, 1, min(length, MAX_SEARCHED_LENGTH))):
        short = search.shortest(least)
        if short is not None and len(short) <= length:
            found = search.lengthened(short, length)
            if found is not None:
                return found
    return None


class _Search:
    def __init__(self, wishes: tuple[Wish, ...]) -> None:
        self._patterns = [wish.pattern for wish in wishes]
        self._wanted = [wish.found for wish in wishes]
        self._bytes = [self._alphabet(state) for state in range(len(_UTF8))]

    def _alphabet(self, utf8: int) -> list[tuple[int, int]]:
        """Of the bytes that no automaton tells apart, one; and how UTF-8 goes on."""
        chosen: dict[tuple[int, ...], tuple[int, int]] = {}
        for low, high, after in _UTF8[utf8]:
            for byte in sorted(range(low, high + 1), key=_dislike):
                columns = tuple(pattern.classes[byte] for pattern in self._patterns)
                chosen.setdefault((low, *columns), (byte, after))
        return list(chosen.values())

    def _after(self, states: tuple[int, ...], byte: int) -> tuple[int, ...]:
        return tuple(
            pattern.rows[state][pattern.classes[byte]]
            for pattern, state in zip(self._patterns, states)
        )

    def _start(self) -> _State:
        return tuple(pattern.start for pattern in self._patterns), 0

    def _is_met(self, states: tuple[int, ...]) -> bool:
        return all(
            (FOUND <= state < pattern.accepting_end) == found
            for pattern, found, state in zip(self._patterns, self._wanted, states)
        )

    def shortest(self, least: int) -> str | None:
        start = (self._start(), 0)
        came: dict[tuple[_State, int], tuple[tuple[_State, int], int] | None] = {start: None}
        waiting, steps = deque([start]), 0
        while waiting and steps < MAX_STEPS:
            here = waiting.popleft()
            (states, utf8), count = here
            if utf8 == 0 and count == least and self._is_met(states):
                return _spelled(came, here)
            for byte, after in self._bytes[utf8]:
                steps += 1
                more = min(least, count + (after == 0))
                there = ((self._after(states, byte), after), more)
                if there not in came:
                    came[there] = (here, byte)
                    waiting.append(there)
        return None

    def lengthened(self, text: str, length: int) -> str | None:
        """With a code point repeated that leads nowhere else."""
        if len(text) == length:
            return text
        states = self._start()[0]
        for at in range(len(text) + 1):
            for byte, after in self._bytes[0]:
                if after == 0 and self._after(states, byte) == states:
                    return text[:at] + chr(byte) * (length - len(text)) + text[at:]
            for char in dict.fromkeys(text):
                if self._behind(states, char) == states:
                    return text[:at] + char * (length - len(text)) + text[at:]
            states = self._behind(states, text[at:at + 1])
        return None

    def _behind(self, states: tuple[int, ...], text: str) -> tuple[int, ...]:
        for byte in text.encode():
            states = self._after(states, byte)
        return states


def _dislike(byte: int) -> int:
    liked = _LIKED.find(byte)
    return liked if liked >= 0 else byte + (300 if byte < 0x20 or byte == 0x7F else 100)


def _spelled(came: dict, here: tuple[_State, int]) -> str:
    out = bytearray()
    while came[here] is not None:
        here, byte = came[here]
        out.append(byte)
    return bytes(reversed(out)).decode()

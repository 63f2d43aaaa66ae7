# SPDX-License-Identifier: Apache-2.0
"""What is simpler than the table of an automaton: one set of bytes at each place, then a run of one set.

Read off the minimal automaton, not the text of the pattern: `^[a-z]+$`, `^ab`, `^\\d{4}-\\d\\d$` and
`^sk_[0-9a-f]{8,64}$` have this shape however they are written.
"""

from __future__ import annotations

from dataclasses import dataclass

from callgen.regex.dfa import DEAD, FOUND, Dfa

MAX_SETS = 8  # a bit of a byte for each
MAX_PLACES = 128
SHORT = 24
UNBOUNDED = 0xFFFF_FFFF  # as callgate::unbounded


@dataclass(frozen=True)
class Shape:
    """sets: of each byte, the bits of the sets that it belongs to. places: the bit of each place.
    rest: the bit of all that follow; 0 where they may be anything.
    """

    sets: tuple[int, ...]
    places: tuple[int, ...]
    rest: int
    min_bytes: int
    max_bytes: int

    def matches(self, text: bytes) -> bool:
        if not self.min_bytes <= len(text) <= self.max_bytes:
            return False
        wanted = (*self.places, *[self.rest] * len(text))
        return all(bit == 0 or self.sets[byte] & bit for byte, bit in zip(text, wanted))


def shape_of(dfa: Dfa) -> Shape | None:
    """None where the automaton has another shape, or a text need not be read to its end."""
    places: list[frozenset[int]] = []  # the columns that go on, at each place
    accepted: list[bool] = []
    state, rest = dfa.start, None
    while state != FOUND:
        accepted.append(DEAD < state < dfa.accepting_end)
        ways = set(dfa.rows[state]) - {DEAD}
        if len(ways) > 1 or len(places) == len(dfa.rows):  # a choice, or a circle
            return None
        if not ways:
            break
        following = ways.pop()
        going = frozenset(c for c, target in enumerate(dfa.rows[state]) if target == following)
        if following == state:
            rest = going
            break
        places.append(going)
        state = following
    else:
        accepted.append(True)
    least = accepted.index(True) if True in accepted else len(accepted)
    if not all(accepted[least:]) or least == len(accepted):
        return None
    most = UNBOUNDED if rest is not None or state == FOUND else len(places)
    return _shape(dfa, places, rest, least, most)


def _shape(dfa: Dfa, places: list[frozenset[int]], rest: frozenset[int] | None, least: int, most: int
           ) -> Shape | None:
    if rest is None and most != UNBOUNDED and places:
        if len(set(places)) == 1 or len(places) > SHORT:  # else one loop is faster than two
            rest = places[-1]
    while rest is not None and places and places[-1] == rest:
        places = places[:-1]
    distinct = list(dict.fromkeys([*places, *([rest] if rest is not None else [])]))
    if not 0 < len(distinct) <= MAX_SETS or len(places) > MAX_PLACES:
        return None
    bit = {columns: 1 << number for number, columns in enumerate(distinct)}
    return Shape(
        tuple(sum(bit[columns] for columns in distinct if column in columns) for column in dfa.classes),
        tuple(bit[columns] for columns in places),
        bit[rest] if rest is not None else 0,
        least,
        most,
    )

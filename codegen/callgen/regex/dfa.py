# SPDX-License-Identifier: Apache-2.0
"""A minimal automaton that finds a pattern anywhere in a text, one table look-up per byte."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from functools import lru_cache

from callgen.regex.nfa import Nfa, build
from callgen.regex.parse import BadPattern, parse

MAX_STATES = 2000
MAX_CELLS = 0xFFFF
MAX_WORK = 2_000_000  # states of the sets that steps are taken from
_FOUND = frozenset({-1})  # whatever follows, the text has matched
DEAD, FOUND = 0, 1  # the numbers of the two states that no byte leaves


@dataclass(frozen=True)
class Dfa:
    """States 0 (nothing can match any more) and 1 (has matched) are always there.

    classes: of each byte, its column. rows: of each state, the next one by column. A text that ends
    matches in the states from 1 to accepting_end, which is not one of them.
    """

    classes: tuple[int, ...]
    rows: tuple[tuple[int, ...], ...]
    start: int
    accepting_end: int

    def matches(self, text: str) -> bool:
        state = self.start
        for byte in text.encode("utf-8", "surrogatepass"):
            if state <= FOUND:
                break
            state = self.rows[state][self.classes[byte]]
        return FOUND <= state < self.accepting_end


@lru_cache(maxsize=1024)
def compile_pattern(pattern: str) -> Dfa:
    """Raises BadPattern."""
    return _minimal(*_Subsets(build(parse(pattern))).all())


Table = list[list[int]]


class _Subsets:
    """Sets of the states that the automaton can be in, each a state of the table."""

    def __init__(self, nfa: Nfa) -> None:
        self._nfa = nfa
        self._work = 0
        self._columns, self._classes = _byte_classes(nfa)
        self._later = self._closure({0}, at_start=False)  # a match may begin at any byte

    def all(self) -> tuple[tuple[int, ...], Table, int, list[bool]]:
        states: dict[frozenset[int], int] = {frozenset(): DEAD, _FOUND: FOUND}
        rows: Table = [[DEAD] * len(self._columns), [FOUND] * len(self._columns)]
        at_end = [False, True]
        waiting: deque[frozenset[int]] = deque()

        def number(subset: frozenset[int], first: bool) -> int:
            subset = _FOUND if 1 in subset else subset
            if subset not in states:
                if len(states) == MAX_STATES:
                    raise BadPattern(f"more than {MAX_STATES} states: bound its repetitions")
                states[subset] = len(states)
                at_end.append(1 in self._closure(subset, at_start=first, at_end=True))
                waiting.append(subset)
            return states[subset]

        # The first state of a text is none that a byte leads to: only there `^` holds.
        initial = self._closure({0}, at_start=True)
        start = number(initial | {-2}, True) if 1 not in initial else FOUND
        while waiting:
            subset = waiting.popleft()
            rows.append([number(self._after(subset, byte), False) for byte in self._columns])
        return self._classes, rows, start, at_end

    def _closure(self, states: set[int] | frozenset[int], at_start: bool, at_end: bool = False
                 ) -> frozenset[int]:
        open_ways = {"": True, "start": at_start, "end": at_end}
        seen = {state for state in states if state >= 0}
        waiting = list(seen)
        while waiting:
            for way, target in self._nfa.free[waiting.pop()]:
                if open_ways[way] and target not in seen:
                    seen.add(target)
                    waiting.append(target)
        return frozenset(seen)

    def _after(self, subset: frozenset[int], byte: int) -> frozenset[int]:
        self._work += len(subset)
        if self._work > MAX_WORK:
            raise BadPattern(f"more than {MAX_WORK} steps: bound its repetitions")
        targets = {
            target
            for state in subset if state >= 0
            for (low, high), target in self._nfa.steps[state] if low <= byte <= high
        }
        return self._closure(targets, at_start=False) | self._later


def _byte_classes(nfa: Nfa) -> tuple[list[int], tuple[int, ...]]:
    """Bytes that no step tells apart share a column; of each column its first byte."""
    cuts = {0}
    for steps in nfa.steps:
        for (low, high), _ in steps:
            cuts |= {low, high + 1}
    columns = sorted(cut for cut in cuts if cut < 256)
    classes, column = [], -1
    for byte in range(256):
        column += column + 1 < len(columns) and columns[column + 1] == byte
        classes.append(column)
    return columns, tuple(classes)


def _minimal(classes: tuple[int, ...], rows: Table, start: int, at_end: list[bool]) -> Dfa:
    """States that no text tells apart become one (Moore), then columns likewise."""
    block = [int(end) for end in at_end]
    while True:
        keys: dict[tuple[int, ...], int] = {}
        refined = [
            keys.setdefault((block[s], *(block[t] for t in row)), len(keys))
            for s, row in enumerate(rows)
        ]
        if len(keys) == len(set(block)):
            break
        block = refined
    order = _ordered(block, rows, start, at_end)
    number = {b: i for i, b in enumerate(order)}
    first = {b: block.index(b) for b in order}
    table = [[number[block[t]] for t in rows[first[b]]] for b in order]
    columns: dict[tuple[int, ...], int] = {}
    column_of = [columns.setdefault(column, len(columns)) for column in zip(*table)]
    if len(table) * len(columns) > MAX_CELLS:
        raise BadPattern(f"a table of more than {MAX_CELLS} cells: bound its repetitions")
    return Dfa(
        tuple(column_of[c] for c in classes),
        tuple(zip(*columns)),
        number[block[start]],
        1 + sum(at_end[first[b]] for b in order),
    )


def _ordered(block: list[int], rows: Table, start: int, at_end: list[bool]) -> list[int]:
    """The blocks that can be reached: the two final ones, those that match at the end, the rest."""
    order = [block[DEAD], block[FOUND]]
    waiting = deque([start])
    seen = set(order)
    while waiting:
        state = waiting.popleft()
        if block[state] not in seen:
            seen.add(block[state])
            order.append(block[state])
        elif state != start:
            continue
        waiting.extend(t for t in rows[state] if block[t] not in seen)
    return order[:2] + sorted(order[2:], key=lambda b: not at_end[block.index(b)])

# SPDX-License-Identifier: Apache-2.0
"""A tree -> an automaton over bytes that may be in several states at once."""

from __future__ import annotations

from dataclasses import dataclass, field

from callgen.regex.charset import Charset, Range, utf8_sequences
from callgen.regex.parse import Anchor, BadPattern, Chars, Choice, Repeat, Sequence, Tree

MAX_STATES = 20_000


@dataclass
class Nfa:
    """State 0 is the first, state 1 the accepting one."""

    steps: list[list[tuple[Range, int]]] = field(default_factory=list)  # by a byte
    free: list[list[tuple[str, int]]] = field(default_factory=list)  # "" or only at start or end

    def state(self) -> int:
        if len(self.steps) == MAX_STATES:
            raise BadPattern(f"more than {MAX_STATES} states: bound its repetitions")
        self.steps.append([])
        self.free.append([])
        return len(self.steps) - 1


def build(tree: Tree) -> Nfa:
    nfa = Nfa()
    first, last = nfa.state(), nfa.state()
    _Builder(nfa).add(tree, first, last)
    return nfa


class _Builder:
    def __init__(self, nfa: Nfa) -> None:
        self._nfa = nfa

    def add(self, tree: Tree, start: int, end: int) -> None:
        """Ways from start to end for whatever matches the tree."""
        if isinstance(tree, Chars):
            self._chars(tree.chars, start, end)
        elif isinstance(tree, Anchor):
            self._nfa.free[start].append((tree.at, end))
        elif isinstance(tree, Sequence):
            self._sequence(tree.parts, start, end)
        elif isinstance(tree, Choice):
            for part in tree.parts:
                self.add(part, start, end)
        else:
            self._repeat(tree, start, end)

    def _chars(self, chars: Charset, start: int, end: int) -> None:
        shared: dict[tuple[int, tuple[Range, ...]], int] = {}  # equal tails lead on together
        for sequence in utf8_sequences(chars):
            after = end
            for at in range(len(sequence) - 1, 0, -1):
                tail = sequence[at:]
                known = shared.get((end, tail))
                if known is None:
                    known = shared[end, tail] = self._nfa.state()
                    self._nfa.steps[known].append((sequence[at], after))
                after = known
            self._nfa.steps[start].append((sequence[0], after))

    def _sequence(self, parts: tuple[Tree, ...], start: int, end: int) -> None:
        for part in parts:
            after = self._nfa.state()
            self.add(part, start, after)
            start = after
        self._nfa.free[start].append(("", end))

    def _repeat(self, tree: Repeat, start: int, end: int) -> None:
        for _ in range(tree.low):
            after = self._nfa.state()
            self.add(tree.part, start, after)
            start = after
        if tree.high is None:
            loop = self._nfa.state()
            self._nfa.free[start].append(("", loop))
            self.add(tree.part, loop, loop)
            start = loop
        for _ in range((tree.high or tree.low) - tree.low):
            after = self._nfa.state()
            self._nfa.free[start].append(("", end))
            self.add(tree.part, start, after)
            start = after
        self._nfa.free[start].append(("", end))

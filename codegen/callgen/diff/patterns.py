# SPDX-License-Identifier: Apache-2.0
"""Whether every text that one pattern matches is matched by another."""

from __future__ import annotations

from callgen.regex.dfa import Dfa, compile_pattern

MAX_PAIRS = 5000


def is_included(one: str, other: str) -> bool:
    """False, too, where that would take too long."""
    if one == other:
        return True
    left, right = compile_pattern(one), compile_pattern(other)
    columns = sorted(set(zip(left.classes, right.classes)))
    waiting = [(left.start, right.start)]
    seen = set(waiting)
    while waiting:
        pair = waiting.pop()
        if _ends(left, pair[0]) and not _ends(right, pair[1]):
            return False
        for steps in columns:
            after = (_next(left, pair[0], steps[0]), _next(right, pair[1], steps[1]))
            if after not in seen:
                seen.add(after)
                waiting.append(after)
        if len(seen) > MAX_PAIRS:
            return False
    return True


def _ends(automaton: Dfa, state: int) -> bool:
    return 1 <= state < automaton.accepting_end


def _next(automaton: Dfa, state: int, column: int) -> int:
    return state if state <= 1 else automaton.rows[state][column]

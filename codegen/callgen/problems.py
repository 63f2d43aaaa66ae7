# SPDX-License-Identifier: Apache-2.0
"""What is wrong with a schema, and where: problems are collected, sorted and shown all at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


MAX_SHOWN = 200  # of one run


@dataclass(frozen=True, order=True)
class Mark:
    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, order=True)
class Problem:
    mark: Mark
    text: str

    def __str__(self) -> str:
        return f"{self.mark}: error: {self.text}"


@dataclass
class Problems:
    """Collects problems. One run shows every one of them, so nothing here raises."""

    found: set[Problem] = field(default_factory=set)

    def add(self, mark: Mark, text: str) -> None:
        self.found.add(Problem(mark, text.replace("\n", " ")))

    def __bool__(self) -> bool:
        return bool(self.found)

    def lines(self) -> list[str]:
        """The first ones, and how many there are beside them."""
        shown = [str(problem) for problem in sorted(self.found)[:MAX_SHOWN]]
        more = len(self.found) - len(shown)
        return shown + ([f"{more} more are not shown: mend these first"] if more else [])


def unknown(kind: str, name: str, known: Iterable[str], later: Iterable[str] = ()) -> str:
    """The text for a name that is not among the known ones: the nearest spelling, or all of them.
    """
    names = sorted(known)
    from difflib import get_close_matches  # of mistakes only

    near = get_close_matches(name, [*names, *sorted(later)], n=1, cutoff=0.7)
    if near:
        return f"unknown {kind} '{name}': did you mean '{near[0]}'?"
    return f"unknown {kind} '{name}': known are {', '.join(names) if names else 'none'}"

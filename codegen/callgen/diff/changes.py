# SPDX-License-Identifier: Apache-2.0
"""What has changed, where, and whom it breaks."""

from __future__ import annotations

from dataclasses import dataclass, field

from callgen.problems import Mark

SENDERS = "breaks senders"  # what was accepted may be refused, or its answer means another thing
STORED = "breaks stored data"  # what is stored is removed, not recognised, or means another thing
READERS = "breaks readers"  # of the API's answers, of records' tables, and who registers tasks
CODE = "breaks code"  # in C++ that uses the generated types
CHANGES = "changes"  # what callgate does, and nobody has to follow
ADDS = "adds"
KINDS = (SENDERS, STORED, READERS, CODE, CHANGES, ADDS)
BREAKING = frozenset({SENDERS, STORED, READERS, CODE})


@dataclass(frozen=True)
class Change:
    kind: str
    mark: Mark
    text: str

    def __str__(self) -> str:
        return f"{self.mark}: {self.kind}: {self.text}"


@dataclass
class Changes:
    found: set[Change] = field(default_factory=set)

    def add(self, kind: str, mark: Mark, text: str) -> None:
        self.found.add(Change(kind, mark, text.replace("\n", " ")))

    def breaks(self, kind: str) -> bool:
        return any(change.kind == kind for change in self.found)

    @property
    def is_breaking(self) -> bool:
        return any(change.kind in BREAKING for change in self.found)

    def lines(self) -> list[str]:
        """What breaks comes first; within a kind, by place."""
        order = sorted(self.found, key=lambda c: (KINDS.index(c.kind), c.mark, c.text))
        return [str(change) for change in order]

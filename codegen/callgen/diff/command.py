# SPDX-License-Identifier: Apache-2.0
"""diff: which changes from one schema to the next break whom."""

from __future__ import annotations

import sys
from pathlib import Path

from callgen import names
from callgen.check import check_root
from callgen.diff.changes import SENDERS, Changes
from callgen.diff.payload import compare_payload
from callgen.diff.receiving import compare_receiving, compare_tolerance
from callgen.diff.records import compare_records
from callgen.diff.side import Side
from callgen.diff.stored import compare_stored
from callgen.load import load_file
from callgen.problems import Problems
from callgen.schema.places import text_of

BREAKS = 4  # the exit code


def diff(old: Path, new: Path) -> int:
    """The exit code of the command."""
    problems = Problems()
    before, after = _read(old, problems), _read(new, problems)
    for line in problems.lines():
        print(line, file=sys.stderr)
    if before is None or after is None:
        return 1
    changes = compare(before, after)
    for line in changes.lines():
        print(line)
    return BREAKS if changes.is_breaking else 0


def compare(old: Side, new: Side) -> Changes:
    changes = Changes()
    compare_bodies(old, new, changes)
    compare_records(old, new, changes.breaks(SENDERS), changes)
    compare_receiving(old, new, changes)
    compare_stored(old, new, changes)
    return changes


def compare_bodies(old: Side, new: Side, changes: Changes) -> None:
    """What is accepted as a body."""
    compare_payload(old, new, changes)
    compare_tolerance(old, new, changes)


def _read(path: Path, problems: Problems) -> Side | None:
    """The file may have any name: a copy of an older one lies beside the schema as a rule."""
    own = Problems()
    root = load_file(path, str(path), own)
    checked = None
    if root is not None:
        name = text_of(root, "provider") or ""
        stem = name if names.PROVIDER.fullmatch(name) else path.stem
        checked = check_root(path.with_name(stem + ".yaml"), str(path), root, own)
    problems.found |= own.found
    return Side(checked.provider, root) if checked is not None and checked.provider is not None else None

# SPDX-License-Identifier: Apache-2.0
"""Records: rows are derived anew from the stored bodies as soon as anything changes that they rest on."""

from __future__ import annotations

from callgen.diff.changes import ADDS, CHANGES, READERS, STORED, Changes
from callgen.diff.side import Side, quoted, told_as
from callgen.digest import plain, records_digest
from callgen.model import Record
from callgen.problems import Mark


def compare_records(old: Side, new: Side, may_refuse: bool, changes: Changes) -> None:
    """may_refuse: whether a body that was accepted may be refused."""
    before = {record.name: record for record in old.provider.records}
    after = {record.name: record for record in new.provider.records}
    for name, was in before.items():
        if name in after:
            _record(was, after[name], old, new, changes)
        else:
            mark = old.at("records", name)
            changes.add(STORED, mark, f"record '{name}' is gone: its table is dropped")
            changes.add(READERS, mark, f"entries have no record '{name}' any more")
    for name in after:
        if name not in before:
            text = f"record '{name}': its rows are derived from the stored bodies"
            changes.add(ADDS, new.at("records", name), text)
    _tables(old, new, changes)
    if not before.keys() & after.keys():
        return
    if records_digest(old.provider) != records_digest(new.provider):
        mark = new.at("records")
        changes.add(CHANGES, mark, "all rows are derived anew from the stored bodies, in the background")
        if may_refuse:
            text = "a stored body that the payload refuses now has no rows when they are derived anew"
            changes.add(STORED, mark, text)


def _tables(old: Side, new: Side, changes: Changes) -> None:
    before = {table.name: plain(table) for table in old.provider.tables}
    for table in new.provider.tables:
        if table.name in before and before[table.name] != plain(table):
            changes.add(CHANGES, new.at("tables", table.name), f"table '{table.name}' has other rows")


def _record(was: Record, now: Record, old: Side, new: Side, changes: Changes) -> None:
    here = f"record '{now.name}'"

    def at(*path: str) -> Mark:
        return new.at("records", now.name, *path)

    keys = [[column.name for column in r.columns[: r.key_columns]] for r in (was, now)]
    if keys[0] != keys[1]:
        text = f"{here} is told apart by {quoted(keys[1]) or 'nothing'}, it was {quoted(keys[0]) or 'nothing'}"
        changes.add(STORED, at("key"), f"{text}: its table is made anew")
    if plain(was.each) != plain(now.each):
        changes.add(STORED, at("each"), f"{here} has its rows from other items: they are derived anew")
    if bool(was.each) != bool(now.each):
        what = "an array" if now.each else "an object"
        changes.add(READERS, at("each"), f"{here} is {what} in entries")
    if was.when != now.when:
        changes.add(CHANGES, at("when"), f"{here} has rows of other stages")
        if gone := [stage for stage in _stages(was, old) if stage not in _stages(now, new)]:
            changes.add(STORED, at("when"), f"{here} has no rows of {quoted(gone)} any more: they are removed")
    if told_as(was.condition) != told_as(now.condition):
        changes.add(CHANGES, at("if"), f"{here} has rows of other callbacks")
    if was.registered != now.registered:
        what = "with its registration" if now.registered else "with its first callback"
        changes.add(CHANGES, at("registered"), f"{here} has a task's row {what}")
    _columns(was, now, old, new, changes)


def _stages(record: Record, side: Side) -> tuple[str, ...]:
    return record.when or tuple(stage.name for stage in side.provider.stages)


def _columns(was: Record, now: Record, old: Side, new: Side, changes: Changes) -> None:
    before = {column.name: column for column in was.columns}
    after = {column.name: column for column in now.columns}
    here = f"of record '{now.name}'"
    for name, column in before.items():
        if name not in after:
            text = f"column '{name}' {here} is gone: the table is made anew without it"
            changes.add(STORED, old.at("records", was.name, "set", name), text)
            continue
        mark = new.at("records", now.name, "set", name)
        value = after[name].value
        if column.value.type != value.type:
            text = f"column '{name}' {here} is {value.type}, it was {column.value.type}: the table is made anew"
            changes.add(STORED, mark, text)
        elif told_as(column.value) != told_as(value):
            text = f"column '{name}' {here} is worked out otherwise"
            if column.value.shown != value.shown:
                changes.add(READERS, mark, f"{text}: it means another thing")
            else:  # the member that it is read from has another width
                changes.add(CHANGES, mark, text)
    for name in after:
        if name not in before:
            changes.add(ADDS, new.at("records", now.name, "set", name), f"column '{name}' {here}")

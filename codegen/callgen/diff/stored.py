# SPDX-License-Identifier: Apache-2.0
"""What is stored: names, keys, stages, codes, and what was registered."""

from __future__ import annotations

from collections.abc import Callable

from callgen.diff.changes import ADDS, CHANGES, CODE, READERS, SENDERS, STORED, Changes
from callgen.diff.side import Side, differing, quoted
from callgen.digest import plain
from callgen.model import Code, ContextField, Slot, Sources, Stage
from callgen.problems import Mark


def compare_stored(old: Side, new: Side, changes: Changes) -> None:
    before, after = old.provider, new.provider
    if before.name != after.name:
        mark = new.at("provider")
        text = f"'{before.name}' is renamed to '{after.name}': what is stored stays with the old name"
        changes.add(STORED, mark, text)
        changes.add(CODE, mark, f"the namespace '{before.name}' is '{after.name}'")
    _identify(old, new, changes)
    _idempotency(old, new, changes)
    _stages(old, new, changes)
    _codes(old, new, changes)
    _context(old, new, changes)
    if before.retention != after.retention:
        shorter = after.retention < before.retention
        text = f"history is kept for {_time(after.retention)}, it was {_time(before.retention)}"
        changes.add(
            STORED if shorter else CHANGES, new.at("retention", "history"),
            text + (": what is older is removed" if shorter else ""),
        )
    if old.meaning(before.log) != new.meaning(after.log):
        changes.add(CHANGES, new.at("log"), "the log tells other details")


def _time(milliseconds: int) -> str:
    for unit, size in (("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000)):
        if milliseconds % size == 0:
            return f"{milliseconds // size}{unit}"
    return f"{milliseconds}ms"


# --- identify, idempotency

def _identify(old: Side, new: Side, changes: Changes) -> None:
    for name, what in (
        ("task_id", "the task"), ("record_id", "the second name"), ("code", "the code"),
        ("message", "the message"),
    ):
        order = _order(getattr(old.provider, name), getattr(new.provider, name))
        mark = new.at("identify", name)
        if order == _OTHER and name == "task_id":
            text = "the task is looked for elsewhere: later callbacks of a stored task may be another one's"
            changes.add(STORED, mark, text)
            changes.add(SENDERS, mark, "a callback whose task stood there may be answered no_task_id")
        elif order == _OTHER:
            changes.add(CHANGES, mark, f"{what} is looked for elsewhere")
        elif order == _MORE:
            changes.add(ADDS, mark, f"{what} is looked for in more places, after the others")
        if order != _EQUAL and name == "code" and _owing(new):
            text = "a callback may owe what the stage of its code requires"
            changes.add(SENDERS, mark, text)


_EQUAL, _MORE, _OTHER = range(3)


def _owing(new: Side) -> bool:
    """Whether a code has a stage that requires something."""
    codes = (*new.provider.codes, new.provider.unknown_code)
    stages = (new.provider.stage(code.stage) for code in codes if code is not None)
    return any(stage is not None and stage.require for stage in stages)


def _order(old: Sources, new: Sources) -> int:
    was, now = plain(old), plain(new)
    if was == now:
        return _EQUAL
    return _MORE if now[: len(was)] == was else _OTHER


def _idempotency(old: Side, new: Side, changes: Changes) -> None:
    before, after = old.provider, new.provider
    mark = new.at("idempotency", "key")
    repeated = "a repetition of what is stored is not recognised, and counts once more"
    if plain(before.delivery_id) != plain(after.delivery_id):
        changes.add(STORED, mark, f"the delivery's id is looked for elsewhere: {repeated}")
    if plain(before.derived_key) != plain(after.derived_key):
        changes.add(STORED, mark, f"the derived key is another: {repeated}")
    if before.ttl != after.ttl:
        text = f"a repetition is recognised for {_time(after.ttl)}, it was {_time(before.ttl)}"
        shorter = after.ttl < before.ttl
        changes.add(
            STORED if shorter else CHANGES, new.at("idempotency", "ttl"),
            text + (": a later one counts once more" if shorter else ""),
        )


# --- stages

def _stages(old: Side, new: Side, changes: Changes) -> None:
    order = _order(old.provider.stage_from, new.provider.stage_from)
    mark = new.at("stages", "from")
    if order == _OTHER:
        uses = any(isinstance(s, Slot) and s.name == "stage" for s in new.provider.derived_key)
        text = "the stage is looked for elsewhere" + (
            ": a repetition of what is stored may not be recognised, its key has the stage" if uses
            else ""
        )
        changes.add(STORED if uses else CHANGES, mark, text)
        if any(stage.require for stage in new.provider.stages):
            changes.add(SENDERS, mark, "a callback owes what its stage requires, which may be another")
    elif order == _MORE:
        changes.add(ADDS, mark, "the stage is looked for in more places, after the others")
        if any(stage.require for stage in new.provider.stages):
            changes.add(SENDERS, mark, "a callback that told no stage may owe what one requires")
    for was in old.provider.stages:
        now = new.provider.stage(was.name)
        if now is None:
            text = f"stage '{was.name}' is gone: tasks that are in it keep its rank, and it comes no more"
            changes.add(STORED, old.at("stages", "values", was.name), text)
        else:
            _stage(was, now, new, changes)
    for now in new.provider.stages:
        if old.provider.stage(now.name) is None:
            mark = new.at("stages", "values", now.name)
            changes.add(ADDS, mark, f"stage '{now.name}', order {now.order}, {now.status}")
            if now.require:
                owed = quoted(source.pointer for source in now.require)
                text = f"stage '{now.name}' requires {owed}; its callbacks were unknown_type"
                changes.add(SENDERS, mark, text)


def _stage(was: Stage, now: Stage, new: Side, changes: Changes) -> None:
    def mark(key: str) -> Mark:
        return new.at("stages", "values", now.name, key)

    if was.order != now.order:
        text = (
            f"stage '{now.name}' has order {now.order}, it was {was.order}: tasks keep the rank that "
            "they were stored with"
        )
        changes.add(STORED, mark("order"), text)
    if was.status != now.status:
        text = f"stage '{now.name}' is {now.status}, it was {was.status}: stored tasks keep theirs"
        changes.add(STORED, mark("status"), text)
    if was.terminal != now.terminal:
        what = "ends a task" if now.terminal else "does not end a task"
        changes.add(STORED, mark("terminal"), f"stage '{now.name}' {what}: stored tasks keep theirs")
    _required(was, now, mark, changes)
    if plain(was.expect_any) != plain(now.expect_any):
        changes.add(CHANGES, mark("expect_any"), f"stage '{now.name}' expects other values")
    if was.expected != now.expected:
        changes.add(CHANGES, mark("expected"), f"stage '{now.name}' is expected at another time")


def _required(was: Stage, now: Stage, mark: Callable[[str], Mark], changes: Changes) -> None:
    known = [plain(source) for source in was.require]
    more = [source.pointer for source in now.require if plain(source) not in known]
    if more:
        changes.add(SENDERS, mark("require"), f"stage '{now.name}' requires {quoted(more)}")
    wanted = [plain(source) for source in now.require]
    less = [source.pointer for source in was.require if plain(source) not in wanted]
    if less:
        changes.add(ADDS, mark("require"), f"stage '{now.name}' does not require {quoted(less)}")
    if was.or_earlier != now.or_earlier and now.require:
        kind = SENDERS if now.or_earlier < was.or_earlier else ADDS
        text = f"stage '{now.name}' rests on what came {_time(now.or_earlier)} before, it was {_time(was.or_earlier)}"
        changes.add(kind, mark("or_earlier"), text)


# --- codes

def _codes(old: Side, new: Side, changes: Changes) -> None:
    before, after = old.provider, new.provider
    for was in (*before.codes, before.unknown_code):
        if was is None:
            continue
        now = after.unknown_code if was.value is None else after.code_row(was.value)
        key = _key(was)
        if now is None or now.value != was.value:
            what = f"'{now.name}'" if now is not None else "a number"
            changes.add(READERS, old.at("codes", key), f"code {key} is {what}, it was '{was.name}'")
            if now is not None and now.stage != was.stage:
                _code_stage(was, now, old.at("codes", key), changes)
        else:
            _code(was, now, new, changes)
    for now in after.codes:
        if any(row.value == now.value for row in before.codes):
            continue
        changes.add(ADDS, new.at("codes", _key(now)), f"code {_key(now)} is '{now.name}'")
        was = before.unknown_code
        if now.stage != (was.stage if was is not None else ""):
            _code_stage(was, now, new.at("codes", _key(now)), changes)
            _owes(now, new, changes)


def _key(code: Code) -> str:
    return "unknown" if code.value is None else str(code.value)


def _code(was: Code, now: Code, new: Side, changes: Changes) -> None:
    key = _key(now)
    if was.name != now.name:
        text = f"code {key} is '{now.name}', it was '{was.name}'"
        changes.add(READERS, new.at("codes", key, "name"), text)
    if was.stage != now.stage:
        _code_stage(was, now, new.at("codes", key, "stage"), changes)
        _owes(now, new, changes)
    told = dict(now.messages)
    lost = [locale for locale, _ in was.messages if locale not in told]
    if lost:
        changes.add(READERS, new.at("codes", key, "message"), f"code {key} has no message in {quoted(lost)}")
    others = [name for name in differing(was, now) if name not in ("name", "stage")]
    if others and not (others == ["messages"] and lost):
        changes.add(CHANGES, new.at("codes", key), f"code {key} has another {', '.join(others)}")


def _code_stage(was: Code | None, now: Code, mark: Mark, changes: Changes) -> None:
    key = _key(was if was is not None and was.value is not None else now)
    before = was.stage if was is not None else ""
    text = (
        f"code {key} is of the stage {now.stage or 'that the callback says'}, it was "
        f"{before or 'that the callback says'}: stored callbacks stay in theirs"
    )
    changes.add(STORED, mark, text)


def _owes(now: Code, new: Side, changes: Changes) -> None:
    stage = new.provider.stage(now.stage) if now.stage else None
    if stage is not None and stage.require or not now.stage and any(
        each.require for each in new.provider.stages
    ):
        text = f"a callback of code {_key(now)} owes what another stage requires"
        changes.add(SENDERS, new.at("codes", _key(now), "stage"), text)


# --- context

def _context(old: Side, new: Side, changes: Changes) -> None:
    after = {field.name: field for field in new.provider.context}
    before = {field.name: field for field in old.provider.context}
    for name, was in before.items():
        if name in after:
            _field(was, after[name], new, changes)
            continue
        mark = old.at("context", name)
        changes.add(STORED, mark, f"context field '{name}' is gone: what was registered is not read")
        changes.add(READERS, mark, f"a registration with the context field '{name}' is refused")
    for name in after:
        if name not in before:
            changes.add(ADDS, new.at("context", name), f"context field '{name}'")


def _field(was: ContextField, now: ContextField, new: Side, changes: Changes) -> None:
    mark = new.at("context", now.name)
    here = f"context field '{now.name}'"
    if was.type != now.type:
        text = f"{here} is of type {now.type}, it was {was.type}: what was registered may not be read"
        changes.add(STORED, mark, text)
        changes.add(READERS, mark, f"{here} is registered as {now.type}, it was {was.type}")
        return
    if now.max_bytes < was.max_bytes:
        changes.add(READERS, mark, f"{here} takes {now.max_bytes} bytes, it took {was.max_bytes}")
    elif now.max_bytes > was.max_bytes:
        changes.add(ADDS, mark, f"{here} takes {now.max_bytes} bytes, it took {was.max_bytes}")
    if now.names and (gone := [name for name in was.names if name not in now.names]):
        changes.add(READERS, mark, f"{here} does not take {quoted(gone)} any more")
    if now.names and not was.names:
        changes.add(READERS, mark, f"{here} takes {quoted(now.names)} only")
    if was.names and (more := [name for name in now.names if name not in was.names] or not now.names):
        changes.add(ADDS, mark, f"{here} takes {'any text' if more is True else quoted(more)}, too")

# SPDX-License-Identifier: Apache-2.0
"""Foretells the rows that callbacks leave in a schema's records, by the rules of the C++ library.

A value is absent when it is None or empty text; NULL is one that is said. Times and sequence numbers stand for the real
ones: the first callback of an example has 1.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from callgen.model import BodySource, Expression, MemberStep, Provider, Record, Stage

Row = dict[str, Any]


class _Null:
    def __repr__(self) -> str:
        return "NULL"


NULL = _Null()


@dataclass(frozen=True)
class Callback:
    """One stored callback, and its task's context. payload: None for a registration, of which all
    members are absent.
    """

    payload: Any
    body: bytes
    stage_name: str
    stage: Stage | None
    meta: dict[str, Any]
    context: dict[str, Any]


@dataclass
class _Kept:
    """A row, and the rank of the stage that set each value."""

    values: Row = field(default_factory=dict)
    ranks: dict[str, int] = field(default_factory=dict)


@dataclass
class Rows:
    """The rows of every task."""

    kept: dict[tuple[str, str], dict[tuple[Any, ...], _Kept]] = field(default_factory=dict)

    def add(self, provider: Provider, task_id: str, callback: Callback) -> None:
        """The value of the highest stage that has one stays; of one stage the latest."""
        counts = callback.stage is not None and callback.meta["outcome"] == "accepted"
        rank = callback.stage.order if counts else 0
        self._merge(provider, task_id, callback, rank)

    def register(self, provider: Provider, task_id: str, context: dict[str, Any]) -> None:
        """What a task has before its first callback."""
        meta = {"provider": provider.name, "mount": provider.name, "task_id": task_id}
        callback = Callback(None, b"", "", None, {**meta, "status": "pending"}, context)
        self._merge(provider, task_id, callback, 0)

    def _merge(self, provider: Provider, task_id: str, callback: Callback, rank: int) -> None:
        for record in provider.records:
            rows = self.kept.setdefault((task_id, record.name), {})
            for row in rows_of(provider, record, callback):
                key = tuple(row[column.name] for column in record.columns[: record.key_columns])
                if not all(is_there(value) and value is not NULL for value in key):
                    continue
                kept = rows.setdefault(key, _Kept())
                for name, value in row.items():
                    if is_there(value) and rank >= kept.ranks.get(name, 0):
                        kept.values[name] = None if value is NULL else value
                        kept.ranks[name] = rank

    def of(self, task_id: str, record: str) -> list[Row]:
        return [kept.values for kept in self.kept.get((task_id, record), {}).values()]


def rows_of(provider: Provider, record: Record, callback: Callback) -> Iterator[Row]:
    """What one callback says about a record."""
    whole = _Evaluation(provider, callback, callback.payload, 0)
    is_registration = callback.payload is None
    if is_registration and not record.registered:
        return
    if record.when and not is_registration and callback.stage_name not in record.when:
        return
    if record.condition is not None and whole.value(record.condition) is not True:
        return
    items = [callback.payload] if record.each is None else at(callback.payload, record.each) or []
    for index, item in enumerate(items):
        here = _Evaluation(provider, callback, item, index)
        yield {column.name: here.value(column.value) for column in record.columns}


def told(provider: Provider, callback: Callback) -> list[Any]:
    """What answers and the log tell of it; None where it is absent."""
    whole = _Evaluation(provider, callback, callback.payload, 0)
    values = [whole.value(e) for e in provider.told]
    return [None if value is NULL else value for value in values]


def is_there(value: Any) -> bool:
    return value is not None and not (isinstance(value, str) and value == "")


def at(start: Any, source: BodySource) -> Any:
    """The value at a path; None when any part of it is absent or null."""
    here = start
    for step in source.steps:
        if here is None:
            return None
        if isinstance(step, MemberStep):
            here = here.get(step.member.name)
        else:
            here = here[step] if step < len(here) else None
    return here


def _raw(body: bytes, pointers: tuple[str, ...]) -> str | None:
    """The JSON text of the first of these that is there and says something."""
    for pointer in pointers:
        here = json.loads(body)
        for token in pointer[1:].split("/"):
            name = token.replace("~1", "/").replace("~0", "~")
            if isinstance(here, dict):
                here = here.get(name)
            else:
                here = here[int(name)] if isinstance(here, list) and int(name) < len(here) else None
        if here is not None and here != [] and here != {}:
            return json.dumps(here, ensure_ascii=False, separators=(",", ":"))
    return None


@dataclass(frozen=True)
class _Evaluation:
    provider: Provider
    callback: Callback
    item: Any
    index: int

    def value(self, e: Expression) -> Any:
        """What the expression is; None when it is absent."""
        found = getattr(self, "_" + e.form)(e)
        return found if is_there(found) else None

    def _values(self, e: Expression) -> list[Any]:
        return [self.value(part) for part in e.parts]

    def _texts(self, e: Expression) -> list[str]:
        """What is absent or NULL is empty here."""
        return [value if isinstance(value, str) else "" for value in self._values(e)]

    # --- values

    def _const(self, e: Expression) -> Any:
        return NULL if e.type == "null" else e.value

    def _nothing(self, _: Expression) -> None:
        return None

    def _body(self, e: Expression) -> Any:
        return at(self.callback.payload, e.source)

    def _item(self, e: Expression) -> Any:
        return at(self.item, e.source)

    def _json(self, e: Expression) -> str | None:
        is_known = at(self.callback.payload, e.source) is not None
        return _raw(self.callback.body, e.value) if is_known else None

    def _meta(self, e: Expression) -> Any:
        return self.callback.meta.get(e.value)

    def _context(self, e: Expression) -> Any:
        return self.callback.context.get(e.value)

    def _index(self, e: Expression) -> int:
        return self.index + e.value

    def _count(self, e: Expression) -> int:
        return len(at(self.callback.payload, e.source) or ())

    # --- decisions

    def _present(self, e: Expression) -> bool:
        return self.value(e.parts[0]) is not None

    def _first_of(self, e: Expression) -> Any:
        return next((value for value in self._values(e) if value is not None), None)

    def _equals(self, e: Expression) -> bool:
        one, other = self._values(e)
        return one is not None and one == other

    def _all(self, e: Expression) -> bool:
        return all(value is True for value in self._values(e))

    def _not(self, e: Expression) -> bool:
        return self.value(e.parts[0]) is not True

    def _if(self, e: Expression) -> Any:
        holds, then, other = e.parts
        return self.value(then if self.value(holds) is True else other)

    def _stage(self, e: Expression) -> Any:
        return self.value(e.parts[0]) if self.callback.stage_name in e.value else None

    def _some(self, e: Expression) -> bool:
        items = at(self.callback.payload, e.source) or ()
        inside = (_Evaluation(self.provider, self.callback, item, self.index) for item in items)
        return any(one.value(e.parts[0]) is True for one in inside)

    # --- texts, numbers, tables

    def _length(self, e: Expression) -> int:
        return len(self._texts(e)[0])

    def _contains(self, e: Expression) -> bool:
        text, part = self._texts(e)
        return part != "" and part in text

    def _starts_with(self, e: Expression) -> bool:
        text, part = self._texts(e)
        return part != "" and text.startswith(part)

    def _ends_with(self, e: Expression) -> bool:
        text, part = self._texts(e)
        return part != "" and text.endswith(part)

    def _concat(self, e: Expression) -> str:
        return "".join(self._texts(e))

    def _prefix_path(self, e: Expression) -> Any:
        if self.value(e.parts[1]) is NULL:
            return NULL
        prefix, path = self._texts(e)
        is_prefixed = not prefix or not path or path.startswith(prefix + "/")
        return path if is_prefixed else f"{prefix}/{path}"

    def _code_message(self, e: Expression) -> str | None:
        code = self.callback.meta["code"]
        row = self.provider.code_row(code) if code is not None else None
        texts = row.messages if row is not None else ()
        wanted = self.value(e.parts[0])
        return dict(texts).get(wanted, texts[0][1]) if texts else None

    def _floor(self, e: Expression) -> int | None:
        value = self.value(e.parts[0])
        if value is None or value is NULL or not math.isfinite(value):
            return None
        down = math.floor(value)
        return down if -(2**63) <= down < 2**63 else None

    def _real(self, e: Expression) -> Any:
        value = self.value(e.parts[0])
        return value if value is None or value is NULL else float(value)

    def _lookup(self, e: Expression) -> Any:
        name, column = e.value
        table = next(table for table in self.provider.tables if table.name == name)
        key = self.value(e.parts[0])
        row = table.row(key) if key is not NULL else None
        return row[table.columns.index(column)] if row is not None else None

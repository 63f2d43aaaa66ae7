# SPDX-License-Identifier: Apache-2.0
"""What a schema says and nothing ever comes to: stages, and tables' rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from callgen.load import Node
from callgen.model import STATUSES, BodySource, Code, Expression, Provider, Record, Route, Sources, Stage
from callgen.problems import Mark, Problems
from callgen.table import Table


def check_stages(
    node: Node | None,
    stages: Iterable[Stage],
    source: Sources,
    routes: tuple[Route, ...],
    codes: Iterable[Code | None],
    problems: Problems,
) -> None:
    """Every stage is said by a route, a code, or where the payload or the request says it."""
    values = node.get("values") if node is not None and node.kind == "map" else None
    if values is None or values.kind != "map" or not routes:
        return
    said = {route.applies_stage for route in routes} | {code.stage for code in codes if code is not None}
    enums = [
        each for each in source if isinstance(each, BodySource) and (each.leaf.names or each.leaf.values)
    ]
    is_read = any(not route.applies_stage for route in routes)
    if source and not is_read:
        problems.add(node.get("from").mark, "'from' is never read: every route has applies_stage")
    if is_read and (len(enums) < len(source) or not source):
        return  # text of any kind
    said |= {name for each in enums if is_read for name in each.leaf.names or each.leaf.values}
    known = {stage.name for stage in stages}
    places = " or ".join(each.pointer for each in enums)
    listed = "in the enum" if any(each.leaf.names for each in enums) else "the const"
    beside = f"it is not {listed} at {places}, and " if is_read else ""
    for key, _ in values.pairs():
        if key.value in known - said:
            text = f"stage '{key.value}' is never reached: {beside}no route and no code says it"
            problems.add(key.mark, text)


def check_tables(node: Node, provider: Provider, problems: Problems) -> None:
    """Every row of a table that is looked up is so by a key that can come. Rules with stars may stand there for what
    comes one day.
    """
    keys: dict[str, set[str] | None] = {}  # of each table; None: any
    for lookup in _lookups(provider.records, provider.told):
        found = _values(lookup.parts[0], provider)
        before = keys.setdefault(lookup.value[0], set())
        keys[lookup.value[0]] = before | found if before is not None and found is not None else None
    for table in provider.tables:
        come = keys.get(table.name)
        reached = {_row(table, key) for key in come or ()}
        for name in table.rows if come is not None else ():
            if name not in reached and "*" not in name:
                text = f"row '{name}' is never looked up: the keys are {', '.join(sorted(come))}"
                problems.add(_mark(node.get(table.name).get("rows"), name), text)


def _mark(node: Node, name: str) -> Mark:
    return next(key.mark for key, _ in node.pairs() if key.value == name)


def _row(table: Table, key: str) -> str | None:
    found = table.row(key)
    return next((name for name, row in table.rows.items() if row is found), None)


def _lookups(records: tuple[Record, ...], told: tuple[Expression, ...]) -> Iterator[Expression]:
    waiting = list(told)
    for record in records:
        waiting += [column.value for column in record.columns]
        waiting += [record.condition] if record.condition is not None else []
    while waiting:
        each = waiting.pop()
        waiting += each.parts
        if each.form == "lookup":
            yield each


def _values(key: Expression, provider: Provider) -> set[str] | None:
    """All that it can be; None: too much to say."""
    if key.form in ("body", "item"):
        leaf = key.source.leaf
        names = () if leaf.is_open else leaf.names or leaf.values
        return set(names) or None
    if key.form == "context":
        names = next(field.names for field in provider.context if field.name == key.value)
        return set(names) or None
    return set(STATUSES) if key.form == "meta" and key.value == "status" else None

# SPDX-License-Identifier: Apache-2.0
"""The section records: rows that are derived from a task's callbacks."""

from __future__ import annotations

import re
from dataclasses import replace

from callgen.context import MAX_NAME, is_name
from callgen.expressions import condition, read_expression
from callgen.fields import Fields
from callgen.load import Node
from callgen.model import BodySource, Column, Expression, Record
from callgen.problems import Mark, Problems, unknown
from callgen.scope import Scope, World, array_at, stage_names

MAX_RECORDS = 16  # callgate::limits::max_records
MAX_COLUMNS = 64  # callgate::limits::max_record_columns
_COLUMN = re.compile(r"^[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*$")
_KEY_TYPES = ("text", "integer")
_KEYS = ("when", "if", "each", "key", "set", "registered", "description")


def read_records(node: Node | None, world: World) -> tuple[Record, ...]:
    fields = Fields(node, world.problems, known=None)
    if not fields:
        return ()
    if not 0 < len(node.value) <= MAX_RECORDS:
        world.problems.add(node.mark, f"'records' has 1 to {MAX_RECORDS} records")
    found = [_record(key, value, world) for key, value in node.pairs()]
    return tuple(record for record in found if record is not None)


def _record(key: Node, node: Node, world: World) -> Record | None:
    fields = Fields(node, world.problems, _KEYS, ["set"])
    description = fields.text("description")
    if not is_name(key, "record", world.problems) or not fields:
        return None
    whole = Scope(world)
    when = fields.list_of_text("when")
    names = stage_names(when, whole)
    if "when" in fields and not when:
        world.problems.add(fields.node("when").mark, "'when' must be a list of stages")
    holds = fields.node("if")
    applies = condition("'if'", holds, whole) if holds is not None else None
    array = fields.node("each")
    each = array_at(array, whole) if array is not None else None
    registered = fields.flag("registered")
    if registered and array is not None:
        text = "'registered' is for records without 'each': there is no item yet"
        world.problems.add(fields.node("registered").mark, text)
    values = fields.node("set", "map")
    if values is None or array is not None and each is None:
        return None
    whole = replace(whole, when=names)
    scope = replace(whole, item=each.leaf.items, has_index=True) if each is not None else whole
    columns = _columns(values, scope)
    keys = _keys(fields, each, values, columns, world.problems)
    if keys is None:
        return None
    others = tuple(Column(name, value) for name, value in columns.items() if name not in keys)
    first = tuple(Column(name, columns[name]) for name in keys)
    return Record(
        key.value, (*first, *others), len(keys), names, applies, each, registered, description
    )


def _columns(values: Node, scope: Scope) -> dict[str, Expression]:
    if not 0 < len(values.value) <= MAX_COLUMNS:
        scope.add(values, f"'set' has 1 to {MAX_COLUMNS} columns")
    names: dict[str, str] = {}  # by their name in SQL
    columns = {}
    for key, node in values.pairs():
        found = read_expression(node, scope)
        if not _is_free(key, names, scope.world.problems):
            continue
        if found is not None and found.type == "null":
            text = "null alone has no type: put it beside a value, in first_of or if"
            scope.add(node, text)
        elif found is not None:
            columns[key.value] = found
    return columns


def _is_free(key: Node, names: dict[str, str], problems: Problems) -> bool:
    """Whether the column's name can be one, beside those before it."""
    name = key.value
    if not _COLUMN.fullmatch(name):
        text = f"'{name}' is no column: lower-case letters, digits and _, with dots for nesting"
        problems.add(key.mark, text)
        return False
    if len(name) > MAX_NAME:
        problems.add(key.mark, f"a column's name has at most {MAX_NAME} bytes, this has {len(name)}")
    for other in names.values():
        if name.startswith(other + ".") or other.startswith(name + "."):
            text = f"columns '{other}' and '{name}': one of them would be a value and an object"
            problems.add(key.mark, text)
    sql = name.replace(".", "_")
    if sql in names:
        problems.add(key.mark, f"columns '{names[sql]}' and '{name}' are both '{sql}' in SQL")
    names.setdefault(sql, name)
    return True


def _keys(
    fields: Fields,
    each: BodySource | None,
    values: Node,
    columns: dict[str, Expression],
    problems: Problems,
) -> list[str] | None:
    """The columns that tell the rows of one task apart; None beside problems."""
    nodes = fields.list_of_text("key")
    if each is None and "key" in fields:
        text = "'key' belongs to 'each': without it a task has one row"
        problems.add(fields.node("key").mark, text)
        return None
    if each is not None and not nodes:
        problems.add(fields.mark, "'each' needs 'key': the columns that tell a task's rows apart")
        return None
    named = [key.value for key, _ in values.pairs()]
    keys: list[str] = []
    for node in nodes:
        if node.value not in named:
            problems.add(node.mark, unknown("column", node.value, named))
        elif node.value in keys:
            problems.add(node.mark, f"key '{node.value}' is there twice")
        elif node.value in columns:
            _check_key(node.mark, node.value, columns[node.value], problems)
            keys.append(node.value)
    return keys


def _check_key(mark: Mark, name: str, value: Expression, problems: Problems) -> None:
    if value.type not in _KEY_TYPES:
        problems.add(mark, f"key '{name}' must be {' or '.join(_KEY_TYPES)}: it is {value.type}")
    elif _says_null(value):
        problems.add(mark, f"key '{name}' must not become null: a row without its key is left out")


def _says_null(value: Expression) -> bool:
    return value.type == "null" or any(map(_says_null, value.parts))

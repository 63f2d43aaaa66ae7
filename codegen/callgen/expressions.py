# SPDX-License-Identifier: Apache-2.0
"""Expressions of records: what a column's value is, with its type."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from callgen.context import field_index, is_integer, unknown_field
from callgen.fields import Fields
from callgen.load import Node
from callgen.model import Expression, Schema
from callgen.problems import unknown
from callgen.scope import Scope, array_at, resolve, spellings, stage_names

MAX_DEPTH = 16  # expressions within expressions
META = {
    "provider": "text",
    "mount": "text",
    "task_id": "text",
    "record_id": "text",
    "stage": "text",
    "status": "text",
    "code": "integer",
    "code_name": "text",
    "message": "text",
    "outcome": "text",
    "received_at": "timestamp",
    "sequence": "integer",
}
_LEAVES = {"string": "text", "integer": "integer", "number": "real", "boolean": "boolean"}
_CONSTANTS = {
    "str": "text", "int": "integer", "float": "real", "bool": "boolean", "null": "null",
}
_NUMBERS = ("integer", "real")


def read_expression(node: Node, scope: Scope) -> Expression | None:
    """None when it has a problem, which is reported."""
    if scope.depth >= MAX_DEPTH:
        scope.add(node, f"expressions nested deeper than {MAX_DEPTH}")
        return None
    scope = replace(scope, depth=scope.depth + 1)
    if node.kind == "str":
        found = _pointer(node, scope, scope.item)
    elif node.kind != "map" or not node.value:
        text = "an expression is a pointer such as /data/id, or a mapping such as {const: 1}"
        scope.add(node, text)
        return None
    else:
        found = _form(node, scope)
    return replace(found, shown=_shown(node.json())) if found is not None else None


def _form(node: Node, scope: Scope) -> Expression | None:
    key = next((key for key, _ in node.pairs() if key.value in FORMS), None)
    if key is None:
        first = node.value[0][0]
        scope.add(first, unknown("form", first.value, FORMS))
        return None
    fields = Fields(node, scope.world.problems, (key.value, *_BESIDE.get(key.value, ())), word="key")
    known = all(name in fields or name == "else" for name in _BESIDE.get(key.value, ()))
    if not known:
        missing = [n for n in _BESIDE[key.value] if n not in fields and n != "else"]
        for name in missing:
            scope.add(node, f"key '{name}' is missing beside '{key.value}'")
        return None
    return FORMS[key.value](fields, node.get(key.value), scope)


def _shown(value: Any) -> str:
    """An expression as YAML on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_shown(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_shown, value)) + "]"
    if value is None or isinstance(value, bool):
        return "null" if value is None else str(value).lower()
    return str(value) or "''"


# --- what operands must be

def _of(what: str, node: Node, scope: Scope, types: tuple[str, ...]) -> Expression | None:
    """An operand of one of these types; `what` begins the message."""
    found = read_expression(node, scope)
    if found is None or found.type in types:
        return found
    scope.add(node, f"{what} must be {' or '.join(types)}: this is {found.type}")
    return None


def condition(what: str, node: Node, scope: Scope) -> Expression | None:
    return _of(what, node, scope, ("boolean",))


def _list(form: str, node: Node, low: int, high: int | None, scope: Scope) -> tuple[Node, ...]:
    """The operands' nodes; none when their number is wrong."""
    wanted = f"exactly {low}" if low == high else f"at least {low}"
    count = len(node.value) if node.kind == "list" else 0
    if node.kind == "list" and low <= count <= (high or count):
        return node.value
    scope.add(node, f"'{form}' takes a list of {wanted} expressions")
    return ()


def _all_of(found: list[Expression | None]) -> tuple[Expression, ...] | None:
    return tuple(found) if found and None not in found else None


def _unified(parts: tuple[Expression, ...]) -> tuple[Expression, ...] | None:
    """The same of one type; integers beside reals become reals. Null is of every type. None when
    there is none.
    """
    types = {part.type for part in parts} - {"null"}
    if types == set(_NUMBERS):
        return tuple(_as_real(part) for part in parts)
    return parts if len(types) <= 1 else None


def _type_of(parts: tuple[Expression, ...]) -> str:
    """Of unified parts."""
    return next((part.type for part in parts if part.type != "null"), "null")


def _as_real(part: Expression) -> Expression:
    return Expression("real", "real", (part,)) if part.type == "integer" else part


def _mixed(parts: tuple[Expression, ...]) -> str:
    return " and ".join(sorted({part.type for part in parts}))


# --- values

def _pointer(node: Node, scope: Scope, item: Schema | None) -> Expression | None:
    source = (
        resolve(node, scope.world.payload, scope) if item is None
        else resolve(node, item, scope, "the item")
    )
    if source is None or source.leaf.kind == "broken":
        return None
    leaf = source.leaf
    if leaf.kind in _LEAVES and leaf.width != "uint64":
        return Expression("body" if item is None else "item", _LEAVES[leaf.kind], (), source)
    if leaf.kind in _LEAVES:
        text = "may be beyond 64 bits with a sign, which a column has not"
    elif item is not None:
        text = f"is of type {leaf.kind}: take a part of it"
    else:
        text = f"is of type {leaf.kind}: take a part of it, or all of it as {{json: {node.value}}}"
    scope.add(node, f"'{node.value}' {text}")
    return None


def _root(_: Fields, node: Node, scope: Scope) -> Expression | None:
    return _pointer(node, scope, None)


def _const(_: Fields, node: Node, scope: Scope) -> Expression | None:
    fits = is_integer(node) if node.kind == "int" else (
        node.kind != "float" or math.isfinite(node.value)
    )
    if node.kind not in _CONSTANTS or not fits:
        text = "'const' must be text, a 64-bit integer, a finite number, true, false or null"
        scope.add(node, text)
        return None
    return Expression("const", _CONSTANTS[node.kind], value=node.value)


def _meta(_: Fields, node: Node, scope: Scope) -> Expression | None:
    if node.kind == "str" and node.value in META:
        return Expression("meta", META[node.value], value=node.value)
    scope.add(node, unknown("meta", str(node.value), META))
    return None


def _context(_: Fields, node: Node, scope: Scope) -> Expression | None:
    context = scope.world.context
    index = field_index(node.value, context) if node.kind == "str" else None
    if index is None:
        scope.add(node, unknown_field(str(node.value), context))
        return None
    return Expression("context", context[index].type, value=node.value)


def _index(_: Fields, node: Node, scope: Scope) -> Expression | None:
    if not scope.has_index:
        scope.add(node, "'index' is the place of a row's item: it needs 'each', outside 'some'")
    elif node.kind != "int" or node.value not in (0, 1):
        scope.add(node, "'index' counts from 0 or from 1")
    else:
        return Expression("index", "integer", value=node.value)
    return None


def _json(_: Fields, node: Node, scope: Scope) -> Expression | None:
    source = resolve(node, scope.world.payload, scope)
    if source is None or source.leaf.kind == "broken":
        return None
    if source.leaf.kind not in ("object", "array", "any"):
        text = f"'{node.value}' is of type {source.leaf.kind}: json is for objects and arrays"
        scope.add(node, text)
        return None
    spelled = spellings(node, source, scope)
    return Expression("json", "json", (), source, spelled) if spelled else None


def _count(_: Fields, node: Node, scope: Scope) -> Expression | None:
    source = array_at(node, scope)
    return Expression("count", "integer", (), source) if source is not None else None


# --- decisions

def _present(_: Fields, node: Node, scope: Scope) -> Expression | None:
    part = read_expression(node, scope)
    return Expression("present", "boolean", (part,)) if part is not None else None


def _first_of(_: Fields, node: Node, scope: Scope) -> Expression | None:
    parts = _all_of([read_expression(n, scope) for n in _list("first_of", node, 2, None, scope)])
    if parts is None:
        return None
    if (parts := _unified(found := parts)) is None:
        scope.add(node, f"'first_of' mixes {_mixed(found)}: a column has one type")
        return None
    return Expression("first_of", _type_of(parts), parts)


def _equals(_: Fields, node: Node, scope: Scope) -> Expression | None:
    parts = _all_of([read_expression(n, scope) for n in _list("equals", node, 2, 2, scope)])
    if parts is None:
        return None
    if _unified(parts) is None or any(part.type == "null" for part in parts):
        scope.add(node, f"'equals' compares {_mixed(parts)}, which are never equal")
    elif parts[0].type == "json":
        scope.add(node, "'equals' compares no json")
    else:
        return Expression("equals", "boolean", parts)
    return None


def _all(_: Fields, node: Node, scope: Scope) -> Expression | None:
    found = _list("all", node, 2, None, scope)
    parts = _all_of([condition("a part of 'all'", part, scope) for part in found])
    return Expression("all", "boolean", parts) if parts is not None else None


def _not(_: Fields, node: Node, scope: Scope) -> Expression | None:
    part = condition("'not'", node, scope)
    return Expression("not", "boolean", (part,)) if part is not None else None


def _if(fields: Fields, node: Node, scope: Scope) -> Expression | None:
    holds = condition("'if'", node, scope)
    branches = [fields.node("then")] + ([fields.node("else")] if "else" in fields else [])
    parts = _all_of([read_expression(branch, scope) for branch in branches])
    if holds is None or parts is None:
        return None
    if (parts := _unified(found := parts)) is None:
        scope.add(node, f"'then' and 'else' mix {_mixed(found)}: a column has one type")
        return None
    kind = _type_of(parts)
    other = parts[1] if len(parts) == 2 else Expression("nothing", kind)
    return Expression("if", kind, (holds, parts[0], other))


def _stage(fields: Fields, node: Node, scope: Scope) -> Expression | None:
    names = stage_names(fields.list_of_text("stage"), scope)
    part = read_expression(fields.node("value"), scope)
    if node.kind == "list" and not node.value:
        scope.add(node, "'stage' needs a stage")
    if names and scope.when and not set(names) & set(scope.when):
        scope.add(node, f"this is never there: the record's 'when' has {', '.join(scope.when)} only")
    return Expression("stage", part.type, (part,), None, names) if part is not None else None


def _some(_: Fields, node: Node, scope: Scope) -> Expression | None:
    fields = Fields(node, scope.world.problems, ("of", "is"), ["of", "is"])
    of, holds = fields.node("of"), fields.node("is")
    if of is None or holds is None or (source := array_at(of, scope)) is None:
        return None
    inner = replace(scope, item=source.leaf.items, has_index=False)
    part = condition("'is'", holds, inner)
    return Expression("some", "boolean", (part,), source) if part is not None else None


# --- texts, numbers, tables

def _length(_: Fields, node: Node, scope: Scope) -> Expression | None:
    part = _of("'length'", node, scope, ("text",))
    return Expression("length", "integer", (part,)) if part is not None else None


def _texts(form: str, kind: str, high: int | None = None) -> Callable[..., Expression | None]:
    def read(_: Fields, node: Node, scope: Scope) -> Expression | None:
        found = _list(form, node, 2, high, scope)
        parts = _all_of([_of(f"a part of '{form}'", part, scope, ("text",)) for part in found])
        return Expression(form, kind, parts) if parts is not None else None

    return read


def _code_message(_: Fields, node: Node, scope: Scope) -> Expression | None:
    locale = _of("the locale of 'code_message'", node, scope, ("text",))
    if not scope.world.has_messages:
        scope.add(node, "'code_message' needs codes that have a 'message'")
        return None
    return Expression("code_message", "text", (locale,)) if locale is not None else None


def _prefix_path(_: Fields, node: Node, scope: Scope) -> Expression | None:
    keys = ("with", "value")
    fields = Fields(node, scope.world.problems, keys, keys)
    found = [fields.node(key) for key in keys]
    if None in found:
        return None
    pairs = zip(keys, found)
    parts = _all_of([_of(f"'{key}'", part, scope, ("text",)) for key, part in pairs])
    return Expression("prefix_path", "text", parts) if parts is not None else None


def _floor(_: Fields, node: Node, scope: Scope) -> Expression | None:
    part = _of("'floor'", node, scope, _NUMBERS)
    return Expression("floor", "integer", (part,)) if part is not None else None


def _lookup(fields: Fields, node: Node, scope: Scope) -> Expression | None:
    tables = {table.name: table for table in scope.world.tables}
    key = _of("the key of a lookup", fields.node("key"), scope, ("text",))
    column = fields.text("column")
    if node.kind != "str" or node.value not in tables:
        scope.add(node, unknown("table", str(node.value), tables))
        return None
    table = tables[node.value]
    if column not in table.columns:
        scope.add(fields.node("column"), unknown("column", column, table.columns))
        return None
    place = table.columns.index(column)
    return Expression("lookup", table.types[place], (key,), None, (table.name, column)) if (
        key is not None
    ) else None


_BESIDE = {"if": ("then", "else"), "stage": ("value",), "lookup": ("key", "column")}
FORMS: dict[str, Callable[..., Expression | None]] = {
    "root": _root,
    "const": _const,
    "meta": _meta,
    "context": _context,
    "index": _index,
    "json": _json,
    "count": _count,
    "present": _present,
    "first_of": _first_of,
    "equals": _equals,
    "all": _all,
    "not": _not,
    "if": _if,
    "stage": _stage,
    "some": _some,
    "length": _length,
    "contains": _texts("contains", "boolean", 2),
    "starts_with": _texts("starts_with", "boolean", 2),
    "ends_with": _texts("ends_with", "boolean", 2),
    "concat": _texts("concat", "text"),
    "prefix_path": _prefix_path,
    "code_message": _code_message,
    "floor": _floor,
    "lookup": _lookup,
}

# SPDX-License-Identifier: Apache-2.0
"""The sections context and tables: what expressions know beside the callback."""

from __future__ import annotations

import math
from typing import Any

from callgen import names
from callgen.fields import Fields
from callgen.load import Node
from callgen.model import ContextField
from callgen.problems import Problems, unknown
from callgen.table import Table, fits_glob

MAX_FIELDS = 32  # callgate::limits::max_context_fields
MAX_TEXT = 4096  # bytes of one text in a context
MAX_TABLES = 16
MAX_COLUMNS = 32  # of a table
MAX_ROWS = 1024
MAX_RULE = 128  # bytes of a row's key that has stars
MAX_STARS = 8
MAX_NAME = 63  # bytes: what PostgreSQL keeps of a name
TYPES = {"string": "text", "integer": "integer", "number": "real", "boolean": "boolean"}
_CELLS = {"str": "text", "int": "integer", "float": "real", "bool": "boolean"}


def is_name(node: Node, what: str, problems: Problems) -> bool:
    """Whether the text can be the name of a field, table, column or record."""
    name = node.value if node.kind == "str" else ""
    if not names.IDENTIFIER.fullmatch(name):
        problems.add(node.mark, f"'{node.value}' is no {what}: lower-case letters, digits and _")
    elif len(name) > MAX_NAME:
        problems.add(node.mark, f"a {what} has at most {MAX_NAME} bytes, '{name}' has {len(name)}")
    else:
        return True
    return False


def is_integer(node: Node) -> bool:
    return node.kind == "int" and -(2**63) <= node.value < 2**63


def read_context(node: Node | None, problems: Problems) -> tuple[ContextField, ...]:
    fields = Fields(node, problems, known=None)
    if not fields:
        return ()
    if len(node.value) > MAX_FIELDS:
        problems.add(node.mark, f"a context has at most {MAX_FIELDS} fields")
    found = [_field(key, value, problems) for key, value in node.pairs()]
    return tuple(field for field in found if field is not None)


def _field(key: Node, node: Node, problems: Problems) -> ContextField | None:
    fields = Fields(node, problems, ("type", "maxLength", "enum", "description"), ["type"])
    said = fields.text("description")
    kind = fields.choice("type", tuple(TYPES), "")
    if not is_name(key, "context field", problems) or not kind:
        return None
    for keyword in ("maxLength", "enum"):
        if kind != "string" and keyword in fields:
            problems.add(fields.node(keyword).mark, f"'{keyword}' has no effect on type {kind}")
    if kind != "string":
        return ContextField(key.value, TYPES[kind], description=said)
    if "enum" in fields:
        return _enum(key, fields, said, problems)
    if "maxLength" not in fields:
        problems.add(node.mark, "a string needs a bound: give it maxLength (bytes) or enum")
    bound = fields.integer("maxLength", 1, 1, MAX_TEXT)
    return ContextField(key.value, "text", bound, description=said)


def _enum(key: Node, fields: Fields, said: str, problems: Problems) -> ContextField | None:
    mark = fields.node("enum").mark
    values = [item.value for item in fields.list_of_text("enum")]
    if "maxLength" in fields:
        problems.add(fields.node("maxLength").mark, "'maxLength' has no effect beside 'enum'")
    sizes = [len(value.encode()) for value in values]
    if not values or len(set(values)) != len(values) or not 0 < min(sizes) <= max(sizes) <= MAX_TEXT:
        problems.add(mark, "'enum' must be a list of texts, each once and none empty")
        return None
    return ContextField(key.value, "text", max(sizes), tuple(values), said)


def read_values(node: Node, context: tuple[ContextField, ...], problems: Problems) -> dict[
    str, Any
]:
    """What an example registers: the values of a context's fields."""
    fields = Fields(node, problems, [field.name for field in context], word="context field")
    found = {}
    for field in context:
        value = fields.node(field.name)
        if value is None:
            continue
        if (why := _why_not(field, value)) is not None:
            problems.add(value.mark, f"'{field.name}' must be {why}")
        else:
            found[field.name] = float(value.value) if field.type == "real" else value.value
    return found


def _why_not(field: ContextField, value: Node) -> str | None:
    if field.type == "text":
        if value.kind != "str":
            return "text"
        if field.names:
            return None if value.value in field.names else f"one of {', '.join(field.names)}"
        fits = len(value.value.encode()) <= field.max_bytes
        return None if fits else f"of at most {field.max_bytes} bytes"
    if field.type == "boolean":
        return None if value.kind == "bool" else "true or false"
    if field.type == "integer":
        return None if is_integer(value) else "an integer of 64 bits"
    finite = value.kind in ("int", "float") and math.isfinite(value.value)
    return None if finite else "a number"


# --- tables

def read_tables(node: Node | None, problems: Problems) -> tuple[Table, ...]:
    fields = Fields(node, problems, known=None)
    if not fields:
        return ()
    if len(node.value) > MAX_TABLES:
        problems.add(node.mark, f"a schema has at most {MAX_TABLES} tables")
    found = [_table(key, value, problems) for key, value in node.pairs()]
    return tuple(table for table in found if table is not None)


def _table(key: Node, node: Node, problems: Problems) -> Table | None:
    fields = Fields(node, problems, ("columns", "rows"), ["columns", "rows"])
    columns = fields.list_of_text("columns")
    rows = fields.node("rows", "map")
    named = [is_name(item, "column", problems) for item in columns]
    if not is_name(key, "table", problems) or not all(named) or rows is None:
        return None
    texts = [item.value for item in columns]
    for item in columns:
        if texts.count(item.value) > 1:
            problems.add(item.mark, f"column '{item.value}' is there twice")
    if not 0 < len(columns) <= MAX_COLUMNS or not 0 < len(rows.value) <= MAX_ROWS:
        problems.add(
            node.mark, f"a table has 1 to {MAX_COLUMNS} columns and 1 to {MAX_ROWS} rows"
        )
        return None
    cells = {name.value: _row(name, row, len(columns), problems) for name, row in rows.pairs()}
    if None in cells.values():
        return None
    types = [
        _type_of(item, [row[index] for row in cells.values()], problems)
        for index, item in enumerate(columns)
    ]
    if None in types:
        return None
    _check_rules([name for name, _ in rows.pairs()], problems)
    order = list(cells) if any("*" in name for name in cells) else sorted(cells, key=str.encode)
    return Table(key.value, tuple(texts), tuple(types), {
        name: tuple(_cell(cell, kind) for cell, kind in zip(cells[name], types)) for name in order
    })


def _check_rules(keys: list[Node], problems: Problems) -> None:
    """Keys with stars are bounded, and none stands where it is never tried."""
    for index, key in enumerate(keys):
        name = key.value
        if "*" in name and (len(name.encode()) > MAX_RULE or name.count("*") > MAX_STARS):
            text = f"a key with stars has at most {MAX_RULE} bytes and {MAX_STARS} stars"
            problems.add(key.mark, text)
        above = (other.value for other in keys[:index] if "*" in other.value)
        if (taker := next((glob for glob in above if fits_glob(glob, name)), None)) is not None:
            text = f"row '{name}' is never reached: '{taker}' above it fits all that it fits"
            problems.add(key.mark, text)


def _row(key: Node, row: Node, width: int, problems: Problems) -> tuple[Node, ...] | None:
    if not key.value:
        problems.add(key.mark, "a row's key must not be empty")
    elif row.kind != "list" or len(row.value) != width:
        problems.add(row.mark, f"row '{key.value}' must be a list of {width} cells")
    else:
        wrong = [cell for cell in row.value if not _is_cell(cell)]
        for cell in wrong:
            problems.add(cell.mark, "a cell is text, a 64-bit integer, a number, true, false or null")
        return row.value if not wrong else None
    return None


def _is_cell(cell: Node) -> bool:
    if cell.kind == "int":
        return is_integer(cell)
    return cell.kind in ("str", "bool", "null") or cell.kind == "float" and math.isfinite(cell.value)


def _type_of(column: Node, cells: list[Node], problems: Problems) -> str | None:
    """The one type of a column; integers among numbers are numbers."""
    kinds = sorted({_CELLS[cell.kind] for cell in cells if cell.kind != "null"})
    if kinds == ["integer", "real"]:
        return "real"
    if len(kinds) == 1:
        return kinds[0]
    found = f"has {' and '.join(kinds)}" if kinds else "has nothing but null"
    problems.add(column.mark, f"column '{column.value}' {found}: a column has one type")
    return None


def _cell(cell: Node, kind: str) -> Any:
    return float(cell.value) if kind == "real" and cell.kind == "int" else cell.value


def field_index(name: str, context: tuple[ContextField, ...]) -> int | None:
    return next((i for i, field in enumerate(context) if field.name == name), None)


def unknown_field(name: str, context: tuple[ContextField, ...]) -> str:
    return unknown("context field", name, [field.name for field in context])

# SPDX-License-Identifier: Apache-2.0
"""The keywords of JSON Schema that are compiled, one type at a time.

Presence is tested, never truth.
"""

from __future__ import annotations

import math
from dataclasses import replace

from callgen import names
from callgen.load import Node
from callgen.model import Bound, Schema
from callgen.problems import Problems, unknown
from callgen.schema.numbers import rounded_numbers

_FITS = {
    "string": (
        "enum", "const", "minLength", "maxLength", "x-open", "contentMediaType", "contentSchema"
    ),
    "integer": (
        "enum", "const", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "format"
    ),
    "number": (
        "enum", "const", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "format"
    ),
    "boolean": (),
    "array": ("items", "minItems", "maxItems", "x-capacity"),
    "object": ("properties", "required"),
    "any": (),
}
# What the members' rules do not say, for which a check of the value's own text is made
# (callgen.schema): of any type, or of one.
_CHECKED_OF_ANY = frozenset("allOf anyOf oneOf not if then else".split())
_CHECKED = {
    "string": _CHECKED_OF_ANY | {"pattern", "format"},
    "integer": _CHECKED_OF_ANY | {"multipleOf"},
    "number": _CHECKED_OF_ANY | {"multipleOf"},
    "boolean": _CHECKED_OF_ANY | {"enum", "const"},
    "array": _CHECKED_OF_ANY | frozenset(
        "enum const prefixItems contains minContains maxContains uniqueItems".split()
    ),
    "object": _CHECKED_OF_ANY | frozenset(
        "enum const additionalProperties patternProperties propertyNames minProperties "
        "maxProperties dependentRequired dependentSchemas discriminator".split()
    ),
}
CHECKED = frozenset().union(*_CHECKED.values()) - {"enum", "const"}
CONSTRAINTS = frozenset(keyword for fitting in _FITS.values() for keyword in fitting) | {"type"}
ANNOTATIONS = frozenset(
    {"title", "description", "examples", "deprecated", "$comment", "x-sensitive"}
)
_OF_MEMBERS = frozenset({"x-cpp-name", "x-aliases", "default"})
COMPILED = CONSTRAINTS | CHECKED | ANNOTATIONS | _OF_MEMBERS | {"$ref"}
LATER = frozenset(
    "contentEncoding unevaluatedItems unevaluatedProperties readOnly writeOnly $id "
    "$schema $anchor $dynamicRef $dynamicAnchor $vocabulary $defs x-format".split()
)
_TYPES = ("string", "integer", "number", "boolean", "array", "object", "null")
_WIDTHS = {
    "int32": (-(2**31), 2**31 - 1),
    "int64": (-(2**63), 2**63 - 1),
    "uint32": (0, 2**32 - 1),
    "uint64": (0, 2**64 - 1),
}
_MAX_COUNT = 2**32 - 2  # 2^32 - 1 is "unbounded" in callgate::rule
_MAX_CAPACITY = 256


def limits_of(width: str) -> tuple[int, int]:
    return _WIDTHS[width or "int64"]


def check_names(node: Node, role: str, problems: Problems) -> None:
    """Refuses by name what is unknown, not compiled yet, or of no meaning in this place."""
    for key, value in node.pairs():
        if key.value in LATER:
            problems.add(key.mark, f"keyword '{key.value}' is not compiled yet")
        elif key.value not in COMPILED:
            problems.add(key.mark, unknown("keyword", key.value, COMPILED, LATER))
        elif key.value in _OF_MEMBERS and role != "member":
            problems.add(key.mark, f"keyword '{key.value}' belongs to a member of properties")
        elif key.value == "x-aliases" and value.kind != "list":
            problems.add(value.mark, "'x-aliases' must be a list")


def type_of(node: Node, problems: Problems) -> tuple[str | None, bool]:
    """The one type beside null, and whether null is allowed; `any` of several types or none."""
    found = node.get("type")
    if found is None:
        return "any", True
    items = found.value if found.kind == "list" else (found,)
    kinds = []
    for item in items:
        if item.kind == "str" and item.value in _TYPES:
            kinds.append(item.value)
        elif item.kind == "null":
            problems.add(item.mark, "the type null must be quoted: 'null'")
        else:
            problems.add(item.mark, unknown("type", str(item.value), _TYPES))
    others = [kind for kind in kinds if kind != "null"]
    if len(kinds) != len(items) or len(set(kinds)) != len(kinds) or not kinds:
        if len(kinds) == len(items):
            problems.add(found.mark, "'type' must name each type once, and at least one")
        return None, False
    return others[0] if len(others) == 1 else "any", "null" in kinds


def checked(node: Node, kind: str) -> list[tuple[Node, Node]]:
    """What a check of the value's text is for: the keywords that its member's rule has no place
    for. Of a value of any kind, all of them.
    """
    if kind == "any":
        return checked_beside_reference(node)
    return [
        (key, value) for key, value in node.pairs()
        if key.value in _CHECKED[kind] and not _is_closed_object(key, value)
    ]


def _is_closed_object(key: Node, value: Node) -> bool:
    """Members that a schema does not name are a matter of tolerance: senders add some."""
    return key.value == "additionalProperties" and value.kind == "bool"


def checked_beside_reference(node: Node) -> list[tuple[Node, Node]]:
    return [pair for pair in node.pairs() if pair[0].value in CHECKED | CONSTRAINTS]


def check_fit(node: Node, kind: str, problems: Problems) -> None:
    if kind == "any":
        return
    for key, value in node.pairs():
        if key.value in (*_FITS[kind], *_CHECKED[kind], "type"):
            if key.value == "format" and kind not in ("integer", "number", "string"):
                problems.add(value.mark, f"keyword 'format' has no effect on type {kind}")
        elif key.value in CONSTRAINTS | CHECKED:
            problems.add(key.mark, f"keyword '{key.value}' has no effect on type {kind}")


def string(node: Node, base: Schema, problems: Problems) -> Schema | None:
    low, high = _count(node, "minLength", problems), _count(node, "maxLength", problems)
    _ordered(node, "minLength", low, high, problems)
    schema = replace(base, min_length=low or 0, max_length=high)
    if node.get("x-open") is not None:
        schema = _open(node, schema, problems)
    schema, bounded = _values(node, schema, ("str",), problems)
    if schema is None:
        return None
    if high is None and (schema.is_open or not bounded):
        problems.add(node.mark, "a string needs a bound: give it maxLength")
    if not schema.is_const and schema.values:
        schema = replace(schema, names=schema.values, values=())
        _enumerators(node, schema, problems)
    elif schema.is_open:
        problems.add(node.mark, "'x-open' belongs to an enum")
    return schema


def _open(node: Node, schema: Schema, problems: Problems) -> Schema:
    found = node.get("x-open")
    if found.kind != "bool":
        problems.add(found.mark, "'x-open' must be true or false")
        return schema
    return replace(schema, is_open=found.value)


def _enumerators(node: Node, schema: Schema, problems: Problems) -> None:
    taken: dict[str, str] = {}
    for item in node.get("enum").value:
        if item.kind != "str":
            continue
        name = names.enumerator(item.value)
        if names.why_no_identifier(name) is not None:
            problems.add(item.mark, f"no enumerator can be made of '{item.value}'")
        elif name in taken:
            problems.add(item.mark, f"'{taken[name]}' and '{item.value}' are both '{name}' in C++")
        taken[name] = item.value
    if len(schema.names) > 255:
        problems.add(node.get("enum").mark, "an enum of more than 255 values is not compiled yet")


def _values(node: Node, schema: Schema, kinds: tuple[str, ...], problems: Problems) -> tuple[
    Schema | None, bool
]:
    """enum and const: the values, and whether there are any.

    Null counts only if the type has it, and is then needed.
    """
    enum, const = node.get("enum"), node.get("const")
    if enum is not None and const is not None:
        problems.add(const.mark, "'const' beside 'enum' is not compiled yet")
    found = const if const is not None else enum
    if found is None:
        return schema, False
    if const is None and (enum.kind != "list" or not enum.value):
        problems.add(enum.mark, "'enum' must be a list of values")
        return None, True
    items = (const,) if const is not None else enum.value
    values: dict[str | int | float, None] = {}
    for item in items:
        if is_rounded(item, schema):
            problems.add(item.mark, ROUNDED)
        elif item.kind in kinds:
            value = _whole(item.value) if schema.kind == "integer" else item.value
            if value in values:
                problems.add(item.mark, f"'{item.value}' is there twice")
            values[value] = None
        elif item.kind != "null" or not schema.nullable:
            problems.add(item.mark, f"a value that type {schema.kind} does not have")
    if not values:
        if all(item.kind == "null" for item in items):
            problems.add(found.mark, "nothing but null is not compiled yet")
        return None, True
    has_null = any(item.kind == "null" for item in items)
    return replace(
        schema, values=tuple(values), is_const=const is not None, nullable=has_null
    ), True


ROUNDED = "a number that a double does not hold exactly"


def is_rounded(value: Node, schema: Schema) -> bool:
    """Integers of a schema are exact; those that bound a number are doubles."""
    if value.kind == "int" and schema.kind == "number":
        return int(float(value.value)) != value.value
    return value.kind == "float" and bool(list(rounded_numbers(value)))


def _whole(value: int | float) -> int | float:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def numeric(node: Node, base: Schema, problems: Problems) -> Schema | None:
    width = node.get("format")
    widths = tuple(_WIDTHS) if base.kind == "integer" else ("float", "double")
    if width is not None and width.value not in widths:
        problems.add(
            width.mark, f"format '{width.value}' is not compiled yet: known are {', '.join(widths)}"
        )
        return None
    schema = replace(base, width=width.value if width is not None else "")
    low, high = _bound(node, "inimum", problems, schema), _bound(node, "aximum", problems, schema)
    schema, _ = _values(
        node, replace(schema, minimum=low, maximum=high), ("int", "float"), problems
    )
    if schema is None:
        return None
    if any(not math.isfinite(v) for v in schema.values):
        problems.add(node.mark, "a number must be finite")
        return None
    if schema.kind == "integer":
        return _fitted(node, schema, problems)
    empty = low and high and (
        low.value > high.value or (low.value == high.value and (low.exclusive or high.exclusive))
    )
    if empty:
        problems.add(node.mark, "no number is within these bounds")
    values = tuple(float(v) for v in schema.values)
    return replace(schema, values=values)


def _bound(node: Node, suffix: str, problems: Problems, schema: Schema) -> Bound | None:
    """The stricter of minimum and exclusiveMinimum (or of the maxima)."""
    upper = suffix == "aximum"
    found = []
    for keyword, exclusive in (("m" + suffix, False), ("exclusiveM" + suffix, True)):
        value = node.get(keyword)
        if value is None:
            continue
        if is_rounded(value, schema):
            problems.add(value.mark, ROUNDED)
        elif value.kind not in ("int", "float") or not math.isfinite(value.value):
            problems.add(value.mark, f"'{keyword}' must be a number")
        else:
            bound = (_inclusive(value.value, exclusive, upper) if schema.kind == "integer"
                     else Bound(float(value.value), exclusive))
            found.append(replace(bound, keyword=keyword))
    if not found:
        return None
    strict = [(-b.value if upper else b.value, b.exclusive) for b in found]
    return found[strict.index(max(strict))]


def _inclusive(value: int | float, exclusive: bool, upper: bool) -> Bound:
    if upper:
        return Bound(math.ceil(value) - 1 if exclusive else math.floor(value))
    return Bound(math.floor(value) + 1 if exclusive else math.ceil(value))


def _fitted(node: Node, schema: Schema, problems: Problems) -> Schema:
    """Bounds that the C++ type implies are left out; bounds beyond it leave nothing."""
    lowest, highest = limits_of(schema.width)
    low = schema.minimum.value if schema.minimum is not None else lowest
    high = schema.maximum.value if schema.maximum is not None else highest
    if max(low, lowest) > min(high, highest):
        problems.add(node.mark, "no integer is within these bounds")
        return schema
    for value in schema.values:
        if not isinstance(value, int) or not -(
            2**63
        ) <= value < 2**63 or not lowest <= value <= highest:
            problems.add(node.mark, f"{value} is no value of this integer type")
    return replace(
        schema,
        minimum=schema.minimum if low > lowest else None,
        maximum=schema.maximum if high < highest else None,
    )


def array(node: Node, base: Schema, problems: Problems) -> Schema:
    low, high = _count(node, "minItems", problems), _count(node, "maxItems", problems)
    _ordered(node, "minItems", low, high, problems)
    if high is None:
        problems.add(node.mark, "an array needs a bound: give it maxItems")
    capacity = _count(node, "x-capacity", problems)
    most = min(high if high is not None else _MAX_CAPACITY, _MAX_CAPACITY)
    if capacity is None:
        capacity = min(4, max(most, 1))
    elif not 1 <= capacity <= max(most, 1):
        problems.add(
            node.get("x-capacity").mark, f"'x-capacity' must be between 1 and {max(most, 1)}"
        )
    return replace(base, min_items=low or 0, max_items=high, capacity=capacity)


def _count(node: Node, keyword: str, problems: Problems) -> int | None:
    found = node.get(keyword)
    if found is None:
        return None
    if found.kind == "int" and 0 <= found.value <= _MAX_COUNT:
        return found.value
    problems.add(found.mark, f"'{keyword}' must be an integer between 0 and {_MAX_COUNT}")
    return 0


def _ordered(
    node: Node, keyword: str, low: int | None, high: int | None, problems: Problems
) -> None:
    if low is not None and high is not None and low > high:
        problems.add(node.get(keyword).mark, f"'{keyword}' is more than the maximum: nothing fits")

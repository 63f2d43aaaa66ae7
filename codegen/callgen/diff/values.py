# SPDX-License-Identifier: Apache-2.0
"""What members' own rules say of a value, keyword by keyword."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from callgen.diff.side import quoted
from callgen.keywords import limits_of
from callgen.model import Bound, Schema

Difference = tuple[bool, str]  # whether it is stricter, and what it is


def differences(old: Schema, new: Schema) -> Iterator[Difference]:
    """Of two shapes of one kind, null and what is in them left out."""
    if old.kind == "array":
        yield from _counts("minItems", old.min_items, new.min_items)
        yield from _most("maxItems", old.max_items, new.max_items)
    elif old.kind == "string":
        yield from _listed(old, new, _fits_text)
        if not listed(old):
            yield from _counts("minLength", old.min_length, new.min_length)
            yield from _most("maxLength", old.max_length, new.max_length)
    elif old.kind in ("integer", "number"):
        yield from _listed(old, new, _fits_number)
        if not listed(old):
            yield from _bounds(old, new)


def listed(schema: Schema) -> tuple[Any, ...]:
    """The only values that it takes; none: others, too."""
    return schema.values or (() if schema.is_open else schema.names)


def _listed(old: Schema, new: Schema, fits: Callable[[Schema, Any], bool]) -> Iterator[Difference]:
    was, now = listed(old), listed(new)
    if was:
        if gone := [v for v in was if fits(old, v) and ((now and v not in now) or not fits(new, v))]:
            yield True, f"does not take {quoted(gone)} any more"
        if now and (more := [value for value in now if value not in was]):
            yield False, f"takes {quoted(more)}, too"
        elif not now:
            yield False, "takes more than its listed values"
    elif now:
        yield True, f"takes {quoted(now)} only"
    elif more := [name for name in new.names if name not in old.names]:
        yield False, f"lists {quoted(more)}"


def _fits_text(schema: Schema, value: str) -> bool:
    most = schema.max_length
    return schema.min_length <= len(value) and (most is None or len(value) <= most)


def _fits_number(schema: Schema, value: int | float) -> bool:
    low, high = _low(schema), _high(schema)
    return (low is None or (value, 0) >= low) and (high is None or (-value, 0) >= high)


def _counts(keyword: str, was: int, now: int) -> Iterator[Difference]:
    if was != now:
        yield now > was, f"{keyword} is {now}, it was {was}"


def _most(keyword: str, was: int | None, now: int | None) -> Iterator[Difference]:
    if was == now:
        return
    if was is None or now is None:
        yield was is None, f"{keyword} {now} is new" if was is None else f"{keyword} is gone"
    else:
        yield now < was, f"{keyword} is {now}, it was {was}"


def _bounds(old: Schema, new: Schema) -> Iterator[Difference]:
    for keyword, ends in (("minimum", (_low(old), _low(new))), ("maximum", (_high(old), _high(new)))):
        was, now = ends
        if was == now:
            continue
        stricter = now is not None and (was is None or now > was)
        yield stricter, _told(keyword, was, now)
    if old.kind == "number" and "float" in (old.width, new.width) and old.width != new.width:
        yield new.width == "float", f"is of {'32' if new.width == 'float' else '64'} bits"


# A bound as what can be compared: (its value, or its negative for a maximum; 1 if that itself is out).
_End = tuple[int | float, int]


def _low(schema: Schema) -> _End | None:
    implied = limits_of(schema.width)[0] if schema.kind == "integer" else None
    return _end(schema.minimum, implied, 1)


def _high(schema: Schema) -> _End | None:
    implied = limits_of(schema.width)[1] if schema.kind == "integer" else None
    return _end(schema.maximum, implied, -1)


def _end(bound: Bound | None, implied: int | None, sign: int) -> _End | None:
    if bound is not None:
        return sign * bound.value, int(bound.exclusive)
    return (sign * implied, 0) if implied is not None else None


def _told(keyword: str, was: _End | None, now: _End | None) -> str:
    """What has changed at one end, in the schema's words."""
    if was is None or now is None:
        return f"{_shown(keyword, now)} is new" if was is None else f"{_shown(keyword, was)} is gone"
    return f"has {_shown(keyword, now)}, it had {_shown(keyword, was)}"


def _shown(keyword: str, end: _End) -> str:
    name = f"exclusive{keyword.capitalize()}" if end[1] else keyword
    return f"{name} {end[0] if keyword == 'minimum' else -end[0]}"

# SPDX-License-Identifier: Apache-2.0
"""Looks for an id by its name wherever it stands in a document, as callgate::json::key_search does.

What bounds its memory (callgate::limits::max_embedded_bytes) is left out: the strings of an example
cannot be so long.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from callgen.model import SearchSource
from callgen.json_text import NotJson, Pairs, parse_json

MAX_ID_BYTES = 256  # callgate::limits
_MAX_NESTING = 32  # of JSON within a string


def find(source: SearchSource, document: Any, outside: int = 0) -> str:
    """"" when there is none. outside: how many levels are around the document."""
    found = _nearest(source, document, outside)
    if found or not source.embedded_json:
        return found
    for text, around in _strings(source, document, outside):
        if around + 1 < source.max_depth and text.lstrip(" \n\r\t")[:1] in ("{", "[", '"'):
            found = _within(source, text, around + 1)
        if found:
            return found
    return ""


def _within(source: SearchSource, text: str, outside: int) -> str:
    try:
        return find(source, parse_json(text, _MAX_NESTING), outside)
    except NotJson:
        return ""


def _nearest(source: SearchSource, value: Any, outside: int) -> str:
    if outside == source.max_depth or not isinstance(value, (Pairs, list)):
        return ""
    members = value.items if isinstance(value, Pairs) else [(None, item) for item in value]
    own = (_id(inner) for key in source.keys for name, inner in members if name == key)
    deeper = (_nearest(source, inner, outside + 1) for _, inner in members)
    return next(filter(None, own), "") or next(filter(None, deeper), "")


def _strings(source: SearchSource, value: Any, outside: int) -> Iterator[tuple[str, int]]:
    """Each string with the number of levels around it, in the order of the text."""
    if isinstance(value, str):
        yield value, outside
    elif outside < source.max_depth and isinstance(value, (Pairs, list)):
        for inner in (v for _, v in value.items) if isinstance(value, Pairs) else value:
            yield from _strings(source, inner, outside + 1)


def _id(value: Any) -> str:
    is_id = isinstance(value, (str, int)) and not isinstance(value, bool)
    text = str(value) if is_id else ""
    return text if len(text.encode()) <= MAX_ID_BYTES else ""

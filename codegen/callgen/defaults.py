# SPDX-License-Identifier: Apache-2.0
"""default: what a member is when the body does not say it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from callgen.keywords import ROUNDED, is_rounded
from callgen.load import Node
from callgen.model import Member, Provider, structs_below
from callgen.problems import Problems
from callgen.validate import Refused, value_of

_KINDS = {
    "string": ("str",), "integer": ("int", "float"), "number": ("int", "float"), "boolean": ("bool",),
}


def read_default(node: Node, member: Member, problems: Problems) -> Member:
    """The member with its default. That it fits the schema is checked with the whole provider."""
    found = node.get("default")
    if found is None or member.schema.kind == "broken":
        return member
    if found.kind == "null" and member.schema.nullable and not member.required:
        return member  # what the member is without it
    if (why := _why_not(found, member)) is not None:
        problems.add(found.mark, why)
        return member
    value = found.value
    if member.schema.kind == "number":
        value = float(value)
    elif member.schema.kind == "integer":
        value = int(value) if isinstance(value, float) and value.is_integer() else value
    return replace(member, default=(value,), default_mark=found.mark)


def _why_not(found: Node, member: Member) -> str | None:
    kind = member.schema.kind
    if member.required:
        return "'default' of a required member says nothing: it is never absent"
    if kind not in _KINDS:
        return f"'default' of a value of type {kind} is not compiled"
    if member.schema.nullable:
        return "'default' of a member that may be null is not compiled: null would say nothing else"
    if member.aliases:
        return "'default' beside 'x-aliases' is not compiled"
    if found.kind not in _KINDS[kind]:
        return f"the default is no {kind}"
    if is_rounded(found, member.schema):
        return ROUNDED
    if found.kind == "float" and not math.isfinite(found.value):
        return "a number of JSON is finite"
    return None


def check_defaults(provider: Provider, problems: Problems) -> None:
    """A default must be what the schema takes."""
    for member in _with_default(provider):
        try:
            value_of(provider, member.schema, member.default[0])
        except Refused as refused:
            problems.add(member.default_mark, f"the default breaks '{refused.keyword}'")


def _with_default(provider: Provider) -> Iterator[Member]:
    for struct in structs_below(provider.payload):
        yield from (member for member in struct.members if member.default)

# SPDX-License-Identifier: Apache-2.0
"""Reads a JSON text as the generated parser does, slowly: tolerance applied, the first error told.

The result holds dicts by the members' first names, without members that are absent or dropped.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from callgen.json_text import NotJson, Pairs, parse_json
from callgen.keywords import limits_of
from callgen.model import Bound, Member, Provider, Schema
from callgen.pointer import below
from callgen.schema.evaluate import Spot, violations

# What rounds to it is no float: beyond the greatest one, by half of what its last digit says.
_NO_FLOAT = 2.0**128 - 2.0**103
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")


class Refused(Exception):
    """JSON that breaks its schema."""

    def __init__(self, pointer: str, keyword: str, spot: Spot | None = None) -> None:
        super().__init__(f"{pointer or '(root)'}: {keyword}")
        self.pointer = pointer
        self.keyword = keyword
        self.spot = spot or Spot(pointer)  # what the offset is of


@dataclass(frozen=True)
class Reading:
    """A payload, and the members that were dropped from it, each with what was wrong."""

    payload: dict[str, Any]
    drops: list[Refused] = field(default_factory=list)


def read_payload(provider: Provider, document: Any) -> dict[str, Any]:
    return read(provider, document).payload


def read(provider: Provider, document: Any) -> Reading:
    """`document` as parse_json gives it. Raises Refused, and NotJson for a member that comes twice.
    """
    may_be_empty = provider.tolerance.drop_invalid and not any(
        member.required for member in provider.payload.members
    )
    if may_be_empty and not isinstance(document, Pairs):
        defaults = {member.name: member.default[0] for member in provider.payload.members if member.default}
        return Reading(defaults, [Refused("", "type")])
    reader = _Reader(provider)
    return Reading(reader.value(provider.payload, document, ""), reader.drops)


def value_of(provider: Provider, schema: Schema, value: Any) -> Any:
    """One value of the payload. Errors: Refused."""
    return _Reader(provider).value(schema, value, "")


class _Reader:
    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self._tolerance = provider.tolerance
        self.drops: list[Refused] = []

    def value(self, schema: Schema, value: Any, pointer: str) -> Any:
        if value is None and schema.nullable:
            self._also(schema.check if schema.kind == "object" else schema.also, value, pointer)
            return None
        read = self._typed(schema, value, pointer)
        in_string = schema.kind in ("integer", "number") and isinstance(value, str)
        self._also(schema.also, read if in_string else value, pointer)
        return read

    def _typed(self, schema: Schema, value: Any, pointer: str) -> Any:
        if schema.kind == "any":
            return value
        if value is None:
            raise Refused(pointer, "type")
        return getattr(self, "_" + schema.kind)(schema, value, pointer)

    def _also(self, check: int | None, value: Any, pointer: str) -> None:
        found = violations(self._provider.checks, value, check) if check is not None else []
        for each in found[:1]:
            if each.keyword == "duplicate_member":
                raise NotJson("duplicate_member")
            spot = Spot(pointer + each.spot.pointer, each.spot.part)
            raise Refused(pointer + each.pointer, each.keyword, spot)

    def _object(self, schema: Schema, value: Any, pointer: str) -> dict[str, Any]:
        if not isinstance(value, Pairs):
            raise Refused(pointer, "type")
        out: dict[str, Any] = {}
        spelled: dict[str, Any] = {}
        for name, inner in value.items:
            member = schema.member(name)
            if member is None:
                if self._tolerance.reject_unknown:
                    here = below(pointer, name)
                    raise Refused(here, "unknown_members", Spot(here, "name"))
                continue
            if name in spelled:
                raise NotJson("duplicate_member")
            spelled[name] = inner
            if name == member.name and not (
                member.aliases and self._counts_as_absent(member.schema, inner)
            ):  # nothing outdoes it
                self._member(schema, member, inner, below(pointer, name), out)
        for member in schema.members:
            if member.aliases:
                self._spellings(schema, member, spelled, pointer, out)
        for member in schema.members:
            if member.required and member.name not in out:
                here = below(pointer, member.name)
                raise Refused(here, "required", Spot(pointer, "end"))
        self._also(schema.check, value, pointer)
        for member in schema.members:
            if member.default:
                out.setdefault(member.name, member.default[0])
        return out

    def _spellings(
        self,
        struct: Schema,
        member: Member,
        spelled: dict[str, Any],
        pointer: str,
        out: dict[str, Any],
    ) -> None:
        """The first spelling whose value is there and not dropped decides; others are noted. The
        first of all has been read if it says something.
        """
        came = [name for name in (member.name, *member.aliases) if name in spelled]
        said = [name for name in came if not self._counts_as_absent(member.schema, spelled[name])]
        for name in said or came[:1]:
            here = below(pointer, name)
            if out.get(member.name) is not None:
                if name != member.name:
                    self.drops.append(Refused(here, "duplicate_member"))
            elif name != member.name or not said:
                self._member(struct, member, spelled[name], here, out)

    def _member(
        self, struct: Schema, member: Member, value: Any, pointer: str, out: dict[str, Any]
    ) -> None:
        if not member.required and self._counts_as_absent(member.schema, value):
            return
        before = len(self.drops)
        try:
            out[member.name] = self.value(member.schema, value, pointer)
        except Refused as refused:
            # Of a sensitive value not even its members' names are told.
            shown = pointer if member.is_sensitive else refused.pointer
            told = Refused(shown, refused.keyword, refused.spot)
            other_type = (refused.pointer, refused.keyword) == (pointer, "type")
            if not self._provider.is_droppable(struct, member) and not (
                other_type and self._provider.drops_other_types(struct, member)
            ):
                raise told from None
            self.drops[before:] = [told]  # what was dropped within it goes with it

    def _counts_as_absent(self, schema: Schema, value: Any) -> bool:
        if value is None:
            return self._tolerance.nulls_absent
        return value == "" and isinstance(value, str) and self._tolerance.empty_strings_absent

    def _array(self, schema: Schema, value: Any, pointer: str) -> list[Any]:
        if not isinstance(value, list):
            raise Refused(pointer, "type")
        out = []
        for index, item in enumerate(value):
            if schema.max_items is not None and index == schema.max_items:
                raise Refused(pointer, "maxItems")
            out.append(self.value(schema.items, item, f"{pointer}/{index}"))
        if len(out) < schema.min_items:
            raise Refused(pointer, "minItems")
        return out

    def _string(self, schema: Schema, value: Any, pointer: str) -> str:
        if not isinstance(value, str):
            raise Refused(pointer, "type")
        if schema.names and value not in schema.names and not schema.is_open:
            raise Refused(pointer, "enum")
        if schema.values and value not in schema.values:
            raise Refused(pointer, "const")
        if len(value) < schema.min_length:
            raise Refused(pointer, "minLength")
        if schema.max_length is not None and len(value) > schema.max_length:
            raise Refused(pointer, "maxLength")
        if schema.content is not None:
            self._content(schema.content, value, pointer)
        return value

    def _content(self, check: int, text: str, pointer: str) -> None:
        try:
            self._also(check, parse_json(text.encode(), self._tolerance.max_depth), pointer)
        except NotJson:
            raise Refused(pointer, "contentMediaType") from None

    def _boolean(self, schema: Schema, value: Any, pointer: str) -> bool:
        if not isinstance(value, bool):
            raise Refused(pointer, "type")
        return value

    def _integer(self, schema: Schema, value: Any, pointer: str) -> int:
        value = self._numeric(value, pointer)
        if isinstance(value, float) and not value.is_integer():
            raise Refused(pointer, "type")
        low, high = limits_of(schema.width)
        if not low <= int(value) <= high:
            raise Refused(pointer, "range")
        return self._bounded(schema, int(value), pointer)

    def _number(self, schema: Schema, value: Any, pointer: str) -> float:
        try:
            number = float(self._numeric(value, pointer))
        except OverflowError:
            raise Refused(pointer, "range") from None
        if schema.width == "float" and abs(number) >= _NO_FLOAT:
            raise Refused(pointer, "range")
        return self._bounded(schema, number, pointer)

    def _numeric(self, value: Any, pointer: str) -> int | float:
        if isinstance(value, str) and self._tolerance.numbers_in_strings and _NUMBER.fullmatch(
            value
        ):
            value = json.loads(value)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise Refused(pointer, "type")
        if value in (float("inf"), float("-inf")):
            raise Refused(pointer, "range")
        return value

    def _bounded(self, schema: Schema, value: Any, pointer: str) -> Any:
        if schema.values and value not in schema.values:
            # The rule of a number holds the values only: one alone is told as const.
            alone = schema.is_const or len(schema.values) == 1
            raise Refused(pointer, "const" if alone else "enum")
        if schema.minimum is not None and not _above(value, schema.minimum):
            raise Refused(pointer, "minimum")
        if schema.maximum is not None and not _above(
            -value, Bound(-schema.maximum.value, schema.maximum.exclusive)
        ):
            raise Refused(pointer, "maximum")
        return value


def _above(value: Any, bound: Bound) -> bool:
    return value > bound.value or (value == bound.value and not bound.exclusive)

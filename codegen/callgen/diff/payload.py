# SPDX-License-Identifier: Apache-2.0
"""The payload: what may be refused that was accepted, and what was refused and is accepted."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from callgen.diff.changes import ADDS, CHANGES, SENDERS, Changes
from callgen.diff.code import compare_field, compare_struct
from callgen.diff.inclusion import Inclusion
from callgen.diff.shapes import Shapes, content_of
from callgen.diff.side import Side, quoted
from callgen.diff.values import differences
from callgen.model import Member, Provider, Schema
from callgen.problems import Mark


@dataclass(frozen=True)
class _Place:
    """Where two shapes stand. left_out: what does not fit is dropped, and the callback counts."""

    pointer: str
    mark: Mark
    left_out: bool = False

    def below(self, step: str, mark: Mark) -> _Place:
        return replace(self, pointer=f"{self.pointer}/{step}", mark=mark)


def compare_payload(old: Side, new: Side, changes: Changes) -> None:
    comparison = _Comparison(old, new, changes)
    comparison.shapes(old.provider.payload, new.provider.payload, _Place("", new.provider.payload.mark))


class _Comparison:
    def __init__(self, old: Side, new: Side, changes: Changes) -> None:
        self._old, self._new, self._changes = old.provider, new.provider, changes
        self._from, self._to = Shapes(old.provider), Shapes(new.provider)
        self._inclusion = Inclusion(self._from.graph, self._to.graph)
        self._seen: set[tuple[int, int, bool]] = set()

    def shapes(self, old: Schema, new: Schema, place: _Place, or_null: bool = False) -> None:
        """or_null: null counts as absent here."""
        question = (id(old), id(new), place.left_out)
        if question in self._seen:  # a definition that is used in several places is told once
            return
        self._seen.add(question)
        if old.kind != new.kind:
            self._kinds(old, new, place, or_null)
            return
        if old.kind != "any" and old.nullable != new.nullable:
            if new.nullable:
                self._add(ADDS, place, "may be null")
            elif not or_null:
                self._stricter(place, "must not be null any more")
        for is_stricter, text in differences(old, new):
            if is_stricter:
                self._stricter(place, text)
            else:
                self._add(ADDS, place, text)
        if old.kind == "object":
            compare_struct(old, new, place.pointer, self._changes)
            self._members(old, new, place)
        elif old.items is not None and new.items is not None:
            self.shapes(old.items, new.items, place.below("*", new.items.mark))
        self._checks(old, new, place)

    def _kinds(self, old: Schema, new: Schema, place: _Place, or_null: bool) -> None:
        """What is checked as text can be compared with what is read by members' rules."""
        text = f"is of type {new.kind}, it was {old.kind}"
        wide, narrow = self._from.at_least(old), self._to.at_most(new, or_null)
        found = self._inclusion.reasons([wide], narrow, place.pointer)
        for reason in found:
            inner = replace(place, pointer=reason.pointer)
            self._stricter(inner, f"{reason.text} ({text})" if reason.pointer == place.pointer else reason.text)
        if not found:
            self._add(ADDS, place, f"{text}: all that was accepted still is")

    def _checks(self, old: Schema, new: Schema, place: _Place) -> None:
        was, now = (old.check, new.check) if old.kind == "object" else (old.also, new.also)
        self._check(self._from.at_least(old), was, now, place)
        within = content_of(old)
        self._check(within, within, content_of(new), replace(place, pointer=place.pointer + "/(JSON)"))

    def _check(self, wide: int | None, was: int | None, now: int | None, place: _Place) -> None:
        """wide: all that is known of the values that were accepted; None: nothing is."""
        if now is None:
            if was is not None:
                self._add(ADDS, place, "less is demanded of its text")
            return
        found = self._inclusion.reasons([wide] if wide is not None else [], now, place.pointer)
        if wide is None and not found:
            self._stricter(place, "must be JSON")
        for reason in found:
            self._stricter(replace(place, pointer=reason.pointer), reason.text)
        if not found and was is not None and self._inclusion.back.reasons([now], was):
            self._add(ADDS, place, "less is demanded of its text")

    # --- members

    def _members(self, old: Schema, new: Schema, place: _Place) -> None:
        taken: dict[str, str] = {}  # by the new member's name, the old one
        for was in old.members:
            now = new.member(was.name)
            if now is None:
                self._removed(was, place)
                continue
            inner = place.below(_token(now.name), now.schema.mark)
            if now.name in taken:
                self._stricter(inner, f"takes what '{taken[now.name]}' and '{was.name}' were: one of them counts")
                continue
            taken[now.name] = was.name
            self._spellings(was, now, inner)
            self._member(old, was, new, now, inner)
        for now in new.members:
            if now.name not in taken:
                self._added(now, place)

    def _removed(self, was: Member, place: _Place) -> None:
        inner = place.below(_token(was.name), was.schema.mark)
        if self._new.tolerance.reject_unknown:
            self._stricter(inner, "is no member any more, and unknown members are refused")
        else:
            self._add(CHANGES, inner, "is no member any more: it is ignored")

    def _added(self, now: Member, place: _Place) -> None:
        inner = place.below(_token(now.name), now.schema.mark)
        if now.required:
            self._stricter(inner, "is a new member, and required")
        else:
            self._add(ADDS, inner, "is a new member; whoever sends it already must send what it takes")

    def _spellings(self, was: Member, now: Member, place: _Place) -> None:
        before, after = (was.name, *was.aliases), (now.name, *now.aliases)
        lost = [name for name in before if name not in after]
        if lost:
            self._stricter(place, f"is not read as {quoted(lost)} any more")
        if [name for name in after if name in before] != [name for name in before if name in after]:
            self._stricter(place, "has its spellings in another order: another one may count, and be refused")
        if more := [name for name in after if name not in before]:
            self._add(ADDS, place, f"is read as {quoted(more)}, too")

    def _member(self, old: Schema, was: Member, new: Schema, now: Member, place: _Place) -> None:
        if now.required and not was.required:
            self._stricter(place, "is required")
        elif was.required and not now.required:
            self._add(ADDS, place, "may be absent")
        before, after = _lenience(self._old, old, was), _lenience(self._new, new, now)
        if after < before and not place.left_out:
            text = "a value that does not fit refuses the callback: it was left out"
            self._add(SENDERS, place, text)
        if was.default != now.default or list(map(type, was.default)) != list(map(type, now.default)):
            self._add(CHANGES, place, f"{_default(now)}, it had {_default(was).removeprefix('has ')}")
        if was.is_sensitive != now.is_sensitive:
            text = "is x-sensitive: it is not shown" if now.is_sensitive else "is not x-sensitive any more: it is shown"
            self._add(CHANGES, place, text)
        compare_field(was, now, place.pointer, place.mark, self._changes)
        inner = replace(place, left_out=place.left_out or after == _DROPPED)
        self.shapes(was.schema, now.schema, inner, not now.required and self._new.tolerance.nulls_absent)

    def _stricter(self, place: _Place, text: str) -> None:
        if place.left_out:
            self._add(CHANGES, place, f"{text}; a value that does not fit is left out")
        else:
            self._add(SENDERS, place, text)

    def _add(self, kind: str, place: _Place, text: str) -> None:
        self._changes.add(kind, place.mark, f"{place.pointer or 'the payload'} {text}")


_DROPPED = 2


def _lenience(provider: Provider, struct: Schema, member: Member) -> int:
    """How much of a bad value of a member is forgiven."""
    if provider.is_droppable(struct, member):
        return _DROPPED
    return 1 if provider.drops_other_types(struct, member) else 0


def _default(member: Member) -> str:
    found = (json.dumps(value, ensure_ascii=False) for value in member.default)
    return f"has {next((f'the default {text}' for text in found), 'no default')}"


def _token(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")

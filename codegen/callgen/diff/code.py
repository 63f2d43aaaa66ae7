# SPDX-License-Identifier: Apache-2.0
"""The generated types that C++ code uses by their names."""

from __future__ import annotations

from collections.abc import Iterator

from callgen.diff.changes import CODE, Changes
from callgen.diff.side import quoted
from callgen.model import Member, Schema
from callgen.problems import Mark


def compare_struct(old: Schema, new: Schema, pointer: str, changes: Changes) -> None:
    if old.cpp_name != new.cpp_name:
        text = f"struct '{old.cpp_name}' is '{new.cpp_name}'"
        changes.add(CODE, new.mark, text)
    for was in old.members:
        if new.member(was.name) is None:
            text = f"{pointer}/{was.name} is no member of '{new.cpp_name}' any more"
            changes.add(CODE, was.schema.mark, text)


def compare_field(was: Member, now: Member, pointer: str, mark: Mark, changes: Changes) -> None:
    if was.cpp_name != now.cpp_name:
        changes.add(CODE, mark, f"{pointer} is the member '{now.cpp_name}', it was '{was.cpp_name}'")
    if was.is_optional != now.is_optional:
        changes.add(CODE, mark, f"{pointer} is {'now a' if now.is_optional else 'no'} std::optional")
    for text in _types(was.schema, now.schema):
        changes.add(CODE, mark, f"{pointer} {text}")


def _types(old: Schema, new: Schema) -> Iterator[str]:
    if old.kind != new.kind or old.width != new.width:
        yield f"is {_named(new)} in C++, it was {_named(old)}"
        return
    if old.items is not None and new.items is not None:
        if old.capacity != new.capacity:
            yield f"has x-capacity {new.capacity}, it had {old.capacity}"
        if old.items.nullable != new.items.nullable:
            yield f"has items that are {'now' if new.items.nullable else 'no'} std::optional"
        yield from _types(old.items, new.items)
    elif old.kind == "string":
        yield from _enums(old, new)


def _enums(old: Schema, new: Schema) -> Iterator[str]:
    if bool(old.names) != bool(new.names):
        yield f"is {'an enum' if new.names else 'a string'} in C++"
        return
    if old.names and old.cpp_name != new.cpp_name:
        yield f"is of the enum '{new.cpp_name}', it was '{old.cpp_name}'"
    if old.is_open != new.is_open:
        yield f"is {'now an' if new.is_open else 'no'} open_enum"
    if gone := [name for name in old.names if name not in new.names]:
        yield f"has no enumerator for {quoted(gone)} any more"


def _named(schema: Schema) -> str:
    return f"{schema.kind} ({schema.width})" if schema.width else schema.kind

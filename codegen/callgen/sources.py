# SPDX-License-Identifier: Apache-2.0
"""Where a value stands in a request: runtime expressions, resolved against the payload, and
templates of slots.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from callgen import names
from callgen.fields import Fields
from callgen.load import Node
from callgen.model import (
    BodySource,
    HeaderSource,
    MemberStep,
    QuerySource,
    Schema,
    SearchSource,
    Segment,
    Slot,
    Source,
    Sources,
    structs_below,
)
from callgen.problems import Mark, Problems
from callgen.regex.dfa import compile_pattern
from callgen.schema.graph import Schema as Check

TEXT_KINDS = ("string", "integer")
_SEARCH_KEYS = ("keys", "max_depth", "embedded_json")
_MAX_KEYS = 16
_MAX_KEY_BYTES = 128
_MAX_SEARCH_DEPTH = 32  # callgate::limits
_QUERY = re.compile(r"^[A-Za-z0-9._~-]+$")
_BRACES = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")


def read_sources(
    node: Node | None,
    payload: Schema,
    problems: Problems,
    kinds: tuple[str, ...],
    checks: Sequence[Check] | None = None,
) -> Sources:
    """One source or a list of them. kinds: what the value may be; checks: where a search may be
    among them, what looks at values that are kept as text.
    """
    if node is None:
        return ()
    if node.kind == "list" and not node.value:
        problems.add(node.mark, "a list of sources needs at least one")
    items = node.value if node.kind == "list" else (node,)
    found = (
        _search(item, payload, checks, problems)
        if checks is not None and item.kind == "map"
        else read_source(item, payload, problems, kinds)
        for item in items
    )
    return tuple(source for source in found if source is not None)


def read_source(
    node: Node, payload: Schema, problems: Problems, kinds: tuple[str, ...]
) -> Source | None:
    text = node.value
    if node.kind == "str" and text.startswith("$request.body#"):
        pointer = text.removeprefix("$request.body#")
        found = body_source(pointer, node.mark, payload, problems, kinds)
        return shown_source(found, node.mark, problems)
    if node.kind == "str" and text.startswith("$request.header."):
        return _named(
            HeaderSource, text.removeprefix("$request.header."), names.TOKEN, node.mark, problems
        )
    if node.kind == "str" and text.startswith("$request.query."):
        return _named(
            QuerySource, text.removeprefix("$request.query."), _QUERY, node.mark, problems
        )
    if node.kind == "map" and node.get("search") is not None:
        problems.add(node.mark, "a search stands in identify.task_id and identify.record_id only")
        return None
    problems.add(
        node.mark, "a source is $request.body#/pointer, $request.header.Name or $request.query.name"
    )
    return None


def _search(
    node: Node, payload: Schema, checks: Sequence[Check], problems: Problems
) -> SearchSource | None:
    outer = Fields(node, problems, ("search",), ["search"])
    fields = Fields(outer.node("search"), problems, _SEARCH_KEYS, ["keys"])
    keys = fields.list_of_text("keys")
    if (found := fields.node("keys", "list")) is not None and not 0 < len(keys) <= _MAX_KEYS:
        problems.add(found.mark, f"'keys' must name 1 to {_MAX_KEYS} members")
    seen: set[str] = set()
    secret = {*_sensitive_names(payload), *_names_in_text(keys, checks)}
    for key in keys:
        if key.value in secret:
            problems.add(key.mark, f"'{key.value}' is x-sensitive: a search would show it as an id")
        if not 0 < len(key.value.encode()) <= _MAX_KEY_BYTES or not key.value.isprintable():
            text = f"a name to look for has 1 to {_MAX_KEY_BYTES} bytes, all printable"
            problems.add(key.mark, text)
        if key.value in seen:
            problems.add(key.mark, f"'{key.value}' is looked for twice")
        seen.add(key.value)
    return SearchSource(
        tuple(key.value for key in keys),
        fields.integer("max_depth", 10, 1, _MAX_SEARCH_DEPTH),
        fields.flag("embedded_json", True),
    )


def _sensitive_names(payload: Schema) -> Iterator[str]:
    for struct in structs_below(payload):
        for member in struct.members:
            yield from (member.name, *member.aliases) if member.is_sensitive else ()


def _names_in_text(keys: Sequence[Node], checks: Sequence[Check]) -> Iterator[str]:
    for check in checks:
        yield from (name for name, at in check.properties if checks[at].secret)
        for text in (text for text, at in check.patterns if checks[at].secret):
            yield from (key.value for key in keys if compile_pattern(text).matches(key.value))


def _named(
    make: type, name: str, pattern: re.Pattern[str], mark: Mark, problems: Problems
) -> Source | None:
    if pattern.fullmatch(name):
        return make(name)
    problems.add(mark, f"'{name}' cannot be the name of a field or parameter")
    return None


def body_source(
    pointer: str,
    mark: Mark,
    payload: Schema,
    problems: Problems,
    kinds: tuple[str, ...] = (),
    place: str = "the payload",
) -> BodySource | None:
    """Resolves a JSON Pointer to the members it passes.

    kinds: what the value may be; any when empty. place: what `payload` is in messages.
    """
    if not pointer.startswith("/") or re.search(r"~(?![01])", pointer):
        problems.add(
            mark, f"'{pointer}' is no JSON Pointer to a part of {place}: it is written /data/id"
        )
        return None
    here, steps, done = payload, [], ""
    for token in (part.replace("~1", "/").replace("~0", "~") for part in pointer[1:].split("/")):
        step = _step(here, token, done, mark, problems, place) if here.kind != "broken" else None
        if step is None:
            return None
        steps.append(step)
        here = here.items if isinstance(step, int) else step.member.schema
        done += "/" + token
    if kinds and here.kind not in (*kinds, "broken"):
        problems.add(mark, f"'{pointer}' is of type {here.kind}: it must be {' or '.join(kinds)}")
        return None
    return BodySource(pointer, tuple(steps), here, mark)


def _step(
    here: Schema, token: str, done: str, mark: Mark, problems: Problems, place: str
) -> MemberStep | int | None:
    if here.kind == "object":
        if (member := here.member(token)) is not None:
            return MemberStep(here, member)
        known = ", ".join(sorted(member.name for member in here.members))
        problems.add(
            mark, f"'{done}/{token}' is not in {place}: {done or 'its root'} has {known}"
        )
    elif here.kind == "any":
        text = f"'{done}/{token}' cannot be reached: {done or 'its root'} may be any JSON value"
        problems.add(mark, text)
    elif here.kind != "array":
        text = f"'{done}/{token}' is not in {place}: {done or 'its root'} is of type {here.kind}"
        problems.add(mark, text)
    elif not re.fullmatch(r"0|[1-9][0-9]{0,8}", token) or int(token) >= (here.max_items or 0):
        text = (
            f"'{done}/{token}' is not in {place}: {done or 'its root'} has items 0 to "
            f"{(here.max_items or 0) - 1}"
        )
        problems.add(mark, text)
    elif here.items.nullable:
        problems.add(mark, f"'{done}/{token}': items that may be null are not compiled yet here")
    else:
        return int(token)
    return None


def read_template(
    text: str, mark: Mark, problems: Problems, slots: tuple[str, ...], payload: Schema
) -> tuple[Segment, ...]:
    """Text with {slot}s; {{ and }} are braces.

    slots that hold `value` also take {$request.body#/pointer}.
    """
    segments: list[Segment] = []
    literal, at = "", 0
    for match in _BRACES.finditer(text):
        literal += text[at : match.start()]
        at = match.end()
        if match[0] in ("{{", "}}"):
            literal += match[0][0]
        elif match[1] is None:
            problems.add(mark, f"a lone '{match[0]}': a literal brace is written '{match[0] * 2}'")
        elif (slot := _slot(match[1], mark, problems, slots, payload)) is not None:
            segments += [literal, slot] if literal else [slot]
            literal = ""
    literal += text[at:]
    return tuple([*segments, literal] if literal else segments)


def _slot(
    name: str, mark: Mark, problems: Problems, slots: tuple[str, ...], payload: Schema
) -> Slot | None:
    if "value" in slots and name.startswith("$request."):
        source = value_source(name, mark, payload, problems)
        return Slot("value", sources=(source,)) if source is not None else None
    known = [slot for slot in slots if slot != "value"]
    if name in known:
        return Slot(name)
    problems.add(mark, f"unknown slot '{{{name}}}': known are {', '.join(known)}")
    return None


def value_source(text: str, mark: Mark, payload: Schema, problems: Problems) -> BodySource | None:
    """A scalar of the payload, for an answer or the log."""
    if not text.startswith("$request.body#"):
        problems.add(mark, f"'{text}' is not compiled yet: a body can take $request.body# only")
        return None
    pointer = text.removeprefix("$request.body#")
    kinds = ("string", "integer", "number", "boolean")
    found = body_source(pointer, mark, payload, problems, kinds)
    return shown_source(found, mark, problems)


def shown_source(
    found: BodySource | None, mark: Mark, problems: Problems, whole: bool = True
) -> BodySource | None:
    """What is told, shown or kept in the clear must not be x-sensitive. whole: all that is in it
    is shown.
    """
    if found is None or not (found.is_sensitive or whole and found.leaf.holds_sensitive):
        return found
    what = "is" if found.is_sensitive else "holds what is"
    text = f"'{found.pointer}' {what} x-sensitive: handlers can read it, and nothing may show it"
    problems.add(mark, text)
    return None

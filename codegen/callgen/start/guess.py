# SPDX-License-Identifier: Apache-2.0
"""Which members name the task, its code, its message and its stage, by what they are called."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from callgen.names import snake
from callgen.search import MAX_ID_BYTES
from callgen.start import words
from callgen.start.infer import are_states
from callgen.start.observe import Seen

_MOST_STAGES = 32
_MANY = 8  # texts that never come again are no stages from here on
_DEEPEST = 6  # levels of a schema that are looked through
_MOST_LEAVES = 2000
_ABSENT = object()


@dataclass(frozen=True)
class Leaf:
    """A scalar that every body or callback can have once."""

    pointer: str
    name: str
    kind: str  # string or integer; mixed: both
    covers: frozenset[int]  # the bodies that have it, and not empty
    values: tuple[str, ...]  # different ones, as text

    @property
    def depth(self) -> int:
        return self.pointer.count("/")


@dataclass(frozen=True)
class Guess:
    task_id: list[Leaf]
    delivery_id: list[Leaf]
    code: list[Leaf]
    message: list[Leaf]
    stage: list[Leaf]
    other_ids: list[Leaf]  # what else might name the task
    other_stages: list[Leaf]
    mixed_ids: list[Leaf]  # a text here, a number there
    unusable_stages: list[Leaf]  # by their names they were some

    @property
    def stage_values(self) -> list[str]:
        return list(dict.fromkeys(value for leaf in self.stage for value in leaf.values))


def leaves_of(seen: Seen, values: list[Any], pointer: str = "") -> list[Leaf]:
    """values: what each body has at this place."""
    out = []
    for name, inner in seen.members.items():
        below = f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"
        spelled = (name, *inner.aliases)
        found = [_first(value, spelled) for value in values]
        if inner.kind == "object":
            out += leaves_of(inner, found, below)
        elif inner.kind in ("string", "integer") or set(inner.kinds) - {"null"} == {"string", "integer"}:
            there = {at: value for at, value in enumerate(found) if value not in (_ABSENT, None, "")}
            texts = tuple(dict.fromkeys(map(str, there.values())))
            kind = inner.kind if inner.kind in ("string", "integer") else "mixed"
            out.append(Leaf(below, name, kind, frozenset(there), texts))
    return out


def leaves_of_schema(payload: Any, resolved: Callable[[Any], Any]) -> list[Leaf]:
    """The same of a schema, the nearest ones: what is required covers the one callback there is."""
    out: list[Leaf] = []
    waiting: deque[tuple[str, Any, bool, tuple[int, ...]]] = deque([("", payload, True, ())])
    while waiting and len(out) < _MOST_LEAVES:
        pointer, schema, is_required, around = waiting.popleft()
        here = resolved(schema)
        members = here.get("properties", {}) if isinstance(here, dict) else {}
        if id(here) in around or len(around) == _DEEPEST:
            continue  # an object within itself is kept as text
        for name, inner in members.items():
            below = f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"
            needed = is_required and name in here.get("required", ())
            leaf = resolved(inner)
            kinds = _kinds(leaf)
            if kinds == ["object"]:
                waiting.append((below, inner, needed, (*around, id(here))))
            elif kinds in (["string"], ["integer"]) or sorted(map(str, kinds)) == ["integer", "string"]:
                covers = frozenset({0}) if needed else frozenset()
                kind = kinds[0] if len(kinds) == 1 else "mixed"
                out.append(Leaf(below, name, kind, covers, _texts(leaf)))
    return out


def _kinds(schema: Any) -> list[Any]:
    found = schema.get("type") if isinstance(schema, dict) else None
    return [each for each in (found if isinstance(found, list) else [found]) if each != "null"]


def _texts(schema: dict[Any, Any]) -> tuple[str, ...]:
    found = schema.get("enum", [schema.get("const")])
    return tuple(each for each in found if isinstance(each, str)) if isinstance(found, list) else ()


def _first(value: Any, names: tuple[str, ...]) -> Any:
    found = (value[name] for name in names if isinstance(value, dict) and name in value)
    return next(found, _ABSENT)


def guess(leaves: list[Leaf], bodies: int) -> Guess:
    mixed = [leaf for leaf in leaves if leaf.kind == "mixed"]
    leaves = [leaf for leaf in leaves if leaf.kind != "mixed"]
    delivery = [leaf for leaf in leaves if _is_delivery_id(leaf, bodies)][:1]
    stages = sorted(
        (leaf for leaf in leaves if _is_stage(leaf)),
        key=lambda leaf: (len(leaf.values) == 1 < bodies, words.rank(leaf.name, words.STAGE), leaf.depth),
    )
    stage = _cover(stages, bodies)
    ids = _ranked([leaf for leaf in leaves if _is_id(leaf) and leaf not in (*delivery, *stage)],
                  words.TASK_ID)
    task_id = _cover(ids, bodies)
    codes = _ranked([leaf for leaf in leaves if leaf.kind == "integer"], words.CODE)
    messages = _ranked([leaf for leaf in leaves if leaf.kind == "string" and leaf not in stage],
                       words.MESSAGE)
    return Guess(
        task_id, delivery, _cover(codes, bodies), _cover(messages, bodies), stage,
        [leaf for leaf in ids if leaf not in task_id],
        [leaf for leaf in stages if leaf not in stage],
        _ranked([leaf for leaf in mixed if _is_id(leaf)], words.TASK_ID),
        _ranked([leaf for leaf in leaves if leaf not in stages], words.STAGE),
    )


def _ranked(leaves: list[Leaf], patterns: list[str]) -> list[Leaf]:
    known = [leaf for leaf in leaves if words.rank(leaf.name, patterns) is not None]
    return sorted(known, key=lambda leaf: (words.rank(leaf.name, patterns), leaf.depth))


def _cover(ranked: list[Leaf], bodies: int) -> list[Leaf]:
    """The first that every body has; else the best that together say most."""
    whole = next((leaf for leaf in ranked if len(leaf.covers) == bodies), None)
    if whole is not None:
        return [whole]
    out: list[Leaf] = []
    covered: frozenset[int] = frozenset()
    for leaf in ranked:
        if leaf.covers - covered:
            out.append(leaf)
            covered |= leaf.covers
    return out or ranked[:1]


def _is_id(leaf: Leaf) -> bool:
    fits = all(len(value.encode()) <= MAX_ID_BYTES for value in leaf.values)
    return fits and snake(leaf.name) not in words.NO_TASK_ID


def _is_delivery_id(leaf: Leaf, bodies: int) -> bool:
    known = words.rank(leaf.name, words.DELIVERY_ID) is not None and leaf.depth <= 2
    if leaf.name == "id" and leaf.depth == 1:  # of an event, by how its values begin
        known = bool(leaf.values) and all(words.EVENT_ID.match(value) for value in leaf.values)
    return known and len(leaf.covers) == bodies and (len(leaf.values) == bodies or not leaf.values)


def _is_stage(leaf: Leaf) -> bool:
    known = leaf.kind == "string" and words.rank(leaf.name, words.STAGE) is not None
    return known and not why_no_stage(leaf)


def why_no_stage(leaf: Leaf) -> str:
    """Why a member cannot tell the stage, whatever its name; "" if it can."""
    if leaf.kind != "string":
        return "it is a number"
    if not leaf.values:
        return "its values are not known"
    if len(leaf.values) > _MOST_STAGES or len(leaf.values) == len(leaf.covers) > _MANY:
        return "it has too many values"
    return "" if are_states(list(leaf.values)) else "its values cannot be names that differ in more than case"

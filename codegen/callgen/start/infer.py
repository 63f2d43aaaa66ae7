# SPDX-License-Identifier: Apache-2.0
"""What was seen -> a payload with its definitions, as a schema for people to go over.

It is as narrow as what was seen, but for headroom in lengths and counts: whatever has another type
than it had in every body is refused.
"""

from __future__ import annotations

import json
import re
from itertools import chain, count
from typing import Any

from callgen import names
from callgen.schema.formats import has_format
from callgen.start.observe import Seen
from callgen.start.settle import power_of_two
from callgen.start.write_yaml import Noted, plain, shown
from callgen.start.words import is_state_like, least_length, pascal, singular

HEADROOM = 4
_LEAST_STATE, _LEAST_ITEMS, _LEAST_URL = 64, 16, 2048
_FORMATS = ("date-time", "date", "time", "uuid", "ipv4", "ipv6", "email", "uri")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")  # else every `word:word` would be a URI
_STATE = re.compile(r"[A-Za-z][A-Za-z0-9_.:-]{0,39}")
_NO_STATE = re.compile(r"(?:.*_)?(?:id|uuid|key|token|hash|name|title|url|path|prompt|text|msg)")
_MOST_STATES = 16
_SMALL = 2**15  # what is less, in every body, will hardly outgrow 32 bits
_ROOTS = ("Callback", "CallbackBody")


class Inference:
    """stages: of members that tell the stage, by pointer, their values; plain_text: members that
    are no enums, whatever they look like.
    """

    def __init__(self, stages: dict[str, list[str]], plain_text: set[str]) -> None:
        self._stages = stages
        self._plain_text = plain_text
        self._shapes: dict[str, str] = {}
        self._taken = {names.type_name(name) for name in _ROOTS}
        self.definitions: dict[str, Any] = {}

    def payload(self, root: Seen) -> dict[str, Any]:
        schema = self._object(root, "", _ROOTS[0])
        members = {names.snake(name) for name in root.members}
        name = next(name for name in _ROOTS if names.type_name(name) not in members or name == _ROOTS[-1])
        self.definitions = {name: schema, **dict(reversed(self.definitions.items()))}
        return {"$ref": f"#/$defs/{name}"}

    # --- objects

    def _object(self, seen: Seen, pointer: str, parent: str) -> dict[str, Any]:
        required = [name for name in seen.members if seen.always_has(name)]
        properties: dict[str, Any] = {}
        for name, inner in seen.members.items():
            below = f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"
            schema, comment = self._value(inner, name, below, parent)
            if name not in required:
                comment = ", ".join(filter(None, [f"{inner.count} of {seen.kinds['object']}", comment]))
            properties[name] = Noted(schema, comment) if comment else schema
        schema: dict[str, Any] = {"type": _type("object", seen)}
        if required:
            schema["required"] = required
        return {**schema, "properties": properties}

    def _value(self, seen: Seen, name: str, pointer: str, parent: str
               ) -> tuple[dict[str, Any], str]:
        """A member's or an item's schema, and what is to be said beside it."""
        schema, comment = self._kind(seen, name, pointer, parent)
        if seen.aliases:
            schema["x-aliases"] = list(seen.aliases)
        return schema, comment

    def _kind(self, seen: Seen, name: str, pointer: str, parent: str) -> tuple[dict[str, Any], str]:
        kind = seen.kind
        if kind == "":
            return {}, "null in every body: which type?" if seen.count else "nothing seen: which type?"
        if kind == "mixed":
            kinds = sorted(seen.kinds)
            if "number" in kinds and "integer" in kinds:
                kinds.remove("integer")  # it is a number
            return {"type": kinds}, "bodies differ in type: kept as JSON text"
        if kind == "boolean":
            return {"type": _type(kind, seen)}, ""
        if kind in ("integer", "number"):
            return _numeric(seen)
        if kind == "string":
            return self._string(seen, name, pointer)
        if kind == "array":
            return self._array(seen, name, pointer, parent)
        if not seen.members:
            return {"type": _type(kind, seen)}, "empty in every body: kept as JSON text"
        options = [pascal(name), parent + pascal(name)]
        own = self._object(seen, pointer, pascal(name))
        return {"$ref": self._defined(self._fresh(options, seen), own)}, ""

    def _array(self, seen: Seen, name: str, pointer: str, parent: str
               ) -> tuple[dict[str, Any], str]:
        most = power_of_two(HEADROOM * seen.most_items, _LEAST_ITEMS)
        schema: dict[str, Any] = {"type": _type("array", seen), "maxItems": most}
        if seen.items is None:
            return schema, "empty in every body: of what?"
        if seen.items.kind == "object" and seen.items.members:
            own = self._object(seen.items, f"{pointer}/0", singular(name))
            fresh = self._fresh([singular(name), parent + singular(name)], seen.items)
            items, comment = {"$ref": self._defined(fresh, own)}, ""
        else:
            items, comment = self._value(seen.items, singular(name), f"{pointer}/0", parent)
        longest = f"{seen.most_items} items at most"
        return {**schema, "items": items}, ", ".join(filter(None, [longest, comment]))

    # --- definitions

    def _defined(self, name: str, schema: dict[str, Any]) -> str:
        """Objects of one shape are one definition."""
        shape = json.dumps(plain(schema), sort_keys=True)
        if shape not in self._shapes:
            self._shapes[shape] = name
            self._taken.add(names.type_name(name))
            self.definitions[name] = schema
        return f"#/$defs/{self._shapes[shape]}"

    def _fresh(self, options: list[str], seen: Seen) -> str:
        """A name that no other definition and no member of this one has in C++."""
        members = {names.snake(name) for name in seen.members}
        bases = [each for each in options if each and each[0].isalpha()] or ["Object"]
        numbered = (f"{bases[-1]}{number}" for number in count(2))
        for name in chain(bases, [each + "Object" for each in bases], numbered):
            cpp = names.type_name(name)
            is_enum = cpp.endswith("_value")  # as those are named
            if cpp not in self._taken and cpp not in members and not is_enum:
                return name
        raise AssertionError("numbers do not end")

    # --- strings

    def _string(self, seen: Seen, name: str, pointer: str) -> tuple[dict[str, Any], str]:
        schema: dict[str, Any] = {"type": _type("string", seen)}
        longest = f"longest: {seen.longest}"
        if pointer in self._stages:
            return _open_enum(schema, self._stages[pointer], seen), "the stage"
        if pointer not in self._plain_text and is_state(seen, name):
            values = sorted(seen.texts)
            always = f"always {shown(values[0], 24)}: a const?"
            return _open_enum(schema, values, seen), always if len(values) == 1 else "a guess: states?"
        if (found := _format_of(seen)) is not None:
            schema["format"] = found
            longest = f"a guess: every value is a {found}"
        elif seen.shortest > 0 and names.snake(name).endswith("id"):
            schema["minLength"] = 1
        least = _LEAST_URL if found == "uri" else least_length(name)
        return {**schema, "maxLength": power_of_two(HEADROOM * seen.longest, least)}, longest


def is_state(seen: Seen, name: str) -> bool:
    """Few values that come again, or a name that states have; never what has any text."""
    texts, spelled = seen.texts, names.snake(name)
    if len(texts) > _MOST_STATES or _NO_STATE.fullmatch(spelled) or not are_states(list(texts)):
        return False
    if is_state_like(name):
        return len(texts) * 2 <= texts.total() + 2
    return texts.total() >= 3 and len(texts) * 2 <= texts.total()


def are_states(values: list[str]) -> bool:
    """Whether each can be an enumerator beside the others."""
    spelled = {names.enumerator(value) for value in values}
    return len(spelled) == len(values) and all(
        _STATE.fullmatch(value) and names.why_no_identifier(names.enumerator(value)) is None
        for value in values
    )


def _open_enum(schema: dict[str, Any], values: list[str], seen: Seen) -> dict[str, Any]:
    known: list[Any] = [*values, None] if seen.is_nullable else list(values)
    return {**schema, "enum": known, "x-open": True, "maxLength": _LEAST_STATE}


def _format_of(seen: Seen) -> str | None:
    for name in _FORMATS:
        if name == "uri" and not all(_URL.match(text) for text in seen.texts):
            continue
        if all(has_format(name, text) for text in seen.texts):
            return name
    return None


def _numeric(seen: Seen) -> tuple[dict[str, Any], str]:
    schema: dict[str, Any] = {"type": _type(seen.kind, seen)}
    low, high = min(seen.numbers), max(seen.numbers)
    comment = f"seen: {low}" + (f" to {high}" if high != low else "")
    if seen.kind == "integer":
        if -_SMALL < low and high < _SMALL:
            schema["format"] = "int32"
        elif high >= 2**63:
            schema["format"] = "uint64"
    elif seen.kinds["number"] == 0:
        comment += ": beyond 64 bits, so digits are lost"
    if low >= 0:
        schema["minimum"] = 0
    return schema, comment


def _type(kind: str, seen: Seen) -> str | list[str]:
    return [kind, "null"] if seen.is_nullable else kind

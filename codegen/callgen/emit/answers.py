# SPDX-License-Identifier: Apache-2.0
"""What a sender is answered: the JSON of every outcome's body, and how it looks for an example.

Data flow: segments -> JSON text in which half a surrogate pair, which no text of a schema holds,
marks each slot -> a tree -> schema and example.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from callgen.evaluate import evaluate, history_of
from callgen.evaluate_records import Callback, at, told
from callgen.model import EVENT, OUTCOMES, SEVERITIES, STATUSES, Answer, Provider, Slot

Json = dict[str, Any]

RECEIVED_AT = "2026-01-01T12:00:00.000000Z"  # as callgate::format_timestamp writes it
_ERRORS = {"bad_json": "unexpected_byte at byte 0"}  # for one: only the receiver's parser knows
_MARK = re.compile("\ud800([0-9]+)\udfff")
_TYPES = {"string": "string", "text": "string", "timestamp": "integer", "real": "number"}
_SLOTS: dict[str, Json] = {
    "provider": {"type": "string"},
    "mount": {"type": "string"},
    "status": {"enum": [*STATUSES, None]},
    "code": {"type": ["integer", "null"]},
    "severity": {"enum": [*SEVERITIES, None]},
    "error": {"type": "string"},
    "received_at": {"type": "string", "format": "date-time"},
    "sequence": {"type": ["integer", "null"]},
}
_TEXT: Json = {"type": ["string", "null"]}


@dataclass(frozen=True)
class AnswerBody:
    """One outcome's answer. schema: None when there is no body."""

    outcome: str
    answer: Answer
    schema: Json | None
    example: Any


def answer_bodies(provider: Provider) -> tuple[AnswerBody, ...]:
    known = _known(provider)
    return tuple(
        _answer_body(provider, outcome, provider.answers[outcome], known) for outcome in OUTCOMES
    )


def _answer_body(
    provider: Provider, outcome: str, answer: Answer, known: dict[str, _Facts]
) -> AnswerBody:
    if not answer.body:
        return AnswerBody(outcome, answer, None, None)
    slots = [part for part in answer.body if isinstance(part, Slot)]
    facts = known.get(outcome) or _Facts(provider, outcome)
    values = [facts.value(slot) for slot in slots]
    schemas = [_schema_of(provider, outcome, slot) for slot in slots]
    tree = _tree(answer.body)
    return AnswerBody(outcome, answer, _schema(tree, slots, schemas), _filled(tree, slots, values))


# --- the body as a tree

def _tree(body: tuple[str | Slot, ...]) -> Any:
    text, count = "", 0
    for part in body:
        if isinstance(part, str):
            text += part
            continue
        mark = f"\ud800{count}\udfff"
        text += mark if part.quoted else f'"{mark}"'
        count += 1
    return json.loads(text)


def _slot_of(text: str, slots: list[Slot]) -> int | None:
    """Of a text that is a slot's value and nothing else."""
    found = _MARK.fullmatch(text)
    return int(found[1]) if found is not None and not slots[int(found[1])].quoted else None


def _schema(tree: Any, slots: list[Slot], schemas: list[Json]) -> Json:
    if isinstance(tree, dict):
        properties = {name: _schema(inner, slots, schemas) for name, inner in tree.items()}
        return {"type": "object", "properties": properties, "required": list(tree)}
    if isinstance(tree, list):
        items = [_schema(inner, slots, schemas) for inner in tree]
        listed = {"prefixItems": items} if items else {}
        return {"type": "array", **listed, "minItems": len(items), "maxItems": len(items)}
    if not isinstance(tree, str) or _MARK.search(tree) is None:
        return {"const": tree}
    index = _slot_of(tree, slots)
    return schemas[index] if index is not None else {"type": "string"}


def _filled(tree: Any, slots: list[Slot], values: list[Any]) -> Any:
    if isinstance(tree, dict):
        return {name: _filled(inner, slots, values) for name, inner in tree.items()}
    if isinstance(tree, list):
        return [_filled(inner, slots, values) for inner in tree]
    if not isinstance(tree, str):
        return tree
    index = _slot_of(tree, slots)
    return values[index] if index is not None else _MARK.sub(
        lambda found: _text(values[int(found[1])]), tree
    )


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def _schema_of(provider: Provider, outcome: str, slot: Slot) -> Json:
    if slot.name == "outcome":
        return {"const": outcome}
    if slot.name == "told":
        kinds = [provider.told[slot.told].type]
    elif slot.name == "value":
        kinds = [source.leaf.kind for source in slot.sources]
    else:
        return _SLOTS.get(slot.name, _TEXT)
    types = [_TYPES.get(kind, kind) for kind in kinds]
    return {"type": [*dict.fromkeys(types), "null"]}


# --- what examples make known

@dataclass(frozen=True)
class _Facts:
    """What is known where an answer is written. callback: as it was kept; None when it was not."""

    provider: Provider
    outcome: str
    error: str = ""
    callback: Callback | None = None

    def value(self, slot: Slot) -> Any:
        meta = self.callback.meta if self.callback is not None else {}
        fixed = {
            "provider": self.provider.name, "mount": self.provider.name, "outcome": self.outcome,
            "error": self.error or _ERRORS.get(self.outcome, self.outcome),
            "received_at": RECEIVED_AT,
        }
        if slot.name in fixed:
            return fixed[slot.name]
        if slot.name == "severity":
            row = self.provider.code_row(meta["code"]) if meta.get("code") is not None else None
            return row.severity if row is not None else None
        if slot.name not in ("value", "told"):
            found = meta.get(slot.name)
        elif self.callback is None:
            found = None
        elif slot.name == "told":
            found = told(self.provider, self.callback)[slot.told]
        else:
            found = self._first(slot)
        return None if found == "" and slot.name not in ("value", "told") else found

    def _first(self, slot: Slot) -> Any:
        found = (at(self.callback.payload, source) for source in slot.sources)
        return next((value for value in found if value is not None), None)


def _known(provider: Provider) -> dict[str, _Facts]:
    """By outcome, of the first example that has it; what was stored, of the first that was."""
    found: dict[str, _Facts] = {}
    kept: Callback | None = None
    for example in provider.examples:
        history = history_of(provider, example)
        for step in example.steps:
            verdict = evaluate(provider, step, history)
            name = verdict.outcome
            callback = history.last if OUTCOMES[name] == EVENT else None
            kept = kept or callback
            found.setdefault(name, _Facts(provider, name, verdict.error or "", callback))
    for outcome, placement in OUTCOMES.items():
        if placement == EVENT:
            found.setdefault(outcome, _Facts(provider, outcome, callback=kept))
    return found

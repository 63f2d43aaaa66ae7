# SPDX-License-Identifier: Apache-2.0
"""diff: whether what one schema accepts the other accepts too, case by case."""

from __future__ import annotations

from typing import Any

import pytest
from callgen.diff.changes import SENDERS, Changes
from callgen.diff.command import compare_bodies
from callgen.diff.inclusion import Inclusion
from comparing import HEAD, graph, provider


def nested(depth: int, leaf: Any, width: int) -> Any:
    """Each level refers to the next one from several alternatives."""
    levels = {
        f"l{level}": {
            "anyOf": [
                {"properties": {f"p{at}": {"$ref": f"#/$defs/l{level + 1}"}}, "required": [f"p{at}"]}
                for at in range(width)
            ]
        }
        for level in range(depth)
    }
    return {"$ref": "#/$defs/l0", "$defs": levels | {f"l{depth}": leaf}}


@pytest.mark.parametrize("depth, width", [(60, 2), (8, 6), (3, 40)])
def test_what_is_too_large_to_be_compared_is_said_to_be_refused_perhaps(depth: int, width: int) -> None:
    old, new = graph(nested(depth, {"maxLength": 4}, width)), graph(nested(depth, {"maxLength": 3}, width))
    assert Inclusion(old, new).reasons([0], 0)
    assert not Inclusion(old, graph(nested(depth, {"maxLength": 4}, width))).reasons([0], 0)


def included(old: Any, new: Any) -> bool:
    before, after = graph(old), graph(new)
    return not Inclusion(before, after).reasons([0], 0)


LIST = {"properties": {"next": {"$ref": "#"}, "a": {"maxLength": 4}}}


@pytest.mark.parametrize("old, new, expected", [
    # A schema within itself: the same question comes again, or another one of the same schema.
    (LIST, {"properties": {"next": {"$ref": "#"}, "a": {"maxLength": 5}}}, True),
    (LIST, {"properties": {"next": {"$ref": "#"}, "a": {"maxLength": 3}}}, False),
    ({"maxLength": 3, "properties": {"a": {"maxLength": 4}}},
     {"maxLength": 3, "properties": {"a": {"$ref": "#"}}}, False),
    # Bounds of numbers, whole ones and others.
    ({"type": "integer", "exclusiveMinimum": 1}, {"minimum": 2}, True),
    ({"type": "integer", "exclusiveMinimum": 1}, {"minimum": 3}, False),
    ({"type": "integer", "exclusiveMaximum": 4.5}, {"maximum": 4}, True),
    ({"type": "integer", "exclusiveMaximum": 4.5}, {"maximum": 3}, False),
    ({"exclusiveMinimum": 1}, {"minimum": 2}, False),
    ({"minimum": 1}, {"exclusiveMinimum": 1}, False),
    ({"multipleOf": 4}, {"multipleOf": 2}, True),
    ({"multipleOf": 2}, {"multipleOf": 4}, False),
    ({"type": "integer"}, {"multipleOf": 0.5}, True),
    # What is demanded of some items, of none, of all but some members.
    ({"contains": {"minimum": 2}, "maxContains": 2},
     {"contains": {"minimum": 3}, "maxContains": 2, "minContains": 0}, True),
    ({"contains": {"minimum": 3}, "maxContains": 2}, {"contains": {"minimum": 2}, "maxContains": 2}, False),
    ({"contains": {"minimum": 3}}, {"contains": {"minimum": 2}}, True),
    ({"contains": {"minimum": 2}}, {"contains": {"minimum": 3}}, False),
    ({"patternProperties": {"^a": True}, "additionalProperties": False}, {"additionalProperties": False}, False),
    ({"additionalProperties": {"maxLength": 3}}, {"patternProperties": {"^a": {"maxLength": 3}}}, True),
    ({"patternProperties": {"b": True}, "additionalProperties": {"maxLength": 3}},
     {"patternProperties": {"^a": {"maxLength": 3}}}, False),
    ({"not": {"minimum": 2}}, {"not": {"minimum": 3}}, True),
    ({"not": {"minimum": 3}}, {"not": {"minimum": 2}}, False),
    # Case by case.
    ({"anyOf": [{"type": "string", "maxLength": 3}, {"type": "null"}]}, {"type": ["string", "null"]}, True),
    ({"anyOf": [{"type": "string"}, {"type": "number"}]}, {"type": "string"}, False),
    ({"type": "string"}, {"oneOf": [{"type": "integer"}, {"type": "string"}]}, True),
    ({"type": "string"}, {"oneOf": [{"type": "string"}, {"maxLength": 3}]}, False),
    ({"if": {"type": "string"}, "then": {"maxLength": 3}, "else": {"minimum": 1}},
     {"if": {"type": "string"}, "then": {"maxLength": 4}, "else": {"minimum": 0}}, True),
    ({"if": {"type": "string"}, "then": {"maxLength": 3}},
     {"if": {"minLength": 1}, "then": {"maxLength": 3}}, False),
    ({"dependentSchemas": {"a": {"maxProperties": 2}}}, {"dependentSchemas": {"a": {"maxProperties": 3}}}, True),
    ({"dependentSchemas": {"b": {"maxProperties": 2}}}, {"dependentSchemas": {"a": {"maxProperties": 2}}}, False),
    ({"pattern": "^ab*$"}, {"pattern": "^a"}, True),
    ({"pattern": "^a"}, {"pattern": "^ab*$"}, False),
    ({"enum": [1, "a", [2]]}, {"enum": ["a", [2.0], 1.0]}, True),
    ({"prefixItems": [{"maxLength": 3}], "items": False}, {"maxItems": 1, "items": {"maxLength": 3}}, False),
    ({"prefixItems": [{"maxLength": 3}], "items": {"maxLength": 2}}, {"items": {"maxLength": 3}}, True),
])
def test_one_schema_is_in_another_or_may_not_be(old: Any, new: Any, expected: bool) -> None:
    assert included(old, new) == expected


def payload_of(**properties: Any) -> dict[str, Any]:
    return {"properties": properties}


@pytest.mark.parametrize("old, new, said", [
    # A text of digits counts as a number where that is tolerated.
    (payload_of(a={"type": "integer"}), payload_of(a={"type": "integer", "minimum": 0}), True),
    (payload_of(a={"type": "number", "minimum": 0}), payload_of(a={"type": "number", "exclusiveMinimum": 0}), True),
    (payload_of(a={"type": "number", "exclusiveMinimum": 0}), payload_of(a={"type": "number", "minimum": 0}), False),
    (payload_of(a={"type": "number", "minimum": 1}), payload_of(a={"type": "number", "minimum": 1.0}), False),
])
def test_of_payloads_with_numbers_in_texts(old: Any, new: Any, said: bool) -> None:
    tolerated = {"numbers_in_strings": True}
    changes = Changes()
    compare_bodies(provider(old, tolerated), provider(new, tolerated), changes)
    assert changes.breaks(SENDERS) == said


def test_a_member_that_a_task_rests_on_is_left_out_no_more() -> None:
    whole = payload_of(a={"type": "string", "maxLength": 4})
    tolerated = {"on_invalid_member": "drop"}
    old = provider(whole, tolerated)
    text = HEAD.replace("completed}", "completed, require: [/a]}")
    new = provider(whole, tolerated, text)
    changes = Changes()
    compare_bodies(old, new, changes)
    assert [change.text for change in changes.found if change.kind == SENDERS] == [
        "/a a value that does not fit refuses the callback: it was left out"
    ]

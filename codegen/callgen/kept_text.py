# SPDX-License-Identifier: Apache-2.0
"""What of a payload is looked at as text, beside or instead of a struct."""

from __future__ import annotations

from collections.abc import Sequence

from callgen.load import Node
from callgen.model import Schema, structs_below
from callgen.problems import Problems
from callgen.schema.graph import Schema as Check
from callgen.schema.graph import reached


def is_kept_as_text(node: Node, kind: str) -> bool:
    """What no struct or array stands for: an object of any members, items of two kinds."""
    if kind == "object":
        return node.get("properties") is None
    return kind == "array" and None not in (node.get("prefixItems"), node.get("items"))


def beside_members(pairs: list[tuple[Node, Node]], node: Node) -> list[tuple[Node, Node]]:
    """With the names of all members, which are not additional: their values are the rules' matter.
    """
    properties = node.get("properties")
    if all(key.value != "additionalProperties" for key, _ in pairs) or properties.kind != "map":
        return pairs
    known: dict[str, tuple[Node, Node]] = {}
    for key, member in properties.pairs():
        aliases = member.get("x-aliases") if member.kind == "map" else None
        spelled = aliases.value if aliases is not None and aliases.kind == "list" else ()
        for name in (key, *spelled):
            known[name.value] = (name, Node("bool", True, name.mark))
    return [*pairs, (Node("str", "properties", node.mark),
                     Node("map", tuple(known.values()), properties.mark))]


def check_applied_secrets(
    payload: Schema, checks: Sequence[Check], problems: Problems
) -> None:
    """A member's value is shown by the member's own rule: an applicator cannot hide it."""
    same = [list(check.same_value()) for check in checks]
    for struct in structs_below(payload):
        found = reached([struct.check], same) if struct.check is not None else ()
        marked = {name for at in found for name, index in checks[at].properties
                  if any(checks[inner].sensitive for inner in reached([index], same))}
        for member in struct.members:
            if not member.is_sensitive and marked & {member.name, *member.aliases}:
                text = f"'{member.name}' is x-sensitive in an applicator only: say it of the member"
                problems.add(struct.mark, text)

# SPDX-License-Identifier: Apache-2.0
"""What of a payload is looked at as text, beside or instead of a struct."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from callgen.load import Node
from callgen.model import Member, Schema, structs_below
from callgen.problems import Problems
from callgen.regex.dfa import compile_pattern
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


def looks_at(check: Check, struct: Schema) -> Iterator[tuple[int, Member]]:
    """The schemas that a look at an object's text has for members of its struct."""
    properties = dict(check.properties)
    for member in struct.members:
        for name in (member.name, *member.aliases):
            found = [properties[name]] if name in properties else []
            found += [at for text, at in check.patterns if compile_pattern(text).matches(name)]
            if not found and "additional" in check.objects:
                found = [check.objects["additional"]]
            yield from ((at, member) for at in found)


def check_applied_secrets(
    payload: Schema, checks: Sequence[Check], problems: Problems
) -> None:
    """A member's value is read and hidden by the member's own rule: another look at it would tell
    more of a secret, and cannot hide what the rule shows.
    """
    same = [list(check.same_value()) for check in checks]
    for struct in structs_below(payload):
        found = reached([struct.check], same) if struct.check is not None else ()
        looks = [look for at in found for look in looks_at(checks[at], struct)]
        marked = [m for at, m in looks if any(checks[i].sensitive for i in reached([at], same))]
        for member in dict.fromkeys(marked):
            if not member.is_sensitive:
                text = f"'{member.name}' is x-sensitive in an applicator only: say it of the member"
                problems.add(struct.mark, text)
        demanded = [m for at, m in looks if any(checks[i].demands for i in reached([at], same))]
        for member in dict.fromkeys(demanded):
            if member.is_sensitive or member.schema.holds_sensitive:
                text = f"'{member.name}' is sensitive: demand of it where it is declared, not here"
                problems.add(struct.mark, text)
        for member in struct.members:
            _check_applied_to_items(member, checks, same, problems)


def _check_applied_to_items(
    member: Member, checks: Sequence[Check], same: Sequence[Sequence[int]], problems: Problems
) -> None:
    array = member.schema
    while array.items is not None and not member.is_sensitive:
        looks = reached([array.also], same) if array.also is not None else ()
        if array.holds_sensitive and any(
            checks[at].prefix_items or "items" in checks[at].arrays
            or "contains" in checks[at].arrays and at != array.also for at in looks
        ):
            text = f"items of '{member.name}' are sensitive: demand of them where they are declared"
            problems.add(array.mark, f"{text}, not in an applicator")
        array = array.items

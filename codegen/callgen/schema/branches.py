# SPDX-License-Identifier: Apache-2.0
"""discriminator: the member whose text says which schema of oneOf an object must be."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from callgen.load import Node
from callgen.problems import Problems
from callgen.schema.graph import Schema


@dataclass(frozen=True)
class Discriminator:
    """As it stands in the document. targets: what its mapping names, by value."""

    node: Node
    schema: Schema
    member: str
    targets: tuple[tuple[Node, int | None], ...]


def settle(found: Discriminator, schemas: Sequence[Schema], problems: Problems) -> None:
    """Gives the schema its branches. That one branch at most fits is demanded, so that oneOf says
    what it always says.
    """
    branches: dict[str, int] = {}
    if not found.schema.one_of:
        problems.add(found.node.mark, "'discriminator' needs 'oneOf' beside it")
        return
    for index in found.schema.one_of:
        names = _names(schemas, index, found.member)
        if not names:
            text = (
                f"each schema of 'oneOf' must be of type object, require '{found.member}', and say "
                f"its value by const or enum of texts: {schemas[index].where} does not"
            )
            problems.add(found.node.mark, text)
            return
        for name in names:
            if branches.setdefault(name, index) != index:
                text = f"'{found.member}: {name}' is of two schemas of 'oneOf'"
                problems.add(found.node.mark, text)
    for key, target in found.targets:
        if branches.get(key.value) != target or target is None:
            text = f"the mapping of '{key.value}' is not to the schema of 'oneOf' that says so"
            problems.add(key.mark, text)
    found.schema.chosen_by, found.schema.branches = found.member, tuple(branches.items())


def _names(schemas: Sequence[Schema], index: int, member: str) -> list[str]:
    """What the member can be in this branch; nothing when the schema does not say."""
    branch = schemas[index]
    at = dict(branch.properties).get(member)
    if branch.types != ("object",) or member not in branch.required or at is None:
        return []
    values = [json.loads(text) for text in schemas[at].values or ()]
    return values if all(isinstance(value, str) for value in values) else []

# SPDX-License-Identifier: Apache-2.0
"""What the bundle says of a member beside its values, in sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from callgen.emit.bundle import ALIAS, DROPPED

DEPRECATED = "Deprecated."


def annotations(schema: dict[str, Any], shown: Callable[[str], str]) -> Iterator[str]:
    """shown: how names of members are written. DEPRECATED comes last."""
    if ALIAS in schema:
        yield f"Another spelling of {shown(schema[ALIAS])}."
    if schema.get("x-aliases"):
        yield f"Also written {', '.join(map(shown, schema['x-aliases']))}."
    if schema.get("x-sensitive") is True:
        yield "Sensitive: reports leave it out."
    if DROPPED in schema:
        what = "is of another type" if schema[DROPPED] == "type" else "does not fit"
        yield f"Left out where it {what}."
    if schema.get("deprecated") is True:
        yield DEPRECATED

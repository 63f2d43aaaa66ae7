# SPDX-License-Identifier: Apache-2.0
"""Numbers of a schema that reading it would change."""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import Decimal

from callgen.load import Node


def rounded_numbers(value: Node) -> Iterator[Node]:
    """Those within lists and maps, too."""
    if value.kind == "map":
        for _, inner in value.pairs():
            yield from rounded_numbers(inner)
    elif value.kind == "list":
        for inner in value.value:
            yield from rounded_numbers(inner)
    elif value.kind == "float" and not _is_exact(value):
        yield value


def _is_exact(value: Node) -> bool:
    source = value.source or repr(value.value)
    if "n" in source.lower():  # .inf and .nan are no numbers of JSON: another message
        return True
    return math.isfinite(value.value) and Decimal(source) == Decimal(repr(value.value))

# SPDX-License-Identifier: Apache-2.0
"""JSON Pointers (RFC 6901) of values."""

from __future__ import annotations

from collections.abc import Iterable

Token = str | int  # a member's name, or an item's index


def below(pointer: str, token: Token) -> str:
    return f"{pointer}/{str(token).replace('~', '~0').replace('/', '~1')}"


def pointer_of(tokens: Iterable[Token]) -> str:
    pointer = ""
    for token in tokens:
        pointer = below(pointer, token)
    return pointer


def parent_of(pointer: str) -> str:
    return pointer.rpartition("/")[0]

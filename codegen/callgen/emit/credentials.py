# SPDX-License-Identifier: Apache-2.0
"""What a method of authentication asks for: where it stands, and what it is."""

from __future__ import annotations

from dataclasses import dataclass

from callgen.model import Method


@dataclass(frozen=True)
class Credential:
    place: str  # header or query
    name: str  # of the header field or query parameter
    form: str  # what stands there: the prefix and a word
    word: str
    meaning: str  # of the word; it ends with the secret


def credential_of(method: Method) -> Credential:
    """Of a method that asks for something."""
    place, name = ("query", method.query) if method.query else ("header", method.header)
    word, meaning = "SECRET", "the secret"
    if method.kind == "hmac":
        kind = "hexadecimal" if method.encoding == "hex" else "Base64"
        word = "MAC"
        meaning = f"the HMAC-SHA256 of the body's bytes in {kind}, keyed with the secret"
    return Credential(place, name, method.prefix + word, word, meaning)

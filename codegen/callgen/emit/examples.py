# SPDX-License-Identifier: Apache-2.0
"""<provider>/: the bodies of the section examples to the byte, and made ones that hold."""

from __future__ import annotations

from collections.abc import Mapping

from callgen.emit.bodies import body_of
from callgen.emit.payloads import payloads_of
from callgen.emit.source import Source


def emit_examples(source: Source) -> Mapping[str, bytes]:
    """<example>.json, of several steps <example>.1.json and on; generated.minimal.json and
    generated.maximal.1.json and on, whose names no example has.
    """
    provider = source.provider
    out: dict[str, bytes] = {}
    for example in provider.examples:
        for number, step in enumerate(example.steps, 1):
            of_several = f".{number}" if len(example.steps) > 1 else ""
            out[f"{provider.name}/{example.name}{of_several}.json"] = step.body
    payloads = payloads_of(provider)
    made = [("minimal", value) for value in payloads.minimal()]
    made += [(f"maximal.{at}", value) for at, value in enumerate(payloads.maximal(), 1)]
    for name, value in made:
        out[f"{provider.name}/generated.{name}.json"] = body_of(value).encode()
    return out

# SPDX-License-Identifier: Apache-2.0
"""Whether a body fits a bundled schema."""

from __future__ import annotations

import json
from typing import Any

from callgen.json_text import NotJson, parse_json
from callgen.load import load_text
from callgen.schema.evaluate import violations
from callgen.schema.graph import FORMATS
from callgen.schema.read import Findings, read

_MAX_DEPTH = 128  # of a body, as tolerance.max_depth at most


class Fits:
    """One schema, asked about many bodies."""

    def __init__(self, schema: dict[str, Any]) -> None:
        self.findings = Findings()
        text = json.dumps(_without_widths(schema))
        root = load_text(text, "schema.json", self.findings.wrong)
        self._schemas = read(root, self.findings, assert_formats=True) if root is not None else []

    def __call__(self, body: bytes | str) -> bool:
        try:
            return not violations(self._schemas, parse_json(body, _MAX_DEPTH))
        except NotJson:
            return False


def _without_widths(value: Any) -> Any:
    """Formats of numbers are nothing that is asserted: bounds say the same."""
    if isinstance(value, list):
        return [_without_widths(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _without_widths(inner) for key, inner in value.items()
        if key != "format" or not isinstance(inner, str) or inner in FORMATS
    }

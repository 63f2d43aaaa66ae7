# SPDX-License-Identifier: Apache-2.0
"""What the tests of `import` share: a document that a sender might publish, and what becomes of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from callgen.check import check_file
from callgen.cli import main
from callgen.json_text import parse_json
from callgen.load import load_text
from callgen.model import Provider
from callgen.problems import Problems
from callgen.validate import Refused, read_payload

EVENT = {
    "type": "object",
    "description": "What happened.",
    "required": ["id", "state"],
    "properties": {
        "id": {"type": "string", "description": "Of the job.", "example": "j1"},
        "state": {"enum": ["queued", "running", "done", "failed"]},
        "result": {"$ref": "#/components/schemas/Result"},
        "parts": {"type": "array", "items": {"type": "string", "format": "uri"}, "uniqueItems": True},
        "error": {"type": ["string", "null"], "maxLength": 500},
    },
}
RESULT = {"type": "object", "properties": {
    "url": {"type": "string", "format": "uri", "pattern": "^https:"},
    "seconds": {"type": "number", "minimum": 0, "multipleOf": 0.5},
    "size": {"type": "integer", "format": "int64"},
    "labels": {"type": "object", "additionalProperties": {"type": "string", "maxLength": 9}}}}


def document(schema: Any = EVENT, **more: Any) -> dict[str, Any]:
    body = {"content": {"application/json": {"schema": schema, **more.pop("media", {})}}}
    operation = {"requestBody": body, **more.pop("operation", {})}
    components = {"schemas": {"Result": RESULT, **more.pop("schemas", {})}, **more.pop("components", {})}
    return {"openapi": "3.1.0", "info": {"title": "Acme", "version": "1"},
            "webhooks": {"jobDone": {"post": operation}}, "components": components, **more}


class Taken:
    """What `import` makes of a document."""

    def __init__(self, tmp_path: Path, whole: Any, capsys: pytest.CaptureFixture[str],
                 webhook: str | None = "jobDone") -> None:
        file, self.path = tmp_path / "api.json", tmp_path / "acme.yaml"
        file.write_text(whole if isinstance(whole, str) else json.dumps(whole, indent=1))
        chosen = ["--webhook", webhook] if webhook is not None else []
        self.code = main(["import", str(file), *chosen, "--name", "acme", "-o", str(self.path)])
        self.told = capsys.readouterr().err.replace(str(tmp_path) + "/", "")
        self.text = self.path.read_text() if self.path.exists() else ""

    @property
    def whole(self) -> dict[str, Any]:
        return load_text(self.text, "acme.yaml", Problems()).json()

    @property
    def members(self) -> dict[str, Any]:
        name = self.whole["payload"]["$ref"].removeprefix("#/$defs/")
        return self.whole["$defs"][name]["properties"]

    @property
    def provider(self) -> Provider:
        problems = Problems()
        checked = check_file(self.path, "acme.yaml", problems)
        assert problems.lines() == []
        return checked.provider

    def error(self, body: Any) -> str:
        try:
            read_payload(self.provider, parse_json(json.dumps(body), 32))
        except Refused as error:
            return str(error)
        return ""

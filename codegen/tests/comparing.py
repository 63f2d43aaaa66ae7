# SPDX-License-Identifier: Apache-2.0
"""What the tests of `diff` compare: plain schemas as graphs, and payloads as sides."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from callgen.check import check_root
from callgen.diff.side import Side
from callgen.load import load_text
from callgen.problems import Problems
from callgen.schema.read import Findings, read

HEAD = """
schema: 1
provider: acme
receive: [{path: /acme}]
auth: {any_of: [{hmac: {header: X-Signature, secret: {env: ACME_SECRET}}}]}
identify: {task_id: $request.body#/id}
idempotency: {key: '{task_id}'}
stages: {from: $request.header.X-Stage, values: {done: {order: 1, status: completed}}}
answers: {preset: strict}
"""


def graph(whole: Any) -> Any:
    findings = Findings()
    root = load_text(json.dumps(whole), "s.json", findings.wrong)
    found = read(root, findings, assert_formats=True)
    return None if findings.wrong or findings.refused else found


def provider(whole: dict[str, Any], tolerance: dict[str, Any], head: str = HEAD) -> Side | None:
    payload = {**whole, "properties": {"id": {"type": "string", "maxLength": 8}, **whole["properties"]}}
    payload["type"] = "object"
    text = head + json.dumps({"payload": payload, "tolerance": tolerance})[1:-1].replace(
        '"payload":', "\npayload:").replace(', "tolerance":', "\ntolerance:") + "\n"
    problems = Problems()
    root = load_text(text, "acme.yaml", problems)
    assert root is not None, problems.lines()
    checked = check_root(Path("acme.yaml"), "acme.yaml", root, problems)
    return Side(checked.provider, root) if checked.provider is not None else None

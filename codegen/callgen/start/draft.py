# SPDX-License-Identifier: Apache-2.0
"""The sections around a payload, filled with what was guessed, and remarks on what to decide."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from callgen.start.guess import Guess, Leaf, why_no_stage
from callgen.start.words import ORDER, pascal, status_of
from callgen.start.write_yaml import Noted, Remark, shown

BODY = "$request.body#"


@dataclass(frozen=True)
class Source:
    """What is known beside the payload."""

    name: str
    head: tuple[str, ...]  # remarks at the beginning
    title: str = ""
    description: str = ""
    method: str = "POST"
    content: tuple[str, ...] = ("application/json",)
    auth: dict[Any, Any] = field(default_factory=dict)  # a section; empty: a guess
    auth_notes: tuple[str, ...] = ()
    delivery_header: str = ""
    signature_header: str = ""


def make_tree(source: Source, payload: dict[str, Any], definitions: dict[str, Any], found: Guess
              ) -> dict[Any, Any]:
    """A whole schema without examples."""
    tree: dict[Any, Any] = {**_remarks(*source.head), "schema": 1, "provider": source.name}
    tree["title"] = source.title or source.name.replace("_", " ").capitalize()
    if source.description:
        tree["description"] = source.description
    only = "" if found.stage else _only_stage(found)
    for section in (
        _receive(source, only),
        {**_remarks(*source.auth_notes), **(source.auth or _auth(source))},
        {"payload": payload, "$defs": definitions},
        _tolerance(),
        _identify(found),
        _idempotency(source, found),
        _stages(found, only),
        _tasks_and_codes(found),
        {**_remarks("Or always_200, for a sender that knows no other answer."),
         "answers": {"preset": "strict"}},
    ):
        tree |= {Remark("", len(tree)): None, **section}
    return tree


def _remarks(*lines: str) -> dict[Remark, None]:
    return {Remark(line): None for line in lines}


def _receive(source: Source, only: str) -> dict[Any, Any]:
    route: dict[str, Any] = {"path": f"/callbacks/{source.name}"}
    if source.method != "POST":
        route["method"] = source.method
    if source.content != ("application/json",):
        route["content"] = list(source.content)
    route |= {"max_body": "256KiB", "respond_within": "15s"}
    if only:
        route["applies_stage"] = only
    return {**_remarks("To decide: the path, the largest body, how long the sender waits."),
            "receive": [route]}


def _auth(source: Source) -> dict[Any, Any]:
    secret = source.name.upper()
    header = source.signature_header or f"X-{pascal(source.name)}-Signature"
    method = {"header": header, "algorithm": "sha256", "encoding": "hex",
              "secret": {"env": f"{secret}_WEBHOOK_SECRET"}}
    return {
        **_remarks(
            "To decide: how does the sender prove who it is? A signature of the body is a guess; others:",
            f"- token: {{header: Authorization, prefix: 'Bearer ', secret: {{env: {secret}_TOKEN}}}}",
            "- none: {reason: why nothing is needed}",
            "Beside any_of these two need a waiver: why is it acceptable that the body is not covered?",
        ),
        "auth": {"any_of": [{"hmac": method}], "on_missing_secret": "refuse_start"},
    }


def _tolerance() -> dict[Any, Any]:
    return {
        **_remarks(
            "Strict, so that what was not foreseen shows in the quarantine. Later perhaps: nulls: absent",
            "(null for any optional member), on_invalid_member: drop (a bad optional member is left out).",
        ),
        "tolerance": {"nulls": "reject", "unknown_members": "ignore", "on_invalid_member": "reject"},
    }


def _identify(found: Guess) -> dict[Any, Any]:
    lines = ["To check: which member names the task, the same one in all of its callbacks?"]
    if not found.task_id:
        lines = ["To decide: no member looks like the name of a task. This takes it from the query of the",
                 "callback's URL, where whoever orders the task can put it."]
        if found.mixed_ids:
            leaf = found.mixed_ids[0]
            key = json.dumps(leaf.name, ensure_ascii=False)
            lines[:1] = [
                f"To decide: {shown(leaf.pointer)} looks like the name of a task, but is a text or a number.",
                f"task_id: {{search: {{keys: [{key}]}}}} finds both. This takes it from the query of the",
            ]
    lines += _also(found.other_ids)
    section: dict[str, Any] = {"task_id": _sources(found.task_id) or "$request.query.task_id"}
    if found.code:
        section["code"] = _sources(found.code)
    if found.message:
        section["message"] = _sources(found.message)
    return {**_remarks(*lines), "identify": section}


def _sources(leaves: list[Leaf]) -> str | list[str]:
    texts = [BODY + leaf.pointer for leaf in leaves]
    return texts[0] if len(texts) == 1 else texts


def _also(leaves: Iterable[Leaf]) -> list[str]:
    others = [shown(leaf.pointer) for leaf in leaves][:5]
    return [f"Others that look like it: {', '.join(others)}"] if others else []


def _idempotency(source: Source, found: Guess) -> dict[Any, Any]:
    header = source.delivery_header or "X-Delivery-Id"
    line = "To check: what is the same when a callback is sent again, and different otherwise?"
    if not source.delivery_header:
        line = f"To check: what is the same when a callback is sent again? {header} is a guess."
    keys = [f"$request.header.{header}", *(BODY + leaf.pointer for leaf in found.delivery_id)]
    section = {"key": [*keys, f"{source.name}:{{task_id}}:{{stage}}"], "ttl": "60m"}
    return {**_remarks(line), "idempotency": section}


def _only_stage(found: Guess) -> str:
    """The stage of everything, where no member tells one; nothing ends where one looks like it."""
    if found.unusable_stages:
        return "processing"
    fails = any(status_of(leaf.name) == "failed" for leaf in found.message)
    return "failed" if fails else "completed"


def _stages(found: Guess, only: str) -> dict[Any, Any]:
    values = found.stage_values or [only]
    guessed = {value: status_of(value) for value in values}
    ranked = sorted(values, key=lambda value: ORDER.index(guessed[value] or "processing"))
    stages = {value: _stage(order, guessed[value]) for order, value in enumerate(ranked, 1)}
    lines = ["To check: order (a task only moves to a higher one), status, which are terminal. What must a",
             "stage have brought? That is its require: [/pointer]."]
    lines += _also(found.other_stages)
    if not found.stage:
        lines = ["To decide: no member looks like a stage, so everything that arrives is this one."]
        if found.unusable_stages:
            leaf = found.unusable_stages[0]
            lines = [f"To decide: {shown(leaf.pointer)} looks like it, but {why_no_stage(leaf)}.",
                     "So everything that arrives is this one, and nothing ends a task."]
    section = {"from": _sources(found.stage)} if found.stage else {}
    return {**_remarks(*lines), "stages": {**section, "values": stages}}


def _stage(order: int, status: str | None) -> Any:
    stage: dict[str, Any] = {"order": order, "status": status or "processing"}
    if status in ("completed", "failed"):
        return {**stage, "terminal": True}
    return stage if status else Noted(stage, "a guess: its words tell no status")


def _tasks_and_codes(found: Guess) -> dict[Any, Any]:
    lines = []
    values = sorted({value for leaf in found.code for value in leaf.values})
    if found.code:
        seen = f" Seen: {', '.join(values[:8])}." if values else ""
        lines = [f"To decide: a section `codes` says what each code means.{seen}"]
    return {**_remarks(*lines, "Or required: tasks that nobody registered are answered unknown_task."),
            "tasks": "optional"}

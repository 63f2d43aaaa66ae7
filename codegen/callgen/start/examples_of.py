# SPDX-License-Identifier: Apache-2.0
"""Bodies -> the section examples: one example per task, with what the schema makes of each body."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from callgen.evaluate import Verdict, _History, evaluate
from callgen.model import Expectation, Provider, QuerySource, Step
from callgen.names import IDENTIFIER, snake


@dataclass(frozen=True)
class Given:
    """A body under the name of its example."""

    name: str
    body: dict[str, Any]


@dataclass(frozen=True)
class Refused:
    given: Given
    why: str


def examples_of(provider: Provider, bodies: list[Given]) -> tuple[dict[str, Any], list[Refused]]:
    """The section, and the bodies that the schema refuses."""
    groups: dict[str, list[tuple[Given, Step]]] = {}
    refused: list[Refused] = []
    for number, given in enumerate(bodies, 1):
        step = _step(provider, given, number)
        verdict = evaluate(provider, step)
        if verdict.outcome not in ("accepted", "no_task_id"):
            refused.append(Refused(given, verdict.error or verdict.outcome))
        else:
            groups.setdefault(verdict.task_id or f"\0{number}", []).append((given, step))
    section: dict[str, Any] = {}
    for group in groups.values():
        section[_fresh(group[0][0].name, section)] = _example(provider, group)
    return section, refused


def _example(provider: Provider, group: list[tuple[Given, Step]]) -> dict[str, Any]:
    history = _History()
    steps = []
    for given, request in group:
        step: dict[str, Any] = {"body": given.body}
        if request.query:
            step["query"] = request.query
        steps.append({**step, "expect": _expectation(evaluate(provider, request, history))})
    return steps[0] if len(steps) == 1 else {"steps": steps}


def _expectation(verdict: Verdict) -> dict[str, Any]:
    out = {"outcome": verdict.outcome} if verdict.outcome != "accepted" else {}
    found = {"task_id": verdict.task_id, "stage": verdict.stage, "status": verdict.status}
    return out | {key: value for key, value in found.items() if value}


def _step(provider: Provider, given: Given, number: int) -> Step:
    """As a schema's example would send it."""
    route = provider.routes[0]
    text = json.dumps(given.body, ensure_ascii=False, separators=(",", ":"))
    query = next((f"{source.name}=example-{number}" for source in provider.task_id
                  if isinstance(source, QuerySource)), "")
    fields = (("Content-Type", "application/json"),)
    return Step(route, query, fields, text.encode(), True, Expectation("accepted", route.mark))


def _fresh(name: str, taken: dict[str, Any]) -> str:
    base = snake(name)[:48].strip("_")
    base = base if IDENTIFIER.fullmatch(base) else f"body_{base}".rstrip("_")
    number, out = 1, base
    while out in taken:
        number += 1
        out = f"{base}_{number}"
    return out

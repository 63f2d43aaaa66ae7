# SPDX-License-Identifier: Apache-2.0
"""Model -> plan of a provider's stages, and of what they demand and expect of the payload."""

from __future__ import annotations

from dataclasses import replace

from callgen import cpp
from callgen.model import Provider, Stage
from callgen.plan import ArrayPlan, Tokens, body_type, plain_array
from callgen.plan_records import template


def _stage(stage: Stage) -> Tokens:
    parts = [
        f".name = {cpp.literal(stage.name)}",
        f".rank = {stage.order}",
        f".status = task_status::{stage.status}",
    ]
    parts += [".terminal = true"] if stage.terminal else []
    if stage.or_earlier:
        parts.append(f".or_earlier = std::chrono::milliseconds{{{cpp.number(stage.or_earlier)}}}")
    if stage.expected:
        parts.append(f".expected = std::chrono::milliseconds{{{cpp.number(stage.expected)}}}")
    return cpp.listed(parts, "{", "},")


def stages(provider: Provider) -> ArrayPlan:
    plain = plain_array("stage", "stages", map(_stage, provider.stages))
    return replace(
        plain, notes=tuple(cpp.comment(stage.description, 6) for stage in provider.stages)
    )


def requirements(provider: Provider) -> tuple[Tokens, ...]:
    return tuple(
        (f"requirement<{body_type(source)}>{{{index},", f"{cpp.literal(source.pointer)}}},")
        for index, stage in enumerate(provider.stages)
        for source in stage.require
    )


def expectations(provider: Provider) -> tuple[Tokens, ...]:
    return tuple(
        (
            *template("expect_any", [(body_type(source),) for source in stage.expect_any])[:-1],
            f"{body_type(stage.expect_any[-1])}>{{{index},",
            f"{cpp.literal(', '.join(source.pointer for source in stage.expect_any))}}},",
        )
        for index, stage in enumerate(provider.stages)
        if stage.expect_any
    )

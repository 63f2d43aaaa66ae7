# SPDX-License-Identifier: Apache-2.0
"""The places that an event is read from, each under its name for people."""

from __future__ import annotations

from dataclasses import dataclass

from callgen.model import Provider, Sources


@dataclass(frozen=True)
class Reading:
    what: str
    sources: Sources  # none: it is not read


def readings(provider: Provider) -> tuple[Reading, ...]:
    return (
        Reading("The task's id", provider.task_id),
        Reading("The task's second name", provider.record_id),
        Reading("The code", provider.code),
        Reading("The message", provider.message),
        Reading("The stage", provider.stage_from),
        Reading("The delivery's id", provider.delivery_id),
    )

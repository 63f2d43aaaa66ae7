# SPDX-License-Identifier: Apache-2.0
"""A schema's examples as command lines, each with what it becomes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from callgen.emit.curl import curl, curl_registration
from callgen.emit.markdown_text import code, fenced, prose
from callgen.emit.requests import Request, Requests, requests_of
from callgen.model import Expectation, Provider


@dataclass(frozen=True)
class ExamplePage:
    name: str
    about: str
    calls: tuple[tuple[str, str], ...]  # the command in its fence, and what it is answered


def example_pages(provider: Provider) -> tuple[ExamplePage, ...]:
    return tuple(
        ExamplePage(one.example.name, prose(one.example.description), tuple(_calls(one)))
        for one in requests_of(provider)
    )


def _calls(one: Requests) -> Iterator[tuple[str, str]]:
    if one.registration is not None:
        yield fenced("sh", curl_registration(one.registration)), "Answer: 201, the task is registered."
    for request in one.requests:
        yield fenced("sh", curl(request)), _told(request)


def _told(request: Request) -> str:
    becomes = ", ".join(_becomes(request.step.expect))
    return f"Answer: {request.status}, {code(request.outcome)}." + (f" Then: {becomes}." if becomes else "")


def _becomes(expect: Expectation) -> Iterator[str]:
    said = (
        ("task", expect.task_id),
        ("second name", expect.record_id),
        ("stage", expect.stage),
        ("code", expect.code_name),
        ("status", expect.status),
        ("reason", expect.error),
    )
    for what, value in said:
        if value:
            yield f"{what} {code(value)}"
    for record, rows in expect.records:
        yield f"{rows} {'row' if rows == 1 else 'rows'} of {code(record)}"

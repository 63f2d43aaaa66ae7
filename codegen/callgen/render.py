# SPDX-License-Identifier: Apache-2.0
"""Plan -> text. The templates see the plan and the filter that breaks lines, nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

import jinja2

from callgen import cpp
from callgen.model import Provider
from callgen.plan_provider import plan_examples, plan_provider
from callgen.schema.graph import Schema
from callgen.schema.plan import plan_schema

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"


def render(provider: Provider) -> dict[str, str]:
    """The generated files' names and texts."""
    return {
        f"{provider.name}.hpp": render_template("provider.hpp.j2", plan_provider(provider)),
        f"{provider.name}.examples.hpp": render_template("examples.hpp.j2", plan_examples(provider)),
    }


def render_schema(name: str, file: str, schemas: Sequence[Schema]) -> str:
    """The header of a plain JSON Schema."""
    return render_template("schema.hpp.j2", plan_schema(name, file, schemas))


def render_template(template: str, plan: Any) -> str:
    return _environment().get_template(template).render(
        {f.name: getattr(plan, f.name) for f in fields(plan)}
    )


@cache
def _environment() -> jinja2.Environment:
    """One: it keeps the templates that it has compiled."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        undefined=jinja2.StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["fill"] = cpp.fill
    return environment

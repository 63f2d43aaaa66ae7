# SPDX-License-Identifier: Apache-2.0
"""The manual's example compiles, and the manual names everything that is compiled."""

from __future__ import annotations

from pathlib import Path

from callgen import answers, check, expressions, keywords
from callgen.model import OUTCOMES
from callgen.schema import graph, places, read
from conftest import ROOT, Run

TEXT = (ROOT / "schemas" / "README.md").read_text()


def test_the_example_in_the_manual_compiles(callgen: Run, tmp_path: Path) -> None:
    schema = tmp_path / "acme.yaml"
    schema.write_text(TEXT.split("```yaml\n")[1].split("```")[0])
    result = callgen("check", schema)
    assert (result.returncode, result.stderr) == (0, "")


def test_the_manual_names_every_section_keyword_outcome_and_slot() -> None:
    names = [*check.SECTIONS, *keywords.COMPILED, *OUTCOMES, *answers.SLOTS]
    assert [name for name in names if name not in TEXT] == []


def test_the_manual_has_a_row_for_every_form_of_an_expression() -> None:
    assert [form for form in expressions.FORMS if f"`{{{form}: " not in TEXT] == []
    assert [name for name in expressions.META if name not in TEXT] == []


def test_the_page_on_json_schema_names_what_is_compiled_refused_and_asserted() -> None:
    compiled, rest = (ROOT / "docs" / "json-schema.md").read_text().split("## Refused by name")
    refused, formats = rest.split("## Formats")
    checked = {*places.ONE, *places.LISTS, *places.MAPS} - {"contentSchema", "definitions"}
    assert [name for name in sorted(checked | read._HANDLED - {"x-sensitive"}) if f"`{name}`" not in compiled] == []
    assert [name for name in sorted(read.REFUSED) if f"`{name}`" not in refused] == []
    assert [name for name in graph.FORMATS if f"`{name}`" not in formats] == []

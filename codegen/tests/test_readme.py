# SPDX-License-Identifier: Apache-2.0
"""The manuals' examples compile, and the manual names everything that is compiled."""

from __future__ import annotations

from pathlib import Path

import pytest
from callgen import answers, check, expressions, keywords
from callgen.model import OUTCOMES
from callgen.schema import graph, places, words
from conftest import ROOT, Run, manual_schemas

TEXT = (ROOT / "schemas" / "README.md").read_text()


@pytest.mark.parametrize(("path", "text"), manual_schemas())
def test_every_block_of_yaml_in_the_manuals_compiles(
    path: Path, text: str, callgen: Run, tmp_path: Path
) -> None:
    schema = tmp_path / path.name
    schema.write_text(text, encoding="utf-8")
    result = callgen("check", schema)
    assert (result.returncode, result.stderr) == (0, "")


def test_the_manual_has_an_example_for_every_section() -> None:
    """In its whole schema: the others are extracts of it."""
    whole = [text for _, text in manual_schemas() if "\nretention:" in text]
    assert [name for name in check.SECTIONS if not any(
        f"\n{name}:" in f"\n{text}" for text in whole
    )] == []
    assert len(manual_schemas()) >= 5


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
    assert [name for name in sorted(checked | words.HANDLED - {"x-sensitive"}) if f"`{name}`" not in compiled] == []
    assert [name for name in sorted(words.REFUSED) if f"`{name}`" not in refused] == []
    assert [name for name in graph.FORMATS if f"`{name}`" not in formats] == []

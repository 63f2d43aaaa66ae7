# SPDX-License-Identifier: Apache-2.0
"""The manual's example compiles, and the manual names everything that is compiled."""

from __future__ import annotations

from pathlib import Path

from callgen import answers, check, expressions, keywords
from callgen.model import OUTCOMES
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

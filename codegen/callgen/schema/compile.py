# SPDX-License-Identifier: Apache-2.0
"""compile-schema: a plain JSON Schema -> a header with validate()."""

from __future__ import annotations

import sys
from pathlib import Path

from callgen.load import load_file
from callgen.names import why_no_provider
from callgen.problems import Mark
from callgen.render import render_schema
from callgen.schema.read import Findings, read
from callgen.write import write_if_changed


def compile_schema(file: Path, name: str, output: Path, assert_formats: bool) -> int:
    """The exit code of the command."""
    findings = Findings()
    if (why := why_no_provider(name)) is not None:
        print(f"--name: {why.replace('provider name', 'name of a namespace')}", file=sys.stderr)
        return 2
    root = load_file(file, str(file), findings.wrong)
    schemas = read(root, findings, assert_formats) if root is not None else []
    if not findings.wrong and not findings.refused:
        text = render_schema(name, file.name, schemas)
        try:
            write_if_changed(output, text)
        except OSError as error:
            findings.wrong.add(Mark(str(output), 1, 1), f"cannot write: {error.strerror or error}")
    for line in findings.wrong.lines() + findings.refused.lines():
        print(line, file=sys.stderr)
    for line in findings.notes.lines():
        print(line.replace(": error: ", ": note: ", 1), file=sys.stderr)
    return 1 if findings.wrong else 3 if findings.refused else 0

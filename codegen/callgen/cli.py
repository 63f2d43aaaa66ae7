# SPDX-License-Identifier: Apache-2.0
"""The command line. Exit 0 fine, 1 problems, 2 usage, 3 what is right but not compiled."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from callgen.check import Checked, check_file
from callgen.emit.command import EMITTERS, emit
from callgen.problems import Mark, Problems
from callgen.render import TEMPLATES, render
from callgen.schema.compile import compile_schema
from callgen.write import write_if_changed

FOLDER = Path("callgate", "schemas")  # as programs include the headers


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    if options.command == "compile-schema":
        return compile_schema(options.file, options.name, options.output, options.assert_formats)
    problems = Problems()
    checked = [check_file(Path(name), name, problems) for name in options.files]
    if not problems and options.command != "check":
        _write(options, checked, problems)
    for line in problems.lines():
        print(line, file=sys.stderr)
    return 1 if problems else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="callgen", description="Compiles provider schemas of Callgate to C++ headers."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser(
        "check", help="say what is wrong with schemas, and nothing if they are right"
    )
    generate = commands.add_parser(
        "generate", help="write <stem>.hpp and <stem>.examples.hpp to DIR/callgate/schemas"
    )
    generate.add_argument(
        "--out", required=True, type=Path, metavar="DIR", help="include directory to write to"
    )
    plain = commands.add_parser(
        "compile-schema", help="write the header of a plain JSON Schema, draft 2020-12"
    )
    plain.add_argument("file", type=Path, metavar="FILE", help="the schema, JSON or YAML")
    plain.add_argument("--name", required=True, help="of the namespace in callgate::schemas")
    plain.add_argument(
        "-o", "--output", required=True, type=Path, metavar="FILE", help="the header to write"
    )
    plain.add_argument(
        "--assert-formats", action="store_true", help="check `format` instead of ignoring it"
    )
    other = commands.add_parser("emit", help="write what else is made of schemas")
    other.add_argument("kind", choices=sorted(EMITTERS), help="what to write")
    other.add_argument(
        "--out", required=True, type=Path, metavar="DIR", help="folder to write to"
    )
    for command in (generate, other):
        command.add_argument(
            "--depfile", type=Path, metavar="FILE", help="write what was read, as a Makefile rule"
        )
        command.add_argument(
            "--stamp", type=Path, metavar="FILE", help="write this file last, whatever has changed"
        )
    for command in (check, generate, other):
        command.add_argument("files", nargs="+", metavar="FILE", help="schema, <provider>.yaml")
    return parser


def _write(options: argparse.Namespace, checked: Sequence[Checked], problems: Problems) -> None:
    written: list[Path] = []
    try:
        for result in checked:
            for path, text in _texts(options, result).items():
                written.append(path)
                write_if_changed(path, text)
        if options.depfile is not None:
            target = options.stamp if options.stamp is not None else written[0]
            write_if_changed(options.depfile, dependencies(target, checked))
        if options.stamp is not None:
            options.stamp.parent.mkdir(parents=True, exist_ok=True)
            options.stamp.write_text("")
    except OSError as error:
        problems.add(
            Mark(str(error.filename or options.out), 1, 1),
            f"cannot write: {error.strerror or error}",
        )


def _texts(options: argparse.Namespace, checked: Checked) -> dict[Path, str | bytes]:
    """What is written of one schema."""
    if options.command == "generate":
        folder, files = options.out / FOLDER, render(checked.provider)
    else:
        folder, files = options.out, emit(options.kind, checked)
    return {folder / name: text for name, text in files.items()}


def dependencies(target: Path, checked: Sequence[Checked]) -> str:
    """A rule in Make's syntax: the schemas, what they refer to, and the compiler itself."""
    own = [
        *Path(__file__).resolve().parent.rglob("*.py"),
        *TEMPLATES.glob("*.j2"),
        TEMPLATES.parent / "__main__.py",
    ]
    read = [file.resolve() for result in checked for file in result.files]
    names = [_escaped(name) for name in dict.fromkeys([*read, *sorted(own)])]
    return _escaped(target) + ": \\\n  " + " \\\n  ".join(names) + "\n"


def _escaped(path: Path) -> str:
    return str(path).replace("$", "$$").replace("#", "\\#").replace(" ", "\\ ")

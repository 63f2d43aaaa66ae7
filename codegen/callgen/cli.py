# SPDX-License-Identifier: Apache-2.0
"""The command line: one `_add` for each command, and what it runs.

Exit 0 fine, 1 problems, 2 usage, 3 what is right but not compiled, 4 what breaks somebody (diff).
What a command is made of is imported when it runs: the build calls `generate` once for each schema.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from callgen.emit.kinds import KINDS

_Commands = argparse._SubParsersAction
_Options = argparse.Namespace


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="callgen", description="Compiles provider schemas of Callgate to C++ headers."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    adders = (
        _add_check, _add_generate, _add_emit, _add_new, _add_import, _add_diff, _add_compile_schema
    )
    for add in adders:
        add(commands)
    options = parser.parse_args(arguments)
    return options.run(options)


def _add_check(commands: _Commands) -> None:
    check = commands.add_parser(
        "check", help="say what is wrong with schemas, and nothing if they are right"
    )
    _add_schemas(check)
    check.set_defaults(run=_check)


def _check(options: _Options) -> int:
    from callgen.generate import check

    return check(options.files)


def _add_generate(commands: _Commands) -> None:
    generate = commands.add_parser(
        "generate", help="write <stem>.hpp and <stem>.examples.hpp to DIR/callgate/schemas"
    )
    generate.add_argument(
        "--out", required=True, type=Path, metavar="DIR", help="include directory to write to"
    )
    _add_build_files(generate)
    _add_schemas(generate)
    generate.set_defaults(run=_generate)


def _generate(options: _Options) -> int:
    from callgen.generate import BuildFiles, generate

    return generate(options.files, options.out, BuildFiles(options.depfile, options.stamp))


def _add_emit(commands: _Commands) -> None:
    emit = commands.add_parser("emit", help="write what else is made of schemas")
    emit.add_argument("kind", choices=KINDS, help="what to write")
    emit.add_argument("--out", required=True, type=Path, metavar="DIR", help="folder to write to")
    _add_build_files(emit)
    _add_schemas(emit)
    emit.set_defaults(run=_emit)


def _emit(options: _Options) -> int:
    from callgen.generate import BuildFiles, emit

    build = BuildFiles(options.depfile, options.stamp)
    return emit(options.kind, options.files, options.out, build)


def _add_schemas(command: argparse.ArgumentParser) -> None:
    command.add_argument("files", nargs="+", metavar="FILE", help="schema, <provider>.yaml")


def _add_build_files(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--depfile", type=Path, metavar="FILE", help="write what was read, as a Makefile rule"
    )
    command.add_argument(
        "--stamp", type=Path, metavar="FILE", help="write this file last, whatever has changed"
    )


def _add_new(commands: _Commands) -> None:
    new = commands.add_parser("new", help="write a first schema, inferred from real bodies")
    new.add_argument("name", metavar="NAME", help="the provider")
    new.add_argument("--from", required=True, nargs="+", type=Path, metavar="FILE", dest="bodies",
                     help="bodies as they were sent, one JSON object each")
    _add_first_schema(new)
    new.set_defaults(run=_new)


def _new(options: _Options) -> int:
    from callgen.start.command import new_schema

    return new_schema(options.name, options.bodies, options.output)


def _add_import(commands: _Commands) -> None:
    taken = commands.add_parser(
        "import", help="write a first schema, from OpenAPI 3.1 or a plain JSON Schema"
    )
    taken.add_argument("file", type=Path, metavar="FILE", help="the document, YAML or JSON")
    taken.add_argument("--webhook", metavar="NAME", help="which of an OpenAPI document's webhooks")
    taken.add_argument("--name", metavar="PROVIDER", help="else made of the webhook's or file's name")
    _add_first_schema(taken)
    taken.set_defaults(run=_import)


def _import(options: _Options) -> int:
    from callgen.start.command import import_schema

    return import_schema(options.file, options.webhook, options.name, options.output)


def _add_first_schema(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="the schema to write: NAME.yaml"
    )


def _add_diff(commands: _Commands) -> None:
    changes = commands.add_parser("diff", help="say what changes from a schema to its next version")
    for name in ("old", "new"):
        changes.add_argument(
            name, type=Path, metavar=f"{name.upper()}.yaml", help="a provider's schema"
        )
    changes.set_defaults(run=_diff)


def _diff(options: _Options) -> int:
    from callgen.diff.command import diff

    return diff(options.old, options.new)


def _add_compile_schema(commands: _Commands) -> None:
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
    plain.set_defaults(run=_compile_schema)


def _compile_schema(options: _Options) -> int:
    from callgen.schema.compile import compile_schema

    return compile_schema(options.file, options.name, options.output, options.assert_formats)

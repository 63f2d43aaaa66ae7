# SPDX-License-Identifier: Apache-2.0
"""What the build calls: checks schemas, and writes what is made of them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from callgen.check import Checked, check_file
from callgen.emit.kinds import emitter_of
from callgen.emit.source import Source
from callgen.problems import Mark, Problems
from callgen.render import TEMPLATES, render
from callgen.write import write_if_changed

FOLDER = Path("callgate", "schemas")  # as programs include the headers


@dataclass(frozen=True)
class BuildFiles:
    """What a build system wants to be told. stamp is written last, whatever has changed."""

    depfile: Path | None
    stamp: Path | None


def check(files: Sequence[str]) -> int:
    problems = Problems()
    _checked(files, problems)
    return _said(problems)


def generate(files: Sequence[str], out: Path, build: BuildFiles) -> int:
    return _write(files, out / FOLDER, lambda checked: render(checked.provider), build)


def emit(kind: str, files: Sequence[str], out: Path, build: BuildFiles) -> int:
    make = emitter_of(kind)
    return _write(
        files, out, lambda checked: make(Source(checked.provider, checked.documents)), build
    )


def _checked(files: Sequence[str], problems: Problems) -> list[Checked]:
    return [check_file(Path(name), name, problems) for name in files]


def _said(problems: Problems) -> int:
    for line in problems.lines():
        print(line, file=sys.stderr)
    return 1 if problems else 0


def _write(
    files: Sequence[str],
    folder: Path,
    texts: Callable[[Checked], Mapping[str, str | bytes]],
    build: BuildFiles,
) -> int:
    """Nothing, where a schema has problems."""
    problems = Problems()
    checked = _checked(files, problems)
    if problems:
        return _said(problems)
    files_of = [texts(result) for result in checked]
    _check_names(checked, files_of, problems)
    if problems:
        return _said(problems)
    written: list[Path] = []
    try:
        for made in files_of:
            for name, text in made.items():
                written.append(folder / name)
                write_if_changed(written[-1], text)
        if build.depfile is not None:
            target = build.stamp or (written[0] if written else folder)
            write_if_changed(build.depfile, _dependencies(target, checked))
        if build.stamp is not None:
            build.stamp.parent.mkdir(parents=True, exist_ok=True)
            build.stamp.write_text("")
    except OSError as error:
        problems.add(
            Mark(str(error.filename or folder), 1, 1),
            f"cannot write: {error.strerror or error}",
        )
    return _said(problems)


def _check_names(
    checked: Sequence[Checked], files_of: Sequence[Mapping[str, str | bytes]], problems: Problems
) -> None:
    """What one schema writes, no other one overwrites."""
    owners: dict[str, Checked] = {}
    for result, made in zip(checked, files_of):
        for name in made:
            first = owners.setdefault(name, result)
            if first.files[0].resolve() != result.files[0].resolve():
                text = f"two schemas write this file: '{name}' is {first.files[0]}'s already"
                problems.add(result.documents[0].root.mark, text)
                break


def _dependencies(target: Path, checked: Sequence[Checked]) -> str:
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

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes docs/features.md: number -> what it asks -> what does it -> the tests marked with it. Checks it without --write.

docs/features.yaml is the source; a test names its numbers with @pytest.mark.feature("S1.32", ...).
"""

from __future__ import annotations

import ast
import re
import sys
from dataclasses import dataclass
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(HOME / "codegen"))

from callgen.load import Node, load_file  # noqa: E402
from callgen.problems import Mark, Problems  # noqa: E402

SOURCE = "docs/features.yaml"
PAGE = "docs/features.md"
NUMBER = re.compile(r"S[0-4]\.[1-9][0-9]*")
MEMBERS = ("asks", "by", "pending")


@dataclass(frozen=True, order=True)
class Place:
    """A line of a file of the project; line 0: the whole file."""

    file: str
    line: int

    def link(self) -> str:
        if self.line == 0:
            return f"[{self.file}](../{self.file})"
        return f"[{self.file}:{self.line}](../{self.file}#L{self.line})"


@dataclass(frozen=True)
class Feature:
    number: str
    mark: Mark
    asks: str
    by: tuple[Place, ...]
    pending: str  # what is missing; empty: nothing


class Schemas:
    """Lines of JSON pointers into YAML files, each file read once."""

    def __init__(self, project: Path, problems: Problems) -> None:
        self._project = project
        self._problems = problems
        self._roots: dict[str, Node | None] = {}

    def line_of(self, file: str, pointer: str) -> int | None:
        if file not in self._roots:
            self._roots[file] = load_file(self._project / file, file, self._problems)
        node = self._roots[file]
        mark = node.mark if node is not None else None
        for token in pointer.split("/")[1:]:
            node, mark = step(node, token.replace("~1", "/").replace("~0", "~"))
        return mark.line if mark is not None else None


def step(node: Node | None, token: str) -> tuple[Node | None, Mark | None]:
    """The value under a key or an index, and where it begins: a member begins with its key."""
    if node is not None and node.kind == "map":
        for key, value in node.pairs():
            if key.value == token:
                return value, key.mark
    if node is not None and node.kind == "list" and token.isdigit() and int(token) < len(node.value):
        return node.value[int(token)], node.value[int(token)].mark
    return None, None


def read_place(project: Path, node: Node, schemas: Schemas, problems: Problems) -> Place | None:
    if node.kind != "str":
        problems.add(node.mark, "'by' lists paths, or path#/json/pointer into a YAML file")
        return None
    file, _, pointer = node.value.partition("#")
    if not (project / file).is_file():
        problems.add(node.mark, f"there is no file {file}")
        return None
    if not pointer:
        return Place(file, 0)
    line = schemas.line_of(file, pointer)
    if line is None:
        problems.add(node.mark, f"{file} has nothing at {pointer}")
        return None
    return Place(file, line)


def text_of(node: Node, name: str, problems: Problems) -> str:
    value = node.get(name)
    if value is None:
        return ""
    if value.kind != "str" or not value.value.strip():
        problems.add(value.mark, f"'{name}' must be a sentence")
        return ""
    return " ".join(value.value.split())


def read_feature(project: Path, key: Node, node: Node, schemas: Schemas, problems: Problems) -> Feature:
    if not NUMBER.fullmatch(key.value):
        problems.add(key.mark, f"'{key.value}' is no number of a feature, such as S1.32")
    if node.kind != "map":
        problems.add(node.mark, "a feature has the members " + ", ".join(MEMBERS))
        return Feature(key.value, key.mark, "", (), "")
    for name, _ in node.pairs():
        if name.value not in MEMBERS:
            problems.add(name.mark, f"unknown member '{name.value}': known are {', '.join(MEMBERS)}")
    by = node.get("by")
    items = by.value if by is not None and by.kind == "list" else ()
    places = [read_place(project, item, schemas, problems) for item in items]
    feature = Feature(key.value, key.mark, text_of(node, "asks", problems),
                      tuple(place for place in places if place), text_of(node, "pending", problems))
    if not feature.asks:
        problems.add(key.mark, f"{key.value} does not say what it asks: add 'asks'")
    if not places and not feature.pending:
        problems.add(key.mark, f"{key.value} does not say what does it: add 'by', a list, or 'pending'")
    return feature


def read_features(project: Path, problems: Problems) -> list[Feature]:
    root = load_file(project / SOURCE, SOURCE, problems)
    if root is None:
        return []
    if root.kind != "map":
        problems.add(root.mark, "the file must be a map from numbers to features")
        return []
    schemas = Schemas(project, problems)
    return [read_feature(project, key, node, schemas, problems) for key, node in root.pairs()]


def is_mark(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.feature"


def numbers_of(mark: ast.Call, shown: str, problems: Problems) -> list[str]:
    numbers = [arg.value for arg in mark.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
    if not numbers or len(numbers) != len(mark.args) or mark.keywords:
        problems.add(Mark(shown, mark.lineno, mark.col_offset + 1),
                     "a feature mark takes numbers written out, such as \"S1.32\"")
    return numbers


def functions_of(path: Path, shown: str, problems: Problems) -> list[ast.FunctionDef]:
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"), shown)
    except SyntaxError as error:
        problems.add(Mark(shown, error.lineno or 1, error.offset or 1), f"not Python: {error.msg}")
        return []
    except ValueError as error:
        problems.add(Mark(shown, 1, 1), f"not Python: {error}")
        return []
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def read_tests(project: Path, problems: Problems) -> dict[str, list[tuple[Place, Mark]]]:
    """Number -> the tests that are marked with it."""
    found: dict[str, list[tuple[Place, Mark]]] = {}
    for path in sorted((project / "tests").rglob("test_*.py")):
        shown = path.relative_to(project).as_posix()
        for function in functions_of(path, shown, problems):
            for mark in filter(is_mark, function.decorator_list):
                for number in numbers_of(mark, shown, problems):
                    at = Mark(shown, mark.lineno, mark.col_offset + 1)
                    found.setdefault(number, []).append((Place(shown, function.lineno), at))
    return found


def compare(features: list[Feature], tests: dict[str, list[tuple[Place, Mark]]], problems: Problems) -> None:
    known = {feature.number for feature in features}
    for number, places in tests.items():
        if number not in known:
            for _, at in places:
                problems.add(at, f"{SOURCE} has no feature {number}")
    for feature in features:
        tested = feature.number in tests
        if not tested and not feature.pending:
            problems.add(feature.mark, f"no test is marked with {feature.number}: write one, or say what is 'pending'")
        if tested and feature.pending:
            problems.add(feature.mark, f"{feature.number} has a test and is 'pending': drop one of the two")


def cell(text: str) -> str:
    return text.replace("|", "\\|")


def row(feature: Feature, tests: dict[str, list[tuple[Place, Mark]]]) -> str:
    by = "<br>".join(place.link() for place in feature.by)
    tested = "<br>".join(place.link() for place in sorted({place for place, _ in tests.get(feature.number, [])}))
    if feature.pending:
        tested = f"*pending: {cell(feature.pending)}*"
    return f"| {feature.number} | {cell(feature.asks)} | {by} | {tested} |"


def page(features: list[Feature], tests: dict[str, list[tuple[Place, Mark]]]) -> str:
    pending = sum(bool(feature.pending) for feature in features)
    return "\n".join([
        "# Features",
        "",
        f"Made by `tools/check_features.py --write` from [features.yaml](features.yaml) and the tests: "
        f"{len(features)} features, {pending} of them pending.",
        "",
        "| number | what it asks | done by | tested by |",
        "|---|---|---|---|",
        *(row(feature, tests) for feature in features),
        "",
    ])


def main(arguments: list[str]) -> int:
    write = "--write" in arguments
    folders = [argument for argument in arguments if argument != "--write"]
    project = Path(folders[0]) if folders else HOME
    problems = Problems()
    features = read_features(project, problems)
    tests = read_tests(project, problems)
    compare(features, tests, problems)
    made, path = page(features, tests), project / PAGE
    if problems:
        print("\n".join(problems.lines()))
        return 1
    if write:
        path.write_text(made, encoding="utf-8")
    elif not path.is_file() or path.read_text(encoding="utf-8") != made:
        print(f"{PAGE}:1:1: error: not what its source says: run tools/check_features.py --write")
        return 1
    pending = sum(bool(feature.pending) for feature in features)
    print(f"features: {len(features) - pending} of {len(features)} have a test, {pending} are pending")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

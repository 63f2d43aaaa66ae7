# SPDX-License-Identifier: Apache-2.0
"""A user's mistake never gives a traceback: every value of a good schema is replaced by every kind
of wrong one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from callgen.check import check_root
from callgen.emit.kinds import KINDS, emitter_of
from callgen.emit.source import Source
from callgen.load import Node, load_file
from callgen.problems import Mark, Problems
from callgen.render import render
from conftest import ROOT

WRONG: list[Any] = [
    None,
    True,
    -1,
    0,
    1.5,
    10**30,
    "",
    "x",
    "$request.body#/",
    "{",
    [],
    [[]],
    ["x", 1],
    {},
    {"x": {}},
]


def paths(value: Any, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield before
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(
        value, list
    ) else ()
    for key, inner in items:
        yield from paths(inner, (*before, key))


def changed(whole: Node, path: tuple[Any, ...], value: Any) -> Node:
    """The same tree with another value at a path, or with nothing there for `...`."""
    if not path:
        return node(value)
    out = []
    for index, inner in enumerate(whole.value):
        key, child = inner if whole.kind == "map" else (None, inner)
        if path[0] == (key.value if key is not None else index):
            if len(path) == 1 and value is ...:
                continue
            child = changed(child, path[1:], value)
        out.append((key, child) if key is not None else child)
    return Node(whole.kind, tuple(out), whole.mark)


def form(value: Any) -> Any:
    """What a mistake in it would be told by: keys and kinds, and whether a text has slots."""
    if isinstance(value, dict):
        return {key: form(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [form(inner) for inner in value]
    return isinstance(value, str) and "{" in value, str(type(value))


def one_of_each_form(whole: dict[Any, Any]) -> dict[Any, Any]:
    forms = [form(value) for value in whole.values()]
    return {key: value for at, (key, value) in enumerate(whole.items()) if forms[at] not in forms[:at]}


def schema(stem: str) -> dict[str, Any]:
    """A bundled schema with two examples, with each expression of a column and each form of an
    answer, a table's row and a code once.
    """
    whole = load_file(ROOT / "schemas" / f"{stem}.yaml", stem, Problems()).json()
    whole["examples"] = dict(list(whole["examples"].items())[:2])
    for section in {"answers", "codes"} & whole.keys():
        whole[section] = one_of_each_form(whole[section])
    for table in whole.get("tables", {}).values():
        table["rows"] = one_of_each_form(table["rows"])
    seen: list[Any] = []
    for record in whole["records"].values():
        columns = record["set"]
        for name in [name for name, value in columns.items() if value in seen]:
            if name not in record.get("key", ()):
                del columns[name]
        seen += columns.values()
    for example in whole["examples"].values():
        del example["expect"]["records"]
    return whole


def distinct(whole: Any) -> Iterator[tuple[Any, ...]]:
    """The paths, but of what YAML's aliases have written out again and again only the first."""
    seen: set[tuple[str, ...]] = set()
    for place in paths(whole):
        parent = whole
        for key in place[:-1]:
            parent = parent[key]
        what = (json.dumps(parent), str(place[-1:]))
        if what not in seen:
            seen.add(what)
            yield place


def node(value: Any) -> Node:
    mark = Mark("x.yaml", 1, 1)
    kinds = {
        dict: "map",
        list: "list",
        str: "str",
        bool: "bool",
        int: "int",
        float: "float",
        type(None): "null",
    }
    if isinstance(value, dict):
        value = tuple((node(key), node(inner)) for key, inner in value.items())
        return Node("map", value, mark)
    if isinstance(value, list):
        return Node("list", tuple(node(item) for item in value), mark)
    return Node(kinds[type(value)], value, mark)


@pytest.mark.parametrize("stem", ["suno", "job_worker"])
def test_no_mistake_gives_a_traceback(stem: str) -> None:
    path = ROOT / "schemas" / f"{stem}.yaml"
    whole = schema(stem)
    root = node(whole)
    refused = 0
    assert check_root(path, stem, root, Problems()).provider is not None
    for place in distinct(whole):
        for value in (..., *WRONG) if place else WRONG:
            problems = Problems()
            checked = check_root(path, stem, changed(root, place, value), problems)
            assert (checked.provider is None) == bool(problems), (place, value)
            refused += bool(problems)
    assert refused > 1000


def test_what_is_accepted_is_rendered() -> None:
    path = ROOT / "schemas" / "job_worker.yaml"
    whole = schema("job_worker")
    whole["examples"] = {}
    root = node(whole)
    rendered = 0
    for place in distinct(whole):
        problems = Problems()
        checked = check_root(path, "x", changed(root, place, "x"), problems)
        if checked.provider is not None:
            assert all(render(checked.provider).values())
            rendered += 1
    assert rendered > 10


@pytest.mark.parametrize("exact", [False, True])
@pytest.mark.parametrize("length", [60, 100, 2000])
def test_definitions_within_each_other_are_bounded(length: int, exact: bool) -> None:
    whole = schema("job_worker")
    text: dict[str, Any] = {"type": "string", "maxLength": 3}
    for at in range(length):
        inner = {"$ref": f"#/$defs/Level{at + 1}"} if at + 1 < length else text
        whole["$defs"][f"Level{at}"] = {"type": "object", "properties": {"below": inner}}
    first: dict[str, Any] = {"$ref": "#/$defs/Level0"}
    payload = whole["$defs"][whole["payload"]["$ref"].rpartition("/")[2]]
    payload["properties"]["levels"] = {"anyOf": [first]} if exact else first
    problems = Problems()
    path = ROOT / "schemas" / "job_worker.yaml"
    root = node(whole)
    checked = check_root(path, "job_worker", root, problems)
    if length > 64:
        assert any("deep are not compiled" in line for line in problems.lines())
        return
    assert checked.provider is not None, problems.lines()
    assert render(checked.provider)
    for emitter in map(emitter_of, KINDS):
        assert emitter(Source(checked.provider, checked.documents))

# SPDX-License-Identifier: Apache-2.0
"""A user's mistake never gives a traceback: every value of a good schema is replaced by every kind
of wrong one.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from callgen.check import check_root
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


def changed(whole: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    out = copy.deepcopy(whole)
    here = out
    for key in path[:-1]:
        here = here[key]
    if value is ...:
        del here[path[-1]]
    else:
        here[path[-1]] = value
    return out


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
    whole = load_file(path, stem, Problems()).json()
    whole["examples"] = dict(list(whole["examples"].items())[:2])
    refused = 0
    for place in paths(whole):
        for value in (..., *WRONG) if place else WRONG:
            problems = Problems()
            checked = check_root(path, stem, node(changed(whole, place, value)), problems)
            assert (checked.provider is None) == bool(problems), (place, value)
            refused += bool(problems)
    assert refused > 1000


def test_what_is_accepted_is_rendered() -> None:
    path = ROOT / "schemas" / "job_worker.yaml"
    whole = load_file(path, "x", Problems()).json()
    whole["examples"] = {}
    rendered = 0
    for place in paths(whole):
        problems = Problems()
        checked = check_root(path, "x", node(changed(whole, place, "x")), problems)
        if checked.provider is not None:
            assert all(render(checked.provider).values())
            rendered += 1
    assert rendered > 10

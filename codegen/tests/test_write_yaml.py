# SPDX-License-Identifier: Apache-2.0
"""What is written for people reads the same by both versions of YAML."""

from __future__ import annotations

import random

import yaml
from callgen.load import load_text
from callgen.problems import Problems
from callgen.start.write_yaml import Noted, Remark, plain, write_yaml
from starting import NAMES, TEXTS


def test_what_is_written_reads_the_same_by_both_versions_of_yaml() -> None:
    rng = random.Random(1)
    tree = {
        "texts": TEXTS + NAMES, "keys": {name: [name] for name in NAMES}, "": {},
        "numbers": [1e16, 1e-7, -0.0, 1.5, 10**30, -5, True, None], "nested": [[[]], [{}], [{"a": [{}]}]],
        "long": ["x" * 120, {"y" * 100: ["z" * 120, {"a": "b" * 90, "c": [1]}]}],
        Remark("a remark\nwith a line"): None, "noted": Noted({"a": 1}, "beside\x85it"),
        "empty": {Remark("nothing"): None}, "in": [{"a": Noted([1], "x"), "b": [Noted(2, "y")]}],
        "many": ["".join(chr(rng.choice([rng.randrange(32, 127), rng.randrange(0xd7ff),
                                         rng.randrange(0xe000, 0x110000)])) for _ in range(rng.randrange(9)))
                 for _ in range(2000)],
    }
    text = write_yaml(tree)
    problems = Problems()
    assert load_text(text, "x", problems).json() == plain(tree) and not problems
    assert yaml.safe_load(text) == plain(tree)
    assert write_yaml(tree) == text

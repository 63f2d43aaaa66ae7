# SPDX-License-Identifier: Apache-2.0
"""Makes a draft of a schema one that passes `check`.

The checker is the judge: what it refuses in the payload is mended (a bound, a name in C++) or left
out with a remark in its place. No rule of the language is written a second time here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from callgen.check import Checked, check_root
from callgen.keywords import CHECKED, CONSTRAINTS
from callgen.load import Node, load_text
from callgen.names import snake
from callgen.problems import Mark, Problem, Problems
from callgen.schema.places import LISTS, MAPS, ONE
from callgen.schema.read import REFUSED
from callgen.start.write_yaml import Noted, Remark, plain, write_yaml

Path_ = tuple[Any, ...]
MAX_ROUNDS = 64  # each leaves something out, so this is a bound on time only
# Without one of its parts each of these would refuse more than it was written to: it goes as a whole,
# with what stands beside it.
_WHOLE = {"not": (), "oneOf": (), "if": ("then", "else"), "contains": ("minContains", "maxContains"),
          "patternProperties": ("additionalProperties",)}
_CHECKS = CONSTRAINTS | CHECKED | REFUSED | {"$ref", "dependencies", "additionalItems"}
_BOUND = re.compile(r"needs a bound: give it (\w+)")
_LENGTHS = {"uri": 2048, "iri": 2048, "uri-reference": 2048, "iri-reference": 2048, "email": 320,
            "idn-email": 320, "hostname": 253, "uuid": 36, "date-time": 64, "date": 10, "time": 32}
_MOST_TEXT, _MOST_ITEMS = 4096, 256


class Tree(dict[Any, Any]):
    """A schema that knows where it and its keywords stand in its source."""

    def __init__(self, mark: Mark) -> None:
        super().__init__()
        self.mark = mark
        self.marks: dict[str, Mark] = {}


@dataclass
class Draft:
    """A schema file in the making."""

    tree: dict[Any, Any]
    file: str  # name.yaml
    left_out: Problems = field(default_factory=Problems)  # of what it was made from

    @property
    def text(self) -> str:
        return write_yaml(self.tree)


@dataclass(frozen=True)
class Settled:
    checked: Checked | None
    problems: Problems  # that remain


def settle(draft: Draft) -> Settled:
    """Changes the draft until nothing in its payload is refused."""
    for _ in range(MAX_ROUNDS):
        problems = Problems()
        root = load_text(draft.text, draft.file, problems)
        if root is None:
            return Settled(None, problems)
        checked = check_root(Path(draft.file), draft.file, root, problems)
        if not problems:
            return Settled(checked, problems)
        before, paths = draft.text, paths_of(root)
        for problem in sorted(problems.found):
            path = paths.get(problem.mark)
            if path and path[0] in ("payload", "$defs") and len(path) > 1:
                _mend(draft, path, problem)
        if draft.text == before:
            return Settled(None, problems)
    return Settled(None, problems)


def placed(draft: Draft, problems: Problems) -> list[str]:
    """Problems of a draft, where they stand in what it was made from."""
    root = load_text(draft.text, draft.file, Problems())
    paths = paths_of(root) if root is not None else {}
    lines = []
    for problem in sorted(problems.found):
        mark = _source_of(draft.tree, paths.get(problem.mark, ()))
        lines.append(str(Problem(mark, problem.text)) if mark is not None else str(problem))
    return list(dict.fromkeys(lines))


def _source_of(tree: Any, path: Path_) -> Mark | None:
    mark = None
    for step in (*path, None):
        tree = tree.value if isinstance(tree, Noted) else tree
        mark = tree.mark if isinstance(tree, Tree) else mark
        if step is None or not isinstance(tree, (dict, list)):
            break
        try:
            tree = tree[step]
        except (KeyError, IndexError, TypeError):
            break
    return mark


def paths_of(root: Node) -> dict[Mark, Path_]:
    """What stands at each mark, from the root on.

    A mapping in block style begins where its first key does: `type` and `$ref` are never reported
    themselves, so it is the mapping that is meant there.
    """
    out: dict[Mark, Path_] = {}

    def walk(node: Node, before: Path_) -> None:
        for index, (key, value) in enumerate(node.value if node.kind == "map" else ()):
            is_whole = index == 0 and key.value in ("type", "$ref") and before
            out.setdefault(key.mark, before if is_whole else (*before, key.value))
            walk(value, (*before, key.value))
        for index, item in enumerate(node.value if node.kind == "list" else ()):
            walk(item, (*before, index))
        out.setdefault(node.mark, before)

    walk(root, ())
    return out


def at(tree: Any, path: Path_) -> Any:
    for step in path:
        tree = tree.value if isinstance(tree, Noted) else tree
        tree = tree[step]
    return tree.value if isinstance(tree, Noted) else tree


def _mend(draft: Draft, path: Path_, problem: Problem) -> None:
    try:
        here = at(draft.tree, path)
    except (KeyError, IndexError, TypeError):
        return  # it went with something else in this round
    bound = _BOUND.search(problem.text)
    if bound is not None and isinstance(here, dict):
        here[bound[1]] = Noted(_bound(plain(here), bound[1]), "a guess: the source has no bound")
    elif "x-cpp-name" in problem.text and path[-2] == "properties":
        _rename(draft, path)
    else:
        _leave_out(draft, path, problem)


def _bound(schema: dict[str, Any], keyword: str) -> int:
    if keyword == "maxItems":
        return power_of_two(4 * _whole(schema.get("minItems")), _MOST_ITEMS)
    known = _LENGTHS.get(str(schema.get("format")), _MOST_TEXT)
    low = _whole(schema.get("minLength"))
    return known if low <= known else power_of_two(4 * low, _MOST_TEXT)


def _whole(value: Any) -> int:
    return value if isinstance(value, int) and value < 2**29 else 0


def power_of_two(least: int, start: int) -> int:
    """The first of start, 2 start, 4 start, ... that is not less."""
    while start < least:
        start *= 2
    return start


def _rename(draft: Draft, path: Path_) -> None:
    """Gives a member a name in C++ that none beside it has."""
    members, name = at(draft.tree, path[:-1]), path[-1]
    inner = at(draft.tree, path)
    if not isinstance(inner, dict):
        return
    others = {key: value for key, value in plain(members).items() if isinstance(value, dict)}
    taken = {value.get("x-cpp-name", snake(key)) for key, value in others.items()}
    base = snake(name) or "member"
    base = base if base[0].isalpha() else "member_" + base
    options = (base, f"{base}_member", *(f"{base}_{number}" for number in range(2, len(taken) + 4)))
    taken.add(snake(name))
    inner["x-cpp-name"] = next(option for option in options if option not in taken)


def _leave_out(draft: Draft, path: Path_, problem: Problem) -> None:
    schema, keyword = keyword_at(path)
    holder = at(draft.tree, schema)
    if not isinstance(holder, dict) or keyword is not None and keyword not in holder:
        return
    _drop(draft, holder, keyword, problem.text)
    if schema[0] == "$defs" and (keyword is None or keyword in _CHECKS):
        for user, rests in _resting_on(draft.tree, schema[1]):
            _drop(draft, user, rests, f"it rests on '{schema[1]}', which lacks something now")


def _drop(draft: Draft, holder: dict[Any, Any], keyword: str | None, why: str) -> None:
    what = f"'{keyword}'" if keyword is not None else "this schema"
    why = why.partition(": known are ")[0]
    if isinstance(holder, Tree):
        mark = holder.marks.get(keyword or "", holder.mark)
        draft.left_out.add(mark, f"{what} is left out: {why}")
    if keyword is None:
        holder.clear()  # what is not understood at all may be anything
    for gone in (keyword, *_WHOLE.get(keyword, ())) if keyword is not None else ():
        holder.pop(gone, None)
    holder[Remark(f"left out: {what}: {why}", len(holder))] = None


def keyword_at(path: Path_) -> tuple[Path_, str | None]:
    """The schema that a path leads into, and the keyword of it that is to go; None is all of it."""
    start = 2 if path[0] == "$defs" else 1
    schema, rest = path[:start], path[start:]
    around: tuple[Path_, str] | None = None
    while rest:
        keyword = rest[0]
        if keyword in _WHOLE and around is None:
            around = schema, keyword
        steps = 1 if keyword in ONE else 2 if keyword in LISTS | MAPS else 0
        if steps == 0 or len(rest) < steps:
            return around if around is not None and keyword in _CHECKS else (schema, keyword)
        schema, rest = (*schema, *rest[:steps]), rest[steps:]
    return around if around is not None else (schema, None)


def _resting_on(tree: dict[Any, Any], name: str) -> list[tuple[dict[Any, Any], str]]:
    """The keywords of _WHOLE that refer to a definition, and the schemas that have them."""
    definitions = at(tree, ("$defs",))
    return [
        (schema, keyword)
        for top in definitions.values() for schema in _within(top) for keyword in _WHOLE
        if keyword in schema and name in _named_in({keyword: schema[keyword]}, definitions)
    ]


def _named_in(value: Any, definitions: dict[str, Any]) -> set[str]:
    found: set[str] = set()
    waiting = list(_within(value))
    while waiting:
        reference = waiting.pop().get("$ref")
        name = reference.removeprefix("#/$defs/") if isinstance(reference, str) else None
        if name is not None and name not in found and name in definitions:
            found.add(name)
            waiting += _within(definitions[name])
    return found


def _within(schema: Any) -> Iterator[dict[Any, Any]]:
    """A schema and its subschemas."""
    waiting = [schema]
    while waiting:
        each = waiting.pop()
        each = each.value if isinstance(each, Noted) else each
        if not isinstance(each, dict):
            continue
        yield each
        for key, value in each.items():
            if key in ONE:
                waiting.append(value)
            elif key in LISTS and isinstance(value, list):
                waiting += value
            elif key in MAPS and isinstance(value, dict):
                waiting += value.values()

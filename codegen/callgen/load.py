# SPDX-License-Identifier: Apache-2.0
"""Reads YAML by the rules of YAML 1.2's core schema into nodes that know their line and column.

PyYAML speaks YAML 1.1, where `on` is true, NO is false and 12:30:00 is 45000. Only its scanner,
parser and composer are used here, with resolvers of our own. A number with a leading zero stays
text: 1.1 reads 010 as 8, 1.2 as 10.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from yaml.composer import Composer, ComposerError
from yaml.parser import Parser
from yaml.reader import Reader, ReaderError
from yaml.resolver import BaseResolver
from yaml.scanner import Scanner

from callgen.problems import Mark, Problems

MAX_DEPTH = 64  # nesting of one file
MAX_NODES = 50_000  # of one file once its aliases are written out
MAX_BYTES = 1 << 20
MAX_DIGITS = 64
INTEGER_KEYS = "codes"  # the section whose keys may be integers without quotes

_TAG = "tag:yaml.org,2002:"
_CORE = (
    ("null", re.compile(r"^(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""]),
    ("bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")),
    (
        "int",
        re.compile(r"^(?:[-+]?(?:0|[1-9][0-9]*)|0o[0-7]+|0x[0-9a-fA-F]+)$"),
        list("-+0123456789"),
    ),
    (
        "float",
        re.compile(
            r"^(?:[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
            r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$"
        ),
        list("-+.0123456789"),
    ),
)


@dataclass(frozen=True)
class Node:
    """One YAML value. kind: map, list, str, int, float, bool or null.

    A map's value is a tuple of (key, value) pairs of nodes, a list's a tuple of nodes, a scalar's a
    Python value.
    """

    kind: str
    value: Any
    mark: Mark
    source: str = ""  # of a float: as it is written

    def pairs(self) -> Iterator[tuple[Node, Node]]:
        yield from self.value

    def get(self, key: str) -> Node | None:
        return next((value for name, value in self.value if name.value == key), None)

    def json(self) -> Any:
        """The same as plain Python data."""
        if self.kind == "map":
            return {key.value: value.json() for key, value in self.value}
        if self.kind == "list":
            return [item.json() for item in self.value]
        return self.value


class _Resolver(BaseResolver):
    pass


for _name, _pattern, _first in _CORE:
    _Resolver.add_implicit_resolver(_TAG + _name, _pattern, _first)


class _Loader(Reader, Scanner, Parser, Composer, _Resolver):
    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)
        Composer.__init__(self)
        _Resolver.__init__(self)
        self._depth = 0
        self._settled = -1  # what was taken when no more tokens were needed to go on

    def need_more_tokens(self) -> bool:
        # PyYAML's parser asks several times for each token, and only taking one changes the answer.
        if self._settled == self.tokens_taken:
            return False
        if super().need_more_tokens():
            return True
        self._settled = self.tokens_taken
        return False

    def compose_node(self, parent: Any, index: Any) -> Any:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ComposerError(
                None, None, f"nested deeper than {MAX_DEPTH}", self.peek_event().start_mark
            )
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node


def load_file(path: Path, shown: str, problems: Problems) -> Node | None:
    """The root node of a file, or None when it is no YAML; `shown` is its name in messages."""
    start = Mark(shown, 1, 1)
    try:
        data = path.read_bytes()
    except OSError as error:
        problems.add(start, f"cannot read the file: {error.strerror or error}")
        return None
    if len(data) > MAX_BYTES:
        problems.add(start, f"the file has more than {MAX_BYTES} bytes")
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problems.add(
            _mark_at(shown, data[: error.start].decode("utf-8", "replace")), "the file is not UTF-8"
        )
        return None
    return load_text(text, shown, problems)


def load_text(text: str, shown: str, problems: Problems) -> Node | None:
    try:
        loader = _Loader(text)
        composed = loader.get_single_node()
    except ReaderError as error:
        problems.add(
            _mark_at(shown, text[: error.position]), "a character that YAML does not allow"
        )
        return None
    except yaml.MarkedYAMLError as error:
        problems.add(_mark(shown, error.problem_mark or error.context_mark), _yaml_text(error))
        return None
    except (RecursionError, ValueError) as error:
        problems.add(Mark(shown, 1, 1), f"not YAML: {error}")
        return None
    if composed is None:
        problems.add(Mark(shown, 1, 1), "the file is empty")
        return None
    converter = _Converter(shown, problems)
    root = converter.convert(composed)
    return root if not converter.incomplete else None


class _Converter:
    """PyYAML's graph -> our tree.

    Aliases are written out, so their number and depth are bounded here.
    """

    def __init__(self, shown: str, problems: Problems) -> None:
        self._shown = shown
        self._problems = problems
        self._nodes = 0
        self._open: list[Any] = []
        self._section = ""  # the root's key whose value is being converted
        # something could not be converted: to check the rest would only confuse
        self.incomplete = False

    def convert(self, node: Any) -> Node | None:
        mark = _mark(self._shown, node.start_mark)
        if any(node is outer for outer in self._open):
            return self._refuse(mark, "an alias within its own anchor")
        self._nodes += 1
        if self._nodes > MAX_NODES or len(self._open) > MAX_DEPTH:
            return self._refuse(
                mark, f"more than {MAX_NODES} values, or nested deeper than {MAX_DEPTH}"
            )
        self._open.append(node)
        try:
            return self._of_kind(node, mark)
        finally:
            self._open.pop()

    def _of_kind(self, node: Any, mark: Mark) -> Node | None:
        if isinstance(node, yaml.MappingNode) and node.tag in (_TAG + "map", "!"):
            return self._map(node, mark)
        if isinstance(node, yaml.SequenceNode) and node.tag in (_TAG + "seq", "!"):
            items = []
            for child in node.value:
                if self._nodes > MAX_NODES:
                    break
                if (item := self.convert(child)) is not None:
                    items.append(item)
            return Node("list", tuple(items), mark)
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, mark)
        return self._refuse(mark, f"the tag '{node.tag}' is not allowed here")

    def _refuse(self, mark: Mark, text: str) -> None:
        self._problems.add(mark, text)
        self.incomplete = True

    def _map(self, node: Any, mark: Mark) -> Node:
        pairs: list[tuple[Node, Node]] = []
        first: dict[str, Mark] = {}
        for raw_key, raw_value in node.value:
            if self._nodes > MAX_NODES:
                break
            key = self._key(raw_key)
            value = self.convert(raw_value)
            if key is None or value is None:
                continue
            if key.kind != "str":
                self._problems.add(key.mark, "a key must be text: quote it")
                continue
            if key.value in first:
                self._problems.add(
                    key.mark, f"duplicate key '{key.value}': first on line {first[key.value].line}"
                )
                continue
            first[key.value] = key.mark
            pairs.append((key, value))
        return Node("map", tuple(pairs), mark)

    def _key(self, node: Any) -> Node | None:
        key = self.convert(node)
        if key is None:
            return None
        if len(self._open) == 1:
            self._section = key.value
        elif len(self._open) == 2 and self._section == INTEGER_KEYS and key.kind == "int":
            return Node("str", str(key.value), key.mark)
        return key

    def _scalar(self, node: Any, mark: Mark) -> Node | None:
        text, tag = node.value, node.tag.removeprefix(_TAG)
        if any("\ud800" <= c <= "\udfff" for c in text):  # as JSON escapes what is beyond 16 bits
            text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        if "\ufffd" in text and "\ufffd" not in node.value:
            return self._refuse(mark, "half of a surrogate pair is no character")
        if tag in ("str", "!"):
            return Node("str", text, mark)
        pattern = next((pattern for name, pattern, _ in _CORE if name == tag), None)
        if pattern is None or pattern.fullmatch(text) is None:
            return self._refuse(mark, f"the tag '{node.tag}' is not allowed here")
        if tag == "null":
            return Node("null", None, mark)
        if tag == "bool":
            return Node("bool", text.lower() == "true", mark)
        if len(text) > MAX_DIGITS:
            return self._refuse(mark, f"a number of more than {MAX_DIGITS} digits")
        if tag == "int":
            return Node("int", _integer(text), mark)
        value = float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
        return Node("float", value, mark, text)


def _integer(text: str) -> int:
    if text.startswith(("0o", "0x")):
        return int(text[2:], 8 if text[1] == "o" else 16)
    return int(text)


def _mark(shown: str, mark: Any) -> Mark:
    return Mark(shown, mark.line + 1, mark.column + 1) if mark is not None else Mark(shown, 1, 1)


def _mark_at(shown: str, before: str) -> Mark:
    return Mark(shown, before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)


def _yaml_text(error: yaml.MarkedYAMLError) -> str:
    parts = [part for part in (error.context, error.problem) if part]
    return "not YAML: " + ", ".join(parts)

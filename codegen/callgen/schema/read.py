# SPDX-License-Identifier: Apache-2.0
"""A document of JSON Schema -> its graph.

Two kinds of findings: what is wrong with the document, and what it may say but is not compiled.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field

from callgen.fields import Fields
from callgen.load import Node
from callgen.problems import Problems
from callgen.regex.dfa import compile_pattern
from callgen.regex.parse import BadPattern
from callgen.schema.branches import Discriminator, settle
from callgen.schema.graph import FORMATS, MAX_SCHEMAS, TYPES, Dependency, Schema
from callgen.schema.numbers import rounded_numbers
from callgen.schema.places import Places, is_bare_reference
from callgen.schema.sensitive import check_names, looks_at_sensitive, spread_sensitive
from callgen.schema.words import (
    ANNOTATIONS, BESIDE_REFERENCE, COUNTS, DRAFT, HANDLED, INNER, MAX_COUNT, MAX_DEPTH,
    MAX_DIVISOR_DIGITS, MAX_KEYS, NUMBERS, OF_STRING_MEMBERS, REFUSED, SAME, SEVERAL,
)


@dataclass
class Findings:
    wrong: Problems = field(default_factory=Problems)
    refused: Problems = field(default_factory=Problems)
    notes: Problems = field(default_factory=Problems)  # what checks nothing


def read(root: Node, findings: Findings, assert_formats: bool = False) -> list[Schema]:
    """The first schema is the document's."""
    reader = SchemaReader(findings, assert_formats)
    reader.add(root, root, "#")
    reader.settle()
    return reader.schemas


class SchemaReader:
    """Collects the subschemas of one document or several in one graph."""

    def __init__(
        self, findings: Findings, assert_formats: bool, of_payload: bool = False
    ) -> None:
        self._findings = findings
        self._wrong = findings.wrong
        self._assert_formats = assert_formats
        self._of_payload = of_payload
        self._documents: dict[int, Places] = {}
        self._known: dict[int, int] = {}
        self._nodes: list[Node] = []
        self._depth = 0
        self._discriminators: list[Discriminator] = []
        self.schemas: list[Schema] = []

    def add(self, document: Node, node: Node, where: str) -> int:
        """The index of a schema whose references are relative to a document."""
        if id(document) not in self._documents:
            self._documents[id(document)] = Places(document, self._wrong)
        self._places = self._documents[id(document)]
        try:
            return self.schema(node, where)
        except RecursionError:
            text = f"subschemas more than {MAX_DEPTH} deep are not compiled"
            self._findings.refused.add(node.mark, text)
            return 0

    def is_sensitive(self, index: int) -> bool:
        """Whether something of what this schema looks at is x-sensitive."""
        return looks_at_sensitive(self.schemas, index)

    def both(self, one: int, other: int) -> int:
        """A schema that demands what two demand."""
        self.schemas.append(Schema(self.schemas[one].where, all_of=(one, other)))
        self._nodes.append(self._nodes[one])
        return len(self.schemas) - 1

    def schema(self, node: Node, where: str) -> int:
        """The index of a subschema; one that has been read is not read again."""
        node, where = self._referred(node, where)
        if id(node) in self._known:
            return self._known[id(node)]
        if self._depth == MAX_DEPTH:
            raise RecursionError
        index = self._known[id(node)] = len(self.schemas)
        out = Schema(where)
        self.schemas.append(out)
        self._nodes.append(node)
        if index > MAX_SCHEMAS:
            self._findings.refused.add(node.mark, f"more than {MAX_SCHEMAS} subschemas")
            raise RecursionError
        self._depth += 1
        if node.kind == "bool":
            out.never = not node.value
        elif node.kind != "map":
            self._wrong.add(node.mark, "a schema must be an object, true or false")
        else:
            self._keywords(node, out)
        self._depth -= 1
        return index

    def _referred(self, node: Node, where: str) -> tuple[Node, str]:
        """What stands for a schema of nothing but a reference: a look at the value less. What
        refers to itself stays, for check_loops.
        """
        passed: set[int] = set()
        found: Node | None = node
        at = where
        while found is not None and id(found) not in passed:
            passed.add(id(found))
            if not is_bare_reference(found, BESIDE_REFERENCE):
                return found, at
            at = found.get("$ref").value
            found = self._places.target(found, at)
        return node, where

    def settle(self) -> None:
        """What can be said only when everything has been read."""
        for each in self._discriminators:
            settle(each, self.schemas, self._wrong)
        self._check_loops()
        check_names(self.schemas, self._nodes, self._wrong)
        spread_sensitive(self.schemas)

    def _check_loops(self) -> None:
        """A schema that comes back to itself without going into the value has no answer."""
        state = [0] * len(self.schemas)
        for start in range(len(self.schemas)):
            waiting = [(start, False)]
            while waiting:
                index, left = waiting.pop()
                if left:
                    state[index] = 2
                elif state[index] == 1:
                    continue
                elif state[index] == 0:
                    state[index] = 1
                    waiting.append((index, True))
                    inner = list(self.schemas[index].same_value())
                    if any(state[other] == 1 for other in inner):
                        text = "this schema refers to itself without going into the value"
                        self._wrong.add(self._nodes[index].mark, text)
                    waiting += [(other, False) for other in inner if state[other] == 0]

    # --- keywords

    def _keywords(self, node: Node, out: Schema) -> None:
        for key, value in node.pairs():
            name = key.value
            if name in REFUSED:
                self._findings.refused.add(key.mark, f"keyword '{name}' is not compiled")
            elif name in OF_STRING_MEMBERS and self._of_payload:
                text = f"keyword '{name}' is compiled for members of type string only"
                self._findings.refused.add(key.mark, text)
            elif name == "$schema":
                self._draft(value)
            elif name == "$ref":
                self._reference(node, value, out)
            elif name == "discriminator" and self._of_payload:
                self._discriminator(node, value, out)
            elif name in NUMBERS:
                self._number(name, value, out)
            elif name in COUNTS:
                self._count(name, value, out)
            elif name in INNER:
                group, slot = INNER[name]
                getattr(out, group)[slot] = self._child(value, out, name)
            elif name in SAME:
                setattr(out, SAME[name], self._child(value, out, name))
            elif name in SEVERAL:
                self._several(name, value, out)
            elif (handler := getattr(self, "_" + name.replace("-", "_"), None)) and (
                name in HANDLED
            ):
                handler(value, out)
            elif name not in ANNOTATIONS:
                self._findings.notes.add(key.mark, f"keyword '{name}' is unknown: it checks nothing")
        self._settle(node, out)

    def _settle(self, node: Node, out: Schema) -> None:
        """What keywords mean beside each other."""
        if out.if_of is None:
            out.then_of = out.else_of = None
        if "contains" not in out.arrays:
            out.arrays.pop("min_contains", None), out.arrays.pop("max_contains", None)
        if len(out.known_keys()) > MAX_KEYS:
            self._findings.refused.add(
                node.mark, f"an object of more than {MAX_KEYS} known members is not compiled"
            )

    def _child(self, value: Node, out: Schema, *path: str) -> int:
        steps = "".join("/" + p.replace("~", "~0").replace("/", "~1") for p in path)
        return self.schema(value, out.where + steps)

    def _draft(self, value: Node) -> None:
        if value.kind == "str" and value.value.rstrip("#") != DRAFT:
            self._findings.refused.add(
                value.mark, f"$schema '{value.value}' is not compiled: write for {DRAFT}"
            )

    def _number(self, name: str, value: Node, out: Schema) -> None:
        text = self._number_text(name, value)
        if text is not None:
            out.numbers[NUMBERS[name]] = text

    def _number_text(self, name: str, value: Node) -> str | None:
        if not self._is_exact(value):
            return None
        if value.kind not in ("int", "float") or not math.isfinite(value.value):
            self._wrong.add(value.mark, f"'{name}' must be a number")
            return None
        return json.dumps(value.value)

    def _is_exact(self, value: Node) -> bool:
        """No number of a schema is rounded in silence."""
        rounded = list(rounded_numbers(value))
        for number in rounded:
            text = "a number that a double does not hold exactly"
            self._findings.refused.add(number.mark, text)
        return not rounded

    def _multipleOf(self, value: Node, out: Schema) -> None:
        text = self._number_text("multipleOf", value)
        if text is None:
            return
        if value.value <= 0:
            self._wrong.add(value.mark, "'multipleOf' must be more than 0")
        elif len(text.split("e")[0].replace(".", "").strip("0")) > MAX_DIVISOR_DIGITS:
            self._findings.refused.add(
                value.mark, f"'multipleOf' of more than {MAX_DIVISOR_DIGITS} digits is not compiled"
            )
        else:
            out.numbers["multiple_of"] = text

    def _count(self, name: str, value: Node, out: Schema) -> None:
        whole = value.kind == "int" or (value.kind == "float" and value.value.is_integer())
        if not whole or value.value < 0:
            self._wrong.add(value.mark, f"'{name}' must be an integer that is not negative")
            return
        group, slot = COUNTS[name]
        getattr(out, group)[slot] = min(int(value.value), MAX_COUNT)

    def _several(self, name: str, value: Node, out: Schema) -> None:
        if value.kind != "list" or not value.value:
            self._wrong.add(value.mark, f"'{name}' must be a list of schemas")
            return
        indices = [self._child(each, out, name, str(i)) for i, each in enumerate(value.value)]
        setattr(out, SEVERAL[name], (*getattr(out, SEVERAL[name]), *indices))

    def _type(self, value: Node, out: Schema) -> None:
        items = value.value if value.kind == "list" else (value,)
        for item in items:
            if item.kind != "str" or item.value not in TYPES:
                self._wrong.add(item.mark, f"no type: known are {', '.join(TYPES)}")
                return
        out.types = tuple(dict.fromkeys(item.value for item in items))
        if not out.types:
            self._wrong.add(value.mark, "'type' must name at least one type")

    def _const(self, value: Node, out: Schema) -> None:
        if out.values is not None:  # enum is beside it: both hold
            self._both(out, (self._json(value),))
        else:
            out.values, out.is_const = (self._json(value),), True

    def _enum(self, value: Node, out: Schema) -> None:
        if value.kind != "list":
            self._wrong.add(value.mark, "'enum' must be a list")
            return
        values = tuple(self._json(item) for item in value.value)
        if not values:
            out.never = True
        elif out.values is not None:
            self._both(out, values)
        else:
            out.values = values

    def _json(self, node: Node) -> str:
        """The value as compact JSON."""
        if not self._is_exact(node):
            return "null"
        try:
            return json.dumps(
                node.json(), ensure_ascii=False, separators=(",", ":"), allow_nan=False
            )
        except ValueError:
            self._wrong.add(node.mark, "a number of JSON is finite")
            return "null"

    def _both(self, out: Schema, values: tuple[str, ...]) -> None:
        self.schemas.append(Schema(out.where, values=values, is_const=len(values) == 1))
        self._nodes.append(self._nodes[-1])
        out.all_of += (len(self.schemas) - 1,)

    def _reference(self, node: Node, value: Node, out: Schema) -> None:
        if value.kind != "str":
            self._wrong.add(value.mark, "'$ref' must be text")
            return
        target = self._places.target(node, value.value)
        if target is not None:
            out.all_of += (self.schema(target, value.value),)
        elif "://" in value.value or value.value.startswith("urn:"):
            self._findings.refused.add(
                value.mark, f"$ref '{value.value}' is remote: only what is in the file is compiled"
            )
        else:
            self._findings.refused.add(value.mark, f"$ref '{value.value}' is not in the file")

    def _discriminator(self, node: Node, value: Node, out: Schema) -> None:
        fields = Fields(value, self._wrong, ("propertyName", "mapping"), ["propertyName"])
        member, mapping = fields.text("propertyName"), fields.node("mapping", "map")
        targets = []
        for key, place in mapping.pairs() if mapping is not None else ():
            named = self._places.target(node, place.value) if place.kind == "str" else None
            index = self.schema(named, place.value) if named is not None else None
            targets.append((key, index))
        if member:
            self._discriminators.append(Discriminator(value, out, member, tuple(targets)))

    # --- strings, arrays and objects

    def _pattern(self, value: Node, out: Schema) -> None:
        if self._is_pattern(value, value):
            out.strings["matches"] = value.value

    def _is_pattern(self, text: Node, at: Node) -> bool:
        if text.kind != "str":
            self._wrong.add(at.mark, "'pattern' must be text")
            return False
        try:
            compile_pattern(text.value)
        except BadPattern as why:
            self._findings.refused.add(at.mark, f"pattern '{text.value}': {why}")
            return False
        return True

    def _format(self, value: Node, out: Schema) -> None:
        if value.kind != "str":
            self._wrong.add(value.mark, "'format' must be text")
        elif self._assert_formats and value.value in FORMATS:
            out.strings["format"] = value.value
        elif self._assert_formats:
            self._findings.refused.add(value.mark, f"format '{value.value}' is not compiled")

    def _uniqueItems(self, value: Node, out: Schema) -> None:
        if value.kind != "bool":
            self._wrong.add(value.mark, "'uniqueItems' must be true or false")
        elif value.value:
            out.arrays["unique_items"] = True

    def _schemas_by_name(self, keyword: str, value: Node, out: Schema
                         ) -> list[tuple[Node, int]]:
        if value.kind != "map":
            self._wrong.add(value.mark, f"'{keyword}' must be an object of schemas")
            return []
        return [(key, self._child(inner, out, keyword, key.value)) for key, inner in value.pairs()]

    def _properties(self, value: Node, out: Schema) -> None:
        found = self._schemas_by_name("properties", value, out)
        out.properties = tuple((key.value, index) for key, index in found)

    def _patternProperties(self, value: Node, out: Schema) -> None:
        found = self._schemas_by_name("patternProperties", value, out)
        out.patterns = tuple(
            (key.value, index) for key, index in found if self._is_pattern(key, key)
        )

    def _dependentSchemas(self, value: Node, out: Schema) -> None:
        found = self._schemas_by_name("dependentSchemas", value, out)
        out.dependencies += tuple(Dependency(key.value, schema=index) for key, index in found)

    def _required(self, value: Node, out: Schema) -> None:
        out.required = self._names("required", value)

    def _dependentRequired(self, value: Node, out: Schema) -> None:
        if value.kind != "map":
            self._wrong.add(value.mark, "'dependentRequired' must be an object of lists")
            return
        out.dependencies += tuple(
            Dependency(key.value, self._names("dependentRequired", names))
            for key, names in value.pairs()
        )

    def _names(self, keyword: str, value: Node) -> tuple[str, ...]:
        if value.kind != "list" or any(item.kind != "str" for item in value.value):
            self._wrong.add(value.mark, f"'{keyword}' must list the names of members")
            return ()
        return tuple(dict.fromkeys(item.value for item in value.value))

    def _x_sensitive(self, value: Node, out: Schema) -> None:
        if value.kind != "bool":
            self._wrong.add(value.mark, "'x-sensitive' must be true or false")
        out.sensitive = value.value is True

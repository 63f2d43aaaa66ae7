# SPDX-License-Identifier: Apache-2.0
"""The graph of a JSON Schema -> the declarations of its tables, in C++."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from callgen import cpp
from callgen.plan import SCHEMA_ABI, Tokens, declared
from callgen.regex.dfa import Dfa, compile_pattern
from callgen.schema.graph import Schema

_WORD = 64  # bits of one word of callgate::schema::key_set
_FORMAT = str.maketrans("-", "_")


@dataclass(frozen=True)
class TablePlan:
    """What one subschema needs. comment: its place; tables: declarations that its node names."""

    comment: Tokens
    tables: tuple[Tokens, ...]


@dataclass(frozen=True)
class TablesPlan:
    patterns: tuple[Tokens, ...]
    tables: tuple[TablePlan, ...]
    node_count: int
    nodes: tuple[Tokens, ...]


@dataclass(frozen=True)
class SchemaPlan:
    file: str
    name: str
    abi: int
    checks: TablesPlan


def plan_schema(name: str, file: str, schemas: Sequence[Schema]) -> SchemaPlan:
    return SchemaPlan(cpp.comment_text(file), name, SCHEMA_ABI, plan_tables(schemas))


def plan_tables(schemas: Sequence[Schema]) -> TablesPlan:
    planner = _Planner(schemas)
    tables = tuple(planner.tables(i, schema) for i, schema in enumerate(schemas))
    return TablesPlan(
        tuple(line for text, number in planner.patterns.items()
              for line in pattern_tokens(f"p{number}", text, compile_pattern(text))),
        tuple(table for table in tables if table.tables),
        len(schemas),
        tuple(planner.node(i, schema) for i, schema in enumerate(schemas)),
    )


def pattern_tokens(name: str, text: str, dfa: Dfa) -> tuple[Tokens, ...]:
    """The constants of a pattern."""
    width = len(dfa.rows[0])
    cells = [str(state * width) for row in dfa.rows for state in row]
    ranges = [f"{{{low:#x}, {high:#x}, {column}}}" for low, high, column in _ranges(dfa.classes)]
    classes = (
        f"inline constexpr auto {name}_classes = "
        f"columns_of(std::array<byte_range, {len(ranges)}>{{{{"
    )
    following = f"inline constexpr std::array<std::uint16_t, {len(cells)}> {name}_next{{"
    parts = [
        f".text = {cpp.literal(text)}", f".classes = {name}_classes", f".next = {name}_next",
        f".columns = {width}", f".start = {dfa.start * width}",
        f".accepting_end = {dfa.accepting_end * width}",
    ]
    return (
        declared(classes, ranges, "}});"),
        declared(following, cells, "};"),
        cpp.listed(parts, f"inline constexpr pattern {name}{{", "};"),
    )


def _ranges(classes: Sequence[int]) -> list[tuple[int, int, int]]:
    """Neighbours of one column; column 0 is left out."""
    out: list[tuple[int, int, int]] = []
    for byte, column in enumerate(classes):
        if out and out[-1][1:] == (byte - 1, column):
            out[-1] = (out[-1][0], byte, column)
        else:
            out.append((byte, byte, column))
    return [run for run in out if run[2] != 0]


def _indices(name: str, indices: Iterable[int]) -> Tokens:
    values = [str(index) for index in indices]
    return declared(
        f"inline constexpr std::array<schema::index, {len(values)}> {name}{{", values, "};"
    )


def _bits(keys: Sequence[str], wanted: Iterable[str]) -> str:
    words = [0] * 4
    for name in wanted:
        at = keys.index(name)
        words[at // _WORD] |= 1 << at % _WORD
    while len(words) > 1 and words[-1] == 0:
        words.pop()
    return "{" + ", ".join(f"{word:#x}U" for word in words) + "}"


def _set(values: dict[str, int | bool | str]) -> list[str]:
    """Designated initialisers, in the order of the keys."""
    def text(value: int | bool | str) -> str:
        return str(value).lower() if isinstance(value, bool) else str(value)

    return [f".{key} = {text(value)}" for key, value in values.items()]


class _Planner:
    def __init__(self, schemas: Sequence[Schema]) -> None:
        texts = [str(s.strings["matches"]) for s in schemas if "matches" in s.strings]
        texts += [text for s in schemas for text, _ in s.patterns]
        self.patterns = {text: number for number, text in enumerate(dict.fromkeys(texts))}

    # --- what a node refers to

    def tables(self, at: int, schema: Schema) -> TablePlan:
        made: list[Tokens] = []
        if schema.values:
            head = f"inline constexpr std::array<std::string_view, {len(schema.values)}> v{at}{{"
            made.append(declared(head, map(cpp.literal, schema.values), "};"))
        for name, indices in (
            ("all", schema.all_of), ("any", schema.any_of), ("one", schema.one_of),
            ("prefix", schema.prefix_items),
        ):
            if indices:
                made.append(_indices(f"{name}{at}", indices))
        made += self._branches(at, schema)
        made += self._numbers(at, schema) + self._strings(at, schema)
        made += self._arrays(at, schema) + self._objects(at, schema)
        return TablePlan(cpp.comment(schema.where), tuple(made))

    def _branches(self, at: int, schema: Schema) -> list[Tokens]:
        if not schema.chosen_by:
            return []
        rows = [f"{{{cpp.literal(name)}, {index}}}" for name, index in schema.branches]
        head = f"inline constexpr std::array<schema::branch, {len(rows)}> b{at}{{{{"
        member = cpp.literal(schema.chosen_by)
        whole = f"inline constexpr schema::discriminator c{at}{{{member}, b{at}}};"
        return [declared(head, rows, "}};"), (whole,)]

    def _numbers(self, at: int, schema: Schema) -> list[Tokens]:
        order = ("minimum", "maximum", "exclusive_minimum", "exclusive_maximum", "multiple_of")
        parts = [
            f".{key} = {cpp.literal(schema.numbers[key])}" for key in order if key in schema.numbers
        ]
        head = f"inline constexpr schema::number_rules n{at}{{"
        return [cpp.listed(parts, head, "};")] if parts else []

    def _strings(self, at: int, schema: Schema) -> list[Tokens]:
        found = dict(schema.strings)
        if "matches" in found:
            found["matches"] = f"&p{self.patterns[str(found['matches'])]}"
        if "format" in found:
            found["format"] = f"schema::format::{str(found['format']).translate(_FORMAT)}"
        order = ("min_length", "max_length", "matches", "format")
        parts = _set({key: found[key] for key in order if key in found})
        head = f"inline constexpr schema::string_rules s{at}{{"
        return [cpp.listed(parts, head, "};")] if parts else []

    def _arrays(self, at: int, schema: Schema) -> list[Tokens]:
        found: dict[str, int | bool | str] = dict(schema.arrays)
        if schema.prefix_items:
            found["prefix_items"] = f"prefix{at}"
        order = ("min_items", "max_items", "unique_items", "prefix_items", "items", "contains",
                 "min_contains", "max_contains")
        parts = _set({key: found[key] for key in order if key in found})
        head = f"inline constexpr schema::array_rules a{at}{{"
        return [cpp.listed(parts, head, "};")] if parts else []

    def _objects(self, at: int, schema: Schema) -> list[Tokens]:
        keys = schema.known_keys()
        found: dict[str, int | bool | str] = dict(schema.objects)
        made: list[Tokens] = []
        if keys:
            made.append(self._keys(at, schema, keys))
            found["keys"] = f"k{at}"
        if schema.required:
            found["required"] = _bits(keys, schema.required)
        if schema.patterns:
            made.append(self._pattern_properties(at, schema))
            found["patterns"] = f"m{at}"
        if schema.dependencies:
            made.append(self._dependencies(at, schema, keys))
            found["dependencies"] = f"d{at}"
        order = ("min_properties", "max_properties", "keys", "required", "patterns", "additional",
                 "names", "dependencies")
        parts = _set({key: found[key] for key in order if key in found})
        head = f"inline constexpr schema::object_rules o{at}{{"
        return made + ([cpp.listed(parts, head, "};")] if parts else [])

    def _keys(self, at: int, schema: Schema, keys: Sequence[str]) -> Tokens:
        values = dict(schema.properties)
        rows = [
            f"{{{cpp.literal(key)}, {values[key]}}}" if key in values
            else f"{{{cpp.literal(key)}}}"
            for key in keys
        ]
        head = f"inline constexpr std::array<schema::known_key, {len(rows)}> k{at}{{{{"
        return declared(head, rows, "}};")

    def _pattern_properties(self, at: int, schema: Schema) -> Tokens:
        rows = [f"{{&p{self.patterns[text]}, {index}}}" for text, index in schema.patterns]
        head = f"inline constexpr std::array<schema::pattern_property, {len(rows)}> m{at}{{{{"
        return declared(head, rows, "}};")

    def _dependencies(self, at: int, schema: Schema, keys: Sequence[str]) -> Tokens:
        rows = []
        for each in schema.dependencies:
            parts = [f".key = {keys.index(each.key)}"]
            parts += [f".required = {_bits(keys, each.required)}"] if each.required else []
            parts += [f".value = {each.schema}"] if each.schema is not None else []
            rows.append("{" + ", ".join(parts) + "}")
        head = f"inline constexpr std::array<schema::dependency, {len(rows)}> d{at}{{{{"
        return declared(head, rows, "}};")

    # --- the node itself

    def node(self, at: int, schema: Schema) -> Tokens:
        parts = []
        if schema.types:
            parts.append(".types = " + " | ".join(f"schema::types::{t}" for t in schema.types))
        for name in ("never", "sensitive", "secret", "is_const"):
            parts += [f".{name} = true"] if getattr(schema, name) else []
        parts += [f".values = v{at}"] if schema.values else []
        parts += [f".numbers = &n{at}"] if schema.numbers else []
        parts += [f".strings = &s{at}"] if schema.strings else []
        parts += [f".arrays = &a{at}"] if schema.arrays or schema.prefix_items else []
        has_objects = schema.objects or schema.known_keys() or schema.patterns
        parts += [f".objects = &o{at}"] if has_objects else []
        for name in ("all", "any", "one"):
            parts += [f".{name}_of = {name}{at}"] if getattr(schema, name + "_of") else []
        parts += [f".chooses = &c{at}"] if schema.chosen_by else []
        for name in ("not_of", "if_of", "then_of", "else_of"):
            index = getattr(schema, name)
            parts += [f".{name} = {index}"] if index is not None else []
        return cpp.listed(parts, "schema::node{", "},")

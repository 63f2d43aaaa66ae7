# SPDX-License-Identifier: Apache-2.0
"""Model -> what the templates print: every decision is taken here, every text is C++ already.

A `tokens` member is text in pieces; between two of them a line may end.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from callgen import cpp
from callgen.model import (
    BodySource,
    HeaderSource,
    Member,
    MemberStep,
    Provider,
    QuerySource,
    Schema,
    SearchSource,
    Source,
    Sources,
    structs_below,
)
from callgen.names import enumerator

Tokens = tuple[str, ...]
SCHEMA_ABI = 4
_SCALARS = {"string": "std::string_view", "boolean": "bool", "any": "json::raw_value"}
_WIDTHS = {
    "int32": "std::int32_t",
    "int64": "std::int64_t",
    "uint32": "std::uint32_t",
    "uint64": "std::uint64_t",
    "float": "float",
    "double": "double",
}
_ROUNDED_TO_ZERO = 2.0**-150  # as a float: compilers warn of such a literal


@dataclass(frozen=True)
class EnumPlan:
    name: str
    declaration: Tokens
    names: Tokens


@dataclass(frozen=True)
class FieldPlan:
    """A member of a struct: `above` are comment lines, `line` is the declaration with or without a
    comment.
    """

    above: Tokens
    line: str


@dataclass(frozen=True)
class StructPlan:
    name: str
    wire_name: str
    comment: Tokens
    fields: tuple[FieldPlan, ...]
    constants: tuple[Tokens, ...]  # that the members' rules refer to
    members: tuple[Tokens, ...]
    also: Tokens = ()
    holds_sensitive: bool = False


@dataclass(frozen=True)
class TypesPlan:
    enums: tuple[EnumPlan, ...]
    structs: tuple[StructPlan, ...]
    headers: Tokens
    system_headers: Tokens


@dataclass(frozen=True)
class ArrayPlan:
    """A std::array of aggregates. comment: lines above it; notes: lines above each element."""

    type: str
    name: str
    elements: tuple[Tokens, ...]
    notes: tuple[Tokens, ...]
    comment: Tokens = ()


def plain_array(
    kind: str, name: str, elements: Iterable[Tokens], comment: Tokens = ()
) -> ArrayPlan:
    whole = tuple(elements)
    return ArrayPlan(kind, name, whole, tuple(() for _ in whole), comment)


def plan_types(
    provider: Provider, own_headers: Iterable[str] = (), own_system_headers: Iterable[str] = ()
) -> TypesPlan:
    structs = tuple(structs_below(provider.payload))
    planner = _Planner(provider)
    enums = {node.cpp_name: node for struct in structs for node in _enums(struct)}
    plans = tuple(planner.struct(struct) for struct in structs)
    kinds = {
        node.kind
        for struct in structs
        for member in struct.members
        for node in _chain(member.schema)
    }
    headers = [f"callgate/{name}.hpp" for name in ("core/duration", "provider/provider", "reflect/reflect")]
    headers += ["callgate/core/arena_vector.hpp"] if "array" in kinds else []
    headers += ["callgate/json/raw_value.hpp"] if "any" in kinds else []
    headers += ["callgate/reflect/enum_names.hpp"] if any(
        not e.is_open for e in enums.values()
    ) else []
    headers += ["callgate/reflect/open_enum.hpp"] if any(e.is_open for e in enums.values()) else []
    headers += ["callgate/provider/read_value.hpp"] if _has_values(provider) else []
    headers += ["callgate/schema/check_part.hpp"] if provider.checks else []
    headers += own_headers
    optional = any(member.is_optional for struct in structs for member in struct.members)
    system = ["array", "cstdint", "span", "string_view", "tuple"] + (
        ["optional"] if optional else []
    )
    return TypesPlan(
        tuple(_enum(e) for e in enums.values()),
        plans,
        tuple(sorted(headers)),
        tuple(sorted({*system, *own_system_headers})),
    )


def _has_values(provider: Provider) -> bool:
    bodies = [provider.log, *(answer.body for answer in provider.answers.values())]
    parts = (part for body in bodies for part in body)
    return any(not isinstance(part, str) and part.name == "value" for part in parts)


def _chain(schema: Schema) -> list[Schema]:
    """A schema and, of an array, its items."""
    return [schema] + (_chain(schema.items) if schema.items is not None else [])


def has_content(payload: Schema) -> bool:
    """Whether a string holds JSON that is looked at."""
    members = (member for struct in structs_below(payload) for member in struct.members)
    return any(member.schema.innermost.content is not None for member in members)


def _enums(struct: Schema) -> list[Schema]:
    return [m.schema.innermost for m in struct.members if m.schema.innermost.names]


def _enum(schema: Schema) -> EnumPlan:
    head = f"static constexpr std::array<std::string_view, {len(schema.names)}> names{{"
    return EnumPlan(
        schema.cpp_name,
        declared(
            f"enum class {schema.cpp_name} : std::uint8_t {{", map(enumerator, schema.names), " };"
        ),
        declared(head, map(cpp.literal, schema.names), "};"),
    )


def declared(head: str, items: Iterable[str], tail: str) -> Tokens:
    """A declaration with a list: a line may end after its head and after each item."""
    tokens = cpp.listed(tuple(items), tail=tail)
    return (head + " " + tokens[0] if head.endswith(" {") else head + tokens[0], *tokens[1:])


class _Planner:
    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self._space = f"schemas::{provider.name}"

    def struct(self, struct: Schema) -> StructPlan:
        constants: list[Tokens] = []
        members = tuple(self._member(struct, member, constants) for member in struct.members)
        fields = tuple(self._field(struct, member) for member in struct.members)
        name = cpp.literal(struct.wire_name)
        return StructPlan(
            struct.cpp_name,
            name,
            cpp.comment(struct.description),
            fields,
            tuple(constants),
            members,
            self._also(struct),
            struct.holds_sensitive,
        )

    def _also(self, struct: Schema) -> Tokens:
        if struct.check is None:
            return ()
        check = f"schemas::{self._provider.name}::{check_of(struct.check)}"
        return (f"static constexpr value_check also = &{check};",)

    def _field(self, struct: Schema, member: Member) -> FieldPlan:
        declared = self._type(struct, member.schema)
        if member.is_optional:
            declared = f"std::optional<{declared}>"
        line = f"  {declared} {member.cpp_name}{{{self._default(struct, member)}}};"
        text = cpp.comment_text(member.description)
        if not text:
            return FieldPlan((), line)
        if len(line) + len(text) + 5 <= cpp.WIDTH:
            return FieldPlan((), f"{line}  // {text}")
        return FieldPlan(cpp.comment(member.description, 2), line)

    def _default(self, struct: Schema, member: Member) -> str:
        """What is in the braces of a member."""
        if not member.default:
            return ""
        value, schema = member.default[0], member.schema
        if isinstance(value, bool):
            return str(value).lower()
        if not schema.names:
            if schema.width == "float":
                return cpp.number(value if abs(value) > _ROUNDED_TO_ZERO else 0.0) + "F"
            return cpp.literal(value) if schema.kind == "string" else cpp.number(value)
        known = f"{self._enum_type(struct, schema)}::{enumerator(value)}"
        if not schema.is_open:
            return known
        return f"{known if value in schema.names else 'std::nullopt'}, {cpp.literal(value)}"

    def _type(self, struct: Schema, schema: Schema) -> str:
        if schema.kind == "array":
            item = self._type(struct, schema.items)
            item = f"std::optional<{item}>" if schema.items.nullable else item
            return f"arena_vector<{item}, {schema.capacity}>"
        if schema.kind in ("integer", "number"):
            return _WIDTHS[schema.width or ("int64" if schema.kind == "integer" else "double")]
        if not schema.cpp_name:
            return _SCALARS[schema.kind]
        name = self._enum_type(struct, schema)
        return f"open_enum<{name}>" if schema.is_open else name

    def _enum_type(self, struct: Schema, schema: Schema) -> str:
        name = schema.cpp_name
        # unqualified, it would change its meaning
        if any(member.cpp_name == name for member in struct.members):
            name = f"::callgate::{self._space}::{name}"
        return name

    def _member(self, struct: Schema, member: Member, constants: list[Tokens]) -> Tokens:
        flags = {
            "required": member.required,
            "nullable": member.schema.nullable,
            "droppable": self._provider.is_droppable(struct, member),
            "drops_other_types": self._provider.drops_other_types(struct, member),
            "sensitive": member.is_sensitive,
            "holds_sensitive": member.schema.holds_sensitive and not member.is_sensitive,
            "defaulted": bool(member.default),
        }
        tokens = [
            f"member{{{cpp.literal(member.name)},",
            f"&{self._space}::{struct.cpp_name}::{member.cpp_name},",
            *cpp.listed(
                _demands(member.schema, member.cpp_name, constants, flags, self._space),
                cpp.BREAK + "rule{",
                "}",
            ),
        ]
        if member.aliases:
            name = member.cpp_name + "_aliases"
            head = f"static constexpr std::array<std::string_view, {len(member.aliases)}> {name}{{"
            constants.append(
                cpp.listed([cpp.literal(alias) for alias in member.aliases], head, "};")
            )
            tokens[-1] += ","
            tokens.append(name)
        tokens[-1] += "},"
        return tuple(tokens)


def _demands(
    schema: Schema, name: str, constants: list[Tokens], flags: dict[str, bool], space: str
) -> list[str]:
    """The designated initialisers of a rule. Constants it refers to are named after `name`."""
    parts = [f".{flag} = true" for flag, on in flags.items() if on]
    for key, value, default in (
        ("min_length", schema.min_length, 0),
        ("max_length", schema.max_length, None),
        ("min_items", schema.min_items, 0),
        ("max_items", schema.max_items, None),
    ):
        parts += [f".{key} = {cpp.number(value)}"] if value != default else []
    for key, bound in (("minimum", schema.minimum), ("maximum", schema.maximum)):
        if bound is not None:
            exclusive = ".exclusive = true, " if bound.exclusive else ""
            value = f".{_slot_of(schema)} = {cpp.number(bound.value)}"
            parts.append(f".{key} = {{.set = true, {exclusive}{value}}}")
    if schema.values:
        kind, key = {
            "string": ("std::string_view", "strings"),
            "integer": ("std::int64_t", "integers"),
            "number": ("double", "numbers"),
        }[schema.kind]
        head = f"static constexpr std::array<{kind}, {len(schema.values)}> {name}_values{{"
        texts = [
            cpp.literal(v) if schema.kind == "string" else cpp.number(v) for v in schema.values
        ]
        constants.append(cpp.listed(texts, head, "};"))
        parts.append(f".{key} = {name}_values")
    if schema.items is not None:
        flags = {
            "nullable": schema.items.nullable, "holds_sensitive": schema.items.holds_sensitive
        }
        inner = _demands(schema.items, name + "_item", constants, flags, space)
        if inner:
            constants.append(cpp.listed(inner, f"static constexpr rule {name}_items{{", "};"))
            parts.append(f".items = &{name}_items")
    if schema.also is not None:
        parts.append(f".also = &{space}::{check_of(schema.also)}")
    if schema.content is not None:
        parts.append(f".content = &{space}::check_data::check_content<{schema.content}>")
    return parts


def check_of(index: int) -> str:
    """The function that looks at a value's text."""
    return f"check_data::check<{index}>"


def _slot_of(schema: Schema) -> str:
    if schema.kind == "number":
        return "d"
    return "u" if schema.width.startswith("uint") else "i"


# --- sources

def source_tokens(sources: Sources) -> Tokens:
    """The type of a source or a list of them."""
    if not sources:
        return ("source::none",)
    if len(sources) == 1:
        return (_source(sources[0]),)
    return cpp.listed([_source(source) for source in sources], "source::first_of<", ">")


def _source(source: Source) -> str:
    if isinstance(source, BodySource):
        return body_type(source)
    if isinstance(source, SearchSource):
        embedded = "true" if source.embedded_json else "false"
        keys = ", ".join(cpp.literal(key) for key in source.keys)
        return f"source::search<{source.max_depth}, {embedded}, {keys}>"
    kind = "header" if isinstance(source, HeaderSource) else "query"
    return f"source::{kind}<{cpp.literal(source.name)}>"


def source_text(source: Source) -> str:
    """Where a source looks, for people."""
    if isinstance(source, BodySource):
        return source.pointer
    if isinstance(source, SearchSource):
        return "search for " + ", ".join(source.keys)
    return ("header " if isinstance(source, HeaderSource) else "query ") + source.name


def body_type(source: BodySource) -> str:
    return f"source::body<{', '.join(body_steps(source))}>"


def body_steps(source: BodySource) -> Tokens:
    return tuple(
        f"&{step.struct.cpp_name}::{step.member.cpp_name}" if isinstance(
            step, MemberStep
        ) else f"source::at{{{step}}}"
        for step in source.steps
    )

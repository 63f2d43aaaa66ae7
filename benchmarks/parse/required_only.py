# SPDX-License-Identifier: Apache-2.0
"""Schemas of which only types and required members are left: what further constraints cost is measured by them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import yaml

SUFFIX = "_required_only"
# Not format: int32 and its like, which are types. Not maxItems: arrays have their room by it.
CONSTRAINTS = {"minLength", "pattern", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
               "minItems", "uniqueItems", "minProperties", "maxProperties", "contains", "minContains", "maxContains",
               "not", "if", "then", "else", "dependentRequired", "propertyNames"}
NUMBER_FORMATS = {"int32", "int64", "uint32", "uint64", "float", "double"}
LARGEST = 4_294_967_294  # strings must have a maxLength: this one is taken out of the header
SCHEMA_PLACES = {"payload", "$defs"}
LEFT_OUT = {"examples"}  # some expect that a constraint is broken


def is_constraint(key: str, value: yaml.Node) -> bool:
    return key in CONSTRAINTS or key == "format" and value.value not in NUMBER_FORMATS


def take_out_constraints(node: yaml.Node, of_members: bool = False) -> None:
    """of_members: the keys are names that the payload has, such as a member that is called pattern."""
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            take_out_constraints(item)
    elif isinstance(node, yaml.MappingNode):
        node.value = [(key, value) for key, value in node.value if of_members or not is_constraint(key.value, value)]
        for key, value in node.value:
            if key.value == "maxLength" and not of_members:
                value.value = str(LARGEST)
            take_out_constraints(value, not of_members and key.value in {"properties", "$defs"})


def variant(schema: Path) -> str:
    """The rest of the file stays as it is; the provider has SUFFIX."""
    top = yaml.compose(schema.read_text(encoding="utf-8"))
    top.value = [(key, value) for key, value in top.value if key.value not in LEFT_OUT]
    for key, value in top.value:
        if key.value == "provider":
            value.value += SUFFIX
        elif key.value in SCHEMA_PLACES:
            take_out_constraints(value, of_members=key.value == "$defs")
    return yaml.serialize(top, allow_unicode=True)


def write_if_changed(file: Path, text: str) -> None:
    if not file.is_file() or file.read_text(encoding="utf-8") != text:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def write_headers(schemas: list[Path], codegen: Path, work: Path) -> None:
    """<work>/required_only.hpp and what it includes."""
    written = [work / "variants" / f"{schema.stem}{SUFFIX}.yaml" for schema in schemas]
    for schema, file in zip(schemas, written):
        write_if_changed(file, variant(schema))
    subprocess.run([sys.executable, "-s", "-E", "-B", codegen, "generate", "--out", work / "variants", *written],
                   check=True)
    for file in written:
        made = work / "variants" / "callgate" / "schemas" / f"{file.stem}.hpp"
        text = made.read_text(encoding="utf-8").replace(f".max_length = {LARGEST:,}".replace(",", "'"),
                                                        ".max_length = unbounded")
        write_if_changed(work / "callgate" / "schemas" / made.name, text)
    includes = "".join(f"#include <callgate/schemas/{file.stem}.hpp>\n" for file in written)
    providers = ",\n    ".join(f"callgate::schemas::{file.stem}::provider" for file in written)
    whose = ", ".join(f'"{schema.stem}"' for schema in schemas)
    write_if_changed(work / "required_only.hpp", (
        f"#pragma once\n\n{includes}\n#include <array>\n#include <string_view>\n#include <tuple>\n\n"
        f"namespace parse_benchmark {{\nusing required_only = std::tuple<\n    {providers}>;\n"
        f"inline constexpr std::array<std::string_view, {len(schemas)}> whose{{{whose}}};\n}}\n"))

# SPDX-License-Identifier: Apache-2.0
"""schemas/provider.schema.json says what callgen reads: no key, choice, bound or default differs.

Data flow: callgen checks good schemas that use everything, while each look of its `Fields` at a
mapping is recorded -> the mapping's place in the meta-schema -> what both say of it.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from callgen import answers, check, context, expressions, keywords, names, records, sections, sources
from callgen.fields import _SIZES, _UNITS, Fields
from callgen.load import Node, load_text
from callgen.model import NOWHERE, OUTCOMES
from callgen.problems import Problems
from callgen.schema import graph
from conftest import META_SCHEMA, good_schemas

META = json.loads(META_SCHEMA.read_text(encoding="utf-8"))
OF_PAYLOAD = ("/definitions/node", "/definitions/check")  # keywords, which no Fields reads
BY_HAND = {  # what is demanded beside Fields' required, with a message of its own
    "/definitions/hmac": {"header", "secret"},
    "/definitions/token": {"secret"},
    "/definitions/method/properties/none": {"reason"},
    "/definitions/step": {"expect"},
}
# Where callgen has a value that is no default: it stands for what is absent.
NO_DEFAULT = {
    "/definitions/answer/status", "/definitions/answer_unstored/status",
    "/definitions/context_field/maxLength", "/definitions/tolerance/on_invalid_member",
}


@dataclass
class Place:
    """What was recorded of one place of the meta-schema."""

    known: set[str] = field(default_factory=set)
    required: list[set[str]] = field(default_factory=list)
    reads: dict[str, tuple[str, str, Any]] = field(default_factory=dict)  # how, key, arguments


def resolved(pointer: str, schema: Any) -> tuple[str, dict[str, Any]]:
    """Where a reference leads; what stands beside it counts as well."""
    if isinstance(schema, dict) and "$ref" in schema:
        target = schema["$ref"].removeprefix("#")
        pointer, found = resolved(target, at(target))
        return pointer, {**found, **{key: schema[key] for key in schema if key != "$ref"}}
    return pointer, schema


def at(pointer: str) -> Any:
    here = META
    for token in pointer.split("/")[1:]:
        here = here[token]
    return here


def below(pointer: str, schema: dict[str, Any], token: str) -> tuple[str, dict[str, Any]]:
    if token in schema.get("properties", {}):
        return resolved(f"{pointer}/properties/{token}", schema["properties"][token])
    for pattern, inner in schema.get("patternProperties", {}).items():
        if re.search(pattern, token):
            return resolved(f"{pointer}/patternProperties/{pattern}", inner)
    word = "items" if token.isdigit() and "items" in schema else "additionalProperties"
    return resolved(f"{pointer}/{word}", schema[word])


def paths(node: Node, path: tuple[str, ...] = ()) -> Iterator[tuple[int, tuple[str, ...]]]:
    yield id(node), path
    if node.kind == "map":
        for key, value in node.pairs():
            yield from paths(value, (*path, key.value))
    elif node.kind == "list":
        for index, item in enumerate(node.value):
            yield from paths(item, (*path, str(index)))


class Recorder:
    def __init__(self) -> None:
        self.looks: list[tuple[Node, Any, Any]] = []
        self.reads: list[tuple[Node, str, str, Any]] = []

    def install(self, patch: pytest.MonkeyPatch) -> None:
        start = Fields.__init__

        def begun(fields: Fields, node: Node, problems: Problems, known: Any, required: Any = (),
                  *more: Any, **named: Any) -> None:
            start(fields, node, problems, known, required, *more, **named)
            if fields:
                self.looks.append((node, known, required))

        patch.setattr(Fields, "__init__", begun)
        for how in ("text", "flag", "integer", "choice", "duration_ms", "size_bytes", "list_of_text"):
            patch.setattr(Fields, how, self._read(how, getattr(Fields, how)))

    def _read(self, how: str, of: Callable[..., Any]) -> Callable[..., Any]:
        def read_key(fields: Fields, key: str, *more: Any, **named: Any) -> Any:
            if fields:
                self.reads.append((fields._map, how, key, (*more, *named.values())))
            return of(fields, key, *more, **named)

        return read_key


@pytest.fixture(scope="module")
def places() -> dict[str, Place]:
    """By pointer into the meta-schema. The payload is left out: its keywords are a list."""
    found: dict[str, Place] = defaultdict(Place)
    with pytest.MonkeyPatch.context() as patch:
        recorder = Recorder()
        recorder.install(patch)
        for path, text in good_schemas():
            problems = Problems()
            root = load_text(text, path.name, problems)
            assert check.check_root(path, path.name, root, problems).provider is not None, path
            where = {node: path for node, path in paths(root) if path[:1] not in (("payload",), ("$defs",))}
            gather(recorder, where, found)
            recorder.looks.clear(), recorder.reads.clear()
    return found


def gather(recorder: Recorder, where: dict[int, tuple[str, ...]], found: dict[str, Place]) -> None:
    for node, known, required in recorder.looks:
        if id(node) in where:
            pointer, schema = located(where[id(node)])
            # Where the schema's author chooses the names, callgen knows those that he chose.
            found[pointer].known |= set(known or ()) if "properties" in schema else set()
            found[pointer].required.append(set(required))
    for node, how, key, arguments in recorder.reads:
        if id(node) in where:
            read = (how, key, arguments)
            found[located(where[id(node)])[0]].reads[repr(read)] = read


def located(path: tuple[str, ...]) -> tuple[str, dict[str, Any]]:
    pointer, schema = "", META
    for token in path:
        pointer, schema = below(pointer, schema, token)
    return pointer, schema


def closed_places(schema: Any = META, pointer: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every mapping whose keys the meta-schema lists; within the payload the keywords alone."""
    if not isinstance(schema, dict):
        return
    if "properties" in schema and schema.get("additionalProperties") is False:
        yield pointer, schema
        if pointer in OF_PAYLOAD:
            return
    for word in ("properties", "definitions", "patternProperties"):
        for key, inner in schema.get(word, {}).items():
            yield from closed_places(inner, f"{pointer}/{word}/{key}")
    for word in ("items", "additionalProperties"):
        yield from closed_places(schema.get(word), f"{pointer}/{word}")


def differences(where: str, compiled: Any, written: Any) -> list[str]:
    """What to do, one line each."""
    compiled, written = set(compiled), set(written)
    return [
        *(f"{where}: callgen knows '{name}': add it" for name in sorted(compiled - written)),
        *(f"{where}: callgen does not know '{name}': remove it" for name in sorted(written - compiled)),
    ]


def no(wrong: list[str]) -> None:
    """All of it in the message of a failed test."""
    if wrong:
        pytest.fail("\n".join([f"{META_SCHEMA.name} and callgen differ:", *wrong]), pytrace=False)


def test_every_key_that_is_read_has_a_line_and_no_other(places: dict[str, Place]) -> None:
    wrong = []
    for pointer, schema in closed_places():
        if pointer in OF_PAYLOAD:
            continue
        compiled = {"unknown"} if pointer == "/definitions/codes" else places[pointer].known
        wrong += differences(f"{pointer or 'root'} properties", compiled, schema["properties"])
    listed = {pointer for pointer, _ in closed_places()}
    wrong += [
        f"{pointer}: callgen knows {sorted(place.known)}: list them in properties"
        for pointer, place in places.items() if place.known and pointer not in listed
    ]
    no(wrong)


def test_every_key_that_is_demanded_is_required(places: dict[str, Place]) -> None:
    wrong = []
    for pointer, place in places.items():
        always = set.intersection(*place.required) if place.required else set()
        wrong += differences(
            f"{pointer or 'root'} required", always | BY_HAND.get(pointer, set()),
            resolved(pointer, at(pointer))[1].get("required", ()),
        )
    no(wrong)


def test_every_value_has_the_kind_choices_bounds_and_default_that_are_read(
    places: dict[str, Place]
) -> None:
    seen = [
        (f"{pointer}/{key}", how, below(pointer, at(pointer), key)[1], arguments)
        for pointer, place in places.items() for how, key, arguments in place.reads.values()
    ]
    known = [one for one in seen if one[2] is not False]  # else it is an unknown key all the same
    assert len(known) > 100
    no([text for one in known for text in odd(*one)])


def odd(where: str, how: str, schema: dict[str, Any], given: tuple[Any, ...]) -> Iterator[str]:
    kind = {"flag": "boolean", "integer": "integer", "list_of_text": "array"}.get(how, "string")
    types = schema.get("type", {type(value).__name__ for value in schema.get("enum", ())})
    if kind not in types and types != {"str"}:
        yield f"{where}: callgen reads {kind}, the schema has {types}"
    if how == "integer" and (schema["minimum"], schema["maximum"]) != given[1:3]:
        # An answer that stores nothing is refused below 300, with a message of its own.
        if not (where.startswith("/definitions/answer_unstored/") and schema["minimum"] == 300):
            yield f"{where}: callgen reads {given[1]} to {given[2]}"
    if how == "choice" and where != "/definitions/stages/initial":
        yield from differences(where, given[0], schema["enum"])
    if how == "list_of_text" and resolved("", schema["items"])[1].get("type") != "string":
        yield f"{where}: callgen reads a list of text"
    if where not in NO_DEFAULT and (wanted := default_of(how, given)) != written_default(how, schema):
        yield f"{where}: the default is {wanted!r}"


def default_of(how: str, given: tuple[Any, ...]) -> Any:
    """None where there is no default."""
    if how == "flag":
        return given[0] if given else False
    if how == "choice":
        return given[1] or None
    if how == "integer":
        return given[0] if given[1] <= given[0] <= given[2] and given[2] < 2**31 - 1 else None
    return given[0] or None if how in ("duration_ms", "size_bytes") else None


def written_default(how: str, schema: dict[str, Any]) -> Any:
    value = schema.get("default")
    if value is None or how not in ("duration_ms", "size_bytes"):
        return value
    number, unit = re.fullmatch(r"(\d+)(\w+)", value).groups()
    return int(number) * {**_UNITS, **_SIZES}[unit]


# --- the payload

def test_every_keyword_of_the_payload_has_a_line_and_no_other() -> None:
    """For a keyword of members: one line in node/properties. For one that the checks read, too:
    another in check/properties. One of members alone is false in payload/properties.
    """
    read_by_checks = [keyword for keyword in keywords.COMPILED if is_read_by_checks(keyword)]
    own = {name: META["definitions"][name]["properties"] for name in ("node", "check", "payload")}
    no([
        *differences("/definitions/node/properties", keywords.COMPILED, own["node"]),
        *differences("/definitions/check/properties", read_by_checks, own["check"]),
        *differences("/definitions/payload/properties", keywords._OF_MEMBERS, own["payload"]),
    ])


def is_read_by_checks(keyword: str) -> bool:
    """Whether it says something within anyOf, where nothing becomes a member."""
    problems = Problems()
    text = "payload: {type: object, properties: {a: {anyOf: [{'%s': 1}]}}}" % keyword
    check.check_root(Path("a.yaml"), "a.yaml", load_text(text, "a.yaml", problems), problems)
    return not any(f"'{keyword}' is unknown" in problem.text for problem in problems.found)


def test_formats_and_types_are_the_same() -> None:
    node, checks = (META["definitions"][name]["properties"] for name in ("node", "check"))
    widths = [*keywords._WIDTHS, "float", "double"]
    no([
        *differences("node format", [*widths, *graph.FORMATS], node["format"]["enum"]),
        *differences("check format", graph.FORMATS, checks["format"]["enum"]),
        *differences("type", keywords._TYPES, META["definitions"]["type"]["enum"]),
    ])


# --- lists that Fields does not read

def test_outcomes_forms_facts_and_slots_are_the_same() -> None:
    own = META["definitions"]
    every, unstored = own["answers"]["anyOf"][1]["required"], "#/definitions/answer_unstored"
    refused = [name for name, kept in OUTCOMES.items() if kept == NOWHERE]
    found = own["answers"]["properties"]
    slots = re.search(r"\(\?:([a-z_|]+)\|", own["body"]["pattern"])[1].split("|")
    of_keys = re.search(r"\(\?:([a-z_|]+)\)", own["idempotency"]["properties"]["key"]["pattern"])[1]
    form = own["expression"]
    words = {*expressions.FORMS}.union(*expressions._BESIDE.values())
    no([
        *differences("forms and what is beside them", words, form["properties"]),
        *differences("answers anyOf", OUTCOMES, every),
        *differences("outcomes that store nothing", refused,
                     [name for name in found if found[name].get("$ref") == unstored]),
        *differences("facts", expressions.META, form["properties"]["meta"]["enum"]),
        *differences("expression dependencies", form["properties"], form["dependencies"]),
        *differences("slots", {*answers.SLOTS} - {"value"}, slots),
        *differences("slots of keys", sections._KEY_SLOTS, of_keys.split("|")),
    ])


def test_units_are_the_same() -> None:
    for name, units in (("duration", _UNITS), ("size", _SIZES)):
        written = META["definitions"][name]["pattern"].split("(?:")[1].split(")")[0].split("|")
        no(differences(name, units, written))


@pytest.mark.parametrize(("pointer", "bound"), [
    ("/properties/context/maxProperties", context.MAX_FIELDS),
    ("/properties/tables/maxProperties", context.MAX_TABLES),
    ("/properties/records/maxProperties", records.MAX_RECORDS),
    ("/definitions/record/properties/set/maxProperties", records.MAX_COLUMNS),
    ("/definitions/table/properties/columns/maxItems", context.MAX_COLUMNS),
    ("/definitions/table/properties/rows/maxProperties", context.MAX_ROWS),
    ("/definitions/name/maxLength", context.MAX_NAME),
    ("/definitions/name/pattern", names.IDENTIFIER.pattern),
    ("/properties/provider/pattern", names.PROVIDER.pattern),
    ("/definitions/field_name/pattern", names.TOKEN.pattern),
    ("/definitions/secret/properties/env/pattern", names.ENVIRONMENT.pattern),
    ("/definitions/search/properties/keys/maxItems", sources._MAX_KEYS),
    ("/definitions/search/properties/keys/items/maxLength", sources._MAX_KEY_BYTES),
    ("/definitions/node/properties/x-capacity/maximum", keywords._MAX_CAPACITY),
    ("/definitions/count/maximum", keywords._MAX_COUNT),
    ("/definitions/record/properties/set/propertyNames/pattern", records._COLUMN.pattern),
])
def test_bounds_and_patterns_are_the_same(pointer: str, bound: int | str) -> None:
    assert at(pointer) == bound


def test_every_key_has_a_text_to_hover_over() -> None:
    silent = [
        f"{pointer}/{key}" for pointer, schema in closed_places()
        for key, inner in schema["properties"].items()
        if not resolved("", inner)[1].get("description")
    ]
    assert silent == []


def test_the_bundled_schemas_name_the_file_on_their_first_line() -> None:
    modeline = f"# yaml-language-server: $schema={META_SCHEMA.name}\n"
    bundled = sorted(META_SCHEMA.parent.glob("*.yaml"))
    assert [path.name for path in bundled if not path.read_text().startswith(modeline)] == []
    assert len(bundled) >= 4

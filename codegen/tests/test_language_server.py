# SPDX-License-Identifier: Apache-2.0
"""What an editor says of a provider's file, by schemas/provider.schema.json: yaml-language-server is
asked over stdio, as editors ask it.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from callgen import keywords
from callgen.check import check_root
from callgen.load import load_text
from callgen.problems import Problems
from conftest import META_SCHEMA, ROOT, SCHEMAS, good_schemas
from language_server import LanguageServer

BAD = sorted((Path(__file__).parent / "bad").glob("*.yaml"))
MODELINE = "# yaml-language-server:"
MISSING = "Missing property"  # is told at the key above the mapping

# Files that callgen does not read to the end, and what only it can find.
NOT_READ = {"bombs", "control", "deep", "empty", "loop", "not_utf8", "not_yaml", "tags"}
FOUND_BY_CALLGEN_ALONE = {
    "array_pointers": "what pointers lead to",
    "codes_wrong_example": "what examples become",
    "const_stage": "which stages come",
    "empty": "that there is nothing at all",
    "namespace": "keywords of C++",
    "referred_file": "other files",
    "deep_chain": "how deep definitions are within each other",
    "rounded_numbers": "what a double does not hold",
    "source": "names of the library",
    "broken_defaults": "whether a default fits",
    "sensitive_payload": "what would be shown",
    "sensitive_text": "what would be shown",
    "spelled_numbers": "numbers in strings",
    "routes_say_all": "what routes leave unread",
    "stage_names": "that enum and stages agree",
    "stage_outside_when": "which stages a record has",
    "terminal_below": "how stages rank",
    "unknown_facts": "what an outcome knows",
    "unreached_stages": "which stages come",
    "unused_rows": "which keys come",
    "wrong_examples": "what examples become",
}

PROVIDER = """\
schema: 1
provider: acme
receive: [{path: /callbacks/acme}]
auth:
  any_of:
    - hmac: {header: X-Signature, secret: {env: ACME_SECRET}}
payload:
  type: object
  required: [id, state]
  properties:
    id: {type: string, maxLength: 64}
    state: {type: string, enum: [working, done]}
identify: {task_id: $request.body#/id}
idempotency: {key: 'acme:{task_id}:{stage}'}
stages:
  from: $request.body#/state
  values:
    working: {order: 1, status: processing}
    done: {order: 2, status: completed, terminal: true}
records:
  jobs:
    set:
      state: {meta: status}
answers:
  preset: strict
"""


@pytest.fixture(scope="module")
def editor(npm_tools: Path) -> Iterator[LanguageServer]:
    with LanguageServer(npm_tools, {"**/given/*.yaml": META_SCHEMA}) as server:
        yield server


def opened(editor: LanguageServer, text: str, folder: Path = ROOT) -> str:
    """A document of its own; one that does not name its schema is given it by its folder."""
    named = text.startswith(MODELINE)
    return editor.open(folder / ("" if named else "given") / f"{next(_numbers)}.yaml", text)


_numbers = itertools.count()


def spot(text: str, mark: str = "|") -> tuple[str, int, int]:
    """The text without its mark, and the line and column where the mark stood."""
    before, after = text.split(mark)
    return before + after, before.count("\n") + 1, len(before) - before.rfind("\n")


def at(editor: LanguageServer, text: str) -> tuple[str, int, int]:
    """The document and the place in it that | marks."""
    text, line, column = spot(text)
    return opened(editor, text), line, column


def proposed(editor: LanguageServer, text: str) -> set[str]:
    return {item["label"] for item in editor.completion(*at(editor, text))}


# --- flags

def test_every_good_schema_is_clean(editor: LanguageServer) -> None:
    wanted = good_schemas()
    uris = [opened(editor, text, path.parent) for path, text in wanted]
    assert len(wanted) >= 10
    found = [(path.name, editor.diagnostics(uri)) for (path, _), uri in zip(wanted, uris)]
    assert [(name, flags) for name, flags in found if flags] == []


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda path: path.stem)
def test_a_bundled_schema_is_clean_and_a_typo_in_it_is_flagged_by_its_own_first_line(
    schema: Path, editor: LanguageServer
) -> None:
    text = schema.read_text()
    assert editor.diagnostics(opened(editor, text, schema.parent)) == []
    typo = text.replace("\nstages:", "\nstage:")
    line = typo[: typo.index("\nstage:")].count("\n") + 2
    found = editor.diagnostics(opened(editor, typo, schema.parent))
    assert (line, "Property stage is not allowed.") in found


MISTAKES = [
    ("provider: acme", "provider: Acme Ltd", "A provider's name has lower-case letters"),
    ("{path: /callbacks/acme}", "{path: /callbacks/acme, max_bdy: 1KiB}", "Property max_bdy is not allowed"),
    ("{path: /callbacks/acme}", "{path: /callbacks/acme, max_body: 1KB}", "A size is written 512B"),
    ("{path: /callbacks/acme}", "{path: /callbacks/acme, respond_within: 15}", "Expected \"string\""),
    ("hmac: {header: X-Signature, ", "hmac: {", 'Missing property "header"'),
    ("hmac:", "token:", 'Missing property "waiver"'),
    ("maxLength: 64", "maxLength: 64, minLenght: 1", "Property minLenght is not allowed"),
    (", maxLength: 64", "", 'Missing property "maxLength"'),
    ("type: string, maxLength: 64", "type: [string, 'null']", 'Missing property "maxLength"'),
    ("enum: [working, done]", "enum: [working, done], x-open: true", 'Missing property "maxLength"'),
    ("{type: string, enum: [working, done]}", "{type: array}", 'Missing property "maxItems"'),
    ("{type: string, enum: [working, done]}", "{type: text}", "Valid values: \"string\""),
    ("$request.body#/id", "$request.bdy#/id", "A source is $request.body#/pointer"),
    ("acme:{task_id}:{stage}", "acme:{stage}", "A derived key is a template"),
    ("order: 1", "order: 0", "minimum of 1"),
    ("status: processing", "status: running", "Valid values: \"pending\""),
    ("state: {meta: status}", "state: {meta: status}\n    each: /a\n    key: [a]\n    registered: true",
     "Matches a schema that is not allowed"),
    ("state: {meta: status}", "state: {meta: state}", "Valid values: \"provider\""),
    ("state: {meta: status}", "state: {mta: status}", "Property mta is not allowed"),
    ("state: {meta: status}", "state: {if: /ok}", 'Missing property "then"'),
    ("state: {meta: status}", "state: {meta: status, const: 1}", "more properties than limit of 1"),
    ("preset: strict", "preset: strikt", 'Valid values: "strict"'),
    ("preset: strict", "accepted: {status: 200}", 'Missing property "preset"'),
    ("preset: strict", "preset: strict\n  queue_full: {status: 200}", "minimum of 300"),
    ("preset: strict", "preset: strict\n  accepted: {body: {id: '{taskid}'}}", "There is no such slot"),
]


@pytest.fixture(scope="module")
def mistaken(editor: LanguageServer) -> list[str]:
    """MISTAKES, opened all at once: the server lets a moment pass before it looks at a document."""
    return [opened(editor, PROVIDER.replace(right, wrong, 1)) for right, wrong, _ in MISTAKES]


@pytest.mark.parametrize("index", range(len(MISTAKES)), ids=lambda index: MISTAKES[index][1])
def test_a_mistake_is_flagged_at_its_line_and_nothing_else_is(
    index: int, mistaken: list[str], editor: LanguageServer
) -> None:
    right, wrong, message = MISTAKES[index]
    assert PROVIDER.count(right) == 1 or right == "hmac:"
    line = PROVIDER[: PROVIDER.index(right)].count("\n") + 1 + wrong.count("\n")
    (found, text), = editor.diagnostics(mistaken[index])
    assert message in text
    # What is missing is told at the key above, at most two lines up.
    assert line - 2 <= found <= line if MISSING in message else found == line


def test_what_is_wrong_with_the_form_of_bad_schemas_is_flagged(editor: LanguageServer) -> None:
    """All but those with mistakes that a look at the form cannot find, which are named above."""
    uris = [opened(editor, path.read_text(errors="replace")) for path in BAD]
    clean = {path.stem for path, uri in zip(BAD, uris) if not editor.diagnostics(uri)}
    hidden, named = sorted(clean - {*FOUND_BY_CALLGEN_ALONE}), sorted({*FOUND_BY_CALLGEN_ALONE} - clean)
    assert hidden == [], "flag these, or say in FOUND_BY_CALLGEN_ALONE why that cannot be"
    assert named == [], "these are flagged: take them out of FOUND_BY_CALLGEN_ALONE"
    assert len(BAD) - len(clean) >= 40


def test_no_line_is_flagged_that_callgen_takes(editor: LanguageServer) -> None:
    whole = [path for path in BAD if path.stem not in NOT_READ]
    uris = [opened(editor, path.read_text()) for path in whole]
    wrong = []
    for path, uri in zip(whole, uris):
        told = path.with_suffix(".expected").read_text().splitlines()
        refused = {int(line.split(":")[1]) for line in told}
        wrong += [
            (path.name, line, text) for line, text in editor.diagnostics(uri)
            if line not in refused and MISSING not in text
        ]
    assert wrong == []


# --- completion and hover

@pytest.mark.parametrize(("where", "text", "some"), [
    ("the root", PROVIDER + "|", {"tolerance", "tasks", "codes", "context", "tables", "log", "examples"}),
    ("an empty file", "|", {"schema", "provider", "receive", "provider"}),
    ("a route", "receive:\n  - path: /a\n    |", {"max_body", "respond_within", "applies_stage"}),
    ("auth", "auth:\n  |", {"any_of", "on_missing_secret", "waiver"}),
    ("its methods", "auth:\n  any_of:\n    - |", {"hmac", "token", "none"}),
    ("a payload", "payload:\n  |", {"$ref", "type", "properties", "required"}),
    ("a member", "payload:\n  type: object\n  properties:\n    id:\n      |",
     {"type", "maxLength", "enum", "format", "x-aliases", "x-cpp-name", "x-open"}),
    ("a definition", "$defs:\n  Track:\n    |", {"type", "properties", "oneOf", "patternProperties"}),
    ("a type", "payload:\n  type: |", {"object", "string", "array"}),
    ("a stage", "stages:\n  values:\n    done:\n      |", {"order", "status", "require", "expected"}),
    ("a status", "stages:\n  values:\n    done:\n      order: 1\n      status: |", {"completed", "failed"}),
    ("answers", "answers:\n  |", {"preset", "accepted", "schema_error", "unsupported_media"}),
    ("a column", "records:\n  jobs:\n    set:\n      a:\n        |", {"meta", "first_of", "lookup", "if"}),
    ("a code", "codes:\n  200:\n    |", {"name", "severity", "retry", "message"}),
    ("an example", "examples:\n  a:\n    |", {"body", "expect", "steps", "context"}),
    ("what it expects", "examples:\n  a:\n    expect:\n      |", {"outcome", "task_id", "records"}),
], ids=lambda value: value.replace(" ", "_") if isinstance(value, str) and "\n" not in value else "")
def test_what_may_stand_there_is_proposed(
    where: str, text: str, some: set[str], editor: LanguageServer
) -> None:
    assert some - proposed(editor, text) == set(), where


def test_nothing_is_proposed_beside_keywords_where_there_are_no_others(editor: LanguageServer) -> None:
    """What conditions of the schema name is not proposed once more."""
    found = editor.completion(*at(editor, "payload:\n  type: object\n  properties:\n    id:\n      |"))
    assert sorted(item["label"] for item in found) == sorted(keywords.COMPILED)


@pytest.mark.parametrize(("text", "label"), [
    ("|", "new provider"),
    (PROVIDER.replace("working: {order: 1, status: processing}", "working:\n      |"), "stage that goes on"),
    (PROVIDER.replace("done: {order: 2, status: completed, terminal: true}", "done:\n      |"), "last stage"),
    (PROVIDER.replace("set:\n      state: {meta: status}", "|"), "record of tasks"),
    (PROVIDER.replace("id, state", "id, state, code").replace("    id:", "    code: {type: integer}\n    id:")
     .replace("#/id}", "#/id, code: $request.body#/code}")
     + "codes:\n  unknown: {name: x, severity: info, meaning: x}\n  200:\n    |", "code with a text"),
    (PROVIDER + "examples:\n  a:\n    |", "example"),
], ids=lambda value: value if "\n" not in value else "")
def test_what_a_snippet_inserts_compiles(text: str, label: str, editor: LanguageServer) -> None:
    item = next(item for item in editor.completion(*at(editor, text)) if item["label"] == label)
    before = text.split("|")[0]
    indent = before[before.rfind("\n") + 1 :]
    inserted = re.sub(r"\$\{\d+\|([^,|]*)[^}]*\}|\$\{\d+:([^}]*)\}", r"\1\2", item["insertText"])
    inserted = inserted.replace("\\$", "$").replace("\n", "\n" + indent)
    if label == "example":
        inserted = inserted.replace("id: a1", "id: a1\n      state: done", 1)
    whole, problems = text.replace("|", inserted), Problems()
    check_root(Path("acme.yaml"), "acme.yaml", load_text(whole, "acme.yaml", problems), problems)
    assert problems.lines() == []
    assert editor.diagnostics(opened(editor, whole)) == []


def test_what_stands_there_already_is_not_proposed_again(editor: LanguageServer) -> None:
    assert proposed(editor, PROVIDER + "|") & {"stages", "receive", "answers"} == set()


@pytest.mark.parametrize(("text", "says"), [
    ("id|empotency: {}", "What makes two callbacks the same one"),
    ("tolerance:\n  nu|lls: absent", "null for an optional member"),
    ("auth:\n  any_of:\n    - hm|ac: {}", "A signature over the body"),
    ("payload:\n  type: object\n  properties:\n    id: {type: string, maxL|ength: 9}",
     "Code points that a string has at most"),
    ("stages:\n  values:\n    done:\n      or_ea|rlier: 30m", "may have come with a callback so long before"),
    ("answers:\n  schema_er|ror: {}", "not what payload and stage demand"),
    ("records:\n  jobs:\n    set:\n      a: {code_mess|age: /x}", "The text for people of the callback's code"),
    ("codes:\n  200: {ret|ry: later}", "What a repetition of the task needs"),
])
def test_hovering_tells_what_a_key_is_for(text: str, says: str, editor: LanguageServer) -> None:
    assert says in editor.hover(*at(editor, text))

# SPDX-License-Identifier: Apache-2.0
"""emit typescript, compiled by tsc: what fits can be assigned, and what has another form cannot."""

from __future__ import annotations

import json
import random
import subprocess
from pathlib import Path
from typing import Any

import pytest
from callgen.emit.bundle import bundle
from callgen.emit.fits import Fits
from callgen.emit.markdown import emit_markdown
from callgen.emit.typescript import emit_typescript
from payloads import FILES, bodies, mutated, source
from test_breakout import HOSTILE
from test_breakout import schema as hostile_schema
from test_bundle import member_names

_SAID = frozenset(
    "type enum const $ref $defs properties required items prefixItems anyOf allOf".split()
)
_MUTANTS = 120


def form(schema: Any) -> Any:
    """What types can say of it."""
    if isinstance(schema, list):
        return [form(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    kept: dict[str, Any] = {}
    for key, value in schema.items():
        if key in ("enum", "const"):
            kept[key] = value
        elif key in ("properties", "$defs"):
            kept[key] = {name: form(inner) for name, inner in value.items()}
        elif key == "oneOf":
            kept["anyOf"] = form(value)
        elif key in _SAID or (key == "additionalProperties" and "properties" not in schema):
            kept[key] = form(value)
        elif key in ("minItems", "maxItems") and "prefixItems" in schema:
            kept[key] = value
    types = kept.get("type")
    if types is not None:
        named = [types] if isinstance(types, str) else types
        kept["type"] = ["number" if each == "integer" else each for each in named]
    return kept


def check(schema: Path) -> str:
    """A file that compiles when the types say of each body what its form says."""
    found = source(schema)
    fits, dice = Fits(form(bundle(found))), random.Random(schema.stem)
    lines = [
        f"import type {{ Callback }} from './{schema.stem}';",
        "declare function take<Body extends Callback>(body: Body): void;",  # more members are fine
    ]
    known = bodies(found.provider)
    names = sorted({*member_names(bundle(found)), "unknown"})
    assert any(Fits(bundle(found))(json.dumps(body)) for body in known)
    for body in known:
        text = json.dumps(body)
        lines += [f"take({text});"] if fits(text) else [EXPECTED, f"take({text});"]
    for _ in range(_MUTANTS):
        text = json.dumps(mutated(dice.choice(known), names, dice))
        if not fits(text):
            lines += [EXPECTED, f"take({text});"]
    assert lines.count(EXPECTED) > _MUTANTS // 8, schema
    return "\n".join(lines) + "\n"


EXPECTED = "// @ts-expect-error"


def compiled(folder: Path, tools: Path) -> str:
    """What tsc says of all files of a folder."""
    command = ["node", tools / "typescript" / "bin" / "tsc", "--strict", "--noEmit", "--pretty", "false"]
    files = sorted(str(file) for file in folder.glob("*.ts"))
    done = subprocess.run([*command, *files], cwd=folder, capture_output=True, text=True, timeout=300)
    return done.stdout


def write(schema: Path, folder: Path) -> None:
    for name, text in emit_typescript(source(schema)).items():
        (folder / name).write_text(text)


def test_types_say_what_the_schema_says(npm_tools: Path, tmp_path: Path) -> None:
    for schema in FILES:
        write(schema, tmp_path)
        (tmp_path / f"check_{schema.stem}.ts").write_text(check(schema))
    assert compiled(tmp_path, npm_tools) == ""


def test_text_of_a_schema_stays_in_comments_and_literals(npm_tools: Path, tmp_path: Path) -> None:
    for number, text in enumerate(HOSTILE):
        schema = tmp_path / f"hostile_{number}.yaml"
        schema.write_text(
            hostile_schema(text).replace('"hostile"', f'"{schema.stem}"'), encoding="utf-8"
        )
        write(schema, tmp_path)
        name = "k" + text
        (tmp_path / f"check_{number}.ts").write_text(
            f"import type {{ Callback }} from './{schema.stem}';\n"
            "type Keys = keyof Callback;\n"
            f"const key: Keys = {json.dumps(name)};\n"
            f"const fixed: Callback[typeof key] = {json.dumps(text)};\n"
            f"{EXPECTED}\nconst other: Callback[typeof key] = {json.dumps(text + 'x')};\n"
            "declare const count: (body: Callback) => [key, fixed, other];\n".replace(
                "[key, fixed, other]", "void"
            )
        )
    assert compiled(tmp_path, npm_tools) == ""


NAMES = """
schema: 1
provider: named
receive: [{path: /a, applies_stage: done}]
auth: {any_of: [{none: {reason: x}}]}
payload: {$ref: '#/$defs/Root'}
$defs:
  Root:
    type: object
    required: [id]
    properties:
      id: {type: string, maxLength: 8, x-aliases: [ID]}
      a: {$ref: '#/$defs/Callback'}
      b: {$ref: '#/$defs/Answers'}
      c: {$ref: '#/$defs/Object'}
      d: {$ref: '#/$defs/string'}
      e: {$ref: '#/$defs/infer'}
      f: {$ref: '#/$defs/keyof'}
      g: {$ref: '#/$defs/readonly'}
      h: {$ref: '#/$defs/unique'}
      'not a name': {type: boolean}
      old: {type: boolean, deprecated: true, title: Old, description: 'Not */ any more.'}
  Callback: {type: object, properties: {x: {type: boolean}}}
  Answers: {type: string, maxLength: 8}
  infer: {type: object, properties: {x: {type: boolean}}}
  keyof: {type: string, maxLength: 8}
  readonly: {type: object, properties: {x: {type: boolean}}}
  unique: {type: string, maxLength: 8}
  Object: {type: object, properties: {y: {type: integer}}}
  string: {type: string, enum: [a], x-open: true, maxLength: 8}
identify: {task_id: $request.body#/id}
idempotency: {key: '{task_id}'}
stages: {values: {done: {order: 1, status: completed}}}
answers: {preset: strict}
"""


def test_names_that_types_have_or_cannot_have(npm_tools: Path, tmp_path: Path) -> None:
    schema = tmp_path / "named.yaml"
    schema.write_text(NAMES)
    write(schema, tmp_path)
    (tmp_path / "check.ts").write_text(
        "import type { Callback, Callback_, Answers, Answers_, string_ } from './named';\n"
        "const one: Callback = { id: 'a', d: 'new' }, other: Callback = { ID: 'a', c: { y: 1 } };\n"
        f"{EXPECTED}: one spelling is required\nconst none: Callback = { '{}' };\n"
        "const inner: Callback_ = { x: true }, text: Answers_ = 'text', open: string_ = 'a';\n"
        "declare const words: [import('./named').infer_, import('./named').keyof_];\n"
        "const more: Callback = { id: 'a', e: words[0], f: words[1], g: { x: true }, h: 'a' };\n"
        "const told: Answers['accepted'] = { ok: true };\n"
        f"{EXPECTED}\nconst untold: Answers['accepted'] = {{ ok: false }};\n"
    )
    assert compiled(tmp_path, npm_tools) == ""


TOLD = """
schema: 1
provider: told
receive: [{path: /a, applies_stage: done}]
auth: {any_of: [{none: {reason: x}}]}
payload:
  type: object
  properties:
    id: {type: string, maxLength: 8, x-aliases: [ID]}
    part: {type: object, properties: {text: {type: string, maxLength: 8}}}
    pin: {type: string, maxLength: 8, x-sensitive: true}
    old: {type: boolean, deprecated: true}
tolerance: {on_invalid_member: drop}
identify: {task_id: {search: {keys: [id], max_depth: 4}}, message: $request.body#/part/text}
idempotency: {key: '{task_id}'}
stages: {values: {done: {order: 1, status: completed}}}
answers: {preset: strict}
"""


def test_a_member_is_told_in_the_same_words_as_in_the_page(tmp_path: Path) -> None:
    schema = tmp_path / "told.yaml"
    schema.write_text(TOLD)
    types = emit_typescript(source(schema))["told.d.ts"]
    page = emit_markdown(source(schema))["told.md"].replace("`", "")
    for said in (
        "Also written ID. Left out where it does not fit.", "Another spelling of id.",
        "Left out where it is of another type.", "Sensitive: reports leave it out.",
    ):
        assert said in types and said in page, said
    assert "/** Left out where it does not fit. @deprecated */" in types
    assert "Left out where it does not fit. Deprecated." in page

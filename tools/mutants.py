#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Plants one fault at a time in a copy of the generator: a test of behaviour must see each of them.

Every check passes on the unchanged copy first. A fault that makes the generator stop or the header
not compile is none: only a wrong answer, or a static_assert, counts. Goldens are not asked.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
COPIED = ("codegen", "schemas", "tools", "tests/schema_suite", "tests/schemas", "tests/support",
          "tests/unit")
LIBRARIES = ("-lgtest", "-lgtest_main", "-lsqlite3", "-lssl", "-lcrypto", "-lpthread")
SECONDS = 300


@dataclass(frozen=True)
class Mutant:
    """check: `suite`, or a test: `unit/<layer>/<header>`, `codegen/tests/test_<name>.py`."""

    file: str  # below codegen/
    check: str
    old: str  # there once
    new: str


RECEIVE, RECORDS = "unit/pipeline/receive", "unit/pipeline/records"
PART, CODES, PROVIDER = "unit/schema/check_part", "unit/provider/code", "unit/provider/provider"
EVALUATE = "codegen/tests/test_schema_evaluate.py"  # tests/schema_suite by Python's evaluator

# The first three are the short list.
MUTANTS = (
    # patterns
    Mutant("callgen/regex/charset.py", "suite", "out.append((start, low - 1))", "out.append((start, low))"),
    Mutant("templates/checks.hpp.j2", PART, "check_part(nodes, At,", "check_part(nodes, 0,"),
    Mutant("callgen/plan_stages.py", PROVIDER, 'parts += [".terminal = true"] if stage.terminal else []', ""),
    Mutant("callgen/regex/dfa.py", "suite", "number(initial | {-2}, True)", "number(initial | {-2}, False)"),
    Mutant("callgen/regex/dfa.py", "suite", "at_start=False) | self._later", "at_start=False)"),
    Mutant("callgen/regex/nfa.py", "suite",
           "(tree.high or tree.low) - tree.low",
           "(tree.high or tree.low) - tree.low - 1"),
    Mutant("callgen/regex/parse.py", EVALUATE, 'self._take("?")  # lazy', '# lazy'),
    Mutant("callgen/regex/parse.py", "suite", "cs.complement(cs.LINE_ENDS)", "cs.ANY"),
    Mutant("callgen/regex/shape.py", "suite", "bit[rest] if rest is not None else 0,", "0,"),
    Mutant("callgen/regex/shape.py", "codegen/tests/test_regex.py", "accepted.index(True) if", "0 if"),
    Mutant("callgen/regex/shape.py", "suite", "if not all(accepted[least:]) or", "if"),
    # the graph of a JSON Schema and its tables
    Mutant("callgen/schema/plan.py", "suite", "if shape.max_bytes != UNBOUNDED", "if False"),
    Mutant("callgen/schema/words.py", "suite",
           '"maxContains": ("arrays", "max_contains")',
           '"maxContains": ("arrays", "max_items")'),
    Mutant("callgen/schema/read.py", "suite",
           "            self._both(out, (self._json(value),))",
           "            out.values = (self._json(value),)"),
    Mutant("callgen/schema/words.py", "suite",
           '"then": "then_of", "else": "else_of"',
           '"then": "else_of", "else": "then_of"'),
    Mutant("callgen/schema/places.py", EVALUATE,
           'join(self._bases.get(id(schema), ""), reference)',
           'join("", reference)'),
    Mutant("callgen/schema/places.py", "suite",
           '.replace("~1", "/").replace("~0", "~")',
           '.replace("~0", "~").replace("~1", "/")'),
    Mutant("callgen/schema/plan.py", "suite", "words[at // _WORD] |=", "words[0] |="),
    Mutant("callgen/schema/plan.py", "suite", "dfa.accepting_end * width", "dfa.accepting_end"),
    Mutant("callgen/schema/plan.py", "suite", "f\".key = {keys.index(each.key)}\"", "\".key = 0\""),
    Mutant("templates/schema.hpp.j2", "suite",
           "return schema::validate(document, text);",
           "return schema::validate(document.last(1), text);"),
    Mutant("callgen/schema/plan.py", "suite", "check<schema::format::{name}>", "check<schema::format::uuid>"),
    # payloads
    Mutant("templates/types.hpp.j2", PART, "{% if struct.also %}", "{% if false %}"),
    Mutant("callgen/plan.py", PART, '("max_items", schema.max_items, None),', ""),
    Mutant("callgen/plan.py", PART, '".exclusive = true, " if bound.exclusive else ""', '""'),
    Mutant("callgen/payload.py", PART,
           "return replace(found, also=index, text_is_sensitive=sensitive)", "return found"),
    Mutant("callgen/payload.py", PART, "index = self._checks.both(found.also, index)", "pass"),
    Mutant("callgen/keywords.py", PART,
           "math.floor(value) + 1 if exclusive",
           "math.floor(value) if exclusive"),
    # the provider
    Mutant("callgen/plan_provider.py", RECEIVE,
           "return (quoted if part.quoted else",
           "return (quoted if False else"),
    Mutant("callgen/plan_provider.py", RECEIVE,
           'parts += [".drop_invalid_members = true"] if t.drop_invalid else []',
           ""),
    Mutant("callgen/plan_provider.py", RECEIVE, '("prefix", method.prefix)', '("prefix", "")'),
    Mutant("callgen/plan_provider.py", CODES, 'parts += [(".refunded = true",)] if row.refunded else []', ""),
    Mutant("callgen/plan_stages.py", RECEIVE,
           'f"{cpp.literal(source.pointer)}}},")',
           'f"{cpp.literal(stage.name)}}},")'),
    Mutant("templates/provider.hpp.j2", PROVIDER, "{{ ttl }}", "{{ retention }}"),
    Mutant("templates/provider.hpp.j2", PROVIDER,
           "tasks_required = {{ records.tasks_required }}",
           "tasks_required = false"),
    Mutant("templates/provider.hpp.j2", PROVIDER,
           "records_digest = {{ records.digest }}",
           "records_digest = 0"),
    # records
    Mutant("callgen/plan_records.py", RECORDS,
           "sum(1 << known.index(name) for name in stages)",
           "sum(2 << known.index(name) for name in stages)"),
    Mutant("callgen/plan_records.py", RECORDS, "str(table.columns.index(e.value[1]))", '"0"'),
    Mutant("callgen/plan_records.py", PROVIDER,
           'parts += [".at_registration = true"] if record.registered else []',
           ""),
    Mutant("callgen/plan_records.py", RECORDS,
           "parts += [f\".key_columns = {record.key_columns}\"] if record.key_columns else []",
           ""),
)


class Broken(Exception):
    """What is no answer of a test: the generator or the compiler stopped."""


def run(words: list[str | Path], tree: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(word) for word in words], cwd=tree, capture_output=True, text=True, timeout=SECONDS)


def suite(tree: Path, compiler: str) -> str:
    done = run([sys.executable, "-B", "tools/suite.py", "tests/schema_suite", "--work", "build/suite",
                "--compiler", compiler], tree)
    if "agree" not in done.stdout or "refused 0" not in done.stdout:
        raise Broken(done.stdout[-500:] + done.stderr[-500:])
    return done.stdout if done.returncode else ""


def unit(tree: Path, compiler: str, test: str) -> str:
    schemas = sorted((tree / "schemas").glob("*.yaml")) + [tree / "tests/schemas/every_keyword.yaml"]
    done = run([sys.executable, "-B", "codegen", "generate", "--out", "build/generated", *schemas], tree)
    if done.returncode:
        if "Traceback" in done.stderr:
            raise Broken(done.stderr[-500:])
        return done.stderr  # an example does not become what it expects
    source = Path("tests") / f"{test}_test.cpp"
    counted = ["tests/support/counted_heap.cpp"] if "counted_heap" in (tree / source).read_text() else []
    done = run([compiler, "-std=c++20", "-O0", "-Iinclude", "-I.", "-Ibuild/generated", source, *counted,
                "-o", "build/unit", *LIBRARIES], tree)
    if done.returncode:
        if "static assertion failed" not in done.stderr:
            raise Broken(done.stderr[:500])
        return done.stderr
    done = run(["build/unit", "--gtest_brief=1"], tree)
    return done.stdout + done.stderr if done.returncode else ""


def python(tree: Path, test: str) -> str:
    done = run([sys.executable, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", test], tree)
    if done.returncode not in (0, 1):
        raise Broken(done.stdout[-500:])
    return done.stdout if done.returncode else ""


def complaint(tree: Path, compiler: str, check: str) -> str:
    """What a test says is wrong; nothing if all is well. Raises Broken."""
    if check == "suite":
        return suite(tree, compiler)
    return unit(tree, compiler, check) if check.startswith("unit/") else python(tree, check)


def planted(tree: Path, mutant: Mutant, compiler: str) -> str:
    """What became of a fault: empty if it was caught."""
    file = tree / "codegen" / mutant.file
    text = file.read_text(encoding="utf-8")
    if text.count(mutant.old) != 1:
        return f"the text to change is there {text.count(mutant.old)} times, not once"
    file.write_text(text.replace(mutant.old, mutant.new), encoding="utf-8")
    try:
        return "" if complaint(tree, compiler, mutant.check) else "survived"
    except Broken as why:
        return f"no mutant, nothing is generated or compiled: {why}"
    finally:
        file.write_text(text, encoding="utf-8")


def copy(tree: Path) -> None:
    for folder in COPIED:
        shutil.copytree(HOME / folder, tree / folder, ignore=shutil.ignore_patterns("__pycache__"))
    (tree / "include").symlink_to(HOME / "include")
    (tree / "build").mkdir()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="the first three only")
    parser.add_argument("--only", default="", help="those whose check or file has this text")
    parser.add_argument("--compiler", default=os.environ.get("CXX", "c++"))
    options = parser.parse_args()
    mutants = [m for m in MUTANTS[:3 if options.short else None] if options.only in f"{m.check} {m.file}"]
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder)
        copy(tree)
        for check in dict.fromkeys(mutant.check for mutant in mutants):
            if said := complaint(tree, options.compiler, check):
                print(f"{check} fails without a fault:\n{said}")
                return 2
        for mutant in mutants:
            what = planted(tree, mutant, options.compiler)
            failed += bool(what)
            print(f"{what or 'caught'}: {mutant.check}: {mutant.file}: {mutant.old.strip()}", flush=True)
    print(f"{len(mutants) - failed} of {len(mutants)} caught")
    return 1 if failed or not mutants else 0


if __name__ == "__main__":
    sys.exit(main())

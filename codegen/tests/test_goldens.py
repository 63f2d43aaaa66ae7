# SPDX-License-Identifier: Apache-2.0
"""What is generated from the bundled schemas: goldens for reviewers, and the promises of
generating.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from conftest import CODEGEN, ROOT, SCHEMAS, Run, compare

GOLDEN = ROOT / "tests" / "golden"
GOOD = sorted((CODEGEN / "tests" / "good").glob("*.yaml"))
COMPILERS = [name for name in ("g++", "clang++") if shutil.which(name)]
WARNINGS = "-std=c++20 -fsyntax-only -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror".split()
STEMS = [path.stem for path in SCHEMAS]


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from callgen.cli import main

    out = tmp_path_factory.mktemp("generated")
    assert main(["generate", "--out", str(out), *map(str, SCHEMAS)]) == 0
    return out / "callgate" / "schemas"


def test_the_bundled_schemas_have_no_problems(callgen: Run) -> None:
    result = callgen("check", *SCHEMAS)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


@pytest.mark.parametrize(
    "name", [f"{stem}{kind}" for stem in STEMS for kind in (".hpp", ".examples.hpp")]
)
def test_a_generated_header_is_as_its_golden(
    name: str, generated: Path, update_goldens: bool
) -> None:
    compare(GOLDEN / name, (generated / name).read_text(), update_goldens)


def test_there_is_no_golden_of_a_schema_that_is_gone() -> None:
    assert {path.name.split(".")[0] for path in GOLDEN.glob("*.hpp")} == set(STEMS)


@pytest.mark.parametrize("compiler", COMPILERS)
def test_generated_headers_compile_together_and_without_warnings(
    compiler: str, generated: Path, tmp_path: Path
) -> None:
    source = tmp_path / "all.cpp"
    names = [f"{stem}{kind}" for stem in STEMS for kind in (".examples.hpp", ".hpp")]
    source.write_text(
        "".join(f"#include <callgate/schemas/{name}>\n" for name in names) + "int main() {}\n"
    )
    include = [f"-I{generated.parent.parent}", f"-I{ROOT / 'include'}"]
    result = subprocess.run([compiler, *WARNINGS, *include, source], capture_output=True, text=True)
    assert result.stderr == ""


def test_generated_headers_are_ascii_within_100_columns_and_without_absolute_paths(
    generated: Path
) -> None:
    for path in generated.iterdir():
        text = path.read_bytes().decode("ascii")
        assert str(ROOT) not in text
        assert [line for line in text.splitlines() if len(line) > 100] == []
        assert [line for line in text.splitlines() if line != line.rstrip()] == []
        assert "\n\n\n" not in text


def test_output_depends_neither_on_the_hash_seed_nor_on_the_directory(
    callgen: Run, tmp_path: Path
) -> None:
    texts = []
    for seed, cwd in (("0", ROOT), ("1", tmp_path), ("2", ROOT / "schemas")):
        out = tmp_path / seed
        names = [os.path.relpath(path, cwd) for path in SCHEMAS]
        result = callgen(
            "generate", "--out", out, *names, cwd=cwd, env={**os.environ, "PYTHONHASHSEED": seed}
        )
        assert result.stderr == ""
        texts.append({path.name: path.read_text() for path in sorted(out.rglob("*.hpp"))})
    assert texts[0] == texts[1] == texts[2]
    assert len(texts[0]) == 2 * len(SCHEMAS)


def test_a_header_is_written_only_when_it_changes_and_the_stamp_always(
    callgen: Run, tmp_path: Path
) -> None:
    schema, stamp = tmp_path / "suno.yaml", tmp_path / "suno.stamp"
    shutil.copy(ROOT / "schemas" / "suno.yaml", schema)
    header = tmp_path / "callgate" / "schemas" / "suno.hpp"

    def generate() -> tuple[int, int]:
        assert callgen("generate", "--out", tmp_path, "--stamp", stamp, schema).returncode == 0
        return header.stat().st_mtime_ns, stamp.stat().st_mtime_ns

    first = generate()
    second = generate()
    assert second[0] == first[0] and second[1] > first[1]
    schema.write_text(schema.read_text().replace("title: Suno music generation", "title: Suno"))
    assert generate()[0] > first[0]
    assert not list(tmp_path.rglob("*.partial"))


@pytest.mark.parametrize("said, micros", [
    ("retention: {history: 2h}", "7'200'000'000"),
    ("retention: {}", "1'296'000'000'000"),
    ("", "1'296'000'000'000"),
])
def test_history_is_kept_for_15_days_unless_the_schema_says_otherwise(
    said: str, micros: str, callgen: Run, tmp_path: Path
) -> None:
    schema = tmp_path / "suno.yaml"
    text = (ROOT / "schemas" / "suno.yaml").read_text()
    schema.write_text(text.replace("retention: {history: 15d}", said))
    assert callgen("generate", "--out", tmp_path, schema).stderr == ""
    header = (tmp_path / "callgate" / "schemas" / "suno.hpp").read_text()
    assert f"history_retention{{{micros}}};" in header


def test_the_depfile_names_the_schema_what_it_refers_to_and_the_compiler(
    callgen: Run, tmp_path: Path
) -> None:
    folder = tmp_path / "with space"
    folder.mkdir()
    text = (ROOT / "schemas" / "suno.yaml").read_text()
    (folder / "suno.yaml").write_text(text.replace("'#/$defs/Track'", "tracks.yaml#/$defs/Track"))
    definitions = text[text.index("  Track:\n") : text.index("tolerance:")]
    (folder / "tracks.yaml").write_text("$defs:\n" + definitions)
    depfile, stamp = folder / "d", folder / "s"
    result = callgen(
        "generate", "--out", folder, "--depfile", depfile, "--stamp", stamp, folder / "suno.yaml"
    )
    assert result.stderr == ""
    rule = depfile.read_text()
    assert rule.startswith(str(stamp).replace(" ", "\\ ") + ":")
    for path in (
        folder / "suno.yaml",
        folder / "tracks.yaml",
        *CODEGEN.glob("callgen/*.py"),
        *CODEGEN.glob("templates/*"),
    ):
        assert str(path).replace(" ", "\\ ") in rule


def test_a_depfile_needs_no_stamp_and_no_file(callgen: Run, tmp_path: Path) -> None:
    """Of a payload that no body fits there are no examples."""
    depfile, out, schema = tmp_path / "d", tmp_path / "out", tmp_path / "none.yaml"
    schema.write_text(
        "schema: 1\nprovider: none\nreceive: [{path: /n}]\nauth: {any_of: [{none: {reason: A test.}}]}\n"
        "payload:\n  type: object\n  required: [id]\n  properties:\n"
        "    id: {type: string, maxLength: 9, allOf: [{minLength: 5}, {maxLength: 3}]}\n"
        "identify: {task_id: $request.body#/id}\nidempotency: {key: ['n:{task_id}'], ttl: 1h}\n"
        "stages: {from: $request.body#/id, values: {done: {order: 1, status: completed}}}\n"
        "answers: {preset: strict}\n"
    )
    done = callgen("emit", "examples", "--out", out, "--depfile", depfile, schema)
    assert (done.returncode, done.stderr) == (0, "")
    assert depfile.read_text().startswith(f"{out}:")
    done = callgen("generate", "--out", out, "--depfile", depfile, ROOT / "schemas" / "suno.yaml")
    assert (done.returncode, done.stderr) == (0, "")
    assert depfile.read_text().startswith(f"{out / 'callgate' / 'schemas' / 'suno.hpp'}:")


@pytest.mark.parametrize("command", [["generate"], ["emit", "typescript"], ["emit", "examples"]])
def test_two_schemas_that_write_one_file_are_told_and_nothing_is_written(
    command: list[str], callgen: Run, tmp_path: Path
) -> None:
    schemas = []
    for folder in ("one", "other"):
        (tmp_path / folder).mkdir()
        schemas.append(shutil.copy(ROOT / "schemas" / "suno.yaml", tmp_path / folder / "suno.yaml"))
    done = callgen(*command, "--out", tmp_path / "out", *schemas)
    assert done.returncode == 1
    assert f"{schemas[1]}:" in done.stderr and "error: two schemas write this file: 'suno" in done.stderr
    assert f"{schemas[0]}'s already" in done.stderr
    assert not (tmp_path / "out").exists()
    assert callgen(*command, "--out", tmp_path / "out", schemas[0], schemas[0]).returncode == 0


def test_templates_are_short_and_test_no_types() -> None:
    for path in (CODEGEN / "templates").iterdir():
        text = path.read_text()
        assert text.count("\n") <= 120
        assert " is string" not in text and " is mapping" not in text and "isinstance" not in text


@pytest.mark.parametrize("compiler", COMPILERS)
@pytest.mark.parametrize("schema", GOOD, ids=lambda path: path.stem)
def test_odd_but_good_schemas_compile(
    schema: Path, compiler: str, callgen: Run, tmp_path: Path
) -> None:
    assert callgen("generate", "--out", tmp_path, schema).stderr == ""
    source = tmp_path / "main.cpp"
    source.write_text(f"#include <callgate/schemas/{schema.stem}.hpp>\nint main() {{}}\n")
    include = [f"-I{tmp_path}", f"-I{ROOT / 'include'}"]
    command = [compiler, *WARNINGS, *include, source]
    assert subprocess.run(command, capture_output=True, text=True).stderr == ""

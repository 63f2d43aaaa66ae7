# SPDX-License-Identifier: Apache-2.0
"""callgate_add_providers(): generates before it compiles, and compiles only what has changed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from callgen.emit.command import EMITTERS
from conftest import ROOT

PROJECT = f"""
cmake_minimum_required(VERSION 3.25)
project(consumer CXX)
include({ROOT / "cmake" / "CallgateProviders.cmake"})
add_library(providers INTERFACE)
target_include_directories(providers INTERFACE {ROOT / "include"})
target_compile_features(providers INTERFACE cxx_std_20)
callgate_add_providers(providers SCHEMAS schemas/tts_error.yaml schemas/job_worker.yaml)
add_executable(by_interface main.cpp)
target_link_libraries(by_interface PRIVATE providers)
add_executable(by_itself main.cpp)
target_include_directories(by_itself PRIVATE {ROOT / "include"})
target_compile_features(by_itself PRIVATE cxx_std_20)
callgate_add_providers(by_itself SCHEMAS schemas/tts_error.yaml)
"""
GENERATORS = ["Unix Makefiles"] + (["Ninja"] if shutil.which("ninja") else [])


def run(*command: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*map(str, command)], cwd=cwd, capture_output=True, text=True)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "CMakeLists.txt").write_text(PROJECT)
    (tmp_path / "main.cpp").write_text(
        "#include <callgate/schemas/tts_error.hpp>\nint main() {}\n"
    )
    shutil.copytree(ROOT / "schemas", tmp_path / "schemas")
    return tmp_path


@pytest.mark.parametrize("generator", GENERATORS)
def test_a_schema_is_compiled_when_it_changes_and_programs_when_its_header_does(
    generator: str, project: Path
) -> None:
    def build() -> tuple[int, int]:
        result = run("cmake", "--build", "build", "-j1", cwd=project)
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout.count("callgen "), result.stdout.count("Building CXX")

    configured = run("cmake", "-S", ".", "-B", "build", "-G", generator, cwd=project)
    assert configured.returncode == 0, configured.stderr
    assert build() == (3, 2)
    assert build() == (0, 0)
    time.sleep(1.1)  # Makefiles compare whole seconds on some file systems
    os.utime(project / "schemas" / "tts_error.yaml")
    assert build() == (2, 0)
    assert build() == (0, 0)
    time.sleep(1.1)
    schema = project / "schemas" / "tts_error.yaml"
    schema.write_text(schema.read_text().replace("title: TTS", "title: Other"))
    assert build() == (2, 2)
    assert build() == (0, 0)


def test_a_bad_schema_stops_the_build_with_its_message(project: Path) -> None:
    schema = project / "schemas" / "job_worker.yaml"
    schema.write_text(schema.read_text().replace("enum: [processing", "enun: [processing"))
    assert run("cmake", "-S", ".", "-B", "build", cwd=project).returncode == 0
    result = run("cmake", "--build", "build", cwd=project)
    assert result.returncode != 0
    assert "error: unknown keyword 'enun': did you mean 'enum'?" in result.stdout + result.stderr


def test_missing_python_modules_are_named_at_configure_time(project: Path) -> None:
    python = project / "python3"
    fails = 'case "$*" in *jinja2*) exit 1;; esac'
    python.write_text(f'#!/bin/sh\n{fails}\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    result = run("cmake", "-S", ".", "-B", "build", f"-DPython3_EXECUTABLE={python}", cwd=project)
    assert result.returncode != 0
    assert "apt-get install python3-jinja2 python3-yaml" in result.stderr
    assert "-m pip install jinja2 pyyaml" in result.stderr


def test_a_schema_that_is_not_there_is_named_at_configure_time(project: Path) -> None:
    (project / "schemas" / "tts_error.yaml").unlink()
    result = run("cmake", "-S", ".", "-B", "build", cwd=project)
    assert result.returncode != 0
    assert "there is no schema" in result.stderr


# Definitions in a file beside the schema, and two kinds of all that can be emitted.
EMITTING = """
cmake_minimum_required(VERSION 3.25)
project(consumer NONE)
include({module})
add_library(app INTERFACE)
callgate_add_providers(app SCHEMAS shared.yaml EMIT {kinds})
"""
SHARED = """
schema: 1
provider: shared
receive: [{path: /a, applies_stage: done}]
auth: {any_of: [{none: {reason: x}}]}
payload: {$ref: 'common.yaml#/$defs/Body'}
identify: {task_id: $request.body#/id}
idempotency: {key: '{task_id}'}
stages: {values: {done: {order: 1, status: completed}}}
answers: {preset: strict}
"""
COMMON = """
$defs:
  Body: {type: object, required: [id], properties: {id: {type: string, maxLength: 8}}}
"""


def emitting(folder: Path, kinds: str) -> Path:
    module = ROOT / "cmake" / "CallgateProviders.cmake"
    (folder / "CMakeLists.txt").write_text(EMITTING.format(module=module, kinds=kinds))
    (folder / "shared.yaml").write_text(SHARED)
    (folder / "common.yaml").write_text(COMMON)
    return folder


@pytest.mark.parametrize("generator", GENERATORS)
def test_what_is_emitted_is_made_again_when_its_text_changes(
    generator: str, tmp_path: Path
) -> None:
    folder = emitting(tmp_path, "openapi typescript")
    codegen = folder / "codegen"  # of its own: its templates are touched
    shutil.copytree(ROOT / "codegen", codegen, ignore=shutil.ignore_patterns("tests", "__pycache__"))
    out = folder / "build" / "callgate-generated" / "app_schemas" / "emit"

    def build() -> int:
        result = run("cmake", "--build", "build", "-j1", "--target", "app_schemas", cwd=folder)
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout.count("callgen ")

    def written() -> dict[str, tuple[int, str]]:
        return {f.name: (f.stat().st_mtime_ns, f.read_text()) for f in out.iterdir()}

    configured = run(
        "cmake", "-S", ".", "-B", "build", "-G", generator, f"-DCALLGATE_CODEGEN_DIR={codegen}",
        cwd=folder,
    )
    assert configured.returncode == 0, configured.stderr
    assert build() == 3
    first = written()
    assert set(first) == {"shared.openapi.json", "shared.d.ts"}
    assert build() == 0
    time.sleep(1.1)
    os.utime(folder / "common.yaml")
    assert (build(), build()) == (3, 0)
    assert written() == first, "the same text: the files stay as they are"
    time.sleep(1.1)
    os.utime(next((codegen / "templates").iterdir()))
    assert (build(), build()) == (3, 0)
    time.sleep(1.1)
    (folder / "common.yaml").write_text(COMMON.replace("maxLength", "description: A name, maxLength"))
    assert (build(), build()) == (3, 0)
    assert "A name" in written()["shared.d.ts"][1] and "A name" in written()["shared.openapi.json"][1]


def test_a_kind_that_nothing_emits_stops_at_configure_time_with_those_that_there_are(
    tmp_path: Path
) -> None:
    folder = emitting(tmp_path, "typescript opanapi")
    result = run("cmake", "-S", ".", "-B", "build", cwd=folder)
    assert result.returncode != 0
    said = " ".join(result.stderr.split())
    assert f"nothing emits 'opanapi': known are {', '.join(sorted(EMITTERS))}" in said
    result = run("cmake", "-S", ".", "-B", "build", cwd=emitting(tmp_path, ""))
    assert result.returncode != 0
    assert "[EMIT <kind>...]" in " ".join(result.stderr.split())


def test_a_target_can_emit_every_kind(tmp_path: Path) -> None:
    folder = emitting(tmp_path, " ".join(sorted(EMITTERS)))
    assert run("cmake", "-S", ".", "-B", "build", cwd=folder).returncode == 0
    result = run("cmake", "--build", "build", "--target", "app_schemas", cwd=folder)
    assert result.returncode == 0, result.stdout + result.stderr

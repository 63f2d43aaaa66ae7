# SPDX-License-Identifier: Apache-2.0
"""What holds for every kind of `emit`: text alone decides what is written."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from callgen.emit.command import EMITTERS
from conftest import ROOT, Run
from payloads import FILES, source
from test_breakout import HOSTILE
from test_breakout import schema as hostile_schema

KINDS = sorted(EMITTERS)


def emitted(folder: Path) -> dict[str, bytes]:
    return {str(f.relative_to(folder)): f.read_bytes() for f in folder.rglob("*") if f.is_file()}


@pytest.mark.parametrize("kind", KINDS)
def test_output_depends_neither_on_the_hash_seed_nor_on_folders(
    kind: str, callgen: Run, tmp_path: Path
) -> None:
    texts = []
    for seed in ("0", "1", "2"):
        schemas = tmp_path / f"schemas {seed}"
        schemas.mkdir()
        names = [shutil.copy(path, schemas / path.name).name for path in FILES]
        cwd, given = (schemas, names) if seed == "0" else (
            (tmp_path, [f"schemas {seed}/{name}" for name in names]) if seed == "1"
            else (ROOT, [str(schemas / name) for name in names])
        )
        out = tmp_path / f"out {seed}" / "deeper"
        done = callgen(
            "emit", kind, "--out", out, *given, cwd=cwd,
            env={**os.environ, "PYTHONHASHSEED": seed},
        )
        assert (done.returncode, done.stderr) == (0, "")
        texts.append(emitted(out))
    assert texts[0] == texts[1] == texts[2]
    assert texts[0]
    for name, text in texts[0].items():
        for folder in (str(ROOT), str(tmp_path)):
            assert folder.encode() not in text, name


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_text_gives_no_traceback_and_nothing_that_cannot_be_seen(
    kind: str, tmp_path: Path
) -> None:
    for number, text in enumerate(HOSTILE):
        path = tmp_path / f"hostile_{number}.yaml"
        path.write_text(
            hostile_schema(text).replace('"hostile"', f'"{path.stem}"'), encoding="utf-8"
        )
        for name, written in EMITTERS[kind](source(path)).items():
            assert ".." not in Path(name).parts and not Path(name).is_absolute()
            if isinstance(written, str):
                unseen = {c for c in written if not c.isprintable() and c != "\n"}
                assert not unseen, (name, text)


def test_what_cannot_be_emitted_is_told_and_nothing_is_written(callgen: Run, tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("schema: 1\n")
    for kind in KINDS:
        done = callgen("emit", kind, "--out", tmp_path / "out", FILES[0], bad)
        assert done.returncode == 1
        assert f"{bad}:1:1: error: section 'provider' is missing" in done.stderr
    assert not (tmp_path / "out").exists()
    taken = tmp_path / "taken"
    taken.write_text("")
    done = callgen("emit", "json-schema", "--out", taken, FILES[0])
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert "error: cannot write: " in done.stderr
    done = callgen("emit", "json-scheme", "--out", tmp_path, FILES[0])
    assert done.returncode == 2
    assert all(f"'{kind}'" in done.stderr for kind in KINDS)

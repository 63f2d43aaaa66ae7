# SPDX-License-Identifier: Apache-2.0
"""emit dictionary: read by the grammar that libFuzzer and AFL share."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from callgen.emit.dictionary import MAX_ENTRY_BYTES, emit_dictionary
from conftest import ROOT
from payloads import FILES, source
from test_breakout import HOSTILE, schema

# A line: nothing, a comment, or an optional name and a quoted text of printable ASCII in which only
# \\, \" and \xNN begin with a backslash (LLVM's ParseOneDictionaryEntry, AFL's load_extras_file).
_ENTRY = re.compile(r'(?:[A-Za-z0-9_]+=)?"((?:[ !#-\[\]-~]|\\\\|\\"|\\x[0-9A-Fa-f]{2})+)"')
_ESCAPE = re.compile(rb"\\(x[0-9A-Fa-f]{2}|.)")


def entries(text: str) -> list[bytes]:
    assert text.isascii() and text.endswith("\n")
    out = []
    for line in text.split("\n")[:-1]:
        if line.startswith("#") or not line:
            continue
        found = _ENTRY.fullmatch(line)
        assert found, line
        out.append(_ESCAPE.sub(
            lambda e: bytes([int(e[1][1:], 16)]) if e[1][:1] == b"x" else e[1], found[1].encode()
        ))
    return out


def dictionary(path: Path) -> list[bytes]:
    provider = source(path).provider
    return entries(emit_dictionary(source(path))[f"{provider.name}.dict"])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_line_is_an_entry_that_both_readers_take(path: Path) -> None:
    found = dictionary(path)
    assert len(found) > 30
    assert len(set(found)) == len(found)
    assert all(0 < len(entry) <= MAX_ENTRY_BYTES for entry in found)


def test_it_has_what_a_callback_is_made_of() -> None:
    suno = dictionary(ROOT / "schemas" / "suno.yaml")
    for token in (
        b'"task_id":', b'"createTime":', b'"create_time":', b'"complete"', b"599", b"600", b"99",
        b"451", b"sha256=", b"X-Suno-Signature", b"x-delivery-id", b"/callbacks/suno", b"POST",
        b"null", b"\\ud800",
    ):
        assert token in suno, token
    every = dictionary(ROOT / "tests" / "schemas" / "every_keyword.yaml")
    for token in (b'"main"', b"0.01", b'"voucher":', b'"scores":', b'"title":'):
        assert token in every, token
    odd = dictionary(ROOT / "codegen" / "tests" / "good" / "odd_names.yaml")
    for token in ('"é)json\\"":'.encode(), b'"a\\u0000b"', b'"a\\"b\\\\c??/":'):
        assert token in odd, token


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_within_its_line(text: str, tmp_path: Path) -> None:
    path = tmp_path / "hostile.yaml"
    path.write_text(schema(text), encoding="utf-8")
    dictionary(path)


def test_the_grammar_refuses_what_fuzzers_refuse() -> None:
    for bad in ('"open', '"a"b"', '"\\n"', '"\\x1"', '"tab\t"', '""', "bare", '"\\"'):
        with pytest.raises(AssertionError):
            entries(bad + "\n")

# SPDX-License-Identifier: Apache-2.0
"""Patterns: the automaton against Python's own engine, what is refused, and bounds."""

from __future__ import annotations

import random
import re
import time

import pytest
from callgen.regex.charset import charset, complement, utf8_sequences
from callgen.regex.dfa import compile_pattern
from callgen.regex.parse import BadPattern
from callgen.regex.shape import UNBOUNDED, shape_of

# Each means the same to ECMA-262 and to Python, `$` apart.
PATTERNS = (
    "abc", "^abc$", "a|b", "^a*b+$", "^[a-z]{2,4}$", "", "$^", "a$|^b", "^(a|bc)*$", "[^0-9]",
    "x{0}y", "(a?){3}b", "^(?:a|ab)(?:c|bcd)$", ".", "^.$", "\\u00e9", "[\\u4e00-\\u9fff]",
    "(ab){2,3}$", "^a{2,}$", "a.c", "^(a*)*$", "(^a|b$)c?", "^[^\\n]+$", "[ac-]x", "^(a|b|)c{1,2}$",
    "^a+?b*?$", "[\\]a]b", "^\\x61\\t?$", "(?<name>a)b",
)
ALPHABET = "abcxy09 \n\té中é\U0001f3b5_-]"


@pytest.mark.parametrize("pattern", PATTERNS)
def test_finds_what_python_finds(pattern: str) -> None:
    found = compile_pattern(pattern)
    theirs = re.compile(pattern.replace("$", "\\Z").replace("(?<", "(?P<"))
    chance = random.Random(pattern)
    for _ in range(400):
        text = "".join(chance.choice(ALPHABET) for _ in range(chance.randint(0, 6)))
        assert found.matches(text) == bool(theirs.search(text)), text


@pytest.mark.parametrize(
    ("pattern", "matching", "other"),
    [
        ("^\\d$", "7", "\u0967"),
        ("^\\w$", "_", "é"),
        ("^\\s$", "\ufeff", "\u200b"),
        ("^\\S$", "\u200b", "\u2029"),
        ("^\\D$", "\u0967", "7"),
        ("^.$", "\x0b", "\u2028"),
        ("^[^a]$", "\U0010ffff", "a"),
        ("^\\u{1F3B5}$", "\U0001f3b5", "\U0001f3b6"),
        ("^\\ud83c\\udfb5$", "\U0001f3b5", "\U0001f3b6"),
        ("^[\\b]$", "\b", "b"),
        ("^\\cJ$", "\n", "J"),
        ("^\\0$", "\0", "0"),
        ("^[\\d\\-x]$", "-", "y"),
        ("^[^]$", "\n", ""),
        ("a", "xa", "x"),
    ],
)
def test_follows_ecma_262(pattern: str, matching: str, other: str) -> None:
    found = compile_pattern(pattern)
    assert found.matches(matching)
    assert not found.matches(other)


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("(?=a)", "look-ahead is not compiled (at character 2)"),
        ("(?<!a)", "look-behind is not compiled (at character 2)"),
        ("(a)\\1", "a back reference is not compiled (at character 4)"),
        ("\\bx", "the word boundary \\b is not compiled (at character 1)"),
        ("\\p{L}", "\\p{...} is not compiled: name the ranges (at character 3)"),
        ("a**", "'*' must be escaped, or has nothing to repeat (at character 3)"),
        ("^*", "'*' must be escaped, or has nothing to repeat (at character 2)"),
        ("[z-a]", "a range whose end is before its start (at character 5)"),
        ("[\\d-z-a]", "a class cannot be the end of a range (at character 6)"),
        ("(", "a group that is not closed (at character 2)"),
        ("a)", "')' closes nothing (at character 2)"),
        ("[a", "a class that is not closed (at character 3)"),
        ("a{3,1}", "a repetition whose end is before its start (at character 7)"),
        ("a{", "'{' begins a repetition: {n}, {n,} or {n,m} (at character 3)"),
        ("\\a", "'\\a' is no escape (at character 1)"),
        ("a\\", "the pattern stops here (at character 3)"),
        ("x{1001}", "more than 1000 repetitions are not compiled (at character 7)"),
        ("\\u{110000}", "a code point beyond 10FFFF (at character 11)"),
        ("(?<1>a)", "'(?' begins (?:...) or (?<name>...) (at character 3)"),
        ("(?<abc", "'(?' begins (?:...) or (?<name>...) (at character 3)"),
        ("(?<ab)>c", "'(?' begins (?:...) or (?<name>...) (at character 3)"),
        ("(?<a>x)|(?<a>y)", "two groups are named 'a' (at character 11)"),
        ("(" * 101 + ")" * 101, "groups more than 100 deep (at character 102)"),
    ],
)
def test_says_what_is_wrong_and_where(pattern: str, why: str) -> None:
    with pytest.raises(BadPattern) as caught:
        compile_pattern(pattern)
    assert str(caught.value) == why


@pytest.mark.parametrize(
    "pattern",
    ["(a|b)*a(a|b){20}", "(.{1000}){1000}", "(((a{99}){99}){99}){99}", "[^a]{1000}",
     "^(?:[a-z]?[0-9]?){500}$"],
)
def test_what_is_too_large_is_refused_soon(pattern: str) -> None:
    start = time.process_time()
    with pytest.raises(BadPattern, match="bound its repetitions"):
        compile_pattern(pattern)
    assert time.process_time() - start < 20


def test_equal_languages_have_equal_tables() -> None:
    one, other = compile_pattern("^(?:ab|ac|ad)$"), compile_pattern("^a[b-d]$")
    assert one == other
    assert len(one.rows) == 5  # dead, found, and what is left of a text of two


def test_every_code_point_is_spelled_once() -> None:
    chars = charset([(0x20, 0x7FF), (0xD7F0, 0xE010), (0xFFF0, 0x10FFFF)])
    spelled = [
        sum(1 for sequence in utf8_sequences(chars) if _fits(sequence, chr(point).encode()))
        for point in (0x1F, 0x20, 0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xE011, 0xFFFF,
                      0x10000, 0x10FFFF)
    ]
    assert spelled == [0, 1, 1, 1, 1, 0, 1, 1, 0, 1, 1, 1]
    assert complement(complement(chars)) == chars


def _fits(sequence: tuple[tuple[int, int], ...], text: bytes) -> bool:
    return len(sequence) == len(text) and all(
        low <= byte <= high for (low, high), byte in zip(sequence, text)
    )


# --- what is simpler than a table

SHAPES = {  # places, least and most bytes; None: another shape
    "^[a-z]*$": (0, 0, UNBOUNDED),
    "^[a-z]+$": (0, 1, UNBOUNDED),
    "^[a-z]{2,4}$": (0, 2, 4),
    "^[ab]?$": (0, 0, 1),
    "^[a-z]{1,900}$": (0, 1, 900),
    "^(?:a|b)c$": (2, 2, 2),
    "^ab": (2, 2, UNBOUNDED),
    "^a_[0-9]{2,}$": (2, 4, UNBOUNDED),
    "^a_[0-9]{2,3}$": (5, 4, 5),
    "^a_[0-9]{2,33}$": (2, 4, 35),
    "^[a-c][a-c0-9]*$": (1, 1, UNBOUNDED),
    "^\\d{4}-\\d\\d$": (7, 7, 7),
    "^[^]{0}a": (1, 1, UNBOUNDED),
    "^é$": (2, 2, 2),
    "a": None, "a$": None, "": None, "^$": None, "[^]*": None, "$.^": None, "^[^a]*$": None,
    "^(ab)+$": None, "^(ab|cd)$": None, "^(a{2}|a{4})$": None, "^https?:": None, "^é*$": None,
    "^abcdefgh1$": None, "^[a-z]{200}_$": None,
}


@pytest.mark.parametrize(("pattern", "wanted"), SHAPES.items())
def test_the_shape_of_a_pattern_is_read_off_its_automaton(pattern: str, wanted: object) -> None:
    found = shape_of(compile_pattern(pattern))
    if wanted is None:
        assert found is None
    else:
        assert found is not None
        assert (len(found.places), found.min_bytes, found.max_bytes) == wanted


@pytest.mark.parametrize("pattern", [*SHAPES, *PATTERNS, "^[0-9a-f]{8}-[0-9a-f]{4}$", "^sk_[a-z0-9]{1,7}$"])
def test_a_shape_says_what_the_automaton_says(pattern: str) -> None:
    dfa = compile_pattern(pattern)
    shape = shape_of(dfa)
    if shape is None or max(b for b in range(256) if shape.sets[b]) > 127:
        return
    chance = random.Random(pattern)
    near = [bytes([b for b in range(128) if shape.sets[b]] or [97])] * 3 + [bytes(range(128))]
    for length in [*range(14), 63, 64, 65, 200] * 12:
        places = [*shape.places, *[shape.rest] * length][:length]
        of_place = [[b for b in range(128) if not bit or shape.sets[b] & bit] for bit in places]
        text = bytearray(chance.choice(allowed) for allowed in of_place)
        if text and chance.random() < 0.5:
            text[chance.randrange(length)] = chance.choice(near[chance.randrange(4)])
        assert shape.matches(bytes(text)) == dfa.matches(text.decode("ascii")), text
    for text in ("", "a", "é", "ab", "abc\n", "\n", "a_12", "2026-11", "🎵", "a\0b"):
        assert shape.matches(text.encode()) == dfa.matches(text), text

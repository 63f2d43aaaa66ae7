# SPDX-License-Identifier: Apache-2.0
"""The text of a pattern -> a tree. The grammar is that of ECMA-262 with the flag u.

What no automaton of bounded size can do (look-around, back references) and what needs the Unicode
database (\\p) is refused by name.
"""

from __future__ import annotations

from dataclasses import dataclass

from callgen.regex import charset as cs
from callgen.regex.charset import Charset

MAX_REPEAT = 1000
MAX_DEPTH = 100
_SYNTAX = "^$\\.*+?()[]{}|/"
_CONTROLS = {"t": 0x09, "n": 0x0A, "v": 0x0B, "f": 0x0C, "r": 0x0D}
_CLASSES = {
    "d": cs.DIGIT, "D": cs.complement(cs.DIGIT),
    "w": cs.WORD, "W": cs.complement(cs.WORD),
    "s": cs.SPACE, "S": cs.complement(cs.SPACE),
}


class BadPattern(Exception):
    """Not a pattern, or one that is not compiled."""


@dataclass(frozen=True)
class Chars:
    chars: Charset


@dataclass(frozen=True)
class Anchor:
    """at: start or end of the text."""

    at: str


@dataclass(frozen=True)
class Sequence:
    parts: tuple[Tree, ...]


@dataclass(frozen=True)
class Choice:
    parts: tuple[Tree, ...]


@dataclass(frozen=True)
class Repeat:
    part: Tree
    low: int
    high: int | None  # None: any number


Tree = Chars | Anchor | Sequence | Choice | Repeat


def parse(pattern: str) -> Tree:
    """Raises BadPattern, with the place of what is wrong."""
    return _Parser(pattern).whole()


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._depth = 0
        self._names: set[str] = set()

    def whole(self) -> Tree:
        tree = self._choice()
        if self._at < len(self._text):
            raise self._bad("')' closes nothing")
        return tree

    # --- reading

    def _bad(self, why: str) -> BadPattern:
        return BadPattern(f"{why} (at character {self._at + 1})")

    def _peek(self, text: str) -> bool:
        return self._text.startswith(text, self._at)

    def _take(self, text: str) -> bool:
        if not self._peek(text):
            return False
        self._at += len(text)
        return True

    def _next(self) -> str:
        if self._at == len(self._text):
            raise self._bad("the pattern stops here")
        self._at += 1
        return self._text[self._at - 1]

    # --- structure

    def _choice(self) -> Tree:
        parts = [self._sequence()]
        while self._take("|"):
            parts.append(self._sequence())
        return parts[0] if len(parts) == 1 else Choice(tuple(parts))

    def _sequence(self) -> Tree:
        parts = []
        while self._at < len(self._text) and not self._peek("|") and not self._peek(")"):
            parts.append(self._term())
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def _term(self) -> Tree:
        if self._take("^"):
            return Anchor("start")
        if self._take("$"):
            return Anchor("end")
        return self._repeated(self._atom())

    def _repeated(self, atom: Tree) -> Tree:
        bounds = self._quantifier()
        if bounds is None:
            return atom
        self._take("?")  # lazy: the same texts match
        return Repeat(atom, *bounds)

    def _quantifier(self) -> tuple[int, int | None] | None:
        for sign, bounds in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self._take(sign):
                return bounds
        if not self._take("{"):
            return None
        low = self._number()
        high = (None if self._peek("}") else self._number()) if self._take(",") else low
        if not self._take("}"):
            raise self._bad("'{' begins a repetition: {n}, {n,} or {n,m}")
        if high is not None and high < low:
            raise self._bad("a repetition whose end is before its start")
        return low, high

    def _number(self) -> int:
        start = self._at
        while self._at < len(self._text) and self._text[self._at] in "0123456789":
            self._at += 1
        if start == self._at:
            raise self._bad("'{' begins a repetition: {n}, {n,} or {n,m}")
        if len(self._text[start:self._at]) > 6 or int(self._text[start:self._at]) > MAX_REPEAT:
            raise self._bad(f"more than {MAX_REPEAT} repetitions are not compiled")
        return int(self._text[start:self._at])

    def _atom(self) -> Tree:
        if self._take("("):
            return self._group()
        if self._take("["):
            return Chars(self._class())
        if self._take("."):
            return Chars(cs.complement(cs.LINE_ENDS))
        if self._peek("\\"):
            return self._escape_atom()
        character = self._next()
        if character in _SYNTAX and character != "/":
            self._at -= 1
            raise self._bad(f"'{character}' must be escaped, or has nothing to repeat")
        return Chars(cs.single(ord(character)))

    def _group(self) -> Tree:
        for mark, what in (("?=", "look-ahead"), ("?!", "look-ahead"), ("?<=", "look-behind"),
                           ("?<!", "look-behind")):
            if self._peek(mark):
                raise self._bad(f"{what} is not compiled")
        if not self._take("?:") and self._take("?"):
            self._name()
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self._bad(f"groups more than {MAX_DEPTH} deep")
        inner = self._choice()
        self._depth -= 1
        if not self._take(")"):
            raise self._bad("a group that is not closed")
        return inner

    def _name(self) -> None:
        end = self._text.find(">", self._at)
        name = self._text[self._at + 1:end] if end != -1 else ""
        if not self._peek("<") or not name.isidentifier():
            raise self._bad("'(?' begins (?:...) or (?<name>...)")
        if name in self._names:
            raise self._bad(f"two groups are named '{name}'")
        self._names.add(name)
        self._at = end + 1

    # --- characters

    def _escape_atom(self) -> Tree:
        following = self._text[self._at + 1:self._at + 2]
        if following in ("b", "B"):
            raise self._bad(f"the word boundary \\{following} is not compiled")
        if following in ("k", *"123456789"):
            raise self._bad("a back reference is not compiled")
        return Chars(self._escape())

    def _escape(self, in_class: bool = False) -> Charset:
        """At a backslash: what it stands for."""
        start = self._at
        self._at += 1
        character = self._next()
        if character in _CLASSES:
            return _CLASSES[character]
        if character in ("p", "P"):
            raise self._bad("\\p{...} is not compiled: name the ranges")
        code = self._escaped_code_point(character, in_class)
        if code is None:
            self._at = start
            raise self._bad(f"'\\{character}' is no escape")
        return cs.single(code)

    def _escaped_code_point(self, character: str, in_class: bool) -> int | None:
        if character in _CONTROLS:
            return _CONTROLS[character]
        if character == "0" and not self._text[self._at:self._at + 1].isdigit():
            return 0
        if character == "c":
            letter = self._next()
            return ord(letter) % 32 if letter.isascii() and letter.isalpha() else None
        if character == "x":
            return self._hex(2)
        if character == "u":
            return self._unicode()
        if in_class and character in "b-":
            return 0x08 if character == "b" else ord("-")
        return ord(character) if character in _SYNTAX else None

    def _hex(self, digits: int) -> int:
        text = self._text[self._at:self._at + digits]
        if len(text) < digits or any(c not in "0123456789abcdefABCDEF" for c in text):
            raise self._bad(f"{digits} hexadecimal digits must stand here")
        self._at += digits
        return int(text, 16)

    def _unicode(self) -> int:
        if self._take("{"):
            end = self._text.find("}", self._at)
            digits = end - self._at
            if not 0 < digits <= 8:
                raise self._bad("\\u{...} needs hexadecimal digits")
            code = self._hex(digits)
            self._at += 1
            if code > cs.MAX_CODE_POINT:
                raise self._bad("a code point beyond 10FFFF")
            return code
        code = self._hex(4)
        if 0xD800 <= code < 0xDC00 and self._peek("\\u"):
            here = self._at
            self._at += 2
            low = self._hex(4)
            if 0xDC00 <= low < 0xE000:
                return 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)
            self._at = here
        return code

    def _class(self) -> Charset:
        negated = self._take("^")
        ranges: list[cs.Range] = []
        while not self._take("]"):
            low = self._class_atom()
            if not self._peek("-") or self._peek("-]"):
                ranges += low
                continue
            self._at += 1
            ranges.append(self._range(low, self._class_atom()))
        chars = cs.charset(ranges)
        return cs.complement(chars) if negated else chars

    def _class_atom(self) -> Charset:
        if self._peek("\\"):
            return self._escape(in_class=True)
        if self._at == len(self._text):
            raise self._bad("a class that is not closed")
        return cs.single(ord(self._next()))

    def _range(self, low: Charset, high: Charset) -> cs.Range:
        if any(len(end) != 1 or end[0][0] != end[0][1] for end in (low, high)):
            raise self._bad("a class cannot be the end of a range")
        if low[0][0] > high[0][0]:
            raise self._bad("a range whose end is before its start")
        return low[0][0], high[0][0]

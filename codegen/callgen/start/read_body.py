# SPDX-License-Identifier: Apache-2.0
"""Real bodies, from files: JSON objects that can become examples of a schema."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from json.decoder import JSONDecodeError, JSONObject
from json.scanner import py_make_scanner
from pathlib import Path
from typing import Any

from callgen.examples import MAX_BODY
from callgen.json_text import NotJson, parse_json
from callgen.load import MAX_DIGITS
from callgen.model import Tolerance
from callgen.problems import Mark, Problems
from callgen.start.write_yaml import shown

MAX_FILE = 1 << 20  # bytes
MAX_NAME = 100  # characters of a member: as a key in YAML it has 1024 with all escapes
_MAX_DEPTH = Tolerance.max_depth


def read_body(path: Path, problems: Problems) -> dict[str, Any] | None:
    """The object in a file; None beside problems."""
    name = str(path)
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE + 1)
    except OSError as error:
        problems.add(Mark(name, 1, 1), f"cannot read the file: {error.strerror or error}")
        return None
    if len(data) > MAX_FILE:
        problems.add(Mark(name, 1, 1), f"the file has more than {MAX_FILE} bytes")
        return None
    try:
        body = _Decoder(data.decode("utf-8-sig")).decoded()
        _check(body)
    except JSONDecodeError as error:
        problems.add(Mark(name, error.lineno, error.colno), error.msg)
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        column = len(before) - before.rfind("\n")
        problems.add(Mark(name, before.count("\n") + 1, column), "the file is not UTF-8")
    except RecursionError:
        problems.add(Mark(name, 1, 1), f"nested deeper than {_MAX_DEPTH}")
    except ValueError as error:
        problems.add(Mark(name, 1, 1), str(error))
    else:
        return body
    return None


class _Decoder(json.JSONDecoder):
    """Python's, which also says where an object has a member twice."""

    def __init__(self, text: str) -> None:
        super().__init__(
            parse_float=self._float, parse_int=self._int, parse_constant=self._constant
        )
        self._text = text
        self.parse_object = self._object
        self.scan_once = py_make_scanner(self)

    def decoded(self) -> Any:
        try:
            return self.decode(self._text)
        except JSONDecodeError as error:
            if error.msg.startswith(("member ", "number ")):
                raise
            raise JSONDecodeError(f"not JSON: {error.msg}", self._text, error.pos) from None

    def _object(self, place: tuple[str, int], strict: bool, scan: Any, _hook: Any, _pairs: Any,
                memo: dict[str, str]) -> tuple[dict[str, Any], int]:
        def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
            out: dict[str, Any] = {}
            for name, value in pairs:
                if name in out:
                    text = f"member '{shown(name)}' is twice in this object"
                    raise JSONDecodeError(text, self._text, place[1] - 1)
                out[name] = value
            return out

        return JSONObject(place, strict, scan, None, members, memo)

    def _float(self, token: str) -> float:
        if not math.isfinite(value := float(token)):
            self._refuse(token, "is more than a double holds")
        return value

    def _int(self, token: str) -> int:
        if len(token) > MAX_DIGITS:
            self._refuse(token, f"has more than {MAX_DIGITS} digits")
        return int(token)

    def _constant(self, token: str) -> None:
        self._refuse(token, "is not JSON")

    def _refuse(self, token: str, why: str) -> None:
        where = max(self._text.find(token), 0)
        raise JSONDecodeError(f"number {shown(token, 24)} {why}", self._text, where)


def _check(body: Any) -> None:
    """Raises ValueError for what no schema could have as an example."""
    if not isinstance(body, dict):
        raise ValueError("a body must be a JSON object")
    text = json.dumps(body, separators=(",", ":"), ensure_ascii=False)
    try:
        parse_json(text, _MAX_DEPTH)
    except NotJson as error:
        raise ValueError({
            "depth_exceeded": f"nested deeper than {_MAX_DEPTH}",
            "bad_surrogate": "half of a surrogate pair is no character",
        }.get(str(error), str(error))) from None
    if len(text.encode()) > MAX_BODY:
        raise ValueError(f"a body of more than {MAX_BODY} bytes: shorten its texts and lists, an "
                         "example has no more")
    for name in _names(body):
        if len(name) > MAX_NAME:
            raise ValueError(f"a member's name of more than {MAX_NAME} characters: {shown(name)}")


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
    for inner in value.values() if isinstance(value, dict) else value:
        if isinstance(inner, (dict, list)):
            yield from _names(inner)

# SPDX-License-Identifier: Apache-2.0
"""The section codes: what a provider's status codes mean."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from callgen import names
from callgen.fields import Fields
from callgen.keywords import limits_of
from callgen.load import Node
from callgen.model import RETRY_ADVICE, SEVERITIES, BodySource, Code, Schema, Sources, Stage
from callgen.problems import Mark, Problems, unknown
from callgen.sections import Identity

MAX_TEXT = 1000  # characters of a meaning or a message
MAX_NAME = 48
_KEYS = ("name", "severity", "retry", "refunded", "meaning", "message", "stage")
_CODE = re.compile(r"^(?:0|-?[1-9][0-9]*)$")
_NAME = names.PROVIDER
# Language, script, region, variants of BCP 47, in the letter case that it recommends.
_LOCALE = re.compile(
    r"^[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|[0-9]{3}))?(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*$"
)


@dataclass(frozen=True)
class Codes:
    rows: tuple[Code, ...] = ()  # by value
    unknown: Code | None = None

    @property
    def has_messages(self) -> bool:
        return any(row.messages for row in (*self.rows, self.unknown) if row is not None)


def read_codes(
    node: Node | None, identity: Identity, stages: Iterable[Stage], problems: Problems
) -> Codes:
    fields = Fields(node, problems, known=None, required=["unknown"])
    if not fields:
        return Codes()
    if not identity.has_code:
        problems.add(node.mark, "'codes' needs identify.code: where does the code stand?")
    reader = _Reader(identity.code, [stage.name for stage in stages], problems)
    rows = [row for key, value in node.pairs() if (row := reader.row(key, value)) is not None]
    if not any(key.value != "unknown" for key, _ in node.pairs()):
        problems.add(node.mark, "'codes' needs a code beside 'unknown'")
    listed = sorted((row for row in rows if row.value is not None), key=lambda row: row.value)
    return Codes(tuple(listed), next((row for row in rows if row.value is None), None))


class _Reader:
    def __init__(self, source: Sources, stages: list[str], problems: Problems) -> None:
        self._source = source
        self._stages = stages
        self._problems = problems
        self._names: dict[str, Mark] = {}

    def row(self, key: Node, node: Node) -> Code | None:
        value = self._value(key)
        fields = Fields(node, self._problems, _KEYS, ["name", "severity", "meaning"])
        if not fields:
            return None
        return Code(
            value=value,
            name=self._name(fields),
            severity=fields.choice("severity", SEVERITIES, ""),
            retry=fields.choice("retry", RETRY_ADVICE, "never"),
            refunded=fields.flag("refunded"),
            meaning=self._text(fields.node("meaning", "str"), "meaning"),
            messages=self._messages(fields),
            stage=self._stage(fields),
        )

    def _value(self, key: Node) -> int | None:
        """None is `unknown`; what is no code is a problem."""
        if key.value == "unknown":
            return None
        if not _CODE.fullmatch(key.value) or not -(2**63) <= int(key.value) < 2**63:
            self._problems.add(key.mark, _no_code(key.value))
            return None
        value = int(key.value)
        if self._source and not any(_can_be(source, value) for source in self._source):
            text = f"code {value} can never come: the payload's schema does not allow it"
            self._problems.add(key.mark, text)
        return value

    def _name(self, fields: Fields) -> str:
        name = fields.text("name")
        if "name" not in fields or fields.node("name").kind != "str":
            return ""
        mark = fields.node("name").mark
        if not _NAME.fullmatch(name) or len(name) > MAX_NAME:
            text = (
                f"'{name}' is no name of a code: lower-case letters, digits and single "
                f"underscores, at most {MAX_NAME}"
            )
            self._problems.add(mark, text)
        elif name in self._names:
            text = f"two codes are named '{name}': first on line {self._names[name].line}"
            self._problems.add(mark, text)
        self._names.setdefault(name, mark)
        return name

    def _text(self, found: Node | None, what: str) -> str:
        if found is None:
            return ""
        if not found.value.strip() or len(found.value) > MAX_TEXT:
            self._problems.add(found.mark, f"'{what}' must be text of 1 to {MAX_TEXT} characters")
        return found.value

    def _messages(self, fields: Fields) -> tuple[tuple[str, str], ...]:
        if "message" not in fields:
            return ()
        messages = Fields(fields.node("message"), self._problems, None, ["en"], word="locale")
        if not messages:
            return ()
        out = []
        for key, _ in fields.node("message").pairs():
            if not _LOCALE.fullmatch(key.value):
                text = f"'{key.value}' is no locale: it is written as en, pt-BR or zh-Hant"
                self._problems.add(key.mark, text)
            out.append((key.value, self._text(messages.node(key.value, "str"), key.value)))
        return tuple(out)

    def _stage(self, fields: Fields) -> str:
        name = fields.text("stage")
        found = fields.node("stage")
        if found is not None and found.kind == "str" and name not in self._stages:
            self._problems.add(found.mark, unknown("stage", name, self._stages))
        return name


def _no_code(text: str) -> str:
    from difflib import get_close_matches  # of mistakes only

    if get_close_matches(text, ["unknown"], cutoff=0.7):
        return f"'{text}' is no code: did you mean 'unknown'?"
    return (
        f"'{text}' is no code: a code is an integer such as 400, or 'unknown' for all that are not "
        "listed"
    )


def _can_be(source: object, value: int) -> bool:
    return not isinstance(source, BodySource) or _allows(source.leaf, value)


def _allows(leaf: Schema, value: int) -> bool:
    if leaf.kind != "integer":
        return True
    low, high = limits_of(leaf.width)
    low = max(low, leaf.minimum.value) if leaf.minimum is not None else low
    high = min(high, leaf.maximum.value) if leaf.maximum is not None else high
    return low <= value <= high and (not leaf.values or value in leaf.values)

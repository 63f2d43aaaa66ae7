# SPDX-License-Identifier: Apache-2.0
"""<provider>.broken.json: payloads that break exactly one keyword, with the error each must give.

    provider
    valid     [{name, body}]: taken without a drop; at the bounds, too
    broken    [{name, keyword, pointer, body, error: {code, pointer, offset}}]: code as in json::errc;
              `dropped: true` where the member is left out instead (then without an offset); `also`:
              keywords that no value of another type can but break as well, told after it
    not_made  [{keyword, pointer, reason}]
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from callgen.emit.bodies import body_of, offset_of, value_at, with_value
from callgen.emit.payloads import payloads_of
from callgen.emit.source import Source
from callgen.emit.text import json_file
from callgen.emit.witness_break import Breaker
from callgen.emit.witness_places import Site, Unmade, places_of
from callgen.json_text import NotJson
from callgen.model import Provider
from callgen.pointer import below, pointer_of
from callgen.validate import Refused

MAX_CANDIDATES = 60  # values that are tried at a place, for each payload that they are tried in
MAX_BASES = 6  # payloads that they are tried in
MAX_BYTES = 8 * 1024 * 1024  # of all bodies of one provider
MAX_POINTER_BYTES = 256  # as limits::max_pointer_bytes: longer ones are cut in an error
# What json::errc calls the breach of a keyword.
CODES = {
    "type": "wrong_type", "range": "number_out_of_range", "required": "missing_member",
    "enum": "not_in_enum", "const": "not_const", "minLength": "too_short", "maxLength": "too_long",
    "minimum": "too_small", "maximum": "too_big", "minItems": "too_few_items",
    "maxItems": "too_many_items", "unknown_members": "unknown_member", "false": "never",
    "exclusiveMinimum": "not_above", "exclusiveMaximum": "not_below",
    "multipleOf": "not_multiple", "pattern": "not_matching", "format": "bad_format",
    "uniqueItems": "not_unique", "contains": "none_contained",
    "minContains": "too_few_contained", "maxContains": "too_many_contained",
    "minProperties": "too_few_members", "maxProperties": "too_many_members",
    "dependentRequired": "missing_dependent", "anyOf": "fits_none", "oneOf": "fits_not_one",
    "not": "fits_forbidden", "contentMediaType": "bad_content",
}


@dataclass(frozen=True)
class Case:
    """also: what no value of another type can but break as well, such as enum; told after it."""

    keyword: str
    pointer: str
    body: str
    code: str
    where: str
    offset: int | None
    dropped: bool
    also: tuple[str, ...] = ()
    detail: str = ""


@dataclass(frozen=True)
class Broken:
    valid: tuple[tuple[str, str], ...]  # names and bodies
    cases: tuple[Case, ...]
    unmade: tuple[Unmade, ...]


def broken(provider: Provider) -> Broken:
    try:
        return _Maker(provider).all()
    except RecursionError:
        return Broken((), (), (Unmade("*", "", "the schema is nested too deep"),))


def emit_broken(source: Source) -> Mapping[str, str]:
    made = broken(source.provider)
    names: dict[str, int] = {}

    def name(case: Case) -> str:
        plain = ".".join(part for part in (case.pointer[1:], case.keyword, case.detail) if part)
        names[plain] = names.get(plain, 0) + 1
        return plain if names[plain] == 1 else f"{plain}.{names[plain]}"

    document = {
        "provider": source.provider.name,
        "valid": [{"name": name, "body": body} for name, body in made.valid],
        "broken": [_entry(name(case), case) for case in made.cases],
        "not_made": [
            {"keyword": each.keyword, "pointer": each.pointer, "reason": each.reason}
            for each in made.unmade
        ],
    }
    return {f"{source.provider.name}.broken.json": json_file(document)}


def _entry(name: str, case: Case) -> dict[str, Any]:
    error: dict[str, Any] = {"code": case.code, "pointer": case.where}
    if case.offset is not None:
        error["offset"] = case.offset
    out = {"name": name, "keyword": case.keyword, "pointer": case.pointer, "body": case.body,
           "error": error}
    if case.dropped:
        out["dropped"] = True
    if case.also:
        out["also"] = list(case.also)
    return out


class _Maker:
    def __init__(self, provider: Provider) -> None:
        self._payloads = payloads_of(provider)
        self._graph, self._witness = self._payloads.graph, self._payloads.witness
        self._breaker = Breaker(self._witness)
        self._minimal = self._payloads.minimal()
        self._maximal = self._payloads.maximal()
        self._bases = self._payloads.examples() + self._minimal + self._maximal
        # By path and context: what was made of each base, or nothing.
        self._reached: dict[Any, list[tuple[Any, ...]]] = {}
        self._has_secrets = self._graph.has_secrets
        self._why = ""

    def all(self) -> Broken:
        places = places_of(self._graph, self._witness)
        valid = [("minimal", value) for value in self._minimal]
        valid += [(f"maximal.{at}", value) for at, value in enumerate(self._maximal, 1)]
        cases: list[Case] = []
        size = 0
        for site in places.sites:
            case = self._made(site) if size < MAX_BYTES else None
            if case is None:
                why = self._why if size < MAX_BYTES else f"bodies of more than {MAX_BYTES} bytes"
                places.unmade.append(Unmade(_shown(site), site.pointer, why))
                continue
            cases.append(case)
            size += len(case.body)
            for name, edge in self._edge(site):
                valid.append((name, edge))
                size += len(body_of(edge))
        bodies: dict[str, str] = {}
        for name, value in valid:
            bodies.setdefault(body_of(value), name)
        return Broken(
            tuple((name, body) for body, name in bodies.items()), tuple(cases),
            tuple(dict.fromkeys(places.unmade)),
        )

    # --- one keyword

    def _made(self, site: Site) -> Case | None:
        self._why = "no payload is found that has a value there"
        for alone in (True, False) if site.keyword == "type" else (True,):
            case = next(self._cases(site, alone), None)
            if case is not None:
                return case
        return None

    def _cases(self, site: Site, alone: bool) -> Iterator[Case]:
        for base in islice(self._starts(site), MAX_BASES):
            current = value_at(base, site.path)
            own = self._own(site)
            self._why = "no value is found that breaks it, or none that is small enough"
            if site.detail == "non-ASCII":
                self._why = "beside a pattern or format, or too long: made of ASCII only"
            names = self._names(site, own)
            tried = self._breaker.broken(site, current[0] if current else None, names)
            for value in islice(tried, MAX_CANDIDATES):
                case = self._judged(*self._changed(site, base, own, value), alone)
                if case is not None:
                    yield case

    def _own(self, site: Site) -> tuple[int, ...]:
        """The schemas of the value at the site, with its own where that counts only in a context."""
        own = self._payloads.applying(site.path)
        return own if site.index in own or site.of_name else (*own, site.index)

    def _starts(self, site: Site) -> Iterator[Any]:
        """Payloads that hold, with a value at the place: examples first, and such as have it."""
        known = self._reached.setdefault((site.path, site.context), [])
        there = [base for base in self._bases if value_at(base, site.path)]
        rest = self._minimal + [base for base in self._bases if base not in self._minimal]
        for at, base in enumerate((*there[:MAX_BASES], *rest[:MAX_BASES])):
            if at == len(known):
                known.append(self._payloads.reaching(base, site.path, site.context))
            yield from known[at]

    def _names(self, site: Site, own: tuple[int, ...]) -> tuple[int, ...]:
        if not site.of_name:
            return own
        nodes = (self._graph.nodes[index] for index in own)
        return tuple(int(node.objects["names"]) for node in nodes if "names" in node.objects)

    def _changed(self, site: Site, base: Any, own: tuple[int, ...], value: Any) -> tuple[Site, Any]:
        if not site.of_name:
            return site, self._payloads.put(base, site.path, value)
        inner = self._witness.value(self._witness.of_member(own, value)) or (1,)
        here = below(pointer_of(site.path), value)
        return replace(site, pointer=here), with_value(base, (*site.path, value), inner[0])

    def _judged(self, site: Site, value: Any, alone: bool) -> Case | None:
        """What the evaluators say of it, if that is what it is for."""
        found = [(self._unveiled(each.pointer, site), each.keyword)
                 for each in self._payloads.violations(value)]
        wanted = [(site.pointer, site.violation)] if site.violation else []
        also = [] if alone or found[:1] != wanted else found[1:]
        if any(where != site.pointer for where, _ in also):
            also = []
        if found[:len(found) - len(also)] != wanted:
            others = [f"{where}: {what}" for where, what in found]
            if wanted and wanted[0] in found:
                others.remove(f"{site.pointer}: {site.violation}")
                self._why = "what breaks it breaks as well " + ", ".join(others[:3])
            return None
        if not self._payloads.fits_route(value):
            self._why = "a body of more bytes than a route takes"
            return None
        return self._told(site, value, tuple(what for _, what in also))

    def _told(self, site: Site, value: Any, also: tuple[str, ...]) -> Case | None:
        try:
            drops = self._payloads.read(value).drops
            told, dropped = drops[0] if len(drops) == 1 else None, True
        except Refused as refused:
            told, dropped = refused, False
        except (NotJson, RecursionError):
            told = None
        if told is None:
            self._why = "the tolerance takes it: it counts as absent, or is read as another type"
            return None
        if (self._unveiled(told.pointer, site), told.keyword) != (site.pointer, site.told):
            self._why = f"the reader says {told} first"
            return None
        if len(told.pointer.encode()) > MAX_POINTER_BYTES:
            self._why = f"a pointer of more than {MAX_POINTER_BYTES} bytes is cut"
            return None
        offset = None if dropped else offset_of(value, told.spot)
        return Case(site.keyword, site.pointer, body_of(value), CODES[told.keyword], told.pointer,
                    offset, dropped, also, site.detail or "" if site.keyword in _DETAILED else "")

    def _unveiled(self, pointer: str, site: Site) -> str:
        """The site's pointer, where only that of a secret around it is told."""
        within = pointer and site.pointer.startswith(pointer + "/") and self._has_secrets
        return site.pointer if within else pointer

    def _edge(self, site: Site) -> Iterator[tuple[str, Any]]:
        """A payload that just holds, and its name; or none."""
        detail = f".{site.detail}" if isinstance(site.detail, str) else ""
        for base in islice(self._starts(site), 2):
            current = value_at(base, site.path)
            own = self._own(site)
            for value in self._breaker.edge(site, current[0] if current else None, own):
                changed = with_value(base, site.path, value)
                if not site.of_name and self._payloads.holds(changed):
                    yield f"{site.pointer[1:]}.{site.keyword}{detail}.holds", changed
                    return


_DETAILED = ("type", "minLength", "maxLength")


def _shown(site: Site) -> str:
    return f"{site.keyword} ({site.detail})" if isinstance(site.detail, str) else site.keyword

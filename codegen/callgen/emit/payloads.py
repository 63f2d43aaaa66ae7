# SPDX-License-Identifier: Apache-2.0
"""Payloads of a provider that hold: its examples', and made ones. The evaluators say so."""

from __future__ import annotations

from itertools import islice
from typing import Any

from callgen.emit.bodies import body_of, plain, value_at, with_value
from callgen.emit.witness import Conjunction, Witness, as_pairs
from callgen.emit.witness_graph import PayloadGraph, payload_graph
from callgen.json_text import NotJson, parse_json
from callgen.model import Provider
from callgen.pointer import Token
from callgen.schema.evaluate import TOO_COMPLEX, Violation, evaluated
from callgen.validate import Reading, Refused, read

MAX_MAXIMAL = 32  # payloads, so that each value of an enum is in one
MAX_WORK = 1_000_000  # steps of the evaluator, beside those of the witness: what is made is judged


def payloads_of(provider: Provider) -> Payloads:
    graph = payload_graph(provider)
    lesser, needed = graph.lesser_spellings(), graph.needed_in_some_spelling()
    return Payloads(graph, Witness(graph.nodes, lesser, needed, graph.contents))


class Payloads:
    def __init__(self, graph: PayloadGraph, witness: Witness) -> None:
        self.graph = graph
        self.witness = witness
        self._applying: dict[tuple[Token, ...], Conjunction] = {}
        self._work = 0

    @property
    def provider(self) -> Provider:
        return self.graph.provider

    def violations(self, value: Any) -> list[Violation]:
        if self._work >= MAX_WORK:
            return [TOO_COMPLEX]
        found, steps = evaluated(self.graph.nodes, as_pairs(value), self.graph.root)
        self._work += steps
        return found

    def read(self, value: Any) -> Reading:
        """Raises Refused, and NotJson."""
        document = parse_json(body_of(value).encode(), self.provider.tolerance.max_depth)
        return read(self.provider, document)

    def fits_route(self, value: Any) -> bool:
        return len(body_of(value).encode()) <= max(r.max_body for r in self.provider.routes)

    def holds(self, value: Any) -> bool:
        if self.violations(value) or not self.fits_route(value):
            return False
        try:
            return not self.read(value).drops
        except (Refused, NotJson, RecursionError):
            return False

    def examples(self) -> list[Any]:
        out: list[Any] = []
        for step in (step for example in self.provider.examples for step in example.steps):
            try:
                value = plain(parse_json(step.body, self.provider.tolerance.max_depth))
            except NotJson:
                continue
            if value not in out and self.holds(value):
                out.append(value)
        return out

    def minimal(self) -> list[Any]:
        """None or one: with nothing that may be left out."""
        found = (v for v in self.witness.values((self.graph.root,)) if self.holds(v))
        return list(islice(found, 1))

    def maximal(self) -> list[Any]:
        """With all members that go together, at their bounds; each value of an enum in one of them.
        """
        out: list[Any] = []
        turns = max((len(node.values or ()) for node in self.graph.nodes), default=1)
        for turn in range(min(max(turns, 1), MAX_MAXIMAL)):
            found = self.witness.values((self.graph.root,), large=True, variant=turn)
            value = next((v for v in found if self.holds(v)), None)
            if value is not None and value not in out:
                out.append(value)
        return out

    # --- a payload with something at a place

    def applying(self, path: tuple[Token, ...]) -> Conjunction:
        """The schemas of the value at a path."""
        if path not in self._applying:
            above = self.witness.of_member(self.applying(path[:-1]), path[-1]) if path else (
                self.graph.root,)
            self._applying[path] = self.witness.together(above)
        return self._applying[path]

    def reaching(
        self, base: Any, path: tuple[Token, ...],
        context: tuple[tuple[tuple[Token, ...], int], ...],
    ) -> tuple[Any, ...]:
        """The base, which holds, with a value at a path, and above it what else is wanted there; or
        nothing.
        """
        for length in range(len(path) + 1):
            here = path[:length]
            more = tuple(i for at, i in context if at == here)
            current = value_at(base, here)
            if current and self.witness.fits(more, current[0]) and self._leads_on(
                current[0], path[length:]
            ):
                continue
            new = self._new(self.applying(here) + more, path[length:])
            if not new:
                return () if length < len(path) else (base,)  # where nothing may be, nothing is
            base = self.put(base, here, new[0])
            if base is None:
                return ()
        return (base,)

    def _leads_on(self, value: Any, rest: tuple[Token, ...]) -> bool:
        kind = {str: dict, int: list}.get(type(rest[0])) if rest else object
        return isinstance(value, kind or object)

    def _new(self, wanted: Conjunction, rest: tuple[Token, ...]) -> tuple[Any, ...]:
        for large in (False, True):
            for value in self.witness.values(wanted, large):
                if self._leads_on(value, rest):
                    return (value,)
        return ()

    def put(self, base: Any, path: tuple[Token, ...], value: Any) -> Any:
        """With the members that its presence demands; None where items before it cannot be made."""
        for length, token in enumerate(path):
            base = self._without_rivals(base, path[:length], token)
            parent = value_at(base, path[:length])
            for name in self._demanded(path[:length], token, parent):
                for new in self.witness.value(self.applying((*path[:length], name))):
                    base = with_value(base, (*path[:length], name), new)
        return self._set(base, path, value)

    def _without_rivals(self, base: Any, path: tuple[Token, ...], token: Token) -> Any:
        """Other spellings of a member to come are left out."""
        parent = value_at(base, path)
        if not parent or not isinstance(parent[0], dict) or token in parent[0]:
            return base
        rivals = self.graph.rivals(self.applying(path), token)
        kept = {name: value for name, value in parent[0].items() if name not in rivals}
        return with_value(base, path, kept)

    def _demanded(self, path: tuple[Token, ...], token: Token, parent: tuple[Any, ...]) -> list[str]:
        there = parent[0] if parent and isinstance(parent[0], dict) else {}
        names = self.witness.demanded(self.applying(path), token) if token not in there else []
        return [name for name in names if name not in there]

    def _set(self, base: Any, path: tuple[Token, ...], value: Any) -> Any:
        token = path[-1] if path else ""
        if isinstance(token, int):
            array = value_at(base, path[:-1])[0]
            for at in range(len(array), token):
                filler = [v for v in self.witness.values(self.applying((*path[:-1], at)))
                          if v not in array][:1]
                if not filler:
                    return None
                array = [*array, filler[0]]
            base = with_value(base, path[:-1], array)
        return with_value(base, path, value)

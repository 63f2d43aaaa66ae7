# SPDX-License-Identifier: Apache-2.0
"""<provider>.dict: what a fuzzer of the provider's receiver should know, for libFuzzer and AFL."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

from callgen.emit.reading import readings
from callgen.emit.source import Source
from callgen.emit.witness_graph import PayloadGraph, payload_graph
from callgen.emit.witness_words import Wish, word
from callgen.model import HeaderSource, Provider, QuerySource, SearchSource
from callgen.schema.graph import Schema as Node

MAX_ENTRY_BYTES = 128  # of a token: AFL refuses a file with longer ones (libFuzzer skips some)
MAX_ENTRIES = 5000
_JSON = ("{", "}", "[", "]", ":", ",", '"', "{}", "[]", '""', "null", "true", "false", "0", "-1",
         "1.5", "1e308", "\\u0000", "\\ud800", "\\\\", "\\\"")


def emit_dictionary(source: Source) -> Mapping[str, str]:
    provider = source.provider
    groups = {
        "JSON": _JSON,
        "members": _members(provider),
        "values": _values(provider),
        "requests": _requests(provider),
    }
    lines = [f"# What callbacks of {provider.name} are made of: libFuzzer -dict=, AFL -x."]
    seen: set[str] = set()
    for title, tokens in groups.items():
        lines += ["", f"# {title}"]
        for token in tokens:
            fits = 0 < len(token.encode()) <= MAX_ENTRY_BYTES
            if fits and token not in seen and len(seen) < MAX_ENTRIES:
                seen.add(token)
                lines.append(f'"{_escaped(token)}"')
    return {f"{provider.name}.dict": "\n".join(lines) + "\n"}


def _escaped(token: str) -> str:
    """Nothing but what both readers take as it stands: printable ASCII, \\\\, \\" and \\xNN."""
    def one(byte: int) -> str:
        if byte in b'\\"':
            return "\\" + chr(byte)
        return chr(byte) if 0x20 <= byte < 0x7F else f"\\x{byte:02X}"

    return "".join(map(one, token.encode()))


def _members(provider: Provider) -> Iterator[str]:
    graph = payload_graph(provider)
    for node in graph.nodes:
        for name in node.known_keys():
            yield _text(name) + ":"


def _values(provider: Provider) -> Iterator[str]:
    graph = payload_graph(provider)
    for index, node in enumerate(graph.nodes):
        yield from node.values or ()
        yield from node.numbers.values()
        yield from _beside(node)
        yield from _patterns(node)
        yield from _open_names(graph, index)
    for stage in provider.stages:
        yield _text(stage.name)
    for code in provider.codes:
        yield "" if code.value is None else str(code.value)


def _beside(node: Node) -> Iterator[str]:
    """Integers just beyond a bound."""
    for key, text in node.numbers.items():
        if text.lstrip("-").isdigit() and key != "multiple_of":
            yield from (str(int(text) - 1), str(int(text) + 1))


def _patterns(node: Node) -> Iterator[str]:
    texts = [str(node.strings["matches"])] if "matches" in node.strings else []
    for text in (*texts, *(name for name, _ in node.patterns)):
        found = word((Wish(text),), 1)
        yield "" if found is None else _text(found)


def _open_names(graph: PayloadGraph, index: int) -> Iterable[str]:
    rules = graph.rules.get(index)
    return map(_text, rules.names) if rules is not None and rules.is_open else ()


def _requests(provider: Provider) -> Iterator[str]:
    """Paths, header fields, query parameters, and what a signature begins with."""
    for route in provider.routes:
        yield from (route.path, route.method, *route.content)
    for method in provider.auth.methods:
        yield from (method.header, method.query, method.prefix)
    for source in (source for each in readings(provider) for source in each.sources):
        if isinstance(source, HeaderSource):
            yield source.name
        elif isinstance(source, QuerySource):
            yield source.name + "="
        elif isinstance(source, SearchSource):
            yield from (_text(key) + ":" for key in source.keys)


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)

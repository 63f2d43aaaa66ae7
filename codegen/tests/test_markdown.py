# SPDX-License-Identifier: Apache-2.0
"""The page of a provider: as it is committed, as GitHub's parser reads it, and as bash and curl read its lines."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from callgen.check import check_file
from callgen.emit.curl import curl
from callgen.emit.markdown import emit_markdown
from callgen.emit.markdown_text import code, fenced, prose, table
from callgen.emit.outcomes import MEANINGS
from callgen.emit.requests import Request
from callgen.emit.source import Source
from callgen.emit.text import one_line
from callgen.model import OUTCOMES
from callgen.problems import Problems
from conftest import ROOT, SCHEMAS, Run, compare
from test_breakout import HOSTILE, schema
from test_sql import schema as schema_of_records

PAGES = ROOT / "docs" / "providers"
MORE = [
    "a | b || `|` \\| \\\\| c",
    "`` ` ``` `code`",
    "<script>alert(1)</script> <b>&lt; &amp;",
    "![x](http://y.example/z.png) [x](javascript:alert(1)) **x** __x__ _x_ *x* ~~x~~ $x$",
    "# no heading",
    "1. no item\n- no item\n+ no item\n=====\n---",
    "    no code\n\n```\nno fence\n```",
    "; $(touch broken) `touch broken` '; touch broken; '",
]


def page_of(path: Path) -> str:
    problems = Problems()
    checked = check_file(path, path.name, problems)
    assert checked.provider is not None, problems.lines()
    return emit_markdown(Source(checked.provider, checked.documents))[f"{checked.provider.name}.md"]


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.stem)
def test_the_committed_page_is_what_is_emitted(path: Path, update_goldens: bool) -> None:
    compare(PAGES / f"{path.stem}.md", page_of(path), update_goldens)


def test_every_outcome_has_a_meaning() -> None:
    assert list(MEANINGS) == list(OUTCOMES)


def test_no_page_is_of_a_provider_that_is_gone() -> None:
    assert sorted(path.stem for path in PAGES.glob("*")) == [path.stem for path in SCHEMAS]


@pytest.mark.parametrize("kind", ["markdown", "sql"])
def test_hash_seeds_and_folders_change_nothing(kind: str, callgen: Run, tmp_path: Path) -> None:
    found = []
    for seed in ("0", "1"):
        out = tmp_path / seed / "deep" / "out"
        copied = shutil.copytree(ROOT / "schemas", tmp_path / seed / "schemas")
        env = {**os.environ, "PYTHONHASHSEED": seed}
        for path in SCHEMAS:
            assert callgen("emit", kind, "--out", out, copied / path.name, env=env).returncode == 0
        found.append({file.name: file.read_text(encoding="utf-8") for file in out.glob("*")})
    assert found[0] == found[1] and found[0]
    assert not any(str(tmp_path) in text or str(ROOT) in text for text in found[0].values())


MEMBERS = """\
schema: 1
provider: told
receive: [{path: /x, applies_stage: done}]
auth: {any_of: [{token: {query: key, secret: {env: KEY}}}, {none: {reason: a test}}], waiver: a test}
payload:
  type: object
  required: [id]
  properties:
    id: {type: string, minLength: 1, maxLength: 9, x-aliases: [ID], description: The task.}
    pin: {type: string, maxLength: 4, x-sensitive: true, deprecated: true}
    kind: {type: string, enum: [a, b], x-open: true, maxLength: 8}
    seconds: {type: number, minimum: 0, examples: [1.5]}
    list: {type: array, maxItems: 2, items: {type: [string, 'null'], maxLength: 3}}
    inner: {$ref: '#/$defs/Inner'}
$defs:
  Inner: {type: object, description: Within., properties: {any: {properties: {x: {type: string}}}}}
tolerance: {numbers_in_strings: true, on_invalid_member: drop}
identify: {task_id: $request.body#/id}
idempotency: {key: ['{task_id}']}
stages: {values: {done: {order: 1, status: completed}}}
answers: {preset: strict}
"""


def test_the_payload_is_told_member_by_member(tmp_path: Path) -> None:
    path = tmp_path / "told.yaml"
    path.write_text(MEMBERS)
    page = page_of(path)
    cells = [row.strip("| ").split(" | ") for row in page.split("\n") if row.startswith("| `")]
    rows = {row[0].strip("`"): [cell.strip() for cell in row[1:]] for row in cells}
    dropped = "Left out where it does not fit."
    assert rows["pin"] == [
        "string or null", "", "`maxLength: 4`", f"Sensitive: reports leave it out. {dropped} Deprecated."
    ]
    assert rows["kind"][2:] == [
        "`maxLength: 8`", f"Known are `a`, `b`; others are taken as well. {dropped}"
    ]
    assert rows["seconds"] == [
        "number or text of a number or null", "", "`minimum: 0`", f"{dropped} Such as `1.5`."
    ]
    assert rows["list"][0] == "array of (string or null) or null"
    assert rows["inner"][0] == "[Inner](#payload-inner) or null"
    assert rows["any/x"][0] == "string"
    assert rows["id"][1:] == [
        "one of them", "`minLength: 1`, `maxLength: 9`", "The task. Also written `ID`."
    ]
    assert rows["ID"][1] == "one of them" and rows["ID"][3] == "The task. Another spelling of `id`."
    assert "allOf" not in page and "anyOf" not in page
    assert "### Payload: Inner\n\nWithin.\n" in page
    assert "- Query parameter `key`: `SECRET`, where SECRET is the secret" in page
    assert "One of these is enough:" in page and "- Nothing is asked for\n" in page


CHOICE = """\
  allOf:
  - anyOf: [{type: object, required: [kind], properties: {kind: {type: string, maxLength: 2}}}]
"""


def test_a_choice_of_the_schema_is_no_choice_of_spellings(tmp_path: Path) -> None:
    path = tmp_path / "told.yaml"
    path.write_text(MEMBERS.replace("  properties:\n", CHOICE + "  properties:\n", 1))
    page = page_of(path)
    assert "Bounds: `allOf: " in page and '"maxLength": 2' in page
    rows = [row.split("|") for row in page.split("\n") if row.startswith("|")]
    asked = {row[1].strip(): row[3].strip() for row in rows}
    assert (asked["`kind`"], asked["`id`"], asked["`ID`"]) == ("", "one of them", "one of them")
    assert "x-one-spelling-of" not in page


def test_definitions_whose_names_differ_in_case_have_links_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "told.yaml"
    more = "  INNER: {type: object, properties: {y: {type: boolean}}}\n"
    text = MEMBERS.replace("tolerance:", more + "tolerance:")
    path.write_text(text.replace("$defs:\n", "    outer: {anyOf: [{$ref: '#/$defs/INNER'}]}\n$defs:\n"))
    page = page_of(path)
    assert "[Inner](#payload-inner)" in page and "(#payload-inner_2)" in page
    assert "### Payload: Inner\n" in page and "### Payload: INNER_2\n" in page


# --- as GitHub's parser reads it

class Seen(HTMLParser):
    """What a page shows: its tags, the text of its cells and of its headings."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.shown: dict[str, list[str]] = {"td": [], "h1": [], "p": [], "pre": []}
        self._open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attributes if name in ("href", "src")]
        if tag in self.shown:
            self.shown[tag].append("")
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.shown:
            self._open.remove(tag)

    def handle_data(self, data: str) -> None:
        for tag in self._open:
            self.shown[tag][-1] += data


def seen(markdown: str) -> Seen:
    program = shutil.which("cmark-gfm")
    assert program, "no cmark-gfm: apt-get install cmark-gfm"
    command = [program, "--unsafe", "-e", "table", "-e", "strikethrough", "-e", "autolink"]
    done = subprocess.run(command, input=markdown.encode(), capture_output=True, check=True)
    return Seen(done.stdout.decode())


@pytest.mark.parametrize("index", range(len(HOSTILE + MORE)))
def test_text_in_a_cell_or_paragraph_stays_text(index: int) -> None:
    text = (HOSTILE + MORE)[index]
    read = seen(table(["a", "b"], [(prose(text), code(text)), ("x", "y")]) + "\n\n" + prose(text))
    shown = [" ".join(cell.split()) for cell in (*read.shown["td"], *read.shown["p"])]
    assert shown == [one_line(text), one_line(text), "x", "y", one_line(text)]
    assert set(read.tags) <= set("table thead tbody tr th td p code a".split())


def with_records(text: str) -> str:
    columns = {"id": "/id", "who": {"context": "who"}, "const": {"const": text}}
    return schema_of_records("hostile", {"one": {"description": text, "set": columns}}, text)


@pytest.mark.parametrize("make", [schema, with_records])
@pytest.mark.parametrize("index", range(len(HOSTILE + MORE)))
def test_a_hostile_schema_makes_a_page_like_any_other(
    index: int, make: Callable[[str], str], tmp_path: Path
) -> None:
    text = (HOSTILE + MORE)[index]
    path = tmp_path / "hostile.yaml"
    # As long, for it decides what stands in the schema.
    path.write_text(make("x" * len(text)), encoding="utf-8")
    harmless = seen(page_of(path))
    path.write_text(make(text), encoding="utf-8")
    read = seen(page_of(path))
    structure = set("h1 h2 h3 ul li table tr td th pre script img em strong del".split())
    kept = [[tag for tag in one.tags if tag in structure] for one in (read, harmless)]
    assert kept[0] == kept[1]
    assert read.shown["h1"] == [one_line(text)]
    assert all(link.startswith(("#", "http://y.example")) for link in read.links), read.links


def test_nothing_ends_a_fence() -> None:
    text = "```\n# x\n````sh\n`````"
    assert seen(fenced("sh", text) + "\n\nend").shown == {
        "td": [], "h1": [], "p": ["end"], "pre": [text + "\n"]
    }


# --- as bash and curl read it

class Sent(BaseHTTPRequestHandler):
    """Notes each request, to the byte."""

    def _note(self) -> None:
        size = int(self.headers.get("Content-Length", 0))
        self.server.sent.append((self.path, list(self.headers.items()), self.rfile.read(size)))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_POST = do_PUT = _note

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def sink() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Sent)
    server.sent = []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def send(request: Request, sink: ThreadingHTTPServer, folder: Path) -> tuple[Any, ...]:
    """The one request that the line makes; it leaves nothing else behind."""
    sink.sent.clear()
    env = {"PATH": os.environ["PATH"], "CURL_HOME": str(folder), "NO_PROXY": "*",
           "CALLGATE_URL": f"http://127.0.0.1:{sink.server_port}"}
    done = subprocess.run(["bash", "-eu", "-c", curl(request)], cwd=folder, env=env, timeout=30,
                          capture_output=True, stdin=subprocess.DEVNULL)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert list(folder.iterdir()) == []
    (found,) = sink.sent
    return found


def request_with(
    body: bytes = b"{}", path: str = "/x", query: str = "", fields: tuple[tuple[str, str], ...] = ()
) -> Request:
    return Request(None, "POST", path, query, (("Content-Type", "a/b"), *fields), body, "accepted", 200)


BODIES = [
    b"", b"'", b"it's $(touch broken) `touch broken` \"$HOME\" !! \\", b"line\nline\n\n", b"\n",
    b"a\x00b'\\0101%s\n", b"@/etc/hostname", b"@", b"cr\r\nlf\ttab\x1b[0m", b"\\n\\0\\x41\\u0041 \x7f",
    "🎵 Привет \u2028 \u202e \u0085".encode(), b"%d%s%%", b"-d x", b"<>&;|#~*?[a]{b,c}", b"x" * 65_000, b"\x007\x0177\x1b33",
    b"\x00" + b"y" * 20_000,
]


@pytest.mark.parametrize("index", range(len(BODIES)))
def test_a_body_is_sent_to_the_byte(index: int, sink: ThreadingHTTPServer, tmp_path: Path) -> None:
    assert send(request_with(BODIES[index]), sink, tmp_path)[2] == BODIES[index]


def test_hostile_bodies_of_examples_are_sent_to_the_byte(
    sink: ThreadingHTTPServer, tmp_path: Path
) -> None:
    for text in HOSTILE + MORE:
        body = json.dumps({"t": text}, ensure_ascii=False).encode()
        for one in (body, text.encode()):
            assert send(request_with(one), sink, tmp_path)[2] == one


@pytest.mark.parametrize("path, query", [
    ("/a{b,c}[1-3]", ""), ("/it's/`touch`/$(touch${IFS}broken)/\"\\", ""), ("/a/../b/./c", "x=/../y"),
    ("/x", "a=b&c=%27%20d&e={f}&g=[1-2]"), ("/x", "$HOME&'`touch%20broken`"),
])
def test_an_address_is_sent_as_it_is(
    path: str, query: str, sink: ThreadingHTTPServer, tmp_path: Path
) -> None:
    sent = send(request_with(path=path, query=query), sink, tmp_path)[0]
    assert sent == path + ("?" + query if query else "")


@pytest.mark.parametrize("value", [
    "", "@/etc/hostname", "it's", "$(touch broken)`touch broken`", "a;b: c", "\"\\'", "Bearer x"
])
def test_a_field_is_sent_as_it_is(value: str, sink: ThreadingHTTPServer, tmp_path: Path) -> None:
    fields = dict(send(request_with(fields=(("X-A", value),)), sink, tmp_path)[1])
    assert (fields["X-A"], fields["Content-Type"]) == (value, "a/b")


def test_control_characters_of_a_prefix_stay_in_their_word(tmp_path: Path) -> None:
    line = curl(request_with(fields=(("X-A", "a\n'$(touch broken)\x1b"),)))
    shown = ["bash", "-c", "curl() { printf '%s|' \"$@\"; }; CALLGATE_URL=u; " + line]
    out = subprocess.run(shown, capture_output=True, cwd=tmp_path, check=True).stdout.decode()
    assert "|X-A: a\n'$(touch broken)\x1b|" in out and not list(tmp_path.iterdir())


def test_an_address_that_ends_in_a_newline_is_one_word() -> None:
    assert "\"$CALLGATE_URL\"'/x\n'" in curl(request_with(path="/x\n"))


def test_every_line_of_a_page_is_bash(tmp_path: Path) -> None:
    for path in SCHEMAS:
        for block in re.findall(r"^```sh\n(.*?)\n```$", page_of(path), re.M | re.S):
            subprocess.run(["bash", "-n", "-c", block], check=True, cwd=tmp_path)

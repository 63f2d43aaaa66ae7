# SPDX-License-Identifier: Apache-2.0
"""A client of yaml-language-server: opens documents and asks what an editor asks, over stdio."""

from __future__ import annotations

import json
import os
import select
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

SECONDS = 60  # for one answer; it takes a fraction of a second
Message = dict[str, Any]


class LanguageServer:
    """One process, which ends with the `with` block.

    schema_of: glob of documents -> file of their schema, for those that name none themselves.
    """

    def __init__(self, packages: Path, schema_of: dict[str, Path]) -> None:
        script = packages / "yaml-language-server" / "bin" / "yaml-language-server"
        self._process = subprocess.Popen(
            ["node", str(script), "--stdio"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )
        self._text = b""
        self._requests = 0
        self._said: dict[str, list[Message]] = {}  # diagnostics by URI
        self._schemas = {schema.as_uri(): glob for glob, schema in schema_of.items()}

    def __enter__(self) -> LanguageServer:
        self._ask("initialize", {
            "processId": os.getpid(), "rootUri": None, "capabilities": {
                "workspace": {"configuration": True},
                "textDocument": {
                    "completion": {"completionItem": {"snippetSupport": True}},
                    "hover": {"contentFormat": ["plaintext"]},
                    "publishDiagnostics": {},
                },
            },
        })
        self._notify("initialized", {})
        self._until(lambda message: message.get("method") == "workspace/configuration")
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait(SECONDS)
        for pipe in (self._process.stdin, self._process.stdout):
            pipe.close()

    # --- what an editor does

    def open(self, path: Path, text: str) -> str:
        """The document's URI; it need not be a file. Each is opened once: the server remembers."""
        uri = path.as_uri()
        assert uri not in self._said, uri
        self._notify("textDocument/didOpen", {
            "textDocument": {"uri": uri, "languageId": "yaml", "version": 1, "text": text},
        })
        return uri

    def diagnostics(self, uri: str) -> list[tuple[int, str]]:
        """What is flagged in an open document: lines, counted from 1, and texts."""
        self._until(lambda _: uri in self._said)
        return sorted(
            (found["range"]["start"]["line"] + 1, found["message"]) for found in self._said[uri]
        )

    def completion(self, uri: str, line: int, column: int) -> list[Message]:
        """What is proposed at a place, both counted from 1."""
        found = self._at("textDocument/completion", uri, line, column)
        return found["items"] if isinstance(found, dict) else found or []

    def hover(self, uri: str, line: int, column: int) -> str:
        found = self._at("textDocument/hover", uri, line, column)
        contents = found["contents"] if found else ""
        return contents["value"] if isinstance(contents, dict) else contents

    # --- messages

    def _at(self, method: str, uri: str, line: int, column: int) -> Any:
        position = {"line": line - 1, "character": column - 1}
        return self._ask(method, {"textDocument": {"uri": uri}, "position": position})

    def _ask(self, method: str, params: Message) -> Any:
        self._requests += 1
        number = self._requests
        self._send({"id": number, "method": method, "params": params})
        answer = self._until(lambda m: m.get("id") == number and "method" not in m)
        assert "error" not in answer, answer
        return answer["result"]

    def _notify(self, method: str, params: Message) -> None:
        self._send({"method": method, "params": params})

    def _send(self, message: Message) -> None:
        text = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(text), text))
        self._process.stdin.flush()

    def _until(self, wanted: Callable[[Message], bool]) -> Message:
        """Handles what the server says until this is it; {} if it has been said."""
        if wanted({}):
            return {}
        deadline = time.monotonic() + SECONDS
        while True:
            message = self._next(deadline)
            self._handle(message)
            if wanted(message):
                return message

    def _handle(self, message: Message) -> None:
        if message.get("method") == "textDocument/publishDiagnostics":
            self._said[message["params"]["uri"]] = message["params"]["diagnostics"]
        elif "method" in message and "id" in message:
            items = message["params"].get("items", []) if message.get("params") else []
            asked = message["method"] == "workspace/configuration"
            found = [self._settings(item.get("section")) for item in items] if asked else None
            self._send({"id": message["id"], "result": found})

    def _settings(self, section: str | None) -> Message:
        # Nothing is downloaded: the list of public schemas is on by default.
        return {"schemaStore": {"enable": False}, "schemas": self._schemas} if (
            section == "yaml"
        ) else {}

    def _next(self, deadline: float) -> Message:
        head, _, rest = self._text.partition(b"\r\n\r\n")
        size = int(head.split(b"Content-Length:")[1].split(b"\r\n")[0]) if _ else 0
        if _ and len(rest) >= size:
            self._text = rest[size:]
            return json.loads(rest[:size])
        left = deadline - time.monotonic()
        readable, _, _ = select.select([self._process.stdout], [], [], max(left, 0))
        assert readable, "yaml-language-server does not answer"
        more = os.read(self._process.stdout.fileno(), 1 << 16)
        assert more, "yaml-language-server has ended"
        self._text += more
        return self._next(deadline)

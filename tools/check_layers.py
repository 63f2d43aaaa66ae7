#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that each header includes only its own layer and the layers below it."""
import re
import sys
from pathlib import Path

# Layer -> the layers it may include. A single header may be allowed as "layer/name.hpp".
LAYERS = {
    "core": [],
    "reflect": ["core"],
    "json": ["core", "reflect"],
    "schema": ["core", "reflect", "json"],
    "http": ["core", "reflect"],
    "auth": ["core"],
    "provider": ["core", "reflect", "auth/scheme.hpp", "json/read_options.hpp"],
    "expression": ["core", "reflect", "json", "provider"],
    "store": ["core", "reflect", "provider"],
    "pipeline": ["core", "reflect", "json", "http", "provider", "auth/known_mac.hpp", "auth/verdict.hpp", "store/store.hpp",
                 "store/append_request.hpp"],
    "effects": ["core", "provider", "store"],
    "tls": ["core", "reflect"],
    "net": ["core", "reflect", "http", "tls"],
    "server": ["core", "reflect", "json", "http", "auth", "provider", "store", "pipeline", "effects", "tls",
               "net"],
}
ROOT_HEADERS = {"version.hpp", "config.hpp", "fwd.hpp"}

# Third-party headers and the only places that may know them.
FOREIGN = {
    re.compile(r"asio"): ["net", "server"],
    re.compile(r"openssl/"): ["auth/digest_openssl.hpp", "tls"],
    re.compile(r"sqlite3\.h"): ["store/sqlite_connection.hpp"],
    re.compile(r"curl/"): [],
}
NOT_BELOW_SERVER = {"iostream", "regex", "filesystem", "functional"}

INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]')


def allowed(layer: str, target: str) -> bool:
    if target in ROOT_HEADERS or "/" not in target:
        return target in ROOT_HEADERS or layer == ""
    other = target.split("/")[0]
    return other == layer or other in LAYERS[layer] or target in LAYERS[layer]


def check_include(header: str, layer: str, target: str) -> str | None:
    if target.startswith("callgate/"):
        inner = target.removeprefix("callgate/")
        return None if allowed(layer, inner) else f"layer '{layer}' may not include {target}"
    for pattern, places in FOREIGN.items():
        if pattern.match(target) and layer not in places and header not in places:
            return f"{target} is for {', '.join(places) or 'no header yet'}"
    if target in NOT_BELOW_SERVER and layer != "server":
        return f"<{target}> is not for layers below server"
    return None


def problems(include: Path) -> list[str]:
    found = []
    for path in sorted((include / "callgate").rglob("*.hpp")):
        header = path.relative_to(include / "callgate").as_posix()
        layer = header.split("/")[0] if "/" in header else ""
        if layer == "":
            continue  # the umbrella and what has no layer
        if layer not in LAYERS:
            found.append(f"{path}:1: folder '{layer}' is no layer: add it to {Path(__file__).name}")
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            match = INCLUDE.match(line)
            text = check_include(header, layer, match[1]) if match else None
            if text:
                found.append(f"{path}:{number}: {text}")
    return found


if __name__ == "__main__":
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent.parent
    found = problems(root / "include")
    print("\n".join(found) or "layers: every include is allowed")
    sys.exit(1 if found else 0)

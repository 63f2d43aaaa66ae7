#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Follows the event feed of a Callgate receiver: prints one JSON line per event, from the first on.

    consume.py --url http://127.0.0.1:8080 --cursor events.cursor

The place in the feed is kept in the cursor file, and moves on only behind events that were handled: after a crash of
either side the last ones may come again, none is left out. Replace handle() by what you want to do; it must bear an
event twice (its sequence tells). A token is taken from CALLGATE_API_TOKEN.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

WAIT_SECONDS = 30
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0


class Refused(Exception):
    """The receiver does not want this request, now or later."""


def handle(event: dict) -> None:
    print(json.dumps(event, ensure_ascii=False), flush=True)


def load_cursor(path: Path) -> int:
    return int(path.read_text()) if path.exists() else 0


def save_cursor(path: Path, after: int) -> None:
    """Whole or not at all: a new file takes the place of the old one."""
    new = path.with_name(path.name + ".new")
    with open(new, "w", encoding="ascii") as file:
        file.write(f"{after}\n")
        file.flush()
        os.fsync(file.fileno())
    os.replace(new, path)


def read_events(url: str, after: int, provider: str | None) -> tuple[list[dict], int]:
    """The next events, and where to go on. Waits for the first one."""
    query = {"after": after, "wait": WAIT_SECONDS, **({"provider": provider} if provider else {})}
    request = urllib.request.Request(f"{url}/api/events?{urllib.parse.urlencode(query)}")
    if token := os.environ.get("CALLGATE_API_TOKEN"):
        request.add_header("Authorization", f"Bearer {token}")
    try:
        with urllib.request.urlopen(request, timeout=WAIT_SECONDS + 15) as answer:
            lines = answer.read().decode("utf-8").split("\n")
            return [json.loads(line) for line in lines if line], int(answer.headers["X-Next-After"])
    except urllib.error.HTTPError as error:
        text = error.read().decode("utf-8", "replace")
        if 400 <= error.code < 500:
            raise Refused(f"{error.code} {text}") from error
        raise OSError(f"{error.code} {text}") from error


def follow(url: str, cursor: Path, provider: str | None) -> None:
    after = load_cursor(cursor)
    pause = FIRST_PAUSE_SECONDS
    while True:
        try:
            events, following = read_events(url, after, provider)
        except (OSError, http.client.HTTPException, ValueError, TypeError) as error:  # the network, a 5xx, half an answer
            print(f"consume: {error}; again in {pause:g} s", file=sys.stderr, flush=True)
            time.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
            continue
        pause = FIRST_PAUSE_SECONDS
        for event in events:
            handle(event)
        if following != after:
            save_cursor(cursor, following)
            after = following


def main() -> int:
    parser = argparse.ArgumentParser(description="Prints the events of a Callgate receiver, one JSON line each.")
    parser.add_argument("--url", default="http://127.0.0.1:8080")
    parser.add_argument("--cursor", type=Path, required=True, help="file that keeps the place in the feed")
    parser.add_argument("--provider", help="name of a mount or of a provider; all without")
    given = parser.parse_args()
    try:
        follow(given.url.rstrip("/"), given.cursor, given.provider)
    except KeyboardInterrupt:
        return 0
    except (Refused, OSError, ValueError) as error:
        print(f"consume: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())

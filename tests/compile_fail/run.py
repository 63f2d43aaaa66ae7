#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compiles one source twice: with -DCALLGATE_COMPILE_FAIL it must be refused with the text of its `// expect:` lines,
without it must be accepted (or it would be refused for another reason than the one that is tested).

run.py <source> <compiler> [<flag>...]
"""
import re
import subprocess
import sys
from pathlib import Path

EXPECT = re.compile(r"^// expect: (.+)$", re.M)


def compile_once(source: Path, command: list[str], macros: list[str]) -> tuple[bool, str]:
    done = subprocess.run([*command, "-std=c++20", "-fsyntax-only", *macros, str(source)], capture_output=True, text=True,
                          timeout=300)
    return done.returncode == 0, " ".join((done.stdout + done.stderr).split())


def problems(source: Path, command: list[str]) -> list[str]:
    expected = EXPECT.findall(source.read_text())
    if not expected or len(expected) != source.read_text().count("expect:"):
        return ["has no line `// expect: text`, or one that a formatter has moved into another line"]
    accepted, output = compile_once(source, command, [])
    if not accepted:
        return [f"must compile without CALLGATE_COMPILE_FAIL, but: {output[:2000]}"]
    accepted, output = compile_once(source, command, ["-DCALLGATE_COMPILE_FAIL"])
    if accepted:
        return ["must not compile with CALLGATE_COMPILE_FAIL"]
    return [f"the compiler does not say `{text}`, but: {output[:2000]}" for text in expected if text not in output]


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    found = problems(Path(sys.argv[1]), sys.argv[2:])
    for text in found:
        print(f"{sys.argv[1]}: {text}")
    sys.exit(1 if found else 0)

# SPDX-License-Identifier: Apache-2.0
"""README stays true: every command in it is run, its schema is checked, its program is compiled."""
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

from receiver import SECRETS

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()
PORT = "8080"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.M | re.S)


def commands() -> list[list[str]]:
    lines = [line for block in blocks("sh") for line in block.splitlines()]
    return [words for line in lines if (words := shlex.split(line, comments=True))]


def run(words: list[str], **more) -> subprocess.CompletedProcess:
    return subprocess.run(words, capture_output=True, text=True, timeout=120, cwd=ROOT, **more)


def check_dev(words: list[str]) -> None:
    """The test runs inside ./dev test: of these commands, the words must be known."""
    usage = run(["./dev", "help"]).stdout
    assert f"./dev {words[1]}" in usage
    serve = run([os.environ["CALLGATE_PROGRAM"], "serve", "--help"]).stdout
    for word in words[2:]:
        assert not word.startswith("--") or word in serve + usage, word


def run_as_written(words: list[str], port: int, folder: Path) -> None:
    if words[0] == "./dev":
        return check_dev(words)
    words = [word.replace(PORT, str(port)).replace("build/generated", str(folder)) for word in words]
    if words[0] == "python3":
        words[0] = sys.executable
    if words[0].endswith("/callgate"):
        words = [os.environ["CALLGATE_PROGRAM"], *words[1:], "--url", f"http://127.0.0.1:{port}"]
    done = run(words, env={**os.environ, **SECRETS})
    assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"


def test_every_command_of_the_readme_works(serve, tmp_path):
    receiver = serve()
    found = commands()
    assert len(found) >= 8
    for words in found:
        run_as_written(words, receiver.port, tmp_path)


def test_the_schema_and_the_program_of_the_readme_compile(tmp_path):
    (tmp_path / "acme.yaml").write_text(blocks("yaml")[0])
    program, *snippets = blocks("cpp")
    functions = [f"[[maybe_unused]] void snippet_{i}() {{\n{text}\n}}" for i, text in enumerate(snippets)]
    (tmp_path / "main.cpp").write_text("\n".join([program, *functions]))
    generate = ["codegen", "generate", "--out", str(tmp_path), str(tmp_path / "acme.yaml")]
    generated = run([sys.executable, *generate])
    assert generated.returncode == 0, generated.stderr
    flags = ["-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Werror", "-DASIO_STANDALONE"]
    compiled = run(["c++", *flags, f"-I{ROOT}/include", f"-I{tmp_path}", str(tmp_path / "main.cpp")])
    assert compiled.returncode == 0, compiled.stderr

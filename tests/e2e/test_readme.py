# SPDX-License-Identifier: Apache-2.0
"""README stays true: every block in it is run, compiled or compared, its tables are whole, its links lead somewhere."""
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from callbacks import signature, suno
from receiver import SECRETS, clean_environment, program

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()
PAGES = ["README.md", "schemas/README.md", "examples/add_a_provider/README.md", "docs/features.md", "docs/json.md",
         "docs/handlers.md", "docs/operations.md", "docs/json-schema.md", "benchmarks/README.md"]
PORT = "8080"
PROGRAM = "build/release/apps/callgate/callgate"
DIGITS = re.compile(r"sha256=[0-9a-f]+(\.\.\.)?")


def blocks(language: str, text: str = README) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.M | re.S)


def commands() -> list[str]:
    lines = [line for block in blocks("sh") for line in block.splitlines()]
    return [line for line in lines if shlex.split(line, comments=True)]


def run(words: list[str] | str, seconds: int = 120, **more) -> subprocess.CompletedProcess:
    return subprocess.run(words, capture_output=True, text=True, timeout=seconds, cwd=ROOT, check=False, **more)


def test_every_block_of_the_readme_is_of_a_kind_that_is_tested():
    opened = re.findall(r"^```(.*)$", README, re.M)[::2]
    assert set(opened) == {"sh", "yaml", "cpp", "cmake", "text"}
    assert (len(blocks("yaml")), len(blocks("cmake")), len(blocks("text"))) == (1, 1, 2)


def run_dev(words: list[str], serve, tmp_path: Path) -> None:
    """Of ./dev: the test runs inside `test`; `run` is `serve` of the program, on a port that is free."""
    assert f"./dev {words[1]}" in run(["./dev", "help"]).stdout
    if words[1] == "run":
        serving = [program(), "serve", *["0" if word == PORT else word for word in words[2:]]]
        if "--once" in words:
            done = run(serving, env=clean_environment({"CALLGATE_PORT": "0"}))
            assert done.returncode == 0, done.stdout + done.stderr
        else:
            serve(command=[*serving, "--data", str(tmp_path / "by-dev")])
    elif words[1] == "suite":
        done = run([sys.executable, "-B", "tools/suite.py", *words[2:], "--work", str(tmp_path / "suite")])
        assert done.returncode == 0, done.stdout + done.stderr
    elif words[1:3] == ["bench", "parse"]:  # tests/tools/test_bench_parse.py runs it, and with a schema and data
        assert words[3:] in ([], ["--schema", "my_provider.yaml", "--data", "folder/of/bodies"])
    elif words[1] == "bench":
        done = run([sys.executable, "-B", f"benchmarks/{words[2]}.py", *words[3:], "--out", str(tmp_path / "bench.json")])
        assert done.returncode in (0, 1) and " goals " in done.stdout, done.stdout + done.stderr  # its machine may be slow
    else:  # tests/tools/test_fuzz.py runs the other
        assert words in (["./dev", "test"], ["./dev", "fuzz", "--seconds", "3600"])


def run_as_written(line: str, port: int, folder: Path) -> None:
    """By a shell, with this machine's port, program, interpreter and folder in the places of the readme's."""
    here = {PROGRAM: program(), PORT: str(port), "build/": f"{folder}/", "python3": sys.executable}
    line = re.sub("|".join(here), lambda found: here[found[0]], line)
    done = run(["sh", "-c", line], env={**os.environ, **SECRETS, "CALLGATE_URL": f"http://127.0.0.1:{port}"})
    assert done.returncode == 0, f"{line}: {done.stdout}{done.stderr}"


def test_every_command_of_the_readme_works(serve, tmp_path):
    receiver = serve()
    found = commands()
    assert len(found) >= 11
    for line in found:
        words = shlex.split(line, comments=True)
        if words[0] == "./dev":
            run_dev(words, serve, tmp_path)
        else:
            run_as_written(line, receiver.port, tmp_path)


def test_the_output_in_the_readme_is_what_verify_prints():
    body = suno("readme-1", "text")
    done = run([program(), "verify", "suno", "--header", f"X-Suno-Signature: {signature(b'other')}"],
               input=body.decode(), env=clean_environment(SECRETS))
    assert DIGITS.sub("sha256=", done.stdout) == DIGITS.sub("sha256=", blocks("text")[0])


def test_the_output_in_the_readme_is_what_explain_prints():
    line = next(line for line in commands() if line.startswith("echo") and "wrong.json" in line)
    body = shlex.split(line)[1]
    done = run([program(), "explain", "job_worker"], input=body, env=clean_environment())
    assert (done.returncode, done.stdout) == (1, blocks("text")[1])


def compile_blocks(begin: str, snippets: list[str], tmp_path: Path) -> None:
    """With the readme's schema: the beginning as it is, each of the others as a function."""
    (tmp_path / "acme.yaml").write_text(blocks("yaml")[0])
    functions = [f"[[maybe_unused]] void snippet_{i}() {{\n{text}\n}}" for i, text in enumerate(snippets)]
    (tmp_path / "main.cpp").write_text("\n".join([begin, *functions]))
    generate = ["codegen", "generate", "--out", str(tmp_path), str(tmp_path / "acme.yaml")]
    generated = run([sys.executable, *generate])
    assert generated.returncode == 0, generated.stderr
    flags = ["-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Werror", "-DASIO_STANDALONE"]
    compiled = run(["c++", *flags, f"-I{ROOT}/include", f"-I{tmp_path}", str(tmp_path / "main.cpp")])
    assert compiled.returncode == 0, compiled.stderr


def test_the_schema_and_the_program_of_the_readme_compile(tmp_path):
    begin, *snippets = blocks("cpp")
    compile_blocks(begin, snippets, tmp_path)


def test_the_blocks_of_the_page_on_handlers_compile(tmp_path):
    begin, *snippets = blocks("cpp", (ROOT / "docs/handlers.md").read_text())
    assert len(snippets) == 3
    compile_blocks(begin, snippets, tmp_path)


def test_the_project_of_the_readme_configures(tmp_path):
    (tmp_path / "callgate").symlink_to(ROOT)
    (tmp_path / "acme.yaml").write_text(blocks("yaml")[0])
    (tmp_path / "main.cpp").write_text(blocks("cpp")[0])
    first = "cmake_minimum_required(VERSION 3.25)\nproject(readme LANGUAGES CXX)\n"
    (tmp_path / "CMakeLists.txt").write_text(first + blocks("cmake")[0])
    done = run(["cmake", "-S", str(tmp_path), "-B", str(tmp_path / "build"), f"-DPython3_EXECUTABLE={sys.executable}"])
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_to_a_file(page):
    text = (ROOT / page).read_text()
    links = [link.split("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link]
    places = [(ROOT / page).parent / link for link in links]
    assert [str(place) for place in places if not place.exists()] == []


def table(first_cell: str) -> list[list[str]]:
    """The rows of the table whose head begins with that cell."""
    lines = README[README.index(f"| {first_cell} |"):].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_the_table_of_flags_is_what_serve_takes():
    told = run([program(), "serve", "--help"], env=clean_environment()).stdout
    rows = table("flag of `callgate serve`")
    flags = re.findall(r"`(--[a-z-]+)`", " ".join(row[0] for row in rows))
    assert sorted(flags) == sorted(set(re.findall(r"^  (--[a-z-]+)", told, re.M)))
    named = {row[1].strip("`") for row in rows if row[1]} - {"CALLGATE_API_TOKEN"}
    assert named == set(re.findall(r"Env:(\w+)", told))


def test_the_table_of_requests_is_the_openapi_document(serve):
    document = serve().get("/api/openapi.json").json()
    described = {(method.upper(), re.sub(r"{.*?}", "{}", path)) for path, methods in document["paths"].items()
                 for method in methods if path.startswith(("/api", "/health"))}
    rows = [re.fullmatch(r"`([A-Z]+) (/[^`?]*)(\?[^`]*)?`", row[0]) for row in table("request")]
    named = {(row[1], re.sub(r"{.*?}", "{}", row[2])) for row in rows if row}
    assert named == described

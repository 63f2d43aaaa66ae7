# SPDX-License-Identifier: Apache-2.0
"""Builds examples/add_a_provider as its user would, in a folder of its own, and uses what comes out."""
import base64
import hashlib
import hmac
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
SECRET = "s3cret of the test"


def run(*command, cwd, **more):
    done = subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True, timeout=900, **more)
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def configure(source: Path, build: Path, generator: str) -> None:
    run("cmake", "-S", source, "-B", build, "-G", generator, f"-DCALLGATE_DIR={PROJECT}", "-DCMAKE_BUILD_TYPE=Debug",
        "-DCMAKE_CXX_FLAGS_DEBUG=-O0", f"-DPython3_EXECUTABLE={sys.executable}", cwd=source)


def copy_of_the_example(folder: Path) -> Path:
    source = folder / "source"
    shutil.copytree(PROJECT / "examples" / "add_a_provider", source)
    return source


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ninja")
    source, build = copy_of_the_example(folder), folder / "build"
    configure(source, build, "Ninja")
    run("cmake", "--build", build, "--target", "app", "-j1", cwd=folder)
    return source, build


@pytest.fixture
def serving(built):
    _, build = built
    app = subprocess.Popen([build / "app", "0"], stdout=subprocess.PIPE, text=True,
                           env={**os.environ, "ACME_SECRET": SECRET})
    line = app.stdout.readline()
    assert line.startswith("listening on port "), line
    yield app, int(line.split()[-1])
    app.terminate()
    assert app.wait(timeout=30) == 0, "it ends in good order"


def post(port: int, body: bytes, secret: str = SECRET):
    signature = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()
    request = urllib.request.Request(f"http://127.0.0.1:{port}/callbacks/acme", data=body, method="POST",
                                     headers={"Content-Type": "application/json", "X-Acme-Signature": signature})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


def test_it_answers_what_the_yaml_declares(serving):
    app, port = serving
    body = b'{"job":"job-1","state":"done","frames":240}'
    assert post(port, body) == (202, '{"received":"job-1","state":"done"}')
    assert app.stdout.readline() == "job-1: 240 frames\n", "the handler has the typed payload"
    assert post(port, body, "another secret")[0] == 401
    assert post(port, b'{"job":"job-2","state":"unheard of"}')[0] == 422


def test_it_does_not_start_without_its_secret(built):
    _, build = built
    env = {key: value for key, value in os.environ.items() if not key.startswith("ACME_SECRET")}
    done = subprocess.run([build / "app", "0"], capture_output=True, text=True, timeout=30, env=env)
    assert done.returncode == 2
    assert done.stderr.startswith("provider 'acme' has no secret: set ACME_SECRET")


def test_its_main_is_short():
    lines = (PROJECT / "examples" / "add_a_provider" / "main.cpp").read_text().splitlines()
    assert len(lines) <= 40


def header_of(build: Path) -> Path:
    return next(build.rglob("callgate/schemas/acme.hpp"))


def stamp_out(path: Path) -> None:
    """A modification time that is later than everything there is."""
    later = time.time() + 2
    os.utime(path, (later, later))
    time.sleep(2.1)


def test_touching_the_yaml_compiles_nothing_and_changing_it_does(built):
    source, build = built
    header, program = header_of(build), build / "app"
    before = header.stat().st_mtime_ns, program.stat().st_mtime_ns

    stamp_out(source / "acme.yaml")
    output = run("cmake", "--build", build, "--target", "app", "-j1", cwd=build)
    assert "callgen acme.yaml" in output, "the generator looks at it"
    assert (header.stat().st_mtime_ns, program.stat().st_mtime_ns) == before
    assert "no work to do" in run("cmake", "--build", build, "--target", "app", "-j1", cwd=build)

    text = (source / "acme.yaml").read_text()
    (source / "acme.yaml").write_text(text.replace("status: 202", "status: 201"))
    stamp_out(source / "acme.yaml")
    run("cmake", "--build", build, "--target", "app", "-j1", cwd=build)
    assert header.stat().st_mtime_ns != before[0]
    assert program.stat().st_mtime_ns != before[1]


def test_makefiles_generate_once_and_only_once(tmp_path):
    source, build = copy_of_the_example(tmp_path), tmp_path / "build"
    configure(source, build, "Unix Makefiles")
    generate = ("cmake", "--build", build, "--target", "app_schemas", "-j1")
    assert "callgen acme.yaml" in run(*generate, cwd=build)
    assert header_of(build).exists()
    assert "callgen acme.yaml" not in run(*generate, cwd=build)
    stamp_out(source / "acme.yaml")
    before = header_of(build).stat().st_mtime_ns
    assert "callgen acme.yaml" in run(*generate, cwd=build)
    assert "callgen acme.yaml" not in run(*generate, cwd=build), "not for ever"
    assert header_of(build).stat().st_mtime_ns == before


def test_its_build_writes_what_else_is_made_of_the_yaml(tmp_path):
    source, build = copy_of_the_example(tmp_path), tmp_path / "build"
    lists = source / "CMakeLists.txt"
    lists.write_text(lists.read_text().replace("SCHEMAS acme.yaml)", "SCHEMAS acme.yaml EMIT openapi typescript)"))
    configure(source, build, "Ninja")
    run("cmake", "--build", build, "--target", "app_schemas", "-j1", cwd=build)
    emitted = build / "callgate-generated" / "app_schemas" / "emit"
    assert {file.name for file in emitted.iterdir()} == {"acme.openapi.json", "acme.d.ts"}

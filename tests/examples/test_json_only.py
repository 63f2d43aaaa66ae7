# SPDX-License-Identifier: Apache-2.0
"""examples/02_json_only.cpp: the parser of a schema in a program of its own."""
import os
import re
import subprocess
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
SOURCE = PROJECT / "examples" / "02_json_only.cpp"
OTHERS = re.compile(r"callgate/(server|net|store|pipeline|effects|http)/|asio|openssl|sqlite")


def run(*arguments: str, text: bytes = b"") -> tuple[int, str, str]:
    done = subprocess.run([os.environ["CALLGATE_JSON_ONLY"], *arguments], input=text, capture_output=True, timeout=60,
                          check=False)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_it_prints_members_of_a_text_from_standard_input_or_of_a_file(tmp_path):
    text = b'{"jobId":"j1","status":"completed","imageUrls":["a","\\u00e9"]}'
    file = tmp_path / "job.json"
    file.write_bytes(text)
    wanted = (0, "job j1\nimage a\nimage é\n", "")
    assert run(text=text) == wanted
    assert run(str(file)) == wanted
    assert run(text=b'{"status":"failed"}') == (0, "job without an id\n", "")
    assert run(text=b'{"jobId":"a\\u0000b","status":"failed"}') == (0, "job a\0b\n", "")


def test_it_prints_where_a_text_is_wrong():
    assert run(text=b'{"jobId":"j1",\n  "status":"done"}') == (
        1, '2:12: /status: enum\n    "status":"done"}\n             ^\n', "")
    assert run() == (1, "1:1: unexpected_end\n  \n  ^\n", "")


def test_it_says_what_it_cannot_read(tmp_path):
    code, out, err = run(str(tmp_path / "nowhere"))
    assert (code, out) == (2, "") and "No such file" in err
    code, out, err = run(str(tmp_path))
    assert (code, out) == (2, "") and "Is a directory" in err
    assert run(text=b" " * (64 * 1024) + b"{}") == (2, "", "more than 64 KiB\n")
    assert run(text=b'{"status":"failed"}'.ljust(64 * 1024))[0] == 0


def test_it_includes_nothing_of_the_server():
    folders = [f"-I{folder}" for folder in os.environ["CALLGATE_INCLUDES"].split(":") if folder]
    done = subprocess.run([os.environ["CALLGATE_COMPILER"], "-std=c++20", "-M", *folders, SOURCE], capture_output=True,
                          text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    read = done.stdout.replace("\\\n", " ").split()
    assert any(file.endswith("callgate/json/parse.hpp") for file in read)
    assert not [file for file in read if OTHERS.search(file.removeprefix(str(PROJECT)))]


def test_it_is_short():
    assert len(SOURCE.read_text().splitlines()) <= 40

# SPDX-License-Identifier: Apache-2.0
"""The lines of docs/providers/*.md, run by bash against the program: it answers what the pages say."""

import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from receiver import clean_environment, until

PAGES = sorted((Path(__file__).resolve().parents[2] / "docs" / "providers").glob("*.md"))
FENCE = re.compile(r"^(`{3,})sh$")
SECRET = re.compile(r"^export ([A-Z0-9_]+)=(\S+)  # for trying out alone$", re.M)


def commands(page: str) -> list[tuple[str, int, str]]:
    """Each command with the status that it is answered, and the rest of that line."""
    found = []
    lines = iter(page.split("\n"))
    for line in lines:
        if not (fence := FENCE.match(line)):
            continue
        block = []
        while (line := next(lines)) != fence[1]:
            block.append(line)
        next(lines)
        if answer := re.match(r"Answer: (\d{3}), (.*)", next(lines)):
            found.append(("\n".join(block), int(answer[1]), answer[2]))
    return found


def logged(receiver) -> Counter[str]:
    """How many callbacks became what; lines are written behind the answers."""
    return Counter(line["outcome"] for line in receiver.log() if "outcome" in line)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_every_line_is_answered_what_its_page_says(path, serve, tmp_path):
    page = path.read_text(encoding="utf-8")
    receiver = serve(env=dict(SECRET.findall(page)))
    (tmp_path / ".curlrc").write_text('write-out = "\\n%{http_code}"\n')
    env = clean_environment({"CALLGATE_URL": receiver.base, "CURL_HOME": str(tmp_path)})
    found = commands(page)
    assert len(found) >= page.count("\n### Example ") > 9
    for command, status, becomes in found:
        done = subprocess.run(["bash", "-eu", "-o", "pipefail", "-c", command], env=env, timeout=60,
                              capture_output=True, text=True, check=False)
        told, _, answered = done.stdout.rpartition("\n")
        assert (done.returncode, done.stderr) == (0, ""), command
        assert answered == str(status), (command, told)
    outcomes = Counter(each[1] for each in (re.match(r"`(\w+)`", one[2]) for one in found) if each)
    assert until(lambda: logged(receiver) == outcomes), (logged(receiver), outcomes)


def test_there_is_a_page_for_every_bundled_schema():
    schemas = Path(__file__).resolve().parents[2] / "schemas"
    assert [page.stem for page in PAGES] == sorted(path.stem for path in schemas.glob("*.yaml"))

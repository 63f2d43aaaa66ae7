# SPDX-License-Identifier: Apache-2.0
"""tools/check_features.py must find what it looks for: a small project, each time with one fault."""

import subprocess
import sys
from pathlib import Path

import pytest

TOOL = Path(__file__).resolve().parents[2] / "tools" / "check_features.py"

SCHEMA = """\
provider: acme
idempotency:
  key: [a, 'b']
  ttl: 60m
a/b: {c~d: 1}
"""

FEATURES = """\
S1.31:
  asks: A callback is known for an hour | or so.
  by: [schemas/acme.yaml#/idempotency/ttl, 'schemas/acme.yaml#/idempotency/key/1', schemas/acme.yaml#/a~1b/c~0d, header.hpp]
S1.36:
  asks: Something else.
  pending: nobody has built it
"""

TEST = '''\
import pytest


@pytest.mark.feature("S1.31")
@pytest.mark.parametrize("a", [1])
def test_ttl(a):
    pass
'''


@pytest.fixture
def project(tmp_path):
    for name, text in {"schemas/acme.yaml": SCHEMA, "docs/features.yaml": FEATURES, "header.hpp": "",
                       "tests/features/test_ttl.py": TEST}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def run(project, *args):
    done = subprocess.run([sys.executable, "-B", TOOL, *args, project], capture_output=True, text=True, timeout=60)
    assert not done.stderr, done.stderr
    return done.returncode, done.stdout


def change(project, name, old, new):
    path = project / name
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))


def test_the_page_names_lines_of_schemas_and_tests(project):
    assert run(project, "--write") == (0, "features: 1 of 2 have a test, 1 are pending\n")
    page = (project / "docs" / "features.md").read_text()
    row, pending = page.splitlines()[-2:]
    assert row.startswith("| S1.31 | A callback is known for an hour \\| or so. | ")
    assert "[schemas/acme.yaml:4](../schemas/acme.yaml#L4)<br>[schemas/acme.yaml:3]" in row
    assert "[schemas/acme.yaml:5]" in row and "[header.hpp](../header.hpp)" in row
    assert row.endswith(" | [tests/features/test_ttl.py:6](../tests/features/test_ttl.py#L6) |")
    assert pending == "| S1.36 | Something else. |  | *pending: nobody has built it* |"
    assert "2 features, 1 of them pending" in page
    assert run(project) == (0, "features: 1 of 2 have a test, 1 are pending\n")


def test_a_page_that_is_missing_or_old_is_a_fault(project):
    told = "docs/features.md:1:1: error: not what its source says: run tools/check_features.py --write\n"
    assert run(project) == (1, told)
    run(project, "--write")
    change(project, "tests/features/test_ttl.py", "import pytest\n", "import pytest\n\n")
    assert run(project) == (1, told)


@pytest.mark.parametrize("name, old, new, told", [
    ("docs/features.yaml", "#/idempotency/ttl", "#/idempotency/tll",
     "docs/features.yaml:3:8: error: schemas/acme.yaml has nothing at /idempotency/tll"),
    ("docs/features.yaml", "/key/1", "/key/2", "schemas/acme.yaml has nothing at /idempotency/key/2"),
    ("docs/features.yaml", "header.hpp", "gone.hpp", "there is no file gone.hpp"),
    ("docs/features.yaml", "  asks: Something else.\n", "", "docs/features.yaml:4:1: error: S1.36 does not say what it asks"),
    ("docs/features.yaml", "  pending: nobody has built it\n", "", "S1.36 does not say what does it"),
    ("docs/features.yaml", "  pending: nobody has built it\n", "  by: [header.hpp]\n", "no test is marked with S1.36"),
    ("docs/features.yaml", "S1.36:", "S1.31:", "docs/features.yaml:4:1: error: duplicate key 'S1.31'"),
    ("docs/features.yaml", "S1.36:", "S9.36:", "'S9.36' is no number of a feature"),
    ("docs/features.yaml", "pending:", "pnding:", "unknown member 'pnding'"),
    ("docs/features.yaml", "asks: Something else.", "asks: 7", "'asks' must be a sentence"),
    ("docs/features.yaml", "S1.31:", "S1.31: [", "docs/features.yaml:"),
    ("docs/features.yaml", FEATURES, "- S1.31\n", "the file must be a map"),
    ("tests/features/test_ttl.py", '"S1.31"', '"S1.31", "S1.99"',
     "tests/features/test_ttl.py:4:2: error: docs/features.yaml has no feature S1.99"),
    ("tests/features/test_ttl.py", '"S1.31"', '"S1.31", "S1.36"', "S1.36 has a test and is 'pending'"),
    ("tests/features/test_ttl.py", '("S1.31")', "(*NUMBERS)", "a feature mark takes numbers written out"),
    ("tests/features/test_ttl.py", '("S1.31")', "()", "a feature mark takes numbers written out"),
    ("tests/features/test_ttl.py", '@pytest.mark.feature("S1.31")\n', "", "no test is marked with S1.31"),
    ("tests/features/test_ttl.py", "def test_ttl(a):", "def test_ttl(a:", "tests/features/test_ttl.py:6:13: error: not Python"),
    ("tests/features/test_ttl.py", "import pytest\n", "import pytest  # \x00\n", "error: not Python"),
    ("schemas/acme.yaml", "ttl: 60m", "ttl: [", "schemas/acme.yaml:"),
])
def test_a_fault_is_told_with_its_place(project, name, old, new, told):
    run(project, "--write")
    change(project, name, old, new)
    for args in ([], ["--write"]):
        code, output = run(project, *args)
        assert code == 1 and told in output, output


def test_all_faults_are_told_at_once(project):
    change(project, "docs/features.yaml", "header.hpp", "gone.hpp")
    change(project, "tests/features/test_ttl.py", '"S1.31"', '"S1.99"')
    code, output = run(project, "--write")
    assert code == 1 and len(output.splitlines()) == 3, output
    assert not (project / "docs" / "features.md").exists()

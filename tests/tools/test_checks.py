# SPDX-License-Identifier: Apache-2.0
"""The checks in tools/ must find what they look for: each gets a copy of the tree with one fault planted."""
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture
def tree(tmp_path):
    for folder in ("include", "tools", "codegen/callgen", "codegen/templates", "apps", "examples", "tests/unit", "tests/support",
                   "tests/multi_tu", "tests/compile_fail", "cmake"):
        if (PROJECT / folder).exists():
            shutil.copytree(PROJECT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PROJECT / "CMakeLists.txt", tmp_path)
    return tmp_path


def check(name: str, tree: Path) -> tuple[int, str]:
    done = subprocess.run([sys.executable, tree / "tools" / name, tree], capture_output=True, text=True, timeout=60)
    assert not done.stderr, done.stderr
    return done.returncode, done.stdout


def header(tree: Path, name: str) -> Path:
    return tree / "include" / "callgate" / name


def append(path: Path, text: str) -> None:
    path.write_text(path.read_text() + text)


def expect_fault(name: str, tree: Path, text: str) -> None:
    code, output = check(name, tree)
    assert code == 1, output
    assert text in output, output


@pytest.mark.parametrize("name", ["check_layers.py", "check_umbrella.py", "check_tests.py", "check_budget.py"])
def test_the_tree_as_it_is_passes(name, tree):
    code, output = check(name, tree)
    assert code == 0, output


@pytest.mark.parametrize("where, what, text", [
    ("core/result.hpp", "callgate/json/errc.hpp", "layer 'core' may not include callgate/json/errc.hpp"),
    ("json/parse.hpp", "callgate/http/request.hpp", "layer 'json' may not include callgate/http/request.hpp"),
    ("pipeline/receive.hpp", "callgate/auth/verifier.hpp", "layer 'pipeline' may not include callgate/auth/verifier.hpp"),
    ("net/loop.hpp", "callgate/store/store.hpp", "layer 'net' may not include callgate/store/store.hpp"),
    ("http/request.hpp", "callgate/callgate.hpp", "layer 'http' may not include callgate/callgate.hpp"),
    ("pipeline/values.hpp", "asio/post.hpp", "asio/post.hpp is for net, server"),
    ("auth/verifier.hpp", "openssl/evp.h", "openssl/evp.h is for auth/digest_openssl.hpp, tls"),
    ("store/store.hpp", "sqlite3.h", "sqlite3.h is for store/sqlite_connection.hpp"),
    ("net/loop.hpp", "curl/curl.h", "curl/curl.h is for no header yet"),
    ("net/loop.hpp", "functional", "<functional> is not for layers below server"),
    ("core/clock.hpp", "iostream", "<iostream> is not for layers below server"),
])
def test_layers_sees_a_wrong_include(tree, where, what, text):
    append(header(tree, where), f"#include <{what}>\n")
    expect_fault("check_layers.py", tree, text)


def test_layers_sees_a_folder_that_is_no_layer(tree):
    header(tree, "misc").mkdir()
    header(tree, "misc/thing.hpp").write_text("#pragma once\n")
    expect_fault("check_layers.py", tree, "folder 'misc' is no layer")


def test_umbrella_sees_a_header_that_nobody_reaches(tree):
    header(tree, "core/forgotten.hpp").write_text("#pragma once\n")
    expect_fault("check_umbrella.py", tree, "core/forgotten.hpp:1: nothing that users include reaches this header")


def test_umbrella_sees_an_include_that_leads_nowhere(tree):
    append(header(tree, "core/clock.hpp"), "#include <callgate/core/nowhere.hpp>\n")
    expect_fault("check_umbrella.py", tree, "core/nowhere.hpp")


def test_tests_sees_a_header_without_a_test(tree):
    header(tree, "core/untested.hpp").write_text("#pragma once\n")
    expect_fault("check_tests.py", tree, "has no test: write tests/unit/core/untested_test.cpp")


def test_tests_sees_a_test_that_includes_something_else_first(tree):
    test = tree / "tests" / "unit" / "core" / "result_test.cpp"
    test.write_text("#include <gtest/gtest.h>\n" + test.read_text())
    expect_fault("check_tests.py", tree, "its first include must be <callgate/core/result.hpp>")


def test_tests_sees_that_a_named_test_does_not_exist(tree):
    (tree / "tests" / "multi_tu" / "everything.hpp").unlink()
    expect_fault("check_tests.py", tree, "is said to be tested by tests/multi_tu/everything.hpp, which does not exist")


def test_tests_sees_that_a_named_test_does_not_mention_the_header(tree):
    file = tree / "tests" / "multi_tu" / "everything.hpp"
    file.write_text(file.read_text().replace("callgate/fwd.hpp", "callgate/version.hpp"))
    expect_fault("check_tests.py", tree, "fwd.hpp:1: is said to be tested by tests/multi_tu/everything.hpp, "
                 "which does not mention it")


def test_tests_sees_an_entry_for_a_header_that_is_gone(tree):
    header(tree, "fwd.hpp").unlink()
    expect_fault("check_tests.py", tree, "fwd.hpp is in TESTED_BY and does not exist")


def test_budget_sees_what_is_too_long(tree):
    append(header(tree, "core/clock.hpp"), "//\n" * 400)
    expect_fault("check_budget.py", tree, "lines, the bound is 400")


def test_budget_sees_a_line_that_is_too_wide(tree):
    append(header(tree, "core/clock.hpp"), "// " + "x" * 98 + "\n")
    expect_fault("check_budget.py", tree, "101 columns, the bound is 100")


def test_budget_sees_what_is_not_ascii(tree):
    append(header(tree, "core/clock.hpp"), "// \u00e9\n")
    expect_fault("check_budget.py", tree, "not ASCII")


def test_budget_sees_a_missing_licence_line_and_guard(tree):
    header(tree, "core/bare.hpp").write_text("// Nothing.\n")
    code, output = check("check_budget.py", tree)
    assert code == 1
    assert "core/bare.hpp:1: the first line must be the licence line" in output
    assert "core/bare.hpp:1: #pragma once is missing" in output


def test_budget_sees_an_example_that_grew(tree):
    append(tree / "examples" / "01_hello.cpp", "//\n" * 20)
    expect_fault("check_budget.py", tree, "lines, the bound is 25")


COMPILE_FAIL = PROJECT / "tests" / "compile_fail" / "run.py"


@pytest.mark.parametrize("source, text", [
    ("// expect: no such type\n#ifdef CALLGATE_COMPILE_FAIL\nint x = 1;\n#endif\n", "must not compile with CALLGATE_COMPILE_FAIL"),
    ("// expect: anything\nint f() { return undeclared; }\n", "must compile without CALLGATE_COMPILE_FAIL"),
    ("// expect: advice\n#ifdef CALLGATE_COMPILE_FAIL\nint f() { return undeclared; }\n#endif\n",
     "the compiler does not say `advice`"),
    ("int x = 1;\n", "has no line `// expect: text`"),
])
def test_compile_fail_sees_a_case_that_proves_nothing(tmp_path, source, text):
    case = tmp_path / "case.cpp"
    case.write_text(source)
    done = subprocess.run([sys.executable, COMPILE_FAIL, case, "c++"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert text in done.stdout


def test_compile_fail_passes_a_good_case(tmp_path):
    case = tmp_path / "case.cpp"
    case.write_text('// expect: advice\n#ifdef CALLGATE_COMPILE_FAIL\nstatic_assert(false, "advice");\n#endif\n')
    done = subprocess.run([sys.executable, COMPILE_FAIL, case, "c++"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that every header has its test: include/callgate/a/b.hpp -> tests/unit/a/b_test.cpp, which includes it first."""
import re
import sys
from pathlib import Path

INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.M)

# Headers without behaviour of their own, or whose behaviour shows only in another's: the file that would fail.
TESTED_BY = {
    "callgate.hpp": "tests/multi_tu/everything.hpp",
    "config.hpp": "tests/multi_tu/everything.hpp",
    "fwd.hpp": "tests/multi_tu/everything.hpp",
    "version.hpp": "tests/compile_fail/stale_schema_abi.cpp",
    "auth/verdict.hpp": "tests/unit/auth/verifier_test.cpp",
    "core/unix_micros.hpp": "tests/unit/core/clock_test.cpp",
    "effects/consumer_options.hpp": "tests/unit/effects/consumer_test.cpp",
    "effects/permanent_failure.hpp": "tests/unit/effects/consumer_test.cpp",
    "json/check_report.hpp": "tests/unit/schema/check_part_test.cpp",
    "json/offence.hpp": "tests/unit/json/explain_test.cpp",
    "net/exchange.hpp": "tests/unit/net/connection_test.cpp",
    "net/options.hpp": "tests/unit/net/connection_test.cpp",
    "net/service.hpp": "tests/unit/net/connection_test.cpp",
    "pipeline/facts.hpp": "tests/unit/pipeline/event_key_test.cpp",
    "pipeline/receipt.hpp": "tests/unit/pipeline/storing_test.cpp",
    "pipeline/refusal.hpp": "tests/unit/pipeline/storing_test.cpp",
    "provider/example.hpp": "tests/unit/pipeline/receive_test.cpp",
    "provider/expect_any.hpp": "tests/unit/pipeline/validation_test.cpp",
    "provider/record.hpp": "tests/unit/pipeline/records_test.cpp",
    "provider/record_set.hpp": "tests/unit/pipeline/records_test.cpp",
    "provider/requirement.hpp": "tests/unit/pipeline/validation_test.cpp",
    "provider/source.hpp": "tests/unit/provider/body_value_test.cpp",
    "provider/template_text.hpp": "tests/unit/pipeline/event_key_test.cpp",
    "schema/describe.hpp": "tests/unit/schema/validate_test.cpp",
    "schema/format.hpp": "tests/unit/schema/formats_test.cpp",
    "schema/formats/all.hpp": "tests/unit/schema/formats_test.cpp",
    "schema/formats/date_time.hpp": "tests/unit/schema/formats_test.cpp",
    "schema/formats/idna.hpp": "tests/unit/schema/formats_test.cpp",
    "schema/formats/idna_tables.hpp": "tests/unit/schema/formats_test.cpp",
    "schema/formats/identifiers.hpp": "tests/unit/schema/formats_test.cpp",
    "schema/formats/internet.hpp": "tests/unit/schema/formats_test.cpp",
    "schema/formats/regex.hpp": "tests/unit/schema/formats_test.cpp",
    "schema/formats/scanner.hpp": "tests/unit/schema/formats_test.cpp",
    "schema/formats/uri.hpp": "tests/unit/schema/formats_test.cpp",
    "schema/node.hpp": "tests/unit/schema/validate_test.cpp",
    "schema/scalar_checks.hpp": "tests/unit/schema/validate_test.cpp",
    "schema/validator.hpp": "tests/unit/schema/validate_test.cpp",
    "schema/violation.hpp": "tests/unit/schema/validate_test.cpp",
    "server/api_answer.hpp": "tests/unit/server/api_test.cpp",
    "server/api_worker.hpp": "tests/unit/server/server_test.cpp",
    "server/api_context.hpp": "tests/unit/server/tasks_api_test.cpp",
    "server/callback_record.hpp": "tests/unit/server/server_test.cpp",
    "server/event.hpp": "tests/unit/server/typed_handler_test.cpp",
    "server/options.hpp": "tests/unit/server/server_test.cpp",
    "server/rate_options.hpp": "tests/unit/server/rate_limits_test.cpp",
    "store/append_request.hpp": "tests/unit/store/completion_queue_test.cpp",
    "store/dead_letter_entry.hpp": "tests/unit/store/store_test.cpp",
    "store/event_query.hpp": "tests/unit/store/store_history_test.cpp",
    "store/history.hpp": "tests/unit/server/history_json_test.cpp",
    "store/memory_events.hpp": "tests/unit/store/memory_test.cpp",
    "store/memory_history.hpp": "tests/unit/store/memory_test.cpp",
    "store/memory_options.hpp": "tests/unit/store/memory_test.cpp",
    "store/memory_record_source.hpp": "tests/unit/store/sqlite_tasks_test.cpp",
    "store/memory_registrations.hpp": "tests/unit/store/sqlite_tasks_test.cpp",
    "store/notice.hpp": "tests/unit/store/sqlite_standby_test.cpp",
    "store/sqlite_engine.hpp": "tests/unit/store/sqlite_standby_test.cpp",
    "store/sqlite_batch.hpp": "tests/unit/store/sqlite_test.cpp",
    "store/task_registration.hpp": "tests/unit/store/sqlite_tasks_test.cpp",
    "store/sqlite_entries.hpp": "tests/unit/store/sqlite_history_test.cpp",
    "store/sqlite_mounts.hpp": "tests/unit/store/sqlite_history_test.cpp",
    "store/sqlite_task_events.hpp": "tests/unit/store/sqlite_records_test.cpp",
    "store/sqlite_options.hpp": "tests/unit/store/sqlite_test.cpp",
    "tls/certificate_files.hpp": "tests/unit/tls/load_certificate_test.cpp",
    "tls/openssl_handle.hpp": "tests/unit/tls/load_certificate_test.cpp",
    "tls/session_status.hpp": "tests/unit/tls/session_test.cpp",
}


def check_named_test(project: Path, header: str, test: str) -> str | None:
    """A name in TESTED_BY must be more than a name."""
    where = f"include/callgate/{header}"
    if not (project / where).exists():
        return f"tools/{Path(__file__).name}:1: {header} is in TESTED_BY and does not exist"
    if not (project / test).exists():
        return f"{where}:1: is said to be tested by {test}, which does not exist"
    if not re.search(rf"\b{re.escape(Path(header).stem)}\b", (project / test).read_text()):
        return f"{where}:1: is said to be tested by {test}, which does not mention it"
    return None


def check_own_test(project: Path, header: str) -> str | None:
    test = "tests/unit/" + header.replace(".hpp", "_test.cpp")
    if not (project / test).exists():
        return f"include/callgate/{header}:1: has no test: write {test}"
    first = INCLUDE.search((project / test).read_text())
    if first is None or first[1] != f"callgate/{header}":
        return f"{test}:1: its first include must be <callgate/{header}>"
    return None


def problems(project: Path) -> list[str]:
    root = project / "include" / "callgate"
    headers = sorted(p.relative_to(root).as_posix() for p in root.rglob("*.hpp"))
    own = [h for h in headers if h not in TESTED_BY and "detail" not in Path(h).parts]
    found = [check_named_test(project, *entry) for entry in TESTED_BY.items()]
    found += [check_own_test(project, header) for header in own]
    return [text for text in found if text]


if __name__ == "__main__":
    project = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent.parent
    found = problems(project)
    print("\n".join(found) or "tests: every header has one")
    sys.exit(1 if found else 0)

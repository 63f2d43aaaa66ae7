# SPDX-License-Identifier: Apache-2.0
"""Every request of tests/http/requests.yaml, as raw bytes, to the real program."""

import os

import pytest

from callbacks import KIE, KIE_FIELDS, kie
from raw_http import Connection, ask, request
from receiver import until
from request_cases import cases

CASES = cases()
BYTEWISE = [case for case in CASES if len(case.data) < 500]
SECONDS = 5  # for one case: an answer that does not come is a failure

# Behind each: answered only where the connection stays open, and then the last.
PROBE = request("GET", "/health", None, {"Connection": "close"})


def open_files(receiver) -> int:
    return len(os.listdir(f"/proc/{receiver.pid}/fd"))


@pytest.fixture(scope="module")
def files_before(receiver) -> int:
    receiver.session.close()
    return open_files(receiver)


def final_answer(connection: Connection, to_head: bool):
    """Without a 100 before it, which comes only to who is slow."""
    answer = connection.answer(to_head)
    return connection.answer(to_head) if answer and answer.status == 100 else answer


def statuses(port: int, pieces: list[bytes], methods: list[str]) -> list[int]:
    """Of all answers up to the end of the connection, which is the program's to make."""
    methods = iter(methods)
    found = []
    with Connection(port, SECONDS) as connection:
        for piece in pieces:
            connection.send(piece)
        while answer := final_answer(connection, next(methods, "") == "HEAD"):
            found.append(answer.status)
            if answer.fields.get("connection") == "close":
                break
        assert connection.is_closed(), "more bytes behind the last answer"
    return found


def check(case, port: int, pieces: list[bytes]) -> None:
    found = statuses(port, pieces + [PROBE], [request.method for request in case.seen])
    required = case.answers + ([] if case.closes else [200])
    if case.pending:
        assert found != required, f"no longer pending: {case.pending}"
    else:
        assert found == required


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_is_answered_as_required(receiver, files_before, case):
    check(case, receiver.port, [case.data])


@pytest.mark.parametrize("case", BYTEWISE, ids=lambda case: case.name)
def test_each_is_answered_the_same_byte_by_byte(receiver, files_before, case):
    check(case, receiver.port, [case.data[at:at + 1] for at in range(len(case.data))])


def test_who_sends_an_encoded_body_is_told_what_is_taken(receiver, files_before):
    """Source: RFC 9110 12.5.3."""
    fields = {**KIE_FIELDS, "Content-Encoding": "gzip"}
    answer = ask(receiver.port, request("POST", KIE, kie("encoded-1", "first"), fields))
    assert (answer.status, answer.fields["accept-encoding"]) == (415, "identity")
    assert receiver.get("/api/history/encoded-1").status_code == 404


def test_there_are_many_of_both_kinds():
    hostile = [case for case in CASES if case.error]
    assert len(hostile) >= 400 and len(CASES) - len(hostile) >= 100
    assert len({case.name for case in CASES}) == len(CASES)


def test_the_program_serves_on_and_holds_no_connection(receiver, files_before):
    """The last one: after all others."""
    receiver.session.close()
    assert until(lambda: open_files(receiver) <= files_before), "connections are left"
    assert receiver.alive() and receiver.runs == 1
    assert receiver.post(KIE, kie("after-hostile", "first"), KIE_FIELDS).status_code == 200
    assert receiver.entry("after-hostile")["task_id"] == "after-hostile"
    assert receiver.stderr() == ""

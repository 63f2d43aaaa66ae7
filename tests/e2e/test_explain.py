# SPDX-License-Identifier: Apache-2.0
"""explain says everything that is wrong with a body, and its verdict is the receiver's."""

import subprocess

import pytest

from callbacks import JOB, JOB_FIELDS, JSON_TYPE, job, register
from raw_http import ask, request
from receiver import clean_environment, program

WRONG = b'{"jobId":7,\n "status":"d\xc3\xb6ne", "imageUrls":["",null]}'


def explain(provider: str, body: bytes, *arguments: str) -> tuple[int, list[str], str]:
    done = subprocess.run([program(), "explain", provider, *arguments], input=body, capture_output=True, timeout=60,
                          check=False, env=clean_environment())
    return done.returncode, done.stdout.decode().splitlines(), done.stderr.decode()


def test_each_thing_that_is_wrong_is_told_with_its_place_and_a_caret_below_it():
    second = ' "status":"döne", "imageUrls":["",null]}'

    def shown(line: str, column: int) -> list[str]:
        return ["  " + line, " " * (column + 1) + "^"]

    assert explain("job_worker", WRONG) == (1, [
        "1:10: /jobId: type string: found 7 at byte 9",
        *shown('{"jobId":7,', 10),
        '2:11: /status: enum processing, completed, failed: found "döne" at byte 22',
        *shown(second, 11),
        '2:32: /imageUrls/0: minLength 1: found "" at byte 44',
        *shown(second, 32),
        "2:35: /imageUrls/1: type string: found null at byte 47",
        *shown(second, 35)], "")


def test_nothing_is_wrong_with_a_body_that_the_receiver_takes(tmp_path):
    file = tmp_path / "body.json"
    file.write_bytes(job("j1", "processing"))
    assert explain("job_worker", b"", str(file)) == (0, ["nothing is wrong"], "")


def test_a_body_that_is_no_json_is_read_to_where_it_ceases_to_be():
    body = '{"jobId":7,"status":oops}'
    assert explain("job_worker", body.encode()) == (1, [
        "1:10: /jobId: type string: found 7 at byte 9", "  " + body, "           ^",
        "1:21: /status: unexpected_byte at byte 20", "  " + body, "                      ^"], "")
    assert explain("job_worker", b"") == (1, ["1:1: unexpected_end at byte 0", "  ", "  ^"], "")


def test_a_body_cannot_talk_to_a_terminal():
    code, out, err = explain("job_worker", b'{"jobId":"\x1b[2J\xff\r"')
    assert (code, err) == (1, "")
    assert out == ["1:11: /jobId: bad_string at byte 10", '  {"jobId":"\ufffd[2J\ufffd', "            ^"]


def test_of_much_that_is_wrong_200_things_are_told():
    """Those of the least body are all told; of the most that is taken it ends as soon."""
    def body(wrong: int) -> bytes:
        return b'{"status":"failed","imageUrls":[' + b",".join([b"1"] * wrong) + b"]}"

    code, out, err = explain("job_worker", body(199))
    assert (code, len(out), err) == (1, 600, "")  # one of them: too many items
    code, out, err = explain("job_worker", body(100000))
    assert (code, len(out), err) == (1, 601, "")
    assert out[-4] == "1:429: /imageUrls/198: type string: found 1 at byte 428" and out[-1] == "and more"
    assert out[-3] == "  ..." + "1," * 36 + "..." and out[-2] == " " * 53 + "^"


def test_what_cannot_be_asked_exits_with_2(tmp_path):
    code, out, err = explain("nobody", b"{}")
    assert (code, out) == (2, []) and "choose one of suno, kie" in err
    code, out, err = explain("suno", b"", str(tmp_path / "nowhere.json"))
    assert (code, out) == (2, []) and "cannot be read" in err
    code, out, err = explain("suno", b" " * 2000000)
    assert (code, out) == (2, []) and "too_large" in err


@pytest.mark.parametrize("body", [
    b'{"jobId":"e1","status":"processing"}', b'{"jobId":"e1"}', b'{"jobId":"e1","status":1}', b"[]", b"{",
    b'{"jobId":"e1","status":"processing","imageUrls":{}}'])
def test_the_verdict_is_the_receivers(receiver, body):
    register(receiver, "job_worker", "e1")
    answered = ask(receiver.port, request("POST", JOB, body, {**JOB_FIELDS, **JSON_TYPE}))
    assert (explain("job_worker", body)[0] == 0) == (answered.status == 200)

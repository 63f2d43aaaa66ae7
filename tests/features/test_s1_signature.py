# SPDX-License-Identifier: Apache-2.0
"""Suno's signature: what is signed, what is refused, and what the operator is told."""

import hashlib
import hmac
import subprocess

import pytest

from callbacks import SUNO, signature, signed, suno
from receiver import SECRETS, clean_environment, program

SECRET = SECRETS["SUNO_WEBHOOK_SECRET"]
CORS = "Access-Control-Allow-Origin"


def post(receiver, body, sent):
    return receiver.post(SUNO, body, {"X-Suno-Signature": sent})


@pytest.mark.feature("S1.12")
def test_the_signature_is_hex_of_hmac_sha256_over_the_bytes_with_the_secrets_text_as_key(receiver):
    body = '{ "code": 200,\r\n "msg":"\u0413\u043e\u0442\u043e\u0432\u043e", "data":{"callbackType":"text",' \
           '"task_id":"signed-1","data":null}}'.encode()
    right = "sha256=" + hmac.new(SECRET.encode("utf-8"), body, hashlib.sha256).hexdigest()
    assert right == right.lower() and not SECRET.isascii()
    assert post(receiver, body, right).json() == {"ok": True, "stage": "text"}


@pytest.mark.feature("S1.12")
def test_openssl_makes_the_same_signature(receiver):
    """A second implementation, as an operator has it at hand."""
    body = suno("signed-2", "first")
    done = subprocess.run(["openssl", "dgst", "-sha256", "-mac", "HMAC", "-macopt", "hexkey:" + SECRET.encode().hex()],
                          input=body, capture_output=True, timeout=20, check=True)
    told = done.stdout.decode().strip().rsplit(" ", 1)[1]
    assert post(receiver, body, "sha256=" + told).status_code == 200


def wrong_signatures():
    body = suno("forged-1", "text")
    mac = hmac.new(SECRET.encode(), body, hashlib.sha256)
    return {
        "of another body": signature(suno("forged-2", "text")),
        "with another secret": signature(body, "another secret"),
        "by another digest": "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha512).hexdigest(),
        "without its prefix": mac.hexdigest(),
        "with another prefix": "sha1=" + mac.hexdigest(),
        "cut": "sha256=" + mac.hexdigest()[:-1],
        "too long": "sha256=" + mac.hexdigest() + "0",
        "one digit off": "sha256=" + mac.hexdigest()[:-1] + ("1" if mac.hexdigest()[-1] == "0" else "0"),
        "nothing": "sha256=",
        "no hex": "sha256=" + "g" * 64,
    }


@pytest.mark.feature("S1.15")
@pytest.mark.parametrize("how", wrong_signatures())
def test_a_signature_that_does_not_fit_is_401_and_logged(receiver, how):
    body = suno("forged-1", "text")
    answer = post(receiver, body, wrong_signatures()[how])
    assert (answer.status_code, answer.content) == (401, b'{"ok":false,"error":"invalid_signature"}')
    assert answer.headers[CORS] == "*"
    line = receiver.logged(provider="suno", outcome="invalid_signature")[-1]
    assert (line["level"], line["http_status"]) == ("error", 401)
    assert line["reason"] == "the credential does not verify"
    assert receiver.get("/api/history/forged-1").status_code == 404


@pytest.mark.feature("S1.14")
def test_a_missing_signature_is_401_with_cors_fields(receiver):
    answer = receiver.post(SUNO, suno("unsigned-1", "text"))
    assert (answer.status_code, answer.content) == (401, b'{"ok":false,"error":"missing_signature"}')
    assert answer.headers[CORS] == "*"
    assert receiver.get("/api/history/unsigned-1").status_code == 404
    assert receiver.logged(provider="suno", outcome="missing_signature")[-1]["level"] == "warning"


@pytest.mark.feature("S1.16")
def test_nothing_is_parsed_before_it_is_verified(receiver):
    """Bytes that are not JSON are refused for their signature, and only with one for what they are."""
    assert receiver.post(SUNO, b"bad json").json()["error"] == "missing_signature"
    assert post(receiver, b"bad json", "sha256=00").json()["error"] == "invalid_signature"
    assert receiver.post(SUNO, b"bad json", signed(b"bad json")).json()["error"] == "bad_json"


@pytest.mark.feature("S1.16")
def test_the_bytes_that_are_verified_are_the_bytes_that_are_parsed(receiver):
    body = b' {"code" : 200,"msg":"\\u0041","data":{"callbackType":"text","task_id":"bytes-1","data":null}}\n'
    assert receiver.post(SUNO, body, signed(body)).status_code == 200
    assert receiver.entry("bytes-1")["status_message"] == "A"
    assert b'"raw_data":' + body + b"}" in receiver.get("/api/history/bytes-1").content
    assert receiver.post(SUNO, body.replace(b" ", b""), signed(body)).status_code == 401


@pytest.mark.feature("S1.13")
def test_without_a_secret_the_log_warns_and_every_callback_is_believed(serve):
    receiver = serve(env={})
    assert any("suno" in line["message"] and "not verified" in line["message"]
               for line in receiver.logged(level="warning"))
    assert receiver.post(SUNO, suno("believed-1", "first")).json() == {"ok": True, "stage": "first"}
    assert post(receiver, suno("believed-2", "first"), "sha256=00").json() == {"ok": True, "stage": "first"}


@pytest.mark.feature("S1.13")
def test_with_a_secret_in_the_environment_there_is_no_warning(receiver):
    assert not [line for line in receiver.log() if "not verified" in line["message"]]


@pytest.mark.feature("S1.18")
def test_verification_is_off_while_no_secret_is_set_and_on_again_with_one(serve):
    """On one data folder; each start without it warns."""
    receiver = serve()
    for number, env in enumerate([SECRETS, {}, SECRETS]):
        receiver.stop()
        receiver.env = {**receiver.env, **env} if env else {
            name: value for name, value in receiver.env.items() if name not in SECRETS}
        receiver.start()
        answer = receiver.post(SUNO, suno(f"switched-{number}", "first"))
        assert answer.status_code == (401 if env else 200)
        assert bool([line for line in receiver.log() if "not verified" in line["message"]]) == (not env)


def by_hand(*args, body):
    return subprocess.run([program(), *args], input=body, capture_output=True, timeout=60, check=False,
                          env=clean_environment(SECRETS))


@pytest.mark.feature("S1.17")
def test_a_signature_made_by_hand_is_accepted(receiver):
    body = suno("by-hand-1", "text")
    made = by_hand("sign", "suno", body=body).stdout.decode().splitlines()
    fields = dict(line.split(": ", 1) for line in made)
    assert receiver.post(SUNO, body, fields).json() == {"ok": True, "stage": "text"}


@pytest.mark.feature("S1.17")
def test_expected_and_received_stand_beside_each_other():
    body, sent = suno("by-hand-2", "text"), signature(suno("by-hand-3", "text"))
    told = by_hand("verify", "suno", "--header", f"X-Suno-Signature: {sent}", body=body)
    assert told.returncode == 1
    assert told.stdout.decode().splitlines() == [
        "invalid_signature: the credential does not verify",
        f"Expected  X-Suno-Signature: {signature(body)}",
        f"Received  X-Suno-Signature: {sent}"]
    right = by_hand("verify", "suno", "--header", f"X-Suno-Signature: {signature(body)}", body=body)
    assert (right.returncode, right.stdout) == (0, b"verified\n")

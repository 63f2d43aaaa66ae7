# SPDX-License-Identifier: Apache-2.0
"""sign makes what a sender must send, verify tells what the receiver makes of it; neither prints a secret."""

import subprocess

import pytest

from callbacks import job, kie, register, signature, suno
from raw_http import ask
from receiver import SECRETS, clean_environment, program, until

SUNO_SECRET = SECRETS["SUNO_WEBHOOK_SECRET"]
JOB_TOKEN = SECRETS["JOB_CALLBACK_TOKEN"]
BODY = suno("signed-by-hand", "text")
REFUSED = 2


def call(*args, body: bytes = b"", env: dict[str, str] | None = None) -> tuple[int, str, str]:
    """Exit code, standard output and standard error; no secret may stand in either of them."""
    env = SECRETS if env is None else env
    done = subprocess.run([program(), *args], input=body, capture_output=True, timeout=60, check=False,
                          env=clean_environment(env))
    out, err = done.stdout.decode(), done.stderr.decode()
    for secret in [*SECRETS.values(), *env.values()]:
        assert secret not in out + err
    return done.returncode, out, err


def refused(told: tuple[int, str, str], *words: str) -> None:
    code, out, err = told
    assert (code, out, len(err.splitlines())) == (REFUSED, "", 1), told
    assert err.startswith("callgate: ")
    for word in words:
        assert word in err, (word, err)


def verify_suno(*sent: str, body: bytes = BODY, **more) -> tuple[int, str, str]:
    fields = [word for value in sent for word in ("--header", f"X-Suno-Signature: {value}")]
    return call("verify", "suno", *fields, body=body, **more)


def verify_job(*sent: str, body: bytes = b"{}", **more) -> tuple[int, str, str]:
    fields = [word for value in sent for word in ("--header", f"Authorization: {value}")]
    return call("verify", "job_worker", *fields, body=body, **more)


# --- sign

def test_sign_prints_the_fields_of_a_signed_body():
    code, out, err = call("sign", "suno", body=BODY)
    assert (code, err) == (0, "")
    assert out == f"Content-Type: application/json\nX-Suno-Signature: {signature(BODY)}\n"


def test_a_body_may_come_from_a_file_and_by_the_name_of_standard_input(tmp_path):
    file = tmp_path / "body.json"
    file.write_bytes(BODY + b"\n\x00\xff")
    for name in (str(file), "-"):
        assert signature(file.read_bytes()) in call("sign", "suno", name, body=file.read_bytes())[1]


def test_the_secret_may_stand_in_another_variable_and_in_a_file(tmp_path):
    (tmp_path / "secret").write_text("from a file\n")
    for env, secret in ({"EU_SECRET": "another"}, "another"), \
            ({"EU_SECRET_FILE": str(tmp_path / "secret")}, "from a file"):
        _, out, _ = call("sign", "suno", "--secret-env", "EU_SECRET", body=BODY, env={**SECRETS, **env})
        assert signature(BODY, secret) in out


def test_a_shared_token_is_shown_as_its_variable():
    assert call("sign", "kie", body=b"{}") == (0, "X-KIE-Callback-Token: $KIE_CALLBACK_TOKEN\n", "")
    _, out, _ = call("sign", "job_worker", body=b"{}")
    assert out == "Content-Type: application/json\nAuthorization: Bearer $JOB_CALLBACK_TOKEN\n"


def test_a_provider_that_asks_for_no_credential_gets_none():
    assert call("sign", "tts_error", body=b"{}", env={}) == (0, "Content-Type: application/json\n", "")


@pytest.mark.parametrize("provider, body_of", [
    ("suno", lambda task: suno(task, "text")), ("kie", lambda task: kie(task, "text")), ("job_worker", job),
], ids=["suno", "kie", "job_worker"])
def test_the_curl_command_is_accepted(receiver, tmp_path, provider, body_of):
    register(receiver, "job_worker", "curled")
    file = tmp_path / "it's $HOME.json"
    file.write_bytes(body_of("curled"))
    code, line, _ = call("sign", provider, str(file), "--curl", "--url", receiver.base)
    assert (code, len(line.splitlines())) == (0, 1)
    env = {**clean_environment(SECRETS), "NO_PROXY": "*"}
    done = subprocess.run(["sh", "-c", line.strip() + " -w '%{http_code}' -o /dev/null"], env=env,
                          capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout, done.stderr) == ("200", ""), line
    assert receiver.logged(provider=provider, task_id="curled", outcome="accepted")


def test_the_curl_command_reads_a_token_from_its_file(receiver, tmp_path):
    register(receiver, "job_worker", "curled-4")
    (tmp_path / "token").write_text(JOB_TOKEN + "\n")
    env = {"JOB_CALLBACK_TOKEN_FILE": str(tmp_path / "token")}
    _, line, _ = call("sign", "job_worker", "--curl", "--url", receiver.base, body=b"", env=env)
    done = subprocess.run(["sh", "-c", line], input=job("curled-4"), capture_output=True, timeout=60, check=False,
                          env={**clean_environment(env), "NO_PROXY": "*"})
    assert b'"success":true' in done.stdout, (line, done)
    assert receiver.logged(task_id="curled-4", outcome="accepted")


# --- verify

def test_verify_agrees_with_what_another_program_signed():
    assert verify_suno(signature(BODY)) == (0, "verified\n", "")


@pytest.mark.parametrize("provider", ["suno", "kie", "job_worker"])
def test_verify_accepts_what_sign_made(provider):
    """Of a token, sign shows the variable: a shell puts the value there."""
    made = call("sign", provider, body=BODY)[1]
    for name, secret in SECRETS.items():
        made = made.replace("$" + name, secret)
    fields = [word for field in made.splitlines() for word in ("--header", field)]
    assert call("verify", provider, *fields, body=BODY) == (0, "verified\n", "")


def test_a_wrong_signature_stands_beside_the_right_one():
    wrong = signature(BODY, "another secret")
    code, out, _ = verify_suno(wrong)
    assert code == 1
    assert out.splitlines() == [
        "invalid_signature: the credential does not verify",
        f"Expected  X-Suno-Signature: {signature(BODY)}",
        f"Received  X-Suno-Signature: {wrong}"]


def test_no_signature_is_a_missing_one():
    code, out, _ = call("verify", "suno", "--header", "X-Other: 1", body=BODY)
    assert code == 1
    assert out.splitlines() == [
        "missing_signature: no credential in the request",
        f"Expected  X-Suno-Signature: {signature(BODY)}",
        "Received  X-Suno-Signature: (nothing)"]


@pytest.mark.parametrize("sent, told", [
    ("Bearer wrong", "Bearer (a token of 5 bytes)"),
    (f"Bearer {JOB_TOKEN}x", "Bearer (a token of 12 bytes)"),
    (JOB_TOKEN, "11 bytes without the prefix 'Bearer '"),
], ids=["another", "longer", "bare"])
def test_of_a_token_only_the_size_is_told(sent, told):
    code, out, _ = verify_job(sent)
    assert code == 1
    assert out.splitlines() == [
        "invalid_signature: the credential does not verify",
        "Expected  Authorization: Bearer (a token of 11 bytes)",
        f"Received  Authorization: {told}"]


def test_without_a_secret_the_receiver_believes_and_verify_does_not():
    code, out, _ = verify_suno(signature(BODY), env={})
    assert (code, out) == (1, "not verified: the receiver believes every callback of 'suno', "
                              "for SUNO_WEBHOOK_SECRET is not set\n")
    code, out, _ = call("verify", "tts_error", body=b"{}")
    assert (code, out) == (1, "not verified: the receiver believes every callback of 'tts_error', "
                              "for its schema asks for no credential\n")


@pytest.mark.parametrize("how", ["right", "of another body", "with a space", "twice, the second one right", "missing"])
def test_verify_and_the_receiver_agree(receiver, how):
    """The same request to both: the receiver says what became of it in its log."""
    body = suno(f"agreed {how}", "text")
    right = signature(body)
    sent = {"right": [right], "of another body": [signature(BODY)], "with a space": [right + " 0"],
            "twice, the second one right": ["sha256=00", right], "missing": []}[how]
    fields = [("X-Suno-Signature", value) for value in sent]
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields)
    head = f"POST /callbacks/suno HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n{lines}" \
           f"Content-Length: {len(body)}\r\n\r\n"
    before = len(receiver.log())
    ask(receiver.port, head.encode() + body)
    assert until(lambda: len(receiver.log()) > before)
    outcome = receiver.log()[-1]["outcome"]
    code, out, _ = verify_suno(*sent, body=body)
    assert (code == 0) == (outcome == "accepted")
    assert out.startswith("verified" if code == 0 else outcome + ":")


# --- what cannot be asked

def test_what_cannot_be_done_is_one_line_and_exit_2(tmp_path):
    refused(call("sign", "sunno", body=BODY), "sunno", "suno, kie")
    refused(call("verify", "sunno", body=BODY), "sunno", "suno, kie")
    refused(call("sign"), "provider", "--help")
    refused(call("sign", "suno", body=BODY, env={}), "SUNO_WEBHOOK_SECRET is not set", "_FILE", "--secret-env")
    refused(call("sign", "suno", "--secret-env", "NO_SUCH", body=BODY), "NO_SUCH is not set")
    refused(call("sign", "suno", str(tmp_path / "none.json")), "none.json", "cannot be read")
    refused(call("sign", "suno", str(tmp_path)), "cannot be read")
    refused(call("sign", "suno", "--secret", "x", body=BODY), "--help")


def test_a_body_that_no_route_takes_is_refused():
    refused(call("verify", "job_worker", body=b" " * (262_144 + 1)), "262144", "too_large")
    assert call("verify", "job_worker", body=b" " * 262_144)[0] == 1


@pytest.mark.parametrize("field", ["no colon", "Bad Name: x", "Host: h\r\n\r\nX-B: 2", "X-A: \x01"])
def test_a_field_that_the_receiver_refuses_is_refused(field):
    refused(call("verify", "suno", "--header", field, body=BODY), "--header")


def test_a_captured_head_may_be_given_whole():
    captured = ["Host: example.com", f"Content-Length: {len(BODY)}", f"x-suno-signature: {signature(BODY)}"]
    fields = [word for field in captured for word in ("--header", field)]
    assert call("verify", "suno", *fields, "--query", "attempt=2&x=%20", body=BODY)[0] == 0

# SPDX-License-Identifier: Apache-2.0
"""A receiver that speaks TLS, asked by curl and by Python's ssl; and what is said of files that are no good."""

import socket
import ssl
import subprocess

import pytest

from callbacks import SUNO, signed, suno
from receiver import run, until
from secured import make_certificate


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return make_certificate(tmp_path_factory.mktemp("certificates"), "localhost")


@pytest.fixture
def receiver(serve, files):
    return serve(tls=files)


def curl(receiver, files, path: str, *more: str) -> subprocess.CompletedProcess:
    return subprocess.run(["curl", "--silent", "--show-error", "--noproxy", "*", "--max-time", "20", "--cacert", files[0],
                           "--write-out", "%{http_code}", *more, f"https://localhost:{receiver.port}{path}",
                           "--resolve", f"localhost:{receiver.port}:127.0.0.1"],
                          capture_output=True, text=True, timeout=30, check=False)


@pytest.mark.parametrize("version", ["--tlsv1.3", "--tls-max=1.2"])
def test_callbacks_come_by_tls(receiver, files, tmp_path, version):
    body = suno(f"tls-{version[-1]}", "text")
    (tmp_path / "body").write_bytes(body)
    fields = [word for name, value in {"Content-Type": "application/json", **signed(body)}.items()
              for word in ("--header", f"{name}: {value}")]
    words = version.split("=")
    done = curl(receiver, files, SUNO, *words, "--data-binary", f"@{tmp_path / 'body'}", *fields)
    assert done.stdout.endswith("200"), done
    entry = curl(receiver, files, f"/api/history/tls-{version[-1]}", *words)
    assert entry.stdout.endswith("200") and f"tls-{version[-1]}" in entry.stdout, entry


def test_the_log_names_urls_with_https(receiver):
    said = [line["message"] for line in receiver.log() if line["message"].startswith("callbacks of 'suno'")]
    assert said and f"https://127.0.0.1:{receiver.port}{SUNO}" in said[0]


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1")
def test_older_versions_are_refused(receiver, files):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(files[0])
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
    with socket.create_connection(("127.0.0.1", receiver.port), 20) as plain, pytest.raises(ssl.SSLError):
        context.wrap_socket(plain, server_hostname="localhost")


def test_a_session_is_resumed_also_after_a_reload(receiver, files):
    context = ssl.create_default_context(cafile=files[0])
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    session = None
    for expected in (False, True, True):
        with socket.create_connection(("127.0.0.1", receiver.port), 20) as plain:
            with context.wrap_socket(plain, server_hostname="localhost", session=session) as secure:
                assert secure.session_reused is expected
                session = secure.session
        if expected:
            receiver.process.send_signal(1)  # SIGHUP
            assert receiver.logged(message="secrets and certificates read again")


def test_http_without_tls_is_told_so(receiver):
    answer = receiver.session.get(f"http://127.0.0.1:{receiver.port}/health", timeout=20)
    assert (answer.status_code, answer.json()) == (400, {"error": "tls_required"})
    assert answer.headers["Connection"] == "close"


def test_the_address_of_the_api_speaks_tls_too(serve, files):
    receiver = serve(tls=files, args=("--admin-listen", "127.0.0.1:0"))
    line = until(lambda: [l for l in receiver.log() if l["message"].startswith("health and API on ")], 5)[0]
    receiver.port = int(line["message"].rsplit(":", 1)[1])
    assert curl(receiver, files, "/api/history").stdout.endswith("200")


# --- files that are no good

def refused(*args: str) -> str:
    done = run("serve", "--port", "0", "--store", "memory", *args)
    assert done.returncode == 2 and done.stdout == ""
    return done.stderr


def test_one_file_alone_is_refused(files):
    assert "TLS needs both --tls-certificate and --tls-key" in refused("--tls-certificate", str(files[0]))
    assert "TLS needs both --tls-certificate and --tls-key" in refused("--tls-key", str(files[1]))


def test_a_file_that_is_not_there_is_named(files, tmp_path):
    missing = str(tmp_path / "missing.pem")
    assert missing in refused("--tls-certificate", missing, "--tls-key", str(files[1]))
    assert missing in refused("--tls-certificate", str(files[0]), "--tls-key", missing)


def test_a_key_of_another_certificate_is_refused(files, tmp_path):
    other = make_certificate(tmp_path, "other")
    said = refused("--tls-certificate", str(files[0]), "--tls-key", str(other[1]))
    assert str(other[1]) in said and str(files[0]) in said


def test_a_certificate_that_has_expired_is_used_with_a_warning(serve, tmp_path):
    _, key = make_certificate(tmp_path, "localhost")
    request = tmp_path / "request.pem"
    expired = tmp_path / "expired.pem"
    subprocess.run(["openssl", "req", "-new", "-key", key, "-subj", "/CN=localhost", "-out", request],
                   check=True, capture_output=True, timeout=60)
    subprocess.run(["openssl", "x509", "-req", "-in", request, "-signkey", key, "-days", "-1", "-out", expired],
                   check=True, capture_output=True, timeout=60)
    receiver = serve(ready=False, tls=(expired, key))
    assert [line for line in receiver.logged(level="warning") if "expired" in line["message"]]

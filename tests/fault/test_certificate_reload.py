# SPDX-License-Identifier: Apache-2.0
"""Certificates that are exchanged under load: no request is dropped, old connections go on, new ones see the new one."""

import shutil
import signal
import ssl
import threading
from pathlib import Path

import pytest

from callbacks import JSON_TYPE, KIE, KIE_FIELDS, kie
from raw_http import request
from receiver import Receiver, until
from secured import Secured, believing, make_certificate

CLIENTS = 8
RELOADS = 5
CALLBACKS_BETWEEN = 4  # of each client


class Client(threading.Thread):
    """Sends callbacks until it is told to stop: on one connection that is kept, or on new ones."""

    def __init__(self, port: int, name: str, keeps: bool, over: threading.Event):
        super().__init__(daemon=True)
        self.port, self.name_, self.keeps, self.over = port, name, keeps, over
        self.served = 0
        self.seen: set[bytes] = set()
        self.context = believing()
        self.failed: list = []

    def send(self, to: Secured) -> None:
        to.send(request("POST", KIE, kie(f"{self.name_}-{self.served}", "text"), {**KIE_FIELDS, **JSON_TYPE}))
        answer = to.answer()
        assert answer is not None and answer.status == 200, answer
        self.seen.add(to.certificate())
        self.served += 1

    def run(self) -> None:
        try:
            while not self.over.is_set():
                with Secured(self.port, context=self.context) as to:
                    self.send(to)
                    while self.keeps and not self.over.is_set():
                        self.send(to)
        except (OSError, AssertionError) as error:
            self.failed.append(error)


@pytest.fixture
def files(tmp_path):
    """What the receiver reads, and certificates to put there."""
    made = [make_certificate(tmp_path / "made", f"number-{n}") for n in range(RELOADS + 1)]
    used = tmp_path / "used.pem", tmp_path / "used-key.pem"
    put(made[0], used)
    return made, used


def put(new: tuple[Path, Path], used: tuple[Path, Path]) -> None:
    for source, target in zip(new, used):
        beside = target.with_suffix(".new")
        shutil.copy(source, beside)
        beside.replace(target)


def der(certificate: Path) -> bytes:
    return ssl.PEM_cert_to_DER_cert(certificate.read_text())


def go_on(clients: list[Client]) -> bool:
    before = [each.served for each in clients]
    return until(lambda: all(each.served >= b + CALLBACKS_BETWEEN or each.failed for each, b in zip(clients, before)), 30)


def shown(port: int) -> bytes:
    with Secured(port) as to:
        return to.certificate()


def test_certificates_are_exchanged_under_load_and_nobody_notices(serve, files):
    made, used = files
    receiver = serve(ready=False, tls=used)
    over = threading.Event()
    clients = [Client(receiver.port, f"reload-{n}", n % 2 == 0, over) for n in range(CLIENTS)]
    for each in clients:
        each.start()
    for new in made[1:]:
        assert go_on(clients), "they are not served"
        put(new, used)
        receiver.process.send_signal(signal.SIGHUP)
        assert until(lambda: shown(receiver.port) == der(new[0])), "the new certificate is not shown"
    used[0].write_text("no certificate\n")
    receiver.process.send_signal(signal.SIGHUP)
    assert [line for line in receiver.logged(level="warning") if str(used[0]) in line["message"]], "it goes unsaid"
    assert shown(receiver.port) == der(made[-1][0]), "it lost the one that it had"
    assert go_on(clients), "they are not served"
    over.set()
    for each in clients:
        each.join(20)
    assert not [each.failed for each in clients if each.failed]
    for each in clients:
        assert len(each.seen) == (1 if each.keeps else RELOADS + 1), each.seen
    assert receiver.stop() == 0 and receiver.stderr() == ""

# SPDX-License-Identifier: Apache-2.0
"""SIGHUP reads secrets again while callbacks come, and drops none of them."""

import signal
import threading

import pytest
import requests

from callbacks import SUNO, signature, suno
from receiver import SECRETS, until

OLD, NEW = "the old secret", "the new secret"


@pytest.fixture
def rotating(serve, tmp_path):
    """A receiver whose secret is in a file, with a file for the one before."""
    now, before = tmp_path / "secret", tmp_path / "before"
    now.write_text(OLD + "\n")
    environment = {k: v for k, v in SECRETS.items() if k != "SUNO_WEBHOOK_SECRET"}
    receiver = serve(env={**environment, "SUNO_WEBHOOK_SECRET_FILE": str(now),
                          "SUNO_WEBHOOK_SECRET_PREVIOUS_FILE": str(before)})
    return receiver, now, before


def reload(receiver) -> None:
    count = len([line for line in receiver.log() if line["message"] == "secrets and certificates read again"])
    receiver.process.send_signal(signal.SIGHUP)
    assert until(lambda: len([line for line in receiver.log()
                              if line["message"] == "secrets and certificates read again"]) > count)


def post(session, receiver, task: str, secret: str):
    body = suno(task, "text")
    return session.post(receiver.base + SUNO, data=body, timeout=20, headers={
        "Content-Type": "application/json", "X-Suno-Signature": signature(body, secret)})


class Sender(threading.Thread):
    """Sends on one connection until it is told to stop; remembers statuses."""

    def __init__(self, receiver, name: str, secret: str):
        super().__init__()
        self.receiver, self.secret, self.label = receiver, secret, name
        self.statuses: list[int] = []
        self.over = threading.Event()

    def run(self):
        with requests.Session() as session:
            session.trust_env = False
            while not self.over.is_set():
                answer = post(session, self.receiver, f"{self.label}-{len(self.statuses)}", self.secret)
                self.statuses.append(answer.status_code)

    def end(self) -> list[int]:
        self.over.set()
        self.join()
        return self.statuses


def started(*senders: Sender) -> None:
    for sender in senders:
        sender.start()
    assert until(lambda: all(len(sender.statuses) > 5 for sender in senders), 20)


def test_secrets_change_under_load_and_no_valid_callback_is_refused(rotating):
    receiver, now, before = rotating
    old = [Sender(receiver, f"old-{n}", OLD) for n in range(2)]
    started(*old)
    before.write_text(OLD)  # first the old one twice, then the new one beside it
    reload(receiver)
    now.write_text(NEW)
    reload(receiver)
    new = [Sender(receiver, f"new-{n}", NEW) for n in range(2)]
    started(*new)
    for sender in old:
        assert set(sender.end()) == {200}, "the old secret holds until its file is emptied"
    before.write_text("")
    reload(receiver)
    for sender in new:
        assert set(sender.end()) == {200}
    with requests.Session() as session:
        session.trust_env = False
        assert post(session, receiver, "late", OLD).status_code == 401
        assert post(session, receiver, "in time", NEW).status_code == 200


@pytest.mark.parametrize("spoil", [lambda file: file.write_text(""), lambda file: file.unlink(),
                                   lambda file: file.write_text("s" * 5000)],
                         ids=["empty", "gone", "too long"])
def test_a_file_that_has_no_secret_any_more_changes_nothing_but_the_log(rotating, spoil):
    receiver, now, _ = rotating
    spoil(now)
    reload(receiver)
    assert post(receiver.session, receiver, "kept", OLD).status_code == 200
    warning = [line for line in receiver.log() if "stay as they were" in line["message"]][0]
    assert warning["level"] == "warning"
    assert "'suno'" in warning["message"] and "SUNO_WEBHOOK_SECRET_FILE" in warning["message"]
    assert OLD not in receiver.out.read_text() + receiver.stderr()
    now.write_text(NEW)
    reload(receiver)
    assert post(receiver.session, receiver, "new", NEW).status_code == 200
    assert post(receiver.session, receiver, "old", OLD).status_code == 401


def test_a_hangup_without_files_is_harmless(serve):
    receiver = serve()
    reload(receiver)
    assert post(receiver.session, receiver, "as ever", SECRETS["SUNO_WEBHOOK_SECRET"]).status_code == 200

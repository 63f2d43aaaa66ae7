# SPDX-License-Identifier: Apache-2.0
"""Every request of tests/http/requests.yaml through a real nginx to the real program.

nginx understands some of them otherwise than the program does, and mends others. What it takes for
a request it logs; what it passes on is recorded on the way. The program must have answered exactly
these requests, no more and no fewer, and none with another's body.
"""

import os
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass

import pytest

from callbacks import KIE, KIE_FIELDS, kie
from nginx import WAYS, Logged, Nginx
from raw_http import Connection, chunked, request
from receiver import until
from request_cases import Case, cases
from wiretap import Answers, Message, Talk, Wiretap

CASES = cases()
SECONDS = 5
FULL = os.environ.get("CALLGATE_FULL_TESTS") == "1"
PROBE = request("GET", "/health", None, {"Connection": "close"})
SHORT = [case for case in CASES if len(case.data) < 500]
SPLITS = ["whole", "byte_by_byte"] + (["everywhere"] if FULL else [])
RUNS = [(way, split) for way in WAYS for split in SPLITS]
STREAMED = "STREAMED"

# Valid, but nginx itself refuses them, or what follows.
NGINX_REFUSES = {
    "unknown_method": "a method of capitals, '_' and '-' only",
    "lower_case_method": "a method of capitals, '_' and '-' only",
    "length_one_short": "a method of capitals, '_' and '-' only",
    "options_asterisk": "no target but a path or a URI",
    "options_asterisk_with_a_body": "no target but a path or a URI",
    "white_space_trimmed": "no tab before a host",
    "connect_with_a_path": "no CONNECT",
    "trace": "no TRACE",
}

# As large as they may be; nginx adds fields of its own.
TOO_LARGE_BEHIND_IT = {"fields_64", "head_8192"}


def pieces(split: str) -> list[tuple[Case, list[bytes]]]:
    """What is sent of which case, piece by piece, with the probe behind it."""
    if split == "whole":
        return [(case, [case.data + PROBE]) for case in CASES]
    if split == "byte_by_byte":
        return [(case, [bytes([byte]) for byte in case.data + PROBE]) for case in SHORT]
    return [(case, [case.data[:cut], case.data[cut:] + PROBE])
            for case in SHORT if not case.error for cut in range(1, len(case.data))]


def address(way: str, split: str, at: int) -> str:
    """Of a sender of one case: all of 127.0.0.0/8 is this machine."""
    return f"127.{10 + RUNS.index((way, split))}.{at >> 8}.{at & 255}"


@pytest.fixture(scope="module")
def tap(receiver):
    tap = Wiretap(receiver.port)
    yield tap
    tap.close()


@pytest.fixture(scope="module")
def nginx(tap, tmp_path_factory):
    nginx = Nginx(tmp_path_factory.mktemp("proxy") / "nginx", tap.port)
    yield nginx
    nginx.stop()


def exchange(port: int, sender: str, case: Case, pieces: list[bytes]) -> bytes:
    """All that comes until nginx closes; it may do so while there is more to send."""
    with Connection(port, SECONDS, sender) as connection:
        with suppress(OSError):
            for piece in pieces:
                connection.send(piece)
            connection.say_no_more()
        try:
            return connection.everything()
        except TimeoutError:
            pytest.fail(f"{case.name} hangs")


def by_sender(entries: list, name) -> dict[str, list]:
    found = {}
    for entry in entries:
        found.setdefault(name(entry), []).append(entry)
    return found


def statuses(came: bytes, methods: list[str]) -> list[int]:
    asked = Talk()
    asked.messages = [Message(method + " ", {}, b"") for method in methods]
    answers = Answers(asked)
    answers.add(came)
    assert not answers.rest, answers.rest
    return [answer.status for answer in answers.messages if answer.status != 100]


@dataclass
class Outcome:
    """Of one case."""

    case: Case
    logged: list[Logged]  # what nginx took for requests
    recorded: list[tuple[Message, Message | None]]  # what came to the program, and its answers
    came: bytes  # to the sender

    def __post_init__(self):
        """nginx may give up a body that it streams: then it has no answer to what came in part."""
        if len(self.recorded) > len(self.passed_on()) and not self.recorded[-1][0].whole:
            self.recorded = self.recorded[:-1]

    def wrong(self, way: str) -> list[str]:
        checks = [self.compare("answers", *self.answers()),
                  self.compare("requests", *self.requests(way))]
        if not self.case.error and not (way == STREAMED and self.may_be_refused_early()):
            checks += [self.compare("required requests", *self.required_requests()),
                       self.compare("required answers", *self.required_answers())]
        return [check for check in checks if check]

    def may_be_refused_early(self) -> bool:
        """The program does not read the body; nginx may see that before it has sent all of it."""
        return self.case.closes and self.case.seen[-1].keeps_open

    @staticmethod
    def compare(what: str, should: list, are: list) -> str:
        return "" if should == are else f"{what} should be {should}, are {are}"

    def passed_on(self) -> list[Logged]:
        return [entry for entry in self.logged if entry.passed_on]

    def answers(self) -> tuple:
        """One for each that was passed on."""
        return ([entry.status for entry in self.passed_on()],
                [answer.status for _, answer in self.recorded if answer])

    def requests(self, way: str) -> tuple:
        """The program has none that nginx has not, and each with its own body."""
        bodies = way != STREAMED  # there nginx has none to show
        return ([(entry.method, path_of(entry.target), entry.body if bodies else b"")
                 for entry in self.passed_on()],
                [(*line_of(asked), asked.body if bodies else b"") for asked, _ in self.recorded])

    def required_requests(self) -> tuple:
        """What the case says, and the probe behind it."""
        wanted = [(seen.method, seen.path, seen.body) for seen in self.case.seen]
        if self.case.seen[-1].keeps_open:
            wanted.append(("GET", "/health", b""))
        came = [(*line_of(asked), asked.body) for asked, _ in self.recorded]
        if self.case.name not in NGINX_REFUSES:
            return wanted, came
        assert len(came) < len(wanted), f"{self.case.name}: no longer refused"
        return wanted[:len(came)], came

    def required_answers(self) -> tuple:
        """To the sender."""
        methods = [entry.method for entry in self.logged]
        if self.case.name in NGINX_REFUSES:
            return [entry.status for entry in self.logged], statuses(self.came, methods)
        wanted = [431] if self.case.name in TOO_LARGE_BEHIND_IT else list(self.case.answers)
        wanted += [200] if self.case.seen[-1].keeps_open else []
        return wanted, statuses(self.came, methods)


def path_of(target: str) -> str:
    return target.partition("?")[0] or "/"


def line_of(asked: Message) -> tuple[str, str]:
    method, target, _ = asked.first.split(" ")
    return method, path_of(target)


@pytest.mark.parametrize("way,split", RUNS)
def test_nothing_but_what_nginx_passes_on_is_a_request(receiver, nginx, tap, way, split):
    sent = pieces(split)
    senders = [address(way, split, at) for at in range(len(sent))]
    came = [exchange(nginx.ports[way], sender, *each) for sender, each in zip(senders, sent)]
    logged = by_sender(nginx.logged(), lambda entry: entry.sender)
    recorded = by_sender(tap.exchanges(), lambda pair: pair[0].fields.get("x-from"))
    wrong = []
    for sender, (case, _), answers in zip(senders, sent, came):
        outcome = Outcome(case, logged.get(sender, []), recorded.get(sender, []), answers)
        wrong += [f"{case.name}: {what}" for what in outcome.wrong(way)]
    assert not wrong, "\n".join(dict.fromkeys(wrong))
    assert receiver.alive() and nginx.alive()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("framing", ["length", "chunks", "expectation"])
def test_a_callback_is_stored(receiver, nginx, way, framing):
    name = f"{way}-{framing}"
    body = kie(name, "first")
    fields = {**KIE_FIELDS, "Content-Type": "application/json"}
    if framing == "chunks":
        fields["Transfer-Encoding"] = "chunked"
        body = chunked(body, [1, 2, 30])
    if framing == "expectation":
        fields["Expect"] = "100-continue"
    with Connection(nginx.ports[way], SECONDS) as connection:
        connection.send(request("POST", KIE, body, fields))
        answer = connection.answer()
        if framing == "expectation":
            assert answer.status == 100
            answer = connection.answer()
    assert answer.status == 200
    assert receiver.entry(name)["task_id"] == name


def test_the_program_has_answered_nothing_else(receiver, nginx, tap):
    """Behind all others: every byte that came to the program belongs to a request of a sender, and
    every byte of its own to the answer. Its log has each of the callbacks, with as many bytes."""
    assert not tap.broken
    assert {asked.fields["x-from"] for asked, _ in tap.exchanges()} <= {
        entry.sender for entry in nginx.logged()}
    for tapped in tap.connections:
        assert not tapped.answers.rest
        beyond = tapped.answers.messages[len(tapped.requests.messages):]
        # Of a body that is streamed, the end may never come; the last answer refuses it.
        assert len(beyond) <= (1 if tapped.requests.rest else 0)
        assert all(answer.fields.get("connection") == "close" for answer in beyond)
    sent = Counter(len(asked.body) for asked, answer in tap.exchanges()
                   if answer and answer.status == 200 and line_of(asked) == ("POST", KIE))
    assert until(lambda: logged_sizes(receiver) == sent), f"{logged_sizes(receiver)}, not {sent}"


def logged_sizes(receiver) -> Counter:
    return Counter(line["body_bytes"] for line in receiver.logged(provider="kie", http_status=200))


def test_both_serve_on(receiver, nginx):
    """The last one."""
    assert receiver.alive() and receiver.runs == 1 and receiver.stderr() == ""
    assert nginx.stop() == 0
    assert "[alert]" not in nginx.errors() and "[emerg]" not in nginx.errors()

# SPDX-License-Identifier: Apache-2.0
"""Ten thousand connections that are held, and two thousand by TLS: all are answered again, each costs little, and all of
it comes back."""

import pytest

from callbacks import JSON_TYPE, KIE, KIE_FIELDS, kie
from many_clients import Memory, allow_descriptors, descriptors, sender, settled_descriptors
from raw_http import Connection, request
from receiver import until
from secured import Secured, believing, make_certificate

HELD = 10_000
TOGETHER = 250  # ask before one of them reads
THREADS = 2
MAX_KIB_EACH = 16
HELD_SECURED = 2_000
MAX_KIB_EACH_SECURED = 24  # 20 are usual, 12 of them what OpenSSL keeps of a connection

CALLBACK = request("POST", KIE, kie("held", "text"), {**KIE_FIELDS, **JSON_TYPE})


def ask_all(connections: list[Connection]) -> None:
    """All send the same callback: the store keeps one."""
    for first in range(0, len(connections), TOGETHER):
        these = connections[first:first + TOGETHER]
        for each in these:
            each.send(CALLBACK)
        for each in these:
            answer = each.answer()
            assert answer is not None and answer.status == 200, answer


@pytest.fixture
def receiver(serve):
    allow_descriptors(HELD + 500)
    return serve(store="memory", threads=THREADS)


def test_ten_thousand_connections_are_held_answered_again_and_let_go(receiver):
    with Connection(receiver.port) as first:
        ask_all([first] * 3)
    base = settled_descriptors(receiver)
    memory = Memory(receiver)
    held = []
    for number in range(HELD):
        held.append(Connection(receiver.port, sender=sender(number)))
        if len(held) % TOGETHER == 0:
            ask_all(held[-TOGETHER:])
    memory.look()
    assert descriptors(receiver) == base + HELD
    assert memory.growth_kib < HELD * MAX_KIB_EACH, f"{memory.growth_kib * 1024 / HELD:.0f} bytes each"

    ask_all(held)
    memory.look()
    assert memory.growth_kib < HELD * MAX_KIB_EACH, f"{memory.growth_kib * 1024 / HELD:.0f} bytes each, asked again"
    for each in held:
        each.socket.close()
    assert until(lambda: descriptors(receiver) == base, 20, 0.1), f"{descriptors(receiver)} descriptors, {base} before"
    assert receiver.stop() == 0 and receiver.stderr() == ""


def test_idle_connections_by_tls_are_held_answered_again_and_let_go(serve, tmp_path):
    allow_descriptors(HELD_SECURED + 500)
    receiver = serve(store="memory", threads=THREADS, tls=make_certificate(tmp_path / "made", "here"))
    context = believing()
    with Secured(receiver.port, context=context) as first:
        ask_all([first] * 3)
    base = settled_descriptors(receiver)
    memory = Memory(receiver)
    held = []
    for number in range(HELD_SECURED):
        held.append(Secured(receiver.port, sender=sender(number), context=context))
        ask_all(held[-1:])
    memory.look()
    assert descriptors(receiver) == base + HELD_SECURED
    ask_all(held)
    memory.look()
    assert memory.growth_kib < HELD_SECURED * MAX_KIB_EACH_SECURED, \
        f"{memory.growth_kib * 1024 / HELD_SECURED:.0f} bytes each"
    for each in held:
        each.socket.close()
    assert until(lambda: descriptors(receiver) == base, 20, 0.1), f"{descriptors(receiver)} descriptors, {base} before"
    assert receiver.stop() == 0 and receiver.stderr() == ""

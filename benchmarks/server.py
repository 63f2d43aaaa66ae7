#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a callback costs a server: processor time per request, by ours and others, as a multiple of a floor.

The floor is an epoll server that is written by hand for this one callback. All are asked by an own load,
answers are compared first, then come rounds in which all take turns. Ends with 1 if a goal is missed.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import json
import os
import shutil
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

HOME = Path(__file__).resolve().parent.parent
HERE = HOME / "benchmarks" / "server"
sys.path[:0] = [str(HERE), str(HOME / "benchmarks" / "parse"), str(HOME / "benchmarks")]

import callbacks  # noqa: E402
import connections  # noqa: E402
from build import first_line, machine  # noqa: E402
from running import Peer, Running, answer_to, certificate, cores, free_port, load  # noqa: E402

FLAGS, CHECK_FLAGS = "-O3 -DNDEBUG", "-O0 -DNDEBUG"
BUSY = 0.5  # load from which on others disturb what is measured
# Many short turns: whoever else is on the machine leaves it to us for moments only.
ROUNDS, QUICK_ROUNDS, SECONDS, MOST_REQUESTS = 60, 1, 0.1, 200_000
# At once, before new connections are measured: those that the load has reset are the server's until it has seen that,
# so that it has more of them now and then than the load has. Its pools are warm for as many as there may be.
WARM_CONNECTIONS = 256
MAX_RSS_KB = 8 * 1024
MAX_IDLE_KB = 16
SPEAKS_TLS = ("floor", "callgate")


@dataclass(frozen=True)
class Case:
    """How servers are asked. goal: of our processor time per request, as a multiple of the floor's; None: shown."""

    name: str
    set: str
    how: dict[str, Any]
    goal: float | None

    @property
    def tls(self) -> bool:
        return "tls" in self.how


CASES = (
    Case("1.3 KB", "1.3 KB", {}, 1.00),
    Case("5.5 KB", "5.5 KB", {}, 0.96),
    Case("1.3 KB, 8 pipelined", "1.3 KB", {"depth": 8}, 0.97),
    Case("1.3 KB, new connections", "1.3 KB", {"new_connections": True}, None),
    Case("1.3 KB, TLS 1.3", "1.3 KB", {"tls": True}, 1.10),
)
# OpenSSL's own memory is no goal of ours: the floor needs more than that by TLS.
BOUNDED_MEMORY = [case.name for case in CASES if not case.how.get("new_connections") and not case.tls]

PEERS = {
    "floor": "epoll by hand, HMAC, simdjson On-Demand; stores nothing",
    "callgate": "HMAC, parses, validates, knows it again, stores in memory",
    "beast": "Boost.Beast, asynchronous, HMAC; parses and stores nothing",
    "nginx": "reads and answers; no HMAC, parses and stores nothing",
    "fastify": "HMAC, JSON.parse; stores nothing",
}


@dataclass(frozen=True)
class Turn:
    """One server in one round."""

    cpu_us: float  # of the server, per request
    p50_us: float
    p99_us: float
    per_second: float
    server_busy: float  # part of its processor's time
    load_busy: float
    allocations: float | None  # per request
    max_rss_kb: int


@dataclass(frozen=True)
class Goal:
    what: str
    value: float
    bound: float
    unit: str

    @property
    def met(self) -> bool:
        return self.value <= self.bound

    def line(self) -> str:
        return f"{'met' if self.met else 'missed':7} {self.value:10.4f} of {self.bound:.2f} {self.unit}   {self.what}"


# --- building

def run(command: list[str | Path], what: str) -> None:
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"server: {what} failed\n{done.stdout}{done.stderr}".rstrip())


def build(folder: Path, compiler: str, flags: str) -> Path:
    run(["cmake", "-S", HERE, "-B", folder / "cmake", "-G", "Ninja", f"-DCMAKE_CXX_COMPILER={compiler}",
         f"-DPython3_EXECUTABLE={sys.executable}", f"-DFLAGS={flags}"], "configuring")
    run(["cmake", "--build", folder / "cmake"], "building")
    return folder / "cmake"


def nginx(folder: Path) -> Peer:
    port = free_port()
    folder.mkdir(parents=True, exist_ok=True)
    text = (HERE / "nginx.conf").read_text().replace("@PORT@", str(port)).replace("@FOLDER@", str(folder))
    (folder / "nginx.conf").write_text(text)
    return Peer("nginx", PEERS["nginx"], ["nginx", "-p", folder, "-e", "stderr", "-c", folder / "nginx.conf"],
                verifies=False, port=port)


def peers_of(programs: Path, folder: Path) -> list[Peer]:
    built = (programs / "servers.txt").read_text().split()
    out = [Peer(name, PEERS[name], [programs / name], reports=name in ("floor", "callgate"))
           for name in PEERS if name in built]
    if shutil.which("nginx"):
        out.append(nginx(folder / "nginx"))
    if shutil.which("node") and (folder / "fastify" / "node_modules" / "fastify").is_dir():
        shutil.copy(HERE / "fastify" / "server.mjs", folder / "fastify")
        out.append(Peer("fastify", PEERS["fastify"], ["node", folder / "fastify" / "server.mjs"]))
    return out


def tls_peers_of(programs: Path, folder: Path) -> list[Peer]:
    built = (programs / "servers.txt").read_text().split()
    files = certificate(folder / "tls")
    return [Peer(name, PEERS[name], [programs / name, "0", *files], reports=True) for name in SPEAKS_TLS if name in built]


def install_fastify(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if not shutil.which("npm"):
        raise SystemExit("server: npm is not here: apt-get install npm")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / "fastify" / name, folder)
    run(["npm", "ci", "--prefix", folder, "--no-audit", "--no-fund"], "npm ci")


# --- comparing

def compare(servers: list[Running], cases: list[Case], program: Path, requests: dict[str, callbacks.Folders]) -> None:
    """Every callback of every set, right and wrong, in every way that is measured. Raises SystemExit."""
    for server in servers:
        for case in cases:
            many = {"max_requests": 256, "connections": 8, **case.how}
            load(program, server, requests[case.set].right, expect=200, **many)
            if server.peer.verifies:
                load(program, server, requests[case.set].wrong, expect=401, **many)


def compare_all(peers: dict[bool, list[Peer]], program: Path, requests: dict[str, callbacks.Folders]) -> None:
    for tls, those in peers.items():
        with contextlib.ExitStack() as stack:
            servers = [stack.enter_context(Running(peer)) for peer in those]
            compare(servers, [case for case in CASES if case.tls == tls], program, requests)
            if not tls:
                compare_odd([server for server in servers if server.peer.name in ("floor", "callgate")])


def compare_odd(servers: list[Running]) -> None:
    for what, request in callbacks.odd_requests().items():
        found = {server.peer.name: answer_to(server.port, request) for server in servers}
        if len(set(found.values())) > 1:
            raise SystemExit(f"server: {what} is answered {found}")


# --- measuring

def measure(server: Running, program: Path, requests: Path, case: Case, seconds: float) -> Turn:
    bounds = {"max_requests": MOST_REQUESTS, **case.how}
    warm = {"connections": WARM_CONNECTIONS} if case.how.get("new_connections") else {}
    load(program, server, requests, seconds=seconds / 4, **bounds, **warm)  # caches and pools fill
    asked_before = server.allocations()
    cpu_before = server.cpu_seconds()
    found = load(program, server, requests, seconds=seconds, **bounds)
    cpu, took = server.cpu_seconds() - cpu_before, found["seconds"]
    asked = server.allocations()
    count = found["requests"]
    return Turn(cpu_us=cpu / count * 1e6, p50_us=found["p50_us"], p99_us=found["p99_us"],
                per_second=found["per_second"], server_busy=cpu / took, load_busy=found["cpu_seconds"] / took,
                allocations=None if asked is None or asked_before is None else (asked - asked_before) / count,
                max_rss_kb=server.max_rss_kb())


def measure_case(peers: list[Peer], program: Path, requests: Path, case: Case,
                 options: argparse.Namespace) -> dict[str, list[Turn]]:
    turns: dict[str, list[Turn]] = {peer.name: [] for peer in peers}
    with contextlib.ExitStack() as stack:
        servers = [stack.enter_context(Running(peer)) for peer in peers]
        for _ in range(options.rounds):
            for server in servers:
                turns[server.peer.name].append(measure(server, program, requests, case, options.seconds))
    return turns


def measure_beside(peers: list[Peer], programs: Path, requests: Path,
                   options: argparse.Namespace) -> dict[str, connections.Beside]:
    found = {}
    connections.allow_descriptors(2 * connections.IDLE)
    for peer in peers:
        if peer.reports:
            with Running(peer) as server:
                found[peer.name] = connections.measure(server, programs, requests, options.rounds)
    return found


# --- telling

def middle(turns: list[Turn], name: str) -> float:
    return median(getattr(turn, name) for turn in turns)


def least(turns: list[Turn]) -> float:
    """What others on the machine take can only be added."""
    return min(turn.cpu_us for turn in turns)


def table(case: Case, turns: dict[str, list[Turn]]) -> str:
    floor = least(turns["floor"]) if "floor" in turns else None
    lines = [f"{case.name:24} {'times':>6} {'us':>7} {'median':>7} {'p50':>8} {'p99':>8} {'per s':>8} {'busy':>5} {'load':>5} "
             f"{'MB':>6} {'allocations':>11}"]
    for name, each in turns.items():
        cpu, allocations = least(each), each[-1].allocations
        times = f"{cpu / floor:6.2f}" if floor else f"{'-':>6}"
        asked = f"{middle(each, 'allocations'):11.4f}" if allocations is not None else f"{'-':>11}"
        lines.append(f"{name:24} {times} {cpu:7.2f} {middle(each, 'cpu_us'):7.2f} "
                     f"{middle(each, 'p50_us'):8.1f} {middle(each, 'p99_us'):8.1f} "
                     f"{middle(each, 'per_second'):8.0f} {middle(each, 'server_busy'):5.2f} "
                     f"{middle(each, 'load_busy'):5.2f} {max(turn.max_rss_kb for turn in each) / 1024:6.1f} {asked}")
    return "\n".join(lines)


def judge(found: dict[str, dict[str, list[Turn]]], beside: dict[str, connections.Beside]) -> list[Goal]:
    goals = []
    for case in CASES:
        turns = found.get(case.name, {})
        if "callgate" not in turns:
            continue
        if case.goal is not None and "floor" in turns:
            times = least(turns["callgate"]) / least(turns["floor"])
            goals.append(Goal(f"{case.name}: processor time per request", times, case.goal, "of the floor's"))
        asked = max(turn.allocations for turn in turns["callgate"])
        goals.append(Goal(f"{case.name}: allocations per request", asked, 0, ""))
        if case.name in BOUNDED_MEMORY:
            most = max(turn.max_rss_kb for turn in turns["callgate"]) / 1024
            goals.append(Goal(f"{case.name}: most memory with 64 connections", most, MAX_RSS_KB / 1024, "MB"))
    if "callgate" in beside:
        goals.append(Goal("memory of an idle connection", beside["callgate"].idle_bytes / 1024, MAX_IDLE_KB, "KB"))
    return goals


def tell(record: dict[str, Any], found: dict[str, dict[str, list[Turn]]], beside: dict[str, connections.Beside],
         out: Path) -> int:
    print("us: processor time per request, the least of all rounds; times: over the floor's; "
          "busy: of the server's processor, load: of the load's")
    for case in CASES:
        if case.name in found:
            print("\n" + table(case, found[case.name]))
    print("\n" + connections.table(beside))
    goals = judge(found, beside)
    print("\n" + "\n".join(goal.line() for goal in goals))
    if "floor" in record["not_there"]:
        print("without the floor, processor time is not judged: apt-get install libsimdjson-dev")
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps({
        **record, "turns": {case: {name: [asdict(turn) for turn in each] for name, each in turns.items()}
                            for case, turns in found.items()},
        "beside": {name: asdict(each) for name, each in beside.items()},
        "goals": [{**asdict(goal), "met": goal.met} for goal in goals]}, indent=2) + "\n")
    missed = sum(not goal.met for goal in goals)
    print(f"{missed} goals missed" if missed else "all goals met")
    return 1 if missed else 0


# --- the command

def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev bench server", description=__doc__)
    parser.add_argument("--rounds", type=int, help=f"of measuring; {ROUNDS} unless given")
    parser.add_argument("--quick", action="store_true", help="one round: a first look")
    parser.add_argument("--seconds", type=float, default=SECONDS, help=f"of a turn; {SECONDS} unless given")
    parser.add_argument("--check", action="store_true", help="compare answers, unoptimized; measure nothing")
    parser.add_argument("--cases", default="", help="some of them, by number from 1, as in 1,3")
    parser.add_argument("--install-fastify", action="store_true", help="by npm, into the build folder")
    parser.add_argument("--compiler", default="g++", help="g++ unless given")
    parser.add_argument("--out", type=Path, default=HOME / "build" / "bench" / "server.json")
    options = parser.parse_args()
    options.rounds = options.rounds if options.rounds is not None else QUICK_ROUNDS if options.quick else ROUNDS
    if options.rounds < 1 or not options.seconds > 0:
        parser.error("--rounds begins at 1, --seconds is more than 0")
    numbers = options.cases.split(",") if options.cases else [str(at + 1) for at in range(len(CASES))]
    if not all(number.isdigit() and 1 <= int(number) <= len(CASES) for number in numbers):
        parser.error("--cases: " + ", ".join(f"{at + 1} is {case.name}" for at, case in enumerate(CASES)))
    options.cases = [CASES[int(number) - 1] for number in numbers]
    if not shutil.which(options.compiler):
        parser.error(f"{options.compiler} is not here")
    return options


def main() -> int:
    options = arguments()
    flags = CHECK_FLAGS if options.check else FLAGS
    kind = "_check" if options.check else ""
    folder = HOME / "build" / "bench" / f"server{kind}-{Path(options.compiler).name}"
    requests = callbacks.write(folder / "requests")
    programs = build(folder, options.compiler, flags)
    if options.install_fastify and not (folder / "fastify" / "node_modules").is_dir():
        install_fastify(folder / "fastify")
    peers = {False: peers_of(programs, folder), True: tls_peers_of(programs, folder)}
    here = {peer.name for peer in peers[False]}
    not_there = [name for name in PEERS if name not in here]
    compare_all(peers, programs / "load", requests)
    print(f"all answer alike: {', '.join(peer.name for peer in peers[False])}")
    if not_there:
        print(f"not installed: {', '.join(not_there)}")
    if options.check:
        return 0
    before = round(os.getloadavg()[0], 1)
    found = {case.name: measure_case(peers[case.tls], programs / "load", requests[case.set].right, case, options)
             for case in options.cases}
    beside = measure_beside(peers[False], programs, requests["1.3 KB"].right, options)
    record = {"date": datetime.date.today().isoformat(), "machine": machine(), "rounds": options.rounds,
              "seconds": options.seconds, "load": before, "compiler": first_line([options.compiler, "--version"]),
              "flags": flags, "processors": [sorted(each) for each in cores()], "not_there": not_there,
              "peers": {peer.name: peer.what for peer in peers[False]}}
    print(f"{record['date']}; {record['machine']}; load {before} before\n{record['compiler']}, {flags}; "
          f"{options.rounds} rounds of {options.seconds} s, 64 connections; processors "
          f"{record['processors'][0]} for servers, {record['processors'][1]} for the load")
    if before > BUSY:
        print("the machine was busy: figures are rough")
    print("\n".join(f"{peer.name}: {peer.what}" for peer in peers[False]))
    return tell(record, found, beside, options.out)


if __name__ == "__main__":
    sys.exit(main())

# SPDX-License-Identifier: Apache-2.0
"""What was measured, judged by the goals: tables, a line per goal."""

from __future__ import annotations

from dataclasses import dataclass

DISPATCHED, SSE2 = "callgate, dispatched", "callgate, SSE2"
CONSTRAINTS_GOAL = 0.15  # of the time without them
PROMISES = ("decoded", "UTF-8", "trailing", "skipped", "struct")


@dataclass(frozen=True)
class Goal:
    """Times as fast as the best strict peer. best: which that is where all of them are."""

    dispatched: float
    sse2: float
    best: str = "simdjson DOM"


GOALS = {
    "text": Goal(3.5, 2.8, "yyjson"), "error": Goal(3.5, 2.8, "yyjson"),
    "first": Goal(2.7, 1.4), "complete": Goal(2.7, 1.4), "python": Goal(2.7, 1.4),
    "reordered": Goal(2.1, 1.2), "unknown": Goal(1.8, 1.1), "pretty": Goal(1.8, 1.1),
    "cyrillic": Goal(2.4, 1.0), "escaped": Goal(1.5, 1.0, "yyjson"),
    "tts_error": Goal(2.5, 1.6, "yyjson"), "job_sdxl": Goal(2.5, 1.6), "job_wan": Goal(2.5, 1.6),
}


@dataclass(frozen=True)
class Method:
    """A library and how it is used. promises: which of PROMISES it keeps."""

    name: str
    version: str
    instructions: str
    ours: bool
    promises: tuple[str, ...]

    @property
    def is_strict(self) -> bool:
        return self.promises == PROMISES

    @property
    def is_strict_peer(self) -> bool:
        return self.is_strict and not self.ours

    def line(self) -> str:
        missing = [what for what in PROMISES if what not in self.promises]
        kept = f"no {', no '.join(missing)}" if missing else "strict"
        return f"{self.name} {self.version}, {self.instructions}: {kept}"


@dataclass(frozen=True)
class Figure:
    """One set by one method, of one document on average."""

    name: str  # of the set
    bytes: float
    documents: int
    method: str
    nanoseconds: float
    allocations: float
    instructions_per_byte: float | None

    @property
    def gigabytes_per_second(self) -> float:
        return self.bytes / self.nanoseconds


@dataclass(frozen=True)
class Verdict:
    verdict: str  # met, missed or shown
    text: str

    def line(self) -> str:
        return f"{self.verdict:7} {self.text}"


@dataclass(frozen=True)
class Results:
    methods: dict[str, Method]
    figures: list[Figure]

    def of(self, name: str) -> dict[str, Figure]:
        return {figure.method: figure for figure in self.figures if figure.name == name}

    def best_strict_peer(self, name: str) -> Figure | None:
        strict = [one for one in self.of(name).values() if self.methods[one.method].is_strict_peer]
        return min(strict, key=lambda one: one.nanoseconds, default=None)

    def yardstick(self, name: str) -> Figure | None:
        """What times are of: with a schema of one's own no peer is strict, since none fills the struct."""
        peers = [one for one in self.of(name).values() if not self.methods[one.method].ours]
        return self.best_strict_peer(name) or min(peers, key=lambda one: one.nanoseconds, default=None)


def read(lines: str) -> Results:
    """What the measuring program writes."""
    methods: dict[str, Method] = {}
    figures: list[Figure] = []
    for kind, *fields in (line.split("\t") for line in lines.splitlines()):
        if kind == "method":
            name, version, instructions, ours, kept = fields
            promises = tuple(what for what, keeps in zip(PROMISES, kept) if keeps == "1")
            methods[name] = Method(name, version, instructions, ours == "1", promises)
        else:
            where, size, count, name, nanoseconds, allocations, instructions = fields
            figures.append(Figure(where, float(size), int(count), name, float(nanoseconds), float(allocations),
                                  None if instructions == "-" else float(instructions)))
    return Results(methods, figures)


# --- tables

def table(results: Results, name: str, title: str) -> str:
    found = results.of(name)
    best = results.yardstick(name)
    any_of = next(iter(found.values()))
    lines = [f"{title}: {any_of.documents} documents of {any_of.bytes:.0f} bytes",
             f"  {'':34}{'ns':>9}{'GB/s':>8}{'instr/B':>9}{'allocs':>8}{'times':>8}"]
    own = [one for one in found.values() if results.methods[one.method].ours]
    peers = [one for one in found.values() if not results.methods[one.method].ours]
    for one in [*own, *sorted(peers, key=lambda one: one.nanoseconds)]:
        method = results.methods[one.method]
        mark = "" if method.ours or method.is_strict_peer else " *"
        counted = "-" if one.instructions_per_byte is None else f"{one.instructions_per_byte:.2f}"
        times = "-" if best is None else f"{best.nanoseconds / one.nanoseconds:.2f}"
        lines.append(f"  {one.method + mark:34}{one.nanoseconds:9.0f}{one.gigabytes_per_second:8.2f}{counted:>9}"
                     f"{one.allocations:8.1f}{times:>8}")
    return "\n".join(lines + losses(results, found))


def losses(results: Results, found: dict[str, Figure]) -> list[str]:
    own = found.get(DISPATCHED)
    faster = [one.method for one in found.values()
              if own and not results.methods[one.method].ours and one.nanoseconds < own.nanoseconds]
    return [f"  loses to {', '.join(faster)}"] if faster else []


# --- goals

def judge_speed(results: Results, name: str, title: str) -> list[Verdict]:
    goal, best, found = GOALS[name], results.best_strict_peer(name), results.of(name)
    made = []
    for method, wanted in ((DISPATCHED, goal.dispatched), (SSE2, goal.sse2)):
        one = found.get(method)
        if one is None:
            continue
        what = f"{title}, {method} ({results.methods[method].instructions}): {one.nanoseconds:.0f} ns"
        if best is None:
            made.append(Verdict("shown", f"{'':14}   {what}; not judged: no strict peer is installed"))
            continue
        times = best.nanoseconds / one.nanoseconds
        text = f"{times:5.2f} of {wanted:.1f} times   {what}, {best.method} {best.nanoseconds:.0f} ns"
        if goal.best not in found:
            text += f"; not judged against {goal.best}"
        made.append(Verdict("met" if times >= wanted else "missed", text))
    return made


def judge_constraints(results: Results, name: str, title: str) -> list[Verdict]:
    found = results.of(name)
    made = []
    for method in (DISPATCHED, SSE2):
        full, rest = found.get(method), found.get(method.replace("callgate", "required only"))
        if full is None or rest is None:
            continue
        more = full.nanoseconds / rest.nanoseconds - 1
        made.append(Verdict("met" if more <= CONSTRAINTS_GOAL else "missed",
                            f"{more:+5.0%} of {CONSTRAINTS_GOAL:.0%}         {title}, constraints over types and "
                            f"required members, {method}: {full.nanoseconds:.0f} ns over {rest.nanoseconds:.0f} ns"))
    return made


def judge_allocations(results: Results) -> Verdict:
    most = max((one.allocations for one in results.figures if results.methods[one.method].ours), default=0.0)
    return Verdict("missed" if most else "met", f"{most:5.1f} of 0               allocations per document")


def judge(results: Results, titles: dict[str, str]) -> list[Verdict]:
    speed = [one for name, title in titles.items() if name in GOALS for one in judge_speed(results, name, title)]
    further = [one for name, title in titles.items() for one in judge_constraints(results, name, title)]
    return [*speed, *further, judge_allocations(results)]


def summary(verdicts: list[Verdict]) -> str:
    missed, shown = (sum(one.verdict == which for one in verdicts) for which in ("missed", "shown"))
    return (f"{missed} goals missed" if missed else "all goals met") + (f", {shown} not judged" if shown else "")

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the fuzzers for a time and says what they did; what they find is kept, with the command that shows it again."""
from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

# The longest inputs, in bytes: the reader's hold whole callbacks.
MAX_BYTES = {"json_reader": 4096, "json_syntax": 1024, "json_writer": 256}
EXECUTIONS = re.compile(r"^stat::number_of_executed_units:\s*(\d+)", re.M)


@dataclass(frozen=True)
class Report:
    name: str
    seconds: int
    executions: int
    failed: bool
    text: str  # of a failure: what the fuzzer said, and what to do

    def line(self) -> str:
        end = "FAILED" if self.failed else "no complaint"
        return f"fuzz: {self.name}: {self.executions} executions in {self.seconds} s, {end}"


def shares(seconds: int, lanes: int) -> list[list[tuple[str, int]]]:
    """Who runs how long, side by side: half of all work is the reader's."""
    half = max(seconds if lanes > 1 else seconds // 2, 1)
    quarter = max(half // 2, 1)
    reader, others = [("json_reader", half)], [("json_syntax", quarter), ("json_writer", quarter)]
    return [reader, others] if lanes > 1 else [reader + others]


def dictionary(programs: Path, work: Path) -> Path:
    """One of all providers' and of our own payload's: a fuzzer takes one file."""
    parts = sorted(programs.rglob("emit/*.dict")) + [work / "seeds" / "payload.dict"]
    out = work / "all.dict"
    out.write_text("".join(part.read_text() for part in parts))
    return out


def command(name: str, seconds: int, programs: Path, work: Path) -> list[str]:
    corpus = work / "corpus" / name
    corpus.mkdir(parents=True, exist_ok=True)
    return [str(programs / f"fuzz_{name}"), str(corpus), str(work / "seeds" / name),
            f"-max_total_time={seconds}", f"-max_len={MAX_BYTES[name]}", "-timeout=20", "-rss_limit_mb=2048",
            "-print_final_stats=1", f"-dict={work / 'all.dict'}", f"-artifact_prefix={work / 'found'}/{name}-"]


def advice(name: str, log: str, programs: Path, work: Path) -> str:
    """The end of what the fuzzer said, and how to see it again."""
    found = re.findall(r"Test unit written to (\S+)", log)
    again = [f"  {programs / f'fuzz_{name}'} {path}" for path in found]
    smaller = [f"  {programs / f'fuzz_{name}'} -minimize_crash=1 -max_total_time=60 {path}" for path in found]
    said = [line[:2000] for line in log.splitlines() if not line.startswith("#")]
    return "\n".join([*said[-60:], f"fuzz: {name}: all of it is in {work / 'logs' / name}.log",
                      "fuzz: again:", *again, "fuzz: smaller:", *smaller])


def run(name: str, seconds: int, programs: Path, work: Path) -> Report:
    log = work / "logs" / f"{name}.log"
    with log.open("wb") as out:
        done = subprocess.run(command(name, seconds, programs, work), stdout=out, stderr=out, check=False)
    text = log.read_text(errors="replace")
    count = EXECUTIONS.search(text)
    failed = done.returncode != 0 or count is None
    return Report(name, seconds, int(count[1]) if count else 0, failed,
                  advice(name, text, programs, work) if failed else "")


def prepare(programs: Path, work: Path) -> None:
    for folder in ("seeds", "corpus", "found", "logs"):
        (work / folder).mkdir(parents=True, exist_ok=True)
    subprocess.run([programs / "fuzz_seeds", work / "seeds"], check=True)
    dictionary(programs, work)


def main() -> int:
    parser = argparse.ArgumentParser(prog="./dev fuzz", description=__doc__)
    parser.add_argument("--seconds", type=int, default=60, help="how long in all (default: 60)")
    parser.add_argument("--programs", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--work", type=Path, required=True, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.seconds < 1:
        parser.error("--seconds must be 1 or more")
    prepare(options.programs, options.work)
    lanes = shares(options.seconds, os.cpu_count() or 1)

    def run_lane(lane: list[tuple[str, int]]) -> list[Report]:
        return [run(name, seconds, options.programs, options.work) for name, seconds in lane]

    with ThreadPoolExecutor(len(lanes)) as pool:
        reports = [report for lane in pool.map(run_lane, lanes) for report in lane]
    for report in reports:
        print(report.text + "\n" if report.text else "", report.line(), sep="")
    print(f"fuzz: {sum(report.executions for report in reports)} executions in all")
    return 1 if any(report.failed for report in reports) else 0


if __name__ == "__main__":
    sys.exit(main())

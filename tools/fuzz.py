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

# The longest inputs, in bytes: the reader's hold whole callbacks, those of requests bodies beyond a connection's own buffer.
MAX_BYTES = {"json_reader": 4096, "json_syntax": 1024, "json_writer": 256, "http_requests": 20_000, "http_chunks": 1024}
# What runs after each other; both beside each other where there are two processors.
LANES = (("json_reader", "http_requests"), ("json_syntax", "json_writer", "http_chunks"))
HTTP_WORDS = Path(__file__).resolve().parent.parent / "tests" / "fuzz" / "http.dict"
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
    """Who runs how long: each lane has the same time, parted evenly; side by side, or one after the other."""
    each = seconds if lanes > 1 else seconds // 2
    parts = [[(name, max(each // len(lane), 1)) for name in lane] for lane in LANES]
    return parts if lanes > 1 else [[part for lane in parts for part in lane]]


def write_dictionary(programs: Path, work: Path) -> None:
    """For JSON: one of all providers' and of our own payload's, as a fuzzer takes one file."""
    parts = sorted(programs.rglob("emit/*.dict")) + [work / "seeds" / "payload.dict"]
    (work / "all.dict").write_text("".join(part.read_text() for part in parts))


def command(name: str, seconds: int, programs: Path, work: Path) -> list[str]:
    corpus = work / "corpus" / name
    corpus.mkdir(parents=True, exist_ok=True)
    words = HTTP_WORDS if name.startswith("http") else work / "all.dict"
    return [str(programs / f"fuzz_{name}"), str(corpus), str(work / "seeds" / name),
            f"-max_total_time={seconds}", f"-max_len={MAX_BYTES[name]}", "-timeout=20", "-rss_limit_mb=2048",
            "-print_final_stats=1", f"-dict={words}", f"-artifact_prefix={work / 'found'}/{name}-"]


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
    # From where it was compiled: ccache's base_dir makes the paths of sources relative to it.
    subprocess.run([programs / "fuzz_seeds", work / "seeds"], check=True, cwd=work)
    write_dictionary(programs, work)


def main() -> int:
    parser = argparse.ArgumentParser(prog="./dev fuzz", description=__doc__)
    parser.add_argument("--seconds", type=int, default=60, help="how long in all (default: 60)")
    parser.add_argument("--programs", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--work", type=Path, required=True, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.seconds < 1:
        parser.error("--seconds must be 1 or more")
    options.programs, options.work = options.programs.resolve(), options.work.resolve()
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

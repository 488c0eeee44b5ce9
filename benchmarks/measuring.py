"""What a measurement is: a subject and its floor, run in turn, and the median of their ratios."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from resource import struct_rusage
from statistics import median

ROOT = Path(__file__).parent.parent
LEAST = 3  # rounds of a measure that takes longer than its share of time
SHARE = 60  # seconds


@dataclass(frozen=True, slots=True)
class Taken:
    """Seconds that one run took: by the clock, and of all cores together."""

    wall: float
    cpu: float
    memory: int = 0  # bytes at its most, where it was a process


Run = Callable[[], Taken]


@dataclass(frozen=True, slots=True)
class Measure:
    """A name, what is measured, what it is held against, and how many rounds of both at most."""

    name: str
    subject: Run
    floor: Run
    rounds: int
    size: int = 0  # bytes of the files that are read, where memory is held against them


@dataclass(frozen=True, slots=True)
class Ratio:
    """Medians over the rounds: seconds of both, and the ratios of each round."""

    subject: float
    floor: float
    wall: float
    cpu: float
    runs: int
    memory: float | None = None  # of the subject, in sizes of the files that it reads


def compare(measure: Measure) -> Ratio:
    """Run subject and floor in turn, the order turned round each time.

    A ratio is taken within a round, so that a busy machine slows both halves of it alike.  A
    measure that has had its share of time ends early.
    """
    rounds: list[tuple[Taken, Taken]] = []
    began = time.perf_counter()
    for number in range(measure.rounds):
        if number >= LEAST and time.perf_counter() - began > SHARE:
            break
        if number % 2:
            floor = measure.floor()
            rounds.append((measure.subject(), floor))
        else:
            rounds.append((measure.subject(), measure.floor()))
    return Ratio(
        subject=median(subject.wall for subject, _ in rounds),
        floor=median(floor.wall for _, floor in rounds),
        wall=median(subject.wall / floor.wall for subject, floor in rounds),
        cpu=median(subject.cpu / floor.cpu for subject, floor in rounds),
        runs=len(rounds),
        memory=median(subject.memory for subject, _ in rounds) / measure.size if measure.size else None,
    )


def python(*arguments: str | Path, env: Mapping[str, str] | None = None) -> Taken:
    """A run of this Python from its start to its end, its output thrown away."""
    process = start(arguments, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    began = time.perf_counter()
    code, used = ended(process)
    if code:
        raise RuntimeError(f"python {' '.join(map(str, arguments))} ended with {code}")
    wall = time.perf_counter() - began
    return Taken(wall, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024)


def start(
    arguments: Sequence[str | Path],
    *,
    env: Mapping[str, str] | None = None,
    stdin: int,
    stdout: int,
    stderr: int | None = None,
) -> subprocess.Popen[bytes]:
    """This Python, started in the repository in a session of its own."""
    return subprocess.Popen(
        [sys.executable, *map(str, arguments)],
        cwd=ROOT,
        env=env,
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        start_new_session=True,
    )


def wait(process: subprocess.Popen[bytes]) -> tuple[int, float]:
    """Wait for the end of a process: its exit code, and the CPU seconds that it used."""
    code, used = ended(process)
    return code, used.ru_utime + used.ru_stime


def ended(process: subprocess.Popen[bytes]) -> tuple[int, struct_rusage]:
    """Wait for the end of a process: its exit code, and what it used."""
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, used


def children_of(process: int) -> list[int]:
    """The processes that a process has begun and that still run."""
    tasks = Path(f"/proc/{process}/task").iterdir()
    return [int(one) for task in tasks for one in (task / "children").read_text().split()]


def cpu_of(process: int) -> float:
    """Seconds of CPU that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def timed(work: Callable[[], object]) -> Taken:
    """How long a piece of work takes in this process."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Taken(time.perf_counter() - wall, time.process_time() - cpu)

"""``python -m benchmarks.endings``: end the program at random moments, and fill its disk, by the hundred.

Whatever happens, a file is whole or not there, no traceback is printed, and the end comes within two
seconds with the code of its signal. The tests try this at chosen moments; this looks for the others.
Everything is drawn from ``--seed``, so that what is found can be found again.
"""

from __future__ import annotations

import argparse
import json
import os
import pty
import resource
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import termios
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from benchmarks.measuring import ROOT

CODES = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129, signal.SIGKILL: -9}
ORDINARY_CODES = {0, 2, 3}
LONGEST_RUN = 3.0
"""Seconds within which a signal is sent: by then most commands have ended."""
COMMANDS = (
    "import -o {folder}/new/clean", "import -o {folder}/empty", "publish", "init {folder}/starter", "check",
    "report --internal -o {folder}/briefing.html", "report --internal --replace -o {folder}/old.xlsx",
    "report --internal -o {folder}/briefing.pdf", "status --json",
)  # fmt: skip
OLD_REPORT = b"the old report"


@dataclass(frozen=True, slots=True)
class Attempt:
    """A command in a folder of its own, what is done to it, and what came of it."""

    name: str
    folder: Path
    code: int
    seconds: float
    errors: bytes


def main() -> int:
    """Run the drivers, print every fault and how the processes ended, and fail if there was a fault."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.endings", description=__doc__)
    parser.add_argument("--signals", type=int, default=100, help="commands that are sent a signal")
    parser.add_argument("--terminals", type=int, default=50, help="terminal programs that are sent a signal")
    parser.add_argument("--disks", type=int, default=50, help="commands whose disk is full")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=2.0, help="how long an end may take: more on a busy machine")
    options = parser.parse_args()
    # A shell that starts this in the background has it ignore SIGINT, as its children would.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    codes, fault_count = Counter[str](), 0
    drivers = ((_send_signal, options.signals), (_end_terminal, options.terminals), (_fill_disk, options.disks))
    for driver, count in drivers:
        for number in range(count):
            with tempfile.TemporaryDirectory(prefix="kpitui-endings-") as folder:
                attempt, expected_codes = driver(_prepare_folder(Path(folder)), Random(f"{options.seed} {number}"))
                codes[f"{driver.__name__} {attempt.code}"] += 1
                faults = [*_find_faults(attempt, expected_codes)]
                if attempt.seconds > options.seconds:
                    faults.append(f"took {attempt.seconds:.1f} s to end")
                for fault in faults:
                    fault_count += 1
                    print(f"{driver.__name__} {number}: {attempt.name}: {fault}", flush=True)
    print(dict(sorted(codes.items())))
    return 1 if fault_count else 0


def _prepare_folder(folder: Path) -> Path:
    """Copy the sample into a folder, beside a report to replace and an empty folder to fill."""
    shutil.copy(ROOT / "config.toml", folder)
    (folder / "data").symlink_to(ROOT / "data")
    (folder / "old.xlsx").write_bytes(OLD_REPORT)
    (folder / "empty").mkdir()
    return folder


def _start_command(
    folder: Path, command: str, limit: Callable[[], object] = lambda: None
) -> tuple[subprocess.Popen[bytes], str]:
    words = [*command.format(folder=folder).split(), "--config", str(folder / "config.toml")]
    process = subprocess.Popen(
        [sys.executable, "-m", "kpitui", *words], cwd=ROOT, env=_build_environment(folder), preexec_fn=limit,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    return process, command


def _build_environment(folder: Path) -> dict[str, str]:
    return os.environ | {"XDG_STATE_HOME": str(folder / "state"), "TERM": "xterm-256color", "PYTHONPATH": str(ROOT)}


def _send_signal(folder: Path, random: Random) -> tuple[Attempt, set[int]]:
    process, command = _start_command(folder, random.choice(COMMANDS))
    number = random.choice([*CODES])
    delay = random.choice([0.2, 1.0, LONGEST_RUN]) * random.random()
    time.sleep(delay)
    began = time.monotonic()
    process.send_signal(number)
    _, errors = process.communicate(timeout=120)
    name = f"{command}, {number.name} after {delay:.3f} s"
    attempt = Attempt(name, folder, process.returncode, time.monotonic() - began, errors)
    return attempt, {CODES[number], -number, *ORDINARY_CODES}


def _fill_disk(folder: Path, random: Random) -> tuple[Attempt, set[int]]:
    size = int(10 ** random.uniform(0, 6))
    limit = (size, size)
    process, command = _start_command(
        folder, random.choice(COMMANDS), lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    )
    _, errors = process.communicate(timeout=120)
    attempt = Attempt(f"{command}, files of {size:,} bytes", folder, process.returncode, 0.0, errors)
    if process.returncode == 3 and b"cannot be written" in errors and not [*_find_faults(attempt, {3})]:
        # Asked again with room, the command succeeds.
        process, _ = _start_command(folder, command)
        _, errors = process.communicate(timeout=120)
        attempt = Attempt(f"{attempt.name}, then again", folder, process.returncode, 0.0, errors)
    return attempt, ORDINARY_CODES - {2}


def _end_terminal(folder: Path, random: Random) -> tuple[Attempt, set[int]]:
    """Start the terminal program, press keys, and send a signal; the terminal must be as it was."""
    master, terminal = pty.openpty()
    before = termios.tcgetattr(terminal)
    process = subprocess.Popen(
        [sys.executable, "-m", "kpitui", "--config", str(folder / "config.toml")], cwd=ROOT,
        env=_build_environment(folder), stdin=terminal, stdout=terminal, stderr=terminal, start_new_session=True,
    )  # fmt: skip
    number = random.choice([*CODES][:3])
    end = time.monotonic() + random.choice([0.3, 1.0, LONGEST_RUN, 2 * LONGEST_RUN]) * random.random()
    sent = b""
    while (remaining := end - time.monotonic()) > 0:
        sent += _read_terminal(master, min(remaining, 0.1))
        if random.random() < 0.2:
            os.write(master, random.choice([b"j", b"\r", b"c", b"b", b"\x1b", b"d", b"?", b"/a\r", b"P"]))
    began = time.monotonic()
    process.send_signal(number)
    while process.poll() is None and time.monotonic() - began < 10:
        sent += _read_terminal(master, 0.05)
    seconds = time.monotonic() - began
    process.kill()
    sent += _read_terminal(master, 0)
    faults = [] if termios.tcgetattr(terminal) == before else ["the terminal is not as it was"]
    if sent.count(b"\x1b[?1049h") != sent.count(b"\x1b[?1049l"):
        faults.append("the other screen is still shown")
    os.close(master)
    os.close(terminal)
    errors = sent[sent.find(b"Traceback") :] if b"Traceback" in sent else "; ".join(faults).encode()
    name = f"terminal, {number.name}"
    return Attempt(name, folder, process.wait(), seconds, errors), {CODES[number], -number, 0}


def _read_terminal(master: int, seconds: float) -> bytes:
    sent = b""
    while select.select([master], [], [], seconds)[0]:
        sent += os.read(master, 65536)
        seconds = 0
    return sent


def _find_faults(attempt: Attempt, expected_codes: set[int]) -> Iterator[str]:
    # Before its first line a program has no say in what Python prints.
    is_too_early = b"KeyboardInterrupt" in attempt.errors and b"kpitui" not in attempt.errors
    if attempt.code not in expected_codes and not is_too_early:
        yield f"ended with {attempt.code}: {attempt.errors[-300:]!r}"
    if (b"Traceback" in attempt.errors and not is_too_early) or b"something went wrong" in attempt.errors:
        yield f"said {attempt.errors[-1500:]!r}"
    if attempt.name.startswith("terminal") and attempt.errors and b"Traceback" not in attempt.errors:
        yield attempt.errors.decode()
    yield from _find_half_files(attempt.folder, attempt.code == -signal.SIGKILL)


def _find_half_files(folder: Path, was_killed: bool) -> Iterator[str]:
    """Yield what is neither whole nor absent."""
    for tables in (folder / "new" / "clean", folder / "empty"):
        names = {path.name for path in tables.glob("*.csv")}
        if names and len(names) != _count_sample_tables():
            yield f"{tables.name} has {len(names)} tables"
    if (folder / "starter").exists() and len([*(folder / "starter" / "templates").glob("*.csv")]) < 10:
        yield "the starter is not whole"
    for path in (folder / "published").glob("*.json"):
        try:
            json.loads(path.read_bytes())
        except ValueError:
            yield f"{path.name} is not whole"
    if (folder / "old.xlsx").read_bytes() != OLD_REPORT and not (folder / "old.xlsx").read_bytes().startswith(b"PK"):
        yield "old.xlsx is neither the old nor the new one"
    for name, end in (("briefing.html", b"</html>"), ("briefing.pdf", b"%%EOF")):
        if (folder / name).exists() and end not in (folder / name).read_bytes()[-20:]:
            yield f"{name} is not whole"
    leftovers = [str(path.relative_to(folder)) for path in folder.rglob(".kpitui-*")]
    if leftovers and not was_killed:
        yield f"left {leftovers}"


@cache
def _count_sample_tables() -> int:
    with tempfile.TemporaryDirectory() as folder:
        process, _ = _start_command(_prepare_folder(Path(folder)), COMMANDS[0])
        process.communicate(timeout=120)
        return len([*Path(folder, "new", "clean").glob("*.csv")])


if __name__ == "__main__":
    sys.exit(main())

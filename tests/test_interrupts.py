"""Ctrl+C, SIGTERM and SIGHUP end a command at once, with their exit codes, and leave nothing half done."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.examples import Example, table
from tests.processes import COMMAND, ROOT, end, environment, left_in, run, waiting

pytestmark = pytest.mark.usefixtures("hangup_ends")
CODES = [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
READING = "kpitui.tables.load_folder.read_part"
WRITING = "kpitui.tables.export._sort_by_key"


@pytest.fixture
def config(example: Example) -> Path:
    return example.write({"referrals": table("child referral_date", "A 2018-11-05")})


@pytest.mark.parametrize(("number", "code"), CODES)
@pytest.mark.parametrize("where", ["python", "library"])
def test_a_command_ends_while_it_reads(
    config: Path, tmp_path: Path, number: signal.Signals, code: int, where: str
) -> None:
    with waiting("status", "--config", str(config), at=READING, where=where, state=tmp_path / "state") as process:
        ended = end(process, number)
    assert (ended.code, ended.out, ended.err) == (code, "", "")


@pytest.mark.parametrize(("number", "code"), CODES)
@pytest.mark.parametrize("where", ["python", "library"])
def test_an_import_that_is_stopped_leaves_nothing(
    config: Path, tmp_path: Path, number: signal.Signals, code: int, where: str
) -> None:
    target = tmp_path / "here" / "clean"
    target.parent.mkdir()
    arguments = ("import", "-o", str(target), "--config", str(config))
    with waiting(*arguments, at=WRITING, where=where, state=tmp_path / "state") as process:
        assert len(left_in(target.parent)) == 1, "the folder that is being filled"
        ended = end(process, number)
    assert (ended.code, ended.err) == (code, "")
    assert left_in(target.parent) == []


@pytest.mark.parametrize("is_there", [True, False])
def test_an_import_that_is_killed_is_cleared_away_by_the_next(config: Path, tmp_path: Path, is_there: bool) -> None:
    """Nothing looks whole, and the same command succeeds when it is asked again."""
    target = tmp_path / "here" / "clean"
    (target if is_there else target.parent).mkdir(parents=True)
    arguments = ("import", "-o", str(target), "--config", str(config))
    with waiting(*arguments, at=WRITING, state=tmp_path / "state") as process:
        end(process, signal.SIGKILL)
    (leftover,) = (name for name in left_in(target.parent) if name != "clean")
    assert Path(leftover).name.startswith(".kpitui-")
    assert run(*arguments, state=tmp_path / "state").code == 0
    assert "referrals.csv" in left_in(target)
    assert [path.name for path in target.parent.iterdir()] == ["clean"]
    assert not [name for name in left_in(target) if name.startswith(".")]


@pytest.mark.parametrize(("number", "code"), CODES)
@pytest.mark.parametrize("module", ["argparse", "polars", "kpitui.cli.arguments", "kpitui.board"])
def test_a_command_ends_while_it_is_still_importing(
    config: Path, tmp_path: Path, number: signal.Signals, code: int, module: str
) -> None:
    set_up = f"""
import sys, types
stopped = sys.modules["nowhere"] = types.ModuleType("nowhere")
class Finder:
    def find_spec(name, path, target=None):
        if name == {module!r}:
            wait_here()
sys.meta_path.insert(0, Finder)
"""
    with waiting(
        "status", "--config", str(config), at="nowhere.waits", state=tmp_path / "state", set_up=set_up
    ) as process:
        ended = end(process, number)
    assert (ended.code, ended.out, ended.err) == (code, "", "")


def test_what_nohup_and_background_jobs_ignore_stays_ignored(config: Path, tmp_path: Path) -> None:
    ready, says = os.pipe()
    process = subprocess.Popen(
        [sys.executable, "-c", f"import os, kpitui.board as b\nold = b.build_board\ndef new(*a, **o):\n"
         f"    os.write({says}, b'x'); os.read(0, 1); return old(*a, **o)\nb.build_board = new\n{COMMAND}",
         "status", "--config", str(config)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(tmp_path), cwd=ROOT,
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN), pass_fds=[says],
    )  # fmt: skip
    os.close(says)
    assert os.read(ready, 1) == b"x"
    process.send_signal(signal.SIGHUP)
    out, err = process.communicate(b"\n", timeout=60)
    os.close(ready)
    assert (process.returncode, err) == (0, b"")
    assert b"RR12" in out


def test_at_random_moments_and_on_small_disks_nothing_is_half_done() -> None:
    """The driver that is run by hand, with a few of its attempts."""
    few = ("--signals", "4", "--terminals", "3", "--disks", "4", "--seconds", "60")
    ended = subprocess.run(
        [sys.executable, "-m", "benchmarks.endings", *few], cwd=ROOT, capture_output=True, check=False
    )
    assert ended.returncode == 0, ended.stdout.decode()

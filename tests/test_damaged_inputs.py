"""The driver that damages folders and configs, with a few of its attempts."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_damaged_folders_and_configs_end_no_command_and_cost_no_other_figure() -> None:
    few = ("--folders", "12", "--configs", "12", "--seconds", "120")
    ended = subprocess.run(
        [sys.executable, "-m", "benchmarks.damaged_inputs", *few], cwd=ROOT, capture_output=True, check=False
    )
    assert ended.returncode == 0, ended.stdout.decode()

"""The code is held by the tools that contributors run: ruff, mypy and the import contracts."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
CHECKS = {
    "ruff": (BIN / "ruff", "check", "--no-cache", "."),
    "mypy": (BIN / "mypy",),
    "import contracts": (BIN / "lint-imports", "--no-cache"),
}


@pytest.mark.parametrize("name", CHECKS)
def test_nothing_is_found_by(name: str) -> None:
    tool, *arguments = map(str, CHECKS[name])
    if not Path(tool).is_file():
        pytest.skip(f"{Path(tool).name} is not installed beside this Python")
    command = [tool, *arguments]
    process = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert process.returncode == 0, f"\n{process.stdout}{process.stderr}"

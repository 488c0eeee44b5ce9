"""What is loaded in a clean interpreter: no command waits for what it does not use."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kpitui import __version__
from tests.examples import Example, table

REPORT = """
import sys
from kpitui.cli import main
try:
    code = main(sys.argv[1:])
except SystemExit as end:
    code = end.code
told = [name for name in {names!r} if name in sys.modules]
print(code, ",".join(told), file=sys.stderr)
"""
HEAVY = ["narwhals", "polars", "rich", "textual"]


def loaded(*arguments: str) -> tuple[str, str]:
    """What a command prints, and its exit code with the libraries that it has loaded."""
    script = REPORT.format(names=HEAVY)
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=True,
        env=os.environ | {"PYTHONUTF8": "1"},
    )
    return done.stdout, done.stderr.splitlines()[-1]


@pytest.fixture
def config(example: Example) -> Path:
    return example.write({"referrals": table("child referral_date", "A 2018-11-05")})


def test_the_version_needs_nothing() -> None:
    assert loaded("--version") == (f"kpitui {__version__}\n", "0 ")


@pytest.mark.parametrize("arguments", [["--help"], ["status", "--help"], ["show", "--help"], ["init", "--help"]])
def test_help_needs_nothing(arguments: list[str]) -> None:
    help_text, libraries = loaded(*arguments)
    assert help_text.startswith("usage: kpitui")
    assert libraries == "0 "


@pytest.mark.parametrize(
    "arguments",
    [["status"], ["status", "--json"], ["show", "RR12"], ["cases", "RR12", "--csv"], ["report", "--internal"]],
)
def test_the_command_line_draws_no_screens(config: Path, arguments: list[str]) -> None:
    _, libraries = loaded(*arguments, "--config", str(config))
    assert libraries == "0 narwhals,polars"


def test_a_config_with_mistakes_is_told_before_any_table_is_read(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("colour = 1\n", encoding="utf-8")
    _, libraries = loaded("status", "--config", str(tmp_path / "config.toml"))
    assert libraries.split()[0] == "2"


def test_judgements_words_and_periods_know_no_data_frames() -> None:
    modules = "kpitui.judge.rag, kpitui.judge.comparators, kpitui.judge.process_chart"
    modules += ", kpitui.wording, kpitui.model, kpitui.model.periods, kpitui.config.settings"
    script = f"import sys, {modules}; print([n for n in {HEAVY!r} if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"

"""Completion: shtab's script for the parser of the command line, tried in the shells that are there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import shtab

from kpitui.cli import COMMAND_NAMES, main
from kpitui.cli.arguments import THEME_NAMES
from kpitui.cli.completion import COMPLETED_SHELLS, PATH_COMPLETION
from kpitui.tui.theme import THEMES
from tests.examples import Example

ASK = """
source "$1"; shift
compopt() { :; }
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
_shtab_kpitui
printf '%s\\n' "${COMPREPLY[@]}"
complete -p kpitui
"""


def write_script(shell: str, capsys: pytest.CaptureFixture[str], folder: Path) -> Path:
    assert main(["completion", shell]) == 0
    path = folder / f"kpitui.{shell}"
    path.write_text(capsys.readouterr().out, encoding="utf-8")
    return path


@pytest.fixture
def script(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Path:
    return write_script("bash", capsys, tmp_path)


def complete(script: Path, *words: str, folder: Path | None = None) -> set[str]:
    """Return what bash would offer for the last word."""
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("no bash here")
    process = subprocess.run(
        [bash, "--norc", "-c", ASK, "bash", str(script), *words],
        capture_output=True, text=True, cwd=folder, check=True, timeout=20,
    )  # fmt: skip
    *offers, registration = process.stdout.splitlines()
    assert registration.endswith("-F _shtab_kpitui kpitui")
    assert process.stderr == ""
    return {offer for offer in offers if offer}


WORDS = """#!/bin/sh
case "$3" in
codes) echo VP7; echo VP8;;
lists) echo L1; echo L10;;
periods) echo 2018-19Q3; echo 2018-19Q2;;
profiles) echo scrutiny;;
esac
"""


@pytest.mark.parametrize(
    ("typed", "offers"),
    [
        (["show", "V"], {"VP7", "VP8"}),
        (["cases", "VP7"], {"VP7"}),
        (["due", "L1"], {"L1", "L10"}),
        (["status", "--period", "2018-19Q"], {"2018-19Q2", "2018-19Q3"}),
        (["report", "--profile", ""], {"scrutiny"}),
    ],
)
def test_bash_asks_the_program_for_codes_periods_and_profiles(
    script: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: list[str], offers: set[str]
) -> None:
    program = tmp_path / "bin" / "kpitui"
    program.parent.mkdir()
    program.write_text(WORDS, encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    assert complete(script, "kpitui", *typed) == offers


@pytest.mark.parametrize(
    ("kind", "words"),
    [("codes", ["VP8", "VP7"]), ("lists", ["L1"]), ("periods", ["2018-19Q3", "2018-19Q2"]), ("profiles", ["scrutiny"])],
)
def test_the_program_says_the_words(
    example: Example, kind: str, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    config = example.write({}, '[board]\nshow = ["VP8", "VP7"]\n[profiles.scrutiny]\ntitle = "Scrutiny"\n')
    assert main(["completion", "--words", kind, "--config", str(config)]) == 0
    assert capsys.readouterr().out.split()[: len(words)] == words


def test_bash_completes_commands_and_options(script: Path) -> None:
    assert set(COMMAND_NAMES) == complete(script, "kpitui", "")
    assert complete(script, "kpitui", "ch") == {"changes", "check"}
    assert complete(script, "kpitui", "changes", "--f") == {"--from"}
    assert complete(script, "kpitui", "--ascii", "cases", "--v") == {"--version", "--variant"}
    assert complete(script, "kpitui", "status", "--f") == set()
    assert complete(script, "kpitui", "--theme", "") == set(THEME_NAMES)
    assert complete(script, "kpitui", "completion", "z") == {"zsh"}


def test_bash_completes_paths_where_a_path_belongs(script: Path, tmp_path: Path) -> None:
    (tmp_path / "council.toml").touch()
    assert complete(script, "kpitui", "--config", "coun", folder=tmp_path) == {"council.toml"}
    assert complete(script, "kpitui", "init", "coun", folder=tmp_path) == {"council.toml"}
    assert complete(script, "kpitui", "import", "-o", "coun", folder=tmp_path) == {"council.toml"}
    assert complete(script, "kpitui", "show", "coun", folder=tmp_path) == set()


def test_paths_are_completed_as_shtab_does_it() -> None:
    assert {shell: shtab.FILE[shell] for shell in COMPLETED_SHELLS} == PATH_COMPLETION


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_take_their_script(shell: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"no {shell} here")
    path = write_script(shell, capsys, tmp_path)
    process = subprocess.run([program, "-n", str(path)], capture_output=True, text=True, timeout=20)
    assert (process.returncode, process.stderr) == (0, "")


@pytest.mark.parametrize("shell", COMPLETED_SHELLS)
def test_every_command_is_in_every_script(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0
    script_text = capsys.readouterr().out
    assert [name for name in COMMAND_NAMES if name not in script_text] == []


def test_without_shtab_the_command_that_installs_it_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "shtab", None)
    assert main(["completion", "bash"]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err == "kpitui: completion needs shtab: .venv/bin/pip install '.[completion]'\n"


def test_the_themes_of_the_command_line_are_those_there_are() -> None:
    assert tuple(THEMES) == THEME_NAMES

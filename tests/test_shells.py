"""Completion and the man page: made from the parser, and tried in the shells that are there."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from kpitui.cli import COMMAND_NAMES, main
from kpitui.cli.arguments import THEME_NAMES, build_command_parser
from kpitui.cli.completion import SHELLS, commands, parts
from kpitui.tui.commands import COMMANDS as KEYS
from kpitui.tui.theme import THEMES as KNOWN

ASK = """
source "$1"; shift
compopt() { :; }
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
_kpitui
printf '%s\\n' "${COMPREPLY[@]}"
complete -p kpitui
"""


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("shell") / "kpitui.bash"
    path.write_text(SHELLS["bash"](build_command_parser()), encoding="utf-8")
    return path


def completed(script: Path, *words: str, folder: Path | None = None) -> set[str]:
    """What bash would offer for the last word."""
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("no bash here")
    done = subprocess.run(
        [bash, "--norc", "-c", ASK, "bash", str(script), *words],
        capture_output=True, text=True, cwd=folder, check=True, timeout=20,
    )  # fmt: skip
    *offered, told = done.stdout.splitlines()
    assert told == "complete -F _kpitui kpitui"
    assert done.stderr == ""
    return {one for one in offered if one}


def test_bash_completes_commands_and_options(script: Path) -> None:
    assert set(COMMAND_NAMES) < completed(script, "kpitui", "")
    assert completed(script, "kpitui", "ch") == {"changes", "check"}
    assert completed(script, "kpitui", "changes", "--f") == {"--from"}
    assert completed(script, "kpitui", "--ascii", "cases", "--v") == {"--version", "--variant"}
    assert completed(script, "kpitui", "status", "--f") == set()
    assert completed(script, "kpitui", "--theme", "") == set(THEME_NAMES)
    assert completed(script, "kpitui", "completion", "z") == {"zsh"}


def test_bash_completes_paths_with_blanks_where_a_path_belongs(script: Path, tmp_path: Path) -> None:
    (tmp_path / "our council.toml").touch()
    assert completed(script, "kpitui", "--config", "our", folder=tmp_path) == {"our council.toml"}
    assert completed(script, "kpitui", "init", "our", folder=tmp_path) == {"our council.toml"}
    assert completed(script, "kpitui", "show", "our", folder=tmp_path) == set()


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_take_their_script(shell: str, tmp_path: Path) -> None:
    found = shutil.which(shell)
    if found is None:
        pytest.skip(f"no {shell} here")
    path = tmp_path / f"kpitui.{shell}"
    path.write_text(SHELLS[shell](build_command_parser()), encoding="utf-8")
    done = subprocess.run([found, "-n", str(path)], capture_output=True, text=True, timeout=20)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("shell", SHELLS)
def test_every_command_and_option_is_in_every_script(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0
    told = capsys.readouterr().out
    top = build_command_parser()
    assert set(commands(top)) == set(COMMAND_NAMES)
    for name, one in commands(top).items():
        assert name in told
        for action in parts(one):
            for option in action.option_strings:
                assert option in told or f"-l {option[2:]} " in told or f"-s {option[1:]} " in told


def test_the_man_page_has_every_command_option_and_key(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["man"]) == 0
    told = capsys.readouterr().out
    assert told.isascii()
    plain = told.replace("\\-", "-")
    for name, one in commands(build_command_parser()).items():
        assert f".SS {name}\n" in told
        assert all(option in plain for action in parts(one) for option in action.option_strings)
    assert all(command.title in plain for command in KEYS)
    assert not re.search(r"^\.TP\n\.B .*\n$", told, re.MULTILINE)  # each has words


def test_man_reads_the_page(capsys: pytest.CaptureFixture[str]) -> None:
    groff = shutil.which("groff")
    if groff is None:
        pytest.skip("no groff here")
    main(["man"])
    page = capsys.readouterr().out
    done = subprocess.run([groff, "-man", "-Tutf8", "-ww"], input=page, capture_output=True, text=True, timeout=20)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Down a page" in done.stdout


def test_the_themes_of_the_command_line_are_those_there_are() -> None:
    assert tuple(KNOWN) == THEME_NAMES

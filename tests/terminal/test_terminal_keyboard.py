"""Keys of one's own: given in the config, shown wherever keys are, and refused where they clash."""

from __future__ import annotations

from pathlib import Path

import pytest
from driving import opened, press, rows, text
from textual.keys import _character_to_key

from kpitui.cli import main
from kpitui.issue_wording import describe_issue, describe_message
from kpitui.model.issues import Issue, create_message
from kpitui.tui.commands import COMMANDS, format_command_key, format_command_keys, format_key
from kpitui.tui.keyboard import KeyMistake, _parse_key, read_key_commands, remap_commands
from kpitui.tui.requests import RequestFailure
from kpitui.tui.screens.changes import ChangesScreen
from kpitui.tui.screens.help import HelpScreen
from kpitui.tui.styled_text import to_plain_text
from kpitui.tui.views import failure_lines

COUNCIL = '[council]\nname = "Anywhere"\nla_code = "872"\n'


def table(**key_setting: object) -> dict[str, str]:
    commands, mistakes = remap_commands(key_setting)
    assert mistakes == ()
    return {command.id: format_command_keys(command) for command in commands}


def said(mistakes: tuple[KeyMistake, ...]) -> list[str]:
    return [describe_message(message.add_values(key=f"keys.{name}")) for name, message in mistakes]


def test_a_command_has_the_keys_it_is_given_and_no_others() -> None:
    assert table(changes="C")["changes"] == "C"
    assert table(sort_next=["u", "F2", "Ctrl+O"])["sort_next"] == "u F2 Ctrl+O"
    assert table(find=";", goto="/")["goto"] == "/"  # two that change places
    assert table(theme=[])["theme"] == ""
    assert table() == {command.id: format_command_keys(command) for command in COMMANDS}


@pytest.mark.parametrize("key_name", [*"/?:[]@=<>;,.!'\"#$%&()*+-_~`{}|\\^ aZ"])
def test_a_sign_is_the_key_that_textual_calls_so(key_name: str) -> None:
    assert _parse_key(key_name) == _character_to_key(key_name)
    assert format_key(_parse_key(key_name)) == ("Space" if key_name == " " else key_name)


@pytest.mark.parametrize(
    ("name", "value", "wrong"),
    [
        ("sort_nxt", "o", " is not known - did you mean sort_next?"),
        ("zzz", "o", " is not known"),
        ("find", "Ctrl+S", ": Ctrl+S cannot be used, the terminal takes that key itself"),
        ("find", "Hyper", ": Hyper is not a key: write one letter or sign, F2, Ctrl+O or PgDn"),
        ("find", "3", ": 3 cannot be used, the digits are for columns and sections"),
        ("find", 3, ' must be a key or a list of keys: "x", ["F2", "Ctrl+O"]'),
        ("section", "x", " takes the digits, and no other key"),
        ("quit", [], " needs a key"),
        ("find", "s", " clashes with sort_next on board: both have s"),
        ("find", "down", None),
    ],
)
def test_what_is_wrong_with_a_key_is_said(name: str, value: object, wrong: str | None) -> None:
    _, mistakes = remap_commands({name: value})
    if wrong is None:
        wrong = " clashes with down on board: both have ↓"
    assert said(mistakes) == [f"keys.{name}{wrong}"]


def test_two_commands_may_share_a_key_where_they_never_meet() -> None:
    assert table(group="n")["group"] == "n"  # the cases; the next indicator is of another screen


def test_a_clash_of_two_that_were_both_given_is_told_once() -> None:
    _, mistakes = remap_commands({"find": "u", "goto": "u"})
    assert said(mistakes) == ["keys.goto clashes with find on board: both have u"]


def test_check_lists_what_is_wrong_with_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "config.toml"
    config.write_text(COUNCIL + '[keys]\nfind = "s"\nsort_nxt = "o"\n', encoding="utf-8")
    assert main(["--config", str(config), "check"]) == 3
    out = capsys.readouterr().out
    assert f"{config}:5: keys.find clashes with sort_next on board: both have s" in out
    assert f"{config}:6: keys.sort_nxt is not known - did you mean sort_next?" in out


def test_the_usual_keys_stay_where_there_is_a_mistake(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(COUNCIL + '[keys]\nfind = "s"\ntheme = "D"\n', encoding="utf-8")
    commands, issues = read_key_commands(config)
    assert commands is COMMANDS
    assert [issue.line for issue in issues] == [5]
    assert read_key_commands(tmp_path / "none.toml") == (COMMANDS, ())


def test_keys_that_are_no_table(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text("keys = 3\n" + COUNCIL, encoding="utf-8")
    _, issues = read_key_commands(config)
    assert [(issue.line, describe_issue(issue)) for issue in issues] == [(1, "keys must be a table: [keys]")]


async def test_the_keys_of_ones_own_work_and_are_shown() -> None:
    keys, _ = remap_commands({"changes": "C", "help": ["F2"]})
    async with opened(size=(120, 40), command_table=keys) as (app, pilot):
        assert "C moved" in rows(app)[-1]
        assert "F2 help" in rows(app)[-1]
        await press(pilot, "m")
        assert not isinstance(app.screen, ChangesScreen)
        await press(pilot, "C")
        assert isinstance(app.screen, ChangesScreen)
        await press(pilot, "f2", "slash", *"moved since")
        assert isinstance(app.screen, HelpScreen)
        assert " C  " in text(app)
        await press(pilot, "escape", "escape", "escape", "colon", *"moved")
        assert " C What moved since" in text(app)


async def test_what_is_wrong_is_said_at_the_start_until_the_next_key() -> None:
    async with opened(size=(120, 40), next_notice="config.toml:5: keys.find is wrong") as (app, pilot):
        assert "config.toml:5: keys.find is wrong" in rows(app)[-1]
        await press(pilot, "j")
        assert "keys.find" not in text(app)


async def test_texts_name_the_keys_in_force() -> None:
    keys, _ = remap_commands({"views": "O", "save_view": "F3", "back": "u", "issues": []})
    async with opened("VP7/cases", command_table=keys) as (app, pilot):
        await press(pilot, "O")
        assert "press F3 to save this one" in rows(app)[-1]
        await press(pilot, "slash", *"short", "enter")
        assert "press u to show all" in rows(app)[-1]
        assert format_command_key("issues", keys) == "“Sources or issues”"


async def test_what_cannot_be_read_is_told_with_the_key_that_reads_again() -> None:
    keys, _ = remap_commands({"reread": "F8"})
    failed = RequestFailure((Issue(create_message("config-not-utf-8"), "config.toml", 3),), "Correct the lines above")
    failure = failure_lines.draw_failure(failed, 80, format_command_key("reread", keys))
    assert to_plain_text(failure[-1]) == "Correct the lines above, then press F8 to read again."

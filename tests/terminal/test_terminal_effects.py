"""What each command does, once: a command without its line here fails the first test."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from boards import FakeDesk
from driving import opened, press, settled, text

from kpitui.tui.commands import COMMANDS


class Effect(NamedTuple):
    """Where a command is given, after which keys, and what is on the screen only then."""

    address: str
    before: tuple[str, ...]
    then: str
    key: str = ""  # where it is not the command's first


EFFECTS = {
    "open": Effect("VP7/cases", (), "Over time"),
    "back": Effect("VP7/cases", (), "1 Why"),
    "cases": Effect("VP7", (), "Counted?"),
    "data": Effect("VP7", (), "rows refused"),
    "changes": Effect("VP7", (), "What moved from"),
    "board": Effect("VP7/cases", (), "── Red "),
    "ahead": Effect("VP8", (), "Protection visits due, as known on"),
    "split": Effect("VP7", (), "Permanence on leaving care by age"),
    "split_back": Effect("VP7/by/sex", (), "Permanence on leaving care by age"),
    "following": Effect("VP7", (), "VP8@2018-19 Q3"),
    "preceding": Effect("VP7", (), "EA11@2018-19 Q3"),
    "goto": Effect("VP7", (), "indicator, school, child, address"),
    "down": Effect("VP7/cases", (), "2 of 60"),
    "up": Effect("VP7/cases", ("j", "j"), "2 of 60"),
    "page_down": Effect("VP7/cases", (), "17 of 60"),
    "page_up": Effect("VP7/cases", ("end",), "44 of 60"),
    "top": Effect("VP7/cases", ("end",), "1 of 60"),
    "bottom": Effect("VP7/cases", (), "60 of 60"),
    "last_line": Effect("data", ("end", "home"), ""),
    "left": Effect("data", (), ""),
    "right": Effect("data", (), ""),
    "section": Effect("VP7", (), "3 Those who did not", "3"),
    "find": Effect("VP7/cases", (), "\n filter"),
    "sort_next": Effect("VP7/cases", (), "child▴"),
    "sort_back": Effect("VP7/cases", (), "?sort=age"),
    "sort_column": Effect("VP7/cases", (), "Counted?▴", "2"),
    "reverse": Effect("VP7/cases", (), "?reverse"),
    "variant": Effect("VP7/cases", (), "Without those who turned 18"),
    "variant_back": Effect("VP7/cases", ("v", "v"), "Without those who turned 18"),
    "group": Effect("VP7/cases", (), "group by because, rec"),
    "ungroup": Effect("VP7/cases", ("g", "r", "enter"), "child   Counted?"),
    "issues": Effect("data", (), "What is wrong"),
    "earlier": Effect("VP7", (), "PAST"),
    "later": Effect("VP7@2018-19 Q1", (), "VP7@2018-19 Q2"),
    "period_kind": Effect("VP7", (), "VP7@2018-19 M09"),
    "as_at": Effect("VP7", (), "as known on 25 March 2019, or a period"),
    "latest": Effect("VP7@2018-19 Q1", (), "VP7@2018-19 Q3"),
    "between": Effect("VP7", (), "2018-19 Q2..2018-19 Q3"),
    "from_earlier": Effect("changes", (), "changes@2018-19 Q1..2018-19 Q3"),
    "from_later": Effect("changes", (), "No period between"),
    "copy_address": Effect("VP7", (), "Copied (if your terminal allows): VP7@2018-19 Q3?as-at=2019-03-25"),
    "copy_value": Effect("VP7", (), "Copied (if your terminal allows): Permanence on leaving care, Q3 2018/19:"),
    "copy_table": Effect("VP7/cases", (), "Copied (if your terminal allows): 61 lines"),
    "copy_row": Effect("VP7/cases", (), "Copied (if your terminal allows): MU0002"),
    "save": Effect("VP7/cases", (), "VP7-cases-2018-19-Q3.csv"),
    "map_file": Effect("data", (), "No config to write to"),  # see test_terminal_writing
    "views": Effect("VP7", (), "No saved views yet"),
    "previous_view": Effect("VP7/cases", ("d",), "VP7@2018-19 Q3/cases"),
    "next_view": Effect("VP7/cases", ("d", "comma"), "rows refused"),
    "save_view": Effect("VP7", (), "a name for VP7@2018-19 Q3"),
    "public": Effect("VP7", (), "PUBLIC"),
    "restated": Effect("VP7", (), "VP7@2018-19 Q3/restated"),
    "doubts": Effect("VP7", (), "Nothing stands against VP7"),
    **dict.fromkeys(
        ("briefing", "save_briefing", "form", "view", "profile"), Effect("board", (), "")
    ),  # see test_terminal_briefing
    "edit": Effect("VP7", (), ""),  # see test_terminal_writing
    "theme": Effect("VP7", (), "Theme: light"),
    "mouse": Effect("VP7", (), "Mouse off: drag to select text"),
    "reread": Effect("VP7", (), ""),
    "help": Effect("VP7", (), "Going about"),
    "suspend_process": Effect("VP7", (), ""),  # see test_terminal_endings
    "quit": Effect("VP7", (), ""),
    "interrupt": Effect("VP7", (), ""),
}


def test_every_command_has_its_effect_here() -> None:
    assert set(EFFECTS) == {command.id for command in COMMANDS}


@pytest.mark.parametrize("name", [name for name, effect in EFFECTS.items() if effect.then])
async def test_a_command_does_what_it_says(name: str) -> None:
    effect = EFFECTS[name]
    key = effect.key or next(command.keys[0] for command in COMMANDS if command.id == name)
    async with opened(effect.address, desk=FakeDesk(rows=60)) as (app, pilot):
        await press(pilot, *effect.before)
        assert effect.then not in text(app)
        await press(pilot, key)
        assert effect.then in text(app)


async def test_columns_out_of_sight_are_moved_to() -> None:
    async with opened("data", size=(60, 20)) as (app, pilot):
        before = text(app)
        assert " Age " in before
        await press(pilot, "right")
        assert " Age " not in text(app)
        await press(pilot, "left")
        assert text(app) == before


async def test_the_tables_are_read_again() -> None:
    desk = FakeDesk()
    async with opened("VP7", desk=desk) as (_, pilot):
        await press(pilot, "R")
        assert any("reread" in asked for asked in desk.asked)


@pytest.mark.parametrize(("key", "code"), [("q", 0), ("ctrl+c", 130)])
async def test_the_program_ends(key: str, code: int) -> None:
    async with opened("VP7") as (app, pilot):
        await pilot.press(key)
        await settled(pilot)
        assert app.return_code == code or app.return_value == code

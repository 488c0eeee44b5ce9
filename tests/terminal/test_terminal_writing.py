"""Writing commentary in one's own editor, from the board to the file and back."""

from __future__ import annotations

import errno
import os
import re
import signal
import stat
import sys
import termios
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import pytest
from boards import FakeDesk
from driving import opened, press, rows, text, until
from terminals import Terminal

from kpitui.tui import external_editor
from kpitui.tui.app import KpituiApp
from kpitui.tui.council_desk import CouncilDesk
from tests.examples import Example

HEAD = "indicator,period,text,author,written_date,kind,due_date,owner,closed_date\n"
REASON = "VP7,2018-19 Q3,Seven turned 18,A. Officer,2019-01-20,reason,,,\n"
OVERDUE = "VP7,2018-19 Q2,A panel,,2018-10-20,action,2019-01-31,,\n"
CASES = "child,decom,rne,ls,place,dec,rec\n" + "".join(
    f"C{number},2016-01-04,S,C2,U1,2018-10-09,E17\n" for number in range(1, 7)
)
PEOPLE = "child,dob\n" + "".join(f"C{number},2010-01-01\n" for number in range(1, 7))
AIM = "[indicators.permanence]\ntarget = 45.0\n"

Editing = Callable[[str], Path]


@pytest.fixture
def council(example: Example) -> Path:
    tables = {"commentary": HEAD + OVERDUE, "care_episodes": CASES, "children": PEOPLE}
    return example.write(tables, AIM)


@pytest.fixture
def editing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Editing:
    """Set an editor of a few lines of shell, in which $1 is the file; returns its path."""
    monkeypatch.setattr(KpituiApp, "suspend", lambda self: nullcontext())
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.delenv("VISUAL", raising=False)

    def as_editor(script: str) -> Path:
        path = tmp_path / "editor"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o700)
        monkeypatch.setenv("EDITOR", str(path))
        return path

    return as_editor


def commentary(council: Path) -> Path:
    return council.parent / "tables" / "commentary.csv"


def drafts(tmp_path: Path) -> list[Path]:
    return list((tmp_path / "state" / "kpitui" / "drafts").glob("*.txt"))


async def test_what_is_written_is_in_the_file_and_on_the_board_at_once(
    council: Path, editing: Editing, tmp_path: Path
) -> None:
    editing('printf \'[reason]\\nauthor: Me\\n  Half are 18 [/]\\n\' >> "$1"; cp "$1" "$1.seen"')
    async with opened("VP7", desk=CouncilDesk(council), size=(120, 50)) as (app, pilot):
        await press(pilot, "e")
        await until(pilot, lambda: "Wrote 1 note to commentary.csv" in text(app))
        assert not app.state.find_entry("VP7").reason_missing  # type: ignore[union-attr]
        await press(pilot, "5")
        assert "Half are 18 [/]" in text(app)
        await press(pilot, "escape")
        assert "1 action overdue: VP7" in text(app)
        assert "red without" not in text(app)
    assert commentary(council).read_text() == (
        HEAD + OVERDUE + "VP7,2018-19 Q3,Half are 18 [/],Me,2019-03-25,reason,,,\n"
    )
    assert drafts(tmp_path) == []
    (seen,) = (tmp_path / "state" / "kpitui" / "drafts").glob("*.seen")
    assert "VP7  Permanence on leaving care, Q3 2018/19" in seen.read_text()
    assert "[action 1 of 2018-19 Q2]" in seen.read_text()


async def test_an_overdue_action_is_closed(council: Path, editing: Editing) -> None:
    editing("sed -i 's/^closed:$/closed: 2019-03-01/' \"$1\"")
    async with opened(desk=CouncilDesk(council)) as (app, pilot):
        assert "1 action overdue: VP7 · 1 red without a reason: VP7" in text(app)
        await press(pilot, "e")
        await until(pilot, lambda: "Wrote 1 note" in text(app))
        assert "overdue" not in text(app)
        assert "1 red without a reason: VP7" in text(app)
    assert OVERDUE.replace(",\n", ",2019-03-01\n") in commentary(council).read_text()


async def test_a_mistake_is_told_and_the_text_is_there_for_another_go(
    council: Path, editing: Editing, tmp_path: Path
) -> None:
    editing("printf '[action]\\ndue: soon\\nWords\\n' >> \"$1\"")
    async with opened("VP7/cases", desk=CouncilDesk(council), size=(120, 40)) as (app, pilot):
        await press(pilot, "e")
        assert re.search(r"Nothing was saved yet: line \d+: due: soon is not a date", text(app))
        assert commentary(council).read_text() == HEAD + OVERDUE
        (unsaved_file,) = drafts(tmp_path)
        assert unsaved_file.name.startswith("VP7 2018-19 Q3")
        assert unsaved_file.stat().st_mode & 0o777 == 0o600
        editing('head -2 "$1" > "$1.seen"; sed -i \'s/^due: soon/due: 2019-06-01/\' "$1"')
        await press(pilot, "e")
        await until(pilot, lambda: "Wrote 1 note" in text(app))
        seen = unsaved_file.with_name(unsaved_file.name + ".seen").read_text()
        assert re.search(r"^#! line \d+: due: soon", seen, re.M)
    assert "Words,,2019-03-25,action,2019-06-01,,\n" in commentary(council).read_text()
    assert drafts(tmp_path) == []


async def test_nothing_is_written_where_nothing_was_changed_or_the_editor_gave_up(
    council: Path, editing: Editing, tmp_path: Path
) -> None:
    async with opened("VP7", desk=CouncilDesk(council)) as (app, pilot):
        editing("true")
        await press(pilot, "e")
        await until(pilot, lambda: "Nothing was changed" in text(app))
        editing("exit 3")
        await press(pilot, "e")
        assert "The editor ended with error error 3. Nothing was saved" in text(app)
        assert drafts(tmp_path) == []
        editing("printf '[reason]\\nWords\\n' >> \"$1\"; exit 1")
        await press(pilot, "e")
        assert "e opens the text again" in text(app)
        assert "Words" in drafts(tmp_path)[0].read_text()
    assert commentary(council).read_text() == HEAD + OVERDUE


async def test_the_same_note_changed_by_another_meanwhile_is_refused(
    council: Path, editing: Editing, tmp_path: Path
) -> None:
    commentary(council).write_text(HEAD + REASON)
    theirs = f"sed -i 's/Seven/Eight/' '{commentary(council)}'"
    editing(f"{theirs}; sed -i 's/Seven/Nine/' \"$1\"")
    async with opened("VP7", desk=CouncilDesk(council), size=(120, 40)) as (app, pilot):
        await press(pilot, "e")
        await until(pilot, lambda: "Somebody else has just changed the same note" in text(app))
    assert commentary(council).read_text() == HEAD + REASON.replace("Seven", "Eight")
    unsaved_file = commentary(council).with_name("commentary VP7 2018-19 Q3 not written.txt")
    assert "Nine turned 18" in unsaved_file.read_text()
    assert drafts(tmp_path) == []


async def test_a_text_that_no_file_can_take_is_kept_for_another_go(
    council: Path, editing: Editing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full(CouncilDesk):
        def write_commentary(self, draft: object, text: str) -> object:  # type: ignore[override]
            raise OSError(28, "No space left on device", "commentary.csv")

    editing("printf '[reason]\\nWords\\n' >> \"$1\"")
    async with opened("VP7", desk=Full(council), size=(120, 40)) as (app, pilot):
        await press(pilot, "e")
        await until(pilot, lambda: "No space left on device" in text(app))
        assert "e opens the text again" in text(app)
    assert "Words" in drafts(tmp_path)[0].read_text()


@pytest.mark.parametrize("harm", [': > "$1"', 'rm "$1"', 'printf "\\n \\n" > "$1"', 'rm "$1"; mkfifo "$1"'])
async def test_a_text_that_an_editor_has_lost_deletes_no_note(
    council: Path, editing: Editing, tmp_path: Path, harm: str
) -> None:
    """An editor that finds the disk full may leave an empty file."""
    commentary(council).write_text(HEAD + REASON)
    editing(harm)
    async with opened("VP7", desk=CouncilDesk(council), size=(120, 40)) as (app, pilot):
        await press(pilot, "e")
        await until(pilot, lambda: "The text was empty, so nothing was saved" in text(app))
    assert commentary(council).read_text() == HEAD + REASON
    assert drafts(tmp_path) == []


async def test_on_a_full_disk_the_text_stays_in_its_draft_and_the_file_as_it_was(
    council: Path, editing: Editing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the file, nor one beside it, nor one in the state folder has room."""
    fsync = os.fsync

    def refuse_files(descriptor: int) -> None:
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    async with opened("VP7", desk=CouncilDesk(council), size=(320, 40)) as (app, pilot):
        editing("printf '[reason]\\nWords\\n' >> \"$1\"; exit 1")
        await press(pilot, "e")
        await until(pilot, lambda: "e opens the text again" in text(app))
        monkeypatch.setattr(os, "fsync", refuse_files)
        editing("printf '[action]\\ndue: soon\\nMore\\n' >> \"$1\"")
        await press(pilot, "e")
        await until(pilot, lambda: "Nothing was saved yet" in text(app))
        editing("sed -i 's/^due: soon$//' \"$1\"")
        await press(pilot, "e")
        await until(pilot, lambda: "commentary.csv cannot be written: the disk is full" in text(app))
        assert "e opens the text again" in " ".join(text(app).split())  # the foot may break the line anywhere
        assert commentary(council).read_text() == HEAD + OVERDUE
        assert "Words" in drafts(tmp_path)[0].read_text()
        monkeypatch.setattr(os, "fsync", fsync)
        editing("true")
        await press(pilot, "e")
        await until(pilot, lambda: "Wrote " in text(app))
    assert "Words" in commentary(council).read_text()
    assert [path.name for path in commentary(council).parent.iterdir() if "not written" in path.name] == []
    assert drafts(tmp_path) == []


async def test_without_an_editor_it_is_said_how_to_set_one(
    council: Path, editing: Editing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("EDITOR", raising=False)
    monkeypatch.setattr(external_editor, "USUAL_EDITORS", ("no-such-editor",))
    async with opened("VP7", desk=CouncilDesk(council)) as (app, pilot):
        await press(pilot, "e")
        assert "export EDITOR=nano" in text(app)
        monkeypatch.setenv("EDITOR", "/no/such/editor -w")
        await press(pilot, "e")
        assert "The editor /no/such/editor cannot be started" in text(app)
        monkeypatch.setenv("EDITOR", "vi '")
        await press(pilot, "e")
        assert "$EDITOR cannot be read" in text(app)
    assert drafts(tmp_path) == []


async def test_where_there_is_no_file_or_no_screen_to_leave_it_is_said(
    council: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("EDITOR", "true")
    async with opened("VP7", desk=FakeDesk()) as (app, pilot):
        await press(pilot, "e")
        assert "there is no file to write to" in rows(app)[-1]
    async with opened("VP7", desk=CouncilDesk(council)) as (app, pilot):
        await press(pilot, "e")
        assert "An editor cannot be opened from this terminal" in rows(app)[-1]
    assert drafts(tmp_path) == []


def test_an_editor_is_the_one_that_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert external_editor.choose_editor({"VISUAL": "code --wait", "EDITOR": "vi"}) == ["code", "--wait"]
    assert external_editor.choose_editor({"EDITOR": "'my editor' -x"}) == ["my editor", "-x"]
    monkeypatch.setattr(external_editor, "USUAL_EDITORS", ("no-such-editor", "sh"))
    assert external_editor.choose_editor({}) == ["sh"]


def test_a_draft_has_a_place_even_without_a_state_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "/nonexistent/state")
    path = external_editor.create_draft_file("../VP7", "words")
    assert path.read_text() == "words"
    assert path.stat().st_mode & 0o777 == 0o600
    path.unlink()


# --- in a real terminal ----------------------------------------------------------------------


def opened_on(council: Path, tmp_path: Path, lines: str) -> Terminal:
    """The program on an indicator, a few lines of shell being the editor."""
    path = tmp_path / "editor"
    path.write_text(f"#!/bin/sh\n{lines}\n")
    path.chmod(0o700)
    words = ("-m", "kpitui", "--config", str(council), "VP7")
    state = str(tmp_path / "state")
    terminal = Terminal(*words, played=False, EDITOR=str(path), XDG_STATE_HOME=state)
    terminal.read(until=b"Permanence on leaving care", seconds=20)
    terminal.read()
    return terminal


def test_the_terminal_is_the_editors_and_then_ours_again(council: Path, tmp_path: Path) -> None:
    lines = 'stty -a | grep -q " icanon" && echo COOKED; read word; echo "$word" >> "$1"'
    with opened_on(council, tmp_path, lines) as opened_terminal:
        opened_terminal.send("e")
        sent = opened_terminal.read(until=b"COOKED")
        assert b"\x1b[?1049l" in sent
        opened_terminal.send("[reason]\r")
        sent = opened_terminal.read(until=b"has no text", seconds=10)
        assert b"\x1b[?1049h" in sent
        assert b"Permanence on leaving care" in sent  # the whole screen is drawn again
        opened_terminal.send("q")
        assert opened_terminal.ended() == 0
        assert termios.tcgetattr(opened_terminal.slave) == opened_terminal.before


def test_a_signal_ends_the_editor_and_the_program_and_keeps_the_text(council: Path, tmp_path: Path) -> None:
    lines = 'echo "[reason] words" >> "$1"; echo EDITING; exec sleep 60'
    with opened_on(council, tmp_path, lines) as opened_terminal:
        opened_terminal.send("e")
        opened_terminal.read(until=b"EDITING")
        opened_terminal.process.send_signal(signal.SIGTERM)
        assert opened_terminal.ended() == 143
        assert termios.tcgetattr(opened_terminal.slave) == opened_terminal.before
    (unsaved_file,) = drafts(tmp_path)
    assert "[reason] words" in unsaved_file.read_text()


def test_an_interrupt_is_the_editors_alone(council: Path, tmp_path: Path) -> None:
    lines = "trap 'echo CAUGHT; exit 0' INT; echo EDITING; sleep 30 & wait"
    with opened_on(council, tmp_path, lines) as opened_terminal:
        opened_terminal.send("e")
        opened_terminal.read(until=b"EDITING")
        os.killpg(opened_terminal.process.pid, signal.SIGINT)
        assert b"Nothing was changed" in opened_terminal.read(until=b"Nothing was changed")
        opened_terminal.send("q")
        assert opened_terminal.ended() == 0


@pytest.mark.parametrize(
    ("header", "words", "message"),
    [
        # Every column is certain, so nothing is asked.
        ("Person ID,Visit date (dd/mm/yyyy),Seen?", "The config maps extract.csv now", ""),
        # Nobody answers what is needed.
        ("Person ID,When,Seen?", "Nothing was written: the config does not map extract.csv", "extract.csv"),
    ],
)
async def test_a_file_that_is_not_known_is_mapped_from_the_data_screen(
    council: Path, monkeypatch: pytest.MonkeyPatch, header: str, words: str, message: str
) -> None:
    monkeypatch.setattr(KpituiApp, "suspend", lambda self: nullcontext())
    (council.parent / "tables" / "extract.csv").write_text(f"{header}\nC1,12/10/2018,Y\nC2,13/10/2018,N\n")
    async with opened("data", desk=CouncilDesk(council), size=(120, 50), config_path=council) as (app, pilot):
        await press(pilot, "i")
        assert "extract.csv" in text(app)
        await press(pilot, "slash", *"extract.csv", "enter")
        with open(os.devnull) as nobody:
            monkeypatch.setattr(sys, "stdin", nobody)
            await press(pilot, "M")
        await until(pilot, lambda: words in text(app))
        assert ('table = "protection_visits"' in council.read_text(encoding="utf-8")) == (not message)

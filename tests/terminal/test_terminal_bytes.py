"""What bytes the program sends to a real pseudo-terminal."""

from __future__ import annotations

import re

import pytest
from rich.color import ColorSystem
from rich.control import Control
from rich.segment import Segment
from rich.style import Style
from terminals import COLOUR, Terminal, words_of

from kpitui.terminal.sent import Shown

COLOURS = ColorSystem.EIGHT_BIT
SCREENS = ("board", "VP7", "VP7/cases", "VP7/cases/MU0001", "VP7/restated", "data", "changes")


@pytest.mark.parametrize("address", SCREENS)
def test_hostile_names_reach_no_screen_as_controls(address: str) -> None:
    with Terminal(f"address={address}", "hostile=yes", size=(120, 40)) as terminal:
        sent = terminal.read(until=b"MADE-UP DATA")
        for keys in ("G", "/a\r", ":", "\x1b", "y"):
            terminal.send(keys)
            sent += terminal.read(seconds=2, quiet=0.15)
    text = words_of(re.sub(rb"\x1b\]52;c;[A-Za-z0-9+/=]*\x07", _expected_copy, sent))
    assert not re.search("[\x00-\x06\x0b\x0c\x0e-\x1f\x7f-\x9f\u202e]", text)
    assert "aGk=" not in re.sub(r"\ufffd\]52;c;aGk=\ufffd", "", text)
    assert "[/][@click=app.quit]x[/]" in text


def _expected_copy(match: re.Match[bytes]) -> bytes:
    """Only the address that was asked for may be sent to the clipboard, never a name's own."""
    assert match.group() != b"\x1b]52;c;aGk=\x07"
    return b""


def test_no_color_sends_no_colour_code() -> None:
    with Terminal(NO_COLOR="1") as terminal:
        sent = terminal.read(until=b"MADE-UP DATA")
        for keys in ("j", "\r", "\r", "t", "\x1b"):
            terminal.send(keys)
            sent += terminal.read(seconds=2, quiet=0.2)
    codes = {code for part in COLOUR.findall(sent) for code in part[2:-1].split(b";")}
    assert codes <= {b"", b"0", b"1", b"2", b"3", b"4", b"7", b"39", b"49"}, codes


def test_ascii_sends_nothing_that_needs_a_font() -> None:
    with Terminal("ascii=yes") as terminal:
        sent = terminal.read(until=b"MADE-UP DATA")
        for keys in ("\r", " ", "\r"):
            terminal.send(keys)
            sent += terminal.read(seconds=2, quiet=0.2)
    assert words_of(sent).isascii(), {c for c in words_of(sent) if not c.isascii()}


def test_an_idle_screen_sends_nothing() -> None:
    with Terminal() as terminal:
        terminal.read(until=b"MADE-UP DATA")
        terminal.read(seconds=1)
        terminal.send("/")
        terminal.read(seconds=1)
        assert terminal.read(seconds=3, quiet=3.0) == b""


def test_keys_and_screens_are_cheap_over_a_slow_line() -> None:
    """Measured, with headroom: 180 for the cursor, 200 to 750 for the reason that follows."""
    with Terminal(size=(120, 40)) as terminal:
        sent = terminal.read(until=b"MADE-UP DATA") + terminal.read(seconds=1)
        assert len(sent) < 12_000
        for _ in range(4):
            terminal.send("j")
            assert 0 < len(terminal.read(seconds=0.12, quiet=0.1)) < 250
            terminal.read(seconds=1)
            terminal.send("k")
            assert 0 < len(terminal.read(seconds=1)) < 1_000
            terminal.send("j")
            terminal.read(seconds=1)
        for keys, most in ((" ", 1_000), ("\r", 9_000), ("\x1b", 10_000), ("c", 8_000)):
            terminal.send(keys)
            assert 0 < len(terminal.read(seconds=2)) < most, keys
        terminal.send("j")
        assert 0 < len(terminal.read(seconds=1)) < 150


def test_only_what_differs_is_sent_and_all_of_it_when_asked() -> None:
    shown = Shown()
    shown.fit(8, 2)
    begin = Control.move_to(0, 1).segment
    first = shown.update([begin, Segment("abc"), Segment("de", Style(bold=True))], COLOURS)
    assert words_of(first.encode()) == "abcde"
    assert shown.update([begin, Segment("abc"), Segment("de", Style(bold=True))], COLOURS) == ""
    second = shown.update([begin, Segment("abX"), Segment("de", Style(bold=True))], COLOURS)
    assert words_of(second.encode()) == "X"
    assert second.startswith("\x1b[2;3H")
    wide = shown.update([begin, Segment("界bX")], COLOURS)
    assert words_of(wide.encode()) == "界bX"
    other = shown.update([begin, Segment("世bY")], COLOURS)
    assert words_of(other.encode()) == "世bY"
    shown.forget()
    shown.fit(8, 2)
    again = shown.update([begin, Segment("界bX")], COLOURS)
    assert words_of(again.encode()) == "界bX"


def test_a_storm_of_sizes_ends_in_a_screen_of_the_last_size() -> None:
    with Terminal() as terminal:
        terminal.read(until=b"MADE-UP DATA")
        for number in range(40):
            terminal.resize(60 + number, 20 + number % 9)
        terminal.resize(100, 30)
        terminal.read(seconds=3)
        terminal.send("?")
        sent = terminal.read(until=b"Going about")
        assert b"\x1b[30;" in sent

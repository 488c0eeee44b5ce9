"""What bytes the program sends to a real pseudo-terminal."""

from __future__ import annotations

import re

import pytest
from terminals import COLOUR, Terminal, words_of

SCREENS = ("board", "VP7", "VP7/cases", "VP7/cases/MU0001", "data", "changes")


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


def test_moving_the_cursor_is_cheap() -> None:
    with Terminal(size=(120, 40)) as terminal:
        terminal.read(until=b"MADE-UP DATA")
        terminal.read(seconds=1)
        terminal.send("j")
        sent = terminal.read(seconds=1)
        assert 0 < len(sent) < 2500, sent


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

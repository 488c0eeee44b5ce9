"""What bytes the program sends to a real pseudo-terminal."""

from __future__ import annotations

import random
import re

import pytest
from rich.color import ColorSystem
from rich.control import Control
from rich.segment import Segment
from rich.style import Style
from terminals import COLOUR, Terminal, words_of

from kpitui.tui.textual_overrides.terminal_contents import TerminalContents

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
    assert "aGk=" not in re.sub(r"\ufffd\]52;c;aGk=[\ufffd…]", "", text)
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
    ended = {b"22", b"23", b"24", b"27", b"29"}
    assert codes <= {b"", b"0", b"1", b"2", b"3", b"4", b"7", b"39", b"49"} | ended, codes


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
    with Terminal(size=(120, 40)) as terminal:
        sent = terminal.read(until=b"MADE-UP DATA") + terminal.read(seconds=1)
        assert len(sent) < 20_000
        for key in "jjkj":
            terminal.send(key)
            assert 0 < len(terminal.read(seconds=0.3, quiet=0.25)) <= 600  # two whole rows
            assert len(terminal.read(seconds=1.5, quiet=0.9)) < 3_500  # the chart and the words
        for keys, most in (("\r", 12_000), (" ", 3_500), ("\x1b", 12_000), ("c", 12_000)):
            terminal.send(keys)
            assert 0 < len(terminal.read(seconds=2)) < most, keys
        terminal.send("j")
        assert 0 < len(terminal.read(seconds=1)) <= 600


def test_a_line_further_down_is_scrolled_to_by_the_terminal() -> None:
    with Terminal("address=VP7/cases", "rows=500", size=(120, 40)) as terminal:
        terminal.read(until=b"MU0033")
        terminal.send(" ")
        terminal.read(seconds=1)
        terminal.send("j")
        assert 0 < len(terminal.read(seconds=1)) <= 350
        terminal.send(" ")
        assert 0 < len(terminal.read(seconds=1)) <= 3_500


def test_only_what_differs_is_sent_and_all_of_it_when_asked() -> None:
    contents = TerminalContents()
    contents.resize_contents(8, 2)
    begin = Control.move_to(0, 1).segment
    first = contents.encode_update([begin, Segment("abc"), Segment("de", Style(bold=True))], COLOURS)
    assert words_of(first.encode()) == "abcde"
    assert contents.encode_update([begin, Segment("abc"), Segment("de", Style(bold=True))], COLOURS) == ""
    second = contents.encode_update([begin, Segment("abX"), Segment("de", Style(bold=True))], COLOURS)
    assert words_of(second.encode()) == "X"
    assert second.startswith("\x1b[2;3H")
    wide = contents.encode_update([begin, Segment("界bX")], COLOURS)
    assert words_of(wide.encode()) == "界bX"
    second_update = contents.encode_update([begin, Segment("世bY")], COLOURS)
    assert words_of(second_update.encode()) == "世bY"
    contents.forget_contents()
    contents.resize_contents(8, 2)
    third_update = contents.encode_update([begin, Segment("界bX")], COLOURS)
    assert words_of(third_update.encode()) == "界bX"


@pytest.mark.parametrize("erases", [True, False])
@pytest.mark.parametrize("seed", range(20))
def test_whatever_is_wanted_is_what_the_terminal_shows(seed: int, erases: bool) -> None:
    """Lines that scroll, parts of lines, blanks: the codes are followed on a screen of our own."""
    luck = random.Random(seed)
    columns, lines = 24, 12
    contents, screen = TerminalContents(erases_background=erases), Screen(columns, lines, erases)
    contents.resize_contents(columns, lines)
    text = [_made_up_line(luck, columns) for _ in range(60)]
    wanted_cells: list[list[tuple[str, Style]]] = [[(" ", Style())] * columns for _ in range(lines)]
    for _ in range(30):
        top, start = luck.randrange(lines), luck.randrange(40)
        for y in range(top, luck.randrange(top, lines) + 1):
            from_x = luck.choice((0, 0, 0, 5))
            wanted_cells[y][from_x:] = text[start + y][from_x:]
        segments = [
            part
            for y in range(lines)
            for part in (
                Control.move_to(0, y).segment, *(Segment(*cell) for cell in wanted_cells[y])
            )
        ]  # fmt: skip
        screen.follow(contents.encode_update(segments, COLOURS))
        assert [[letter for letter, _ in row] for row in wanted_cells] == screen.letters
        grounds = [[_ground_of(style) for _, style in row] for row in wanted_cells]
        assert grounds == screen.grounds


def _made_up_line(luck: random.Random, columns: int) -> list[tuple[str, Style]]:
    styles = [Style(), Style(bgcolor="blue"), Style(bold=True), Style(dim=True, color="red")]
    line: list[tuple[str, Style]] = []
    while len(line) < columns:
        letter = luck.choice((" ", "a", "b"))
        line += [(letter, luck.choice(styles))] * luck.randrange(1, 18)
    return line[:columns]


def _ground_of(style: Style) -> str:
    return "44" if style.bgcolor else "49"


class Screen:
    """A terminal that knows the codes the program sends, and no others."""

    def __init__(self, columns: int, lines: int, erases: bool) -> None:
        self.cells = [[(" ", "49")] * columns for _ in range(lines)]
        self.x = self.y = 0
        self.ground, self.erases = "49", erases
        self.region = (0, lines)

    @property
    def letters(self) -> list[list[str]]:
        return [[letter for letter, _ in row] for row in self.cells]

    @property
    def grounds(self) -> list[list[str]]:
        return [[ground for _, ground in row] for row in self.cells]

    def follow(self, sent: str) -> None:
        for codes, final, letter in re.findall(r"\x1b\[([0-9;]*)([A-Za-z])|([^\x1b])", sent):
            if letter:
                self.cells[self.y][self.x] = (letter, self.ground)
                self.x += 1
            else:
                self._do(final, [int(code) for code in codes.split(";") if code])

    def _do(self, final: str, codes: list[int]) -> None:
        code = codes[0] if codes else 1
        columns = len(self.cells[0])
        match final:
            case "H":
                self.y, self.x = codes[0] - 1, codes[1] - 1
            case "C":
                self.x += code
            case "B":
                self.y += code
            case "K":
                self._blank(self.x, columns)
            case "X":
                self._blank(self.x, self.x + code)
            case "m":
                self._look(codes or [0])
            case "r":
                self.region = (codes[0] - 1, codes[1]) if codes else (0, len(self.cells))
                self.x = self.y = 0
            case "S" | "T":
                top, bottom = self.region
                new_lines = [[(" ", self.ground if self.erases else "49")] * columns] * code
                cells = self.cells[top:bottom]
                moved = cells[code:] + new_lines if final == "S" else new_lines + cells[:-code]
                self.cells[top:bottom] = [list(row) for row in moved]
            case _:
                raise AssertionError(final)

    def _blank(self, start: int, end: int) -> None:
        ground = self.ground if self.erases else "49"
        self.cells[self.y][start:end] = [(" ", ground)] * (end - start)

    def _look(self, codes: list[int]) -> None:
        for code in codes:
            if code == 0:
                self.ground = "49"
            elif 40 <= code <= 49:
                self.ground = str(code)


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

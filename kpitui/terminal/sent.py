"""What the terminal shows already: only the cells that differ from it are sent.

Textual sends the whole of every region that was refreshed, with every style from the beginning.
Over a slow line that is 1.5 KB for one cursor key, and a screen that is laid out three times is
sent three times.  Here each update is laid over the cells that were sent before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from rich.cells import cell_len, get_character_cell_size
from rich.color import ColorSystem
from rich.console import Console
from rich.segment import ControlType, Segment
from rich.style import Style
from textual._compositor import CompositorUpdate

NEAR: Final = 4
"""Cells left as they are that are sent again rather than stepped over: a step is 4 bytes."""


class Look(NamedTuple):
    """How a cell looks, as the codes of SGR: attributes, foreground, background."""

    attributes: str
    fore: str
    back: str


class Cell(NamedTuple):
    """A character with its look; the second half of a wide one is empty."""

    text: str
    look: Look


PLAIN: Final = Look("", "39", "49")
_SEEN_ON_BLANKS: Final = frozenset("479")
"""Attributes that a blank shows: underline, reverse, strike."""
Row = list[Cell | None]


class Shown:
    """The cells of a terminal as they were last sent; None where that is not known."""

    def __init__(self) -> None:
        self._rows: list[Row] = []
        self._size = (0, 0)

    def forget(self) -> None:
        """Send everything at the next update: the terminal may show something else."""
        self._rows = []

    def fit(self, columns: int, rows: int) -> None:
        if (columns, rows) != self._size or len(self._rows) != rows:
            self._size = (columns, rows)
            self._rows = [[None] * columns for _ in range(rows)]

    def update(self, segments: Iterable[Segment], colours: ColorSystem | None) -> str:
        """What is to be sent so that the terminal shows the segments where they stand."""
        pen = _Pen()
        for row, x, cells in self._runs(self._lay(segments, colours)):
            pen.move(x, row)
            for cell in cells:
                pen.put(cell)
        return pen.sent()

    def _lay(
        self, segments: Iterable[Segment], colours: ColorSystem | None
    ) -> Iterator[tuple[int, int, Cell]]:
        """The cells that differ, each once, with its place."""
        x = y = 0
        wanted: dict[tuple[int, int], Cell] = {}
        columns, rows = self._size
        for text, style, control in segments:
            if control:
                x, y = _moved(control, x, y)
                continue
            if text == "\n":
                continue
            look = _look(style, colours)
            for cell in _cells(text, look):
                if x < columns and y < rows:
                    wanted[y, x] = cell
                x += 1
        for (y, x), cell in sorted(wanted.items()):
            if self._rows[y][x] != cell:
                yield y, x, cell

    def _runs(
        self, changed: Iterable[tuple[int, int, Cell]]
    ) -> Iterator[tuple[int, int, list[Cell]]]:
        """Changed cells that stand together, with the few between them that did not change."""
        run: list[Cell] = []
        row = start = -1
        for y, x, cell in changed:
            known = self._rows[y]
            known[x] = cell
            end = start + len(run)
            between = known[end:x] if y == row and x - end <= NEAR else [None]
            if run and all(between):
                run += [one for one in between if one is not None]
            else:
                if run:
                    yield row, start, run
                row, start, run = y, x, []
            run.append(cell)
        if run:
            yield row, start, run


class _Pen:
    """Writes cells with no more codes than the step from the one before needs."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._look: Look | None = None
        self._at = (-1, -1)

    def move(self, x: int, y: int) -> None:
        before, row = self._at
        ahead = x - before
        if row == y and 0 < ahead:
            self._parts.append(f"\x1b[{ahead}C" if ahead > 1 else "\x1b[C")
        elif (before, row) != (x, y):
            self._parts.append(f"\x1b[{y + 1};{x + 1}H")
        self._at = (x, y)

    def put(self, cell: Cell) -> None:
        look = cell.look
        if not look.fore:
            look = _blank(self._look, look)
        if look != self._look:
            self._parts.append(_step(self._look, look))
            self._look = look
        self._parts.append(cell.text)
        self._at = (self._at[0] + 1, self._at[1])

    def sent(self) -> str:
        if self._look is not None:
            self._parts.append("\x1b[0m")
        return "".join(self._parts)


class Changes(CompositorUpdate):
    """An update of Textual's, as the difference from what the terminal shows."""

    def __init__(self, update: CompositorUpdate, shown: Shown) -> None:
        self._update, self._shown = update, shown

    def render_segments(self, console: Console) -> str:
        segments = self._update.__rich_console__(console, console.options)  # type: ignore[attr-defined]
        return self._shown.update(segments, console._color_system)


def _moved(control: Iterable[object], x: int, y: int) -> tuple[int, int]:
    """Where the cursor goes: updates hold no other control."""
    for code in control:
        match code:
            case (ControlType.CURSOR_MOVE_TO, int(across), int(down)):
                x, y = across - 1, down - 1
    return x, y


def _cells(text: str, look: Look) -> Iterator[Cell]:
    if text.isascii():
        yield from (_cell(letter, look) for letter in text)
        return
    if cell_len(text) == len(text) and all(get_character_cell_size(one) == 1 for one in text):
        yield from (_cell(letter, look) for letter in text)
        return
    yield from _wide(text, look)


def _wide(text: str, look: Look) -> Iterator[Cell]:
    """Characters of two cells, and those of none, which go with the one before."""
    held = ""
    for letter in text:
        size = get_character_cell_size(letter)
        if size and held:
            yield from _halves(held, look)
            held = ""
        held += letter
    if held:
        yield from _halves(held, look)


def _halves(letter: str, look: Look) -> Iterator[Cell]:
    yield Cell(letter, look)
    yield from (Cell("", look) for _ in range(cell_len(letter) - 1))


@lru_cache(4096)
def _cell(letter: str, look: Look) -> Cell:
    if letter == " " and not _SEEN_ON_BLANKS & set(look.attributes.split(";")):
        return Cell(letter, Look("", "", look.back))
    return Cell(letter, look)


def _blank(before: Look | None, look: Look) -> Look:
    """A blank in the look of what stands before it, since only its ground is seen."""
    if before is None or _SEEN_ON_BLANKS & set(before.attributes.split(";")):
        return PLAIN._replace(back=look.back)
    return before._replace(back=look.back)


@lru_cache(1024)
def _look(style: Style | None, colours: ColorSystem | None) -> Look:
    """The codes of a style in so many colours."""
    if style is None or colours is None:
        return PLAIN
    fore, back = (
        ";".join(one.downgrade(colours).get_ansi_codes(foreground=front)) if one else default
        for one, front, default in ((style.color, True, "39"), (style.bgcolor, False, "49"))
    )
    return Look(_attributes(style), fore, back)


def _attributes(style: Style) -> str:
    told = (
        ("1", style.bold), ("2", style.dim), ("3", style.italic), ("4", style.underline),
        ("7", style.reverse), ("9", style.strike),
    )  # fmt: skip
    return ";".join(code for code, on in told if on)


@lru_cache(4096)
def _step(before: Look | None, after: Look) -> str:
    """From one look to another: from the beginning where an attribute ends, else what is new."""
    codes: list[str] = []
    if before is None or not _goes_on(before.attributes, after.attributes):
        codes.append("0")
        before = PLAIN
    kept = before.attributes.split(";")
    codes += [code for code in after.attributes.split(";") if code and code not in kept]
    if after.fore != before.fore:
        codes.append(after.fore)
    if after.back != before.back:
        codes.append(after.back)
    return f"\x1b[{';'.join(codes)}m"


def _goes_on(before: str, after: str) -> bool:
    return not before or set(before.split(";")) <= set(after.split(";"))

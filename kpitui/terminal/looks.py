"""Styled characters, and the shortest ANSI codes that lead from one style to the next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Final, NamedTuple

from rich.cells import cell_len, get_character_cell_size
from rich.color import ColorSystem
from rich.style import Style


class Look(NamedTuple):
    """The style of a cell as SGR codes: attributes, foreground, background.

    A blank that shows nothing but its background has an empty foreground.
    """

    attributes: str
    fore: str
    back: str


class Cell(NamedTuple):
    """A character with its style; the second half of a wide character is an empty text."""

    text: str
    look: Look


PLAIN: Final = Look("", "39", "49")
_SEEN_ON_BLANKS: Final = frozenset("479")
"""Attributes that show on a blank: underline, reverse, strike."""
# The SGR code that ends each attribute.
_ENDS: Final = {"1": "22", "2": "22", "3": "23", "4": "24", "7": "27", "9": "29"}
# EL: erase to the end of the line without moving the cursor.
TO_THE_EDGE: Final = "\x1b[K"


def _ground(cell: Cell) -> str | None:
    """Return the background of a blank that shows nothing else, or None."""
    return cell.look.back if not cell.look.fore else None


class Pen:
    """Writes cells with the fewest codes that lead from each style to the next.

    Blanks are erased instead of written where that is shorter. A terminal without
    `erases_background` fills what it erases with its own background, so there only blanks of that
    background are erased.
    """

    def __init__(self, before: Look | None = None, *, erases: bool = True) -> None:
        self._parts: list[str] = []
        self._look = before  # None: unknown, so the first code resets it
        self._at = (-1, -1)
        self._erases = erases

    def move(self, x: int, y: int) -> None:
        """Move the cursor to a column and line, both counted from 0, by the shortest code."""
        before, row = self._at
        ahead = x - before
        # Steps right and down need 3 or 4 bytes; a position needs 6 to 9.
        if row == y and ahead > 0:
            self._parts.append(f"\x1b[{ahead}C" if ahead > 1 else "\x1b[C")
        elif before == x and y == row + 1:
            self._parts.append("\x1b[B")
        elif (before, row) != (x, y):
            self._parts.append(f"\x1b[{y + 1};{x + 1}H")
        self._at = (x, y)

    def write(self, run: Sequence[Cell], *, to_edge: bool) -> None:
        """Write neighbouring cells; `reaches_edge` says that only blanks follow on their line."""
        left = len(run)
        for blank, each in groupby(run, key=_ground):
            many = list(each)
            left -= len(many)
            if blank is None or not (self._erases or blank == PLAIN.back):
                self._put_all(many)
            # Erasing to the edge costs 3 bytes, however many blanks that is.
            elif to_edge and not left and len(many) > len(TO_THE_EDGE):
                self._erase(many[0], TO_THE_EDGE)
            # ECH erases without moving the cursor, so a step over the blanks follows.
            elif len(many) > len(over := f"\x1b[{len(many)}X\x1b[{len(many)}C"):
                self._erase(many[0], over)
                self._at = (self._at[0] + len(many), self._at[1])
            else:
                self._put_all(many)

    def _put_all(self, cells: Iterable[Cell]) -> None:
        for cell in cells:
            self.put(cell)

    def _erase(self, blank: Cell, code: str) -> None:
        self._take(_blank(self._look, blank.look))
        self._parts.append(code)

    def put(self, cell: Cell) -> None:
        """Write one cell in its style."""
        self._take(cell.look if cell.look.fore else _blank(self._look, cell.look))
        self._parts.append(cell.text)
        self._at = (self._at[0] + cell_len(cell.text), self._at[1])

    def _take(self, look: Look) -> None:
        if look != self._look:
            self._parts.append(_step(self._look, look))
            self._look = look

    def sent(self) -> str:
        """Return all codes and text written, ending with the terminal's default style."""
        if self._parts and self._look != PLAIN:
            self._parts.append("\x1b[0m")
        return "".join(self._parts)


def cells(text: str, look: Look) -> Iterator[Cell]:
    """Yield the cells of a text in one style; a wide character gives two."""
    if text.isascii():
        yield from (_cell(letter, look) for letter in text)
        return
    # The sum alone could be right by chance: a wide character beside one of no width.
    if cell_len(text) == len(text) and all(get_character_cell_size(one) == 1 for one in text):
        yield from (_cell(letter, look) for letter in text)
        return
    yield from _wide(text, look)


def _wide(text: str, look: Look) -> Iterator[Cell]:
    """Yield cells of text with wide characters; those of no width join the one before them."""
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


@lru_cache(1024)
def _blank(before: Look | None, look: Look) -> Look:
    """Keep the style before a blank and change only the background, since no more is seen of it."""
    if before is None or _SEEN_ON_BLANKS & set(before.attributes.split(";")):
        return PLAIN._replace(back=look.back)
    return before._replace(back=look.back)


@lru_cache(1024)
def look_of(style: Style | None, colours: ColorSystem) -> Look:
    """Convert a Rich style to SGR codes, reduced to the colours that the terminal has."""
    if style is None:
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
    """Return the shorter code for a change of style: the differences only, or a reset and all."""
    anew = _codes(PLAIN, after)
    codes = "0" + (f";{anew}" if anew else "")
    if before is not None:
        codes = min(_codes(before, after), codes, key=len)
    return f"\x1b[{codes}m"


def _codes(before: Look, after: Look) -> str:
    """Return the SGR codes that end and begin what differs between two styles."""
    had, has = ({one for one in look.attributes.split(";") if one} for look in (before, after))
    ended = {_ENDS[one] for one in had - has}
    # Code 22 ends bold and dim together, so one of them may have to begin again.
    begun = [one for one in sorted(has) if one not in had or _ENDS[one] in ended]
    colours = [
        now for was, now in ((before.fore, after.fore), (before.back, after.back)) if now != was
    ]
    return ";".join((*sorted(ended), *begun, *colours))

"""Styled characters, and the shortest ANSI codes that lead from one style to the next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Final, NamedTuple

from rich.cells import cell_len, get_character_cell_size
from rich.color import Color, ColorSystem
from rich.style import Style

from kpitui.tui.theme import COLOUR_NUMBERS


class CellStyle(NamedTuple):
    """The style of a cell as SGR codes: attributes, foreground, background.

    A blank that shows nothing but its background has an empty foreground.
    """

    attributes: str
    foreground: str
    background: str


class StyledCell(NamedTuple):
    """A character with its style; the second half of a wide character is an empty text."""

    text: str
    style: CellStyle


DEFAULT_STYLE: Final = CellStyle("", "39", "49")
_VISIBLE_ON_BLANKS: Final = frozenset("479")
"""Attributes that show on a blank: underline, reverse, strike."""
# The SGR code that ends each attribute.
_END_CODES: Final = {"1": "22", "2": "22", "3": "23", "4": "24", "7": "27", "9": "29"}
# EL: erase to the end of the line without moving the cursor.
ERASE_TO_EDGE: Final = "\x1b[K"


def _get_blank_background(cell: StyledCell) -> str | None:
    """Return the background of a blank that shows nothing else, or None."""
    return cell.style.background if not cell.style.foreground else None


class AnsiWriter:
    """Writes cells with the fewest codes that lead from each style to the next.

    Blanks are erased instead of written where that is shorter. A terminal without
    `erases_background` fills what it erases with its own background, so there only blanks of that
    background are erased.
    """

    def __init__(self, previous_style: CellStyle | None = None, *, erases_background: bool = True) -> None:
        self._output_parts: list[str] = []
        self._current_style = previous_style  # None: unknown, so the first code resets it
        self._cursor_position = (-1, -1)
        self._erases_background = erases_background

    def move_cursor(self, x: int, y: int) -> None:
        """Move the cursor to a column and line, both counted from 0, by the shortest code."""
        cursor_x, cursor_y = self._cursor_position
        ahead = x - cursor_x
        # Steps right and down need 3 or 4 bytes; a position needs 6 to 9.
        if cursor_y == y and ahead > 0:
            self._output_parts.append(f"\x1b[{ahead}C" if ahead > 1 else "\x1b[C")
        elif cursor_x == x and y == cursor_y + 1:
            self._output_parts.append("\x1b[B")
        elif (cursor_x, cursor_y) != (x, y):
            self._output_parts.append(f"\x1b[{y + 1};{x + 1}H")
        self._cursor_position = (x, y)

    def write_run(self, cell_run: Sequence[StyledCell], *, reaches_edge: bool) -> None:
        """Write neighbouring cells; `reaches_edge` says that only blanks follow on their line."""
        remaining = len(cell_run)
        for background, cells in groupby(cell_run, key=_get_blank_background):
            same_cells = list(cells)
            remaining -= len(same_cells)
            if background is None or not (self._erases_background or background == DEFAULT_STYLE.background):
                self._put_cells(same_cells)
            # Erasing to the edge costs 3 bytes, however many blanks that is.
            elif reaches_edge and not remaining and len(same_cells) > len(ERASE_TO_EDGE):
                self._write_erase(same_cells[0], ERASE_TO_EDGE)
            # ECH erases without moving the cursor, so a step over the blanks follows.
            elif len(same_cells) > len(erase_code := f"\x1b[{len(same_cells)}X\x1b[{len(same_cells)}C"):
                self._write_erase(same_cells[0], erase_code)
                self._cursor_position = (self._cursor_position[0] + len(same_cells), self._cursor_position[1])
            else:
                self._put_cells(same_cells)

    def _put_cells(self, cells: Iterable[StyledCell]) -> None:
        for cell in cells:
            self.put_cell(cell)

    def _write_erase(self, blank_cell: StyledCell, erase_code: str) -> None:
        self._apply_style(_style_blank(self._current_style, blank_cell.style))
        self._output_parts.append(erase_code)

    def put_cell(self, cell: StyledCell) -> None:
        """Write one cell in its style."""
        self._apply_style(cell.style if cell.style.foreground else _style_blank(self._current_style, cell.style))
        self._output_parts.append(cell.text)
        self._cursor_position = (self._cursor_position[0] + cell_len(cell.text), self._cursor_position[1])

    def _apply_style(self, cell_style: CellStyle) -> None:
        if cell_style != self._current_style:
            self._output_parts.append(_build_style_change(self._current_style, cell_style))
            self._current_style = cell_style

    def finish_output(self) -> str:
        """Return all codes and text written, ending with the terminal's default style."""
        if self._output_parts and self._current_style != DEFAULT_STYLE:
            self._output_parts.append("\x1b[0m")
        return "".join(self._output_parts)


def split_into_cells(run_text: str, cell_style: CellStyle) -> Iterator[StyledCell]:
    """Yield the cells of a text in one style; a wide character gives two."""
    if run_text.isascii():
        yield from (_make_cell(character, cell_style) for character in run_text)
        return
    # The sum alone could be right by chance: a wide character beside one of no width.
    if cell_len(run_text) == len(run_text) and all(get_character_cell_size(character) == 1 for character in run_text):
        yield from (_make_cell(character, cell_style) for character in run_text)
        return
    yield from _split_wide_text(run_text, cell_style)


def _split_wide_text(run_text: str, cell_style: CellStyle) -> Iterator[StyledCell]:
    """Yield cells of text with wide characters; those of no width join the one before them."""
    pending_text = ""
    for character in run_text:
        cells = get_character_cell_size(character)
        if cells and pending_text:
            yield from _make_wide_cells(pending_text, cell_style)
            pending_text = ""
        pending_text += character
    if pending_text:
        yield from _make_wide_cells(pending_text, cell_style)


def _make_wide_cells(character: str, cell_style: CellStyle) -> Iterator[StyledCell]:
    yield StyledCell(character, cell_style)
    yield from (StyledCell("", cell_style) for _ in range(cell_len(character) - 1))


@lru_cache(4096)
def _make_cell(character: str, cell_style: CellStyle) -> StyledCell:
    if character == " " and not _VISIBLE_ON_BLANKS & set(cell_style.attributes.split(";")):
        return StyledCell(character, CellStyle("", "", cell_style.background))
    return StyledCell(character, cell_style)


@lru_cache(1024)
def _style_blank(previous_style: CellStyle | None, cell_style: CellStyle) -> CellStyle:
    """Keep the style before a blank and change only the background, since no more is seen of it."""
    if previous_style is None or _VISIBLE_ON_BLANKS & set(previous_style.attributes.split(";")):
        return DEFAULT_STYLE._replace(background=cell_style.background)
    return previous_style._replace(background=cell_style.background)


@lru_cache(1024)
def to_cell_style(rich_style: Style | None, colour_system: ColorSystem) -> CellStyle:
    """Convert a Rich style to SGR codes, reduced to the colours that the terminal has."""
    if rich_style is None:
        return DEFAULT_STYLE
    foreground, background = (
        ";".join(_reduce_colour(colour, colour_system).get_ansi_codes(foreground=is_foreground)) if colour else code
        for colour, is_foreground, code in ((rich_style.color, True, "39"), (rich_style.bgcolor, False, "49"))
    )
    return CellStyle(_build_attribute_codes(rich_style), foreground, background)


def _reduce_colour(colour: Color, colour_system: ColorSystem) -> Color:
    """Reduce a colour to those of the terminal: a theme's own to the number chosen for it."""
    if colour_system is ColorSystem.EIGHT_BIT and colour.triplet is not None:
        colour_number = COLOUR_NUMBERS.get(colour.triplet.hex)
        if colour_number is not None:
            return Color.from_ansi(colour_number)
    return colour.downgrade(colour_system)


def _build_attribute_codes(rich_style: Style) -> str:
    flags = (
        ("1", rich_style.bold), ("2", rich_style.dim), ("3", rich_style.italic), ("4", rich_style.underline),
        ("7", rich_style.reverse), ("9", rich_style.strike),
    )  # fmt: skip
    return ";".join(code for code, is_set in flags if is_set)


@lru_cache(4096)
def _build_style_change(previous_style: CellStyle | None, next_style: CellStyle) -> str:
    """Return the shorter code for a change of style: the differences only, or a reset and all."""
    from_default = _build_changed_codes(DEFAULT_STYLE, next_style)
    change_codes = "0" + (f";{from_default}" if from_default else "")
    if previous_style is not None:
        change_codes = min(_build_changed_codes(previous_style, next_style), change_codes, key=len)
    return f"\x1b[{change_codes}m"


def _build_changed_codes(previous_style: CellStyle, next_style: CellStyle) -> str:
    """Return the SGR codes that end and begin what differs between two styles."""
    attributes, next_attributes = (
        {attribute for attribute in style.attributes.split(";") if attribute} for style in (previous_style, next_style)
    )
    ended_codes = {_END_CODES[attribute] for attribute in attributes - next_attributes}
    # Code 22 ends bold and dim together, so one of them may have to begin again.
    begun_attributes = [
        attribute
        for attribute in sorted(next_attributes)
        if attribute not in attributes or _END_CODES[attribute] in ended_codes
    ]
    colours = [
        next_colour
        for colour, next_colour in (
            (previous_style.foreground, next_style.foreground),
            (previous_style.background, next_style.background),
        )
        if next_colour != colour
    ]
    return ";".join((*sorted(ended_codes), *begun_attributes, *colours))

"""Table of the board: its columns, what they sort by, and how they share the width."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Final

from rich.cells import cell_len

from kpitui import words
from kpitui.model import Entry, Movement
from kpitui.terminal.show import DASH, Align, Line, Span, span, width
from kpitui.terminal.theme import Tone
from kpitui.terminal.views.marks import MADE_UP, WORST_FIRST, rag_mark
from kpitui.terminal.views.spark import cells_needed, spark

Cell = Callable[[Entry, int], Line]
Order = Callable[[Entry], object]


@dataclass(frozen=True, slots=True)
class BoardColumn:
    """Column of the board. The lower its priority, the earlier it is given room."""

    id: str
    title: str
    need: int
    cell: Cell
    order: Order
    align: Align = "left"
    least: int = 0


def _code(entry: Entry, cells: int) -> Line:
    mark = (Span(MADE_UP, "strong"),) if entry.made_up else ()
    return (span(entry.indicator.code, "strong"), *mark)


def _title(entry: Entry, cells: int) -> Line:
    """Format the title, or the short one if there is no room for it."""
    title, short = entry.indicator.title, entry.indicator.short
    return (span(title if not short or cell_len(title) <= cells else short),)


def _value(entry: Entry, cells: int) -> Line:
    """Format the value, marked if numbers are small; dim if the counts come before it."""
    if entry.point.count.hidden:
        return (Span(f"{words.SUPPRESSED} ", "dim"),)
    if entry.point.count.value is None:
        return (Span(DASH, "dim"),)
    # The mark of small numbers takes a cell in every row, so that the digits align.
    small = entry.judgement.one_case is not None
    # Below the minimum there is no colour, and the counts say more than a percentage.
    if entry.point.count.denominator < entry.indicator.minimum:
        percent = words.percent(entry.point.count.value, entry.indicator.unit)
        return (Span(percent + words.SMALL, "dim"),)
    return (Span(words.short_value(entry), "strong"), Span("" if small else " "))


def _fraction(entry: Entry, cells: int) -> Line:
    """Format numerator and denominator, shortened as far as the width asks."""
    count = entry.point.count
    if not count.denominator and not count.numerator:
        return (Span(DASH, "dim"),)
    exact = words.fraction(count)
    # The figures of a fraction are shortened last: they are what it is for.
    for text in (exact, exact.replace(" of ", "/"), exact.replace(" of ", "/").replace(",", "")):
        if len(text) <= cells:
            return (Span(text),)
    return (Span(f"{_thousands(count.numerator)}/{_thousands(count.denominator)}"),)


def _thousands(value: float) -> str:
    return words.amount(value) if value < 1000 else f"{value / 1000:.0f}k"


def _target(entry: Entry, cells: int) -> Line:
    return (Span(words.target(entry) or DASH, "text" if words.target(entry) else "dim"),)


def _rag(entry: Entry, cells: int) -> Line:
    return rag_mark(entry.judgement.rag, short=True)


def moved(movement: Movement, cells: int) -> Line:
    """Format the direction of a movement, in the shorter wording if the longer does not fit."""
    if movement.hidden:
        return (Span(words.SUPPRESSED, "dim"),)
    if movement.change is None:
        return (Span("no earlier" if cells >= 10 else DASH, "dim"),)
    long = words.movement(movement)
    tone: Tone = "text" if movement.direction == "worse" else "dim"
    short = long.replace(" by ", " ").removesuffix(" points").removesuffix(" point")
    return (Span(long if len(long) <= cells else short, tone),)


def _direction(entry: Entry, cells: int) -> Line:
    return moved(entry.movement, cells)


def _year(entry: Entry, cells: int) -> Line:
    return moved(entry.year_movement, cells)


def _age(entry: Entry, cells: int) -> Line:
    """Format the age of the data, with the unit shortened if there is no room."""
    if entry.problem:
        return (Span(DASH, "dim"),)
    days = words.age(entry.data_age_days)
    return (Span(days if len(days) <= cells else f"{days.split()[0]}d", "dim"),)


def _reason(entry: Entry, cells: int) -> Line:
    return (span(entry.problem or entry.judgement.to_target or "", "text"),)


def _theme(entry: Entry, cells: int) -> Line:
    return (span(entry.indicator.theme, "dim"),)


def _target_reason(entry: Entry, cells: int) -> Line:
    return (span(entry.target.reason if entry.target else "", "dim"),)


def _number(value: float | None) -> tuple[bool, float]:
    """Return the sort key of a number. Missing ones come last."""
    return (value is None, value or 0.0)


def _shown(value: float) -> tuple[bool, float]:
    """Return the sort key of a number that may be hidden. Hidden ones come last."""
    return _number(None if isnan(value) else value)


def _worst(entry: Entry) -> object:
    """Return the sort key of the colour, the worst first."""
    return WORST_FIRST[entry.judgement.rag]


COLUMNS: Final[tuple[BoardColumn, ...]] = (
    BoardColumn("code", "Code", 0, _code, lambda one: one.indicator.code),
    BoardColumn("title", "Indicator", 0, _title, lambda one: one.indicator.title, least=16),
    BoardColumn("theme", "Theme", 12, _theme, lambda one: one.indicator.theme),
    BoardColumn(
        "value", "Value", 1, _value, lambda one: _number(one.point.count.value), align="right"
    ),
    BoardColumn(
        "fraction", "Count", 5, _fraction, lambda one: _shown(one.point.count.denominator),
        align="right", least=7,
    ),
    BoardColumn("target", "Target", 3, _target, lambda one: _number(one.point.target),
                align="right"),
    BoardColumn("rag", "Status", 2, _rag, _worst),
    BoardColumn("direction", "Direction", 4, _direction,
                lambda one: _number(one.movement.change),),
    BoardColumn("year", "Year on year", 9, _year,
                lambda one: _number(one.year_movement.change), least=12),
    BoardColumn("trend", "Trend", 6, lambda entry, cells: spark(entry, cells),
                lambda one: _number(one.point.count.value), least=7),
    BoardColumn("to_target", "Would meet it", 10, _reason,
                lambda one: one.judgement.to_target or "", least=14),
    BoardColumn("target_reason", "Why this target", 13, _target_reason,
                lambda one: _target_reason(one, 0)[0].text, least=20),
    BoardColumn("age", "Age", 7, _age, lambda one: one.data_age_days, align="right"),
)  # fmt: skip

NEEDED: Final = 7
FIRST: Final = 2
"""Columns up to this priority must fit, or no further column is added."""
TITLE_MOST: Final = 52


def layout(entries: Sequence[Entry], cells: int) -> tuple[tuple[BoardColumn, int], ...]:
    """Fit columns to a width, and return those that fit with their widths.

    The columns that matter most get room first, then each is widened in turn.
    """
    room = _Room(entries, cells)
    for column in sorted(COLUMNS, key=lambda one: one.need):
        if column.need <= NEEDED and not room.add(column) and column.need <= FIRST:
            break
    # Titles, trends and counts become legible before columns of lower priority get room.
    for name, most in (("title", 30), ("trend", 12), ("fraction", 11), ("trend", 14)):
        room.widen(name, most)
    for column in sorted(COLUMNS, key=lambda one: one.need):
        if column.need > NEEDED:
            room.add(column)
    for name in ("trend", "age", "title", "to_target"):
        room.widen(name, 999)
    room.widen("direction", 999, whole=True)  # else some rows have the long wording, some the short
    room.widen("target_reason", 999)
    return tuple((column, room.widths[column.id]) for column in COLUMNS if column.id in room.widths)


class _Room:
    """Width of a table while its columns share it out."""

    def __init__(self, entries: Sequence[Entry], cells: int) -> None:
        # Each column is followed by a blank, the last one by none.
        self.entries, self.left = entries, cells + 1
        self.widths: dict[str, int] = {}

    def add(self, column: BoardColumn) -> bool:
        """Add a column at its minimum width, and return whether there was room."""
        least = _least(column, self.entries)
        fits = least + 1 <= self.left
        if fits:
            self.widths[column.id] = least
            self.left -= least + 1
        return fits

    def widen(self, name: str, most: int, *, whole: bool = False) -> None:
        """Widen a column towards its preferred width, up to a maximum or not at all."""
        if name in self.widths:
            column = next(one for one in COLUMNS if one.id == name)
            wish = min(_wish(column, self.entries), most)
            more = max(wish - self.widths[name], 0)
            more = min(more, self.left) if not whole else more * (more <= self.left)
            self.widths[name] += more
            self.left -= more


def _least(column: BoardColumn, entries: Sequence[Entry]) -> int:
    """Return the width without which a column is of no use."""
    if column.least:
        return column.least
    return max([len(column.title), *(width(column.cell(entry, 0)) for entry in entries)])


def _wish(column: BoardColumn, entries: Sequence[Entry]) -> int:
    # A sparkline draws what it is given room for, so its history is measured instead.
    """Return the width at which a column shows all of its cells in full."""
    if column.id == "trend":
        return cells_needed(entries)
    whole = max([len(column.title), *(width(column.cell(entry, 99)) for entry in entries)])
    return min(whole, TITLE_MOST)


def as_text(entry: Entry) -> str:
    """Build the text of an entry that a filter looks at."""
    about = entry.indicator
    parts = [about.code, about.title, about.short, about.theme]
    parts += [words.RAG_WORDS[entry.judgement.rag], entry.movement.direction]
    return " ".join(parts).lower()

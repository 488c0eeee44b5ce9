"""Rows behind a number: their columns, and whether each row counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from kpitui import words
from kpitui.behind import Cases
from kpitui.model import Scalar
from kpitui.terminal.rows import STATE, STATES, Arranged, subject_column
from kpitui.terminal.show import DASH, Line, Span, line, plain, span
from kpitui.terminal.views.marks import order_mark
from kpitui.terminal.widgets.grid import Column

WIDEST: Final = 30
SAMPLE: Final = 300


def became(row: dict[str, Scalar | None]) -> str:
    """Say whether a row is counted, not counted or left out."""
    if row["left_out_because"]:
        return "left out"
    return "counted" if row["counted"] else "not counted"


class Key(NamedTuple):
    """Key of a row. It finds the row in another order, and in the same cases when read anew."""

    cases: Cases
    place: int


@dataclass(frozen=True, slots=True)
class CaseRows:
    """Rows of cases in the order shown. A row is read from the frame when it is drawn."""

    found: Arranged
    columns: tuple[Column, ...]

    def __len__(self) -> int:
        return len(self.found)

    def row(self, row: int) -> dict[str, Scalar | None]:
        """Read a row of the frame as a mapping from column names to values."""
        named: dict[str, Scalar | None] = self.found.cases.frame.row(
            self.found.place(row), named=True
        )
        return named

    def subject(self, row: int) -> str:
        """Return the id of the school, child or worker in a row."""
        return plain(self.row(row)[self.found.names[0]])

    def cells(self, row: int) -> Sequence[Line]:
        """Return the cells of a row: the subject, whether it counts, then the other columns."""
        values = self.row(row)
        first, _, *rest = self.found.names
        return [
            line(span(values[first], "strong")),
            _became(values),
            *(_cell(values[n]) for n in rest),
        ]

    def key(self, row: int) -> object:
        """Return a key for a row that holds while rows are sorted, filtered or read again."""
        return Key(self.found.cases, self.found.place(row))

    def find(self, key: object) -> int | None:
        """Return the row of a key, or None if it is not among the rows shown."""
        if not isinstance(key, Key):
            return None
        # The same frame: the position is still right.
        if key.cases is self.found.cases:
            return self.found.row_of(key.place)
        place = _same(key, self.found.cases)
        return None if place is None else self.found.row_of(place)


def _same(key: Key, cases: Cases) -> int | None:
    """Find the row of the same subject in cases that were read anew.

    A subject may have several rows: the first is found for the first, and so on.
    """
    name = subject_column(key.cases)
    # Another definition may count cases of another kind.
    if name not in cases.columns:
        return None
    before = key.cases.frame[name]
    subject = before[key.place]
    if subject is None:
        return None
    nth = int((before.head(key.place) == subject).sum())
    places = (cases.frame[name] == subject).arg_true()
    return int(places[min(nth, len(places) - 1)]) if len(places) else None


def _cell(value: Scalar | None) -> Line:
    return (Span(DASH, "dim"),) if value is None else (span(value),)


def _became(values: dict[str, Scalar | None]) -> Line:
    """Draw whether a row counts, and why if it is left out."""
    what = became(values)
    if what == "counted":
        return (Span("● counted", "strong"),)
    if what == "not counted":
        return (Span("○ not counted", "text"),)
    return (Span("· left out: ", "dim"), span(values["left_out_because"], "dim"))


def case_rows(found: Arranged, cells: int = 120) -> CaseRows:
    """Build the rows for a grid of a width, each column as wide as its sampled cells need.

    The reason why a case is left out takes no more than its share of the width.
    """
    many = len(found)
    # There may be millions of rows: a sample spread over all of them is measured, with the
    # last row always among it.
    rows = {*range(0, many, many // SAMPLE + 1), *range(many - 1, many)} - {-1}
    sample = _taken(found, [found.place(row) for row in sorted(rows)])
    columns = tuple(_column(found, name, sample, cells) for name in found.names)
    return CaseRows(found, columns)


def _taken(found: Arranged, places: list[int]) -> dict[str, list[Scalar | None]]:
    """Read the sampled rows of the frame, by column."""
    frame = found.cases.frame
    taken: dict[str, list[Scalar | None]] = (frame[places] if places else frame.head(0)).to_dict(
        as_series=False
    )
    return taken


def _column(
    found: Arranged, name: str, sample: dict[str, list[Scalar | None]], cells: int
) -> Column:
    # The state of a case is no column of the frame: it is made of two.
    """Size a column by its title and its sampled cells."""
    mark = order_mark(found.wish, name)
    if name == STATE:
        reasons = [len(str(reason)) + 12 for reason in sample["left_out_because"] if reason]
        return Column(
            "Counted?", min(max([13, *reasons]), max(cells * 3 // 10, 22), 44), sorted=mark
        )
    title = name.replace("_", " ")
    # One cell more than the title, for the mark of the sort order.
    widest = max([len(title) + 1, *(len(plain(value)) for value in sample[name])])
    right = found.cases.frame.schema[name].is_numeric()
    return Column(title, min(widest, WIDEST), "right" if right else "left", mark)


def summary(found: Arranged) -> Line:
    """Summarise how many cases are counted, not counted and left out."""
    parts: list[Span] = []
    for what, many in zip(STATES, found.totals.states, strict=True):
        parts.append(span(f"{many:,} ", "strong" if many else "dim"))
        parts.append(span(f"{what}   ", "dim"))
    if len(found) != len(found.cases):
        parts.append(span(f"{len(found):,} of {len(found.cases):,} shown", "accent"))
    return tuple(parts)


def figure(found: Arranged) -> Line:
    """Format the rate that the rows add up to, with its fraction and period."""
    top, bottom = found.totals.numerator, found.totals.denominator
    value = 100 * top / bottom if bottom else None
    said = words.percent(value, found.cases.entry.indicator.unit)
    return (
        span(said, "strong"),
        span(f"  {words.amount(top)} of {words.amount(bottom)}  {found.cases.period.shown}", "dim"),
    )

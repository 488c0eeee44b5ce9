"""The rows behind a number: their columns, their order, and what became of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from kpitui import words
from kpitui.model import Cases, Scalar
from kpitui.terminal.show import DASH, Line, Span, line, plain, span
from kpitui.terminal.widgets.grid import Column

Became = Literal["counted", "not counted", "left out"]
WIDEST: Final = 30
SAMPLE: Final = 300


def subject_column(cases: Cases) -> str:
    """The column that names whose cases the rows are, or the first."""
    return cases.subject if cases.subject in cases.columns else cases.columns[0]


def became(cases: Cases, row: Sequence[Scalar | None]) -> Became:
    """Whether a row is in the numerator, only in the denominator, or in neither."""
    if row[cases.columns.index("left_out_because")]:
        return "left out"
    return "counted" if row[cases.columns.index("counted")] else "not counted"


@dataclass(frozen=True)
class CaseRows:
    """Rows of cases in the order shown, for a grid; `order` holds their places in `cases.rows`."""

    cases: Cases
    order: Sequence[int]
    columns: tuple[Column, ...]
    names: tuple[str, ...]  # the columns shown after the first, aligned with `columns[1:]`
    places: dict[int, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.order)

    def row(self, row: int) -> Sequence[Scalar | None]:
        return self.cases.rows[self.order[row]]

    def cells(self, row: int) -> Sequence[Line]:
        values = self.row(row)
        at = self.cases.columns.index
        subject = values[at(self.names[0])]
        first = line(span(subject, "strong"))
        return [first, _became(self.cases, values), *(_cell(values[at(n)]) for n in self.names[1:])]

    def key(self, row: int) -> object:
        return self.order[row]

    def find(self, key: object) -> int | None:
        if not self.places:
            self.places.update({place: row for row, place in enumerate(self.order)})
        return self.places.get(key) if isinstance(key, int) else None


def _cell(value: Scalar | None) -> Line:
    return (Span(DASH, "dim"),) if value is None else (span(value),)


def _became(cases: Cases, values: Sequence[Scalar | None]) -> Line:
    what = became(cases, values)
    if what == "counted":
        return (Span("● counted", "strong"),)
    if what == "not counted":
        return (Span("○ not counted", "text"),)
    reason = values[cases.columns.index("left_out_because")]
    return (Span("· left out: ", "dim"), span(reason, "dim"))


def case_rows(cases: Cases, order: Sequence[int], sorted_by: int | None, reverse: bool) -> CaseRows:
    """Rows in an order, with the width of each column from the first rows."""
    names = shown_names(cases)
    sample = [cases.rows[place] for place in (*order[:: len(order) // SAMPLE + 1], *order[-1:])]
    mark = "▾" if reverse else "▴"
    columns = [
        _column(cases, name, sample, mark if number == sorted_by else "")
        for number, name in enumerate(("", *names))
        if name
    ]
    state = _state_width(cases, sample)
    columns.insert(1, Column("Counted?", state, sorted=mark if sorted_by == 1 else ""))
    if sorted_by == 0:
        first = columns[0]
        columns[0] = Column(first.title, first.width, first.align, mark)
    return CaseRows(cases, order, tuple(columns), names)


def shown_names(cases: Cases) -> tuple[str, ...]:
    """The subject, then every column but those that the second one says in words."""
    subject = subject_column(cases)
    said = {subject, "counted", "left_out_because"}
    weighted = any(
        row[cases.columns.index(name)] not in (0, 1, None)
        for name in ("numerator", "denominator")
        if name in cases.columns
        for row in cases.rows[:SAMPLE]
    )
    if not weighted:
        said |= {"numerator", "denominator"}
    names = [name for name in cases.columns if name not in said]
    names.sort(key=lambda name: name not in ("name", "school"))
    return (subject, *names)


def _column(
    cases: Cases, name: str, sample: Sequence[Sequence[Scalar | None]], mark: str
) -> Column:
    at = cases.columns.index(name)
    values = [row[at] for row in sample]
    title = name.replace("_", " ")
    widest = max([len(title) + 1, *(len(plain(value)) for value in values)])
    number = any(isinstance(value, int | float) and not isinstance(value, bool) for value in values)
    return Column(title, min(widest, WIDEST), "right" if number else "left", mark)


def _state_width(cases: Cases, sample: Sequence[Sequence[Scalar | None]]) -> int:
    at = cases.columns.index("left_out_because")
    reasons = [len(str(row[at])) + 12 for row in sample if row[at]]
    return min(max([13, *reasons]), 44)


def arranged(cases: Cases, text: str, sorted_by: int | None, reverse: bool) -> tuple[int, ...]:
    """The places of the rows that a filter keeps, in an order."""
    wanted = text.lower()
    places = [
        place
        for place, row in enumerate(cases.rows)
        if not wanted or wanted in _as_text(cases, row)
    ]
    if sorted_by is not None:
        places.sort(key=lambda place: _rank(cases, cases.rows[place], sorted_by), reverse=reverse)
    elif reverse:
        places.reverse()
    return tuple(places)


def _as_text(cases: Cases, row: Sequence[Scalar | None]) -> str:
    return " ".join([became(cases, row), *(plain(value) for value in row)]).lower()


def _rank(cases: Cases, row: Sequence[Scalar | None], column: int) -> tuple[int, object]:
    """What a row sorts by: numbers as numbers, the missing last."""
    if column == 1:
        return (0, ("counted", "not counted", "left out").index(became(cases, row)))
    names = shown_names(cases)
    value = row[cases.columns.index(names[0 if column == 0 else column - 1])]
    if value is None:
        return (3, 0)
    if isinstance(value, int | float):
        return (0, value)
    return (1, plain(value).lower())


def summary(cases: Cases, shown: int) -> Line:
    """How many are counted, not counted and left out."""
    tally = Counter(became(cases, row) for row in cases.rows)
    parts: list[Span] = []
    for what in ("counted", "not counted", "left out"):
        parts.append(span(f"{tally[what]:,} ", "strong" if tally[what] else "dim"))
        parts.append(span(f"{what}   ", "dim"))
    if shown != len(cases.rows):
        parts.append(span(f"{shown:,} of {len(cases.rows):,} shown", "accent"))
    return tuple(parts)


def figure(cases: Cases) -> Line:
    """The number that the rows add up to."""
    at = cases.columns.index
    top, bottom = (
        sum(value for row in cases.rows if isinstance(value := row[at(name)], int | float))
        for name in ("numerator", "denominator")
    )
    value = 100 * top / bottom if bottom else None
    said = words.percent(value, cases.entry.indicator.unit)
    return (
        span(said, "strong"),
        span(f"  {words.amount(top)} of {words.amount(bottom)}  {cases.period.shown}", "dim"),
    )

"""Published figures to compare with, signals of the process chart, and commentary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from kpitui import words
from kpitui.model import Comparator, Entry, Note, Restated
from kpitui.terminal.show import Line, Span, line, span, wrap
from kpitui.terminal.views.page import Head, table

FIGURES: Final[Head] = (("Where", "left"), ("Value", "right"), ("Period", "left"))


def compared(entry: Entry, cells: int) -> Iterator[Line]:
    """Draw comparators and the council's published figures, with basis and source."""
    for title, figures in (("", entry.comparators), ("Published for us", entry.published)):
        if title and figures:
            yield line(span(title, "dim"))
        if rows := [_row(one) for one in figures if one.value is not None]:
            yield from table(FIGURES, rows, cells)
        for basis, names in _by_basis(figures).items():
            named = span(f"{basis[:1].upper()}{basis[1:]}: ", "dim", cut=None)
            yield from wrap((named, span(", ".join(names), cut=None)), cells, 2)
        # Figures of one table share their source: it is named once.
        for source in dict.fromkeys(one.source for one in figures if one.source):
            yield from wrap(line(span(f"Source: {source}", "dim", cut=None)), cells, 2)
    if not entry.comparators and not entry.published:
        yield line(span("Nothing published to compare with.", "dim"))
    if entry.funnel is not None:
        chance = f"{words.number(entry.funnel.lower)} to {words.number(entry.funnel.upper)}"
        told = f"{entry.funnel.says} (chance explains {chance}: {words.FUNNEL})"
        yield from wrap(line(span(told, cut=None)), cells)


def signalled(entry: Entry, cells: int) -> Iterator[Line]:
    """Draw what the process chart says of the series, or why there is none."""
    if entry.chart is None:
        if entry.chart_reason:
            told = f"No process limits: {entry.chart_reason}."
            yield from wrap(line(span(told, "dim", cut=None)), cells)
        return
    for told in filter(None, (entry.chart.variation, entry.chart.assurance)):
        yield from wrap(line(span(f"{told[:1].upper()}{told[1:]}.", cut=None)), cells)
    for signal in entry.chart.signals:
        yield from wrap(line(span("Signal: ", "amber"), span(signal, cut=None)), cells, 2)
    yield from wrap(line(span(words.limits_rule(entry.chart), "dim", cut=None)), cells)


def _row(one: Comparator) -> list[Line]:
    """Build the cells of a published figure: where, value and period."""
    value = span(words.compared(one), "strong")
    return [line(span(one.name)), line(value), line(span(one.period))]


def _by_basis(figures: Sequence[Comparator]) -> Mapping[str, list[str]]:
    """Group names by the basis of their figures, or by the reason why they have none."""
    named: dict[str, list[str]] = {}
    for one in figures:
        none = () if one.value is not None else (words.compared(one), one.period)
        known = f"basis {one.basis}" if one.basis else ""
        basis = ", ".join(dict.fromkeys(filter(None, (*none, known, one.detail))))
        if basis:
            named.setdefault(basis, []).append(one.name)
    return named


def said(entry: Entry, cells: int, opener: str) -> Iterator[Line]:
    """Draw notes, newest first, then restatements.

    `restated_key` shows the cases behind a restatement.
    """
    for note in sorted(entry.notes, key=lambda one: one.period, reverse=True):
        yield from wrap(line(*_by(note, late=note in entry.overdue)), cells)
        yield from wrap(line(span("  "), span(note.text, cut=None)), cells, 2)
    for one in entry.restated:
        yield from wrap(line(*restated(one)), cells, 2)
    if entry.restated:
        yield line(span(f"  {opener} shows the cases behind it", "dim"))
    # A red without a reason is told even where other notes exist.
    if entry.reason_missing:
        yield line(
            span(f"No reason is written for the red of {entry.point.period.shown}.", "amber")
        )
    elif not entry.notes and not entry.restated:
        yield line(span("Nothing has been written for this indicator.", "dim"))


def restated(one: Restated) -> Iterator[Span]:
    """Describe a restatement: the period, the figure as published, and the figure now."""
    yield span("Restated", "head")
    yield span(f"  {one.period.shown}: ", "dim")
    then = f"{words.fraction(one.then)} was said on {words.day(one.said_on)}"
    yield span(f"{then}, now {words.fraction(one.now)}", cut=None)


def _by(note: Note, *, late: bool) -> Iterator[Span]:
    """Draw the heading of a note: its kind, period, author, owner and due date."""
    yield span(note.kind.capitalize(), "head")
    yield span(f"  {note.period.shown}", "dim")
    if note.author:
        yield span(f"  {note.author}", "dim")
    if note.written:
        yield span(f", {words.day(note.written)}", "dim")
    if note.owner:
        yield span(f"  for {note.owner}", "dim")
    if note.closed:
        yield span(f"  closed on {words.day(note.closed)}", "dim")
    elif note.due and late:
        yield span(f"  overdue since {words.day(note.due)}", "amber")
    elif note.due:
        yield span(f"  due {words.day(note.due)}", "accent")

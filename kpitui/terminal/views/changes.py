"""Changes between two periods, down to the schools and the cases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from kpitui import words
from kpitui.behind import Changes, Moved, Regraded
from kpitui.model import Board, Point
from kpitui.terminal.rows import holds
from kpitui.terminal.show import BLANK, Line, Span, line, span, wrap
from kpitui.terminal.views.marks import rag_mark, rate_or_dash, tallied
from kpitui.terminal.views.page import Head, Page, Section, stack, table
from kpitui.terminal.views.table import as_text
from kpitui.terminal.views.table import moved as moved_in_words

T = TypeVar("T")
SHORTLY = 10
"""Cells of a direction in its short wording."""
WHOLE_TITLES = 100
"""Width from which indicators are shown with their full titles."""
BOTH_VALUES = 64
"""Width from which both values are shown. Below it the change has to tell the earlier one."""
WAS = 2
"""Index of the column with the earlier value."""
WORSE_FIRST = {"worse": 0, "better": 1, "same": 2, "none": 3}


def changes_page(found: Changes, cells: int, wanted: str = "") -> Page:
    """Build the page: indicators, schools and settings by name, cases, and where cases went.

    A filter text keeps what contains all of its words; sections that are left empty are dropped.
    """
    said = line(
        span("What moved from ", "dim"),
        span(found.before.shown, "strong"),
        span(" to ", "dim"),
        span(found.after.shown, "strong"),
        span(f", as known on {words.day(found.board.as_at)}", "dim"),
    )
    moved = [one for one in found.moved if holds(_moved_as_text(one, found.board), wanted)]
    regraded = [one for one in found.regraded if holds(_regraded_as_text(one), wanted)]
    found = replace(found, moved=tuple(moved), regraded=tuple(regraded))
    sections = [
        Section("Indicators", (*_indicators(moved, cells), *_events(found, cells)))
        if moved
        else None,
        Section("Schools and settings that changed grade", tuple(_grades(regraded, cells)))
        if regraded or not wanted
        else None,
        Section("Cases that came and went", tuple(_cases(found, cells))) if moved else None,
        Section("Where those went who do not count", tuple(_gone(moved, cells))) if moved else None,
    ]
    body = stack(filter(None, sections), cells)
    if not body.lines:
        body = Page((line(span(f"Nothing that moved has “{wanted}” in it.", "dim")),), ())
    title = wrap(said, cells)
    return Page((*title, BLANK, *body.lines), tuple(at + len(title) + 1 for at in body.anchors))


def _moved_as_text(one: Moved, board: Board) -> str:
    # In the public view a filter must not find a child either.
    """Build the text of a moved indicator that a filter looks at."""
    children = () if board.public else (*one.came, *one.went)
    return " ".join((as_text(one.entry), one.movement.direction, *children))


def _regraded_as_text(one: Regraded) -> str:
    """Build the text of a regraded school or setting that a filter looks at."""
    return " ".join((one.urn, one.name, one.kind, one.before, one.after))


def _indicators(moved: Sequence[Moved], cells: int) -> Iterator[Line]:
    """Draw the table of indicators, worse before better."""
    head: Head = (
        ("Code", "left"),
        ("Indicator", "left"),
        ("Was", "right"),
        ("Is", "right"),
        ("Status", "left"),
        ("Direction", "left"),
    )
    rows = [_moved(one, cells) for one in sorted(moved, key=_order)]
    if cells < BOTH_VALUES:
        head, rows = _without(head, WAS), [_without(row, WAS) for row in rows]
    yield from table(head, rows, cells, give=1)


def _without(row: Sequence[T], place: int) -> list[T]:
    """Return the items of a row without the one at an index."""
    return [*row[:place], *row[place + 1 :]]


def _events(found: Changes, cells: int) -> Iterator[Line]:
    """Draw what changed the series between the two periods: their figures may not compare."""
    for told in words.events_between(found):
        yield from wrap(line(span("┊ ", "head"), span(told, cut=None)), cells, 2)


def _order(one: Moved) -> tuple[int, float]:
    """Return the sort key of a moved indicator: direction, then the size of the change."""
    return WORSE_FIRST[one.movement.direction], -abs(one.movement.change or 0.0)


def _moved(one: Moved, cells: int) -> list[Line]:
    """Build the cells of an indicator: code, title, both values, colour and direction."""
    about = one.entry.indicator
    narrow = cells < WHOLE_TITLES
    title = about.short if about.short and narrow else about.title
    return [
        line(span(one.entry.indicator.code, "strong")),
        line(span(title)),
        line(span(_value(one.before, one.entry.indicator.unit), "dim")),
        line(span(_value(one.after, one.entry.indicator.unit), "strong")),
        _status(one, shortly=cells < BOTH_VALUES),
        moved_in_words(one.movement, SHORTLY if narrow else 99),
    ]


def _value(point: Point, unit: str) -> str:
    return rate_or_dash(point.count, unit)


def _status(one: Moved, *, shortly: bool) -> Line:
    """Draw the colour with the one before: ``■ Red, was ●``, or in brief ``●→■ Red``."""
    now = rag_mark(one.after.rag, short=True)
    if one.before.rag == one.after.rag:
        # Two cells stand for the mark and the arrow, so that the words align.
        return (Span("  "), *now) if shortly else now
    was = Span(words.RAG_SHAPES[one.before.rag], one.before.rag)
    return (was, Span("→", "dim"), *now) if shortly else (*now, span(", was ", "dim"), was)


def _grades(regraded: Sequence[Regraded], cells: int) -> Iterator[Line]:
    """Draw the table of schools and settings with both grades."""
    if not regraded:
        yield line(span("None changed.", "dim"))
        return
    head: Head = (("Name", "left"), ("Was", "left"), ("Is", "left"), ("Inspected", "left"))
    rows = [
        [
            line(span(one.name or one.urn)),
            line(span(one.before, "dim")),
            line(span(one.after, "strong")),
            line(span(one.inspected, "dim")),
        ]
        for one in regraded
    ]
    yield from table(head, rows, cells)


def _cases(found: Changes, cells: int) -> Iterator[Line]:
    # docs/public.md: which cases came and went is not public, for staff as for children.
    """Draw the cases that came and went, by indicator."""
    if found.board.public:
        yield line(span("Which children came and went is not public.", "dim"))
        return
    told = [one for one in found.moved if one.came or one.went]
    for one in told:
        named = line(span(f"{one.entry.indicator.code}  ", "strong"))
        yield from wrap((*named, *_subjects("came", one.came)), cells, 8)
        yield from wrap((*named, *_subjects("went", one.went)), cells, 8)
    if not told:
        yield line(span("No indicator follows its cases from one period to the next.", "dim"))


def _gone(moved: Sequence[Moved], cells: int) -> Iterator[Line]:
    """Draw where the cases that do not count went, by indicator."""
    told = [one for one in moved if one.gone_to]
    for one in told:
        yield line(span(f"{one.entry.indicator.code}  ", "strong"), span(one.after.period.shown))
        yield from tallied(one.entry, one.gone_to, cells)
    if not told:
        yield line(span("No indicator says where its cases went.", "dim"))


def _subjects(what: str, subjects: Sequence[str]) -> tuple[Span, ...]:
    """List subjects after their number: ``3 came  A1, A2, A3``."""
    names = ", ".join(subjects)
    return (span(f"{len(subjects):,} {what}  ", "dim"), span(names, cut=None))

"""Page of one indicator: every section, as lines of a width."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from kpitui import words
from kpitui.model import Count, Entry, Movement, Point, Target, VariantCount
from kpitui.terminal.show import BLANK, DASH, Line, Span, line, span, width, wrap
from kpitui.terminal.theme import Tone
from kpitui.terminal.views import sources
from kpitui.terminal.views.chart import chart
from kpitui.terminal.views.figures import figures
from kpitui.terminal.views.marks import rag_mark, rate_or_dash, tallied
from kpitui.terminal.views.page import (
    GUTTER,
    TWO_COLUMNS,
    Head,
    Page,
    Section,
    beside,
    stack,
    table,
)
from kpitui.terminal.views.plot import HOLLOW
from kpitui.terminal.views.said import compared, said, signalled

SHORT: Final = 30
"""Height of a screen below which the chart comes before what chance may explain."""
LARGE: Final = 70
"""Width from which a value in large figures has room beside its judgement."""
EVENT: Final = "┊"
"""Mark of a period in which something changed the series, as in the chart."""


def indicator_page(
    entry: Entry, cells: int, rows: int, *, large: bool = True, opener: str = "x"
) -> Page:
    """Build the page, in two columns where the width allows.

    Without `large_figures` the value takes one line, for terminals without box characters.
    `restated_key` opens the cases behind a restatement.
    """
    short = rows < SHORT
    top = tuple(_top(entry, cells, large=large and cells >= LARGE, short=short))
    if cells < TWO_COLUMNS:
        body = stack([*_left(entry, cells, rows), *_right(entry, cells, opener)], cells)
    else:
        wide = (cells - GUTTER) * 10 // 19
        left = stack(_left(entry, wide, rows), wide)
        rest = cells - wide - GUTTER
        right = stack(_right(entry, rest, opener), rest, len(left.anchors) + 1)
        body = beside(left, right, cells, wide)
    return Page((*top, BLANK, *body.lines), tuple(at + len(top) + 1 for at in body.anchors))


def _left(entry: Entry, cells: int, rows: int) -> Iterator[Section]:
    # On a low screen the plot is kept low, so that more of the page is in sight.
    """Yield the sections that belong at the left: the trend and every period."""
    high = 6 if rows < SHORT else 10 if rows < 50 else 14
    # On a low screen chance comes below the chart, else beside the value.
    chances = _wrapped(_chances(entry), cells) if rows < SHORT else ()
    yield Section("Trend", (*chart(entry, cells, high), *chances, *signalled(entry, cells)))
    yield Section("Every period", tuple(_periods(entry, cells)))


def _right(entry: Entry, cells: int, opener: str) -> Iterator[Section]:
    """Yield the sections that explain the value: definitions, comparators, commentary, sources."""
    yield Section("Definitions side by side", tuple(_variants(entry, cells)))
    yield Section("Who is not counted", tuple(_not_counted(entry, cells)))
    yield Section("Compared with", tuple(compared(entry, cells)))
    yield Section("Definition", tuple(_definition(entry, cells)))
    yield Section("What was said", tuple(said(entry, cells, opener)))
    yield Section("Sources", tuple(sources.of_entry(entry, cells)))


# --- the value and its judgement -----------------------------------------------------------------


def _top(entry: Entry, cells: int, *, large: bool, short: bool) -> Iterator[Line]:
    """Draw the title, and the value beside its judgement."""
    yield line(span(entry.indicator.title, "strong"), span(f"   {entry.indicator.theme}", "dim"))
    yield BLANK
    if entry.problem:
        yield from wrap(line(span("No value: ", "strong"), span(entry.problem, cut=None)), cells)
        return
    value, rag = entry.judgement.printed, entry.judgement.rag
    big = figures(value, rag) if large else (line(span(value, rag)),)
    room = max(width(row) for row in big) + 3
    beside_it = tuple(_judged(entry, cells - room, short=short))
    for number in range(max(len(big), len(beside_it))):
        figure = big[number] if number < len(big) else BLANK
        text = beside_it[number] if number < len(beside_it) else BLANK
        yield (*figure, Span(" " * (room - width(figure))), *text)


def _judged(entry: Entry, cells: int, *, short: bool) -> Iterator[Line]:
    """Draw the judgement: colour, count and period, the reason, and the warnings."""
    noun, age = entry.indicator.noun[1], words.age(entry.data_age_days)
    status = "" if entry.point.status == "official" else " · provisional"
    yield from wrap(
        line(
            *rag_mark(entry.judgement.rag),
            span(f"   {words.fraction(entry.point.count)} {noun}", "text"),
            span(f"   {entry.point.period.shown}{status}, {age} old", "dim"),
        ),
        cells,
    )
    yield from _wrapped(_sentences(entry), cells)
    if not short:
        yield from _wrapped(_chances(entry), cells)
    for warning in entry.warnings:
        yield from wrap(line(span("! ", "amber"), span(warning, "amber", cut=None)), cells, 2)


def _sentences(entry: Entry) -> Iterator[str]:
    """Yield why the indicator has its colour, what would meet the target, and how it moved."""
    judgement, unit = entry.judgement, entry.indicator.unit
    good = "high is good" if entry.indicator.polarity == "high" else "low is good"
    yield f"{_sentence(judgement.reason)} ({good})."
    if judgement.to_target:
        yield f"{judgement.to_target} would meet the target."
    yield f"{_move(entry.movement, 'the period before', unit)}."
    yield f"{_move(entry.year_movement, 'a year ago', unit)}."


def _chances(entry: Entry) -> Iterator[str]:
    """Yield what a single case is worth, and the range that chance alone explains."""
    judgement = entry.judgement
    if judgement.one_case is not None:
        worth = f"{words.number(judgement.one_case)} points"
        noun = entry.indicator.noun[0]
        yield f"Small numbers ({words.SMALL_IS}): one {noun} is worth {worth}."
    if judgement.interval is not None:
        low, high = judgement.interval
        span_of = f"{words.number(low)} to {words.number(high)}{entry.indicator.unit}"
        yield f"The range that chance alone explains: {span_of} ({words.WILSON})."


def _wrapped(texts: Iterable[str], cells: int) -> Iterator[Line]:
    """Wrap each sentence to the width."""
    for text in texts:
        yield from wrap(line(span(text, cut=None)), cells)


def _sentence(text: str) -> str:
    """Begin a text with a capital, and take the full stop from its end."""
    return (text[:1].upper() + text[1:]).rstrip(".")


def _move(movement: Movement, name: str, unit: str) -> str:
    """Describe a movement: ``Worse by 8.1 points on Q2 2018/19 (39.4%, 13 of 33)``."""
    # A change would give the hidden number away (docs/public.md).
    if movement.hidden:
        return f"Not compared with {name}: small numbers are hidden"
    if movement.against is None or movement.change is None:
        return f"Nothing to compare with {name}"
    count = movement.against.count
    said = words.movement(movement)
    where = f"{words.rate(count, unit)}, {words.fraction(count)}"
    joined = "as in" if said == "same" else "on"
    return f"{said[:1].upper()}{said[1:]} {joined} {movement.against.period.shown} ({where})"


# --- tables --------------------------------------------------------------------------------------


def _periods(entry: Entry, cells: int) -> Iterator[Line]:
    """Draw every period, newest first, what happened in them, and whole years."""
    if not entry.history:
        yield line(span("No period has a value.", "dim"))
        return
    # One table, so that both parts have the same columns; the line with the year to date
    # comes between them.
    latest = [_period(point, entry) for point in reversed((*entry.history, *entry.provisional))]
    years = [_period(point, entry) for point in reversed(entry.whole_years)]
    head: Head = (
        ("Period", "left"),
        ("Value", "right"),
        ("Count", "right"),
        ("Target", "right"),
        ("Status", "left"),
        ("Left out", "right"),
    )
    lines = table(head, [*latest, *years], cells, give=5)
    yield from lines[: 1 + len(latest)]
    yield from _events(entry, cells)
    if entry.year_to_date is not None:
        yield from wrap(line(*_year_to_date(entry, entry.year_to_date)), cells)
    if years:
        yield line(span("Whole years", "head"))
        yield from lines[1 + len(latest) :]


def _events(entry: Entry, cells: int) -> Iterator[Line]:
    """Draw what happened in the periods that carry the mark of an event."""
    for point in reversed((*entry.history, *entry.provisional)):
        for told in words.events(entry.indicator, point.period):
            yield from wrap(line(span(f"{EVENT} ", "head"), span(told, cut=None)), cells, 2)


def _year_to_date(entry: Entry, count: Count) -> Iterator[Span]:
    yield span("Year to date  ", "head")
    yield span(words.rate(count, entry.indicator.unit), "strong")
    yield span(f"  {words.fraction(count)}")


def _period(point: Point, entry: Entry) -> list[Line]:
    """Build the cells of a period: name, value, fraction, target, colour and cases left out."""
    target = "" if point.target is None else words.percent(point.target, entry.indicator.unit)
    left_out = words.amount(sum(point.count.excluded.values()))
    hollow = f" {HOLLOW}" if point.status == "provisional" else ""
    hollow += f" {EVENT}" if words.events(entry.indicator, point.period) else ""
    tone: Tone = "strong" if point == entry.point else "text"
    return [
        line(span(f"{point.period.shown}{hollow}", tone)),
        line(span(rate_or_dash(point.count, entry.indicator.unit), tone)),
        line(span(words.fraction(point.count))),
        line(span(target)),
        rag_mark(point.rag, short=True),
        line(span(left_out if left_out != "0" else "")),
    ]


def _variants(entry: Entry, cells: int) -> Iterator[Line]:
    """Draw the value by each definition, and a note to those that need one."""
    head: Head = (
        ("Definition", "left"),
        ("Value", "right"),
        ("Count", "right"),
        ("Status", "left"),
        ("Points", "right"),
    )
    as_reported: list[Line] = [
        line(span("As reported", "strong")),
        line(span(words.rate(entry.point.count, entry.indicator.unit), "strong")),
        line(span(words.fraction(entry.point.count))),
        rag_mark(entry.judgement.rag, short=True),
        BLANK,
    ]
    rows = [as_reported, *(_variant(one, entry) for one in entry.variants)]
    yield from table(head, rows, cells)
    for one in entry.variants:
        text = one.problem or one.note
        if text:
            named = line(span(f"{one.title}: ", "dim"), span(text, "dim", cut=None))
            yield from wrap(named, cells, 2)


def _variant(one: VariantCount, entry: Entry) -> list[Line]:
    """Build the cells of a definition: title, value, fraction, colour, and the difference."""
    if one.count is None:
        return [line(span(one.title)), line(span(DASH, "dim")), BLANK, BLANK, BLANK]
    points = "" if one.points is None else words.signed(one.points)
    return [
        line(span(one.title)),
        line(span(words.rate(one.count, entry.indicator.unit))),
        line(span(words.fraction(one.count))),
        rag_mark(one.rag, short=True),
        line(span("same" if one.points == 0 else points, "dim")),
    ]


def _not_counted(entry: Entry, cells: int) -> Iterator[Line]:
    """Draw who is in the denominator alone, by outcome, then who is left out, by reason."""
    if entry.not_counted:
        yield line(span("In the count, and not counted as met:", "dim"))
        yield from tallied(entry, entry.not_counted, cells)
    excluded = entry.point.count.excluded
    if excluded:
        yield line(span("Left out of the count:", "dim"))
        yield from tallied(entry, excluded, cells)
    if not entry.not_counted and not excluded:
        yield line(span("Nobody is left out.", "dim"))


def _answers(target: Target) -> Iterator[str]:
    """Yield who set the target, who owns it and when it is reviewed, as far as is known."""
    if target.national:
        yield "a national target"
    if target.owner:
        yield f"owned by {target.owner}"
    if target.review is not None:
        yield f"to be reviewed on {words.day(target.review)}"


def _definition(entry: Entry, cells: int) -> Iterator[Line]:
    """Draw the definition in words, the target with its reason, and the source."""
    about = entry.indicator
    # These texts may repeat one another: each is shown once.
    texts = tuple(dict.fromkeys(filter(None, (about.definition, about.rule.note, about.note))))
    for text in texts:
        for paragraph in text.strip().split("\n\n"):
            yield from wrap(line(span(paragraph, cut=None)), cells)
    if not texts:
        yield line(span("The catalogue holds no definition in words.", "dim"))
    if entry.target is not None:
        target = line(span(f"Target {words.target(entry)}: ", "dim"))
        reason = span(entry.target.reason or "no reason is given", cut=None)
        yield from wrap((*target, reason), cells)
        if answers := ", ".join(_answers(entry.target)):
            yield from wrap(line(span(_sentence(answers) + ".", "dim", cut=None)), cells)
    if entry.indicator.source:
        source = line(span("Source: ", "dim"), span(entry.indicator.source, cut=None))
        yield from wrap(source, cells)

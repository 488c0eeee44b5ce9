"""The board: every indicator counted, judged and compared as on one date.

Front ends read the board and nothing else, and compute nothing (contract, section 1).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from math import isnan
from typing import Any

import narwhals as nw

from kpitui import words
from kpitui.cases import weights
from kpitui.cohorts import COHORTS, tables_of
from kpitui.commentary import notes, overdue
from kpitui.council import Council, elsewhere
from kpitui.counts import RuleTally, Tally, tallies, window_months
from kpitui.judge import comparators, direction, interval, process_chart, rag
from kpitui.judge.targets import target_in_force
from kpitui.model import (
    HIDDEN,
    Board,
    Comparator,
    Count,
    Entry,
    Indicator,
    Issue,
    Judgement,
    Movement,
    Note,
    Point,
    Restated,
    Rule,
    Source,
    Status,
    VariantCount,
)
from kpitui.periods import Period, between, holding, latest_complete, month_start
from kpitui.public.asides import public_figures, public_notes, public_source
from kpitui.public.people import of_children, of_people
from kpitui.published import read_said, restated
from kpitui.tables.known import Frames
from kpitui.tables.schema import TABLES
from kpitui.text import hint

LONGEST_HISTORY = 25  # years; used where the config has no `history_from`

NOTHING = Count(0, 0)


class NotYet(ValueError):
    """Raised for a period that starts after the board's date."""


def build(
    council: Council,
    as_at: date | None = None,
    period: Period | None = None,
    only: Indicator | None = None,
    public: bool = False,
) -> Board:
    """Build the board as it would have read on `as_at`, by default the meeting's date.

    `period` defaults to the last complete quarter. `only_indicator` limits the board to one
    indicator. A missing or broken table affects only the indicators that need it: their entries
    carry the problem. `public_view` hides small counts of children and every figure that would
    reveal them (`kpitui.disclosure`).

    Raises PeriodNotStarted if the period begins after `as_at`.
    """
    day = as_at or council.settings.meeting()
    chosen = period or latest_complete(day)
    if chosen.start > day:
        raise NotYet(f"{chosen.shown} begins after {day}: nothing of it is known yet")
    shown = council.settings.indicators if only is None else (only,)
    return _Desk(council, day, chosen, public).board(shown)


def check(council: Council) -> tuple[tuple[Issue, ...], Board]:
    """Return every issue in the tables and the config, and the meeting's board."""
    day = council.settings.meeting()
    desk = _Desk(council, day, latest_complete(day), public=False)
    board = desk.board(council.settings.indicators)
    return (*board.issues, *_misfits(board, desk)), board


def _misfits(board: Board, desk: _Desk) -> Iterable[Issue]:
    """Yield an issue for each thing that the config asks of a table and the table cannot answer."""
    file, told = str(desk.settings.file), set(desk.tables.problems.values())
    for why in desk.elsewhere.values():
        yield Issue(file, f"council.la_code: {why}")
    for entry in board.entries:
        name = f"indicators.{entry.indicator.id}"
        variants = ((f"{name}.variants.{one.id}", one.problem) for one in entry.variants)
        for asked, problem in ((name, entry.problem), *variants):
            # A missing or broken table is among the table issues already: report it once, not once
            # for every indicator that needs it.
            if problem and problem not in told:
                yield Issue(file, f"{asked}: {problem}")
        if problem := _no_look_back(entry.indicator, desk.frames):
            yield Issue(file, f"{name}.look_back: {problem}")


def _no_look_back(indicator: Indicator, frames: Frames) -> str:
    """Say why an indicator's look-back cannot be checked, or return an empty text."""
    back = indicator.look_back
    if back is None:
        return ""
    if back.table not in frames:
        return f"there is no table {back.table}{hint(back.table, frames)}"
    schema = frames[back.table].collect_schema()
    if back.column not in schema:
        return f"{back.table} has no column {back.column}{hint(back.column, schema)}"
    return "" if schema[back.column] == nw.Date else f"{back.column} of {back.table} is no date"


class _Desk:
    """Builds one board from the tables as they were known on its date."""

    def __init__(self, council: Council, as_at: date, period: Period, public: bool) -> None:
        self.settings = council.settings
        self.as_at, self.period, self.public = as_at, period, public
        self.frames: Frames = council.known(as_at)
        self.neighbours = council.neighbours(as_at)
        self.tables = council.tables
        sources = (_aged(source, self.frames) for source in council.tables.sources)
        self.sources = tuple(map(public_source, sources) if public else sources)
        published = _rows(self.frames, "published_series")
        # The table has no horizon in `tables.as_known_on`: its rows count from the day they were
        # published, not from the period that they cover.
        self.published = comparators.known_rows(published, as_at)
        self.notes = _rows(self.frames, "commentary")
        self.said, self.unread = read_said(self.settings.published)
        self.elsewhere = elsewhere(self.frames, self.settings.la_code)

    def board(self, indicators: Sequence[Indicator]) -> Board:
        """Count and judge the indicators, and return their board."""
        return Board(
            council=self.settings.council,
            as_at=self.as_at,
            period=self.period,
            entries=self._entries(indicators),
            sources=self.sources,
            # Issues quote rows, and rows may be about children.
            issues=() if self.public else (*self.tables.issues, *self.unread),
            made_up=tuple(dict.fromkeys(one.table for one in self.sources if one.made_up)),
            public=self.public,
            views=self.settings.views,
            opens_at=self.settings.opens_at,
        )

    def _entries(self, indicators: Sequence[Indicator]) -> tuple[Entry, ...]:
        """Count and judge indicators, in the order given.

        A public board counts every indicator of the council, so that a page about one of them hides
        what the page of all hides. It judges the public counts, never the internal ones.
        """
        about = self.settings.indicators if self.public else indicators
        la_code, problems = self.settings.la_code, self.tables.problems
        known = (self.frames, la_code, self.as_at)
        found = tallies(about, *known, problems, self.tables.unreadable)
        if self.public:
            # Imported late: most boards are not public.
            from kpitui.public.tallies import public_tallies

            found = public_tallies(about, found, *known)
        return tuple(self._entry(one, found[one.id]) for one in indicators)

    def _entry(self, indicator: Indicator, found: Tally) -> Entry:
        own = found.rules.get(indicator.rule.id)
        history = self._history(indicator, found, own)
        point = history[-1]
        chart, chart_reason = process_chart.chart(indicator, history)
        compared = self._comparators(indicator)
        wanted = _tables(indicator)
        used = [source for name in wanted for source in self.sources if source.table == name]
        written = self._notes(indicator)
        judgement = self._judge(indicator, point)
        return Entry(
            indicator=indicator,
            point=point,
            target=target_in_force(indicator, point.period),
            judgement=judgement,
            movement=self._movement(indicator, own, point, point.period.previous),
            year_movement=self._movement(indicator, own, point, point.period.year_earlier),
            history=history,
            provisional=self._provisional(indicator, own),
            whole_years=self._whole_years(indicator, own, history),
            year_to_date=own.year_to_date(point.period) if own else None,
            restated=self._restated(indicator, own) if own else (),
            variants=tuple(_variant(rule, found, point, indicator) for rule in indicator.variants),
            variant_history={
                rule.id: tuple(found.rules[rule.id].count(each.period) for each in history)
                for rule in indicator.variants
                if rule.id in found.rules
            },
            not_counted=own.gone(point.period) if own else {},
            comparators=compared,
            published=self._own_published(indicator, own),
            funnel=comparators.funnel(indicator, point.count, compared),
            chart=chart,
            chart_reason=chart_reason,
            notes=written,
            sources=tuple(used),
            warnings=tuple(self._warnings(indicator, used, point.period)),
            problem=found.problems.get(indicator.rule.id, ""),
            # A period that is still running ends after `as_at`: its data is not a negative age.
            data_age_days=max(0, (self.as_at - point.period.end).days),
            made_up=any(source.made_up for source in used),
            overdue=overdue(written, self.as_at),
            reason_missing=self._reason_missing(judgement, written),
            of_people=of_people(indicator),
        )

    def _history(
        self, indicator: Indicator, found: Tally, own: RuleTally | None
    ) -> tuple[Point, ...]:
        """Return the points from the start of the history to the board's period, oldest first.

        The history starts where the config says, or else with the first dated case, but at most
        LONGEST_HISTORY_YEARS financial years back.
        """
        first = self.period
        if self.settings.history_from is not None:
            first = holding(self.settings.history_from.start, self.period.kind)
        elif found.first_month is not None:
            years = Period("year", self.period.financial_year - LONGEST_HISTORY)
            start = max(month_start(found.first_month), years.start)
            first = holding(start, self.period.kind)
        periods = between(min(first, self.period), self.period)
        return tuple(self._point(indicator, own, period) for period in periods)

    def _point(self, indicator: Indicator, own: RuleTally | None, period: Period) -> Point:
        """Return the point of a period. Without a tally its count is 0 of 0."""
        count = own.count(period) if own else NOTHING
        aim = target_in_force(indicator, period)
        target = None if aim is None else aim.value
        # Monthly and incomplete figures are provisional (contract, section 3).
        official = period.kind != "month" and period.complete(self.as_at)
        status: Status = "official" if official else "provisional"
        return Point(period, status, count, target, rag.colour_of(indicator, count, target))

    def _provisional(self, indicator: Indicator, own: RuleTally | None) -> tuple[Point, ...]:
        """Return the months completed since the period, if the period is the latest quarter."""
        if self.period != latest_complete(self.as_at) or own is None:
            return ()
        last = latest_complete(self.as_at, "month")
        first = Period("month", self.period.last_month + 1)
        return tuple(self._point(indicator, own, month) for month in between(first, last))

    def _whole_years(
        self, indicator: Indicator, own: RuleTally | None, history: Sequence[Point]
    ) -> tuple[Point, ...]:
        """Return the financial years of the history that were complete on the date."""
        first = holding(history[0].period.start, "year")
        last = min(holding(self.period.end, "year"), latest_complete(self.as_at, "year"))
        if own is None:
            return ()
        return tuple(self._point(indicator, own, year) for year in between(first, last))

    def _movement(
        self, indicator: Indicator, own: RuleTally | None, now: Point, before: Period
    ) -> Movement:
        """Compare a point with the same indicator's value in an earlier period."""
        earlier = self._point(indicator, own, before)
        return direction.movement(now, earlier, indicator.polarity, indicator.dead_band)

    def _judge(self, indicator: Indicator, point: Point) -> Judgement:
        """Judge a point: colour, cases to the target, interval and printed value."""
        count, target = point.count, point.target
        colour, reason = rag.rag(indicator, count, target)
        # The cases that could change sides: the uncounted ones where high is good, else the counted
        # ones.
        changing: Sequence[float] = ()
        # With a base the denominator is a headcount, so the weights of the cases do not add up to
        # it.
        weighed = indicator.rule.weight is not None and indicator.rule.base is None
        # A weight belongs to one case: using it would tell something about each child.
        open_to_all = not self.public or not of_children(indicator)
        if weighed and open_to_all and colour in ("amber", "red"):
            low, la_code = indicator.polarity == "low", self.settings.la_code
            changing = weights(indicator.rule, self.frames, la_code, point.period, counted=low)
        needed = rag.cases_to_target(indicator, count, target, changing)
        # What one case is worth, and Wilson's interval, need a proportion in which every case
        # counts as one.
        plain = indicator.rule.weight is None and indicator.rule.base is None and not count.hidden
        return Judgement(
            rag=colour,
            reason=reason,
            printed=rag.printed(indicator, count, target),
            to_target=_to_target(indicator, needed),
            one_case=interval.one_case(count.denominator) if plain else None,
            interval=interval.wilson(count.numerator, count.denominator) if plain else None,
        )

    def _published(self, indicator: Indicator) -> list[comparators.Row]:
        # Published files name an indicator by its id or by its code.
        return [row for row in self.published if row["indicator"] in (indicator.id, indicator.code)]

    def _own_published(self, indicator: Indicator, own: RuleTally | None) -> tuple[Comparator, ...]:
        """Return the council's own published figures; in public, none that reveals a count."""
        found = comparators.series(self._published(indicator), self.settings.council)
        return public_figures(found, own) if self.public else found

    def _restated(self, indicator: Indicator, own: RuleTally) -> tuple[Restated, ...]:
        """Return the periods whose count differs from the one last saved by `publish`.

        A public board says that a period was restated but hides the earlier count: the difference
        between the two may be a few children.
        """
        found = restated(self.said, indicator.id, partial(RuleTally.count, own), self.as_at)
        if not self.public or not of_children(indicator):
            return found
        hidden = Count(HIDDEN, HIDDEN)
        return tuple(replace(one, then=hidden, now=own.count(one.period)) for one in found)

    def _notes(self, indicator: Indicator) -> tuple[Note, ...]:
        found = notes(self.notes, indicator, self.period)
        return public_notes(found, of_children(indicator)) if self.public else found

    def _comparators(self, indicator: Indicator) -> tuple[Comparator, ...]:
        """Return England, the region and the neighbours' averages, or why each has no figure."""
        rows = self._published(indicator)
        areas = ["England", *([self.settings.region] if self.settings.region else [])]
        ours = comparators.neighbours(rows, self.neighbours.names, self.neighbours.model)
        return comparators.compare(rows, areas) + ours

    def _reason_missing(self, judgement: Judgement, written: Iterable[Note]) -> bool:
        """Say whether a red indicator lacks a written reason for this period.

        A council without a commentary table is not asked for reasons.
        """
        reasons = (note for note in written if note.kind == "reason")
        owed = judgement.rag == "red" and "commentary" in self.tables.frames
        return owed and all(note.period != self.period for note in reasons)

    def _warnings(
        self, indicator: Indicator, used: Sequence[Source], period: Period
    ) -> Iterable[str]:
        """Yield, in words, what a reader should know before relying on the figure."""
        if self._history_short(indicator):
            yield "history too short"
        yield from (told for name, told in self.elsewhere.items() if name in _tables(indicator))
        newest = _newest(used)
        present = {source.table for source in used}
        yield from self._late(newest)
        # The figure is compared with the period before and with that of a year ago, so a break
        # anywhere in that year matters.
        for event in words.events(indicator, period, period.year_earlier):
            yield f"{event} - what was before may not compare"
        # Several files of one table give one warning, by the latest of them.
        for source in newest:
            if source.last_event is not None and source.last_event < period.start:
                yield f"{source.table} says nothing after {source.last_event}, before the period"
        for name in _help(indicator):
            if name not in present:
                yield f"no table {name}: what it would say of a case is not known"
        if indicator.note:
            yield indicator.note

    def _late(self, used: Iterable[Source]) -> Iterable[str]:
        """Yield a warning for each source that is older than the config's `stale` limit allows."""
        for source in used:
            limit = self.settings.stale.get(source.table)
            if limit is None or source.last_event is None:
                continue
            days = (self.as_at - source.last_event).days
            if days > limit:
                over = f"{days - limit:,.0f} more than it may be"
                yield f"{source.table} is late: its last event is {days:,} days old, {over}"

    def _history_short(self, indicator: Indicator) -> bool:
        """Say whether the look-back table starts too late for the indicator's window.

        With too little history a repeat may be missed, so the figure reads too low (definitions.md,
        RR12).
        """
        back = indicator.look_back
        if back is None or back.table not in self.frames:
            return False
        if self.frames[back.table].collect_schema().get(back.column) != nw.Date:
            return False
        column = nw.col(back.column)
        first = self.frames[back.table].select(column.min()).collect().item()
        month, _ = window_months(indicator.rule.window, self.period)
        return first is not None and first > month_start(month - back.months)


def _variant(rule: Rule, found: Tally, point: Point, indicator: Indicator) -> VariantCount:
    """Count a rival definition and compare it with the main figure.

    A variant without a tally has no count and carries the problem instead.
    """
    if rule.id not in found.rules:
        problem = found.problems.get(rule.id, "")
        return VariantCount(rule.id, rule.title, rule.note, None, "none", None, None, problem)
    count = found.rules[rule.id].count(point.period)
    value, main = count.value, point.count.value
    return VariantCount(
        id=rule.id,
        title=rule.title,
        note=rule.note,
        count=count,
        rag=rag.colour_of(indicator, count, point.target),
        points=None if value is None or main is None else value - main,
        # A hidden number is NaN, and so is every difference from it; front ends expect None.
        cases=None if isnan(cases := count.numerator - point.count.numerator) else cases,
    )


def _to_target(indicator: Indicator, needed: int | None) -> str | None:
    """Put the cases needed into words, ``3 more children``; None where no case is needed."""
    if not needed:
        return None
    more = "more" if indicator.polarity == "high" else "fewer"
    return f"{needed:,} {more} {indicator.noun[needed != 1]}"


def _tables(indicator: Indicator) -> list[str]:
    """Return the tables that an indicator's main rule reads, each once."""
    names = [*tables_of(indicator.rule.cohort), *_help(indicator)]
    return list(dict.fromkeys(names))


def _help(indicator: Indicator) -> tuple[str, ...]:
    """Return the tables that add to the cohort's cases but may be empty."""
    return COHORTS[indicator.rule.cohort.name].helped_by


def _aged(source: Source, frames: Frames) -> Source:
    """Return a source with the date of its latest event as known on the board's date.

    Of several files of one table each keeps its own date, cut off at what was known.
    """
    columns = list(TABLES[source.table].events) if source.table in TABLES else []
    if source.problem or not columns:
        return source
    latest = frames[source.table].select(*(nw.col(name).max() for name in columns)).collect()
    found = [value for value in latest.row(0) if value is not None]
    if source.last_event is not None:
        found = [min(source.last_event, max(found))] if found else []
    return replace(source, last_event=max(found, default=None))


def _newest(sources: Iterable[Source]) -> Sequence[Source]:
    """Return one source for each table: the one with the latest event."""
    ordered = sorted(sources, key=lambda source: source.last_event or date.min)
    return list({source.table: source for source in ordered}.values())


def _rows(frames: Frames, table: str) -> list[dict[str, Any]]:
    return list(frames[table].collect().iter_rows(named=True))

"""Small boards made by hand, and the briefings that they give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import polars as pl

from kpitui.commentary import find_overdue_actions
from kpitui.config.profiles import BriefingProfile
from kpitui.judge import direction, interval, rag
from kpitui.model.board import (
    Board,
    CommentaryNote,
    Comparator,
    Count,
    Entry,
    HistoryPoint,
    Judgement,
    Restatement,
    TableSource,
    VariantCount,
)
from kpitui.model.catalogue import CohortCall, Indicator, Polarity, Rule, SeriesBreak, Target
from kpitui.model.drilldown import GradeChange, IndicatorCases, IndicatorChange, PeriodChanges
from kpitui.model.issues import Issue, create_message
from kpitui.model.periods import Period, parse_period
from kpitui.report.briefing.composer import Briefing, compose_briefing

MEETING = date(2019, 3, 25)
NOW, BEFORE, YEAR_AGO = (parse_period("2018-19 Q3"), parse_period("2018-19 Q2"), parse_period("2017-18 Q3"))
SOURCE = TableSource("schools", "data/schools.csv", 9, 9, 0, date(2019, 2, 28), None)
HOSTILE = "=cmd()|'[x](http://a.b)</td><script>*#_\x1b[31m\u202e"


def note(
    kind: str,
    text: str,
    period: Period = NOW,
    written_on: str = "2019-03-14",
    due: str | None = None,
    author: str = "The team",
    owner: str = "",
    closed: str | None = None,
) -> CommentaryNote:
    day = date.fromisoformat
    due_on, closed_on = (None if day_text is None else day(day_text) for day_text in (due, closed))
    return CommentaryNote(period, kind, text, author, day(written_on), due_on, owner, closed_on)


def entry(
    code: str,
    now: tuple[float, float] = (8, 10),
    before: tuple[float, float] = (7, 10),
    *,
    target: float | None = 75.0,
    polarity: Polarity = "high",
    notes: tuple[CommentaryNote, ...] = (),
    theme: str = "Schools",
    hostile: str = "",
    problem: Issue | None = None,
    made_up: bool = False,
    table: str = "schools",
    restated: tuple[Restatement, ...] = (),
) -> Entry:
    """An indicator with two quarters and the year before; 5 points of tolerance."""
    indicator = Indicator(
        id=code.lower(),
        code=code,
        title=f"Title of {code}{hostile}",
        theme=f"{theme}{hostile}",
        polarity=polarity,
        rule=Rule(code.lower(), code, CohortCall("schools"), "period", ()),
        noun=("school", f"schools{hostile}"),
        definition=f"The first sentence{hostile}. And a second.",
        source=f"A source{hostile}",
        targets=() if target is None else (Target(target, reason=f"Because{hostile}"),),
        tolerance=5.0,
        breaks=(SeriesBreak(date(2018, 8, 1), f"the framework changed{hostile}"),) if hostile else (),
    )
    counts = {YEAR_AGO: Count(5, 10), BEFORE: Count(*before), NOW: Count(*now, {"closed": 1})}
    points = {period: _point(indicator, period, count, target) for period, count in counts.items()}
    point = points[NOW]
    colour, reason = rag.judge_rag(indicator, point.count, target)
    comparators = (
        Comparator("England", "2017-18", 81.2, "", f"DfE{hostile}", date(2018, 11, 1), "close"),
        Comparator("South East", "", None, "", "", None, "", create_message("comparator-not-published")),
        Comparator("Statistical neighbours", "", None, "", "", None, "", create_message("comparator-not-published")),
    )
    return Entry(
        indicator=indicator,
        point=point,
        target=indicator.targets[0] if indicator.targets else None,
        judgement=Judgement(
            rag="none" if problem else colour,
            reason=reason,
            printed_value=rag.choose_printed_value(indicator, point.count, target),
            cases_to_target=1 if colour in ("amber", "red") else None,
            points_per_case=interval.compute_one_case_points(now[1]),
            chance_interval=interval.compute_wilson_interval(*now),
        ),
        movement=direction.compare_points(point, points[BEFORE], polarity, 0.05),
        year_movement=direction.compare_points(point, points[YEAR_AGO], polarity, 0.05),
        history=(points[YEAR_AGO], points[BEFORE], point),
        provisional_points=(_point(indicator, parse_period("2018-19 M10"), Count(3, 4), target, official=False),),
        complete_years=(_point(indicator, parse_period("2017-18"), Count(20, 40), target),),
        year_to_date=None,
        restatements=restated,
        variants=(VariantCount("other", f"Another{hostile}", "", Count(1, 2), "none", -30.0, -7.0),),
        variant_history={},
        not_counted={"E5": 2},
        comparators=comparators,
        published_series=(),
        funnel=None,
        process_chart=None,
        no_chart_reason=None,
        commentary_notes=notes,
        sources=(replace(SOURCE, made_up=made_up, table=table),),
        warnings=(create_message("indicator-note", note=f"history too short{hostile}"),) if hostile else (),
        problem=problem,
        data_age_days=84,
        made_up=made_up,
        overdue_actions=find_overdue_actions(notes, MEETING),
        reason_missing=not problem
        and colour == "red"
        and not any(note.kind == "reason" and note.period == NOW for note in notes),
    )


def _point(
    indicator: Indicator, period: Period, count: Count, target: float | None, *, official: bool = True
) -> HistoryPoint:
    colour = rag.judge_colour(indicator, count, target)
    return HistoryPoint(period, "official" if official else "provisional", count, target, colour)


def told(
    *entries: Entry,
    profile: BriefingProfile | None = None,
    public: bool = False,
    hostile: str = "",
    cases: tuple[IndicatorCases, ...] = (),
    came: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] | None = None,
) -> Briefing:
    """The briefing of a board with these indicators and one school that moved."""
    last = date(2019, 2, 28)
    board = Board(
        council_name=f"Wokingham{hostile}",
        as_at=MEETING,
        period=NOW,
        entries=entries,
        sources=tuple(dict.fromkeys(source for entry in entries for source in entry.sources)),
        issues=(),
        made_up_tables=tuple(source.table for entry in entries for source in entry.sources if source.made_up),
        is_public=public,
    )
    moved = GradeChange("109840", f"Keep Hatch{hostile}", "Primary", "Good", "Outstanding", last, "schools")
    cases_moved = tuple(
        IndicatorChange(entry, entry.history[1], entry.point, entry.movement, *came[entry.indicator.code], (), {})
        for entry in entries
        if came and entry.indicator.code in came
    )
    changes = PeriodChanges(board, BEFORE, NOW, cases_moved, (moved,))
    return compose_briefing(board, changes, profile or BriefingProfile(), cases)


def hostile_briefing(*, public: bool = False) -> Briefing:
    """Every text that data can hold is hostile."""
    notes = (
        note("reason", f"Why{HOSTILE}", author=f"Who{HOSTILE}"),
        note("action", f"What{HOSTILE}", due="2019-05-01"),
        note("question", f"Whether{HOSTILE}", BEFORE, "2019-01-05"),
        note("answer", f"Indeed{HOSTILE}"),
    )
    restatement = Restatement(BEFORE, date(2018, 12, 1), Count(6, 10), Count(7, 10))
    red = entry("A1", (5, 10), notes=notes, hostile=HOSTILE, made_up=True, restated=(restatement,))
    columns = ("urn", "name", "numerator", "denominator", "counted", "left_out_because")
    row = (f"1{HOSTILE}", f"School{HOSTILE}", 1, 1, True, None)
    rows = IndicatorCases(red, red.indicator.rule, NOW, pl.DataFrame([row], columns, orient="row"), "urn")
    profile = BriefingProfile("p", f"Title{HOSTILE}", f"Committee{HOSTILE}", f"Audience{HOSTILE}")
    return told(
        red,
        entry("B2", (9, 10), hostile=HOSTILE),
        profile=profile,
        public=public,
        hostile=HOSTILE,
        cases=() if public else (rows,),
    )

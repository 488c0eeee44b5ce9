"""What moved between two periods: indicators, named schools and settings, and cases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kpitui.behind import Changes, Moved, Regraded
from kpitui.board import build
from kpitui.cases import cases, held_on, lines
from kpitui.cohorts import COHORTS
from kpitui.cohorts import build as build_cohort
from kpitui.council import Council
from kpitui.judge.direction import movement
from kpitui.model import Board, CohortCall, Entry
from kpitui.periods import Period
from kpitui.tables.known import Frames
from kpitui.words import GRADE_WORDS

NOT_OPEN = "not open"


def changes(council: Council, board: Board, before: Period, after: Period) -> Changes:
    """Compare two periods, both as known on the board's date.

    The changes of a public board are public too: they do not say which children came and went.

    Raises `board.PeriodNotStarted` for a period that begins after that date.
    """
    earlier = build(council, board.as_at, before, public=board.public)
    shown = tuple(entry.indicator for entry in board.entries)
    # A board of one indicator or of another period cannot stand in for the later board.
    whole = board.period == after and shown == council.settings.indicators
    later = board if whole else build(council, board.as_at, after, public=board.public)
    pairs = zip(earlier.entries, later.entries, strict=True)
    return Changes(
        board=later,
        before=before,
        after=after,
        moved=tuple(_moved(council, later, old, new) for old, new in pairs),
        regraded=tuple(_regraded(council, board, before, after)),
    )


def _moved(council: Council, board: Board, old: Entry, new: Entry) -> Moved:
    about = new.indicator
    came, went = _came_and_went(council, board, old, new)
    return Moved(
        entry=new,
        before=old.point,
        after=new.point,
        movement=movement(new.point, old.point, about.polarity, about.dead_band),
        came=came,
        went=went,
        gone_to=new.not_counted,
    )


def _came_and_went(
    council: Council, board: Board, old: Entry, new: Entry
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the subjects in the later period alone and in the earlier alone, each list sorted.

    Both are empty for events, whose cases do not continue from one period to the next, for schools
    and settings, which are compared by grade, and where people are hidden.
    """
    cohort = COHORTS[new.indicator.rule.cohort.name]
    hidden = board.public and new.of_people
    if not cohort.states or cohort.in_area or old.problem or new.problem or hidden:
        return (), ()
    here = _subjects(council, board, new, cohort.subject, new.point.period)
    there = _subjects(council, board, old, cohort.subject, old.point.period)
    return tuple(sorted(here - there)), tuple(sorted(there - here))


def _subjects(
    council: Council, board: Board, entry: Entry, subject: str, period: Period
) -> set[str]:
    """Return the subjects of a period's cases that are not left out."""
    rows = lines(cases(council, board, entry, period=period))
    return {str(row[subject]) for row in rows if row["left_out_because"] is None and subject}


def _regraded(council: Council, board: Board, before: Period, after: Period) -> Iterator[Regraded]:
    """Yield the schools, then the settings, whose grade differs, each group sorted by name."""
    frames = council.known(board.as_at)
    for call, kind in (("schools", "phase"), ("early-years-settings", "type")):
        # A missing table takes only its own comparison with it.
        if any(name in council.tables.problems for name in COHORTS[call].needs):
            continue
        old = _states(call, frames, council.settings.la_code, before)
        new = _states(call, frames, council.settings.la_code, after)
        differing = [urn for urn in {**old, **new} if _grade(old.get(urn)) != _grade(new.get(urn))]
        table = COHORTS[call].needs[0]
        rows = (_row(urn, table, kind, old.get(urn), new.get(urn)) for urn in differing)
        yield from sorted(rows, key=lambda row: (row.name, row.urn))


def _states(
    call: str, frames: Frames, la_code: str, period: Period
) -> dict[str, Mapping[str, Any]]:
    """Return the schools or settings open at a period's end, by URN, each in its state that day."""
    spells = build_cohort(CohortCall(call), frames, la_code)
    found = held_on(spells, period.end).collect().iter_rows(named=True)
    return {row["urn"]: row for row in found}


def _row(
    urn: str,
    table: str,
    kind: str,
    old: Mapping[str, Any] | None,
    new: Mapping[str, Any] | None,
) -> Regraded:
    # A school that opened or closed between the periods has a state in one of them only.
    told = new or old or {}
    return Regraded(
        urn=urn,
        name=told["name"] or urn,
        kind=told[kind] or "",
        before=_grade(old),
        after=_grade(new),
        inspected=new["last_inspection"] if new else None,
        table=table,
    )


def _grade(row: Mapping[str, Any] | None) -> str:
    """Put a grade into words, or say why there is none."""
    if row is None:
        return NOT_OPEN
    return GRADE_WORDS.get(row["grade"] or "", row["ungraded"] or "no grade")

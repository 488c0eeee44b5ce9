"""The JSON that commands print with --json: section 5 of contract.md.

Values are unrounded numbers. A number hidden in a public board is null.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from math import isnan
from typing import TYPE_CHECKING, Any

from kpitui.behind import CaseRestated, Cases, Changes, Moved
from kpitui.cases import lines
from kpitui.model import (
    Board,
    Comparator,
    Count,
    Entry,
    Issue,
    Movement,
    Note,
    Point,
    Restated,
    Source,
    VariantCount,
)
from kpitui.words import SUPPRESSED, events, events_between, limits_rule

if TYPE_CHECKING:
    from kpitui.public.asides import HeldBack

Json = dict[str, Any]


def dumps(document: Any) -> str:
    """Encode a document as indented JSON; dates are ISO 8601, other types raise TypeError."""
    # Names stay readable (Zoë): the console script writes UTF-8 in every locale.
    return json.dumps(document, ensure_ascii=False, indent=2, default=_date)


def status(board: Board) -> Json:
    """Return the document of `kpitui status`: every indicator, without the details of `show`."""
    return _head(board) | {
        "made_up": list(board.made_up),
        "indicators": [indicator(entry) for entry in board.entries],
    }


def show(board: Board, entry: Entry, moved: Sequence[Sequence[CaseRestated]] = ()) -> Json:
    """Return the document of `kpitui show`: one indicator with everything known about it.

    `cases_by_restatement` holds the changed cases of each restated period, in the order of
    `entry.restatements`.
    """
    rule = entry.indicator.rule
    return (
        _head(board)
        | indicator(entry)
        | {
            "definition": entry.indicator.definition,
            "source": entry.indicator.source,
            "window": rule.window,
            "not_counted": _tally(entry.not_counted),
            "comparators": [_comparator(one) for one in entry.comparators],
            "published": [_comparator(one) for one in entry.published],
            "commentary": [_note(note) for note in entry.notes],
            "target_reason": entry.target.reason if entry.target else None,
            "target_owner": entry.target.owner if entry.target else None,
            "target_review": entry.target.review if entry.target else None,
            "target_national": entry.target.national if entry.target else None,
            "year_to_date": _count(entry.year_to_date) if entry.year_to_date else None,
            "restated": [
                # The public view is given no cases of children or staff: the list may be shorter.
                _restated(one, moved[place] if place < len(moved) else ())
                for place, one in enumerate(entry.restated)
            ],
            "whole_years": [_bare_point(one) for one in entry.whole_years],
            "funnel": _funnel(entry),
            "process_chart": _chart(entry),
        }
    )


def indicator(entry: Entry) -> Json:
    """Return one indicator as `status` lists it."""
    about, point, judged = entry.indicator, entry.point, entry.judgement
    return {
        "id": about.id,
        "code": about.code,
        "title": about.title,
        "theme": about.theme,
        "unit": about.unit,
        "polarity": about.polarity,
        "period": str(point.period),
        "period_start": point.period.start,
        "period_end": point.period.end,
        "status": point.status,
        **_count(point.count),
        "excluded": _tally(point.count.excluded),
        "target": point.target,
        "rag": judged.rag,
        "rag_reason": judged.reason,
        "to_target": judged.to_target,
        "one_case": judged.one_case,
        "chance_range": list(judged.interval) if judged.interval else None,
        "direction": entry.movement.direction,
        "change": entry.movement.change,
        "previous": _previous(entry.movement),
        "year_direction": entry.year_movement.direction,
        "year_change": entry.year_movement.change,
        "year_earlier": _previous(entry.year_movement),
        "data_age_days": entry.data_age_days,
        "made_up": entry.made_up,
        "warnings": list(entry.warnings),
        "problem": entry.problem or None,
        "breaks": [
            {"date": one.date, "note": one.note, "restarts": one.restarts} for one in about.breaks
        ],
        "reason_missing": entry.reason_missing,
        "overdue": [_note(note) for note in entry.overdue],
        "sources": [source(one) for one in entry.sources],
        "history": [_point(entry, place) for place in range(len(entry.history))],
        "provisional": [_bare_point(one) for one in entry.provisional],
        "variants": [_variant(one) for one in entry.variants],
    }


def cases(board: Board, found: Cases) -> Json:
    """Return the rows behind a number, with the numerator and denominator they add up to."""
    count = {
        name: sum(row[name] or 0 for row in lines(found))  # type: ignore[misc]
        for name in ("numerator", "denominator")
    }
    return _head(board) | {
        "id": found.entry.indicator.id,
        "code": found.entry.indicator.code,
        "title": found.entry.indicator.title,
        # The main rule is no variant, although it has an id too.
        "variant": None if found.rule is found.entry.indicator.rule else found.rule.id,
        "made_up": found.entry.made_up,
        **count,
        "period": str(found.period),
        "cases": list(lines(found)),
    }


def changes(found: Changes) -> Json:
    """Return what moved between two periods: indicators, events and changed grades."""
    return _head(found.board) | {
        "from": str(found.before),
        "to": str(found.after),
        "indicators": [_moved(one) for one in found.moved],
        "events": events_between(found),
        "grades": [
            {
                "urn": one.urn,
                "name": one.name,
                "kind": one.kind,
                "before": one.before,
                "after": one.after,
                "inspected": one.inspected,
            }
            for one in found.regraded
        ],
    }


def check(
    issues: tuple[Issue, ...], sources: tuple[Source, ...], held_back: Sequence[HeldBack] = ()
) -> Json:
    """Return every issue, the source of each table, and the notes held back from public view."""
    return {
        "issues": [
            {
                "file": one.file,
                "line": one.line,
                "table": one.table,
                "message": one.message,
                "number": one.number,
            }
            for one in issues
        ],
        "sources": [source(one) for one in sources],
        "held_back": [
            {
                "code": one.entry.indicator.code,
                "period": str(one.note.period),
                "kind": one.note.kind,
                "mentions": list(one.mentions),
            }
            for one in held_back
        ],
    }


def source(one: Source) -> Json:
    """Return where a table came from, how many of its rows were used, and how old it is."""
    return {
        "table": one.table,
        "file": one.file,
        "last_event": one.last_event,
        "read": one.read,
        "rows_read": _shown(one.rows_read),
        "rows_used": _shown(one.rows_used),
        "rows_refused": _shown(one.rows_refused),
        "rows_again": _shown(one.rows_again),
        "rows_in_file": None if one.rows_in_file is None else _shown(one.rows_in_file),
        "made_up": one.made_up,
        "problem": one.problem or None,
        "read_as": one.read_as or None,
    }


def _head(board: Board) -> Json:
    head = {"council": board.council, "as_at": board.as_at, "period": str(board.period)}
    # Contract section 5 has no such key, so an internal board leaves it out.
    return head | ({"public": True} if board.public else {})


def _count(count: Count) -> Json:
    """Return the figures of a count; a hidden number is null, and `symbol` says so."""
    return {
        "numerator": _shown(count.numerator),
        "denominator": _shown(count.denominator),
        "value": count.value,
    } | ({"symbol": SUPPRESSED} if count.hidden else {})


def _tally(numbers: Mapping[str, float]) -> dict[str, float | None]:
    return {name: _shown(number) for name, number in numbers.items()}


def _shown(number: float) -> float | None:
    # json.dumps would write NaN for a hidden number, and NaN is not JSON.
    return None if isnan(number) else number


def _point(entry: Entry, place: int) -> Json:
    """Return one period of the history with the figures of every variant."""
    point = entry.history[place]
    variants = {name: _count(counts[place]) for name, counts in entry.variant_history.items()}
    told = events(entry.indicator, point.period)
    return _bare_point(point) | {"variants": variants, "events": told}


def _bare_point(point: Point) -> Json:
    return {
        "period": str(point.period),
        "status": point.status,
        **_count(point.count),
        "rag": point.rag,
        "target": point.target,
        "excluded": _tally(point.count.excluded),
    }


def _variant(one: VariantCount) -> Json:
    # Without a count the keys stay, as null: every variant has the same shape.
    figures = _count(one.count) if one.count else dict.fromkeys(_count(Count(0, 0)))
    return {
        "id": one.id,
        "title": one.title,
        **figures,
        "excluded": _tally(one.count.excluded) if one.count else {},
        "rag": one.rag,
        "points": one.points,
        "cases": one.cases,
        "note": one.note,
        "problem": one.problem or None,
    }


def _previous(moved: Movement) -> Json | None:
    if moved.against is None:
        return None
    return {"period": str(moved.against.period), **_count(moved.against.count)}


def _comparator(one: Comparator) -> Json:
    return {
        "name": one.name,
        "period": one.period or None,
        "value": one.value,
        "symbol": one.symbol or None,
        "source": one.source,
        "published": one.published,
        "basis": one.basis,
        "detail": one.detail,
    }


def _note(note: Note) -> Json:
    return {
        "period": str(note.period),
        "kind": note.kind,
        "text": note.text,
        "author": note.author,
        "written": note.written,
        "due": note.due,
        "owner": note.owner,
        "closed": note.closed,
    }


def _moved(one: Moved) -> Json:
    return {
        "id": one.entry.indicator.id,
        "code": one.entry.indicator.code,
        "title": one.entry.indicator.title,
        "before": _bare_point(one.before),
        "after": _bare_point(one.after),
        "direction": one.movement.direction,
        "change": one.movement.change,
        "came": list(one.came),
        "went": list(one.went),
        "gone_to": _tally(one.gone_to),
        "made_up": one.entry.made_up,
        "problem": one.entry.problem or None,
    }


def _restated(one: Restated, moved: Sequence[CaseRestated]) -> Json:
    return {
        "period": str(one.period),
        "said_on": one.said_on,
        "then": _count(one.then),
        "now": _count(one.now),
        "cases": [{"subject": case.subject, "then": case.then, "now": case.now} for case in moved],
    }


def _funnel(entry: Entry) -> Json | None:
    funnel = entry.funnel
    if funnel is None:
        return None
    against = {"against": funnel.against.name, "period": funnel.against.period}
    return against | {"lower": funnel.lower, "upper": funnel.upper, "says": funnel.says}


def _chart(entry: Entry) -> Json:
    chart = entry.chart
    if chart is None:
        return {"reason": entry.chart_reason}
    return {
        "mean": chart.mean,
        "lower": chart.lower,
        "upper": chart.upper,
        "trial": chart.trial,
        "since": str(chart.since),
        "signals": list(chart.signals),
        "variation": chart.variation,
        "assurance": chart.assurance,
        "rule": limits_rule(chart),
    }


def _date(value: Any) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is not JSON")

"""The rows behind a number: every case of a period, counted, not counted or left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import narwhals as nw

from kpitui.cohorts import COHORTS, build
from kpitui.conditions import holds
from kpitui.council import Council
from kpitui.counts import distinct_column, label, window_months
from kpitui.model import Board, Cases, Entry, Rule, Scalar
from kpitui.periods import Period, month_end, month_start
from kpitui.tables.known import Frame, Frames

LAST_COLUMNS = ("numerator", "denominator", "counted", "left_out_because")
HIDDEN = ("case_date", "case_from", "case_until")


def cases(
    council: Council,
    board: Board,
    entry: Entry,
    variant: str | None = None,
    period: Period | None = None,
) -> Cases:
    """The rows behind a number of the board, in order of subject and date.

    `numerator` and `denominator` are what each row adds to them; `counted` says whether it is in
    the numerator.  Where the denominator is a headcount, the staff in post follow the leavers.
    Raises KeyError for a variant that the indicator does not have.
    """
    rules = {rule.id: rule for rule in entry.indicator.variants}
    rule = rules[variant] if variant else entry.indicator.rule
    when = period or entry.point.period
    if problem_of(entry, variant):
        return Cases(entry, rule, when, LAST_COLUMNS, ())
    frames = council.known(board.as_at)
    rows = _rows(rule, frames, council.settings.la_code, when, board.as_at)
    if rule.base is not None:
        rows += _base_rows(rule, frames, council.settings.la_code, when)
    columns = tuple(dict.fromkeys(name for row in rows for name in row if name not in LAST_COLUMNS))
    columns += LAST_COLUMNS
    cells = tuple(tuple(map(row.get, columns)) for row in rows)
    return Cases(entry, rule, when, columns, cells, COHORTS[rule.cohort.name].subject)


def problem_of(entry: Entry, variant: str | None) -> str:
    """Why there are no rows behind a number, or an empty text."""
    problems = {one.id: one.problem for one in entry.variants}
    return problems[variant] if variant else entry.problem


def weights(
    rule: Rule, frames: Frames, la_code: str, period: Period, counted: bool
) -> Sequence[float]:
    """The weights of the cases of a period that are in the denominator, and counted or not."""
    return [
        row["denominator"]
        for row in _rows(rule, frames, la_code, period, date.max)
        if row["denominator"] and row["counted"] == counted
    ]


def _rows(
    rule: Rule, frames: Frames, la_code: str, period: Period, as_at: date
) -> list[dict[str, Any]]:
    cohort = COHORTS[rule.cohort.name]
    first, last = window_months(rule.window, period)
    found = build(rule.cohort, frames, la_code)
    if rule.of:
        found = found.filter(holds(rule.of))
    if cohort.states:
        found = held_on(label(found, cohort.subject, [rule]), month_end(last))
    else:
        # Distinct subjects are told apart over all the cases that are known by the date.
        found = label(found.filter(nw.col("case_date") <= as_at), cohort.subject, [rule])
        found = found.filter(nw.col("case_date") >= month_start(first))
        found = found.filter(nw.col("case_date") <= month_end(last))
    rows = [_told(row, rule, period) for row in found.collect().iter_rows(named=True)]
    return sorted(rows, key=lambda row: _order(row, cohort.subject))


def _told(row: dict[str, Any], rule: Rule, period: Period) -> dict[str, Scalar | None]:
    """A case as it is shown: its own columns, and what it adds to the number."""
    ending = distinct_column(rule, period.kind)
    numerator, denominator = row[f"_n_0{ending}"] or 0, row[f"_d_0{ending}"] or 0
    left_out = row["_left_0"]
    if left_out is None and rule.distinct and not denominator and not numerator:
        left_out = "another case of the same subject stands for it"
    own = {name: row[name] for name in row if not name.startswith("_") and name not in HIDDEN}
    if rule.base is not None:
        denominator = 0
    return own | {
        "numerator": numerator,
        "denominator": denominator,
        "counted": row["_n_0"] != 0 and numerator != 0,
        "left_out_because": left_out,
    }


def _base_rows(
    rule: Rule, frames: Frames, la_code: str, period: Period
) -> list[dict[str, Scalar | None]]:
    """The staff that a denominator is the average of, each with its share of that average."""
    assert rule.base is not None
    subject = COHORTS[rule.base.name].subject
    first, last = window_months(rule.window, period)
    days = [month_end(first - 1), month_end(last)]
    if rule.base_days == "month ends":
        days = [month_end(month) for month in range(first, last + 1)]
    spells = build(rule.base, frames, la_code).collect().iter_rows(named=True)
    rows = [_share(row, rule, subject, days) for row in spells]
    return sorted((row for row in rows if row["denominator"]), key=lambda row: _order(row, subject))


def _share(
    row: dict[str, Any], rule: Rule, subject: str, days: Sequence[date]
) -> dict[str, Scalar | None]:
    held = [_holds(row, day) for day in days]
    weight = row[rule.weight] if rule.weight else 1
    own = {name: row[name] for name in row if name not in HIDDEN}
    return own | {
        "in_post_from": row["case_from"],
        "days_in_post": f"{sum(held)} of {len(days)}",
        "numerator": 0,
        "denominator": weight * sum(held) / len(days),
        "counted": False,
        "left_out_because": None,
    }


def held_on(frame: Frame, day: date) -> Frame:
    """The spells of a cohort that hold on a day."""
    begun = nw.col("case_from").is_null() | (nw.col("case_from") <= day)
    return frame.filter(begun & (nw.col("case_until").is_null() | (nw.col("case_until") > day)))


def _holds(row: dict[str, Any], day: date) -> bool:
    until = row["case_until"]
    return row["case_from"] <= day and (until is None or until > day)


def _order(row: dict[str, Any], subject: str) -> tuple[str, ...]:
    """By subject, then by the row as it is written: the same in every engine and run."""
    return (str(row.get(subject, "")), *(str(value) for value in row.values()))


def lines(found: Cases) -> Iterator[dict[str, Scalar | None]]:
    """The rows of cases by column name."""
    for row in found.rows:
        yield dict(zip(found.columns, row, strict=True))

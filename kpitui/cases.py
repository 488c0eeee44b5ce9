"""The rows behind a number: the cases counted, not counted and left out.

Every number on every screen can be opened down to these rows (contract, section 1).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import narwhals as nw
import polars as pl

from kpitui.behind import Cases
from kpitui.cohorts import COHORTS, build
from kpitui.conditions import holds
from kpitui.council import Council
from kpitui.counts import distinct_column, label, window_months
from kpitui.model import Board, Entry, Rule, Scalar
from kpitui.periods import Period, month_end, month_start
from kpitui.tables.known import Frame, Frames

LAST_COLUMNS = ("numerator", "denominator", "counted", "left_out_because")
HIDDEN = ("case_date", "case_from", "case_until")
STANDS_FOR_IT = "another case of the same subject stands for it"


def cases(
    council: Council,
    board: Board,
    entry: Entry,
    variant: str | None = None,
    period: Period | None = None,
) -> Cases:
    """List the rows behind a number of the board, in order of subject and date.

    The columns are the cohort's own, then `numerator` and `denominator` (what each row adds to
    them), `counted` and `left_out_because`. Where the denominator is an average headcount, the
    staff in post follow the leavers. A number that could not be computed has no rows; see
    `explain_missing_rows`.

    Raises KeyError for a variant that the indicator does not have.
    """
    rules = {rule.id: rule for rule in entry.indicator.variants}
    rule = rules[variant] if variant else entry.indicator.rule
    when = period or entry.point.period
    subject = COHORTS[rule.cohort.name].subject
    if problem_of(entry, variant):
        return Cases(entry, rule, when, pl.DataFrame(schema=dict.fromkeys(LAST_COLUMNS, pl.Null)))
    frames, la_code = council.known(board.as_at), council.settings.la_code
    found = _in_order(_rows(rule, frames, la_code, when, board.as_at), subject)
    if rule.base is not None:
        staff = _in_order(_base_rows(rule, frames, la_code, when), COHORTS[rule.base.name].subject)
        found = pl.concat([found, staff], how="diagonal_relaxed")
        # The staff bring columns of their own, which a diagonal concat puts after the measures.
        found = found.select(pl.exclude(LAST_COLUMNS), *LAST_COLUMNS)
    return Cases(entry, rule, when, found, subject)


def problem_of(entry: Entry, variant: str | None) -> str:
    """Say why there are no rows behind a number, or return an empty text."""
    problems = {one.id: one.problem for one in entry.variants}
    return problems[variant] if variant else entry.problem


def weights(
    rule: Rule, frames: Frames, la_code: str, period: Period, counted: bool
) -> Sequence[float]:
    """Return the weights of a period's cases in the denominator, either counted or not counted."""
    found = _rows(rule, frames, la_code, period, date.max)
    wanted = (pl.col("denominator") != 0) & (pl.col("counted") == counted)
    return found.filter(wanted)["denominator"].to_list()


def _rows(rule: Rule, frames: Frames, la_code: str, period: Period, as_at: date) -> pl.DataFrame:
    """Select the cases of a period, each with its own columns and what it adds to the number."""
    cohort = COHORTS[rule.cohort.name]
    first, last = window_months(rule.window, period)
    found = build(rule.cohort, frames, la_code)
    if rule.of:
        found = found.filter(holds(rule.of))
    if cohort.states:
        found = held_on(label(found, cohort.subject, [rule]), month_end(last))
    else:
        # Label first, then narrow to the window: which case stands for its subject is decided over
        # all cases known by the date, as it is for the counts.
        found = label(found.filter(nw.col("case_date") <= as_at), cohort.subject, [rule])
        found = found.filter(nw.col("case_date") >= month_start(first))
        found = found.filter(nw.col("case_date") <= month_end(last))
    return _told(found.collect().to_polars(), rule, period)


def _told(found: pl.DataFrame, rule: Rule, period: Period) -> pl.DataFrame:
    """Turn labelled cases into the rows that people see."""
    # The columns that begin with an underscore are those of `counts.label_cases`, for one rule.
    ending = distinct_column(rule, period.kind)
    top, bottom = (pl.col(f"_{name}_0{ending}").fill_null(0) for name in "nd")
    left_out = pl.col("_left_0").cast(pl.String)
    if rule.distinct:
        # A case that adds nothing and was not left out gave way to another of its subject.
        unsaid = left_out.is_null() & (bottom == 0) & (top == 0)
        left_out = pl.when(unsaid).then(pl.lit(STANDS_FOR_IT)).otherwise(left_out)
    return found.select(
        *(name for name in found.columns if not name.startswith("_") and name not in HIDDEN),
        numerator=top,
        # With a base the denominator is a headcount, whose rows `list_cases` adds.
        denominator=bottom if rule.base is None else pl.lit(0),
        counted=(pl.col("_n_0") != 0) & (top != 0),
        left_out_because=left_out,
    )


def _base_rows(rule: Rule, frames: Frames, la_code: str, period: Period) -> pl.DataFrame:
    """List the staff whose average is the denominator, each with its share of that average."""
    assert rule.base is not None
    first, last = window_months(rule.window, period)
    # EA11 averages the headcounts of the day before the window and of its last day; its variant
    # `average-of-months` takes the last day of each month (definitions.md).
    days = [month_end(first - 1), month_end(last)]
    if rule.base_days == "month ends":
        days = [month_end(month) for month in range(first, last + 1)]
    spells = build(rule.base, frames, la_code).collect().to_polars()
    held = pl.sum_horizontal((_held_on(day)).cast(pl.Int64) for day in days)
    weight = pl.col(rule.weight) if rule.weight else pl.lit(1)
    return spells.select(
        pl.exclude(HIDDEN),
        in_post_from="case_from",
        days_in_post=pl.format(f"{{}} of {len(days)}", held),
        numerator=pl.lit(0),
        denominator=weight * held / len(days),
        counted=pl.lit(False),
        left_out_because=pl.lit(None, pl.String),
    ).filter(pl.col("denominator") != 0)


def held_on(frame: Frame, day: date) -> Frame:
    """Keep the spells of a cohort that hold on a day; a spell no longer holds on its end date."""
    begun = nw.col("case_from").is_null() | (nw.col("case_from") <= day)
    return frame.filter(begun & (nw.col("case_until").is_null() | (nw.col("case_until") > day)))


def _held_on(day: date) -> pl.Expr:
    """Build the polars expression for the spells that hold on a day; a start must be given."""
    until = pl.col("case_until")
    return (pl.col("case_from") <= day) & (until.is_null() | (until > day))


def _in_order(frame: pl.DataFrame, subject: str) -> pl.DataFrame:
    """Sort by subject, then by every column from left to right."""
    first = [subject] if subject in frame.columns else []
    rest = (name for name in frame.columns if name not in first)
    # Every column takes part: the streaming engine returns rows in no stable order (contract,
    # section 1).
    return frame.sort([*first, *rest], nulls_last=True)


def lines(found: Cases) -> Iterator[dict[str, Scalar | None]]:
    """Iterate over the rows of cases, each as a mapping from column names."""
    yield from found.frame.iter_rows(named=True)

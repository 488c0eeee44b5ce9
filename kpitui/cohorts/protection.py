"""Children on protection plans: the plans that start, and the visits that each requires."""

from __future__ import annotations

import narwhals as nw

from kpitui.cohorts import spells
from kpitui.cohorts.dates import moved
from kpitui.tables.known import Frame, Frames


def protection_plans(tables: Frames) -> Frame:
    """List each plan that starts, with what the child had before.

    `earlier_end` and `earlier_start` are the latest dates among the child's plans that had started
    before and ended by this start; `ended_within_24_months` and `started_within_24_months` are Y if
    those dates lie in the 24 months before.
    """
    plans = tables["protection_plans"]
    earlier = plans.filter(~nw.col("end_date").is_null()).select(
        "child", _start="start_date", _end="end_date"
    )
    before = (
        plans.select("child", "start_date")
        .join(earlier, on="child")
        .filter(
            # A plan that ends on the day is an earlier one; one that started on it is not.
            (nw.col("_start") < nw.col("start_date")) & (nw.col("_end") <= nw.col("start_date"))
        )
        .group_by("child", "start_date")
        .agg(earlier_end=nw.col("_end").max(), earlier_start=nw.col("_start").max())
    )
    limit = moved("start_date", "-24mo")
    return plans.join(before, on=["child", "start_date"], how="left").with_columns(
        _yes(nw.col("earlier_end") >= limit).alias("ended_within_24_months"),
        _yes(nw.col("earlier_start") >= limit).alias("started_within_24_months"),
        nw.col("start_date").alias("case_date"),
    )


def visit_clocks(tables: Frames, interval: int = 10, days: str = "working") -> Frame:
    """List each visit clock of a plan, dated by the day that the next visit is due.

    A clock starts with the plan, and again with each qualifying visit within it. The next visit is
    due `interval` days (or the plan's own visit_interval) later, in working or calendar `days`.
    `outcome` is: on time, late, plan ended before due. `clock_start` and `next_visit` explain it.
    """
    return _judged(_due(_clocks(tables), tables, interval, days, shift=0))


def visit_clocks_from_the_day(tables: Frames, interval: int = 10) -> Frame:
    """List visit clocks in working days, with the day of the visit as the first day."""
    return _judged(_due(_clocks(tables), tables, interval, "working", shift=-1))


def children_on_plans(tables: Frames, interval: int = 10) -> Frame:
    """List spells on a plan, cut where the child's last qualifying visit becomes too old.

    `up_to_date` is Y while that visit lies within `interval` working days (or the plan's own).
    """
    plans = tables["protection_plans"].with_columns(
        *spells.between(nw.col("start_date"), nw.col("end_date"))
    )
    visits = _qualifying_visits(tables)
    since = visits.with_columns(
        nw.col("visit_date").shift(-1).over("child", order_by="visit_date").alias("_next")
    )
    first = visits.group_by("child").agg(_next=nw.col("visit_date").min())
    no_date = nw.when(nw.lit(False)).then(nw.col("_next"))
    before_first = first.with_columns(no_date.alias("visit_date")).select(
        "child", "visit_date", "_next"
    )
    stretches = nw.concat([since, before_first], how="vertical").rename(
        {"visit_date": "last_visit"}
    )
    current = spells.latest_open(plans, "child", ["start_date"])
    pieces = spells.clipped(
        current.join(stretches, on="child", how="left"), "last_visit", "_next"
    ).drop("_next")
    due = _due(
        pieces.with_columns(clock_start=nw.col("last_visit")), tables, interval, "working", 0
    )
    # The due day itself is still in time.
    stale = due.with_columns(_stale=moved("visit_due", "1d"))
    return spells.split(stale, "_stale", "up_to_date").drop("_stale", "clock_start")


def _qualifying_visits(tables: Frames) -> Frame:
    """Select the visits at which the child was seen, not at school: child, visit_date.

    Two visits on one day are one.
    """
    visits = tables["protection_visits"]
    elsewhere = nw.col("setting").is_null() | (nw.col("setting") != "School")
    return visits.filter((nw.col("seen") == "Y") & elsewhere).select("child", "visit_date").unique()


def _clocks(tables: Frames) -> Frame:
    """Build the clocks of each plan, with `clock_start` and `next_visit`.

    A plan has one for its start and one for each visit from its first day to its last.
    """
    plans = tables["protection_plans"]
    within = (nw.col("visit_date") >= nw.col("start_date")) & (
        nw.col("end_date").is_null() | (nw.col("visit_date") <= nw.col("end_date"))
    )
    visits = plans.join(_qualifying_visits(tables), on="child").filter(within)
    # A visit on the first day meets the first clock and starts the second, so it sorts after it.
    start = plans.with_columns(nw.lit(0).alias("_order"), nw.col("start_date").alias("clock_start"))
    later = visits.with_columns(
        nw.lit(1).alias("_order"), nw.col("visit_date").alias("clock_start")
    )
    clocks = nw.concat([start, later.select(start.collect_schema().names())], how="vertical")
    following = nw.col("clock_start").shift(-1)
    return clocks.with_columns(
        following.over("child", "start_date", order_by=["clock_start", "_order"]).alias(
            "next_visit"
        )
    ).drop("_order")


def _due(clocks: Frame, tables: Frames, interval: int, days: str, shift: int) -> Frame:
    """Add `visit_due`: the working (or calendar) day an interval after `clock_start`."""
    calendar = tables["calendar"]
    # Days are counted in the calendar table, since engines differ in subtracting dates.
    count = "worked" if days == "working" else "number"
    from_day = calendar.select(clock_start="day", _from=count)
    # A weekend has the same count as the working day before it, which is the one to find.
    to_days = calendar.filter(nw.col("working") == "Y") if days == "working" else calendar
    to_day = to_days.select(_to=count, visit_due="day")
    wanted = nw.col("visit_interval").fill_null(interval).cast(nw.Int64) + nw.col("_from") + shift
    return (
        clocks.join(from_day, on="clock_start", how="left")
        .with_columns(wanted.alias("_to"))
        .join(to_day, on="_to", how="left")
        .drop("_from", "_to")
    )


def _judged(clocks: Frame) -> Frame:
    """Add `outcome`, and date each case by its due day."""
    on_time = nw.when(nw.col("next_visit") <= nw.col("visit_due")).then(nw.lit("on time"))
    ended = on_time.when(nw.col("end_date") < nw.col("visit_due"))
    outcome = ended.then(nw.lit("plan ended before due")).otherwise(nw.lit("late"))
    first = ["child", "clock_start", "visit_due", "next_visit", "outcome"]
    judged = clocks.with_columns(outcome.alias("outcome")).filter(~nw.col("visit_due").is_null())
    others = [name for name in judged.collect_schema().names() if name not in first]
    return judged.select(*first, *others, case_date=nw.col("visit_due"))


def _yes(condition: nw.Expr) -> nw.Expr:
    """Build Y for a true condition, and N for any other."""
    return nw.when(condition).then(nw.lit("Y")).otherwise(nw.lit("N"))

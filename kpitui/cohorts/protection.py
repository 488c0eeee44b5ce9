"""Children on protection plans: the plans that start, and the visits that each requires."""

from __future__ import annotations

import narwhals as nw

from kpitui.cohorts import spells
from kpitui.cohorts.date_arithmetic import shift_date
from kpitui.tables.as_known_on import TableFrame, TableFrames


def build_protection_plans(table_frames: TableFrames) -> TableFrame:
    """List each plan that starts, with what the child had before.

    `earlier_end` and `earlier_start` are the latest dates among the child's plans that had started
    before and ended by this start; `ended_within_24_months` and `started_within_24_months` are Y if
    those dates lie in the 24 months before.
    """
    plan_frame = table_frames["protection_plans"]
    ended_plans = plan_frame.filter(~nw.col("end_date").is_null()).select("child", _start="start_date", _end="end_date")
    plans = (
        plan_frame.select("child", "start_date")
        .join(ended_plans, on="child")
        .filter(
            # A plan that ends on the day is an earlier one; one that started on it is not.
            (nw.col("_start") < nw.col("start_date")) & (nw.col("_end") <= nw.col("start_date"))
        )
        .group_by("child", "start_date")
        .agg(earlier_end=nw.col("_end").max(), earlier_start=nw.col("_start").max())
    )
    window_start = shift_date("start_date", "-24mo")
    return plan_frame.join(plans, on=["child", "start_date"], how="left").with_columns(
        _flag_yes_no(nw.col("earlier_end") >= window_start).alias("ended_within_24_months"),
        _flag_yes_no(nw.col("earlier_start") >= window_start).alias("started_within_24_months"),
        nw.col("start_date").alias("case_date"),
    )


def build_visit_clocks(table_frames: TableFrames, interval: int = 10, days: str = "working") -> TableFrame:
    """List each visit clock of a plan, dated by the day that the next visit is due.

    A clock starts with the plan, and again with each qualifying visit within it. The next visit is
    due `interval` days (or the plan's own visit_interval) later, in working or calendar `days`.
    `outcome` is: on time, late, plan ended before due. `clock_start` and `next_visit` explain it.
    """
    return _judge_clocks(_add_due_date(_build_clocks(table_frames), table_frames, interval, days, day_shift=0))


def build_visit_clocks_from_the_day(table_frames: TableFrames, interval: int = 10) -> TableFrame:
    """List visit clocks in working days, with the day of the visit as the first day."""
    return _judge_clocks(_add_due_date(_build_clocks(table_frames), table_frames, interval, "working", day_shift=-1))


def build_children_on_plans(table_frames: TableFrames, interval: int = 10) -> TableFrame:
    """List spells on a plan, cut where the child's last qualifying visit becomes too old.

    `up_to_date` is Y while that visit lies within `interval` working days (or the plan's own).
    """
    plan_spells = table_frames["protection_plans"].with_columns(
        *spells.make_spell_columns(nw.col("start_date"), nw.col("end_date"))
    )
    visits = _select_qualifying_visits(table_frames)
    later_stretches = visits.with_columns(
        nw.col("visit_date").shift(-1).over("child", order_by="visit_date").alias("_next")
    )
    first_visits = visits.group_by("child").agg(_next=nw.col("visit_date").min())
    missing_date = nw.when(nw.lit(False)).then(nw.col("_next"))
    first_stretches = first_visits.with_columns(missing_date.alias("visit_date")).select("child", "visit_date", "_next")
    visit_stretches = nw.concat([later_stretches, first_stretches], how="vertical").rename({"visit_date": "last_visit"})
    plans = spells.keep_latest_open_spells(plan_spells, "child", ["start_date"])
    plan_stretches = spells.clip_spells(
        plans.join(visit_stretches, on="child", how="left"), "last_visit", "_next"
    ).drop("_next")
    due_stretches = _add_due_date(
        plan_stretches.with_columns(clock_start=nw.col("last_visit")), table_frames, interval, "working", 0
    )
    # The due day itself is still in time.
    stretches = due_stretches.with_columns(_stale=shift_date("visit_due", "1d"))
    return spells.split_spells(stretches, "_stale", "up_to_date").drop("_stale", "clock_start")


def _select_qualifying_visits(table_frames: TableFrames) -> TableFrame:
    """Select the visits at which the child was seen, not at school: child, visit_date.

    Two visits on one day are one.
    """
    visit_frame = table_frames["protection_visits"]
    is_not_at_school = nw.col("setting").is_null() | (nw.col("setting") != "School")
    return visit_frame.filter((nw.col("seen") == "Y") & is_not_at_school).select("child", "visit_date").unique()


def _build_clocks(table_frames: TableFrames) -> TableFrame:
    """Build the clocks of each plan, with `clock_start` and `next_visit`.

    A plan has one for its start and one for each visit from its first day to its last.
    """
    plan_frame = table_frames["protection_plans"]
    is_within_plan = (nw.col("visit_date") >= nw.col("start_date")) & (
        nw.col("end_date").is_null() | (nw.col("visit_date") <= nw.col("end_date"))
    )
    plan_visits = plan_frame.join(_select_qualifying_visits(table_frames), on="child").filter(is_within_plan)
    # A visit on the first day meets the first clock and starts the second, so it sorts after it.
    start_clocks = plan_frame.with_columns(nw.lit(0).alias("_order"), nw.col("start_date").alias("clock_start"))
    visit_clocks = plan_visits.with_columns(nw.lit(1).alias("_order"), nw.col("visit_date").alias("clock_start"))
    all_clocks = nw.concat([start_clocks, visit_clocks.select(start_clocks.collect_schema().names())], how="vertical")
    clock_start = nw.col("clock_start").shift(-1)
    return all_clocks.with_columns(
        clock_start.over("child", "start_date", order_by=["clock_start", "_order"]).alias("next_visit")
    ).drop("_order")


def _add_due_date(
    clock_frame: TableFrame, table_frames: TableFrames, interval: int, day_basis: str, day_shift: int
) -> TableFrame:
    """Add `visit_due`: the working (or calendar) day an interval after `clock_start`."""
    calendar = table_frames["calendar"]
    # Days are counted in the calendar table, since engines differ in subtracting dates.
    count_column = "worked" if day_basis == "working" else "number"
    start_days = calendar.select(clock_start="day", _from=count_column)
    # A weekend has the same count as the working day before it, which is the one to find.
    days = calendar.filter(nw.col("working") == "Y") if day_basis == "working" else calendar
    due_days = days.select(_to=count_column, visit_due="day")
    day_number = nw.col("visit_interval").fill_null(interval).cast(nw.Int64) + nw.col("_from") + day_shift
    return (
        clock_frame.join(start_days, on="clock_start", how="left")
        .with_columns(day_number.alias("_to"))
        .join(due_days, on="_to", how="left")
        .drop("_from", "_to")
    )


def _judge_clocks(clock_frame: TableFrame) -> TableFrame:
    """Add `outcome`, and date each case by its due day."""
    chain = nw.when(nw.col("next_visit") <= nw.col("visit_due")).then(nw.lit("on time"))
    ended_chain = chain.when(nw.col("end_date") < nw.col("visit_due"))
    outcome = ended_chain.then(nw.lit("plan ended before due")).otherwise(nw.lit("late"))
    leading_columns = ["child", "clock_start", "visit_due", "next_visit", "outcome"]
    clocks = clock_frame.with_columns(outcome.alias("outcome")).filter(~nw.col("visit_due").is_null())
    columns = [name for name in clocks.collect_schema().names() if name not in leading_columns]
    return clocks.select(*leading_columns, *columns, case_date=nw.col("visit_due"))


def _flag_yes_no(condition: nw.Expr) -> nw.Expr:
    """Build Y for a true condition, and N for any other."""
    return nw.when(condition).then(nw.lit("Y")).otherwise(nw.lit("N"))

"""Children on protection plans: the plans that start, and the visits that each requires."""

from __future__ import annotations

import narwhals as nw

from kpitui.cohorts import spells
from kpitui.cohorts.cell_marks import flag_yes_no
from kpitui.cohorts.date_arithmetic import shift_date
from kpitui.tables.as_known_on import TableFrame, TableFrames

# "More than 729 calendar days including the day of cessation" (DfE, Local Authority Interactive Tool).
TWO_YEARS = "729d"


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
        flag_yes_no(nw.col("earlier_end") >= window_start).alias("ended_within_24_months"),
        flag_yes_no(nw.col("earlier_start") >= window_start).alias("started_within_24_months"),
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
    `up_to_date_known` is N where that visit may not qualify, or where another of the child may.
    """
    plan_spells = table_frames["protection_plans"].with_columns(
        *spells.make_spell_columns(nw.col("start_date"), nw.col("end_date"))
    )
    all_visits = _select_visits(table_frames)
    visits = all_visits.filter(nw.col("_level") > POSSIBLE_VISIT)
    possible_visits = all_visits.filter(nw.col("_level") == POSSIBLE_VISIT).select("child", _possible="child").unique()
    later_stretches = visits.with_columns(
        nw.col("visit_date").shift(-1).over("child", order_by="visit_date").alias("_next")
    )
    first_visits = visits.group_by("child").agg(_next=nw.col("visit_date").min())
    missing_date = nw.when(nw.lit(False)).then(nw.col("_next"))
    # Before the first visit nothing but a possible one could be in time.
    first_stretches = first_visits.with_columns(
        missing_date.alias("visit_date"), nw.lit(CERTAIN_VISIT).alias("_level")
    ).select("child", "visit_date", "_level", "_next")
    visit_stretches = nw.concat([later_stretches, first_stretches], how="vertical").rename({"visit_date": "last_visit"})
    plans = spells.keep_latest_open_spells(plan_spells, "child", ["start_date"])
    plan_stretches = spells.clip_spells(
        plans.join(visit_stretches, on="child", how="left"), "last_visit", "_next"
    ).drop("_next")
    due_stretches = _add_due_date(
        plan_stretches.with_columns(clock_start=nw.col("last_visit")), table_frames, interval, "working", 0
    )
    is_doubtful = (nw.col("_level") < CERTAIN_VISIT) | ~nw.col("_possible").is_null()
    # The due day itself is still in time.
    stretches = due_stretches.join(possible_visits, on="child", how="left").with_columns(
        nw.when(is_doubtful).then(nw.lit("N")).otherwise(nw.lit("Y")).alias("up_to_date_known"),
        _stale=shift_date("visit_due", "1d"),
    )
    return spells.split_spells(stretches, "_stale", "up_to_date").drop("_stale", "clock_start", "_level", "_possible")


CERTAIN_VISIT, LIKELY_VISIT, POSSIBLE_VISIT = 2, 1, 0
"""How sure it is that a visit qualifies. One that is only possible is not among the clocks shown."""


def _select_visits(table_frames: TableFrames) -> TableFrame:
    """Select the visits that qualify or may qualify: child, visit_date and `_level`.

    The child was seen, not at school. Two visits on one day are one, as sure as the surer of them.
    """
    seen, setting = nw.col("seen"), nw.col("setting")
    level = (
        nw.when((seen == "Y") & setting.is_in(["Home", "Other"]))
        .then(nw.lit(CERTAIN_VISIT))
        # Where the child was seen is not known: it may have been at school.
        .when(seen == "Y")
        .then(nw.lit(LIKELY_VISIT))
        .otherwise(nw.lit(POSSIBLE_VISIT))
    )
    may_qualify = (seen.is_null() | (seen == "Y")) & (setting.is_null() | (setting != "School"))
    visits = table_frames["protection_visits"].filter(may_qualify).with_columns(level.alias("_level"))
    return visits.group_by("child", "visit_date").agg(nw.col("_level").max())


def _build_clocks(table_frames: TableFrames) -> TableFrame:
    """Build the clocks of each plan, with `clock_start` and `next_visit`.

    A plan has one for its start and one for each visit from its first day to its last. `clock` is N
    for a visit that is only possible: it starts none that is shown. `_next_start` and `_next_level`
    are of what comes next, shown or not.
    """
    plan_frame = table_frames["protection_plans"]
    is_within_plan = (nw.col("visit_date") >= nw.col("start_date")) & (
        nw.col("end_date").is_null() | (nw.col("visit_date") <= nw.col("end_date"))
    )
    plan_visits = plan_frame.join(_select_visits(table_frames), on="child").filter(is_within_plan)
    # A visit on the first day meets the first clock and starts the second, so it sorts after it.
    start_clocks = plan_frame.with_columns(
        nw.lit(0).alias("_order"), nw.col("start_date").alias("clock_start"), nw.lit(CERTAIN_VISIT).alias("_level")
    )
    visit_clocks = plan_visits.with_columns(nw.lit(1).alias("_order"), nw.col("visit_date").alias("clock_start"))
    column_names = start_clocks.collect_schema().names()
    all_clocks = nw.concat([start_clocks, visit_clocks.select(column_names)], how="vertical")
    is_shown = nw.when(nw.col("_level") > POSSIBLE_VISIT).then(nw.lit("Y")).otherwise(nw.lit("N"))
    next_start, clock_order = nw.col("clock_start").shift(-1), ["clock_start", "_order"]
    return (
        all_clocks.with_columns(is_shown.alias("clock"))
        .with_columns(
            next_start.over("child", "start_date", "clock", order_by=clock_order).alias("next_visit"),
            next_start.over("child", "start_date", order_by=clock_order).alias("_next_start"),
            nw.col("_level").shift(-1).over("child", "start_date", order_by=clock_order).alias("_next_level"),
        )
        .drop("_order")
    )


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
    """Add `outcome`, and date each case by its due day.

    `clock_known` and `outcome_known` are N where it depends on a visit that may not qualify.
    """
    chain = nw.when(nw.col("next_visit") <= nw.col("visit_due")).then(nw.lit("on time"))
    ended_chain = chain.when(nw.col("end_date") < nw.col("visit_due"))
    outcome = ended_chain.then(nw.lit("plan ended before due")).otherwise(nw.lit("late"))
    # A doubtful visit after the due day leaves the clock as late as it is.
    depends_on_next = (nw.col("_next_level") < CERTAIN_VISIT) & (nw.col("_next_start") <= nw.col("visit_due"))
    clocks = clock_frame.with_columns(
        outcome.alias("outcome"),
        nw.when(depends_on_next | (nw.col("_level") == POSSIBLE_VISIT))
        .then(nw.lit("N"))
        .otherwise(nw.lit("Y"))
        .alias("outcome_known"),
        flag_yes_no(nw.col("_level") == CERTAIN_VISIT).alias("clock_known"),
    ).filter(~nw.col("visit_due").is_null())
    leading_columns = ["child", "clock_start", "visit_due", "next_visit", "outcome"]
    helper_columns = ("_level", "_next_start", "_next_level")
    columns = [name for name in clocks.collect_schema().names() if name not in (*leading_columns, *helper_columns)]
    return clocks.select(*leading_columns, *columns, case_date=nw.col("visit_due"))


def build_open_plans(table_frames: TableFrames) -> TableFrame:
    """List spells on a plan, one plan of a child at a time; of two open at once the later.

    `two_years` is Y from the day on which the plan has lasted for 729 days.
    """
    plan_spells = table_frames["protection_plans"].with_columns(
        *spells.make_spell_columns(nw.col("start_date"), nw.col("end_date"))
    )
    open_plans = spells.keep_latest_open_spells(plan_spells, "child", ["start_date"])
    split_plans = spells.split_spells(
        open_plans.with_columns(_two_years_from=shift_date("start_date", TWO_YEARS)), "_two_years_from", "_shorter"
    )
    return split_plans.with_columns(flag_yes_no(nw.col("_shorter") == "N").alias("two_years")).drop(
        "_two_years_from", "_shorter"
    )


def build_ended_plans(table_frames: TableFrames) -> TableFrame:
    """List each plan that ended, dated by its end; `two_years` is Y if it had lasted for 729 days."""
    return (
        table_frames["protection_plans"]
        .filter(~nw.col("end_date").is_null())
        .with_columns(
            flag_yes_no(nw.col("end_date") >= shift_date("start_date", TWO_YEARS)).alias("two_years"),
            nw.col("end_date").alias("case_date"),
        )
    )

"""Reviews and visits that must be held again and again: of plans, of care, of placements."""

from __future__ import annotations

import narwhals as nw

from kpitui.cohorts import spells
from kpitui.cohorts.care import count_completed_years
from kpitui.cohorts.care_periods import list_care_periods
from kpitui.cohorts.cell_marks import flag_yes_no
from kpitui.cohorts.clocks import add_working_day, judge_clocks, list_clocks
from kpitui.cohorts.date_arithmetic import shift_date
from kpitui.cohorts.placements import list_placements
from kpitui.tables.as_known_on import TableFrame, TableFrames

# A first review of care is due 20 working days after its start, the second three months after that,
# and each other six months after the one before (The Care Planning, Placement and Case Review
# (England) Regulations 2010, regulation 33).
FIRST_CARE_REVIEW_DAYS = 20
FIRST_VISIT, NEXT_VISIT = "7d", "42d"


def build_care_review_clocks(table_frames: TableFrames) -> TableFrame:
    """List when each review of a child in care was due, dated by that day; see `clocks.list_clocks`.

    A due day that is recorded with the review that was held counts before the usual one.
    """
    return judge_clocks(_date_care_reviews(table_frames), "review_due", "care_end", "left care before due")


def build_children_by_reviews(table_frames: TableFrames) -> TableFrame:
    """List spells of care from one review to the next, with `reviews_up_to_date`: Y until the next is overdue."""
    return _make_clock_states(_date_care_reviews(table_frames), "review_due", "care_end", "reviews_up_to_date")


def _make_clock_states(
    clock_frame: TableFrame, due_column: str, end_column: str, flag_column: str, order_column: str = "clock_start"
) -> TableFrame:
    """Make each clock a state that lasts until the next event, and flag the days until it is overdue."""
    states = clock_frame.with_columns(
        *spells.make_spell_columns(nw.col("clock_start"), nw.coalesce("next_event", end_column)),
        _overdue_from=shift_date(due_column, "1d"),
    )
    latest_states = spells.keep_latest_open_spells(states, "child", [order_column, "clock_number"])
    return spells.split_spells(latest_states, "_overdue_from", flag_column).drop("_overdue_from")


def _date_care_reviews(table_frames: TableFrames) -> TableFrame:
    """List the clocks of reviews of care, with `review_due`."""
    held_reviews = _select_held_reviews(table_frames)
    events = held_reviews.select("child", event_date="review_date")
    clocks = list_clocks(list_care_periods(table_frames["care_episodes"]), events, "decom", "care_end")
    clocks = add_working_day(clocks, table_frames["calendar"], "clock_start", "_first_due", FIRST_CARE_REVIEW_DAYS)
    own_dates = held_reviews.select("child", next_event="review_date", _own_due="due_date")
    due_chain = nw.when(nw.col("clock_number") == 0).then(nw.col("_first_due"))
    due_chain = due_chain.when(nw.col("clock_number") == 1).then(shift_date("clock_start", "3mo"))
    return (
        clocks.with_columns(due_chain.otherwise(shift_date("clock_start", "6mo")).alias("_usual_due"))
        .join(own_dates, on=["child", "next_event"], how="left")
        .with_columns(nw.coalesce("_own_due", "_usual_due").alias("review_due"))
        .drop("_first_due", "_usual_due", "_own_due")
    )


def _select_held_reviews(table_frames: TableFrames) -> TableFrame:
    reviews = table_frames["care_reviews"]
    return reviews.filter(nw.col("cancelled").is_null() | (nw.col("cancelled") != "Y"))


def build_held_care_reviews(table_frames: TableFrames) -> TableFrame:
    """List the reviews of children in care that were held, with the child's `age_at_review`."""
    birth_dates = table_frames["children"].select("child", "dob")
    reviews = _select_held_reviews(table_frames).join(birth_dates, on="child", how="left")
    return reviews.with_columns(
        count_completed_years("dob", "review_date").alias("age_at_review"), nw.col("review_date").alias("case_date")
    )


def build_care_visit_clocks(table_frames: TableFrames) -> TableFrame:
    """List when each visit to a child in a placement was due: a week after its start, then every six weeks.

    `visits_known` is N for a child with a visit of which it is not known whether the child was seen.
    """
    clocks = _date_care_visits(table_frames)
    return judge_clocks(clocks, "visit_due", "placement_end", "placement ended before due").drop("placement")


def build_children_by_visits(table_frames: TableFrames) -> TableFrame:
    """List spells in a placement from one visit to the next, with `visits_up_to_date`: Y until it is overdue."""
    clocks = _date_care_visits(table_frames)
    return _make_clock_states(clocks, "visit_due", "placement_end", "visits_up_to_date", "placement").drop("placement")


def _date_care_visits(table_frames: TableFrames) -> TableFrame:
    """List the clocks of visits to children in care, with `visit_due`; a placement has a number in `placement`."""
    visits = table_frames["care_visits"]
    events = visits.filter(nw.col("seen") == "Y").select("child", event_date="visit_date").unique()
    doubtful_children = visits.filter(nw.col("seen").is_null()).select("child", _doubtful="child").unique()
    placements = list_placements(table_frames["care_episodes"]).select(
        "child", "placement", "place", "placement_start", "placement_end"
    )
    # Two placements may begin on one day.
    clocks = list_clocks(placements, events, "placement_start", "placement_end", ("child", "placement"))
    due_chain = nw.when(nw.col("clock_number") == 0).then(shift_date("clock_start", FIRST_VISIT))
    return (
        clocks.with_columns(due_chain.otherwise(shift_date("clock_start", NEXT_VISIT)).alias("visit_due"))
        .join(doubtful_children, on="child", how="left")
        .with_columns(flag_yes_no(nw.col("_doubtful").is_null()).alias("visits_known"))
        .drop("_doubtful")
    )


def build_plan_review_clocks(table_frames: TableFrames, in_days: bool = False) -> TableFrame:
    """List when each review of a protection plan was due, dated by that day.

    The first is due 3 months after the start of the plan, and each other 6 months after the one before;
    `in_days` these are 91 and 183 days.
    """
    events = table_frames["protection_reviews"].select("child", event_date="review_date").unique()
    clocks = list_clocks(table_frames["protection_plans"], events, "start_date", "end_date")
    first, later = ("91d", "183d") if in_days else ("3mo", "6mo")
    due_chain = nw.when(nw.col("clock_number") == 0).then(shift_date("clock_start", first))
    dated_clocks = clocks.with_columns(due_chain.otherwise(shift_date("clock_start", later)).alias("review_due"))
    return judge_clocks(dated_clocks, "review_due", "end_date", "plan ended before due")


def build_reviewed_plans(table_frames: TableFrames, in_days: bool = False) -> TableFrame:
    """List spells on a plan with `reviews_on_time`: Y while every review so far was held when it was due.

    `three_months` is Y from the day on which the plan has lasted for so long. Of two plans open at
    once the later counts.
    """
    is_missed = nw.col("next_event").is_null() | (nw.col("next_event") > nw.col("review_due"))
    missed_days = (
        build_plan_review_clocks(table_frames, in_days)
        .filter(is_missed)
        .group_by("child", "start_date")
        .agg(nw.col("review_due").min())
        .with_columns(shift_date("review_due", "1d").alias("_missed_from"))
        .drop("review_due")
    )
    plan_spells = table_frames["protection_plans"].with_columns(
        *spells.make_spell_columns(nw.col("start_date"), nw.col("end_date"))
    )
    open_plans = spells.keep_latest_open_spells(plan_spells, "child", ["start_date"])
    dated_plans = open_plans.join(missed_days, on=["child", "start_date"], how="left").with_columns(
        _three_months_from=shift_date("start_date", "3mo")
    )
    split_plans = spells.split_spells(dated_plans, "_three_months_from", "_shorter")
    judged_plans = spells.split_spells(split_plans, "_missed_from", "reviews_on_time")
    return judged_plans.with_columns(flag_yes_no(nw.col("_shorter") == "N").alias("three_months")).drop(
        "_three_months_from", "_missed_from", "_shorter"
    )

"""How many referrals become assessments, enquiries, conferences, plans and care, and who is lost between.

A case goes on if its child has a case of the next step on its day or later, and before the child's next
case of its own step. Steps whose tables are not there are passed over.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import narwhals as nw
import polars as pl

from kpitui.cohorts.registry import build_cohort, find_cohort_problem, list_required_tables
from kpitui.conditions import conditions_fail, conditions_hold
from kpitui.council import Council
from kpitui.model.cohort_signatures import COHORTS
from kpitui.model.flow import FLOW_STEPS, CaseFlow, FlowStage, FlowStep
from kpitui.model.periods import Period
from kpitui.tables.as_known_on import TableFrames


def trace_flow(council: Council, as_at: date, period: Period) -> CaseFlow:
    """Trace the cases of a period through every step, as known on a date."""
    table_frames, problems = council.select_frames_known_on(as_at), council.tables.problems
    stages = [FlowStage(step, problem=find_cohort_problem(step.cohort, problems, problems)) for step in FLOW_STEPS]
    known_steps = [stage.step for stage in stages if stage.problem is None]
    events = {step.id: _list_events(step, table_frames, council.settings.la_code) for step in known_steps}
    flow_stages = []
    for stage in stages:
        if stage.problem is None:
            position = known_steps.index(stage.step)
            next_step = known_steps[position + 1] if position + 1 < len(known_steps) else None
            earlier_step = known_steps[position - 1] if position else None
            stage = _count_stage(stage, events, earlier_step, next_step, period)
        flow_stages.append(stage)
    tables = {table_name for step in known_steps for table_name in list_required_tables(step.cohort)}
    made_up = any(source.made_up for source in council.tables.sources if source.table in tables)
    return CaseFlow(period, as_at, tuple(flow_stages), made_up)


def _list_events(step: FlowStep, table_frames: TableFrames, la_code: str) -> pl.DataFrame:
    """List the cases of a step, one of a child on a day: child, day, next_day of the same step, and reason."""
    cases = build_cohort(step.cohort, table_frames, la_code)
    if step.left_out:
        cases = cases.filter(conditions_fail(step.left_out))
    reason = nw.lit(None, dtype=nw.String)
    for words, conditions in reversed(step.end_reasons):
        reason = nw.when(conditions_hold(conditions)).then(nw.lit(words)).otherwise(reason)
    subject_column = COHORTS[step.cohort.name].subject_column
    events = cases.select(nw.col(subject_column).alias("child"), nw.col("case_date").alias("day"), reason=reason)
    # A reason of one of several rows of a day is not that of the day.
    day_events = (
        events.collect()
        .to_polars()
        .group_by("child", "day")
        .agg(pl.when(pl.col("reason").null_count() == 0).then(pl.col("reason").min()).alias("reason"))
    )
    return day_events.sort("child", "day").with_columns(pl.col("day").shift(-1).over("child").alias("next_day"))


def _count_stage(
    stage: FlowStage,
    events: dict[str, pl.DataFrame],
    earlier_step: FlowStep | None,
    next_step: FlowStep | None,
    period: Period,
) -> FlowStage:
    """Count the cases of a stage in the period, and which of them go on and came from the step before."""
    in_period = pl.col("day").is_between(period.first_day, period.last_day)
    cases = events[stage.step.id].filter(in_period)
    stage = replace(stage, case_count=cases.height)
    if earlier_step is not None:
        linked_cases = _link_events(events[earlier_step.id], events[stage.step.id])["child", "later_day"].unique()
        linked_in_period = linked_cases.filter(pl.col("later_day").is_between(period.first_day, period.last_day))
        stage = replace(stage, linked_count=linked_in_period.height)
    if next_step is None:
        return stage
    gone_on = _link_events(cases, events[next_step.id]).select("child", "day").unique()
    lost_cases = cases.join(gone_on, on=["child", "day"], how="anti").sort("day", "child")
    reason = pl.col("reason").fill_null(f"no {next_step.noun[0]} recorded")
    lost_frame = lost_cases.select("child", "day", reason=reason)
    counts = lost_frame.group_by("reason").len().sort(-pl.col("len").cast(pl.Int64), "reason")
    return replace(
        stage,
        next_step=next_step,
        went_on_count=gone_on.height,
        lost_counts=dict(counts.iter_rows()),
        lost_frame=lost_frame,
    )


def _link_events(earlier_events: pl.DataFrame, later_events: pl.DataFrame) -> pl.DataFrame:
    """Pair the cases of two steps: the later on the earlier's day or after, before its next."""
    pairs = earlier_events.join(later_events.select("child", later_day="day"), on="child")
    is_in_reach = (pl.col("later_day") >= pl.col("day")) & (
        pl.col("next_day").is_null() | (pl.col("later_day") < pl.col("next_day"))
    )
    return pairs.filter(is_in_reach)

"""Clocks of things that must be done again and again: when the next is due, and whether it came in time."""

from __future__ import annotations

import narwhals as nw

from kpitui.tables.as_known_on import TableFrame


def list_clocks(
    spell_frame: TableFrame, events: TableFrame, start_column: str, end_column: str, spell_keys: tuple[str, ...] = ()
) -> TableFrame:
    """List the clocks of each spell: one from its start, and one from each event from then to its end.

    `events` have a child and an `event_date`, each day once. Adds `clock_number`, from 0,
    `clock_start`, and `next_event`, missing where none came. A spell is told by its child and its start,
    or by `spell_keys`.
    """
    is_within = (nw.col("event_date") >= nw.col(start_column)) & (
        nw.col(end_column).is_null() | (nw.col("event_date") <= nw.col(end_column))
    )
    event_clocks = spell_frame.join(events, on="child").filter(is_within)
    # An event on the first day meets the first clock and starts the second, so it sorts after it.
    start_clocks = spell_frame.with_columns(nw.lit(0).alias("_order"), nw.col(start_column).alias("clock_start"))
    event_clocks = event_clocks.with_columns(nw.lit(1).alias("_order"), nw.col("event_date").alias("clock_start"))
    columns = start_clocks.collect_schema().names()
    clocks = nw.concat([start_clocks, event_clocks.select(columns)], how="vertical")
    keys, clock_order = spell_keys or ("child", start_column), ["clock_start", "_order"]
    return clocks.with_columns(
        (nw.col("child").cum_count().over(*keys, order_by=clock_order) - 1).alias("clock_number"),
        nw.col("clock_start").shift(-1).over(*keys, order_by=clock_order).alias("next_event"),
    ).drop("_order")


def add_working_day(
    case_frame: TableFrame, calendar: TableFrame, start_column: str, due_column: str, days: int
) -> TableFrame:
    """Add the working day that comes some `days` after a start; from a Saturday Monday is the first."""
    start_days = calendar.select(nw.col("day").alias(start_column), nw.col("worked").alias("_from"))
    # A weekend has the same count as the working day before it, which is the one to find.
    due_days = calendar.filter(nw.col("working") == "Y").select(
        nw.col("worked").alias("_to"), nw.col("day").alias(due_column)
    )
    return (
        case_frame.join(start_days, on=start_column, how="left")
        .with_columns((nw.col("_from") + days).alias("_to"))
        .join(due_days, on="_to", how="left")
        .drop("_from", "_to")
    )


def judge_clocks(clock_frame: TableFrame, due_column: str, end_column: str, left_outcome: str) -> TableFrame:
    """Add `outcome`: on time, late, or `left_outcome` where the spell ended before the due day; dated by that."""
    chain = nw.when(nw.col("next_event") <= nw.col(due_column)).then(nw.lit("on time"))
    left_chain = chain.when(nw.col(end_column) < nw.col(due_column)).then(nw.lit(left_outcome))
    return clock_frame.filter(~nw.col(due_column).is_null()).with_columns(
        left_chain.otherwise(nw.lit("late")).alias("outcome"), nw.col(due_column).alias("case_date")
    )

"""Social workers: who is in post, and who left.

Staff are registered (unless recorded otherwise) and not from an agency (unless recorded so).
"""

from __future__ import annotations

import narwhals as nw

from kpitui.cohorts import spells
from kpitui.cohorts.dates import moved
from kpitui.tables.known import Frame, Frames


def social_workers_in_post(tables: Frames) -> Frame:
    """List the stretches that a worker is in post: worker, case_from, case_until.

    Several posts at once are one.
    """
    return spells.merged(_posts(tables), "worker")


def posts(tables: Frames) -> Frame:
    """List every post held, with its `fte`; a missing one counts for nothing."""
    return spells.real(_posts(tables)).with_columns(nw.col("fte").fill_null(0.0))


def social_worker_leavers(tables: Frames, stays_within: int = 7) -> Frame:
    """List each time a worker left, dated by the last day in post.

    A worker has not left who holds another post that starts within `stays_within` days of that day
    and goes on after it. Posts that end together are one leaving, voluntary if any of them was.
    """
    ended = _posts(tables).filter(~nw.col("end_date").is_null())
    other = _posts(tables).select("worker", _start="start_date", _end="end_date")
    goes_on = (nw.col("_start") <= moved("end_date", f"{stays_within}d")) & (
        nw.col("_end").is_null() | (nw.col("_end") > nw.col("end_date"))
    )
    stayers = (ended.select("worker", "end_date").join(other, on="worker").filter(goes_on)).select(
        "worker", "end_date"
    )
    leavings = ended.join(stayers.unique(), on=["worker", "end_date"], how="anti")
    together = ("worker", "end_date")
    one = leavings.with_columns(
        _flag(nw.col("voluntary") == "Y").max().over(*together).alias("_voluntary"),
        nw.col("fte").fill_null(0.0).sum().over(*together).alias("fte"),
        nw.col("start_date").max().over(*together).alias("_latest"),
    # One row stands for the leaving: that of the post which began last.
    ).filter(nw.col("start_date") == nw.col("_latest"))
    voluntary = nw.when(nw.col("_voluntary") == 1).then(nw.lit("Y")).otherwise(nw.lit("N"))
    return one.with_columns(
        voluntary.alias("voluntary"), nw.col("end_date").alias("case_date")
    ).drop("_voluntary", "_latest", "case_from", "case_until")


def _posts(tables: Frames) -> Frame:
    """Select the posts of staff as spells; a spell ends the day after the last day in post."""
    # Defaults of the clean table (contract, section 2).
    registered = nw.col("registered").fill_null("Y") == "Y"
    own = nw.col("agency").fill_null("N") == "N"
    return (
        tables["social_workers"]
        .filter(registered & own)
        # The last day in post is a day in post, and `case_until` is not included.
        .with_columns(*spells.between(nw.col("start_date"), moved("end_date", "1d")))
    )


def _flag(condition: nw.Expr) -> nw.Expr:
    """Build 1 for a true condition, and 0 for any other."""
    return nw.when(condition).then(1).otherwise(0)

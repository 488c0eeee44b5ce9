"""Social workers: who is in post, and who left.

Staff are registered (unless said otherwise) and not from an agency (unless said so).
"""

from __future__ import annotations

import narwhals as nw

from kpitui.cohorts import spells
from kpitui.cohorts.dates import moved
from kpitui.tables.known import Frame, Frames


def social_workers_in_post(tables: Frames) -> Frame:
    """Stretches in which a worker is in post, several posts at once being one: worker, spell."""
    return spells.merged(_posts(tables), "worker")


def posts(tables: Frames) -> Frame:
    """Every post held, with its `fte`; a missing one counts for nothing."""
    return spells.real(_posts(tables)).with_columns(nw.col("fte").fill_null(0.0))


def social_worker_leavers(tables: Frames, stays_within: int = 7) -> Frame:
    """One row for each leaving, dated by the last day in post.

    Who holds another post that starts within `stays_within` days of that day, and goes on after
    it, has not left.  Posts that end together are one leaving, voluntary where any of them says so.
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
    ).filter(nw.col("start_date") == nw.col("_latest"))
    voluntary = nw.when(nw.col("_voluntary") == 1).then(nw.lit("Y")).otherwise(nw.lit("N"))
    return one.with_columns(
        voluntary.alias("voluntary"), nw.col("end_date").alias("case_date")
    ).drop("_voluntary", "_latest", "case_from", "case_until")


def _posts(tables: Frames) -> Frame:
    """Staff posts as spells: the last day in post is worked, so the spell ends the day after."""
    registered = nw.col("registered").fill_null("Y") == "Y"
    own = nw.col("agency").fill_null("N") == "N"
    return (
        tables["social_workers"]
        .filter(registered & own)
        .with_columns(*spells.between(nw.col("start_date"), moved("end_date", "1d")))
    )


def _flag(condition: nw.Expr) -> nw.Expr:
    return nw.when(condition).then(1).otherwise(0)

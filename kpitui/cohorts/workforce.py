"""Social workers: who is in post, and who left.

Staff are registered (unless recorded otherwise) and not from an agency (unless recorded so).
"""

from __future__ import annotations

import narwhals as nw

from kpitui.cohorts import spells
from kpitui.cohorts.date_arithmetic import shift_date
from kpitui.tables.as_known_on import TableFrame, TableFrames


def build_social_workers_in_post(table_frames: TableFrames) -> TableFrame:
    """List the stretches that a worker is in post: worker, case_from, case_until.

    Several posts at once are one.
    """
    return spells.merge_spells(_select_staff_posts(table_frames), "worker")


def build_posts(table_frames: TableFrames) -> TableFrame:
    """List every post held, with its `fte`; a missing one counts for nothing."""
    return spells.drop_empty_spells(_select_staff_posts(table_frames)).with_columns(nw.col("fte").fill_null(0.0))


def build_social_worker_leavers(table_frames: TableFrames, stays_within: int = 7) -> TableFrame:
    """List each time a worker left, dated by the last day in post.

    A worker has not left who holds another post that starts within `stays_within` days of that day
    and goes on after it. Posts that end together are one leaving, voluntary if any of them was.
    """
    ended_posts = _select_staff_posts(table_frames).filter(~nw.col("end_date").is_null())
    next_posts = _select_staff_posts(table_frames).select("worker", _start="start_date", _end="end_date")
    worker_stays = (nw.col("_start") <= shift_date("end_date", f"{stays_within}d")) & (
        nw.col("_end").is_null() | (nw.col("_end") > nw.col("end_date"))
    )
    workers = (ended_posts.select("worker", "end_date").join(next_posts, on="worker").filter(worker_stays)).select(
        "worker", "end_date"
    )
    posts = ended_posts.join(workers.unique(), on=["worker", "end_date"], how="anti")
    leaving_keys = ("worker", "end_date")
    leavings = posts.with_columns(
        _flag_as_number(nw.col("voluntary") == "Y").max().over(*leaving_keys).alias("_voluntary"),
        nw.col("fte").fill_null(0.0).sum().over(*leaving_keys).alias("fte"),
        nw.col("start_date").max().over(*leaving_keys).alias("_latest"),
        # One row stands for the leaving: that of the post which began last.
    ).filter(nw.col("start_date") == nw.col("_latest"))
    is_voluntary = nw.when(nw.col("_voluntary") == 1).then(nw.lit("Y")).otherwise(nw.lit("N"))
    return leavings.with_columns(is_voluntary.alias("voluntary"), nw.col("end_date").alias("case_date")).drop(
        "_voluntary", "_latest", "case_from", "case_until"
    )


def _select_staff_posts(table_frames: TableFrames) -> TableFrame:
    """Select the posts of staff as spells; a spell ends the day after the last day in post."""
    # Defaults of the clean table (contract, section 2).
    is_registered = nw.col("registered").fill_null("Y") == "Y"
    is_not_agency = nw.col("agency").fill_null("N") == "N"
    return (
        table_frames["social_workers"]
        .filter(is_registered & is_not_agency)
        # The last day in post is a day in post, and `case_until` is not included.
        .with_columns(*spells.make_spell_columns(nw.col("start_date"), shift_date("end_date", "1d")))
    )


def _flag_as_number(condition: nw.Expr) -> nw.Expr:
    """Build 1 for a true condition, and 0 for any other."""
    return nw.when(condition).then(1).otherwise(0)

"""Social workers: who is in post, and who left.

Staff are registered and not from an agency. Where a row does not say so, it may be one of staff.
"""

from __future__ import annotations

import narwhals as nw

from kpitui.cohorts import spells
from kpitui.cohorts.cell_marks import flag_yes_no, read_date
from kpitui.cohorts.date_arithmetic import shift_date
from kpitui.tables.as_known_on import TableFrame, TableFrames


def build_social_workers_in_post(table_frames: TableFrames, certain: bool = False) -> TableFrame:
    """List the stretches that a worker is in post: worker, case_from, case_until.

    Several posts at once are one. Where `certain`, these are posts that are certainly of staff.
    `staff_known` is N for a worker with a post of whom that cannot be told.
    """
    posts = _select_staff_posts(table_frames, certain)
    uncertain_workers = posts.filter(~nw.col("_certain")).select("worker", staff_known=nw.lit("N")).unique()
    return spells.merge_spells(posts, "worker").join(uncertain_workers, on="worker", how="left")


def build_posts(table_frames: TableFrames, certain: bool = False) -> TableFrame:
    """List every post held, with its `fte`; a cell is not certain where the flag beside it is N."""
    posts = spells.drop_empty_spells(_select_staff_posts(table_frames, certain))
    return posts.with_columns(
        flag_yes_no(~nw.col("fte").is_null()).alias("fte_known"), flag_yes_no(nw.col("_certain")).alias("staff_known")
    ).drop("_certain")


def build_social_worker_leavers(table_frames: TableFrames, stays_within: int = 7) -> TableFrame:
    """List each time a worker left, dated by the last day in post.

    A worker has not left who holds another post that starts within `stays_within` days of that day
    and goes on after it. Posts that end together are one leaving, voluntary if any of them was.
    `leaver` is N where the other post is perhaps not one of staff, so that the worker may have left;
    `leaver_known`, `voluntary_known` and `fte_known` are N where the cell beside them is not certain.
    """
    posts = _select_staff_posts(table_frames)
    ended_posts = posts.filter(~nw.col("end_date").is_null())
    stays = _find_stays(ended_posts, posts, stays_within)
    leaving_keys = ("worker", "end_date")
    leavings = (
        ended_posts.join(stays, on=list(leaving_keys), how="left")
        # Who certainly holds another post of staff has not left.
        .filter(nw.col("_stays").is_null() | (nw.col("_stays") == 0))
        .with_columns(
            *(name_sum.over(*leaving_keys).alias(name) for name, name_sum in _describe_leaving().items()),
            nw.col("start_date").max().over(*leaving_keys).alias("_latest"),
        )
        # One row stands for the leaving: that of the post which began last.
        .filter(nw.col("start_date") == nw.col("_latest"))
    )
    has_certain_reason = (nw.col("_certain_voluntary") == 1) | (nw.col("_doubtful_reasons") == 0)
    return leavings.with_columns(
        flag_yes_no(nw.col("_stays").is_null()).alias("leaver"),
        flag_yes_no(nw.col("_stays").is_null() & (nw.col("_certain_posts") > 0)).alias("leaver_known"),
        flag_yes_no(nw.col("_voluntary") == 1).alias("voluntary"),
        flag_yes_no(has_certain_reason).alias("voluntary_known"),
        flag_yes_no(nw.col("_missing_fte") == 0).alias("fte_known"),
        nw.col("_fte").alias("fte"),
        nw.col("end_date").alias("case_date"),
    ).drop("_latest", "_stays", "_certain", *_describe_leaving(), "case_from", "case_until")


def _find_stays(ended_posts: TableFrame, posts: TableFrame, stays_within: int) -> TableFrame:
    """Find who goes on in another post: worker, end_date and `_stays`, 1 if that is certain, else 0."""
    next_posts = posts.select(
        "worker", _start="start_date", _end="end_date", _stays=_flag_as_number(nw.col("_certain"))
    )
    worker_stays = (nw.col("_start") <= shift_date("end_date", f"{stays_within}d")) & (
        nw.col("_end").is_null() | (nw.col("_end") > nw.col("end_date"))
    )
    stays = ended_posts.select("worker", "end_date").join(next_posts, on="worker").filter(worker_stays)
    return stays.group_by("worker", "end_date").agg(nw.col("_stays").max())


def _describe_leaving() -> dict[str, nw.Expr]:
    """Build what is said of the posts that end together, by column."""
    is_voluntary, certain = nw.col("voluntary") == "Y", nw.col("_certain")
    return {
        "_voluntary": _flag_as_number(is_voluntary).max(),
        "_certain_voluntary": _flag_as_number(is_voluntary & certain).max(),
        "_doubtful_reasons": _flag_as_number(nw.col("voluntary").is_null() | (is_voluntary & ~certain)).sum(),
        "_certain_posts": _flag_as_number(certain).sum(),
        "_missing_fte": _flag_as_number(nw.col("fte").is_null()).sum(),
        "_fte": nw.col("fte").fill_null(0.0).sum(),
    }


def _select_staff_posts(table_frames: TableFrames, certain: bool = False) -> TableFrame:
    """Select the posts of staff as spells; a spell ends the day after the last day in post.

    `_certain` says whether a post is certainly one of staff and its end is known. Who is not said
    to be unregistered or from an agency may be staff.
    """
    posts = table_frames["social_workers"]
    is_registered, is_not_agency = nw.col("registered"), nw.col("agency")
    is_certain = (
        (is_registered.fill_null("") == "Y") & (is_not_agency.fill_null("") == "N") & read_date("end_date", posts)
    )
    staff_posts = posts.filter(
        (is_registered.fill_null("Y") == "Y") & (is_not_agency.fill_null("N") == "N")
    ).with_columns(
        # The last day in post is a day in post, and `case_until` is not included.
        *spells.make_spell_columns(nw.col("start_date"), shift_date("end_date", "1d")),
        _certain=is_certain,
    )
    return staff_posts.filter(nw.col("_certain")) if certain else staff_posts


def _flag_as_number(condition: nw.Expr) -> nw.Expr:
    """Build 1 for a true condition, and 0 for any other."""
    return nw.when(condition).then(1).otherwise(0)

"""Posts of children's social workers on 30 September, from the workforce census."""

from __future__ import annotations

import narwhals as nw

from kpitui.cohorts.care_health import list_year_ends
from kpitui.tables.as_known_on import TableFrame, TableFrames


def build_census_posts(table_frames: TableFrames) -> TableFrame:
    """List the posts of each census, dated by its day; `standing` is in post, agency, vacant or left."""
    posts = table_frames["workforce_census"].with_columns(nw.col("year").cast(nw.Int64).alias("year"))
    standing = nw.when(nw.col("vacancy").fill_null("N") == "Y").then(nw.lit("vacant"))
    standing = standing.when(~nw.col("leaver_date").is_null()).then(nw.lit("left"))
    standing = standing.when(nw.col("agency").fill_null("N") == "Y").then(nw.lit("agency"))
    return (
        posts.join(list_year_ends(table_frames["calendar"], 9, 30), on="year")
        .with_columns(standing.otherwise(nw.lit("in post")).alias("standing"), nw.col("year_end").alias("case_date"))
        .drop("year_end")
    )


def build_staff_in_post(table_frames: TableFrames) -> TableFrame:
    """List the workers of each census who were in post, agency workers aside."""
    return build_census_posts(table_frames).filter(nw.col("standing") == "in post")

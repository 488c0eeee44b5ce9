"""Check tables against each other: postcodes that no file has, and care before birth."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import polars as pl

from kpitui.model.issues import Issue, create_message
from kpitui.tables.load_folder import LoadedTables

_EPISODE_POSTCODES = ("home_post", "pl_post")
_EXAMPLES = 3


def list_cross_issues(tables: LoadedTables, meeting_date: date) -> tuple[Issue, ...]:
    """List what only shows where tables stand side by side."""
    return (*_report_unknown_postcodes(tables), *_report_births(tables, meeting_date))


def _report_unknown_postcodes(tables: LoadedTables) -> Iterator[Issue]:
    """Report the postcodes of episodes that the table of postcodes does not have."""
    if not {"care_episodes", "postcodes"} <= tables.usable_tables:
        return
    located = tables.frames["postcodes"].filter(pl.col("easting").is_not_null()).select("postcode")
    columns = [tables.frames["care_episodes"].select(pl.col(name).alias("postcode")) for name in _EPISODE_POSTCODES]
    used_postcodes = pl.concat(columns).drop_nulls().unique(maintain_order=True)
    unknown = used_postcodes.join(located, on="postcode", how="anti", maintain_order="left").collect()["postcode"]
    if unknown.len() and not located.head(1).collect().is_empty():
        message = create_message("postcodes-not-known", examples=tuple(unknown.head(_EXAMPLES)))
        yield _locate_issue(Issue(message, "", None, "care_episodes", unknown.len()), tables)


def _report_births(tables: LoadedTables, meeting_date: date) -> Iterator[Issue]:
    """Report children who came into care before they were born, and those who are not born yet."""
    if "children" not in tables.usable_tables:
        return
    births = tables.frames["children"].select("child", "dob").drop_nulls()
    if "care_episodes" in tables.usable_tables:
        episodes = tables.frames["care_episodes"].select("child", "decom").join(births, on="child")
        early_children = episodes.filter(pl.col("decom") < pl.col("dob")).select("child").collect()["child"]
        if early_children.len():
            examples = tuple(early_children.cast(pl.String).unique(maintain_order=True).head(_EXAMPLES))
            message = create_message("care-before-birth", children=examples)
            yield _locate_issue(Issue(message, "", None, "children", early_children.len()), tables)
    unborn_count = int(births.filter(pl.col("dob") > meeting_date).select(pl.len()).collect().item())
    if unborn_count:
        yield _locate_issue(Issue(create_message("children-not-born"), "", None, "children", unborn_count), tables)


def _locate_issue(issue: Issue, tables: LoadedTables) -> Issue:
    """Return an issue with the latest file of its table."""
    files = [source.file for source in tables.sources if source.table == issue.table]
    return Issue(issue.message, files[-1] if files else "", None, issue.table, issue.occurrences)

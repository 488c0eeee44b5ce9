"""Bring the tables of a folder together: rows of other councils are left out, and ids are joined."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

import polars as pl

from kpitui.layouts import LAYOUTS
from kpitui.model.clean_tables import CLEAN_TABLES, LATEST_ALONE_COLUMN, find_clean_table
from kpitui.model.issues import Issue, create_message
from kpitui.model.table_knowledge import TableKnowledge
from kpitui.tables.id_matching import IdMatches, match_ids
from kpitui.tables.load_folder import LoadedTables

AREA_COLUMN = "la_code"
_INSPECTION_TABLES = ("school_inspections", "early_years_inspections")
_LATEST_ALONE_TITLES = {layout.title for layout in LAYOUTS if layout.has_latest_alone}
_COUNCIL_NUMBER = r"^\s*(\d{3})(?:\.0)?\s*$"


def reconcile_tables(tables: LoadedTables, la_code: str) -> LoadedTables:
    """Leave out the rows of other councils, join ids that differ in spelling alone, and report both."""
    area_issues = tuple(_report_other_areas(tables.frames, la_code))
    own_frames = {
        issue.table: _select_own_rows(tables.frames[issue.table], la_code) for issue in area_issues if issue.table
    }
    frames = {**tables.frames, **own_frames}
    problems = dict(tables.problems)
    for issue in area_issues:
        if issue.table and _count_rows(frames[issue.table]) == 0:
            message = create_message("table-of-other-council", table=issue.table, la_code=la_code)
            problems[issue.table] = _name_file(replace(issue, message=message, occurrences=1), tables)
    latest_alone = [name for name in tables.frames if _is_latest_alone(name, tables)]
    frames |= {name: _mark_latest_alone(frames[name]) for name in latest_alone if name in _INSPECTION_TABLES}
    id_matches = match_ids({name: frame for name, frame in frames.items() if name in tables.knowledge})
    for place, changed_ids in id_matches.spellings.items():
        table_name, _, column_name = place.partition(".")
        id_column = column_name or find_clean_table(table_name).subject.id_column
        frames[table_name] = _join_spellings(frames[table_name], id_column, changed_ids)
    return replace(
        tables,
        frames=frames,
        problems=problems,
        issues=(*tables.issues, *(_name_file(issue, tables) for issue in (*area_issues, *id_matches.issues))),
        knowledge={
            name: _add_id_knowledge(name, _add_end_knowledge(knowledge, name in latest_alone), frames, id_matches)
            for name, knowledge in tables.knowledge.items()
        },
    )


def _report_other_areas(frames: Mapping[str, pl.LazyFrame], la_code: str) -> Iterator[Issue]:
    for table_name, frame in frames.items():
        # Of schools and settings there are national files, and their rules choose by council.
        if table_name not in CLEAN_TABLES or AREA_COLUMN in CLEAN_TABLES[table_name].columns:
            continue
        if AREA_COLUMN in frame.collect_schema().names():
            other_rows = frame.filter(~_is_own_row(la_code)).select(pl.len()).collect().item()
            if other_rows:
                yield Issue(create_message("rows-of-other-council"), "", None, table_name, other_rows)


def _is_own_row(la_code: str) -> pl.Expr:
    """Build whether a row names this council, or no council by its number."""
    council_number = pl.col(AREA_COLUMN).cast(pl.String).str.extract(_COUNCIL_NUMBER)
    return council_number.is_null() | (council_number == la_code)


def _select_own_rows(table_frame: pl.LazyFrame, la_code: str) -> pl.LazyFrame:
    return table_frame.filter(_is_own_row(la_code))


def _is_latest_alone(table_name: str, tables: LoadedTables) -> bool:
    """Say whether a table comes from files of the latest inspections alone."""
    titles = [source.recognised_as for source in tables.sources if source.table == table_name]
    return bool(titles) and all(title in _LATEST_ALONE_TITLES for title in titles)


def _mark_latest_alone(table_frame: pl.LazyFrame) -> pl.LazyFrame:
    return table_frame.with_columns(pl.lit("Y").alias(LATEST_ALONE_COLUMN))


def _join_spellings(table_frame: pl.LazyFrame, id_column: str, changed_ids: Mapping[str, str]) -> pl.LazyFrame:
    return table_frame.with_columns(pl.col(id_column).cast(pl.String).replace(dict(changed_ids)))


def _add_end_knowledge(knowledge: TableKnowledge, is_latest_alone: bool) -> TableKnowledge:
    """Add that the files of the latest inspections list what is open: no end is missing in them."""
    if not is_latest_alone:
        return knowledge
    return replace(knowledge, present_columns=knowledge.present_columns | {"close_date", "closed_date"})


def _add_id_knowledge(
    table_name: str, knowledge: TableKnowledge, frames: Mapping[str, pl.LazyFrame], id_matches: IdMatches
) -> TableKnowledge:
    uncertain_ids = id_matches.uncertain_ids.get(table_name, ())
    is_apart = table_name in id_matches.apart_tables
    uncertain_rows = _count_rows_of(frames[table_name], table_name, uncertain_ids) if uncertain_ids else 0
    return replace(knowledge, uncertain_rows=uncertain_rows, is_apart=is_apart)


def _count_rows_of(table_frame: pl.LazyFrame, table_name: str, ids: Collection[str]) -> int:
    id_column = pl.col(find_clean_table(table_name).subject.id_column).cast(pl.String)
    return _count_rows(table_frame.filter(id_column.is_in(sorted(ids))))


def _count_rows(table_frame: pl.LazyFrame) -> int:
    return int(table_frame.select(pl.len()).collect().item())


def _name_file(issue: Issue, tables: LoadedTables) -> Issue:
    """Return an issue with the latest file of its table."""
    files = [source.file for source in tables.sources if source.table == issue.table]
    return replace(issue, file=files[-1] if files else "")

"""Bring the tables of a folder together: ids that are written in several ways are joined."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

import polars as pl

from kpitui.layouts import LAYOUTS
from kpitui.model.clean_tables import LATEST_ALONE_COLUMN, find_clean_table
from kpitui.model.issues import Issue
from kpitui.model.table_knowledge import TableKnowledge
from kpitui.tables.id_matching import IdMatches, match_ids
from kpitui.tables.load_folder import LoadedTables

_INSPECTION_TABLES = ("school_inspections", "early_years_inspections")
_LATEST_ALONE_TITLES = {layout.title for layout in LAYOUTS if layout.has_latest_alone}


def reconcile_tables(tables: LoadedTables) -> LoadedTables:
    """Join ids that differ in spelling alone, and report them."""
    frames = dict(tables.frames)
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
        issues=(*tables.issues, *(_name_file(issue, tables) for issue in id_matches.issues)),
        knowledge={
            name: _add_id_knowledge(name, _add_end_knowledge(knowledge, name in latest_alone), frames, id_matches)
            for name, knowledge in tables.knowledge.items()
        },
    )


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

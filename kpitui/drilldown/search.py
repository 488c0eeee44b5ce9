"""Search for a school, setting, child or worker by part of a name or number."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import narwhals as nw

from kpitui.council import Council
from kpitui.drilldown.cases import list_cases
from kpitui.model.board import Board, Entry
from kpitui.model.clean_tables import CLEAN_TABLES
from kpitui.model.cohort_signatures import COHORTS
from kpitui.model.drilldown import Subject
from kpitui.tables.as_known_on import TableFrame

MAX_MATCHES_PER_TABLE: Final = 20
"""Matches taken from one table: readers type another letter rather than read a longer list."""


def search_subjects(council: Council, board: Board, search_text: str) -> tuple[Subject, ...]:
    """Find the subjects whose name or number contains every word of a text.

    Only what was known on the board's date is searched. Schools and settings match by name or
    number, people by number. Returns at most MAX_MATCHES_PER_TABLE subjects of each table; a public
    board has no people to find.
    """
    table_frames = council.select_frames_known_on(board.as_at)
    search_words = search_text.lower().split()
    if not search_words:
        return ()
    return tuple(
        subject
        for name, table in CLEAN_TABLES.items()
        if table.subject_noun and (table.subject.has_public_rows or not board.is_public)
        for subject in _search_table(table_frames[name], name, table.subject.id_column, search_words)
    )


def _search_table(
    table_frame: TableFrame, table_name: str, id_column: str, search_words: list[str]
) -> Iterator[Subject]:
    """Yield the matching rows of one table as subjects, sorted by name, then by number."""
    columns = [id_column] + (["name"] if "name" in table_frame.collect_schema().names() else [])
    for search_word in search_words:
        # The text is no pattern: dots and brackets in a name mean themselves. A missing name must
        # not hide a match by number, hence `ignore_nulls`.
        matches = [nw.col(name).str.to_lowercase().str.contains(search_word, literal=True) for name in columns]
        table_frame = table_frame.filter(nw.any_horizontal(*matches, ignore_nulls=True))
    rows = table_frame.select(columns).unique().sort(*reversed(columns)).head(MAX_MATCHES_PER_TABLE).collect()
    for subject_id, *subject_name in rows.iter_rows():
        yield Subject(table_name, id_column, str(subject_id), str(subject_name[0] or "") if subject_name else "")


def find_home_entry(council: Council, board: Board, subject: Subject) -> Entry | None:
    """Return the first indicator on the board that has a case of the subject, or None."""
    for entry in board.entries:
        if COHORTS[entry.indicator.rule.cohort.name].subject_column != subject.id_column:
            continue
        case_rows = list_cases(council, board, entry).case_frame
        if subject.id_column in case_rows.columns and subject.id in case_rows[subject.id_column]:
            return entry
    return None

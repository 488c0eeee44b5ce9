"""Finding a school, a setting, a child or a worker by a part of its name or number."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import narwhals as nw

from kpitui.behind import Subject
from kpitui.cases import cases
from kpitui.cohorts import COHORTS
from kpitui.council import Council
from kpitui.model import Board, Entry
from kpitui.tables.known import Frame

MOST: Final = 20
"""Subjects of one table that are told of: a reader types on rather than look through more."""
NAMED: Final = (
    ("schools", "urn"),
    ("early_years_settings", "urn"),
    ("children", "child"),
    ("social_workers", "worker"),
)
"""The tables that have a row for each subject, and the column that names it."""

PEOPLE: Final = frozenset({"children", "social_workers"})


def find(council: Council, board: Board, text: str) -> tuple[Subject, ...]:
    """The subjects known on the board's date whose name or number has every word of a text.

    Places come by name, people by number; at most MOST of each table.  A public board knows no
    people.
    """
    frames = council.known(board.as_at)
    words = text.lower().split()
    if not words:
        return ()
    return tuple(
        one
        for table, column in NAMED
        if not (board.public and table in PEOPLE)
        for one in _of(frames[table], table, column, words)
    )


def _of(frame: Frame, table: str, column: str, words: list[str]) -> Iterator[Subject]:
    columns = [column] + (["name"] if "name" in frame.collect_schema().names() else [])
    for word in words:
        parts = [nw.col(one).str.to_lowercase().str.contains(word, literal=True) for one in columns]
        frame = frame.filter(nw.any_horizontal(*parts, ignore_nulls=True))
    found = frame.select(columns).unique().sort(*reversed(columns)).head(MOST).collect()
    for number, *name in found.iter_rows():
        yield Subject(table, column, str(number), str(name[0] or "") if name else "")


def home(council: Council, board: Board, subject: Subject) -> Entry | None:
    """The first indicator of the board that has a case of a subject, if any has."""
    for entry in board.entries:
        if COHORTS[entry.indicator.rule.cohort.name].subject != subject.column:
            continue
        frame = cases(council, board, entry).frame
        if subject.column in frame.columns and subject.id in frame[subject.column]:
            return entry
    return None

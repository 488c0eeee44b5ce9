"""Batches of small files of one layout, cleaned together.

Most of the cost of a small frame is the same whatever its size. Cleaned one by one, 3,000 small
files take ten times as long: see docs/speed.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from kpitui.layouts import Layout
from kpitui.layouts.engine import build_clean_tables, find_repeated_columns
from kpitui.model.clean_tables import find_clean_table
from kpitui.model.issues import create_message
from kpitui.model.table_schema import CleanTable
from kpitui.readers.error_guard import translate_reader_errors
from kpitui.readers.raw_table import PART_COLUMN, RawTable, UnreadableTable
from kpitui.tables.merge_files import TablePart, add_typed_rows

BATCH_CELLS = 500_000  # cells

PartsByTable = Mapping[str, TablePart]
"""The part of each table that one file gives, by the name of the table."""


@dataclass(slots=True)
class _PieceBatch:
    """Pieces with the same columns, from files of one layout."""

    layout: Layout
    year: str | None
    pieces: list[tuple[PartsByTable, RawTable]] = field(default_factory=list)
    cell_count: int = 0


class SmallFileBatcher:
    """Collects pieces, and gives each part its clean rows once a batch is large enough.

    Call `flush_batches` after the last file.
    """

    def __init__(self, table_schemas: Mapping[str, CleanTable]) -> None:
        self._table_schemas = table_schemas
        self._batches: dict[tuple[object, ...], _PieceBatch] = {}

    def add_piece(self, table_parts: PartsByTable, raw_piece: RawTable, layout: Layout, year: str | None) -> None:
        """Add a piece of a file, whose clean rows go to `table_parts`.

        `year` is the one in the name of the file, where the layout takes it from there.
        """
        # A layout has dictionaries in it and cannot be hashed: its identity stands for it.
        batch_key = (id(layout), *raw_piece.raw_rows.schema.items(), raw_piece.header_line)
        batch = self._batches.setdefault(batch_key, _PieceBatch(layout, year))
        batch.pieces.append((table_parts, raw_piece))
        batch.cell_count += raw_piece.raw_rows.height * raw_piece.raw_rows.width
        # A layout that needs all its rows at once comes in one piece, which is a batch of its own.
        if layout.needs_all_rows or batch.cell_count > BATCH_CELLS:
            self._clean_batch(self._batches.pop(batch_key))

    def discard_file(self, table_parts: PartsByTable) -> None:
        """Drop the pieces of a file, because a later piece of it could not be read."""
        for batch in self._batches.values():
            batch.pieces = [piece for piece in batch.pieces if piece[0] is not table_parts]

    def flush_batches(self) -> None:
        """Clean the batches that are left, and give their rows to the parts."""
        while self._batches:
            self._clean_batch(self._batches.pop(next(iter(self._batches))))

    def _clean_batch(self, batch: _PieceBatch) -> None:
        """Clean a batch. Where a library fails on it, its files that fail are marked as unreadable."""
        try:
            self._add_clean_rows(batch)
        except UnreadableTable as error:
            files = {id(table_parts): table_parts for table_parts, _ in batch.pieces}
            failing_files = [table_parts for table_parts in files.values() if self._fails_alone(batch, table_parts)]
            # A table that loses one file is not used, so the rows of the other files do no harm.
            for table_parts in failing_files or files.values():
                for part in table_parts.values():
                    part.mark_unreadable(error)

    def _fails_alone(self, batch: _PieceBatch, table_parts: PartsByTable) -> bool:
        """Say whether the pieces of one file cannot be cleaned even without the others."""
        trial_parts: PartsByTable = {name: TablePart(part.file_path) for name, part in table_parts.items()}
        pieces = [(trial_parts, raw_piece) for parts, raw_piece in batch.pieces if parts is table_parts]
        try:
            self._add_clean_rows(_PieceBatch(batch.layout, batch.year, pieces))
        except UnreadableTable:
            return True
        return False

    @translate_reader_errors()
    def _add_clean_rows(self, batch: _PieceBatch) -> None:
        """Give the clean rows of a batch to its parts. Raise UnreadableTable where a library fails."""
        if not batch.pieces:
            return
        file_parts, raw_rows = _number_files(batch)
        ascii_only = all(piece.ascii_only for _, piece in batch.pieces)
        clean_frames, total_rows = build_clean_tables(RawTable(raw_rows, ascii_only), batch.layout)
        _log_batch_notes(batch, file_parts, total_rows)
        for table_name, table_rows in clean_frames:
            year_column = batch.layout.filename_year_column
            if year_column in find_clean_table(table_name).columns:
                table_rows = table_rows.with_columns(pl.lit(batch.year, dtype=pl.String).alias(year_column))
            table_parts = [parts[table_name] for parts in file_parts]
            add_typed_rows(RawTable(table_rows, ascii_only), table_parts, self._table_schemas[table_name])


def begin_parts(path: Path, layout: Layout, section: str, year: str | None) -> dict[str, TablePart]:
    """Return an empty part for each table that a layout gives; `year` is the one in the name of the file."""
    table_parts = {
        name: TablePart(path, section, layout.title, file_column_names=layout.find_file_columns(name))
        for name in layout.table_names
    }
    for table_name, part in table_parts.items():
        part.is_selective = any(mapping.row_filter is not None for mapping in layout.table_mappings)
        _note_fallback(part, layout, table_name)
        if layout.caveat_code:
            part.issue_log.add_note(create_message(layout.caveat_code))
        # An issue rather than a failure: the rows are good, though of an unknown year.
        if layout.filename_year_column in find_clean_table(table_name).columns and year is None:
            part.issue_log.add_note(create_message("file-without-year"))
    return table_parts


def _note_fallback(part: TablePart, layout: Layout, table_name: str) -> None:
    for mapping in layout.table_mappings:
        if mapping.table_name == table_name and mapping.is_fallback:
            part.is_fallback = True
            part.issue_log.add_note(create_message(mapping.caveat_code))


def _number_files(batch: _PieceBatch) -> tuple[list[PartsByTable], pl.DataFrame]:
    """Return the parts of each file, and the rows of all with the number of their file as `_part`."""
    file_parts: list[PartsByTable] = []
    frames = []
    for table_parts, raw_piece in batch.pieces:
        # The pieces of one file follow one another, and share one number.
        if not file_parts or file_parts[-1] is not table_parts:
            file_parts.append(table_parts)
        part_marker = pl.lit(len(file_parts) - 1, dtype=pl.UInt32).alias(PART_COLUMN)
        frames.append(raw_piece.raw_rows.with_columns(part_marker))
    return file_parts, pl.concat(frames)


def _log_batch_notes(batch: _PieceBatch, file_parts: Sequence[PartsByTable], total_rows: pl.DataFrame) -> None:
    """Log the notes of readers and the rows of totals, once, with the first table of the layout."""
    first_table = batch.layout.table_names[0]
    for table_parts, raw_piece in batch.pieces:
        table_parts[first_table].rejected_count += raw_piece.rejected_count
        for table_part in table_parts.values():
            table_part.ragged_count += raw_piece.rejected_count
            table_part.truncated = table_part.truncated or raw_piece.truncated
        table_parts[first_table].issue_log.add_notes(
            [*raw_piece.reader_notes, *find_repeated_columns(raw_piece, batch.layout)]
        )
    for line, file_index in total_rows.iter_rows():
        file_parts[file_index][first_table].rejected_count += 1
        file_parts[file_index][first_table].issue_log.add_note(create_message("row-of-totals"), line)

"""Read files with columns of a council's own, as `[files."pattern"]` of its config maps them.

Headings are compared without capitals, blanks and notes. What the config does not name and the table
has under its own name is taken too; all else in the file is left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import polars as pl

from kpitui.config_file.file_settings import FileMapping
from kpitui.layouts.declarations import Layout, TableMapping
from kpitui.model.issues import create_message
from kpitui.model.table_schema import CleanTable, ColumnType
from kpitui.readers import workbooks
from kpitui.readers.data_files import (
    HEADER_SEARCH_LINES,
    find_header_candidates,
    normalise_column_names,
    open_text_file,
    read_parquet_file,
    read_rows_below_header,
)
from kpitui.readers.date_forms import read_stated_dates
from kpitui.readers.raw_table import RawTable, UnreadableTable
from kpitui.tables.recognise_files import FileContents, RecognisedTable, require_readable
from kpitui.text import find_nearest_name, fold_heading

PieceReader = Callable[[], Iterator[RawTable]]
SheetHeader = tuple[int, tuple[str, ...], str, PieceReader]
"""A possible header: its line, its column names, its sheet, and what reads the rows below it."""


def recognise_mapped_file(
    path: Path, mappings: Sequence[FileMapping], schemas: Mapping[str, CleanTable]
) -> FileContents:
    """Find the tables that mappings make of a file.

    Raise UnreadableTable where the file cannot be read, or lacks a column that a mapping names.
    """
    require_readable(path)
    headers = [*list_possible_headers(path, {fold_heading(mapping.sheet) for mapping in mappings})]
    return FileContents([_map_file(headers, mapping, schemas[mapping.table_name]) for mapping in mappings])


def map_named_workbook(path: Path, table: CleanTable) -> FileMapping:
    """Return the mapping of a workbook that is named as a table: its columns have their own names."""
    columns = {column.name: column.name for column in table.columns.values() if column.required}
    return FileMapping(path.name, table.name, columns)


def list_possible_headers(path: Path, named_sheets: Collection[str] = ()) -> Iterator[SheetHeader]:
    """List every way to read one of the first rows of a file, or of each of its sheets, as a header.

    A hidden sheet is passed over, unless it is one of `named_sheets`, by its folded name.
    """
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        names, pieces = read_parquet_file(path)
        yield 1, tuple(names), "", partial(iter, pieces)
    elif suffix in workbooks.WORKBOOK_SUFFIXES:
        for sheet in workbooks.read_sheets(path):
            # What somebody hid is read only where the config names it.
            if not sheet.is_hidden or fold_heading(sheet.name) in named_sheets:
                yield from _list_sheet_headers(sheet.name, sheet.rows)
    else:
        text_file = open_text_file(path)
        for header in find_header_candidates(text_file):
            reader = partial(read_rows_below_header, text_file, header.line_number, header.separator)
            yield header.line_number, header.column_names, "", reader


def _list_sheet_headers(sheet_name: str, rows: workbooks.SheetRows) -> Iterator[SheetHeader]:
    for row_number, row in enumerate(rows[:HEADER_SEARCH_LINES], 1):
        if any(cell.strip() for cell in row):
            names = tuple(normalise_column_names(row, [], None))
            yield row_number, names, sheet_name, partial(_read_sheet_rows_below, rows, row_number)


def _read_sheet_rows_below(rows: workbooks.SheetRows, row_number: int) -> Iterator[RawTable]:
    yield workbooks.read_below_header(rows, row_number)


def _map_file(headers: Sequence[SheetHeader], mapping: FileMapping, table: CleanTable) -> RecognisedTable:
    """Map the header that has most of the columns that a mapping names."""
    line_number, names, sheet_name, read_pieces = _choose_header(headers, mapping, table)
    names_by_folded = {fold_heading(name): name for name in reversed(names)}
    missing = tuple(heading for heading in mapping.columns.values() if fold_heading(heading) not in names_by_folded)
    if missing or not names:
        similar = tuple(filter(None, (find_nearest_name(heading.lower(), names) for heading in missing)))
        message = create_message("mapped-column-missing", columns=missing, names=names[:12], similar=similar)
        raise UnreadableTable(message, line_number)
    column_sources = {
        column: names_by_folded[fold_heading(column)]
        for column in table.columns
        if fold_heading(column) in names_by_folded
    } | {column: names_by_folded[fold_heading(heading)] for column, heading in mapping.columns.items()}
    layout = _build_layout(mapping, column_sources)
    return RecognisedTable(layout, partial(_read_mapped_pieces, read_pieces, layout, mapping, table), sheet_name)


def _choose_header(headers: Sequence[SheetHeader], mapping: FileMapping, table: CleanTable) -> SheetHeader:
    """Choose the header of a mapping's sheet and line with most of its columns; the first of equals."""
    sheet_headers = [header for header in headers if not mapping.sheet or _is_sheet(header, mapping)]
    if not sheet_headers and mapping.sheet:
        sheet_names = tuple(dict.fromkeys(sheet_name for _, _, sheet_name, _ in headers if sheet_name))
        raise UnreadableTable(create_message("mapped-sheet-missing", names=sheet_names))
    line_headers = [
        header for header in sheet_headers if mapping.skipped_lines is None or header[0] == mapping.skipped_lines + 1
    ]
    headings = {fold_heading(name) for name in (*mapping.columns.values(), *table.columns)}

    def count_headings(header: SheetHeader) -> int:
        return len(headings.intersection(map(fold_heading, header[1])))

    return max(line_headers, key=count_headings, default=(1, (), "", partial(iter, ())))


def _is_sheet(header: SheetHeader, mapping: FileMapping) -> bool:
    return fold_heading(header[2]) == fold_heading(mapping.sheet)


def _build_layout(mapping: FileMapping, column_sources: Mapping[str, str]) -> Layout:
    return Layout(
        title=f'files."{mapping.pattern}" of the config',
        required_columns=tuple(dict.fromkeys(column_sources.values())),
        table_mappings=(TableMapping(mapping.table_name, column_sources, code_maps=mapping.values),),
        date_formats=() if mapping.date_order == "iso" else ("%d/%m/%Y",),
    )


def _read_mapped_pieces(
    read_pieces: PieceReader, layout: Layout, mapping: FileMapping, table: CleanTable
) -> Iterator[RawTable]:
    """Yield the pieces of a file, with its dates in the order that the config states."""
    (table_mapping,) = layout.table_mappings
    date_headings = [
        str(heading)
        for column, heading in table_mapping.column_sources.items()
        if column in table.columns and table.columns[column].column_type is ColumnType.DATE
    ]
    for raw_piece in read_pieces():
        # The config says what the file is: a title above the header is no news.
        raw_piece.reader_notes = [note for note in raw_piece.reader_notes if note.line != raw_piece.header_line]
        if not mapping.date_order:
            yield raw_piece
            continue
        rows = raw_piece.raw_rows
        texts = [rows[heading] for heading in date_headings if rows.schema.get(heading) == pl.String]
        stated_days = [read_stated_dates(text, mapping.date_order) for text in texts]
        yield replace(raw_piece, raw_rows=rows.with_columns(stated_days))

"""Find the layout of a file by its columns, and map its rows to clean tables."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import polars as pl

from kpitui.layouts.declarations import ColumnSource, Layout, TableMapping
from kpitui.model.clean_tables import AREA_COLUMN, find_clean_table
from kpitui.model.issues import create_message
from kpitui.model.table_schema import CleanTable, ColumnType
from kpitui.readers.date_forms import ONLY_MONTH_FIRST, convert_to_days, mark_month_first
from kpitui.readers.raw_table import LINE_COLUMN, PART_COLUMN, RawTable, ReaderNote
from kpitui.text import fold_heading

CELL_SPACES = " \t\r\n"
# Releases of the same file differ in curly and straight quotes.
_STRAIGHT_QUOTES = str.maketrans("\u2018\u2019`\u201c\u201d", "'''\"\"")
_AREA_HEADINGS = ("lacode", "lea", "oldlacode", "lanumber")
_TOTAL_MARKS = ("total", "totals", "grand total", "all", "sum")


def find_layout(header_names: Collection[str], layouts: Iterable[Layout]) -> Layout | None:
    """Find the layout that these columns fit: of several, the one that requires most columns."""
    names = _straighten_quotes(header_names)
    fitting_layouts = [layout for layout in layouts if _matches_layout(_resolve_aliases(names, layout), layout)]
    return max(fitting_layouts, key=lambda layout: len(layout.required_columns), default=None)


def find_nearest_layout(
    header_names: Collection[str], layouts: Iterable[Layout]
) -> tuple[float, Layout, tuple[str, ...]] | None:
    """Find the layout with the largest share of its required columns present.

    Return the share, the layout and its missing columns; or None where less than half are present.
    """
    scored_layouts, names = [], _straighten_quotes(header_names)
    for layout in layouts:
        columns = _resolve_aliases(names, layout)
        missing_columns = tuple(name for name in layout.required_columns if name not in columns)
        scored_layouts.append((1 - len(missing_columns) / len(layout.required_columns), layout, missing_columns))
    match_share, layout, missing_columns = max(scored_layouts, key=lambda scored_layout: scored_layout[0])
    return (match_share, layout, missing_columns) if match_share >= 0.5 else None


def build_clean_tables(raw_table: RawTable, layout: Layout) -> tuple[list[tuple[str, pl.DataFrame]], pl.DataFrame]:
    """Map a raw table to clean tables, as they would be in files of their own.

    Return the tables by name, and the `_line` and `_part` of rows of totals, which are left out.
    Every cell is text. `_line` and `_part` stay with the rows.
    """
    file_rows = _select_source_columns(raw_table.raw_rows, layout)
    file_rows, total_rows = _split_total_rows(file_rows, layout)
    named_tables = []
    for table_name in layout.table_names:
        frames = [
            _map_rows(file_rows, mapping, layout)
            for mapping in layout.table_mappings
            if mapping.table_name == table_name
        ]
        # Mappings of one table may differ in their optional columns.
        named_tables.append((table_name, pl.concat(frames, how="diagonal")))
    return named_tables, total_rows


def select_layout_columns(raw_rows: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """Select the columns of a file that a layout uses, under its names and as text; missing ones are null."""
    return _select_source_columns(raw_rows.with_columns(pl.lit(0, pl.UInt32).alias(PART_COLUMN)), layout)


def _matches_layout(canonical_names: Collection[str], layout: Layout) -> bool:
    """Say whether these names, aliases resolved, include and lack what the layout asks for."""
    return all(name in canonical_names for name in layout.required_columns) and not any(
        column_name in canonical_names for column_name in layout.absent_columns
    )


def _straighten_quotes(header_names: Iterable[str]) -> list[str]:
    """Replace curly quotes in column names by straight ones."""
    return [name.translate(_STRAIGHT_QUOTES) for name in header_names]


def _resolve_aliases(header_names: Iterable[str], layout: Layout) -> set[str]:
    """Resolve the layout's aliases in a set of column names."""
    return {_resolve_alias(name, layout) for name in header_names}


def _resolve_alias(header_name: str, layout: Layout) -> str:
    """Return the layout's name for a column of the file; capitals, blanks and notes do not matter."""
    name = header_name.translate(_STRAIGHT_QUOTES)
    if name in layout.column_aliases:
        return layout.column_aliases[name]
    return name if name in layout.source_columns else layout.folded_columns.get(fold_heading(name), name)


def _select_source_columns(file_rows: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """Select the columns that a layout uses, as stripped text; missing ones are null."""
    headers_by_column: dict[str, list[str]] = {}
    for column_name in file_rows.columns:
        column = _resolve_alias(column_name, layout)
        headers = headers_by_column.setdefault(column, [])
        # A column of the name itself comes before its aliases.
        headers.insert(0 if column_name == column else len(headers), column_name)
    source_cells: dict[str, pl.Expr] = {}
    for column_name in layout.source_columns:
        alias_cells = [
            _clean_source_cell(name, file_rows, layout.missing_marks) for name in headers_by_column.get(column_name, ())
        ]
        source_cells[column_name] = pl.coalesce(alias_cells) if alias_cells else pl.lit(None, dtype=pl.String)
    # A file of several councils, or of another one, says so in a column that no layout needs.
    area_heading = next((name for name in file_rows.columns if fold_heading(name) in _AREA_HEADINGS), None)
    if area_heading is not None and AREA_COLUMN not in source_cells:
        source_cells[AREA_COLUMN] = _clean_source_cell(area_heading, file_rows, layout.missing_marks)
    return file_rows.select(LINE_COLUMN, PART_COLUMN, **source_cells)


def _split_total_rows(file_rows: pl.DataFrame, layout: Layout) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Separate rows of totals, which have a word such as "total" where the subject's id belongs."""
    if (column := _find_subject_column(layout)) is None:
        return file_rows, file_rows.select(LINE_COLUMN, PART_COLUMN).clear()
    is_total = pl.col(column).str.to_lowercase().is_in(_TOTAL_MARKS).fill_null(False)
    return file_rows.filter(~is_total), file_rows.filter(is_total).select(LINE_COLUMN, PART_COLUMN)


def _find_subject_column(layout: Layout) -> str | None:
    """Return the column that identifies the subject of a row, where that is an id; or None."""
    for mapping in layout.table_mappings:
        table = find_clean_table(mapping.table_name)
        source = mapping.column_sources.get(table.key_columns[0]) if table.key_columns else None
        if isinstance(source, str) and table.columns[table.key_columns[0]].column_type is ColumnType.ID:
            return source
    return None


def find_repeated_columns(raw_table: RawTable, layout: Layout) -> Iterator[ReaderNote]:
    """Yield a note for each column the layout uses that is in the file more than once."""
    header_names = dict.fromkeys(raw_table.column_names)
    for number, header_name in enumerate(header_names, 1):
        # The reader has made repeated names distinct by adding the number of the column.
        first_name = header_name.removesuffix(f"_{number}")
        is_repeat = first_name != header_name and first_name in header_names
        if is_repeat and _resolve_alias(first_name, layout) in layout.source_columns:
            yield ReaderNote(raw_table.header_line, create_message("column-repeated", column=first_name))


def _clean_source_cell(header_name: str, file_rows: pl.DataFrame, missing_marks: Sequence[str]) -> pl.Expr:
    """Return a cell as text stripped of spaces; null where it is empty or marked as missing."""
    cell = pl.col(header_name)
    # Parquet files hold days as timestamps too. A clean table has days.
    if file_rows.schema[header_name] == pl.Datetime:
        cell = convert_to_days(cell, file_rows.schema[header_name])
    # A no-break space looks like a space, but would not be stripped below.
    cell = cell.cast(pl.String, strict=False).str.replace_all("\u00a0", " ", literal=True)
    cell = cell.str.strip_chars(CELL_SPACES)
    is_missing = cell.str.to_lowercase().is_in(["", *missing_marks])
    return pl.when(is_missing).then(None).otherwise(cell)


def _map_rows(file_rows: pl.DataFrame, mapping: TableMapping, layout: Layout) -> pl.DataFrame:
    """Map the rows of a file to one clean table, with every column the table requires."""
    source_rows = _select_source_rows(file_rows, mapping)
    table = find_clean_table(mapping.table_name)
    columns = [column.name for column in table.columns.values() if column.required]
    empty_cells = {name: pl.lit(None, dtype=pl.String) for name in columns if name not in mapping.column_sources}
    mapped_cells = {
        column_name: _convert_mapped_cell(column_name, source, mapping, layout)
        for column_name, source in mapping.column_sources.items()
    }
    if AREA_COLUMN in source_rows.columns and table.subject.id_column and AREA_COLUMN not in table.columns:
        mapped_cells.setdefault(AREA_COLUMN, pl.col(AREA_COLUMN))
    mapped_rows = source_rows.select(LINE_COLUMN, PART_COLUMN, **_order_columns(mapped_cells | empty_cells, table))
    mapped_rows = _restore_doubted_dates(mapped_rows, source_rows, mapping)
    if not mapping.distinct_rows:
        return mapped_rows
    # Of repeated rows the first stays, so that issues name the line where it occurs first.
    return mapped_rows.unique(pl.exclude(LINE_COLUMN), keep="first", maintain_order=True)


def _select_source_rows(file_rows: pl.DataFrame, mapping: TableMapping) -> pl.DataFrame:
    """Prepare the rows of a file and select those that a table is mapped from, with `_part`."""
    source_rows = file_rows
    if mapping.prepare_rows is not None:
        # Preparation may combine rows, so it gets one file's rows at a time and loses `_part`.
        prepared_rows = mapping.prepare_rows(file_rows.drop(PART_COLUMN))
        source_rows = prepared_rows.with_columns(pl.lit(0, pl.UInt32).alias(PART_COLUMN))
    return source_rows if mapping.row_filter is None else source_rows.filter(mapping.row_filter)


def _order_columns(column_cells: Mapping[str, pl.Expr], table: CleanTable) -> dict[str, pl.Expr]:
    """Order the columns as the clean table does, with additional ones at the end."""
    names = [name for name in table.columns if name in column_cells]
    return {
        column_name: column_cells[column_name]
        for column_name in (*names, *(column for column in column_cells if column not in names))
    }


def _convert_mapped_cell(
    column_name: str, column_source: ColumnSource, mapping: TableMapping, layout: Layout
) -> pl.Expr:
    """Convert a cell to the form of the clean table: ISO dates, and codes translated."""
    cell = pl.col(column_source) if isinstance(column_source, str) else column_source
    column = find_clean_table(mapping.table_name).columns.get(column_name)
    if column is not None and column.column_type is ColumnType.DATE:
        return _format_iso_date(cell, layout.date_formats)
    if column_name not in mapping.code_maps:
        return cell
    code_map = dict(mapping.code_maps[column_name])
    return cell.str.to_lowercase().replace_strict(code_map, default=cell, return_dtype=pl.String)


def _restore_doubted_dates(mapped_rows: pl.DataFrame, source_rows: pl.DataFrame, mapping: TableMapping) -> pl.DataFrame:
    """Put back the cells of a column of dates that seems to be written month first, for the checks to refuse."""
    restored_columns = []
    for column_name, source in mapping.column_sources.items():
        column = find_clean_table(mapping.table_name).columns.get(column_name)
        if column is None or column.column_type is not ColumnType.DATE:
            continue
        if mapped_rows[column_name].str.contains(ONLY_MONTH_FIRST).any():
            cells = source_rows.select(pl.col(source) if isinstance(source, str) else source).to_series()
            is_doubted = mark_month_first(cells, source_rows[PART_COLUMN])
            restored_columns.append(mapped_rows[column_name].zip_with(~is_doubted, cells).alias(column_name))
    return mapped_rows.with_columns(restored_columns)


def _format_iso_date(cell: pl.Expr, date_formats: Sequence[str]) -> pl.Expr:
    """Convert a date to ISO form. One in no known format stays as it is, and is reported later."""
    parsed_dates = [cell.str.to_date(date_format, strict=False) for date_format in date_formats]
    # `%Y` accepts years of fewer than four digits: 02/04/24 must not become the year 24.
    dates = [pl.when(date.dt.year() >= 1000).then(date.dt.strftime("%Y-%m-%d")) for date in parsed_dates]
    return pl.coalesce([*dates, cell])

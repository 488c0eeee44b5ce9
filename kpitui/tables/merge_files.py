"""The rows that one file gives a clean table (a part), and merging the parts of several files.

Parts are ordered from the weakest to the strongest: where two contradict each other, the later one
in that order is used. A part that cannot be read takes its table with it, because numbers from the
remaining files would be wrong.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TypeVar

import polars as pl

from kpitui.model.clean_tables import UNREAD_SUFFIX, find_clean_table
from kpitui.model.issues import CodedMessage, create_message
from kpitui.model.periods import parse_period_or_none
from kpitui.model.table_schema import CleanTable
from kpitui.readers.compact_columns import expand_lazily, get_expanded_schema
from kpitui.readers.compact_pieces import CompactStore
from kpitui.readers.raw_table import LINE_COLUMN, PART_COLUMN, RawTable, UnreadableTable
from kpitui.tables.check_rows import RowIssueCollector, check_table_rows, list_checked_columns
from kpitui.tables.council_rows import select_council_rows
from kpitui.tables.issue_log import FILE_ORDER, IssueLog, PieceFindings
from kpitui.tables.polars_types import get_polars_type
from kpitui.tables.subject_partitions import ROW_POSITION, SubjectPartitions
from kpitui.tables.table_columns import parse_table_rows

PolarsFrame = TypeVar("PolarsFrame", pl.DataFrame, pl.LazyFrame)

_ROUNDED_ID = r"^\d(\.\d+)?[eE]\+\d{2,}$"


@dataclass(slots=True)
class TablePart:
    """The rows of a clean table from one file, in compact pieces, with what was found in them.

    `file_section` is the sheet, XML record or archive member, where the file has several.
    `recognised_as` is the title of its layout. `row_count` counts what were rows, `rejected_count`
    what were not, `used_count` the rows that stayed in the table, and `superseded_count` those that
    a stronger part has too. `file_row_count` counts all rows of the file, some of which may say
    nothing about this table. `file_column_names` maps clean columns to their names in the file.
    `problem` says why the part is lost, at `problem_line`, and is None where it is not. `is_watched` says whether
    changes to the file are noticed.
    """

    file_path: Path
    file_section: str = ""
    recognised_as: str = ""
    typed_pieces: CompactStore = field(default_factory=CompactStore)
    issue_log: IssueLog = field(default_factory=IssueLog)
    row_count: int = 0
    rejected_count: int = 0
    used_count: int = 0
    superseded_count: int = 0
    file_row_count: int | None = None
    file_column_names: Mapping[str, str] = field(default_factory=dict)
    problem: CodedMessage | None = None
    problem_line: int | None = None
    last_event: date = date.min
    latest_period_end: date = date.min
    truncated: bool = False  # the end of the file is missing
    numbers_records: bool = False  # its rows have numbers in place of lines
    is_watched: bool = True
    is_selective: bool = False  # its layout chooses among the rows of the file
    is_fallback: bool = False  # used only where nothing else gives the table
    ragged_count: int = 0  # lines of the file that are no rows
    lost_count: int = 0  # rows that were left out although they may be cases
    first_lost_line: int | None = None
    unread_counts: Counter[str] = field(default_factory=Counter)
    column_names: set[str] = field(default_factory=set)
    filled_columns: set[str] = field(default_factory=set)
    rounded_id: UnreadableTable | None = None  # what says that a spreadsheet has spoilt the ids
    contradiction_count: int = 0  # rows that were left out, and contradict the one that was used
    other_council_count: int = 0  # rows of other councils, which are not used

    @property
    def read_count(self) -> int:
        """Return the number of rows read, used or not."""
        return self.rejected_count + self.row_count

    def add_piece(self, typed_rows: pl.DataFrame, table: CleanTable) -> None:
        """Add a piece of typed rows."""
        self.row_count += typed_rows.height
        self.last_event = max(self.last_event, find_last_event(typed_rows, table))
        self.latest_period_end = max(self.latest_period_end, find_latest_period_end(typed_rows, table))
        for column_name in typed_rows.columns:
            filled_count = typed_rows.height - typed_rows[column_name].null_count()
            self.column_names.add(column_name)
            if filled_count:
                self.filled_columns.add(column_name)
            if column_name.endswith(UNREAD_SUFFIX):
                self.unread_counts[column_name.removesuffix(UNREAD_SUFFIX)] += filled_count
        if self.rounded_id is None:
            self.rounded_id = _find_rounded_id(typed_rows, table)
        self.typed_pieces.add_frame(typed_rows)

    def add_other_rows(self, row_count: int) -> None:
        """Count rows of other councils, which are read and not used."""
        self.row_count += row_count
        self.other_council_count += row_count
        message = create_message("rows-of-other-council")
        self.issue_log.add_findings(FILE_ORDER, message, PieceFindings(row_count))

    def mark_unreadable(self, error: UnreadableTable) -> None:
        """Discard the rows: the file turned out to be unreadable, and nothing of it is used."""
        self.typed_pieces, self.row_count, self.rejected_count = CompactStore(), 0, 0
        self.unread_counts, self.column_names, self.filled_columns = Counter(), set(), set()
        self.issue_log = IssueLog()
        self.issue_log.add_note(error.message, error.line_number)
        self.problem, self.problem_line = error.message, error.line_number


def _find_rounded_id(typed_rows: pl.DataFrame, table: CleanTable) -> UnreadableTable | None:
    """Find an id such as 1.00007E+11: what different ids had in common is all that is left of them."""
    id_column = table.subject.id_column
    if id_column not in typed_rows.columns:
        return None
    ids = typed_rows[id_column].cast(pl.String)
    rounded_ids = typed_rows.filter(ids.str.contains(_ROUNDED_ID))
    if not rounded_ids.height:
        return None
    cell = str(rounded_ids[id_column][0])
    line_number = int(rounded_ids[LINE_COLUMN][0]) if LINE_COLUMN in rounded_ids.columns else None
    return UnreadableTable(create_message("ids-spoilt", column=id_column, cell=cell), line_number)


def read_part(file_path: Path, raw_pieces: RawTable | Iterable[RawTable], table: CleanTable) -> TablePart:
    """Read the rows of a table from one file, piece by piece.

    Raise UnreadableTable where a required column is missing, or a piece cannot be read.
    """
    table_part = TablePart(file_path)
    for raw_piece in [raw_pieces] if isinstance(raw_pieces, RawTable) else raw_pieces:
        table_part.issue_log.add_notes(raw_piece.reader_notes)
        table_part.rejected_count += raw_piece.rejected_count
        table_part.ragged_count += raw_piece.rejected_count
        table_part.truncated = table_part.truncated or raw_piece.truncated
        raw_piece.raw_rows = raw_piece.raw_rows.with_columns(pl.lit(0, dtype=pl.UInt32).alias(PART_COLUMN))
        add_typed_rows(raw_piece, [table_part], table)
    return table_part


def make_unreadable_part(file_path: Path, error: UnreadableTable) -> TablePart:
    """Return the part of a file that should give a table and cannot be read."""
    table_part = TablePart(file_path)
    table_part.mark_unreadable(error)
    return table_part


def add_typed_rows(raw_piece: RawTable, table_parts: Sequence[TablePart], table: CleanTable) -> None:
    """Type a piece that holds rows of several parts, and give each part its own rows.

    `_part` of each row is the index of its part in `table_parts`. Raise UnreadableTable where a
    required column is missing.
    """
    # Small files of one layout arrive here together: what a frame costs hardly depends on its size,
    # so thousands of small files are typed in the time of one large one.
    raw_piece, other_counts = select_council_rows(raw_piece, table)
    for part_number, other_count in other_counts.items():
        table_parts[part_number].add_other_rows(other_count)
    typed_rows = parse_table_rows(raw_piece, table, {number: part.issue_log for number, part in enumerate(table_parts)})
    rows_by_part = (
        typed_rows.partition_by(PART_COLUMN, as_dict=True, maintain_order=True)
        if len(table_parts) > 1
        else {(0,): typed_rows}
    )
    for part_number, table_part in enumerate(table_parts):
        part_rows = rows_by_part.get((part_number,), typed_rows.clear())
        table_part.add_piece(part_rows.drop(PART_COLUMN), table)


def merge_parts(table_parts: Sequence[TablePart], table: CleanTable) -> pl.LazyFrame | None:
    """Merge the parts of a table, the later the stronger; return None if one of them is lost.

    What is found is recorded in the part it was found in. The parts' own pieces are released, which
    frees their memory as the table grows.
    """
    if any(table_part.problem for table_part in table_parts):
        return None
    pieces = [
        (number, piece) for number, part in enumerate(table_parts) for piece in part.typed_pieces.release_pieces()
    ]
    present_columns = {name: dtype for _, piece in pieces for name, dtype in get_expanded_schema(piece.frame).items()}
    table_columns = {column.name: get_polars_type(column.column_type) for column in table.columns.values()}
    partitions = SubjectPartitions(pieces, table.key_columns[0] if table.key_columns else None)
    checked_frames = _check_partitions(partitions, table_columns | present_columns, table_parts, table)
    # A standard column that no file has is added lazily, and takes no memory. A column that only
    # the config mentions is not added, so that the indicator that needs it can say it is missing.
    standard_columns = find_clean_table(table.name).columns
    output_columns = {
        column_name: dtype
        for column_name, dtype in (table_columns | present_columns).items()
        if column_name in present_columns or column_name in standard_columns
    }
    return _join_checked_frames(checked_frames, present_columns, output_columns)


def _join_checked_frames(
    checked_frames: Iterable[pl.DataFrame], present_columns: Collection[str], output_columns: Mapping[str, pl.DataType]
) -> pl.LazyFrame:
    """Join the frames with the columns that any file has, and add those that no file has as nulls."""
    frames_by_schema: dict[tuple[object, ...], list[pl.DataFrame]] = {}
    for checked_rows in checked_frames:
        present_rows = checked_rows.select(name for name in present_columns if name in checked_rows.columns)
        # polars concatenates only frames of one schema, and compact columns differ from piece to
        # piece.
        frames_by_schema.setdefault((*present_rows.schema.items(),), []).append(present_rows)
    return pl.concat(
        _add_empty_columns(expand_lazily(pl.concat(frames)), output_columns).select(*output_columns)
        for frames in frames_by_schema.values()
    )


def _check_partitions(
    partitions: SubjectPartitions,
    all_columns: Mapping[str, pl.DataType],
    table_parts: Sequence[TablePart],
    table: CleanTable,
) -> Iterable[pl.DataFrame]:
    """Return the rows of all partitions that stay, in frames that may lack columns.

    `all_columns` are the columns of the merged table with their types. The parts get their counts
    and issues. The partitions are used up.
    """
    row_issues = RowIssueCollector(
        {number: part.issue_log for number, part in enumerate(table_parts)},
        {number: part.last_event for number, part in enumerate(table_parts)},
        table.subject.id_column,
    )
    # Large tables stay in their compact form, and only the rows to leave out are noted. That is not
    # possible where checking changes cells: snapshot tables of several files fill each other in.
    in_place = partitions.partition_count > 1 and not (row_issues.has_several_files and table.is_snapshot)
    needed_columns = list_checked_columns(table, row_issues.has_several_files) if in_place else all_columns
    frames, positions = [], []
    for partition in partitions.iter_partitions(needed_columns):
        checked_rows = check_table_rows(_add_empty_columns(partition, all_columns), table, row_issues)
        for part_number, used_count in checked_rows.group_by(PART_COLUMN).len().iter_rows():
            table_parts[part_number].used_count += used_count
        if not in_place:
            frames.append(checked_rows)
        elif checked_rows.height < partition.height:
            row_positions = partition[ROW_POSITION]
            positions.append(row_positions.filter(~row_positions.is_in(checked_rows[ROW_POSITION].implode())))
    for part_number, count in row_issues.superseded_counts.items():
        table_parts[part_number].superseded_count = count
    for part_number, count in row_issues.contradiction_counts.items():
        table_parts[part_number].contradiction_count = count
    for part_number, (count, first_line) in row_issues.lost_rows.items():
        table_parts[part_number].lost_count, table_parts[part_number].first_lost_line = count, first_line
    return partitions.drop_rows(positions) if in_place else frames


def _add_empty_columns(frame: PolarsFrame, column_dtypes: Mapping[str, pl.DataType]) -> PolarsFrame:
    """Add every column that the frame lacks, as nulls of its type."""
    columns = {*column_dtypes} - {*frame.collect_schema()}
    return frame.with_columns(
        pl.lit(None, dtype=dtype).alias(name) for name, dtype in column_dtypes.items() if name in columns
    )


def find_last_event(typed_rows: pl.DataFrame, table: CleanTable) -> date:
    """Return the latest event date in a file's rows, which tells how recent it is; or date.min."""
    latest_dates = [typed_rows[name].max() for name in table.event_columns if name in typed_rows.columns]
    return max((latest_date for latest_date in latest_dates if isinstance(latest_date, date)), default=date.min)


def find_latest_period_end(typed_rows: pl.DataFrame, table: CleanTable) -> date:
    """Return the end of the latest period that a file has figures for; or date.min."""
    if not table.period_column:
        return date.min
    periods = map(parse_period_or_none, typed_rows[table.period_column].unique().drop_nulls())
    return max((period.last_day for period in periods if period is not None), default=date.min)

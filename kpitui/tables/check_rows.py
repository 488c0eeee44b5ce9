"""Checks of the rows of a table: unusable rows are left out, doubtful ones kept, all are reported.

The rules are in docs/tables.md, "What is refused and what is kept". Rows are checked in partitions
that each hold all the rows of their subjects, so that a large table is never expanded at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date

import polars as pl

from kpitui.model.clean_tables import AREA_COLUMN
from kpitui.model.issues import MessageValue, create_message
from kpitui.model.table_schema import CleanTable
from kpitui.readers.raw_table import LINE_COLUMN, PART_COLUMN
from kpitui.tables.council_rows import split_councils
from kpitui.tables.issue_log import MAX_LISTED_LINES, IssueLog, PieceFindings, describe_first_subject, split_by_part

# The Interactive Tool writes 16.8 as 16.800000000000001: that is no contradiction.
_NUMBER_TOLERANCE = 1e-9
# Two returns less than this apart may be of one date, and of different children.
_RETURN_GAP = "1mo"
# The number of a council, or a code of the Office for National Statistics.
_ANY_AREA_CODE = r"^\s*(\d{3,4}(\.0)?|[A-Z]\d{8})\s*$"
_LATEST_PREFIX, _ROW_INDEX, _RANK = "_now_", "_row", "_rank"
_ROW_CHECKS_ORDER = 10**9  # sorts the issues of rows after the issues of columns
_SUBJECT_OFFSET = 2**32  # more than the number of any day


def check_table_rows(table_rows: pl.DataFrame, table: CleanTable, row_issues: RowIssueCollector) -> pl.DataFrame:
    """Remove rows that lack a mandatory cell or repeat a key; report these and doubtful ones.

    `_part` of a row is the index of its file: of rows with one key in several files, those of the
    last file stay. `table_rows` must hold all the rows of its subjects. The rows of several councils
    are checked council by council.
    """
    checked_rows = [_check_council_rows(rows, table, row_issues) for rows in split_councils(table_rows, table)]
    return checked_rows[0] if len(checked_rows) == 1 else pl.concat(checked_rows)


def _check_council_rows(table_rows: pl.DataFrame, table: CleanTable, row_issues: RowIssueCollector) -> pl.DataFrame:
    row_issues.begin_partition()
    for column_name in table.mandatory_columns:
        missing_rows = _select_empty_rows(table_rows, column_name)
        row_issues.report_empty_cells(missing_rows, column_name, "row-cell-missing", column=column_name)
        if missing_rows.height:
            row_issues.count_lost_rows(missing_rows)
            table_rows = table_rows.filter(pl.col(column_name).is_not_null())
    _report_unread_areas(table_rows, table, row_issues)
    # Contradictions between files are settled before duplicates, which are a fault within one file.
    if table.key_columns and row_issues.has_several_files:
        table_rows = _keep_latest_rows(table_rows, table, row_issues)
        table_rows = _drop_corrected_spells(table_rows, table, row_issues) if table.repeats_open_spells else table_rows
    if table.key_columns:
        table_rows = _drop_duplicates(table_rows, table, row_issues)
    _report_doubtful_rows(table_rows, table, row_issues)
    return table_rows


def _select_empty_rows(table_rows: pl.DataFrame, column_name: str) -> pl.DataFrame:
    """Select the rows without a cell in a column; to look for them would cost more than to count them."""
    if not table_rows[column_name].null_count():
        return table_rows.head(0)
    return table_rows.filter(pl.col(column_name).is_null())


def list_checked_columns(table: CleanTable, several_files: bool) -> Collection[str]:
    """Return the columns that the checks read, so that only these are expanded."""
    # Comparing files means comparing every cell.
    if several_files:
        return table.columns
    further_columns = [name for name in (table.end_detail_column, table.unanimous_column) if name]
    return {AREA_COLUMN, *_list_telling_columns(table), *table.mandatory_columns, *further_columns}


def _report_unread_areas(table_rows: pl.DataFrame, table: CleanTable, row_issues: RowIssueCollector) -> None:
    """Report rows whose council is no number: they are of no council that anyone asks for, and may be of this one."""
    if not table.covers_many_areas or AREA_COLUMN not in table_rows.columns:
        return
    is_unread = ~table_rows[AREA_COLUMN].cast(pl.String).str.contains(_ANY_AREA_CODE).fill_null(True)
    unread_rows = table_rows.filter(is_unread)
    row_issues.report_rows(unread_rows, "area-not-read", column=AREA_COLUMN)
    row_issues.count_lost_rows(unread_rows)


class RowIssueCollector:
    """Collects issues about rows over all partitions of a table.

    For each check and part the rows are counted, and the first lines kept. `last_events` is the
    last event date of each part. `subject_column` says whom a row is about.
    """

    def __init__(
        self,
        issue_logs: Mapping[int, IssueLog],
        last_events: Mapping[int, date] | None = None,
        subject_column: str = "",
    ) -> None:
        self._issue_logs, self._subject_column = issue_logs, subject_column
        self.last_events = last_events or dict.fromkeys(issue_logs, date.min)
        self._check_number = 0
        self.superseded_counts: Counter[int] = Counter()
        """The rows of each part that a later part has too, counted."""
        self.contradiction_counts: Counter[int] = Counter()
        """The rows of each part that were left out, and contradict the row that was used, counted."""
        self.lost_rows: dict[int, tuple[int, int]] = {}
        """The rows of each part without a cell that they cannot do without: how many, first line."""

    @property
    def has_several_files(self) -> bool:
        """Say whether the rows are from more than one file."""
        return len(self._issue_logs) > 1

    def begin_partition(self) -> None:
        """Start a partition: its checks come in the same order as those of the one before."""
        self._check_number = 0

    def report_rows(self, marked_rows: pl.DataFrame, code: str, **values: MessageValue) -> None:
        """Report these rows, as one issue of each part that has any."""
        self._check_number += 1
        # Most checks find nothing, and each frame costs the same whether it has rows or not.
        if not marked_rows.height:
            return
        message = create_message(code, **values)
        subject_columns = [self._subject_column] if self._subject_column in marked_rows.columns else []
        for part_number, part_rows in split_by_part(marked_rows.select(PART_COLUMN, LINE_COLUMN, *subject_columns)):
            first_rows = part_rows.bottom_k(MAX_LISTED_LINES, by=LINE_COLUMN).sort(LINE_COLUMN)
            findings = PieceFindings(
                part_rows.height,
                first_rows[LINE_COLUMN].to_list(),
                subject=describe_first_subject(first_rows, self._subject_column),
            )
            self._issue_logs[part_number].add_findings((_ROW_CHECKS_ORDER, self._check_number), message, findings)

    def report_empty_cells(self, empty_rows: pl.DataFrame, column_name: str, code: str, **values: MessageValue) -> None:
        """Report rows without a cell in a column, but those whose cell could not be read."""
        for part_number, issue_log in self._issue_logs.items() if empty_rows.height else ():
            if column_name in issue_log.unread_lines:
                unread_lines = pl.concat(issue_log.unread_lines[column_name]).implode()
                is_unread = (pl.col(PART_COLUMN) == part_number) & pl.col(LINE_COLUMN).is_in(unread_lines)
                empty_rows = empty_rows.filter(~is_unread)
        self.report_rows(empty_rows, code, **values)

    def count_contradictions(self, contradicting_rows: pl.DataFrame) -> None:
        """Count rows that contradict another of their key, which was used in their place."""
        self.contradiction_counts.update(dict(contradicting_rows.group_by(PART_COLUMN).len().iter_rows()))

    def count_lost_rows(self, lost_rows: pl.DataFrame) -> None:
        """Count rows as left out although they may be cases."""
        lost_counts = lost_rows.group_by(PART_COLUMN).agg(pl.len(), pl.col(LINE_COLUMN).min())
        for part_number, row_count, first_line in lost_counts.iter_rows():
            earlier_count, earlier_line = self.lost_rows.get(part_number, (0, first_line))
            self.lost_rows[part_number] = (earlier_count + row_count, min(earlier_line, first_line))


def _drop_duplicates(table_rows: pl.DataFrame, table: CleanTable, row_issues: RowIssueCollector) -> pl.DataFrame:
    """Remove the rows that repeat a key, and count those that say something else: they may be the true ones."""
    is_duplicate = _mark_duplicates(table_rows.select(table.key_columns), _rank_rows(table_rows, table))
    has_duplicates = is_duplicate.any()
    duplicate_rows = table_rows.filter(is_duplicate) if has_duplicates else table_rows.head(0)
    row_issues.report_rows(duplicate_rows, "row-duplicate", columns=table.key_columns)
    if not has_duplicates:
        return table_rows
    used_rows = table_rows.filter(~is_duplicate)
    compared_columns = [name for name in _list_telling_columns(table) if name in table_rows.columns]
    row_issues.count_contradictions(duplicate_rows.join(used_rows, on=compared_columns, how="anti", nulls_equal=True))
    return used_rows


def _list_telling_columns(table: CleanTable) -> list[str]:
    """List the columns in which two rows of one key must agree to be one; the key is among them."""
    columns = [name for name, column in table.columns.items() if column.required]
    dates = table.knowledge_dates
    end_columns = (*(name for name, _ in dates.end_columns), *dates.open_ended_columns)
    return [*dict.fromkeys((*table.key_columns, *columns, *(table.span_columns or ()), *end_columns))]


def _rank_rows(table_rows: pl.DataFrame, table: CleanTable) -> pl.Series:
    """Rank rows of one key: the one with the lowest rank stays, and of equals the first."""
    if not table.unanimous_column:
        return pl.repeat(0, table_rows.height, eager=True, dtype=pl.UInt8)
    is_yes = table_rows[table.unanimous_column].cast(pl.String) == "Y"  # the column may be compact
    # What is not known may be N, so it goes before Y.
    return (is_yes.cast(pl.UInt8) * 2).fill_null(1)


def _mark_duplicates(key_cells: pl.DataFrame, row_ranks: pl.Series) -> pl.Series:
    """Mark the rows whose key another row has that ranks lower, or as low and comes first."""
    # Two keys may share a hash, so a hash alone could drop a row that is no duplicate. Only the
    # rows that share one have their keys compared in full.
    key_hashes = key_cells.hash_rows()
    is_repeated_hash = ~key_hashes.is_first_distinct()
    if not is_repeated_hash.any():
        return is_repeated_hash
    is_suspect = key_hashes.is_in(key_hashes.filter(is_repeated_hash).unique().implode())
    ranked_rows = key_cells.with_row_index(_ROW_INDEX).with_columns(row_ranks.alias(_RANK))
    suspect_rows = ranked_rows.filter(is_suspect).sort(_RANK, _ROW_INDEX)
    rows = suspect_rows.filter(~suspect_rows.select(pl.struct(key_cells.columns).is_first_distinct()).to_series())
    return pl.int_range(key_cells.height, eager=True).is_in(rows[_ROW_INDEX].implode())


def _keep_latest_rows(table_rows: pl.DataFrame, table: CleanTable, row_issues: RowIssueCollector) -> pl.DataFrame:
    """Remove the rows that are also in a later file, and count those it contradicts.

    In snapshot tables, the row that stays is filled in from earlier files where it has no value.
    """
    value_columns = [name for name in table.columns if name not in table.key_columns]
    latest_values = {
        name: pl.col(name).forward_fill().over(table.key_columns) if table.is_snapshot else pl.col(name)
        for name in value_columns
    }
    ordered_rows = table_rows.sort(PART_COLUMN, LINE_COLUMN).with_columns(
        value.alias(_LATEST_PREFIX + name) for name, value in latest_values.items()
    )
    has_later_row = pl.col(PART_COLUMN) < pl.col(PART_COLUMN).max().over(table.key_columns)
    marked_rows = ordered_rows.with_columns(
        _again=has_later_row, _differs=_contradicts_latest(table, table_rows.schema)
    )
    row_issues.superseded_counts.update(dict(marked_rows.filter("_again").group_by(PART_COLUMN).len().iter_rows()))
    row_issues.report_rows(marked_rows.filter("_again", "_differs"), "row-superseded")
    latest_rows = marked_rows.filter(~pl.col("_again")).with_columns(
        pl.col(_LATEST_PREFIX + name).alias(name) for name in value_columns
    )
    return latest_rows.select(table_rows.columns)


def _contradicts_latest(table: CleanTable, schema: pl.Schema) -> pl.Expr:
    """Return an expression for whether a row says something else than the last row of its key."""
    compared_columns = {*table.columns} - {*table.key_columns, *table.provenance_columns}
    return pl.any_horizontal(
        pl.lit(False),  # a table may have no columns but its key
        *(
            # An earlier file that says nothing is not contradicted by one that does.
            pl.col(name).is_not_null()
            & _compare_cells(pl.col(name), pl.col(_LATEST_PREFIX + name).last().over(table.key_columns), schema[name])
            for name in table.columns
            if name in compared_columns
        ),
    )


def _drop_corrected_spells(table_rows: pl.DataFrame, table: CleanTable, row_issues: RowIssueCollector) -> pl.DataFrame:
    """Remove spells that are open in one file and different in a later one.

    The SSDA903 return repeats every episode that continues from the year before. Where a later
    return has the child in another episode that began by the end of the earlier one, the old
    episode was corrected, and would be counted twice if it stayed open. Where a later return lacks
    the child, the end was never recorded: that is reported, and the episode stays.
    """
    part_ends = pl.DataFrame(
        {PART_COLUMN: [*row_issues.last_events], "_end": [*row_issues.last_events.values()]},
        schema={PART_COLUMN: pl.UInt32, "_end": pl.Date},
    )
    open_spells, later_spells = _pair_open_spells(table_rows.join(part_ends, on=PART_COLUMN, how="left"), table)
    corrected_spells = later_spells.filter(pl.col("_began") <= pl.col("_end")).unique([PART_COLUMN, LINE_COLUMN])
    row_issues.report_rows(corrected_spells, "episode-corrected")
    has_later_return = pl.col("_end").dt.offset_by(_RETURN_GAP) < max(row_issues.last_events.values())
    left_open = open_spells.filter(has_later_return).join(later_spells, on=[PART_COLUMN, LINE_COLUMN], how="anti")
    row_issues.report_rows(left_open, "episode-never-ended")
    return table_rows.join(corrected_spells, on=[PART_COLUMN, LINE_COLUMN], how="anti", maintain_order="left")


def _pair_open_spells(dated_rows: pl.DataFrame, table: CleanTable) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the open spells, and each beside the start (`_began`) of every spell of its subject in later files."""
    subject_column = table.subject.id_column
    start_column, end_column = table.span_columns or ("", "")
    spells = dated_rows.select(subject_column, start_column, end_column, "_end", LINE_COLUMN, PART_COLUMN)
    open_spells = spells.filter(pl.col(end_column).is_null())
    later_starts = spells.select(subject_column, _began=start_column, _later=PART_COLUMN)
    pairs = open_spells.join(later_starts, on=subject_column)
    return open_spells, pairs.filter(pl.col("_later") > pl.col(PART_COLUMN))


def _compare_cells(first_cell: pl.Expr, second_cell: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """Return an expression for whether two cells differ, numbers by more than a rounding error."""
    # Where one of the two numbers is missing, the difference is null, and they count as different.
    return (
        (first_cell - second_cell).abs().fill_null(1) > _NUMBER_TOLERANCE
        if dtype.is_float()
        else first_cell.ne_missing(second_cell)
    )


def _report_doubtful_rows(table_rows: pl.DataFrame, table: CleanTable, row_issues: RowIssueCollector) -> None:
    """Report what is strange about rows that are used all the same."""
    # Tables of the council's own have no key, and no cell of theirs is expected.
    for column in table.columns.values() if table.key_columns else ():
        if column.required and not column.may_be_empty and column.name in table_rows.columns:
            missing_rows = _select_empty_rows(table_rows, column.name)
            row_issues.report_empty_cells(missing_rows, column.name, "cell-missing", column=column.name)
    if table.span_columns is not None:
        start_column, end_column = table.span_columns
        ends_before_start = table_rows.filter(pl.col(end_column) < pl.col(start_column))
        row_issues.report_rows(ends_before_start, "end-before-start", start=start_column, end=end_column)
    if table.span_columns is not None and table.end_detail_column:
        detail_column, end_column = table.end_detail_column, table.span_columns[1]
        without_end = table_rows.filter(pl.col(detail_column).is_not_null() & pl.col(end_column).is_null())
        row_issues.report_empty_cells(without_end, end_column, "end-date-missing", detail=detail_column, end=end_column)
    if table.span_columns is not None and table.spans_exclude_each_other:
        _report_overlaps(table_rows, table.subject.id_column, table.span_columns, row_issues)


def _report_overlaps(
    table_rows: pl.DataFrame, subject_column: str, span_columns: tuple[str, str], row_issues: RowIssueCollector
) -> None:
    """Report spans of a subject that begin while any earlier one is still open."""
    start_column, end_column = span_columns
    spans = table_rows.select(subject_column, start_column, end_column, LINE_COLUMN, PART_COLUMN).sort(
        subject_column, start_column, PART_COLUMN, LINE_COLUMN
    )
    # The latest end so far of each subject, by one running maximum over all of them: each subject's
    # days are lifted by an offset above those of the subject before it.
    offset = (pl.col(subject_column) != pl.col(subject_column).shift(1)).fill_null(True).cum_sum().cast(
        pl.Int64
    ) * _SUBJECT_OFFSET
    latest_end = (offset + _convert_to_day_number(pl.col(end_column).fill_null(date.max))).cum_max().shift(1) - offset
    overlapping_spans = spans.filter(latest_end > _convert_to_day_number(pl.col(start_column)))
    row_issues.report_rows(overlapping_spans, "spans-overlap", start=start_column, subject=subject_column)


def _convert_to_day_number(date_cell: pl.Expr) -> pl.Expr:
    return date_cell.cast(pl.Int32).cast(pl.Int64)

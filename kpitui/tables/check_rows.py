"""Checks of the rows of a table: unusable rows are left out, doubtful ones kept, all are reported.

The rules are in docs/tables.md, "What is refused and what is kept". Rows are checked in partitions
that each hold all the rows of their subjects, so that a large table is never expanded at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date

import polars as pl

from kpitui.model.table_schema import CleanTable
from kpitui.readers.raw_table import LINE_COLUMN, PART_COLUMN
from kpitui.tables.issue_log import MAX_ISSUES_PER_KIND, IssueLog, IssueRecorder, LoggedIssue

# The Interactive Tool writes 16.8 as 16.800000000000001: that is no contradiction.
_NUMBER_TOLERANCE = 1e-9
# Two returns less than this apart may be of one date, and of different children.
_RETURN_GAP = "1mo"
_LATEST_PREFIX, _ROW_INDEX = "_now_", "_row"
_ROW_CHECKS_ORDER = 10**9  # sorts the issues of rows after the issues of columns
_SUBJECT_OFFSET = 2**32  # more than the number of any day


def check_table_rows(table_rows: pl.DataFrame, table: CleanTable, row_issues: RowIssueCollector) -> pl.DataFrame:
    """Remove rows that lack a mandatory cell or repeat a key; report these and doubtful ones.

    `_part` of a row is the index of its file: of rows with one key in several files, those of the
    last file stay. `table_rows` must hold all the rows of its subjects.
    """
    row_issues.begin_partition()
    for column_name in table.mandatory_columns:
        is_missing = table_rows[column_name].is_null()
        row_issues.report_rows(table_rows, is_missing, f"{column_name} is missing: row left out")
        table_rows = table_rows.filter(~is_missing) if is_missing.any() else table_rows
    # Contradictions between files are settled before duplicates, which are a fault within one file.
    if table.key_columns and row_issues.has_several_files:
        table_rows = _keep_latest_rows(table_rows, table, row_issues)
        table_rows = _drop_corrected_episodes(table_rows, row_issues) if table.repeats_open_spells else table_rows
    if table.key_columns:
        is_duplicate = _mark_duplicates(table_rows.select(table.key_columns))
        row_issues.report_rows(
            table_rows, is_duplicate, f"a second row of one {' and '.join(table.key_columns)}: row left out"
        )
        table_rows = table_rows.filter(~is_duplicate) if is_duplicate.any() else table_rows
    _report_doubtful_rows(table_rows, table, row_issues)
    return table_rows


def list_checked_columns(table: CleanTable, several_files: bool) -> Collection[str]:
    """Return the columns that the checks read, so that only these are expanded."""
    # Comparing files means comparing every cell.
    if several_files:
        return table.columns
    columns = [name for name, column in table.columns.items() if column.required]
    span_columns = (*(table.span_columns or ()), *((table.end_detail_column,) if table.end_detail_column else ()))
    return {*table.key_columns, *table.mandatory_columns, *columns, *span_columns}


class RowIssueCollector:
    """Collects issues about rows over all partitions of a table.

    For each check the first rows are reported one by one, up to a limit over all parts together;
    the first part gets the number of those beyond it. `last_events` is the last event date of each
    part.
    """

    def __init__(self, issue_logs: Mapping[int, IssueLog], last_events: Mapping[int, date] | None = None) -> None:
        self._issue_logs = issue_logs
        self.last_events = last_events or dict.fromkeys(issue_logs, date.min)
        self._check_number = 0
        self._reported_rows: dict[int, pl.DataFrame] = {}
        self._row_totals: Counter[int] = Counter()
        self._messages: dict[int, str] = {}
        self.superseded_counts: Counter[int] = Counter()
        """The rows of each part that a later part has too, counted."""

    @property
    def has_several_files(self) -> bool:
        """Say whether the rows are from more than one file."""
        return len(self._issue_logs) > 1

    def begin_partition(self) -> None:
        """Start a partition: its checks come in the same order as those of the one before."""
        self._check_number = 0

    def report_rows(self, table_rows: pl.DataFrame, is_marked: pl.Series, message: str) -> None:
        """Report each marked row with this message."""
        self._check_number += 1
        marked_count = int(is_marked.sum())
        if marked_count:
            marked_rows = table_rows.select(PART_COLUMN, LINE_COLUMN).filter(is_marked)
            rows = self._reported_rows.get(self._check_number, marked_rows.clear())
            self._reported_rows[self._check_number] = (
                pl.concat([rows, marked_rows]).sort(PART_COLUMN, LINE_COLUMN).head(MAX_ISSUES_PER_KIND)
            )
            self._row_totals[self._check_number] += marked_count
            self._messages[self._check_number] = message

    def report_count(self, marked_rows: pl.DataFrame, singular: str, plural: str) -> None:
        """Report for each part the number of these rows, in the singular or plural wording."""
        self._check_number += 1

        def format_message(_: str, row_count: int) -> str:
            return f"{singular if row_count == 1 else plural.format(row_count)} (first here)"

        all_marked = pl.repeat(True, marked_rows.height, eager=True)
        issue_recorder = IssueRecorder(marked_rows.select(LINE_COLUMN, PART_COLUMN), self._issue_logs)
        issue_recorder.record_count(
            (_ROW_CHECKS_ORDER, self._check_number), all_marked, format_message, marked_rows[LINE_COLUMN]
        )

    def flush_reports(self) -> None:
        """Write what was collected to the issue logs of the parts."""
        for check_number, rows in self._reported_rows.items():
            issue_kind, message = (_ROW_CHECKS_ORDER, check_number), self._messages[check_number]
            remainder = f"{message} ({{:,}} more rows)".format
            for (part_number,), part_rows in rows.group_by(PART_COLUMN, maintain_order=True):
                issues = [LoggedIssue(message, number, message) for number in part_rows[LINE_COLUMN]]
                self._issue_logs[part_number].add_cell_issues(issue_kind, issues, len(issues), remainder)
            if (count := self._row_totals[check_number] - rows.height) > 0:
                self._issue_logs[0].add_cell_issues(issue_kind, [], count, remainder)


def _mark_duplicates(key_cells: pl.DataFrame) -> pl.Series:
    """Mark the rows whose key is that of an earlier row."""
    # Two keys may share a hash, so a hash alone could drop a row that is no duplicate. Only the
    # rows that share one have their keys compared in full.
    key_hashes = key_cells.hash_rows()
    is_repeated_hash = ~key_hashes.is_first_distinct()
    if not is_repeated_hash.any():
        return is_repeated_hash
    is_suspect = key_hashes.is_in(key_hashes.filter(is_repeated_hash).unique().implode())
    suspect_rows = key_cells.with_row_index(_ROW_INDEX).filter(is_suspect)
    rows = suspect_rows.filter(~suspect_rows.select(pl.struct(key_cells.columns).is_first_distinct()).to_series())
    return pl.int_range(key_cells.height, eager=True).is_in(rows[_ROW_INDEX].implode())


def _keep_latest_rows(table_rows: pl.DataFrame, table: CleanTable, row_issues: RowIssueCollector) -> pl.DataFrame:
    """Remove the rows that a later file has too, and count those it contradicts.

    In snapshot tables, the row that stays is filled in from earlier files where it has no value.
    """
    value_columns = [name for name in table.columns if name not in table.key_columns]
    ordered_rows = table_rows.sort(PART_COLUMN, LINE_COLUMN)
    if table.is_snapshot:
        columns = (
            pl.col(column_name).forward_fill().over(table.key_columns).alias(_LATEST_PREFIX + column_name)
            for column_name in value_columns
        )
        ordered_rows = ordered_rows.with_columns(columns)
    else:
        ordered_rows = ordered_rows.with_columns(
            pl.col(column_name).alias(_LATEST_PREFIX + column_name) for column_name in value_columns
        )
    differs = (
        # An earlier file that says nothing is not contradicted by one that does.
        pl.col(column_name).is_not_null()
        & _compare_cells(
            pl.col(column_name),
            pl.col(_LATEST_PREFIX + column_name).last().over(table.key_columns),
            table_rows.schema[column_name],
        )
        for column_name in value_columns
        if column_name not in table.provenance_columns
    )
    has_later_row = pl.col(PART_COLUMN) < pl.col(PART_COLUMN).max().over(table.key_columns)
    marked_rows = ordered_rows.with_columns(_again=has_later_row, _differs=pl.any_horizontal(differs))
    row_issues.superseded_counts.update(dict(marked_rows.filter("_again").group_by(PART_COLUMN).len().iter_rows()))
    row_issues.report_count(
        marked_rows.filter("_again", "_differs"),
        f"1 row of {table.name} is given otherwise by a later file: the later is used",
        f"{{:,}} rows of {table.name} are given otherwise by a later file: the later is used",
    )
    latest_rows = marked_rows.filter(~pl.col("_again")).with_columns(
        pl.col(_LATEST_PREFIX + column_name).alias(column_name) for column_name in value_columns
    )
    return latest_rows.drop("_again", "_differs", *(_LATEST_PREFIX + column_name for column_name in value_columns))


def _drop_corrected_episodes(episodes: pl.DataFrame, row_issues: RowIssueCollector) -> pl.DataFrame:
    """Remove episodes that are open in one file and different in a later one.

    The SSDA903 return repeats every episode that continues from the year before. Where a later
    return has the child in another episode that began by the end of the earlier one, the old
    episode was corrected, and would be counted twice if it stayed open. Where a later return lacks
    the child, the end was never recorded: that is reported, and the episode stays.
    """
    part_ends = pl.DataFrame(
        {PART_COLUMN: [*row_issues.last_events], "_end": [*row_issues.last_events.values()]},
        schema={PART_COLUMN: pl.UInt32, "_end": pl.Date},
    )
    dated_episodes = episodes.join(part_ends, on=PART_COLUMN, how="left").select(
        "child", "decom", "dec", "_end", LINE_COLUMN, PART_COLUMN
    )
    open_episodes = dated_episodes.filter(pl.col("dec").is_null())
    later_episodes = dated_episodes.select("child", began="decom", later=PART_COLUMN)
    pairs = open_episodes.join(later_episodes, on="child").filter(pl.col("later") > pl.col(PART_COLUMN))
    corrected_episodes = pairs.filter(pl.col("began") <= pl.col("_end")).unique([PART_COLUMN, LINE_COLUMN])
    row_issues.report_count(
        corrected_episodes,
        "1 episode is open here and otherwise in a later file: left out",
        "{:,} episodes are open here and otherwise in a later file: left out",
    )
    has_later_return = pl.col("_end").dt.offset_by(_RETURN_GAP) < max(row_issues.last_events.values())
    row_issues.report_count(
        open_episodes.filter(has_later_return).join(pairs, on=[PART_COLUMN, LINE_COLUMN], how="anti"),
        "1 episode is open here and a later file has nothing of the child: it is read as open",
        "{:,} episodes are open here and later files have nothing of the children: they are read as open",
    )
    return episodes.join(corrected_episodes, on=[PART_COLUMN, LINE_COLUMN], how="anti", maintain_order="left")


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
            row_issues.report_rows(table_rows, table_rows[column.name].is_null(), f"{column.name} is missing")
    if table.span_columns is not None:
        start_column, end_column = table.span_columns
        ends_before_start = (table_rows[end_column] < table_rows[start_column]).fill_null(False)
        row_issues.report_rows(
            table_rows, ends_before_start, f"{end_column} is before {start_column}: kept as it stands"
        )
    if table.span_columns is not None and table.end_detail_column:
        detail_column, end_column = table.end_detail_column, table.span_columns[1]
        row_issues.report_count(
            table_rows.filter(pl.col(detail_column).is_not_null() & pl.col(end_column).is_null()),
            f"1 row has {detail_column} and no {end_column}: it is read as not over",
            f"{{:,}} rows have {detail_column} and no {end_column}: they are read as not over",
        )
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
    is_overlapping = spans.select(
        (latest_end > _convert_to_day_number(pl.col(start_column))).fill_null(False)
    ).to_series()
    row_issues.report_rows(
        spans.filter(is_overlapping).sort(PART_COLUMN, LINE_COLUMN),
        pl.repeat(True, int(is_overlapping.sum()), eager=True),
        f"{start_column} is while another of the same {subject_column} is open: both are kept",
    )


def _convert_to_day_number(date_cell: pl.Expr) -> pl.Expr:
    return date_cell.cast(pl.Int32).cast(pl.Int64)

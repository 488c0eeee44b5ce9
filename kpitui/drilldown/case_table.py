"""Cases filtered, sorted and grouped by polars, however many there are.

No row becomes a Python object before it is drawn, so a million rows take no more memory than polars
needs for them. All of this is done away from the thread that draws, unless there are few rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from kpitui.drilldown.filter_terms import build_filter_conditions, parse_filter
from kpitui.model.catalogue import Scalar
from kpitui.model.drilldown import REASON_COLUMN
from kpitui.model.measures import Measure

if TYPE_CHECKING:
    import polars as pl

    from kpitui.model.drilldown import IndicatorCases

CASE_STATE_COLUMN: Final = "counted?"
"""The shown column of a case's state. In the frame the state is spread over two columns."""
CASE_STATES: Final = ("counted", "not counted", "left out")
SAMPLED_ROWS: Final = 5_000
"""First rows from which a column is judged: whether to show it, and whether it can group."""


@dataclass(frozen=True, slots=True)
class RowQuery:
    """What the user asked of the rows: a filter, an order, and groups or one group.

    `sorted_by` and `group_by` are column names; `opened_group` is a column and the value that it
    must have.
    """

    filter_text: str = ""
    sorted_by: str = ""
    reverse: bool = False
    group_by: str | None = None
    opened_group: tuple[str, str] | None = None


def matches_filter(searched_text: str, filter_text: str) -> bool:
    """Say whether every word of a filter is somewhere in a text, in upper or lower case."""
    lower_text = searched_text.lower()
    return all(word in lower_text for word in filter_text.lower().split())


class CaseTotals(NamedTuple):
    """The sums over all cases behind a figure, whatever the filter."""

    state_counts: tuple[int, ...]  # cases in each of CASE_STATES, in its order
    numerator: float
    denominator: float

    def compute_value(self, measure: Measure) -> float | None:
        """Return the unrounded value that the cases add up to; None where they alone do not make it."""
        if not self.denominator or not measure.adds_up:
            return None
        return measure.compute_value(self.numerator, self.denominator)


def classify_case(case_row: Mapping[str, Scalar | None]) -> str:
    """Return the one of CASE_STATES that a row is in."""
    counted, not_counted, left_out = CASE_STATES
    # A reason for leaving a case out takes precedence over whether it counts.
    if case_row["left_out_because"]:
        return left_out
    return counted if case_row["counted"] else not_counted


@dataclass(frozen=True, slots=True, eq=False)
class CaseTable:
    """Cases as the query wants them: the indices of the rows in order, and groups if asked for.

    `row_indices` is a polars series of row numbers in the frame, or None for all rows in their own
    order. `group_counts` is a data frame with a value, its cases in each state, and all its cases.
    """

    cases: IndicatorCases
    query: RowQuery
    totals: CaseTotals
    column_names: tuple[str, ...]  # the shown columns: the name, the state, the readers', then the others
    groupable_columns: tuple[str, ...]
    column_titles: Mapping[str, str] = field(default_factory=dict)  # headings in the readers' words
    row_indices: Any = None
    group_counts: Any = None

    def __len__(self) -> int:
        return len(self.cases) if self.row_indices is None else len(self.row_indices)

    def get_frame_index(self, table_row: int) -> int:
        """Return the row number in the frame of a shown row."""
        return table_row if self.row_indices is None else int(self.row_indices[table_row])

    def find_table_row(self, frame_index: int) -> int | None:
        """Return the shown row of a row number in the frame, or None if it is filtered out."""
        if self.row_indices is None:
            return frame_index if frame_index < len(self.cases) else None
        return find_first_true(self.row_indices == frame_index)

    def read_row(self, table_row: int) -> dict[str, Scalar | None]:
        """Read a shown row, with all columns of the frame."""
        case_row: dict[str, Scalar | None] = self.cases.case_frame.row(self.get_frame_index(table_row), named=True)
        return case_row

    def sample_rows(self, sample_size: int) -> dict[str, list[Scalar | None]]:
        """Read rows spread over all that are shown, the last among them, by column of the frame."""
        row_count = len(self)
        step = row_count // sample_size + 1
        sampled_rows = sorted({*range(0, row_count, step), *range(max(row_count - 1, 0), row_count)})
        cases_frame, frame_indexes = self.cases.case_frame, [self.get_frame_index(row) for row in sampled_rows]
        sampled_frame = cases_frame[frame_indexes] if frame_indexes else cases_frame.head(0)
        sample: dict[str, list[Scalar | None]] = sampled_frame.to_dict(as_series=False)
        return sample

    def is_numeric(self, column_name: str) -> bool:
        """Say whether a column of the frame holds numbers."""
        return bool(self.cases.case_frame.schema[column_name].is_numeric())

    def get_title(self, column_name: str) -> str:
        """Return the heading of a column, in the readers' words where it has any."""
        return self.column_titles.get(column_name, column_name.replace("_", " "))

    def read_subject(self, table_row: int) -> str:
        """Read the id of the subject of a shown row, as it is shown."""
        subject = self.cases.case_frame[self.get_frame_index(table_row), find_subject_column(self.cases)]
        return "" if subject is None else str(subject)

    def count_earlier_rows(self, table_row: int) -> int:
        """Count the rows of the same subject that come before a shown row in the frame."""
        frame_index = self.get_frame_index(table_row)
        subjects = self.cases.case_frame[find_subject_column(self.cases)]
        return int((subjects.head(frame_index) == subjects[frame_index]).sum())

    def count_filtered(self) -> tuple[int, int] | None:
        """Return how many cases pass the filter, as rows or in groups, and of how many; None without one."""
        if not self.query.filter_text:
            return None
        shown_count = len(self) if self.group_counts is None else int(self.group_counts["cases"].sum())
        return shown_count, len(self.cases)

    @property
    def largest_group(self) -> int:
        """Return the number of cases in the largest group; 0 if there are no groups."""
        return 0 if self.group_counts is None else int(self.group_counts["cases"].max() or 0)


def find_first_true(boolean_series: Any) -> int | None:
    """Return the first index at which a polars series is true, or None."""
    # arg_max is 0 for a series that is false throughout.
    first_index = boolean_series.arg_max()
    return int(first_index) if first_index is not None and boolean_series[first_index] else None


def find_same_case(cases: IndicatorCases, frame_index: int, cases_read_anew: IndicatorCases) -> int | None:
    """Find a row in cases that were read anew, by its subject; returns its row number or None.

    A subject may have several rows: the first is found for the first, and so on.
    """
    column_name = find_subject_column(cases)
    # Another definition may count cases of another kind.
    if column_name not in cases_read_anew.column_names:
        return None
    subjects = cases.case_frame[column_name]
    subject_id = subjects[frame_index]
    if subject_id is None:
        return None
    occurrence = int((subjects.head(frame_index) == subject_id).sum())
    positions = (cases_read_anew.case_frame[column_name] == subject_id).arg_true()
    return int(positions[min(occurrence, len(positions) - 1)]) if len(positions) else None


def select_subject_rows(cases: IndicatorCases, subject_id: str) -> list[dict[str, Scalar | None]]:
    """Return the rows of one subject by column name. A subject may have several cases."""
    cases_frame = cases.case_frame
    subject_rows: list[dict[str, Scalar | None]] = cases_frame.filter(
        # Ids are compared as they are shown: a column of numbers holds no text.
        build_text_expression(cases_frame, find_subject_column(cases)) == subject_id
    ).to_dicts()
    return subject_rows


def open_case_table(cases: IndicatorCases, query: RowQuery) -> CaseTable:
    """Build the table of cases just found: totals, columns, and the rows that the query wants.

    What the query names that these cases do not have is dropped: another definition of the
    indicator may have other columns.
    """
    from kpitui.drilldown.case_reasons import add_reasons
    from kpitui.drilldown.reader_columns import get_column_titles

    cases = add_reasons(cases)
    column_titles = get_column_titles(cases)
    column_names = _choose_columns(cases, tuple(column_titles))
    columns = tuple(name for name in column_names if name != CASE_STATE_COLUMN and _has_groups(cases, name))
    available_columns = {*column_names, *cases.column_names}
    usable_query = replace(
        query,
        sorted_by=query.sorted_by if query.sorted_by in available_columns or query.group_by else "",
        group_by=query.group_by if query.group_by in available_columns else None,
        opened_group=query.opened_group if query.opened_group and query.opened_group[0] in available_columns else None,
    )
    case_table = CaseTable(cases, usable_query, total_cases(cases), column_names, columns, column_titles)
    return arrange_rows(case_table, usable_query)


def arrange_rows(case_table: CaseTable, query: RowQuery) -> CaseTable:
    """Return the same cases filtered, sorted and grouped by another query."""
    row_indices = _filter_row_indices(case_table, query)
    if query.group_by is None:
        return replace(
            case_table, query=query, row_indices=_sort_row_indices(case_table, row_indices, query), group_counts=None
        )
    return replace(
        case_table,
        query=query,
        row_indices=row_indices,
        group_counts=_count_groups(case_table.cases, row_indices, query),
    )


# --- which rows, and in which order -----------------------------------------------------------


def _filter_row_indices(case_table: CaseTable, query: RowQuery) -> Any:
    """Return the indices of the rows that pass the filter and the group; None for all."""
    import polars as pl

    cases_frame = case_table.cases.case_frame
    titles = {name: (case_table.get_title(name),) for name in case_table.column_names}
    cell_texts = {name: _build_cell_text(case_table, name) for name in case_table.column_names}
    cell_texts["left_out_because"] = pl.col("left_out_because").cast(pl.String)
    conditions = build_filter_conditions(cases_frame, parse_filter(query.filter_text, titles), cell_texts)
    if query.opened_group is not None:
        column_name, group_value = query.opened_group
        conditions.append(build_text_expression(cases_frame, column_name).fill_null("") == group_value)
    if not conditions:
        return None
    return cases_frame.lazy().select(pl.all_horizontal(conditions).arg_true()).collect().to_series()


def _build_cell_text(case_table: CaseTable, column_name: str) -> pl.Expr:
    if column_name == CASE_STATE_COLUMN:
        return _name_states(build_state_expression())
    return build_searched_text(case_table.cases.case_frame, column_name)


def _sort_row_indices(case_table: CaseTable, row_indices: Any, query: RowQuery) -> Any:
    """Sort row indices; missing values come last in either order, equal rows keep theirs."""
    import polars as pl

    cases_frame = case_table.cases.case_frame
    # Only the one column is gathered, never whole rows: a million cases must fit in memory.
    sort_keys = cases_frame.select(_build_sort_key(case_table, query.sorted_by).alias("rank"))
    sort_keys = sort_keys if row_indices is None else sort_keys[row_indices]
    expression = pl.arg_sort_by("rank", descending=query.reverse, nulls_last=True, maintain_order=True)
    row_order = sort_keys.select(expression).to_series()
    return row_order if row_indices is None else row_indices.gather(row_order)


def _build_sort_key(case_table: CaseTable, sorted_by: str) -> pl.Expr:
    """Build what rows are sorted by: a column, or without one the cases that want looking at first."""
    import polars as pl

    if not sorted_by:
        # Those who hold the figure back come first, whichever way is good, and who is left out last.
        is_low_good = case_table.cases.entry.indicator.polarity == "low"
        ranks = {0: 0, 1: 1, 2: 2} if is_low_good else {1: 0, 0: 1, 2: 2}
        return build_state_expression().replace_strict(ranks, return_dtype=pl.UInt8)
    if sorted_by == CASE_STATE_COLUMN:
        return build_state_expression()
    return build_column_key(case_table.cases.case_frame, sorted_by)


def build_column_key(frame: pl.DataFrame, column_name: str) -> pl.Expr:
    """Build what rows are sorted by a column by: texts without regard to capitals."""
    import polars as pl

    if frame.schema[column_name] in (pl.String, pl.Categorical):
        return pl.col(column_name).cast(pl.String).str.to_lowercase()
    return pl.col(column_name)


def _count_groups(cases: IndicatorCases, row_indices: Any, query: RowQuery) -> Any:
    """Count cases by the values of a column: the most frequent first, or sorted by a column."""
    import polars as pl

    value_text = build_text_expression(cases.case_frame, query.group_by or "").fill_null("")
    value_rows = cases.case_frame.select(value=value_text, state=build_state_expression())
    value_rows = value_rows if row_indices is None else value_rows[row_indices]
    state_counts = {name: (pl.col("state") == number).sum().cast(pl.Int64) for number, name in enumerate(CASE_STATES)}
    group_counts = value_rows.group_by("value").agg(**state_counts, cases=pl.len().cast(pl.Int64))
    group_counts = group_counts.sort(-pl.col("cases"), "value")
    if query.sorted_by:
        sort_key = pl.col(query.sorted_by)
        sort_key = sort_key.str.to_lowercase() if query.sorted_by == "value" else sort_key
        return group_counts.sort(sort_key, descending=query.reverse, maintain_order=True)
    return group_counts.reverse() if query.reverse else group_counts


# --- what a row says --------------------------------------------------------------------------


def build_state_expression() -> pl.Expr:
    """Build the expression for a case's state, as its index in `CASE_STATES`."""
    import polars as pl

    # A reason for leaving a case out takes precedence over whether it counts.
    # Cases of which there are none have columns without a type.
    is_left_out = pl.col("left_out_because").cast(pl.String).fill_null("") != ""
    state = pl.when(pl.col("counted").cast(pl.Boolean)).then(0).otherwise(1)
    return pl.when(is_left_out).then(2).otherwise(state).cast(pl.UInt8)


def _name_states(state_numbers: pl.Expr) -> pl.Expr:
    import polars as pl

    return state_numbers.replace_strict(dict(enumerate(CASE_STATES)), return_dtype=pl.String)


def build_text_expression(cases_frame: pl.DataFrame, column_name: str) -> pl.Expr:
    """Build the expression for a column as `styled_text.format_plain_value` writes it.

    Missing values stay missing.
    """
    import polars as pl

    values, column_type = pl.col(column_name), cases_frame.schema[column_name]
    if column_type == pl.Boolean:
        return pl.when(values).then(pl.lit("yes")).when(~values).then(pl.lit("no"))
    if column_type.is_float():
        return values.round(4).cast(pl.String).str.strip_suffix(".0")
    if isinstance(column_type, pl.Datetime):
        return values.dt.to_string("%Y-%m-%d %H:%M")
    return values.cast(pl.String)


def build_searched_text(frame: pl.DataFrame, column_name: str) -> pl.Expr:
    """Build a cell as a filter searches it: as it is shown, and a date as its file writes it too."""
    import polars as pl

    text = build_text_expression(frame, column_name)
    if frame.schema[column_name] == pl.Date:
        return pl.concat_str(text, pl.col(column_name).dt.to_string("%-d %b %Y"), separator=" ")
    return text


def find_subject_column(cases: IndicatorCases) -> str:
    """Return the column that names the subject of each case, or the first column."""
    return cases.subject_column if cases.subject_column in cases.column_names else cases.column_names[0]


def find_name_column(cases: IndicatorCases) -> str:
    """Return the column that people know a case by: the name of a school or setting, or else the id."""
    subject_column = find_subject_column(cases)
    return "name" if subject_column == "urn" and "name" in cases.column_names else subject_column


def _choose_columns(cases: IndicatorCases, reader_columns: tuple[str, ...]) -> tuple[str, ...]:
    """List the shown columns: the name, the state, the readers', then all that say something more."""
    leading_columns = [find_name_column(cases), *reader_columns]
    if REASON_COLUMN in cases.column_names:
        leading_columns.append(REASON_COLUMN)
    hidden_columns = {*leading_columns, "counted", "left_out_because"}
    sampled_rows = cases.case_frame.head(SAMPLED_ROWS)
    weight_columns = [sampled_rows[name].drop_nulls() for name in ("numerator", "denominator")]
    # Where each case counts as 0 or 1, the state says the same in words.
    if all(set(column.unique().to_list()) <= {0, 1} for column in weight_columns):
        hidden_columns |= {"numerator", "denominator"}
    raw_columns = [name for name in cases.column_names if name not in hidden_columns]
    raw_columns.sort(key=lambda column_name: column_name not in ("name", "school"))
    return (leading_columns[0], CASE_STATE_COLUMN, *leading_columns[1:], *raw_columns)


def list_empty_columns(cases: IndicatorCases) -> tuple[str, ...]:
    """List the columns that have no cell in any row."""
    import polars as pl

    frame = cases.case_frame
    has_cells = frame.select(
        (pl.col(name) != "" if column_type == pl.String else pl.col(name).is_not_null()).any()
        for name, column_type in frame.schema.items()
    )
    return tuple(name for name, has_cell in has_cells.row(0, named=True).items() if not has_cell)


def _has_groups(cases: IndicatorCases, column_name: str) -> bool:
    values = cases.case_frame[column_name].head(SAMPLED_ROWS)
    value_count = values.n_unique()
    return bool(value_count < len(values) and (value_count > 1 or len(cases) > len(values)))


def total_cases(cases: IndicatorCases) -> CaseTotals:
    """Add up all cases in one pass of polars: how many are in each state, and what they add."""
    import polars as pl

    state_totals = [(pl.col("state") == number).sum() for number in range(len(CASE_STATES))]
    *state_counts, numerator, denominator = (
        cases.case_frame.lazy()
        .select(build_state_expression().alias("state"), pl.col("numerator", "denominator"))
        .select(
            *(total.alias(str(state_number)) for state_number, total in enumerate(state_totals)),
            pl.col("numerator", "denominator").sum(),
        )
        .collect()
        .row(0)
    )
    return CaseTotals(tuple(state_counts), numerator or 0, denominator or 0)

"""Cases by group: how many count, do not count and are left out for each value of a column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from kpitui.drilldown.case_table import CASE_STATES, CaseTable, find_first_true
from kpitui.model.catalogue import Scalar
from kpitui.tui.styled_text import EN_DASH, StyledLine, StyledSpan, make_line, make_span
from kpitui.tui.views.rag_marks import choose_sort_mark
from kpitui.tui.widgets.row_grid import GridColumn

GROUP_COLUMNS: Final = ("value", *CASE_STATES, "cases")
WIDEST_GROUP_VALUE: Final = 40
COLUMN_GAP: Final = 2
MINIMUM_BAR_WIDTH: Final = 6
MAXIMUM_BAR_WIDTH: Final = 40


@dataclass(frozen=True, slots=True)
class GroupRows:
    """Groups as rows of a grid, over a frame with the columns GROUP_COLUMNS."""

    column_name: str
    groups_frame: Any
    columns: tuple[GridColumn, ...]
    bar_width: int  # cells of the longest bar; 0 where there is no room for bars
    largest_group: int  # the cases that the longest bar stands for

    def __len__(self) -> int:
        return int(self.groups_frame.height)

    def row_cells(self, row_index: int) -> Sequence[StyledLine]:
        """Return the cells of a row: the value, its counts, and a bar if there is room."""
        group_value, *case_counts = self.groups_frame.row(row_index)
        count_cells = (make_line(make_span(f"{count:,}", "text" if count else "dim")) for count in case_counts)
        group_bar = self._draw_group_bar(case_counts[0], case_counts[-1])
        return [
            make_line(make_span(group_value or EN_DASH, "strong")),
            *count_cells,
            *([group_bar] if self.bar_width else []),
        ]

    def _draw_group_bar(self, counted_cases: int, all_cases: int) -> StyledLine:
        """Draw a bar as long as the group is large, filled as far as it is counted."""
        # All bars share the scale of the largest group.
        cells_per_case = self.bar_width / (self.largest_group or 1)
        # Every group has a bar: the smallest would round to none.
        width, whole_width = (round(counted_cases * cells_per_case), max(round(all_cases * cells_per_case), 1))
        return make_line(StyledSpan("━" * width, "accent"), StyledSpan("─" * (whole_width - width), "rule"))

    def row_key(self, row_index: int) -> object:
        """Return the value that a row is the group of."""
        return self.groups_frame["value"][row_index]

    def find_row(self, row_key: object) -> int | None:
        """Return the row of a value, or None."""
        return (
            find_first_true(self.groups_frame["value"] == row_key) if isinstance(row_key, str) and len(self) else None
        )

    @property
    def iter_saved_rows(self) -> Iterator[tuple[Scalar, ...]]:
        """Return the groups as rows to save, without the bars."""
        saved_rows: Iterator[tuple[Scalar, ...]] = self.groups_frame.iter_rows()
        return saved_rows


def build_group_rows(case_table: CaseTable, line_width: int) -> GroupRows:
    """Build the rows for arranged cases that are grouped, with bars where the width allows."""
    grouped_by = case_table.get_title(case_table.query.group_by or "")
    value = case_table.group_counts["value"].str.len_chars().max() or 0
    titles = (grouped_by, *(column_name.capitalize() for column_name in GROUP_COLUMNS[1:]))
    widths = (
        min(max(value, len(grouped_by) + 1), WIDEST_GROUP_VALUE),
        *(max(len(column_title) + 1, 9) for column_title in titles[1:]),
    )
    grid_columns = tuple(
        GridColumn(title, width, "right" if number else "left", choose_sort_mark(case_table.query, name))
        for number, (title, width, name) in enumerate(zip(titles, widths, GROUP_COLUMNS, strict=True))
    )
    bar_width = min(line_width - sum(column_width + COLUMN_GAP for column_width in widths), MAXIMUM_BAR_WIDTH)
    bar_width = bar_width if bar_width >= MINIMUM_BAR_WIDTH else 0
    grid_columns += (GridColumn("", bar_width),) if bar_width else ()
    group_name = case_table.query.group_by or ""
    return GroupRows(group_name, case_table.group_counts, grid_columns, bar_width, case_table.largest_group)

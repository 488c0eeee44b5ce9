"""Split screen: an indicator by the groups of a column."""

from __future__ import annotations

from typing import ClassVar

from kpitui import wording
from kpitui.model.drilldown import IndicatorSplit, SplitGroup
from kpitui.tui import commands
from kpitui.tui.address import Address
from kpitui.tui.save_rows import RowExport
from kpitui.tui.screen_parts.desk_result import DeskResult
from kpitui.tui.screens.screen_bodies import TableScreen
from kpitui.tui.styled_text import StyledLine, make_line, make_span, wrap_line
from kpitui.tui.theme import Tone
from kpitui.tui.views.due_rows import fit_plain_rows

SPLIT_TITLES = ("Value", "Cases", "Left out")


class SplitScreen(TableScreen):
    """Groups of an indicator; a key goes on to the next column, or one is named in the address."""

    screen_name: ClassVar[str] = "split"
    BINDINGS = commands.build_bindings("split")

    def __init__(self, indicator_id: str, column_name: str = "") -> None:
        super().__init__(indicator_id)
        self.column_name = column_name
        self._split = DeskResult[tuple[IndicatorSplit, tuple[str, ...]]](self)
        self.answer_takers.append(self._split.accept_answer)
        self.command_handlers |= {"split": lambda: self._cycle_column(1), "split_back": lambda: self._cycle_column(-1)}

    @property
    def _shown_split(self) -> IndicatorSplit | None:
        return self._split.value[0] if self._split.value else None

    def build_breadcrumbs(self) -> tuple[str, ...]:
        split = self._shown_split
        return (self.indicator_code, f"By {split.column_name}" if split else "By")

    def build_address(self) -> Address:
        split = self._shown_split
        column_name = split.column_name if split else self.column_name
        return Address("split", self.indicator_code, self.board_period, column_name)

    def draw_body(self) -> None:
        board, entry, column_name = self.state.board, self.current_entry, self.column_name
        if board is None or entry is None:
            return
        self._split.request_once(
            (board, column_name), "split", lambda desk: desk.split_indicator(board, entry, column_name)
        )
        if self._split.value is None:
            text = self._split.failure_text or "Splitting the cases…"
            self.show_summary(*wrap_line(make_line(make_span(text, "dim", max_characters=None)), self.line_width))
            return
        split, column_names = self._split.value
        title = f"{entry.indicator.title} by {split.column_name}, {split.period.label}"
        columns_text = f"Also by {', '.join(name for name in column_names if name != split.column_name)}"
        self.show_summary(
            make_line(make_span(title, "strong")),
            *wrap_line(make_line(make_span(columns_text, "dim", max_characters=None)), self.line_width)[:2],
        )
        cells = tuple(map(_draw_group, (*split.groups, SplitGroup("all", split.total))))
        self.row_grid.show_rows(fit_plain_rows(cells, (split.column_name, *SPLIT_TITLES), right_columns=SPLIT_TITLES))

    def _cycle_column(self, step: int) -> None:
        """Split by the next or the previous of the columns that these cases have."""
        if self._split.value is None:
            return
        split, column_names = self._split.value
        position = column_names.index(split.column_name) if split.column_name in column_names else -step
        self.column_name = column_names[(position + step) % len(column_names)]
        self.redraw()

    def build_sheet(self) -> RowExport | None:
        split = self._shown_split
        if split is None:
            return None
        rows = [
            [name, count.value, count.numerator, count.denominator, count.excluded_total]
            for name, count in (*((group.name, group.count) for group in split.groups), ("all", split.total))
        ]
        titles = (split.column_name, "value", "numerator", "denominator", "left out")
        return RowExport(f"{self.indicator_code} by {split.column_name} {split.period}", titles, rows)


def _draw_group(group: SplitGroup) -> tuple[StyledLine, ...]:
    """Draw a group: its name, value, cases, and how many are left out."""
    style: Tone = "strong" if group.name == "all" else "text"
    texts = (
        group.name,
        wording.format_count_value(group.count),
        wording.format_fraction(group.count),
        wording.format_count(group.count.excluded_total),
    )
    return tuple(make_line(make_span(text, style)) for text in texts)

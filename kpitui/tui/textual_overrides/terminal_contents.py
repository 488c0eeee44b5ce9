"""What the terminal shows, cell by cell, and the codes that make it show something else.

Textual sends the whole of every region that was refreshed, each time with all its styles. Over a
slow line that is 1.5 KB for one cursor key, and a screen that is laid out three times is sent three
times. Here each update is compared with the cells that were sent before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Final

from rich.color import ColorSystem
from rich.segment import ControlType, Segment

from kpitui.tui.textual_overrides.cell_styles import (
    DEFAULT_STYLE,
    AnsiWriter,
    CellStyle,
    StyledCell,
    split_into_cells,
    to_cell_style,
)

RESENT_GAP_CELLS: Final = 4
"""Unchanged cells between two changed ones that are sent again: a cursor step costs 4 bytes."""


MIN_LINES_SAVED: Final = 4
"""Lines that scrolling must save to be worth its codes."""

FullRow = tuple[StyledCell, ...]
CellRow = tuple[StyledCell | None, ...]


class TerminalContents:
    """The cells of a terminal as they were last sent; None where that is not known."""

    def __init__(self, *, erases_background: bool = True) -> None:
        self._sent_rows: list[list[StyledCell | None]] = []
        self._terminal_size = (0, 0)
        self.erases_background = erases_background
        self._is_default_style = False  # whether the terminal is known to be in its default style
        self._expected_text = ""  # what is on the screen already, if the first update is this
        self.report_first_text: Callable[[str], object] | None = None
        """Called once, with the codes of the first update."""

    def expect_text(self, painted_text: str) -> None:
        """Send nothing for a first update with these codes: what they show is on the screen already."""
        self._expected_text = painted_text

    def forget_contents(self) -> None:
        """Send everything at the next update, because the terminal may show something else."""
        self._sent_rows, self._is_default_style = [], False

    def resize_contents(self, column_count: int, row_count: int) -> None:
        """Take the terminal's size; with another size, nothing is known of what it shows."""
        if (column_count, row_count) != self._terminal_size or len(self._sent_rows) != row_count:
            self._terminal_size = (column_count, row_count)
            self._sent_rows = [[None] * column_count for _ in range(row_count)]

    def encode_update(self, segments: Iterable[Segment], colour_system: ColorSystem) -> str:
        """Return the codes that make the terminal show the segments, and record them as sent."""
        update_cells = self._lay_out_cells(segments, colour_system)
        output_codes = self._encode_cells(update_cells)
        if not output_codes:
            return ""
        report_first_text, self.report_first_text = self.report_first_text, None
        if report_first_text is not None:
            report_first_text(output_codes)
        expected_text, self._expected_text = self._expected_text, ""
        if output_codes != expected_text:
            return output_codes
        # The last line has the word that nothing answers yet.
        last_row = len(self._sent_rows) - 1
        self._sent_rows[last_row] = [None] * self._terminal_size[0]
        return self._encode_cells({last_row: update_cells.get(last_row, {})})

    def _encode_cells(self, update_cells: Mapping[int, Mapping[int, StyledCell]]) -> str:
        """Return the codes that make the terminal show some cells, and record them as sent."""
        scroll_codes = self._encode_scroll(update_cells)
        ansi_writer = AnsiWriter(
            DEFAULT_STYLE if self._is_default_style or scroll_codes else None, erases_background=self.erases_background
        )
        for row_index, x, cell_run in self._group_runs(self._find_changed_cells(update_cells)):
            ansi_writer.move_cursor(x, row_index)
            ansi_writer.write_run(cell_run, reaches_edge=self._reaches_edge(row_index, x, cell_run))
        output_codes = scroll_codes + ansi_writer.finish_output()
        self._is_default_style = self._is_default_style or bool(output_codes)
        return output_codes

    def _encode_scroll(self, update_cells: Mapping[int, Mapping[int, StyledCell]]) -> str:
        """Return codes that let the terminal scroll lines to where the update wants them, or ""."""
        column_count, _ = self._terminal_size
        # Scrolling moves whole lines: only lines that the update covers from edge to edge count.
        full_rows = {
            y: tuple(column[x] for x in range(column_count))
            for y, column in update_cells.items()
            if len(column) == column_count
        }
        sent_rows = {y: tuple(self._sent_rows[y]) for y in full_rows}
        scroll_step, region = _choose_scroll(full_rows, sent_rows)
        if not scroll_step:
            return ""
        freed_row = full_rows[region[-1] if scroll_step > 0 else region[0]]
        # The freed lines take the background that is set, as erased cells do.
        background = freed_row[-1].style.background if self.erases_background else DEFAULT_STYLE.background
        blank_row: CellRow = (StyledCell(" ", CellStyle("", "", background)),) * column_count
        for y in region:
            self._sent_rows[y] = list(sent_rows[y + scroll_step] if y + scroll_step in region else blank_row)
        # DECSTBM limits the region, SU or SD scrolls it, and the region is reset.
        scroll_code = f"{scroll_step}S" if scroll_step > 0 else f"{-scroll_step}T"
        return f"\x1b[0;{background}m\x1b[{region[0] + 1};{region[-1] + 1}r\x1b[{scroll_code}\x1b[r\x1b[0m"

    def _reaches_edge(self, row_index: int, x: int, cell_run: Sequence[StyledCell]) -> bool:
        """Say whether nothing but the blank at the end of a run follows on its line."""
        return all(cell == cell_run[-1] for cell in self._sent_rows[row_index][x + len(cell_run) :])

    def _lay_out_cells(
        self, segments: Iterable[Segment], colour_system: ColorSystem
    ) -> dict[int, dict[int, StyledCell]]:
        """Return the cells of an update by line and column, each once."""
        x = y = 0
        update_cells: dict[int, dict[int, StyledCell]] = {}
        column_count, row_count = self._terminal_size
        for segment_text, rich_style, codes in segments:
            if codes:
                x, y = _move_cursor(codes, x, y)
                continue
            if segment_text == "\n":
                continue
            cell_style = to_cell_style(rich_style, colour_system)
            for cell in split_into_cells(segment_text, cell_style):
                # An update may have been laid out for a larger terminal.
                if x < column_count and y < row_count:
                    update_cells.setdefault(y, {})[x] = cell
                x += 1
        return update_cells

    def _find_changed_cells(
        self, update_cells: Mapping[int, Mapping[int, StyledCell]]
    ) -> Iterator[tuple[int, int, StyledCell]]:
        """Yield line, column and cell of all that the terminal does not show yet, in order."""
        for y, cells_by_column in sorted(update_cells.items()):
            sent_row = self._sent_rows[y]
            for x, cell in sorted(cells_by_column.items()):
                if sent_row[x] != cell:
                    yield y, x, cell

    def _group_runs(
        self, changed_cells: Iterable[tuple[int, int, StyledCell]]
    ) -> Iterator[tuple[int, int, list[StyledCell]]]:
        """Group neighbouring changed cells, with the few unchanged ones between them.

        Yields line, first column and cells, and records them as sent.
        """
        cell_run: list[StyledCell] = []
        run_row = run_start = -1
        for y, x, cell in changed_cells:
            sent_row = self._sent_rows[y]
            sent_row[x] = cell
            run_end = run_start + len(cell_run)
            gap_cells = sent_row[run_end:x] if y == run_row and x - run_end <= RESENT_GAP_CELLS else [None]
            if cell_run and all(gap_cells):
                cell_run += [gap_cell for gap_cell in gap_cells if gap_cell is not None]
            else:
                if cell_run:
                    yield run_row, run_start, cell_run
                run_row, run_start, cell_run = y, x, []
            cell_run.append(cell)
        if cell_run:
            yield run_row, run_start, cell_run


def _choose_scroll(full_rows: Mapping[int, FullRow], sent_rows: Mapping[int, CellRow]) -> tuple[int, range]:
    """Return how many lines to scroll up, and the lines to scroll; 0 if it does not pay.

    Of all distances the one that moves most lines is taken, if it moves more than it spoils: lines
    of the scrolled region that were to stay where they are.
    """
    moved_lines = [(sent_y - y, y) for y, sent_y in _match_moved_lines(full_rows, sent_rows)]
    scroll_step, moved_count = max(
        Counter(scroll_step for scroll_step, _ in moved_lines).items(), key=itemgetter(1), default=(0, 0)
    )
    if not scroll_step:
        return 0, range(0)
    region_rows = [row for step, y in moved_lines if step == scroll_step for row in (y, y + scroll_step)]
    region = range(min(region_rows), max(region_rows) + 1)
    spoilt_count = sum(sent_rows[y] == full_rows[y] for y in region if y in full_rows)
    if moved_count < spoilt_count + MIN_LINES_SAVED or not full_rows.keys() >= set(region):
        return 0, range(0)
    return scroll_step, region


def _match_moved_lines(
    update_rows: Mapping[int, CellRow], sent_rows: Mapping[int, CellRow]
) -> Iterator[tuple[int, int]]:
    """Yield for each wanted line where it goes and where the terminal shows it now.

    Lines of one repeated cell are skipped: they would match anywhere.
    """
    positions_by_row: dict[CellRow, list[int]] = {}
    for y, cell_row in sent_rows.items():
        if len(set(cell_row)) > 1:
            positions_by_row.setdefault(cell_row, []).append(y)
    for y, cell_row in update_rows.items():
        yield from ((y, sent_y) for sent_y in positions_by_row.get(cell_row, ()))


def _move_cursor(control_codes: Iterable[object], x: int, y: int) -> tuple[int, int]:
    """Return the cursor's position after a control segment; updates hold no other control."""
    for control_code in control_codes:
        match control_code:
            case (ControlType.CURSOR_MOVE_TO, int(target_x), int(target_y)):
                x, y = target_x, target_y
    return x, y


def has_background_erase(environment: Mapping[str, str]) -> bool:
    """Say whether a terminal erases with the background that is set: all do except GNU screen."""
    # tmux calls itself screen too, but erases in colour.
    return "TMUX" in environment or not environment.get("TERM", "").startswith("screen")

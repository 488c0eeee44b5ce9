"""What the terminal shows already: only the cells that differ from it are sent.

Textual sends the whole of every region that was refreshed, with every style from the beginning.
Over a slow line that is 1.5 KB for one cursor key, and a screen that is laid out three times is
sent three times.  Here each update is laid over the cells that were sent before.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from rich.color import ColorSystem
from rich.console import Console
from rich.segment import ControlType, Segment
from textual._compositor import CompositorUpdate
from textual.app import App
from textual.screen import Screen

from kpitui.terminal.looks import Cell, Pen, cells, look_of

NEAR: Final = 4
"""Cells left as they are that are sent again rather than stepped over: a step is 4 bytes."""


Row = list[Cell | None]


class Shown:
    """The cells of a terminal as they were last sent; None where that is not known."""

    def __init__(self, *, erases: bool = True) -> None:
        self._rows: list[Row] = []
        self._size = (0, 0)
        self.erases = erases

    def forget(self) -> None:
        """Send everything at the next update: the terminal may show something else."""
        self._rows = []

    def fit(self, columns: int, rows: int) -> None:
        if (columns, rows) != self._size or len(self._rows) != rows:
            self._size = (columns, rows)
            self._rows = [[None] * columns for _ in range(rows)]

    def update(self, segments: Iterable[Segment], colours: ColorSystem) -> str:
        """What is to be sent so that the terminal shows the segments where they stand."""
        pen = Pen(erases=self.erases)
        for row, x, run in self._runs(self._lay(segments, colours)):
            pen.move(x, row)
            pen.write(run, to_edge=self._ends(row, x, run))
        return pen.sent()

    def _ends(self, row: int, x: int, run: Sequence[Cell]) -> bool:
        """Whether nothing but the blanks at the end of a run stands between it and the edge."""
        return all(cell == run[-1] for cell in self._rows[row][x + len(run) :])

    def _lay(
        self, segments: Iterable[Segment], colours: ColorSystem
    ) -> Iterator[tuple[int, int, Cell]]:
        """The cells that differ, each once, with its place."""
        x = y = 0
        wanted: dict[tuple[int, int], Cell] = {}
        columns, rows = self._size
        for text, style, control in segments:
            if control:
                x, y = _moved(control, x, y)
                continue
            if text == "\n":
                continue
            look = look_of(style, colours)
            for cell in cells(text, look):
                if x < columns and y < rows:
                    wanted[y, x] = cell
                x += 1
        for (y, x), cell in sorted(wanted.items()):
            if self._rows[y][x] != cell:
                yield y, x, cell

    def _runs(
        self, changed: Iterable[tuple[int, int, Cell]]
    ) -> Iterator[tuple[int, int, list[Cell]]]:
        """Changed cells that stand together, with the few between them that did not change."""
        run: list[Cell] = []
        row = start = -1
        for y, x, cell in changed:
            known = self._rows[y]
            known[x] = cell
            end = start + len(run)
            between = known[end:x] if y == row and x - end <= NEAR else [None]
            if run and all(between):
                run += [one for one in between if one is not None]
            else:
                if run:
                    yield row, start, run
                row, start, run = y, x, []
            run.append(cell)
        if run:
            yield row, start, run


class Changes(CompositorUpdate):
    """An update of Textual's, as the difference from what the terminal shows."""

    def __init__(self, update: CompositorUpdate, shown: Shown) -> None:
        self._update, self._shown = update, shown

    def render_segments(self, console: Console) -> str:
        segments = self._update.__rich_console__(console, console.options)  # type: ignore[attr-defined]
        return self._shown.update(segments, console._color_system or ColorSystem.TRUECOLOR)


def _moved(control: Iterable[object], x: int, y: int) -> tuple[int, int]:
    """Where the cursor goes: updates hold no other control."""
    for code in control:
        match code:
            case (ControlType.CURSOR_MOVE_TO, int(across), int(down)):
                x, y = across, down
    return x, y


def erases_in_colour(environ: Mapping[str, str]) -> bool:
    """Whether what a terminal erases takes the colour that is set: all do but GNU screen."""
    return "TMUX" in environ or not environ.get("TERM", "").startswith("screen")


class Sparing(App[int]):
    """A program that sends only what differs."""

    def __init__(self) -> None:
        super().__init__()
        self.shown = Shown(erases=erases_in_colour(os.environ))

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        if isinstance(renderable, CompositorUpdate):
            self.shown.fit(*self.size)
            renderable = Changes(renderable, self.shown)
        super()._display(screen, renderable)

    def on_resize(self) -> None:
        self.shown.forget()

    def on_mount(self) -> None:
        # Whoever had the terminal in between has drawn on it.
        self.app_resume_signal.subscribe(self, lambda _: self.shown.forget())

"""An app that sends only the cells that differ from what the terminal shows.

Textual sends the whole of every region that was refreshed, each time with all its styles. Over a
slow line that is 1.5 KB for one cursor key, and a screen that is laid out three times is sent three
times. Here each update is compared with the cells that were sent before.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any, Final

from rich.color import ColorSystem
from rich.console import Console, ConsoleOptions
from rich.segment import ControlType, Segment
from textual._compositor import CompositorUpdate
from textual.app import App
from textual.screen import Screen

from kpitui.terminal.looks import PLAIN, Cell, Look, Pen, cells, look_of

NEAR: Final = 4
"""Unchanged cells between two changed ones that are sent again: a cursor step costs 4 bytes."""


SCROLLED: Final = 4
"""Lines that scrolling must save to be worth its codes."""


Row = tuple[Cell | None, ...]


class Shown:
    """The cells of a terminal as they were last sent; None where that is not known."""

    def __init__(self, *, erases: bool = True) -> None:
        self._rows: list[list[Cell | None]] = []
        self._size = (0, 0)
        self.erases = erases
        self._plain = False  # whether the terminal is known to be in its default style

    def forget(self) -> None:
        """Send everything at the next update, because the terminal may show something else."""
        self._rows, self._plain = [], False

    def fit(self, columns: int, rows: int) -> None:
        """Take the terminal's size; with another size, nothing is known of what it shows."""
        if (columns, rows) != self._size or len(self._rows) != rows:
            self._size = (columns, rows)
            self._rows = [[None] * columns for _ in range(rows)]

    def update(self, segments: Iterable[Segment], colours: ColorSystem) -> str:
        """Return the codes that make the terminal show the segments, and record them as sent."""
        wanted = self._lay(segments, colours)
        scrolled = self._scroll(wanted)
        pen = Pen(PLAIN if self._plain or scrolled else None, erases=self.erases)
        for row, x, run in self._runs(self._differing(wanted)):
            pen.move(x, row)
            pen.write(run, to_edge=self._ends(row, x, run))
        written = scrolled + pen.sent()
        self._plain = self._plain or bool(written)
        return written

    def _scroll(self, wanted: Mapping[int, Mapping[int, Cell]]) -> str:
        """Return codes that let the terminal scroll lines to where the update wants them, or "".

        Of all distances the one that moves most lines is taken, if it moves more than it spoils:
        lines of the scrolled region that were to stay where they are.
        """
        columns, _ = self._size
        # Scrolling moves whole lines: only lines that the update covers from edge to edge count.
        whole = {
            y: tuple(row[x] for x in range(columns))
            for y, row in wanted.items()
            if len(row) == columns
        }
        known = {y: tuple(self._rows[y]) for y in whole}
        kept = [(old - y, y) for y, old in _same_lines(whole, known)]
        step, many = max(
            Counter(step for step, _ in kept).items(), key=itemgetter(1), default=(0, 0)
        )
        if not step:
            return ""
        ends = [end for found, y in kept if found == step for end in (y, y + step)]
        region = range(min(ends), max(ends) + 1)
        stay = sum(known[y] == whole[y] for y in region if y in whole)
        if many < stay + SCROLLED or not whole.keys() >= set(region):
            return ""
        freed = whole[region[-1] if step > 0 else region[0]]
        # The freed lines take the background that is set, as erased cells do.
        ground = freed[-1].look.back if self.erases else PLAIN.back
        blank: Row = (Cell(" ", Look("", "", ground)),) * columns
        for y in region:
            self._rows[y] = list(known[y + step] if y + step in region else blank)
        # DECSTBM limits the region, SU or SD scrolls it, and the region is reset.
        way = f"{step}S" if step > 0 else f"{-step}T"
        return f"\x1b[0;{ground}m\x1b[{region[0] + 1};{region[-1] + 1}r\x1b[{way}\x1b[r\x1b[0m"

    def _ends(self, row: int, x: int, run: Sequence[Cell]) -> bool:
        """Say whether nothing but the blank at the end of a run follows on its line."""
        return all(cell == run[-1] for cell in self._rows[row][x + len(run) :])

    def _lay(self, segments: Iterable[Segment], colours: ColorSystem) -> dict[int, dict[int, Cell]]:
        """Return the cells of an update by line and column, each once."""
        x = y = 0
        wanted: dict[int, dict[int, Cell]] = {}
        columns, rows = self._size
        for text, style, control in segments:
            if control:
                x, y = _moved(control, x, y)
                continue
            if text == "\n":
                continue
            look = look_of(style, colours)
            for cell in cells(text, look):
                # An update may have been laid out for a larger terminal.
                if x < columns and y < rows:
                    wanted.setdefault(y, {})[x] = cell
                x += 1
        return wanted

    def _differing(
        self, wanted: Mapping[int, Mapping[int, Cell]]
    ) -> Iterator[tuple[int, int, Cell]]:
        """Yield line, column and cell of all that the terminal does not show yet, in order."""
        for y, row in sorted(wanted.items()):
            known = self._rows[y]
            for x, cell in sorted(row.items()):
                if known[x] != cell:
                    yield y, x, cell

    def _runs(
        self, changed: Iterable[tuple[int, int, Cell]]
    ) -> Iterator[tuple[int, int, list[Cell]]]:
        """Group neighbouring changed cells, with the few unchanged ones between them.

        Yields line, first column and cells, and records them as sent.
        """
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


def _same_lines(wanted: Mapping[int, Row], known: Mapping[int, Row]) -> Iterator[tuple[int, int]]:
    """Yield for each wanted line where it goes and where the terminal shows it now.

    Lines of one repeated cell are skipped: they would match anywhere.
    """
    places: dict[Row, list[int]] = {}
    for y, row in known.items():
        if len(set(row)) > 1:
            places.setdefault(row, []).append(y)
    for y, row in wanted.items():
        yield from ((y, old) for old in places.get(row, ()))


class Changes(CompositorUpdate):
    """A Textual update that writes only the difference from what the terminal shows."""

    def __init__(self, update: CompositorUpdate, shown: Shown) -> None:
        self._update, self._shown = update, shown

    def render_segments(self, console: Console) -> str:
        # Textual joins an update's codes here; Rich's colour system is private too.
        segments = self._update.__rich_console__(console, console.options)  # type: ignore[attr-defined]
        return self._shown.update(segments, console._color_system or ColorSystem.TRUECOLOR)


class Unplaced:
    """A difference after which the cursor stays where it ends.

    Textual places the cursor after each update, but it is seen only in a line to type in.
    """

    def __init__(self, changes: Changes) -> None:
        self._changes = changes

    def __rich_console__(self, console: Console, _: ConsoleOptions) -> Iterator[Segment]:
        yield Segment(self._changes.render_segments(console))


def _moved(control: Iterable[object], x: int, y: int) -> tuple[int, int]:
    """Return the cursor's position after a control segment; updates hold no other control."""
    for code in control:
        match code:
            case (ControlType.CURSOR_MOVE_TO, int(across), int(down)):
                x, y = across, down
    return x, y


def erases_in_colour(environ: Mapping[str, str]) -> bool:
    """Say whether a terminal erases with the background that is set: all do except GNU screen."""
    # tmux calls itself screen too, but erases in colour.
    return "TMUX" in environ or not environ.get("TERM", "").startswith("screen")


class Sparing(App[int]):
    """An app that sends only what differs from what the terminal shows."""

    def __init__(self) -> None:
        super().__init__()
        self.shown = Shown(erases=erases_in_colour(os.environ))

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        if isinstance(renderable, CompositorUpdate):
            self.shown.fit(*self.size)
            changes = Changes(renderable, self.shown)
            renderable = Unplaced(changes) if self.focused is None else changes
        super()._display(screen, renderable)

    def on_resize(self) -> None:
        self.shown.forget()

    def on_mount(self) -> None:
        # While the app was suspended, the shell or the editor drew on the terminal.
        self.app_resume_signal.subscribe(self, lambda _: self.shown.forget())

    def draw_anew(self) -> None:
        """Send the whole screen, whatever the terminal shows."""
        self.shown.forget()
        self.screen.refresh(layout=True)

"""Saving the shown rows as CSV, where the user says.

A file is not overwritten unless the user agrees, and is readable by its owner alone. Numbers are
not rounded, so that a spreadsheet calculates with what the program calculated with.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kpitui.model import Entry, Scalar
from kpitui.report.tables import (
    STATUS_CSV,
    comma_separated,
    figure,
    figures,
    safe,
    status_values,
    written,
)
from kpitui.text import clean
from kpitui.whole import write_whole

if TYPE_CHECKING:
    from kpitui.behind import Changes

HISTORY = (
    "code", "period", "status", "numerator", "denominator", "value", "unit", "target", "rag",
    "left_out",
)  # fmt: skip
MOVED = (
    "code", "title", "from", "numerator_from", "denominator_from", "value_from", "rag_from", "to",
    "numerator_to", "denominator_to", "value_to", "rag_to", "direction", "change",
)  # fmt: skip

Row = Sequence[Scalar | None]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows to be saved, with a title from which the file is named."""

    name: str
    columns: Sequence[str]
    rows: Iterable[Row]


def proposed(sheet: Sheet) -> str:
    """Return a file name to propose, for the current folder."""
    return f"{plain_name(sheet.name)}.csv"


def plain_name(name: str) -> str:
    """Replace everything in a name that some file system refuses by hyphens."""
    plain = "".join(one if one.isalnum() or one in "-." else "-" for one in name)
    return plain.strip("-")


def save(sheet: Sheet, path: Path, *, over: bool) -> str:
    """Write rows as CSV, readable by the owner alone; return where they are or why not.

    An existing file is replaced only with `overwrite`, and only by a complete one.
    """
    rows = [written(row) for row in sheet.rows]
    text = comma_separated(sheet.columns, rows) + "\n"
    many = "1 row" if len(rows) == 1 else f"{len(rows):,} rows"
    return put(text.encode(), path, f"Saved {many}", over=over, private=True)


def put(content: bytes, path: Path, done: str, *, over: bool, private: bool) -> str:
    """Write a file; return `done_text` and where it is, or why it was not written."""
    try:
        write_whole(path, content, over=over, private=private)
    except FileExistsError:
        return f"{clean(str(path))} is there already: nothing was written"
    except OSError as error:
        return f"{clean(str(path))} cannot be written: {error.strerror}"
    return f"{done}: {clean(str(path))}"


def in_tabs(sheet: Sheet, most: int) -> str | None:
    """Format rows with tabs between cells, for pasting; None if that is more than `max_bytes`."""
    lines, length = ["\t".join(map(str, map(safe, sheet.columns)))], 0
    for row in sheet.rows:
        lines.append("\t".join(str(safe(cell)) for cell in written(row)))
        length += len(lines[-1].encode()) + 1
        # Stop at once: there may be millions of rows.
        if length > most:
            return None
    return "\n".join(lines)


def board_sheet(entries: Iterable[Entry], name: str) -> Sheet:
    """Build the rows of the board's indicators, in the order on screen."""
    return Sheet(name, STATUS_CSV, [status_values(entry) for entry in entries])


def history_sheet(entry: Entry, name: str) -> Sheet:
    """Build a row for each period: the official ones, the provisional ones, then whole years."""
    about = entry.indicator
    points = (*entry.history, *entry.provisional, *entry.whole_years)
    rows: list[Row] = [
        (
            about.code, str(one.period), one.status, *figures(one.count), about.unit, one.target,
            one.rag, figure(sum(one.count.excluded.values())),
        )
        for one in points
    ]  # fmt: skip
    return Sheet(name, HISTORY, rows)


def changes_sheet(found: Changes, name: str) -> Sheet:
    """Build a row for each indicator that has a figure in both periods."""
    rows: list[Row] = []
    for one in found.moved:
        was, now = one.before, one.after
        rows.append((
            one.entry.indicator.code, one.entry.indicator.title,
            str(was.period), *figures(was.count), was.rag,
            str(now.period), *figures(now.count), now.rag,
            one.movement.direction, one.movement.change,
        ))  # fmt: skip
    return Sheet(name, MOVED, rows)

"""Saving what is seen as CSV, where the reader says: never over a file unasked, never for others.

Numbers are unrounded, so that a spreadsheet counts with what the program counted with.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkstemp

from kpitui.model import Changes, Entry, Scalar
from kpitui.report.tables import (
    STATUS_CSV,
    comma_separated,
    figure,
    figures,
    status_values,
    written,
)
from kpitui.text import clean

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
    """Rows to be saved, and what the file may be called."""

    name: str
    columns: Sequence[str]
    rows: Iterable[Row]


def proposed(sheet: Sheet) -> str:
    """A file name for the current folder, of letters that every system takes."""
    plain = "".join(one if one.isalnum() or one in "-." else "-" for one in sheet.name)
    return f"{plain.strip('-')}.csv"


def save(sheet: Sheet, path: Path, *, over: bool) -> str:
    """Write a sheet, readable by its owner alone, and say where it is or why it is not.

    A file that is there already is replaced only with `over`, and only by a whole one.
    """
    rows = [written(row) for row in sheet.rows]
    text = comma_separated(sheet.columns, rows) + "\n"
    try:
        _replace(path, text) if over else _create(path, text)
    except FileExistsError:
        return f"{clean(str(path))} is there already: nothing was written"
    except OSError as error:
        return f"{clean(str(path))} cannot be written: {error.strerror}"
    many = "1 row" if len(rows) == 1 else f"{len(rows):,} rows"
    return f"Saved {many}: {clean(str(path))}"


def _create(path: Path, text: str) -> None:
    _write(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), text)


def _replace(path: Path, text: str) -> None:
    number, beside = mkstemp(dir=path.parent, prefix=".kpitui-")  # mode 0600
    try:
        _write(number, text)
        os.replace(beside, path)
    except OSError:
        os.unlink(beside)
        raise


def _write(number: int, text: str) -> None:
    with open(number, "w", encoding="utf-8", newline="") as out:
        out.write(text)


def board_sheet(entries: Iterable[Entry], name: str) -> Sheet:
    """The indicators in the order in which they stand."""
    return Sheet(name, STATUS_CSV, [status_values(entry) for entry in entries])


def history_sheet(entry: Entry, name: str) -> Sheet:
    """Every period of an indicator, the provisional and the whole years after the official."""
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
    """The indicators in both periods."""
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

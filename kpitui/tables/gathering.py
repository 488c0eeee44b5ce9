"""Batches of small files of one layout, cleaned together.

Most of the cost of a small frame is the same whatever its size. Cleaned one by one, 3,000 small
files take ten times as long: see docs/speed.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from kpitui.tables.layouts import Layout
from kpitui.tables.layouts.engine import clean_tables, repeated
from kpitui.tables.parts import Part, add
from kpitui.tables.raw import PART, Raw
from kpitui.tables.schema import CleanTable

ENOUGH = 500_000  # cells

Parts = Mapping[str, Part]
"""The part of each table that one file gives, by the name of the table."""


@dataclass(slots=True)
class _Pieces:
    """Pieces with the same columns, from files of one layout."""

    layout: Layout
    year: str | None
    pieces: list[tuple[Parts, Raw]] = field(default_factory=list)
    cells: int = 0


class Gathering:
    """Collects pieces, and gives each part its clean rows once a batch is large enough.

    Call `flush_batches` after the last file.
    """

    def __init__(self, schemas: Mapping[str, CleanTable]) -> None:
        self._schemas = schemas
        self._alike: dict[tuple[object, ...], _Pieces] = {}

    def take(self, parts: Parts, raw: Raw, layout: Layout, year: str | None) -> None:
        """Add a piece of a file, whose clean rows go to `table_parts`.

        `year` is the one in the name of the file, where the layout takes it from there.
        """
        # A layout has dictionaries in it and cannot be hashed: its identity stands for it.
        key = (id(layout), *raw.frame.schema.items(), raw.header)
        alike = self._alike.setdefault(key, _Pieces(layout, year))
        alike.pieces.append((parts, raw))
        alike.cells += raw.frame.height * raw.frame.width
        # A layout that needs all its rows at once comes in one piece, which is a batch of its own.
        if layout.whole or alike.cells > ENOUGH:
            self._clean(self._alike.pop(key))

    def forget(self, parts: Parts) -> None:
        """Drop the pieces of a file, because a later piece of it could not be read."""
        for alike in self._alike.values():
            alike.pieces = [one for one in alike.pieces if one[0] is not parts]

    def end(self) -> None:
        """Clean the batches that are left, and give their rows to the parts."""
        while self._alike:
            self._clean(self._alike.pop(next(iter(self._alike))))

    def _clean(self, alike: _Pieces) -> None:
        if not alike.pieces:
            return
        files: list[Parts] = []
        frames = []
        for parts, raw in alike.pieces:
            # The pieces of one file follow one another, and share one number.
            if not files or files[-1] is not parts:
                files.append(parts)
            mark = pl.lit(len(files) - 1, dtype=pl.UInt32).alias(PART)
            frames.append(raw.frame.with_columns(mark))
        plain = all(raw.plain for _, raw in alike.pieces)
        tables, totals = clean_tables(Raw(pl.concat(frames), plain), alike.layout)
        _note(alike, files, totals)
        for name, frame in tables:
            if column := alike.layout.year_of_name:
                frame = frame.with_columns(pl.lit(alike.year, dtype=pl.String).alias(column))
            add(Raw(frame, plain), [parts[name] for parts in files], self._schemas[name])


def _note(alike: _Pieces, files: Sequence[Parts], totals: pl.DataFrame) -> None:
    """Log the notes of readers and the rows of totals, once, with the first table of the layout."""
    first = alike.layout.tables[0]
    for parts, raw in alike.pieces:
        parts[first].refused += raw.refused
        parts[first].broken = parts[first].broken or raw.broken
        parts[first].findings.notes([*raw.notes, *repeated(raw, alike.layout)])
    for line, number in totals.iter_rows():
        files[number][first].refused += 1
        files[number][first].findings.note("is a row of totals: left out", line)

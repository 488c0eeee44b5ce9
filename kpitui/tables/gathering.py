"""Pieces of files of known layouts, cleaned together where they are small and alike.

What a frame costs is mostly what it costs whatever its size: thousands of small files are read in
the time of one large one when their rows are cleaned together.
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
"""What a file gives of each table."""


@dataclass(slots=True)
class _Pieces:
    """Pieces with the same columns, of files of one layout."""

    layout: Layout
    year: str | None
    pieces: list[tuple[Parts, Raw]] = field(default_factory=list)
    cells: int = 0


class Gathering:
    """Takes pieces, and gives the parts that they are of their rows: at the latest when it ends."""

    def __init__(self, schemas: Mapping[str, CleanTable]) -> None:
        self._schemas = schemas
        self._alike: dict[tuple[object, ...], _Pieces] = {}

    def take(self, parts: Parts, raw: Raw, layout: Layout, year: str | None) -> None:
        """A piece of a file of a layout; `parts` are what the file gives of each of its tables."""
        key = (id(layout), *raw.frame.schema.items(), raw.header)
        alike = self._alike.setdefault(key, _Pieces(layout, year))
        alike.pieces.append((parts, raw))
        alike.cells += raw.frame.height * raw.frame.width
        if layout.whole or alike.cells > ENOUGH:
            self._clean(self._alike.pop(key))

    def forget(self, parts: Parts) -> None:
        """Leave a file out of which a later piece could not be read."""
        for alike in self._alike.values():
            alike.pieces = [one for one in alike.pieces if one[0] is not parts]

    def end(self) -> None:
        """Give the parts what is left."""
        while self._alike:
            self._clean(self._alike.pop(next(iter(self._alike))))

    def _clean(self, alike: _Pieces) -> None:
        if not alike.pieces:
            return
        files: list[Parts] = []
        frames = []
        for parts, raw in alike.pieces:
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
    """What was found in reading goes with the first table of a layout, as do rows of totals."""
    first = alike.layout.tables[0]
    for parts, raw in alike.pieces:
        parts[first].refused += raw.refused
        parts[first].broken = parts[first].broken or raw.broken
        parts[first].findings.notes([*raw.notes, *repeated(raw, alike.layout)])
    for line, number in totals.iter_rows():
        files[number][first].refused += 1
        files[number][first].findings.note("is a row of totals: left out", line)

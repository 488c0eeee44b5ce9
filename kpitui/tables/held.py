"""Typed pieces of a file held until all of it is read, in as little memory as they can be.

Small pieces are joined, and a column whose cells say the same words again and again is kept as the
numbers of its words (a categorical): it becomes text again where it is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

JOINED = 100_000  # rows
FEW = 0.25  # different words for each cell
MOST_NARROW = 100  # words of a column that is kept in one byte a row: there is room for 255
_WIDE = pl.Categorical()


class Held:
    """The pieces of a part, of which all have the same columns."""

    def __init__(self) -> None:
        self._joined: list[pl.DataFrame] = []
        self._loose: list[pl.DataFrame] = []
        self._words: dict[str, pl.Categorical] = {}
        self._left = JOINED

    def add(self, frame: pl.DataFrame) -> None:
        """Hold a piece more."""
        self._loose.append(_coded(frame, self._words))
        self._left -= frame.height
        if self._left <= 0:
            self._join()

    def released(self) -> list[pl.DataFrame]:
        """All the pieces, which are held no longer."""
        if self._joined and self._loose:
            self._join()
        frames = self._joined + self._loose
        self._joined, self._loose = [], []
        return frames

    def _join(self) -> None:
        joined = pl.concat([frame for _, frame in alike([*enumerate(self._loose)])], rechunk=True)
        self._loose, self._left = [], JOINED
        self._joined.append(joined)
        # Words come again the more often the longer a file is: look at 1, 2, 4, 8 … times so many.
        many = len(self._joined)
        if many & (many - 1) == 0 and (words := _of_few_words(self._joined)):
            self._words |= words
            self._joined = [_coded(one, words) for one in self._joined]


def as_text(frame: pl.DataFrame) -> pl.LazyFrame:
    """A frame of which what is kept as numbers of words is text again, as it is asked for."""
    coded = [name for name, kind in frame.schema.items() if isinstance(kind, pl.Categorical)]
    return frame.lazy().with_columns(pl.col(coded).cast(pl.String)) if coded else frame.lazy()


def alike(frames: list[tuple[int, pl.DataFrame]]) -> list[tuple[int, pl.DataFrame]]:
    """Frames of which a column is in all what it is in one; which are otherwise, become text."""
    kinds: dict[str, set[pl.DataType]] = {}
    for _, frame in frames:
        for name, kind in frame.schema.items():
            kinds.setdefault(name, set()).add(kind)
    mixed = {
        name: _WIDE if all(isinstance(one, pl.Categorical) for one in found) else pl.String()
        for name, found in kinds.items()
        if len(found) > 1
    }
    if not mixed:
        return frames
    return [
        (
            number,
            frame.with_columns(
                _as(name, kind) for name, kind in mixed.items() if name in frame.columns
            ),
        )
        for number, frame in frames
    ]


def _as(name: str, kind: pl.DataType) -> pl.Expr:
    return pl.col(name).cast(pl.String).cast(kind)


def _of_few_words(frames: list[pl.DataFrame]) -> dict[str, pl.Categorical]:
    """The columns of text whose cells say few different words, and what they are kept as."""
    text = [name for name, kind in frames[0].schema.items() if kind == pl.String]
    if not text:
        return {}
    every = pl.concat([frame.select(text) for frame in frames])
    words = every.select(pl.all().approx_n_unique()).row(0, named=True)
    return {
        name: _narrow(name) if words[name] < MOST_NARROW else _WIDE
        for name in text
        if words[name] <= every.height * FEW
    }


def _narrow(name: str) -> pl.Categorical:
    return pl.Categorical(pl.Categories(f"{name} 8", "kpitui", physical=pl.UInt8))


def _coded(frame: pl.DataFrame, words: Mapping[str, pl.Categorical]) -> pl.DataFrame:
    for name, kind in words.items():
        try:
            frame = frame.with_columns(pl.col(name).cast(kind))
        except pl.exceptions.ComputeError:  # more words after all than there are numbers
            frame = frame.with_columns(_as(name, _WIDE))
    return frame

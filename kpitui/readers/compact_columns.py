"""Compact types for columns of text, to keep large tables in less memory.

Words that repeat become a categorical; docs/speed.md has what it saves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import polars as pl

CompactTypes = Mapping[str, pl.DataType]
"""Column names, and the compact type of each."""

MAX_DISTINCT_SHARE = 0.25  # distinct words for each cell
# Most distinct words for an index of one byte, or of two. The types have room for more, because
# the words are counted in the first rows only, and by an estimate.
CATEGORY_SIZES = ((100, pl.UInt8), (20_000, pl.UInt16))
_WIDE_CATEGORICAL = pl.Categorical()
# Bytes: a cell of text in polars, the longest text that is inside its cell, the index of a word,
# and what a word takes besides its text.
_TEXT_CELL_BYTES, _INLINE_TEXT_BYTES, _CATEGORY_BYTES, _WORD_OVERHEAD_BYTES = 16, 12, 4, 60


def choose_compact_types(sample_frames: Sequence[pl.DataFrame]) -> dict[str, pl.DataType]:
    """Choose a compact type for each column that would take less memory, judged by these frames.

    Columns that are compact already, or gain nothing, are not in the result.
    """
    columns = [name for name, dtype in sample_frames[0].schema.items() if dtype == _get_expanded_type(dtype)]
    chosen_types = {
        column_name: _choose_compact_type(
            [frame[column_name] for frame in sample_frames if column_name in frame.columns]
        )
        for column_name in columns
    }
    return {column_name: compact_type for column_name, compact_type in chosen_types.items() if compact_type is not None}


def compact_frame(frame: pl.DataFrame, compact_types: CompactTypes) -> pl.DataFrame:
    """Convert columns to compact types. Columns of another type than text stay as they are."""
    columns = (
        _compact_column(frame[name], compact_type)
        for name, compact_type in compact_types.items()
        if name in frame.columns
    )
    return frame.with_columns(columns)


def expand_lazily(frame: pl.DataFrame) -> pl.LazyFrame:
    """Return a lazy frame whose compact columns are expanded only when a query uses them."""
    return frame.lazy().with_columns(pl.col(_list_compact_columns(frame)).cast(pl.String))


def expand_frame(frame: pl.DataFrame, column_names: Iterable[str] | None = None) -> pl.DataFrame:
    """Expand the named compact columns of a frame, or all of them."""
    compact_columns = _list_compact_columns(frame)
    expanded_columns = compact_columns if column_names is None else {*compact_columns}.intersection(column_names)
    return frame.with_columns(pl.col(*expanded_columns).cast(pl.String)) if expanded_columns else frame


def get_expanded_schema(frame: pl.DataFrame) -> dict[str, pl.DataType]:
    """Return the names of a frame's columns, and the type of each once it is expanded."""
    return {name: _get_expanded_type(dtype) for name, dtype in frame.schema.items()}


def concat_frames(frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Join frames, with every column of any of them.

    A column whose compact type differs between frames is expanded in all of them first.
    """
    dtypes_by_column: dict[str, set[pl.DataType]] = {}
    for frame in frames:
        for column_name, dtype in frame.schema.items():
            dtypes_by_column.setdefault(column_name, set()).add(dtype)
    columns = {name for name, dtypes in dtypes_by_column.items() if len(dtypes) > 1}
    aligned_frames = [expand_frame(frame, columns) for frame in frames] if columns else frames
    return pl.concat(aligned_frames, how="diagonal")


def _list_compact_columns(frame: pl.DataFrame) -> list[str]:
    return [name for name, dtype in frame.schema.items() if isinstance(dtype, pl.Categorical)]


def _get_expanded_type(dtype: pl.DataType) -> pl.DataType:
    """Return the type that a compact type stands for; any other type is its own."""
    return pl.String() if isinstance(dtype, pl.Categorical) else dtype


def _choose_compact_type(sample_columns: Sequence[pl.Series]) -> pl.DataType | None:
    if sample_columns[0].dtype != pl.String:
        return None
    text_column = pl.concat([column for column in sample_columns if column.dtype == pl.String])
    word_count = int(text_column.to_frame().select(pl.all().approx_n_unique()).item())
    if word_count > text_column.len() * MAX_DISTINCT_SHARE:
        return None
    for word_limit, index_type in CATEGORY_SIZES:
        if word_count < word_limit:
            # Frames with categories of one name share their words, and can be concatenated.
            name = f"{text_column.name} {index_type}"
            return pl.Categorical(pl.Categories(name, "kpitui", physical=index_type))
    return _WIDE_CATEGORICAL if _is_categorical_smaller(text_column, word_count) else None


def _is_categorical_smaller(text_column: pl.Series, word_count: int) -> bool:
    """Say whether a wide categorical takes less than text, with its words counted in."""
    mean_length = int(text_column.str.len_bytes().mean() or 0)  # type: ignore[arg-type]  # of text a number
    text_bytes = _TEXT_CELL_BYTES + (mean_length if mean_length > _INLINE_TEXT_BYTES else 0)
    return _CATEGORY_BYTES + (mean_length + _WORD_OVERHEAD_BYTES) * word_count / text_column.len() < text_bytes


def _compact_column(column: pl.Series, compact_type: pl.DataType) -> pl.Series:
    """Convert a column of text; any other, which is compact already, is returned unchanged."""
    if column.dtype != pl.String:
        return column
    try:
        return column.cast(compact_type)
    except pl.exceptions.ComputeError:  # later rows had more words than the index has room for
        return column.cast(_WIDE_CATEGORICAL)

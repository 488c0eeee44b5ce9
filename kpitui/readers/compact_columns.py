"""Compact types for columns, to keep large tables in less memory.

Words that repeat become a categorical. Ids such as `C0959305`, which differ only by a number,
become that number. Days between 1880 and 2059 become a 16-bit integer. Ids and days are kept in a
struct with one field, whose name says how to rebuild the text or the day: `7:C` is seven digits
after a C. So the type alone says how to expand a column again. docs/speed.md has what it saves.
"""

from __future__ import annotations

import re
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
_DAYS_TYPE = pl.Struct({"days": pl.Int16})  # since 1970
# ASCII digits only, since others would not be written back. 18 of them fit in any 64-bit integer.
_NUMBERED_ID = re.compile(r"([^0-9]*)([0-9]{1,18})")


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
    """Convert columns to compact types. A column with a cell that does not fit stays as it is."""
    columns = (
        _compact_column(frame[name], compact_type)
        for name, compact_type in compact_types.items()
        if name in frame.columns
    )
    return frame.with_columns(columns) if compact_types else frame


def expand_lazily(frame: pl.DataFrame) -> pl.LazyFrame:
    """Return a lazy frame whose compact columns are expanded only when a query uses them."""
    expansions = (_build_expansion(name, dtype) for name, dtype in frame.schema.items())
    return frame.lazy().with_columns(expansion for expansion in expansions if expansion is not None)


def expand_frame(frame: pl.DataFrame, column_names: Iterable[str] | None = None) -> pl.DataFrame:
    """Expand the named compact columns of a frame, or all of them."""
    columns = {name for name, dtype in frame.schema.items() if dtype != _get_expanded_type(dtype)}
    columns = columns if column_names is None else columns.intersection(column_names)
    return frame.with_columns(expand_lazily(frame.select(columns)).collect()) if columns else frame


def list_struct_columns(frame: pl.DataFrame) -> list[str]:
    """List the columns of ids and days that are kept in a struct.

    polars does not see a missing cell there: the struct is present, and only its field is null.
    """
    return [name for name, dtype in frame.schema.items() if isinstance(dtype, pl.Struct)]


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


def _get_expanded_type(dtype: pl.DataType) -> pl.DataType:
    """Return the type that a compact type stands for; any other type is its own."""
    if dtype == _DAYS_TYPE:
        return pl.Date()
    return pl.String() if isinstance(dtype, pl.Categorical | pl.Struct) else dtype


def _build_expansion(column_name: str, dtype: pl.DataType) -> pl.Expr | None:
    """Build the expression that expands a column, or None where it is not compact."""
    if isinstance(dtype, pl.Categorical):
        return pl.col(column_name).cast(pl.String)
    if not isinstance(dtype, pl.Struct):
        return None
    (struct_field,) = dtype.fields
    number = pl.col(column_name).struct.field(struct_field.name)
    if dtype == _DAYS_TYPE:
        return number.cast(pl.Int32).cast(pl.Date).alias(column_name)
    digit_width, _, id_prefix = struct_field.name.partition(":")
    digit_text = number.cast(pl.String)
    if int(digit_width):
        # An extra digit in front, cut off again, is far faster than filling up with zeros.
        digit_text = (number + 10 ** int(digit_width)).cast(pl.String).str.slice(1)
    return (pl.lit(id_prefix) + digit_text if id_prefix else digit_text).alias(column_name)


def _choose_compact_type(sample_columns: Sequence[pl.Series]) -> pl.DataType | None:
    if sample_columns[0].dtype != pl.String:
        return _DAYS_TYPE if sample_columns[0].dtype == pl.Date else None
    text_column = pl.concat([column for column in sample_columns if column.dtype == pl.String])
    word_count = int(text_column.to_frame().select(pl.all().approx_n_unique()).item())
    has_few_words = word_count <= text_column.len() * MAX_DISTINCT_SHARE
    for word_limit, index_type in CATEGORY_SIZES if has_few_words else ():
        if word_count < word_limit:
            # Frames with categories of one name share their words, and can be concatenated.
            name = f"{text_column.name} {index_type}"
            return pl.Categorical(pl.Categories(name, "kpitui", physical=index_type))
    return _find_id_type(text_column) or (
        _WIDE_CATEGORICAL if has_few_words and _is_categorical_smaller(text_column, word_count) else None
    )


def _is_categorical_smaller(text_column: pl.Series, word_count: int) -> bool:
    """Say whether a wide categorical takes less than text, with its words counted in."""
    mean_length = int(text_column.str.len_bytes().mean() or 0)  # type: ignore[arg-type]  # of text a number
    text_bytes = _TEXT_CELL_BYTES + (mean_length if mean_length > _INLINE_TEXT_BYTES else 0)
    return _CATEGORY_BYTES + (mean_length + _WORD_OVERHEAD_BYTES) * word_count / text_column.len() < text_bytes


def _find_id_type(text_column: pl.Series) -> pl.Struct | None:
    """Return the type of a column whose cells differ only by the number at their end, or None."""
    first_cell = text_column.drop_nulls().head(1).to_list()
    if not first_cell or (id_match := _NUMBERED_ID.fullmatch(first_cell[0])) is None:
        return None
    id_prefix, first_digits = id_match.groups()
    cell_lengths = text_column.str.len_bytes()
    # Width 0 is a number without leading zeros. One digit more is needed to expand it: 9 digits
    # and that one still fit in 32 bits.
    digit_width = len(first_digits) if cell_lengths.min() == cell_lengths.max() else 0
    number_type = pl.UInt32 if 0 < digit_width < 10 else pl.UInt64
    id_type = pl.Struct({f"{digit_width}:{id_prefix}": number_type})
    return id_type if _compact_column(text_column, id_type).dtype == id_type else None


def _compact_column(column: pl.Series, compact_type: pl.DataType) -> pl.Series:
    """Convert a column, or return it unchanged where any cell would not come back the same."""
    if column.dtype != _get_expanded_type(compact_type):
        return column
    if not isinstance(compact_type, pl.Struct):
        try:
            return column.cast(compact_type)
        except pl.exceptions.ComputeError:  # later rows had more words than the index has room for
            return column.cast(_WIDE_CATEGORICAL)
    (struct_field,) = compact_type.fields
    cell_expr = pl.col(column.name)
    if compact_type == _DAYS_TYPE:
        cell_expr = cell_expr.cast(pl.Int32)
    else:
        cell_expr = cell_expr.str.strip_prefix(struct_field.name.partition(":")[2])
    # What does not fit becomes null, or loses a sign or a zero: the comparison below finds it.
    number = cell_expr.cast(struct_field.dtype, strict=False).alias(struct_field.name)
    frame = column.to_frame().select(pl.struct(number).alias(column.name))
    return frame.to_series() if expand_frame(frame).to_series().equals(column) else column

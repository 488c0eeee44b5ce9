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

Forms = Mapping[str, pl.DataType]
"""Column names, and the compact type of each."""

FEW = 0.25  # distinct words for each cell
# Most distinct words for an index of one byte, or of two. The types have room for more, because
# the words are counted in the first rows only, and by an estimate.
NARROW = ((100, pl.UInt8), (20_000, pl.UInt16))
_WIDE = pl.Categorical()
# Bytes: a cell of text in polars, the longest text that is inside its cell, the index of a word,
# and what a word takes besides its text.
_CELL, _SHORT, _NUMBER, _WORD = 16, 12, 4, 60
_DAYS = pl.Struct({"days": pl.Int16})  # since 1970
# ASCII digits only, since others would not be written back. 18 of them fit in any 64-bit integer.
_NUMBERED = re.compile(r"([^0-9]*)([0-9]{1,18})")


def forms_of(frames: Sequence[pl.DataFrame]) -> dict[str, pl.DataType]:
    """Choose a compact type for each column that would take less memory, judged by these frames.

    Columns that are compact already, or gain nothing, are not in the result.
    """
    bare = [name for name, kind in frames[0].schema.items() if kind == _kind(kind)]
    found = {
        name: _form([frame[name] for frame in frames if name in frame.columns]) for name in bare
    }
    return {name: form for name, form in found.items() if form is not None}


def coded(frame: pl.DataFrame, forms: Forms) -> pl.DataFrame:
    """Convert columns to compact types. A column with a cell that does not fit stays as it is."""
    held = (_coded(frame[name], form) for name, form in forms.items() if name in frame.columns)
    return frame.with_columns(held) if forms else frame


def plain(frame: pl.DataFrame) -> pl.LazyFrame:
    """Return a lazy frame whose compact columns are expanded only when a query uses them."""
    cells = (_plain(name, kind) for name, kind in frame.schema.items())
    return frame.lazy().with_columns(cell for cell in cells if cell is not None)


def made_plain(frame: pl.DataFrame, names: Iterable[str] | None = None) -> pl.DataFrame:
    """Expand the named compact columns of a frame, or all of them."""
    held = {name for name, kind in frame.schema.items() if kind != _kind(kind)}
    held = held if names is None else held.intersection(names)
    return frame.with_columns(plain(frame.select(held)).collect()) if held else frame


def numbers(frame: pl.DataFrame) -> list[str]:
    """List the columns of ids and days that are kept in a struct.

    polars does not see a missing cell there: the struct is present, and only its field is null.
    """
    return [name for name, kind in frame.schema.items() if isinstance(kind, pl.Struct)]


def plain_schema(frame: pl.DataFrame) -> dict[str, pl.DataType]:
    """Return the names of a frame's columns, and the type of each once it is expanded."""
    return {name: _kind(kind) for name, kind in frame.schema.items()}


def joined(frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Join frames, with every column of any of them.

    A column whose compact type differs between frames is expanded in all of them first.
    """
    kinds: dict[str, set[pl.DataType]] = {}
    for frame in frames:
        for name, kind in frame.schema.items():
            kinds.setdefault(name, set()).add(kind)
    mixed = {name for name, found in kinds.items() if len(found) > 1}
    alike = [made_plain(frame, mixed) for frame in frames] if mixed else frames
    return pl.concat(alike, how="diagonal")


def _kind(kind: pl.DataType) -> pl.DataType:
    """Return the type that a compact type stands for; any other type is its own."""
    if kind == _DAYS:
        return pl.Date()
    return pl.String() if isinstance(kind, pl.Categorical | pl.Struct) else kind


def _plain(name: str, kind: pl.DataType) -> pl.Expr | None:
    """Build the expression that expands a column, or None where it is not compact."""
    if isinstance(kind, pl.Categorical):
        return pl.col(name).cast(pl.String)
    if not isinstance(kind, pl.Struct):
        return None
    (field,) = kind.fields
    number = pl.col(name).struct.field(field.name)
    if kind == _DAYS:
        return number.cast(pl.Int32).cast(pl.Date).alias(name)
    width, _, before = field.name.partition(":")
    digits = number.cast(pl.String)
    if int(width):
        # An extra digit in front, cut off again, is far faster than filling up with zeros.
        digits = (number + 10 ** int(width)).cast(pl.String).str.slice(1)
    return (pl.lit(before) + digits if before else digits).alias(name)


def _form(columns: Sequence[pl.Series]) -> pl.DataType | None:
    if columns[0].dtype != pl.String:
        return _DAYS if columns[0].dtype == pl.Date else None
    column = pl.concat([one for one in columns if one.dtype == pl.String])
    words = int(column.to_frame().select(pl.all().approx_n_unique()).item())
    few = words <= column.len() * FEW
    for most, physical in NARROW if few else ():
        if words < most:
            # Frames with categories of one name share their words, and can be concatenated.
            named = f"{column.name} {physical}"
            return pl.Categorical(pl.Categories(named, "kpitui", physical=physical))
    return _numbered(column) or (_WIDE if few and _worth(column, words) else None)


def _worth(column: pl.Series, words: int) -> bool:
    """Say whether a wide categorical takes less than text, with its words counted in."""
    length = int(column.str.len_bytes().mean() or 0)  # type: ignore[arg-type]  # of text a number
    text = _CELL + (length if length > _SHORT else 0)
    return _NUMBER + (length + _WORD) * words / column.len() < text


def _numbered(column: pl.Series) -> pl.Struct | None:
    """Return the type of a column whose cells differ only by the number at their end, or None."""
    first = column.drop_nulls().head(1).to_list()
    if not first or (found := _NUMBERED.fullmatch(first[0])) is None:
        return None
    before, digits = found.groups()
    lengths = column.str.len_bytes()
    # Width 0 is a number without leading zeros. One digit more is needed to expand it: 9 digits
    # and that one still fit in 32 bits.
    width = len(digits) if lengths.min() == lengths.max() else 0
    physical = pl.UInt32 if 0 < width < 10 else pl.UInt64
    form = pl.Struct({f"{width}:{before}": physical})
    return form if _coded(column, form).dtype == form else None


def _coded(column: pl.Series, form: pl.DataType) -> pl.Series:
    """Convert a column, or return it unchanged where any cell would not come back the same."""
    if column.dtype != _kind(form):
        return column
    if not isinstance(form, pl.Struct):
        try:
            return column.cast(form)
        except pl.exceptions.ComputeError:  # later rows had more words than the index has room for
            return column.cast(_WIDE)
    (field,) = form.fields
    cells = pl.col(column.name)
    if form == _DAYS:
        cells = cells.cast(pl.Int32)
    else:
        cells = cells.str.strip_prefix(field.name.partition(":")[2])
    # What does not fit becomes null, or loses a sign or a zero: the comparison below finds it.
    number = cells.cast(field.dtype, strict=False).alias(field.name)
    held = column.to_frame().select(pl.struct(number).alias(column.name))
    return held.to_series() if made_plain(held).to_series().equals(column) else column

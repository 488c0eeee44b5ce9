"""Columns in fewer bytes: words as their numbers, ids as the number that they end in, days as two.

Words that come again and again are a categorical.  Ids such as `C0959305`, which differ by a number
alone, are that number, and days between 1880 and 2059 a small one: each in a struct, whose only
field is named after what it takes to make it a text or a day again.  So the type of a column says
what it is, and it becomes what it was where it is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import polars as pl

Forms = Mapping[str, pl.DataType]
"""Columns, and what each is held as."""

FEW = 0.25  # different words for each cell
# Different words of a column that is kept in one byte a row, or in two: there is room for more.
NARROW = ((100, pl.UInt8), (20_000, pl.UInt16))
_WIDE = pl.Categorical()
# Bytes: a cell of text, what text is no longer than if it is all in its cell; a number of a word,
# and what it takes to keep a word beside its text.
_CELL, _SHORT, _NUMBER, _WORD = 16, 12, 4, 60
_DAYS = pl.Struct({"days": pl.Int16})  # since 1970
_NUMBERED = re.compile(r"([^0-9]*)([0-9]{1,18})")


def forms_of(frames: Sequence[pl.DataFrame]) -> dict[str, pl.DataType]:
    """What columns can be held as that takes less than they do, by all these frames."""
    bare = [name for name, kind in frames[0].schema.items() if kind == _kind(kind)]
    found = {
        name: _form([frame[name] for frame in frames if name in frame.columns]) for name in bare
    }
    return {name: form for name, form in found.items() if form is not None}


def coded(frame: pl.DataFrame, forms: Forms) -> pl.DataFrame:
    """A frame with its columns in these forms; what cannot be said in one stays as it is."""
    held = (_coded(frame[name], form) for name, form in forms.items() if name in frame.columns)
    return frame.with_columns(held) if forms else frame


def plain(frame: pl.DataFrame) -> pl.LazyFrame:
    """A frame of which what is held in other forms becomes what it was as it is asked for."""
    cells = (_plain(name, kind) for name, kind in frame.schema.items())
    return frame.lazy().with_columns(cell for cell in cells if cell is not None)


def made_plain(frame: pl.DataFrame, names: Iterable[str] | None = None) -> pl.DataFrame:
    """A frame of which these columns, or all, are what they were before."""
    held = {name for name, kind in frame.schema.items() if kind != _kind(kind)}
    held = held if names is None else held.intersection(names)
    return frame.with_columns(plain(frame.select(held)).collect()) if held else frame


def numbers(frame: pl.DataFrame) -> list[str]:
    """The columns that are held as numbers: polars does not see there that a cell is missing."""
    return [name for name, kind in frame.schema.items() if isinstance(kind, pl.Struct)]


def plain_schema(frame: pl.DataFrame) -> dict[str, pl.DataType]:
    """The columns of a frame, and what each is when it is asked for."""
    return {name: _kind(kind) for name, kind in frame.schema.items()}


def joined(frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Frames in one, with all the columns of any; what is not in one form in all is in none."""
    kinds: dict[str, set[pl.DataType]] = {}
    for frame in frames:
        for name, kind in frame.schema.items():
            kinds.setdefault(name, set()).add(kind)
    mixed = {name for name, found in kinds.items() if len(found) > 1}
    alike = [made_plain(frame, mixed) for frame in frames] if mixed else frames
    return pl.concat(alike, how="diagonal")


def _kind(kind: pl.DataType) -> pl.DataType:
    """What is held in this type."""
    if kind == _DAYS:
        return pl.Date()
    return pl.String() if isinstance(kind, pl.Categorical | pl.Struct) else kind


def _plain(name: str, kind: pl.DataType) -> pl.Expr | None:
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
    if int(width):  # one digit more, which goes: far faster than filling up with zeros
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
            named = f"{column.name} {physical}"
            return pl.Categorical(pl.Categories(named, "kpitui", physical=physical))
    return _numbered(column) or (_WIDE if few and _worth(column, words) else None)


def _worth(column: pl.Series, words: int) -> bool:
    """Whether numbers of words take less than text: a word that is kept has a price of its own."""
    length = int(column.str.len_bytes().mean() or 0)  # type: ignore[arg-type]  # of text a number
    text = _CELL + (length if length > _SHORT else 0)
    return _NUMBER + (length + _WORD) * words / column.len() < text


def _numbered(column: pl.Series) -> pl.Struct | None:
    """The form of a column whose cells are the same but for the number that they end in."""
    first = column.drop_nulls().head(1).to_list()
    if not first or (found := _NUMBERED.fullmatch(first[0])) is None:
        return None
    before, digits = found.groups()
    lengths = column.str.len_bytes()
    width = len(digits) if lengths.min() == lengths.max() else 0
    physical = pl.UInt32 if 0 < width < 10 else pl.UInt64
    form = pl.Struct({f"{width}:{before}": physical})
    return form if _coded(column, form).dtype == form else None


def _coded(column: pl.Series, form: pl.DataType) -> pl.Series:
    """A column in this form, or as it is where the form does not say every cell as it is."""
    if column.dtype != _kind(form):
        return column
    if not isinstance(form, pl.Struct):
        try:
            return column.cast(form)
        except pl.exceptions.ComputeError:  # more words after all than there are numbers
            return column.cast(_WIDE)
    (field,) = form.fields
    cells = pl.col(column.name)
    if form == _DAYS:
        cells = cells.cast(pl.Int32)
    else:
        cells = cells.str.strip_prefix(field.name.partition(":")[2])
    number = cells.cast(field.dtype, strict=False).alias(field.name)
    held = column.to_frame().select(pl.struct(number).alias(column.name))
    return held.to_series() if made_plain(held).to_series().equals(column) else column

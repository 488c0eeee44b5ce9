"""Rows: those that cannot be used are left out, those that are doubtful are kept; all are named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date

import polars as pl

from kpitui.tables.findings import MOST, Finder, Findings, Found
from kpitui.tables.raw import LINE, PART
from kpitui.tables.schema import CleanTable

SNAPSHOTS = frozenset({"schools", "early_years_settings", "children", "uasc"})
"""Tables of what is so now: what a later file does not say of a subject, an earlier one may."""
AT_END = {"care_episodes": ("rec", "dec")}
"""What is said at an end, and the day of that end: the one says nothing without the other."""
ASIDE = frozenset({"source", "basis", "published_date"})
"""What is said about a figure: where it is said otherwise, the figure may be the same."""
_SAME = 1e-9  # between numbers that differ by how they were written alone
_MONTH = "1mo"  # between two files: sooner, they may be of one time and of different children
_NOW, _ROW = "_now_", "_row"
_ROWS = 10**9  # what is said of rows comes after what is said of columns
_HEIGHT = 2**32  # more than there are days


def checked(frame: pl.DataFrame, table: CleanTable, told: Told) -> pl.DataFrame:
    """The rows that have what they need and are no duplicates.

    `_part` numbers the files that the rows are from: of rows with one key, those of the latest file
    are used.  All the rows of a subject must be there.
    """
    told.begin()
    for name in table.needs:
        lacking = frame[name].is_null()
        told.at(frame, lacking, f"{name} is missing: row left out")
        frame = frame.filter(~lacking) if lacking.any() else frame
    if table.key and told.several:
        frame = _latest(frame, table, told)
        frame = _still_open(frame, told) if table.name == "care_episodes" else frame
    if table.key:
        again = _again(frame.select(table.key))
        told.at(frame, again, f"a second row of one {' and '.join(table.key)}: row left out")
        frame = frame.filter(~again) if again.any() else frame
    _doubtful(frame, table, told)
    return frame


def looked_at(table: CleanTable, several: bool) -> Collection[str]:
    """The columns that the checks of a table look at."""
    if several:
        return table.columns
    required = [name for name, column in table.columns.items() if column.required]
    ends = (*(table.span or ()), *AT_END.get(table.name, ()))
    return {*table.key, *table.needs, *required, *ends}


class Told:
    """What is said of the rows of a table, gathered over groups of them.

    Of each kind the first so many are named, over all the parts; the first part is told how many
    more there are.  `ends` is the last event of each part.
    """

    def __init__(
        self, findings: Mapping[int, Findings], ends: Mapping[int, date] | None = None
    ) -> None:
        self._findings = findings
        self.ends = ends or dict.fromkeys(findings, date.min)
        self._step = 0
        self._named: dict[int, pl.DataFrame] = {}
        self._totals: Counter[int] = Counter()
        self._messages: dict[int, str] = {}
        self.again: Counter[int] = Counter()
        """How many rows of each part a later one has too."""

    @property
    def several(self) -> bool:
        """Whether the rows are from several files."""
        return len(self._findings) > 1

    def begin(self) -> None:
        """Another group of rows: what is said of it is what was said of the one before."""
        self._step = 0

    def at(self, frame: pl.DataFrame, which: pl.Series, message: str) -> None:
        """Say something of each row that is marked."""
        self._step += 1
        total = int(which.sum())
        if total:
            rows = frame.select(PART, LINE).filter(which)
            named = self._named.get(self._step, rows.clear())
            self._named[self._step] = pl.concat([named, rows]).sort(PART, LINE).head(MOST)
            self._totals[self._step] += total
            self._messages[self._step] = message

    def counted(self, rows: pl.DataFrame, one: str, many: str) -> None:
        """Say of each part how many rows are so, in these words for one and for many."""
        self._step += 1

        def told(_: str, number: int) -> str:
            return f"{one if number == 1 else many.format(number)} (first here)"

        every = pl.repeat(True, rows.height, eager=True)
        finder = Finder(rows.select(LINE, PART), self._findings)
        finder.counted((_ROWS, self._step), every, told, rows[LINE])

    def end(self) -> None:
        """Give what was said to the parts."""
        for step, named in self._named.items():
            kind, message = (_ROWS, step), self._messages[step]
            rest = f"{message} ({{:,}} more rows)".format
            for (part,), rows in named.group_by(PART, maintain_order=True):
                shown = [Found(message, line, message) for line in rows[LINE]]
                self._findings[part].each(kind, shown, len(shown), rest)
            if (more := self._totals[step] - named.height) > 0:
                self._findings[0].each(kind, [], more, rest)


def _again(keys: pl.DataFrame) -> pl.Series:
    """Which rows are the same as an earlier one.  Only those of one hash are compared whole."""
    hashes = keys.hash_rows()
    seen = ~hashes.is_first_distinct()
    if not seen.any():
        return seen
    suspects = hashes.is_in(hashes.filter(seen).unique().implode())
    rows = keys.with_row_index(_ROW).filter(suspects)
    again = rows.filter(~rows.select(pl.struct(keys.columns).is_first_distinct()).to_series())
    return pl.int_range(keys.height, eager=True).is_in(again[_ROW].implode())


def _latest(frame: pl.DataFrame, table: CleanTable, told: Told) -> pl.DataFrame:
    """Without the rows that a later file has too; those that it contradicts are counted."""
    others = [name for name in table.columns if name not in table.key]
    ordered = frame.sort(PART, LINE)
    if table.name in SNAPSHOTS:
        filled = (pl.col(name).forward_fill().over(table.key).alias(_NOW + name) for name in others)
        ordered = ordered.with_columns(filled)
    else:
        ordered = ordered.with_columns(pl.col(name).alias(_NOW + name) for name in others)
    differs = (
        pl.col(name).is_not_null()
        & _unlike(pl.col(name), pl.col(_NOW + name).last().over(table.key), frame.schema[name])
        for name in others
        if name not in ASIDE
    )
    later = pl.col(PART) < pl.col(PART).max().over(table.key)
    marked = ordered.with_columns(_again=later, _differs=pl.any_horizontal(differs))
    told.again.update(dict(marked.filter("_again").group_by(PART).len().iter_rows()))
    told.counted(
        marked.filter("_again", "_differs"),
        f"1 row of {table.name} is given otherwise by a later file: the later is used",
        f"{{:,}} rows of {table.name} are given otherwise by a later file: the later is used",
    )
    now = marked.filter(~pl.col("_again")).with_columns(pl.col(_NOW + n).alias(n) for n in others)
    return now.drop("_again", "_differs", *(_NOW + name for name in others))


def _still_open(frame: pl.DataFrame, told: Told) -> pl.DataFrame:
    """Without the episodes that are open in one file, and that a later one says otherwise.

    A return has every episode that goes on from the year before.  Where it has the child in another
    one that had begun by then, the old one was corrected: kept open, it would be counted beside it.
    Where it has nothing of the child, the end was never told.
    """
    ends = pl.DataFrame(
        {PART: [*told.ends], "_end": [*told.ends.values()]},
        schema={PART: pl.UInt32, "_end": pl.Date},
    )
    rows = frame.join(ends, on=PART, how="left").select("child", "decom", "dec", "_end", LINE, PART)
    opened = rows.filter(pl.col("dec").is_null())
    later = rows.select("child", began="decom", later=PART)
    pairs = opened.join(later, on="child").filter(pl.col("later") > pl.col(PART))
    otherwise = pairs.filter(pl.col("began") <= pl.col("_end")).unique([PART, LINE])
    told.counted(
        otherwise,
        "1 episode is open here and otherwise in a later file: left out",
        "{:,} episodes are open here and otherwise in a later file: left out",
    )
    long_after = pl.col("_end").dt.offset_by(_MONTH) < max(told.ends.values())
    told.counted(
        opened.filter(long_after).join(pairs, on=[PART, LINE], how="anti"),
        "1 episode is open here and a later file has nothing of the child: it is read as open",
        "{:,} episodes are open here and later files have nothing of the children: "
        "they are read as open",
    )
    return frame.join(otherwise, on=[PART, LINE], how="anti", maintain_order="left")


def _unlike(one: pl.Expr, other: pl.Expr, kind: pl.DataType) -> pl.Expr:
    """Whether one cell says something else than another."""
    return (one - other).abs().fill_null(1) > _SAME if kind.is_float() else one.ne_missing(other)


def _doubtful(frame: pl.DataFrame, table: CleanTable, told: Told) -> None:
    """What is strange about rows that are used all the same."""
    for column in table.columns.values() if table.key else ():  # a council's own say nothing of it
        if column.required and column.name not in _MAY_BE_EMPTY and column.name in frame.columns:
            told.at(frame, frame[column.name].is_null(), f"{column.name} is missing")
    if table.span is not None:
        start, end = table.span
        backwards = (frame[end] < frame[start]).fill_null(False)
        told.at(frame, backwards, f"{end} is before {start}: kept as it stands")
    if table.name in AT_END:
        said, end = AT_END[table.name]
        told.counted(
            frame.filter(pl.col(said).is_not_null() & pl.col(end).is_null()),
            f"1 row has {said} and no {end}: it is read as not over",
            f"{{:,}} rows have {said} and no {end}: they are read as not over",
        )
    if table.one_at_a_time is not None and table.span is not None:
        _overlaps(frame, table.one_at_a_time, table.span, told)


# Columns that a table must have and whose cells may say nothing.
_MAY_BE_EMPTY = frozenset({"dec", "rec", "open_date", "name", "type", "easting", "northing"})


def _overlaps(frame: pl.DataFrame, subject: str, span: tuple[str, str], told: Told) -> None:
    """Spans of a subject that begin while another, not only the one before, is open."""
    start, end = span
    ordered = frame.select(subject, start, end, LINE, PART).sort(subject, start, PART, LINE)
    # The latest end so far, of one subject alone: each has a height of its own, above the last.
    height = (pl.col(subject) != pl.col(subject).shift(1)).fill_null(True).cum_sum().cast(
        pl.Int64
    ) * _HEIGHT
    latest = (height + _days(pl.col(end).fill_null(date.max))).cum_max().shift(1) - height
    again = ordered.select((latest > _days(pl.col(start))).fill_null(False)).to_series()
    told.at(
        ordered.filter(again).sort(PART, LINE),
        pl.repeat(True, int(again.sum()), eager=True),
        f"{start} is while another of the same {subject} is open: both are kept",
    )


def _days(day: pl.Expr) -> pl.Expr:
    return day.cast(pl.Int32).cast(pl.Int64)

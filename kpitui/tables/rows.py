"""Checks of the rows of a table: unusable rows are left out, doubtful ones kept, all are reported.

The rules are in docs/tables.md, "What is refused and what is kept". Rows are checked in partitions
that each hold all the rows of their subjects, so that a large table is never expanded at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date

import polars as pl

from kpitui.tables.findings import MOST, Finder, Findings, Found
from kpitui.tables.raw import LINE, PART
from kpitui.tables.schema import CleanTable

SNAPSHOTS = frozenset({"schools", "early_years_settings", "children", "uasc"})
"""Tables of the present state: what a later file leaves out about a subject, an earlier may say."""
AT_END = {"care_episodes": ("rec", "dec")}
"""A column recorded at an end, and the column of that end's date: the first needs the second."""
ASIDE = frozenset({"source", "basis", "published_date"})
"""Columns about where a figure is from: the figure may be the same where these differ."""
# The Interactive Tool writes 16.8 as 16.800000000000001: that is no contradiction.
_SAME = 1e-9
# Two returns less than this apart may be of one date, and of different children.
_MONTH = "1mo"
_NOW, _ROW = "_now_", "_row"
_ROWS = 10**9  # sorts the issues of rows after the issues of columns
_HEIGHT = 2**32  # more than the number of any day


def checked(frame: pl.DataFrame, table: CleanTable, told: Told) -> pl.DataFrame:
    """Remove rows that lack a mandatory cell or repeat a key; report these and doubtful ones.

    `_part` of a row is the index of its file: of rows with one key in several files, those of the
    last file stay. `table_rows` must hold all the rows of its subjects.
    """
    told.begin()
    for name in table.needs:
        lacking = frame[name].is_null()
        told.at(frame, lacking, f"{name} is missing: row left out")
        frame = frame.filter(~lacking) if lacking.any() else frame
    # Contradictions between files are settled before duplicates, which are a fault within one file.
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
    """Return the columns that the checks read, so that only these are expanded."""
    # Comparing files means comparing every cell.
    if several:
        return table.columns
    required = [name for name, column in table.columns.items() if column.required]
    ends = (*(table.span or ()), *AT_END.get(table.name, ()))
    return {*table.key, *table.needs, *required, *ends}


class Told:
    """Collects issues about rows over all partitions of a table.

    For each check the first rows are reported one by one, up to a limit over all parts together;
    the first part gets the number of those beyond it. `last_events` is the last event date of each
    part.
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
        """The rows of each part that a later part has too, counted."""

    @property
    def several(self) -> bool:
        """Say whether the rows are from more than one file."""
        return len(self._findings) > 1

    def begin(self) -> None:
        """Start a partition: its checks come in the same order as those of the one before."""
        self._step = 0

    def at(self, frame: pl.DataFrame, which: pl.Series, message: str) -> None:
        """Report each marked row with this message."""
        self._step += 1
        total = int(which.sum())
        if total:
            rows = frame.select(PART, LINE).filter(which)
            named = self._named.get(self._step, rows.clear())
            self._named[self._step] = pl.concat([named, rows]).sort(PART, LINE).head(MOST)
            self._totals[self._step] += total
            self._messages[self._step] = message

    def counted(self, rows: pl.DataFrame, one: str, many: str) -> None:
        """Report for each part the number of these rows, in the singular or plural wording."""
        self._step += 1

        def told(_: str, number: int) -> str:
            return f"{one if number == 1 else many.format(number)} (first here)"

        every = pl.repeat(True, rows.height, eager=True)
        finder = Finder(rows.select(LINE, PART), self._findings)
        finder.counted((_ROWS, self._step), every, told, rows[LINE])

    def end(self) -> None:
        """Write what was collected to the issue logs of the parts."""
        for step, named in self._named.items():
            kind, message = (_ROWS, step), self._messages[step]
            rest = f"{message} ({{:,}} more rows)".format
            for (part,), rows in named.group_by(PART, maintain_order=True):
                shown = [Found(message, line, message) for line in rows[LINE]]
                self._findings[part].each(kind, shown, len(shown), rest)
            if (more := self._totals[step] - named.height) > 0:
                self._findings[0].each(kind, [], more, rest)


def _again(keys: pl.DataFrame) -> pl.Series:
    """Mark the rows whose key is that of an earlier row."""
    # Two keys may share a hash, so a hash alone could drop a row that is no duplicate. Only the
    # rows that share one have their keys compared in full.
    hashes = keys.hash_rows()
    seen = ~hashes.is_first_distinct()
    if not seen.any():
        return seen
    suspects = hashes.is_in(hashes.filter(seen).unique().implode())
    rows = keys.with_row_index(_ROW).filter(suspects)
    again = rows.filter(~rows.select(pl.struct(keys.columns).is_first_distinct()).to_series())
    return pl.int_range(keys.height, eager=True).is_in(again[_ROW].implode())


def _latest(frame: pl.DataFrame, table: CleanTable, told: Told) -> pl.DataFrame:
    """Remove the rows that a later file has too, and count those it contradicts.

    In snapshot tables, the row that stays is filled in from earlier files where it has no value.
    """
    others = [name for name in table.columns if name not in table.key]
    ordered = frame.sort(PART, LINE)
    if table.name in SNAPSHOTS:
        filled = (pl.col(name).forward_fill().over(table.key).alias(_NOW + name) for name in others)
        ordered = ordered.with_columns(filled)
    else:
        ordered = ordered.with_columns(pl.col(name).alias(_NOW + name) for name in others)
    differs = (
        # An earlier file that says nothing is not contradicted by one that does.
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
    """Remove episodes that are open in one file and different in a later one.

    The SSDA903 return repeats every episode that continues from the year before. Where a later
    return has the child in another episode that began by the end of the earlier one, the old
    episode was corrected, and would be counted twice if it stayed open. Where a later return lacks
    the child, the end was never recorded: that is reported, and the episode stays.
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
    """Return an expression for whether two cells differ, numbers by more than a rounding error."""
    # Where one of the two numbers is missing, the difference is null, and they count as different.
    return (one - other).abs().fill_null(1) > _SAME if kind.is_float() else one.ne_missing(other)


def _doubtful(frame: pl.DataFrame, table: CleanTable, told: Told) -> None:
    """Report what is strange about rows that are used all the same."""
    # Tables of the council's own have no key, and no cell of theirs is expected.
    for column in table.columns.values() if table.key else ():
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


# Required columns whose cells may be empty: a missing one is not reported.
_MAY_BE_EMPTY = frozenset({"dec", "rec", "open_date", "name", "type", "easting", "northing"})


def _overlaps(frame: pl.DataFrame, subject: str, span: tuple[str, str], told: Told) -> None:
    """Report spans of a subject that begin while any earlier one is still open."""
    start, end = span
    ordered = frame.select(subject, start, end, LINE, PART).sort(subject, start, PART, LINE)
    # The latest end so far of each subject, by one running maximum over all of them: each subject's
    # days are lifted by an offset above those of the subject before it.
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

"""Cases in the order that is wanted, of any number: polars filters, sorts and groups them.

No row becomes a Python object before it is seen, so a million rows take what polars takes to hold
them.  All of this is done away from the thread that draws, unless the rows are few.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    import polars as pl

    from kpitui.behind import Cases

STATE: Final = "counted?"
"""What became of a case, by name: not a column of its own, but of two."""
STATES: Final = ("counted", "not counted", "left out")
LOOKED_AT: Final = 5_000
"""Rows from which it is told what a column is like."""


@dataclass(frozen=True, slots=True)
class Wish:
    """How rows are wanted: which, by what they are sorted, and whether as groups.

    `sorted_by` is the name of a column; `within` a column and the one value of it that is shown.
    """

    filter: str = ""
    sorted_by: str = ""
    reverse: bool = False
    group_by: str | None = None
    within: tuple[str, str] | None = None


def holds(text: str, wanted: str) -> bool:
    """Whether every word of a filter is somewhere in a text, in any capitals."""
    low = text.lower()
    return all(word in low for word in wanted.lower().split())


class Totals(NamedTuple):
    """What all the cases behind a number add up to."""

    states: tuple[int, ...]  # cases of each of STATES
    numerator: float
    denominator: float


@dataclass(frozen=True, slots=True, eq=False)
class Arranged:
    """Cases as they were wanted: the places of the rows in order, and groups if asked for.

    `places` is a polars series, or None where all rows stand as they came; `groups` a data frame
    of a value and how many cases it has in each state and in all.
    """

    cases: Cases
    wish: Wish
    totals: Totals
    names: tuple[str, ...]  # the columns that are shown: the subject, STATE, then the rest
    groupable: tuple[str, ...]
    places: Any = None
    groups: Any = None

    def __len__(self) -> int:
        return len(self.cases) if self.places is None else len(self.places)

    def place(self, row: int) -> int:
        """Where in the frame a row stands."""
        return row if self.places is None else int(self.places[row])

    def row_of(self, place: int) -> int | None:
        """Which row a place of the frame is shown in, if it is."""
        if self.places is None:
            return place if place < len(self.cases) else None
        return first_of(self.places == place)


def first_of(true: Any) -> int | None:
    """The first place where a polars series is true."""
    found = true.arg_max()
    return int(found) if found is not None and true[found] else None


def opened(cases: Cases, wish: Wish) -> Arranged:
    """Cases that were just found, with what is told of all of them."""
    names = _shown(cases)
    groupable = tuple(name for name in names if name != STATE and _has_groups(cases, name))
    known = {*names, *cases.columns}
    kept = replace(
        wish,
        sorted_by=wish.sorted_by if wish.sorted_by in known or wish.group_by else "",
        group_by=wish.group_by if wish.group_by in known else None,
        within=wish.within if wish.within and wish.within[0] in known else None,
    )
    return arrange(Arranged(cases, kept, _totals(cases), names, groupable), kept)


def arrange(found: Arranged, wish: Wish) -> Arranged:
    """The same cases as they are wanted now."""
    places = _places(found, wish)
    if wish.group_by is None:
        return replace(found, wish=wish, places=_sorted(found, places, wish), groups=None)
    return replace(found, wish=wish, places=places, groups=_groups(found.cases, places, wish))


# --- which rows, and in which order -----------------------------------------------------------


def _places(found: Arranged, wish: Wish) -> Any:
    """The places of the rows that a filter and a group keep; None for all."""
    import polars as pl

    frame = found.cases.frame
    wanted = [_word_in(frame, found.names, word) for word in wish.filter.lower().split()]
    if wish.within is not None:
        name, value = wish.within
        wanted.append(text_of(frame, name).fill_null("") == value)
    if not wanted:
        return None
    return frame.lazy().select(pl.all_horizontal(wanted).arg_true()).collect().to_series()


def _word_in(frame: pl.DataFrame, names: tuple[str, ...], word: str) -> pl.Expr:
    """Whether any cell of a row, as it is shown, has a word in it."""
    import polars as pl

    cells = [_in_words(state()) if name == STATE else text_of(frame, name) for name in names]
    cells.append(pl.col("left_out_because"))
    low = (cell.str.to_lowercase().str.contains(word, literal=True) for cell in cells)
    return pl.any_horizontal(one.fill_null(False) for one in low)


def _sorted(found: Arranged, places: Any, wish: Wish) -> Any:
    """Places in an order, the missing last either way; rows that are equal stay as they came."""
    import polars as pl

    frame = found.cases.frame
    if not wish.sorted_by:
        if not wish.reverse:
            return places
        every = pl.int_range(frame.height, dtype=pl.UInt32, eager=True)
        return (every if places is None else places).reverse()
    rank = state() if wish.sorted_by == STATE else pl.col(wish.sorted_by)
    if wish.sorted_by != STATE and frame.schema[wish.sorted_by] == pl.String:
        rank = rank.str.to_lowercase()
    ranks = frame.select(rank.alias("rank"))
    ranks = ranks if places is None else ranks[places]
    by = pl.arg_sort_by("rank", descending=wish.reverse, nulls_last=True, maintain_order=True)
    order = ranks.select(by).to_series()
    return order if places is None else places.gather(order)


def _groups(cases: Cases, places: Any, wish: Wish) -> Any:
    """The values of a column with their cases: the most first, or sorted by a column."""
    import polars as pl

    value = text_of(cases.frame, wish.group_by or "").fill_null("")
    rows = cases.frame.select(value=value, state=state())
    rows = rows if places is None else rows[places]
    counts = {
        name: (pl.col("state") == number).sum().cast(pl.Int64) for number, name in enumerate(STATES)
    }
    groups = rows.group_by("value").agg(**counts, cases=pl.len().cast(pl.Int64))
    groups = groups.sort(-pl.col("cases"), "value")
    if wish.sorted_by:
        by = pl.col(wish.sorted_by)
        by = by.str.to_lowercase() if wish.sorted_by == "value" else by
        return groups.sort(by, descending=wish.reverse, maintain_order=True)
    return groups.reverse() if wish.reverse else groups


# --- what a row says --------------------------------------------------------------------------


def state() -> pl.Expr:
    """What became of a case, as its number in STATES."""
    import polars as pl

    left_out = pl.col("left_out_because").fill_null("") != ""
    counted = pl.when(pl.col("counted")).then(0).otherwise(1)
    return pl.when(left_out).then(2).otherwise(counted).cast(pl.UInt8)


def _in_words(states: pl.Expr) -> pl.Expr:
    import polars as pl

    return states.replace_strict(dict(enumerate(STATES)), return_dtype=pl.String)


def text_of(frame: pl.DataFrame, name: str) -> pl.Expr:
    """A column as `show.plain` writes it; the missing stays missing."""
    import polars as pl

    column, kind = pl.col(name), frame.schema[name]
    if kind == pl.Boolean:
        return pl.when(column).then(pl.lit("yes")).when(~column).then(pl.lit("no"))
    if kind.is_float():
        return column.round(4).cast(pl.String).str.strip_suffix(".0")
    if isinstance(kind, pl.Datetime):
        return column.dt.to_string("%Y-%m-%d %H:%M")
    return column.cast(pl.String)


def subject_column(cases: Cases) -> str:
    """The column that names whose cases the rows are, or the first."""
    return cases.subject if cases.subject in cases.columns else cases.columns[0]


def _shown(cases: Cases) -> tuple[str, ...]:
    """The subject, what became of it, then every column but those that this says in words."""
    subject = subject_column(cases)
    said = {subject, "counted", "left_out_because"}
    head = cases.frame.head(LOOKED_AT)
    weights = [head[name].drop_nulls() for name in ("numerator", "denominator")]
    if all(set(one.unique().to_list()) <= {0, 1} for one in weights):
        said |= {"numerator", "denominator"}
    names = [name for name in cases.columns if name not in said]
    names.sort(key=lambda name: name not in ("name", "school"))
    return (subject, STATE, *names)


def _has_groups(cases: Cases, name: str) -> bool:
    head = cases.frame[name].head(LOOKED_AT)
    values = head.n_unique()
    return bool(values < len(head) and (values > 1 or len(cases) > len(head)))


def _totals(cases: Cases) -> Totals:
    import polars as pl

    many = [(pl.col("state") == number).sum() for number in range(len(STATES))]
    *states, top, bottom = (
        cases.frame.lazy()
        .select(state().alias("state"), pl.col("numerator", "denominator"))
        .select(
            *(one.alias(str(number)) for number, one in enumerate(many)),
            pl.col("numerator", "denominator").sum(),
        )
        .collect()
        .row(0)
    )
    return Totals(tuple(states), top or 0, bottom or 0)

"""Cases filtered, sorted and grouped by polars, however many there are.

No row becomes a Python object before it is drawn, so a million rows take no more memory than polars
needs for them. All of this is done away from the thread that draws, unless there are few rows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    import polars as pl

    from kpitui.behind import Cases

STATE: Final = "counted?"
"""The shown column of a case's state. In the frame the state is spread over two columns."""
STATES: Final = ("counted", "not counted", "left out")
LOOKED_AT: Final = 5_000
"""First rows from which a column is judged: whether to show it, and whether it can group."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the user asked of the rows: a filter, an order, and groups or one group.

    `sorted_by` and `group_by` are column names; `opened_group` is a column and the value that it
    must have.
    """

    filter: str = ""
    sorted_by: str = ""
    reverse: bool = False
    group_by: str | None = None
    within: tuple[str, str] | None = None


def holds(text: str, wanted: str) -> bool:
    """Say whether every word of a filter is somewhere in a text, in upper or lower case."""
    low = text.lower()
    return all(word in low for word in wanted.lower().split())


class Totals(NamedTuple):
    """The sums over all cases behind a figure, whatever the filter."""

    states: tuple[int, ...]  # cases in each of CASE_STATES, in its order
    numerator: float
    denominator: float


@dataclass(frozen=True, slots=True, eq=False)
class Arranged:
    """Cases as the query wants them: the indices of the rows in order, and groups if asked for.

    `row_indices` is a polars series of row numbers in the frame, or None for all rows in their own
    order. `group_counts` is a data frame with a value, its cases in each state, and all its cases.
    """

    cases: Cases
    wish: Wish
    totals: Totals
    names: tuple[str, ...]  # the shown columns: the subject, the state, then the others
    groupable: tuple[str, ...]
    places: Any = None
    groups: Any = None

    def __len__(self) -> int:
        return len(self.cases) if self.places is None else len(self.places)

    def place(self, row: int) -> int:
        """Return the row number in the frame of a shown row."""
        return row if self.places is None else int(self.places[row])

    def row_of(self, place: int) -> int | None:
        """Return the shown row of a row number in the frame, or None if it is filtered out."""
        if self.places is None:
            return place if place < len(self.cases) else None
        return first_of(self.places == place)


def first_of(true: Any) -> int | None:
    """Return the first index at which a polars series is true, or None."""
    # arg_max is 0 for a series that is false throughout.
    found = true.arg_max()
    return int(found) if found is not None and true[found] else None


def opened(cases: Cases, wish: Wish) -> Arranged:
    """Build the table of cases just found: totals, columns, and the rows that the query wants.

    What the query names that these cases do not have is dropped: another definition of the
    indicator may have other columns.
    """
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
    """Return the same cases filtered, sorted and grouped by another query."""
    places = _places(found, wish)
    if wish.group_by is None:
        return replace(found, wish=wish, places=_sorted(found, places, wish), groups=None)
    return replace(found, wish=wish, places=places, groups=_groups(found.cases, places, wish))


# --- which rows, and in which order -----------------------------------------------------------


def _places(found: Arranged, wish: Wish) -> Any:
    """Return the indices of the rows that pass the filter and the group; None for all."""
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
    """Build the condition that some cell of a row, as it is shown, contains a word."""
    import polars as pl

    cells = [_in_words(state()) if name == STATE else text_of(frame, name) for name in names]
    cells.append(pl.col("left_out_because"))
    low = (cell.str.to_lowercase().str.contains(word, literal=True) for cell in cells)
    return pl.any_horizontal(one.fill_null(False) for one in low)


def _sorted(found: Arranged, places: Any, wish: Wish) -> Any:
    """Sort row indices; missing values come last in either order, equal rows keep theirs."""
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
    # Only the one column is gathered, never whole rows: a million cases must fit in memory.
    ranks = frame.select(rank.alias("rank"))
    ranks = ranks if places is None else ranks[places]
    by = pl.arg_sort_by("rank", descending=wish.reverse, nulls_last=True, maintain_order=True)
    order = ranks.select(by).to_series()
    return order if places is None else places.gather(order)


def _groups(cases: Cases, places: Any, wish: Wish) -> Any:
    """Count cases by the values of a column: the most frequent first, or sorted by a column."""
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
    """Build the expression for a case's state, as its index in `CASE_STATES`."""
    import polars as pl

    # A reason for leaving a case out takes precedence over whether it counts.
    left_out = pl.col("left_out_because").fill_null("") != ""
    counted = pl.when(pl.col("counted")).then(0).otherwise(1)
    return pl.when(left_out).then(2).otherwise(counted).cast(pl.UInt8)


def _in_words(states: pl.Expr) -> pl.Expr:
    import polars as pl

    return states.replace_strict(dict(enumerate(STATES)), return_dtype=pl.String)


def text_of(frame: pl.DataFrame, name: str) -> pl.Expr:
    """Build the expression for a column as `styled_text.format_plain_value` writes it.

    Missing values stay missing.
    """
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
    """Return the column that names the subject of each case, or the first column."""
    return cases.subject if cases.subject in cases.columns else cases.columns[0]


def _shown(cases: Cases) -> tuple[str, ...]:
    """List the shown columns: the subject, the state, names, then all that say something more."""
    subject = subject_column(cases)
    said = {subject, "counted", "left_out_because"}
    head = cases.frame.head(LOOKED_AT)
    weights = [head[name].drop_nulls() for name in ("numerator", "denominator")]
    # Where each case counts as 0 or 1, the state says the same in words.
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
    """Add up all cases in one pass of polars."""
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

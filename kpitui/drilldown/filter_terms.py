"""What a filter asks for: words, cells of a column (``because:turned``), numbers and dates (``age>=18``)."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final, Literal

from kpitui.model.typed_dates import parse_typed_date

if TYPE_CHECKING:
    import polars as pl

FilterComparison = Literal[":", "=", ">=", "<=", ">", "<"]
_TERM_PATTERN: Final = re.compile(r'(?:("[^"]*"|[^\s:<>="]+)(:|>=|<=|=|>|<))?("[^"]*"?|\S+)')


@dataclass(frozen=True, slots=True)
class FilterTerm:
    """One condition of a filter: some cell has a text, or the cell of a column compares with a value.

    `operand` is in lower case, and empty for a column without a value yet; then it asks for nothing.
    """

    operand: str
    column: str = ""
    comparison: FilterComparison = ":"

    @property
    def number(self) -> float | None:
        """Return the operand as a number, or None if it is none."""
        try:
            return float(self.operand.removesuffix("%").replace(",", ""))
        except ValueError:
            return None

    @property
    def day(self) -> date | None:
        """Return the operand as a day, or None if it is none."""
        try:
            return parse_typed_date(self.operand)
        except ValueError:
            return None


def parse_filter(filter_text: str, column_titles: Mapping[str, Iterable[str]]) -> tuple[FilterTerm, ...]:
    """Split a filter into its terms; `column_titles` gives the names that a column goes by.

    A column may be named by the first letters of its heading, without blanks: ``left:`` for "left
    care". What names no column is looked for as it stands. Words in quotes stay together.
    """
    return tuple(_generate_terms(filter_text.lower(), column_titles))


def _generate_terms(filter_text: str, column_titles: Mapping[str, Iterable[str]]) -> Iterator[FilterTerm]:
    for match in _TERM_PATTERN.finditer(_end_open_terms(filter_text)):
        typed_column, comparison, operand = match.groups()
        column = match_column(typed_column, column_titles) if typed_column else None
        if column is None:
            yield FilterTerm(match.group().replace('"', ""))
        else:
            yield FilterTerm(operand.replace('"', ""), column, _match_comparison(comparison))


def _match_comparison(sign: str) -> FilterComparison:
    return next(comparison for comparison in _COMPARISONS if comparison == sign)


def _end_open_terms(filter_text: str) -> str:
    """Give a comparison that has no value yet an empty one, so that rows do not vanish meanwhile."""
    return re.sub(r"(:|>=|<=|=|>|<)(?=\s|$)", r'\1""', filter_text)


def match_column(typed_name: str, column_titles: Mapping[str, Iterable[str]]) -> str | None:
    """Return the column that a name or its first letters mean; of several the first, None for none."""
    letters = _reduce_name(typed_name)
    names = {_reduce_name(name): column for column, titles in column_titles.items() for name in (*titles, column)}
    if letters in names:
        return names[letters]
    return next((column for name, column in names.items() if letters and name.startswith(letters)), None)


def _reduce_name(column_name: str) -> str:
    return re.sub(r"[^\w]|_", "", column_name.lower())


def build_filter_conditions(
    frame: pl.DataFrame, terms: Iterable[FilterTerm], cell_texts: Mapping[str, pl.Expr]
) -> list[pl.Expr]:
    """Build the condition of each term on the rows of a frame; `cell_texts` has the text of every searched cell."""
    # A column whose value is still to be typed asks for nothing yet.
    return [_build_condition(frame, term, cell_texts) for term in terms if term.operand or not term.column]


def _build_condition(frame: pl.DataFrame, term: FilterTerm, cell_texts: Mapping[str, pl.Expr]) -> pl.Expr:
    """Build the condition of one term: some cell has its text, or the cell of its column compares."""
    import polars as pl

    if not term.column:
        conditions = (text.str.to_lowercase().str.contains(term.operand, literal=True) for text in cell_texts.values())
        return pl.any_horizontal(condition.fill_null(False) for condition in conditions)
    operand = _find_operand(frame, term)
    if operand is None:
        text = cell_texts[term.column].str.to_lowercase()
        matches = text == term.operand if term.comparison == "=" else text.str.contains(term.operand, literal=True)
        return matches.fill_null(False)
    condition: pl.Expr = compare_values(pl.col(term.column), term.comparison, operand).fill_null(False)
    return condition


def _find_operand(frame: pl.DataFrame, term: FilterTerm) -> float | date | None:
    """Return the number or the day to compare a column with; None if its cells are to contain a text."""
    import polars as pl

    column_type = frame.schema.get(term.column)
    if column_type is not None and column_type.is_numeric():
        return term.number
    return term.day if column_type == pl.Date else None


def compare_values(value: Any, comparison: FilterComparison, operand: float | date) -> Any:
    """Compare a number, a day or an expression of either with another: one that tells which rows pass."""
    return _COMPARISONS[comparison](value, operand)


_COMPARISONS: Final[Mapping[FilterComparison, Callable[[Any, Any], Any]]] = {
    "=": operator.eq,
    ":": operator.eq,
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}

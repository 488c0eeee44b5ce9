"""What a filter asks for: words, cells of a column (``because:turned``), numbers and dates (``age>=18``)."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from kpitui.model.typed_dates import parse_typed_date

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

"""Put what is found about a figure into words: its value, its reason, its warnings, its comparisons."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import PurePath
from typing import Any

from kpitui.issue_wording import describe_issue, describe_message, fill_optional_words, format_location, join_words
from kpitui.model.board import Comparator, Coverage, Entry, HistoryPoint, Movement, VariantCount
from kpitui.model.figure_codes import BRIEF_REASON_WORDS, BRIEF_VALUE_WORDS, FIGURE_WORDS
from kpitui.model.issues import CodedMessage, Issue, MessageValue
from kpitui.model.measures import MeasureKind
from kpitui.model.periods import Period
from kpitui.wording import (
    SMALL_NUMBERS_MARK,
    SYMBOL_MEANINGS,
    format_bounds,
    format_count,
    format_date,
    format_doubt_suffix,
    format_exact,
    format_number,
    format_point_number,
    format_points,
    format_target_value,
    format_value,
    is_directed,
    mark_doubt,
    mark_provisional,
)

_VALUE_FORMATS: Mapping[str, Callable[[Any], str]] = {
    "count": format_count,
    "decimal": format_number,
    "hundredths": partial(format_number, decimals=2),
    "exact": format_exact,
    "general": "{:g}".format,
    "point_number": format_point_number,
    "points": format_points,
    "whole": "{:,.0f}".format,
}
"""How a number or a date is written, by the name that a template has after the colon."""


class _TemplateValue:
    """A value in a template, written as the template says."""

    def __init__(self, value: MessageValue) -> None:
        self.value = value

    def __bool__(self) -> bool:
        # A 0 is a value like any other.
        return self.value not in ("", ())

    def __format__(self, format_name: str) -> str:
        if format_name == "all" and isinstance(self.value, tuple):
            return join_words([*map(_format_plainly, self.value)])
        return _VALUE_FORMATS[format_name](self.value) if format_name else _format_plainly(self.value)


def _format_plainly(value: MessageValue) -> str:
    if isinstance(value, CodedMessage):
        return describe_finding(value)
    if isinstance(value, tuple):
        return ", ".join(map(_format_plainly, value))
    if isinstance(value, Period):
        return value.label
    return format_date(value) if isinstance(value, date) else str(value)


def describe_finding(message: CodedMessage | None) -> str:
    """Describe what was found about a figure; empty for None. Issues are described too."""
    if message is None:
        return ""
    if message.code not in FIGURE_WORDS:
        return describe_message(message)
    return _fill_words(FIGURE_WORDS[message.code], message)


def _fill_words(words: str, message: CodedMessage) -> str:
    return fill_optional_words(words, {name: _TemplateValue(value) for name, value in message.value_items})


# --- the judgement -------------------------------------------------------------------------------


def describe_reason(entry: Entry) -> str:
    """Describe why a figure has its colour, or none."""
    return describe_finding(entry.judgement.reason)


def list_brief_reasons(reason: CodedMessage) -> tuple[str, ...]:
    """List wordings of a reason for a single line, the longest first."""
    if reason.code not in BRIEF_REASON_WORDS:
        return (describe_finding(reason),)
    return tuple(_fill_words(words, reason) for words in BRIEF_REASON_WORDS[reason.code])


def describe_warnings(entry: Entry) -> tuple[str, ...]:
    """Describe what a reader should know before relying on a figure."""
    return tuple(map(describe_finding, entry.warnings))


def describe_cases_to_target(entry: Entry) -> str:
    """Describe the cases that would meet the target, ``3 more children``; empty where none is needed."""
    cases_needed = entry.judgement.cases_to_target
    if not cases_needed:
        return ""
    word = "more" if entry.indicator.polarity == "high" else "fewer"
    return _TARGET_WORDS.get(entry.indicator.measure.kind, "{number:,} {word} {noun}").format(
        number=cases_needed,
        word=word,
        noun=entry.indicator.noun[cases_needed != 1],
        unit=entry.indicator.measure.units[cases_needed != 1],
    )


def describe_year_end(entry: Entry) -> str:
    """Describe what the rest of the year must be, and where it ends if nothing changes; empty without a target."""
    year_end = entry.year_end
    if year_end is None or entry.point.target is None:
        return ""
    target_text = format_target_value(entry.point.target, entry.indicator.measure)
    number, nouns = year_end.cases_needed, entry.indicator.noun[1]
    range_text = f"if nothing changes the year ends at {format_number(year_end.low)} to {format_value(year_end.high)}"
    if number is None:
        return f"{target_text} for the year is out of reach; {range_text}"
    cases_text = f"{number:,} of the next {year_end.expected_cases:,} {nouns}"
    need_text = f"at most {cases_text} may count" if year_end.is_limit else f"{cases_text} must count"
    return f"{need_text} for the year to meet {target_text}; {range_text}"


_TARGET_WORDS: Mapping[MeasureKind, str] = {
    "mean": "{number:,} {word} {unit} in all",
    "median": "{number:,} more {noun} at the target or better",
}
"""What would meet a target, where it is not told in cases that count."""


def format_judged_value(entry: Entry) -> str:
    """Format a value as it is printed in the report: ``31.3%``, ``just below 45.0%``, ``2 of 3 (66.7%)``."""
    return describe_finding(entry.judgement.printed_value)


def format_entry_value(entry: Entry) -> str:
    """Format an entry's value as printed, with a mark if numbers are small.

    Without a value the text is ``no value``.
    """
    return "no value" if entry.problem else format_value_with_bounds(entry, _list_marks(entry))


def format_value_with_bounds(entry: Entry, small_mark: str = "") -> str:
    """Format an entry's value as printed, with its bounds; counts that come first have them inside.

    ``0.0% (0.0 to 28.6%)`` and ``1 of 2 (50.0%, 33.3 to 100.0%)``, with dashes.
    """
    printed_value, count = entry.judgement.printed_value, entry.point.count
    if printed_value.code in ("value-of-few", "value-of-few-cases"):
        bounds_text = format_bounds(count)
        doubt_mark = "" if bounds_text else mark_doubt(count)
        return f"{describe_finding(printed_value.add_values(bounds=bounds_text))}{small_mark}{doubt_mark}"
    return f"{describe_finding(printed_value)}{small_mark}{format_doubt_suffix(count)}"


def format_short_entry_value(entry: Entry) -> str:
    """Format an entry's value in few characters: ``<45.0%`` is just below a target of 45.0%.

    A value in doubt has a mark, and its bounds stand elsewhere.
    """
    if entry.problem:
        return "no value"
    return f"{shorten_value(entry.judgement.printed_value)}{_list_marks(entry)}{mark_doubt(entry.point.count)}"


def shorten_value(printed_value: CodedMessage) -> str:
    """Write a printed value in few characters: ``<45.0%``."""
    words = BRIEF_VALUE_WORDS.get(printed_value.code, FIGURE_WORDS[printed_value.code])
    return _fill_words(words, printed_value)


def _list_marks(entry: Entry) -> str:
    """Return the marks of a value that is provisional, and of small numbers."""
    small_mark = "" if entry.judgement.points_per_case is None else SMALL_NUMBERS_MARK
    return f"{mark_provisional(entry.point)}{small_mark}"


def describe_variant_note(variant: VariantCount) -> str:
    """Describe a rival definition: its note, and what unknown cases leave possible."""
    doubt_text = describe_finding(variant.doubt)
    return " ".join(filter(None, (variant.note, doubt_text and f"{doubt_text[:1].upper()}{doubt_text[1:]}.")))


# --- what stands against a figure ----------------------------------------------------------------


def describe_reservations(point: HistoryPoint) -> tuple[str, ...]:
    """Describe what stands against a figure, each with its file and its line after it."""
    return tuple(map(_describe_reservation, point.reservations))


def _describe_reservation(reservation: Issue) -> str:
    # The folder is the same for nearly all files, and says nothing on paper.
    location = format_location(replace(reservation, file=PurePath(reservation.file).name))
    text = describe_issue(reservation).rstrip(".")
    return f"{text} ({location})" if location else text


def describe_coverage(coverage: Coverage) -> str:
    """Describe from when to when the tables can answer, and whether all rows were read; or an empty text."""
    sentences = [] if coverage.is_whole else ["Not all rows could be read"]
    if coverage.first_day is not None and coverage.last_day is not None:
        span_text = f"{format_date(coverage.first_day)} to {format_date(coverage.last_day)}"
        sentences.insert(0, f"The data goes from {span_text}")
    return ". ".join(sentences)


# --- comparisons ---------------------------------------------------------------------------------


def describe_missing_test(movement: Movement) -> str:
    """Describe why nobody can tell whether a movement is chance, in brackets, or return an empty text."""
    if not is_directed(movement) or movement.untested_because is None:
        return ""
    return f" (not tested: {describe_finding(movement.untested_because)})"


def format_comparator(comparator: Comparator) -> str:
    """Format a published figure, or say why there is none."""
    if comparator.value is not None:
        return format_value(comparator.value, comparator.measure)
    return SYMBOL_MEANINGS.get(comparator.symbol, describe_finding(comparator.detail) or "not published")

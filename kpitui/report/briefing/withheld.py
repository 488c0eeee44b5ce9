"""Words for what a public briefing does not show, for readers who know no symbols.

A row of nothing but hidden numbers is left out; what was held back is told to whoever prepares the
briefing, and not to the public (docs/public.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import isnan

from kpitui import figure_wording, wording
from kpitui.issue_wording import describe_problem
from kpitui.model.board import LARGEST_HIDDEN_COUNT, Entry, HistoryPoint, Movement, VariantCount
from kpitui.model.issues import CodedMessage

NOT_SHOWN = "not shown"
FEWER_THAN = f"fewer than {LARGEST_HIDDEN_COUNT + 1}"
OTHERS_NOT_SHOWN = "others not shown"
NOT_SUPPLIED = "the data for this figure was not supplied"
PLAIN_WARNINGS: Mapping[str, str] = {
    "helper-table-missing": "some details were not supplied, so that a few cases may be counted wrongly",
    "source-late": "some of the data is late",
    "source-ends-early": "some of the data ends before this period began",
    "source-without-events": "some of the data has nothing for this period",
}
"""What stands in place of a warning that names a table, which says nothing to the public."""
PLAIN_RESERVATION = "some of the records behind this figure are in doubt or could not be read"


def print_value(entry: Entry) -> str:
    """Return the value as a briefing prints it: ``31.3%``, or ``not shown``."""
    return NOT_SHOWN if is_withheld(entry) else figure_wording.format_entry_value(entry)


def is_withheld(entry: Entry) -> bool:
    """Say whether an indicator has a figure that is not shown."""
    return entry.point.count.is_hidden and not entry.problem


def print_fraction(entry: Entry) -> str:
    """Return the cases as a briefing prints them: ``5 of 16``, ``fewer than 6 of 16 children``."""
    if entry.problem:
        return ""
    count, plural_noun = entry.point.count, entry.indicator.noun[1]
    if not count.is_hidden:
        return wording.format_fraction(count)
    if isnan(count.denominator) or count.measure.kind in ("rate", "number"):
        return f"{FEWER_THAN} {plural_noun}" if count.is_small else ""
    total_text = f"{wording.format_count(count.denominator)} {plural_noun}"
    return f"{FEWER_THAN} of {total_text}" if count.is_small else f"{total_text} in all"


def print_movement(movement: Movement) -> str:
    """Return a movement with its test, or ``not shown``."""
    return NOT_SHOWN if movement.is_hidden else wording.describe_tested_movement(movement)


def select_shown_points(points: Iterable[HistoryPoint]) -> list[HistoryPoint]:
    """Select the points whose value is not hidden."""
    return [point for point in points if not point.count.is_hidden]


def select_shown_variants(variants: Iterable[VariantCount]) -> list[VariantCount]:
    """Select the rival definitions whose value is not hidden."""
    return [variant for variant in variants if variant.count is None or not variant.count.is_hidden]


def list_shown_groups(numbers_by_name: Mapping[str, float], names: Mapping[str, str]) -> list[str]:
    """List groups with their numbers; that there are others only beside one that is shown."""
    group_texts = [
        f"{wording.format_count(number)} {names.get(name, name)}"
        for name, number in numbers_by_name.items()
        if not isnan(number)
    ]
    has_hidden_groups = len(group_texts) < len(numbers_by_name)
    return [*group_texts, OTHERS_NOT_SHOWN] if group_texts and has_hidden_groups else group_texts


def explain_missing_figure(entry: Entry, *, is_public: bool) -> str:
    """Say why there is no figure: to the public without the names of files and tables."""
    return NOT_SUPPLIED if is_public else describe_problem(entry.problem)


def describe_public_warnings(entry: Entry) -> Iterator[str]:
    """Yield the warnings of a figure in words that name no table."""
    yield from dict.fromkeys(map(_word_plainly, entry.warnings))


def _word_plainly(warning: CodedMessage) -> str:
    return PLAIN_WARNINGS.get(warning.code) or figure_wording.describe_finding(warning)

"""Counts saved by ``kpitui publish``, and the periods that have been restated since.

Each file holds the counts of one board on one date, and no child's record. A later board that
counts a period differently shows it as restated.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from itertools import count as count_from
from pathlib import Path
from typing import Any

from kpitui.atomic_files import create_private_file, create_private_folder
from kpitui.council import Council
from kpitui.drilldown.cases import iterate_case_rows, list_cases
from kpitui.known_issues import format_issue_key
from kpitui.model.board import Board, Count, Entry, HistoryPoint, Restatement
from kpitui.model.cohort_signatures import COHORTS
from kpitui.model.drilldown import CaseRestatement
from kpitui.model.issues import Issue, create_message
from kpitui.model.periods import Period, parse_period
from kpitui.regular_files import read_regular_file

_UNREADABLE_FIGURES = (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError)
ABSENT_STANDING = "not there"
MAX_SAVED_NUMBER = 2**53
"""The largest count in a file that is believed: beyond it not every whole number can be told apart."""


@dataclass(frozen=True, slots=True)
class PublishedCount:
    """The count of an indicator in a period, as it was published on a day."""

    indicator_id: str
    period: Period
    saved_on: date
    count: Count


def save_figures(board: Board, issues: Iterable[Issue], figures_folder: Path) -> Path:
    """Save the counts of a board, readable by its owner alone, and return the file.

    Of the issues only what stays the same from day to day is saved, never a cell. Creates the folder
    where needed. What the committee was told is never overwritten: where the period was published on
    that day already, the same figures are left as they are, and others get a file of their own. Raises
    FileExistsError if a file of that day is damaged.
    """
    create_private_folder(figures_folder)
    document = {
        "said_on": board.as_at.isoformat(),
        "period": str(board.period),
        "indicators": {
            entry.indicator.id: {str(point.period): _encode_count(point) for point in entry.history}
            for entry in board.entries
            if not entry.problem
        },
        "issues": sorted({format_issue_key(issue) for issue in issues}),
    }
    content = f"{json.dumps(document, indent=1, allow_nan=False)}\n".encode()
    return _create_figures(figures_folder, f"{board.as_at.isoformat()} {board.period}", content)


def _create_figures(figures_folder: Path, stem: str, content: bytes) -> Path:
    """Create a file of figures, unless one of the day has the same; return the file that has them."""
    for number in count_from(1):
        # A tilde comes after the full stop, so that figures saved later are read later.
        figures_path = figures_folder / (f"{stem}.json" if number == 1 else f"{stem}~{number:03}.json")
        try:
            create_private_file(figures_path, content)
            return figures_path
        except FileExistsError:
            if not is_saved_file(figures_path):
                raise
        if read_regular_file(figures_path) == content:
            return figures_path
    raise AssertionError("there is always a next number")


def read_saved_counts(figures_folder: Path) -> tuple[tuple[PublishedCount, ...], tuple[Issue, ...]]:
    """Read all saved counts, oldest first, and list an issue for each unreadable file."""
    saved_counts: list[PublishedCount] = []
    file_issues: list[Issue] = []
    for figures_path in sorted(figures_folder.glob("*.json")) if figures_folder.is_dir() else ():
        try:
            # All of a file or nothing: a damaged one must not count for a part.
            saved_counts += tuple(_parse_saved_counts(json.loads(read_regular_file(figures_path))))
        # People may put other files into the folder: one that does not fit is named and the rest is
        # read.
        except _UNREADABLE_FIGURES:
            file_issues.append(Issue(create_message("saved-figures-not-read"), str(figures_path)))
    return tuple(sorted(saved_counts, key=lambda count: count.saved_on)), tuple(file_issues)


def is_saved_file(figures_path: Path) -> bool:
    """Say whether a file holds saved counts that can be read."""
    try:
        tuple(_parse_saved_counts(json.loads(read_regular_file(figures_path))))
        return True
    except _UNREADABLE_FIGURES:
        return False


def read_saved_issue_keys(figures_folder: Path) -> frozenset[str]:
    """Read the keys of the issues that were there at the last `publish`; none where there was no such day."""
    keys_by_day: dict[str, frozenset[str]] = {}
    for figures_path in sorted(figures_folder.glob("*.json")) if figures_folder.is_dir() else ():
        # A file that does not fit is named with the counts.
        with suppress(*_UNREADABLE_FIGURES):
            document = json.loads(read_regular_file(figures_path))
            keys_by_day[str(document["said_on"])] = frozenset(map(str, document["issues"]))
    return keys_by_day[max(keys_by_day)] if keys_by_day else frozenset()


def find_restatements(
    saved_counts: Iterable[PublishedCount], indicator_id: str, recount_period: Callable[[Period], Count], as_at: date
) -> tuple[Restatement, ...]:
    """Return the periods whose count differs from the one last saved by `as_at`, in date order.

    `recount_period` gives the count of a period by today's data.
    """
    # The counts come oldest first, so the last one saved by then wins.
    counts = {
        count.period: count for count in saved_counts if count.indicator_id == indicator_id and count.saved_on <= as_at
    }
    recounts = (_restate(saved_count, recount_period(period)) for period, saved_count in counts.items())
    changed_recounts = (
        restatement
        for restatement in recounts
        if _has_count_changed(restatement.saved_count, restatement.current_count)
    )
    return tuple(sorted(changed_recounts, key=lambda restatement: restatement.period.first_day))


def _restate(saved_count: PublishedCount, current_count: Count) -> Restatement:
    """Set a saved count beside today's, in the same measure."""
    measured_count = replace(saved_count.count, measure=current_count.measure)
    return Restatement(saved_count.period, saved_count.saved_on, measured_count, current_count)


def find_restated_cases(
    council: Council, board: Board, entry: Entry, restatement: Restatement
) -> tuple[CaseRestatement, ...]:
    """Return the cases that stand differently in a restated period than on the day it was saved.

    Both sides come from today's data, cut off at the two dates. What was added or corrected since
    under an earlier date cannot be told apart, because only counts were saved.
    """
    standings = _describe_standings(council, replace(board, as_at=restatement.saved_on), entry, restatement.period)
    current_standings = _describe_standings(council, board, entry, restatement.period)
    return tuple(
        CaseRestatement(
            subject_id, standings.get(subject_id, ABSENT_STANDING), current_standings.get(subject_id, ABSENT_STANDING)
        )
        for subject_id in sorted({*standings, *current_standings})
        if standings.get(subject_id) != current_standings.get(subject_id)
    )


def _describe_standings(council: Council, board: Board, entry: Entry, period: Period) -> dict[str, str]:
    """Return how each subject's cases stand in a period: counted, not counted, or why left out."""
    case_list = list_cases(council, board, entry, period=period)
    column = COHORTS[entry.indicator.rule.cohort.name].subject_column
    standings_by_subject: dict[str, list[str]] = {}
    for case_row in iterate_case_rows(case_list) if column else ():
        standing = case_row["left_out_because"] or ("counted" if case_row["counted"] else "not counted")
        standings_by_subject.setdefault(str(case_row[column]), []).append(str(standing))
    return {subject_id: ", ".join(sorted(standings)) for subject_id, standings in standings_by_subject.items()}


def _encode_count(history_point: HistoryPoint) -> dict[str, Any]:
    period_count = history_point.count
    return {
        "numerator": period_count.numerator,
        "denominator": period_count.denominator,
        "excluded": dict(period_count.excluded),
    }


def _parse_saved_counts(document: Mapping[str, Any]) -> Iterator[PublishedCount]:
    """Yield the counts of a saved file.

    Raises ValueError, KeyError, TypeError or AttributeError if it is not such a file.
    """
    saved_on = date.fromisoformat(document["said_on"])
    for indicator_id, figures_by_period in document["indicators"].items():
        for period_text, figures in figures_by_period.items():
            period_count = Count(
                _parse_saved_number(figures["numerator"]),
                _parse_saved_number(figures["denominator"]),
                {reason: int(_parse_saved_number(number)) for reason, number in figures["excluded"].items()},
            )
            yield PublishedCount(indicator_id, parse_period(period_text), saved_on, period_count)


def _parse_saved_number(json_value: Any) -> float:
    """Return a count as a number. Raises ValueError for anything else; JSON has NaN and Infinity."""
    if isinstance(json_value, bool) or not isinstance(json_value, int | float):
        raise ValueError("is not a number")
    if not 0 <= json_value <= MAX_SAVED_NUMBER:
        raise ValueError("is not a count")
    return float(json_value)


def _has_count_changed(earlier_count: Count, current_count: Count) -> bool:
    # A change among the cases left out does not change the figure that was reported.
    return (earlier_count.numerator, earlier_count.denominator) != (current_count.numerator, current_count.denominator)

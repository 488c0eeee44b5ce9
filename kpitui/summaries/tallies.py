"""How many: indicators by colour and by direction, rows refused, and the age of the data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kpitui.model.board import Board, DirectionOfTravel, Entry, Rag, TableSource
from kpitui.model.issues import Issue
from kpitui.model.severity import WORST_SEVERITY_FIRST, Severity

RAG_ORDER: tuple[Rag, ...] = ("green", "amber", "red", "none")
WORST_RAG_FIRST: tuple[Rag, ...] = ("red", "amber", "green", "none")


@dataclass(frozen=True, slots=True)
class RagShare:
    """The share of some indicators that have one colour."""

    rag: Rag
    entry_count: int
    total_count: int

    @property
    def percentage(self) -> float | None:
        """Return the unrounded percentage, or None if there are no indicators."""
        return 100 * self.entry_count / self.total_count if self.total_count else None


def count_rags(entries: Iterable[Entry]) -> Mapping[Rag, int]:
    """Count the indicators of each colour, all four in RAG_ORDER."""
    rag_counts = Counter(entry.judgement.rag for entry in entries)
    return {rag: rag_counts[rag] for rag in RAG_ORDER}


def share_rags(entries: Sequence[Entry], rag_order: Sequence[Rag] = RAG_ORDER) -> tuple[RagShare, ...]:
    """Share out the indicators by colour; those without a colour only if there are any."""
    rag_counts = count_rags(entries)
    return tuple(RagShare(rag, rag_counts[rag], len(entries)) for rag in rag_order if rag != "none" or rag_counts[rag])


def count_withheld(entries: Iterable[Entry]) -> int:
    """Count the indicators whose figure is hidden, so that nothing is said of its target."""
    return sum(entry.point.count.is_hidden and entry.judgement.rag == "none" for entry in entries)


def count_directions(entries: Iterable[Entry]) -> Mapping[DirectionOfTravel, int]:
    """Count the indicators by their direction since the period before; absent ones count 0."""
    return Counter(entry.movement.direction for entry in entries)


def count_severities(issues: Iterable[Issue]) -> Mapping[Severity, int]:
    """Count the issues of each severity, the worst first; only those that there are."""
    severity_counts = Counter(issue.severity for issue in issues)
    return {severity: severity_counts[severity] for severity in WORST_SEVERITY_FIRST if severity_counts[severity]}


def is_provisional(board: Board) -> bool:
    """Say whether any figure of a board may still change."""
    return any(entry.point.status == "provisional" for entry in board.entries)


def has_small_numbers(entries: Iterable[Entry]) -> bool:
    """Say whether one case is worth so much that a mark is needed, for any indicator."""
    return any(entry.judgement.points_per_case is not None for entry in entries)


def has_made_up_data(entries: Iterable[Entry]) -> bool:
    """Say whether any indicator is worked out from made-up data."""
    return any(entry.made_up for entry in entries)


def measure_period_age(board: Board) -> int:
    """Return how many days before the board's date its period ended."""
    # A provisional period may end after the meeting.
    return max(0, (board.as_at - board.period.last_day).days)


def measure_ages(entries: Iterable[Entry]) -> tuple[int, int] | None:
    """Measure the ages in days of the newest and of the oldest figure; None without a figure."""
    ages = [entry.data_age_days for entry in entries if not entry.problem]
    return (min(ages), max(ages)) if ages else None


def measure_source_age(source: TableSource, as_at: date) -> int | None:
    """Return how many days before a date the last event of a source was, or None without one."""
    return None if source.last_event is None else (as_at - source.last_event).days


def count_refused_rows(sources: Iterable[TableSource]) -> float:
    """Count the rows refused in all sources; HIDDEN_NUMBER if any of them is hidden."""
    return sum(source.rows_refused for source in sources)

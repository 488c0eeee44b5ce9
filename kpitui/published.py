"""Counts saved by ``kpitui publish``, and the periods that have been restated since.

Each file holds the counts of one board on one date, and no child's record. A later board that
counts a period differently shows it as restated.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from kpitui.behind import CaseRestated
from kpitui.cases import cases, lines
from kpitui.cohorts import COHORTS
from kpitui.council import Council
from kpitui.model import Board, Count, Entry, Issue, Point, Restated
from kpitui.periods import Period, parse

NOT_THERE = "not there"


@dataclass(frozen=True, slots=True)
class Said:
    """The count of an indicator in a period, as it was published on a day."""

    indicator: str
    period: Period
    on: date
    count: Count


def publish(board: Board, folder: Path) -> Path:
    """Save the counts of a board, readable by its owner alone, and return the file.

    Creates the folder where needed. Raises FileExistsError if the period was published on that day
    already: what the committee was told is never overwritten.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{board.as_at.isoformat()} {board.period}.json"
    document = {
        "said_on": board.as_at.isoformat(),
        "period": str(board.period),
        "indicators": {
            entry.indicator.id: {str(point.period): _figures(point) for point in entry.history}
            for entry in board.entries
            if not entry.problem
        },
    }
    # O_EXCL fails if the file exists, with no gap between looking and writing for another process.
    with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as out:
        json.dump(document, out, indent=1)
        out.write("\n")
    return path


def read_said(folder: Path) -> tuple[tuple[Said, ...], tuple[Issue, ...]]:
    """Read all saved counts, oldest first, and list an issue for each unreadable file."""
    said: list[Said] = []
    issues: list[Issue] = []
    for path in sorted(folder.glob("*.json")) if folder.is_dir() else ():
        try:
            said += _of(json.loads(path.read_text(encoding="utf-8")))
        # People may put other files into the folder: one that does not fit is named and the rest is
        # read.
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            issues.append(Issue(str(path), "is not a file that kpitui publish wrote: not read"))
    return tuple(sorted(said, key=lambda one: one.on)), tuple(issues)


def restated(
    said: Iterable[Said], indicator: str, now: Callable[[Period], Count], as_at: date
) -> tuple[Restated, ...]:
    """Return the periods whose count differs from the one last saved by `as_at`, in date order.

    `recount_period` gives the count of a period by today's data.
    """
    # The counts come oldest first, so the last one saved by then wins.
    last = {one.period: one for one in said if one.indicator == indicator and one.on <= as_at}
    again = (Restated(period, one.on, one.count, now(period)) for period, one in last.items())
    differing = (one for one in again if _differ(one.then, one.now))
    return tuple(sorted(differing, key=lambda one: one.period.start))


def responsible(
    council: Council, board: Board, entry: Entry, one: Restated
) -> tuple[CaseRestated, ...]:
    """Return the cases that stand differently in a restated period than on the day it was saved.

    Both sides come from today's data, cut off at the two dates. What was added or corrected since
    under an earlier date cannot be told apart, because only counts were saved.
    """
    then = _standings(council, replace(board, as_at=one.said_on), entry, one.period)
    now = _standings(council, board, entry, one.period)
    return tuple(
        CaseRestated(name, then.get(name, NOT_THERE), now.get(name, NOT_THERE))
        for name in sorted({*then, *now})
        if then.get(name) != now.get(name)
    )


def _standings(council: Council, board: Board, entry: Entry, period: Period) -> dict[str, str]:
    """Return how each subject's cases stand in a period: counted, not counted, or why left out."""
    found = cases(council, board, entry, period=period)
    subject = COHORTS[entry.indicator.rule.cohort.name].subject
    standing: dict[str, list[str]] = {}
    for row in lines(found) if subject else ():
        said = row["left_out_because"] or ("counted" if row["counted"] else "not counted")
        standing.setdefault(str(row[subject]), []).append(str(said))
    return {name: ", ".join(sorted(said)) for name, said in standing.items()}


def _figures(point: Point) -> dict[str, Any]:
    count = point.count
    return {
        "numerator": count.numerator,
        "denominator": count.denominator,
        "excluded": dict(count.excluded),
    }


def _of(document: Mapping[str, Any]) -> Iterator[Said]:
    """Yield the counts of a saved file.

    Raises ValueError, KeyError, TypeError or AttributeError if it is not such a file.
    """
    on = date.fromisoformat(document["said_on"])
    for indicator, periods in document["indicators"].items():
        for period, figures in periods.items():
            count = Count(
                float(figures["numerator"]),
                float(figures["denominator"]),
                {str(name): int(number) for name, number in figures["excluded"].items()},
            )
            yield Said(indicator, parse(period), on, count)


def _differ(one: Count, other: Count) -> bool:
    # A change among the cases left out does not change the figure that was reported.
    return (one.numerator, one.denominator) != (other.numerator, other.denominator)

"""Running totals by month: what a window of any months gained is the difference of two of them."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate


@dataclass(frozen=True, slots=True)
class RunningTotal:
    """A running total that changes in some months."""

    months: Sequence[int]
    totals: Sequence[float]

    def total_up_to(self, month: int) -> float:
        """Return the total at the end of a month."""
        # Only months with a change are stored: the latest up to this one has the total.
        position = bisect_right(self.months, month)
        return self.totals[position - 1] if position else 0

    def total_between(self, first_month: int, last_month: int) -> float:
        """Return what was added from `first_month` to `last_month`, both included."""
        return self.total_up_to(last_month) - self.total_up_to(first_month - 1)


def accumulate_changes(monthly_changes: Iterable[tuple[int | None, float | None]]) -> RunningTotal:
    """Accumulate changes, given as month and amount in any order; those without a month are left out."""
    change_by_month: dict[int, float] = defaultdict(int)
    for month_number, change in monthly_changes:
        if month_number is not None:
            change_by_month[month_number] += float(change or 0)  # some engines sum into decimals
    months = sorted(change_by_month)
    return RunningTotal(months, list(accumulate(change_by_month[number] for number in months)))


def add_totals(first_total: RunningTotal, second_total: RunningTotal) -> RunningTotal:
    """Return the sum of two running totals."""
    months = sorted({*first_total.months, *second_total.months})
    return RunningTotal(months, [first_total.total_up_to(month) + second_total.total_up_to(month) for month in months])


def count_between(running_totals: Mapping[str, RunningTotal], first_month: int, last_month: int) -> dict[str, int]:
    """Count what each total gained in some months, leaving out zeros."""
    counts_by_name = {name: int(total.total_between(first_month, last_month)) for name, total in running_totals.items()}
    return {total_name: count for total_name, count in counts_by_name.items() if count}


def round_off_noise(total: float) -> float:
    """Round away the noise of binary fractions; return whole numbers as integers."""
    # Sums of fte such as 0.1 + 0.2 would print and compare as something else.
    rounded_total = round(total, 9)
    return int(rounded_total) if rounded_total == int(rounded_total) else rounded_total

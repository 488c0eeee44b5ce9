"""Signals of a process chart: what chance alone would hardly do, at the end of a series.

The rules are those of NHS England's "Making data count". Each belongs to the last period: without
it the signal would be that of an earlier one. For proportions a point lies on a side of the mean
only where so many cases, or more, are at most as likely as a toss of a coin. On an XmR chart a run has
eight points, as Wheeler has it: its mean and limits are less certain than those of proportions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile
from typing import NamedTuple

from kpitui.judge.control_limits import ChartBaseline, Side
from kpitui.judge.rag import compute_exact_value
from kpitui.model.board import Count
from kpitui.model.issues import CodedMessage, create_message

TREND_LENGTH = 7


@dataclass(frozen=True, slots=True)
class ChartSignal:
    """A signal, and the side that the series has gone to: 1 for higher."""

    message: CodedMessage
    side: Side


class SignalCodes(NamedTuple):
    """The codes of the four signals on one side of the mean."""

    beyond_limit: str
    run: str
    trend: str
    near_limit: str


HIGH_SIGNALS = SignalCodes("signal-above-limit", "signal-run-above", "signal-rising", "signal-near-upper-limit")
LOW_SIGNALS = SignalCodes("signal-below-limit", "signal-run-below", "signal-falling", "signal-near-lower-limit")


def find_signals(counts: Sequence[Count], baseline: ChartBaseline, period_noun: str) -> tuple[ChartSignal, ...]:
    """Return the signals at the end of neighbouring periods; limits of no width give none.

    `period_noun` names a period: quarter. Signals for both sides are all returned.
    """
    if not baseline.has_width:
        return ()
    sides: tuple[Side, Side] = (1, -1)
    return tuple(signal for side in sides for signal in _find_side_signals(counts, baseline, period_noun, side))


def _find_side_signals(
    counts: Sequence[Count], baseline: ChartBaseline, period_noun: str, side: Side
) -> Iterator[ChartSignal]:
    """Yield the signals on one side of the mean, or in one direction."""
    codes = HIGH_SIGNALS if side > 0 else LOW_SIGNALS
    if baseline.is_beyond(counts[-1], side, 3):
        yield ChartSignal(create_message(codes.beyond_limit, period_noun=period_noun), side)
    run_length = _count_leading_true(baseline.is_beyond(count, side, 0) for count in reversed(counts))
    if run_length >= baseline.least_run:
        yield ChartSignal(create_message(codes.run, length=run_length, period_noun=period_noun), side)
    latest_values = map(compute_exact_value, reversed(counts))
    # Seven points that rise are six steps up.
    trend_length = _count_leading_true((later - earlier) * side > 0 for later, earlier in pairwise(latest_values)) + 1
    if trend_length >= TREND_LENGTH:
        yield ChartSignal(create_message(codes.trend, length=trend_length, period_noun=period_noun), side)
    outer_flags = [baseline.is_beyond(count, side, 2) for count in counts[-3:]]
    # Without the last point the signal would belong to an earlier period.
    if len(outer_flags) == 3 and sum(outer_flags) >= 2 and outer_flags[-1]:
        message = create_message(codes.near_limit, length=sum(outer_flags), period_noun=period_noun)
        yield ChartSignal(message, side)


def _count_leading_true(flags: Iterable[bool]) -> int:
    """Return how many flags are true before the first that is not."""
    return sum(1 for _ in takewhile(bool, flags))

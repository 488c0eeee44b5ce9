"""Funnel limits around England's figure, and where a council stands among all of the same file.

The limits are those of a funnel plot (D. J. Spiegelhalter 2005, "Funnel plots for comparing
institutional performance", Statistics in Medicine 24, 1185-1202), widened by how much the councils
of the same file differ beyond chance: the multiplicative model of D. J. Spiegelhalter (2005,
"Handling over-dispersion of performance indicators", Quality and Safety in Health Care 14,
347-351), with the furthest tenth on either side drawn in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import sqrt

from kpitui.judge import interval
from kpitui.judge.measure_rules import MEASURE_RULES
from kpitui.model.board import Comparator, CouncilStanding, Count, Funnel
from kpitui.model.catalogue import Polarity

WINSORISED_PART = 10  # one in so many z-scores on either side
# Fewer councils have no tenth to draw in.
FEWEST_COUNCILS = WINSORISED_PART


def compare_in_funnel(own_count: Count, england_figure: Comparator, council_counts: Sequence[Count]) -> Funnel:
    """Compare a value with England's, given the published counts of all councils of its file.

    Both values must be known.
    """
    assert england_figure.value is not None
    assert own_count.value is not None
    find_limits = MEASURE_RULES[own_count.measure.kind].find_funnel_limits
    assert find_limits is not None
    ratio = estimate_overdispersion(council_counts, england_figure.value)
    # The limits are those of 95% (definitions.md, Judging).
    z_score = interval.Z_95 * sqrt(ratio or 1.0)
    lower_limit, upper_limit = find_limits(own_count, england_figure.value, z_score)
    is_widened = ratio is not None and ratio > 1
    verdict = interval.judge_funnel_position(
        own_count.value, lower_limit, upper_limit, england_figure.name, is_widened=is_widened
    )
    return Funnel(england_figure, lower_limit, upper_limit, verdict, ratio, len(council_counts))


def estimate_overdispersion(council_counts: Sequence[Count], england_value: float) -> float | None:
    """Return how many times the variance of chance the councils' figures have, at least 1.

    None for fewer than 10 councils, or where England's figure leaves nothing to chance.
    """
    if len(council_counts) < FEWEST_COUNCILS:
        return None
    find_z_score = MEASURE_RULES[council_counts[0].measure.kind].find_z_score
    return None if find_z_score is None else estimate_dispersion(council_counts, england_value, find_z_score)


def estimate_dispersion(
    council_counts: Sequence[Count], england_value: float, find_z_score: Callable[[Count, float], float | None]
) -> float | None:
    """Return how many times the variance of chance councils have, by the z-scores of their figures."""
    if len(council_counts) < FEWEST_COUNCILS:
        return None
    scores = (find_z_score(count, england_value) for count in council_counts)
    z_scores = sorted(score for score in scores if score is not None)
    if not z_scores:
        return None
    cut = len(z_scores) // WINSORISED_PART
    lowest, highest = z_scores[cut], z_scores[-cut - 1]
    return max(1.0, sum(min(max(z_score, lowest), highest) ** 2 for z_score in z_scores) / len(z_scores))


def rank_council(own_value: float, council_values: Sequence[float], polarity: Polarity, period: str) -> CouncilStanding:
    """Rank a council's published value among those of all councils, its own included; 1 is best.

    Equal values share the better rank. The quartile is 1 for the best quarter of ranks.
    """
    better_count = sum(value > own_value if polarity == "high" else value < own_value for value in council_values)
    council_count = len(council_values)
    return CouncilStanding(better_count + 1, council_count, 4 * better_count // council_count + 1, period)

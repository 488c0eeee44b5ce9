"""Exact probabilities for small counts: binomial tails, and mid-p tests of two figures.

Two proportions are compared by Fisher's exact test, two rates by the conditional binomial test of
Przyborowski and Wilenski (1940). Both take the mid-p value (Lancaster 1961), which Lydersen,
Fagerland and Laake (2009, Statistics in Medicine 28) recommend for tables of two by two.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import erfc, exp, lgamma, log, log1p, sqrt

# Terms this much smaller than their sum no longer change it.
NEGLIGIBLE_TERM = 1e-17
# Beyond so many cases the normal approximation differs from the exact value in the fourth digit.
LARGEST_EXACT_TOTAL = 20_000
# A table as likely as the observed one counts as observed, whatever the last bits say.
RELATIVE_TIE = 1e-9


def compute_upper_tail(successes: int, trials: int, probability: float) -> float:
    """Return the binomial probability of at least so many successes."""
    if successes <= 0:
        return 1.0
    if successes > trials:
        return 0.0
    if not 0 < probability < 1:
        return probability
    if successes <= trials * probability:
        # Below the mean the other tail is the shorter sum, and its first term does not underflow.
        return 1 - compute_upper_tail(trials - successes + 1, trials, 1 - probability)
    term = exp(
        _log_combinations(trials, successes) + successes * log(probability) + (trials - successes) * log1p(-probability)
    )
    total, odds = term, probability / (1 - probability)
    for count in range(successes, trials):
        term *= (trials - count) / (count + 1) * odds
        total += term
        if term < NEGLIGIBLE_TERM * total:
            break
    return min(total, 1.0)


def compare_proportions(numerator: int, denominator: int, earlier_numerator: int, earlier_denominator: int) -> float:
    """Return the two-sided p-value of two independent proportions being the same.

    It is Fisher's mid-p value; from 20,000 cases on that of the normal test with a pooled variance.
    """
    total, successes = denominator + earlier_denominator, numerator + earlier_numerator
    if successes in (0, total):
        return 1.0
    if total > LARGEST_EXACT_TOTAL:
        difference = numerator / denominator - earlier_numerator / earlier_denominator
        share = successes / total
        return _compute_normal_p_value(difference, share * (1 - share) * (1 / denominator + 1 / earlier_denominator))
    lowest = max(0, successes - earlier_denominator)
    log_terms = [
        _log_combinations(denominator, count) + _log_combinations(earlier_denominator, successes - count)
        for count in range(lowest, min(denominator, successes) + 1)
    ]
    return _compute_mid_p_value(log_terms, numerator - lowest)


def compare_rates(events: int, exposure: float, earlier_events: int, earlier_exposure: float) -> float:
    """Return the two-sided p-value of two rates being the same, for counts over a headcount.

    It is the mid-p value of the binomial test of one count given both.
    """
    total = events + earlier_events
    if not total or exposure <= 0 or earlier_exposure <= 0:
        return 1.0
    share = exposure / (exposure + earlier_exposure)
    if total > LARGEST_EXACT_TOTAL:
        return _compute_normal_p_value(events - share * total, total * share * (1 - share))
    log_terms = [
        _log_combinations(total, count) + count * log(share) + (total - count) * log1p(-share)
        for count in range(total + 1)
    ]
    return _compute_mid_p_value(log_terms, events)


def _compute_mid_p_value(log_terms: Sequence[float], observed_index: int) -> float:
    """Add up the outcomes less likely than the observed one, and half of those as likely."""
    # Scaled by the likeliest outcome, so that none underflows that matters.
    peak = max(log_terms)
    terms = [exp(log_term - peak) for log_term in log_terms]
    observed_term = terms[observed_index]
    rarer_sum = sum(term for term in terms if term < observed_term * (1 - RELATIVE_TIE))
    tied_sum = sum(term for term in terms if abs(term - observed_term) <= observed_term * RELATIVE_TIE)
    return (rarer_sum + tied_sum / 2) / sum(terms)


def _compute_normal_p_value(difference: float, variance: float) -> float:
    return erfc(abs(difference) / sqrt(2 * variance))


def _log_combinations(trials: int, successes: int) -> float:
    return lgamma(trials + 1) - lgamma(successes + 1) - lgamma(trials - successes + 1)

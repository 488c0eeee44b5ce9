"""Rival definitions of an indicator beside its main figure."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan

from kpitui.config.settings import Settings
from kpitui.counts.rule_tally import IndicatorTally
from kpitui.judge import direction, rag
from kpitui.model.board import Count, HistoryPoint, VariantCount
from kpitui.model.catalogue import Indicator, Rule
from kpitui.model.issues import Issue, RuleProblem


def count_variant_history(
    indicator: Indicator, indicator_tally: IndicatorTally, history: Sequence[HistoryPoint]
) -> dict[str, tuple[Count, ...]]:
    """Count every variant that can be counted, for each period of a history."""
    return {
        rule.id: tuple(indicator_tally.rule_tallies[rule.id].count_period(point.period) for point in history)
        for rule in indicator.variants
        if rule.id in indicator_tally.rule_tallies
    }


def count_variant(
    variant_rule: Rule,
    indicator_tally: IndicatorTally,
    main_point: HistoryPoint,
    indicator: Indicator,
    settings: Settings,
) -> VariantCount:
    """Count a rival definition and compare it with the main figure.

    A variant without a tally has no count and carries the problem instead.
    """
    if variant_rule.id not in indicator_tally.rule_tallies:
        problem = locate_problem(indicator, variant_rule, indicator_tally, settings)
        return VariantCount(variant_rule.id, variant_rule.title, variant_rule.note, None, "none", None, None, problem)
    count = indicator_tally.rule_tallies[variant_rule.id].count_period(main_point.period)
    return VariantCount(
        id=variant_rule.id,
        title=variant_rule.title,
        note=variant_rule.note,
        count=count,
        rag=rag.judge_colour(indicator, count, main_point.target),
        points_difference=direction.compute_change(count, main_point.count)
        if variant_rule.measure == indicator.measure
        else None,
        doubt=None if count.bounds is None else rag.explain_doubt(indicator, count),
        # A hidden number is NaN, and so is every difference from it; front ends expect None.
        cases_difference=None if isnan(difference := count.numerator - main_point.count.numerator) else difference,
    )


def locate_problem(
    indicator: Indicator, rule: Rule, indicator_tally: IndicatorTally, settings: Settings
) -> Issue | None:
    """Return why a rule has no tally, in the table's file or in the config; None where it has one."""
    problem = indicator_tally.problems.get(rule.id)
    if not isinstance(problem, RuleProblem):
        return problem
    variant_path = () if rule.id == indicator.id else ("variants", rule.id)
    rule_path = ("indicators", indicator.id, *variant_path)
    field_paths = ((*rule_path, field_name) for field_name in problem.field_names)
    faulty_path = next((path for path in field_paths if settings.document.has_key(path)), rule_path)
    return settings.document.create_issue(faulty_path, problem.message)

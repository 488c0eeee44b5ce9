"""What is never shown, since stocks and flows would give it away."""

from __future__ import annotations

from collections import defaultdict
from math import isnan
from pathlib import Path

from kpitui.board import build_board
from kpitui.council import open_council
from kpitui.disclosure.people import is_about_children
from kpitui.disclosure.stock_flows import HIDE_STOCK, FamilyRule, RulesByCohort, find_reserved_reasons
from kpitui.model.catalogue import CohortCall, Indicator
from kpitui.model.periods import parse_period
from tests.examples import MEETING, QUARTER, Example, table

SAMPLE = Path(__file__).parents[2] / "config.toml"
NOBODY_LEFT_OUT = """
[indicators.{}]
left_out = []
"""
CARE, ENTERED, LEFT = "children-in-care-over-20-miles", "care-entrants-over-20-miles", "permanence"


def reserved(indicators: tuple[Indicator, ...]) -> dict[str, str]:
    """The reserved reasons of a board, by the name of the cohort."""
    rules: dict[CohortCall, list[FamilyRule]] = defaultdict(list)
    for indicator in filter(is_about_children, indicators):
        for rule in (indicator.rule, *indicator.variants):
            rules[rule.cohort].append(FamilyRule(indicator, rule, rule is indicator.rule))
    groups: list[RulesByCohort] = [{call: family_rules} for call, family_rules in rules.items()]
    return {call.name: reason for call, reason in find_reserved_reasons(groups).items()}


def test_one_reason_of_each_stock_is_reserved() -> None:
    """Of children on plans nobody is left out, so that plans that started reserve a reason."""
    reserved_reasons = reserved(open_council(SAMPLE).settings.indicators)
    assert reserved_reasons == {"children-in-care": "short break", "protection-plans": "other authority's plan"}


def test_a_stock_alone_reserves_nothing() -> None:
    indicators = open_council(SAMPLE).settings.indicators
    alone = tuple(indicator for indicator in indicators if indicator.id == CARE)
    assert len(alone) == 1
    assert reserved(alone) == {}


def test_flows_reserve_a_reason_where_the_stock_has_none(example: Example) -> None:
    council = example.council({}, NOBODY_LEFT_OUT.format(CARE))
    reserved_reasons = reserved(council.settings.indicators)
    assert (reserved_reasons["care-entries"], reserved_reasons["care-leavers"]) == ("short break", "short break")
    assert "children-in-care" not in reserved_reasons


def test_a_stock_is_hidden_where_none_has_one(example: Example) -> None:
    config = NOBODY_LEFT_OUT.format(CARE) + NOBODY_LEFT_OUT.format(ENTERED)
    rows = [f"C{number} 2017-01-01 S C2 U1 . . {30 if number < 7 else 3}" for number in range(20)]
    episodes = table("child decom rne ls place dec rec distance_miles", *rows)
    council = example.council({"care_episodes": episodes}, config)
    assert reserved(council.settings.indicators)["children-in-care"] == HIDE_STOCK
    board = build_board(council, MEETING, parse_period(QUARTER), public_view=True)
    (entry,) = (entry for entry in board.entries if entry.indicator.id == CARE)
    assert isnan(entry.point.count.denominator)


def test_what_other_figures_show_of_the_same_children_is_known(example: Example) -> None:
    """In care but on short breaks are 20 by PL3; of them 2 are with their parents, so CC20's 18 is hidden."""
    rows = [f"C{number} 2017-01-01 S C2 {'P1' if number < 2 else 'U1'} . . 3" for number in range(20)]
    tables = {"care_episodes": table("child decom rne ls place dec rec distance_miles", *rows)}
    for also, is_hidden in (("", False), ('[board]\nalso = ["PL3"]\n', True)):
        board = build_board(example.council(tables, also), MEETING, parse_period(QUARTER), public_view=True)
        counts = {entry.indicator.id: entry.point.count for entry in board.entries}
        assert isnan(counts[CARE].denominator) == is_hidden
        assert isnan(counts[CARE].excluded["placed with parents"])


def test_three_of_four_numbers_do_not_give_the_fourth(example: Example) -> None:
    """Eight in care, none entered and six left over: the two who left are not to be worked out."""
    rows = [f"C{number} 2017-01-01 S C2 U1 {'2018-11-01 E11' if number < 2 else '. .'} 3" for number in range(8)]
    episodes = table("child decom rne ls place dec rec distance_miles", *rows)
    board = build_board(example.council({"care_episodes": episodes}), MEETING, parse_period(QUARTER), public_view=True)
    counts = {entry.indicator.id: entry.point.count for entry in board.entries}
    assert isnan(counts[LEFT].denominator)
    assert (counts[CARE].denominator, counts[ENTERED].denominator) == (6, 0)
    # Short breaks are hidden though there are none: the stock is 6 and some more.
    assert isnan(counts[CARE].excluded["short break"])

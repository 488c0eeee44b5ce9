"""Indicators split by a column: hand-worked, and the groups add up to the whole."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from kpitui.cli import main
from kpitui.drilldown.splits import ColumnNotFound, split_indicator
from kpitui.model.drilldown import IndicatorSplit
from kpitui.wording import format_count_value
from tests.examples import Example, Tables, table

CHILDREN = table(
    "child dob sex ethnic",
    "A 2018-06-01 M WBRI",  # under 1 on 31 December 2018
    "B 2002-12-31 F WBRI",  # 16 on that day
    "C 2003-01-01 F .",  # 15 until the day after
    "D 2010-05-05 . MWBC",
)
LEAVERS: Tables = {
    "children": CHILDREN,
    "care_episodes": table(
        "child decom rne ls place dec rec",
        "A 2018-07-01 S C2 U4 2018-11-01 E11",
        "B 2016-07-01 S C2 U4 2018-11-02 E4A",
        "C 2016-07-01 S C2 K2 2018-11-03 E5",
        "D 2016-07-01 S V4 U4 2018-11-04 E4A",
        "E 2016-07-01 S C2 U4 2018-11-05 E9",
    ),
}


def split(example: Example, column: str, indicator: str = "permanence", tables: Tables = LEAVERS) -> IndicatorSplit:
    council = example.council(tables, f'[board]\nshow = ["{indicator}"]\n')
    from kpitui.board import build_board
    from kpitui.model.periods import parse_period

    board = build_board(council, date(2019, 3, 25), parse_period("2018-19 Q3"))
    return split_indicator(council, board, board.entries[0], column)


def groups(indicator_split: IndicatorSplit) -> dict[str, tuple[float, float]]:
    return {group.name: (group.count.numerator, group.count.denominator) for group in indicator_split.groups}


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ("sex", {"F": (1, 2), "M": (1, 1), "not recorded": (0, 1)}),
        ("place", {"K2": (0, 1), "U4": (2, 3)}),
        ("age", {"under 1": (1, 1), "5 to 9": (0, 0), "10 to 15": (0, 1), "16 and 17": (1, 1), "not recorded": (0, 1)}),
    ],
)
def test_groups_by_a_column_of_the_case_or_the_child(
    example: Example, column: str, expected: dict[str, tuple[float, float]]
) -> None:
    """D is left out, and E has no row among the children."""
    indicator_split = split(example, column)
    assert groups(indicator_split) == expected
    assert [*groups(indicator_split)] == [*expected]
    assert (indicator_split.total.numerator, indicator_split.total.denominator) == (2, 4)


def test_reasons_are_split_as_well(example: Example) -> None:
    indicator_split = split(example, "sex")
    assert {group.name: dict(group.count.excluded) for group in indicator_split.groups}["not recorded"] == {
        "short break": 1
    }


def test_a_rate_is_split_into_numbers(example: Example) -> None:
    """Of the population by sex nothing is known."""
    referrals = table("child referral_date", "A 2018-10-01", "B 2018-10-01", "C 2018-10-01")
    indicator_split = split(example, "sex", "referrals-rate", {"children": CHILDREN, "referrals": referrals})
    assert {group.name: format_count_value(group.count) for group in indicator_split.groups} == {"F": "2", "M": "1"}


def test_a_median_is_that_of_each_group(example: Example) -> None:
    plans = table(
        "child start_date end_date category",
        "A 2018-10-01 2018-10-11 NEG",
        "B 2018-10-01 2018-10-13 NEG",
        "C 2018-10-01 2018-10-31 PHY",
    )
    indicator_split = split(example, "category", "protection-plan-length", {"protection_plans": plans})
    assert {group.name: group.count.value for group in indicator_split.groups} == {"NEG": 11, "PHY": 30}
    assert indicator_split.total.value == 12


def test_an_unknown_column_is_named_with_those_there_are(example: Example) -> None:
    with pytest.raises(ColumnNotFound) as refused:
        split(example, "sexx")
    assert {"sex", "age", "place"} <= {*refused.value.column_names}


def test_the_command_prints_a_split_and_refuses_it_in_public(
    example: Example, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = ["--config", str(example.write(LEAVERS)), "--period", "2018-19 Q3"]
    assert main([*config, "show", "VP7", "--by", "sex", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [(group["group"], group["numerator"], group["denominator"]) for group in document["groups"]] == [
        ("F", 1, 2),
        ("M", 1, 1),
        ("not recorded", 0, 1),
    ]
    assert main([*config, "show", "VP7", "--by", "sex", "--public"]) == 2
    assert main([*config, "show", "VP7", "--by", "sxe"]) == 2
    assert "did you mean sex?" in capsys.readouterr().err


def test_the_config_says_by_what_an_indicator_is_split(example: Example, capsys: pytest.CaptureFixture[str]) -> None:
    config = ["--config", str(example.write(LEAVERS, '[indicators.permanence]\nby = ["sex", "place"]\n'))]
    assert main([*config, "--period", "2018-19 Q3", "show", "VP7"]) == 0
    text = capsys.readouterr().out
    assert "By sex\n" in text
    assert "By place\n" in text
    assert main([*config, "--period", "2018-19 Q3", "show", "VP7", "--json"]) == 0
    assert [one["by"] for one in json.loads(capsys.readouterr().out)["by"]] == ["sex", "place"]


@pytest.mark.parametrize("internal", [True, False])
def test_the_briefing_prints_what_by_asks_for_and_no_children_to_the_public(example: Example, internal: bool) -> None:
    from kpitui.config.profiles import BriefingProfile
    from kpitui.report.briefing_request import request_briefing

    config = '[board]\nshow = ["VP7"]\n[indicators.VP7]\nby = ["sex", "colour"]\n'
    briefing = request_briefing(example.council(LEAVERS, config), BriefingProfile(), internal=internal)
    facts = {fact.label: fact.text for fact in briefing.items[0].facts}
    expected = "F 50.0% (1 of 2), M 100.0% (1 of 1), not recorded 0.0% (0 of 1)"
    assert facts.get("By sex") == (expected if internal else None)
    assert "By colour" not in facts


def test_the_usual_columns_come_first(example: Example) -> None:
    from kpitui.board import build_board
    from kpitui.drilldown.splits import list_split_columns

    council = example.council(LEAVERS, '[board]\nshow = ["VP7"]\n')
    board = build_board(council, date(2019, 3, 25))
    names = list_split_columns(council, board, board.entries[0])
    assert names[:4] == ("age", "sex", "ethnic", "place")
    assert "child" not in names

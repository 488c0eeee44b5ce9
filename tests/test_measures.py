"""Kinds of measure other than a proportion, in indicators of a council's own: hand-worked."""

from __future__ import annotations

import json
from datetime import date

import pytest

from kpitui import figure_wording, wording
from kpitui.config.settings import ConfigError
from kpitui.model.board import Entry
from kpitui.model.measures import ValueSpread
from kpitui.report.json_output import entry_to_json
from kpitui.report.text_output import format_indicator
from tests.examples import QUARTER, Example, Tables, table

NUMBER = """
[indicators.visits-made]
code = "V1"
title = "Visits made"
kind = "number"
noun = ["visit", "visits"]
table = "visits"
date = "day"
minimum = 0
polarity = "high"
"""
RATE = """
[indicators.visits-rate]
code = "V2"
title = "Visits made, rate"
kind = "rate"
noun = ["visit", "visits"]
table = "visits"
date = "day"
minimum = 0
polarity = "neutral"
window = "rolling-12-months"
"""
MEAN = """
[indicators.days-taken]
code = "V3"
title = "Days taken"
kind = "mean"
value = { days = ["asked", "day"] }
bands = [5, 10]
noun = ["visit", "visits"]
table = "visits"
date = "day"
minimum = 0
polarity = "low"
"""


def visits(*lines: str) -> Tables:
    return {"visits": table("child asked day minutes", *lines)}


# 3, 6 and 12 days; the fourth is of the quarter before, the fifth was never asked for.
FIVE = visits(
    "A 2018-10-01 2018-10-04 10",
    "B 2018-10-02 2018-10-08 20",
    "C 2018-10-03 2018-10-15 30",
    "D 2018-09-01 2018-09-09 40",
    "E . 2018-11-01 50",
)


def entry(example: Example, config: str, tables: Tables = FIVE, period: str = QUARTER) -> Entry:
    code = config.partition('code = "')[2].partition('"')[0]
    return example.entry(code, tables, config, period)


def test_a_number_counts_cases(example: Example) -> None:
    measured_entry = entry(example, NUMBER)
    assert (measured_entry.point.count.value, measured_entry.point.count.denominator) == (4, 1)
    assert (figure_wording.format_entry_value(measured_entry), wording.format_fraction(measured_entry.point.count)) == (
        "4",
        "4 visits",
    )
    assert wording.describe_movement(measured_entry.movement) == "better: 3 more visits"


def test_a_number_has_a_target_of_its_own_kind(example: Example) -> None:
    measured_entry = entry(example, NUMBER + "target = 6\ntolerance = 1\n")
    assert (measured_entry.judgement.rag, wording.format_target(measured_entry)) == ("red", "6")
    assert figure_wording.describe_reason(measured_entry) == (
        "2 fewer visits than the target of 6, beyond the tolerance of 1 visit"
    )
    assert figure_wording.describe_cases_to_target(measured_entry) == "2 more visits"


def test_a_rate_has_the_population_of_the_year_before(example: Example) -> None:
    """Of 2018/19 it is that of mid-2018, if it is known; on 25 March 2019 that of mid-2017 is the latest."""
    measured_entry = entry(example, RATE)
    assert (measured_entry.point.count.numerator, measured_entry.point.count.denominator) == (5, 38_272)
    assert measured_entry.point.count.value == pytest.approx(1.3064, abs=1e-4)
    assert figure_wording.format_entry_value(measured_entry) == "1.3 per 10,000"
    assert measured_entry.judgement.rag == "none"
    assert figure_wording.describe_reason(measured_entry) == "no target"


def test_a_councils_own_population_comes_first(example: Example) -> None:
    populations = table("area age_band year number published_date", "872 0-17 2018 40000 2019-01-01")
    measured_entry = entry(example, RATE, {**FIVE, "populations": populations})
    assert measured_entry.point.count.value == 1.25


def test_a_rate_without_an_estimate_has_no_value(example: Example) -> None:
    config = RATE + 'population = "10-17"\n'
    measured_entry = entry(example, config)
    assert measured_entry.point.count.value is None
    assert "no estimate of the population" in figure_wording.describe_reason(measured_entry)


def test_a_neutral_indicator_moves_up_or_down(example: Example) -> None:
    """In the 12 months to September there was one visit."""
    measured_entry = entry(example, RATE)
    assert (measured_entry.movement.direction, wording.describe_movement(measured_entry.movement)) == (
        "higher",
        "higher by 1.0 per 10,000",
    )


@pytest.mark.parametrize(
    ("band", "rag", "reason"),
    [
        ("[1.0, 2.0]", "green", "within 1.0 per 10,000 to 2.0 per 10,000"),
        ("[0.1, 1.0]", "red", "0.3 per 10,000 higher than 1.0 per 10,000, beyond the tolerance of 0.1 per 10,000"),
        ("[1.4, 2.0]", "amber", "0.1 per 10,000 lower than 1.4 per 10,000, within the tolerance of 0.1 per 10,000"),
    ],
)
def test_a_band_is_the_target_where_neither_end_is_good(example: Example, band: str, rag: str, reason: str) -> None:
    measured_entry = entry(example, RATE + f"band = {band}\ntolerance = 0.1\n")
    assert (measured_entry.judgement.rag, figure_wording.describe_reason(measured_entry)) == (rag, reason)


def test_a_mean_is_of_the_days_between_two_dates(example: Example) -> None:
    """3, 6 and 12 days are 21 of 3 cases; who was never asked for is left out."""
    measured_entry = entry(example, MEAN)
    count = measured_entry.point.count
    assert (count.numerator, count.denominator, count.value) == (21, 3, 7)
    assert dict(count.excluded) == {"no value recorded": 1}
    assert figure_wording.format_entry_value(measured_entry) == "7.0 days"
    assert wording.describe_movement(measured_entry.movement) == "better: 1.0 days shorter"
    assert wording.describe_bands(count) == "33.3% up to 5, 33.3% above 5 to 10, 33.3% above 10 days"


def test_what_a_mean_lacks_to_its_target_is_a_sum(example: Example) -> None:
    """At 5 days a visit three would have taken 15 days, 6 fewer."""
    measured_entry = entry(example, MEAN + "target = 5\n")
    assert figure_wording.describe_cases_to_target(measured_entry) == "6 fewer days in all"


def test_a_median_is_of_the_rows(example: Example) -> None:
    measured_entry = entry(example, MEAN.replace('"mean"', '"median"') + "target = 5\n")
    assert (measured_entry.point.count.value, measured_entry.point.count.denominator) == (6, 3)
    # One more of three at 5 days or less, and the middle one is there.
    assert figure_wording.describe_cases_to_target(measured_entry) == "1 more visit at the target or better"


def test_working_days_are_less_weekends_and_holidays(example: Example) -> None:
    """15 working days after Monday 10 December 2018 is Thursday 3 January 2019."""
    config = MEAN.replace("days = [", "working_days = [")
    tables = visits("A 2018-12-10 2019-01-03 1")
    measured_entry = entry(example, config, tables, "2018-19 Q4")
    assert measured_entry.point.count.value == 15


WITHIN = """
[indicators.in-time]
code = "V4"
title = "Visits in time"
table = "visits"
date = "day"
minimum = 0
polarity = "high"
counted = { day = { within = { working_days = 20, of = "asked" } } }
"""


@pytest.mark.parametrize(("day", "counted"), [("2019-01-16", 1), ("2019-01-17", 0), ("2018-12-13", 0)])
def test_two_dates_are_compared(example: Example, day: str, counted: int) -> None:
    """20 working days after Friday 14 December 2018 is Wednesday 16 January 2019; never before it."""
    measured_entry = entry(example, WITHIN, visits(f"A 2018-12-14 {day} 1"), "2018-19")
    assert (measured_entry.point.count.numerator, measured_entry.point.count.denominator) == (counted, 1)


@pytest.mark.parametrize(("day", "counted"), [("2019-02-28", 1), ("2019-03-01", 0)])
def test_months_are_calendar_months(example: Example, day: str, counted: int) -> None:
    config = WITHIN.replace("working_days = 20", "months = 3")
    measured_entry = entry(example, config, visits(f"A 2018-11-30 {day} 1"), "2018-19")
    assert measured_entry.point.count.numerator == counted


def test_a_ratio_is_a_sum_over_a_sum(example: Example) -> None:
    config = """
[indicators.minutes-each]
code = "V5"
title = "Minutes each"
kind = "ratio"
value = "minutes"
unit = "minutes a visit"
noun = ["visit", "visits"]
table = "visits"
date = "day"
minimum = 0
polarity = "low"
"""
    measured_entry = entry(example, config)
    assert (
        measured_entry.point.count.numerator,
        measured_entry.point.count.denominator,
        measured_entry.point.count.value,
    ) == (110, 4, 27.5)
    assert figure_wording.format_entry_value(measured_entry) == "27.5 minutes a visit"


@pytest.mark.parametrize(
    ("window", "counted"), [("academic-year", 5), ("calendar-year", 5), ("rolling-36-months", 5), ("latest-census", 1)]
)
def test_windows_of_other_years(example: Example, window: str, counted: int) -> None:
    """Since 1 September, since 1 January, in three years; and in the 12 months to the last 30 September."""
    assert entry(example, NUMBER + f'window = "{window}"\n').point.count.value == counted


def test_json_has_what_a_kind_has(example: Example) -> None:
    council = example.council(FIVE, MEAN.replace('"mean"', '"median"') + '[board]\nshow = ["V3"]\n')
    from kpitui.board import build_board
    from kpitui.model.periods import parse_period

    board = build_board(council, date(2019, 3, 25), parse_period(QUARTER))
    document = json.loads(json.dumps(entry_to_json(board, board.entries[0]), default=str))
    figures = {name: document[name] for name in ("kind", "unit", "numerator", "denominator", "value")}
    assert figures == {"kind": "median", "unit": "days", "numerator": None, "denominator": 3, "value": 6}
    assert document["bands"] == [{"up_to": 5, "cases": 1}, {"up_to": 10, "cases": 1}, {"up_to": None, "cases": 1}]
    assert "6.0 days  3 visits" in format_indicator(board, board.entries[0])


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (NUMBER + 'value = "minutes"\n', "value does not go with kind = number"),
        (MEAN.replace("value = { days = [", "values = { days = ["), "values is not known - did you mean value?"),
        (MEAN.replace('value = { days = ["asked", "day"] }\n', ""), "kind is mean, which needs value"),
        (MEAN.replace("[5, 10]", "[10, 5]"), "bands must be rising numbers"),
        (NUMBER + "target = -5\n", "target is -5, which no value in visits can be"),
        (WITHIN + "target = 0.2\n", "target is 0.2, a share of 1: values are in per cent - did you mean 20?"),
        (WITHIN + "target = 270\n", "target is 270, which no value in % can be"),
        (WITHIN + "target = 90\ntolerance = 500\n", "tolerance is 500, more than the whole scale"),
        (RATE + "target = 5\n", "target has no meaning where polarity is neutral: use band"),
        (WITHIN.replace("working_days", "wroking_days"), "within on day, which needs one of days, working_days"),
    ],
)
def test_what_cannot_be_is_refused_with_what_was_meant(example: Example, config: str, message: str) -> None:
    with pytest.raises(ConfigError) as refused:
        example.council(FIVE, config)
    assert message in str(refused.value)


def test_a_median_of_an_even_number_is_between_two() -> None:
    spread = ValueSpread(((1, 1), (2, 1), (5, 2)))
    assert (spread.compute_median(), spread.count_bands([2, 4])) == (3.5, (2, 0, 2))


def test_why_nobody_can_be_compared_with_stands_in_place_of_a_figure(example: Example) -> None:
    measured_entry = entry(example, NUMBER + 'not_comparable = "local rule: never published"\n')
    assert figure_wording.format_comparator(measured_entry.comparators[0]) == "local rule: never published"


def test_a_number_outside_what_its_table_covers_is_no_nought(example: Example) -> None:
    """Of the year before the first plan nothing is known: that is not none."""
    rows = [f"C{n} 2018-{n % 3 + 10}-0{n % 9 + 1} {'.' if n % 2 else '2018-12-20'} N" for n in range(60)]
    tables = {"protection_plans": table("child start_date end_date other_authority", *rows)}
    for indicator in ("protection-plans-rate", "protection-plan-starts-rate"):
        assert example.entry(indicator, tables).point.count.numerator > 0
        assert example.entry(indicator, tables, period="2016-17 Q3").point.count.value is None


def test_few_cases_stand_beside_a_value_and_give_no_colour(example: Example) -> None:
    measured_entry = entry(example, MEAN.replace("minimum = 0\n", "") + "target = 5\n")
    assert figure_wording.format_entry_value(measured_entry) == "7.0 days (3 visits)"
    assert figure_wording.describe_reason(measured_entry) == "fewer than 6 visits"


def test_cases_that_may_not_belong_are_bounds_of_a_number(example: Example) -> None:
    config = NUMBER + "of = { minutes = { at_least = 15 } }\n"
    tables = visits("A 2018-10-01 2018-10-04 20", "B 2018-10-01 2018-10-04 many")
    count = entry(example, config, tables).point.count
    assert (count.low, count.value, count.high) == (1, 1, 2)

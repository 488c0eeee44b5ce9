"""Published figures to compare with: what was known on the day, and why there may be none."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from kpitui.figure_wording import describe_finding, format_comparator
from kpitui.judge.comparators import (
    average_neighbours,
    compare_with_england,
    find_publication_date,
    find_standing,
    list_area_figures,
    list_latest_figures,
    select_indicator_rows,
    select_published_rows,
    select_rows_up_to,
)
from kpitui.model.board import Count
from kpitui.model.catalogue import CohortCall, Indicator, Rule
from kpitui.model.periods import parse_period

MEETING = date(2019, 3, 25)


def figure(area: str, value: float | None, period: str = "2017-18", **options: Any) -> Mapping[str, Any]:
    """A row of published_series, out in November 2018 unless it says otherwise."""
    return {
        "area": area,
        "indicator": "repeat-referrals",
        "period": period,
        "numerator": None,
        "denominator": None,
        "value": value,
        "symbol": None,
        "source": "DfE",
        "published_date": date(2018, 11, 1),
        "basis": "exact",
        **options,
    }


@pytest.mark.parametrize(
    ("published", "is_known"),
    [
        (date(2019, 3, 25), True),
        (date(2019, 3, 26), False),
        (None, True),  # 2017-18 ended on 31 March 2018: taken to be out within 365 days
    ],
)
def test_what_came_out_after_the_meeting_is_not_seen(published: date | None, is_known: bool) -> None:
    late = date(2019, 3, 31) if published is None else MEETING
    rows = [figure("England", 21.9, published_date=published)]
    assert bool(select_published_rows(rows, late)) is is_known


def test_a_figure_without_a_date_is_not_seen_before_a_year_has_passed() -> None:
    row = figure("England", 21.9, published_date=None)
    assert find_publication_date(row) == date(2019, 3, 31)
    assert select_published_rows([row], date(2019, 3, 30)) == []


def test_a_row_whose_period_cannot_be_read_is_never_seen() -> None:
    assert select_published_rows([figure("England", 21.9, "last year")], MEETING) == []


def test_the_latest_known_figure_of_each_area() -> None:
    rows = select_published_rows(
        [figure("England", 21.9), figure("ENGLAND", 22.6, "2016-17"), figure("Reading", 30.0)], MEETING
    )
    england, region = list_latest_figures(rows, ["England", "South East"])
    assert (england.name, england.period, england.value) == ("England", "2017-18", 21.9)
    assert (england.publication, england.published_on, england.basis) == ("DfE", date(2018, 11, 1), "exact")
    assert (region.value, describe_finding(region.detail)) == (None, "no figure had been published by this date")


@pytest.mark.parametrize(
    ("symbol", "words"),
    [
        ("c", "suppressed"),
        ("x", "not available"),
        ("z", "not applicable"),
        ("u", "unreliable"),
        ("k", "rounds to 0"),
        ("low", "rounds to 0"),
    ],
)
def test_a_symbol_is_said_not_passed_over(symbol: str, words: str) -> None:
    """An older figure does not stand in for one that is suppressed."""
    rows = [figure("England", 21.9, "2016-17"), figure("England", None, symbol=symbol, numerator=3, denominator=9)]
    (figure_found,) = list_latest_figures(select_published_rows(rows, MEETING), ["England"])
    assert (figure_found.period, figure_found.value) == ("2017-18", None)
    assert format_comparator(figure_found) == words


def test_a_value_follows_from_its_counts_where_it_is_not_given() -> None:
    rows = [figure("England", None, numerator=142_900, denominator=632_830)]
    (figure_found,) = list_latest_figures(select_indicator_rows(rows, REFERRALS), ["England"])
    assert figure_found.value == pytest.approx(22.58, abs=0.005)


def test_neighbours_by_mean_and_median_with_how_many_are_known() -> None:
    """10, 20 and 60 of four neighbours, one suppressed: mean 30, median 20."""
    rows = select_published_rows(
        [
            figure("Bracknell Forest", 10.0),
            figure("Surrey", 20.0),
            figure("Rutland", 60.0),
            figure("Hampshire", None, symbol="c"),
            figure("Slough", 99.0),  # none of the neighbours
        ],
        MEETING,
    )
    areas = ["Bracknell Forest", "Surrey", "Rutland", "Hampshire"]
    mean, median = average_neighbours(rows, areas, "2025")
    assert (mean.name, mean.value) == ("Statistical neighbours, mean", 30.0)
    assert (median.name, median.value) == ("Statistical neighbours, median", 20.0)
    assert mean.detail == median.detail
    assert describe_finding(mean.detail) == "3 of 4 known, model of 2025"


def test_neighbours_are_compared_in_the_latest_period_that_any_has() -> None:
    rows = select_published_rows([figure("Surrey", 10.0, "2016-17"), figure("Rutland", 60.0)], MEETING)
    mean, _ = average_neighbours(rows, ["Surrey", "Rutland"], "")
    assert (mean.period, mean.value, describe_finding(mean.detail)) == ("2017-18", 60.0, "1 of 2 known")


def test_neighbours_without_a_figure_or_without_any() -> None:
    (none,) = average_neighbours([], ["Surrey"], "2025")
    assert (none.value, describe_finding(none.detail)) == (None, "no figure had been published by this date")
    assert average_neighbours([figure("Surrey", 10.0)], [], "2025") == ()


def test_a_series_of_one_area_is_in_order_of_time() -> None:
    rows = select_published_rows([figure("Wokingham", 16.8, "2017-18"), figure("wokingham", 23.0, "2012-13")], MEETING)
    assert [area_figure.value for area_figure in list_area_figures(rows, "Wokingham")] == [23.0, 16.8]


REFERRALS = Indicator(
    "repeat-referrals", "RR12", "", "", "low", Rule("r", "", CohortCall("referrals"), "year-to-date", ())
)


def test_a_neighbour_that_is_listed_under_id_and_code_counts_once() -> None:
    rows = [figure("Surrey", 10.0), figure("surrey", 10.0, indicator="RR12"), figure("Rutland", 40.0)]
    chosen = select_indicator_rows([*rows, figure("Kent", 1.0, indicator="VP7")], REFERRALS)
    mean, _ = average_neighbours(chosen, ["Surrey", "Rutland", "SURREY"], "")
    assert (mean.value, describe_finding(mean.detail)) == (25.0, "2 of 2 known")


def test_a_row_without_a_value_does_not_hide_its_double() -> None:
    rows = [figure("Surrey", None), figure("Surrey", 10.0, indicator="RR12"), figure("Surrey", None)]
    assert [row["value"] for row in select_indicator_rows(rows, REFERRALS)] == [10.0]


@pytest.mark.parametrize(
    ("bases", "basis"),
    [
        (("exact", "exact"), "exact"),
        (("exact", "close"), "close"),
        (("not like-for-like", "exact"), "not like-for-like"),
        (("exact", None), ""),
        ((None, "not like-for-like"), "not like-for-like"),
    ],
)
def test_a_mean_is_as_good_as_the_weakest_of_its_parts(bases: tuple[str | None, ...], basis: str) -> None:
    rows = [figure(area, 10.0, basis=part) for area, part in zip(("Surrey", "Rutland"), bases, strict=True)]
    mean, _ = average_neighbours(rows, ["Surrey", "Rutland"], "")
    assert mean.basis == basis


def test_a_mean_names_the_sources_of_all_of_its_parts_and_the_latest_day() -> None:
    rows = [figure("Surrey", 10.0), figure("Rutland", 20.0, source="LAIT", published_date=date(2019, 1, 2))]
    mean, _ = average_neighbours(rows, ["Surrey", "Rutland"], "")
    assert (mean.publication, mean.published_on) == ("DfE; LAIT", date(2019, 1, 2))


@pytest.mark.parametrize(
    ("period", "latest"),
    [
        ("2014-15 Q2", "2013-14"),  # 2015-16 was not there, and 2014-15 is not in the file
        ("2015-16 Q2", "2015-16"),
        ("2015-16", "2015-16"),
        ("2016-17 Q4", "2016-17 Q4"),
        ("2016-17", "2016-17 Q4"),
        ("2016-17 Q3", "2015-16"),
    ],
)
def test_a_past_period_is_compared_with_england_of_its_time(period: str, latest: str) -> None:
    rows = [figure("England", 20.0, name) for name in ("2013-14", "2015-16", "2016-17 Q4", "2017-18")]
    assert select_rows_up_to(rows, parse_period(period))[-1]["period"] == latest


def councils(*numerators: int) -> list[Mapping[str, Any]]:
    """England at 20%, and councils of 100 cases each; regions and averages are in the file too."""
    rows = [figure("England", 20.0, numerator=200_000, denominator=1_000_000)]
    rows += [figure(area, 90.0, numerator=90, denominator=100) for area in ("South East", "E12000008")]
    rows += [figure("Statistical neighbours", 90.0, numerator=90, denominator=100)]
    return rows + [figure(f"Council {n}", top, numerator=top, denominator=100) for n, top in enumerate(numerators)]


def test_funnel_limits_are_widened_by_how_the_councils_of_the_file_differ() -> None:
    """One deviation of 100 cases at 20% is 4 points: ten councils lie 1 to 3 deviations away.

    Drawn in by a tenth on either side: the 3s become 2s. Squares: 4 4 4 4 1 1 1 1 4 4, mean 2.8.
    400 cases: 20 ± 1.96 * 2 * 1.673 is 13.44 to 26.56.
    """
    rows = councils(8, 12, 12, 16, 16, 24, 24, 28, 28, 32)
    (england,) = list_latest_figures(rows, ["England"])
    funnel = compare_with_england(REFERRALS, Count(108, 400), [england], rows)
    assert funnel is not None
    assert funnel.overdispersion == pytest.approx(2.8)
    assert funnel.council_count == 10
    assert (round(funnel.lower_limit, 2), round(funnel.upper_limit, 2)) == (13.44, 26.56)
    verdict = "above England by more than chance and the usual differences between councils explain"
    assert describe_finding(funnel.verdict) == verdict


@pytest.mark.parametrize("numerators", [[20] * 10, [8, 32] * 4])
def test_funnel_limits_are_never_narrower_than_chance(numerators: list[int]) -> None:
    """Councils that are all alike do not narrow it, and eight are too few to tell anything."""
    rows = councils(*numerators)
    (england,) = list_latest_figures(rows, ["England"])
    funnel = compare_with_england(REFERRALS, Count(90, 400), [england], rows)
    assert funnel is not None
    assert funnel.overdispersion == (1.0 if len(numerators) == 10 else None)
    assert (round(funnel.lower_limit, 2), round(funnel.upper_limit, 2)) == (16.08, 23.92)
    assert describe_finding(funnel.verdict) == "no further from England than chance alone explains"


def test_councils_of_another_file_or_year_widen_nothing() -> None:
    rows = councils(*[8, 32] * 5)
    england, later = rows[0], [dict(row, period="2018-19") for row in rows[1:]]
    other_rows = [dict(row, source="LAIT") for row in rows[1:]]
    (latest,) = list_latest_figures([england], ["England"])
    funnel = compare_with_england(REFERRALS, Count(90, 400), [latest], [england, *later, *other_rows])
    assert funnel is not None
    assert (funnel.overdispersion, funnel.council_count) == (None, 0)


@pytest.mark.parametrize(
    ("own_rank", "rank", "quartile"), [(8, 1, 1), (12, 2, 1), (16, 4, 2), (28, 8, 3), (32, 10, 4), (24, 6, 3)]
)
def test_a_council_has_its_rank_among_all_of_the_file(own_rank: int, rank: int, quartile: int) -> None:
    """Low is good: 8 is best, and of equals each has the better rank."""
    rows = councils(8, 12, 12, 16, 16, 24, 24, 28, 28, 32)
    own_figures = list_area_figures(rows, f"Council {[8, 12, 12, 16, 16, 24, 24, 28, 28, 32].index(own_rank)}")
    standing = find_standing(REFERRALS, own_figures, rows)
    assert standing is not None
    assert (standing.rank, standing.quartile, standing.council_count) == (rank, quartile, 10)


def test_a_council_that_is_hidden_or_not_in_the_file_has_no_rank() -> None:
    rows = councils(8, 12)
    assert find_standing(REFERRALS, list_area_figures(rows, "Nowhere"), rows) is None
    hidden = [figure("Council 0", None, symbol="c")]
    assert find_standing(REFERRALS, list_area_figures(hidden, "Council 0"), rows) is None

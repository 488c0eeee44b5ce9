"""Populations: which year a rate uses, and where its number comes from."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kpitui.council import open_council
from kpitui.model.periods import parse_period
from kpitui.populations import read_populations
from tests.examples import Example, Tables

COLUMNS = "time_period geographic_level country_name region_name old_la_code la_name age_group population_estimate"
AGES = "Children aged 0 to 17 years"
ESTIMATES = (
    f"{COLUMNS.replace(' ', ',')}\n"
    f"2018,National,England,,,,{AGES},11800000\n"
    f"2018,Local authority,England,South East,872,Wokingham,{AGES},38986\n"
    f"2016,Local authority,England,South East,872,Wokingham,{AGES},x\n"
)


def number(example: Example, period: str, as_at: date, tables: Tables | None = None) -> float | None:
    frames = example.council(tables or {}).select_frames_known_on(as_at)
    return read_populations(frames["area_populations"], as_at).find_number("0-17", parse_period(period))


@pytest.mark.parametrize(
    ("period", "as_at", "expected"),
    [
        ("2025-26 Q1", date(2026, 7, 1), 44_412),  # of mid-2025 nothing is packaged: the latest before it
        ("2024-25 Q4", date(2025, 7, 1), 44_412),  # the year ends in 2025: mid-2024
        ("2024-25 Q4", date(2025, 6, 30), 38_986),  # not known yet
        ("2018-19 Q1", date(2019, 7, 1), 38_986),
        ("2018-19 Q3", date(2019, 3, 25), 38_272),  # mid-2018 comes out in summer 2019
        ("2014-15", date(2019, 3, 25), None),
    ],
)
def test_a_rate_uses_the_estimate_of_the_year_before_the_one_that_its_year_ends_in(
    example: Example, period: str, as_at: date, expected: float | None
) -> None:
    assert number(example, period, as_at) == expected


def test_the_published_file_is_read_as_it_comes(tmp_path: Path, example: Example) -> None:
    config = example.write({})
    (config.parent / "tables/populations.csv").unlink()
    (config.parent / "tables/ons_mid-year_population_estimates.csv").write_text(ESTIMATES, encoding="utf-8")
    frames = open_council(config).select_frames_known_on(date(2019, 7, 1))
    rows = frames["area_populations"].collect().rows(named=True)
    assert (rows[0]["area"], rows[0]["age_band"], rows[0]["number"]) == ("Wokingham", "0-17", 38_986)


def test_a_figure_of_wokingham_as_published() -> None:
    """149 children in care on 31 March 2025 of 44,412 are 33.55 per 10,000; 1,778 referrals 400.3."""
    assert [round(10_000 * cases / 44_412, 2) for cases in (149, 1778, 227, 192)] == [33.55, 400.34, 51.11, 43.23]

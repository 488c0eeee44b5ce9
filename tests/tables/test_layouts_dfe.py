"""Published figures as comparators: areas, years, symbols, sources."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from folders import File, read, rows, said, sheet
from workbooks import Cell, xlsx

from kpitui.issue_wording import describe_issue

AREA = {
    "time_period": "2019", "time_identifier": "Reporting year",
    "geographic_level": "Local authority", "country_code": "E92000001", "country_name": "England",
    "region_code": "E12000008", "region_name": "South East", "old_la_code": "872",
    "new_la_code": "E06000041", "la_name": "Wokingham",
}  # fmt: skip
REGION = {**AREA, "geographic_level": "Regional", "la_name": "", "old_la_code": ""}
ENGLAND = {**REGION, "geographic_level": "National", "region_name": ""}
FIGURES = ("area", "indicator", "period", "numerator", "denominator", "value", "symbol", "basis")


def series(place: Path, files: dict[str, File]) -> list[tuple[object, ...]]:
    """The published series of these files, of which nothing is said."""
    tables = read(place, files)
    assert said(tables) == []
    return rows(tables, "published_series", *FIGURES)


def test_referrals(tmp_path: Path) -> None:
    def row(area: dict[str, str], *cells: str) -> dict[str, str]:
        names = ("referral_count", "rereferral_count", "rereferral_percent")
        return {**area, **dict(zip(names, cells, strict=True))}

    file = sheet(
        row(AREA, "1778", "298", "16.8"),
        row(REGION, "32490", "c", "u"), row(ENGLAND, "9", "2", "x")
    )  # fmt: skip
    assert series(tmp_path, {"c1.csv": "\ufeff" + file}) == [
        ("England", "repeat-referrals", "2018-19", 2.0, 9.0, None, "x", "close"),
        ("South East", "repeat-referrals", "2018-19", None, 32490.0, None, "u", "close"),
        ("Wokingham", "repeat-referrals", "2018-19", 298.0, 1778.0, 16.8, None, "close"),
    ]


@pytest.mark.parametrize("symbol", ["c", "x", "z", "u", "k", "low", "-", ":"])
def test_every_symbol_is_kept_and_is_no_number(tmp_path: Path, symbol: str) -> None:
    area_cells = {**AREA, "referral_count": "1,778", "rereferral_count": symbol}
    published_rows = series(tmp_path, {"c1.csv": sheet({**area_cells, "rereferral_percent": symbol})})
    assert published_rows[0][3:7] == (None, 1778.0, None, symbol)


def test_protection_plans_and_years_of_six_digits(tmp_path: Path) -> None:
    area_cells = {**AREA, "time_period": "201819", "CPP_start": "204", "CPP_subsequent": "42"}
    file = sheet({**area_cells, "CPP_subsequent_percent": "20.6"})
    assert series(tmp_path, {"d3.csv": file}) == [
        ("Wokingham", "repeat-plans-ever", "2018-19", 42.0, 204.0, 20.6, None, "close")
    ]


def test_workforce_says_which_year_it_is(tmp_path: Path) -> None:
    area_cells = {**AREA, "inpost_headcount": "116", "leavers_headcount": "11"}
    tables = read(tmp_path, {"w.csv": sheet({**area_cells, "turnover_rate_headcount": "9.5"})})
    ((numerator, source),) = rows(tables, "published_series", "numerator", "source")
    assert numerator == 11
    assert str(source).endswith("in the year to 30 September 2019, headcount")


def test_headline_measures_of_the_workforce_give_way_to_the_counts(tmp_path: Path) -> None:
    """The release of 2022 has rates alone; a later one has the same years with their counts."""
    headline = sheet({**AREA, "turnover_rate_headcount_perc": "9.9", "turnover_rate_fte_perc": "9.7"})
    published_rows = series(tmp_path / "one", {"csww_headline_measures_2017_to_2022.csv": headline})
    assert [row[3:6] for row in published_rows] == [(None, None, 9.9)]
    counts = {**AREA, "inpost_headcount": "116", "leavers_headcount": "11", "turnover_rate_headcount": "9.5"}
    both = read(tmp_path / "two", {"z_headline.csv": headline, "a_counts.csv": sheet(counts)})
    assert rows(both, "published_series", "numerator", "denominator", "value") == [(11.0, 116.0, 9.5)]


OUT = "Placed outside LA boundary more than 20 miles from home"
IN = "Placed inside LA boundary more than 20 miles from home"


@pytest.mark.parametrize(
    ("inside", "outside", "numerator", "symbol"),
    [("10", "20", 30.0, None), ("c", "20", None, "c"), ("0", "c", None, "c"), ("k", "5", None, "k")],
)
def test_a_sum_with_a_suppressed_part_is_suppressed(
    tmp_path: Path, inside: str, outside: str, numerator: float | None, symbol: str | None
) -> None:
    area_cells = {**AREA, "characteristic": "Location of new placements during the year"}
    file = sheet(
        {**area_cells, "breakdown": IN, "children_count": inside},
        {**area_cells, "breakdown": OUT, "children_count": outside},
        {**area_cells, "breakdown": "Total new placements", "children_count": "182"},
        {**area_cells, "breakdown": "Total placements changing", "children_count": "7"},
    )
    assert series(tmp_path, {"new.csv": file}) == [
        ("Wokingham", "care-entrants-over-20-miles", "2018-19", numerator, 182.0, None, symbol,
         "not like-for-like")
    ]  # fmt: skip


def test_permanence_is_a_sum_of_reasons(tmp_path: Path) -> None:
    home = "Returned home to live with parents or other person with parental responsibility which was"
    reasons = {
        "Adopted": "1", "Special guardianship orders": "2", "Died": "4", "Total": "40",
        f"{home} part of the care planning process": "8",
        f"{home} not part of the care planning process": "16",
    }  # fmt: skip
    group = {**AREA, "cla_group": "Reason episode ceased"}
    rows_of = [{**group, "characteristic": reason, "number": n} for reason, n in reasons.items()]
    gender_row = {**AREA, "cla_group": "Gender", "characteristic": "Total", "number": "40"}
    published_rows = series(tmp_path, {"ceased.csv": sheet(*rows_of, gender_row)})
    assert published_rows[0][1:5] == ("permanence", "2018-19", 27.0, 40.0)
    lacking = series(tmp_path / "b", {"ceased.csv": sheet(*rows_of[1:], gender_row)})
    assert lacking[0][3:7] == (None, 40.0, None, "x")


def test_the_interactive_tool(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "Short Desc": ["ReReferral", "ReReferral", "LACnum"],
            "Years": ["2018", "2019", "2018"],
            "LA and Regions": ["Wokingham"] * 3,
            "Values": ["16.600000000000001", "-", "5"],
            "LA Number": [872.0] * 3,
        }
    )
    frame.write_parquet(tmp_path / "bds.parquet")
    assert series(tmp_path, {}) == [
        ("Wokingham", "repeat-referrals", "2017-18", None, None, 16.6, None, "close"),
        ("Wokingham", "repeat-referrals", "2018-19", None, None, None, "-", "close"),
    ]


def test_a_tidy_series_under_any_name(tmp_path: Path) -> None:
    area_cells = {"Area": "Reading", "Indicator": "permanence", "Period": "2017-18", "Value": "31.2"}
    file = sheet(area_cells).replace(",", ";")
    tables = read(tmp_path, {"ours.csv": file})
    assert rows(tables, "published_series", *FIGURES) == [
        ("Reading", "permanence", "2017-18", None, None, 31.2, None, None)
    ]


TIDY = {"area": "Reading", "indicator": "permanence", "period": "2017-18", "value": "31.2",
        "symbol": "", "published_date": "2018-12-01"}  # fmt: skip


@pytest.mark.parametrize("form", ["csv", "parquet", "xlsx"])
def test_a_tidy_series_in_any_form(tmp_path: Path, form: str) -> None:
    if form == "csv":
        (tmp_path / "ours.csv").write_text(sheet(TIDY), encoding="utf-8")
    elif form == "parquet":
        typed_frame = pl.DataFrame([TIDY]).with_columns(
            pl.col("value").cast(pl.Float64), pl.col("published_date").str.to_date()
        )
        typed_frame.write_parquet(tmp_path / "ours.parquet")
    else:
        pytest.importorskip("python_calamine")
        cells: list[Cell] = [*TIDY.values()]
        cells[3], cells[5] = 31.2, date(2018, 12, 1)
        (tmp_path / "ours.xlsx").write_bytes(xlsx({"Series": [["Ours"], [*TIDY], cells]}))
    tables = read(tmp_path, {})
    assert rows(tables, "published_series", "area", "period", "value", "published_date") == [
        ("Reading", "2017-18", 31.2, date(2018, 12, 1))
    ]
    assert said(tables) == []


def test_of_two_releases_the_one_of_later_years_is_used(tmp_path: Path) -> None:
    """Figures are revised: the names of the files do not say which is the later."""

    def released(*figures: tuple[str, str]) -> str:
        return sheet(*(
            {**AREA, "time_period": year, "referral_count": "1000", "rereferral_count": "200",
             "rereferral_percent": value} for year, value in figures))  # fmt: skip

    old, new = released(("2018", "20.0")), released(("2018", "20.5"), ("2019", "21.0"))
    for names in (("a.csv", "b.csv"), ("b.csv", "a.csv")):
        tables = read(tmp_path, dict(zip(names, (old, new), strict=True)))
        published_rows = rows(tables, "published_series", "period", "value")
        assert published_rows == [("2017-18", 20.5), ("2018-19", 21.0)]
        (issue,) = said(tables)
        assert issue.startswith(f"{names[0]}:2: 1 row differs from a later file")


@pytest.mark.parametrize("name", ["a.csv", "z.csv"])
def test_what_others_publish_comes_before_what_the_tool_gives_again(tmp_path: Path, name: str) -> None:
    """It has no counts, and writes 16.8 as 16.800000000000001: that is no contradiction."""
    direct_row = {**AREA, "referral_count": "1778", "rereferral_count": "298",
           "rereferral_percent": "16.8"}  # fmt: skip
    tool = {"Short Desc": "ReReferral", "LA and Regions": "Wokingham"}
    repeated_sheet = sheet({**tool, "Years": "2019", "Values": "16.800000000000001"},
                  {**tool, "Years": "2025", "Values": "17"})  # fmt: skip
    tables = read(tmp_path, {"m.csv": sheet(direct_row), name: repeated_sheet})
    assert rows(tables, "published_series", "period", "numerator", "value") == [
        ("2018-19", 298.0, 16.8),
        ("2024-25", None, 17.0),
    ]
    assert said(tables) == []


@pytest.mark.parametrize(
    "columns", [{"spells": "3", "category": "x"}, {"number": "3", "category": "x"}, {"headcount": "3"}]
)
def test_statistics_that_no_indicator_needs_are_left_alone(tmp_path: Path, columns: dict[str, str]) -> None:
    tables = read(tmp_path, {"d9_2019.csv": sheet({**AREA, **columns})})
    (issue,) = tables.issues
    assert (issue.code, issue.severity) == ("file-not-needed", "note")
    assert describe_issue(issue) == "DfE statistics: no indicator needs it. It was left alone."
    assert tables.frames == {}


@pytest.mark.parametrize(
    "columns",
    [
        {"referral_count": "3", "rereferral_pc": "1"},  # a column was renamed
        {"children_count": "3"},
        {"number": "3", "cla_group": "x"},
    ],
)
def test_statistics_that_are_nearly_needed_are_not_left_without_a_word(tmp_path: Path, columns: dict[str, str]) -> None:
    tables = read(tmp_path, {"c1_2019.csv": sheet({**AREA, **columns})})
    (issue,) = tables.issues
    assert (issue.code, issue.severity) == ("file-nearly-recognised", "fault")

"""Files of counts, and the areas that they are compared as."""

from __future__ import annotations

import json
import stat
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from kpitui.areas.area_board import build_counted_board
from kpitui.areas.area_table import AreaRequest, AreasNotThere, build_area_table, make_area_request, open_area_counts
from kpitui.areas.counts_files import write_counts
from kpitui.areas.counts_table import COUNT_COLUMNS, FIGURE, count_council, mark_definition
from kpitui.board import build_board
from kpitui.cli import main
from kpitui.config.council_list import list_councils
from kpitui.config.settings import Settings, load_settings
from kpitui.council import open_council
from kpitui.judge.area_funnel import AreaCount, GroupFunnel, find_area_limits, judge_area, measure_group
from kpitui.model.areas import AreaTable
from kpitui.model.board import Count, CountBounds
from kpitui.model.catalogue import Indicator
from kpitui.model.periods import Period, parse_period
from kpitui.report.area_output import areas_to_json, format_areas
from tests.examples import MEETING, QUARTER

SAMPLE = Path(__file__).parent.parent / "config.toml"
CONFIG = '[council]\nname = "South East"\nla_code = "999"\nas_at = 2019-03-25\n[areas]\ncounts = "in/*.parquet"\n'


@pytest.fixture(scope="module")
def sample_counts() -> pl.DataFrame:
    return count_council(open_council(SAMPLE))


def test_a_table_of_counts_says_what_the_board_says(sample_counts: pl.DataFrame) -> None:
    """Every quarter, year and recent month of every indicator and rival definition."""
    board = build_board(open_council(SAMPLE))
    figures = {
        (row["indicator"], row["rule"], row["period"]): row for row in sample_counts.filter(kind=FIGURE).to_dicts()
    }
    compared = 0
    for entry in board.entries:
        counts = [(point.period, "", point.count) for point in (*entry.history, *entry.complete_years)]
        counts += [(point.period, "", point.count) for point in entry.provisional_points]
        for rule, variant_counts in entry.variant_history.items():
            counts += [(point.period, rule, count) for point, count in zip(entry.history, variant_counts, strict=True)]
        for period, rule, count in counts:
            row = figures.get((entry.indicator.id, rule, str(period)))
            if row is None:
                assert (count.numerator, count.denominator, count.excluded, count.bounds) == (0, 0, {}, None)
                continue
            assert (row["numerator"], row["denominator"]) == (count.numerator, count.denominator)
            assert (row["low_numerator"], row["low_denominator"]) == (
                count.bounds.lowest if count.bounds else (None,) * 2
            )
            compared += 1
    assert compared > 600


def test_reasons_are_rows_of_their_own(sample_counts: pl.DataFrame) -> None:
    """Permanence of the quarter: 5 of 16 and two short breaks, as the minutes have it."""
    rows = sample_counts.filter(indicator="permanence", rule="", period="2018-19 Q3")
    assert rows.filter(kind=FIGURE).select("numerator", "denominator", "cases").row(0) == (5, 16, 16)
    assert sum(rows.filter(kind="not counted")["number"]) == 11
    assert {row["reason"] for row in rows.filter(kind="left out").to_dicts()}


def test_pupils_rest_on_schools(sample_counts: pl.DataFrame) -> None:
    row = sample_counts.filter(
        indicator="pupils-in-good-schools", rule="", period="2018-19 Q3", kind=FIGURE
    ).to_dicts()[0]
    assert row["denominator"] > 10_000
    assert row["cases"] < 100


def test_no_cell_of_a_child_is_in_it(sample_counts: pl.DataFrame) -> None:
    children = set(pl.read_csv(SAMPLE.parent / "data" / "children.csv", infer_schema=False)["child"])
    texts = {str(cell) for name in sample_counts.columns for cell in sample_counts[name].unique()}
    assert not texts & children


def test_only_its_owner_reads_a_file_and_it_says_why(sample_counts: pl.DataFrame, tmp_path: Path) -> None:
    path = tmp_path / "872.parquet"
    write_counts(sample_counts, path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert b"Confidential between councils" in path.read_bytes()
    with pytest.raises(FileExistsError):
        write_counts(sample_counts, path)


# --- areas by hand -----------------------------------------------------------------------------


def make_settings(folder: Path, config: str = CONFIG) -> Settings:
    folder.mkdir(exist_ok=True)
    (folder / "in").mkdir(exist_ok=True)
    (folder / "config.toml").write_text(config, encoding="utf-8")
    return load_settings(folder / "config.toml")


def write_area(
    settings: Settings,
    area: str,
    figures: dict[str, tuple[float, float]],
    *,
    as_at: date = MEETING,
    definition: str = "",
    file_name: str = "",
) -> None:
    by_id = {indicator.id: indicator for indicator in settings.indicators}
    rows = [
        {
            "area": area,
            "indicator": name,
            "rule": "",
            "period": QUARTER,
            "numerator": float(numerator),
            "denominator": float(denominator),
            "cases": float(denominator),
            "kind": FIGURE,
            "last_event": date(2019, 2, 1),
            "definition": definition or mark_definition(by_id[name].rule),
            "as_at": as_at,
        }
        for name, (numerator, denominator) in figures.items()
    ]
    path = settings.areas.folder / "in" / f"{file_name or area}.parquet"
    write_counts(pl.DataFrame(rows, schema=COUNT_COLUMNS), path, overwrite=True)


def read_areas(settings: Settings, **asked: str) -> AreaTable:
    return build_area_table(settings, open_area_counts(settings), make_area_request(settings, **asked))  # type: ignore[arg-type]


def read_referrals(settings: Settings, **asked: str) -> dict[str, tuple[float | None, str]]:
    """Value and verdict of repeat referrals, by name, in the order of the table."""
    rows = read_areas(settings, **asked).rows
    figures = {row.area.name: row.figures["repeat-referrals"] for row in rows}
    return {name: (figure.count.value, figure.verdict) for name, figure in figures.items()}


def test_who_is_worse_by_more_than_chance_comes_first(tmp_path: Path) -> None:
    """Ten councils with 200 of 1,000 and one with 300: together 20.9%, 95% limits 18.4 to 23.4% before widening."""
    settings = make_settings(tmp_path)
    for area in ("825", "826", "845", "846", "850", "851", "852", "867", "868", "869"):
        write_area(settings, area, {"repeat-referrals": (200, 1000)})
    write_area(settings, "872", {"repeat-referrals": (300, 1000)})
    table = read_areas(settings)
    assert table.rows[0].area.name == "Wokingham"
    worst = table.rows[0].figures["repeat-referrals"]
    assert (worst.verdict, worst.rank) == ("worse", 11)
    assert worst.compared_value == pytest.approx(2300 / 110)
    assert worst.limits is not None
    assert worst.limits[1] == pytest.approx(23.43, abs=0.01)
    assert {row.figures["repeat-referrals"].verdict for row in table.rows[1:]} == {"within"}
    assert "Wokingham" in format_areas(table).splitlines()[3]


def test_councils_that_differ_widen_the_limits(tmp_path: Path) -> None:
    """Half have 10% and half 30% of 1,000: each is many times further off than chance, and none an outlier."""
    settings = make_settings(tmp_path)
    areas = ("825", "826", "845", "846", "850", "851", "852", "867", "868", "869")
    for number, area in enumerate(areas):
        write_area(settings, area, {"repeat-referrals": (100 if number % 2 else 300, 1000)})
    assert {verdict for _, verdict in read_referrals(settings).values()} == {"within"}


def test_regions_are_their_councils_added_up(tmp_path: Path) -> None:
    settings = make_settings(tmp_path)
    write_area(settings, "872", {"repeat-referrals": (30, 100)})
    write_area(settings, "868", {"repeat-referrals": (10, 300)})
    write_area(settings, "330", {"repeat-referrals": (50, 100)})
    regions = read_areas(settings, level="region")
    figures = {row.area.name: row.figures["repeat-referrals"].count for row in regions.rows}
    assert {name: (count.numerator, count.denominator) for name, count in figures.items()} == {
        "South East": (40, 400),
        "West Midlands": (50, 100),
    }


def test_the_areas_of_a_place(tmp_path: Path) -> None:
    settings = make_settings(tmp_path)
    for area in ("872", "330", "202"):
        write_area(settings, area, {"repeat-referrals": (30, 100)})
    assert list(read_referrals(settings, place="south east")) == ["Wokingham"]
    assert list(read_referrals(settings, place="Inner London")) == ["Camden"]
    assert list(read_referrals(settings, place="330")) == ["Birmingham"]
    with pytest.raises(AreasNotThere, match="no counts of Sooth East - did you mean South East"):
        read_areas(settings, place="Sooth East")


def test_compared_with_its_own_region(tmp_path: Path) -> None:
    settings = make_settings(tmp_path, CONFIG + 'compare = "region"\n')
    write_area(settings, "872", {"repeat-referrals": (100, 1000)})
    write_area(settings, "868", {"repeat-referrals": (100, 1000)})
    write_area(settings, "330", {"repeat-referrals": (500, 1000)})
    compared = {row.area.name: row.figures["repeat-referrals"].compared_value for row in read_areas(settings).rows}
    assert compared == {"Wokingham": 10, "Windsor and Maidenhead": 10, "Birmingham": 50}


def test_compared_with_its_statistical_neighbours(tmp_path: Path) -> None:
    """A neighbour without counts is passed over; a council that the table does not have is compared with itself."""
    settings = make_settings(tmp_path, CONFIG + 'compare = "neighbours"\n')
    (tmp_path / "statistical_neighbours.csv").write_text(
        "la_code,neighbour,rank\n872,Windsor and Maidenhead,1\n872,Surrey,2\n868,Birmingham,1\n", encoding="utf-8"
    )
    write_area(settings, "872", {"repeat-referrals": (100, 1000)})
    write_area(settings, "868", {"repeat-referrals": (200, 1000)})
    write_area(settings, "330", {"repeat-referrals": (500, 1000)})
    compared = {row.area.name: row.figures["repeat-referrals"].compared_value for row in read_areas(settings).rows}
    assert compared == {"Wokingham": 15, "Windsor and Maidenhead": 35, "Birmingham": 50}


def test_another_definition_is_shown_and_compared_with_nobody(tmp_path: Path) -> None:
    settings = make_settings(tmp_path)
    write_area(settings, "872", {"repeat-referrals": (900, 1000)}, definition="other")
    write_area(settings, "868", {"repeat-referrals": (100, 1000)})
    table = read_areas(settings)
    figures = {row.area.name: row.figures["repeat-referrals"] for row in table.rows}
    assert (figures["Wokingham"].verdict, figures["Wokingham"].rank) == ("none", None)
    assert figures["Windsor and Maidenhead"].compared_value == 10
    assert "90.0%*" in format_areas(table)


def test_names_of_ones_own(tmp_path: Path) -> None:
    settings = make_settings(tmp_path, CONFIG + 'names = "areas.csv"\n')
    (tmp_path / "areas.csv").write_text("la_code,name,region,groups\n872,Our town,Here,A; B\n", encoding="utf-8")
    write_area(settings, "872", {"repeat-referrals": (3, 100)})
    assert list(read_referrals(settings, place="b")) == ["Our town"]
    (tmp_path / "areas.csv").write_text("number,title\n872,Our town\n", encoding="utf-8")
    table = read_areas(settings)
    assert [issue.code for issue in table.issues] == ["area-names-not-read"]
    assert table.rows[0].area.name == "Wokingham"


def test_the_latest_file_of_a_council_by_the_date(tmp_path: Path) -> None:
    settings = make_settings(tmp_path)
    write_area(settings, "872", {"repeat-referrals": (1, 10)}, as_at=date(2019, 1, 20), file_name="z")
    write_area(settings, "872", {"repeat-referrals": (2, 10)}, as_at=date(2019, 3, 20), file_name="a")
    write_area(settings, "872", {"repeat-referrals": (3, 10)}, as_at=date(2019, 6, 20), file_name="later")
    assert read_referrals(settings) == {"Wokingham": (20, "within")}
    counts = open_area_counts(settings, date(2019, 2, 1))
    table = build_area_table(settings, counts, AreaRequest(date(2019, 2, 1), parse_period(QUARTER)))
    assert table.rows[0].figures["repeat-referrals"].count.numerator == 1
    assert [issue.code for issue in table.issues] == ["counts-of-later-date"] * 2


def test_files_that_are_no_counts_cost_themselves_alone(tmp_path: Path) -> None:
    settings = make_settings(tmp_path, CONFIG.replace('"in/*.parquet"', '["in/*.parquet", "none/*.parquet"]'))
    write_area(settings, "872", {"repeat-referrals": (3, 100)})
    (tmp_path / "in" / "broken.parquet").write_bytes(b"PAR1 no parquet")
    pl.DataFrame({"area": ["868"]}).write_parquet(tmp_path / "in" / "other.parquet")
    table = read_areas(settings)
    assert [row.area.name for row in table.rows] == ["Wokingham"]
    assert {issue.code for issue in table.issues} == {"file-breaks-reader", "counts-of-other-form", "counts-missing"}


@pytest.mark.parametrize(
    ("column", "cell"),
    [("numerator", None), ("denominator", float("nan")), ("cases", None), ("period", "soon"), ("low_numerator", 1.0)],
)
def test_a_row_without_its_numbers_is_left_out_and_counted(column: str, cell: object, tmp_path: Path) -> None:
    settings = make_settings(tmp_path)
    write_area(settings, "872", {"repeat-referrals": (3, 100), "permanence": (5, 16)})
    path = tmp_path / "in" / "872.parquet"
    frame = pl.read_parquet(path)
    damaged = pl.when(pl.col("indicator") == "permanence").then(pl.lit(cell, dtype=COUNT_COLUMNS[column]))
    write_counts(frame.with_columns(damaged.otherwise(pl.col(column)).alias(column)), path, overwrite=True)
    table = read_areas(settings)
    assert [(issue.code, issue.occurrences) for issue in table.issues] == [("counts-not-whole", 1)]
    figures = table.rows[0].figures
    assert (figures["repeat-referrals"].count.value, figures["permanence"].count.value) == (3, None)


def test_schools_of_none_are_judged_by_nothing(tmp_path: Path) -> None:
    """Pupils without a school behind them have a value and no verdict."""
    indicator = find_indicator(make_settings(tmp_path), "EA2")
    assert measure_group(indicator, [AreaCount(Count(60, 100), 0)] * 12) == GroupFunnel(60)


# --- the funnel by hand ------------------------------------------------------------------------


def find_indicator(settings: Settings, code: str) -> Indicator:
    return next(indicator for indicator in settings.indicators if indicator.code == code)


def test_pupils_are_judged_by_schools(tmp_path: Path) -> None:
    """60% of 10,000 pupils in 20 schools, where all have 80%: 95% limits for 20 schools are 62.5 to 97.5%."""
    indicator = find_indicator(make_settings(tmp_path), "EA2")
    entry = AreaCount(Count(6000, 10_000), 20)
    limits = find_area_limits(indicator, entry, GroupFunnel(80))
    assert limits == pytest.approx((62.47, 97.53), abs=0.01)
    assert judge_area(indicator, entry.count, limits) == "worse"
    assert find_area_limits(indicator, AreaCount(Count(6000, 10_000), 10_000), GroupFunnel(80)) == pytest.approx(
        (79.22, 80.78), abs=0.01
    )


def test_leavers_over_a_headcount_are_judged_as_a_rate(tmp_path: Path) -> None:
    """20 of 100 where all have 15 of 100: from 15 less to 15 more 1.96 times the root of 15."""
    indicator = find_indicator(make_settings(tmp_path), "EA11")
    limits = find_area_limits(indicator, AreaCount(Count(20, 100), 100), GroupFunnel(15))
    assert limits == pytest.approx((7.41, 22.59), abs=0.01)
    assert judge_area(indicator, Count(20, 100), limits) == "within"


@pytest.mark.parametrize(
    ("count", "verdict"),
    [
        (Count(2, 5), "none"),  # fewer than 6
        (Count(30, 100), "worse"),
        (Count(30, 100, bounds=CountBounds((20, 100), (30, 100), 100)), "none"),
        (Count(30, 100, bounds=CountBounds((29, 100), (35, 100), 100)), "worse"),
        (Count(0, 0), "none"),
    ],
)
def test_no_verdict_where_the_truth_might_have_another(count: Count, verdict: str, tmp_path: Path) -> None:
    indicator = find_indicator(make_settings(tmp_path), "RR12")
    assert judge_area(indicator, count, (15.0, 25.0)) == verdict


def test_a_group_without_a_value_compares_nothing(tmp_path: Path) -> None:
    indicator = find_indicator(make_settings(tmp_path), "RR12")
    assert measure_group(indicator, [AreaCount(Count(0, 0), 0)]) is None


# --- names and commands ------------------------------------------------------------------------


def test_the_councils_of_england() -> None:
    councils = list_councils()
    assert len(councils) == 153
    assert len({area.region for area in councils.values()}) == 9
    assert (councils["872"].name, councils["872"].region) == ("Wokingham", "South East")
    assert councils["202"].groups == ("Inner London",)


def test_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = make_settings(tmp_path)
    write_area(settings, "872", {"repeat-referrals": (300, 1000)})
    config = ["--config", str(settings.config_path)]
    assert main(["areas", "--json", *config]) == 0
    document = json.loads(capsys.readouterr().out)
    figure = document["areas"][0]["indicators"]["RR12"]
    assert (document["areas"][0]["la_code"], figure["numerator"], figure["value"]) == ("872", 300, 30)
    assert (figure["funnel"], figure["data_age_days"]) == ("within", 52)
    assert main(["areas", "--csv", *config]) == 0
    assert capsys.readouterr().out.startswith("la_code,name,region,indicator,code,period")
    assert main(["areas", "--public", *config]) == 2
    assert "no public form" in capsys.readouterr().err
    assert main(["areas", "--of", "Kent", *config]) == 3
    assert "no counts of Kent" in capsys.readouterr().err


def test_without_counts_the_command_says_what_to_write(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = make_settings(tmp_path, CONFIG.split("[areas]", maxsplit=1)[0])
    assert main(["areas", "--config", str(settings.config_path)]) == 3
    assert '[areas] counts = "in/*.parquet"' in capsys.readouterr().err


def test_a_period_of_json(tmp_path: Path) -> None:
    settings = make_settings(tmp_path)
    write_area(settings, "872", {"repeat-referrals": (300, 1000)})
    request = make_area_request(settings, period=Period("year", 2018))
    document = areas_to_json(build_area_table(settings, open_area_counts(settings), request))
    assert document["areas"][0]["indicators"]["RR12"]["value"] is None


def test_the_figures_of_another_council_of_the_same_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Both have children 1 to 4, referred twice in one and once in the other; the last row names nobody."""
    rows = [f"{child},2018-{month}-05,872" for child in range(1, 5) for month in ("04", "05")]
    rows += [f"{child},2018-04-05,868" for child in range(1, 4)] + ["9,2018-04-05,"]
    (tmp_path / "tables").mkdir()
    text = "\n".join(["child,referral_date,la_code", *rows]) + "\n"
    (tmp_path / "tables" / "referrals.csv").write_text(text, encoding="utf-8")
    config = tmp_path / "config.toml"
    text = '[council]\nname = "Wokingham"\nla_code = "872"\nas_at = 2019-03-25\n[tables]\nfolder = "tables"\n'
    config.write_text(text, encoding="utf-8")

    def read_figure(*area: str) -> tuple[str, int, int]:
        main(["status", "--json", "--period", "2018-19 Q1", "--config", str(config), *area])
        document = json.loads(capsys.readouterr().out)
        entry = next(entry for entry in document["indicators"] if entry["code"] == "RR12")
        return document["council"], entry["numerator"], entry["denominator"]

    assert read_figure() == ("Wokingham", 4, 9)
    assert read_figure("--area", "868") == ("Windsor and Maidenhead", 0, 3)
    assert read_figure("--area", "wokingham") == ("Wokingham", 4, 9)
    assert main(["status", "--area", "Wokingam", "--config", str(config)]) == 2
    assert "did you mean Wokingham" in capsys.readouterr().err


# --- one council's board from its counts -------------------------------------------------------


def test_a_board_from_counts_is_the_board_from_tables(sample_counts: pl.DataFrame) -> None:
    """All but what the tables alone say: years to date, sources, and what is behind a figure."""
    council = open_council(SAMPLE)
    counted_board = build_counted_board(council, sample_counts)
    for entry, counted in zip(build_board(council).entries, counted_board.entries, strict=True):
        for name in JUDGED:
            assert getattr(counted, name) == getattr(entry, name), (entry.indicator.code, name)


JUDGED = (
    *("point", "history", "complete_years", "provisional_points", "judgement", "movement", "year_movement"),
    *("variants", "variant_history", "not_counted", "comparators", "funnel", "standing", "process_chart"),
    *("target", "problem"),
)


def test_commands_about_a_council_of_which_there_are_counts_alone(
    sample_counts: pl.DataFrame, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = make_settings(tmp_path)
    write_counts(sample_counts, tmp_path / "in" / "872.parquet")
    config = ["--config", str(settings.config_path), "--area", "Wokingham"]
    assert main(["status", "--json", *config]) == 0
    document = json.loads(capsys.readouterr().out)
    figure = next(entry for entry in document["indicators"] if entry["code"] == "VP7")
    assert (document["council"], figure["numerator"], figure["denominator"]) == ("Wokingham", 5, 16)
    assert main(["cases", "VP7", *config]) == 3
    assert "counts alone, without cases: ask Wokingham" in capsys.readouterr().err
    assert main(["status", "--public", *config]) == 2
    assert main(["status", *config[:-1], "Kent"]) == 3
    assert "no counts of Kent" in capsys.readouterr().err

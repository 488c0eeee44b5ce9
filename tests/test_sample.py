"""The sample in `data/`: made the same every time, clean, and telling the story of the meeting."""

from __future__ import annotations

import csv
import datetime as dt
import shutil
import subprocess
import sys
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path

import pytest

from kpitui.board import build_board
from kpitui.council import open_council
from tests import oracle

DATA = Path(__file__).parent.parent / "data"
MEETING = dt.date(2019, 3, 25)
LAST_DAY = dt.date(2019, 2, 28)
Q3 = dt.date(2018, 10, 1), dt.date(2018, 12, 31)
Q2 = dt.date(2018, 7, 1), dt.date(2018, 9, 30)
A_YEAR_BEFORE = dt.date(2017, 10, 1), dt.date(2017, 12, 31)

COLUMNS = {
    "schools": "urn name phase la_code open_date close_date type predecessor_urn pupils postcode",
    "school_inspections": "urn inspection_date kind publication_date overall outcome inclusion"
    " curriculum_and_teaching achievement attendance_and_behaviour"
    " personal_development_and_wellbeing leadership_and_governance early_years post_16"
    " safeguarding category_of_concern",
    "early_years_settings": "urn name type early_years_register la_code registered_date closed_date places postcode",
    "early_years_inspections": "urn inspection_date publication_date overall outcome",
    "children": "child dob sex ethnic uasc_until",
    "care_episodes": "child decom rne ls place dec rec cin place_provider reason_place_change"
    " home_post pl_post urn distance_miles",
    "uasc": "child duc",
    "postcodes": "postcode easting northing",
    "referrals": "child referral_date source nfa",
    "protection_plans": "child start_date end_date category previous_plans other_authority visit_interval",
    "protection_visits": "child visit_date seen setting",
    "social_workers": "worker start_date end_date leaving_reason voluntary registered agency fte",
    "published_series": "area indicator period numerator denominator value symbol source published_date basis",
    "commentary": "indicator period text author written_date kind due_date owner closed_date expected",
}
KEYS = {
    "schools": 1,
    "school_inspections": 2,
    "early_years_settings": 1,
    "early_years_inspections": 2,
    "children": 1,
    "care_episodes": 3,
    "uasc": 1,
    "postcodes": 1,
    "referrals": 2,
    "protection_plans": 2,
    "protection_visits": 2,
    "social_workers": 2,
    "published_series": 3,
}
"""How many of the first columns make a row's key."""

KEPT_BESIDE = {"schools": ["note"], "school_inspections": ["note"], "postcodes": ["place"]}


@pytest.fixture(scope="module")
def tables() -> oracle.Tables:
    return oracle.load(DATA)


@pytest.fixture(scope="module")
def born(tables: oracle.Tables) -> dict[str, dt.date]:
    return {oracle.text(row, "child"): oracle.when(row, "dob") for row in tables["children"]}


@pytest.fixture(scope="module")
def care(tables: oracle.Tables) -> dict[str, list[oracle.Row]]:
    episodes = defaultdict(list)
    for row in tables["care_episodes"]:
        episodes[oracle.text(row, "child")].append(row)
    return episodes


# The generator


def test_the_generator_writes_the_same_files_again(tmp_path: Path) -> None:
    shutil.copytree(DATA / "made_up", tmp_path / "made_up")
    for name in ("make_sample.py", "postcodes.csv"):
        shutil.copy(DATA / name, tmp_path)
    command = [sys.executable, "-I", "-B", "-c", RUN, str(tmp_path / "make_sample.py")]
    stdout = subprocess.run(command, check=True, capture_output=True, text=True).stdout

    names = sorted(path.name for path in tmp_path.glob("*.csv") if path.name != "postcodes.csv")
    assert len(names) == 9
    assert [line.split(":")[0] for line in sorted(stdout.splitlines())] == names
    assert [name for name in names if not same(tmp_path / name, DATA / name)] == []


# As `python make_sample.py` would, but without anything of the environment.
RUN = "import runpy, sys; from pathlib import Path; file = sys.argv[1];"
RUN += "sys.path.insert(0, str(Path(file).parent)); runpy.run_path(file, run_name='__main__')"


def same(earlier_row: Path, other_file: Path) -> bool:
    return earlier_row.read_bytes() == other_file.read_bytes()


def test_the_sample_is_small() -> None:
    files = [path for path in DATA.rglob("*") if path.suffix in (".csv", ".py", ".md")]
    assert sum(path.stat().st_size for path in files) < 3_000_000


# The tables


@pytest.mark.parametrize("table", COLUMNS)
def test_columns_are_those_of_the_clean_tables_in_their_order(table: str) -> None:
    with (DATA / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))
    assert header == [*COLUMNS[table].split(), *KEPT_BESIDE.get(table, [])]


@pytest.mark.parametrize("table", KEYS)
def test_keys_are_unique(table: str, tables: oracle.Tables) -> None:
    key = COLUMNS[table].split()[: KEYS[table]]
    counted = Counter(tuple(row[column] for column in key) for row in tables[table])
    assert [key_values for key_values, times in counted.items() if times > 1] == []


def test_made_up_ids_cannot_be_mistaken_for_real_ones(tables: oracle.Tables) -> None:
    for table, rows in tables.items():
        if "child" in COLUMNS.get(table, "").split():
            assert all(oracle.text(row, "child").startswith("MU") for row in rows)
    assert all(oracle.text(row, "worker").startswith("SW") for row in tables["social_workers"])
    for row in tables["early_years_settings"]:
        assert oracle.text(row, "urn").startswith("EYMU")
        assert oracle.text(row, "name").endswith("(made up)")


def test_every_child_and_setting_is_in_its_table(tables: oracle.Tables) -> None:
    children = {row["child"] for row in tables["children"]}
    for table in ("care_episodes", "uasc", "referrals", "protection_plans", "protection_visits"):
        assert {row["child"] for row in tables[table]} <= children
    settings = {row["urn"] for row in tables["early_years_settings"]}
    assert {row["urn"] for row in tables["early_years_inspections"]} <= settings


def test_every_postcode_is_known(tables: oracle.Tables) -> None:
    known_postcodes = {row["postcode"] for row in tables["postcodes"]} | {None}
    for row in tables["care_episodes"]:
        assert {row["home_post"], row["pl_post"]} <= known_postcodes
    assert {row["postcode"] for row in tables["early_years_settings"]} <= known_postcodes


def test_the_extract_ends_in_february_2019(tables: oracle.Tables) -> None:
    last = max(oracle.when(row, "visit_date") for row in tables["protection_visits"])
    assert last == LAST_DAY
    for table, columns in oracle.ENDED.items():
        if table != "schools":
            ends = [oracle.on(row, columns[0]) for row in tables.get(table, [])]
            assert all(day is None or day <= LAST_DAY for day in ends)


def test_periods_of_care_are_proper_chains(care: dict[str, list[oracle.Row]]) -> None:
    for episodes in care.values():
        assert episodes[0]["rne"] == "S"
        assert episodes[-1]["rec"] != "X1"
        for episode in episodes:
            assert (episode["dec"] is None) == (episode["rec"] is None)
            assert episode["dec"] is None or oracle.text(episode, "dec") > oracle.text(episode, "decom")
        for earlier_row, after in pairwise(episodes):
            if after["rne"] == "S":  # came into care again
                assert earlier_row["rec"] != "X1"
                assert oracle.text(earlier_row, "dec") < oracle.text(after, "decom")
            else:
                assert (earlier_row["rec"], earlier_row["dec"]) == ("X1", after["decom"])
                moved = after["rne"] == "P"
                assert moved == (earlier_row["reason_place_change"] is not None)
                assert moved or (earlier_row["place"], earlier_row["pl_post"]) == (after["place"], after["pl_post"])
                assert moved == (earlier_row["ls"] == after["ls"])


def test_nobody_is_in_care_unborn_or_grown_up(care: dict[str, list[oracle.Row]], born: dict[str, dt.date]) -> None:
    for child, episodes in care.items():
        turns_18 = oracle.months_back(born[child], -18 * 12)
        for episode in episodes:
            assert born[child] <= oracle.when(episode, "decom") < turns_18
            assert (oracle.on(episode, "dec") or MEETING) <= turns_18


def test_plans_of_a_child_do_not_overlap(tables: oracle.Tables, born: dict[str, dt.date]) -> None:
    plans = defaultdict(list)
    for row in tables["protection_plans"]:
        plans[oracle.text(row, "child")].append(row)
        ends = oracle.on(row, "end_date") or LAST_DAY
        assert born[oracle.text(row, "child")] < oracle.when(row, "start_date") < ends
    for rows in plans.values():
        for earlier_row, after in pairwise(rows):
            assert oracle.when(earlier_row, "end_date") < oracle.when(after, "start_date")
            assert int(oracle.text(after, "previous_plans")) > int(oracle.text(earlier_row, "previous_plans"))


def test_visits_are_made_on_working_days(tables: oracle.Tables) -> None:
    days = {oracle.when(row, "visit_date") for row in tables["protection_visits"]}
    assert [day for day in days if not oracle.is_working_day(day)] == []


def test_there_is_history_to_look_back_on(tables: oracle.Tables) -> None:
    def first(table: str, column: str) -> dt.date:
        return min(oracle.when(row, column) for row in tables[table])

    assert first("referrals", "referral_date") < dt.date(2014, 4, 1)
    assert first("protection_plans", "start_date") < dt.date(2013, 4, 1)
    assert first("social_workers", "start_date") < dt.date(2014, 4, 1)
    assert first("care_episodes", "decom") < dt.date(2010, 4, 1)


# The story


STORY = [
    ("schools-primary-good", 43, 49, 41, 48),
    ("schools-secondary-good", 5, 6, 5, 6),
    ("schools-special-good", 2, 3, 2, 2),
    ("pupils-in-good-schools", 17920, 20690, 17380, 20510),
    ("early-years-good", 195, 201, 196, 201),
    ("care-entrants-over-20-miles", 2, 12, 4, 14),
    ("children-in-care-over-20-miles", 17, 78, 20, 79),
    ("social-worker-turnover", 22, 90, 21, 90),
    ("repeat-referrals", 200, 985, 138, 645),
    ("repeat-plans-24-months", 12, 126, 9, 82),
    ("repeat-plans-ever", 22, 126, 16, 82),
    ("permanence", 5, 16, 8, 17),
    ("protection-visits-on-time", 650, 829, 646, 847),
]


def counted(tables: oracle.Tables, indicator: str, period: tuple[dt.date, dt.date]) -> oracle.Result:
    return oracle.compute(tables, indicator, *period, MEETING, "872")


@pytest.mark.parametrize(("indicator", "numerator", "denominator", "before", "of_before"), STORY)
def test_the_quarter_reads_as_the_meeting_had_it(
    tables: oracle.Tables, indicator: str, numerator: int, denominator: int, before: int, of_before: int
) -> None:
    now, then = counted(tables, indicator, Q3), counted(tables, indicator, Q2)
    assert (now.numerator, now.denominator) == (numerator, denominator)
    assert (then.numerator, then.denominator) == (before, of_before)


@pytest.mark.parametrize("indicator", ["repeat-referrals", "repeat-plans-24-months", "repeat-plans-ever"])
def test_repeats_are_fewer_than_a_year_before(tables: oracle.Tables, indicator: str) -> None:
    now, then = counted(tables, indicator, Q3), counted(tables, indicator, A_YEAR_BEFORE)
    assert now.numerator / now.denominator < then.numerator / then.denominator


def test_seven_of_the_sixteen_had_turned_18(tables: oracle.Tables, born: dict[str, dt.date]) -> None:
    care_episodes = [
        row
        for row in tables["care_episodes"]
        if row["rec"] not in (None, "X1")
        and Q3[0] <= oracle.when(row, "dec") <= Q3[1]
        and row["ls"] not in ("V3", "V4")
    ]
    grown = [
        row
        for row in care_episodes
        if oracle.when(row, "dec") >= oracle.months_back(born[oracle.text(row, "child")], -216)
    ]
    assert len(care_episodes) == 16
    assert Counter(row["rec"] for row in grown) == {"E13": 1, "E17": 2, "E5": 3, "E7": 1}
    # Supported accommodation it was before, too; those who stayed with carers were fostered.
    assert {row["place"] for row in grown if row["rec"] == "E5"} == {"H5"}
    assert {oracle.text(row, "place")[0] for row in grown if row["rec"] == "E17"} == {"U"}


def test_two_short_breaks_are_left_out_of_permanence(tables: oracle.Tables) -> None:
    assert counted(tables, "permanence", Q3).excluded == {"short break": 2}


def test_children_in_care_are_left_out_for_every_reason_but_a_lost_address(tables: oracle.Tables) -> None:
    assert counted(tables, "children-in-care-over-20-miles", Q3).excluded == {
        "short break": 7,
        "placed with parents": 6,
        "unaccompanied asylum seeking child": 9,
    }


def test_the_named_schools(tables: oracle.Tables) -> None:
    names = {row["urn"]: row["name"] for row in tables["schools"]}

    def below_good(indicator: str, period: tuple[dt.date, dt.date]) -> set[str | None]:
        cases = counted(tables, indicator, period).cases
        return {names[case.subject] for case in cases if not case.counted and case.left_out_because is None}

    assert below_good("schools-secondary-good", Q3) == {"The Forest School"}
    special = below_good("schools-special-good", Q3)
    assert special == {"Northern House School (Wokingham) Special Academy"}
    primary = below_good("schools-primary-good", Q2), below_good("schools-primary-good", Q3)
    assert "Keep Hatch Primary School" in primary[0] - primary[1]


def test_two_early_years_settings_are_inadequate(tables: oracle.Tables) -> None:
    cases = counted(tables, "early-years-good", Q3).cases
    below = {case.subject for case in cases if not case.counted and case.left_out_because is None}
    latest = {
        row["urn"]: row["overall"]
        for row in sorted(tables["early_years_inspections"], key=lambda row: str(row["inspection_date"]))
        if row["overall"] and oracle.when(row, "inspection_date") <= Q3[1]
    }
    assert Counter(latest[urn] for urn in below)["4"] == 2


def test_commentary_was_written_before_the_meeting(tables: oracle.Tables) -> None:
    for row in tables["commentary"]:
        # What the committee decides is written down in the meeting.
        last_day = dt.date(2019, 3, 25) if row["kind"] == "decision" else dt.date(2019, 3, 20)
        assert oracle.when(row, "written_date") <= last_day
        assert "illustrative" in oracle.text(row, "author")
        if row["kind"] != "decision":
            assert (row["due_date"] is not None) == (row["kind"] == "action")
            assert (row["owner"] is not None) == (row["kind"] == "action")


def test_published_figures_are_the_published_ones(tables: oracle.Tables) -> None:
    wokingham = {
        (row["indicator"], row["period"]): row for row in tables["published_series"] if row["area"] == "Wokingham"
    }
    assert wokingham["repeat-referrals", "2017-18"]["value"] == "16.6"
    assert wokingham["repeat-plans-ever", "2017-18"]["value"] == "24"
    assert wokingham["children-in-care-over-20-miles", "2017-18"]["value"] == "25"
    assert wokingham["permanence", "2023-24"]["symbol"] == "c"
    for row in tables["published_series"]:
        assert (row["value"] is None) == (row["symbol"] is not None)
        assert row["basis"] in ("exact", "close", "not like-for-like")


def test_the_larger_set_over_the_sample_has_the_same_figures_of_the_report() -> None:
    boards = [build_board(open_council(DATA.parent / name)) for name in ("config.toml", "national.toml")]
    report, larger = ({entry.indicator.code: entry.point.count for entry in board.entries} for board in boards)
    assert {code: larger[code] for code in report} == report
    assert len(larger) >= 60
    assert sum(count.value is not None for count in larger.values()) >= 30

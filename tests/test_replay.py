"""A board can be replayed: it never sees what came later, nor in which order rows were written."""

from __future__ import annotations

import csv
import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from kpitui.board import build_board
from kpitui.council import open_council
from kpitui.model.board import Entry
from tests import councils, oracle
from tests.examples import Example, table
from tests.test_properties import CONFIG

Rows = list[dict[str, str | None]]

BEGINS = {
    "schools": ["open_date"],
    "school_inspections": ["inspection_date", "publication_date"],
    "early_years_settings": ["registered_date"],
    "early_years_inspections": ["inspection_date", "publication_date"],
    "care_episodes": ["decom"],
    "referrals": ["referral_date"],
    "protection_plans": ["start_date"],
    "protection_visits": ["visit_date"],
    "social_workers": ["start_date"],
    "published_series": ["published_date"],
    "commentary": ["written_date"],
    "releases": ["released_date"],
}
ENDS = {
    "schools": ["close_date"],
    "early_years_settings": ["closed_date"],
    "care_episodes": ["dec", "rec", "reason_place_change"],
    "uasc": ["duc"],
    "protection_plans": ["end_date"],
    "social_workers": ["end_date", "leaving_reason", "voluntary"],
    "commentary": ["closed_date"],
}


def without_what_came_later(tables: Mapping[str, Rows], day: date) -> dict[str, Rows]:
    """Rows that begin after a day are gone; what ends after it has not ended."""

    def later(text: str | None) -> bool:
        return text is not None and date.fromisoformat(text) > day

    def as_it_was(table: str, row: dict[str, str | None]) -> dict[str, str | None]:
        ends = ENDS.get(table, [])
        return row | dict.fromkeys(ends) if ends and later(row.get(ends[0])) else row

    return {
        name: [
            as_it_was(name, row) for row in rows if not any(later(row.get(column)) for column in BEGINS.get(name, []))
        ]
        for name, rows in tables.items()
    }


def entries(folder: Path, tables: Mapping[str, Rows], as_at: date, day: date) -> list[Entry]:
    """The board on `day` of a council whose config says `as_at`, without where files were."""
    folder.mkdir()
    (folder / "config.toml").write_text(
        CONFIG.format(
            as_at=as_at, indicators=[*oracle.RULES], none=[name for name, rows in tables.items() if not rows]
        ),
        encoding="utf-8",
    )
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            columns = list(rows[0]) if rows else councils.REQUIRED[name].split()
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            writer.writerows(rows)
    board = build_board(open_council(folder / "config.toml"), day)
    return [replace(entry, sources=()) for entry in board.entries]


@pytest.mark.parametrize("seed", [1, 3, 8, 17])
@pytest.mark.parametrize("days_before", [45, 230])
def test_an_earlier_meeting_reads_as_if_nothing_later_had_been_written(
    tmp_path: Path, seed: int, days_before: int
) -> None:
    as_at = councils.write_council(tmp_path / "made", seed).as_at
    tables = oracle.load(tmp_path / "made")
    day = as_at - timedelta(days=days_before)
    then = without_what_came_later(tables, day)
    assert then != tables
    replayed = entries(tmp_path / "now", tables, as_at, day)
    assert replayed == entries(tmp_path / "then", then, day, day)


@pytest.mark.parametrize("seed", [1, 3, 8])
def test_the_order_of_rows_changes_nothing(tmp_path: Path, seed: int) -> None:
    """Of two referrals on one day the first that is as good is kept, so there is one here."""
    as_at = councils.write_council(tmp_path / "made", seed).as_at
    tables = oracle.load(tmp_path / "made")
    by_day = {(row["child"], row["referral_date"]): row for row in tables["referrals"]}
    tables["referrals"] = list(by_day.values())
    rng = random.Random(seed)
    shuffled = {name: rng.sample(rows, len(rows)) for name, rows in tables.items()}
    first_entries = entries(tmp_path / "one", tables, as_at, as_at)
    assert first_entries == entries(tmp_path / "other", shuffled, as_at, as_at)


def test_the_same_board_twice(tmp_path: Path) -> None:
    as_at = councils.write_council(tmp_path / "made", 4).as_at
    tables = oracle.load(tmp_path / "made")
    first_entries = entries(tmp_path / "one", tables, as_at, as_at)
    assert first_entries == entries(tmp_path / "other", tables, as_at, as_at)


def test_what_hangs_on_a_later_end_is_not_known_either(example: Example) -> None:
    """On 20 December the child had not left: there is no outcome to be read anywhere."""
    episode = "A 2018-01-01 S C2 U4 2018-12-21 E4A"
    tables = {"care_episodes": table("child decom rne ls place dec rec", episode)}
    council = example.council(tables)
    known_rows = council.select_frames_known_on(date(2018, 12, 20))["care_episodes"].collect()
    assert known_rows.select("dec", "rec").rows() == [(None, None)]
    known_rows = council.select_frames_known_on(date(2018, 12, 21))["care_episodes"].collect()
    assert known_rows.select("dec", "rec").rows() == [(date(2018, 12, 21), "E4A")]


def test_a_status_that_ends_after_the_meeting_is_still_running_at_the_quarters_end(example: Example) -> None:
    """On 15 December nobody knows that the status will end on the 20th."""
    tables = {
        "care_episodes": table("child decom rne ls place dec rec distance_miles", "A 2018-01-01 S C2 U4 . . 25"),
        "children": table("child dob uasc_until", "A 2003-01-01 2018-12-20"),
    }
    indicator, unaccompanied = ("children-in-care-over-20-miles", {"unaccompanied asylum seeking child": 1})
    assert example.count(indicator, tables, as_at=date(2018, 12, 15)) == (0, 0, unaccompanied)
    assert example.count(indicator, tables, as_at=date(2018, 12, 20)) == (1, 1, {})


@pytest.mark.parametrize(
    ("name", "columns", "row", "known_rows"),
    [
        (
            "care_episodes",
            "child decom rne ls place dec rec reason_place_change",
            "A 2018-01-01 S C2 U4 2018-12-21 E4A CARPL",
            {"decom": date(2018, 1, 1), "dec": None, "rec": None, "reason_place_change": None},
        ),
        (
            "social_workers",
            "worker start_date end_date leaving_reason voluntary",
            "W 2018-01-01 2018-12-21 Resigned Y",
            {"start_date": date(2018, 1, 1), "end_date": None, "leaving_reason": None, "voluntary": None},
        ),
        (
            "protection_plans",
            "child start_date end_date category",
            "A 2018-01-01 2018-12-21 NEG",
            {"start_date": date(2018, 1, 1), "end_date": None, "category": "NEG"},
        ),
        ("uasc", "child duc", "A 2018-12-21", {"duc": None}),
        (
            "schools",
            "urn name phase la_code open_date close_date",
            "1 One Primary 872 2000-01-01 2018-12-21",
            {"open_date": date(2000, 1, 1), "close_date": None, "phase": "Primary"},
        ),
        (
            "early_years_settings",
            "urn name type early_years_register la_code registered_date closed_date",
            "1 One Childminder Y 872 2010-01-01 2018-12-21",
            {"registered_date": date(2010, 1, 1), "closed_date": None},
        ),
        ("children", "child dob uasc_until", "A 2003-01-01 2018-12-21", {"uasc_until": date(9999, 12, 31)}),
    ],
)
def test_an_end_on_the_next_day_is_hidden_with_what_was_recorded_at_it(
    example: Example, name: str, columns: str, row: str, known_rows: dict[str, object]
) -> None:
    council = example.council({name: table(columns, row)})
    frames = [
        council.select_frames_known_on(day)[name].select(*known_rows)
        for day in (date(2018, 12, 20), date(2018, 12, 21))
    ]
    day_before, day_itself = (frame.collect().rows(named=True) for frame in frames)
    assert day_before == [known_rows]
    assert not {None, date(9999, 12, 31)} & {*day_itself[0].values()}


@pytest.mark.parametrize(
    ("name", "columns", "row"),
    [
        ("schools", "urn name phase la_code open_date", "1 One Primary 872 2018-12-21"),
        ("school_links", "urn predecessor_urn link_date", "1 2 2018-12-21"),
        ("school_inspections", "urn inspection_date kind overall", "1 2018-12-21 graded 2"),
        ("school_inspections", "urn inspection_date publication_date kind overall", "1 2018-11-01 2018-12-21 graded 2"),
        ("early_years_inspections", "urn inspection_date publication_date", "1 2018-11-01 2018-12-21"),
        ("care_episodes", "child decom rne ls place dec rec", "A 2018-12-21 S C2 U4 . ."),
        ("referrals", "child referral_date", "A 2018-12-21"),
        ("protection_plans", "child start_date", "A 2018-12-21"),
        ("protection_visits", "child visit_date seen", "A 2018-12-21 Y"),
        ("social_workers", "worker start_date", "W 2018-12-21"),
    ],
)
def test_a_row_is_known_from_its_own_day(example: Example, name: str, columns: str, row: str) -> None:
    council = example.council({name: table(columns, row)})
    frames = [council.select_frames_known_on(day)[name] for day in (date(2018, 12, 20), date(2018, 12, 21))]
    assert [len(frame.collect()) for frame in frames] == [0, 1]

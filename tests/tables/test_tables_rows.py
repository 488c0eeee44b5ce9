"""Rows: what they need, what makes them duplicates, what is doubtful about them."""

from __future__ import annotations

from pathlib import Path

from folders import counts, read, rows, said

from tests.examples import table


def test_a_row_without_what_it_needs_is_left_out(tmp_path: Path) -> None:
    text = table("child referral_date", ". 2018-10-01", "B .", "C 2018-10-01")
    tables = read(tmp_path, {"referrals.csv": text})
    assert rows(tables, "referrals", "child") == [("C",)]
    assert counts(tables, "referrals") == (3, 1, 2)
    assert said(tables) == [
        "referrals.csv:2: 1 row has no child. The row was left out.",
        "referrals.csv:3: 1 row has no referral_date. The row was left out.",
    ]


def test_of_rows_with_one_key_the_first_stays(tmp_path: Path) -> None:
    text = table("child referral_date source", "A 2018-10-01 x", "A 2018-10-01 y", "B 2018-10-01 x")
    tables = read(tmp_path, {"referrals.csv": text})
    assert rows(tables, "referrals", "child", "source") == [("A", "x"), ("B", "x")]
    assert said(tables) == [
        "referrals.csv:3: 1 duplicate row, with the same child and referral_date. The row was left out."
    ]


def test_of_visits_only_like_ones_are_duplicates(tmp_path: Path) -> None:
    text = table(
        "child visit_date seen setting",
        "A 2018-10-01 Y School", "A 2018-10-01 Y Home", "A 2018-10-01 N Home",
        "A 2018-10-01 Y Home",
    )  # fmt: skip
    tables = read(tmp_path, {"protection_visits.csv": text})
    assert counts(tables, "protection_visits") == (4, 3, 1)


def test_an_end_before_its_start_is_kept_and_named(tmp_path: Path) -> None:
    text = table("child start_date end_date", "A 2018-10-02 2018-10-01", "B 2018-10-02 2018-10-02")
    tables = read(tmp_path, {"protection_plans.csv": text})
    assert counts(tables, "protection_plans") == (2, 2, 0)
    assert said(tables) == [
        "protection_plans.csv:2: 1 row ends before it starts, end_date before start_date. The row was kept."
    ]


def test_overlapping_plans_of_a_child_are_named(tmp_path: Path) -> None:
    text = table(
        "child start_date end_date",
        "A 2018-01-01 2018-12-31",
        "A 2018-02-01 2018-02-28",
        "A 2018-06-01 2018-06-30",  # the one before it has ended, the first has not
        "A 2018-12-31 .",
        "B 2018-02-01 .",
        "B 2018-03-01 .",
    )
    tables = read(tmp_path, {"protection_plans.csv": text})
    message = "3 rows start while another of the same child is open, on lines 3, 4 and 7. Both were kept."
    assert said(tables) == [f"protection_plans.csv:3: {message}"]


def test_a_required_cell_that_is_missing_is_named_and_kept(tmp_path: Path) -> None:
    text = table("child decom rne ls place dec rec", "A 2018-10-01 S . U1 . .", "B 2018-10-01 S C2 U1 . .")
    tables = read(tmp_path, {"care_episodes.csv": text})
    assert counts(tables, "care_episodes") == (2, 2, 0)
    assert said(tables) == ["care_episodes.csv:2: 1 row has no ls. The row was kept."]


def test_a_reason_that_an_episode_ended_without_the_day_is_counted(tmp_path: Path) -> None:
    text = table(
        "child decom rne ls place dec rec",
        "A 2018-10-01 S C2 U1 . E11", "B 2018-10-01 S C2 U1 . X1", "C 2018-10-01 S C2 U1 . .",
    )  # fmt: skip
    tables = read(tmp_path, {"care_episodes.csv": text})
    assert counts(tables, "care_episodes") == (3, 3, 0)
    assert said(tables) == [
        "care_episodes.csv:2: 2 rows have rec but no dec, on lines 2 and 3. The rows were read as not ended."
    ]

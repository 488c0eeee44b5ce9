"""Parquet gives what CSV gives, whatever the columns are held as."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path

import polars as pl
import pytest
from folders import counts, read, rows, said
from polars.testing import assert_frame_equal

from kpitui.issue_wording import describe_problem

EPISODES = pl.DataFrame(
    {
        "child": ["1", "1", "2"],
        "decom": ["2018-01-02", "2018-03-04", "2018-05-06"],
        "rne": ["S", "P", "S"],
        "ls": ["C2", "C2", "V2"],
        "place": ["U1", "K2", "U4"],
        "dec": ["2018-03-04", None, None],
        "rec": ["X1", None, None],
        "home_post": ["rg40 1pg", None, "RG6 7HR"],
        "distance_miles": ["1.5", None, "21"],
        "team": ["A", "B", None],
    }
)
AS_HELD = {
    "text": [],
    "integers": [pl.col("child").cast(pl.Int64)],
    "floats": [pl.col("child").cast(pl.Float64)],
    "dates": [pl.col("decom", "dec").str.to_date()],
    "datetimes": [pl.col("decom", "dec").str.to_datetime("%Y-%m-%d")],
    "datetimes with a zone": [pl.col("decom", "dec").str.to_datetime("%Y-%m-%d").dt.replace_time_zone("UTC")],
    "categoricals": [pl.col("rne", "ls", "child", "team").cast(pl.Categorical)],
    "enums": [pl.col("rne").cast(pl.Enum(["S", "P"]))],
    "numbers": [pl.col("distance_miles").cast(pl.Float32)],
    "decimals": [pl.col("distance_miles").cast(pl.Decimal(6, 2))],
}


@pytest.mark.parametrize("stored_type", list(AS_HELD))
def test_csv_and_parquet_of_one_table_agree(tmp_path: Path, stored_type: str) -> None:
    by_csv = read(tmp_path / "csv", {"care_episodes.csv": EPISODES.write_csv()})
    (tmp_path / "parquet").mkdir()
    EPISODES.with_columns(AS_HELD[stored_type]).write_parquet(tmp_path / "parquet/care_episodes.parquet")
    by_parquet = read(tmp_path / "parquet", {})
    assert_frame_equal(
        by_csv.frames["care_episodes"].collect(), by_parquet.frames["care_episodes"].collect(), check_row_order=False
    )
    assert counts(by_parquet, "care_episodes") == (3, 3, 0)


@pytest.mark.parametrize(
    ("stored_type", "issues"),
    [
        ("integers", ["care_episodes.parquet: child holds numbers where text belongs. Read as text."]),
        ("categoricals", []),
        ("datetimes", []),
    ],
)
def test_ids_that_are_held_as_numbers_are_told(tmp_path: Path, stored_type: str, issues: list[str]) -> None:
    EPISODES.with_columns(AS_HELD[stored_type]).write_parquet(tmp_path / "care_episodes.parquet")
    assert said(read(tmp_path, {})) == issues


def test_numbers_that_are_none_are_missing(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {"postcode": ["A", "B", "C"], "easting": [float("nan"), float("inf"), 3.0],
         "northing": [1, 2, 3]}
    )  # fmt: skip
    frame.write_parquet(tmp_path / "postcodes.parquet")
    assert rows(read(tmp_path, {}), "postcodes", "postcode", "easting", "northing") == [
        ("A", None, 1.0), ("B", None, 2.0), ("C", 3.0, 3.0)
    ]  # fmt: skip


def test_dates_that_cannot_be_are_missing(tmp_path: Path) -> None:
    days = pl.Series([0, -1_000_000, 5_000_000]).cast(pl.Date)
    frame = pl.DataFrame({"child": ["A", "B", "C"], "dob": days})
    frame.write_parquet(tmp_path / "children.parquet")
    tables = read(tmp_path, {})
    assert rows(tables, "children", "dob") == [(date(1970, 1, 1),), (None,), (None,)]
    assert said(tables)[0].startswith("children.parquet:2: 2 dates in dob could not be read, on lines 2 and 3: ")


@pytest.mark.parametrize(
    "strange",
    [
        [[1], [2, 3]],
        [{"a": 1}, {"a": 2}],
        [b"x", b"\xff"],
        [time(1, 2), None],
        [timedelta(days=1), None],
        [None, None],
        [True, False],
        [datetime(2018, 1, 1, 10, 30), None],
    ],
)
@pytest.mark.parametrize("column", ["team", "child", "dob", "uasc_until", "sex"])
def test_whatever_a_column_is_held_as_nothing_is_raised(tmp_path: Path, strange: list[object], column: str) -> None:
    columns = {"child": ["A", "B"], "dob": ["2010-01-01", "2010-01-01"], "sex": ["1", "2"]}
    pl.DataFrame({**columns, column: strange}).write_parquet(tmp_path / "children.parquet")
    tables = read(tmp_path, {})
    read_rows, used, refused = counts(tables, "children")
    assert read_rows == used + refused == 2


def test_columns_that_differ_in_capitals_alone(tmp_path: Path) -> None:
    frame = pl.DataFrame({"child": ["A"], "Child": ["B"], "dob": ["2010-01-01"], "_line": ["x"]})
    frame.write_parquet(tmp_path / "children.parquet")
    assert rows(read(tmp_path, {}), "children", "child", "child_2") == [("A", "B")]


@pytest.mark.parametrize("content", [b"", b"PAR1", b"child,dob\n", b"PAR1" + b"\0" * 100 + b"PAR1"])
def test_what_is_no_parquet(tmp_path: Path, content: bytes) -> None:
    tables = read(tmp_path, {"children.parquet": content})
    assert "not a Parquet file that can be read" in describe_problem(tables.problems["children"])

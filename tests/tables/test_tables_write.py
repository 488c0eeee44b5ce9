"""What was understood is written as clean tables, which read as they were."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from folders import read, said
from polars.testing import assert_frame_equal

from kpitui.tables import read_folder
from kpitui.tables.export import export_tables
from tests.examples import table

FILES = {
    "referrals.csv": table("child referral_date source team", "B 2018-10-02 x,~y A",
                           "A 2018-10-01 . ."),
    "postcodes.csv": table("postcode easting northing", "RG401PG 481898 169430.5", "RG402PG . ."),
    "header.csv": table("CHILD SEX DOB ETHNIC", "007 2 27/03/2008 WROM"),
}  # fmt: skip


def test_what_is_written_reads_as_it_was(tmp_path: Path) -> None:
    first = read(tmp_path / "in", dict(FILES))
    exported = list(export_tables(first, tmp_path / "out"))
    second = read_folder(tmp_path / "out")
    assert {path.stem for path in exported} == set(first.frames) == set(second.frames)
    assert said(second) == []
    for name, frame in first.frames.items():
        assert_frame_equal(frame.collect(), second.frames[name].collect(), check_row_order=False)


def test_rows_are_in_order_and_numbers_are_short(tmp_path: Path) -> None:
    list(export_tables(read(tmp_path / "in", dict(FILES)), tmp_path / "out"))
    assert (tmp_path / "out/postcodes.csv").read_text() == (
        "postcode,easting,northing\nRG401PG,481898,169430.5\nRG402PG,,\n"
    )
    assert (tmp_path / "out/referrals.csv").read_text().splitlines()[1:] == [
        "A,2018-10-01,,,,",
        'B,2018-10-02,"x, y",,,A',
    ]


def test_only_their_owner_may_read_the_files(tmp_path: Path) -> None:
    for path in export_tables(read(tmp_path / "in", dict(FILES)), tmp_path / "out"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o700


def test_nothing_is_written_over(tmp_path: Path) -> None:
    tables = read(tmp_path / "in", dict(FILES))
    with pytest.raises(FileExistsError):
        list(export_tables(tables, tmp_path / "in"))

"""What a small file becomes is counted before a library believes it: no figure but its own is lost."""

from __future__ import annotations

import gzip
import io
import zipfile
from datetime import date
from pathlib import Path
from typing import NoReturn

import polars as pl
import pytest
from folders import counts, read, rows, said
from workbooks import xlsx, zipped

from kpitui.layouts import Layout, engine
from kpitui.model.table_schema import CleanTable
from kpitui.readers import data_files, workbooks
from kpitui.readers.raw_table import RawTable
from kpitui.tables import merge_files, small_file_batches

REFERRALS = "child,referral_date\nA,2018-10-01\n"


def read_beside_referrals(folder: Path, name: str, content: bytes) -> str:
    """Read a hostile file beside a good table, which must stay; return what is said of it."""
    tables = read(folder, {name: content, "referrals.csv": REFERRALS})
    assert counts(tables, "referrals") == (1, 1, 0)
    return "\n".join(issue for issue in said(tables) if issue.startswith(name))


def add_far_cell(workbook: bytes) -> bytes:
    """Return a workbook with one more cell, at the corner of its first sheet."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as source, zipfile.ZipFile(packed, "w") as target:
        for member in source.namelist():
            content = source.read(member)
            if member.endswith("worksheets/1.xml"):
                far_row = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
                content = content.replace(b"</sheetData>", far_row)
            target.writestr(member, content)
    return packed.getvalue()


def test_a_workbook_that_would_abort_its_reader_is_named(tmp_path: Path) -> None:
    workbook = add_far_cell(xlsx({"A": [["x", "y"], ["1", "2"]]}))
    tables = read_beside_referrals(tmp_path, "far.xlsx", workbook)
    assert tables.startswith("far.xlsx: reading it takes more memory or time than a table needs")


def test_a_workbook_of_too_many_cells_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MAX_SHEET_CELLS", 3)
    tables = read_beside_referrals(tmp_path, "big.xlsx", xlsx({"A": [["x", "y"], ["1", "2"]]}))
    assert tables.startswith("big.xlsx: its sheets have more than 3 cells")


def test_a_return_of_many_small_elements_is_named(tmp_path: Path) -> None:
    content = b"<Message><Child>" + b"<a/>" * 20_001 + b"</Child></Message>"
    tables = read_beside_referrals(tmp_path, "small.zip", zipped({"x.xml": content}))
    assert "there are more than 20,000 elements in one record, which no return has" in tables


def test_a_return_of_many_kinds_of_element_is_named(tmp_path: Path) -> None:
    content = b"<Message><Child>" + b"".join(b"<a%d>1</a%d>" % (n, n) for n in range(301)) + b"</Child></Message>"
    assert "there are more than 300 kinds of element" in read_beside_referrals(tmp_path, "x.xml", content)


def test_of_thousands_of_columns_those_that_are_known_are_read(tmp_path: Path) -> None:
    names = ["child", *(f"c{number}" for number in range(2_000)), "referral_date"]
    cells = ["A", *[""] * 2_000, "2018-10-01"]
    tables = read(tmp_path, {"referrals.csv": f"{','.join(names)}\n{','.join(cells)}\n"})
    assert rows(tables, "referrals", "child", "referral_date") == [("A", date(2018, 10, 1))]
    assert said(tables) == [
        "referrals.csv: there are 1,700 columns that kpitui does not know, after c299. They were not read."
    ]


def test_a_file_without_line_ends_is_named(tmp_path: Path) -> None:
    line = b"child,referral_date" + b"A,2018-10-01" * 400
    issues = said(read(tmp_path, {"referrals.csv": line}))
    assert issues == [
        "referrals.csv:1: the file is one line of 402 cells: its line ends are lost, so export it again. "
        "The file was not used."
    ]


def test_a_header_wider_than_a_sheet_is_named(tmp_path: Path) -> None:
    header = b"child,referral_date" + b",x" * data_files.MAX_COLUMNS + b"\n"
    (issue,) = said(read(tmp_path, {"referrals.csv": header + b"A\n"}))
    assert issue.startswith("referrals.csv:1: a line has 20,002 columns, and no table has so many")


def test_a_packed_file_may_become_twenty_times_its_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kpitui.readers.expansion_limits.USUAL_UNPACKED_BYTES", 100_000)
    tables = read_beside_referrals(tmp_path, "bomb.csv.gz", gzip.compress(b"child,referral_date\n" * 10_000))
    assert "unpacks to more than 0 MB: unpack it first" in tables


@pytest.mark.parametrize("cell", ["A", "x" * 5_000], ids=["many", "long"])
def test_a_parquet_file_of_equal_cells_is_counted_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cell: str
) -> None:
    monkeypatch.setattr("kpitui.readers.expansion_limits.USUAL_UNPACKED_BYTES", 10_000)
    content = io.BytesIO()
    row_count = 3_000 if len(cell) == 1 else 50
    pl.DataFrame({"worker": [cell] * row_count, "start_date": ["2018-10-01"] * row_count}).write_parquet(content)
    tables = read_beside_referrals(tmp_path, "social_workers.parquet", content.getvalue())
    assert "becomes more than 0 MB: save it as CSV" in tables


def test_a_parquet_file_without_text_is_read(tmp_path: Path) -> None:
    content = io.BytesIO()
    pl.DataFrame({"child": [1, 2], "referral_date": [date(2018, 10, 1)] * 2}).write_parquet(content)
    tables = read(tmp_path, {"referrals.parquet": content.getvalue()})
    assert counts(tables, "referrals") == (2, 2, 0)


@pytest.mark.parametrize(
    "days", [pl.Series([10**9, 0], dtype=pl.Int32), pl.Series([-(10**6), 0], dtype=pl.Int32)], ids=["late", "early"]
)
def test_a_day_that_no_calendar_has_is_named(tmp_path: Path, days: pl.Series) -> None:
    content = io.BytesIO()
    pl.DataFrame({"child": ["A", "B"], "referral_date": days.cast(pl.Date)}).write_parquet(content)
    tables = read(tmp_path, {"referrals.parquet": content.getvalue()})
    assert rows(tables, "referrals", "child", "referral_date") == [("B", date(1970, 1, 1))]
    (issue,) = said(tables)
    assert issue == (
        f"referrals.parquet:1: 1 date in referral_date could not be read: day {days[0]}. The row was left out."
    )


@pytest.mark.parametrize("unit", ["ms", "us"])
def test_a_time_that_no_calendar_has_is_named(tmp_path: Path, unit: str) -> None:
    content = io.BytesIO()
    times = pl.Series([2**62, 0], dtype=pl.Int64).cast(pl.Datetime(unit))  # type: ignore[arg-type]
    pl.DataFrame({"child": ["A", "B"], "referral_date": times}).write_parquet(content)
    tables = read(tmp_path, {"referrals.parquet": content.getvalue()})
    assert rows(tables, "referrals", "child", "referral_date") == [("B", date(1970, 1, 1))]


class LibraryPanicError(BaseException):
    """Stands for a panic of a library, which is no Exception."""


def fail() -> NoReturn:
    raise LibraryPanicError("a cell of the file")


@pytest.mark.parametrize("function_name", ["parse_table_rows", "check_table_rows"])
def test_whatever_a_library_raises_costs_one_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, function_name: str
) -> None:
    original = getattr(merge_files, function_name)

    def fail_on_workers(rows: object, table: CleanTable, *more: object) -> object:
        if table.name == "social_workers":
            fail()
        return original(rows, table, *more)

    monkeypatch.setattr(merge_files, function_name, fail_on_workers)
    tables = read_beside_referrals(tmp_path, "social_workers.csv", b"worker,start_date\nA,2018-10-01\n")
    assert tables == (
        "social_workers.csv: the file could not be read: it is damaged, or made in a way that kpitui cannot handle "
        "(LibraryPanicError). The file was not used."
    )


def test_of_files_cleaned_together_the_one_that_fails_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = engine.build_clean_tables

    def fail_on_a_word(raw_table: RawTable, layout: Layout) -> object:
        if "BAD" in raw_table.raw_rows["postcode"].to_list():
            fail()
        return original(raw_table, layout)

    monkeypatch.setattr(small_file_batches, "build_clean_tables", fail_on_a_word)
    header = "postcode,oseast1m,osnrth1m\n"
    files = {"a.csv": f"{header}RG401PG,481898,169430\n", "b.csv": f"{header}BAD,1,2\n", "referrals.csv": REFERRALS}
    tables = read(tmp_path, dict(files))
    assert counts(tables, "referrals") == (1, 1, 0)
    assert [issue.partition(":")[0] for issue in said(tables)] == ["b.csv"]
    assert "postcodes" not in tables.frames

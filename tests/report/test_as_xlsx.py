"""The workbook, read back: its sheets, what is frozen, and that texts stay texts."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import datetime
from typing import Any

import polars as pl
import pytest
from briefings import HOSTILE, NOW, entry, hostile_briefing, note, told

from kpitui.model.board import Count
from kpitui.model.drilldown import IndicatorCases
from kpitui.report.briefing.composer import Briefing
from kpitui.report.formats import render_briefing
from kpitui.text import clean_text

openpyxl = pytest.importorskip("openpyxl")
pytest.importorskip("xlsxwriter")
briefing_workbook = pytest.importorskip("kpitui.report.formats.briefing_workbook")
# It reads no sparklines, and says so.
pytestmark = pytest.mark.filterwarnings("ignore:Sparkline Group extension:UserWarning")


def opened(cells: Briefing) -> Any:
    return openpyxl.load_workbook(io.BytesIO(render_briefing(cells, "xlsx")))


def rows(sheet: Any) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def briefing() -> Briefing:
    red = entry("A1", (5, 10), notes=(note("reason", "Because."),), made_up=True)
    columns = ("urn", "name", "numerator", "denominator", "counted", "left_out_because")
    facts = (("1", "One", 1, 1, True, None), ("2", "Other", 0, 0, False, "closed"))
    cases = IndicatorCases(red, red.indicator.rule, NOW, pl.DataFrame(facts, columns, orient="row"), "urn")
    return told(red, entry("B1", theme="Care"), cases=(cases,))


def test_there_is_a_sheet_for_each_part_and_cases_in_the_internal_view_alone() -> None:
    names = ["Summary", "Reasons", "Trend", "Paper", "What changed", "Cases", "Definitions"]
    assert opened(briefing()).sheetnames == names
    public = opened(told(entry("A1"), public=True)).sheetnames
    assert public == [name for name in names if name != "Cases"]


def test_heads_are_frozen_and_columns_are_wide_enough_for_them() -> None:
    book = opened(briefing())
    frozen = {name: book[name].freeze_panes for name in book.sheetnames}
    assert frozen == {
        "Summary": "C7", "Reasons": "C7", "Trend": "D7", "Paper": None, "What changed": None,
        "Cases": "B7", "Definitions": "C7",
    }  # fmt: skip
    for name in ("Summary", "Reasons", "Cases", "Definitions"):
        # Neighbours of one width are one entry.
        sizes = [
            (column_dimension.min, column_dimension.max, column_dimension.width)
            for column_dimension in book[name].column_dimensions.values()
        ]
        for cell in book[name][6]:
            (width,) = [size for first, last, size in sizes if first <= cell.column <= last]
            assert width >= len(cell.value), cell.value


def test_numbers_are_numbers_as_they_were_computed() -> None:
    book = opened(briefing())
    heads, row = rows(book["Summary"])[5:7]
    cells = dict(zip(heads, row, strict=True))
    assert (cells["Code"], cells["Value"], cells["Numerator"], cells["Denominator"]) == ("A1†", 50, 5, 10)
    assert (cells["As printed"], cells["Status"], cells["Target"]) == ("50.0%*", "■ Red", 75)
    assert cells["Since Q2 2018/19"] == "worse by 20.0 points"
    trend = rows(book["Trend"])[5:7]
    assert trend[0][3:] == ["Q3 2017/18", "Q2 2018/19", "Q3 2018/19", "Jan 2019, provisional"]
    assert trend[1][3:] == [50, 70, 50, 75]


def test_cases_add_up_to_the_number_and_say_why_others_are_left_out() -> None:
    sheet = opened(briefing())["Cases"]
    assert [row[:7] for row in rows(sheet)[6:]] == [
        ["A1", "2018-19 Q3", "1", "Y", None, 1, 1],
        ["A1", "2018-19 Q3", "2", "N", "closed", 0, 0],
    ]
    assert [row[7:] for row in rows(sheet)[5:]] == [["name"], ["One"], ["Other"]]  # a column for each of theirs
    assert sheet.auto_filter.ref == "A6:H8"


def test_each_indicator_has_a_sparkline_over_its_official_periods() -> None:
    with zipfile.ZipFile(io.BytesIO(render_briefing(briefing(), "xlsx"))) as archive:
        sheet = archive.read("xl/worksheets/sheet3.xml").decode()
    assert sheet.count("<x14:sparkline>") == 2
    assert "<xm:f>'Trend'!D7:F7</xm:f><xm:sqref>C7</xm:sqref>" in sheet


def test_what_is_hidden_is_a_word_and_not_a_number() -> None:
    hidden_entry = entry("A1")
    hidden = Count(float("nan"), 10)
    board = told(replace(hidden_entry, point=replace(hidden_entry.point, count=hidden)), public=True)
    heads, row = rows(opened(board)["Summary"])[5:7]
    told_of = dict(zip(heads, row, strict=True))
    assert (told_of["Numerator"], told_of["Denominator"]) == ("not shown", 10)


@pytest.mark.parametrize("public", [False, True])
def test_hostile_text_is_a_string_never_a_formula_nor_a_link(public: bool) -> None:
    content = render_briefing(hostile_briefing(public=public), "xlsx")
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert not any(cell.hyperlink for cell in cells)
    assert clean_text(f"Title of A1{HOSTILE}") in {cell.value for cell in cells}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert not any("<f>" in text or "hyperlink" in text for text in parts.values())
    assert not any(name.startswith(("xl/externalLinks", "xl/vba")) for name in parts)


def test_the_view_is_said_on_every_sheet_and_its_printed_pages() -> None:
    for sheet in opened(briefing()):
        assert str(sheet["A3"].value).startswith("INTERNAL")
        assert sheet.oddFooter.left.text.startswith("INTERNAL")


def test_its_dates_are_those_of_the_meeting() -> None:
    properties = opened(briefing()).properties
    assert properties.created == datetime(2019, 3, 25)
    assert properties.title == "Children's services performance"


@pytest.mark.parametrize("letter", ["a", "\N{FOX FACE}"])
def test_a_text_longer_than_a_cell_goes_on_in_a_sheet_of_its_own(letter: str) -> None:
    long = f"{letter * 40_000} end"
    book = opened(told(entry("A1", (5, 10), notes=(note("reason", long),))))
    value = book["Reasons"]["E7"].value
    begin, _, where = value.partition(" … ")
    assert where == "(continued on the sheet Long texts, row 7)"
    text_rows = rows(book["Long texts"])[6:]
    assert [row[:2] for row in text_rows] == [["Reasons", "E7"]] * 2
    assert begin + "".join(row[2] for row in text_rows) == long
    assert all(len(text.encode("utf-16-le")) <= 2 * 32_767 for text in (value, *(row[2] for row in text_rows)))


def test_a_text_as_long_as_a_cell_stays_in_it() -> None:
    book = opened(told(entry("A1", (5, 10), notes=(note("reason", "a" * 32_767),))))
    assert book["Reasons"]["E7"].value == "a" * 32_767
    assert "Long texts" not in book.sheetnames


def test_more_cases_than_a_sheet_has_rows_go_on_in_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(briefing_workbook, "MAX_SHEET_ROWS", 7)
    book = opened(briefing())
    assert [[row[2] for row in rows(book[name])[6:]] for name in ("Cases", "Cases 2")] == [["1"], ["2"]]

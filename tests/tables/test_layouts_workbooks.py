"""Workbooks and packed files: what stands in them is known as it is in files of its own."""

from __future__ import annotations

import builtins
import gzip
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from folders import counts, read, rows, said, sheet
from hypothesis import given, settings
from hypothesis import strategies as st
from test_layouts_ofsted_schools import graded
from test_tables_fuzz import looked_at, mutated
from workbooks import Sheets, ods, xlsx, zipped

from kpitui.tables import packed, sheets

pytest.importorskip("python_calamine")

WHO = ("Child Unique ID", "Gender", "Ethnicity", "Date of Birth")
ANNEX_A: Sheets = {
    "Cover": [["Annex A"], ["Council", "Wokingham"]],
    "List 3": [
        [*WHO, "Date of Referral", "Referral Source", "Referral NFA?"],
        [6537810.0, "a) Male", "a) WBRI", date(2004, 7, 18), date(2020, 9, 16), "s) 8: Other",
         "No"],
        ["007", "Female", "", None, date(2020, 9, 17), "Police", "a) Yes"],
        ["", "", "", None, None, "", ""],
    ],
    "List 7": [
        [*WHO, "Child Protection Plan Start Date", "Initial Category of Abuse",
         "Child Protection Plan End Date", "Number of Previous Child Protection Plans"],
        [6537810.0, "a) Male", "a) WBRI", date(2004, 7, 18), date(2020, 11, 23),
         "Physical\xa0abuse",
         None, 1.0],
        [6537810.0, "a) Male", "a) WBRI", date(2004, 7, 18), date(2020, 11, 23), "Physical abuse",
         None, 1.0],
    ],
    "List 8": [
        [*WHO, "Date Started to be Looked After"],
        [5.0, "b) Female", "k) APKN", date(2010, 1, 2), date(2019, 1, 2)],
    ],
    "List 6": [[*WHO, "CIN Start Date"], [1.0, "", "", None, None]],
}  # fmt: skip


@pytest.mark.parametrize(("made", "ending"), [(xlsx, "xlsx"), (ods, "ods")])
def test_annex_a(tmp_path: Path, made: Callable[[Sheets], bytes], ending: str) -> None:
    tables = read(tmp_path, {f"a.{ending}": made(ANNEX_A)})
    assert rows(tables, "referrals", "child", "referral_date", "source", "nfa") == [
        ("007", date(2020, 9, 17), "Police", "Y"),
        ("6537810", date(2020, 9, 16), "8", "N"),
    ]
    assert rows(tables, "protection_plans", "child", "start_date", "category", "previous_plans") \
        == [("6537810", date(2020, 11, 23), "Physical abuse", 1.0)]  # fmt: skip
    assert rows(tables, "children", "child", "dob", "sex", "ethnic") == [
        ("5", date(2010, 1, 2), "F", "APKN"),
        ("6537810", date(2004, 7, 18), "M", "WBRI"),
    ]
    assert said(tables) == [
        f"a.{ending}[List 7]:3: a second row of one child and start_date: row left out"
    ]


@pytest.mark.parametrize(("made", "ending"), [(xlsx, "xlsx"), (ods, "ods")])
def test_ofsted_schools_under_title_lines(
    tmp_path: Path, made: Callable[[Sheets], bytes], ending: str
) -> None:
    school = graded("121646", "x", "2")
    cells = [date(2018, 9, 12) if cell == "x" else cell for cell in school.values()]
    book: Sheets = {
        "Contents": [["Most recent inspections"]],
        "Most recent inspections": [["State-funded schools"], [], [*school], cells],
    }
    tables = read(tmp_path, {f"mi.{ending}": made(book)})
    assert rows(tables, "school_inspections", "urn", "inspection_date", "overall") == [
        ("121646", date(2018, 9, 12), "2")
    ]
    assert said(tables) == []


def test_packed_files_are_read_as_they_are_unpacked(tmp_path: Path) -> None:
    school = sheet(graded("1", "12/09/2018", "2")).encode()
    other = sheet(graded("2", "12/09/2018", "2")).encode()
    files = {
        "a.csv.gz": gzip.compress(school),
        "b.zip": zipped({"x/mi.csv": other, "readme.txt": b"x", "__MACOSX/mi.csv": b"x"}),
    }
    tables = read(tmp_path, dict(files))
    assert rows(tables, "schools", "urn") == [("1",), ("2",)]
    assert [Path(one.file).name for one in tables.sources if one.table == "schools"] == [
        "a.csv.gz[a.csv]", "mi.csv]"
    ]  # fmt: skip
    assert counts(read(tmp_path / "c", {"d.zip": zipped({"a.xlsx": xlsx(ANNEX_A)})}), "referrals") \
        == (2, 2, 0)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.zip", b"x", "cannot be unpacked: File is not a zip file"),
        ("a.zip", zipped({}), "is none of the files that are known: nothing in it"),
        ("a.zip", zipped({"a.csv": b"x,y\n"}), "has a.csv, which is none of the files"),
        ("a.csv.gz", b"x", "cannot be read: Not a gzipped file"),
        ("a.csv.gz", gzip.compress(b"x" * 9, mtime=0)[:-9], "cannot be unpacked: "),
        ("a.xlsx", b"x", "is not a workbook that can be read: "),
        ("a.ods", zipped({"x": b""}), "is not a workbook that can be read: "),
        ("a.xlsx", xlsx({"A": [["x", "y"], ["1", "2"]]}), "is none of the files that are known: "),
        ("a.xlsx", xlsx({"A": []}), "is none of the files that are known: no line"),
    ],
    ids=range(9),
)
def test_what_cannot_be_read(tmp_path: Path, name: str, content: bytes, told: str) -> None:
    (issue,) = said(read(tmp_path, {name: content}))
    assert issue.startswith(f"{name}: {told}")


def test_what_unpacks_to_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "MOST_BYTES", 1_000)
    monkeypatch.setattr(sheets, "MOST_BYTES", 1_000)
    monkeypatch.setattr(sheets, "MOST_CELLS", 10)
    many = b"x" * 2_000
    files = {
        "a.csv.gz": gzip.compress(many), "b.zip": zipped({"b.csv": many}),
        "c.xlsx": xlsx(ANNEX_A),
    }  # fmt: skip
    told = [issue.partition(": ")[2].split(":")[0] for issue in said(read(tmp_path, dict(files)))]
    assert told == ["unpacks to more than 0 GB"] * 3


def test_without_the_reader_of_workbooks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = builtins.__import__

    def refuse(name: str, *more: Any) -> Any:
        if name == "python_calamine":
            raise ImportError(name)
        return original(name, *more)

    monkeypatch.setattr(builtins, "__import__", refuse)
    assert said(read(tmp_path, {"a.xlsx": xlsx(ANNEX_A)})) == [
        "a.xlsx: is a workbook: save its sheets as CSV, or install kpitui[sheets] to read it"
    ]


BOOKS = {"xlsx": xlsx(ANNEX_A), "ods": ods(ANNEX_A)}


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_mutated_workbooks(data: st.DataObject) -> None:
    ending = data.draw(st.sampled_from(sorted(BOOKS)))
    draw = st.composite(lambda draw: mutated(draw, BOOKS[ending]))
    looked_at({f"x.{ending}": data.draw(draw())})

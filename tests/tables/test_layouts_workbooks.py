"""Workbooks and packed files: what stands in them is known as it is in files of its own."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from folders import counts, read, rows, said, sheet
from hypothesis import given, settings
from hypothesis import strategies as st
from test_layouts_ofsted_schools import graded
from test_tables_fuzz import looked_at, mutated
from workbooks import Cell, Percentage, Sheets, ods, xlsx, zipped

from kpitui.readers import expansion_limits, workbooks

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
        [*WHO, "Date Started to be Looked After", "Date of Last Health Assessment", "Date of Last Dental Check"],
        [5.0, "b) Female", "k) APKN", date(2010, 1, 2), date(2019, 1, 2), date(2020, 5, 27), None],
    ],
    "List 6": [
        [*WHO, "CIN Start Date", "Primary Need Code", "CIN Closure Date", "Reason for Closure"],
        [5.0, "b) Female", "k) APKN", date(2010, 1, 2), date(2020, 1, 2), "N1 - Abuse or Neglect", date(2020, 9, 1),
         "RC8 - Case closed after assessment"],
    ],
    "List 9": [[*WHO, "Eligibility Category"], [1.0, "", "", None, None]],
    "List 10": [
        [*WHO, "Date the Child Entered Care", "Date of Placement Order",
         "Date of Decision that Child Should be Placed for Adoption"],
        [5.0, "b) Female", "k) APKN", date(2010, 1, 2), date(2019, 1, 2), date(2020, 3, 1), date(2020, 2, 1)],
    ],
}  # fmt: skip


@pytest.mark.parametrize(("write_book", "ending"), [(xlsx, "xlsx"), (ods, "ods")])
def test_annex_a(tmp_path: Path, write_book: Callable[[Sheets], bytes], ending: str) -> None:
    tables = read(tmp_path, {f"a.{ending}": write_book(ANNEX_A)})
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
    assert rows(tables, "need_episodes", "child", "referral_date", "closure_reason", "primary_need") == [
        ("5", date(2020, 1, 2), "RC8", "N1")
    ]
    assert rows(tables, "health", "child", "kind", "date") == [("5", "assessment", date(2020, 5, 27))]
    assert rows(tables, "adoptions", "child", "decision_date", "order_date") == [
        ("5", date(2020, 2, 1), date(2020, 3, 1))
    ]
    assert rows(tables, "care_episodes", "child", "decom", "rne", "dec") == [("5", date(2019, 1, 2), "S", None)]
    assert [line for line in said(tables) if "List 7" in line] == [
        f"a.{ending}[List 7]:3: 1 duplicate row, with the same child and start_date. The row was left out."
    ]


LIST_3 = ["Child Unique ID", "Gender", "Ethnicity", "Date of Birth", "Date of Referral",
          "Referral Source", "Referral NFA?"]  # fmt: skip


def referral(**cells: str) -> str:
    """List 3 as CSV, with one row."""
    usual = ["7", "F", "WBRI", "18/07/2004", "16/09/2020", "1A", "No"]
    row = {**dict(zip(LIST_3, usual, strict=True)), **{_COLUMN[name]: cells[name] for name in cells}}
    return sheet(row)


_COLUMN = {"gender": "Gender", "source": "Referral Source", "nfa": "Referral NFA?",
           "ethnic": "Ethnicity", "day": "Date of Referral"}  # fmt: skip


@pytest.mark.parametrize(
    ("column", "spelling", "table", "clean_column", "expected"),
    [
        *[("gender", cell, "children", "sex", "F")
          for cell in ("b) Female", "female", "F", "2", "B) FEMALE", "2 - Female", "\xa0Female ")],
        *[("gender", cell, "children", "sex", "M") for cell in ("a) Male", "m", "1", "Male\xa0")],
        *[("gender", cell, "children", "sex", "U")
          for cell in ("c) Not stated/recorded", "d) Neither")],
        *[("ethnic", cell, "children", "ethnic", "WBRI")
          for cell in ("a) WBRI", "WBRI", "WBRI - White British", "a)\xa0WBRI")],
        *[("source", cell, "referrals", "source", "3D")
          for cell in ("j) 3D: Health services", "3D", "3d: health", "3D - Health", "J)3D:\xa0x")],
        *[("nfa", cell, "referrals", "nfa", "N") for cell in ("b) No", "No", "n", "0", "N - none")],
        *[("nfa", cell, "referrals", "nfa", "Y") for cell in ("a) Yes", "YES", "y", "1")],
        *[("nfa", cell, "referrals", "nfa", None)
          for cell in ("", "N/A", "#N/A", "Not recorded", "\xa0")],
        *[("day", cell, "referrals", "referral_date", date(2020, 9, 16))
          for cell in ("16/09/2020", "2020-09-16", "16/09/2020 00:00:00", "16/09/2020 00:00")],
    ],
)  # fmt: skip
def test_spellings_of_annex_a(
    tmp_path: Path, column: str, spelling: str, table: str, clean_column: str, expected: object
) -> None:
    tables = read(tmp_path, {"list 3.csv": referral(**{column: spelling})})
    assert rows(tables, table, clean_column) == [(expected,)]
    assert said(tables) == []


def test_columns_of_annex_a_in_curly_quotes_and_with_odd_spaces(tmp_path: Path) -> None:
    """List 8 as it comes: an unbalanced bracket, curly quotes, a space at the end of a name."""
    names = [
        *WHO,
        "Unaccompanied Asylum Seeking Child (UASC) within the Last 12 Months (Y/N))",
        "Date\xa0Started to be  Looked After ",
        "Child\u2019s Legal Status",
        "Number of Episodes the Child has been \u2018Missing\u2019 from their Placement",
    ]
    cells: list[Cell] = ["5", "b) Female", "k) APKN", date(2010, 1, 2), "b) No", date(2019, 1, 2),
             "C2: FCO", 0.0]  # fmt: skip
    tables = read(tmp_path, {"a.xlsx": xlsx({"List 8": [names, cells]})})
    assert rows(tables, "children", "child", "dob") == [("5", date(2010, 1, 2))]
    assert rows(tables, "care_episodes", "child", "decom", "ls") == [("5", date(2019, 1, 2), "C2")]


def test_a_row_of_totals_under_a_list(tmp_path: Path) -> None:
    text = referral() + "Total,,,,,,1\n"
    tables = read(tmp_path, {"list 3.csv": text})
    assert rows(tables, "referrals", "child") == [("7",)]
    assert said(tables) == ["list 3.csv:3: 1 row is a total. The row was left out."]
    assert counts(tables, "referrals") == (2, 1, 1)


@pytest.mark.parametrize(("write_book", "ending"), [(xlsx, "xlsx"), (ods, "ods")])
def test_ofsted_schools_under_title_lines(tmp_path: Path, write_book: Callable[[Sheets], bytes], ending: str) -> None:
    school = graded("121646", "x", "2")
    cells = [date(2018, 9, 12) if cell == "x" else cell for cell in school.values()]
    book: Sheets = {
        "Contents": [["Most recent inspections"]],
        "Most recent inspections": [["State-funded schools"], [], [*school], cells],
    }
    tables = read(tmp_path, {f"mi.{ending}": write_book(book)})
    assert rows(tables, "school_inspections", "urn", "inspection_date", "overall") == [
        ("121646", date(2018, 9, 12), "2")
    ]
    assert said(tables) == []


def test_packed_files_are_read_as_they_are_unpacked(tmp_path: Path) -> None:
    school = sheet(graded("1", "12/09/2018", "2")).encode()
    content = sheet(graded("2", "12/09/2018", "2")).encode()
    files = {
        "a.csv.gz": gzip.compress(school),
        "b.zip": zipped({"x/mi.csv": content, "readme.txt": b"x", "__MACOSX/mi.csv": b"x"}),
    }
    tables = read(tmp_path, dict(files))
    assert rows(tables, "schools", "urn") == [("1",), ("2",)]
    assert [
        (Path(source.file).name, source.file_section) for source in tables.sources if source.table == "schools"
    ] == [("a.csv.gz", "a.csv"), ("b.zip", "x/mi.csv")]
    assert counts(read(tmp_path / "c", {"d.zip": zipped({"a.xlsx": xlsx(ANNEX_A)})}), "referrals") \
        == (2, 2, 0)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.zip", b"x", "could not be unpacked: File is not a zip file"),
        ("a.zip", zipped({}), "no file in it ends in .csv, .tsv"),
        ("a.csv.gz", b"x", "the file could not be read: Not a gzipped file"),
        ("a.csv.gz", gzip.compress(b"x" * 9, mtime=0)[:-9], "could not be unpacked: "),
        ("a.xlsx", b"x", "named like a workbook, but it is not one"),
        ("a.ods", zipped({"x": b""}), "not a workbook that can be read: "),
        ("a.xlsx", xlsx({"A": [["x", "y"], ["1", "2"]]}), "not recognised: its columns are x, y"),
        ("a.xlsx", xlsx({"A": []}), "not recognised: none of its first lines is a header"),
    ],
    ids=range(8),
)
def test_what_cannot_be_read(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    (issue,) = said(read(tmp_path, {name: content}))
    assert issue.startswith(f"{name}: {message}")


def test_what_unpacks_to_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expansion_limits, "LARGEST_UNPACKED_BYTES", 1_000)
    content = b"x" * 2_000
    files = {
        "a.csv.gz": gzip.compress(content), "b.zip": zipped({"b.csv": content}),
        "c.xlsx": xlsx(ANNEX_A),
    }  # fmt: skip
    message = [issue.partition(": ")[2].split(":")[0] for issue in said(read(tmp_path, dict(files)))]
    assert message == ["unpacks to more than 0 MB"] * 3


def test_without_the_reader_of_workbooks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "find_spec", lambda name: None)
    assert said(read(tmp_path, {"a.xlsx": xlsx(ANNEX_A)})) == [
        "a.xlsx: this is a workbook: save its sheets as CSV, or let kpitui read workbooks with "
        ".venv/bin/pip install '.[sheets]'. The file was not used."
    ]


BOOKS = {"xlsx": xlsx(ANNEX_A), "ods": ods(ANNEX_A)}


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_mutated_workbooks(data: st.DataObject) -> None:
    ending = data.draw(st.sampled_from(sorted(BOOKS)))
    draw = st.composite(lambda draw: mutated(draw, BOOKS[ending]))
    looked_at({f"x.{ending}": data.draw(draw())})


def test_a_hidden_sheet_is_not_read_and_is_named(tmp_path: Path) -> None:
    tables = read(tmp_path, {"a.xlsx": xlsx(ANNEX_A, hidden=["List 3", "Cover"])})
    assert "referrals" not in tables.frames
    assert len(rows(tables, "protection_plans", "child")) == 1
    assert [line for line in said(tables) if "hidden" in line] == [
        "a.xlsx[List 3]: the sheet is hidden. It was left alone; show it if it should be read."
    ]


def test_rows_that_are_filtered_away_are_read_and_told(tmp_path: Path) -> None:
    tables = read(tmp_path, {"a.xlsx": xlsx({"List 3": ANNEX_A["List 3"]}, hidden_rows=[3])})
    assert len(rows(tables, "referrals", "child")) == 2
    assert said(tables) == ["a.xlsx: rows hidden or filtered away in the workbook: 1. They were read like all others."]


def test_a_cell_that_shows_a_percentage_is_what_it_shows(tmp_path: Path) -> None:
    """The cells keep 0.219 and show 21.9%; a share of a post stays a share."""
    published: list[list[Cell]] = [
        ["Rates of councils"],
        [],
        [None, "area", "indicator", "period", "value", "numerator"],
        [None, "England", "repeat-referrals", "2018-19", Percentage(0.219), 12.0],
        [None, "Wokingham", "repeat-referrals", "2018-19", 16.6, 5.0],
        [None, "Slough", "repeat-referrals", "2018-19", Percentage(1), None],
    ]
    posts: list[list[Cell]] = [["worker", "start_date", "fte"], ["1", date(2018, 1, 1), Percentage(0.5)]]
    tables = read(tmp_path, {"rates.xlsx": xlsx({"Rates": published}), "social_workers.xlsx": xlsx({"Posts": posts})})
    assert rows(tables, "published_series", "area", "value", "numerator") == [
        ("England", 21.9, 12.0), ("Slough", 100.0, None), ("Wokingham", 16.6, 5.0),
    ]  # fmt: skip
    assert rows(tables, "social_workers", "worker", "fte") == [("1", 0.5)]


@pytest.mark.parametrize(
    ("numbers", "earlier"),
    [
        (("0", "2", "1"), [0.0, 2.0, 1.0]),
        # Nobody has none: the list counts the referral itself.
        (("1", "3", "2"), [0.0, 2.0, 1.0]),
        (("", "1", "n/a"), [None, 0.0, None]),
    ],
)
def test_list_3_says_how_often_a_child_was_referred_before(
    tmp_path: Path, numbers: tuple[str, str, str], earlier: list[float | None]
) -> None:
    usual = dict(zip(LIST_3, ("", "F", "WBRI", "18/07/2004", "16/09/2020", "1A", "No"), strict=True))
    text = sheet(
        *(
            {**usual, "Child Unique ID": str(child), "Number of Referrals in Last 12 Months": number}
            for child, number in enumerate(numbers)
        )
    )
    assert [
        row[1] for row in rows(read(tmp_path, {"l3.csv": text}), "referrals", "child", "earlier_referrals")
    ] == earlier


LIST_8 = (
    "Child Unique ID,Date of Birth,Date Started to be Looked After,Child's Legal Status,Date Ceased to be Looked After,"
    "Reason Ceased to be Looked After,Start Date of Most Recent Placement,Placement Type\n"
    "1,01/02/2010,06/08/2019,C2: FCO,,,02/11/2019,f) U6: Foster placement - not FFA\n"
    "2,01/02/2011,06/08/2019,E1: Placement order,01/02/2020,k) E47: Special Guardianship Orders,06/08/2019,a) A5\n"
)


def test_list_8_has_the_latest_placement_and_the_time_before(tmp_path: Path) -> None:
    tables = read(tmp_path, {"l8.csv": LIST_8})
    columns = ("child", "decom", "rne", "ls", "place", "dec", "rec")
    assert rows(tables, "care_episodes", *columns) == [
        ("1", date(2019, 8, 6), "S", None, None, date(2019, 11, 2), "X1"),
        ("1", date(2019, 11, 2), None, "C2", "U6", None, None),
        ("2", date(2019, 8, 6), "S", "E1", "A5", date(2020, 2, 1), "E47"),
    ]
    assert "care-of-list-8" in {issue.code for issue in tables.issues}


def test_list_8_gives_way_to_the_return(tmp_path: Path) -> None:
    episodes = "CHILD,DECOM,RNE,LS,PLACE,DEC,REC\n9,06/08/2019,S,C2,U6,,\n"
    tables = read(tmp_path, {"l8.csv": LIST_8, "episodes.csv": episodes})
    assert rows(tables, "care_episodes", "child") == [("9",)]
    assert rows(tables, "children", "child") == [("1",), ("2",)]
    assert [issue.code for issue in tables.issues if Path(issue.file).name == "l8.csv"] == ["fallback-not-needed"]

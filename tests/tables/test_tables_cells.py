"""Cells by the type of their column: what is read, what is missing, what is said."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from folders import counts, read, rows, said

from kpitui.tables.issue_log import MAX_LISTED_LINES
from kpitui.text import clean_text

NOT_READ = "school_inspections.csv:2: 1 date in publication_date could not be read: {}. The cell was read as missing."


def inspections(place: Path, column: str, *cells: str) -> tuple[list[object], list[str]]:
    """Cells of one column of the inspections, a school each; what became of them, what is said."""
    lines = [f'{n},2018-10-01,graded,"{cell}"' for n, cell in enumerate(cells, 101)]
    header = f"urn,inspection_date,kind,{column}"
    tables = read(place, {"school_inspections.csv": "\n".join([header, *lines])})
    grade_cells = [row[1] for row in rows(tables, "school_inspections", "urn", column)]
    return grade_cells, said(tables)


@pytest.mark.parametrize("mark", ["NULL", "null", "N/A", "NaN", "None", "#N/A"])
def test_marks_for_missing_cells_are_named_once(tmp_path: Path, mark: str) -> None:
    cells, issues = inspections(tmp_path, "overall", mark, "2", mark, "")
    assert cells == [None, "2", None, None]
    assert issues == [
        f"school_inspections.csv:2: 2 cells of overall say {mark}, on lines 2 and 4. The cells were read as missing."
    ]


@pytest.mark.parametrize(
    ("cell_text", "day"),
    [
        ("2018-12-31", date(2018, 12, 31)),
        (" 2018-12-31 ", date(2018, 12, 31)),
        ("2018-12-31T00:00:00", date(2018, 12, 31)),
        ("2018-12-31 00:00:00.000", date(2018, 12, 31)),
        ("2018-12-31 00:00", date(2018, 12, 31)),
        ("31/12/2018", date(2018, 12, 31)),
        ("1/2/2018", date(2018, 2, 1)),
        ("2020-02-29", date(2020, 2, 29)),
        ("1800-01-01", date(1800, 1, 1)),
        ("31/12/2100", date(2100, 12, 31)),
        ("2018-1-2", date(2018, 1, 2)),
        ("31.12.2018", date(2018, 12, 31)),
        ("5-7-2018", date(2018, 7, 5)),
        ("2018-12-31T10:30:00", date(2018, 12, 31)),
        ("2018-12-31 14:30:00.000", date(2018, 12, 31)),
        ("31/12/2018 23:59", date(2018, 12, 31)),
        ("31/12/2018 11:59:00 PM", date(2018, 12, 31)),
        ("05-Oct-2018", date(2018, 10, 5)),
        ("05 October 2018", date(2018, 10, 5)),
        ("2018-Oct-05 00:00:00", date(2018, 10, 5)),
        ("Oct  5 2018 12:00AM", date(2018, 10, 5)),
        ("5th Sept 2018", date(2018, 9, 5)),
        ("20181005", date(2018, 10, 5)),
        ("Friday, 5 October 2018", date(2018, 10, 5)),
        # By the clock of England, which is an hour ahead of UTC from March to October.
        ("2018-09-30T23:00Z", date(2018, 10, 1)),
        ("2018-09-30T22:59Z", date(2018, 9, 30)),
        ("2018-12-31T23:59:59Z", date(2018, 12, 31)),
        ("2018-10-05T00:00:00.000+01:00", date(2018, 10, 5)),
        ("2018-10-05 00:00:00 +05:30", date(2018, 10, 4)),
    ],
)
def test_dates(tmp_path: Path, cell_text: str, day: date) -> None:
    cells, issues = inspections(tmp_path, "publication_date", cell_text)
    assert cells == [day]
    assert not any("could not be read" in issue for issue in issues)


@pytest.mark.parametrize(
    "cell_text",
    [
        "2019-02-29", "31/02/2018", "31-Feb-2018", "18-12-31", "31/12/18", "05-Oct-18",
        "43465", "05102018", "20181305", "2018-12-31T24:30:00", "2018-12-31T10:60Z", "31/Fun/2018", "today",
        "+2018-12-31", "\uff12018-12-31", "2018-12-31\n2018-12-31",
    ],
)  # fmt: skip
def test_what_is_no_date(tmp_path: Path, cell_text: str) -> None:
    cells, issues = inspections(tmp_path, "publication_date", cell_text)
    assert cells == [None]
    assert issues[-1] == NOT_READ.format(clean_text(cell_text))


def test_a_column_that_is_written_month_first_is_doubted_as_a_whole(tmp_path: Path) -> None:
    # 03/04/2018 could be read day first, and would be read wrong.
    cells, issues = inspections(tmp_path, "publication_date", "03/04/2018", "2018-11-06", "12/31/2018", "01/13/2018")
    assert cells == [None, date(2018, 11, 6), None, None]
    assert issues == [
        "school_inspections.csv:2: publication_date seems to be written month first: 3 dates were not read, on lines "
        "2, 4 and 5: 03/04/2018, 12/31/2018, 01/13/2018. The cells were read as missing. If it is, say "
        'dates = "month first" for this file in the config.'
    ]


def test_one_slip_does_not_make_a_column_month_first(tmp_path: Path) -> None:
    cells, issues = inspections(tmp_path, "publication_date", "31/12/2018", "30/11/2018", "12/31/2018", "01/11/2018")
    assert cells == [date(2018, 12, 31), date(2018, 11, 30), None, date(2018, 11, 1)]
    assert issues[-1] == (
        "school_inspections.csv:4: 1 date in publication_date could not be read: 12/31/2018. "
        "The cell was read as missing."
    )


@pytest.mark.parametrize(
    "cell_text", ["0000-01-01", "01/01/0000", "0999-01-01", "1799-12-31", "2101-01-01", "2919-01-01", "31/12/9998"]
)
def test_what_is_a_slip_of_the_hand(tmp_path: Path, cell_text: str) -> None:
    cells, issues = inspections(tmp_path, "publication_date", "2018-12-31", cell_text)
    assert cells == [date(2018, 12, 31), None]
    assert issues == [
        f"school_inspections.csv:3: 1 date in publication_date is before 1800 or after 2100: {cell_text}. "
        "The cell was read as missing."
    ]


def test_day_first_dates_are_named_once(tmp_path: Path) -> None:
    cells, issues = inspections(tmp_path, "publication_date", "2018-12-31", "31/12/2018", "1/1/2019")
    assert cells == [date(2018, 12, 31), date(2018, 12, 31), date(2019, 1, 1)]
    assert issues == [
        "school_inspections.csv:3: 2 dates in publication_date are written day first, on lines 3 and 4: "
        "31/12/2018, 1/1/2019. Read as day/month/year."
    ]


def test_ids_are_text(tmp_path: Path) -> None:
    text = "child,referral_date\n007,2018-10-01\n121646.0,2018-10-01\nA1.0,2018-10-01\n"
    tables = read(tmp_path, {"referrals.csv": text})
    assert [row[0] for row in rows(tables, "referrals", "child")] == ["007", "121646", "A1.0"]
    assert said(tables) == ["referrals.csv:3: 1 id in child ends in .0: 121646.0. Read without it."]


def test_codes_in_other_capitals_are_known(tmp_path: Path) -> None:
    cells, issues = inspections(tmp_path, "inclusion", "strong STANDARD", "Urgent improvement")
    assert cells == ["Strong standard", "Urgent improvement"]
    assert issues == []


def test_unknown_codes_are_kept_and_named(tmp_path: Path) -> None:
    cells, issues = inspections(tmp_path, "overall", "2.0", "9", "Fair", "Good", "requires IMPROVEMENT")
    assert cells == ["2", "9", "Fair", "2", "3"]
    assert issues == [
        "school_inspections.csv:3: 2 cells of overall have codes that are not known, on lines 3 and 4: 9, Fair. "
        "The cells were kept."
    ]


@pytest.mark.parametrize(
    ("cell_text", "read_as"),
    [("Y", "Y"), ("yes", "Y"), ("1", "Y"), ("True", "Y"), ("n", "N"), ("NO", "N"), ("0", "N"), ("-1", "Y"),
     ("false", "N"), ("maybe", None), ("", None)],
)  # fmt: skip
def test_yes_and_no(tmp_path: Path, cell_text: str, read_as: str | None) -> None:
    text = f"child,visit_date,seen,setting\nA,2018-10-01,{cell_text},Home\n"
    tables = read(tmp_path, {"protection_visits.csv": text})
    assert rows(tables, "protection_visits", "seen") == [(read_as,)]
    unread = "protection_visits.csv:2: 1 cell of seen should be Y or N: maybe. The cell was read as missing."
    assert (unread in said(tables)) == (cell_text == "maybe")


@pytest.mark.parametrize(
    ("cell_text", "number"),
    [("12", 12.0), (" 0.5 ", 0.5), ("0", 0.0), ("1e3", 1000.0), ("inf", None),
     ("-Infinity", None), ("NaN", None), ("1e999", None), ("£5", None),
     ("5%", 5.0), ("21.9 %", 21.9), ("1,234", 1234.0), ("12,34", None), ("1,2345", None), ("12 miles", None)],
)  # fmt: skip
def test_numbers(tmp_path: Path, cell_text: str, number: float | None) -> None:
    text = f'urn,name,phase,la_code,open_date,pupils\n1,A,Primary,872,,"{cell_text}"\n'
    tables = read(tmp_path, {"schools.csv": text})
    assert rows(tables, "schools", "pupils") == [(number,)]
    assert bool(said(tables)) == (number is None)


def test_postcodes_are_upper_case_without_spaces(tmp_path: Path) -> None:
    text = "postcode,easting,northing\nrg40 1pg,481898,169430\nRG6  7HR,1,2\n"
    tables = read(tmp_path, {"postcodes.csv": text})
    assert [row[0] for row in rows(tables, "postcodes", "postcode")] == ["RG401PG", "RG67HR"]


def test_hostile_characters_are_replaced_and_counted(tmp_path: Path) -> None:
    text = "child,referral_date,source\nA,2018-10-01,ok\nB,2018-10-01,\x1b]52;c;aa\x07\u202e\n"
    tables = read(tmp_path, {"referrals.csv": text})
    assert rows(tables, "referrals", "source") == [("ok",), ("\ufffd]52;c;aa\ufffd\ufffd",)]
    assert said(tables) == [
        "referrals.csv:3: 3 control or invisible characters in source. Each was replaced by \ufffd."
    ]


def test_hostile_headings_and_names_of_files_are_clean(tmp_path: Path) -> None:
    files = {"referrals.csv": "child,referral_date,s\x1bource\n", "ref\x1berrals2.csv": "x"}
    tables = read(tmp_path, dict(files))
    assert "s\ufffdource" in tables.frames["referrals"].collect_schema().names()
    assert all("\x1b" not in issue_line for issue_line in said(tables))


def test_of_many_cells_of_a_kind_the_first_lines_are_kept_and_all_are_counted(tmp_path: Path) -> None:
    text = "urn,inspection_date,kind,overall\n" + "".join(f"{n},2018-10-01,graded,9\n" for n in range(1, 1235))
    (issue,) = read(tmp_path, {"school_inspections.csv": text}).issues
    assert (issue.code, issue.line, issue.occurrences) == ("code-not-known", 2, 1_234)
    assert issue.lines == tuple(range(2, 2 + MAX_LISTED_LINES))
    assert said(read(tmp_path, {}))[0] == (
        "school_inspections.csv:2: 1,234 cells of overall have codes that are not known, first on line 2: 9. "
        "The cells were kept."
    )


def test_rows_left_out_are_one_issue(tmp_path: Path) -> None:
    text = "child,referral_date\n" + "A,2018-10-01\n" * 1_235
    tables = read(tmp_path, {"referrals.csv": text})
    assert counts(tables, "referrals") == (1_235, 1, 1_234)
    assert said(tables) == [
        "referrals.csv:3: 1,234 duplicate rows, with the same child and referral_date, first on line 3. "
        "The rows were left out."
    ]

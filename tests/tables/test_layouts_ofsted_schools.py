"""Ofsted's files of state-funded schools, in the layouts of 2018 to 2026."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from folders import File, counts, folder_of, read, rows, said, sheet

from kpitui.board import build_board
from kpitui.council import open_council

SCHOOL = {
    "Web Link (opens in new window)": "http://x",
    "URN": "109842",
    "LAESTAB": "8722108",
    "School name": "St John's [CofE] School",
    "Ofsted phase": "Primary",
    "Type of education": "Community School",
    "School open date": "NULL",
    "Postcode": "RG40 1PG",
    "Total number of pupils": "363",
}
# The columns that a file has in any case, and NULL in them where there is nothing.
BLOCKS_2026 = {
    "Inspection start date": "NULL",
    "Publication date": "NULL",
    "URN at time of latest full inspection": "NULL",
    "Category of concern": "NULL",
    "Safeguarding standards": "NULL",
    "Inclusion": "NULL",
    "Inspection start date of latest OEIF graded inspection": "NULL",
    "Publication date of latest OEIF graded inspection": "NULL",
    "URN at time of latest OEIF graded inspection": "NULL",
    "Latest OEIF overall effectiveness": "NULL",
    "Latest OEIF  safeguarding is effective?": "NULL",
    "Latest OEIF sixth form provision (where applicable)": "9",
    "Date of latest ungraded inspection": "NULL",
    "Ungraded inspection publication date": "NULL",
    "URN at time of the ungraded inspection": "NULL",
    "Ungraded inspection overall outcome": "NULL",
}
INSPECTIONS = ("urn", "inspection_date", "kind", "overall", "outcome", "inclusion")


def test_2026_gives_schools_and_three_kinds_of_inspections(tmp_path: Path) -> None:
    school_cells = {
        **SCHOOL,
        **BLOCKS_2026,
        "Inspection start date": "03/02/2026",
        "Publication date": "01/03/2026",
        "URN at time of latest full inspection": "109842",
        "Safeguarding standards": "Met",
        "Inclusion": "Strong standard",
        "Inspection start date of latest OEIF graded inspection": "10/12/2024",
        "URN at time of latest OEIF graded inspection": "109842",
        "Latest OEIF overall effectiveness": "Not judged",
        "Date of latest ungraded inspection": "21/02/2022",
        "URN at time of the ungraded inspection": "109842",
        "Ungraded inspection overall outcome": "School remains Good (Concerns) - S5 Next",
    }
    bare = {**SCHOOL, **BLOCKS_2026, "URN": "2", "Ofsted phase": "PRU"}
    tables = read(tmp_path, {"mi.csv": sheet(school_cells, bare)})
    assert rows(tables, "schools", "urn", "name", "phase", "la_code", "open_date", "pupils") == [
        ("109842", "St John's [CofE] School", "Primary", "872", None, 363.0),
        ("2", "St John's [CofE] School", "Alternative provision", "872", None, 363.0),
    ]
    remains = "School remains Good (Concerns) - S5 Next"
    assert rows(tables, "school_inspections", *INSPECTIONS) == [
        ("109842", date(2022, 2, 21), "ungraded", None, remains, None),
        ("109842", date(2024, 12, 10), "graded", None, None, None),
        ("109842", date(2026, 2, 3), "report card", None, None, "Strong standard"),
    ]
    assert said(tables) == []
    assert counts(tables, "schools") == (2, 2, 0)
    assert counts(tables, "school_inspections") == (3, 3, 0)


def test_an_inspection_of_an_earlier_urn_names_the_predecessor(tmp_path: Path) -> None:
    school_cells = {
        **SCHOOL,
        **BLOCKS_2026,
        "Inspection start date of latest OEIF graded inspection": "10/12/2018",
        "URN at time of latest OEIF graded inspection": "100001",
        "Latest OEIF overall effectiveness": "2",
    }
    tables = read(tmp_path, {"mi.csv": sheet(school_cells)})
    assert rows(tables, "schools", "urn", "predecessor_urn") == [("109842", "100001")]
    assert rows(tables, "school_inspections", "urn", "overall") == [("100001", "2")]


def graded(urn: str, day: str, grade: str, **more: str) -> dict[str, str]:
    """A school of the older layouts."""
    return {
        **SCHOOL,
        "URN": urn,
        "Inspection start date": day,
        "Publication date": "",
        "URN at time of latest full inspection": urn,
        "Overall effectiveness": grade,
        **more,
    }


def test_2018_to_2025_gives_the_latest_and_the_previous_grade(tmp_path: Path) -> None:
    school_cells = {
        **graded("1", "12/09/2018", "2"),
        "Date of latest section 8 inspection": "10/10/2021",
        "Section 8 inspection overall outcome": "School remains Good",
        "Did the latest section 8 inspection convert to a full inspection?": "No",
        "Previous inspection start date": "01/02/2014",
        "Previous full inspection overall effectiveness": "3",
        "URN at time of previous full inspection": "900",
    }
    converted = {
        **graded("2", "12/09/2018", "4"),
        "Date of latest section 8 inspection": "12/09/2018",
        "Did the latest section 8 inspection convert to a full inspection?": "Yes",
    }
    title = "State-funded schools: most recent inspections as at 28 February 2022\n\n"
    tables = read(tmp_path, {"mi.csv": sheet(school_cells, converted, title=title, missing="NULL")})
    assert rows(tables, "school_inspections", *INSPECTIONS[:5]) == [
        ("1", date(2018, 9, 12), "graded", "2", None),
        ("1", date(2021, 10, 10), "ungraded", None, "School remains Good"),
        ("2", date(2018, 9, 12), "graded", "4", None),
        ("900", date(2014, 2, 1), "graded", "3", None),
    ]
    assert rows(tables, "schools", "urn", "predecessor_urn") == [("1", "900"), ("2", None)]
    assert said(tables) == []


def test_files_of_2018_with_short_inspections(tmp_path: Path) -> None:
    """A short inspection has no outcome in words: one that was not converted changes nothing."""
    latest = {
        **{name: cell for name, cell in graded("1", "", "2").items() if "start date" not in name},
        "Inspection date": "12/09/2016",
        "Date of latest short inspection": "10/10/2018",
        "Did the latest short inspection convert to a full inspection?": "No",
        "Previous inspection date": "01/02/2014",
        "Previous overall effectiveness": "3",
    }
    short = {
        name: cell for name, cell in one_of_all("2", "").items()
        if name not in ("Inspection start date", "Overall effectiveness")
    }  # fmt: skip
    convert = "Did the short inspection convert to a full inspection?"
    files: dict[str, File] = {
        "table 1.csv": "Table 1\n" + sheet(latest),
        "table 2.csv": "Table 2\n" + sheet({**one_of_all("3", "14/11/2018"), **GRADED}),
        "table 3.csv": "Table 3\n" + sheet(
            {**short, "Inspection date": "13/11/2018", convert: "No"},
            {**short, "URN": "3", "Inspection date": "14/11/2018", convert: "Yes"},
        ),
    }  # fmt: skip
    tables = read(tmp_path, files)
    assert rows(tables, "school_inspections", *INSPECTIONS[:4]) == [
        ("1", date(2014, 2, 1), "graded", "3"),
        ("1", date(2016, 9, 12), "graded", "2"),
        ("1", date(2018, 10, 10), "ungraded", None),
        ("2", date(2018, 11, 13), "ungraded", None),
        ("3", date(2018, 11, 14), "graded", "2"),
    ]
    assert said(tables) == []


def test_several_months_make_a_history(tmp_path: Path) -> None:
    files = {
        "2019.csv": sheet(graded("1", "12/09/2018", "2"), graded("2", "01/01/2015", "1")),
        "2022.csv": sheet({**graded("1", "03/05/2022", "3"), "School name": "New name"}),
    }
    tables = read(tmp_path, dict(files))
    assert rows(tables, "school_inspections", "urn", "inspection_date", "overall") == [
        ("1", date(2018, 9, 12), "2"),
        ("1", date(2022, 5, 3), "3"),
        ("2", date(2015, 1, 1), "1"),
    ]
    assert rows(tables, "schools", "urn", "name") == [("1", "New name"), ("2", SCHOOL["School name"])]


def test_windows_1252_and_urns_as_numbers(tmp_path: Path) -> None:
    school_cells = {**graded("121646.0", "12/09/2018", "2"), "School name": "École"}
    text = sheet(school_cells).replace("\n", "\r\n").encode("cp1252")
    tables = read(tmp_path, {"mi.csv": text})
    assert rows(tables, "schools", "urn", "name") == [("121646", "École")]
    assert rows(tables, "school_inspections", "urn") == [("121646",)]


def one_of_all(urn: str, day: str, **cells: str) -> dict[str, str]:
    """A row of a file of all inspections: of what it does not say, NULL."""
    return {
        "Web link": "http://x", "URN": urn, "LAESTAB": "8722108", "School name": "Alder",
        "Ofsted phase": "Primary", "Local authority": "Wokingham",
        "Inspection number": f"1{urn}", "Inspection type": "S5 Inspection",
        "Inspection start date": day, "Publication date": "",
        "Overall effectiveness": "NULL", "Category of concern": "NULL",
        **cells,
    }  # fmt: skip


GRADED = {"Overall effectiveness": "2", "Quality of education": "2"}
S8 = "Outcomes for section 8 inspections and short inspections that did not convert"


def test_all_inspections_of_a_year(tmp_path: Path) -> None:
    """A graded one, two of section 8 (one says nothing of an outcome), and one from 2024 on."""
    file = sheet(
        one_of_all("1", "12/09/2018", **GRADED),
        one_of_all("1", "12/11/2018", **{S8: "School remains Good"}),
        one_of_all("2", "13/11/2018", **{"Overall effectiveness": "9", S8: "NULL"}),
        one_of_all("3", "14/11/2024", **{"Overall effectiveness": "Not judged"}),
        one_of_all("4", "14/11/2024", **{"Quality of education": "3"}),
        missing="NULL",
    )
    tables = read(tmp_path, {"year to date.csv": "Title of the file\n" + file})
    assert rows(tables, "school_inspections", *INSPECTIONS[:5]) == [
        ("1", date(2018, 9, 12), "graded", "2", None),
        ("1", date(2018, 11, 12), "ungraded", None, "School remains Good"),
        ("2", date(2018, 11, 13), "ungraded", None, None),
        ("3", date(2024, 11, 14), "graded", None, None),
        ("4", date(2024, 11, 14), "graded", None, None),
    ]
    assert "schools" not in tables.frames
    assert said(tables) == []


def test_all_inspections_of_a_year_without_overall_grades(tmp_path: Path) -> None:
    """From September 2024 the column is not there, and outcomes have another name."""
    outcome = "Outcomes for ungraded and monitoring inspections"
    file = sheet(
        one_of_all("1", "14/11/2024", **{"Quality of education": "2"}),
        one_of_all("2", "15/11/2024", **{outcome: "School remains Good"}),
        missing="NULL",
    )
    tables = read(tmp_path, {"year to date.csv": file})
    assert rows(tables, "school_inspections", *INSPECTIONS[:5]) == [
        ("1", date(2024, 11, 14), "graded", None, None),
        ("2", date(2024, 11, 15), "ungraded", None, "School remains Good"),
    ]


def test_all_inspections_of_a_year_with_report_cards(tmp_path: Path) -> None:
    card = {"Inclusion": "Strong standard", "Safeguarding standards": "Met"}
    file = sheet(
        one_of_all("1", "03/02/2026", **card),
        one_of_all("2", "10/10/2025", **{"Ungraded inspection overall outcome": "School remains Good"}),
        missing="NULL",
    )
    tables = read(tmp_path, {"year to date.csv": file})
    assert rows(tables, "school_inspections", *INSPECTIONS) == [
        ("1", date(2026, 2, 3), "report card", None, None, "Strong standard"),
        ("2", date(2025, 10, 10), "ungraded", None, "School remains Good", None),
    ]


def test_the_previous_inspection_of_one_in_a_year_is_history_too(tmp_path: Path) -> None:
    """Of the school's number then, and once: not where it has a row of its own."""
    before = {
        "Previous inspection start date": "01/02/2014",
        "URN at time of previous inspection": "900",
        "Previous overall effectiveness": "3",
    }
    repeated_cells = {**before, "Previous inspection start date": "12/09/2018",
             "URN at time of previous inspection": "1"}  # fmt: skip
    file = sheet(
        one_of_all("1", "12/09/2018", **GRADED, **before),
        one_of_all("1", "12/11/2018", **{S8: "School remains Good"}, **before),
        one_of_all("1", "12/07/2019", **GRADED, **repeated_cells),
    )
    tables = read(tmp_path, {"year to date.csv": file})
    assert rows(tables, "school_inspections", "urn", "inspection_date", "overall") == [
        ("1", date(2018, 9, 12), "2"),
        ("1", date(2018, 11, 12), None),
        ("1", date(2019, 7, 12), "2"),
        ("900", date(2014, 2, 1), "3"),
    ]
    assert said(tables) == []


def test_years_of_inspections_and_the_latest_ones_make_a_history(tmp_path: Path) -> None:
    files = {
        "2017 to 2018.csv": sheet(one_of_all("1", "12/09/2017", **GRADED)),
        "2018 to 2019.csv": sheet(one_of_all("1", "12/09/2018", **{**GRADED, "Overall effectiveness": "4"})),
        "latest.csv": sheet(graded("1", "12/09/2018", "4")),
    }
    tables = read(tmp_path, dict(files))
    assert rows(tables, "school_inspections", "urn", "inspection_date", "overall") == [
        ("1", date(2017, 9, 12), "2"),
        ("1", date(2018, 9, 12), "4"),
    ]
    assert rows(tables, "schools", "urn") == [("1",)]
    assert said(tables) == []


def test_a_row_of_totals_is_no_school(tmp_path: Path) -> None:
    total = {**SCHOOL, **BLOCKS_2026, "URN": "Total", "Total number of pupils": "9,999"}
    tables = read(tmp_path, {"mi.csv": sheet({**SCHOOL, **BLOCKS_2026}, total)})
    assert rows(tables, "schools", "urn") == [("109842",)]
    assert said(tables) == ["mi.csv:3: 1 row is a total. The row was left out."]
    assert counts(tables, "schools") == (2, 1, 1)


def test_a_column_that_stands_there_twice_is_said(tmp_path: Path) -> None:
    """Once where the file's second column of a name is one that is used; else nothing is said."""
    text = sheet(graded("1", "12/09/2018", "2"))
    header, row = text.splitlines()
    twice = f"Title\n{header},Overall effectiveness,Web link,Web link\n{row},4,x,y\n"
    tables = read(tmp_path, {"mi.csv": twice})
    assert rows(tables, "school_inspections", "urn", "overall") == [("1", "2")]
    assert said(tables) == ["mi.csv:2: the column overall effectiveness appears twice. The first was used."]


def test_a_file_of_latest_inspections_knows_no_earlier_grade(tmp_path: Path) -> None:
    """Of 40 schools one was inspected after June 2018 (2.5%), and four after March (10%)."""
    days = ["14/09/2018", *["02/05/2018"] * 3, *["01/02/2016"] * 36]
    schools = [
        {
            **SCHOOL,
            **BLOCKS_2026,
            "URN": f"{100 + number}",
            "Inspection start date of latest OEIF graded inspection": day,
            "URN at time of latest OEIF graded inspection": f"{100 + number}",
            "Latest OEIF overall effectiveness": "2",
        }
        for number, day in enumerate(days)
    ]
    folder_of(tmp_path / "tables", {"mi.csv": sheet(*schools)})
    config = tmp_path / "config.toml"
    config.write_text(
        'as_at = 2019-01-10\n[council]\nname = "Wokingham"\nla_code = "872"\n[tables]\nfolder = "tables"\n'
        "[indicators.schools-primary-good]\ntarget = 90\n",
        encoding="utf-8",
    )
    board = build_board(open_council(config))
    primary = next(entry for entry in board.entries if entry.indicator.code == "EA1i")
    by_period = {str(point.period): point for point in primary.history}
    latest, with_one, with_four = (by_period[name] for name in ("2018-19 Q3", "2018-19 Q1", "2017-18 Q4"))
    assert (latest.count.numerator, latest.count.denominator, latest.count.bounds, latest.rag) == (
        40,
        40,
        None,
        "green",
    )
    assert (with_one.count.low, with_one.count.high, with_one.rag) == (97.5, 100.0, "green")
    assert with_one.count.unknown == {"earlier grade not in the file": 1}
    assert (with_four.count.value, with_four.rag) == (None, "none")
    assert [issue.code for issue in with_four.reservations] == ["cases-not-known", "earlier-grades-missing"]

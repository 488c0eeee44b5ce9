"""The download of all establishments from Get Information About Schools."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from folders import counts, read, rows, said, sheet

SCHOOL = {
    "URN": "100001",
    "LA (code)": "872",
    "LA (name)": "Wokingham",
    "EstablishmentName": "Oaklands",
    "TypeOfEstablishment (name)": "Community school",
    "EstablishmentTypeGroup (name)": "Local authority maintained schools",
    "EstablishmentStatus (name)": "Open",
    "OpenDate": "01-09-2017",
    "CloseDate": "",
    "PhaseOfEducation (name)": "Primary",
    "NumberOfPupils": "260",
    "Postcode": "RG40 1PG",
    "OfstedRating (name)": "Good",
}


def test_a_school(tmp_path: Path) -> None:
    closed = {**SCHOOL, "URN": "2", "CloseDate": "31-08-2018"}
    tables = read(tmp_path, {"all.csv": sheet(SCHOOL, closed)})
    columns = ("urn", "la_code", "phase", "open_date", "close_date", "pupils", "postcode")
    assert rows(tables, "schools", *columns) == [
        ("100001", "872", "Primary", date(2017, 9, 1), None, 260.0, "RG401PG"),
        ("2", "872", "Primary", date(2017, 9, 1), date(2018, 8, 31), 260.0, "RG401PG"),
    ]
    assert said(tables) == []


@pytest.mark.parametrize(
    ("kind", "group", "phase", "read_as"),
    [
        ("Community special school", "Special schools", "Not applicable", "Special"),
        ("Academy special converter", "Academies", "Not applicable", "Special"),
        ("Pupil referral unit", "Local authority maintained schools", "Not applicable",
         "Alternative provision"),
        ("Academy converter", "Academies", "Middle deemed secondary", "Secondary"),
        ("Free schools", "Free Schools", "All-through", "All-through"),
    ],
)  # fmt: skip
def test_phases(tmp_path: Path, kind: str, group: str, phase: str, read_as: str) -> None:
    school = {**SCHOOL, "TypeOfEstablishment (name)": kind, "EstablishmentTypeGroup (name)": group}
    tables = read(tmp_path, {"all.csv": sheet({**school, "PhaseOfEducation (name)": phase})})
    assert rows(tables, "schools", "phase") == [(read_as,)]


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("EstablishmentTypeGroup (name)", "Independent schools"),
        ("EstablishmentTypeGroup (name)", "Welsh schools"),
        ("EstablishmentStatus (name)", "Proposed to open"),
        ("PhaseOfEducation (name)", "16 plus"),
    ],
)
def test_what_is_no_state_funded_school(tmp_path: Path, column: str, cell: str) -> None:
    tables = read(tmp_path, {"all.csv": sheet({**SCHOOL, column: cell})})
    assert rows(tables, "schools", "urn") == []


def test_what_a_later_file_does_not_say_an_earlier_one_may(tmp_path: Path) -> None:
    ofsted = {
        "URN": "100001", "LAESTAB": "8722108", "School name": "Oaklands", "Ofsted phase": "Primary",
        "Inspection start date": "12/09/2018", "Publication date": "",
        "Total number of pupils": "9", "Overall effectiveness": "2",
        "URN at time of latest full inspection": "900",
    }  # fmt: skip
    tables = read(tmp_path, {"gias.csv": sheet(SCHOOL), "mi.csv": sheet(ofsted)})
    columns = ("urn", "open_date", "predecessor_urn", "pupils")
    assert rows(tables, "schools", *columns) == [("100001", date(2017, 9, 1), "900", 9.0)]
    assert said(tables) == ["gias.csv:2: 1 row differs from a later file. The later file was used."]


LINKS = """URN,LinkURN,LinkName,LinkType,LinkEstablishedDate
100001,90,Oaklands Infant School,Predecessor,01-09-2017
90,100001,Oaklands,Successor,01-09-2017
100002,91,Elm,Predecessor - merged,01-09-2015
100003,92,Ash,predecessor,
100001,100009,Sixth Form,Sixth Form Centre Link,01-09-2017
"""


def test_of_links_those_of_predecessors_are_read(tmp_path: Path) -> None:
    tables = read(tmp_path, {"links_edubasealldata.csv": LINKS.encode("cp1252")})
    assert rows(tables, "school_links", "urn", "predecessor_urn", "link_date") == [
        ("100001", "90", date(2017, 9, 1)),
        ("100003", "92", None),
    ]
    assert said(tables) == []
    assert counts(tables, "school_links") == (2, 2, 0)

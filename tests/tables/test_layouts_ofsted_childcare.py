"""Ofsted's files of childcare providers, in the layouts of 2018 to 2026."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from folders import read, rows, said, sheet

PROVIDER = {
    "Web link": "Web link",
    "Provider URN": "EY344604",
    "Registration date": "10/01/2007",
    "Provider type": "Childminder",
    "Provider status": "Active",
    "Provider Early Years Register Flag": "Y",
    "Provider name": "REDACTED",
    "Postcode": "REDACTED",
    "Local authority": "Wokingham",
    "Places": "6",
    "Places including estimates": "6",
}
OLD = {
    **PROVIDER,
    "Most recent full: Inspection date": "24/10/2019",
    "Most recent full: Overall effectiveness": "2",
    "Quality of education": "-",
    "Second most recent full: Overall effectiveness": "3",
    "Second most recent full: Inspection date": "19/02/2016",
    "Third most recent full: Overall effectiveness": "",
    "Third most recent full: Inspection date": "",
    "NCOR: Inspection date": "30/11/2018",
    "NCOR: Overall effectiveness": "Not Met (with actions)",
}
COLUMNS = ("urn", "inspection_date", "overall", "outcome")
FOUND = [
    ("EY344604", date(2016, 2, 19), "3", None),
    ("EY344604", date(2018, 11, 30), None, "Not Met (with actions)"),
    ("EY344604", date(2019, 10, 24), "2", None),
]


def test_2021(tmp_path: Path) -> None:
    tables = read(tmp_path, {"childcare.csv": sheet(OLD)})
    columns = ("urn", "name", "type", "early_years_register", "la_code", "places", "postcode")
    assert rows(tables, "early_years_settings", *columns) == [
        ("EY344604", None, "Childminder", "Y", "872", 6.0, None)
    ]
    assert rows(tables, "early_years_inspections", *COLUMNS) == FOUND
    assert said(tables) == []


def test_title_lines_other_capitals_and_empty_rows(tmp_path: Path) -> None:
    renamed = {name.title(): cell for name, cell in OLD.items()}
    renamed["Provider Postcode"] = renamed.pop("Postcode")
    renamed["Places including Estimates"] = renamed.pop("Places Including Estimates")
    title = 'Latest inspections of all registered providers as at 31 December 2024\n"One, table."\n'
    empty = "," * (len(renamed) - 1) + "\n"
    tables = read(tmp_path, {"x.csv": sheet(renamed, title=title) + empty * 50})
    assert rows(tables, "early_years_inspections", *COLUMNS) == FOUND
    assert said(tables) == []


def test_2026(tmp_path: Path) -> None:
    one = {
        **PROVIDER,
        "EYR REIF: Most recent: Inspection date": "03/02/2026",
        "EYR REIF: Most recent: Inclusion": "Strong standard",
        "EYR OEIF: Most recent: Full inspection date": "24/10/2019",
        "EYR OEIF/CIF: Most recent: Overall effectiveness": "2",
    }
    tables = read(tmp_path, {"x.csv": sheet(one, title="Title\nNote\n")})
    assert rows(tables, "early_years_inspections", *COLUMNS) == [
        ("EY344604", date(2019, 10, 24), "2", None),
        ("EY344604", date(2026, 2, 3), None, "report card"),
    ]


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("Bournemouth, Christchurch & Poole", "839"),
        ("Windsor and Maidenhead", "868"),
        ("Bristol, City of", "801"),
        ("Bristol", "801"),
        ("St Helens", "342"),
        ("Herefordshire", "884"),
        ("Kingston Upon Hull, City of", "810"),
        ("Durham", "840"),
        ("Not Recorded", None),
    ],
)
def test_councils_are_known_by_name(tmp_path: Path, name: str, number: str | None) -> None:
    tables = read(tmp_path, {"x.csv": sheet({**OLD, "Local authority": name})})
    assert rows(tables, "early_years_settings", "la_code") == [(number,)]
    assert ("x.csv:2: la_code is missing" in said(tables)) == (number is None)

"""Ofsted's files of childcare providers, in the layouts of 2018 to 2026."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from folders import read, rows, said, sheet
from workbooks import ods

from tests.examples import Example, counted

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
    assert rows(tables, "early_years_settings", *columns) == [("EY344604", None, "Childminder", "Y", "872", 6.0, None)]
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


def test_a_workbook_of_the_same(tmp_path: Path) -> None:
    """The ODS of a release: title lines, and the table on a sheet of its own."""
    pytest.importorskip("python_calamine")
    title = ["Latest inspections of all registered providers as at 31 December 2024"]
    book = ods(
        {
            "Cover": [["Childcare providers and inspections"]],
            "D1_Most_recent_inspections": [title, ["One table."], [*OLD], [*OLD.values()], []],
        }
    )
    tables = read(tmp_path, {"x.ods": book})
    assert rows(tables, "early_years_inspections", *COLUMNS) == FOUND
    assert said(tables) == []


CARD = "EYR REIF: Most recent: "
OF_2026 = {
    **{name: cell for name, cell in PROVIDER.items() if name != "Postcode"},
    "Provider postcode": "RG40 1PG",
    f"{CARD}Inspection date": "03/02/2026",
    f"{CARD}Safeguarding standards met?": "Met",
    f"{CARD}Inclusion": "Strong standard",
    f"{CARD}Curriculum and teaching": "Expected standard",
    f"{CARD}Achievement": "Needs attention",
    f"{CARD}Behaviour, attitudes and establishing routines": "Exceptional",
    f"{CARD}Children's welfare and wellbeing": "Urgent improvement",
    f"{CARD}Leadership and governance": "Expected standard",
    "EYR OEIF: Most recent: Full inspection date": "24/10/2019",
    "EYR OEIF/CIF: Most recent: Overall effectiveness": "2",
    "EYR OEIF NCOR: Most recent: Inspection date": "",
    "EYR OEIF NCOR: Most recent: Overall effectiveness": "",
    "EYR OEIF OOSC: Most recent: Inspection date": "30/11/2018",
    "EYR OEIF OOSC: Most recent: Overall effectiveness": "Met",
    "CR: Most recent: Inspection date": "01/01/2020",
    "CR: Compliance": "Met",
}
AREAS = (
    "inclusion", "curriculum_and_teaching", "achievement", "behaviour_attitudes_and_routines",
    "welfare_and_wellbeing", "leadership_and_governance", "safeguarding",
)  # fmt: skip


def test_2026(tmp_path: Path) -> None:
    tables = read(tmp_path, {"x.csv": sheet(OF_2026, title="Title,,\nNote,,\n")})
    assert rows(tables, "early_years_inspections", *COLUMNS) == [
        ("EY344604", date(2018, 11, 30), None, "Met"),
        ("EY344604", date(2019, 10, 24), "2", None),
        ("EY344604", date(2026, 2, 3), None, "report card"),
    ]
    assert rows(tables, "early_years_inspections", "inspection_date", *AREAS)[2] == (
        date(2026, 2, 3), "Strong standard", "Expected standard", "Needs attention", "Exceptional",
        "Urgent improvement", "Expected standard", "Met",
    )  # fmt: skip
    assert rows(tables, "early_years_settings", "urn", "postcode") == [("EY344604", "RG401PG")]
    assert said(tables) == []


@pytest.mark.parametrize("met", ["Met", "met", "Yes"])
def test_2026_by_curly_quotes_and_other_words(tmp_path: Path, met: str) -> None:
    """The same names with another apostrophe, and safeguarding as yes or no."""
    provider = {name.replace("'", "\u2019"): cell for name, cell in OF_2026.items()}
    provider[f"{CARD}Safeguarding standards met?"] = met
    tables = read(tmp_path, {"x.csv": sheet(provider)})
    card = rows(tables, "early_years_inspections", "inspection_date", *AREAS)[2]
    assert card[5:] == ("Urgent improvement", "Expected standard", "Met")
    assert said(tables) == []


@pytest.mark.parametrize(
    ("indicator", "numerator"),
    [
        ("early-years-cards-expected-standard", 0),
        ("early-years-cards-safeguarding", 1),
        ("early-years-cards-of-concern", 1),
    ],
)
def test_the_indicators_of_report_cards_from_the_file_as_it_comes(
    example: Example, indicator: str, numerator: int
) -> None:
    files = {"as it comes": sheet(OF_2026)}
    entry = example.entry(indicator, files, period="2025-26 Q4", as_at=date(2026, 6, 1))
    assert counted(entry.point.count) == (numerator, 1, {})


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
        ("County Durham", "840"),
        ("Windsor and Maidenhead Royal Borough", "868"),
        ("Bedford Borough", "822"),
        ("Not Recorded", None),
    ],
)
def test_councils_are_known_by_name(tmp_path: Path, name: str, number: str | None) -> None:
    tables = read(tmp_path, {"x.csv": sheet({**OLD, "Local authority": name})})
    assert rows(tables, "early_years_settings", "la_code") == [(number,)]
    assert ("x.csv:2: 1 row has no la_code. The row was kept." in said(tables)) == (number is None)

"""Files with the rows of several councils: no council gets another's rows, and none loses its own to them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from folders import File, counts, folder_of, rows, said, sheet

from kpitui.model.clean_tables import CLEAN_TABLES
from kpitui.model.table_schema import CleanTable, ColumnType, TableColumn
from kpitui.tables import read_folder

CELLS = {
    ColumnType.TEXT: "text",
    ColumnType.ID: "1001",
    ColumnType.DATE: "2018-10-05",
    ColumnType.NUMBER: "1",
    ColumnType.AMOUNT: "1",
    ColumnType.YES_NO: "Y",
    ColumnType.POSTCODE: "RG401AA",
}
TOLD_APART = [table for table in CLEAN_TABLES.values() if not {"la_code", "area"} & {*table.columns}]
ABOUT_MANY = [table for table in CLEAN_TABLES.values() if {"la_code", "area"} & {*table.columns}]


def cell_of(column: TableColumn) -> str:
    if column.usual_range and column.usual_range[0] > 1:
        return "2018"
    return column.known_codes[0] if column.known_codes else CELLS[column.column_type]


def row_of(table: CleanTable, **cells: str) -> Mapping[str, str]:
    needed = [name for name, column in table.columns.items() if column.required or name in table.mandatory_columns]
    return {name: cell_of(table.columns[name]) for name in needed} | cells


@pytest.mark.parametrize("table", TOLD_APART, ids=[table.name for table in TOLD_APART])
@pytest.mark.parametrize("own_is_first", [True, False])
def test_a_row_with_the_same_key_as_another_councils_is_used(
    table: CleanTable, own_is_first: bool, tmp_path: Path
) -> None:
    """The other council's row is counted as left out, whichever of the two stands first."""
    codes = ("872", "873") if own_is_first else ("873", "872")
    file = sheet(*(row_of(table, la_code=code, seen_by=code) for code in codes))
    tables = read_folder(folder_of(tmp_path, {f"{table.name}.csv": file}), council_code="872")
    assert rows(tables, table.name, "seen_by") == [("872",)]
    assert counts(tables, table.name) == (2, 1, 1)
    assert said(tables) == [f"{table.name}.csv: 1 row is of other councils, by la_code. It was left out."]


@pytest.mark.parametrize("table", TOLD_APART, ids=[table.name for table in TOLD_APART])
def test_without_a_council_the_rows_of_both_are_read(table: CleanTable, tmp_path: Path) -> None:
    """A store is made of all councils: the same key in two of them is no duplicate, within one it is."""
    file = sheet(*(row_of(table, la_code=code) for code in ("872", "873", "872")))
    tables = read_folder(folder_of(tmp_path, {f"{table.name}.csv": file}))
    assert rows(tables, table.name, "la_code") == [("872",), ("873",)]


@pytest.mark.parametrize("table", ABOUT_MANY, ids=[table.name for table in ABOUT_MANY])
def test_tables_about_many_areas_have_the_rows_of_all(table: CleanTable, tmp_path: Path) -> None:
    """National files of schools, settings, populations and figures: what uses them chooses."""
    own_row, other_row = ({name: cell_of(column) for name, column in table.columns.items()} for _ in range(2))
    own_row |= {"la_code": "872"}
    other_row |= {"la_code": "873", table.key_columns[0]: "2002" if table.key_columns[0] != "la_code" else "873"}
    tables = read_folder(folder_of(tmp_path, {f"{table.name}.csv": sheet(own_row, other_row)}), council_code="872")
    assert len(rows(tables, table.name, table.key_columns[0])) == 2


def test_a_councils_own_table_is_told_apart_too(tmp_path: Path) -> None:
    help_rows = [{"family": "F1", "completed_date": "2018-10-05", "la_code": code} for code in ("872", "873")]
    types = {"early_help": {"completed_date": ColumnType.DATE}}
    folder = folder_of(tmp_path, {"early_help.csv": sheet(*help_rows)})
    assert rows(read_folder(folder, column_types=types, council_code="872"), "early_help", "la_code") == [("872",)]


def test_rows_of_others_do_not_say_how_recent_a_file_is(tmp_path: Path) -> None:
    visits = [
        {"child": "A1", "visit_date": "2018-01-01", "seen": "Y", "setting": "Home", "la_code": "872"},
        {"child": "A1", "visit_date": "2018-06-01", "seen": "Y", "setting": "Home", "la_code": "873"},
    ]
    files: dict[str, File] = {"protection_visits.csv": sheet(*visits), "visits_of_last_year.csv": sheet(visits[0])}
    tables = read_folder(folder_of(tmp_path, files), council_code="872")
    assert {source.last_event.isoformat() for source in tables.sources if source.last_event} == {"2018-01-01"}


CENSUS = """<Message><Header><Source><LEA>{lea}</LEA></Source></Header><Children><Child>
<ChildIdentifiers><LAchildID>A1</LAchildID><PersonBirthDate>2010-01-01</PersonBirthDate><Sex>1</Sex></ChildIdentifiers>
<CINdetails><CINreferralDate>2018-10-05</CINreferralDate><ReferralSource>1A</ReferralSource></CINdetails>
</Child></Children></Message>"""


@pytest.mark.parametrize(("lea", "row_count"), [("872", 1), ("873", 0), ("", 1)])
def test_a_return_that_names_another_authority_is_left_out(lea: str, row_count: int, tmp_path: Path) -> None:
    folder = folder_of(tmp_path, {"census.xml": CENSUS.format(lea=lea)})
    tables = read_folder(folder, council_code="872")
    assert len(rows(tables, "referrals", "child")) == row_count
    problem = tables.problems.get("referrals")
    assert (problem and problem.code) == (None if row_count else "table-of-other-council")


def test_returns_of_two_authorities_in_one_folder(tmp_path: Path) -> None:
    """Both have a child A1, born on different days: the census of the other does not correct ours."""
    other_census = CENSUS.format(lea="873").replace("2010-01-01", "2012-02-02")
    folder = folder_of(tmp_path, {"a.xml": CENSUS.format(lea="872"), "b.xml": other_census})
    tables = read_folder(folder, council_code="872")
    assert [str(day) for (day,) in rows(tables, "children", "dob")] == ["2010-01-01"]

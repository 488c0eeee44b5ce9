"""The models of statistical neighbours, as workbook and as CSV."""

from __future__ import annotations

from pathlib import Path

import pytest
from folders import read, rows, said
from workbooks import xlsx

NUMBERS = ["868", "936", "825", "869", "305", "358", "318", "919", "867", "822"]
FOUND = [
    ("872", "Bedford", 10.0, "2025"),
    ("872", "Bracknell Forest", 9.0, "2025"),
    ("872", "Bromley", 5.0, "2025"),
    ("872", "Buckinghamshire", 3.0, "2025"),
    ("872", "Hertfordshire", 8.0, "2025"),
    ("872", "Richmond upon Thames", 7.0, "2025"),
    ("872", "Surrey", 2.0, "2025"),
    ("872", "Trafford", 6.0, "2025"),
    ("872", "West Berkshire", 4.0, "2025"),
    ("872", "Windsor and Maidenhead", 1.0, "2025"),
]
COLUMNS = ("la_code", "neighbour", "rank", "model")


def wide(numbers: list[str], *, name: str, closeness: str) -> str:
    """A model as CSV: numbers of neighbours, and how close they are between them."""
    header = [f"{name.format(n=n)},{closeness.format(n=n)}" for n in range(1, 11)]
    cells = [f"{number},Close " for number in numbers]
    head = ",".join(["old_la_code", "la_name", "region_name", *header])
    return "\ufeff" + head + "\n" + ",".join(["872", "Wokingham", "South East", *cells]) + "\n"


def test_a_wide_file(tmp_path: Path) -> None:
    text = wide(NUMBERS, name="SN_{n}", closeness="SN_{n}P")
    tables = read(tmp_path, {"sn_model_2025_wide.csv": text})
    neighbour_rows = sorted(rows(tables, "statistical_neighbours", *COLUMNS), key=lambda row: str(row[1]))
    assert neighbour_rows == FOUND
    assert said(tables) == []


def test_a_file_that_has_one_name_for_ten_columns_and_a_column_without(tmp_path: Path) -> None:
    lines = wide(NUMBERS, name="SN{n}", closeness="SNP").splitlines()
    text = "\n".join(f"{line}," for line in lines)
    tables = read(tmp_path, {"model of May 2025.csv": text})
    assert len(rows(tables, "statistical_neighbours", *COLUMNS)) == 10
    assert said(tables) == []


def test_a_workbook_with_two_rows_above_the_header(tmp_path: Path) -> None:
    pytest.importorskip("python_calamine")
    header = ["LA num", "LA Name", "LA number", "GOInd", "GOReg"]
    header += [name for n in range(1, 11) for name in (f"SN{n}", "SNP")]
    cells: list[str | float] = [872.0, "Wokingham", 872.0, 7.0, "South East"]
    cells += [cell for number in NUMBERS for cell in (float(number), "Close")]
    none: list[str | float] = [420.0, "Isles of Scilly", 420.0, 9.0, "South West", *["-"] * 20]
    letters = [chr(ord("A") + n) for n in range(25)]
    book = xlsx({"LA SN Groups": [letters, [float(n) for n in range(1, 26)], header, cells, none]})
    tables = read(tmp_path, {"sn_may_2025.xlsx": book})
    neighbour_rows = sorted(rows(tables, "statistical_neighbours", *COLUMNS), key=lambda row: str(row[1]))
    assert neighbour_rows == FOUND
    assert said(tables) == []


def test_a_number_that_is_no_councils_stays(tmp_path: Path) -> None:
    text = wide(["999", "-", *NUMBERS[2:]], name="SN_{n}", closeness="SN_{n}P")
    tables = read(tmp_path, {"neighbours.csv": text})
    neighbour_rows = rows(tables, "statistical_neighbours", *COLUMNS)
    assert ("872", "999", 1.0, None) in neighbour_rows
    assert len(neighbour_rows) == 9


def test_a_model_whose_year_is_not_told(tmp_path: Path) -> None:
    """Beside one of another year it could not be told from it."""
    tables = read(tmp_path, {"model.csv": wide(NUMBERS, name="SN_{n}", closeness="SN_{n}P")})
    assert len(rows(tables, "statistical_neighbours", *COLUMNS)) == 10
    assert said(tables) == [
        "model.csv: the file does not say of which year it is: put the year into its name, as in model_2025.csv"
    ]

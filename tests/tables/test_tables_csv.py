"""CSV files as they come: encodings, separators, quotes, lines that are no rows."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from folders import counts, read, rows, said

from kpitui.issue_wording import describe_problem

HEADER = "child,referral_date,source\n"


def referrals(place: Path, content: str | bytes) -> list[str]:
    """What is said of a file of referrals."""
    return said(read(place, {"referrals.csv": content}))


@pytest.mark.parametrize(
    "content",
    [
        b"child,dob\nA,2010-01-02\n",
        b"child,dob\r\nA,2010-01-02\r\n",
        b"child,dob\rA,2010-01-02\r",
        b"child,dob\nA,2010-01-02",
        b"\xef\xbb\xbfchild,dob\nA,2010-01-02\n",
        b'"child","dob"\n"A","2010-01-02"\n',
        b" Child , DOB \nA,2010-01-02\n",
        b"child,dob,,\nA,2010-01-02,,\n",
        b"CHILD*,Dob (dd/mm/yyyy)\nA,2010-01-02\n",
        b"Child [note 1],D_O_B\nA,2010-01-02\n",
        b'"child","dob\n(dd/mm/yyyy)"\nA,2010-01-02\n',
        b"child,dob\n-----,----------\nA,2010-01-02\n\n(1 rows affected)\n",
        b"child,dob\nA,2010-01-02\n\x1a",
        b"child,dob\nA,2010-01-02\n" + bytes(4096),
    ],
)
def test_one_table_in_many_forms(tmp_path: Path, content: bytes) -> None:
    tables = read(tmp_path, {"children.csv": content})
    assert [str(row) for row in rows(tables, "children", "child", "dob")] == ["('A', datetime.date(2010, 1, 2))"]
    assert counts(tables, "children") == (1, 1, 0)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_with_its_mark_is_read_and_said(tmp_path: Path, encoding: str) -> None:
    text = "\ufeff" + HEADER + "A,2018-10-01,Zoë\n"
    tables = read(tmp_path, {"referrals.csv": text.encode(encoding)})
    assert rows(tables, "referrals", "source") == [("Zoë",)]
    assert said(tables) == [f"referrals.csv: the file is in {encoding.upper()}. Read as such."]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_read_and_said(tmp_path: Path, encoding: str) -> None:
    tables = read(tmp_path, {"referrals.csv": (HEADER + "A,2018-10-01,Zoë\n").encode(encoding)})
    assert rows(tables, "referrals", "source") == [("Zoë",)]
    assert said(tables) == [f"referrals.csv: the file is in {encoding.upper()}. Read as such."]


def test_the_mark_of_utf_8_before_a_text_that_is_not(tmp_path: Path) -> None:
    text = b"\xef\xbb\xbf" + HEADER.encode() + b"A,2018-10-01,Zo\xeb\n"
    tables = read(tmp_path, {"referrals.csv": text})
    assert rows(tables, "referrals", "source") == [("Zoë",)]
    assert said(tables) == ["referrals.csv:2: the file is not UTF-8 from here on. The file was read as Windows-1252."]


@pytest.mark.parametrize(
    "text",
    [
        "child |referral_date|source\n------|-------------|------\nA     |   2018-10-01|x     \n(1 rows affected)\n",
        " child | referral_date | source \n-------+---------------+--------\n A | 2018-10-01 | x\n(1 row)\n\n",
        "+---+---+---+\n| child | referral_date | source |\n+---+---+---+\n| A | 2018-10-01 | x |\n+---+---+---+\n",
    ],
    ids=["sqlcmd", "psql", "mysql"],
)
def test_what_database_tools_draw_around_a_table(tmp_path: Path, text: str) -> None:
    tables = read(tmp_path, {"referrals.csv": text})
    assert rows(tables, "referrals", "child", "source") == [("A", "x")]
    assert counts(tables, "referrals") == (1, 1, 0)


def test_a_file_that_begins_as_utf_16_and_is_not(tmp_path: Path) -> None:
    tables = read(tmp_path, {"referrals.csv": b"\xff\xfea"})
    assert "begins as UTF-16-LE" in describe_problem(tables.problems["referrals"])


def test_windows_1252_is_read_and_said_where_it_begins(tmp_path: Path) -> None:
    tables = read(tmp_path, {"referrals.csv": HEADER.encode() + b"A,2018-10-01,x\nB,2018-10-02,Zo\xeb\n"})
    assert rows(tables, "referrals", "source") == [("Zoë",), ("x",)]
    assert said(tables) == ["referrals.csv:3: the file is not UTF-8 from here on. The file was read as Windows-1252."]


def test_lines_before_the_header_are_named(tmp_path: Path) -> None:
    said_of = referrals(tmp_path, "Referrals as at 31 March\n\n" + HEADER + "A,2018-13-01,x\n")
    assert said_of == [
        "referrals.csv:3: the header is here. The 2 lines before it were skipped.",
        "referrals.csv:4: 1 date in referral_date could not be read: 2018-13-01. The row was left out.",
    ]


@pytest.mark.parametrize(("separator", "name"), [(";", "semicolons"), ("\t", "tabs"), ("|", "pipes")])
def test_other_separators_are_read_and_said(tmp_path: Path, separator: str, name: str) -> None:
    text = (HEADER + "A,2018-10-01,Health\n").replace(",", separator)
    tables = read(tmp_path, {"referrals.csv": text})
    assert rows(tables, "referrals", "child", "source") == [("A", "Health")]
    assert said(tables) == [f"referrals.csv:1: columns are separated by {name}, not commas. Read as such."]


def test_quotes_hold_separators_quotes_and_new_lines(tmp_path: Path) -> None:
    body = 'A,2018-10-01,"Health, GP"\nB,2018-10-02,"two\nlines"\nC,2018-10-03,"a ""q"""\nD,x,\n'
    tables = read(tmp_path, {"referrals.csv": HEADER + body})
    assert rows(tables, "referrals", "source") == [
        ("Health, GP",), ('a "q"',), ("two\ufffdlines",)
    ]  # fmt: skip
    assert "referrals.csv:6: 1 date in referral_date could not be read: x. The row was left out." in said(tables)


def test_a_tab_inside_a_cell_is_hostile(tmp_path: Path) -> None:
    tables = read(tmp_path, {"referrals.csv": HEADER + "A,2018-10-01,a\tb\n"})
    assert rows(tables, "referrals", "source") == [("a\ufffdb",)]


def test_a_tab_in_quotes_is_hostile_where_tabs_set_columns_apart(tmp_path: Path) -> None:
    text = (HEADER + 'A,2018-10-01,"a*b"\n').replace(",", "\t").replace("*", "\t")
    tables = read(tmp_path, {"referrals.csv": text})
    assert rows(tables, "referrals", "source") == [("a\ufffdb",)]


def test_rows_of_another_length_are_left_out_and_counted(tmp_path: Path) -> None:
    tables = read(tmp_path, {"referrals.csv": HEADER + "A,2018-10-01\nB,2018-10-01,x\nC,2018-10-01,x,y\nD,2018,x,,\n"})
    assert counts(tables, "referrals") == (4, 1, 3)
    assert said(tables)[0] == (
        "referrals.csv:2: 2 rows do not have the 3 cells of the header, on lines 2 and 4. The rows were left out."
    )


@pytest.mark.parametrize("blank", ["\n", "\r\n", ",,\n", " , ,\n", ",,,,,\n"])
def test_blank_lines_are_no_rows(tmp_path: Path, blank: str) -> None:
    body = f"A,2018-10-01,x\n{blank}B,2018-02-31,x\n{blank}{blank}"
    tables = read(tmp_path, {"referrals.csv": HEADER + body})
    assert counts(tables, "referrals") == (2, 1, 1)
    assert "referrals.csv:4: 1 date in referral_date could not be read: 2018-02-31. The row was left out." in said(
        tables
    )


def test_a_quote_that_closes_late_says_how_far_it_runs_and_the_rows_inside_are_lost(tmp_path: Path) -> None:
    body = 'A,2018-10-01,x\nB,2018-10-01,"x\n' + "C,2018-10-01,x\n" * 5 + 'D,2018-10-01,x"\n'
    tables = read(tmp_path, {"referrals.csv": HEADER + body})
    assert "referrals.csv:3: a quote that opens here closes only on line 9. Read as one cell." in said(tables)
    assert tables.knowledge["referrals"].lost_rows == 5


@pytest.mark.parametrize("later_rows", ["", "C,2018-10-01,x\n" * 9])
def test_a_quote_that_never_closes_breaks_the_file(tmp_path: Path, later_rows: str) -> None:
    tables = read(tmp_path, {"referrals.csv": f'{HEADER}A,2018-10-01,x\nB,2018-10-01,"x\n{later_rows}'})
    assert rows(tables, "referrals", "child") == [("A",)]
    assert said(tables)[0].startswith("referrals.csv:3: a quote that opens here is never closed.")
    assert len(tables.knowledge["referrals"].broken_files) == 1


def test_a_new_line_in_the_last_cell_of_all(tmp_path: Path) -> None:
    tables = read(tmp_path, {"uasc.csv": 'child,duc,note\nA,,"\n"'})
    assert rows(tables, "uasc", "child", "note") == [("A", "\ufffd")]


def test_nul_is_replaced(tmp_path: Path) -> None:
    tables = read(tmp_path, {"referrals.csv": HEADER.encode() + b"A,2018-10-01,a\0b\n"})
    assert rows(tables, "referrals", "source") == [("a\ufffdb",)]


@pytest.mark.parametrize("content", [b"", b"  \n\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_no_table(tmp_path: Path, content: bytes) -> None:
    tables = read(tmp_path, {"referrals.csv": content})
    assert "referrals" not in tables.frames
    assert "is empty" in describe_problem(tables.problems["referrals"])


def test_a_header_alone_is_a_table_without_rows(tmp_path: Path) -> None:
    tables = read(tmp_path, {"referrals.csv": HEADER})
    assert rows(tables, "referrals", "child") == []
    assert counts(tables, "referrals") == (0, 0, 0)


def test_no_header(tmp_path: Path) -> None:
    tables = read(tmp_path, {"referrals.csv": "A,2018-10-01,x\n"})
    assert describe_problem(tables.problems["referrals"]).endswith(
        "the first 20 lines have no header with child and referral_date; the file begins: A, 2018-10-01, x"
    )


def test_a_folder_named_as_a_file(tmp_path: Path) -> None:
    (tmp_path / "referrals.csv").mkdir()
    (tmp_path / "children.parquet").mkdir()
    tables = read(tmp_path, {})
    assert {"referrals", "children"} <= set(tables.problems)
    assert [issue_line.partition(":")[0] for issue_line in said(tables)] == ["children.parquet", "referrals.csv"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    (tmp_path / "referrals.csv").write_text(HEADER)
    (tmp_path / "referrals.csv").chmod(0)
    assert "Permission denied" in describe_problem(read(tmp_path, {}).problems["referrals"])


def test_a_column_that_stands_there_twice(tmp_path: Path) -> None:
    text = "child,referral_date,child,source\nA,2018-10-01,B,x\n"
    tables = read(tmp_path, {"referrals.csv": text})
    assert rows(tables, "referrals", "child", "child_3") == [("A", "B")]
    assert said(tables) == ["referrals.csv:1: the column child appears twice. The first was used."]


@pytest.mark.parametrize("name", ["_line", "_LINE ", "distance", "counted", "_x", "*", "^c$"])
def test_a_column_with_a_name_of_the_programs_own_steps_aside(tmp_path: Path, name: str) -> None:
    text = f"child,referral_date,{name}\nA,2018-10-01,B\nC,2018-10-01\n"
    tables = read(tmp_path, {"referrals.csv": text})
    new = f"{name.strip().lower()}_in_file"
    assert rows(tables, "referrals", "child", new) == [("A", "B")]
    assert f"referrals.csv: the column {name.strip().lower()} is kept as {new}" in said(tables)


def test_a_column_that_steps_aside_finds_its_place_taken(tmp_path: Path) -> None:
    text = "child,referral_date,distance,distance_in_file\nA,2018-10-01,B,C\n"
    tables = read(tmp_path, {"referrals.csv": text})
    (row,) = tables.frames["referrals"].collect().rows(named=True)
    assert {"B", "C"} <= set(row.values())


def test_a_very_long_cell_ends_in_words(tmp_path: Path) -> None:
    long = '"' + "x" * 1_100_000
    assert any("breaks off" in issue_line for issue_line in referrals(tmp_path, HEADER + f"A,2018-10-01,{long}"))
    assert referrals(tmp_path, f"child,referral_date,{long}\nA,2018-10-01,x\n")


def test_fast_and_close_reading_agree(tmp_path: Path) -> None:
    """A quote anywhere makes the reader look closely: nothing else may change."""
    body = "".join(f"{n},2018-10-0{n},s{n}\n" for n in range(1, 9))
    plain_tables = read(tmp_path / "a", {"referrals.csv": HEADER + body})
    quoted = read(tmp_path / "b", {"referrals.csv": HEADER + body.replace("s5", '"s5"')})
    columns = ("child", "referral_date", "source")
    assert rows(plain_tables, "referrals", *columns) == rows(quoted, "referrals", *columns)
    assert said(plain_tables) == said(quoted) == []

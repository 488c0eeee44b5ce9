"""The SSDA903 return's tables, known by their columns, in one year or several."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from folders import counts, read, rows, said

from tests.examples import Example, counted, table

HEADER = table("CHILD SEX DOB ETHNIC UPN MOTHER MC_DOB", "1 2 27/03/2008 WROM D05 . .")
COLUMNS = "CHILD DECOM RNE LS CIN PLACE PLACE_PROVIDER DEC REC REASON_PLACE_CHANGE HOME_POST PL_POST URN"


def episodes(*lines: str) -> str:
    """Episodes by start, reason, status, placement, end and reason that it ended."""
    cells = (line.split() for line in lines)
    return table(
        COLUMNS,
        *(f"{c} {d} {r} {ls} N1 {p} PR1 {dec} {rec} . rg40~1pg . 123"
          for c, d, r, ls, p, dec, rec in cells),
    )  # fmt: skip


def test_a_year_of_the_return(tmp_path: Path) -> None:
    tables = read(
        tmp_path,
        {
            "a.csv": HEADER,
            "b.csv": episodes("1 15/02/2016 S C2 U1 14/08/2017 E11"),
            "c.csv": table("CHILD SEX DOB DUC", "1 2 27/03/2008 13/10/2018"),
            "d.csv": table("CHILD DOB REVIEW REVIEW_CODE", "1 27/03/2008 30/08/2017 PN6"),
        },
    )
    assert rows(tables, "children", "child", "dob", "sex", "ethnic") == [("1", date(2008, 3, 27), "F", "WROM")]
    assert rows(tables, "care_episodes", "child", "decom", "dec", "rec", "home_post", "pl_post") \
        == [("1", date(2016, 2, 15), date(2017, 8, 14), "E11", "RG401PG", None)]  # fmt: skip
    assert rows(tables, "uasc", "child", "duc") == [("1", date(2018, 10, 13))]
    assert said(tables) == []


def test_the_other_tables_of_the_return(tmp_path: Path) -> None:
    """Two of them say of which year they are in their names alone; two are about adoption, and make one row."""
    who = "1 27/03/2008"
    files = {
        "missing.csv": table("CHILD DOB MISSING MIS_START MIS_END", f"{who} M 13/11/2017 25/11/2017"),
        "oc2 2018.csv": table("CHILD DOB SDQ_SCORE CONVICTED TEETH_CHECK", f"{who} 17 0 1"),
        "oc3 2018.csv": table("CHILD DOB IN_TOUCH ACTIV ACCOM", "2 27/03/1999 YES F1 Z1"),
        "ad1.csv": table("CHILD DOB DATE_INT DATE_MATCH FOSTER_CARE", f"{who} 22/11/2015 22/12/2015 1"),
        "placed.csv": table("CHILD DOB DATE_PLACED DATE_PLACED_CEASED", f"{who} 22/11/2015 07/04/2017"),
        "workers.csv": table("CHILD DOB SW_ID SW_DECOM SW_DEC SW_REASON", f"{who} W9 01/01/2020 03/01/2020 MANAGE"),
        "reviews.csv": table("CHILD DOB REVIEW REVIEW_CODE", f"{who} 30/08/2017 PN6"),
    }
    tables = read(tmp_path, dict(files))
    assert rows(tables, "missing", "child", "start", "end", "kind") == [
        ("1", date(2017, 11, 13), date(2017, 11, 25), "M")
    ]
    assert rows(tables, "care_year", "child", "year", "sdq_score", "convicted", "teeth_check") == [
        ("1", 2018, 17, "N", "Y")
    ]
    assert rows(tables, "leavers", "child", "year", "in_touch", "activity", "accommodation") == [
        ("2", 2018, "YES", "F1", "Z1")
    ]
    assert rows(tables, "adoptions", "child", "decision_date", "matched_date", "foster_carer", "reversed_date") == [
        ("1", date(2015, 11, 22), date(2015, 12, 22), "Y", date(2017, 4, 7))
    ]
    assert rows(tables, "worker_episodes", "child", "worker", "end") == [("1", "W9", date(2020, 1, 3))]
    assert rows(tables, "care_reviews", "child", "review_date", "participation") == [("1", date(2017, 8, 30), "PN6")]
    assert said(tables) == []


def test_a_return_of_a_year_that_its_name_does_not_say_is_not_used(tmp_path: Path) -> None:
    tables = read(tmp_path, {"oc2.csv": table("CHILD DOB SDQ_SCORE", "1 27/03/2008 17")})
    assert any("put the year into its name" in issue_line for issue_line in said(tables))
    assert rows(tables, "care_year", "child") == []


def test_names_of_files_say_nothing(tmp_path: Path) -> None:
    tables = read(tmp_path, {"header.csv": episodes("1 15/02/2016 S C2 U1 . .")})
    assert set(tables.frames) == {"care_episodes"}


def test_an_open_episode_that_a_later_return_corrects_is_left_out(tmp_path: Path) -> None:
    """It began a day later: kept open, it would be counted beside the other one."""
    earlier = episodes("1 01/05/2016 S C2 U1 . .", "2 01/05/2016 S C2 U1 31/03/2017 E4A")
    later = episodes("1 02/05/2016 S C2 U1 . .", "1 03/03/2018 P C2 K2 . .")
    tables = read(tmp_path, {"b.csv": earlier, "a.csv": later})
    assert rows(tables, "care_episodes", "child", "decom") == [
        ("1", date(2016, 5, 2)), ("1", date(2018, 3, 3)), ("2", date(2016, 5, 1))
    ]  # fmt: skip
    assert said(tables)[0] == (
        "b.csv:2: 1 episode is open here, and different in a later file. The later file was used."
    )


def test_a_child_that_a_later_return_does_not_know_is_told(tmp_path: Path) -> None:
    """In one file of a later time, not in one of the same: that may be of other children."""
    earlier = episodes("1 01/05/2016 S C2 U1 . .", "2 01/03/2017 S C2 U1 . .")
    beside = episodes("3 25/03/2017 S C2 U1 . .")
    assert said(read(tmp_path / "a", {"a.csv": earlier, "b.csv": beside})) == []
    later = episodes("2 01/03/2017 S C2 U1 01/02/2018 E4A")
    tables = read(tmp_path / "b", {"a.csv": earlier, "b.csv": later})
    assert said(tables) == [
        "a.csv:2: 1 episode is open here, and later files do not have the child. The episode was read as still open."
    ]
    assert len(rows(tables, "care_episodes", "child")) == 2


@pytest.mark.parametrize(
    ("last_event", "is_told"),
    [("01/04/2017", False), ("02/04/2017", True)],  # the earlier return ends on 1 March 2017
)
def test_a_return_is_later_if_it_goes_on_for_more_than_a_month(tmp_path: Path, last_event: str, is_told: bool) -> None:
    earlier = episodes("1 01/05/2016 S C2 U1 . .", "2 01/03/2017 S C2 U1 . .")
    later = episodes(f"2 01/03/2017 S C2 U1 {last_event} E4A")
    tables = read(tmp_path, {"a.csv": earlier, "b.csv": later})
    assert [issue.startswith("a.csv:2: 1 episode is open here") for issue in said(tables)] == [True] * is_told


@pytest.mark.parametrize(
    ("began", "starts"), [("01/03/2017", ["2017-03-01"]), ("02/03/2017", ["2016-05-01", "2017-03-02"])]
)
def test_a_later_return_corrects_an_episode_up_to_the_day_the_earlier_ends(
    tmp_path: Path, began: str, starts: list[str]
) -> None:
    """The earlier return ends on 1 March 2017: what begins the day after is no correction of it."""
    earlier = episodes("1 01/05/2016 S C2 U1 . .", "2 01/02/2017 S C2 U1 01/03/2017 E4A")
    tables = read(tmp_path, {"a.csv": earlier, "b.csv": episodes(f"1 {began} P C2 U1 . .", "3 01/05/2017 S C2 U1 . .")})
    assert [str(start) for child, start in rows(tables, "care_episodes", "child", "decom") if child == "1"] == starts


def test_the_day_that_a_status_ended_is_kept(tmp_path: Path) -> None:
    """Neither file says which is the later: what one does not say, the other may."""
    table_rows = table("CHILD SEX DOB DUC", "1 2 27/03/2001 27/03/2019")
    untold = table("CHILD SEX DOB DUC", "1 2 27/03/2001 .")
    for first_return, second_return in ((table_rows, untold), (untold, table_rows)):
        tables = read(tmp_path, {"a.csv": first_return, "b.csv": second_return})
        assert rows(tables, "uasc", "child", "duc") == [("1", date(2019, 3, 27))]


def test_an_episode_that_crosses_years_is_counted_once(tmp_path: Path) -> None:
    earlier = episodes("1 15/02/2016 S C2 U1 . .", "2 20/03/2017 S C2 U1 25/03/2017 E4A")
    later = episodes("1 15/02/2016 S C2 U1 14/08/2017 X1", "1 14/08/2017 P C2 K2 . .")
    # The later year is known by its dates, not by its name.
    tables = read(tmp_path, {"b.csv": earlier, "a.csv": later})
    assert rows(tables, "care_episodes", "child", "decom", "dec") == [
        ("1", date(2016, 2, 15), date(2017, 8, 14)),
        ("1", date(2017, 8, 14), None),
        ("2", date(2017, 3, 20), date(2017, 3, 25)),
    ]
    # That it has ended since contradicts nothing.
    assert said(tables) == []
    assert [(Path(source.file).name, source.rows_read, source.rows_used, source.rows_refused)
            for source in tables.sources] == [("b.csv", 2, 1, 1), ("a.csv", 2, 2, 0)]  # fmt: skip


YEARS = {
    "episodes 2017.csv": episodes("1 15/02/2016 S C2 U1 . .", "2 20/01/2017 S C2 U1 . ."),
    "episodes 2018.csv": episodes(
        "1 15/02/2016 S C2 U1 14/08/2017 X1", "1 14/08/2017 P C2 K2 . .", "2 20/01/2017 S C2 U1 . ."
    ),
    "episodes 2019.csv": episodes(
        "1 14/08/2017 P C2 K2 20/11/2018 E4A", "2 20/01/2017 S C2 U1 . .", "3 01/05/2018 S C2 U1 . ."
    ),
}


@pytest.mark.parametrize("years", [sorted(YEARS), sorted(YEARS, reverse=True)])
def test_three_years_are_counted_as_one_table_of_them_would_be(example: Example, years: list[str]) -> None:
    """Of six episodes in seven rows no child is counted twice: not in care, leaving or entering."""
    files = {f"{number} return": YEARS[name] for number, name in enumerate(years)}
    counts_of = {
        name: counted(example.entry(name, files).point.count)
        for name in ("permanence", "care-entrants-over-20-miles", "children-in-care-over-20-miles")
    }
    assert counts_of == {
        "permanence": (1, 1, {}),  # child 1, in the quarter
        "care-entrants-over-20-miles": (0, 0, {}),  # nobody entered in the quarter
        "children-in-care-over-20-miles": (0, 0, {"distance unknown": 2}),  # 2 and 3
    }
    earlier = example.entry("children-in-care-over-20-miles", files, period="2017-18 Q4")
    assert counted(earlier.point.count) == (0, 0, {"distance unknown": 2})  # 1 and 2


# The codes of each year's guide: those that came, and those that went, are known in every year.
OF_YEARS = {
    "2017": ("S C1 A3 E43", "L C2 H5 E44", "P D1 P2 E41", "T E1 K1 E4A", "B V2 K2 E4B",
             "U V3 P1 X1", "S V4 P3 E11",
             "S L1 R1 E12", "S L2 R2 E13", "S L3 R3 E14", "S J1 R5 E15",
             "S J2 S1 E16", "S J3 T0 E17", "S C2 T1 E2", "S C2 T2 E3", "S C2 T3 E5",
             "S C2 T4 E6", "S C2 U1 E7", "S C2 U2 E8", "S C2 U3 E9", "S C2 U4 X1", "S C2 U5 X1",
             "S C2 U6 X1", "S C2 Z1 X1", "S C2 A4 X1", "S C2 A5 X1", "S C2 A6 X1"),
    "2019": ("S C2 U4 E45", "S C2 U4 E46", "S C2 U4 E47", "S C2 U4 E48"),
    "2025": ("S C2 K3 E4A",),
    "2026": ("S C2 Z11 E4A", "S C2 Z12 E4A", "S C2 Z13 E4A", "S C2 Z14 E4A"),
}  # fmt: skip


@pytest.mark.parametrize("year", OF_YEARS)
def test_the_codes_of_every_year_are_known(tmp_path: Path, year: str) -> None:
    lines = []
    for number, codes in enumerate(OF_YEARS[year]):
        rne, status, placement, reason = codes.split()
        lines.append(f"{number} 15/02/{year} {rne} {status} {placement} 16/02/{year} {reason}")
    tables = read(tmp_path, {"a.csv": episodes(*lines)})
    assert said(tables) == []
    assert counts(tables, "care_episodes") == (len(lines), len(lines), 0)


@pytest.mark.parametrize(
    ("sex_code", "read_as"), [("1", "M"), ("2", "F"), ("M", "M"), ("F", "F"), ("U", "U"), ("m", "M"), ("1.0", "M")]
)
def test_sex_as_it_was_until_2024_and_as_it_is_from_2025(tmp_path: Path, sex_code: str, read_as: str) -> None:
    text = table("CHILD SEX DOB ETHNIC UPN", f"1 {sex_code} 27/03/2008 WROM D05")
    assert rows(read(tmp_path, {"a.csv": text}), "children", "sex") == [(read_as,)]


def test_what_a_later_return_contradicts_is_counted(tmp_path: Path) -> None:
    earlier = episodes("1 15/02/2016 S C2 U1 . .", "2 15/02/2016 S C2 U1 20/03/2017 E4A")
    later = episodes("1 15/02/2016 S C2 U4 . .", "2 15/02/2016 S C2 U1 21/03/2017 E4A")
    tables = read(tmp_path, {"a.csv": earlier, "b.csv": later})
    assert rows(tables, "care_episodes", "child", "place", "dec") == [("1", "U4", None), ("2", "U1", date(2017, 3, 21))]
    assert said(tables) == ["a.csv:2: 2 rows differ from a later file, on lines 2 and 3. The later file was used."]


def test_like_rows_of_two_years_are_one_without_a_word(tmp_path: Path) -> None:
    tables = read(tmp_path, {"a.csv": HEADER, "b.csv": HEADER})
    assert rows(tables, "children", "child") == [("1",)]
    assert said(tables) == []


def test_issues_of_one_file_are_said_of_it(tmp_path: Path) -> None:
    first_return = episodes("1 15/02/2016 S C2 U1 14/08/2017 X1")
    two = episodes("2 15/02/2018 S C9 U1 14/08/2017 X1", "3 x S C2 U1 . .")
    tables = read(tmp_path, {"a.csv": first_return, "b.csv": two})
    assert said(tables) == [
        "b.csv:2: 1 cell of ls has a code that is not known: C9. The cell was kept.",
        "b.csv:2: 1 row ends before it starts, dec before decom. The row was kept.",
        "b.csv:3: 1 date in decom could not be read: x. The row was left out.",
    ]


def test_a_clean_table_is_stronger_than_a_return(tmp_path: Path) -> None:
    clean = table("child dob sex", "1 2008-03-28 F")
    tables = read(tmp_path, {"children.csv": clean, "header.csv": HEADER})
    assert rows(tables, "children", "child", "dob") == [("1", date(2008, 3, 28))]
    assert [Path(source.file).name for source in tables.sources] == ["header.csv", "children.csv"]


def test_a_file_with_a_tables_name_that_is_a_return(tmp_path: Path) -> None:
    tables = read(tmp_path, {"children.csv": episodes("1 15/02/2016 S C2 U1 . .")})
    assert counts(tables, "care_episodes") == (1, 1, 0)
    assert "children" in tables.problems


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_return_that_has_the_very_name_of_a_clean_table(tmp_path: Path, ending: str) -> None:
    """Of uasc.csv in the return, SEX, DOB and day-first dates are what they should be."""
    text = table("CHILD SEX DOB DUC", "1 2 27/03/2008 13/10/2018", "2 1 27/03/2008 .")
    (tmp_path / "uasc.csv").write_text(text, encoding="utf-8")
    if ending == "parquet":
        pl.read_csv(tmp_path / "uasc.csv", infer_schema=False).write_parquet(tmp_path / "uasc.parquet")
        (tmp_path / "uasc.csv").unlink()
    tables = read(tmp_path, {})
    assert rows(tables, "uasc", "child", "duc") == [("1", date(2018, 10, 13)), ("2", None)]
    assert said(tables) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("uasc", table("child duc", "1 2018-10-13")),
        ("children", table("child dob sex ethnic uasc uasc_until",
                           "1 2008-03-27 F . 1 2018-10-13")),
        ("children", table("child dob review review_code", "1 2008-03-27 2018-01-01 PN6")),
        ("care_episodes", table(f"{COLUMNS} distance_miles",
                                "1 2016-02-15 S C2 N1 U1 PR1 . . . . . . 3.5")),
    ],
)  # fmt: skip
def test_a_clean_table_with_columns_of_a_return_is_clean(tmp_path: Path, name: str, text: str) -> None:
    """Every column of it is kept: `uasc_until`, `distance_miles` and those of the council's own."""
    tables = read(tmp_path, {f"{name}.csv": text})
    header = text.lower().splitlines()[0].split(",")
    assert {*header} <= {*tables.frames[name].collect_schema().names()}
    assert said(tables) == []


def test_a_return_that_breaks_off_takes_its_table_with_it(tmp_path: Path) -> None:
    broken = episodes("1 15/02/2016 S C2 U1 . .") + '"' + "x" * 1_100_000
    tables = read(tmp_path, {"a.csv": broken, "b.csv": episodes("2 15/02/2016 S C2 U1 . .")})
    assert "care_episodes" in tables.unreadable_tables
    assert "care_episodes" not in tables.frames


def test_a_file_that_is_none_of_these(tmp_path: Path) -> None:
    tables = read(
        tmp_path,
        {
            "1.csv": "CHILD,DECOM,RNE,LS,PLACE,ENDED\n",
            "4.csv": "Our return\n\nCHILD,DECOM,RNE,LS,PLACES,DEC,REC\n",
            "2.csv": "apples,pears\n1,2\n",
            "3.csv": "just words\n",
        },
    )
    assert said(tables) == [
        "1.csv:1: not recognised: it looks like SSDA903 episodes, but has no column dec and rec; "
        "its other columns are ended. The file was not used.",
        "2.csv:1: not recognised: its columns are apples, pears. The file was not used.",
        "3.csv: not recognised: none of its first lines is a header. The file was not used.",
        "4.csv:3: not recognised: it looks like SSDA903 episodes, but has no column place; "
        "it has places. The file was not used.",
    ]

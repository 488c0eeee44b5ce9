"""Tables brought together: ids written in several ways, ids that do not meet, rows of other councils."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from folders import folder_of, rows, said, sheet

from kpitui.council import open_council
from kpitui.issue_wording import describe_issue, describe_problem
from kpitui.layouts.council_names import find_number_of_council
from kpitui.tables import read_folder
from kpitui.tables.id_matching import IdMatches, match_ids
from kpitui.tables.load_folder import LoadedTables
from kpitui.tables.reconcile_tables import reconcile_tables

CHILDREN = ["A1", "A2", "B3", "C4", "D5", "E6"]


def frame_of(ids: list[str]) -> pl.LazyFrame:
    return pl.LazyFrame({"child": ids}, schema={"child": pl.String})


def match(**ids: list[str]) -> IdMatches:
    return match_ids({name: frame_of(table_ids) for name, table_ids in ids.items()})


@pytest.mark.parametrize("spelling", ["a1", " A1", "A 1", '="A1"', "A1.0", "00A1"])
def test_an_id_that_differs_in_spelling_alone_is_joined(spelling: str) -> None:
    matched = match(children=CHILDREN, referrals=[spelling, "A2"])
    assert matched.spellings == {"referrals": {spelling: "A1"}}
    assert [issue.code for issue in matched.issues] == ["ids-joined"]


def test_two_children_of_the_register_are_never_joined() -> None:
    matched = match(children=["0042", "42", *CHILDREN], referrals=["0042", "42"])
    assert (matched.spellings, any(matched.uncertain_ids.values())) == ({}, False)


def test_without_a_register_two_spellings_in_one_table_may_be_two_children() -> None:
    matched = match(referrals=["0042", "42", "43"])
    assert matched.spellings == {}
    assert matched.uncertain_ids["referrals"] == {"0042", "42"}
    assert [(issue.code, issue.occurrences) for issue in matched.issues] == [("ids-alike", 2)]


def test_a_table_that_lost_its_leading_zeros_may_have_joined_two_children() -> None:
    register = [*(f"00{number}" for number in range(10, 20)), *map(str, range(10, 20))]
    lost_zeros = match(children=register, care_episodes=[str(number) for number in range(10, 20)])
    assert len(lost_zeros.uncertain_ids["care_episodes"]) == 10
    assert not any(match(children=register, care_episodes=register).uncertain_ids.values())


def test_ids_of_which_none_is_in_the_other_table() -> None:
    plans = [f"P{number}" for number in range(5)]
    matched = match(protection_plans=plans, protection_visits=[f"V{number}" for number in range(5)])
    assert matched.apart_tables == ("protection_visits",)
    assert match(protection_plans=plans, protection_visits=["V1", "V2", "V3", "V4"]).apart_tables == ()
    assert match(protection_plans=plans, protection_visits=["V1", "V2", "V3", "V4", "P1"]).apart_tables == ()


def load(place: Path, **texts: str) -> LoadedTables:
    folder = folder_of(place, {f"{name}.csv": text for name, text in texts.items()})
    return reconcile_tables(read_folder(folder, council_code="872"))


def test_rows_of_other_councils_are_left_out_and_counted(tmp_path: Path) -> None:
    codes = ("872", "873", "872.0", "", "E06000041")
    referrals = sheet(
        *({"child": f"A{n}", "referral_date": "2018-01-01", "la_code": code} for n, code in enumerate(codes))
    )
    tables = load(tmp_path, referrals=referrals)
    assert rows(tables, "referrals", "child") == [("A0",), ("A2",), ("A3",), ("A4",)]
    assert said(tables) == ["referrals.csv: 1 row is of other councils, by la_code. It was left out."]


def test_a_table_of_another_council_is_none(tmp_path: Path) -> None:
    referrals = sheet({"child": "A1", "referral_date": "2018-01-01", "la_code": "873"})
    problem = load(tmp_path, referrals=referrals).problems["referrals"]
    assert describe_problem(problem).endswith("no row of referrals is of the council 872, by its la_code")


@pytest.mark.parametrize("heading", ["LEA", "la_code", "LA Number"])
def test_rows_of_other_councils_in_a_return_are_left_out_too(tmp_path: Path, heading: str) -> None:
    header = "CHILD,DOB,SEX,ETHNIC," + heading
    content = f"{header}\nA1,27/03/2008,2,WBRI,872\nA2,27/03/2009,1,WBRI,871\n"
    tables = read_folder(folder_of(tmp_path, {"header.csv": content}), council_code="872")
    assert rows(tables, "children", "child") == [("A1",)]


def test_rows_of_one_key_that_contradict_each_other_leave_bounds(tmp_path: Path) -> None:
    plan = {"child": "A1", "start_date": "2018-01-01", "end_date": "2018-03-01", "category": "NEG"}
    plans = sheet(plan, plan | {"category": "EMO"}, plan | {"end_date": "2018-09-01"})
    knowledge = load(tmp_path, protection_plans=plans).knowledge["protection_plans"]
    assert (knowledge.lost_rows, knowledge.contradicted_rows) == (0, 1)


def test_ids_that_a_spreadsheet_has_rounded_refuse_the_file(tmp_path: Path) -> None:
    referrals = sheet(
        {"child": "100007123456", "referral_date": "2018-01-01"},
        {"child": "1.00007E+11", "referral_date": "2018-01-01"},
    )
    tables = load(tmp_path, referrals=referrals)
    assert "referrals" not in tables.frames
    assert "a spreadsheet has rounded ids in child, such as 1.00007E+11" in describe_problem(
        tables.problems["referrals"]
    )


def test_placeholders_are_missing_and_told_once_a_column(tmp_path: Path) -> None:
    """An end of 9999-12-31 in every open row is no end; beside empty cells it may stand for one."""
    plans = (
        {"child": "A1", "start_date": "2018-01-01", "end_date": "9999-12-31", "category": "SSD_PH"},
        {"child": "A2", "start_date": "2018-01-01", "end_date": "2018-03-01", "category": "NEG"},
    )
    tables = load(tmp_path / "all", protection_plans=sheet(*plans))
    assert rows(tables, "protection_plans", "child", "end_date", "category")[0] == ("A1", None, None)
    assert tables.knowledge["protection_plans"].unread_dates == {}
    assert [issue.code for issue in tables.issues] == ["cells-placeholder", "cells-placeholder"]
    with_empty = sheet(*plans, {"child": "A3", "start_date": "2018-01-01", "end_date": "", "category": ""})
    mixed = load(tmp_path / "mixed", protection_plans=with_empty)
    assert mixed.knowledge["protection_plans"].unread_dates == {"end_date": 1}


def test_a_placeholder_for_an_id_leaves_out_its_row(tmp_path: Path) -> None:
    referrals = sheet({"child": "-1", "referral_date": "2018-01-01"}, {"child": "A1", "referral_date": "2018-01-01"})
    tables = load(tmp_path, referrals=referrals)
    assert rows(tables, "referrals", "child") == [("A1",)]
    assert tables.knowledge["referrals"].lost_rows == 1


@pytest.mark.parametrize(
    ("name", "number"),
    [("Wokingham", "872"), ("Wokingham Borough Council", "872"), ("City of London", "201"), ("Our council", None)],
)
def test_the_number_of_a_council_by_its_name(name: str, number: str | None) -> None:
    assert find_number_of_council(name) == number


def test_a_council_whose_name_has_another_number_and_a_column_that_nobody_filled(tmp_path: Path) -> None:
    visits = sheet({"child": "A1", "visit_date": "2018-01-01", "seen": "Y"})
    folder_of(tmp_path, {"protection_visits.csv": visits})
    config = tmp_path / "config.toml"
    text = '[council]\nname = "Wokingham Borough Council"\nla_code = "873"\n'
    config.write_text(text, encoding="utf-8")
    assert [issue.code for issue in open_council(config).tables.issues][-1:] == ["column-without-values"]
    assert "council-of-other-name" in {issue.code for issue in open_council(config).tables.issues}
    config.write_text(f'defaults = {{ setting = "Home" }}\n{text}'.replace("873", "872"), encoding="utf-8")
    assert {"council-of-other-name", "column-without-values"} & {
        issue.code for issue in open_council(config).tables.issues
    } == set()


def test_what_only_shows_where_tables_stand_side_by_side(tmp_path: Path) -> None:
    """A postcode that no table has, care before birth, a child of the future, and a file that gives nothing."""
    folder_of(
        tmp_path / "tables",
        {
            "children.csv": "child,dob\n1,2010-01-01\n2,2018-12-01\n3,2019-08-01\n",
            "care_episodes.csv": "child,decom,rne,ls,place,dec,rec,home_post,pl_post\n"
            "1,2018-10-01,S,C2,U6,,,RG1 1AA,OX1 1AA\n2,2018-10-01,S,C2,U6,,,RG1 1AA,OX1 1AA\n",
            "postcodes.csv": "postcode,easting,northing\nRG1 1AA,471000,173000\n",
            "sn_april_2021.csv": "LA number" + "".join(f",SN{n}" for n in range(1, 11)) + f"\n872{',-' * 10}\n",
        },
    )
    config = tmp_path / "config.toml"
    config.write_text(
        'as_at = 2019-03-25\n[council]\nname = "Wokingham"\nla_code = "872"\n[tables]\nfolder = "tables"\n',
        encoding="utf-8",
    )
    issues = {issue.code: describe_issue(issue) for issue in open_council(config).tables.issues}
    assert issues["postcodes-not-known"].startswith("1 postcode of care_episodes is not in the table of postcodes: OX1")
    assert issues["care-before-birth"].startswith("1 episode of care starts before the child was born: 2.")
    assert issues["file-without-own-rows"].startswith("none of its 1 rows could be used as statistical_neighbours.")
    assert issues["children-not-born"].startswith("1 child has a date of birth after the date of the board.")

"""Files with a council's own columns: what the config says of them is how they are read."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from folders import read, rows, said
from workbooks import xlsx

from kpitui.board import build_board
from kpitui.config.settings import ConfigError
from kpitui.council import Council, open_council
from kpitui.issue_wording import format_issue
from kpitui.model.periods import parse_period
from tests.examples import table

VISITS = table("Person~ID* Worker Actual~date~of~visit Outcome", "1 W 12/10/2018~14:30 Child~seen",
               "2 W 26/10/2018~09:00 child~NOT~seen").replace("~", " ")  # fmt: skip
STANZA = """
[files."Visits*.csv"]
table = "protection_visits"
columns = { child = "Person ID", visit_date = "Actual date of visit", seen = "outcome" }
values = { seen = { "Child seen" = "Y", "Child not seen" = "N" } }
"""


def council(folder: Path, files: dict[str, str | bytes], stanza: str) -> Council:
    """A council of these files and this part of a config."""
    for name, content in files.items():
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    config = f'as_at = "2019-03-25"\n[council]\nname = "Ourton"\nla_code = "872"\n{stanza}'
    (folder / "config.toml").write_text(config, encoding="utf-8")
    return open_council(folder / "config.toml")


def visits(council: Council) -> list[tuple[object, ...]]:
    """The visits of a council: child, day and whether it was seen."""
    return rows(council.tables, "protection_visits", "child", "visit_date", "seen")


SEEN = [("1", date(2018, 10, 12), "Y"), ("2", date(2018, 10, 26), "N")]


def test_headings_words_and_times_of_a_case_system(tmp_path: Path) -> None:
    opened_council = council(tmp_path, {"visits_Q3.csv": VISITS}, STANZA)
    assert visits(opened_council) == SEEN
    (source,) = opened_council.tables.sources
    assert source.recognised_as == 'files."Visits*.csv" of the config'


def test_only_columns_that_the_config_or_the_table_names_are_read(tmp_path: Path) -> None:
    opened_council = council(tmp_path, {"visits_Q3.csv": VISITS.replace("Worker", "Setting")}, STANZA)
    assert rows(opened_council.tables, "protection_visits", "setting") == [("W",), ("W",)]
    opened_council = council(tmp_path, {"visits_Q3.csv": VISITS}, STANZA)
    assert "worker" not in opened_council.tables.frames["protection_visits"].collect_schema().names()


def test_several_files_are_one_table(tmp_path: Path) -> None:
    later = VISITS.replace("26/10/2018", "27/10/2018").replace("12/10/2018", "13/10/2018")
    opened_council = council(tmp_path, {"visits_1.csv": VISITS, "visits_2.csv": later}, STANZA)
    assert {day for _, day, _ in visits(opened_council)} == {date(2018, 10, day) for day in (12, 13, 26, 27)}


def test_one_workbook_is_several_tables(tmp_path: Path) -> None:
    workbook = xlsx({
        "Cover": [["Extract", "of March"]],
        "Plans": [["Plans of 2018", ""], ["Person ID", "Start Date"], ["1", "2018-10-01"]],
        "Referrals": [["Case no.", "Received"], ["7", "05-Oct-2018"]],
    })  # fmt: skip
    stanza = """
[[files."extract.xlsx"]]
table = "Protection Plans"
sheet = "plans"
columns = { child = "Person ID" }
[[files."extract.xlsx"]]
table = "referrals"
sheet = "Referrals"
columns = { child = "Case no.", referral_date = "Received" }
"""
    opened_council = council(tmp_path, {"Extract.xlsx": workbook}, stanza)
    assert rows(opened_council.tables, "protection_plans", "child", "start_date") == [("1", date(2018, 10, 1))]
    assert rows(opened_council.tables, "referrals", "child", "referral_date") == [("7", date(2018, 10, 5))]


def test_dates_that_are_said_to_be_month_first(tmp_path: Path) -> None:
    text = VISITS.replace("12/10/2018 14:30", "10/12/2018 2:30 PM").replace("26/10/2018", "10/26/2018")
    assert visits(council(tmp_path, {"visits_Q3.csv": text}, STANZA + 'dates = "month first"\n')) == SEEN
    assert visits(council(tmp_path, {"visits_Q3.csv": text}, STANZA)) == []


@pytest.mark.parametrize(
    ("order", "cells", "refused"),
    [
        ("iso", ("2018-10-12", "2018-10-26 14:30", "26/10/2018"), "26/10/2018 (not iso)"),
        ("iso", ("2018-10-12", "2018-10-26", "26 October 2018"), "26 October 2018 (not iso)"),
        ("month first", ("10/12/2018", "10/26/2018", "26/10/2018"), "26/10/2018 (not month first)"),
        ("month first", ("2018-10-12", "26 Oct 2018", "13/13/2018"), "13/13/2018"),
        ("day first", ("12/10/2018", "2018-10-26", "10/26/2018"), "10/26/2018"),
    ],
)
def test_dates_in_another_form_than_is_said_are_named(
    tmp_path: Path, order: str, cells: tuple[str, str, str], refused: str
) -> None:
    text = "Person ID,Actual date of visit,Outcome\n" + "".join(f"{n},{cell},Y\n" for n, cell in enumerate(cells, 1))
    opened_council = council(tmp_path, {"visits_Q3.csv": text}, STANZA + f'dates = "{order}"\n')
    assert [row[:2] for row in visits(opened_council)] == [("1", date(2018, 10, 12)), ("2", date(2018, 10, 26))]
    assert any(f": {refused}." in line and ":4:" in line for line in said(opened_council.tables))


def test_lines_above_the_header_are_skipped(tmp_path: Path) -> None:
    # Without the number, the line above has as many of the names.
    text = "Person ID,Actual date of visit,Outcome,\nold,names,,\n" + VISITS
    assert visits(council(tmp_path, {"visits_Q3.csv": text}, STANZA + "skip = 2\n")) == SEEN


def test_a_column_that_is_not_there_is_named(tmp_path: Path) -> None:
    opened_council = council(tmp_path, {"visits_Q3.csv": VISITS.replace("Outcome", "Outcomes")}, STANZA)
    (issue,) = [issue for issue in opened_council.tables.issues if issue.severity == "fault"]
    assert format_issue(issue).partition(": ")[2] == (
        "the config names outcome for this file, which is not among its columns: person id*, worker, "
        "actual date of visit, outcomes. Did you mean outcomes? The file was not used."
    )


@pytest.mark.parametrize(
    ("stanza", "message"),
    [
        ('[files."v.csv"]\ntable = "protection_visit"\n', "is not known - did you mean protection_visits?"),
        ('[files."v.csv"]\ncolumns = { child = "ID" }\n', 'files.v.csv needs table'),
        ('[files."v.csv"]\ntable = "children"\ndates = "american"\n', "must be one of day first, month first, iso"),
        ('[files."v.csv"]\ntable = "children"\nvalues = { sex = "M" }\n', "must be a table"),
        ('[files]\n"v.csv" = "children"\n', "must be a table"),
    ],
)  # fmt: skip
def test_mistakes_in_a_mapping(tmp_path: Path, stanza: str, message: str) -> None:
    with pytest.raises(ConfigError) as raised:
        council(tmp_path, {}, stanza)
    assert message in str(raised.value)


OWN = """
[indicators.early-help]
title = "Early help in time"
table = "Early Help"
date = "Completed"
counted = { "Days Taken" = { at_most = 45 } }
polarity = "high"
"""


def test_a_table_and_columns_of_ones_own_with_capitals_and_blanks(tmp_path: Path) -> None:
    text = "case,COMPLETED (dd/mm/yyyy),days_taken\n1,05/11/2018,40\n2,06/11/2018,50\n"
    opened_council = council(tmp_path, {"early_help.csv": text}, OWN)
    (entry,) = [
        entry
        for entry in build_board(opened_council, date(2019, 3, 25), parse_period("2018-19 Q3")).entries
        if entry.indicator.id == "early-help"
    ]
    assert (entry.point.count.numerator, entry.point.count.denominator) == (1, 2)


def test_a_workbook_may_stand_for_a_table_of_ones_own(tmp_path: Path) -> None:
    workbook = xlsx({"Sheet1": [["Case", "Completed", "Days taken"], ["1", "2018-11-05", "40"]]})
    opened_council = council(tmp_path, {"early help.xlsx": workbook}, OWN.replace("Early Help", "early help"))
    assert opened_council.tables.problems.get("early help") is None


def test_columns_of_a_clean_table_under_any_name(tmp_path: Path) -> None:
    text = "Child;Decom;RNE;LS;Place;Dec;Rec;Distance miles\n1;2018-10-05;S;C2;U6;;;19.9\n"
    tables = read(tmp_path, {"care.csv": text, "people.csv": "child,dob,team\n1,2010-01-01,A\n",
                             "other.csv": "child,dob,a,b,c,d\n1,2010-01-01,,,,\n"})  # fmt: skip
    assert rows(tables, "care_episodes", "child", "distance_miles") == [("1", 19.9)]
    assert rows(tables, "children", "child", "team") == [("1", "A")]
    assert [issue.partition(":")[0] for issue in said(tables)] == ["other.csv"]

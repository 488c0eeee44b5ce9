"""Returns in XML: the census of children in need, SSDA903, the social work workforce."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from folders import File, counts, folder_of, read, rows, said
from hypothesis import given, settings
from hypothesis import strategies as st
from test_tables_fuzz import looked_at, mutated

from kpitui.board import build_board
from kpitui.council import open_council
from kpitui.model.periods import parse_period
from kpitui.tables.load_folder import read_folder
from tests.examples import Example, counted

CIN = """<?xml version="1.0" encoding="utf-8"?>
<Message>
  <Header><CollectionDetails><Collection>CIN</Collection></CollectionDetails></Header>
  <Children>
    <Child>
      <ChildIdentifiers>
        <LAchildID>0007</LAchildID>
        <UPNunknown>UN3</UPNunknown>PersonBirthDate
        <PersonBirthDate>2015-03-27</PersonBirthDate>
        <{sex}>1</{sex}>
      </ChildIdentifiers>
      <ChildCharacteristics><Ethnicity>WBRI</Ethnicity></ChildCharacteristics>
      <CINdetails>
        <CINreferralDate>2018-10-06</CINreferralDate>
        <ReferralSource>1A</ReferralSource>
        <ReferralNFA>{nfa}</ReferralNFA>
        <Assessments><AssessmentActualStartDate>2018-10-07</AssessmentActualStartDate></Assessments>
        <ChildProtectionPlans>
          <CPPstartDate>2018-11-17</CPPstartDate>
          <CPPendDate>2019-03-14</CPPendDate>
          <InitialCategoryOfAbuse>PHY</InitialCategoryOfAbuse>
          <NumberOfPreviousCPP>2</NumberOfPreviousCPP>
          <Reviews><CPPreviewDate>2019-02-15</CPPreviewDate></Reviews>
        </ChildProtectionPlans>
      </CINdetails>
      <CINdetails>
        <CINreferralDate>06/10/18</CINreferralDate>
        <ReferralSource>1A</ReferralSource>
      </CINdetails>
    </Child>
  </Children>
</Message>
"""
LOOKED_AFTER = """<Message><CHILD>
<HEADER><CHILDID>7</CHILDID><SEX>2</SEX><DOB>27/03/2008</DOB><ETHNIC>WBRI</ETHNIC><UASC>{uasc}</UASC>
</HEADER>
<EPISODE><DECOM>15/02/2016</DECOM><RNE>S</RNE><LS>C2</LS><PL>U1</PL><DEC>14/08/2017</DEC>
<REC>X1</REC></EPISODE>
<EPISODE><DECOM>14/08/2017</DECOM><RNE>P</RNE><LS>C2</LS><PL>K2</PL><DEC/><REC/></EPISODE>
</CHILD></Message>
"""
WORKFORCE = """<Message>
<LALevelVacancies><NumberOfVacancies>7</NumberOfVacancies></LALevelVacancies>
<CSWWWorker><AgencyWorker>0</AgencyWorker><SWENo>SW1</SWENo><FTE>0.5</FTE>
<RoleStartDate>2014-01-26</RoleStartDate><RoleEndDate>2018-03-28</RoleEndDate>
<ReasonLeave>{reason}</ReasonLeave></CSWWWorker>
<CSWWWorker><AgencyWorker>1</AgencyWorker><SWENo>SW2</SWENo><RoleStartDate>2014-01-26</RoleStartDate>
</CSWWWorker></Message>
"""


@pytest.mark.parametrize(("sex", "nfa"), [("GenderCurrent", "0"), ("Sex", "false")])
def test_children_in_need(tmp_path: Path, sex: str, nfa: str) -> None:
    tables = read(tmp_path, {"cin.xml": CIN.format(sex=sex, nfa=nfa)})
    assert rows(tables, "children", "child", "dob", "sex", "ethnic") == [("0007", date(2015, 3, 27), "M", "WBRI")]
    assert rows(tables, "referrals", "child", "referral_date", "source", "nfa") == [
        ("0007", date(2018, 10, 6), "1A", "N")
    ]
    assert rows(tables, "protection_plans", "start_date", "end_date", "previous_plans") == [
        (date(2018, 11, 17), date(2019, 3, 14), 2.0)
    ]
    assert rows(tables, "need_episodes", "child", "referral_date", "nfa") == [("0007", date(2018, 10, 6), "N")]
    assert rows(tables, "protection_reviews", "child", "review_date") == [("0007", date(2019, 2, 15))]
    # Referrals and episodes of need are made of the same record.
    assert (
        said(tables)
        == [
            "cin.xml[CINdetails]:26: 1 date in cinreferraldate (referral_date) could not be read: 06/10/18. "
            "The row was left out."
        ]
        * 2
    )
    assert counts(tables, "referrals") == (2, 1, 1)


def of_year(year: int) -> str:
    """The census of a year: from 2024 sex is Sex, from 2025 M or F; each year adds elements."""
    text = CIN.format(sex="Sex" if year >= 2024 else "GenderCurrent", nfa="0")
    if year >= 2025:
        text = text.replace("<Sex>1</Sex>", "<Sex>M</Sex>")
    if year >= 2022:
        added = (
            "<DateOfInitialCPC>2018-10-20</DateOfInitialCPC><Section47><S47ActualStartDate>"
            "2018-10-08</S47ActualStartDate></Section47><ChildProtectionPlans>"
        )
        text = text.replace("<ChildProtectionPlans>", added)
    return text.replace("<Collection>CIN</Collection>", f"<Year>{year}</Year>")


@pytest.mark.parametrize("year", range(2021, 2027))
def test_the_census_of_every_year(tmp_path: Path, year: int) -> None:
    tables = read(tmp_path, {f"{year}.xml": of_year(year)})
    assert rows(tables, "children", "child", "sex") == [("0007", "M")]
    assert rows(tables, "protection_plans", "start_date", "category", "previous_plans") == [
        (date(2018, 11, 17), "PHY", 2.0)
    ]
    assert counts(tables, "referrals") == (2, 1, 1)


def test_earlier_plans_are_told_by_their_number_alone(example: Example) -> None:
    """NumberOfPreviousCPP says ever (CPEV), and nothing of the last 24 months (CP24)."""
    folder = {"census": of_year(2024)}
    config = example.write({})
    (config.parent / "tables" / "census.xml").write_text(folder["census"], encoding="utf-8")
    board = build_board(open_council(config), date(2019, 3, 25), parse_period("2018-19 Q3"))
    figures = {entry.indicator.id: counted(entry.point.count) for entry in board.entries}
    assert figures["repeat-plans-ever"] == (1, 1, {})
    assert figures["repeat-plans-24-months"] == (0, 1, {})


def test_two_years_of_the_census_are_one_plan(tmp_path: Path) -> None:
    earlier = of_year(2023).replace("<CPPendDate>2019-03-14</CPPendDate>", "")
    tables = read(tmp_path, {"a.xml": of_year(2024), "b.xml": earlier})
    assert rows(tables, "protection_plans", "start_date", "end_date") == [(date(2018, 11, 17), date(2019, 3, 14))]


@pytest.mark.parametrize("start", ["17/11/2018", "2018-11-17"])
def test_tables_made_of_the_census(tmp_path: Path, start: str) -> None:
    files: dict[str, File] = {
        "children.csv": "LAchildID,PersonBirthDate,GenderCurrent,Ethnicity\n7,27/03/2015,2,WBRI\n",
        "cin.csv": "LAchildID,CINreferralDate,ReferralSource,ReferralNFA,CINclosureDate\n"
        "7,06/10/2018,1A,false,\n8,07/10/2018,3D,1,\n",
        "cp.csv": "LAchildID,CPPstartDate,CPPendDate,InitialCategoryOfAbuse,NumberOfPreviousCPP\n"
        f"7,{start},null,PHY,0\n",
    }
    tables = read(tmp_path, files)
    assert rows(tables, "children", "child", "dob", "sex") == [("7", date(2015, 3, 27), "F")]
    assert rows(tables, "referrals", "child", "source", "nfa") == [
        ("7", "1A", "N"), ("8", "3D", "Y")
    ]  # fmt: skip
    assert rows(tables, "protection_plans", "start_date", "end_date", "previous_plans") == [
        (date(2018, 11, 17), None, 0.0)
    ]
    assert said(tables) == []


@pytest.mark.parametrize(("uasc", "figures"), [("1", [("7",)]), ("0", [])])
def test_looked_after_children(tmp_path: Path, uasc: str, figures: list[tuple[str]]) -> None:
    tables = read(tmp_path, {"903.xml": LOOKED_AFTER.format(uasc=uasc)})
    assert rows(tables, "children", "child", "dob", "sex") == [("7", date(2008, 3, 27), "F")]
    assert rows(tables, "care_episodes", "child", "decom", "rne", "dec", "rec") == [
        ("7", date(2016, 2, 15), "S", date(2017, 8, 14), "X1"),
        ("7", date(2017, 8, 14), "P", None, None),
    ]
    assert rows(tables, "uasc", "child") == figures
    assert said(tables) == []


@pytest.mark.parametrize(
    ("reason", "expected", "voluntary"), [("1", "Resignation", "Y"), ("4", "Dismissed", "N"), ("10", "10", None)]
)
def test_the_workforce(tmp_path: Path, reason: str, expected: str, voluntary: str | None) -> None:
    tables = read(tmp_path, {"csww.xml": WORKFORCE.format(reason=reason)})
    columns = ("worker", "end_date", "leaving_reason", "voluntary", "agency", "fte")
    assert rows(tables, "social_workers", *columns) == [
        ("SW1", date(2018, 3, 28), expected, voluntary, "N", 0.5),
        ("SW2", None, None, None, "Y", None),
    ]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", "the file is empty"),
        (" ", "the XML is not complete: no element found"),
        ("<Message><CHILD>", "the XML is not complete: no element found"),
        ("<Message><CHILD></Message>", "the XML is not complete: mismatched tag"),
        ("<rss><channel/></rss>", "not recognised: it is XML, but not a return that kpitui knows"),
        ("<Message><Child><A>1</A></Child></Message>", "not recognised"),
        ('<!DOCTYPE x [<!ENTITY e "x">]><Message>&e;</Message>', "the file has a document type declaration"),
        ('<!DOCTYPE x SYSTEM "file:///etc/passwd"><Message/>', "the file has a document type declaration"),
        ('<?xml version="1.0" encoding="nonsense"?><Message/>', "not XML that can be read"),
        ("<Child>" * 60, "elements are more than 50 levels deep"),
    ],
)
def test_what_is_no_return(tmp_path: Path, content: str, expected: str) -> None:
    (issue,) = said(read(tmp_path, {"x.xml": content}))
    assert re.fullmatch(rf"x\.xml(:\d+)?: {re.escape(expected)}.*", issue)


def test_hostile_text_and_tags_are_clean(tmp_path: Path) -> None:
    hostile = CIN.format(sex="Sex", nfa="0").replace("1A", "1\u202eA").replace("UPNunknown", "U\u200bN")
    tables = read(tmp_path, {"cin.xml": hostile.replace("U\u200bN", "UPN")})
    assert rows(tables, "referrals", "source") == [("1\ufffdA",)]


OTHER_CELLS = "<SEX>2</SEX><DOB>27/03/2008</DOB><ETHNIC>WBRI</ETHNIC>"


def child(child_id: str, *episodes: str) -> str:
    """A child of the return with episodes, each by the day it began and the day it ended."""
    records = "".join(
        f"<EPISODE><DECOM>{began}</DECOM><RNE>S</RNE><LS>C2</LS><PL>U1</PL><DEC>{ended}</DEC><REC>E11</REC></EPISODE>"
        for began, ended in (episode.split() for episode in episodes)
    )
    return f"<CHILD><HEADER><CHILDID>{child_id}</CHILDID>{OTHER_CELLS}</HEADER>{records}</CHILD>"


@pytest.mark.parametrize(("area", "used"), [("872", 1), ("0872", 1), ("871", 0), (" 871 ", 0), ("", 1)])
def test_a_return_whose_header_names_another_council_is_left_out(tmp_path: Path, area: str, used: int) -> None:
    header = f"<Header><Source><SourceLevel>L</SourceLevel><LEA>{area}</LEA></Source></Header>"
    content = CIN.format(sex="Sex", nfa="false").replace("<Message>", f"<Message>{header}")
    tables = read_folder(folder_of(tmp_path, {"x.xml": content}), council_code="872")
    assert bool(tables.usable_tables & {"referrals", "children"}) == bool(used)
    if not used:
        assert tables.problems["referrals"].message.code == "table-of-other-council"


def test_a_neighbours_return_takes_no_row_of_the_council_with_the_same_ids(tmp_path: Path) -> None:
    """The ids of two councils may be the same: the neighbour's rows go before files are merged."""
    content = CIN.format(sex="Sex", nfa="false")
    headed = [content.replace("<Message>", f"<Message><Header><LEA>{area}</LEA></Header>") for area in (872, 871)]
    tables = read_folder(folder_of(tmp_path / "own", {"a.xml": headed[0]}), council_code="872")
    both = read_folder(folder_of(tmp_path / "both", {"a.xml": headed[0], "b.xml": headed[1]}), council_code="872")
    assert rows(both, "referrals", "child", "referral_date") == rows(tables, "referrals", "child", "referral_date")


def test_on_one_line_a_record_is_named_by_its_child(tmp_path: Path) -> None:
    """A line number would say nothing, and two troubles on one line are not one."""
    text = "".join(
        (
            child("A1", "15/02/2016 14/08/2017", "x 14/08/2017"),
            child("B2", "15/02/2016 31/02/2018", "15/03/2016 30/02/2018", "15/04/2016 15/05/2016"),
            child("", "15/02/2016 14/08/2017"),
        )
    )
    tables = read(tmp_path, {"r.xml": f"<Message>{text}</Message>"})
    assert counts(tables, "care_episodes") == (6, 4, 2)
    assert said(tables) == [
        "r.xml[CHILD]: 1 row has no child, in record 3. The row was left out.",
        "r.xml[EPISODE]: 1 date in decom could not be read, in the record of child A1: x. The row was left out.",
        "r.xml[EPISODE]: 2 dates in dec could not be read, first in the record of child B2: 31/02/2018, 30/02/2018. "
        "The cells were read as missing.",
        "r.xml[EPISODE]: 2 rows start while another of the same child is open, first in the record of child B2. "
        "Both were kept.",
        "r.xml[EPISODE]: 1 row has no child, in record 6. The row was left out.",
    ]
    assert {issue.line for issue in tables.issues} == {None}


def test_with_lines_of_its_own_a_record_is_named_by_its_line(tmp_path: Path) -> None:
    text = child("A1", "15/02/2016 31/02/2018").replace("><", ">\n<")
    tables = read(tmp_path, {"r.xml": f"<Message>\n{text}\n</Message>"})
    assert said(tables) == [
        "r.xml[EPISODE]:9: 1 date in dec could not be read: 31/02/2018. The cell was read as missing."
    ]


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_mutated_xml(data: st.DataObject) -> None:
    source = data.draw(st.sampled_from([CIN, LOOKED_AFTER, WORKFORCE])).encode()
    draw = st.composite(lambda draw: mutated(draw, source))
    looked_at({"x.xml": data.draw(draw())})


def test_a_return_in_which_no_episode_has_ended(tmp_path: Path) -> None:
    """Elements that say nothing may be left out, in all of its records."""
    text = """<EXPSSDA903><CHILD><HEADER><CHILDID>7</CHILDID><SEX>2</SEX><DOB>27/03/2008</DOB>
<ETHNIC>WBRI</ETHNIC></HEADER><EPISODE><DECOM>15/02/2016</DECOM><RNE>S</RNE><LS>C2</LS><PL>U1</PL>
</EPISODE></CHILD></EXPSSDA903>"""
    tables = read(tmp_path, {"a.xml": text})
    assert rows(tables, "care_episodes", "child", "decom", "place", "dec", "rec") == [
        ("7", date(2016, 2, 15), "U1", None, None)
    ]
    assert said(tables) == []


@pytest.mark.parametrize("encoding", ["utf-16", "UTF-16", "utf-8"])
def test_a_declaration_of_utf_16_that_is_not_true(tmp_path: Path, encoding: str) -> None:
    text = CIN.format(sex="Sex", nfa="0").replace("utf-8", encoding)
    read_as = read(tmp_path, {"census.xml": text})
    assert read_as.frames["referrals"].collect().height > 0
    assert not [issue for issue in said(read_as) if "XML" in issue]


@pytest.mark.parametrize(
    ("cut", "ending", "is_read"),
    [(None, b"\x1a", True), (None, b"\0\0\0", True), (None, b"and more", False), (-40, b"\0\0\0", False)],
)
def test_a_return_is_whole_whatever_a_program_puts_behind_it(
    tmp_path: Path, cut: int | None, ending: bytes, is_read: bool
) -> None:
    text = CIN.format(sex="Sex", nfa="0").strip().encode()
    read_as = read(tmp_path, {"census.xml": text[:cut] + ending})
    assert ("referrals" in read_as.frames) == is_read

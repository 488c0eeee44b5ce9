"""The committee paper around the figures: purpose, decisions, columns over time, activity."""

from __future__ import annotations

from datetime import date

import pytest

from kpitui.board import build_board
from kpitui.config.profiles import BUILT_IN_PROFILES, BriefingProfile
from kpitui.council import Council
from kpitui.disclosure.cell_values import hide_board_cells
from kpitui.model.periods import parse_period
from kpitui.report.briefing.document import Briefing, PaperTable
from kpitui.report.briefing_request import request_briefing
from tests.examples import Example

HEAD = "indicator,period,text,author,written_date,kind,due_date,owner,closed_date,expected\n"
DECISIONS = (
    HEAD
    + ",2018-19 Q2,The report shall name the schools,Committee,2018-12-14,decision,2019-03-25,Head,2019-02-01,\n"
    + ",2018-19 Q3,Officers were thanked,Committee,2019-03-20,decision,,,,\n"
    + ",2018-19 Q3,A quiet quarter,Director,2019-03-14,reason,,,,\n"
    + ",2018-19 Q3,Two children waited for a placement,Director,2019-03-14,reason,,,,\n"
    + ",2018-19 Q2,Who is asked?,Member,2019-01-10,question,,,,\n"
    + ",2018-19 Q3,Everybody is,Director,2019-03-14,answer,,,,\n"
    + "RR12,2018-19 Q3,Fewer repeats,Head,2019-03-14,action,2019-06-30,Head,,20%\n"
)
REFERRALS = "child,referral_date\n" + "".join(f"{number},2018-{4 + number % 9:02}-10\n" for number in range(90))


@pytest.fixture
def council(example: Example) -> Council:
    return example.council({"commentary": DECISIONS, "referrals": REFERRALS})


def brief(council: Council, profile: BriefingProfile | None = None, *, internal: bool = False) -> Briefing:
    return request_briefing(council, profile or BriefingProfile(), date(2019, 3, 25), internal=internal)


def find_table(briefing: Briefing, heading: str) -> PaperTable:
    return next(table for table in briefing.further_tables if table.heading.startswith(heading))


def test_purpose_and_recommendation_come_from_the_profile_or_are_plain(council: Council) -> None:
    sections = {
        section.heading: [statement.text for statement in section.statements] for section in brief(council).sections
    }
    assert sections["Purpose"] == [
        "To report how children's services performed in Q3 2018/19 against the council's targets."
    ]
    assert sections["Recommendation"] == ["That the committee notes the report."]
    profile = BriefingProfile(purpose="To ask.", recommendation="RESOLVED", officer="A. Head", contact="0118 000")
    briefing = brief(council, profile)
    assert [section.statements[0].text for section in briefing.sections[:2]] == ["To ask.", "RESOLVED"]
    assert briefing.cover.officer == "A. Head, 0118 000"


def test_decisions_say_who_and_what_became_of_them(council: Council) -> None:
    (decisions,) = (section for section in brief(council).sections if section.heading.startswith("Decisions"))
    assert [(statement.text, statement.due_text) for statement in decisions.statements] == [
        ("The report shall name the schools", "Head, done 1 February 2019"),
        ("Officers were thanked", ""),
    ]


def test_the_reports_own_commentary_tells_no_small_number_in_public(council: Council) -> None:
    def texts(briefing: Briefing) -> list[str]:
        return [
            statement.text
            for section in briefing.sections
            if section.heading == "Commentary"
            for statement in section.statements
        ]

    public = brief(council)
    assert texts(public) == ["A quiet quarter"]
    assert "report: reason of Q3 2018/19 by Director left out, as it mentions a small number" in public.missing_work
    assert sorted(texts(brief(council, internal=True))) == ["A quiet quarter", "Two children waited for a placement"]
    board = build_board(council, date(2019, 3, 25), public_view=True)
    assert not any("Two children" in note.text for note in board.report_notes)


def test_a_board_that_is_kept_in_a_file_has_no_text_of_the_reports_commentary(council: Council) -> None:
    board = build_board(council, date(2019, 3, 25))
    assert any("Two children" in note.text for note in board.report_notes)
    assert (hide_board_cells(board).report_notes, hide_board_cells(board).release_texts) == ((), ())


def test_questions_on_the_report_have_their_answers(council: Council) -> None:
    (thread,) = brief(council).question_threads
    assert (thread.code, thread.title, thread.question.text) == ("", "The report", "Who is asked?")
    assert [answer.text for answer in thread.answers] == ["Everybody is"]


def test_an_action_says_what_value_is_expected_by_when(council: Council) -> None:
    (item,) = (item for item in brief(council).items if item.entry.indicator.code == "RR12")
    assert item.actions[0].due_text == "Head, by 30 June 2019, expected 20%"


def test_four_periods_last_year_target_and_others_stand_beside_each_other(council: Council) -> None:
    briefing = brief(council)
    table = find_table(briefing, "Over time")
    assert table.columns[2:6] == ("Q4 2017/18", "Q1 2018/19", "Q2 2018/19", "Q3 2018/19")
    assert table.columns[-3:] == ("Target", "England", "Neighbours")
    (activity,) = (row for row in find_table(briefing, "Activity").rows if row[0] == "RR12")
    # Ten referrals on the tenth of each month from April, added up from April.
    assert activity[-3:] == ("30", "60", "90")
    assert briefing.further_tables[0].rows  # no row of an indicator without any figure
    assert all(set(row[2:]) - {"", "not shown", "none"} for row in table.rows)


def test_profiles_that_need_no_config(council: Council) -> None:
    assert brief(council, BUILT_IN_PROFILES["monthly"]).cover.period == "Feb 2019 (provisional)"
    assert "Provisional" in brief(council, BUILT_IN_PROFILES["monthly"]).cover.marking
    summary = brief(council, BUILT_IN_PROFILES["summary"])
    assert (summary.is_full, summary.further_tables) == (False, ())
    assert parse_period("2018-19 Q3").label == summary.cover.period

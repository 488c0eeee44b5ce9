"""What a briefing says, worked by hand on small boards."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from math import nan

import polars as pl
import pytest
from briefings import BEFORE, NOW, entry, note, told

from kpitui.config.profiles import BriefingProfile
from kpitui.disclosure.public_context import HELD_BACK_TEXT
from kpitui.model.board import Count, Entry, Movement, Restatement
from kpitui.model.drilldown import IndicatorCases
from kpitui.model.issues import Issue, create_message
from kpitui.report.briefing.document import Briefing, BriefingItem, LabelledText

# Against a target of 75 with 5 points of tolerance, of 20 cases each: 16 are green, 14.5 amber.
GREEN, AMBER, RED = (16, 20), (14.5, 20), (10, 20)

NO_SCHOOLS = Issue(create_message("table-without-file", table="schools", folder="data"), "", None, "schools")


def codes(items: tuple[BriefingItem, ...]) -> list[str]:
    return [item.code for item in items]


def picked(briefing: Briefing) -> tuple[list[str], list[str]]:
    return [win.item.code for win in briefing.wins], [concern.item.code for concern in briefing.concerns]


def fact(item: BriefingItem, name: str) -> str:
    return next(fact.text for fact in item.facts if fact.label == name)


def test_the_cover_says_which_meeting_which_period_and_how_old() -> None:
    cover = told(entry("A1"), profile=BriefingProfile(title="Report", committee="Scrutiny")).cover
    assert (cover.title, cover.committee, cover.council) == ("Report", "Scrutiny", "Wokingham")
    assert (cover.meeting_date, cover.period) == ("25 March 2019", "Q3 2018/19")
    assert cover.data_age == "Figures to 31 December 2018, 84 days before the meeting"


def test_shares_add_up_and_name_what_has_no_colour() -> None:
    board = told(entry("A1", GREEN), entry("A2", RED), entry("A3", RED), entry("A4", target=None))
    assert [(share.rag, share.item_count, share.text) for share in board.shares] == [
        ("green", 1, "1 of 4 (25%)"),
        ("amber", 0, "0 of 4 (0%)"),
        ("red", 2, "2 of 4 (50%)"),
        ("none", 1, "1 of 4 (25%)"),
    ]
    assert [share.rag for share in told(entry("A1", GREEN)).shares] == ["green", "amber", "red"]


def test_the_opening_counts_colours_and_directions() -> None:
    board = told(entry("A1", GREEN, GREEN), entry("A2", RED, GREEN), entry("A3", AMBER, RED))
    assert board.opening == (
        "Of 3 indicators, 1 met the target, 1 missed it within tolerance and 1 missed it by more."
        " Since Q2 2018/19, 1 got better, 1 got worse and 1 stayed the same."
    )


def test_exceptions_are_what_is_red_or_has_no_value_the_worst_first() -> None:
    board = told(
        entry("OK", GREEN),
        entry("LOST", problem=NO_SCHOOLS),
        entry("BETTER", (2, 20), (1, 20)),  # 65 points off, but better than it was
        entry("NEAR", (13, 20), (14, 20)),  # 10 points off, and worse
        entry("FAR", (10, 20), (14, 20)),  # 25 points off, and worse
        entry("AMBER", AMBER),
    )
    assert codes(board.exceptions) == ["FAR", "NEAR", "BETTER", "LOST"]


def test_wins_are_on_target_and_better_first_those_that_were_not_on_target() -> None:
    board = told(
        entry("SAME", GREEN, GREEN),
        entry("WORSE", (16, 20), (18, 20)),
        entry("STILL", (20, 20), (16, 20)),  # green before too, better by 20
        entry("NEW", (16, 20), (14, 20)),  # was off target, better by 10
        entry("NEWER", (16, 20), (10, 20)),  # was off target, better by 30
        entry("LEAST", (17, 20), (16, 20)),  # the fourth
        entry("RED", (10, 20), (1, 20)),
    )
    assert picked(board)[0] == ["NEWER", "NEW", "STILL"]
    assert board.wins[1].explanation == ("80.0%* (16 of 20), better by 10.0 points since Q2 2018/19, when it was amber")
    assert board.wins[2].explanation == "100.0%* (20 of 20), better by 20.0 points since Q2 2018/19"


def test_concerns_are_off_target_red_first_then_worse_then_by_distance() -> None:
    board = told(
        entry("GREEN", (16, 20), (20, 20)),
        entry("AMBER", AMBER, (20, 20)),
        entry("BETTER", (2, 20), (1, 20)),
        entry("FAR", (10, 20), (14, 20)),
        entry("NEAR", (13, 20), (14, 20)),
    )
    assert picked(board)[1] == ["FAR", "NEAR", "BETTER"]
    assert picked(told(entry("AMBER", AMBER), entry("GREEN", GREEN)))[1] == ["AMBER"]


def test_low_is_good_where_the_indicator_says_so() -> None:
    board = told(entry("LOW", (2, 20), (16, 20), target=20.0, polarity="low"))
    assert picked(board) == (["LOW"], [])
    assert board.items[0].movement_since == "better by 70.0 points since Q2 2018/19"


def test_a_reason_that_is_written_takes_the_place_of_the_draft() -> None:
    red = entry("A1", (5, 10), (7, 10))
    (draft,) = told(red).items[0].reasons
    assert draft.is_draft
    assert draft.text == (
        "50.0%* (5 of 10 schools) in Q3 2018/19, worse by 20.0 points since Q2 2018/19,"
        " the same as in Q3 2017/18."
        " Red: 25.0 points worse than the target of 75.0%, beyond the tolerance of 5.0 points."
        " 1 more school would have met the target."
    )
    earlier = replace(red, commentary_notes=(note("reason", "Long ago.", BEFORE),))
    assert told(earlier).items[0].reasons == (draft,)
    text = replace(red, commentary_notes=(note("reason", "Because\nof this."), *earlier.commentary_notes))
    (reason,) = told(text).items[0].reasons
    assert (reason.text, reason.is_draft, reason.attribution) == (
        "Because of this.", False, "The team, 14 March 2019",
    )  # fmt: skip


def test_actions_say_who_does_them_by_when_and_that_they_are_late_or_done() -> None:
    red = entry(
        "A1",
        RED,
        notes=(
            note("reason", "Because."),
            note("action", "Soon.", due="2019-05-31", owner="Head of service"),
            note("action", "Once.", written_on="2019-03-15"),
            note("action", "Late.", BEFORE, "2018-12-10", due="2019-01-31"),
            note("action", "Long late.", BEFORE, "2018-12-11", due="2018-09-30"),
            note("action", "Over.", BEFORE, "2018-12-12", due="2018-09-30", closed="2018-12-31"),
            note("action", "Done.", written_on="2019-03-16", closed="2019-03-20"),
        ),
    )
    board = told(red)
    assert [(action.text, action.due_text, action.attribution) for action in board.items[0].actions] == [
        ("Late.", "overdue since 31 January 2019", "The team, 10 December 2018"),
        ("Long late.", "overdue since 30 September 2018", "The team, 11 December 2018"),
        ("Soon.", "Head of service, by 31 May 2019", ""),  # by the author of the reason above it
        ("Once.", "no date", "The team, 15 March 2019"),
        ("Done.", "done 20 March 2019", "The team, 16 March 2019"),
    ]
    assert board.missing_work == (
        "A1: action overdue since 30 September 2018: Long late.",
        "A1: action overdue since 31 January 2019: Late.",
    )


def test_what_is_missing_is_told_to_whoever_prepares() -> None:
    board = told(
        entry("A1", RED), entry("A2", problem=NO_SCHOOLS), entry("A3", GREEN, notes=(note("question", "Why?"),))
    )
    assert board.missing_work == (
        "A1: red in Q3 2018/19 without a reason",
        "A2: no value, no schools.csv or schools.parquet in data",
        "A3: question without an answer: Why?",
    )


def test_an_answer_stands_with_the_oldest_question_that_had_none() -> None:
    old = NOW.year_earlier
    notes = (
        note("question", "First?", BEFORE, "2019-01-05"),
        note("question", "Second?", BEFORE, "2019-01-06"),
        note("answer", "To the first.", NOW, "2019-02-01"),
        note("answer", "To the second.", NOW, "2019-02-02"),
        note("answer", "More of that.", NOW, "2019-02-03"),
        note("question", "Long ago?", old, "2018-01-01"),
        note("answer", "Answered then.", old, "2018-01-02"),
    )
    question_threads = told(entry("A1", notes=notes)).question_threads
    assert [
        (question_thread.question.text, [two.text for two in question_thread.answers])
        for question_thread in question_threads
    ] == [("First?", ["To the first."]), ("Second?", ["To the second.", "More of that."])]
    (open_still,) = told(entry("A1", notes=notes[5:6])).question_threads
    assert open_still.answers == ()


def test_facts_have_the_period_before_and_the_same_a_year_earlier() -> None:
    item = told(entry("A1", (8, 10), (7, 10))).items[0]
    assert fact(item, "Since Q2 2018/19") == "better by 10.0 points, from 70.0% (7 of 10)"
    assert fact(item, "Since Q3 2017/18") == "better by 30.0 points, from 50.0% (5 of 10)"
    assert fact(item, "Whole years") == "2017/18 50.0%"
    assert fact(item, "Later, provisional") == "Jan 2019 75.0% (3 of 4)"
    assert fact(item, "Small numbers") == (
        "one school is worth 10.0 points. With 10 schools the true level could be anywhere from 49% to 94%; "
        "75% is inside that"
    )
    assert fact(item, "Target") == "75.0%; Because"
    assert item.definition == "The first sentence."
    assert item.trend.description == (
        "Trend from Q3 2017/18 to Q3 2018/19: lowest 50.0% in Q3 2017/18,"
        " highest 80.0% in Q3 2018/19, latest 80.0%; target 75.0%"
    )


def test_comparators_that_lack_a_figure_say_why_once() -> None:
    assert [(comparator.name, comparator.value) for comparator in told(entry("A1")).items[0].comparators] == [
        ("England", "81.2%"),
        ("South East, Statistical neighbours", "no figure had been published by this date"),
    ]


def test_a_profile_chooses_indicators_themes_and_comparators_in_its_order() -> None:
    entries = (entry("A1"), entry("B1", theme="Care"), entry("C1"), entry("D1", theme="Staff"))
    some = BriefingProfile(indicators=("c1", "b1", "a1"), comparators=("England",))
    board = told(*entries, profile=some)
    assert codes(board.items) == ["C1", "B1", "A1"]
    assert [theme.name for theme in board.themes] == ["Schools", "Care"]
    assert [comparator.name for comparator in board.items[0].comparators] == ["England"]
    board = told(*entries, profile=BriefingProfile(themes=("Staff", "Schools")))
    assert codes(board.items) == ["A1", "C1", "D1"]
    assert [theme.name for theme in board.themes] == ["Staff", "Schools"]
    assert not told(*entries, profile=BriefingProfile(length="summary")).is_full


def test_what_the_chosen_indicators_do_not_need_is_left_out() -> None:
    entries = (entry("A1", made_up=True), entry("B1", theme="Care", table="care_episodes"))
    whole_briefing = told(*entries)
    assert len(whole_briefing.grade_changes) == 1
    assert sorted(row[0] for row in whole_briefing.sources) == ["care episodes", "schools"]
    assert whole_briefing.cover.made_up_notice == "Made-up data: schools"
    care = told(*entries, profile=BriefingProfile(themes=("Care",)))
    assert (care.grade_changes, care.grade_changes_span) == ((), "")
    assert [row[0] for row in care.sources] == ["care episodes"]
    assert care.cover.made_up_notice == ""


def test_schools_that_moved_and_what_was_restated_are_named() -> None:
    restatement = Restatement(BEFORE, date(2018, 12, 1), Count(6, 10), Count(7, 10))
    board = told(entry("A1", restated=(restatement,)))
    assert board.grade_changes == (("Keep Hatch", "Primary", "Good", "Outstanding", "28 February 2019"),)
    assert board.grade_changes_span == "Between Q2 2018/19 and Q3 2018/19"
    assert board.restatements == (
        ("A1 Title of A1", "Q2 2018/19", "1 December 2018", "60.0% (6 of 10)", "70.0% (7 of 10)"),
    )


def test_left_out_and_where_those_went_who_do_not_count_are_told() -> None:
    item = told(entry("A1")).items[0]
    assert (fact(item, "Left out"), fact(item, "Not counted")) == ("1 closed", "2 E5")


def test_how_many_cases_came_and_went_is_told() -> None:
    board = told(entry("A1"), came={"A1": (("x", "y"), ("z",))})
    assert fact(board.items[0], "Cases that moved") == "2 came, 1 went since Q2 2018/19"
    assert "Cases that moved" not in {fact.label for fact in told(entry("A1")).items[0].facts}


def test_the_public_view_says_what_a_hidden_count_looks_like() -> None:
    public = told(entry("A1"), public=True)
    assert public.cover.marking.startswith("Public")
    hidden = LabelledText(
        "Not shown", "fewer than 6 children, or a number from which one that small could be worked out"
    )
    assert hidden not in public.footnotes
    withheld = told(hide(entry("A1")), public=True)
    assert hidden in withheld.footnotes


def hide(entry: Entry, *, is_small: bool = True) -> Entry:
    """The same entry with its numerator hidden, as on a public board."""
    point = replace(entry.point, count=replace(entry.point.count, numerator=nan, is_small=is_small), rag="none")
    judgement = replace(entry.judgement, rag="none", points_per_case=None)
    movement = Movement("none", None, entry.movement.earlier_point, is_hidden=True)
    return replace(
        entry,
        point=point,
        history=(*entry.history[:-1], point),
        judgement=judgement,
        movement=movement,
        year_movement=movement,
        not_counted={"E5": nan},
    )


def test_what_is_hidden_is_told_in_words_and_nothing_is_concluded_from_it() -> None:
    board = told(entry("A1", GREEN), hide(entry("A2", RED)), hide(entry("A3", RED), is_small=False), public=True)
    assert board.opening.startswith(
        "Of the 1 indicator that can be shown, 1 met the target, 0 missed it within tolerance and 0 missed it by more."
        " 2 are not shown, to protect small numbers of children."
    )
    assert board.shares[0].text == "1 of 1 (100%)"
    small, large_entry = board.items[1:]
    assert (small.value, small.case_fraction, small.movement_text) == (
        "not shown", "fewer than 6 of 20 schools", "not shown",
    )  # fmt: skip
    assert large_entry.case_fraction == "20 schools in all"
    labels = {fact.label for fact in small.facts}
    assert "Not counted" not in labels  # a row of nothing but hidden numbers
    assert {"Left out", "Since Q2 2018/19"} <= labels
    assert small.reasons == ()


def test_a_hidden_point_is_an_open_mark_at_its_own_period() -> None:
    trend = told(hide(entry("A1", RED)), public=True).items[0].trend
    assert trend.judged_index == 2
    assert (trend.points[2].value, trend.points[2].is_hidden, trend.points[2].printed_value) == (
        None, True, "not shown",
    )  # fmt: skip
    assert trend.caption == "Every period; dashed: the target, hollow: provisional, open diamond on the axis: not shown"
    assert trend.description.endswith("latest not shown; target 75.0%")


def test_notes_that_are_held_back_are_told_to_the_officer_alone() -> None:
    held_back = replace(note("reason", HELD_BACK_TEXT), is_held_back=True)
    question = note("question", "How far away?", BEFORE, "2019-01-05")
    answer = replace(note("answer", HELD_BACK_TEXT), is_held_back=True)
    board = told(entry("A1", RED, notes=(held_back, question, answer)), public=True)
    assert HELD_BACK_TEXT not in str([board.items[0].reasons, board.items[0].actions, board.question_threads])
    assert board.question_threads == ()
    assert board.items[0].is_reason_drafted  # a red without a reason that may be printed
    assert board.missing_work == (
        "A1: reason of Q3 2018/19 by The team left out, as it mentions a small number",
        "A1: answer of Q3 2018/19 by The team left out, as it mentions a small number",
    )


def test_a_draft_stands_under_a_red_alone() -> None:
    board = told(entry("A1", GREEN), entry("A2", AMBER), entry("A3", RED))
    assert [item.is_reason_drafted for item in board.items] == [False, False, True]
    assert [len(item.reasons) for item in board.items] == [0, 0, 1]
    assert board.drafted_count == 1


def test_the_public_is_told_no_file_and_no_table() -> None:
    missing = told(entry("A1", problem=NO_SCHOOLS), public=True).items[0]
    assert missing.reasons[0].text == "No value: the data for this figure was not supplied."
    assert fact(missing, "No value") == "the data for this figure was not supplied"
    unsure = create_message("helper-table-missing", table="postcodes")
    item = told(replace(entry("A2"), warnings=(unsure,)), public=True).items[0]
    assert fact(item, "Please note") == "some details were not supplied, so that a few cases may be counted wrongly"
    assert "postcodes" in fact(told(replace(entry("A2"), warnings=(unsure,))).items[0], "Please note")


def test_every_page_says_that_figures_are_provisional() -> None:
    early = entry("A1")
    early = replace(early, point=replace(early.point, status="provisional"))
    assert told(early, public=True).cover.marking.endswith("Provisional: these figures may still change.")
    assert "Provisional" not in told(entry("A1"), public=True).cover.marking


def test_cases_are_refused_in_the_public_view() -> None:
    hidden_entry = entry("A1")
    rows = IndicatorCases(hidden_entry, hidden_entry.indicator.rule, NOW, pl.DataFrame({"urn": ["1"]}), "urn")
    with pytest.raises(ValueError, match="internal view alone"):
        told(hidden_entry, public=True, cases=(rows,))


def test_made_up_data_is_marked_at_the_code_and_explained() -> None:
    board = told(entry("A1", made_up=True), entry("A2"))
    assert codes(board.items) == ["A1†", "A2"]
    assert LabelledText("†", "worked out from made-up data") in board.footnotes
    assert board.cover.made_up_notice == "Made-up data: schools"
    assert told(entry("A2")).cover.made_up_notice == ""

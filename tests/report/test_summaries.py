"""What front ends show first: tallies, orders, highlights, trends, and what is owed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from briefings import BEFORE, MEETING, NOW, SOURCE, entry, note

from kpitui.commentary.threads import select_actions, select_reasons, select_threads
from kpitui.drilldown.case_table import RowQuery
from kpitui.model.board import HIDDEN_NUMBER, Board, Comparator, Count, Entry, HistoryPoint, Movement, TableSource
from kpitui.model.drilldown import GradeChange, IndicatorChange, PeriodChanges
from kpitui.model.issues import CodedMessage, Issue, create_message
from kpitui.model.periods import parse_period
from kpitui.summaries.change_order import filter_changes, sort_changes, sort_outcomes
from kpitui.summaries.comparisons import group_names_by_basis, select_comparators, separate_missing_figures
from kpitui.summaries.entry_order import (
    ENTRY_SORT_KEYS,
    filter_entries,
    group_by_theme,
    select_entries,
    select_sources,
    sort_entries,
)
from kpitui.summaries.highlights import find_worst_rag, select_concerns, select_exceptions, select_wins
from kpitui.summaries.missing_work import collect_outstanding, count_unanswered, count_unexplained, list_missing_work
from kpitui.summaries.source_order import ISSUE_SORT_KEYS, SOURCE_SORT_KEYS, arrange_issues, arrange_sources
from kpitui.summaries.tallies import (
    count_directions,
    count_rags,
    count_refused_rows,
    count_severities,
    measure_period_age,
    measure_source_age,
    share_rags,
)
from kpitui.summaries.trends import (
    find_extremes,
    find_judged_index,
    find_trend_scale,
    insert_missing_periods,
    list_drawn_points,
    list_trend_periods,
)
from kpitui.tui.views.board_table import BOARD_COLUMNS
from kpitui.tui.views.source_rows import ISSUE_COLUMNS, SOURCE_COLUMNS
from kpitui.wording import MINUS_SIGN, describe_movement_briefly, summarise_colours, summarise_outstanding

# The target is 75%, the tolerance 5 points; 7 of 10 the period before.
SEVERITY_CODES = ("encoding-not-utf-8", "folder-inside", "file-empty")  # a note, a doubt, a fault
GREEN, AMBER, RED = entry("G1", (8, 10)), entry("A1", (7, 10)), entry("R1", (6, 10))
NO_SCHOOLS = Issue(create_message("table-without-file", table="schools", folder="data"), "", None, "schools")
NO_VALUE = entry("N1", problem=NO_SCHOOLS)
EMPTY = entry("E1", (0, 0))


def codes(entries: tuple[Entry, ...]) -> list[str]:
    return [entry.indicator.code for entry in entries]


def board_of(*entries: Entry) -> Board:
    sources = tuple(source for entry in entries for source in entry.sources)
    return Board("Wokingham", MEETING, NOW, entries, sources, (), ())


# --- tallies -------------------------------------------------------------------------------------


def test_each_colour_is_counted_and_shared_out() -> None:
    entries = (GREEN, AMBER, RED, RED, NO_VALUE)
    assert count_rags(entries) == {"green": 1, "amber": 1, "red": 2, "none": 1}
    assert [(share.rag, share.entry_count, share.percentage) for share in share_rags(entries)] == [
        ("green", 1, 20.0), ("amber", 1, 20.0), ("red", 2, 40.0), ("none", 1, 20.0),
    ]  # fmt: skip
    assert summarise_colours(count_rags(entries)) == "1 green, 1 amber, 2 red, 1 no colour"


def test_the_three_colours_have_a_share_even_of_nothing_and_no_colour_only_where_it_is() -> None:
    assert [share.rag for share in share_rags((GREEN,))] == ["green", "amber", "red"]
    assert [share.percentage for share in share_rags(())] == [None, None, None]
    assert summarise_colours(count_rags(())) == "no indicators"


def test_directions_are_counted_and_an_absent_one_is_0() -> None:
    directions = count_directions((GREEN, RED, AMBER))  # 7 of 10 before
    assert [directions[name] for name in ("better", "worse", "same", "none")] == [1, 1, 1, 0]


def test_ages_are_in_days_and_that_of_a_running_period_is_0() -> None:
    board = board_of(GREEN)
    assert measure_period_age(board) == 84  # 31 December to 25 March
    assert measure_period_age(replace(board, as_at=date(2018, 12, 31))) == 0
    assert measure_period_age(replace(board, as_at=date(2018, 12, 1))) == 0
    assert measure_source_age(SOURCE, date(2019, 3, 1)) == 1
    assert measure_source_age(replace(SOURCE, last_event=None), MEETING) is None


def test_a_hidden_number_hides_the_sum() -> None:
    refused = (replace(SOURCE, rows_refused=2), replace(SOURCE, rows_refused=3))
    assert count_refused_rows(refused) == 5
    hidden = count_refused_rows((*refused, replace(SOURCE, rows_refused=HIDDEN_NUMBER)))
    assert hidden != hidden
    assert Count(1, 2, {"closed": 2, "moved": 3}).excluded_total == 5
    assert Count(1, 2).excluded_total == 0


def test_severities_are_counted_the_worst_first() -> None:
    issues = [Issue(CodedMessage(code), "a.csv") for code in SEVERITY_CODES]
    assert list(count_severities([*issues, issues[0]]).items()) == [("fault", 1), ("doubt", 1), ("note", 2)]
    assert count_severities(issues[:1]) == {"note": 1}
    assert count_severities(()) == {}


# --- highlights ----------------------------------------------------------------------------------


def test_the_worst_colour_is_red_then_amber_then_none_then_green() -> None:
    assert find_worst_rag((GREEN, NO_VALUE, AMBER, RED)) == "red"
    assert find_worst_rag((GREEN, NO_VALUE, AMBER)) == "amber"
    assert find_worst_rag((GREEN, NO_VALUE)) == "none"
    with pytest.raises(ValueError, match=r"empty"):
        find_worst_rag(())


def test_exceptions_are_reds_by_urgency_then_those_without_a_value() -> None:
    further_red, worse = entry("R2", (4, 10), (4, 10)), entry("R3", (6, 10), (7, 10))
    unchanged = entry("R4", (6, 10), (6, 10))
    assert codes(select_exceptions((NO_VALUE, GREEN, AMBER, unchanged, further_red, worse))) == ["R3", "R2", "R4", "N1"]


def test_wins_are_newly_on_target_first_then_by_improvement_and_at_most_three() -> None:
    much, little = entry("W1", (10, 10), (8, 10)), entry("W2", (9, 10), (8, 10))
    newly, equal = entry("W3", (8, 10), (7, 10)), entry("W4", (9, 10), (8, 10))
    assert codes(select_wins((RED, little, much, newly))) == ["W3", "W1", "W2"]
    assert codes(select_wins((equal, little, much, newly))) == ["W3", "W1", "W4"]
    assert select_wins((entry("S1", (8, 10), (8, 10)), entry("D1", (8, 10), (9, 10)))) == ()


def test_concerns_are_red_before_amber_and_among_them_those_that_get_worse() -> None:
    worse_amber = entry("A2", (7, 10), (8, 10))
    assert codes(select_concerns((AMBER, worse_amber, GREEN, NO_VALUE))) == ["A2", "A1"]
    assert codes(select_concerns((AMBER, worse_amber, RED, entry("R5", (5, 10))))) == ["R5", "R1", "A2"]


# --- order ---------------------------------------------------------------------------------------


def test_every_column_of_the_board_can_be_sorted_by() -> None:
    assert {column.column_id for column in BOARD_COLUMNS} == set(ENTRY_SORT_KEYS) - {"rag"}
    for column_id in ENTRY_SORT_KEYS:
        assert len(sort_entries((GREEN, NO_VALUE, EMPTY, RED), column_id)) == 4


def test_the_board_is_sorted_by_colour_and_equal_rows_keep_their_order() -> None:
    other_red = entry("R0", (5, 10))
    entries = (GREEN, RED, EMPTY, other_red, AMBER)
    assert codes(sort_entries(entries)) == ["R1", "R0", "A1", "E1", "G1"]
    assert codes(sort_entries(entries, reverse=True)) == ["G1", "E1", "A1", "R0", "R1"]
    assert codes(sort_entries(entries, "code")) == ["A1", "E1", "G1", "R0", "R1"]


def test_missing_and_hidden_numbers_sort_last() -> None:
    hidden = replace(GREEN, indicator=replace(GREEN.indicator, code="H1"))
    hidden = replace(hidden, point=replace(GREEN.point, count=Count(HIDDEN_NUMBER, HIDDEN_NUMBER)))
    assert codes(sort_entries((EMPTY, GREEN, RED), "value")) == ["R1", "G1", "E1"]
    assert codes(sort_entries((hidden, GREEN), "fraction")) == ["G1", "H1"]


def test_a_filter_finds_every_word_in_names_colour_and_direction() -> None:
    entries = (GREEN, RED, entry("X9", theme="Early years"))
    assert codes(filter_entries(entries, "")) == ["G1", "R1", "X9"]
    assert codes(filter_entries(entries, "red WORSE")) == ["R1"]
    assert codes(filter_entries(entries, "early title")) == ["X9"]
    assert filter_entries(entries, "red better") == ()


def test_themes_keep_the_order_given_and_none_is_empty() -> None:
    early, school = entry("Y1", theme="Early years"), entry("S1")
    assert list(group_by_theme((school, early))) == ["Schools", "Early years"]
    assert list(group_by_theme((school, early), ("Care", "Early years", "Schools"))) == ["Early years", "Schools"]
    assert group_by_theme((school, early), ("Early years",)) == {"Early years": (early,)}


def test_a_briefing_selects_by_name_then_by_theme() -> None:
    early = entry("Y1", theme="Early years")
    entries = (GREEN, RED, early)
    assert select_entries(entries, (), ()) == entries
    assert codes(select_entries(entries, ("y1", "g1", "gone"), ())) == ["Y1", "G1"]
    assert codes(select_entries(entries, ("y1", "g1"), ("Schools",))) == ["G1"]
    assert codes(select_entries(entries, (), ("Early years",))) == ["Y1"]


def test_a_source_without_an_event_is_listed_only_for_its_problem() -> None:
    silent = replace(SOURCE, last_event=None)
    broken = replace(silent, problem=NO_SCHOOLS)
    source = TableSource("children", "children.csv", 1, 1, 0, MEETING, None)
    board = replace(board_of(GREEN), sources=(SOURCE, silent, broken, source))
    assert select_sources(board, {"schools"}) == (SOURCE, broken)


def test_sources_and_issues_are_sorted_by_every_column_that_shows_them() -> None:
    assert [title for title, _ in SOURCE_COLUMNS] == list(SOURCE_SORT_KEYS)
    assert [title for title, _ in ISSUE_COLUMNS] == list(ISSUE_SORT_KEYS)


def test_sources_are_sorted_by_facts_and_hidden_numbers_come_last() -> None:
    few = replace(SOURCE, table="children", rows_read=9, last_event=date(2019, 1, 1))
    text = replace(SOURCE, table="Referrals", rows_read=10, last_event=None)
    hidden = replace(SOURCE, table="visits", rows_read=HIDDEN_NUMBER, last_event=MEETING)
    board = replace(board_of(GREEN), sources=(hidden, text, few))

    def tables(**options: object) -> list[str]:
        return [source.table for source in arrange_sources(board, RowQuery(**options))]  # type: ignore[arg-type]

    assert tables() == ["visits", "Referrals", "children"]
    assert tables(reverse=True) == ["children", "Referrals", "visits"]
    assert tables(sorted_by="Table") == ["children", "Referrals", "visits"]
    assert tables(sorted_by="Read") == ["children", "Referrals", "visits"]
    assert tables(sorted_by="Age") == ["Referrals", "visits", "children"]
    assert tables(sorted_by="Age", reverse=True) == ["children", "visits", "Referrals"]
    assert tables(filter_text="CHILDREN 83 days") == ["children"]  # 1 January to 25 March
    assert tables(filter_text="schools.csv", sorted_by="Table")[0] == "children"
    assert tables(filter_text="nowhere") == []


def test_issues_are_found_by_their_words_and_sorted_by_line() -> None:
    issues = tuple(
        Issue(CodedMessage(code), f"data/{name}.csv", line)
        for code, name, line in zip(SEVERITY_CODES, "bac", (30, None, 4), strict=True)
    )
    board = replace(board_of(GREEN), issues=issues)

    def files(**options: object) -> list[str]:
        return [issue.file[-5] for issue in arrange_issues(board, RowQuery(**options))]  # type: ignore[arg-type]

    assert files() == ["b", "a", "c"]
    assert files(sorted_by="Line") == ["c", "b", "a"]
    assert files(sorted_by="File", reverse=True) == ["c", "b", "a"]
    assert files(filter_text="DOUBT a.csv folder") == ["a"]


# --- what moved ----------------------------------------------------------------------------------


def change(entry: Entry, joined: tuple[str, ...] = ()) -> IndicatorChange:
    return IndicatorChange(entry, entry.history[1], entry.point, entry.movement, joined, (), (), {})


def test_worse_comes_before_better_and_larger_changes_first() -> None:
    def moved(direction: str, points: float | None) -> IndicatorChange:
        movement = Movement(direction, points, None)  # type: ignore[arg-type]
        return replace(change(GREEN), movement=movement)

    changes = [
        moved(*facts) for facts in (("none", None), ("same", 0.0), ("better", 9.0), ("worse", 1.0), ("worse", -4))
    ]
    directions = [(change.movement.direction, change.movement.change) for change in sort_changes(changes)]
    assert directions == [("worse", -4), ("worse", 1.0), ("better", 9.0), ("same", 0.0), ("none", None)]


def test_in_public_a_filter_finds_no_child() -> None:
    school = GradeChange("109840", "Keep Hatch", "Primary", "Good", "Outstanding", None)
    board = board_of(GREEN)
    changes = PeriodChanges(board, BEFORE, NOW, (change(GREEN, ("MU0001",)),), (school,))
    assert filter_changes(changes, "mu0001").indicator_changes
    public = replace(changes, board=replace(board, is_public=True))
    assert filter_changes(public, "mu0001").indicator_changes == ()
    assert filter_changes(changes, "hatch outstanding").grade_changes == (school,)
    assert filter_changes(changes, "hatch inadequate").grade_changes == ()


def test_outcomes_are_the_largest_first_equal_ones_by_name_and_hidden_ones_last() -> None:
    outcomes = {"E5": HIDDEN_NUMBER, "E11": 2.0, "E4A": 7.0, "E12": 2.0}
    assert [name for name, _ in sort_outcomes(outcomes)] == ["E4A", "E11", "E12", "E5"]


# --- trends --------------------------------------------------------------------------------------


def point(period: str, numerator: float, denominator: float = 100, *, official: bool = True) -> HistoryPoint:
    status = "official" if official else "provisional"
    return HistoryPoint(parse_period(period), status, Count(numerator, denominator), 75.0, "none")  # type: ignore[arg-type]


def test_the_extremes_are_those_of_official_points() -> None:
    points = [point("2018-19 Q1", 40), point("2018-19 Q2", 60), point("2018-19 Q3", 50)]
    provisional = point("2018-19 M10", 5, official=False)
    extremes = find_extremes([*points, provisional])
    assert extremes is not None
    assert (extremes.lowest_point, extremes.highest_point) == (points[0], points[1])
    assert (extremes.first_point, extremes.last_point) == (points[0], points[2])
    assert find_judged_index([*points, provisional]) == 2


def test_where_no_point_is_official_all_count_and_where_none_has_a_value_there_is_no_extreme() -> None:
    provisional, empty = point("2018-19 M10", 5, official=False), point("2018-19 Q3", 0, 0)
    extremes = find_extremes([provisional])
    assert extremes is not None
    assert extremes.lowest_point == provisional
    assert find_extremes([empty]) is None
    assert find_judged_index([provisional]) is None
    assert find_judged_index([point("2018-19 Q1", 40), empty]) == 0
    hidden = replace(point("2018-19 Q2", 40), count=Count(HIDDEN_NUMBER, 10))
    assert find_judged_index([point("2018-19 Q1", 40), hidden]) == 1  # no earlier point in its place


def test_the_scale_is_wider_where_a_value_or_a_target_is_off_it() -> None:
    scaled = replace(GREEN, indicator=replace(GREEN.indicator, scale=(60.0, 78.0)))  # 50, 70, 80 and 75
    assert find_trend_scale(GREEN) == (0.0, 100.0)
    assert find_trend_scale(scaled) == (50.0, 80.0)
    assert find_trend_scale(replace(scaled, problem=NO_SCHOOLS)) == (60.0, 78.0)


def test_a_missing_period_is_a_gap() -> None:
    first, third = point("2018-19 Q1", 40), point("2018-19 Q3", 50)
    assert insert_missing_periods([first, third]) == (first, None, third)
    assert insert_missing_periods([]) == ()


def test_periods_of_the_judged_kind_come_first_and_a_problem_has_none() -> None:
    judged, other_periods = list_trend_periods((GREEN, NO_VALUE))
    assert [str(period) for period in judged] == ["2017-18 Q3", "2018-19 Q2", "2018-19 Q3"]
    assert [str(period) for period in other_periods] == ["2018-19 M10"]
    assert list_drawn_points(NO_VALUE) == ()
    assert list_trend_periods(()) == ((), ())


# --- what is owed --------------------------------------------------------------------------------


def test_what_is_owed_is_listed_by_indicator() -> None:
    notes = (
        note("action", "Recruit", due="2019-03-01", owner="Head"),
        note("question", "Why?\nReally", BEFORE, "2019-01-05"),
    )
    owing = entry("R1", (5, 10), notes=notes)
    assert list(list_missing_work((GREEN, owing, NO_VALUE))) == [
        "R1: red in Q3 2018/19 without a reason",
        "R1: action overdue since 1 March 2019 (Head): Recruit",
        "R1: question without an answer: Why? Really",
        "N1: no value, no schools.csv or schools.parquet in data",
    ]
    outstanding = collect_outstanding(board_of(GREEN, owing))
    assert (outstanding.overdue_action_count, outstanding.overdue_codes) == (1, ("R1",))
    assert outstanding.unexplained_codes == ("R1",)
    assert summarise_outstanding(2, ("VP8",), ("EA11", "VP7")) == (
        "2 actions overdue: VP8 · 2 reds without a reason: EA11, VP7"
    )
    assert summarise_outstanding(0, (), ()) == ""
    assert count_unexplained((GREEN, owing)) == 1
    assert count_unanswered((GREEN, owing)) == 1


def test_a_reason_is_one_of_the_period_and_an_action_stays_until_it_was_due() -> None:
    notes = (
        note("reason", "New", written_on="2019-03-14"), note("reason", "Newer", written_on="2019-03-15"),
        note("reason", "Old", BEFORE), note("action", "Of the period", due=None),
        note("action", "Due as it began", BEFORE, "2018-09-01", due="2018-10-01"),
        note("action", "Due before it began", BEFORE, "2018-09-01", due="2018-09-30", closed="2018-09-30"),
        note("action", "Overdue", BEFORE, "2018-09-01", due="2018-09-30"),
    )  # fmt: skip
    noted = entry("R1", (5, 10), notes=notes)
    assert [reason.text for reason in select_reasons(noted)] == ["New", "Newer"]
    assert [action.text for action in select_actions(noted)] == ["Due as it began", "Overdue", "Of the period"]


def test_an_answer_stands_with_the_oldest_open_question_and_old_answered_ones_go() -> None:
    old = parse_period("2017-18 Q4")
    notes = (
        note("question", "First", old, "2018-04-01"), note("question", "Second", BEFORE, "2018-10-01"),
        note("answer", "To the first", BEFORE, "2018-11-01"), note("answer", "To the second", NOW, "2019-01-01"),
        note("answer", "More", NOW, "2019-02-01"), note("question", "Third", NOW, "2019-03-01"),
    )  # fmt: skip
    threads = select_threads(entry("Q1", notes=notes))
    assert [(thread.question.text, [answer.text for answer in thread.answers]) for thread in threads] == [
        ("Second", ["To the second", "More"]),
        ("Third", []),
    ]


# --- figures to compare with ---------------------------------------------------------------------

ENGLAND = Comparator("England", "2017-18", 81.2, "", "DfE", date(2018, 11, 1), "close")
HIDDEN = Comparator("South East", "2017-18", None, "c", "DfE", None, "close")
MEAN, MEDIAN = (
    Comparator(
        f"Statistical neighbours, {name}", "", None, "", "", None, "", create_message("comparator-not-published")
    )
    for name in ("mean", "median")
)


def test_a_prefix_in_any_case_selects_comparators_and_none_selects_all() -> None:
    figures = (ENGLAND, HIDDEN, MEAN, MEDIAN)
    assert select_comparators(figures, None) == figures
    assert select_comparators(figures, ["STATISTICAL neighbours", "engl"]) == (ENGLAND, MEAN, MEDIAN)
    assert select_comparators(figures, []) == ()


def test_names_without_a_figure_are_grouped_by_their_reason() -> None:
    figures, names_by_reason = separate_missing_figures((MEAN, ENGLAND, HIDDEN, MEDIAN))
    assert figures == (ENGLAND, HIDDEN)  # a suppressed figure has a source too
    assert names_by_reason == {"no figure had been published by this date": [MEAN.name, MEDIAN.name]}


def test_names_are_grouped_by_the_basis_of_their_figures() -> None:
    assert group_names_by_basis((ENGLAND, replace(ENGLAND, name="Region"), MEAN, replace(ENGLAND, basis=""))) == {
        "basis close": ["England", "Region"],
        "no figure had been published by this date": [MEAN.name],
    }


# --- words in few characters ---------------------------------------------------------------------


def test_a_movement_in_few_characters_leaves_out_its_unit_alone() -> None:
    movements = (
        Movement("worse", -8.1, None), Movement("better", 1.0, None), Movement("same", 0.0, None),
        Movement("none", None, None), Movement("worse", -8.1, None, is_hidden=True),
        Movement("none", 1.0, None, possible_changes=(-1.0, 2.5)),
    )  # fmt: skip
    assert [describe_movement_briefly(movement) for movement in movements] == [
        "worse 8.1", "better 1.0", "same", "no earlier value", "c", f"in doubt: {MINUS_SIGN}1.0 to +2.5",
    ]  # fmt: skip

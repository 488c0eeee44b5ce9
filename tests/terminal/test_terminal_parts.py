"""The parts that screens are made of, on a screen that only keeps what it was asked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import pytest
from boards import PERIOD, board

from kpitui.drilldown.case_table import RowQuery
from kpitui.tui.host import HostedScreen
from kpitui.tui.requests import DeskAnswer, DeskRequest, RequestFailure
from kpitui.tui.screen_parts.desk_result import DeskResult
from kpitui.tui.screen_parts.row_arrangement import RowArrangement
from kpitui.tui.widgets.input_line import TextHandler


class Asked:
    """A screen and its program in one, which keep what they were asked."""

    def __init__(self) -> None:
        self.requests: list[DeskRequest] = []
        self.messages: list[str] = []
        self.drawn = self.left = 0
        self.is_open = False
        self.asked = ""
        self.type_text: TextHandler = lambda text, is_final: None
        self.host = self.prompt = self.pending = self

    def start_request(self, request: DeskRequest) -> None:
        self.requests.append(request)

    def redraw(self) -> None:
        self.drawn += 1

    def go_back(self) -> None:
        self.left += 1

    def show_message(self, message_text: str) -> None:
        self.messages.append(message_text)

    def cancel_action(self) -> None: ...

    def close_line(self) -> None: ...

    def ask_text(self, label: str, text: str, answer: TextHandler) -> None:
        self.asked, self.type_text = label, answer


def of_no_desk(desk: Any) -> str:
    return ""


@pytest.fixture
def screen() -> Asked:
    return Asked()


def hosted(screen: Asked) -> HostedScreen:
    return cast("HostedScreen", screen)


def test_only_the_last_request_is_answered(screen: Asked) -> None:
    result = DeskResult[str](hosted(screen))
    result.request("first", of_no_desk)
    result.request("second", of_no_desk)
    first, second = screen.requests
    assert not result.accept_answer(DeskAnswer(first, "stale"))
    assert (result.value, result.is_waiting, screen.drawn) == (None, True, 0)
    assert result.accept_answer(DeskAnswer(second, "new"))
    assert (result.value, result.is_waiting, screen.drawn) == ("new", False, 1)
    assert not result.accept_answer(DeskAnswer(second, "again"))


def test_a_failure_leaves_no_value_and_says_why(screen: Asked) -> None:
    result = DeskResult[str](hosted(screen))
    result.request("cases", of_no_desk)
    result.accept_answer(DeskAnswer(screen.requests[-1], "cases"))
    result.request("cases", of_no_desk)
    result.accept_answer(DeskAnswer(screen.requests[-1], RequestFailure((), "The disk is full")))
    assert (result.value, "The disk is full" in result.failure_text, screen.drawn) == (None, True, 2)
    result.clear()
    assert result.failure_text == ""


def test_the_same_subject_is_asked_for_once_and_a_board_is_that_very_board(screen: Asked) -> None:
    result, shown_board = DeskResult[str](hosted(screen)), board()
    for period in (PERIOD, PERIOD, PERIOD.previous):
        result.request_once((shown_board, period), "changes", of_no_desk)
    assert len(screen.requests) == 2
    assert result.is_about(shown_board, PERIOD.previous)
    result.request_once((replace(shown_board), PERIOD.previous), "changes", of_no_desk)
    assert len(screen.requests) == 3
    assert not result.is_about(shown_board, PERIOD.previous)
    assert not result.is_about(shown_board)


COLUMNS = ("child", "decom", "place")


def arranged(screen: Asked) -> RowArrangement:
    return RowArrangement(
        hosted(screen),
        list_sortable_columns=lambda: COLUMNS,
        list_groupable_columns=lambda: {"place": "placed with", "decom": "placed"},
    )


def test_sorting_goes_through_the_columns_and_back_to_the_order_they_came_in(screen: Asked) -> None:
    arrangement = arranged(screen)
    seen = []
    for _ in range(4):
        arrangement.command_handlers["sort_next"]()
        seen.append(arrangement.row_query.sorted_by)
    assert seen == [*COLUMNS, ""]
    arrangement.command_handlers["sort_back"]()
    assert arrangement.row_query.sorted_by == "place"


def test_the_number_of_a_column_sorts_by_it_and_turns_it_round(screen: Asked) -> None:
    arrangement = arranged(screen)
    arrangement.command_handlers["sort_column"](3)
    assert arrangement.row_query == RowQuery(sorted_by="place")
    arrangement.command_handlers["sort_column"](3)
    assert arrangement.row_query == RowQuery(sorted_by="place", reverse=True)
    arrangement.command_handlers["sort_column"](4)  # there are three
    assert screen.drawn == 2


def test_going_back_leaves_the_filter_then_the_group_then_the_groups_then_the_screen(screen: Asked) -> None:
    arrangement = arranged(screen)
    arrangement.update_query(group_by="place")
    arrangement.open_group("U6")
    arrangement.update_query(filter_text="17")
    back = arrangement.command_handlers["back"]
    states = []
    for _ in range(4):
        back()
        query = arrangement.row_query
        states.append((query.filter_text, query.opened_group, query.group_by, screen.left))
    assert states == [
        ("", ("place", "U6"), None, 0), ("", None, "place", 0), ("", None, None, 0), ("", None, None, 1),
    ]  # fmt: skip


def test_while_a_line_is_open_going_back_is_for_the_line(screen: Asked) -> None:
    arrangement = arranged(screen)
    arrangement.update_query(group_by="place")
    screen.is_open = True
    arrangement.command_handlers["back"]()
    assert (arrangement.row_query.group_by, screen.left) == ("place", 1)


@pytest.mark.parametrize(
    ("letters", "column", "messages"),
    [
        ("placed w", "place", []), ("placed", "decom", []), ("plac", "place", []), ("PLACE", "place", []),
        ("", None, []), ("z", "place", ["No column begins with “z”"]),
    ],
)  # fmt: skip
def test_grouping_asks_which_column_by_its_letters(
    screen: Asked, letters: str, column: str | None, messages: list[str]
) -> None:
    arrangement = arranged(screen)
    arrangement.update_query(group_by="place")
    arrangement.command_handlers["group"]()
    assert screen.asked == "group by placed with, placed"
    screen.type_text(letters, True)
    assert (arrangement.row_query.group_by, screen.messages) == (column, messages)
    arrangement.command_handlers["ungroup"]()
    assert arrangement.row_query.group_by is None


def test_rows_without_a_value_in_common_are_not_grouped(screen: Asked) -> None:
    arrangement = RowArrangement(hosted(screen))
    arrangement.command_handlers["group"]()
    assert arrangement.row_query == RowQuery()
    assert screen.messages == ["No two rows share a value to group by"]

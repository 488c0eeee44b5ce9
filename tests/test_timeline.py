"""The time line of a school or a child: everything that the tables say of it, day by day."""

from __future__ import annotations

from datetime import date

from kpitui.board import build_board
from kpitui.drilldown.timeline import build_timeline
from kpitui.drilldown.timeline_span import find_event_end, find_span_start
from kpitui.model.drilldown import EventKind, TimelineEvent
from kpitui.model.periods import parse_period
from kpitui.tui.styled_text import to_plain_text
from kpitui.tui.views.timeline_lines import draw_timeline
from tests.examples import MEETING, QUARTER, Example, Tables, table

CHILD: Tables = {
    "children": table("child dob", "A 2001-05-06", "B 2002-02-02"),
    "referrals": table("child referral_date source nfa", "A 2017-12-01 School Y"),
    "protection_plans": table("child start_date end_date category", "A 2018-01-10 2018-03-01 NEG"),
    "protection_visits": table("child visit_date seen setting", "A 2018-01-20 Y Home"),
    "care_episodes": table(
        "child decom rne ls place dec rec", "A 2018-03-01 S C2 U4 2018-11-05 E4A", "B 2018-03-01 S C2 U4 . ."
    ),
}


def told(example: Example, tables: Tables, column: str, subject: str, as_at: date = MEETING) -> list[tuple[str, str]]:
    council = example.council(tables)
    board = build_board(council, as_at, parse_period(QUARTER))
    return [(str(event.start_day), event.description) for event in build_timeline(council, board, column, subject)]


def test_the_days_of_a_child(example: Example) -> None:
    assert told(example, CHILD, "child", "A") == [
        ("2001-05-06", "born"),
        ("2017-12-01", "referred: by School, no further action yes"),
        ("2018-01-10", "protection plan: neglect (NEG)"),
        ("2018-01-20", "visit: seen yes, at Home"),
        (
            "2018-03-01",
            "care episode: came into care (S), full care order (C2), foster care (U4), "
            "ended: planned return home (E4A)",
        ),
    ]


def test_nothing_after_the_meeting_is_on_it(example: Example) -> None:
    (last,) = told(example, CHILD, "child", "A", date(2018, 11, 4))[-1:]
    assert last == ("2018-03-01", "care episode: came into care (S), full care order (C2), foster care (U4)")


def test_a_spell_has_its_end_and_its_row(example: Example) -> None:
    council = example.council(CHILD)
    timeline = build_timeline(council, build_board(council, MEETING, parse_period(QUARTER)), "child", "A")
    assert timeline[-1].end_day == date(2018, 11, 5)
    assert (timeline[-1].table, timeline[-1].row["rec"]) == ("care_episodes", "E4A")


def test_the_days_of_a_school(example: Example) -> None:
    tables = {
        "schools": table(
            "urn name phase la_code open_date close_date", "1 Keep~Hatch Primary 872 2000-09-01 2018-12-31"
        ),
        "school_inspections": table(
            "urn inspection_date kind overall outcome",
            "1 2014-01-01 graded 3 .",
            "1 2018-06-01 ungraded . School~remains~Good",
        ),
    }
    assert told(example, tables, "urn", "1") == [
        ("2000-09-01", "opened"),
        ("2014-01-01", "inspected: graded, grade Requires improvement"),
        ("2018-06-01", "inspected: ungraded, School remains Good"),
        ("2018-12-31", "closed"),
    ]


def test_of_a_subject_that_is_nowhere_there_is_nothing(example: Example) -> None:
    assert told(example, CHILD, "child", "Z") == []


def test_a_childs_placement_at_a_school_is_no_part_of_its_history(example: Example) -> None:
    tables = {
        "schools": table("urn name phase la_code open_date", "100 A~School Primary 872 2001-09-01"),
        "care_episodes": table("child decom rne ls place dec rec urn", "A 2018-03-01 S C2 U4 . . 100"),
    }
    assert told(example, tables, "urn", "100") == [("2001-09-01", "opened")]


def event(kind: EventKind, start_day: date, end_day: date | None = None, description: str = "event") -> TimelineEvent:
    return TimelineEvent(start_day, end_day, description, "table", {}, kind)


def test_an_open_spell_lasts_until_the_meeting_and_nothing_else_does() -> None:
    first, last = date(2018, 1, 10), date(2018, 3, 1)
    assert find_event_end(event("spell", first), MEETING) == MEETING
    assert find_event_end(event("spell", first, last), MEETING) == last
    assert find_event_end(event("moment", first), MEETING) is None
    assert find_event_end(event("birth", first), MEETING) is None


def test_a_birth_is_before_the_span_unless_it_is_all_there_is() -> None:
    birth, referral = event("birth", date(2001, 5, 6)), event("moment", date(2017, 12, 1))
    assert find_span_start([birth, referral]) == date(2017, 12, 1)
    assert find_span_start([referral, event("spell", date(2017, 11, 30))]) == date(2017, 11, 30)
    assert find_span_start([birth]) == date(2001, 5, 6)


def test_every_kind_of_event_says_whether_it_lasts(example: Example) -> None:
    tables = {**CHILD, "social_workers": table("worker start_date", "W 2018-01-01")}
    council = example.council(tables)
    board = build_board(council, MEETING, parse_period(QUARTER))
    kinds = {event_built.table: event_built.kind for event_built in build_timeline(council, board, "child", "A")}
    assert kinds == {
        "children": "birth", "referrals": "moment", "protection_visits": "moment",
        "protection_plans": "spell", "care_episodes": "spell",
    }  # fmt: skip
    assert [event_built.kind for event_built in build_timeline(council, board, "worker", "W")] == ["spell"]


def bars(line_width: int, *events: TimelineEvent) -> list[str]:
    """The bar of each event: what a time line of that width has behind dates and description."""
    drawn = [to_plain_text(line) for line in draw_timeline(events, date(2018, 1, 20), line_width)]
    return [line.rpartition("  ")[2] for line in drawn]


def test_bars_lie_where_their_days_are() -> None:
    """Nineteen days from the first event to the meeting in twenty cells: a cell is a day."""
    first = date(2018, 1, 1)
    assert bars(
        27 + 44 + 2 + 20,
        event("birth", date(2001, 5, 6)),
        event("moment", first),
        event("spell", first, date(2018, 1, 3)),
        event("spell", date(2018, 1, 18)),
        event("spell", date(2018, 1, 5), date(2018, 1, 5)),
        event("moment", date(2018, 1, 20)),
    ) == ["·" * 20, "●" + "·" * 19, "━━━" + "·" * 17, "·" * 17 + "━━━", "·" * 4 + "━" + "·" * 15, "·" * 19 + "●"]


def test_bars_are_drawn_from_18_cells_on_and_have_60_at_most() -> None:
    room = 27 + 44 + 2
    first, last = event("moment", date(2018, 1, 1)), event("moment", date(2018, 1, 20))
    assert bars(room + 18, first, last) == ["●" + "·" * 17, "·" * 17 + "●"]
    assert not any("●" in line for line in bars(room + 17, first, last))
    assert bars(room + 90, first, last) == ["●" + "·" * 59, "·" * 59 + "●"]


def test_words_do_not_make_a_bar(example: Example) -> None:
    """A school's outcome that says "plan" was drawn as if its inspection were still going on."""
    tables = {
        "schools": table("urn name phase la_code open_date", "1 A~School Primary 872 2000-09-01"),
        "school_inspections": table(
            "urn inspection_date kind overall outcome", "1 2014-01-01 ungraded . Improvement~plan~in~each~episode"
        ),
    }
    council = example.council(tables)
    events = build_timeline(council, build_board(council, MEETING, parse_period(QUARTER)), "urn", "1")
    drawn = [to_plain_text(line) for line in draw_timeline(events, MEETING, 120)]
    assert "Improvement plan" in drawn[1]
    assert sum(line.count("●") for line in drawn) == 2
    assert "━" not in "".join(drawn)

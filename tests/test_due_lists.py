"""Who is due: hand-worked days, and every list beside its indicator."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

import pytest

from kpitui.board import build_board
from kpitui.cli import main
from kpitui.council import Council
from kpitui.drilldown.case_table import RowQuery
from kpitui.drilldown.cases import list_cases
from kpitui.drilldown.due_lists import list_due_cases
from kpitui.drilldown.due_rows import arrange_due_rows
from kpitui.model.due_lists import DueCases, DueQuery, find_due_list
from kpitui.model.periods import Period, add_months, find_latest_complete, period_containing
from tests import councils
from tests.examples import WOKINGHAM, Example, Tables, table

ALL_SHOWN = '[board]\nshow = ["VP8", "CPO2", "VP7", "RR12", "PL3", "PS2", "ASM45", "ICPC15"]\n'
PLANS = table(
    "child start_date end_date other_authority visit_interval team",
    "A 2018-12-14 . N . North",
    "B 2018-12-14 2019-02-01 N . North",
    "C 2018-12-03 . N 5 South",
    "D 2017-04-01 . N . South",
)
VISITS = table(
    "child visit_date seen setting",
    "C 2018-12-20 Y Home",
    "C 2018-12-24 Y School",
    "D 2018-12-28 Y Home",
    "D 2019-01-30 Y Home",
)


def listed(council: Council, name: str, as_at: date, query: DueQuery | None = None) -> DueCases:
    due_list = find_due_list(council.settings.due_lists, name)
    assert due_list is not None
    return list_due_cases(council, as_at, due_list, query)


def days(cases: DueCases, *columns: str) -> list[tuple[object, ...]]:
    return list(cases.case_frame.select(cases.subject_column, *columns or ("due", "days_left")).iter_rows())


# --- visits ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("filter_text", "children"),
    [
        ("north", ["A", "B"]),
        ("team:south", ["C", "D"]),
        ("days<=2", ["C", "A", "B"]),
        ("due>=2/1/2019", ["A", "B", "D"]),
        ("31 dec", ["C"]),
        ("2018-12-31", ["C"]),
        ("days:", ["C", "A", "B", "D"]),
    ],
)
def test_a_list_is_filtered_as_cases_are(filter_text: str, children: list[str], example: Example) -> None:
    council = example.council({"protection_plans": PLANS, "protection_visits": VISITS})
    listing = arrange_due_rows(listed(council, "L1", date(2018, 12, 28)), RowQuery(filter_text=filter_text))
    assert listing.case_frame["child"].to_list() == children


def test_a_visit_is_due_ten_working_days_on_over_bank_holidays(example: Example) -> None:
    council = example.council({"protection_plans": PLANS, "protection_visits": VISITS})
    listing = listed(council, "L1", date(2018, 12, 28))
    # From Friday 14 December: 17-21 is five, 24, 27, 28 and 31 four more (25 and 26 are holidays),
    # and after New Year the tenth is 2 January. C's own interval of 5 from the 20th: 21, 24, 27, 28, 31.
    # D was seen on the day itself, and is due on 14 January, ten days on.
    assert days(listing) == [
        ("C", date(2018, 12, 31), 1),
        ("A", date(2019, 1, 2), 2),
        ("B", date(2019, 1, 2), 2),
        ("D", date(2019, 1, 14), 10),
    ]


@pytest.mark.parametrize(("as_at", "overdue"), [(date(2019, 1, 2), 0), (date(2019, 1, 3), 1)])
def test_the_day_itself_is_not_overdue(example: Example, as_at: date, overdue: int) -> None:
    plans = table("child start_date", "A 2018-12-14")
    council = example.council({"protection_plans": plans, "protection_visits": VISITS})
    listing = listed(council, "VP8", as_at)
    assert (listing.overdue_count, listing.ahead_count) == (overdue, 1 - overdue)
    assert days(listing, "days_left", "reason") == [("A", -overdue, "on a plan since 14 Dec 2018, not seen yet")]


def test_a_replayed_day_sees_no_later_visit_and_no_later_end(example: Example) -> None:
    council = example.council({"protection_plans": PLANS, "protection_visits": VISITS})
    before, after = (listed(council, "L1", day) for day in (date(2018, 12, 19), date(2019, 2, 1)))
    assert ("C", "on a plan since 3 Dec 2018, not seen yet") in days(before, "reason")
    assert "B" in before.case_frame["child"].to_list()
    assert ("D", "last seen on 30 Jan 2019") in days(after, "reason")
    assert "B" not in after.case_frame["child"].to_list()


def test_a_list_follows_the_interval_of_its_indicator(example: Example) -> None:
    config = "[indicators.protection-visits-on-time]\nparameters = { interval = 5 }\n"
    plans = table("child start_date", "A 2018-12-14")
    council = example.council({"protection_plans": plans, "protection_visits": VISITS}, config)
    assert days(listed(council, "L1", date(2018, 12, 17))) == [("A", date(2018, 12, 21), 4)]


@pytest.mark.parametrize(("within", "children"), [(0, []), (1, ["C"]), (2, ["C", "A", "B"])])
def test_within_looks_so_many_days_ahead(example: Example, within: int, children: list[str]) -> None:
    council = example.council({"protection_plans": PLANS, "protection_visits": VISITS})
    listing = listed(council, "L1", date(2018, 12, 28), DueQuery(within=within))
    assert listing.case_frame["child"].to_list() == children


def test_a_team_in_any_capitals(example: Example) -> None:
    council = example.council({"protection_plans": PLANS, "protection_visits": VISITS})
    listing = listed(council, "L1", date(2018, 12, 28), DueQuery(team="north"))
    assert days(listing, "team", "worker") == [("A", "North", None), ("B", "North", None)]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("L1", "nobody on L1 is of the team East: there are North, South"),
        ("L10", "nobody on L10 has a team: add a column team to referrals or children"),
    ],
)
def test_a_team_that_is_not_there_is_named(
    example: Example, capsys: pytest.CaptureFixture[str], name: str, message: str
) -> None:
    referrals = table("child referral_date", "A 2018-12-01")
    path = example.write({"protection_plans": PLANS, "protection_visits": VISITS, "referrals": referrals})
    assert main(["due", name, "--team", "East", "--config", str(path), "--as-at", "2018-12-28"]) == 0
    assert message in capsys.readouterr().err


def test_a_team_of_the_child_where_the_case_has_none(example: Example) -> None:
    tables = {
        "children": table("child dob team worker", "A 2010-01-01 North W7"),
        "protection_plans": table("child start_date", "A 2018-12-14"),
        "protection_visits": VISITS,
    }
    assert days(listed(example.council(tables), "L1", date(2018, 12, 28)), "team", "worker") == [("A", "North", "W7")]


def test_the_social_worker_that_the_child_had_on_the_day(example: Example) -> None:
    tables = {
        "protection_plans": table("child start_date", "A 2018-12-14"),
        "protection_visits": VISITS,
        "worker_episodes": table("child worker start end", "A W1 2018-01-01 2018-12-20", "A W2 2018-12-20 ."),
    }
    council = example.council(tables)
    workers = [
        listed(council, "L1", day).case_frame["worker"].to_list() for day in (date(2018, 12, 19), date(2018, 12, 20))
    ]
    assert workers == [["W1"], ["W2"]]


# --- plans, birthdays, placements, referrals ---------------------------------------------------------


@pytest.mark.parametrize(
    ("as_at", "days_left"), [(date(2019, 3, 30), 1), (date(2019, 3, 31), 0), (date(2019, 4, 1), -1)]
)
def test_a_plan_reaches_two_years_after_729_days(example: Example, as_at: date, days_left: int) -> None:
    plans = table("child start_date other_authority", "D 2017-04-01 N", "E 2017-04-01 Y")
    council = example.council({"protection_plans": plans})
    # 1 April 2017 and 729 days is 31 March 2019.
    assert days(listed(council, "L3", as_at)) == [("D", date(2019, 3, 31), days_left)]


def test_a_plan_is_on_the_list_from_about_18_months(example: Example) -> None:
    council = example.council({"protection_plans": table("child start_date other_authority", "D 2017-04-01 N")})
    numbers = [len(listed(council, "L3", day)) for day in (date(2018, 9, 30), date(2018, 10, 1))]
    assert numbers == [0, 1]


def care(*rows: str) -> Tables:
    births = table("child dob", "A 2000-02-29", "B 2000-03-01", "C .")
    return {"children": births, "care_episodes": table("child decom rne ls place dec rec", *rows)}


def test_a_child_of_a_leap_day_turns_18_on_28_february(example: Example) -> None:
    rows = [f"{child} 2017-01-01 S C2 U4 . ." for child in "ABC"]
    listing = listed(example.council(care(*rows)), "L8", date(2018, 2, 27))
    assert days(listing) == [("A", date(2018, 2, 28), 1), ("B", date(2018, 3, 1), 2)]
    assert listing.undated_count == 1


def test_who_has_turned_18_or_has_short_breaks_is_not_ahead(example: Example) -> None:
    rows = ["A 2017-01-01 S C2 U4 . .", "B 2017-01-01 S V4 U4 . ."]
    assert days(listed(example.council(care(*rows)), "L8", date(2018, 3, 1))) == []


@pytest.mark.parametrize("moved_on", [date(2018, 5, 31), date(2018, 6, 1)])
def test_a_third_placement_counts_until_the_first_is_out_of_the_year(example: Example, moved_on: date) -> None:
    rows = ["A 2015-01-01 S C2 U4 2017-06-01 X1", "A 2017-06-01 P C2 K2 . ."]
    listing = listed(example.council(care(*rows)), "L9", date(2018, 5, 1))
    assert days(listing) == [("A", date(2018, 5, 31), 30)]
    # A move on the day counts three at that day's end no longer.
    third = ["A 2015-01-01 S C2 U4 2017-06-01 X1", f"A 2017-06-01 P C2 K2 {moved_on} X1", f"A {moved_on} P C2 U4 . ."]
    council = example.council(care(*third))
    counts = listed(council, "L9", moved_on)
    assert days(counts, "placements") == [("A", 2)]


def test_a_placement_reaches_two_years(example: Example) -> None:
    tables = care("B 2014-01-01 S C2 U4 2017-01-16 X1", "B 2017-01-16 P C2 U4 . .")
    tables = {**tables, "children": table("child dob", "B 2010-03-01")}
    council = example.council(tables)
    assert days(listed(council, "L9b", date(2018, 12, 1))) == [("B", date(2019, 1, 15), 45)]
    assert days(listed(council, "L9b", date(2019, 1, 16))) == []


@pytest.mark.parametrize("first", [date(2019, 2, 28), date(2020, 2, 28), date(2020, 2, 29), date(2018, 1, 31)])
def test_a_referral_is_a_repeat_to_the_last_day_on_which_rr12_counts_it(example: Example, first: date) -> None:
    last = max(day for day in (first + timedelta(n) for n in range(380)) if add_months(day, -12) <= first)
    council = example.council({"referrals": table("child referral_date", "A 2016-01-01", f"A {first}")})
    assert days(listed(council, "L10", first), "due") == [("A", last)]
    assert days(listed(council, "L10", last + timedelta(1))) == []


def test_assessments_and_conferences_are_due_by_their_indicator(example: Example) -> None:
    tables = {
        "assessments": table("child start_date end_date", "A 2018-10-01 .", "B 2018-10-01 2018-11-30"),
        "enquiries": table(
            "child start_date conference_date conference_not_required transfer_in",
            "A 2018-12-10 . . .",
            "B 2018-12-10 . Y .",
            "C 2018-12-10 2018-12-20 . .",
            "D . 2018-12-20 . .",
        ),
    }
    council = example.council(tables)
    assert days(listed(council, "L5", date(2018, 12, 3)), "due", "days_left", "reason") == [
        ("A", date(2018, 12, 3), 0, "began on 1 Oct 2018")
    ]
    # 15 working days after Monday 10 December 2018 is Thursday 3 January 2019.
    assert days(listed(council, "L6", date(2018, 12, 31))) == [("A", date(2019, 1, 3), 2)]


@pytest.mark.parametrize(
    ("name", "as_at", "expected"),
    [
        # A was seen on 5 December, which is 42 days before 16 January; B is in its first week.
        ("L2", date(2018, 12, 10), [("B", date(2018, 12, 14), 4)]),
        ("L2", date(2019, 1, 10), [("B", date(2018, 12, 14), -27), ("A", date(2019, 1, 16), 6)]),
        # In care since Friday 30 November: 20 working days later is 2 January; B since 7 December: 9 January.
        ("L4", date(2018, 12, 31), [("A", date(2019, 1, 2), 2), ("B", date(2019, 1, 9), 9)]),
        # 20 working days; A has had its assessment.
        ("L7", date(2018, 12, 31), [("B", date(2019, 1, 9), 6)]),
    ],
)
def test_visits_reviews_and_health_of_children_in_care(
    example: Example, name: str, as_at: date, expected: list[tuple[str, date, int]]
) -> None:
    tables = {
        **care("A 2018-11-30 S C2 U4 . .", "B 2018-12-07 S C2 U4 . ."),
        "care_visits": table("child visit_date seen", "A 2018-12-05 Y"),
        "care_reviews": table("child review_date", "A 2019-06-01"),
        "health": table("child kind date status", "A initial 2018-12-14 completed"),
    }
    assert days(listed(example.council(tables), name, as_at)) == expected


# --- every list beside its indicator ------------------------------------------------------------------


def standings(council: Council, code: str, period: Period, as_at: date) -> dict[str, set[str]]:
    """What the indicator says of each child in a period: counted, not counted or left out."""
    indicator = next(indicator for indicator in council.settings.indicators if indicator.code == code)
    board = build_board(council, as_at, period, indicator)
    standings_by_child: dict[str, set[str]] = {}
    for row in list_cases(council, board, board.entries[0]).case_frame.iter_rows(named=True):
        standing = "out" if row["left_out_because"] else "counted" if row["counted"] else "not counted"
        standings_by_child.setdefault(row["child"], set()).add(standing)
    return standings_by_child


@pytest.fixture(scope="module", params=[3, 11])
def random_council(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Council:
    from kpitui.council import open_council

    folder = tmp_path_factory.mktemp("due")
    council = councils.write_council(folder / "tables", request.param)
    config = ALL_SHOWN + WOKINGHAM.replace("2019-03-25", f"{council.as_at}")
    (folder / "config.toml").write_text(config, encoding="utf-8")
    return open_council(folder / "config.toml")


def test_who_is_overdue_at_the_end_of_a_period_is_not_met_in_it(random_council: Council) -> None:
    as_at = random_council.settings.get_meeting_date()
    period, checked = find_latest_complete(as_at), 0
    for _ in range(2):
        for code, missed in (("VP8", "not counted"), ("CPO2", "counted")):
            listing = listed(random_council, code, period.last_day)
            overdue = listing.case_frame.filter(listing.case_frame["due"] < period.last_day)
            in_period = overdue.filter(overdue["due"] >= period.first_day)["child"].to_list()
            of_indicator = standings(random_council, code, period, as_at)
            assert [child for child in in_period if missed not in of_indicator.get(child, ())] == []
            checked += len(in_period)
        period = period.previous
    assert checked


def test_a_counted_repeat_was_on_the_list_the_day_before(random_council: Council) -> None:
    as_at = random_council.settings.get_meeting_date()
    period = find_latest_complete(as_at)
    indicator = next(indicator for indicator in random_council.settings.indicators if indicator.code == "RR12")
    board = build_board(random_council, as_at, period, indicator)
    rows = list_cases(random_council, board, board.entries[0]).case_frame
    for row in rows.head(25).iter_rows(named=True):
        before = listed(random_council, "L10", row["referral_date"] - timedelta(1)).case_frame
        in_time = before.filter(before["due"] >= row["referral_date"])
        assert (row["child"] in in_time["child"].to_list()) == row["counted"]


def test_a_leaver_of_18_was_on_the_list(random_council: Council) -> None:
    as_at = random_council.settings.get_meeting_date()
    indicator = next(indicator for indicator in random_council.settings.indicators if indicator.code == "VP7")
    for period in (find_latest_complete(as_at), find_latest_complete(as_at).previous):
        board = build_board(random_council, as_at, period, indicator)
        rows = list_cases(random_council, board, board.entries[0]).case_frame
        for row in rows.iter_rows(named=True):
            is_birthday = row["dob"] is not None and add_months(row["dob"], 216) == row["dec"]
            if row["left_out_because"] or not is_birthday or row["decom"] == row["dec"]:
                continue
            before = listed(random_council, "L8", row["dec"] - timedelta(1))
            assert row["child"] in before.case_frame["child"].to_list()


def test_no_row_is_of_what_happened_after_the_day(random_council: Council) -> None:
    """A replayed day reads as it did: as a council that has no row of later."""
    day = period_containing(random_council.settings.get_meeting_date()).first_day - timedelta(40)
    for due_list in random_council.settings.due_lists:
        due_cases = list_due_cases(random_council, day, due_list)
        starts = [name for name in ("start_date", "decom", "referral_date") if name in due_cases.column_names]
        assert all(max(due_cases.case_frame[name].drop_nulls(), default=day) <= day for name in starts)


def test_a_list_changes_no_figure(example: Example) -> None:
    council = example.council({"protection_plans": PLANS, "protection_visits": VISITS}, '[board]\nshow = ["VP8"]\n')
    before = build_board(council, date(2019, 3, 25))
    for due_list in council.settings.due_lists:
        list_due_cases(council, date(2019, 3, 25), due_list)
    after = build_board(council, date(2019, 3, 25))
    assert [entry.point.count for entry in before.entries] == [entry.point.count for entry in after.entries]


# --- the command --------------------------------------------------------------------------------------


@pytest.fixture
def config(example: Example) -> Path:
    return example.write({"protection_plans": PLANS, "protection_visits": VISITS})


def test_due_alone_lists_the_lists(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["due", "--config", str(config), "--as-at", "2018-12-28"]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert lines[1] == "L1 Protection visits due 0 4 10 working days VP8".split()
    assert {*"L1 L3 L5 L6 L8 L9 L9b L10".split()} <= {line[0] for line in lines[1:]}


@pytest.mark.parametrize("day", ["2018-12-28", "28/12/2018", "28 Dec 2018", "28 December 2018", "28.12.2018"])
def test_a_day_is_typed_as_people_type_it(config: Path, capsys: pytest.CaptureFixture[str], day: str) -> None:
    assert main(["due", "L1", "--config", str(config), "--as-at", day]) == 0
    assert "as known on 28 December 2018" in capsys.readouterr().out


def test_a_list_as_text_csv_and_json(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["due", "l1", "--config", str(config), "--as-at", "2018-12-28", "--team", "North"]
    assert main(command) == 0
    text = capsys.readouterr().out
    assert "0 overdue, 2 due in the next 10 working days" in text
    assert "A      2019-01-02  2                  North  on a plan since 14 Dec 2018, not seen yet" in text
    assert main([*command, "--csv"]) == 0
    header, row, _ = capsys.readouterr().out.splitlines()
    assert header.startswith("child,due,days_left,team,worker,reason,clock_start")
    assert row.startswith('A,2019-01-02,2,North,,"on a plan since 14 Dec 2018, not seen yet"')
    assert main([*command, "--json", "--within", "1"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["code"], document["as_at"], document["within"], document["cases"]) == ("L1", "2018-12-28", 1, [])


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["due", "L1", "--public"], "the lists name children, so they are never public: leave out --public"),
        (["due", "L11"], "no such list: L11 - did you mean L1?"),
        (["due", "L1", "--within", "ten"], "'ten' is not a number of days: write 10"),
    ],
)
def test_what_is_refused(config: Path, words: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    with suppress(SystemExit):
        assert main([*words, "--config", str(config)]) == 2
    assert message in capsys.readouterr().err


def test_a_list_without_its_table_says_so(example: Example, capsys: pytest.CaptureFixture[str]) -> None:
    path = example.write({})
    (path.parent / "tables" / "protection_plans.csv").unlink()
    path.write_text(path.read_text(encoding="utf-8").replace("'protection_plans', ", ""), encoding="utf-8")
    assert main(["due", "L3", "--config", str(path)]) == 3
    assert "L3 cannot be listed: no protection_plans.csv" in capsys.readouterr().err


def test_a_council_adds_a_list_and_mistakes_have_their_line(
    example: Example, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (
        '[lists.plans-open]\ntitle = "All plans"\nindicator = "CPO2"\ncohort = "open-plans"\n'
        'due = "start_date"\nreasons = [{ words = "since {start_date}" }]\n'
    )
    path = example.write({"protection_plans": PLANS}, text)
    assert main(["due", "plans-open", "--config", str(path), "--as-at", "2018-12-28"]) == 0
    assert "since 14 Dec 2018" in capsys.readouterr().out
    wrong = example.write({}, '[lists.protection-visits]\nahead = { weeks = 2 }\ndeu = "x"\n')
    assert main(["due", "--config", str(wrong)]) == 2
    errors = capsys.readouterr().err
    assert "config.toml:2: lists.protection-visits.ahead must be one of" in errors
    assert "config.toml:3: lists.protection-visits.deu is not known - did you mean due?" in errors

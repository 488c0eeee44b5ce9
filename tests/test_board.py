"""What the board says beside a value: targets over time, years, what is late, what is chance."""

from __future__ import annotations

from datetime import date

import pytest

from kpitui.board import PeriodNotStarted, build_board
from kpitui.cohorts import registry
from kpitui.figure_wording import describe_finding, describe_reason, describe_warnings, format_judged_value
from kpitui.model.periods import parse_period
from tests.examples import MEETING, Example, table

LEAVERS = table(
    "child decom rne ls place dec rec",
    "A 2015-01-01 S C2 U6 2017-05-01 E11",
    "B 2015-01-01 S C2 U6 2018-05-01 E11",
    "C 2015-01-01 S C2 U6 2018-10-01 E5",
    "D 2015-01-01 S C2 U6 2019-02-01 E5",
)
STEPS = """
[indicators.permanence]
trajectory = {}
targets = [
    {{ from = "2017-18 Q1", value = 40, reason = "Council Plan" }},
    {{ from = "2018-19 Q1", value = 48, owner = "Director" , review = 2019-06-01 }},
]
"""


@pytest.mark.parametrize(
    ("quarter", "step", "line"),
    [
        ("2016-17 Q4", None, None),
        ("2017-18 Q1", 40, 40),
        ("2017-18 Q3", 40, 44),
        ("2017-18 Q4", 40, 46),
        ("2018-19 Q1", 48, 48),
        ("2018-19 Q3", 48, 48),
    ],
)
def test_targets_change_in_steps_or_on_a_line(
    example: Example, quarter: str, step: float | None, line: float | None
) -> None:
    tables = {"care_episodes": LEAVERS}
    stepped = example.entry("VP7", tables, STEPS.format("false"), quarter)
    followed = example.entry("VP7", tables, STEPS.format("true"), quarter)
    assert (stepped.point.target, followed.point.target) == (step, line)


def test_a_target_has_an_owner_and_a_day_of_review(example: Example) -> None:
    target = example.entry("VP7", {"care_episodes": LEAVERS}, STEPS.format("false")).target
    assert target is not None
    assert (target.owner, target.review_date) == ("Director", date(2019, 6, 1))


def test_years_and_the_year_so_far_stand_beside_a_quarter(example: Example) -> None:
    entry = example.entry("VP7", {"care_episodes": LEAVERS})
    assert entry.year_to_date is not None
    assert (entry.year_to_date.numerator, entry.year_to_date.denominator) == (1, 2)
    # 2018/19 is not over on 25 March 2019.
    assert [(str(point.period), point.count.denominator) for point in entry.complete_years] == [("2017-18", 1)]


def test_months_after_the_quarter_are_provisional(example: Example) -> None:
    entry = example.entry("VP7", {"care_episodes": LEAVERS})
    month_labels = [(point.period.label, point.status, point.count.denominator) for point in entry.provisional_points]
    assert month_labels == [("Jan 2019", "provisional", 0), ("Feb 2019", "provisional", 1)]


def test_a_table_older_than_it_may_be_is_late_and_says_by_how_much(example: Example) -> None:
    stale = "[stale]\ncare_episodes = 30\n"
    entry = example.entry("VP7", {"care_episodes": LEAVERS}, stale)
    late = "care_episodes is late: its last event is 52 days old, 22 over the limit"
    assert late in describe_warnings(entry)


@pytest.mark.parametrize(("limit", "is_late"), [(51, True), (52, False)])
def test_a_table_as_old_as_it_may_be_is_not_late(example: Example, limit: int, is_late: bool) -> None:
    entry = example.entry("VP7", {"care_episodes": LEAVERS}, f"[stale]\ncare_episodes = {limit}\n")
    assert any("care_episodes is late" in warning for warning in describe_warnings(entry)) == is_late


@pytest.mark.parametrize(
    ("day", "is_warned"),
    [
        ("2017-09-30", False),
        ("2017-10-01", True),  # the first day of the same quarter a year earlier
        ("2018-12-31", True),
        ("2019-01-01", False),  # after the quarter
    ],
)
def test_an_event_of_the_quarter_and_the_year_before_is_warned_of(example: Example, day: str, is_warned: bool) -> None:
    event = f'[indicators.permanence]\nbreaks = [{{ date = {day}, note = "a new system" }}]\n'
    entry = example.entry("VP7", {"care_episodes": LEAVERS}, event)
    assert any("a new system" in warning for warning in describe_warnings(entry)) == is_warned


def test_a_period_that_has_not_begun_is_refused(example: Example) -> None:
    council = example.council({"care_episodes": LEAVERS})
    with pytest.raises(PeriodNotStarted, match="Q1 2019/20 starts after 2019-03-25"):
        build_board(council, MEETING, parse_period("2019-20 Q1"))


def test_under_the_minimum_counts_come_before_percentages(example: Example) -> None:
    config = "[indicators.permanence]\ntarget = 45\nminimum = 5\n"
    entry = example.entry("VP7", {"care_episodes": LEAVERS}, config)
    assert format_judged_value(entry) == "0 of 1 (0.0%)"
    assert entry.judgement.rag == "none"
    assert describe_reason(entry) == "fewer than 5 children"


PUBLISHED = table(
    "area indicator period value source published_date basis",
    "England repeat-referrals 2017-18 22.6 DfE 2018-10-25 exact",
)


def test_a_value_further_from_england_than_chance_explains(example: Example) -> None:
    plan_rows = [f"K{number} 2018-04-{number % 28 + 1:02} ." for number in range(400)]
    entry = example.entry(
        "RR12", {"referrals": table("child referral_date nfa", *plan_rows), "published_series": PUBLISHED}
    )
    assert entry.funnel is not None
    assert describe_finding(entry.funnel.verdict) == "below England by more than chance alone explains"
    assert entry.funnel.lower_limit == pytest.approx(18.5, abs=0.05)


def test_several_files_of_a_table_have_an_age_each_and_one_warning(example: Example) -> None:
    """Of two returns the later one says how late the table is, and only once."""
    columns = "child decom rne ls place dec rec cin"
    files = {
        "care_episodes": table(columns),
        "a return": table(columns, "1 2015-01-01 S C2 U4 2015-06-01 E4A N1"),
        "b return": table(columns, "2 2016-01-01 S C2 U4 2016-06-01 E4A N1"),
    }
    entry = example.entry("permanence", files, "[stale]\ncare_episodes = 30\n")
    events = {source.file.split("/")[-1]: source.last_event for source in entry.sources}
    assert events["a return.csv"] == date(2015, 6, 1)
    assert events["b return.csv"] == date(2016, 6, 1)
    warnings = [warning for warning in describe_warnings(entry) if warning.startswith("care_episodes")]
    assert warnings == [
        "care_episodes is late: its last event is 1,027 days old, 997 over the limit",
        "care_episodes: the latest event is of 1 June 2016, before this period began",
    ]


def test_a_file_that_goes_on_after_the_meeting_is_as_old_as_what_was_known(example: Example) -> None:
    columns = "child decom rne ls place dec rec cin"
    files = {
        "a return": table(columns, "1 2018-01-01 S C2 U4 2018-12-01 E4A N1"),
        "b return": table(columns, "1 2018-12-05 S C2 U4 2019-06-01 E4A N1"),
    }
    entry = example.entry("permanence", files)
    events = {source.file.split("/")[-1]: source.last_event for source in entry.sources}
    assert (events["a return.csv"], events["b return.csv"]) == (date(2018, 12, 1), date(2018, 12, 5))


def test_an_error_in_one_indicator_leaves_the_others(example: Example, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is raised, a panic of a library included, and without its message, which may quote a cell."""

    class Panic(BaseException):
        pass

    def fail(*arguments: object, **options: object) -> None:
        raise Panic("A1, born 1 January")

    tables = {"care_episodes": LEAVERS, "referrals": table("child referral_date", "A 2018-11-05", "B 2018-11-06")}
    whole = build_board(example.council(tables))
    monkeypatch.setitem(registry.CASE_BUILDERS, "referrals", fail)
    board = build_board(example.council(tables))
    problems = {entry.indicator.code: entry.problem for entry in board.entries if entry.problem}
    assert problems["RR12"].message.code == "indicator-failed"
    assert "January" not in str(problems)
    entries = [entry for entry in whole.entries if entry.indicator.rule.cohort.name != "referrals"]
    found = {entry.indicator.code: entry.point for entry in board.entries}
    assert [found[entry.indicator.code] for entry in entries] == [entry.point for entry in entries]


@pytest.mark.parametrize(("reasons", "bounds"), [(("S", "P"), (0, 0)), (("", "P"), (0, 100)), (("S", "?"), (0, 100))])
def test_of_two_episodes_of_a_day_without_a_known_reason_either_may_be_the_later(
    example: Example, reasons: tuple[str, str], bounds: tuple[float, float]
) -> None:
    rows = (f"A,2018-05-01,{reasons[0]},C2,U6,,,61.5", f"A,2018-05-01,{reasons[1]},C2,U6,,,3.2")
    episodes = "\n".join(["child,decom,rne,ls,place,dec,rec,distance_miles", *rows, ""])
    entry = example.entry("children-in-care-over-20-miles", {"care_episodes": episodes})
    assert (entry.point.count.low, entry.point.count.high) == bounds


def test_a_date_of_birth_after_the_episode_is_as_good_as_none(example: Example) -> None:
    """A child of nineteen on paper who is not born yet: whether it is 18 is not known."""
    children = table("child dob", "A 2000-01-01", "B 2018-05-02", "C 2000-01-01", "D 2000-01-01")
    entry = example.entry("permanence", {"care_episodes": LEAVERS, "children": children}, period="2018-19 Q1")
    under_18 = next(variant for variant in entry.variants if "18" in variant.title)
    assert under_18.count is not None
    assert under_18.count.unknown == {"date of birth not known": 1}

"""A council as it is opened: its tables, and what the board makes of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from kpitui.board import PeriodNotStarted, build_board, check_council
from kpitui.catalogue.column_types import infer_column_types
from kpitui.council import open_council
from kpitui.figure_wording import (
    describe_cases_to_target,
    describe_finding,
    describe_reason,
    describe_warnings,
    format_judged_value,
)
from kpitui.issue_wording import describe_problem, format_issue
from kpitui.model.board import Entry
from kpitui.model.clean_tables import CLEAN_TABLES
from kpitui.model.periods import parse_period
from kpitui.model.table_schema import ColumnType
from tests.examples import MEETING, QUARTER, Example, counted, table


def leavings(**quarters: tuple[int, int]) -> Mapping[str, str]:
    """Children who left care in quarters of 2018/19: so many home, of so many."""
    months = {"q1": "2018-05", "q2": "2018-08", "q3": "2018-11", "q4": "2019-02"}
    lines = [
        f"{quarter}-{number} 2018-01-01 S C2 U4 {months[quarter]}-05 " + ("E4A" if number < home else "E5")
        for quarter, (home, all_leavers) in quarters.items()
        for number in range(all_leavers)
    ]
    return {"care_episodes": table("child decom rne ls place dec rec", *lines)}


def permanence(example: Example, config: str = "", **quarters: tuple[int, int]) -> Entry:
    return example.entry("permanence", leavings(**quarters), config)


def test_a_table_that_is_not_there_is_empty_and_takes_its_indicators_with_it(example: Example) -> None:
    config = example.write({})
    (config.parent / "tables" / "referrals.csv").unlink()
    config.write_text(config.read_text(encoding="utf-8").replace("'referrals', ", ""), encoding="utf-8")
    council = open_council(config)
    assert set(CLEAN_TABLES) <= set(council.table_frames)
    board = build_board(council, MEETING, parse_period(QUARTER))
    problems = {entry.indicator.id for entry in board.entries if entry.problem}
    assert problems == {"repeat-referrals"}


def test_the_types_that_conditions_need_of_a_table_of_its_own(example: Example) -> None:
    council = example.council(
        {"early_help": table("done days seen kind", "2018-11-05 5 Y x")},
        """
        [indicators.own]
        title = "Own"
        table = "early_help"
        date = "done"
        polarity = "high"
        counted = { days = { at_most = 45 }, seen = true }
        left_out = [
            { reason = "no days", when = { days = { missing = true } } },
            { reason = "of a kind", when = { kind = ["y", "z"] } },
        ]
        """,
    )
    assert dict(infer_column_types(council.settings.indicators))["early_help"] == {
        "done": ColumnType.DATE,
        "days": ColumnType.NUMBER,
        "seen": ColumnType.YES_NO,
        "kind": ColumnType.TEXT,
    }


def test_a_value_is_judged_against_its_target_and_the_quarter_before(example: Example) -> None:
    """5 of 16 after 3 of 8, where 45% are wanted: red, worse, 3 more children would do."""
    config = "[indicators.permanence]\ntarget = 45.0\ntolerance = 5.0\n"
    permanence_entry = permanence(example, config, q2=(3, 8), q3=(5, 16))
    assert (permanence_entry.judgement.rag, format_judged_value(permanence_entry)) == ("red", "31.3%")
    assert describe_cases_to_target(permanence_entry) == "3 more children"
    assert permanence_entry.judgement.points_per_case == 6.25
    assert (permanence_entry.movement.direction, permanence_entry.movement.change) == ("worse", -6.25)
    assert [str(point.period) for point in permanence_entry.history] == ["2018-19 Q2", "2018-19 Q3"]


def test_a_value_is_set_against_the_same_quarter_a_year_earlier(example: Example) -> None:
    """1 of 2 in Q3 2017/18, 1 of 4 in Q2 2018/19, 3 of 4 in Q3: up by 50 and by 25 points."""
    tables = {
        "care_episodes": table(
            "child decom rne ls place dec rec",
            *(f"A{n} 2017-01-01 S C2 U4 2017-11-05 {rec}" for n, rec in enumerate(("E11", "E5"))),
            *(f"B{n} 2017-01-01 S C2 U4 2018-08-05 E{11 if n < 1 else 5}" for n in range(4)),
            *(f"C{n} 2017-01-01 S C2 U4 2018-11-05 E{11 if n < 3 else 5}" for n in range(4)),
        )
    }
    entry = example.entry("permanence", tables)
    assert (entry.movement.direction, entry.movement.change) == ("better", 50.0)
    assert (entry.year_movement.direction, entry.year_movement.change) == ("better", 25.0)
    assert entry.year_movement.earlier_point is not None
    assert str(entry.year_movement.earlier_point.period) == "2017-18 Q3"


SCHOOLS = {
    "schools": table(
        "urn name phase la_code open_date pupils",
        "A Alder Primary 872 2000-01-01 500",
        "B Beech Secondary 872 2000-01-01 400",
        "C Cedar Primary 872 2000-01-01 100",
    ),
    "school_inspections": table(
        "urn inspection_date kind overall", "A 2015-01-01 graded 2", "B 2015-01-01 graded 3", "C 2015-01-01 graded 4"
    ),
}


@pytest.mark.parametrize(("target", "needed"), [(85.0, "1 more school"), (95.0, "2 more schools")])
def test_pupils_are_won_school_by_school(example: Example, target: float, needed: str) -> None:
    """500 of 1,000 pupils: the school of 400 makes 90%."""
    config = f"[indicators.pupils-in-good-schools]\ntarget = {target}\n"
    entry = example.entry("pupils-in-good-schools", SCHOOLS, config)
    assert describe_cases_to_target(entry) == needed


def test_a_broken_framework_has_no_colour_and_says_why(example: Example) -> None:
    """Once C is inspected without an overall grade, A alone is no share of the primary schools."""
    later = SCHOOLS["school_inspections"] + "C,2024-11-05,graded,\n"
    tables = SCHOOLS | {"school_inspections": later}
    config = "[indicators.schools-primary-good]\ntarget = 90.0\n"
    meeting = date(2025, 3, 1)
    then = example.entry("schools-primary-good", tables, config, "2024-25 Q2", meeting)
    now = example.entry("schools-primary-good", tables, config, "2024-25 Q3", meeting)
    assert (then.judgement.rag, counted(then.point.count)) == ("red", (1, 2, {}))
    lost = {"no overall grade since 2024": 1}
    assert (now.judgement.rag, counted(now.point.count)) == ("none", (1, 1, lost))
    assert describe_reason(now).startswith("the framework changed")


def test_the_target_is_the_one_in_force_in_each_period(example: Example) -> None:
    config = """
[indicators.permanence]
minimum = 0
targets = [{ from = "2018-19 Q3", value = 45.0 }, { from = "2018-19 Q1", value = 30.0 }]
"""
    permanence_entry = permanence(example, config, q1=(1, 2), q2=(1, 3), q3=(1, 3))
    assert [point.target for point in permanence_entry.history] == [30.0, 30.0, 45.0]
    assert [point.rag for point in permanence_entry.history] == ["green", "green", "red"]


def test_variants_stand_beside_with_what_choosing_them_would_change(example: Example) -> None:
    tables = {
        "care_episodes": table(
            "child decom rne ls place dec rec",
            "A 2018-01-01 S C2 U4 2018-11-05 E4A",
            "B 2018-01-01 S C2 U4 2018-11-05 E4B",
            "C 2018-01-01 S C2 U4 2018-11-05 E5",
            "D 2018-01-01 S C2 U4 2018-11-05 E5",
        )
    }
    entry = example.entry("permanence", tables)
    planned = {variant.id: variant for variant in entry.variants}["planned-return-only"]
    assert planned.count is not None
    assert counted(planned.count) == (1, 4, {})
    assert (planned.points_difference, planned.cases_difference) == (-25.0, -1)
    assert [counted(council_issue) for council_issue in entry.variant_history["planned-return-only"]] == [(1, 4, {})]


def test_months_that_are_over_stand_beside_the_quarter_as_provisional(example: Example) -> None:
    """The meeting is on 25 March 2019: January and February are over, the quarter is not."""
    permanence_entry = permanence(example, q3=(5, 16), q4=(1, 2))
    assert (permanence_entry.point.status, permanence_entry.data_age_days) == ("official", 84)
    assert [(str(point.period), point.status) for point in permanence_entry.provisional_points] == [
        ("2018-19 M10", "provisional"),
        ("2018-19 M11", "provisional"),
    ]
    assert counted(permanence_entry.provisional_points[1].count) == (1, 2, {})


@pytest.mark.parametrize(("first_case", "start"), [("1993-03-31", "1993-94 Q1"), ("1993-07-01", "1993-94 Q2")])
def test_a_history_goes_back_25_financial_years(example: Example, first_case: str, start: str) -> None:
    """Before 2018/19, with the first case; the config may name another start."""
    tables = {"referrals": table("child referral_date", f"A {first_case}", "B 2018-11-01")}
    assert str(example.entry("repeat-referrals", tables).history[0].period) == start
    named_start = 'history_from = "1990-91 Q1"\n'
    assert str(example.entry("repeat-referrals", tables, named_start).history[0].period) == "1990-91 Q1"


def test_a_process_chart_has_12_quarters(example: Example) -> None:
    permanence_entry = permanence(example, q1=(1, 2), q2=(1, 2), q3=(1, 2))
    assert permanence_entry.process_chart is None
    assert describe_finding(permanence_entry.no_chart_reason) == "too few quarters: 3 of the 12 that a chart needs"
    config = 'history_from = "2016-17 Q1"\n'
    assert permanence(example, config, q2=(1, 2), q3=(1, 2)).process_chart is None  # 9 have no value


@pytest.mark.parametrize("indicator", ["repeat-referrals", "social-worker-turnover"])
def test_no_process_chart_of_a_figure_that_repeats_its_earlier_months(example: Example, indicator: str) -> None:
    entry = example.entry(indicator, {})
    assert entry.process_chart is None
    assert describe_finding(entry.no_chart_reason).endswith("figure repeats its earlier months")


def test_comparators_come_with_source_year_and_basis(example: Example) -> None:
    published = (
        "area,indicator,period,value,symbol,source,published_date,basis\n"
        "England,permanence,2017-18,40.0,,DfE,2018-11-15,not like-for-like\n"
        "England,VP7,2018-19,41.0,,DfE,2019-12-05,exact\n"  # after the meeting
        "South East,permanence,2017-18,,c,DfE,2018-11-15,exact\n"
        "Wokingham,VP7,2017-18,38.0,,DfE,2018-11-15,close\n"
    )
    entry = example.entry("permanence", {"published_series": published})
    england, region = entry.comparators
    assert (england.value, england.period, england.basis) == (40.0, "2017-18", "not like-for-like")
    assert (region.value, region.symbol) == (None, "c")
    assert [figure.value for figure in entry.published_series] == [38.0]


def test_commentary_is_of_the_period_and_those_before_newest_first(example: Example) -> None:
    notes = (
        "indicator,period,text,author,written_date,kind,due_date\n"
        "VP7,2018-19 Q2,Older,,2018-10-20,reason,\n"
        "permanence,2018-19 Q3,Seven turned 18,A. Officer,2019-01-20,reason,\n"
        "VP7,2018-19 Q4,Later period,,2019-03-01,reason,\n"
        "VP7,2018-19 Q3,Written later,,2019-04-01,answer,\n"
        "VP8,2018-19 Q3,Of another,,2019-01-20,reason,\n"
    )
    commentary_notes = example.entry("permanence", {"commentary": notes}).commentary_notes
    assert [(str(commentary_note.period), commentary_note.text) for commentary_note in commentary_notes] == [
        ("2018-19 Q3", "Seven turned 18"),
        ("2018-19 Q2", "Older"),
    ]


def test_made_up_data_is_marked(example: Example) -> None:
    path = example.write(leavings(q3=(1, 2)))
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("[tables]", '[tables]\nmade_up = ["care_episodes"]'))
    board = build_board(open_council(path), MEETING, parse_period(QUARTER))
    assert board.made_up_tables == ("care_episodes",)
    marked = {entry.indicator.code for entry in board.entries if entry.made_up}
    assert marked == {"VP7", "CE20", "CC20"}


def test_a_period_that_has_not_begun_is_refused(example: Example) -> None:
    council = example.council({})
    with pytest.raises(PeriodNotStarted, match="Q1 2019/20 starts after 2019-03-25"):
        build_board(council, MEETING, parse_period("2019-20 Q1"))
    assert build_board(council, date(2019, 4, 1), parse_period("2019-20 Q1")).period == parse_period("2019-20 Q1")


def test_the_sources_say_what_was_read_and_how_old_it_is(example: Example) -> None:
    tables = {"referrals": table("child referral_date", "A 2018-11-05", "A 2018-11-05", "B .")}
    (source,) = example.entry("repeat-referrals", tables).sources
    assert (source.table, source.rows_read, source.rows_used, source.rows_refused) == ("referrals", 3, 1, 2)
    assert source.last_event == date(2018, 11, 5)


NEIGHBOURS = table(
    "la_code neighbour rank model",
    "872 Surrey 1 2016", "872 Slough 2 2018", "872 Reading 1 2018", "872 Kent 1 2025",
    "871 Luton 1 2018",
)  # fmt: skip


@pytest.mark.parametrize(
    ("as_at", "names", "model"),
    [
        (date(2019, 3, 25), ("Reading", "Slough"), "2018"),  # not that of 2025, nor another's
        (date(2017, 1, 1), ("Surrey",), "2016"),
        (date(2026, 1, 1), ("Kent",), "2025"),
        (date(2015, 1, 1), (), ""),
    ],
)
def test_neighbours_are_those_of_the_latest_model_that_was_known(
    example: Example, as_at: date, names: tuple[str, ...], model: str
) -> None:
    neighbours = example.council({"statistical_neighbours": NEIGHBOURS}).find_neighbours(as_at)
    assert (neighbours.names, neighbours.model) == (names, model)


def test_neighbours_of_the_config_win(example: Example) -> None:
    config = '[comparators]\nneighbours = ["Devon"]\nmodel = "our own"'
    neighbours = example.council({"statistical_neighbours": NEIGHBOURS}, config).find_neighbours(MEETING)
    assert (neighbours.names, neighbours.model) == (("Devon",), "our own")


def test_neighbours_without_a_year_are_always_known(example: Example) -> None:
    rows = table("la_code neighbour rank model", "872 Kent . .", "872 Devon . .")
    neighbours = example.council({"statistical_neighbours": rows}).find_neighbours(MEETING)
    assert (neighbours.names, neighbours.model) == (("Devon", "Kent"), "")


def test_neighbours_of_a_model_are_compared_with_however_they_are_written(example: Example) -> None:
    series = table(
        "area indicator period value published_date",
        "Slough permanence 2017-18 30 2018-12-01",
        "READING~Borough permanence 2017-18 40 2018-12-01",
    )
    tables = {"statistical_neighbours": NEIGHBOURS, "published_series": series}
    mean = example.entry("permanence", {**leavings(q3=(1, 2)), **tables}).comparators[-2]
    assert (mean.value, describe_finding(mean.detail)) == (35.0, "2 of 2 known, model of 2018")


def test_tables_of_other_councils_are_told_and_not_only_empty(example: Example) -> None:
    schools = table(
        "urn name phase la_code open_date", "1 A Primary 868 .", "2 B Primary 869 .",
        "3 C Special 870 2020-01-01",
    )  # fmt: skip
    council = example.council({"schools": schools})
    text = "no row of schools has the la_code 872: they have 868, 869"
    assert text in " ".join(describe_warnings(build_board(council).entries[0]))
    assert [format_issue(council_issue).split(": ", 1)[1] for council_issue in check_council(council)[0]] == [
        f"council.la_code: {text}"
    ]
    second_council = example.council({"schools": schools.replace("869", "872")})
    assert build_board(second_council).entries[0].warnings == () == check_council(second_council)[0]


VISITS = {
    "protection_plans": table("child start_date end_date other_authority", "A 2018-10-01 . N"),
    "protection_visits": "child,visit_date,seen,setting\n",
}


def test_a_table_without_rows_is_not_supplied(example: Example) -> None:
    """Nothing supplied is not nothing happened: an empty template makes no 0.0%, red."""
    config = example.write(VISITS, TARGET)
    config.write_text(config.read_text(encoding="utf-8").replace("'protection_visits', ", ""), encoding="utf-8")
    entry = one_entry(config, "VP8")
    assert (entry.point.count.value, entry.judgement.rag) == (None, "none")
    assert describe_problem(entry.problem).endswith(
        "the table protection_visits has no rows; if there are none in truth, say so in the config: "
        '[tables] none = ["protection_visits"]'
    )


def test_a_table_that_is_empty_in_truth_is_counted(example: Example) -> None:
    entry = one_entry(example.write(VISITS, TARGET), "VP8")
    assert (entry.point.count.numerator, entry.problem) == (0, None)
    assert entry.point.count.denominator > 0


def test_a_table_all_of_whose_rows_were_refused_gives_no_value(example: Example) -> None:
    tables = VISITS | {"protection_visits": table("child visit_date seen setting", "A 31/13/2018 Y Home", "A x Y Home")}
    entry = one_entry(example.write(tables, TARGET), "VP8")
    assert entry.point.count.value is None
    assert describe_problem(entry.problem).endswith("none of the 2 rows of protection_visits could be used")


TARGET = "[indicators.protection-visits-on-time]\ntarget = 90\nminimum = 0\n"


def one_entry(config: Path, code: str) -> Entry:
    board = build_board(open_council(config), MEETING, parse_period(QUARTER))
    return next(entry for entry in board.entries if entry.indicator.code == code)

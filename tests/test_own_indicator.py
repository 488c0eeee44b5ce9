"""An indicator over a council's own table, in its config alone: no Python."""

from __future__ import annotations

from datetime import date

import pytest

from kpitui.board import build_board, check_council
from kpitui.council import open_council
from kpitui.drilldown.cases import iterate_case_rows, list_cases
from kpitui.figure_wording import describe_cases_to_target, format_judged_value
from kpitui.issue_wording import describe_issue, describe_problem, format_issue
from kpitui.model.board import Board, Entry
from kpitui.model.periods import parse_period
from tests.examples import MEETING, QUARTER, Example, counted, table

# The worked example of the contract, section 6.
EARLY_HELP = """
[indicators.early-help-in-time]
title = "Early help assessments completed in 45 days"
table = "early_help"
date = "completed_date"
counted = { days_taken = { at_most = 45 } }
polarity = "high"
"""
ASSESSMENTS = table(
    "family completed_date days_taken team",
    "F1 2018-10-01 45 East",
    "F2 2018-12-31 46 East",
    "F3 2018-11-05 . West",  # not known: not counted
    "F4 2018-09-30 10 West",
    "F5 2019-01-01 10 West",
)
INDICATOR = "early-help-in-time"


def entry(example: Example, config: str, text: str = ASSESSMENTS) -> Entry:
    return example.entry(INDICATOR, {"early_help": text}, config)


def test_the_worked_example(example: Example) -> None:
    own_entry = entry(example, EARLY_HELP)
    assert counted(own_entry.point.count) == (1, 3, {})
    assert (own_entry.indicator.code, own_entry.indicator.theme) == (INDICATOR, "Other")
    assert own_entry.problem is None


def test_it_is_judged_as_any_other(example: Example) -> None:
    """33.3% against 40%: red; 1 more assessment would do."""
    config = EARLY_HELP + 'target = 40.0\nminimum = 0\nnoun = ["assessment", "assessments"]\n'
    judged = entry(example, config)
    assert (judged.judgement.rag, format_judged_value(judged)) == ("red", "33.3%")
    assert describe_cases_to_target(judged) == "1 more assessment"


def test_its_rows_keep_every_column(example: Example) -> None:
    council = example.council({"early_help": ASSESSMENTS}, EARLY_HELP)
    board = build_board(council, MEETING, parse_period(QUARTER))
    case_rows = list(iterate_case_rows(list_cases(council, board, board.entries[-1])))
    assert [(row["family"], row["team"], row["counted"]) for row in case_rows] == [
        ("F1", "East", True),
        ("F2", "East", False),
        ("F3", "West", False),
    ]


def test_cases_left_out_and_variants_of_its_own(example: Example) -> None:
    config = (
        EARLY_HELP
        + """
left_out = [{ reason = "not recorded", when = { days_taken = { missing = true } } }]
[indicators.early-help-in-time.variants.east]
title = "East team"
only = { team = "East" }
reason = "another team"
[indicators.early-help-in-time.variants.in-60-days]
title = "In 60 days"
counted = { days_taken = { at_most = 60 } }
[indicators.early-help-in-time.variants.year-to-date]
title = "Year to date"
window = "year-to-date"
"""
    )
    own_entry = entry(example, config)
    assert counted(own_entry.point.count) == (1, 2, {"not recorded": 1})
    assert {variant.id: counted(variant.count) for variant in own_entry.variants if variant.count} == {
        "east": (1, 2, {"not recorded": 1}),
        "in-60-days": (2, 2, {"not recorded": 1}),
        "year-to-date": (2, 3, {"not recorded": 1}),
    }
    assert {variant.id: variant.cases_difference for variant in own_entry.variants} == {
        "east": 0,
        "in-60-days": 1,
        "year-to-date": 1,
    }


@pytest.mark.parametrize(
    ("condition", "numerator"),
    [
        ("{ days_taken = 45 }", 1),
        ("{ days_taken = [45, 46] }", 2),
        ("{ days_taken = { at_least = 46 } }", 1),
        ("{ days_taken = { more_than = 45 } }", 1),
        ("{ days_taken = { less_than = 46 } }", 1),
        ("{ days_taken = { at_least = 45, less_than = 46 } }", 1),
        ("{ days_taken = { missing = true } }", 1),
        ("{ days_taken = { missing = false } }", 2),
        ('{ team = { starts_with = "Ea" } }', 2),
        ('{ days_taken = { at_most = 45 }, team = "West" }', 0),
        ('[{ days_taken = { at_most = 45 } }, { team = "West" }]', 2),  # any of them
        ("{ completed_date = { at_least = 2018-11-05 } }", 2),
        ("{}", 3),
    ],
)
def test_every_condition(example: Example, condition: str, numerator: int) -> None:
    config = EARLY_HELP.replace("{ days_taken = { at_most = 45 } }", condition)
    assert counted(entry(example, config).point.count) == (numerator, 3, {})


def test_true_and_false_are_the_y_and_n_of_tables(example: Example) -> None:
    text = table("family completed_date met", "F1 2018-10-01 Y", "F2 2018-10-01 n")
    config = EARLY_HELP.replace("days_taken = { at_most = 45 }", "met = true")
    assert counted(entry(example, config, text).point.count) == (1, 2, {})


def test_lasting_rows_are_those_of_the_last_day(example: Example) -> None:
    """In: A, open; B, until the day after.  Out: C, over on the day, and D, not yet begun."""
    text = table(
        "family opened closed level",
        "A 2018-01-01 . 3",
        "B 2018-12-31 2019-01-01 4",
        "C 2018-01-01 2018-12-31 4",
        "D 2019-01-01 . 4",
    )
    config = """
[indicators.early-help-in-time]
title = "Families at level 4"
table = "early_help"
from = "opened"
until = "closed"
counted = { level = { at_least = 4 } }
polarity = "low"
"""
    own_entry = entry(example, config, text)
    assert counted(own_entry.point.count) == (1, 2, {})
    assert own_entry.indicator.rule.window == "period-end"


def test_weighted_cases(example: Example) -> None:
    config = EARLY_HELP + 'weight = "children"\n'
    text = table(
        "family completed_date days_taken children", "F1 2018-10-01 45 4", "F2 2018-10-01 46 1", "F3 2018-10-01 46 ."
    )
    assert counted(entry(example, config, text).point.count) == (4, 5, {})


def test_fewer_cases_meet_a_target_where_low_is_good_by_their_weights(example: Example) -> None:
    """8 of 10 children where at most half are wanted: the family of 4 would do, alone."""
    config = (
        EARLY_HELP.replace('"high"', '"low"') + 'weight = "children"\ntarget = 50.0\nnoun = ["family", "families"]\n'
    )
    text = table(
        "family completed_date days_taken children",
        "F1 2018-10-01 40 4",
        "F2 2018-10-01 40 2",
        "F3 2018-10-01 40 2",
        "F4 2018-10-01 60 2",
    )
    assert describe_cases_to_target(entry(example, config, text)) == "1 fewer family"


def test_rows_after_the_meeting_are_no_cases_yet(example: Example) -> None:
    config = f'{EARLY_HELP}\n[board]\nshow = ["{INDICATOR}"]\n'
    council = example.council({"early_help": ASSESSMENTS}, config)
    (case_row,) = build_board(council, date(2018, 11, 4), parse_period(QUARTER)).entries
    assert counted(case_row.point.count) == (1, 1, {})


def test_what_is_no_number_is_an_issue_and_not_counted(example: Example) -> None:
    text = table("family completed_date days_taken", "F1 2018-10-01 soon", "F2 2018-10-01 5")
    council = example.council({"early_help": text}, EARLY_HELP)
    issue = council.tables.issues[0]
    assert (issue.table, issue.line) == ("early_help", 2)
    assert "soon" in describe_issue(issue)
    board = build_board(council, MEETING, parse_period(QUARTER))
    assert counted(board.entries[-1].point.count) == (1, 2, {})


def test_without_its_table_it_says_so_and_leaves_the_others(example: Example) -> None:
    board: Board = example.board({"referrals": table("child referral_date", "A 2018-11-05")}, EARLY_HELP)
    values = {entry.indicator.id: entry for entry in board.entries}
    assert "early_help" in describe_problem(values[INDICATOR].problem)
    assert values[INDICATOR].judgement.rag == "none"
    assert values["repeat-referrals"].point.count.denominator == 1


def test_without_a_column_that_it_needs_it_says_which(example: Example) -> None:
    own_entry = entry(example, EARLY_HELP, table("family completed_date days", "F1 2018-10-01 5"))
    assert "days_taken" in describe_problem(own_entry.problem)


def test_a_condition_on_a_column_that_a_cohort_does_not_have_is_told(example: Example) -> None:
    config = "[indicators.permanence]\nexclude = { age_at_edn = { at_least = 18 } }\n"
    entry = example.entry("permanence", {}, config)
    assert "age_at_edn" in describe_problem(entry.problem)


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ("exclude = { rec = { at_least = 18 } }", "its column rec holds text, which cannot be "),
        ('weight = "place"', "its column place holds text, which cannot be compared with numbers"),
        ('outcomes = "recc"', "its cases have no column recc - did you mean rec?"),
    ],
)
def test_what_cases_cannot_be_asked_is_why_there_is_no_value(example: Example, config: str, message: str) -> None:
    entry = example.entry("permanence", {}, f"[indicators.permanence]\n{config}\n")
    assert message in describe_problem(entry.problem)
    assert entry.problem is not None
    assert (entry.problem.severity, entry.problem.line) == ("fault", 2)
    assert entry.judgement.rag == "none"


def test_a_date_of_its_own_must_be_one(example: Example) -> None:
    """A child is no day, though the table of referrals has both."""
    config = EARLY_HELP.replace("early_help", "referrals").replace("completed_date", "child")
    config = config.replace("{ days_taken = { at_most = 45 } }", "{}")
    entry = example.entry(INDICATOR, {}, config)
    assert (
        describe_problem(entry.problem)
        == "indicators.early-help-in-time.date: its column child holds text, which cannot be compared with dates"
    )


def test_a_variant_that_cannot_be_asked_leaves_the_indicator_its_value(example: Example) -> None:
    config = (
        EARLY_HELP
        + '[indicators.early-help-in-time.variants.slow]\ncounted = { days_taken = "slow" }\n'
        + "[indicators.permanence.variants.by-age]\nexclude = { rec = { at_least = 18 } }\n"
    )
    council = example.council({"early_help": ASSESSMENTS}, config)
    board = build_board(council, MEETING, parse_period(QUARTER))
    permanence = next(entry for entry in board.entries if entry.indicator.id == "permanence")
    by_age = permanence.variants[-1]
    text = "its column rec holds text, which cannot be compared with numbers"
    assert describe_problem(by_age.problem) == f"indicators.permanence.variants.by-age.exclude: {text}"
    assert permanence.problem is None
    assert not len(list_cases(council, board, permanence, "by-age"))


def test_subjects_of_its_own_table_cannot_be_told_apart(example: Example) -> None:
    """A table of the council's own names no subject."""
    with pytest.raises(Exception, match="cannot count distinct subjects"):
        entry(example, EARLY_HELP + 'distinct = "any"\n')


@pytest.mark.parametrize(
    "line",
    [
        'parameters = { phases = "Primary" }',  # schools know a phase
        'base = { days = "month ends" }',
        'base = { cohort = "posts", days = "every day" }',
        'base = { cohort = "referrals" }',
        'cohort = "dated-rows"',
        "parameters = { phase = 5 }",
    ],
)
def test_what_a_cohort_cannot_be_asked_is_told_as_a_mistake(example: Example, line: str) -> None:
    config = f"[indicators.schools-primary-good]\n{line}\n"
    with pytest.raises(Exception, match=r"config\.toml:2: indicators\.schools-primary-good"):
        example.entry("schools-primary-good", {}, config)


def asked(example: Example, config: str) -> list[str]:
    """What check says of the config, without its path."""
    issues, _ = check_council(example.council({}, config))
    return [format_issue(issue).partition("config.toml")[2] for issue in issues if "config.toml" in issue.file]


def test_a_date_that_no_file_has_is_told_with_its_key(example: Example) -> None:
    config = """
[indicators.early-referrals]
title = "Referrals decided in time"
table = "referrals"
date = "decison_date"
counted = { nfa = "N" }
polarity = "high"
"""
    assert asked(example, config) == [":5: indicators.early-referrals.date: referrals has no column decison_date"]


@pytest.mark.parametrize(
    ("back", "message"),
    [
        ('{ table = "referal", column = "referral_date", months = 12 }',
         "no table is called referal - did you mean referrals?"),
        ('{ table = "referrals", column = "referal_day", months = 12 }',
         "referrals has no column referal_day - did you mean referral_date?"),
        ('{ table = "referrals", column = "source", months = 12 }',
         "source of referrals holds no dates"),
    ],
)  # fmt: skip
def test_what_cannot_be_looked_back_over_is_told(example: Example, back: str, message: str) -> None:
    config = f"[indicators.repeat-referrals]\nlook_back = {back}\n"
    assert asked(example, config) == [f":2: indicators.repeat-referrals.look_back: {message}"]


# What one indicator asks of a column changes no other's number

READINGS = {
    "is_true": "{ hit = true }",
    "is_yes": '{ hit = "Yes" }',
    "is_one_of": '{ hit = ["Y", "Maybe"] }',
    "is_there": "{ hit = { missing = false } }",
    "is_1": "{ hit = 1 }",
    "starts": '{ hit = { starts_with = "Y" } }',
}
HITS = table(
    "family completed_date hit", *(f"F{n} 2018-10-01 {cell}" for n, cell in enumerate("Yes yes Y 1 No Maybe .".split()))
)
HIT_NUMBERS = {"is_true": 4, "is_yes": 1, "is_one_of": 2, "is_there": 6, "is_1": 1, "starts": 2}


def own_indicators(*names: str) -> str:
    return "".join(
        EARLY_HELP.replace(INDICATOR, name).replace("{ days_taken = { at_most = 45 } }", READINGS[name])
        for name in names
    )


@pytest.mark.parametrize("name", READINGS)
def test_a_condition_reads_a_column_in_its_own_way(example: Example, name: str) -> None:
    entry = example.entry(name, {"early_help": HITS}, own_indicators(name))
    assert counted(entry.point.count) == (HIT_NUMBERS[name], 7, {})


@pytest.mark.parametrize("names", [tuple(READINGS), tuple(reversed(READINGS))])
def test_indicators_that_read_a_column_in_other_ways_change_nothing(example: Example, names: tuple[str, ...]) -> None:
    board = example.board({"early_help": HITS}, own_indicators(*names))
    assert {
        entry.indicator.id: entry.point.count.numerator for entry in board.entries if entry.indicator.id in names
    } == HIT_NUMBERS


def test_each_reading_names_what_it_could_not_read_once(example: Example) -> None:
    council = example.council({"early_help": HITS}, own_indicators("is_true", "is_1", "is_yes"))
    lines = [format_issue(issue) for issue in council.tables.issues if issue.table == "early_help"]
    assert len(lines) == 2
    assert all("hit" in line and "_as_" not in line for line in lines)


def test_a_row_shows_a_column_once_however_often_it_is_read(example: Example) -> None:
    council = example.council({"early_help": HITS}, own_indicators("is_true", "is_1", "is_yes"))
    board = build_board(council, MEETING, parse_period(QUARTER))
    row = next(iterate_case_rows(list_cases(council, board, board.entries[-1])))
    assert [name for name in row if "hit" in name] == ["hit"]


def test_a_reading_of_a_column_that_is_not_there_is_told_by_its_name(example: Example) -> None:
    text = table("family completed_date hat", "F1 2018-10-01 Y")
    council = example.council({"early_help": text}, own_indicators("is_true", "is_yes"))
    board = build_board(council, MEETING, parse_period(QUARTER))
    assert all("_as_" not in describe_problem(entry.problem) for entry in board.entries)


CLOSED = table(
    "family completed_date closed",
    "F1 2018-10-01 2018-12-01",
    "F2 2018-10-02 2019-02-01",
    "F3 2018-10-03 15/02/2019",
    "F4 2018-10-04 open",
    "F5 2018-10-05 .",
)


@pytest.mark.parametrize(
    "condition",
    [
        "{ closed = { missing = false } }",
        "[{ closed = { missing = false } }, { closed = { less_than = 2000-01-01 } }]",
        '[{ closed = { missing = false } }, { closed = "long ago" }]',
        '[{ closed = "2018-12-01" }, { closed = "2019-02-01" }, { closed = "15/02/2019" }, { closed = "open" }]',
    ],
)
@pytest.mark.parametrize(("day", "numerator"), [(date(2019, 1, 10), 2), (date(2019, 2, 1), 3), (MEETING, 4)])
def test_no_condition_sees_what_is_dated_after_the_meeting(
    example: Example, condition: str, day: date, numerator: int
) -> None:
    """Of F1 to F4 all but those that close later; "open" is no date, and was there all along."""
    config = EARLY_HELP.replace("{ days_taken = { at_most = 45 } }", condition)
    count = example.entry(INDICATOR, {"early_help": CLOSED}, config, as_at=day).point.count
    assert count.numerator == numerator - ("2000-01-01" in condition)  # as a date, "open" cannot be read


def test_no_condition_on_a_clean_tables_extra_column_sees_it_either(example: Example) -> None:
    config = """
[indicators.repeat-referrals.variants.closed]
title = "Closed"
counted = { closed = { missing = false } }
[indicators.repeat-referrals.variants.soon]
title = "Soon"
counted = { days = { at_most = 45 } }
"""
    text = table("child referral_date closed days", "A 2018-10-01 2018-12-01 45", "B 2018-10-02 2019-02-01 46")
    entry = example.entry("repeat-referrals", {"referrals": text}, config, as_at=date(2019, 1, 10))
    numbers = {variant.id: variant.count and variant.count.numerator for variant in entry.variants}
    assert (numbers["closed"], numbers["soon"]) == (1, 1)
    assert entry.point.count.unknown == {"history too short": 2}


# Mistakes that show only with the tables have a line too

MISPLACED = """\
[stale]
care_episode = 30
[indicators.permanence]
exclude = { at_end = { at_least = 18 } }
[indicators.early-help]
title = "Assessments completed in 45 days"
polarity = "high"
table = "early_hlep"
date = "completed_date"
counted = { days_taken = { at_most = 45 } }
"""


def test_mistakes_that_show_with_the_tables_have_their_line(example: Example) -> None:
    """A variant takes the main rule's exclusions: their mistake is reported once."""
    assert asked(example, MISPLACED) == [
        ":2: stale.care_episode does not name a known table - did you mean care_episodes? The limit has no effect.",
        ":4: indicators.permanence.exclude: its cases have no column at_end - did you mean age_at_end?",
        ":8: indicators.early-help.table: no table is called early_hlep",
    ]


def test_a_folder_that_the_config_names_wrongly_has_its_line(example: Example) -> None:
    path = example.write({})
    path.write_text(path.read_text(encoding="utf-8").replace('"tables"', '"tabels"'), encoding="utf-8")
    issues = open_council(path).tables.issues
    line = path.read_text(encoding="utf-8").splitlines().index('folder = "tabels"') + 1
    assert [format_issue(issue).partition("config.toml")[2] for issue in issues] == [
        f":{line}: tables.folder: the folder tabels could not be read: No such file or directory"
    ]

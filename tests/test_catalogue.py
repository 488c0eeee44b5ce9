"""The packaged indicators: complete, sound, and overridden field by field."""

from __future__ import annotations

from inspect import signature
from pathlib import Path

import pytest

from kpitui.catalogue.column_types import iterate_rule_tests as conditions_of
from kpitui.catalogue.parser import INDICATOR_FIELDS, read_catalogue
from kpitui.cohorts.registry import CASE_BUILDERS, build_cohort
from kpitui.config.settings import load_settings
from kpitui.council import Council
from kpitui.model.catalogue import CohortCall, Indicator, Rule
from kpitui.model.clean_tables import CLEAN_TABLES
from kpitui.model.cohort_signatures import CASE_COLUMNS, COHORTS, list_reserved_columns
from kpitui.tables import read_folder
from tests.examples import WOKINGHAM, Example

PACKAGED, MISTAKES = read_catalogue(None)


def test_the_packaged_catalogue_is_without_mistakes() -> None:
    assert MISTAKES == ()


def test_the_thirteen_indicators_of_the_report() -> None:
    """Contract section 4: id, code, theme, window, polarity."""
    listed_fields = {
        (indicator.id, indicator.code, indicator.theme, indicator.rule.window, indicator.polarity)
        for indicator in PACKAGED
    }
    assert listed_fields >= {
        ("schools-primary-good", "EA1i", "Schools", "period-end", "high"),
        ("schools-secondary-good", "EA1ii", "Schools", "period-end", "high"),
        ("schools-special-good", "EA1iii", "Schools", "period-end", "high"),
        ("pupils-in-good-schools", "EA2", "Schools", "period-end", "high"),
        ("early-years-good", "EA3", "Early years", "period-end", "high"),
        ("care-entrants-over-20-miles", "CE20", "Children in care", "period", "low"),
        ("children-in-care-over-20-miles", "CC20", "Children in care", "period-end", "low"),
        ("social-worker-turnover", "EA11", "Workforce", "rolling-12-months", "low"),
        ("repeat-referrals", "RR12", "Referrals", "year-to-date", "low"),
        ("repeat-plans-24-months", "CP24", "Child protection", "year-to-date", "low"),
        ("repeat-plans-ever", "CPEV", "Child protection", "year-to-date", "low"),
        ("permanence", "VP7", "Leaving care", "period", "high"),
        ("protection-visits-on-time", "VP8", "Child protection", "period", "high"),
    }


def test_no_target_is_packaged() -> None:
    """A council's targets are its own."""
    assert [indicator.id for indicator in PACKAGED if indicator.targets] == []


@pytest.mark.parametrize("indicator", PACKAGED, ids=lambda packaged_indicator: packaged_indicator.code)
def test_every_indicator_can_be_explained(indicator: Indicator) -> None:
    assert indicator.definition.endswith(".")
    assert indicator.source
    assert all(rule.title for rule in (indicator.rule, *indicator.variants))
    assert len({rule.title for rule in indicator.variants}) == len(indicator.variants)


DECLARED = [name for name, cohort in COHORTS.items() if not cohort.reads_own_table]


def test_every_cohort_has_a_builder() -> None:
    assert [*CASE_BUILDERS] == [*COHORTS]


@pytest.mark.parametrize("name", DECLARED)
def test_a_cohort_takes_what_it_declares(name: str) -> None:
    taken = [parameter for parameter in signature(CASE_BUILDERS[name]).parameters if parameter != "table_frames"]
    parameters = list(COHORTS[name].parameters)
    assert taken == (["la_code", *parameters] if COHORTS[name].needs_la_code else parameters)


@pytest.fixture(scope="module")
def council(tmp_path_factory: pytest.TempPathFactory) -> Council:
    """A council without a row."""
    config = Example(tmp_path_factory.mktemp("empty")).write({})
    settings = load_settings(config)
    return Council(settings, read_folder(settings.tables_folder))


@pytest.mark.parametrize("name", DECLARED)
def test_a_cohort_adds_the_columns_that_it_declares(council: Council, name: str) -> None:
    cohort, frames = COHORTS[name], council.select_frames_known_on(council.settings.get_meeting_date())
    columns = {*build_cohort(CohortCall(name), frames, "872").collect_schema().names()}
    days = {"case_from", "case_until"} if cohort.cases_are_states else {"case_date"}
    assert days <= columns
    assert columns & CASE_COLUMNS == days
    added = columns - {*CLEAN_TABLES[cohort.required_tables[0]].columns} - days
    assert added == {*cohort.derived_columns, *cohort.joined_columns}


def test_a_joined_column_may_stand_in_any_table_but_the_one_it_is_joined_to() -> None:
    assert "dob" in list_reserved_columns("care_episodes")
    assert "dob" not in list_reserved_columns("referrals")
    assert "age_at_end" in list_reserved_columns("referrals")


def looked_at(rule: Rule) -> set[str]:
    """The columns that a rule's cohort must have."""
    tests = [test for test in conditions_of(rule) if test.dates is None]
    compared = {name for comparison in rule.date_comparisons for name in (comparison.earlier, comparison.later)}
    computed = {comparison.name for comparison in rule.date_comparisons}
    named_columns = (
        ({test.column for test in tests} - computed)
        | compared
        | ({rule.outcome_column} if rule.outcome_column else set())
    )
    return named_columns | ({rule.weight_column} if rule.weight_column else set())


@pytest.mark.parametrize("indicator", PACKAGED, ids=lambda packaged_indicator: packaged_indicator.code)
def test_every_column_that_a_condition_names_is_in_its_cohort(council: Council, indicator: Indicator) -> None:
    frames = council.select_frames_known_on(council.settings.get_meeting_date())
    for rule in (indicator.rule, *indicator.variants):
        columns = build_cohort(rule.cohort, frames, "872").collect_schema().names()
        needed_columns = looked_at(rule) | {COHORTS[rule.cohort.name].subject_column}
        assert needed_columns <= set(columns)


def overridden(folder: Path, text: str, indicator: str = "permanence") -> Indicator:
    path = folder / "config.toml"
    path.write_text(text + WOKINGHAM, encoding="utf-8")
    return next(
        packaged_indicator
        for packaged_indicator in load_settings(path).indicators
        if packaged_indicator.id == indicator
    )


def test_a_council_overrides_a_target_and_nothing_else(tmp_path: Path) -> None:
    text = "[indicators.permanence]\ntarget = 45.0\ntolerance = 5.0\n"
    settings = overridden(tmp_path, text)
    packaged = next(indicator for indicator in PACKAGED if indicator.id == "permanence")
    assert (settings.targets[0].value, settings.tolerance) == (45.0, 5.0)
    assert (settings.rule, settings.variants) == (packaged.rule, packaged.variants)


OVERRIDES = {
    "title": '"Permanence"',
    "code": '"LC1"',
    "theme": '"Care leavers"',
    "polarity": '"low"',
    "definition": '"Ours."',
    "source": '"Ours"',
    "tolerance": "2.5",
    "tolerance_is": '"relative"',
    "red_line": "35.0",
    "dead_band": "1.0",
    "minimum": "10",
    "pending": '"new system"',
    "note": '"Under review."',
}


@pytest.mark.parametrize("field", OVERRIDES)
def test_any_field_can_be_overridden(tmp_path: Path, field: str) -> None:
    settings = overridden(tmp_path, f"[indicators.permanence]\n{field} = {OVERRIDES[field]}\n")
    assert str(getattr(settings, field)) == OVERRIDES[field].strip('"')


def test_a_rule_can_be_overridden_and_its_variants_follow(tmp_path: Path) -> None:
    settings = overridden(tmp_path, '[indicators.permanence]\ncounted = { rec = ["E11"] }\nwindow = "year-to-date"\n')
    assert settings.rule.window == "year-to-date"
    assert {rule.window for rule in settings.variants} == {"year-to-date"}
    by_id = {rule.id: rule for rule in settings.variants}
    assert by_id["excluding-18-plus"].counted == settings.rule.counted
    assert by_id["planned-return-only"].counted != settings.rule.counted  # it says so itself


def test_a_variant_is_overridden_field_by_field(tmp_path: Path) -> None:
    """Contract section 6: 18 becomes 17, the title stays."""
    text = "[indicators.permanence.variants.excluding-18-plus]\nexclude = { age_at_end = { at_least = 17 } }\n"
    rules_by_id = {rule.id: rule for rule in overridden(tmp_path, text).variants}
    rule = rules_by_id["excluding-18-plus"]
    assert rule.title == "Without those who turned 18"
    assert rule.exclusions[-1].conditions[0][0].value == 17
    assert len(rules_by_id) == 5


def test_a_variant_of_the_councils_own(tmp_path: Path) -> None:
    text = '[indicators.permanence.variants.adopted]\ntitle = "Adopted"\ncounted = { rec = ["E11", "E12"] }\n'
    variants = overridden(tmp_path, text).variants
    assert [rule.id for rule in variants][-1] == "adopted"
    assert len(variants) == 6


@pytest.mark.parametrize(
    ("of", "like"),
    [
        ("schools-primary-good", "schools-secondary-good"),
        ("care-entrants-over-20-miles", "children-in-care-over-20-miles"),
        ("repeat-plans-24-months", "repeat-plans-ever"),
    ],
)
def test_a_target_is_of_one_indicator_not_of_those_that_are_like_it(tmp_path: Path, of: str, like: str) -> None:
    settings = overridden(tmp_path, f"[indicators.{of}]\ntarget = 85.0\nminimum = 9\n", like)
    assert (settings.targets, settings.minimum) == ((), 0 if like.startswith("schools") else 6)


def test_an_indicator_like_another_that_is_like_a_third(tmp_path: Path) -> None:
    text = (
        "[indicators.secondary-academies]\n"
        'like = "schools-secondary-good"\n'
        'code = "ACAD"\n'
        'title = "Secondary academies Good or better"\n'
        'exclude = { type = { starts_with = "Community" } }\n'
        'reason = "no academy"\n'
    )
    settings = overridden(tmp_path, text, "secondary-academies")
    secondary = next(indicator for indicator in PACKAGED if indicator.id == "schools-secondary-good")
    assert (settings.code, settings.polarity, settings.theme) == ("ACAD", "high", "Schools")
    assert settings.rule.cohort == secondary.rule.cohort
    assert settings.rule.counted == secondary.rule.counted


def test_two_indicators_cannot_share_a_code(tmp_path: Path) -> None:
    text = '[indicators.permanence]\ncode = "VP8"\n'
    with pytest.raises(Exception, match=r"code is the code of protection-visits-on-time too"):
        overridden(tmp_path, text)


def test_every_field_of_the_catalogue_is_documented() -> None:
    """A field that nothing reads would be a promise not kept."""
    unused = set(INDICATOR_FIELDS) - set(vars_of_interest())
    assert unused == set()


def vars_of_interest() -> set[str]:
    folder = Path(__file__).parent.parent / "kpitui" / "catalogue"
    text = "".join((folder / name).read_text() for name in ("parser.py", "measure_fields.py"))
    return {name for name in INDICATOR_FIELDS if text.count(f'"{name}"') > 1}

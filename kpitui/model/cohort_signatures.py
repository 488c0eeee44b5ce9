"""The cohorts as data: their subject, tables and parameters, and the columns that they add.

`kpitui.cohorts` builds the cases. What is here can be read without a library for data frames, so
that a config is checked before any table is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kpitui.model.clean_tables import CHILD, PROVIDER, UNKNOWN_SUBJECT, WORKER, list_report_card_areas
from kpitui.model.table_schema import SubjectType

ParameterType = type[bool] | type[int] | tuple[str, ...]
"""Yes or no, a whole number, or one of some words."""


@dataclass(frozen=True, slots=True)
class CohortSignature:
    """A cohort: what its cases are about, the tables it reads and the parameters it takes.

    Without its `required_tables` there is no cohort; the first of them has a row for each case. Its
    `optional_tables` add to the cases and may be empty. `derived_columns` are computed, and
    `joined_columns` are taken over from its other tables.
    """

    subject: SubjectType
    required_tables: tuple[str, ...]
    optional_tables: tuple[str, ...] = ()
    cases_are_states: bool = False
    needs_la_code: bool = False
    parameters: Mapping[str, ParameterType] = field(default_factory=dict)
    derived_columns: tuple[str, ...] = ()
    joined_columns: tuple[str, ...] = ()

    @property
    def subject_column(self) -> str:
        """Return the column with a case's subject, or "" where nobody knows it."""
        return self.subject.id_column

    @property
    def reads_own_table(self) -> bool:
        """Say whether the cases are rows of a table of the council's own."""
        return not self.required_tables


# Ofsted names a category of concern beside the areas.
SCHOOL_REPORT_CARD_AREAS = (*list_report_card_areas("school_inspections"), "category_of_concern")
EARLY_YEARS_REPORT_CARD_AREAS = list_report_card_areas("early_years_inspections")
_SETTING_TABLES = ("early_years_settings", "early_years_inspections")
_CARE_OPTIONAL_TABLES = ("children", "uasc", "postcodes")
_VISIT_TABLES = ("protection_plans", "protection_visits")
_GRADE_COLUMNS = ("grade", "ungraded", "grade_known", "last_inspection")
_PLACEMENT_COLUMNS = ("continuous", "placements_known")
_CLOCK_COLUMNS = ("clock", "clock_known", "clock_start", "visit_due", "next_visit", "outcome", "outcome_known")

COHORTS: Mapping[str, CohortSignature] = {
    "schools": CohortSignature(
        PROVIDER,
        ("schools", "school_inspections"),
        cases_are_states=True,
        needs_la_code=True,
        parameters={"predecessors": bool},
        derived_columns=(*_GRADE_COLUMNS, "graded_under"),
        joined_columns=SCHOOL_REPORT_CARD_AREAS,
    ),
    "early-years-settings": CohortSignature(
        PROVIDER, _SETTING_TABLES, cases_are_states=True, needs_la_code=True, derived_columns=_GRADE_COLUMNS
    ),
    "early-years-report-cards": CohortSignature(
        PROVIDER,
        _SETTING_TABLES,
        cases_are_states=True,
        needs_la_code=True,
        derived_columns=("ungraded", "last_inspection"),
        joined_columns=EARLY_YEARS_REPORT_CARD_AREAS,
    ),
    "care-entries": CohortSignature(
        CHILD, ("care_episodes",), _CARE_OPTIONAL_TABLES, derived_columns=("distance", "unaccompanied")
    ),
    "children-in-care": CohortSignature(
        CHILD,
        ("care_episodes",),
        _CARE_OPTIONAL_TABLES,
        cases_are_states=True,
        derived_columns=("distance", "unaccompanied"),
    ),
    "placement-counts": CohortSignature(
        CHILD,
        ("care_episodes",),
        cases_are_states=True,
        parameters={"months": int, "temporary": bool},
        derived_columns=("placements", *_PLACEMENT_COLUMNS),
    ),
    "placement-lengths": CohortSignature(
        CHILD,
        ("care_episodes",),
        ("children",),
        cases_are_states=True,
        parameters={"months": int, "continuous_months": int},
        derived_columns=("placement_start", "long_placement", "under_16", *_PLACEMENT_COLUMNS),
        joined_columns=("dob",),
    ),
    "care-leavers": CohortSignature(
        CHILD, ("care_episodes",), ("children",), derived_columns=("age_at_end", "left_care"), joined_columns=("dob",)
    ),
    "referrals": CohortSignature(CHILD, ("referrals",), derived_columns=("previous_referral", "within_12_months")),
    "protection-plans": CohortSignature(
        CHILD,
        ("protection_plans",),
        derived_columns=("earlier_end", "earlier_start", "ended_within_24_months", "started_within_24_months"),
    ),
    "open-plans": CohortSignature(CHILD, ("protection_plans",), cases_are_states=True, derived_columns=("two_years",)),
    "ended-plans": CohortSignature(CHILD, ("protection_plans",), derived_columns=("two_years",)),
    "visit-clocks": CohortSignature(
        CHILD,
        _VISIT_TABLES,
        parameters={"interval": int, "days": ("working", "calendar")},
        derived_columns=_CLOCK_COLUMNS,
    ),
    "visit-clocks-from-the-day": CohortSignature(
        CHILD, _VISIT_TABLES, parameters={"interval": int}, derived_columns=_CLOCK_COLUMNS
    ),
    "children-on-plans": CohortSignature(
        CHILD,
        _VISIT_TABLES,
        cases_are_states=True,
        parameters={"interval": int},
        derived_columns=("last_visit", "visit_due", "up_to_date", "up_to_date_known"),
    ),
    "social-worker-leavers": CohortSignature(
        WORKER,
        ("social_workers",),
        parameters={"stays_within": int},
        derived_columns=("leaver", "leaver_known", "voluntary_known", "fte_known"),
    ),
    "social-workers-in-post": CohortSignature(
        WORKER,
        ("social_workers",),
        cases_are_states=True,
        parameters={"certain": bool},
        derived_columns=("staff_known",),
    ),
    "posts": CohortSignature(
        WORKER,
        ("social_workers",),
        cases_are_states=True,
        parameters={"certain": bool},
        derived_columns=("fte_known", "staff_known"),
    ),
    # A council's own table does not say which column holds the subject.
    "dated-rows": CohortSignature(UNKNOWN_SUBJECT, ()),
    "lasting-rows": CohortSignature(UNKNOWN_SUBJECT, (), cases_are_states=True),
}

# What every cohort adds, and what is added to its cases in every list of them.
CASE_COLUMNS = frozenset("case_date case_from case_until counted left_out_because numerator denominator".split())
DERIVED_COLUMNS = CASE_COLUMNS.union(*(cohort.derived_columns for cohort in COHORTS.values()))


def list_reserved_columns(table_name: str) -> frozenset[str]:
    """List the columns that later steps add to a table's rows, and that no file may have.

    A column of that name in a file is kept under another name, as `grade_in_file`.
    """
    # What is computed has one meaning in every table. What is joined may stand in any table but the
    # one that it is joined to.
    joined_columns = (
        cohort.joined_columns for cohort in COHORTS.values() if cohort.required_tables[:1] == (table_name,)
    )
    return DERIVED_COLUMNS.union(*joined_columns)

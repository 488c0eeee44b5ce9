"""Registry of the cohorts that indicators are counted over, one row for each case.

A cohort consists either of events, with the column `case_date`, or of states, with `case_from`
and `case_until` (see `spells`). It keeps every column of its table, adds what the catalogue's
conditions need, and knows nothing of periods or targets.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kpitui.cohorts import care, early_years, own_tables, protection, referrals, schools, workforce
from kpitui.model.catalogue import CohortCall
from kpitui.tables.as_known_on import TableFrame, TableFrames
from kpitui.text import format_name_hint


@dataclass(frozen=True, slots=True)
class CohortDefinition:
    """A cohort's builder, the tables it reads, and the column with a case's subject.

    Without its `required_tables` there is no cohort. Its `optional_tables` add to the cases and may
    be empty.
    """

    build_cases: Callable[..., TableFrame]
    subject_column: str
    required_tables: tuple[str, ...]
    optional_tables: tuple[str, ...] = ()
    cases_are_states: bool = False
    needs_la_code: bool = False


_CARE_OPTIONAL_TABLES = ("children", "uasc", "postcodes")
_PLAN_TABLES = ("protection_plans",)
_VISIT_TABLES = ("protection_plans", "protection_visits")

COHORTS: dict[str, CohortDefinition] = {
    "schools": CohortDefinition(
        schools.build_schools, "urn", ("schools", "school_inspections"), cases_are_states=True, needs_la_code=True
    ),
    "early-years-settings": CohortDefinition(
        early_years.build_early_years_settings,
        "urn",
        ("early_years_settings", "early_years_inspections"),
        cases_are_states=True,
        needs_la_code=True,
    ),
    "early-years-report-cards": CohortDefinition(
        early_years.build_early_years_report_cards,
        "urn",
        ("early_years_settings", "early_years_inspections"),
        cases_are_states=True,
        needs_la_code=True,
    ),
    "care-entries": CohortDefinition(care.build_care_entries, "child", ("care_episodes",), _CARE_OPTIONAL_TABLES),
    "children-in-care": CohortDefinition(
        care.build_children_in_care, "child", ("care_episodes",), _CARE_OPTIONAL_TABLES, cases_are_states=True
    ),
    "care-leavers": CohortDefinition(care.build_care_leavers, "child", ("care_episodes",), ("children",)),
    "referrals": CohortDefinition(referrals.build_referrals, "child", ("referrals",)),
    "protection-plans": CohortDefinition(protection.build_protection_plans, "child", _PLAN_TABLES),
    "visit-clocks": CohortDefinition(protection.build_visit_clocks, "child", _VISIT_TABLES),
    "visit-clocks-from-the-day": CohortDefinition(protection.build_visit_clocks_from_the_day, "child", _VISIT_TABLES),
    "children-on-plans": CohortDefinition(
        protection.build_children_on_plans, "child", _VISIT_TABLES, cases_are_states=True
    ),
    "social-worker-leavers": CohortDefinition(workforce.build_social_worker_leavers, "worker", ("social_workers",)),
    "social-workers-in-post": CohortDefinition(
        workforce.build_social_workers_in_post, "worker", ("social_workers",), cases_are_states=True
    ),
    "posts": CohortDefinition(workforce.build_posts, "worker", ("social_workers",), cases_are_states=True),
    # A council's own table does not say which column holds the subject.
    "dated-rows": CohortDefinition(own_tables.build_dated_rows, "", ()),
    "lasting-rows": CohortDefinition(own_tables.build_lasting_rows, "", (), cases_are_states=True),
}


def list_required_tables(cohort_call: CohortCall) -> tuple[str, ...]:
    """List the tables that a cohort cannot do without."""
    # Cohorts over a council's own table have none of their own.
    table_name = dict(cohort_call.parameters).get("table")
    return (str(table_name),) if table_name else COHORTS[cohort_call.name].required_tables


def find_cohort_problem(
    cohort_call: CohortCall, missing_tables: Mapping[str, str], unreadable_tables: Mapping[str, str]
) -> str:
    """Explain why a cohort cannot be built, or return "".

    Both mappings give a reason by table. A required table must be there. An optional one may be
    missing, but one that is there and cannot be read would make the cases wrong.
    """
    problems = [missing_tables[name] for name in list_required_tables(cohort_call) if name in missing_tables]
    problems += [
        unreadable_tables[table_name]
        for table_name in COHORTS[cohort_call.name].optional_tables
        if table_name in unreadable_tables
    ]
    return problems[0] if problems else ""


def find_missing_date_column(cohort_call: CohortCall, table_frames: TableFrames) -> str:
    """Report a date column that a council's own table does not have, or return ""."""
    parameters = dict(cohort_call.parameters)
    if "table" not in parameters:
        return ""
    table_name = str(parameters["table"])
    column_names = table_frames[table_name].collect_schema()
    date_columns = (str(parameters[name]) for name in ("date", "start", "end") if name in parameters)
    column = next((column_name for column_name in date_columns if column_name not in column_names), None)
    return "" if column is None else f"{table_name} has no column {column}{format_name_hint(column, column_names)}"


def build_cohort(cohort_call: CohortCall, table_frames: TableFrames, la_code: str) -> TableFrame:
    """Build the cases of a cohort, in no order; cohorts of places need the council's `la_code`."""
    definition = COHORTS[cohort_call.name]
    arguments = {"la_code": la_code} if definition.needs_la_code else {}
    return definition.build_cases(table_frames, **arguments, **dict(cohort_call.parameters))

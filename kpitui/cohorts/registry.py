"""The builders of the cohorts that indicators are counted over, one row for each case.

A cohort consists either of events, with the column `case_date`, or of states, with `case_from`
and `case_until` (see `spells`). It keeps every column of its table, adds what the catalogue's
conditions need, and knows nothing of periods or targets. `model/cohort_signatures.py` declares what
it reads, takes and adds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kpitui.cohorts import (
    adoption,
    assessments,
    care,
    care_health,
    care_periods,
    care_year,
    early_years,
    leavers,
    need,
    own_tables,
    placements,
    protection,
    referrals,
    reviews,
    schools,
    workforce,
    workforce_census,
)
from kpitui.model.catalogue import CohortCall
from kpitui.model.cohort_signatures import COHORTS
from kpitui.model.issues import Issue, RuleProblem, create_message
from kpitui.tables.as_known_on import TableFrame, TableFrames
from kpitui.text import find_nearest_name

# Each takes the tables, the area where its signature needs it, and the parameters of its signature.
CASE_BUILDERS: Mapping[str, Callable[..., TableFrame]] = {
    "schools": schools.build_schools,
    "early-years-settings": early_years.build_early_years_settings,
    "early-years-report-cards": early_years.build_early_years_report_cards,
    "care-entries": care.build_care_entries,
    "children-in-care": care.build_children_in_care,
    "children-turning-18": care.build_children_turning_18,
    "placement-counts": placements.build_placement_counts,
    "placements-ahead": placements.build_placements_ahead,
    "placement-lengths": placements.build_placement_lengths,
    "care-starts-of-a-year": care_periods.build_care_starts_of_a_year,
    "care-ends-of-a-year": care_periods.build_care_ends_of_a_year,
    "care-outcomes": care_health.build_care_outcomes,
    "health-checks": care_health.build_health_checks,
    "first-assessments": care_health.build_first_assessments,
    "care-review-clocks": reviews.build_care_review_clocks,
    "children-by-reviews": reviews.build_children_by_reviews,
    "children-by-visits": reviews.build_children_by_visits,
    "held-care-reviews": reviews.build_held_care_reviews,
    "care-visit-clocks": reviews.build_care_visit_clocks,
    "children-of-a-year": care_year.build_children_of_a_year,
    "ended-missing": care_year.build_ended_missing,
    "care-by-workers": care_year.build_care_by_workers,
    "adopted-children": adoption.build_adopted_children,
    "adoption-waits": adoption.build_adoption_waits,
    "leaver-birthdays": leavers.build_leaver_birthdays,
    "foster-leavers": leavers.build_foster_leavers,
    "pathway-plans": leavers.build_pathway_plans,
    "care-leavers": care.build_care_leavers,
    "referrals": referrals.build_referrals,
    "latest-referrals": referrals.build_latest_referrals,
    "started-assessments": assessments.build_started_assessments,
    "open-assessments": assessments.build_open_assessments,
    "ended-assessments": assessments.build_ended_assessments,
    "enquiries": assessments.build_enquiries,
    "assessment-spells": assessments.build_assessment_spells,
    "conferences": assessments.build_conferences,
    "need-spells": need.build_need_spells,
    "need-referrals": need.build_need_referrals,
    "issued-ehc-plans": need.build_issued_ehc_plans,
    "reviewed-plans": reviews.build_reviewed_plans,
    "plan-review-clocks": reviews.build_plan_review_clocks,
    "protection-plans": protection.build_protection_plans,
    "open-plans": protection.build_open_plans,
    "ended-plans": protection.build_ended_plans,
    "visit-clocks": protection.build_visit_clocks,
    "visit-clocks-from-the-day": protection.build_visit_clocks_from_the_day,
    "children-on-plans": protection.build_children_on_plans,
    "social-worker-leavers": workforce.build_social_worker_leavers,
    "social-workers-in-post": workforce.build_social_workers_in_post,
    "posts": workforce.build_posts,
    "census-posts": workforce_census.build_census_posts,
    "staff-in-post": workforce_census.build_staff_in_post,
    "dated-rows": own_tables.build_dated_rows,
    "lasting-rows": own_tables.build_lasting_rows,
    "series-rows": own_tables.build_series_rows,
}


def list_required_tables(cohort_call: CohortCall) -> tuple[str, ...]:
    """List the tables that a cohort cannot do without."""
    # Cohorts over a council's own table have none of their own.
    table_name = dict(cohort_call.parameters).get("table")
    return (str(table_name),) if table_name else COHORTS[cohort_call.name].required_tables


def find_cohort_problem(
    cohort_call: CohortCall, missing_tables: Mapping[str, Issue], unreadable_tables: Mapping[str, Issue]
) -> Issue | None:
    """Find why a cohort cannot be built; None where it can.

    Both mappings give a reason by table. A required table must be there. An optional one may be
    missing, but one that is there and cannot be read would make the cases wrong.
    """
    problems = [missing_tables[name] for name in list_required_tables(cohort_call) if name in missing_tables]
    problems += [
        unreadable_tables[table_name]
        for table_name in COHORTS[cohort_call.name].optional_tables
        if table_name in unreadable_tables
    ]
    return problems[0] if problems else None


def find_missing_date_column(cohort_call: CohortCall, table_frames: TableFrames) -> RuleProblem | None:
    """Find a date column that a council's own table does not have; None where it has all."""
    parameters = dict(cohort_call.parameters)
    if "table" not in parameters:
        return None
    table_name = str(parameters["table"])
    column_names = table_frames[table_name].collect_schema()
    for parameter_name, field_name in (("date", "date"), ("start", "from"), ("end", "until"), ("period", "series")):
        column = str(parameters.get(parameter_name, ""))
        if column and column not in column_names:
            suggestion = find_nearest_name(column, column_names) or ""
            message = create_message("table-column-missing", table=table_name, column=column, suggestion=suggestion)
            return RuleProblem(message, (field_name,))
    return None


def build_cohort(cohort_call: CohortCall, table_frames: TableFrames, la_code: str) -> TableFrame:
    """Build the cases of a cohort, in no order; cohorts of places need the council's `la_code`."""
    arguments = {"la_code": la_code} if COHORTS[cohort_call.name].needs_la_code else {}
    return CASE_BUILDERS[cohort_call.name](table_frames, **arguments, **dict(cohort_call.parameters))

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
class LostRow:
    """What a row that is not there may change at most: numerator and denominator, down and up."""

    lowest: tuple[int, int]
    highest: tuple[int, int]


NEW_CASE = LostRow((0, 1), (1, 1))
# The row may be a case, and make a repeat of another, or bring another to its time.
CASE_AND_ANOTHER = LostRow((0, 1), (2, 1))
CHANGED_CASE = LostRow((-1, 1), (1, -1))
# The row that was used may be none, and make another none; the one that was not may be a case instead.
CONTRADICTED_CASE = LostRow((-2, 1), (2, -1))
NO_CHANGE = LostRow((0, 0), (0, 0))


LEAST_ROWS = 20
"""From so many rows on, an end date that none of them has was hardly ever asked for."""


@dataclass(frozen=True, slots=True)
class TableGap:
    """A table, or a column of it, without which it cannot be told how cases stand.

    `hidden_column` is then unknown of every case; without one, nothing can be told at all. A gap
    `counts_if_empty` where no row has a value; else, where no file has the column. Of a table with
    less than `least_rows` nothing is concluded. A gap `of_ids` is one only if none of the table's ids
    is in the table that it belongs to.
    """

    table: str
    column: str = ""
    hidden_column: str = ""
    counts_if_empty: bool = False
    least_rows: int = LEAST_ROWS
    of_ids: bool = False


@dataclass(frozen=True, slots=True)
class CohortSignature:
    """A cohort: what its cases are about, the tables it reads and the parameters it takes.

    Without its `required_tables` there is no cohort; the first of them has a row for each case. Its
    `optional_tables` add to the cases and may be empty. `derived_columns` are computed, and
    `joined_columns` are taken over from its other tables. `lost_rows` say by table what a row may
    change that was not read: without an entry, anything. Where one of `deciding_dates` of the first
    table could not be read, the row counts as one of these. Where that is so of one of the
    `membership_dates`, its case may be none. The
    events of `flow_cohorts` begin or end its states. `reader_columns` are what a list of the cases
    shows first, each a column with its heading: the day that matters, then others. `reason_column`
    says why a case stands as it does where the rule itself asks for no column.
    """

    subject: SubjectType
    required_tables: tuple[str, ...]
    optional_tables: tuple[str, ...] = ()
    cases_are_states: bool = False
    needs_la_code: bool = False
    parameters: Mapping[str, ParameterType] = field(default_factory=dict)
    derived_columns: tuple[str, ...] = ()
    joined_columns: tuple[str, ...] = ()
    lost_rows: Mapping[str, LostRow] = field(default_factory=dict)
    gaps: tuple[TableGap, ...] = ()
    deciding_dates: tuple[str, ...] = ()
    membership_dates: tuple[str, ...] = ()
    flow_cohorts: tuple[str, ...] = ()
    reader_columns: tuple[tuple[str, str], ...] = ()
    reason_column: str = ""

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
_SCHOOL_GAPS = (TableGap("schools", "close_date"),)
_SETTING_GAPS = (TableGap("early_years_settings", "closed_date"),)
_CARE_GAPS = (
    TableGap("uasc", hidden_column="unaccompanied"),
    TableGap("uasc", "duc", least_rows=1),
    TableGap("children", hidden_column="unaccompanied", of_ids=True),
)
_PLAN_GAPS = (TableGap("protection_plans", "end_date", counts_if_empty=True),)
_WORKER_GAPS = (TableGap("social_workers", "end_date", counts_if_empty=True),)
_SCHOOL_LOSSES = {"schools": CHANGED_CASE, "school_inspections": CHANGED_CASE}
_SETTING_LOSSES = {"early_years_settings": CHANGED_CASE, "early_years_inspections": CHANGED_CASE}
_CARE_LOSSES = {
    "care_episodes": CHANGED_CASE,
    "children": CHANGED_CASE,
    "uasc": CHANGED_CASE,
    "postcodes": NO_CHANGE,  # a distance without its postcode is unknown of its own case
}
_CARE_OPTIONAL_TABLES = ("children", "uasc", "postcodes")
_CARE_FLOWS = ("care-entries", "care-leavers")
_PLAN_FLOWS = ("protection-plans", "ended-plans")
_VISIT_TABLES = ("protection_plans", "protection_visits")
_GRADE_COLUMNS = ("grade", "ungraded", "grade_known", "last_inspection")
_PLACEMENT_COLUMNS = ("continuous", "placements_known")
_CLOCK_COLUMNS = ("clock", "clock_known", "clock_start", "visit_due", "next_visit", "outcome", "outcome_known")

SERIES_COHORT = "series-rows"
SERIES_COLUMNS = ("numerator", "denominator")
"""The columns of figures that a council types in: of no other table of its own may a rule ask for these."""
AGE_COLUMN = "age"
"""Of a case of a child: its age on the day that matters, in completed years."""
AGE_HEADING = (AGE_COLUMN, "age")

COHORTS: Mapping[str, CohortSignature] = {
    "schools": CohortSignature(
        PROVIDER,
        ("schools", "school_inspections"),
        cases_are_states=True,
        needs_la_code=True,
        parameters={"predecessors": bool},
        derived_columns=(*_GRADE_COLUMNS, "graded_under"),
        joined_columns=SCHOOL_REPORT_CARD_AREAS,
        lost_rows=_SCHOOL_LOSSES,
        gaps=_SCHOOL_GAPS,
        membership_dates=("open_date", "close_date"),
        reader_columns=(("last_inspection", "inspected"),),
    ),
    "early-years-settings": CohortSignature(
        PROVIDER,
        _SETTING_TABLES,
        cases_are_states=True,
        needs_la_code=True,
        derived_columns=_GRADE_COLUMNS,
        lost_rows=_SETTING_LOSSES,
        gaps=_SETTING_GAPS,
        membership_dates=("closed_date",),
        reader_columns=(("last_inspection", "inspected"),),
    ),
    "early-years-report-cards": CohortSignature(
        PROVIDER,
        _SETTING_TABLES,
        cases_are_states=True,
        needs_la_code=True,
        derived_columns=("ungraded", "last_inspection"),
        joined_columns=EARLY_YEARS_REPORT_CARD_AREAS,
        lost_rows=_SETTING_LOSSES,
        gaps=_SETTING_GAPS,
        membership_dates=("closed_date",),
        reader_columns=(("last_inspection", "inspected"),),
    ),
    "care-entries": CohortSignature(
        CHILD,
        ("care_episodes",),
        _CARE_OPTIONAL_TABLES,
        derived_columns=("distance", "unaccompanied"),
        lost_rows=_CARE_LOSSES,
        gaps=_CARE_GAPS,
        reader_columns=(("decom", "came into care"), AGE_HEADING),
        reason_column="place",
    ),
    "children-in-care": CohortSignature(
        CHILD,
        ("care_episodes",),
        _CARE_OPTIONAL_TABLES,
        cases_are_states=True,
        derived_columns=("distance", "unaccompanied", "order_known"),
        lost_rows=_CARE_LOSSES,
        gaps=_CARE_GAPS,
        # An episode that only seems to be open may hide another of its child.
        deciding_dates=("dec",),
        membership_dates=("dec",),
        flow_cohorts=_CARE_FLOWS,
        reader_columns=(("decom", "placed"), AGE_HEADING),
        reason_column="place",
    ),
    "children-turning-18": CohortSignature(
        CHILD,
        ("care_episodes",),
        ("children",),
        cases_are_states=True,
        derived_columns=("turns_18",),
        joined_columns=("dob",),
        lost_rows={"care_episodes": CHANGED_CASE, "children": CHANGED_CASE},
        membership_dates=("dec",),
        flow_cohorts=_CARE_FLOWS,
    ),
    "placement-counts": CohortSignature(
        CHILD,
        ("care_episodes",),
        cases_are_states=True,
        parameters={"months": int, "temporary": bool},
        derived_columns=("placements", *_PLACEMENT_COLUMNS),
        lost_rows={"care_episodes": CHANGED_CASE},
        membership_dates=("dec",),
        flow_cohorts=_CARE_FLOWS,
        reader_columns=(("decom", "placed"), AGE_HEADING),
    ),
    "placements-ahead": CohortSignature(
        CHILD,
        ("care_episodes",),
        cases_are_states=True,
        parameters={"months": int, "temporary": bool},
        derived_columns=("placements", *_PLACEMENT_COLUMNS, "fewer_from"),
        lost_rows={"care_episodes": CHANGED_CASE},
        membership_dates=("dec",),
        flow_cohorts=_CARE_FLOWS,
        reader_columns=(("decom", "placed"), AGE_HEADING),
    ),
    "placement-lengths": CohortSignature(
        CHILD,
        ("care_episodes",),
        ("children",),
        cases_are_states=True,
        parameters={"months": int, "continuous_months": int},
        derived_columns=("placement_start", "long_placement", "under_16", *_PLACEMENT_COLUMNS),
        joined_columns=("dob",),
        lost_rows={"care_episodes": CHANGED_CASE, "children": CHANGED_CASE},
        membership_dates=("dec",),
        flow_cohorts=_CARE_FLOWS,
        reader_columns=(("placement_start", "placed"), AGE_HEADING),
    ),
    # Each counts a child once in the 12 months to a day, with one of its starts or ends of care.
    "care-starts-of-a-year": CohortSignature(
        CHILD,
        ("care_episodes",),
        cases_are_states=True,
        lost_rows={"care_episodes": CASE_AND_ANOTHER},
        reader_columns=(("decom", "came into care"), AGE_HEADING),
    ),
    "care-ends-of-a-year": CohortSignature(
        CHILD,
        ("care_episodes",),
        ("children",),
        cases_are_states=True,
        derived_columns=("age_at_end", "left_care", "rec_known"),
        joined_columns=("dob",),
        lost_rows={"care_episodes": CASE_AND_ANOTHER, "children": NO_CHANGE},
        deciding_dates=("dec",),
        reader_columns=(("dec", "left care"), ("age_at_end", "age")),
    ),
    "care-outcomes": CohortSignature(
        CHILD,
        ("care_year", "care_episodes"),
        ("children",),
        derived_columns=("continuous", "age_at_year_end"),
        joined_columns=("ls", "dob"),
        lost_rows={"care_year": CHANGED_CASE, "care_episodes": CHANGED_CASE, "children": CHANGED_CASE},
        reader_columns=(("age_at_year_end", "age"),),
    ),
    "health-checks": CohortSignature(
        CHILD,
        ("care_episodes", "health"),
        ("children",),
        cases_are_states=True,
        parameters={"check": ("assessment", "dental", "immunisations")},
        derived_columns=("continuous", "under_5", "up_to_date_by_dates"),
        joined_columns=("dob",),
        lost_rows=dict.fromkeys(("care_episodes", "health", "children"), CHANGED_CASE),
        membership_dates=("dec",),
        flow_cohorts=_CARE_FLOWS,
        reader_columns=(("decom", "placed"), AGE_HEADING),
    ),
    "first-assessments": CohortSignature(
        CHILD,
        ("care_episodes", "health"),
        parameters={"days": ("working", "calendar")},
        derived_columns=("care_end", "assessment_due", "assessment_date", "outcome"),
        lost_rows={"care_episodes": CASE_AND_ANOTHER, "health": CHANGED_CASE},
        deciding_dates=("dec",),
        reader_columns=(("assessment_due", "due"), AGE_HEADING),
    ),
    "care-review-clocks": CohortSignature(
        CHILD,
        ("care_episodes", "care_reviews"),
        derived_columns=("care_end", "clock_number", "clock_start", "next_event", "review_due", "outcome"),
        lost_rows={"care_reviews": CASE_AND_ANOTHER},
        deciding_dates=("dec",),
        reader_columns=(("review_due", "due"), AGE_HEADING),
    ),
    "children-by-reviews": CohortSignature(
        CHILD,
        ("care_episodes", "care_reviews"),
        cases_are_states=True,
        derived_columns=(
            *("care_end", "clock_number", "clock_start", "next_event", "review_due", "reviews_up_to_date"),
        ),
        lost_rows={"care_episodes": CHANGED_CASE, "care_reviews": CHANGED_CASE},
        deciding_dates=("dec",),
    ),
    "children-by-visits": CohortSignature(
        CHILD,
        ("care_episodes", "care_visits"),
        cases_are_states=True,
        derived_columns=(
            *("placement_start", "placement_end", "clock_number", "clock_start", "next_event", "visit_due"),
            *("visits_known", "visits_up_to_date"),
        ),
        lost_rows={"care_episodes": CHANGED_CASE, "care_visits": CHANGED_CASE},
        deciding_dates=("dec",),
    ),
    "held-care-reviews": CohortSignature(
        CHILD,
        ("care_reviews",),
        ("children",),
        derived_columns=("age_at_review",),
        joined_columns=("dob",),
        lost_rows={"care_reviews": NEW_CASE, "children": CHANGED_CASE},
        reader_columns=(("review_date", "held"), ("age_at_review", "age")),
    ),
    "care-visit-clocks": CohortSignature(
        CHILD,
        ("care_episodes", "care_visits"),
        derived_columns=(
            "placement_start",
            "placement_end",
            "clock_number",
            "clock_start",
            "next_event",
            "visit_due",
            "outcome",
            "visits_known",
        ),
        lost_rows={"care_visits": CASE_AND_ANOTHER},
        deciding_dates=("dec",),
        reader_columns=(("visit_due", "due"), AGE_HEADING),
    ),
    "children-of-a-year": CohortSignature(
        CHILD,
        ("care_episodes", "missing"),
        cases_are_states=True,
        derived_columns=("missing_incidents", "away_incidents"),
        lost_rows={"care_episodes": CHANGED_CASE, "missing": CHANGED_CASE},
        deciding_dates=("dec",),
        reader_columns=(("decom", "placed"), AGE_HEADING),
    ),
    "ended-missing": CohortSignature(
        CHILD,
        ("missing",),
        lost_rows={"missing": NEW_CASE},
        gaps=(TableGap("missing", "end", counts_if_empty=True),),
        deciding_dates=("end",),
        reader_columns=(("end", "found"), AGE_HEADING),
    ),
    "care-by-workers": CohortSignature(
        CHILD,
        ("care_episodes", "worker_episodes"),
        cases_are_states=True,
        derived_columns=("social_workers",),
        lost_rows={"care_episodes": CHANGED_CASE, "worker_episodes": CHANGED_CASE},
        membership_dates=("dec",),
        flow_cohorts=_CARE_FLOWS,
        reader_columns=(("decom", "placed"), AGE_HEADING),
    ),
    "adopted-children": CohortSignature(
        CHILD,
        ("care_episodes",),
        ("children", "adoptions"),
        derived_columns=(
            "age_at_end",
            "left_care",
            "rec_known",
            "care_start",
            "adoption_placed_date",
            "family_date",
            "order_day",
            "days_to_match",
        ),
        joined_columns=("dob", "matched_date", "foster_carer"),
        lost_rows={"care_episodes": CHANGED_CASE, "children": NO_CHANGE, "adoptions": CHANGED_CASE},
        deciding_dates=("dec",),
        reader_columns=(("dec", "adopted"), ("age_at_end", "age")),
    ),
    "adoption-waits": CohortSignature(
        CHILD,
        ("adoptions", "care_episodes"),
        cases_are_states=True,
        joined_columns=("ls", "place"),
        lost_rows={"adoptions": NEW_CASE, "care_episodes": CHANGED_CASE},
        membership_dates=("reversed_date", "placed_date"),
        reader_columns=(("decision_date", "decided"), AGE_HEADING),
    ),
    "leaver-birthdays": CohortSignature(
        CHILD,
        ("leavers",),
        derived_columns=("birthday_age",),
        lost_rows={"leavers": NEW_CASE},
        reader_columns=(("birthday_age", "age"),),
    ),
    "foster-leavers": CohortSignature(
        CHILD,
        ("leavers", "care_episodes"),
        derived_columns=("birthday_age", "fostered_at_18"),
        lost_rows={"leavers": NEW_CASE, "care_episodes": CHANGED_CASE},
        reader_columns=(("birthday_age", "age"),),
    ),
    "pathway-plans": CohortSignature(
        CHILD,
        ("leavers",),
        cases_are_states=True,
        derived_columns=("plan_up_to_date", "relevant"),
        lost_rows={"leavers": NEW_CASE},
    ),
    "care-leavers": CohortSignature(
        CHILD,
        ("care_episodes",),
        ("children",),
        derived_columns=("age_at_end", "left_care", "rec_known"),
        joined_columns=("dob",),
        lost_rows={"care_episodes": NEW_CASE, "children": CHANGED_CASE},
        deciding_dates=("dec",),
        reader_columns=(("dec", "left care"), ("age_at_end", "age")),
        reason_column="rec",
    ),
    "referrals": CohortSignature(
        CHILD,
        ("referrals",),
        derived_columns=("previous_referral", "within_12_months"),
        lost_rows={"referrals": CASE_AND_ANOTHER},
        reader_columns=(("referral_date", "referred"), AGE_HEADING),
        reason_column="source",
    ),
    "latest-referrals": CohortSignature(
        CHILD,
        ("referrals",),
        derived_columns=("previous_referral", "within_12_months", "repeat_until"),
        lost_rows={"referrals": CASE_AND_ANOTHER},
        reader_columns=(("referral_date", "referred"), AGE_HEADING),
    ),
    "started-assessments": CohortSignature(
        CHILD,
        ("assessments",),
        lost_rows={"assessments": NEW_CASE},
        reader_columns=(("start_date", "began"), AGE_HEADING),
    ),
    "open-assessments": CohortSignature(
        CHILD,
        ("assessments",),
        lost_rows={"assessments": NEW_CASE},
        gaps=(TableGap("assessments", "end_date", counts_if_empty=True),),
        deciding_dates=("end_date",),
        reader_columns=(("start_date", "began"), AGE_HEADING),
    ),
    "ended-assessments": CohortSignature(
        CHILD,
        ("assessments",),
        derived_columns=("ends_before_start",),
        lost_rows={"assessments": NEW_CASE},
        gaps=(TableGap("assessments", "end_date", counts_if_empty=True),),
        deciding_dates=("end_date",),
        reader_columns=(("end_date", "finished"), AGE_HEADING),
        reason_column="outcome",
    ),
    "enquiries": CohortSignature(
        CHILD, ("enquiries",), lost_rows={"enquiries": NEW_CASE}, reader_columns=(("start_date", "began"), AGE_HEADING)
    ),
    "assessment-spells": CohortSignature(
        CHILD,
        ("assessments",),
        cases_are_states=True,
        derived_columns=("within_45_days",),
        lost_rows={"assessments": NEW_CASE},
        gaps=(TableGap("assessments", "end_date", counts_if_empty=True),),
        membership_dates=("end_date",),
    ),
    "conferences": CohortSignature(
        CHILD,
        ("enquiries",),
        derived_columns=("before_enquiry",),
        lost_rows={"enquiries": NEW_CASE},
        gaps=(TableGap("enquiries", "conference_date", counts_if_empty=True),),
        deciding_dates=("conference_date",),
        reader_columns=(("conference_date", "held"), AGE_HEADING),
    ),
    "need-spells": CohortSignature(
        CHILD,
        ("need_episodes",),
        cases_are_states=True,
        lost_rows={"need_episodes": NEW_CASE},
        gaps=(TableGap("need_episodes", "closure_date", counts_if_empty=True),),
        membership_dates=("closure_date",),
        reader_columns=(("referral_date", "referred"), AGE_HEADING),
    ),
    "need-referrals": CohortSignature(
        CHILD, ("need_episodes",), lost_rows={"need_episodes": NEW_CASE}, deciding_dates=("closure_date",)
    ),
    "issued-ehc-plans": CohortSignature(
        CHILD,
        ("ehc_plans",),
        lost_rows={"ehc_plans": NEW_CASE},
        gaps=(TableGap("ehc_plans", "plan_date", counts_if_empty=True),),
        deciding_dates=("plan_date",),
        reader_columns=(("plan_date", "issued"), AGE_HEADING),
    ),
    "reviewed-plans": CohortSignature(
        CHILD,
        ("protection_plans", "protection_reviews"),
        cases_are_states=True,
        parameters={"in_days": bool},
        derived_columns=("three_months", "reviews_on_time"),
        lost_rows={"protection_plans": CHANGED_CASE, "protection_reviews": CHANGED_CASE},
        gaps=_PLAN_GAPS,
        membership_dates=("end_date",),
        flow_cohorts=_PLAN_FLOWS,
        reader_columns=(("start_date", "plan began"), AGE_HEADING),
    ),
    "plan-review-clocks": CohortSignature(
        CHILD,
        ("protection_plans", "protection_reviews"),
        parameters={"in_days": bool},
        derived_columns=("clock_number", "clock_start", "next_event", "review_due", "outcome"),
        lost_rows={"protection_reviews": CASE_AND_ANOTHER},
        gaps=_PLAN_GAPS,
        membership_dates=("end_date",),
        reader_columns=(("review_due", "due"), AGE_HEADING),
    ),
    "protection-plans": CohortSignature(
        CHILD,
        ("protection_plans",),
        derived_columns=("earlier_end", "earlier_start", "ended_within_24_months", "started_within_24_months"),
        lost_rows={"protection_plans": CASE_AND_ANOTHER},
        gaps=_PLAN_GAPS,
        deciding_dates=("end_date",),
        reader_columns=(("start_date", "plan began"), AGE_HEADING),
        reason_column="category",
    ),
    "open-plans": CohortSignature(
        CHILD,
        ("protection_plans",),
        cases_are_states=True,
        derived_columns=("two_years",),
        lost_rows={"protection_plans": NEW_CASE},
        gaps=_PLAN_GAPS,
        membership_dates=("end_date",),
        flow_cohorts=_PLAN_FLOWS,
        reader_columns=(("start_date", "plan began"), AGE_HEADING),
        reason_column="category",
    ),
    "ended-plans": CohortSignature(
        CHILD,
        ("protection_plans",),
        derived_columns=("two_years",),
        lost_rows={"protection_plans": NEW_CASE},
        gaps=_PLAN_GAPS,
        deciding_dates=("end_date",),
        reader_columns=(("end_date", "plan ended"), AGE_HEADING),
        reason_column="category",
    ),
    "visit-clocks": CohortSignature(
        CHILD,
        _VISIT_TABLES,
        parameters={"interval": int, "days": ("working", "calendar")},
        derived_columns=_CLOCK_COLUMNS,
        lost_rows={"protection_visits": CASE_AND_ANOTHER},
        gaps=_PLAN_GAPS,
        membership_dates=("end_date",),
        reader_columns=(("visit_due", "due"), AGE_HEADING),
    ),
    "visit-clocks-from-the-day": CohortSignature(
        CHILD,
        _VISIT_TABLES,
        parameters={"interval": int},
        derived_columns=_CLOCK_COLUMNS,
        lost_rows={"protection_visits": CASE_AND_ANOTHER},
        gaps=_PLAN_GAPS,
        membership_dates=("end_date",),
        reader_columns=(("visit_due", "due"), AGE_HEADING),
    ),
    "children-on-plans": CohortSignature(
        CHILD,
        _VISIT_TABLES,
        cases_are_states=True,
        parameters={"interval": int},
        derived_columns=("last_visit", "visit_due", "up_to_date", "up_to_date_known"),
        lost_rows={"protection_plans": CHANGED_CASE, "protection_visits": CHANGED_CASE},
        gaps=_PLAN_GAPS,
        membership_dates=("end_date",),
        flow_cohorts=_PLAN_FLOWS,
        reader_columns=(("visit_due", "due"), AGE_HEADING),
    ),
    "social-worker-leavers": CohortSignature(
        WORKER,
        ("social_workers",),
        parameters={"stays_within": int},
        derived_columns=("leaver", "leaver_known", "voluntary_known", "fte_known"),
        lost_rows={"social_workers": CHANGED_CASE},
        gaps=_WORKER_GAPS,
        deciding_dates=("end_date",),
        reader_columns=(("end_date", "left"),),
        reason_column="leaving_reason",
    ),
    "social-workers-in-post": CohortSignature(
        WORKER,
        ("social_workers",),
        cases_are_states=True,
        parameters={"certain": bool},
        derived_columns=("staff_known",),
        reader_columns=(("start_date", "started"),),
    ),
    "posts": CohortSignature(
        WORKER,
        ("social_workers",),
        cases_are_states=True,
        parameters={"certain": bool},
        derived_columns=("fte_known", "staff_known"),
        reader_columns=(("start_date", "started"),),
    ),
    "census-posts": CohortSignature(
        WORKER, ("workforce_census",), derived_columns=("standing",), lost_rows={"workforce_census": CHANGED_CASE}
    ),
    "staff-in-post": CohortSignature(WORKER, ("workforce_census",), derived_columns=("standing",)),
    # A council's own table does not say which column holds the subject.
    "dated-rows": CohortSignature(UNKNOWN_SUBJECT, (), membership_dates=("case_date",)),
    "lasting-rows": CohortSignature(
        UNKNOWN_SUBJECT,
        (),
        cases_are_states=True,
        membership_dates=("case_from", "case_until"),
        flow_cohorts=("dated-rows",),
    ),
    SERIES_COHORT: CohortSignature(UNKNOWN_SUBJECT, ()),
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

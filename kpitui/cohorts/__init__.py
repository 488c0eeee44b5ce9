"""Registry of the cohorts that indicators are counted over, one row for each case.

A cohort consists either of events, with the column `case_date`, or of states, with `case_from`
and `case_until` (see `spells`). It keeps every column of its table, adds what the catalogue's
conditions need, and knows nothing of periods or targets.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kpitui.cohorts import care, early_years, own, protection, referrals, schools, workforce
from kpitui.model import CohortCall
from kpitui.tables.known import Frame, Frames
from kpitui.text import hint


@dataclass(frozen=True, slots=True)
class Cohort:
    """A cohort's builder, the tables it reads, and the column with a case's subject.

    Without its `required_tables` there is no cohort. Its `optional_tables` add to the cases and may
    be empty.
    """

    build: Callable[..., Frame]
    subject: str
    needs: tuple[str, ...]
    helped_by: tuple[str, ...] = ()
    states: bool = False
    in_area: bool = False


_CARE_HELP = ("children", "uasc", "postcodes")
_PLANS = ("protection_plans",)
_VISITS = ("protection_plans", "protection_visits")

COHORTS: dict[str, Cohort] = {
    "schools": Cohort(
        schools.schools, "urn", ("schools", "school_inspections"), states=True, in_area=True
    ),
    "early-years-settings": Cohort(
        early_years.early_years_settings,
        "urn",
        ("early_years_settings", "early_years_inspections"),
        states=True,
        in_area=True,
    ),
    "early-years-report-cards": Cohort(
        early_years.early_years_report_cards,
        "urn",
        ("early_years_settings", "early_years_inspections"),
        states=True,
        in_area=True,
    ),
    "care-entries": Cohort(care.care_entries, "child", ("care_episodes",), _CARE_HELP),
    "children-in-care": Cohort(
        care.children_in_care, "child", ("care_episodes",), _CARE_HELP, states=True
    ),
    "care-leavers": Cohort(care.care_leavers, "child", ("care_episodes",), ("children",)),
    "referrals": Cohort(referrals.referrals, "child", ("referrals",)),
    "protection-plans": Cohort(protection.protection_plans, "child", _PLANS),
    "visit-clocks": Cohort(protection.visit_clocks, "child", _VISITS),
    "visit-clocks-from-the-day": Cohort(protection.visit_clocks_from_the_day, "child", _VISITS),
    "children-on-plans": Cohort(protection.children_on_plans, "child", _VISITS, states=True),
    "social-worker-leavers": Cohort(workforce.social_worker_leavers, "worker", ("social_workers",)),
    "social-workers-in-post": Cohort(
        workforce.social_workers_in_post, "worker", ("social_workers",), states=True
    ),
    "posts": Cohort(workforce.posts, "worker", ("social_workers",), states=True),
    # A council's own table does not say which column holds the subject.
    "dated-rows": Cohort(own.dated_rows, "", ()),
    "lasting-rows": Cohort(own.lasting_rows, "", (), states=True),
}


def tables_of(call: CohortCall) -> tuple[str, ...]:
    """List the tables that a cohort cannot do without."""
    # Cohorts over a council's own table have none of their own.
    own_table = dict(call.parameters).get("table")
    return (str(own_table),) if own_table else COHORTS[call.name].needs


def why_not(call: CohortCall, lacking: Mapping[str, str], unreadable: Mapping[str, str]) -> str:
    """Explain why a cohort cannot be built, or return "".

    Both mappings give a reason by table. A required table must be there. An optional one may be
    missing, but one that is there and cannot be read would make the cases wrong.
    """
    wrong = [lacking[name] for name in tables_of(call) if name in lacking]
    wrong += [unreadable[name] for name in COHORTS[call.name].helped_by if name in unreadable]
    return wrong[0] if wrong else ""


def no_date(call: CohortCall, tables: Frames) -> str:
    """Report a date column that a council's own table does not have, or return ""."""
    parameters = dict(call.parameters)
    if "table" not in parameters:
        return ""
    table = str(parameters["table"])
    columns = tables[table].collect_schema()
    asked = (str(parameters[name]) for name in ("date", "start", "end") if name in parameters)
    lacking = next((name for name in asked if name not in columns), None)
    return "" if lacking is None else f"{table} has no column {lacking}{hint(lacking, columns)}"


def build(call: CohortCall, tables: Frames, la_code: str) -> Frame:
    """Build the cases of a cohort, in no order; cohorts of places need the council's `la_code`."""
    cohort = COHORTS[call.name]
    area = {"la_code": la_code} if cohort.in_area else {}
    return cohort.build(tables, **area, **dict(call.parameters))

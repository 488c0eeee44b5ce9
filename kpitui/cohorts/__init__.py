"""Cohorts: for each indicator, one row per case.

A cohort is either of events, with the column `case_date`, or of states, with `case_from` and
`case_until` (see `spells`).  It keeps every column of the table it is made of, adds what the
catalogue's conditions ask about, and knows nothing of periods or targets.
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
    """How a cohort is built, from which tables, and whose cases it holds.

    Without the tables of `needs` there is no cohort; those of `helped_by` say more about the cases
    and may be empty.  `subject` is the column that names a case's subject.
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
    "dated-rows": Cohort(own.dated_rows, "", ()),
    "lasting-rows": Cohort(own.lasting_rows, "", (), states=True),
}


def tables_of(call: CohortCall) -> tuple[str, ...]:
    """The tables that a cohort cannot do without."""
    own_table = dict(call.parameters).get("table")
    return (str(own_table),) if own_table else COHORTS[call.name].needs


def why_not(call: CohortCall, lacking: Mapping[str, str], unreadable: Mapping[str, str]) -> str:
    """Why a cohort cannot be built, or an empty text; the tables are given with what is wrong.

    A table that it needs must be there; one that only helps may be lacking, but where it is there
    and cannot be read the cases would be wrong.
    """
    wrong = [lacking[name] for name in tables_of(call) if name in lacking]
    wrong += [unreadable[name] for name in COHORTS[call.name].helped_by if name in unreadable]
    return wrong[0] if wrong else ""


def no_date(call: CohortCall, tables: Frames) -> str:
    """Which date of a table of the council's own is not there, or an empty text."""
    parameters = dict(call.parameters)
    if "table" not in parameters:
        return ""
    table = str(parameters["table"])
    columns = tables[table].collect_schema()
    asked = (str(parameters[name]) for name in ("date", "start", "end") if name in parameters)
    lacking = next((name for name in asked if name not in columns), None)
    return "" if lacking is None else f"{table} has no column {lacking}{hint(lacking, columns)}"


def build(call: CohortCall, tables: Frames, la_code: str) -> Frame:
    """The cases of a cohort, unordered; `la_code` is the council's for cohorts of places."""
    cohort = COHORTS[call.name]
    area = {"la_code": la_code} if cohort.in_area else {}
    return cohort.build(tables, **area, **dict(call.parameters))

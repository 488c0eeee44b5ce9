"""The way of a child through social care, from referral to care, as data: its steps and their order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from kpitui.model.catalogue import CohortCall, ColumnTest, Conditions
from kpitui.model.issues import Issue
from kpitui.model.periods import Period


@dataclass(frozen=True, slots=True)
class FlowStep:
    """A step: its noun for one and for several, and the cohort whose cases are its events.

    Cases `left_out` are none of the council's. `end_reasons` say by conditions why a case may end here.
    """

    id: str
    noun: tuple[str, str]
    cohort: CohortCall
    left_out: Conditions = ()
    end_reasons: tuple[tuple[str, Conditions], ...] = ()


def _test(column_name: str, value: str) -> Conditions:
    return ((ColumnTest(column_name, "equal", value),),)


FLOW_STEPS: tuple[FlowStep, ...] = (
    FlowStep(
        "referral", ("referral", "referrals"), CohortCall("referrals"), (), (("no further action", _test("nfa", "Y")),)
    ),
    FlowStep("assessment", ("assessment", "assessments"), CohortCall("started-assessments")),
    FlowStep(
        "enquiry",
        ("section 47 enquiry", "section 47 enquiries"),
        CohortCall("enquiries"),
        (),
        (("no conference required", _test("conference_not_required", "Y")),),
    ),
    FlowStep(
        "conference",
        ("initial conference", "initial conferences"),
        CohortCall("conferences"),
        _test("transfer_in", "Y"),
    ),
    FlowStep(
        "plan",
        ("protection plan", "protection plans"),
        CohortCall("protection-plans"),
        _test("other_authority", "Y"),
        (("the plan has ended", ((ColumnTest("end_date", "missing", False),),)),),
    ),
    FlowStep(
        "care",
        ("start of care", "starts of care"),
        CohortCall("care-entries"),
        ((ColumnTest("ls", "any_of", ("V3", "V4")),),),
    ),
)
"""Contacts are not among the clean tables: the way begins at the referral."""


@dataclass(frozen=True, slots=True, eq=False)
class FlowStage:
    """A step in a period: its cases, and how many went on to the next step that the tables have.

    `case_count` are the cases of the period, `linked_count` those of them that came from the step
    before, whenever that was. `lost_frame` has the cases that did not go on: child, day and reason; it
    is a polars data frame, typed loosely. With a `problem` nothing is known of the step.
    """

    step: FlowStep
    case_count: int = 0
    linked_count: int | None = None
    next_step: FlowStep | None = None
    went_on_count: int = 0
    lost_counts: Mapping[str, int] | None = None
    lost_frame: Any = None
    problem: Issue | None = None

    @property
    def lost_count(self) -> int:
        """Return how many cases did not go on."""
        return self.case_count - self.went_on_count

    @property
    def share_on(self) -> float | None:
        """Return the percentage that went on; None where there is no next step or no case."""
        if self.next_step is None or not self.case_count:
            return None
        return 100 * self.went_on_count / self.case_count


@dataclass(frozen=True, slots=True, eq=False)
class CaseFlow:
    """All stages of a period, in order, as known on a date."""

    period: Period
    as_at: date
    stages: tuple[FlowStage, ...]
    made_up: bool = False

"""The flow from referral to care as text and JSON."""

from __future__ import annotations

from kpitui.issue_wording import describe_problem
from kpitui.model.flow import CaseFlow, FlowStage
from kpitui.report.json_output import JsonObject
from kpitui.report.table_formats import format_plain_table
from kpitui.wording import format_date, format_number

FLOW_COLUMNS = ("step", "in the period", "went on", "share", "did not go on", "why")
NOT_YET = "Who goes on later counts as not gone on."


def format_flow(flow: CaseFlow) -> str:
    """Format the flow as a table, a step in each row."""
    heading = f"From referral to care  {flow.period.label}, as known on {format_date(flow.as_at)}"
    rows = [format_stage(stage) for stage in flow.stages]
    arrivals = [text for stage in flow.stages if (text := describe_arrivals(stage))]
    return "\n".join([heading, "", format_plain_table(FLOW_COLUMNS, rows), "", *arrivals, NOT_YET])


def format_stage(stage: FlowStage) -> tuple[str, ...]:
    """Format a step: its cases, how many went on, and why the others did not."""
    name = stage.step.noun[1]
    if stage.problem is not None:
        return name, "", "", "", "", describe_problem(stage.problem)
    if stage.next_step is None:
        return name, f"{stage.case_count:,}", "", "", "", ""
    lost_counts = (stage.lost_counts or {}).items()
    return (
        name,
        f"{stage.case_count:,}",
        f"{stage.went_on_count:,} to {stage.next_step.noun[1]}",
        "" if stage.share_on is None else f"{format_number(stage.share_on)}%",
        f"{stage.lost_count:,}",
        ", ".join(f"{count:,} {reason}" for reason, count in lost_counts),
    )


def describe_arrivals(stage: FlowStage) -> str:
    """Describe the cases of a step that did not come from the step before, or return an empty text."""
    if stage.problem is not None or stage.linked_count is None or stage.linked_count == stage.case_count:
        return ""
    number = stage.case_count - stage.linked_count
    return f"{number:,} of {stage.case_count:,} {stage.step.noun[1]} came without the step before."


def flow_to_json(council_name: str, flow: CaseFlow) -> JsonObject:
    """Return the flow with the cases that did not go on."""
    return {
        "council": council_name,
        "as_at": flow.as_at.isoformat(),
        "period": str(flow.period),
        "made_up": flow.made_up,
        "steps": [_stage_to_json(stage) for stage in flow.stages],
    }


def _stage_to_json(stage: FlowStage) -> JsonObject:
    if stage.problem is not None:
        return {"id": stage.step.id, "cases": None, "problem": describe_problem(stage.problem)}
    return {
        "id": stage.step.id,
        "cases": stage.case_count,
        "from_step_before": stage.linked_count,
        "next": stage.next_step.id if stage.next_step else None,
        "went_on": stage.went_on_count if stage.next_step else None,
        "share": stage.share_on,
        "lost": stage.lost_count if stage.next_step else None,
        "lost_because": dict(stage.lost_counts or {}),
        "lost_cases": [] if stage.lost_frame is None else list(stage.lost_frame.iter_rows(named=True)),
        "problem": None,
    }

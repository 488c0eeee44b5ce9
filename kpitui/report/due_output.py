"""Who is due as text, CSV and JSON."""

from __future__ import annotations

from collections.abc import Sequence

from kpitui.issue_wording import describe_problem
from kpitui.model.cohort_signatures import COHORTS
from kpitui.model.due_lists import DueCases, DueList
from kpitui.report.json_output import JsonObject
from kpitui.report.table_formats import export_case_row, format_cell, format_csv, format_plain_table
from kpitui.wording import begin_sentence, format_date, format_quantity

LIST_COLUMNS = ("list", "title", "overdue", "still ahead", "looks ahead", "indicator", "")


def describe_horizon(due_list: DueList, within: int | None = None) -> str:
    """Describe how far ahead a list looks: ``10 working days``, or as far as there are cases."""
    if within is not None:
        return f"{format_quantity(within, 'working day' if due_list.day_basis == 'working' else 'day')}"
    return str(due_list.horizon) if due_list.horizon else "no limit"


def describe_due_counts(cases: DueCases) -> str:
    """Describe how many of a list are overdue and how many are still ahead."""
    has_limit = cases.query.within is not None or cases.due_list.horizon is not None
    horizon_text = f"in the next {describe_horizon(cases.due_list, cases.query.within)}" if has_limit else "ahead"
    ahead_text = f"{cases.ahead_count:,} {'due ' if has_limit else ''}{horizon_text}"
    return ahead_text if cases.due_list.drops_past else f"{cases.overdue_count:,} overdue, {ahead_text}"


def describe_latest_events(cases: DueCases) -> str:
    """Describe how far the tables of a list reach, and that nothing is known after that."""
    if not cases.latest_events:
        return ""
    reach_texts = [f"{table_name} to {format_date(day)}" for table_name, day in cases.latest_events]
    is_late = any(day < cases.as_at for _, day in cases.latest_events)
    return f"The files reach: {', '.join(reach_texts)}.{LATER_NOT_KNOWN if is_late else ''}"


LATER_NOT_KNOWN = " What happened after that is not known."


def describe_undated(cases: DueCases) -> str:
    """Describe the cases whose day is not known, or return an empty text."""
    if not cases.undated_count:
        return ""
    return f"{format_quantity(cases.undated_count, 'more case')} with no day: a date is missing"


def describe_missing_team(cases: DueCases) -> str:
    """Describe why a list has no case of the team that was asked for, or return an empty text."""
    if not cases.query.team or len(cases) or cases.problem:
        return ""
    code, team_names = cases.due_list.code, ", ".join(cases.team_names)
    if team_names:
        return f"nobody on {code} is of the team {cases.query.team}: there are {team_names}"
    table_name = COHORTS[cases.due_list.rule.cohort.name].required_tables[0]
    return f"nobody on {code} has a team: add a column team to {table_name} or children"


def format_due_lists(all_cases: Sequence[DueCases]) -> str:
    """Format every list with its numbers."""
    rows = [
        (
            cases.due_list.code,
            cases.due_list.title,
            "" if cases.problem or cases.due_list.drops_past else f"{cases.overdue_count:,}",
            "" if cases.problem else f"{cases.ahead_count:,}",
            describe_horizon(cases.due_list),
            cases.due_list.indicator.code,
            describe_problem(cases.problem) if cases.problem else describe_undated(cases),
        )
        for cases in all_cases
    ]
    return format_plain_table(LIST_COLUMNS, rows)


def format_due_cases(cases: DueCases) -> str:
    """Format the rows of one list: who, when, with whom and why."""
    due_list = cases.due_list
    columns = cases.shown_columns
    rows = [tuple(map(format_cell, row)) for row in cases.case_frame.select(columns).iter_rows()]
    heading = [
        f"{due_list.code}  {due_list.title}, as known on {format_date(cases.as_at)}",
        begin_sentence(f"{describe_due_counts(cases)}."),
        *filter(None, [due_list.note, describe_latest_events(cases)]),
    ]
    titles = [title_due_column(due_list, name) for name in columns]
    return "\n".join([*heading, *(["", format_plain_table(titles, rows)] if rows else [])])


def title_due_column(due_list: DueList, column_name: str) -> str:
    """Return the title of a column, with the kind of days that are left."""
    is_working_days = column_name == "days_left" and due_list.day_basis == "working"
    return "working days left" if is_working_days else column_name.replace("_", " ")


def format_due_csv(cases: DueCases) -> str:
    """Format the rows of one list as CSV, with all of their columns."""
    return format_csv(cases.column_names, map(export_case_row, cases.case_frame.iter_rows()))


def due_lists_to_json(council_name: str, all_cases: Sequence[DueCases]) -> JsonObject:
    """Return every list with its numbers."""
    as_at = all_cases[0].as_at.isoformat() if all_cases else None
    return {"council": council_name, "as_at": as_at, "lists": [_list_to_json(cases) for cases in all_cases]}


def due_cases_to_json(council_name: str, cases: DueCases) -> JsonObject:
    """Return one list with its rows."""
    return {
        "council": council_name,
        "as_at": cases.as_at.isoformat(),
        **_list_to_json(cases),
        "within": cases.query.within,
        "team": cases.query.team or None,
        "made_up": cases.made_up,
        "cases": list(cases.case_frame.iter_rows(named=True)),
    }


def _list_to_json(cases: DueCases) -> JsonObject:
    due_list = cases.due_list
    return {
        "code": due_list.code,
        "id": due_list.id,
        "title": due_list.title,
        "indicator": due_list.indicator.code,
        "days": due_list.day_basis,
        "ahead": {due_list.horizon.unit: due_list.horizon.number} if due_list.horizon else None,
        "overdue": None if cases.problem else cases.overdue_count,
        "still_ahead": None if cases.problem else cases.ahead_count,
        "no_day": cases.undated_count,
        "latest_events": {table_name: day.isoformat() for table_name, day in cases.latest_events},
        "problem": describe_problem(cases.problem) if cases.problem else None,
    }

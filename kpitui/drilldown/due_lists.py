"""Who is due now: the clocks of the indicators, turned towards the days after a date.

A list takes its cases from the cohort of an indicator, so that it has no rule of its own. It changes
no figure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import narwhals as nw
import polars as pl

from kpitui.cohorts.date_comparisons import add_date_comparisons, add_last_day
from kpitui.cohorts.registry import build_cohort, find_cohort_problem, list_required_tables
from kpitui.conditions import conditions_fail, conditions_hold
from kpitui.council import Council
from kpitui.drilldown.cases import filter_spells_on
from kpitui.model.clean_tables import find_clean_table
from kpitui.model.code_words import CODE_WORDS, describe_code
from kpitui.model.cohort_signatures import COHORTS
from kpitui.model.due_lists import DUE_COLUMNS, DueCases, DueList, DueQuery, DueReason, find_due_list
from kpitui.model.issues import Issue
from kpitui.model.periods import add_months
from kpitui.tables.as_known_on import TableFrame, TableFrames
from kpitui.text import format_name_hint

PEOPLE_COLUMNS = ("team", "worker")
"""Columns of a council's own, in the table of the cases or in that of the children."""
_INTERNAL_COLUMNS = ("case_date", "case_from", "case_until")
_CELL_IN_WORDS = re.compile(r"\{(\w+)\}")
_NOT_GIVEN = "(not given)"


def list_due_cases(council: Council, as_at: date, due_list: DueList, query: DueQuery | None = None) -> DueCases:
    """List who is due, or was due and is not done, as known on a date; by the day they are due.

    The columns are the subject, DUE_COLUMNS, and those of the cohort. `days_left` is below 0 for those
    overdue; of working days none may have passed since. Without `within` a list looks as far ahead as
    it says.
    """
    query = query or DueQuery()
    rule, subject_column = due_list.rule, COHORTS[due_list.rule.cohort.name].subject_column
    problem = find_list_problem(council, due_list)
    if problem is not None:
        empty_frame = pl.DataFrame(schema={subject_column: pl.String, "due": pl.Date, **_PEOPLE_SCHEMA})
        return DueCases(due_list, as_at, query, empty_frame, subject_column, problem=problem)
    table_frames = council.select_frames_known_on(as_at)
    case_frame = _add_due_day(due_list, _select_listed_cases(due_list, council, table_frames, as_at), table_frames)
    due_frame = _count_days_left(due_list, case_frame, table_frames, as_at).collect().to_polars()
    undated_count = due_frame["due"].null_count()
    due_frame = _narrow_rows(due_list, due_frame, as_at, query)
    due_frame = _add_people(due_frame, subject_column, table_frames)
    team_names = tuple(due_frame["team"].drop_nulls().unique().sort())
    if query.team:
        due_frame = due_frame.filter(pl.col("team").str.to_lowercase() == query.team.lower())
    tables = list_required_tables(rule.cohort)
    return DueCases(
        due_list,
        as_at,
        query,
        _shape_due_rows(due_list, due_frame, subject_column),
        subject_column,
        undated_count,
        tuple(_find_latest_events(tables, table_frames, as_at)),
        team_names,
        made_up=any(source.made_up for source in council.tables.sources if source.table in tables),
    )


_PEOPLE_SCHEMA = {"days_left": pl.Int64, "team": pl.String, "worker": pl.String, "reason": pl.String}


class ListNotFound(ValueError):
    """Raised for a list that neither a code, an id nor an indicator names; its text is for people."""


def require_due_list(due_lists: Sequence[DueList], list_name: str) -> DueList:
    """Return the list that a name stands for. Raises ListNotFound with the nearest one."""
    due_list = find_due_list(due_lists, list_name)
    if due_list is None:
        hint = format_name_hint(list_name, [name for entry in due_lists for name in (entry.code, entry.id)])
        codes = ", ".join(entry.code for entry in due_lists)
        raise ListNotFound(f"no such list: {list_name}{hint or f'; there are {codes}'}")
    return due_list


def find_list_problem(council: Council, due_list: DueList) -> Issue | None:
    """Find why a list has no rows to be had from the tables; None where it has."""
    return find_cohort_problem(due_list.rule.cohort, council.tables.problems, council.tables.problems)


def _select_listed_cases(due_list: DueList, council: Council, table_frames: TableFrames, as_at: date) -> TableFrame:
    """Select the cases of a list's cohort that are still to be met, whatever their day."""
    rule = due_list.rule
    case_frame = add_date_comparisons(
        build_cohort(rule.cohort, table_frames, council.settings.la_code),
        rule.date_comparisons,
        table_frames["calendar"],
    )
    if rule.population:
        case_frame = case_frame.filter(conditions_hold(rule.population))
    for exclusion in rule.exclusions:
        holds = conditions_hold if exclusion.negated else conditions_fail
        case_frame = case_frame.filter(holds(exclusion.conditions))
    if due_list.is_of_turning_states:
        subject_column = COHORTS[rule.cohort.name].subject_column
        return _select_turning_states(case_frame.filter(conditions_hold(rule.counted)), subject_column, as_at)
    return filter_spells_on(case_frame, as_at) if COHORTS[rule.cohort.name].cases_are_states else case_frame


def _select_turning_states(case_frame: TableFrame, subject_column: str, as_at: date) -> TableFrame:
    """Select of each subject the first spell, from the date on, in which the indicator's condition holds."""
    # What is known of the future: no end after the date is, so that a spell goes on until it turns.
    current_spells = case_frame.filter(nw.col("case_until").is_null() | (nw.col("case_until") > as_at))
    return current_spells.filter(nw.col("case_from") == nw.col("case_from").min().over(subject_column))


def _add_due_day(due_list: DueList, case_frame: TableFrame, table_frames: TableFrames) -> TableFrame:
    if due_list.due_comparison is not None:
        return add_last_day(case_frame, due_list.due_comparison, table_frames["calendar"])
    return case_frame.with_columns(nw.col(due_list.due_column).alias("due"))


def _count_days_left(due_list: DueList, case_frame: TableFrame, table_frames: TableFrames, as_at: date) -> TableFrame:
    """Add `days_left`: working or calendar days from the date to the day that is due."""
    count_column = "worked" if due_list.day_basis == "working" else "number"
    calendar = table_frames["calendar"].select("day", count_column)
    today_count = int(calendar.filter(nw.col("day") == as_at).collect()[count_column].item())
    due_days = calendar.select(due="day", days_left=nw.col(count_column).cast(nw.Int64) - today_count)
    return case_frame.join(due_days, on="due", how="left")


def _narrow_rows(due_list: DueList, due_frame: pl.DataFrame, as_at: date, query: DueQuery) -> pl.DataFrame:
    """Narrow rows to those within the days asked for, or within the list's own horizon."""
    due_frame = due_frame.filter(pl.col("due").is_not_null())
    if due_list.drops_past:
        due_frame = due_frame.filter(pl.col("due") >= as_at)
    if query.within is not None:
        return due_frame.filter(pl.col("days_left") <= query.within)
    horizon = due_list.horizon
    if horizon is None:
        return due_frame
    if horizon.unit == "months":
        return due_frame.filter(pl.col("due") <= add_months(as_at, horizon.number))
    return due_frame.filter(pl.col("days_left") <= horizon.number)


def _add_people(due_frame: pl.DataFrame, subject_column: str, table_frames: TableFrames) -> pl.DataFrame:
    """Add `team` and `worker`: the case's own, else the child's, else the social worker that the child has now.

    They are missing where no table has them.
    """
    if subject_column == "child":
        for people_frame in (table_frames["children"], _list_present_workers(table_frames["worker_episodes"])):
            present_names = people_frame.collect_schema().names()
            names = [name for name in PEOPLE_COLUMNS if name in present_names and name not in due_frame.columns]
            people = people_frame.select("child", *names).collect().to_polars().unique("child")
            due_frame = due_frame.join(people, on="child", how="left") if names else due_frame
    return due_frame.with_columns(
        (pl.col(name) if name in due_frame.columns else pl.lit(None)).cast(pl.String).alias(name)
        for name in PEOPLE_COLUMNS
    )


def _list_present_workers(worker_episodes: TableFrame) -> TableFrame:
    """List the social worker that each child has now; of several, the one who came last."""
    present = worker_episodes.filter(nw.col("end").is_null())
    last_start = nw.col("start").max().over("child")
    latest = present.filter(nw.col("start") == last_start)
    return latest.group_by("child").agg(nw.col("worker").min())


def _shape_due_rows(due_list: DueList, due_frame: pl.DataFrame, subject_column: str) -> pl.DataFrame:
    """Put the columns in order, with the reason in words, and the rows by the day they are due."""
    reason = _build_reason(due_list.reasons, due_frame)
    due_frame = due_frame.with_columns(reason.alias("reason"))
    leading_columns = [subject_column, *DUE_COLUMNS]
    own_columns = [
        name
        for name in due_frame.columns
        if name not in (*leading_columns, *_INTERNAL_COLUMNS, due_list.due_column) and not name.startswith("_")
    ]
    comparisons = {comparison.name for comparison in due_list.rule.date_comparisons}
    shaped_frame = due_frame.select(*leading_columns, *(name for name in own_columns if name not in comparisons))
    # Every column takes part: the streaming engine returns rows in no stable order.
    return shaped_frame.sort("due", *shaped_frame.columns, nulls_last=True)


def _find_latest_events(
    table_names: Iterable[str], table_frames: TableFrames, as_at: date
) -> Iterator[tuple[str, date]]:
    """Yield the latest event of each table, by the date; none for a table without rows."""
    for table_name in table_names:
        event_columns = find_clean_table(table_name).event_columns
        latest_days = table_frames[table_name].select(
            nw.when(nw.col(name) <= as_at).then(nw.col(name)).max().alias(name) for name in event_columns
        )
        days = [day for day in latest_days.collect().row(0) if day is not None] if event_columns else []
        if days:
            yield table_name, max(days)


def _build_reason(reasons: tuple[DueReason, ...], due_frame: pl.DataFrame) -> pl.Expr:
    """Build the words of the first reason whose conditions hold."""
    chain: Any = pl
    for reason in reasons:
        chain = chain.when(_to_polars(due_frame, reason)).then(_fill_words(reason.words, due_frame.schema))
    filled_reason: pl.Expr = chain.otherwise(pl.lit(""))
    return filled_reason


def _to_polars(due_frame: pl.DataFrame, reason: DueReason) -> pl.Series:
    """Return where the conditions of a reason hold, as a column of polars."""
    marked_frame = nw.from_native(due_frame).with_columns(conditions_hold(reason.conditions).alias("_holds"))
    return marked_frame.to_native()["_holds"].fill_null(False)


def _fill_words(words: str, schema: Mapping[str, Any]) -> pl.Expr:
    """Build a text with the cells that its braces name; a name that is no column stays as it is."""
    parts = []
    for position, part in enumerate(_CELL_IN_WORDS.split(words)):
        is_column = position % 2 == 1 and part in schema
        parts.append(_format_cell(part, schema) if is_column else pl.lit(f"{{{part}}}" if position % 2 else part))
    return pl.concat_str(parts)


def _format_cell(column_name: str, schema: Mapping[str, Any]) -> pl.Expr:
    column = pl.col(column_name)
    cell_text = column.dt.strftime("%-d %b %Y") if schema[column_name] == pl.Date else column.cast(pl.String)
    if column_name in CODE_WORDS:
        cell_text = cell_text.replace({code: describe_code(column_name, code) for code in CODE_WORDS[column_name]})
    return cell_text.fill_null(_NOT_GIVEN)

"""What moved between two periods: indicators, named schools and settings, and cases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kpitui.board import build_board
from kpitui.cohorts.registry import build_cohort
from kpitui.council import Council
from kpitui.drilldown.cases import filter_spells_on, iterate_case_rows, list_cases
from kpitui.judge.direction import compare_figures
from kpitui.model.board import Board, Entry
from kpitui.model.catalogue import CohortCall
from kpitui.model.code_words import GRADE_WORDS
from kpitui.model.cohort_signatures import COHORTS
from kpitui.model.drilldown import GradeChange, IndicatorChange, PeriodChanges, StandingChange
from kpitui.model.periods import Period
from kpitui.tables.as_known_on import TableFrames

NOT_OPEN_GRADE = "not open"


def compare_periods(council: Council, board: Board, earlier_period: Period, later_period: Period) -> PeriodChanges:
    """Compare two periods, both as known on the board's date.

    The changes of a public board are public too: they do not say which children came and went.

    Raises `board.PeriodNotStarted` for a period that starts after that date.
    """
    earlier_board = build_board(council, board.as_at, earlier_period, public_view=board.is_public)
    indicators = tuple(entry.indicator for entry in board.entries)
    # A board of one indicator or of another period cannot stand in for the later board.
    is_later_board = board.period == later_period and indicators == council.settings.indicators
    later_board = (
        board if is_later_board else build_board(council, board.as_at, later_period, public_view=board.is_public)
    )
    entry_pairs = zip(earlier_board.entries, later_board.entries, strict=True)
    return PeriodChanges(
        board=later_board,
        earlier_period=earlier_period,
        later_period=later_period,
        indicator_changes=tuple(
            _compare_entries(council, later_board, earlier_entry, later_entry)
            for earlier_entry, later_entry in entry_pairs
        ),
        grade_changes=tuple(_find_grade_changes(council, board, earlier_period, later_period)),
    )


def _compare_entries(council: Council, board: Board, earlier_entry: Entry, later_entry: Entry) -> IndicatorChange:
    earlier_standings: Standings = {}
    later_standings: Standings = {}
    if _carries_cases_over(board, earlier_entry, later_entry):
        earlier_standings = _list_standings(council, board, earlier_entry)
        later_standings = _list_standings(council, board, later_entry)
    return IndicatorChange(
        entry=later_entry,
        before_point=earlier_entry.point,
        after_point=later_entry.point,
        movement=compare_figures(later_entry.indicator, later_entry.point, earlier_entry.point),
        joined_subjects=_select_new_subjects(later_standings, earlier_standings),
        departed_subjects=_select_new_subjects(earlier_standings, later_standings),
        standing_changes=tuple(_find_standing_changes(earlier_standings, later_standings)),
        outcome_counts=later_entry.not_counted,
    )


def _carries_cases_over(board: Board, earlier_entry: Entry, later_entry: Entry) -> bool:
    """Say whether the cases of one period are found again in the next, and may be named.

    Those of events are not; schools and settings are compared by grade instead.
    """
    cohort = COHORTS[later_entry.indicator.rule.cohort.name]
    is_hidden = board.is_public and later_entry.is_about_people
    has_problem = earlier_entry.problem or later_entry.problem
    return not (has_problem or is_hidden or cohort.needs_la_code) and cohort.cases_are_states


Standings = dict[str, tuple[bool, str]]
"""By subject: whether it is in the denominator, and its standing in words."""


def _list_standings(council: Council, board: Board, entry: Entry) -> Standings:
    """List the standing of every subject of a period's cases."""
    subject_column = COHORTS[entry.indicator.rule.cohort.name].subject_column
    case_rows = iterate_case_rows(list_cases(council, board, entry, period=entry.point.period))
    return {str(row[subject_column]): _describe_case_standing(row) for row in case_rows if subject_column}


def _describe_case_standing(case_row: Mapping[str, Any]) -> tuple[bool, str]:
    if case_row["left_out_because"] is not None:
        return False, f"left out: {case_row['left_out_because']}"
    return True, "counted" if case_row["counted"] else "not counted"


def _select_new_subjects(standings: Standings, other_standings: Standings) -> tuple[str, ...]:
    """Select the subjects of one period's denominator that the other period has no case of."""
    return tuple(
        sorted(
            subject for subject, (is_included, _) in standings.items() if is_included and subject not in other_standings
        )
    )


def _find_standing_changes(earlier_standings: Standings, later_standings: Standings) -> Iterator[StandingChange]:
    """Yield, by subject, the cases of both periods that count otherwise in the later one."""
    for subject in sorted(earlier_standings.keys() & later_standings.keys()):
        (was_included, words_before), (is_included, words_after) = earlier_standings[subject], later_standings[subject]
        # From one reason to be left out to another the figure does not move.
        if words_before != words_after and (was_included or is_included):
            yield StandingChange(subject, words_before, words_after)


def _find_grade_changes(
    council: Council, board: Board, earlier_period: Period, later_period: Period
) -> Iterator[GradeChange]:
    """Yield the schools, then the settings, whose grade differs, each group sorted by name."""
    table_frames = council.select_frames_known_on(board.as_at)
    for cohort_name, kind_column in (("schools", "phase"), ("early-years-settings", "type")):
        # A missing table takes only its own comparison with it.
        if any(name in council.tables.problems for name in COHORTS[cohort_name].required_tables):
            continue
        states = _index_open_establishments(cohort_name, table_frames, council.settings.la_code, earlier_period)
        later_states = _index_open_establishments(cohort_name, table_frames, council.settings.la_code, later_period)
        urns = [
            urn
            for urn in {**states, **later_states}
            if _describe_grade(states.get(urn)) != _describe_grade(later_states.get(urn))
        ]
        table_name = COHORTS[cohort_name].required_tables[0]
        changes = (
            _describe_grade_change(urn, table_name, kind_column, states.get(urn), later_states.get(urn)) for urn in urns
        )
        yield from sorted(changes, key=lambda change: (change.name, change.urn))


def _index_open_establishments(
    cohort_name: str, table_frames: TableFrames, la_code: str, period: Period
) -> dict[str, Mapping[str, Any]]:
    """Return the schools or settings open at a period's end, by URN, each in its state that day."""
    spells = build_cohort(CohortCall(cohort_name), table_frames, la_code)
    state_rows = filter_spells_on(spells, period.last_day).collect().iter_rows(named=True)
    return {row["urn"]: row for row in state_rows}


def _describe_grade_change(
    urn: str,
    table_name: str,
    kind_column: str,
    earlier_state: Mapping[str, Any] | None,
    later_state: Mapping[str, Any] | None,
) -> GradeChange:
    # A school that opened or closed between the periods has a state in one of them only.
    latest_state = later_state or earlier_state or {}
    return GradeChange(
        urn=urn,
        name=latest_state["name"] or urn,
        provider_kind=latest_state[kind_column] or "",
        grade_before=_describe_grade(earlier_state),
        grade_after=_describe_grade(later_state),
        inspected_on=later_state["last_inspection"] if later_state else None,
        table=table_name,
    )


def _describe_grade(state_row: Mapping[str, Any] | None) -> str:
    """Put a grade into words, or say why there is none."""
    if state_row is None:
        return NOT_OPEN_GRADE
    return GRADE_WORDS.get(state_row["grade"] or "", state_row["ungraded"] or "no grade")

"""One case in a sentence: what it is now, and what it was before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from kpitui import wording
from kpitui.drilldown.case_table import find_name_column, find_subject_column
from kpitui.drilldown.reader_columns import get_column_titles
from kpitui.model.catalogue import Scalar
from kpitui.model.code_words import GRADE_WORDS
from kpitui.model.cohort_signatures import AGE_COLUMN
from kpitui.model.drilldown import REASON_COLUMN, IndicatorCases, TimelineEvent

CaseRow = Mapping[str, Scalar | None]
_AGE_COLUMNS: Final = (AGE_COLUMN, "age_at_end")


def describe_case(cases: IndicatorCases, case_row: CaseRow, events: Sequence[TimelineEvent]) -> str:
    """Describe a case as it is now: ``Keep Hatch Primary School · Good since 9 October 2018 (was …)``."""
    name = case_row[find_name_column(cases)] or case_row[find_subject_column(cases)] or ""
    return f"{name} · {_describe_grade(case_row, events) or _describe_event(cases, case_row)}"


def _describe_grade(case_row: CaseRow, events: Sequence[TimelineEvent]) -> str:
    """Describe a grade, since when, and the one before; empty where the case has none."""
    grade, inspected_on = str(case_row.get("grade") or ""), case_row.get("last_inspection")
    if grade not in GRADE_WORDS or not isinstance(inspected_on, date):
        return ""
    text = f"{GRADE_WORDS[grade]} since {wording.format_date(inspected_on)}"
    earlier_grades = [
        (event.start_day, str(event.row["overall"]))
        for event in events
        if event.start_day < inspected_on and str(event.row.get("overall") or "") in GRADE_WORDS
    ]
    if not earlier_grades or earlier_grades[-1][1] == grade:
        return text
    earlier_day, earlier_grade = earlier_grades[-1]
    return f"{text} (was {GRADE_WORDS[earlier_grade]}, {wording.format_date(earlier_day)})"


def _describe_event(cases: IndicatorCases, case_row: CaseRow) -> str:
    """Describe the day that matters, the age on it, and why the case stands as it does."""
    phrases = []
    for column_name, title in get_column_titles(cases).items():
        value = case_row[column_name]
        if isinstance(value, date):
            phrases.append(f"{title} {wording.format_date(value)}")
        elif value is not None and column_name in _AGE_COLUMNS:
            phrases.append(f"aged {value}")
    reason = case_row.get(REASON_COLUMN)
    return " · ".join(filter(None, (", ".join(phrases), str(reason or ""))))

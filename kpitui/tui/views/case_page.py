"""Page of one case: what it is now, its rows, its time line, and every field last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kpitui.drilldown.case_summary import describe_case
from kpitui.drilldown.case_table import classify_case
from kpitui.drilldown.reader_columns import get_column_titles
from kpitui.model.catalogue import Scalar
from kpitui.model.drilldown import REASON_COLUMN, IndicatorCases, TimelineEvent
from kpitui.tui.styled_text import BLANK_LINE, StyledLine, StyledSpan, make_line, make_span, wrap_line
from kpitui.tui.views.page_layout import draw_heading
from kpitui.tui.views.timeline_lines import draw_case_facts, draw_timeline, format_event_day

CaseRow = Mapping[str, Scalar | None]


@dataclass(frozen=True, slots=True)
class CaseHistory:
    """The cases behind a number, the rows of one subject among them, and its events."""

    cases: IndicatorCases
    subject_rows: Sequence[CaseRow]
    events: tuple[TimelineEvent, ...]


def draw_case_page(case_history: CaseHistory, opened_row: int, as_at: date, line_width: int) -> Iterator[StyledLine]:
    """Draw a case, the row that was opened before the subject's other rows."""
    cases = case_history.cases
    rows = _put_first(case_history.subject_rows, opened_row)
    title = f"{cases.entry.indicator.code} · {cases.period.label}"
    if rows:
        yield from _draw_case_state(case_history, rows[0], title, line_width)
    if len(rows) > 1:
        yield draw_heading(f"Its {len(rows)} cases in {title}", None, line_width)
        for number, case_row in enumerate(rows):
            yield from _draw_row(cases, case_row, line_width, is_opened=not number)
        yield BLANK_LINE
    yield draw_heading("Over time", None, line_width)
    yield from draw_timeline(case_history.events, as_at, line_width)
    for case_row in rows:
        yield BLANK_LINE
        yield draw_heading(f"Every field · {title}: {_describe_state(case_row)}", None, line_width)
        yield from draw_case_facts(case_row, line_width)


def _put_first(subject_rows: Sequence[CaseRow], opened_row: int) -> list[CaseRow]:
    """Put the row that was opened before the others; one that is gone leaves them as they are."""
    opened = subject_rows[opened_row : opened_row + 1]
    return [*opened, *(row for number, row in enumerate(subject_rows) if number != opened_row or not opened)]


def _draw_case_state(case_history: CaseHistory, case_row: CaseRow, title: str, line_width: int) -> Iterator[StyledLine]:
    """Draw what the case is now, and whether it counts."""
    name, _, now = describe_case(case_history.cases, case_row, case_history.events).partition(" · ")
    now_line = make_line(make_span(name, "strong"), make_span(f" · {now}" if now else "", max_characters=None))
    yield from wrap_line(now_line, line_width, 2)
    yield make_line(make_span(f"{title}: {_describe_state(case_row)}", "dim"))
    yield BLANK_LINE


def _draw_row(cases: IndicatorCases, case_row: CaseRow, line_width: int, *, is_opened: bool) -> Iterator[StyledLine]:
    """Draw a row of a subject on a line: its day, whether it counts and why."""
    days = [case_row[name] for name in get_column_titles(cases) if isinstance(case_row[name], date)]
    day_text = format_event_day(days[0]) if days and isinstance(days[0], date) else ""
    mark = StyledSpan("▸ " if is_opened else "  ", "accent")
    reason = case_row.get(REASON_COLUMN)
    text = ": ".join(filter(None, (_describe_state(case_row), str(reason or ""))))
    if reason and reason == case_row["left_out_because"]:
        text = _describe_state(case_row)
    row_line = make_line(mark, make_span(f"{day_text:<13}", "strong" if is_opened else "text"), make_span(text))
    yield from wrap_line(row_line, line_width, 15)


def _describe_state(case_row: CaseRow) -> str:
    """Say whether a row counts, and why if it is left out."""
    case_state = classify_case(case_row)
    return f"left out, {case_row['left_out_because']}" if case_state == "left out" else case_state

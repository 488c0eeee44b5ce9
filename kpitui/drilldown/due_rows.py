"""The rows of a list filtered and sorted, as the cases of an indicator are."""

from __future__ import annotations

from dataclasses import replace

from kpitui.drilldown.case_table import RowQuery, build_column_key, build_searched_text
from kpitui.drilldown.filter_terms import build_filter_conditions, parse_filter
from kpitui.model.due_lists import DueCases


def arrange_due_rows(cases: DueCases, query: RowQuery) -> DueCases:
    """Return the rows that pass the filter, in the order that the query asks for."""
    due_frame = cases.case_frame
    terms = parse_filter(query.filter_text, {name: (name.replace("_", " "),) for name in cases.shown_columns})
    cell_texts = {name: build_searched_text(due_frame, name) for name in cases.shown_columns}
    if conditions := build_filter_conditions(due_frame, terms, cell_texts):
        due_frame = due_frame.filter(conditions)
    if query.sorted_by in due_frame.columns:
        sort_key = build_column_key(due_frame, query.sorted_by)
        due_frame = due_frame.sort(sort_key, descending=query.reverse, nulls_last=True, maintain_order=True)
    elif query.reverse:
        due_frame = due_frame.reverse()
    return replace(cases, case_frame=due_frame)

"""The rows of a list filtered and sorted, as the cases of an indicator are."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from kpitui.drilldown.case_table import RowQuery, build_text_expression
from kpitui.model.due_lists import DueCases


def arrange_due_rows(cases: DueCases, query: RowQuery) -> DueCases:
    """Return the rows whose shown cells hold every word of the filter, sorted as the query says."""
    due_frame = cases.case_frame
    for word in query.filter_text.lower().split():
        texts = [build_text_expression(due_frame, name).str.to_lowercase() for name in cases.shown_columns]
        matches = [text.str.contains(word, literal=True).fill_null(False) for text in texts]
        due_frame = due_frame.filter(pl.any_horizontal(matches))
    if query.sorted_by in due_frame.columns:
        due_frame = due_frame.sort(query.sorted_by, descending=query.reverse, nulls_last=True, maintain_order=True)
    elif query.reverse:
        due_frame = due_frame.reverse()
    return replace(cases, case_frame=due_frame)

"""Ofsted, management information: state-funded schools, all inspections of a year (or to date).

The file has a row for each inspection of any kind from 2015/16 on, and in it the graded inspection
before. It does not say which schools have closed since, so it gives no schools.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from kpitui.layouts.declarations import ColumnSource, Layout, TableMapping
from kpitui.layouts.ofsted_schools import (
    CONVERTED_COLUMN,
    NO_GRADE_MARKS,
    OFSTED_MISSING_MARKS,
    PREVIOUS_FULL_URN,
    REPORT_CARD_AREAS,
    SHORT_INSPECTION_ALIASES,
    resolve_inspected_urn,
    was_converted,
)

_JUDGEMENTS = ["1", "2", "3", "4", "not judged"]
_UNGRADED_OUTCOME = "ungraded inspection overall outcome"
_IS_REPORT_CARD = pl.any_horizontal(pl.col("inclusion").is_not_null(), pl.col("safeguarding standards").is_not_null())
# A graded inspection has a judgement in one of these, whatever its framework. Other inspections
# have a 9 there.
_IS_GRADED = pl.any_horizontal(
    pl.col(name).str.to_lowercase().is_in(_JUDGEMENTS)
    for name in (
        "overall effectiveness",
        "quality of education",
        "quality of teaching, learning and assessment",
        "effectiveness of leadership and management",
    )
).fill_null(False)
# An outcome in words belongs to an ungraded inspection, whatever grades are beside it.
_IS_UNGRADED = pl.col(_UNGRADED_OUTCOME).is_not_null() | ~_IS_GRADED
_INSPECTION_DATE = "inspection start date"
_PREVIOUS_DATE = "previous inspection start date"
_PREVIOUS_GRADE = "previous full inspection overall effectiveness"
_PREVIOUS_IS_GRADED = (
    pl.col(_PREVIOUS_GRADE).str.to_lowercase().is_in(_JUDGEMENTS) & pl.col(_PREVIOUS_DATE).is_not_null()
).fill_null(False)
# Where the previous inspection has a row of its own in the file, that row has more and is used.
_PREVIOUS_HAS_A_ROW = pl.concat_str(resolve_inspected_urn(PREVIOUS_FULL_URN), _PREVIOUS_DATE, separator=" ").is_in(
    pl.concat_str("urn", _INSPECTION_DATE, separator=" ").implode()
)


def _map_inspections_of_kind(
    inspection_kind: str, row_filter: pl.Expr, column_sources: Mapping[str, ColumnSource]
) -> TableMapping:
    """Map the rows of one kind of inspection."""
    return TableMapping(
        "school_inspections",
        {
            "urn": "urn",
            "inspection_date": _INSPECTION_DATE,
            "kind": pl.lit(inspection_kind),
            "publication_date": "publication date",
            **column_sources,
        },
        row_filter=row_filter,
        code_maps={"overall": NO_GRADE_MARKS},
    )


ALL_INSPECTIONS = Layout(
    title="Ofsted schools, all inspections of a year",
    required_columns=(
        "urn",
        "school name",
        "ofsted phase",
        "inspection number",
        "inspection type",
        _INSPECTION_DATE,
        "publication date",
        "local authority",
    ),
    # A file with these columns has the latest inspections instead.
    absent_columns=("date of latest ungraded inspection", "urn at time of latest full inspection"),
    missing_marks=OFSTED_MISSING_MARKS,
    column_aliases={
        **SHORT_INSPECTION_ALIASES,
        "did the short inspection convert to a full inspection?": CONVERTED_COLUMN,
        "did the latest s8 inspection convert to a full inspection?": CONVERTED_COLUMN,
        "did the latest ungraded inspection convert to a graded inspection?": CONVERTED_COLUMN,
        "did the latest section 8 inspection of a good or non-exempt outstanding school convert to "
        "a full inspection?": CONVERTED_COLUMN,
        "latest oeif overall effectiveness": "overall effectiveness",
        "section 8 inspection overall outcome": _UNGRADED_OUTCOME,
        "outcomes for short inspections that did not convert": _UNGRADED_OUTCOME,
        "outcomes for s8 inspections that did not convert": _UNGRADED_OUTCOME,
        "outcomes for section 8 inspections and short inspections that did not convert": _UNGRADED_OUTCOME,
        "outcomes for ungraded and s8 inspections that did not convert": _UNGRADED_OUTCOME,
        "outcomes for ungraded and monitoring inspections": _UNGRADED_OUTCOME,
        "date of latest section 8 inspection": "date of latest ungraded inspection",
        "previous overall effectiveness": _PREVIOUS_GRADE,
        "previous graded inspection overall effectiveness": _PREVIOUS_GRADE,
        "urn at time of previous inspection": PREVIOUS_FULL_URN,
        "urn at time of previous graded inspection": PREVIOUS_FULL_URN,
    },
    # Three kinds of row, and the previous graded inspection. Schools are left to other files: this
    # one does not say which have closed since.
    table_mappings=(
        _map_inspections_of_kind(
            "report card", _IS_REPORT_CARD, {**REPORT_CARD_AREAS, "category_of_concern": "category of concern"}
        ),
        _map_inspections_of_kind(
            "graded",
            ~_IS_REPORT_CARD & ~_IS_UNGRADED,
            {"overall": "overall effectiveness", "category_of_concern": "category of concern"},
        ),
        # A converted one is the graded inspection of the same date.
        _map_inspections_of_kind(
            "ungraded", ~_IS_REPORT_CARD & _IS_UNGRADED & ~was_converted(), {"outcome": _UNGRADED_OUTCOME}
        ),
        TableMapping(
            "school_inspections",
            {
                "urn": resolve_inspected_urn(PREVIOUS_FULL_URN),
                "inspection_date": _PREVIOUS_DATE,
                "kind": pl.lit("graded"),
                "publication_date": "previous publication date",
                "overall": _PREVIOUS_GRADE,
                "category_of_concern": "previous category of concern",
            },
            row_filter=_PREVIOUS_IS_GRADED & ~_PREVIOUS_HAS_A_ROW,
            code_maps={"overall": NO_GRADE_MARKS},
            distinct_rows=True,
        ),
    ),
)

LAYOUTS = (ALL_INSPECTIONS,)

"""Ofsted, management information: state-funded schools, all inspections of a year (or to date).

The file has a row for each inspection of any kind from 2015/16 on, and in it the graded inspection
before. It does not say which schools have closed since, so it gives no schools.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from kpitui.tables.layouts.layout import From, Gives, Layout
from kpitui.tables.layouts.ofsted_schools import (
    CARD_AREAS,
    CONVERTED,
    MISSING,
    NO_GRADES,
    PREVIOUS_THEN,
    SHORT,
    urn_then,
    was_converted,
)

_JUDGED = ["1", "2", "3", "4", "not judged"]
_OUTCOME = "ungraded inspection overall outcome"
_IS_CARD = pl.any_horizontal(
    pl.col("inclusion").is_not_null(), pl.col("safeguarding standards").is_not_null()
)
# A graded inspection has a judgement in one of these, whatever its framework. Other inspections
# have a 9 there.
_IS_GRADED = pl.any_horizontal(
    pl.col(name).str.to_lowercase().is_in(_JUDGED)
    for name in (
        "overall effectiveness",
        "quality of education",
        "quality of teaching, learning and assessment",
        "effectiveness of leadership and management",
    )
).fill_null(False)
# An outcome in words belongs to an ungraded inspection, whatever grades are beside it.
_IS_UNGRADED = pl.col(_OUTCOME).is_not_null() | ~_IS_GRADED
_ONE_DATE = "inspection start date"
_PREVIOUS_DATE = "previous inspection start date"
_PREVIOUS_GRADE = "previous full inspection overall effectiveness"
_PREVIOUS_IS_GRADED = (
    pl.col(_PREVIOUS_GRADE).str.to_lowercase().is_in(_JUDGED) & pl.col(_PREVIOUS_DATE).is_not_null()
).fill_null(False)
# Where the previous inspection has a row of its own in the file, that row has more and is used.
_PREVIOUS_HAS_A_ROW = pl.concat_str(urn_then(PREVIOUS_THEN), _PREVIOUS_DATE, separator=" ").is_in(
    pl.concat_str("urn", _ONE_DATE, separator=" ").implode()
)


def _of_all(kind: str, where: pl.Expr, columns: Mapping[str, From]) -> Gives:
    """Map the rows of one kind of inspection."""
    return Gives(
        "school_inspections",
        {
            "urn": "urn",
            "inspection_date": _ONE_DATE,
            "kind": pl.lit(kind),
            "publication_date": "publication date",
            **columns,
        },
        where=where,
        codes={"overall": NO_GRADES},
    )


ALL_INSPECTIONS = Layout(
    title="Ofsted schools, all inspections of a year",
    needs=(
        "urn",
        "school name",
        "ofsted phase",
        "inspection number",
        "inspection type",
        _ONE_DATE,
        "publication date",
        "local authority",
    ),
    # A file with these columns has the latest inspections instead.
    without=("date of latest ungraded inspection", "urn at time of latest full inspection"),
    missing=MISSING,
    aliases={
        **SHORT,
        "did the short inspection convert to a full inspection?": CONVERTED,
        "did the latest s8 inspection convert to a full inspection?": CONVERTED,
        "did the latest ungraded inspection convert to a graded inspection?": CONVERTED,
        "did the latest section 8 inspection of a good or non-exempt outstanding school convert to "
        "a full inspection?": CONVERTED,
        "latest oeif overall effectiveness": "overall effectiveness",
        "section 8 inspection overall outcome": _OUTCOME,
        "outcomes for short inspections that did not convert": _OUTCOME,
        "outcomes for s8 inspections that did not convert": _OUTCOME,
        "outcomes for section 8 inspections and short inspections that did not convert": _OUTCOME,
        "outcomes for ungraded and s8 inspections that did not convert": _OUTCOME,
        "outcomes for ungraded and monitoring inspections": _OUTCOME,
        "date of latest section 8 inspection": "date of latest ungraded inspection",
        "previous overall effectiveness": _PREVIOUS_GRADE,
        "previous graded inspection overall effectiveness": _PREVIOUS_GRADE,
        "urn at time of previous inspection": PREVIOUS_THEN,
        "urn at time of previous graded inspection": PREVIOUS_THEN,
    },
    # Three kinds of row, and the previous graded inspection. Schools are left to other files: this
    # one does not say which have closed since.
    gives=(
        _of_all(
            "report card",
            _IS_CARD,
            {**CARD_AREAS, "category_of_concern": "category of concern"},
        ),
        _of_all(
            "graded",
            ~_IS_CARD & ~_IS_UNGRADED,
            {"overall": "overall effectiveness", "category_of_concern": "category of concern"},
        ),
        # A converted one is the graded inspection of the same date.
        _of_all("ungraded", ~_IS_CARD & _IS_UNGRADED & ~was_converted(), {"outcome": _OUTCOME}),
        Gives(
            "school_inspections",
            {
                "urn": urn_then(PREVIOUS_THEN),
                "inspection_date": _PREVIOUS_DATE,
                "kind": pl.lit("graded"),
                "publication_date": "previous publication date",
                "overall": _PREVIOUS_GRADE,
                "category_of_concern": "previous category of concern",
            },
            where=_PREVIOUS_IS_GRADED & ~_PREVIOUS_HAS_A_ROW,
            codes={"overall": NO_GRADES},
            distinct=True,
        ),
    ),
)

LAYOUTS = (ALL_INSPECTIONS,)

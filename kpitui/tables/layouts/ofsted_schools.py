"""Ofsted, management information: state-funded schools, latest inspections.

The layout of 2026 has a report card, the latest graded and the latest ungraded inspection of each
school. Those of 2018 to 2025 have the latest and previous graded inspections and the latest
ungraded one (until 2023 called full, and section 8). An inspection belongs to the URN that the
school had at the time: an earlier URN becomes the school's predecessor.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from kpitui.tables.layouts.layout import From, Gives, Layout

_PHASES = {
    "pru": "Alternative provision",
    "pupil referral unit": "Alternative provision",
    "all through": "All-through",
    "middle deemed primary": "Primary",
    "middle deemed secondary": "Secondary",
}
# From September 2024 there is no overall grade (`Not judged`). 9 is not applicable; 0 and 8 are not
# grades either.
NO_GRADES = dict.fromkeys(("not judged", "9", "0", "8", "not applicable"))
MISSING = ("null", "n/a")


def urn_then(column: str) -> pl.Expr:
    """Return the URN that an inspection belongs to: that of its time, otherwise the present one."""
    return pl.coalesce(column, "urn")


def was_converted() -> pl.Expr:
    """Say whether an ungraded inspection was converted to a graded one."""
    return pl.col(CONVERTED).str.to_lowercase().str.starts_with("y").fill_null(False)


def _schools(*urns_then: str) -> Gives:
    """Map the schools. The first URN that differs from the present one is the predecessor."""
    earlier = [pl.when(pl.col(then) != pl.col("urn")).then(pl.col(then)) for then in urns_then]
    return Gives(
        "schools",
        {
            "urn": "urn",
            "name": "school name",
            "phase": "ofsted phase",
            # LAESTAB begins with the three digits of the council.
            "la_code": pl.col("laestab").str.slice(0, 3),
            "open_date": "school open date",
            "type": "type of education",
            "predecessor_urn": pl.coalesce(earlier),
            "pupils": "total number of pupils",
            "postcode": "postcode",
        },
        codes={"phase": _PHASES},
    )


def _inspections(kind: str, date: str, then: str, columns: Mapping[str, From]) -> Gives:
    """Map the inspections of one kind: a row for each school with a date for that kind."""
    return Gives(
        "school_inspections",
        {
            "urn": urn_then(then),
            "inspection_date": date,
            "kind": pl.lit(kind),
            **columns,
        },
        where=pl.col(date).is_not_null(),
        codes={"overall": NO_GRADES},
    )


# The evaluation areas of a report card, from November 2025.
CARD_AREAS = {
    "inclusion": "inclusion",
    "curriculum_and_teaching": "curriculum and teaching",
    "achievement": "achievement",
    "attendance_and_behaviour": "attendance and behaviour",
    "personal_development_and_wellbeing": "personal development and wellbeing",
    "leadership_and_governance": "leadership and governance",
    "early_years": "early years (where applicable)",
    "post_16": "post-16 provision (where applicable)",
    "safeguarding": "safeguarding standards",
}
_CARD_THEN = "urn at time of latest full inspection"
_GRADED_THEN = "urn at time of latest oeif graded inspection"
_UNGRADED_THEN = "urn at time of the ungraded inspection"
PREVIOUS_THEN = "urn at time of previous full inspection"

REPORT_CARDS = Layout(
    title="Ofsted schools with report cards (2026)",
    needs=(
        "urn",
        "laestab",
        "school name",
        "ofsted phase",
        "inspection start date",
        "inspection start date of latest oeif graded inspection",
        "latest oeif overall effectiveness",
        "ungraded inspection overall outcome",
    ),
    missing=MISSING,
    gives=(
        _schools(_GRADED_THEN, _UNGRADED_THEN, _CARD_THEN),
        _inspections(
            "report card",
            "inspection start date",
            _CARD_THEN,
            {
                "publication_date": "publication date",
                **CARD_AREAS,
                "category_of_concern": "category of concern",
            },
        ),
        _inspections(
            "graded",
            "inspection start date of latest oeif graded inspection",
            _GRADED_THEN,
            {
                "publication_date": "publication date of latest oeif graded inspection",
                "overall": "latest oeif overall effectiveness",
                "category_of_concern": "latest oeif category of concern",
            },
        ),
        _inspections(
            "ungraded",
            "date of latest ungraded inspection",
            _UNGRADED_THEN,
            {
                "publication_date": "ungraded inspection publication date",
                "outcome": "ungraded inspection overall outcome",
            },
        ),
    ),
)

CONVERTED = "did the latest ungraded inspection convert to a full inspection?"
# An inspection called short in 2018 is called section 8 until 2023, and ungraded since.
SHORT = {
    "inspection date": "inspection start date",
    "previous inspection date": "previous inspection start date",
    "date of latest short inspection": "date of latest ungraded inspection",
    "short inspection publication date": "ungraded inspection publication date",
    "short inspection overall outcome": "ungraded inspection overall outcome",
    "did the latest short inspection convert to a full inspection?": CONVERTED,
}
_UNGRADED_BEFORE = _inspections(
    "ungraded",
    "date of latest ungraded inspection",
    _UNGRADED_THEN,
    {
        "publication_date": "ungraded inspection publication date",
        "outcome": "ungraded inspection overall outcome",
    },
)

GRADES = Layout(
    title="Ofsted schools (2018 to 2025)",
    needs=(
        "urn",
        "laestab",
        "school name",
        "ofsted phase",
        "inspection start date",
        "publication date",
        "overall effectiveness",
    ),
    without=("latest oeif overall effectiveness",),
    missing=MISSING,
    aliases={
        **SHORT,
        "urn at time of latest graded inspection": _CARD_THEN,
        "urn at time of previous graded inspection": PREVIOUS_THEN,
        "urn at time of the section 8 inspection": _UNGRADED_THEN,
        "urn at time of the latest section 8 inspection": _UNGRADED_THEN,
        "date of latest section 8 inspection": "date of latest ungraded inspection",
        "section 8 inspection publication date": "ungraded inspection publication date",
        "section 8 inspection overall outcome": "ungraded inspection overall outcome",
        "did the latest section 8 inspection convert to a full inspection?": CONVERTED,
        "did the latest ungraded inspection convert to a graded inspection?": CONVERTED,
        "previous overall effectiveness": "previous full inspection overall effectiveness",
        "previous graded inspection overall effectiveness": (
            "previous full inspection overall effectiveness"
        ),
        "urn at time of previous inspection": PREVIOUS_THEN,
    },
    gives=(
        _schools(_CARD_THEN, PREVIOUS_THEN, _UNGRADED_THEN),
        _inspections(
            "graded",
            "inspection start date",
            _CARD_THEN,
            {
                "publication_date": "publication date",
                "overall": "overall effectiveness",
                "category_of_concern": "category of concern",
            },
        ),
        _inspections(
            "graded",
            "previous inspection start date",
            PREVIOUS_THEN,
            {
                "publication_date": "previous publication date",
                "overall": "previous full inspection overall effectiveness",
                "category_of_concern": "previous category of concern",
            },
        ),
        # A converted one is the graded inspection of the same date. Without the code map, because
        # an ungraded inspection has no grade.
        Gives(
            _UNGRADED_BEFORE.table,
            _UNGRADED_BEFORE.columns,
            where=pl.col("date of latest ungraded inspection").is_not_null() & ~was_converted(),
        ),
    ),
)

LAYOUTS = (REPORT_CARDS, GRADES)

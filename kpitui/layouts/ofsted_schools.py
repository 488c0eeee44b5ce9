"""Ofsted, management information: state-funded schools, latest inspections.

The layout of 2026 has a report card, the latest graded and the latest ungraded inspection of each
school. Those of 2018 to 2025 have the latest and previous graded inspections and the latest
ungraded one (until 2023 called full, and section 8). An inspection belongs to the URN that the
school had at the time: an earlier URN becomes the school's predecessor.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from kpitui.layouts.declarations import ColumnSource, Layout, TableMapping

_OFSTED_PHASES = {
    "pru": "Alternative provision",
    "pupil referral unit": "Alternative provision",
    "all through": "All-through",
    "middle deemed primary": "Primary",
    "middle deemed secondary": "Secondary",
}
# From September 2024 there is no overall grade (`Not judged`). 9 is not applicable; 0 and 8 are not
# grades either.
NO_GRADE_MARKS = dict.fromkeys(("not judged", "9", "0", "8", "not applicable"))
OFSTED_MISSING_MARKS = ("null", "n/a")


def resolve_inspected_urn(urn_column: str) -> pl.Expr:
    """Return the URN that an inspection belongs to: that of its time, otherwise the present one."""
    return pl.coalesce(urn_column, "urn")


def was_converted() -> pl.Expr:
    """Say whether an ungraded inspection was converted to a graded one."""
    return pl.col(CONVERTED_COLUMN).str.to_lowercase().str.starts_with("y").fill_null(False)


def _map_schools(*urn_columns: str) -> TableMapping:
    """Map the schools. The first URN that differs from the present one is the predecessor."""
    urns = [pl.when(pl.col(column) != pl.col("urn")).then(pl.col(column)) for column in urn_columns]
    return TableMapping(
        "schools",
        {
            "urn": "urn",
            "name": "school name",
            "phase": "ofsted phase",
            # LAESTAB begins with the three digits of the council.
            "la_code": pl.col("laestab").str.slice(0, 3),
            "open_date": "school open date",
            "type": "type of education",
            "predecessor_urn": pl.coalesce(urns),
            "pupils": "total number of pupils",
            "postcode": "postcode",
        },
        code_maps={"phase": _OFSTED_PHASES},
    )


def _map_school_inspections(
    inspection_kind: str, date_column: str, urn_column: str, column_sources: Mapping[str, ColumnSource]
) -> TableMapping:
    """Map the inspections of one kind: a row for each school with a date for that kind."""
    return TableMapping(
        "school_inspections",
        {
            "urn": resolve_inspected_urn(urn_column),
            "inspection_date": date_column,
            "kind": pl.lit(inspection_kind),
            **column_sources,
        },
        row_filter=pl.col(date_column).is_not_null(),
        code_maps={"overall": NO_GRADE_MARKS},
    )


# The evaluation areas of a report card, from November 2025.
REPORT_CARD_AREAS = {
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
_LATEST_FULL_URN = "urn at time of latest full inspection"
_GRADED_URN = "urn at time of latest oeif graded inspection"
_UNGRADED_URN = "urn at time of the ungraded inspection"
PREVIOUS_FULL_URN = "urn at time of previous full inspection"

REPORT_CARDS = Layout(
    title="Ofsted schools with report cards (2026)",
    has_latest_alone=True,
    required_columns=(
        "urn",
        "laestab",
        "school name",
        "ofsted phase",
        "inspection start date",
        "inspection start date of latest oeif graded inspection",
        "latest oeif overall effectiveness",
        "ungraded inspection overall outcome",
    ),
    missing_marks=OFSTED_MISSING_MARKS,
    table_mappings=(
        _map_schools(_GRADED_URN, _UNGRADED_URN, _LATEST_FULL_URN),
        _map_school_inspections(
            "report card",
            "inspection start date",
            _LATEST_FULL_URN,
            {"publication_date": "publication date", **REPORT_CARD_AREAS, "category_of_concern": "category of concern"},
        ),
        _map_school_inspections(
            "graded",
            "inspection start date of latest oeif graded inspection",
            _GRADED_URN,
            {
                "publication_date": "publication date of latest oeif graded inspection",
                "overall": "latest oeif overall effectiveness",
                "category_of_concern": "latest oeif category of concern",
            },
        ),
        _map_school_inspections(
            "ungraded",
            "date of latest ungraded inspection",
            _UNGRADED_URN,
            {
                "publication_date": "ungraded inspection publication date",
                "outcome": "ungraded inspection overall outcome",
            },
        ),
    ),
)

CONVERTED_COLUMN = "did the latest ungraded inspection convert to a full inspection?"
# An inspection called short in 2018 is called section 8 until 2023, and ungraded since.
SHORT_INSPECTION_ALIASES = {
    "inspection date": "inspection start date",
    "previous inspection date": "previous inspection start date",
    "date of latest short inspection": "date of latest ungraded inspection",
    "short inspection publication date": "ungraded inspection publication date",
    "short inspection overall outcome": "ungraded inspection overall outcome",
    "did the latest short inspection convert to a full inspection?": CONVERTED_COLUMN,
}
_UNGRADED_MAPPING = _map_school_inspections(
    "ungraded",
    "date of latest ungraded inspection",
    _UNGRADED_URN,
    {"publication_date": "ungraded inspection publication date", "outcome": "ungraded inspection overall outcome"},
)

GRADED_INSPECTIONS = Layout(
    title="Ofsted schools (2018 to 2025)",
    has_latest_alone=True,
    required_columns=(
        "urn",
        "laestab",
        "school name",
        "ofsted phase",
        "inspection start date",
        "publication date",
        "overall effectiveness",
    ),
    absent_columns=("latest oeif overall effectiveness",),
    missing_marks=OFSTED_MISSING_MARKS,
    column_aliases={
        **SHORT_INSPECTION_ALIASES,
        "urn at time of latest graded inspection": _LATEST_FULL_URN,
        "urn at time of previous graded inspection": PREVIOUS_FULL_URN,
        "urn at time of the section 8 inspection": _UNGRADED_URN,
        "urn at time of the latest section 8 inspection": _UNGRADED_URN,
        "date of latest section 8 inspection": "date of latest ungraded inspection",
        "section 8 inspection publication date": "ungraded inspection publication date",
        "section 8 inspection overall outcome": "ungraded inspection overall outcome",
        "did the latest section 8 inspection convert to a full inspection?": CONVERTED_COLUMN,
        "did the latest ungraded inspection convert to a graded inspection?": CONVERTED_COLUMN,
        "previous overall effectiveness": "previous full inspection overall effectiveness",
        "previous graded inspection overall effectiveness": ("previous full inspection overall effectiveness"),
        "urn at time of previous inspection": PREVIOUS_FULL_URN,
    },
    table_mappings=(
        _map_schools(_LATEST_FULL_URN, PREVIOUS_FULL_URN, _UNGRADED_URN),
        _map_school_inspections(
            "graded",
            "inspection start date",
            _LATEST_FULL_URN,
            {
                "publication_date": "publication date",
                "overall": "overall effectiveness",
                "category_of_concern": "category of concern",
            },
        ),
        _map_school_inspections(
            "graded",
            "previous inspection start date",
            PREVIOUS_FULL_URN,
            {
                "publication_date": "previous publication date",
                "overall": "previous full inspection overall effectiveness",
                "category_of_concern": "previous category of concern",
            },
        ),
        # A converted one is the graded inspection of the same date. Without the code map, because
        # an ungraded inspection has no grade.
        TableMapping(
            _UNGRADED_MAPPING.table_name,
            _UNGRADED_MAPPING.column_sources,
            row_filter=pl.col("date of latest ungraded inspection").is_not_null() & ~was_converted(),
        ),
    ),
)

LAYOUTS = (REPORT_CARDS, GRADED_INSPECTIONS)

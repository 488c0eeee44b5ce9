"""The children's social work workforce census (DfE): who was in post, and who left and why."""

from __future__ import annotations

import polars as pl

from kpitui.layouts.declarations import Layout, TableMapping

_LEAVING_REASONS: dict[str, str | None] = {
    "1": "Resignation",
    "2": "Voluntary redundancy",
    "3": "Compulsory redundancy",
    "4": "Dismissed",
    "5": "Retired",
    "6": "Deceased",
}
# A voluntary leaver is one who resigned. For a reason that is not listed above it is unknown, not
# N: the indicator is about voluntary leavers.
_VOLUNTARY_REASONS: dict[str, str | None] = {"1": "Y", **dict.fromkeys(("2", "3", "4", "5", "6"), "N")}
_REASON_CODE = pl.col("reasonleave")

SOCIAL_WORKERS = Layout(
    title="children's social work workforce",
    required_columns=("sweno", "agencyworker", "rolestartdate"),
    missing_marks=("null",),
    filename_year_column="year",
    table_mappings=(
        TableMapping(
            "social_workers",
            {
                "worker": "sweno",
                "start_date": "rolestartdate",
                "end_date": "roleenddate",
                "leaving_reason": "reasonleave",
                "voluntary": _REASON_CODE.replace_strict(_VOLUNTARY_REASONS, default=None, return_dtype=pl.String),
                "agency": "agencyworker",
                "fte": "fte",
            },
            code_maps={"leaving_reason": _LEAVING_REASONS},
        ),
        TableMapping(
            "workforce_census",
            {
                "worker": "sweno",
                # That of the last day in post, for a leaver.
                "fte": pl.coalesce("fte30", "fte"),
                "agency": "agencyworker",
                "leaver_date": "roleenddate",
                "cases": "cases30",
            },
        ),
    ),
)

LAYOUTS = (SOCIAL_WORKERS,)

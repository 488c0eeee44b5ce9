"""The children's social work workforce census (DfE): who was in post, and who left and why."""

from __future__ import annotations

import polars as pl

from kpitui.tables.layouts.layout import Gives, Layout

_REASONS: dict[str, str | None] = {
    "1": "Resignation",
    "2": "Voluntary redundancy",
    "3": "Compulsory redundancy",
    "4": "Dismissed",
    "5": "Retired",
    "6": "Deceased",
}
# A voluntary leaver is one who resigned. For a reason that is not listed above it is unknown, not
# N: the indicator is about voluntary leavers.
_VOLUNTARY: dict[str, str | None] = {"1": "Y", **dict.fromkeys(("2", "3", "4", "5", "6"), "N")}
_REASON = pl.col("reasonleave")

WORKERS = Layout(
    title="children's social work workforce",
    needs=("sweno", "agencyworker", "rolestartdate"),
    missing=("null",),
    gives=(
        Gives(
            "social_workers",
            {
                "worker": "sweno",
                "start_date": "rolestartdate",
                "end_date": "roleenddate",
                "leaving_reason": "reasonleave",
                "voluntary": _REASON.replace_strict(
                    _VOLUNTARY, default=None, return_dtype=pl.String
                ),
                "agency": "agencyworker",
                "fte": "fte",
            },
            codes={"leaving_reason": _REASONS},
        ),
    ),
)

LAYOUTS = (WORKERS,)

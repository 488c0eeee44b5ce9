"""The SSDA903 return of looked-after children (DfE, all years): its CSV tables, and its XML.

Several years may be in one folder. Of an episode that crosses years, the row of the later return is
used.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from kpitui.layouts.declarations import ColumnSource, Layout, TableMapping

_CHILD_COLUMNS = {"child": "child", "dob": "dob", "sex": "sex", "ethnic": "ethnic"}
# Up to 2024 sex is 1 or 2, from 2025 M, F or U. 1.0 is a 1 that some program took for a number.
_RETURN_SEX_CODES = {"1": "M", "1.0": "M", "2": "F", "2.0": "F", "m": "M", "f": "F", "u": "U"}
# Extracts made to look like the return have other names for the child's number.
_CHILD_ALIASES = {"child id": "child", "childid": "child", "child_id": "child"}

CHILD_HEADER = Layout(
    title="SSDA903 header",
    required_columns=("child", "sex", "dob", "ethnic"),
    absent_columns=("decom", "duc"),
    column_aliases=_CHILD_ALIASES,
    table_mappings=(TableMapping("children", _CHILD_COLUMNS, code_maps={"sex": _RETURN_SEX_CODES}),),
)

# In XML the header of a child has what CSV has in a table of its own. The flag says which children
# are unaccompanied asylum-seekers.
HEADER_WITH_UASC = Layout(
    title="SSDA903 header with UASC",
    required_columns=("child", "sex", "dob", "ethnic", "uasc"),
    absent_columns=("decom",),
    column_aliases=_CHILD_ALIASES,
    table_mappings=(
        TableMapping("children", _CHILD_COLUMNS, code_maps={"sex": _RETURN_SEX_CODES}),
        TableMapping(
            "uasc",
            {"child": "child", "duc": "duc"},
            row_filter=pl.col("uasc").str.to_lowercase().is_in(["1", "y", "true"]),
        ),
    ),
)

CARE_EPISODES = Layout(
    title="SSDA903 episodes",
    required_columns=("child", "decom", "rne", "ls", "place", "dec", "rec"),
    column_aliases=_CHILD_ALIASES | {"pl": "place"},  # as the return in XML calls it
    table_mappings=(
        TableMapping(
            "care_episodes",
            {
                name: name
                for name in (
                    "child", "decom", "rne", "ls", "cin", "place", "place_provider", "dec", "rec",
                    "reason_place_change", "home_post", "pl_post", "urn",
                )
            },
        ),
    ),
)  # fmt: skip

UASC_CHILDREN = Layout(
    title="SSDA903 unaccompanied asylum-seeking children",
    required_columns=("child", "dob", "duc"),
    absent_columns=("decom",),
    column_aliases=_CHILD_ALIASES,
    table_mappings=(TableMapping("uasc", {"child": "child", "duc": "duc"}),),
)


def _declare_module(
    title: str,
    table_name: str,
    column_sources: Mapping[str, ColumnSource],
    *required_columns: str,
    code_maps: Mapping[str, Mapping[str, str | None]] | None = None,
    of_a_year: bool = False,
) -> Layout:
    """Declare a table of the return that has a clean table of its own; of some the file's name says the year."""
    return Layout(
        title=f"SSDA903 {title}",
        required_columns=("child", "dob", *required_columns),
        absent_columns=("decom",),
        column_aliases=_CHILD_ALIASES,
        table_mappings=(TableMapping(table_name, {"child": "child", **column_sources}, code_maps=code_maps or {}),),
        filename_year_column="year" if of_a_year else "",
    )


REVIEWS = _declare_module(
    "reviews", "care_reviews", {"review_date": "review", "participation": "review_code"}, "review", "review_code"
)
OUTCOMES = _declare_module(
    "outcomes (OC2)",
    "care_year",
    {
        name: name
        for name in (
            "sdq_score", "sdq_reason", "convicted", "health_check", "immunisations", "teeth_check",
            "health_assessment", "substance_misuse", "intervention_received", "intervention_offered",
        )
    },
    "sdq_score",
    of_a_year=True,
)  # fmt: skip
CARE_LEAVERS = _declare_module(
    "care leavers (OC3)",
    "leavers",
    {"dob": "dob", "in_touch": "in_touch", "activity": "activ", "accommodation": "accom"},
    "in_touch", "activ", "accom",
    # 0 and 00 are one code: not known, for those who are not in touch.
    code_maps={"activity": {"00": "0"}, "accommodation": {"00": "0"}},
    of_a_year=True,
)  # fmt: skip
ADOPTIONS = _declare_module(
    "adoption (AD1)",
    "adoptions",
    {"decision_date": "date_int", "matched_date": "date_match", "foster_carer": "foster_care"},
    "date_int", "date_match",
)  # fmt: skip
# DATE_PLACED is the day of the decision that the child should be placed.
PLACED_FOR_ADOPTION = _declare_module(
    "placed for adoption",
    "adoptions",
    {"decision_date": "date_placed", "reversed_date": "date_placed_ceased"},
    "date_placed", "date_placed_ceased",
)  # fmt: skip
MISSING_EPISODES = _declare_module(
    "missing", "missing", {"start": "mis_start", "end": "mis_end", "kind": "missing"}, "missing", "mis_start"
)
WORKER_EPISODES = _declare_module(
    "social workers",
    "worker_episodes",
    {"worker": "sw_id", "start": "sw_decom", "end": "sw_dec", "reason": "sw_reason"},
    "sw_id", "sw_decom",
)  # fmt: skip


def _declare_unused_table(table_title: str, *required_columns: str) -> Layout:
    """Declare a table of the return that no indicator needs, so that it is recognised and left."""
    return Layout(
        title=f"SSDA903 {table_title}", required_columns=("child", "dob", *required_columns), table_mappings=()
    )


LAYOUTS = (
    CHILD_HEADER,
    HEADER_WITH_UASC,
    CARE_EPISODES,
    UASC_CHILDREN,
    REVIEWS,
    OUTCOMES,
    CARE_LEAVERS,
    ADOPTIONS,
    PLACED_FOR_ADOPTION,
    MISSING_EPISODES,
    WORKER_EPISODES,
    _declare_unused_table("previous permanence", "prev_perm"),
    _declare_unused_table("deprivation of liberty", "dolo_start"),
)

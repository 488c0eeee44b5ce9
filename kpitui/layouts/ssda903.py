"""The SSDA903 return of looked-after children (DfE, all years): its CSV tables, and its XML.

Several years may be in one folder. Of an episode that crosses years, the row of the later return is
used.
"""

from __future__ import annotations

import polars as pl

from kpitui.layouts.declarations import Layout, TableMapping

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
    _declare_unused_table("reviews", "review", "review_code"),
    _declare_unused_table("outcomes (OC2)", "sdq_score"),
    _declare_unused_table("care leavers (OC3)", "in_touch", "activ", "accom"),
    _declare_unused_table("adoption (AD1)", "date_int", "date_match"),
    _declare_unused_table("placed for adoption", "date_placed", "date_placed_ceased"),
    _declare_unused_table("previous permanence", "prev_perm"),
    _declare_unused_table("missing", "missing", "mis_start"),
    _declare_unused_table("social workers", "sw_id", "sw_decom"),
    _declare_unused_table("deprivation of liberty", "dolo_start"),
)

"""The SSDA903 return of looked-after children (DfE, all years): its CSV tables, and its XML.

Several years may be in one folder. Of an episode that crosses years, the row of the later return is
used.
"""

from __future__ import annotations

import polars as pl

from kpitui.tables.layouts.layout import Gives, Layout

_CHILD = {"child": "child", "dob": "dob", "sex": "sex", "ethnic": "ethnic"}
# Up to 2024 sex is 1 or 2, from 2025 M, F or U. 1.0 is a 1 that some program took for a number.
_SEX = {"1": "M", "1.0": "M", "2": "F", "2.0": "F", "m": "M", "f": "F", "u": "U"}
# Extracts made to look like the return have other names for the child's number.
_ALIASES = {"child id": "child", "childid": "child", "child_id": "child"}

HEADER = Layout(
    title="SSDA903 header",
    needs=("child", "sex", "dob", "ethnic"),
    without=("decom", "duc"),
    aliases=_ALIASES,
    gives=(Gives("children", _CHILD, codes={"sex": _SEX}),),
)

# In XML the header of a child has what CSV has in a table of its own. The flag says which children
# are unaccompanied asylum-seekers.
WITH_UASC = Layout(
    title="SSDA903 header with UASC",
    needs=("child", "sex", "dob", "ethnic", "uasc"),
    without=("decom",),
    aliases=_ALIASES,
    gives=(
        Gives("children", _CHILD, codes={"sex": _SEX}),
        Gives(
            "uasc",
            {"child": "child", "duc": "duc"},
            where=pl.col("uasc").str.to_lowercase().is_in(["1", "y", "true"]),
        ),
    ),
)

EPISODES = Layout(
    title="SSDA903 episodes",
    needs=("child", "decom", "rne", "ls", "place", "dec", "rec"),
    aliases=_ALIASES | {"pl": "place"},  # as the return in XML calls it
    gives=(
        Gives(
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

UASC = Layout(
    title="SSDA903 unaccompanied asylum-seeking children",
    needs=("child", "dob", "duc"),
    without=("decom",),
    aliases=_ALIASES,
    gives=(Gives("uasc", {"child": "child", "duc": "duc"}),),
)


def _other(title: str, *needs: str) -> Layout:
    """Declare a table of the return that no indicator needs, so that it is recognised and left."""
    return Layout(title=f"SSDA903 {title}", needs=("child", "dob", *needs), gives=())


LAYOUTS = (
    HEADER,
    WITH_UASC,
    EPISODES,
    UASC,
    _other("reviews", "review", "review_code"),
    _other("outcomes (OC2)", "sdq_score"),
    _other("care leavers (OC3)", "in_touch", "activ", "accom"),
    _other("adoption (AD1)", "date_int", "date_match"),
    _other("placed for adoption", "date_placed", "date_placed_ceased"),
    _other("previous permanence", "prev_perm"),
    _other("missing", "missing", "mis_start"),
    _other("social workers", "sw_id", "sw_decom"),
    _other("deprivation of liberty", "dolo_start"),
)

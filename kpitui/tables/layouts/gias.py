"""Get Information About Schools: all establishments (edubasealldata), and links between schools.

Ofsted ratings in the file are not used: they have no history, and Ofsted's own files have more.
"""

from __future__ import annotations

import polars as pl

from kpitui.tables.layouts.layout import Gives, Layout

_DATES = ("%d-%m-%Y", "%d/%m/%Y")
_GROUP = pl.col("establishmenttypegroup (name)").str.to_lowercase()
_TYPE = pl.col("typeofestablishment (name)").str.to_lowercase()
_PHASE = pl.col("phaseofeducation (name)").str.to_lowercase()
# Groups of establishments, by name: independent and Welsh schools, and colleges, are in others.
STATE_FUNDED = (
    "local authority maintained schools",
    "academies",
    "free schools",
    "special schools",
)
_PHASES = {
    "primary": "Primary",
    "middle deemed primary": "Primary",
    "secondary": "Secondary",
    "middle deemed secondary": "Secondary",
    "all-through": "All-through",
    "nursery": "Nursery",
}
# Special schools and pupil referral units have the phase "Not applicable": their type tells them.
_SPECIAL = (_GROUP == "special schools") | _TYPE.str.contains("special", literal=True)
_ALTERNATIVE = _TYPE.str.contains("pupil referral|alternative provision")

ALL_DATA = Layout(
    title="Get Information About Schools",
    needs=(
        "urn",
        "la (code)",
        "establishmentname",
        "typeofestablishment (name)",
        "establishmenttypegroup (name)",
        "establishmentstatus (name)",
        "opendate",
        "closedate",
        "phaseofeducation (name)",
    ),
    dates=_DATES,
    gives=(
        Gives(
            "schools",
            {
                "urn": "urn",
                "name": "establishmentname",
                "phase": pl.when(_SPECIAL)
                .then(pl.lit("Special"))
                .when(_ALTERNATIVE)
                .then(pl.lit("Alternative provision"))
                .otherwise(_PHASE.replace_strict(_PHASES, default=None, return_dtype=pl.String)),
                "la_code": "la (code)",
                "open_date": "opendate",
                "close_date": "closedate",
                "type": "typeofestablishment (name)",
                "pupils": "numberofpupils",
                "postcode": "postcode",
            },
            # Sixth forms have the phase "16 plus". A school that is only proposed may never open.
            where=_GROUP.is_in(STATE_FUNDED)
            & (_PHASE != "16 plus").fill_null(True)
            & (pl.col("establishmentstatus (name)") != "Proposed to open"),
        ),
    ),
)

# Of the many kinds of links, only "Predecessor" means that one school took over from another as it
# was, and with it the grade. A school that others were merged into is a new school.
LINKS = Layout(
    title="Get Information About Schools, links",
    needs=("urn", "linkurn", "linktype"),
    dates=_DATES,
    gives=(
        Gives(
            "school_links",
            {"urn": "urn", "predecessor_urn": "linkurn", "link_date": "linkestablisheddate"},
            where=pl.col("linktype").str.to_lowercase() == "predecessor",
        ),
    ),
)

LAYOUTS = (ALL_DATA, LINKS)

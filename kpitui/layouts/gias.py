"""Get Information About Schools: all establishments (edubasealldata), and links between schools.

Ofsted ratings in the file are not used: they have no history, and Ofsted's own files have more.
"""

from __future__ import annotations

import polars as pl

from kpitui.layouts.declarations import Layout, TableMapping

_GIAS_DATE_FORMATS = ("%d-%m-%Y", "%d/%m/%Y")
_TYPE_GROUP = pl.col("establishmenttypegroup (name)").str.to_lowercase()
_SCHOOL_TYPE = pl.col("typeofestablishment (name)").str.to_lowercase()
_SCHOOL_PHASE = pl.col("phaseofeducation (name)").str.to_lowercase()
# Groups of establishments, by name: independent and Welsh schools, and colleges, are in others.
STATE_FUNDED_GROUPS = ("local authority maintained schools", "academies", "free schools", "special schools")
_GIAS_PHASES = {
    "primary": "Primary",
    "middle deemed primary": "Primary",
    "secondary": "Secondary",
    "middle deemed secondary": "Secondary",
    "all-through": "All-through",
    "nursery": "Nursery",
}
# Special schools and pupil referral units have the phase "Not applicable": their type tells them.
_IS_SPECIAL = (_TYPE_GROUP == "special schools") | _SCHOOL_TYPE.str.contains("special", literal=True)
_IS_ALTERNATIVE = _SCHOOL_TYPE.str.contains("pupil referral|alternative provision")

ESTABLISHMENTS = Layout(
    title="Get Information About Schools",
    required_columns=(
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
    date_formats=_GIAS_DATE_FORMATS,
    table_mappings=(
        TableMapping(
            "schools",
            {
                "urn": "urn",
                "name": "establishmentname",
                "phase": pl.when(_IS_SPECIAL)
                .then(pl.lit("Special"))
                .when(_IS_ALTERNATIVE)
                .then(pl.lit("Alternative provision"))
                .otherwise(_SCHOOL_PHASE.replace_strict(_GIAS_PHASES, default=None, return_dtype=pl.String)),
                "la_code": "la (code)",
                "open_date": "opendate",
                "close_date": "closedate",
                "type": "typeofestablishment (name)",
                "pupils": "numberofpupils",
                "postcode": "postcode",
            },
            # Sixth forms have the phase "16 plus". A school that is only proposed may never open.
            row_filter=_TYPE_GROUP.is_in(STATE_FUNDED_GROUPS)
            & (_SCHOOL_PHASE != "16 plus").fill_null(True)
            & (pl.col("establishmentstatus (name)") != "Proposed to open"),
        ),
    ),
)

# Of the many kinds of links, only "Predecessor" means that one school took over from another as it
# was, and with it the grade. A school that others were merged into is a new school.
ESTABLISHMENT_LINKS = Layout(
    title="Get Information About Schools, links",
    required_columns=("urn", "linkurn", "linktype"),
    date_formats=_GIAS_DATE_FORMATS,
    table_mappings=(
        TableMapping(
            "school_links",
            {"urn": "urn", "predecessor_urn": "linkurn", "link_date": "linkestablisheddate"},
            row_filter=pl.col("linktype").str.to_lowercase() == "predecessor",
        ),
    ),
)

LAYOUTS = (ESTABLISHMENTS, ESTABLISHMENT_LINKS)

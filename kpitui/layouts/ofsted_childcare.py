"""Ofsted, management information: childcare providers, most recent inspections.

There are three layouts: 2018 to 2021; 2022 to 2025, with title lines and other capitals; and 2026,
where inspections are named after their frameworks: REIF is that of report cards. The file has open
providers only, and no closing dates. Inspections of the Childcare Register are left out.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from kpitui.layouts.council_names import find_council_number
from kpitui.layouts.declarations import ColumnSource, Layout, TableMapping

_FULL_PREFIX = "most recent full: "
_CARD_PREFIX = "eyr reif: most recent: "
_MET_CODES: Mapping[str, str | None] = {"yes": "Met", "no": "Not met"}


def _map_provider_inspections(date_column: str, **column_sources: ColumnSource) -> TableMapping:
    """Map the inspections of one kind: a row for each provider with a date for that kind."""
    return TableMapping(
        "early_years_inspections",
        {"urn": "provider urn", "inspection_date": date_column, **column_sources},
        row_filter=pl.col(date_column).is_not_null(),
        code_maps={"safeguarding": _MET_CODES},
    )


CHILDCARE_PROVIDERS = Layout(
    title="Ofsted childcare providers",
    has_latest_alone=True,
    required_columns=(
        "provider urn",
        "registration date",
        "provider type",
        "provider early years register flag",
        "local authority",
        "most recent full: overall effectiveness",
    ),
    # Ofsted blanks the names and postcodes of homes as REDACTED: that must not be looked up.
    missing_marks=("redacted", "null", "-", "n/a"),
    column_aliases={
        "provider postcode": "postcode",
        "eyr oeif/cif: most recent: overall effectiveness": _FULL_PREFIX + "overall effectiveness",
        "eyr oeif: most recent: overall effectiveness": _FULL_PREFIX + "overall effectiveness",
        "eyr oeif: most recent: full inspection date": _FULL_PREFIX + "inspection date",
        "eyr oeif/cif: most recent: full inspection date": _FULL_PREFIX + "inspection date",
        "eyr oeif ncor: most recent: inspection date": "ncor: inspection date",
        "eyr oeif ncor: most recent: overall effectiveness": "ncor: overall effectiveness",
        "eyr oeif oosc: most recent: inspection date": "oosc: inspection date",
        "eyr oeif oosc: most recent: overall effectiveness": "oosc: overall effectiveness",
    },
    table_mappings=(
        TableMapping(
            "early_years_settings",
            {
                "urn": "provider urn",
                "name": "provider name",
                "type": "provider type",
                "early_years_register": "provider early years register flag",
                # The file has councils by name only.
                "la_code": find_council_number("local authority"),
                "registered_date": "registration date",
                "places": pl.coalesce("places including estimates", "places"),
                "postcode": "postcode",
            },
        ),
        _map_provider_inspections(_FULL_PREFIX + "inspection date", overall=_FULL_PREFIX + "overall effectiveness"),
        _map_provider_inspections(
            "second most recent full: inspection date", overall="second most recent full: overall effectiveness"
        ),
        _map_provider_inspections(
            "third most recent full: inspection date", overall="third most recent full: overall effectiveness"
        ),
        # NCOR (no children on roll) and OOSC (out-of-school clubs) are met or not met, not graded.
        _map_provider_inspections("ncor: inspection date", outcome="ncor: overall effectiveness"),
        _map_provider_inspections("oosc: inspection date", outcome="oosc: overall effectiveness"),
        _map_provider_inspections(
            _CARD_PREFIX + "inspection date",
            outcome=pl.lit("report card"),
            inclusion=_CARD_PREFIX + "inclusion",
            curriculum_and_teaching=_CARD_PREFIX + "curriculum and teaching",
            achievement=_CARD_PREFIX + "achievement",
            behaviour_attitudes_and_routines=(_CARD_PREFIX + "behaviour, attitudes and establishing routines"),
            welfare_and_wellbeing=_CARD_PREFIX + "children's welfare and wellbeing",
            leadership_and_governance=_CARD_PREFIX + "leadership and governance",
            safeguarding=_CARD_PREFIX + "safeguarding standards met?",
        ),
    ),
)

LAYOUTS = (CHILDCARE_PROVIDERS,)

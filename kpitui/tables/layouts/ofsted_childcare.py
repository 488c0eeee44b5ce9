"""Ofsted, management information: childcare providers, most recent inspections.

There are three layouts: 2018 to 2021; 2022 to 2025, with title lines and other capitals; and 2026,
where inspections are named after their frameworks: REIF is that of report cards. The file has open
providers only, and no closing dates. Inspections of the Childcare Register are left out.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from kpitui.tables.layouts.councils import council_number
from kpitui.tables.layouts.layout import From, Gives, Layout

_FULL = "most recent full: "
_CARD = "eyr reif: most recent: "
_MET: Mapping[str, str | None] = {"yes": "Met", "no": "Not met"}


def _inspections(date: str, **columns: From) -> Gives:
    """Map the inspections of one kind: a row for each provider with a date for that kind."""
    return Gives(
        "early_years_inspections",
        {"urn": "provider urn", "inspection_date": date, **columns},
        where=pl.col(date).is_not_null(),
        codes={"safeguarding": _MET},
    )


PROVIDERS = Layout(
    title="Ofsted childcare providers",
    needs=(
        "provider urn",
        "registration date",
        "provider type",
        "provider early years register flag",
        "local authority",
        "most recent full: overall effectiveness",
    ),
    # Ofsted blanks the names and postcodes of homes as REDACTED: that must not be looked up.
    missing=("redacted", "null", "-", "n/a"),
    aliases={
        "provider postcode": "postcode",
        "eyr oeif/cif: most recent: overall effectiveness": _FULL + "overall effectiveness",
        "eyr oeif: most recent: overall effectiveness": _FULL + "overall effectiveness",
        "eyr oeif: most recent: full inspection date": _FULL + "inspection date",
        "eyr oeif/cif: most recent: full inspection date": _FULL + "inspection date",
        "eyr oeif ncor: most recent: inspection date": "ncor: inspection date",
        "eyr oeif ncor: most recent: overall effectiveness": "ncor: overall effectiveness",
        "eyr oeif oosc: most recent: inspection date": "oosc: inspection date",
        "eyr oeif oosc: most recent: overall effectiveness": "oosc: overall effectiveness",
    },
    gives=(
        Gives(
            "early_years_settings",
            {
                "urn": "provider urn",
                "name": "provider name",
                "type": "provider type",
                "early_years_register": "provider early years register flag",
                # The file has councils by name only.
                "la_code": council_number("local authority"),
                "registered_date": "registration date",
                "places": pl.coalesce("places including estimates", "places"),
                "postcode": "postcode",
            },
        ),
        _inspections(_FULL + "inspection date", overall=_FULL + "overall effectiveness"),
        _inspections(
            "second most recent full: inspection date",
            overall="second most recent full: overall effectiveness",
        ),
        _inspections(
            "third most recent full: inspection date",
            overall="third most recent full: overall effectiveness",
        ),
        # NCOR (no children on roll) and OOSC (out-of-school clubs) are met or not met, not graded.
        _inspections("ncor: inspection date", outcome="ncor: overall effectiveness"),
        _inspections("oosc: inspection date", outcome="oosc: overall effectiveness"),
        _inspections(
            _CARD + "inspection date",
            outcome=pl.lit("report card"),
            inclusion=_CARD + "inclusion",
            curriculum_and_teaching=_CARD + "curriculum and teaching",
            achievement=_CARD + "achievement",
            behaviour_attitudes_and_routines=(
                _CARD + "behaviour, attitudes and establishing routines"
            ),
            welfare_and_wellbeing=_CARD + "children's welfare and wellbeing",
            leadership_and_governance=_CARD + "leadership and governance",
            safeguarding=_CARD + "safeguarding standards met?",
        ),
    ),
)

LAYOUTS = (PROVIDERS,)

"""Ofsted, management information: childcare providers, most recent inspections.

The layouts of 2018 to 2021, of 2022 to 2025 (title lines, other capitals) and of 2026, in which
the inspections of the register are named after their frameworks: REIF is that of report cards.
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
    """The inspections of one kind: those of the providers that have a date of it."""
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
        # No children on roll, and clubs out of school: met or not met, and no grade.
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

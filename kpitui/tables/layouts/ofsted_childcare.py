"""Ofsted, management information: childcare providers, most recent inspections.

The layouts of 2018 to 2021, of 2022 to 2025 (title lines, other capitals) and of 2026, in which
the inspections of the register are named after their frameworks.
"""

from __future__ import annotations

import polars as pl

from kpitui.tables.layouts.councils import council_number
from kpitui.tables.layouts.layout import Gives, Layout

_FULL = "most recent full: "
_CARD = "eyr reif: most recent: "


def _inspections(
    date: str, grade: str | None = None, outcome: str | pl.Expr | None = None
) -> Gives:
    """The inspections of one kind: those of the providers that have a date of it."""
    columns: dict[str, str | pl.Expr] = {"urn": "provider urn", "inspection_date": date}
    if grade is not None:
        columns["overall"] = grade
    if outcome is not None:
        columns["outcome"] = outcome
    return Gives("early_years_inspections", columns, where=pl.col(date).is_not_null())


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
        "eyr oeif: most recent: full inspection date": _FULL + "inspection date",
        "eyr oeif/cif: most recent: full inspection date": _FULL + "inspection date",
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
        _inspections(_FULL + "inspection date", _FULL + "overall effectiveness"),
        _inspections(
            "second most recent full: inspection date",
            "second most recent full: overall effectiveness",
        ),
        _inspections(
            "third most recent full: inspection date",
            "third most recent full: overall effectiveness",
        ),
        # No children on roll: met or not met, and no grade.
        _inspections("ncor: inspection date", outcome="ncor: overall effectiveness"),
        _inspections(_CARD + "inspection date", outcome=pl.lit("report card")),
    ),
)

LAYOUTS = (PROVIDERS,)

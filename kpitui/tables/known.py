"""The tables as they were known on a date: nothing dated after it.

A row whose own event is later is not there yet.  A later end has not happened: it is missing, and
with it what was recorded at that end.  An inspection is known from its publication, where that is
given (definitions.md, "The indicators").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import narwhals as nw

Frame = nw.LazyFrame[Any]
Frames = Mapping[str, Frame]

NOT_IN_SIGHT = date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class Horizon:
    """Which columns of a table tell the future: rows go, ends and what hangs on them go blank.

    `runs` are ends that a missing cell cannot stand for: a later one is not in sight.
    """

    begins: tuple[str, ...]
    ends: tuple[tuple[str, tuple[str, ...]], ...] = ()
    runs: tuple[str, ...] = ()


HORIZONS: dict[str, Horizon] = {
    "schools": Horizon(("open_date",), (("close_date", ()),)),
    "school_links": Horizon(("link_date",)),
    "school_inspections": Horizon(("inspection_date", "publication_date")),
    "early_years_settings": Horizon(("registered_date",), (("closed_date", ()),)),
    "early_years_inspections": Horizon(("inspection_date", "publication_date")),
    # A missing `uasc_until` says that a child was never unaccompanied.
    "children": Horizon((), runs=("uasc_until",)),
    "care_episodes": Horizon(("decom",), (("dec", ("rec", "reason_place_change")),)),
    "uasc": Horizon((), (("duc", ()),)),
    "referrals": Horizon(("referral_date",)),
    "protection_plans": Horizon(("start_date",), (("end_date", ()),)),
    "protection_visits": Horizon(("visit_date",)),
    "social_workers": Horizon(("start_date",), (("end_date", ("leaving_reason",)),)),
    "published_series": Horizon(()),
    "statistical_neighbours": Horizon(()),
    "commentary": Horizon(("written_date",), (("closed_date", ()),)),
}


def known(
    frames: Frames, as_at: date, horizons: Mapping[str, Horizon] = HORIZONS
) -> dict[str, Frame]:
    """Every table without what is dated after `as_at`; those without a horizon as they were."""
    return {name: _before(frame, horizons.get(name), as_at) for name, frame in frames.items()}


def _before(frame: Frame, horizon: Horizon | None, as_at: date) -> Frame:
    if horizon is None:
        return frame
    present = frame.collect_schema().names() if horizon.begins or horizon.ends else []
    for column in (name for name in horizon.begins if name in present):
        frame = frame.filter(nw.col(column).is_null() | (nw.col(column) <= as_at))
    for end, hanging in ((end, more) for end, more in horizon.ends if end in present):
        happened = nw.col(end) <= as_at
        frame = frame.with_columns(
            *(nw.when(happened).then(nw.col(name)).alias(name) for name in (*hanging, end))
        )
    for end in horizon.runs:
        later = nw.when(nw.col(end) > as_at).then(nw.lit(NOT_IN_SIGHT))
        frame = frame.with_columns(later.otherwise(nw.col(end)).alias(end))
    return frame

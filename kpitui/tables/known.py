"""The clean tables as they were known on a date, without anything dated after it.

A row whose own event is later is not there yet. An end that is later has not happened: it becomes
missing, and so does what was recorded at that end. An inspection is known from its publication
date, where it has one (definitions.md, "The indicators").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import narwhals as nw

Frame = nw.LazyFrame[Any]
Frames = Mapping[str, Frame]

# Stands for an end after the date, in columns where a missing cell already means something else.
NOT_IN_SIGHT = date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class Horizon:
    """The date columns of a table that would reveal what happened after a date.

    A row goes where one of `known_from_columns` is later. `end_columns` pairs each end with the
    columns recorded at that end: all become missing where the end is later. A later date in
    `open_ended_columns` becomes `UNKNOWN_END`, because a missing cell there has a meaning of its
    own.
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
    # A missing `uasc_until` means that the child was never unaccompanied.
    "children": Horizon((), runs=("uasc_until",)),
    # REC is a code for how the episode ended, so it must not outlive the end it belongs to.
    "care_episodes": Horizon(("decom",), (("dec", ("rec", "reason_place_change")),)),
    "uasc": Horizon((), (("duc", ()),)),
    "referrals": Horizon(("referral_date",)),
    "protection_plans": Horizon(("start_date",), (("end_date", ()),)),
    "protection_visits": Horizon(("visit_date",)),
    "social_workers": Horizon(("start_date",), (("end_date", ("leaving_reason",)),)),
    # These two have no date of their own for every row. Which figure or model of neighbours was
    # available on a date is decided where they are used.
    "published_series": Horizon(()),
    "statistical_neighbours": Horizon(()),
    "commentary": Horizon(("written_date",), (("closed_date", ()),)),
}


def known(
    frames: Frames, as_at: date, horizons: Mapping[str, Horizon] = HORIZONS
) -> dict[str, Frame]:
    """Return every table as it was known on `as_at`; a table without an entry is unchanged."""
    return {name: _before(frame, horizons.get(name), as_at) for name, frame in frames.items()}


def _before(frame: Frame, horizon: Horizon | None, as_at: date) -> Frame:
    if horizon is None:
        return frame
    # Optional columns may be missing from a table.
    present = frame.collect_schema().names() if horizon.begins or horizon.ends else []
    for column in (name for name in horizon.begins if name in present):
        # A row without the date cannot be called later, so it stays.
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

"""Numbers and notes that a named officer has released, from the table `releases`.

What is released is known to everybody from then on. The ledger shows it, goes on protecting all else,
and lists what the release gives away besides (PROOF.md, section 5).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from kpitui.model.catalogue import Indicator
from kpitui.model.periods import Period, parse_period_or_none

REPORT_NAME: Final = "report"
"""Stands for the report as a whole, whose notes are released without an indicator."""
RELEASED_VALUE: Final = "value"
RELEASED_OUTCOMES: Final = "outcomes"
RELEASED_REASONS: Final = "left out"
RELEASED_NOTES: Final = "notes"
RELEASE_KINDS: Final = {
    RELEASED_VALUE: "the figure: its numerator and denominator",
    RELEASED_OUTCOMES: "what became of those not counted, by outcome",
    RELEASED_REASONS: "how many were left out, by reason",
    RELEASED_NOTES: "the commentary on the period",
}
"""What may be released of an indicator in a period; the id of a variant releases its figure."""


@dataclass(frozen=True, slots=True)
class Release:
    """A decision to publish a number or a note: who took it, when, of what, and why."""

    indicator_name: str  # its id or its code, as the table has it
    period: Period
    kind: str  # one of RELEASE_KINDS, or the id of a variant
    released_by: str = ""
    released_on: date | None = None
    reason: str = ""

    def concerns(self, indicator: Indicator) -> bool:
        """Say whether the release is of an indicator."""
        return self.indicator_name.casefold() in (indicator.id.casefold(), indicator.code.casefold())


def read_releases(release_rows: Iterable[Mapping[str, Any]]) -> tuple[Release, ...]:
    """Read the rows of the table; one without a period that can be read releases nothing."""
    return tuple(
        Release(
            row["indicator"],
            period,
            normalise_kind(row["what"] or ""),
            row["released_by"] or "",
            row["released_date"],
            row["reason"] or "",
        )
        for row in release_rows
        if row["indicator"] and (period := parse_period_or_none(row["period"])) is not None
    )


def describe_release(release: Release) -> str:
    """Describe a release: what, by whom, when and why."""
    by_text = f" by {release.released_by}" if release.released_by else ""
    date_text = f" on {release.released_on:%-d %B %Y}" if release.released_on else ""
    reason_text = f": {release.reason}" if release.reason else ""
    return (
        f"{release.indicator_name}, {release.kind} of {release.period.label}, released{by_text}{date_text}{reason_text}"
    )


def normalise_kind(kind_text: str) -> str:
    """Return what is released as RELEASE_KINDS has it: ``leavers-by-outcome`` are outcomes."""
    folded_text = " ".join(kind_text.casefold().replace("-", " ").replace("_", " ").split())
    aliases = {
        "figure": RELEASED_VALUE, "note": RELEASED_NOTES, "commentary": RELEASED_NOTES, "outcome": RELEASED_OUTCOMES,
        "reasons": RELEASED_REASONS, "reason": RELEASED_REASONS,
    }  # fmt: skip
    if folded_text in RELEASE_KINDS:
        return folded_text
    if folded_text in aliases:
        return aliases[folded_text]
    return RELEASED_OUTCOMES if folded_text.endswith("by outcome") else kind_text.strip().casefold()


def has_released_notes(releases: Iterable[Release], indicator: Indicator | None, period: Period) -> bool:
    """Say whether the commentary on an indicator in a period is released, or without one on the report."""
    return any(
        release.kind == RELEASED_NOTES
        and release.period == period
        and (release.indicator_name.casefold() == REPORT_NAME if indicator is None else release.concerns(indicator))
        for release in releases
    )

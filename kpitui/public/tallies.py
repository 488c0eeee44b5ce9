"""The totals of indicators as they may be published: small counts of children are hidden."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date

from kpitui.counts import RuleTally, Tally, window_months
from kpitui.model import HIDDEN, Count, Indicator
from kpitui.periods import Period
from kpitui.public.families import About, Family, families
from kpitui.tables.known import Frames


def public_tallies(
    indicators: Sequence[Indicator],
    found: Mapping[str, Tally],
    frames: Frames,
    la_code: str,
    as_at: date,
) -> dict[str, Tally]:
    """The totals of all of a council's indicators, those of children with small counts hidden.

    All of them are given at once, since what one shows may give away what another hides.
    """
    public = dict(found)
    for family in families(indicators, found, frames, la_code, as_at):
        for about in family.rules:
            tally = public[about.indicator]
            plain = tally.rules[about.rule.id]
            kept = {one.name: getattr(plain, one.name) for one in fields(plain)}
            own = PublicTally(**kept, family=family, about=about)
            public[about.indicator] = replace(tally, rules={**tally.rules, about.rule.id: own})
    return public


@dataclass(frozen=True, slots=True)
class PublicTally(RuleTally):
    """The running totals of a rule whose cases may be children."""

    family: Family
    about: About

    def count(self, period: Period) -> Count:
        """The count of a period; what may not be shown is `HIDDEN`."""
        count = RuleTally.count(self, period)
        counted = self.about.numerator.get(period.kind)
        among = self.about.denominator.get(period.kind)
        when = window_months(self.rule.window, period)
        return Count(
            self._public(count.numerator, counted, period),
            self._public(count.denominator, among, period),
            self._tally(count.excluded, self.about.left_out, period),
            small=counted is not None and self.family.is_small(counted, when),
        )

    def gone(self, period: Period) -> Mapping[str, float]:
        """Cases in the denominator but not counted, by outcome, as far as they may be shown."""
        return self._tally(RuleTally.gone(self, period), self.about.outcomes, period)

    def _tally(
        self, numbers: Mapping[str, float], classes: Mapping[str, int], period: Period
    ) -> dict[str, float]:
        """A name that is not there has no case, which may have to be hidden as well."""
        shown = {
            name: self._public(numbers.get(name, 0), classes.get(name), period)
            for name in sorted({*numbers, *classes})
        }
        return {name: number for name, number in shown.items() if number != 0}

    def _public(self, number: float, classes: int | None, period: Period) -> float:
        when = window_months(self.rule.window, period)
        shown = classes is not None and self.family.shows(classes, when)
        return number if shown else HIDDEN

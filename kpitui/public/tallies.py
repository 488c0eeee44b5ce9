"""The totals of indicators as they may be published, with small counts of children hidden."""

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
    """Return the totals of all of a council's indicators, with the small counts of children hidden.

    All of them are needed at once, because what one shows may give away what another hides.
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
    """The running totals of a rule over cases that may be children."""

    family: Family
    about: About

    def count(self, period: Period) -> Count:
        """Return the count of a period, with `HIDDEN_NUMBER` for what may not be shown."""
        # `slots=True` makes a second class of the name, so super() without arguments would fail
        # here.
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
        """Return the eligible but uncounted cases by outcome, as far as they may be shown."""
        return self._tally(RuleTally.gone(self, period), self.about.outcomes, period)

    def _tally(
        self, numbers: Mapping[str, float], classes: Mapping[str, int], period: Period
    ) -> dict[str, float]:
        """Hide the numbers of reasons or outcomes that may not be shown, and leave out zeros."""
        # A name without a number has no case, and that may have to be hidden as well.
        shown = {
            name: self._public(numbers.get(name, 0), classes.get(name), period)
            for name in sorted({*numbers, *classes})
        }
        return {name: number for name, number in shown.items() if number != 0}

    def _public(self, number: float, classes: int | None, period: Period) -> float:
        when = window_months(self.rule.window, period)
        shown = classes is not None and self.family.shows(classes, when)
        return number if shown else HIDDEN

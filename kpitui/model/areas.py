"""Many councils side by side: areas, their figures, and how each compares with a group of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from kpitui.model.board import Count
from kpitui.model.catalogue import Indicator
from kpitui.model.issues import Issue
from kpitui.model.periods import Period

FunnelVerdict = Literal["within", "better", "worse", "none"]
AreaLevel = Literal["council", "region"]
ComparedWith = Literal["England", "region", "neighbours"]


@dataclass(frozen=True, slots=True)
class Area:
    """A council, or a region of them, which has no `la_code`."""

    la_code: str
    name: str
    region: str = ""
    groups: tuple[str, ...] = ()

    def is_in(self, place: str) -> bool:
        """Say whether a place is its name, its code, its region or a group that it belongs to."""
        return place.casefold() in {name.casefold() for name in (self.name, self.la_code, self.region, *self.groups)}


@dataclass(frozen=True, slots=True)
class AreaFigure:
    """An indicator's figure of an area, judged by a funnel around the areas it is compared with.

    `verdict` is that of the funnel, whose limits are for this area's number of cases. `rank` is among
    the areas that have a value; 1 is best. `interval` is the range that chance alone explains.
    """

    count: Count
    verdict: FunnelVerdict = "none"
    limits: tuple[float, float] | None = None
    compared_value: float | None = None
    rank: int | None = None
    interval: tuple[float, float] | None = None
    last_event: date | None = None  # of the table that ends first
    is_other_definition: bool = False  # counted by another rule: compared with nobody


NO_FIGURE = AreaFigure(Count(0, 0))


@dataclass(frozen=True, slots=True)
class AreaRow:
    """An area with its figures by the indicators' ids.

    `data_until` is the last event of the table that ends first, and `counted_on` the date as at which
    the area counted.
    """

    area: Area
    figures: Mapping[str, AreaFigure]
    counted_on: date | None = None
    data_until: date | None = None

    @property
    def worse_count(self) -> int:
        """Return how many figures are worse by more than chance."""
        return sum(figure.verdict == "worse" for figure in self.figures.values())

    @property
    def better_count(self) -> int:
        """Return how many figures are better by more than chance."""
        return sum(figure.verdict == "better" for figure in self.figures.values())


@dataclass(frozen=True, slots=True)
class AreaTable:
    """Areas and indicators, the areas with most that is worse by more than chance first.

    It holds small counts of every area, and is never public.
    """

    as_at: date
    period: Period
    level: AreaLevel
    place: str  # the region or group that its areas are of; empty for all
    compared_with: ComparedWith
    area_count: int  # councils whose counts were read
    indicators: tuple[Indicator, ...]
    rows: tuple[AreaRow, ...]
    issues: tuple[Issue, ...] = ()

"""Areas and indicators: the counts of many councils, judged by funnels around each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from kpitui.areas.counts_files import AreaCounts, read_counts
from kpitui.areas.counts_table import FIGURE, mark_definition, read_count
from kpitui.config.council_list import list_councils
from kpitui.config.settings import Settings
from kpitui.council import read_council
from kpitui.judge.area_funnel import AreaCount, GroupFunnel, find_area_limits, judge_area, measure_group, pool_counts
from kpitui.judge.measure_rules import MEASURE_RULES
from kpitui.judge.significance import is_census
from kpitui.model.areas import NO_FIGURE, Area, AreaFigure, AreaLevel, AreaRow, AreaTable, ComparedWith
from kpitui.model.catalogue import Indicator
from kpitui.model.issues import Issue, create_message
from kpitui.model.periods import Period, find_latest_complete
from kpitui.text import find_nearest_name


class AreasNotThere(ValueError):
    """Raised where there are no counts of areas, or none of the place that was asked for."""


@dataclass(frozen=True, slots=True)
class AreaRequest:
    """What a table of areas shall show: which period, councils or regions, and of which place."""

    as_at: date
    period: Period
    level: AreaLevel = "council"
    place: str = ""


def open_area_counts(settings: Settings, as_at: date | None = None) -> AreaCounts:
    """Read the counts that the config names. Raises AreasNotThere where it names none."""
    if not settings.areas.counts_patterns:
        raise AreasNotThere('the config names no counts: add [areas] counts = "in/*.parquet"')
    return read_counts(settings.areas.folder, settings.areas.counts_patterns, as_at or settings.get_meeting_date())


def build_area_table(settings: Settings, area_counts: AreaCounts, request: AreaRequest | None = None) -> AreaTable:
    """Judge the counts of areas for one period. Raises AreasNotThere where no council is of the place."""
    request = request or make_area_request(settings)
    areas, issues = _list_areas(settings, area_counts)
    judge = _AreaJudge(settings, request, areas, _find_neighbours(settings, request.as_at, areas))
    judge.take_counts(area_counts.counts_frame)
    shown_areas = [area for area in areas.values() if not request.place or area.is_in(request.place)]
    if not shown_areas:
        raise AreasNotThere(_explain_place(request.place, areas.values()))
    rows = judge.judge_regions(shown_areas) if request.level == "region" else judge.judge_councils(shown_areas)
    return AreaTable(
        request.as_at,
        request.period,
        request.level,
        request.place,
        settings.areas.compare,
        len(areas),
        settings.indicators,
        tuple(sorted(rows, key=lambda row: (-row.worse_count, row.better_count, row.area.name))),
        (*area_counts.issues, *issues),
    )


def _find_neighbours(settings: Settings, as_at: date, la_codes: Collection[str]) -> dict[str, Collection[str]]:
    """Find the names of each council's statistical neighbours, by number, where they are compared with."""
    if settings.areas.compare != "neighbours":
        return {}
    council = read_council(settings)
    return {la_code: council.find_area_neighbours(la_code, as_at).names for la_code in la_codes}


def make_area_request(
    settings: Settings,
    as_at: date | None = None,
    period: Period | None = None,
    level: AreaLevel = "council",
    place: str = "",
) -> AreaRequest:
    """Make a request for the last complete quarter before a date, unless it says otherwise."""
    day = as_at or settings.get_meeting_date()
    return AreaRequest(day, period or find_latest_complete(day), level, place)


def _list_areas(settings: Settings, area_counts: AreaCounts) -> tuple[dict[str, Area], tuple[Issue, ...]]:
    """List the areas that have counts, by number, and what is wrong with the file of names."""
    issues: tuple[Issue, ...] = ()
    names_file = settings.areas.names_file
    try:
        councils = list_councils(names_file)
    except (OSError, ValueError) as error:
        councils = list_councils()
        reason = (error.strerror if isinstance(error, OSError) else "") or str(error)
        issues = (Issue(create_message("area-names-not-read", reason=reason), names_file.name if names_file else ""),)
    la_codes = area_counts.counts_frame["area"].unique().sort().to_list()
    return {la_code: councils.get(la_code, Area(la_code, la_code)) for la_code in la_codes}, issues


def _explain_place(place: str, areas: Collection[Area]) -> str:
    if not areas:
        return "no file of counts could be used: run kpitui check"
    names = sorted({name for area in areas for name in (area.name, area.region, *area.groups) if name})
    nearest_name = find_nearest_name(place, names)
    return f"no counts of {place}{f' - did you mean {nearest_name}?' if nearest_name else ''}"


class _AreaJudge:
    """Judges the figures of one period, those of each indicator together."""

    def __init__(
        self,
        settings: Settings,
        request: AreaRequest,
        areas: Mapping[str, Area],
        neighbours: Mapping[str, Collection[str]],
    ) -> None:
        self._indicators = {indicator.id: indicator for indicator in settings.indicators}
        self._compare: ComparedWith = settings.areas.compare
        self._request, self._areas, self._neighbours = request, areas, neighbours
        self._figures: dict[str, dict[str, AreaFigure]] = defaultdict(dict)
        self._counts: dict[str, dict[str, AreaCount]] = defaultdict(dict)
        self._counted_on: dict[str, date] = {}

    def take_counts(self, counts_frame: pl.DataFrame) -> None:
        """Take the figures of the period. Those of another definition are shown, and compared with none."""
        is_of_period = (pl.col("period") == str(self._request.period)) & (pl.col("rule") == "")
        self._counted_on = dict(counts_frame.group_by("area").agg(pl.col("as_at").max()).iter_rows())
        for row in counts_frame.filter(is_of_period, kind=FIGURE).iter_rows(named=True):
            indicator = self._indicators.get(row["indicator"])
            if indicator is None:
                continue
            count = read_count(row, indicator.measure)
            is_other = row["definition"] != mark_definition(indicator.rule)
            figure = AreaFigure(count, last_event=row["last_event"], is_other_definition=is_other)
            self._figures[indicator.id][row["area"]] = figure
            if not is_other:
                self._counts[indicator.id][row["area"]] = AreaCount(count, row["cases"])

    def judge_councils(self, areas: Sequence[Area]) -> list[AreaRow]:
        """Judge the figures of councils, each against those that it is compared with."""
        figures_by_id = {
            indicator_id: self._judge_councils_of(indicator, areas)
            for indicator_id, indicator in self._indicators.items()
        }
        rows = []
        for area in areas:
            figures = {indicator_id: figures[area.la_code] for indicator_id, figures in figures_by_id.items()}
            last_events = [figure.last_event for figure in figures.values() if figure.last_event]
            counted_on = self._counted_on.get(area.la_code)
            rows.append(AreaRow(area, figures, counted_on, min(last_events, default=None)))
        return rows

    def _judge_councils_of(self, indicator: Indicator, areas: Sequence[Area]) -> dict[str, AreaFigure]:
        area_counts = self._counts[indicator.id]
        ranks = _rank_areas(indicator, area_counts)
        groups: dict[Collection[str], GroupFunnel | None] = {}
        figures = {}
        for area in areas:
            compared_codes = self._list_compared(area)
            if compared_codes not in groups:
                compared_counts = [area_counts[code] for code in compared_codes if code in area_counts]
                groups[compared_codes] = measure_group(indicator, compared_counts)
            figure = self._figures[indicator.id].get(area.la_code, NO_FIGURE)
            entry = area_counts.get(area.la_code)
            if entry is not None:
                figure = _judge_figure(indicator, figure, entry, groups[compared_codes])
            figures[area.la_code] = replace(figure, rank=ranks.get(area.la_code))
        return figures

    def _list_compared(self, area: Area) -> tuple[str, ...]:
        """List the numbers of the councils that one is compared with, itself among them."""
        if self._compare == "region":
            return tuple(code for code, other in self._areas.items() if other.region == area.region)
        if self._compare == "neighbours":
            names = {name.casefold() for name in (area.name, *self._neighbours.get(area.la_code, ()))}
            return tuple(code for code, other in self._areas.items() if other.name.casefold() in names)
        return tuple(self._areas)

    def judge_regions(self, areas: Sequence[Area]) -> list[AreaRow]:
        """Judge the regions of areas, the counts of their councils added up."""
        regions = sorted({area.region for area in areas if area.region})
        figures: dict[str, dict[str, AreaFigure]] = {region: {} for region in regions}
        for indicator_id, indicator in self._indicators.items():
            counts = self._counts[indicator_id]
            group = measure_group(indicator, list(counts.values()))
            pooled = {region: pool_counts(indicator, self._select_region(region, counts)) for region in regions}
            ranks = _rank_areas(indicator, pooled)
            for region, entry in pooled.items():
                figure = NO_FIGURE if entry is None else AreaFigure(entry.count)
                if entry is not None:
                    figure = _judge_figure(indicator, figure, entry, group)
                figures[region][indicator_id] = replace(figure, rank=ranks.get(region))
        return [AreaRow(Area("", region, region), figures[region]) for region in regions]

    def _select_region(self, region: str, counts: Mapping[str, AreaCount]) -> list[AreaCount]:
        return [entry for la_code, entry in counts.items() if self._areas[la_code].region == region]


def _judge_figure(indicator: Indicator, figure: AreaFigure, entry: AreaCount, group: GroupFunnel | None) -> AreaFigure:
    """Judge a figure that was counted by the same rule as those it is compared with."""
    limits = None if group is None else find_area_limits(indicator, entry, group)
    is_sample = indicator.rule.weight_column is None and not indicator.rule.base_cohort and not is_census(indicator)
    return replace(
        figure,
        verdict=judge_area(indicator, entry.count, limits),
        limits=limits,
        compared_value=None if group is None else group.value,
        interval=MEASURE_RULES[indicator.measure.kind].find_interval(entry.count) if is_sample else None,
    )


def _rank_areas(
    indicator: Indicator, area_counts: Mapping[str, AreaCount] | Mapping[str, AreaCount | None]
) -> dict[str, int]:
    """Rank areas by their values, 1 for the best; equal values share a rank. None where none is best."""
    values = {
        name: entry.count.value
        for name, entry in area_counts.items()
        if entry is not None and entry.count.value is not None
    }
    if indicator.polarity == "neutral":
        return {}
    sign = -1 if indicator.polarity == "high" else 1
    ordered_values = sorted(sign * value for value in values.values())
    return {name: ordered_values.index(sign * value) + 1 for name, value in values.items()}

"""Populations of the council's area, and which year's estimate a rate uses.

The Department for Education uses the mid-year estimate of the calendar year before the one in which
the reporting year ends: "2024 population estimates were used to calculate 2025 rates". Where it is not
there or not yet known, the latest before it is used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import narwhals as nw

from kpitui.model.periods import Period
from kpitui.running_totals import round_off_noise
from kpitui.tables.as_known_on import TableFrame
from kpitui.text import normalise_area_name

# The Office for National Statistics publishes an estimate about a year after its day, 30 June.
MONTH_KNOWN = 7


@dataclass(frozen=True, slots=True)
class PopulationEstimates:
    """The mid-year estimates of an area by age band and year, as known on a date."""

    numbers: Mapping[tuple[str, int], float] = field(default_factory=dict)

    def find_number(self, age_band: str, period: Period) -> float | None:
        """Return the population that a rate of a period is told of; None where no estimate is old enough."""
        # A financial year has the number of the calendar year in which it begins.
        years = [year for band, year in self.numbers if band == age_band and year <= period.financial_year]
        return self.numbers[age_band, max(years)] if years else None


NO_ESTIMATES = PopulationEstimates()


def select_area_populations(population_frame: TableFrame, la_code: str, council_name: str) -> TableFrame:
    """Select the rows of an area, by its code or by its name in any usual spelling."""
    area_names = {normalise_area_name(council_name), la_code.lower()}
    areas = population_frame.select("area").unique().collect()["area"].to_list()
    own_areas = [area for area in areas if normalise_area_name(str(area)) in area_names]
    return population_frame.filter((nw.col("la_code") == la_code) | nw.col("area").is_in(own_areas))


def read_populations(area_populations: TableFrame, as_at: date) -> PopulationEstimates:
    """Read the estimates of an area that were known on a date; of two for a year the first counts."""
    numbers: dict[tuple[str, int], float] = {}
    rows = area_populations.filter(~nw.col("number").is_null() & ~nw.col("year").is_null()).collect()
    for row in rows.iter_rows(named=True):
        year = int(row["year"])
        if (row["published_date"] or date(year + 1, MONTH_KNOWN, 1)) <= as_at:
            numbers.setdefault((str(row["age_band"]), year), round_off_noise(float(row["number"])))
    return PopulationEstimates(numbers)

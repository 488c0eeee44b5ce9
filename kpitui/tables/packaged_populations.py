"""Children's populations that the program carries: mid-year estimates of the Office for National Statistics.

They are those that the Department for Education publishes with its figures of children's social care,
under the Open Government Licence v3.0: ages 0 to 17, of every council for mid-2024, and of England and
its regions for some years before. A council's own rows come first.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

_PACKAGED_FILE = Path(__file__).with_name("packaged") / "populations.csv"
_COLUMN_TYPES = {
    "area": pl.String,
    "la_code": pl.String,
    "age_band": pl.String,
    "year": pl.Float64,
    "number": pl.Float64,
}


def add_packaged_populations(population_frame: pl.LazyFrame) -> pl.LazyFrame:
    """Add the packaged estimates behind the rows of a council's own table."""
    packaged_rows = pl.scan_csv(_PACKAGED_FILE, schema=_COLUMN_TYPES)
    return pl.concat([population_frame, packaged_rows], how="diagonal_relaxed")

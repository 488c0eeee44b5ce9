"""England as counts: 153 councils' files read and judged, against polars grouping the same rows.

The councils are made from the sample's counts with a fixed seed, in the proportions of their children;
`python -m benchmarks.england FOLDER` writes them, with a config to open.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

import polars as pl

from benchmarks.measuring import Measure, python
from kpitui.areas.counts_files import write_counts
from kpitui.areas.counts_table import FIGURE, count_council
from kpitui.config.council_list import list_councils
from kpitui.council import open_council
from kpitui.tables import packaged_populations

SEED, QUICK_COUNCILS = 22, 20
CONFIG = '[council]\nname = "England"\nla_code = "000"\nas_at = 2019-03-25\n[areas]\ncounts = "in/*.parquet"\n'
_SAMPLE = Path(__file__).parents[1] / "config.toml"
_BOUNDS = ("low_numerator", "low_denominator", "high_numerator", "high_denominator", "least_denominator")


def measure(folder: Path, quick: bool) -> Measure:
    """The files are written when the measure is made."""
    place = folder / "england"
    council_count = write_england(place, QUICK_COUNCILS if quick else None)
    return Measure(
        f"all indicators of {council_count} councils, from their counts",
        lambda: python("-m", "kpitui", "--config", place / "config.toml", "areas", "--csv"),
        lambda: python("-m", "benchmarks.england", place, "group"),
        rounds=3 if quick else 5,
    )


def write_england(place: Path, council_count: int | None = None) -> int:
    """Write a file of counts for each council; return how many there are."""
    (place / "in").mkdir(parents=True, exist_ok=True)
    (place / "config.toml").write_text(CONFIG, encoding="utf-8")
    sample_counts, rng = count_council(open_council(_SAMPLE)), random.Random(SEED)
    children = _count_children()
    la_codes = sorted(list_councils())[:council_count]
    for la_code in la_codes:
        size = children.get(la_code, children["872"]) / children["872"]
        counts_frame = _scale_counts(sample_counts, la_code, size, rng.uniform(0.8, 1.2))
        write_counts(counts_frame, place / "in" / f"{la_code}.parquet", overwrite=True)
    return len(la_codes)


def _count_children() -> dict[str, float]:
    empty_frame = pl.LazyFrame(schema={"area": pl.String, "la_code": pl.String, "number": pl.Float64})
    populations = packaged_populations.add_packaged_populations(empty_frame)
    return dict(populations.group_by("la_code").agg(pl.col("number").max()).drop_nulls().collect().iter_rows())


def _scale_counts(counts_frame: pl.DataFrame, la_code: str, size: float, level: float) -> pl.DataFrame:
    """Scale a council's counts to the children of another, with another level and without unknown cases."""
    denominator = (pl.col("denominator") * size).round()
    numerator = pl.min_horizontal((pl.col("numerator") * size * level).round(), denominator)
    return counts_frame.filter(kind=FIGURE).with_columns(
        area=pl.lit(la_code),
        numerator=numerator,
        denominator=denominator,
        cases=(pl.col("cases") * size).round(),
        **{name: pl.lit(None, dtype=pl.Float64) for name in _BOUNDS},
    )


def group_counts(place: Path) -> None:
    """Group the same rows: the floor that reading and judging is measured against."""
    pl.scan_parquet(place / "in" / "*.parquet").group_by("area", "indicator").agg(pl.col("numerator").sum()).collect()


if __name__ == "__main__":
    if sys.argv[2:] == ["group"]:
        group_counts(Path(sys.argv[1]))
    else:
        write_england(Path(sys.argv[1]))

"""`kpitui status --md`, which is worked out each time, on the sample against a Python that imports polars and ends."""

from __future__ import annotations

from pathlib import Path

from benchmarks.measuring import ROOT, Measure, python


def measure(folder: Path, quick: bool) -> Measure:
    """Whole processes."""
    return Measure(
        "kpitui status, the sample",
        lambda: python("-m", "kpitui", "--config", ROOT / "config.toml", "status", "--md"),
        lambda: python("-c", "import polars"),
        rounds=3 if quick else 9,
    )

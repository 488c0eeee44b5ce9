"""`kpitui status` on sixty indicators of the sample against the quarterly report's thirteen."""

from __future__ import annotations

from pathlib import Path

from benchmarks.measuring import ROOT, Measure, python


def measure(folder: Path, quick: bool) -> Measure:
    """Whole processes, over the same tables."""
    del folder
    return Measure(
        "kpitui status, 60 indicators of the sample, to 13",
        lambda: python("-m", "kpitui", "--config", ROOT / "national.toml", "status", "--md"),
        lambda: python("-m", "kpitui", "--config", ROOT / "config.toml", "status", "--md"),
        rounds=3 if quick else 9,
    )

"""The public board of the sample against its board in full, over the same tables in memory."""

from __future__ import annotations

from pathlib import Path

from benchmarks.measuring import Measure, timed

SAMPLE = Path(__file__).parent.parent / "config.toml"


def measure(folder: Path, quick: bool) -> Measure:
    """The council is read when the measure is made: that is not measured."""
    from kpitui.board import build_board
    from kpitui.council import open_council

    council = open_council(SAMPLE)
    return Measure(
        "the public board against the board in full, the sample",
        lambda: timed(lambda: build_board(council, public_view=True)),
        lambda: timed(lambda: build_board(council)),
        rounds=3 if quick else 9,
    )

"""A board with 240 months of history against a board with one, over the same tables in memory."""

from __future__ import annotations

from pathlib import Path

from benchmarks import made_up_council
from benchmarks.measuring import Measure, timed

LAST = "2018-19 M11"
FIRST_OF_240 = "1998-99 M12"
ROWS, QUICK_ROWS = 500_000, 50_000


def measure(folder: Path, quick: bool) -> Measure:
    """The council is written and read when the measure is made: neither is measured."""
    from kpitui.board import build_board
    from kpitui.council import Council, open_council
    from kpitui.model.periods import list_periods, parse_period

    rows = QUICK_ROWS if quick else ROWS
    place = folder / "months"
    made_up_council.write(place, rows)
    last, first = parse_period(LAST), parse_period(FIRST_OF_240)
    assert len(list_periods(first, last)) == 240

    def opened(since: str) -> Council:
        config = place / f"since {since}.toml"
        config.write_text(f'history_from = "{since}"\n{made_up_council.CONFIG}', encoding="utf-8")
        return open_council(config)

    many, one = opened(FIRST_OF_240), opened(LAST)
    return Measure(
        f"a board of 240 months against one of 1, {rows:,} rows",
        lambda: timed(lambda: build_board(many, period=last)),
        lambda: timed(lambda: build_board(one, period=last)),
        rounds=3 if quick else 7,
    )

"""What is asked before a meeting, on the sample at 80 by 24, and how many keys each answer takes.

A word that is typed counts as one key, as the reader thinks of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from driving import Driver, opened, press, row_with, rows, text

from kpitui.locations import find_config
from kpitui.tui.app import KpituiApp
from kpitui.tui.council_desk import CouncilDesk


async def type_keys(pilot: Driver, *keys: str) -> int:
    """Press keys and type words; return how many of either there were."""
    for key in keys:
        is_word = " " in key or key in ("bearwood", "gorse ride")
        await press(pilot, *(key if is_word else (key,)))
    return len(keys)


def list_case_rows(app: KpituiApp) -> Sequence[str]:
    return [row for row in rows(app) if " ○ no " in row]


async def test_what_a_meeting_asks_is_answered_in_few_keys(tmp_path: Path) -> None:
    async with opened(desk=CouncilDesk(find_config(None))) as (app, pilot):
        # Which are red, and why, in somebody's words.
        reasons = {}
        for key in ("", "j", "j", "j"):
            await press(pilot, *filter(None, [key]))
            shown = text(app)
            assert "■ 4 red" in shown
            reasons[row_with(app, " Why ")] = row_with(app, " Act ")
        assert len(reasons) == 4
        assert any("had turned 18" in reason for reason in reasons)
        assert not any("No reason has been written" in reason for reason in reasons)

        # Which schools are not Good over the three indicators, with their grades.
        assert await type_keys(pilot, "colon", "not good", "enter") <= 4
        schools = list_case_rows(app)
        assert len(schools) == 8
        assert all("Requires improvement" in row or "Inadequate" in row for row in schools)
        assert "Bearwood Primary School" in text(app)

        # Who turned 18, and where they went.
        await press(pilot, "b")
        assert await type_keys(pilot, "colon", "turned 18", "enter") <= 4
        leavers = list_case_rows(app)
        assert len(leavers) == 7
        assert sum("the same accommodation" in row for row in leavers) == 3
        assert sum("stayed with carers" in row for row in leavers) == 2

        # Any school's history, by the first letters of its name.
        await press(pilot, "b")
        assert await type_keys(pilot, "colon", "bearwood", "enter") <= 3
        assert "Bearwood Primary School · Requires improvement since 22 September 2016" in text(app)
        assert "Over time" in text(app)

        # A month, and the months after the quarter.
        await press(pilot, "b")
        assert await type_keys(pilot, "at", "oct 2018", "enter") <= 3
        assert "Oct 2018" in rows(app)[0]
        await press(pilot, "equals_sign")
        assert await type_keys(pilot, "right_square_bracket") <= 2
        assert "Jan 2019" in rows(app)[0]

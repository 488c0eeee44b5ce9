"""Every screen as text at the sizes it was designed for.

``KPITUI_UPDATE=1 pytest tests/terminal`` writes them anew; read what changed before keeping it.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from driving import opened, press, text

FOLDER = Path(__file__).parent / "snapshots"
SIZES = ((60, 20), (80, 24), (120, 40), (200, 60))
VIEWS: dict[str, tuple[str, tuple[str, ...]]] = {
    "board": ("board", ()),
    "board filtered": ("board", ("slash", *"protect")),
    "indicator": ("VP7", ()),
    "indicator school": ("EA1ii", ("2",)),
    "cases": ("VP7/cases", ("j", "j")),
    "cases of a definition": ("VP7/cases", ("v",)),
    "case": ("VP7/cases/MU0001", ()),
    "restated": ("VP7/restated", ()),
    "changes": ("changes", ()),
    "data": ("data", ()),
    "issues": ("data", ("i",)),
    "briefing": ("board", ("B",)),
    "help": ("board", ("question_mark",)),
    "areas": ("areas/South East", ()),
    "areas indicator": ("areas/CP24", ()),
    "goto": ("board", ("colon", *"vp")),
    "past": ("VP7@2018-19 Q1", ()),
    "due": ("due", ()),
    "due list": ("due/L1", ()),
    "flow": ("flow", ()),
    "split": ("VP7/by/sex", ()),
}


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_the_screen_reads_as_it_did(view: str, size: tuple[int, int]) -> None:
    if size not in ((80, 24), (120, 40)) and view not in ("board", "indicator"):
        pytest.skip("designed sizes only")
    address, keys = VIEWS[view]
    async with opened(address, size=size) as (app, pilot):
        await press(pilot, *keys)
        screen_text = text(app)
    path = FOLDER / f"{view.replace(' ', '_')}_{size[0]}x{size[1]}.txt"
    if os.environ.get("KPITUI_UPDATE"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(screen_text, encoding="utf-8")
    assert screen_text == path.read_text(encoding="utf-8")

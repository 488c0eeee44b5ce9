"""``python docs/screenshots.py``: draw the program's screens on the sample, as SVG.

The pictures are the program's own, of the meeting that the sample tells of; they differ only when
the screens do.  ``--check`` writes nothing, and fails where a picture is out of date.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
from pathlib import Path

# Textual reads these when it is imported.
os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
os.environ.setdefault("TEXTUAL_SMOOTH_SCROLL", "0")
os.environ.pop("NO_COLOR", None)

from kpitui.tui.app import KpituiApp
from kpitui.tui.council_desk import CouncilDesk
from kpitui.tui.screen_parts.desk_result import DeskResult
from kpitui.tui.screens.base_screen import BaseScreen

HERE = Path(__file__).parent
SAMPLE = HERE.parent / "config.toml"
SIZE = (110, 31)
PATIENCE = 300  # looks, a tenth of a second apart
STILL = 4  # looks that are alike: nothing more is drawn

FONTS = "DejaVu Sans Mono, Menlo, Consolas"

PICTURES: dict[str, str | None] = {"board.svg": None, "indicator.svg": "VP7", "cases.svg": "VP7/cases"}


async def drawn(address: str | None) -> str:
    """The screen at an address, once there is a board on it."""
    app = KpituiApp(CouncilDesk(SAMPLE), opening_address=address)
    async with app.run_test(size=SIZE) as pilot:
        seen: list[str] = []
        for _ in range(PATIENCE):
            await pilot.pause(0.1)
            if app.state.board is None or app.state.is_reading or any(map(is_waiting, app.stacked_screens)):
                continue
            seen.append(_tidy(app.export_screenshot(title="kpitui")))
            if len(seen) >= STILL and len(set(seen[-STILL:])) == 1:
                return seen[-1]
    raise TimeoutError("the screen did not come to rest")


def is_waiting(screen: BaseScreen) -> bool:
    """Say whether the body of a screen still waits for an answer."""
    return any(part.is_waiting for part in vars(screen).values() if isinstance(part, DeskResult))


def _tidy(svg: str) -> str:
    """Without fonts from elsewhere, and with names that do not depend on the drawing."""
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.S)
    svg = svg.replace("font-family: Fira Code,", f"font-family: {FONTS},")
    svg = re.sub(r"terminal-\d+", "terminal", svg)
    return re.sub(r"[ \t]+$", "", svg, flags=re.M)


def run(check: bool) -> int:
    """Draw every picture, or only say which are out of date."""
    stale = 0
    for name, address in PICTURES.items():
        path = HERE / name
        with tempfile.TemporaryDirectory() as home:
            os.environ["XDG_STATE_HOME"] = home  # nothing is remembered from elsewhere
            wanted = asyncio.run(drawn(address))
        if path.is_file() and path.read_text(encoding="utf-8") == wanted:
            continue
        stale += 1
        if not check:
            path.write_text(wanted, encoding="utf-8")
        print(f"docs/{name} {'is out of date' if check else 'drawn'}", file=sys.stderr)
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(run(check="--check" in sys.argv[1:]))

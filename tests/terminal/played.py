"""The program on boards made by hand, for tests that run it in a terminal of its own.

``python played.py KEY=VALUE ...``: hostile, address, fail, draw_fails, hang.
"""

from __future__ import annotations

import os
import sys
import threading
from typing import Any

os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
os.environ.setdefault("TEXTUAL_SMOOTH_SCROLL", "0")

from boards import FakeDesk

from kpitui.tui.app import KpituiApp
from kpitui.tui.startup import run_app
from kpitui.tui.theme import choose_theme

HOSTILE = "\x1b]52;c;aGk=\x07\x9b31m\x00\u202e[/][@click=app.quit]x[/] [CofE]"


class FailingDesk(FakeDesk):
    def find_cases(self, *values: Any, **options: Any) -> Any:
        raise RuntimeError("the child MU0001 is in this message")


class UndrawableDesk(FakeDesk):
    """Its answer cannot be drawn: the error comes on the thread that draws."""

    def build_timeline(self, *values: Any, **options: Any) -> Any:
        record = "the child MU0001 is in this message"
        return (record,)


class HangingApp(KpituiApp):
    """A program that hangs when it is asked to end."""

    def exit(self, *values: Any, **options: Any) -> None:
        os.write(1, b"HANGING")
        threading.Event().wait()


def main(*key_names: str) -> int:
    options = dict(word.split("=", 1) for word in key_names)
    desk = (
        UndrawableDesk()
        if "draw_fails" in options
        else FailingDesk()
        if "fail" in options
        else FakeDesk(hostile=HOSTILE if "hostile" in options else "", rows=int(options.get("rows", 18)))
    )
    app_class = HangingApp if "hang" in options else KpituiApp
    return run_app(
        app_class(
            desk,
            opening_address=options.get("address"),
            initial_theme=choose_theme(options.get("theme"), os.environ),
            ascii_only="ascii" in options,
            colourless=bool(os.environ.get("NO_COLOR")),
        )
    )


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

"""Starting and ending the program: signals, a terminal that goes away, errors, the exit code."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import sys
import threading
import time
from datetime import date
from pathlib import Path
from typing import Final

from kpitui.log import write_bug
from kpitui.periods import Period
from kpitui.terminal.app import Kpitui
from kpitui.terminal.continuing import steady
from kpitui.terminal.keyboard import keyboard
from kpitui.terminal.theme import choose
from kpitui.terminal.work import CouncilDesk

USUAL_KEYS: Final = "The usual keys are in use."
GRACE: Final = 1.5
"""Seconds that an orderly end may take; after that the process ends itself."""


def start(
    desk: CouncilDesk,
    config: Path,
    address: str | None,
    *,
    as_at: date | None,
    period: Period | None,
    ascii_only: bool,
    theme: str | None,
) -> int:
    """Run the program over a council's desk and return the exit code.

    `theme_option` is a name, or None to choose one for the terminal; an unknown name gives exit
    code 2.
    """
    try:
        chosen = choose(theme, os.environ)
    except ValueError as error:
        print(f"kpitui: {error}", file=sys.stderr)
        return 2
    keys, wrong = keyboard(config)
    app = Kpitui(
        desk,
        opened_at=address,
        as_at=as_at,
        period=period,
        theme=chosen,
        ascii_only=ascii_only,
        colourless=bool(os.environ.get("NO_COLOR")),
        keyboard=keys,
        said="  ".join((*map(str, wrong), USUAL_KEYS)) if wrong else "",
    )
    desk.told = app.told
    return run_app(app)


def run_app(app: Kpitui) -> int:
    """Run the program until it ends and return the exit code; report any error and its log."""
    app.driver_class = steady(app.driver_class)
    asyncio.run(_run(app))
    code = app.return_code or 0
    # Written only now, because Textual has the screen until the app has ended.
    if app.bug is not None and not _gone():
        print(
            f"kpitui: something went wrong that should not have. {_log(app.bug)}", file=sys.stderr
        )
        return 1
    return code


def _log(error: BaseException) -> str:
    """Write the log of an error and return a sentence that says where it is."""
    try:
        return f"Log: {write_bug(error)}"
    except OSError as refused:
        return f"No log could be written: {refused.strerror}."


async def _run(app: Kpitui) -> None:
    loop = asyncio.get_running_loop()
    # 128 + the number of the signal is the exit code that a shell gives.
    for number in (signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, _leave, app, 128 + number)
    watch = asyncio.create_task(_watch_terminal(app))
    try:
        await app.run_async()
    finally:
        watch.cancel()


def _leave(app: Kpitui, code: int) -> None:
    """End in order if that can be done in time, else end at once."""
    _end_in_time(code)
    app.exit(code, return_code=code)


def _end_in_time(code: int) -> None:
    def end() -> None:
        time.sleep(GRACE)
        os._exit(code)

    # A thread, because the event loop may be what hangs; a daemon, to delay no orderly end.
    threading.Thread(target=end, name="kpitui end", daemon=True).start()


async def _watch_terminal(app: Kpitui) -> None:
    """Leave when the terminal has gone away.

    Not every terminal sends SIGHUP, so this looks once a second.
    """
    while not _gone():
        await asyncio.sleep(1)
    _leave(app, 128 + signal.SIGHUP)


def _gone() -> bool:
    """Say whether the terminal's other end is closed."""
    poll = select.poll()
    try:
        poll.register(sys.__stdin__.fileno() if sys.__stdin__ else 0, 0)
        return any(event & (select.POLLHUP | select.POLLERR) for _, event in poll.poll(0))
    except (OSError, ValueError):
        return False

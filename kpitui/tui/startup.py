"""Starting and ending the program: signals, a terminal that goes away, errors, the exit code."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import sys
import termios
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Final

from kpitui.first_frame import FIRST_FRAME
from kpitui.interrupts import END_SIGNALS, end_process
from kpitui.issue_wording import format_issue
from kpitui.log import log_or_explain
from kpitui.model.periods import Period
from kpitui.tui.app import KpituiApp
from kpitui.tui.council_desk import CouncilDesk
from kpitui.tui.keyboard import read_key_commands, read_mouse_setting
from kpitui.tui.textual_overrides.frame_driver import make_frame_driver
from kpitui.tui.textual_overrides.quiet_mouse import make_quiet_mouse_driver
from kpitui.tui.textual_overrides.resume_driver import make_resume_safe_driver
from kpitui.tui.theme import choose_theme, needs_ascii

RECALL_SECONDS: Final = 1.0
"""Seconds to wait for the board of the run before, where its frame is on the screen already."""
USUAL_KEYS_NOTICE: Final = "The default keys are in use."
GRACE_SECONDS: Final = 1.5
"""Seconds that an orderly end may take; after that the process ends itself."""
WRITE_SECONDS: Final = 0.2
"""Seconds in which a terminal takes what is written to it, unless it is held up."""
LEAVE_SCREEN: Final = (
    b"\x1b[?2026l\x1b[<u\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?2004l\x1b[?1004l\x1b[?1049l\x1b[?25h"
)
"""What Textual sends when it leaves: keys, mouse, pasting and focus as usual, the first screen, the cursor."""


def run_council_app(
    council_desk: CouncilDesk,
    config_path: Path,
    opening_address: str | None,
    *,
    as_at: date | None,
    period: Period | None,
    ascii_only: bool,
    theme_option: str | None,
) -> int:
    """Run the program over a council's desk and return the exit code.

    `theme_option` is a name, or None to choose one for the terminal; an unknown name gives exit
    code 2.
    """
    try:
        theme_name = choose_theme(theme_option, os.environ)
    except ValueError as error:
        print(f"kpitui: {error}", file=sys.stderr)
        return 2
    table, key_issues = read_key_commands(config_path)
    app = KpituiApp(
        council_desk,
        opening_address=opening_address,
        as_at=as_at,
        period=period,
        initial_theme=theme_name,
        ascii_only=ascii_only or needs_ascii(os.environ),
        colourless=bool(os.environ.get("NO_COLOR")),
        command_table=table,
        mouse_is_on=read_mouse_setting(config_path),
        next_notice="  ".join((*map(format_issue, key_issues), USUAL_KEYS_NOTICE)) if key_issues else "",
        config_path=config_path,
    )
    council_desk.set_progress_reporter(app.post_progress)
    if opening_address is None and as_at is None and period is None and theme_option is None and not ascii_only:
        app.frame_keeper.watch_first_text(config_path)
    if FIRST_FRAME.painted_text:
        # What is on the screen is that board: it must not give way to an empty one first.
        with suppress(Exception):
            council_desk.recall_board().result(timeout=RECALL_SECONDS)
    return run_app(app)


def run_app(app: KpituiApp) -> int:
    """Run the program until it ends and return the exit code; report any error and its log."""
    driver_class = make_resume_safe_driver(app.driver_class, lambda: app.call_later(app.redraw_terminal))
    driver_class = make_quiet_mouse_driver(driver_class, app.mouse_switch)
    app.driver_class = make_frame_driver(driver_class, app.terminal_contents)
    handlers = {signal_number: signal.getsignal(signal_number) for signal_number in END_SIGNALS}
    asyncio.run(_run_with_signals(app))
    for signal_number, handler in handlers.items():
        signal.signal(signal_number, handler)
    exit_code = app.return_code or 0
    # Written only now, because Textual has the screen until the app has ended.
    if exit_code == 1 and not _is_terminal_gone():
        explanation = log_or_explain(app.unexpected_error) if app.unexpected_error else "no log could be written"
        print(f"kpitui: unexpected error: {explanation}", file=sys.stderr)
    return exit_code


async def _run_with_signals(app: KpituiApp) -> None:
    event_loop = asyncio.get_running_loop()
    restore_terminal = _remember_terminal()

    def exit_on_signal(signal_number: int, stack_frame: object) -> None:
        # 128 + the number of the signal is the exit code that a shell gives.
        exit_code = 128 + signal_number
        _force_end_later(exit_code, restore_terminal)
        with suppress(RuntimeError):  # the loop has ended already
            event_loop.call_soon_threadsafe(lambda: app.exit(exit_code, return_code=exit_code))

    # Not the loop's own kind of handler: that would wait for the loop, which may be what hangs, and
    # would hear the Ctrl+C that is for the editor.
    for signal_number in END_SIGNALS:
        signal.signal(signal_number, exit_on_signal)
    watch = asyncio.create_task(_watch_terminal(app))
    try:
        await app.run_async()
    finally:
        watch.cancel()


def _force_end_later(exit_code: int, restore_terminal: Callable[[], object] = lambda: None) -> None:
    """End the process if it is still there when an orderly end has had its time."""

    def end_late() -> None:
        time.sleep(GRACE_SECONDS)
        restore_terminal()
        end_process(exit_code)

    # A thread, because the event loop may be what hangs; a daemon, to delay no orderly end.
    threading.Thread(target=end_late, name="kpitui end", daemon=True).start()


def _remember_terminal() -> Callable[[], None]:
    """Return a function that gives the terminal back as it is now, as far as the terminal lets it."""
    descriptor = sys.__stdin__.fileno() if sys.__stdin__ else 0
    try:
        attributes = FIRST_FRAME.get_attributes() or termios.tcgetattr(descriptor)
    except termios.error:
        return lambda: None

    def restore_terminal() -> None:
        with suppress(termios.error):
            termios.tcsetattr(descriptor, termios.TCSANOW, attributes)
        # A terminal that is held up takes nothing, and must not hold up the end.
        writer = threading.Thread(target=os.write, args=[descriptor, LEAVE_SCREEN], daemon=True)
        writer.start()
        writer.join(WRITE_SECONDS)

    return restore_terminal


async def _watch_terminal(app: KpituiApp) -> None:
    """Leave when the terminal has gone away.

    Not every terminal sends SIGHUP, so this looks once a second.
    """
    while not _is_terminal_gone():
        await asyncio.sleep(1)
    exit_code = 128 + signal.SIGHUP
    _force_end_later(exit_code)
    app.exit(exit_code, return_code=exit_code)


def _is_terminal_gone() -> bool:
    """Say whether the terminal's other end is closed."""
    poll = select.poll()
    try:
        poll.register(sys.__stdin__.fileno() if sys.__stdin__ else 0, 0)
        return any(mask & (select.POLLHUP | select.POLLERR) for _, mask in poll.poll(0))
    except (OSError, ValueError):
        return False

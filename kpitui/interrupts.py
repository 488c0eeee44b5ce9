"""End the process at once on Ctrl+C, SIGTERM and SIGHUP, without a trace and with its exit code.

The handlers raise nothing: an exception could come up where Python can only print it, such as
inside an import or while an object is deleted. What the process must not leave behind is
registered here and removed first.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final, NoReturn

END_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
HANDLER_SECONDS: Final = 0.25
"""Seconds that the main thread has to run its handler."""
_end_actions: list[Callable[[], object]] = []


def install_end_signals() -> None:
    """Have the signals that end a program end this one, unless whoever started it ignores them."""
    for signal_number in END_SIGNALS:
        # nohup ignores SIGHUP, and a shell SIGINT for what it starts in the background.
        if signal.getsignal(signal_number) is not signal.SIG_IGN:
            signal.signal(signal_number, _end_on_signal)
    # A forked child shares the pipe below: a signal to the child must not end its parent.
    os.register_at_fork(after_in_child=_restore_default_signals)


def watch_end_signals() -> None:
    """Obey the signals also while the main thread is inside a library, where it runs no handlers.

    Does nothing if `install_end_signals` was not called.
    """
    if not any(signal.getsignal(signal_number) is _end_on_signal for signal_number in END_SIGNALS):
        return
    import threading

    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    threading.Thread(target=_await_end_signal, args=[reader], name="kpitui signals", daemon=True).start()


def run_before_end(action: Callable[[], object]) -> None:
    """Register what is to be done before the process is ended by a signal."""
    _end_actions.append(action)


def end_process(exit_code: int) -> NoReturn:
    """Run the registered actions and end the process, whatever its threads are doing."""
    for action in tuple(_end_actions):
        with suppress(Exception):
            action()
    os._exit(exit_code)


def _end_on_signal(signal_number: int, stack_frame: object) -> None:
    # What a shell reports for a process that a signal has ended.
    end_process(128 + signal_number)


def _await_end_signal(reader: int) -> None:
    while signal_numbers := os.read(reader, 64):
        for signal_number in signal_numbers:
            if signal_number in END_SIGNALS and signal.getsignal(signal_number) is _end_on_signal:
                # The main thread ends the process by itself, and stops what it is writing, unless
                # it is inside a library.
                time.sleep(HANDLER_SECONDS)
                end_process(128 + signal_number)


def _restore_default_signals() -> None:
    signal.set_wakeup_fd(-1)
    for signal_number in END_SIGNALS:
        if signal.getsignal(signal_number) is _end_on_signal:
            signal.signal(signal_number, signal.SIG_DFL)

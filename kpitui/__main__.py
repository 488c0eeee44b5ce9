"""Run the command line: ``python -m kpitui``, and what the installed script runs."""

from __future__ import annotations

from typing import NoReturn

from kpitui.interrupts import install_end_signals


def start_console_script() -> NoReturn:
    """Run the console script and exit."""
    # Before anything else is imported, which takes time in which Ctrl+C may be pressed.
    install_end_signals()
    from kpitui.cli import run_console_script

    run_console_script()


if __name__ == "__main__":
    start_console_script()

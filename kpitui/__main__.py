"""Run the command line: ``python -m kpitui``, and what the installed script runs."""


def start_console_script() -> None:
    """Run the console script and exit."""
    # Built into Python: `signal` itself and what it imports take time, in which Ctrl+C would print
    # a traceback.
    import _signal  # type: ignore[import-not-found]

    if _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler:
        _signal.signal(_signal.SIGINT, _signal.SIG_DFL)
    from kpitui.first_frame import FIRST_FRAME

    FIRST_FRAME.paint()
    from kpitui.interrupts import install_end_signals, run_before_end

    install_end_signals()
    run_before_end(FIRST_FRAME.leave)
    from kpitui.cli import run_console_script

    run_console_script()


if __name__ == "__main__":
    start_console_script()

"""Run the command line: ``python -m kpitui``."""

from kpitui.cli import run_console_script

run_console_script()

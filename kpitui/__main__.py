"""Run the command line: ``python -m kpitui``."""

from kpitui.cli import run

run()

"""Opens the council that a command is about, and refuses the command where its config has mistakes."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from kpitui.cli.output import CommandRefused, ProgressPrinter, print_message

if TYPE_CHECKING:
    from kpitui.council import Council


def open_requested_council(options: argparse.Namespace) -> Council:
    """Open the council of the config; raises CommandRefused if the config has mistakes."""
    from kpitui.council import open_council

    with refuse_config_errors():
        return open_council(getattr(options, "config", None), ProgressPrinter())


@contextmanager
def refuse_config_errors() -> Iterator[None]:
    """Print each mistake of the config, and refuse the command."""
    from kpitui.config.settings import ConfigError
    from kpitui.issue_wording import format_issue
    from kpitui.wording import format_quantity

    try:
        yield
    except ConfigError as error:
        for issue in error.issues:
            print_message(format_issue(issue))
        raise CommandRefused(f"{format_quantity(len(error.issues), 'problem')} in the config") from None

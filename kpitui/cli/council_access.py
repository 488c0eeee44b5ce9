"""Opens the council that a command is about, and refuses the command where its config has mistakes."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from kpitui.cli.output import CommandRefused, ProgressPrinter, print_message

if TYPE_CHECKING:
    from kpitui.council import Council
    from kpitui.model.periods import Period


def open_requested_council(options: argparse.Namespace) -> Council:
    """Open the council of the config; raises CommandRefused if the config has mistakes."""
    from kpitui.council import open_council

    with refuse_config_errors():
        try:
            return open_council(getattr(options, "config", None), ProgressPrinter(), getattr(options, "area", ""))
        except ValueError as error:
            raise CommandRefused(str(error)) from None


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


def parse_period_option(options: argparse.Namespace) -> Period | None:
    """Parse `--period`; None where it was not given."""
    return parse_period_text(getattr(options, "period", None))


def parse_period_text(period_text: str | None) -> Period | None:
    """Parse a period; raises CommandRefused with the forms expected."""
    from kpitui.model.periods import parse_period

    try:
        return None if period_text is None else parse_period(period_text)
    except ValueError as error:
        raise CommandRefused(str(error)) from None

"""Runs the commands about many councils: save the counts of one, and show those of all."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from kpitui.cli.commands import refuse_write
from kpitui.cli.council_access import open_requested_council, parse_period_option, refuse_config_errors
from kpitui.cli.output import EXIT_DATA_ISSUES, EXIT_OK, CommandRefused, print_data, print_message

if TYPE_CHECKING:
    from kpitui.model.areas import AreaTable


def run_counts(options: argparse.Namespace) -> int:
    """Write every count of a council to a file that only its owner can read."""
    from kpitui.areas.counts_files import CONFIDENTIAL_NOTE, write_counts
    from kpitui.areas.counts_table import count_council

    council = open_requested_council(options)
    counts_frame = count_council(council, getattr(options, "as_at", None))
    if counts_frame.is_empty():
        raise CommandRefused("there is nothing to count: run kpitui check", EXIT_DATA_ISSUES)
    try:
        write_counts(counts_frame, options.target, overwrite=options.replace)
    except FileExistsError:
        raise CommandRefused(f"{options.target} already exists: add --replace to replace it") from None
    except OSError as error:
        raise refuse_write(error) from None
    print_message(f"wrote {options.target}, {counts_frame.height:,} rows. {CONFIDENTIAL_NOTE}")
    return EXIT_OK


def run_areas(options: argparse.Namespace) -> int:
    """Print the councils or regions whose counts the config names."""
    from kpitui.issue_wording import format_issue
    from kpitui.model.issues import has_trouble
    from kpitui.report import area_output, json_output

    if options.public:
        raise CommandRefused("areas have small counts of several councils, and no public form: leave out --public")
    table = _build_requested_table(options)
    if options.form == "json":
        print_data(json_output.encode_json(area_output.areas_to_json(table)))
    else:
        format_table = {"csv": area_output.format_areas_csv, "md": area_output.format_areas_markdown}
        print_data(format_table.get(options.form, area_output.format_areas)(table))
    for issue in table.issues:
        print_message(format_issue(issue))
    return EXIT_DATA_ISSUES if has_trouble(table.issues) else EXIT_OK


def _build_requested_table(options: argparse.Namespace) -> AreaTable:
    """Build the table of areas that the options ask for; refuse the command where there is none."""
    from kpitui.areas.area_table import AreasNotThere, build_area_table, make_area_request, open_area_counts
    from kpitui.config.settings import load_settings
    from kpitui.locations import find_config

    with refuse_config_errors():
        settings = load_settings(find_config(getattr(options, "config", None)))
    as_at, period = getattr(options, "as_at", None), parse_period_option(options)
    try:
        request = make_area_request(settings, as_at, period, options.by, options.of)
        return build_area_table(settings, open_area_counts(settings, request.as_at), request)
    except AreasNotThere as error:
        raise CommandRefused(str(error), EXIT_DATA_ISSUES) from None

"""`kpitui flow`: from referral to care, and who is lost between."""

from __future__ import annotations

import argparse

from kpitui.cli.council_access import open_requested_council, parse_period_option
from kpitui.cli.output import EXIT_DATA_ISSUES, EXIT_OK, CommandRefused, print_data, print_message


def run_flow(options: argparse.Namespace) -> int:
    """Print the flow of a period; returns EXIT_DATA_ISSUES if no step has its table."""
    from kpitui.drilldown.flow import trace_flow
    from kpitui.model.periods import find_latest_complete
    from kpitui.report import flow_output, json_output

    if options.public:
        raise CommandRefused("the flow counts children at every step, and is not public: leave out --public")
    council = open_requested_council(options)
    as_at = getattr(options, "as_at", None) or council.settings.get_meeting_date()
    period = parse_period_option(options) or find_latest_complete(as_at)
    if period.first_day > as_at:
        raise CommandRefused(f"{period.label} had not begun on {as_at}")
    flow = trace_flow(council, as_at, period)
    if flow.made_up:
        print_message("kpitui: these cases are made up")
    if options.form == "json":
        print_data(json_output.encode_json(flow_output.flow_to_json(council.settings.council_name, flow)))
    else:
        print_data(flow_output.format_flow(flow))
    return EXIT_DATA_ISSUES if all(stage.problem for stage in flow.stages) else EXIT_OK

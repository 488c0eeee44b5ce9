"""`kpitui due`: who is due now, from the clocks of the indicators."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from kpitui.cli.council_access import open_requested_council
from kpitui.cli.output import EXIT_DATA_ISSUES, EXIT_OK, CommandRefused, print_data, print_message

if TYPE_CHECKING:
    from datetime import date

    from kpitui.council import Council
    from kpitui.model.due_lists import DueCases, DueList

NOT_PUBLIC = "the lists name children, so they are never public: leave out --public"


def run_due(options: argparse.Namespace) -> int:
    """Print who is due, or the lists with their numbers. Raises CommandRefused in the public view."""
    if options.public:
        raise CommandRefused(NOT_PUBLIC)
    council = open_requested_council(options)
    as_at = getattr(options, "as_at", None) or council.settings.get_meeting_date()
    if options.list_name is None:
        return _print_lists(council, as_at, options)
    return _print_list(council, as_at, _find_requested_list(council, options.list_name), options)


def _print_lists(council: Council, as_at: date, options: argparse.Namespace) -> int:
    """Print every list with its numbers."""
    from kpitui.drilldown.due_lists import list_due_cases
    from kpitui.model.due_lists import DueQuery
    from kpitui.report import due_output, json_output

    query = DueQuery(options.within, options.team or "")
    all_cases = [list_due_cases(council, as_at, due_list, query) for due_list in council.settings.due_lists]
    _warn_made_up(all_cases)
    if options.form == "json":
        print_data(json_output.encode_json(due_output.due_lists_to_json(council.settings.council_name, all_cases)))
    elif options.form == "csv":
        raise CommandRefused("--csv needs a list: kpitui due L1 --csv")
    else:
        print_data(due_output.format_due_lists(all_cases))
    return EXIT_OK


def _print_list(council: Council, as_at: date, due_list: DueList, options: argparse.Namespace) -> int:
    """Print the rows of one list; returns EXIT_DATA_ISSUES if the tables cannot tell who is due."""
    from kpitui.drilldown.due_lists import list_due_cases
    from kpitui.issue_wording import describe_problem
    from kpitui.model.due_lists import DueQuery
    from kpitui.report import due_output, json_output

    cases = list_due_cases(council, as_at, due_list, DueQuery(options.within, options.team or ""))
    if cases.problem is not None:
        print_message(f"kpitui: {due_list.code} cannot be listed: {describe_problem(cases.problem)}")
    _warn_made_up([cases])
    if options.form == "json":
        print_data(json_output.encode_json(due_output.due_cases_to_json(council.settings.council_name, cases)))
    elif options.form == "csv":
        print_data(due_output.format_due_csv(cases))
    elif cases.problem is None:
        print_data(due_output.format_due_cases(cases))
    for text in filter(None, (due_output.describe_undated(cases), due_output.describe_missing_team(cases))):
        print_message(f"kpitui: {text}")
    return EXIT_OK if cases.problem is None else EXIT_DATA_ISSUES


def _warn_made_up(all_cases: Sequence[DueCases]) -> None:
    if any(cases.made_up for cases in all_cases):
        print_message("kpitui: these rows are made up")


def _find_requested_list(council: Council, list_name: str) -> DueList:
    """Return a list by code or id, or that of an indicator; refuses others with a suggestion."""
    from kpitui.drilldown.due_lists import ListNotFound, require_due_list

    try:
        return require_due_list(council.settings.due_lists, list_name)
    except ListNotFound as error:
        raise CommandRefused(str(error)) from None

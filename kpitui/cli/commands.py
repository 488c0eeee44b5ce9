"""Runs each command: asks for a board, prints it through `kpitui.report`, returns the exit code.

Imports are inside the functions, so that a command loads only what it uses.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kpitui.cli.council_access import (
    open_requested_council,
    parse_period_option,
    parse_period_text,
    refuse_config_errors,
)
from kpitui.cli.output import (
    EXIT_DATA_ISSUES,
    EXIT_OK,
    EXIT_USAGE,
    CommandRefused,
    ProgressPrinter,
    print_data,
    print_message,
)
from kpitui.cli.usual_status import recall_usual_status, save_usual_status
from kpitui.interrupts import watch_end_signals

if TYPE_CHECKING:
    from kpitui.config.profiles import BriefingProfile
    from kpitui.council import Council
    from kpitui.model.board import Board, Entry
    from kpitui.model.catalogue import Indicator
    from kpitui.model.drilldown import IndicatorCases
    from kpitui.report.briefing.document import Briefing
    from kpitui.tables import LoadedTables


def run_terminal(options: argparse.Namespace) -> int:
    """Open the terminal program, or print the status if there is no terminal to draw on."""
    # Contract section 5: without a terminal, or with TERM=dumb, print what `status` prints.
    has_terminal = sys.stdout is not None and sys.stdout.isatty() and sys.stdin.isatty()
    if not has_terminal or os.environ.get("TERM") == "dumb":
        options.form = "text"
        _refuse_unknown_address(options)
        watch_end_signals()
        return run_status(options)
    from kpitui import tui
    from kpitui.first_frame import FIRST_FRAME

    try:
        return tui.run_terminal_app(
            getattr(options, "config", None),
            options.address,
            as_at=getattr(options, "as_at", None),
            period=parse_period_option(options),
            ascii_only=getattr(options, "ascii", False),
            theme_name=getattr(options, "theme", None),
            area_name=getattr(options, "area", ""),
        )
    finally:
        FIRST_FRAME.leave()  # where the program ended before it drew anything itself


def _refuse_unknown_address(options: argparse.Namespace) -> None:
    """Refuse an unknown address: without a terminal it would otherwise pass unnoticed."""
    from kpitui.config.settings import ConfigError, load_settings
    from kpitui.locations import find_config
    from kpitui.tui import saved_views

    if options.address is None:
        return
    try:
        settings = load_settings(find_config(getattr(options, "config", None)))
        names = [name for indicator in settings.indicators for name in (indicator.id, indicator.code)]
        saved_views.find_view(options.address, names, settings.saved_views)
    except ConfigError:
        return  # printed when the board is built
    except ValueError as error:
        raise CommandRefused(str(error)) from None


def run_status(options: argparse.Namespace) -> int:
    """Print every indicator. Succeeds even if some have no value: the others stand."""
    if (printed_text := recall_usual_status(options)) is not None:
        print_data(printed_text)
        return EXIT_OK
    return _print_board_status(options)


def _print_board_status(options: argparse.Namespace) -> int:
    from kpitui.report import json_output, table_formats, text_output

    council, board = _build_requested_board(options)
    if options.form == "json":
        print_data(json_output.encode_json(json_output.board_to_json(board)))
    elif options.form == "csv":
        print_data(
            table_formats.format_csv(
                table_formats.STATUS_CSV_COLUMNS, map(table_formats.export_status_row, board.entries)
            )
        )
    elif options.form == "md":
        print_data(text_output.format_board_markdown(board))
    else:
        print_data(status_text := text_output.format_board(board))
        save_usual_status(options, council, board, status_text)
    return EXIT_OK


def run_show(options: argparse.Namespace) -> int:
    """Print one indicator in full; returns EXIT_DATA_ISSUES if it has no value."""
    from kpitui.drilldown.splits import list_asked_splits
    from kpitui.report import json_output, text_output
    from kpitui.restatements import find_restated_cases

    council, board = _build_requested_board(options, options.code)
    entry = board.entries[0]
    if options.by:
        return _print_split(council, board, options)
    # Cases of children and staff are never public (docs/public.md).
    restatements = () if board.is_public and entry.is_about_people else entry.restatements
    cases_by_restatement = [find_restated_cases(council, board, entry, restatement) for restatement in restatements]
    splits = list_asked_splits(council, board, entry)
    if splits:
        split_names = [split.column_name for split in splits]
        for column_name in (name for name in entry.indicator.split_columns if name not in split_names):
            print_message(f"kpitui: {entry.indicator.code} has no column {column_name} to split by")
    if options.form == "json":
        document = json_output.entry_to_json(board, entry, cases_by_restatement)
        split_documents = [json_output.split_to_json(board, split) for split in splits]
        print_data(json_output.encode_json(document | ({"by": split_documents} if split_documents else {})))
    else:
        split_texts = [text_output.format_split_table(split) for split in splits]
        print_data("\n\n".join([text_output.format_indicator(board, entry, cases_by_restatement), *split_texts]))
    return EXIT_DATA_ISSUES if entry.problem else EXIT_OK


def _describe_unknown_column(column_name: str, column_names: Sequence[str]) -> str:
    """Format that there is no such column, with the nearest one and all that there are."""
    from kpitui.text import format_name_hint

    hint = format_name_hint(column_name, column_names)
    return f"no column {column_name}{hint}; choose from {', '.join(column_names)}"


def _print_split(council: Council, board: Board, options: argparse.Namespace) -> int:
    """Print an indicator split by a column. Raises CommandRefused for people in the public view."""
    from kpitui.drilldown.splits import ColumnNotFound, split_indicator
    from kpitui.issue_wording import describe_problem
    from kpitui.report import json_output, text_output

    entry = board.entries[0]
    if board.is_public and entry.is_about_people:
        raise CommandRefused(f"{entry.indicator.code} by {options.by} is about few people at a time, and is not public")
    if entry.problem:
        print_message(f"kpitui: {entry.indicator.code} has no value: {describe_problem(entry.problem)}")
        return EXIT_DATA_ISSUES
    try:
        split = split_indicator(council, board, entry, options.by)
    except ColumnNotFound as error:
        refusal_text = _describe_unknown_column(options.by, error.column_names)
        raise CommandRefused(f"{entry.indicator.code} cannot be split: {refusal_text}") from None
    if options.form == "json":
        print_data(json_output.encode_json(json_output.split_to_json(board, split)))
    else:
        print_data(text_output.format_split(board, split))
    return EXIT_OK


def run_cases(options: argparse.Namespace) -> int:
    """Print the rows behind a number. Raises CommandRefused for people in the public view."""
    from kpitui.drilldown.cases import explain_missing_rows, list_cases
    from kpitui.report import json_output, table_formats

    council, board = _build_requested_board(options, options.code)
    entry = board.entries[0]
    _refuse_cases(board, entry, options.variant)
    cases = list_cases(council, board, entry, options.variant)
    problem = explain_missing_rows(entry, options.variant)
    if problem:
        print_message(f"kpitui: {entry.indicator.code} has no value: {problem}")
    if entry.made_up:
        print_message("kpitui: these rows are made up")
    if options.form == "json":
        print_data(json_output.encode_json(json_output.cases_to_json(board, cases)))
    elif options.form == "csv":
        print_data(table_formats.format_csv(cases.column_names, map(table_formats.export_case_row, cases.row_tuples)))
    else:
        _print_case_table(cases)
    return EXIT_DATA_ISSUES if problem else EXIT_OK


def _refuse_cases(board: Board, entry: Entry, variant_id: str | None) -> None:
    """Refuse people in the public view, and a variant that the indicator does not have."""
    code, variant_ids = entry.indicator.code, [variant.id for variant in entry.indicator.variants]
    # Refused rather than printed empty: no rows would read as no cases.
    if board.is_public and entry.is_about_people:
        refusal_text = f"the public view does not show the people behind {code}"
        raise CommandRefused(f"{refusal_text}: leave out --public, or run kpitui show {code} --public")
    if variant_id and variant_id not in variant_ids:
        raise CommandRefused(f"{code} has no variant {variant_id}: it has {', '.join(variant_ids) or 'none'}")


def _print_case_table(cases: IndicatorCases) -> None:
    """Print cases as a plain table without its empty columns, which would only widen it."""
    from kpitui.drilldown.case_table import list_empty_columns
    from kpitui.report import table_formats

    empty_columns = list_empty_columns(cases)
    if empty_columns:
        print_message(f"kpitui: empty columns are not shown: {', '.join(empty_columns)}")
    columns = [name for name in cases.column_names if name not in empty_columns]
    print_data(table_formats.format_plain_table(columns, table_formats.format_case_rows(cases, columns)))


def run_changes(options: argparse.Namespace) -> int:
    """Print what moved between two periods: by default the last one and the one before."""
    from kpitui.board import PeriodNotStarted
    from kpitui.changes import compare_periods
    from kpitui.report import json_output, text_output

    first_period, last_period = (parse_period_text(text) for text in (options.first, options.last))
    council, board = _build_requested_board(options)
    last_period = last_period or board.period
    first_period = first_period or last_period.previous
    if first_period.first_day >= last_period.first_day:
        raise CommandRefused(f"{first_period.label} is not before {last_period.label}: give --from and --to")
    try:
        changes = compare_periods(council, board, first_period, last_period)
    except PeriodNotStarted as error:
        raise CommandRefused(str(error)) from None
    if options.form == "json":
        print_data(json_output.encode_json(json_output.changes_to_json(changes)))
    else:
        print_data(text_output.format_changes(changes))
    return EXIT_OK


def run_check(options: argparse.Namespace) -> int:
    """Print every issue of config, data, commentary, views and keys, or those since the last `publish`."""
    from kpitui.check import check_files
    from kpitui.known_issues import select_new_issues, select_unaccepted
    from kpitui.locations import find_config
    from kpitui.model.issues import has_trouble
    from kpitui.report import json_output, text_output
    from kpitui.tui.keyboard import read_key_commands
    from kpitui.tui.saved_views import find_view_issues

    config_path = getattr(options, "config", None)
    result = check_files(config_path, ProgressPrinter())
    view_issues = find_view_issues(result.settings) if result.settings else ()
    # Read apart from the config, whose other mistakes must not hide those of its keys.
    _, key_issues = read_key_commands(find_config(config_path))
    all_issues = (*result.issues, *view_issues, *key_issues)
    unaccepted_issues = select_unaccepted(all_issues, result.settings.accepted_issues if result.settings else ())
    issues = select_new_issues(unaccepted_issues, result.published_keys) if options.new else unaccepted_issues
    if options.form == "json":
        document = json_output.issues_to_json(issues, result.sources, result.held_back_notes)
        print_data(json_output.encode_json(document))
    elif issues:
        print_data(text_output.format_issues(issues))
    # Under cron whatever is printed is sent: without anything new there is nothing to say.
    if not options.new:
        accepted_count = len(all_issues) - len(unaccepted_issues)
        summary_text = text_output.format_check_summary(
            issues, result.sources, result.missing_tables, result.held_back_notes, accepted_count
        )
        for summary_line in (*summary_text.splitlines(), *text_output.format_stanzas(result.stanzas)):
            print_message(summary_line)
    return EXIT_DATA_ISSUES if has_trouble(issues) else EXIT_OK


def run_map(options: argparse.Namespace) -> int:
    """Ask which columns of a file are those of a table, and add what is answered to the config."""
    from kpitui.atomic_files import explain_write_failure
    from kpitui.cli.mapping_questions import ask_mapping
    from kpitui.config.settings import load_settings
    from kpitui.file_mapping import MappedTwice, append_stanza, suggest_file
    from kpitui.locations import find_config

    settings = load_settings(find_config(getattr(options, "config", None)))
    path = options.file if options.file.exists() else settings.tables_folder / options.file
    suggestion = suggest_file(settings, path, options.table or "")
    if suggestion is None:
        raise CommandRefused(f"{path} is like no table: name one with --table")
    stanza = ask_mapping(suggestion)
    try:
        append_stanza(settings.config_path, stanza)
    except MappedTwice:
        raise CommandRefused(f"{settings.config_path} maps {path.name} already: change it there") from None
    except OSError as error:
        raise CommandRefused(explain_write_failure(error)) from None
    print_data(stanza.rstrip("\n"))
    print_message(f"Added to {settings.config_path}. Now run kpitui check.")
    return EXIT_OK


def run_report(options: argparse.Namespace) -> int:
    """Write the briefing to a file, or print it as Markdown; print missing work as messages."""
    from kpitui.board import PeriodNotStarted
    from kpitui.report.briefing_request import request_briefing
    from kpitui.report.formats import MissingExtra, UnknownFormat, UnusableTemplate, choose_format, render_briefing

    # "-" is standard output, as in other Unix tools.
    target_path = None if options.target == Path("-") else options.target
    try:
        format_name = "md" if target_path is None else choose_format(target_path)
        council = open_requested_council(options)
        profile, as_at = _find_profile(council, options.profile), getattr(options, "as_at", None)
        briefing = request_briefing(
            council,
            profile,
            as_at,
            parse_period_option(options),
            internal=options.internal,
            # Only the workbook has a sheet of cases; other formats need not wait for them.
            with_cases=format_name == "xlsx",
        )
        if options.final:
            _refuse_drafts(briefing)
        file_content = render_briefing(briefing, format_name)
    except (PeriodNotStarted, UnknownFormat, UnusableTemplate, MissingExtra) as error:
        raise CommandRefused(str(error)) from None
    if target_path is None:
        print_data(file_content.decode().removesuffix("\n"))
    else:
        # An internal briefing may hold records, so only its owner may read the file.
        _write_report(target_path, file_content, overwrite=options.replace, is_private=briefing.internal)
    for task_text in (*briefing.missing_work, *briefing.release_texts):
        print_message(f"kpitui: {task_text}")
    if target_path is not None:
        print_message(f"wrote {target_path}, {'internal' if briefing.internal else 'public'}")
    return EXIT_OK


def _refuse_drafts(briefing: Briefing) -> None:
    """Refuse a final briefing whose reasons are not all written, or may not all be shown."""
    codes = [item.entry.indicator.code for item in briefing.items if item.is_reason_drafted]
    if codes:
        held_back = "" if briefing.internal else ", or the reason may not be shown in public"
        raise CommandRefused(f"no final briefing yet: no reason is written for {', '.join(codes)}{held_back}")


def _write_report(target_path: Path, file_content: bytes, *, overwrite: bool, is_private: bool) -> None:
    from kpitui.atomic_files import write_file

    try:
        write_file(target_path, file_content, overwrite=overwrite, is_private=is_private)
    except FileExistsError:
        raise CommandRefused(f"{target_path} already exists: add --replace to replace it") from None
    except OSError as error:
        raise refuse_write(error) from None


def run_import(options: argparse.Namespace) -> int:
    """Write the clean tables made from a folder of files, or from the sources of the config."""
    from kpitui.atomic_files import require_empty_folder
    from kpitui.model.issues import has_trouble
    from kpitui.report import text_output
    from kpitui.tables.export import export_tables

    try:
        require_empty_folder(options.target)  # reading may take minutes: refuse first
        tables = _load_requested_tables(options)
        for path in export_tables(tables, options.target):
            print_message(f"wrote {path}")
    except OSError as error:
        raise refuse_write(error) from None
    if tables.issues:
        print_data(text_output.format_issues(tables.issues))
    summary_text = text_output.format_check_summary(tables.issues, tables.sources)
    for summary_line in summary_text.splitlines():
        print_message(summary_line)
    # A folder without a single table is a failure, although it has no issues.
    return EXIT_DATA_ISSUES if has_trouble(tables.issues) or not tables.usable_tables else EXIT_OK


def _load_requested_tables(options: argparse.Namespace) -> LoadedTables:
    """Read the folder that is named, or else the sources of the config."""
    from kpitui.council import open_council
    from kpitui.tables import read_folder

    if options.source is None:
        with refuse_config_errors():
            return open_council(getattr(options, "config", None), ProgressPrinter()).tables
    if not options.source.is_dir():
        raise CommandRefused(f"{options.source} is not a folder")
    return read_folder(options.source, report_progress=ProgressPrinter())


def run_publish(options: argparse.Namespace) -> int:
    """Save the figures of the board, so that later boards can show revisions."""
    from kpitui.board import check_council
    from kpitui.restatements import save_figures
    from kpitui.tui.saved_views import find_view_issues

    council, board = _build_requested_board(options)
    issues = (*check_council(council)[0], *find_view_issues(council.settings))
    try:
        path = save_figures(board, issues, council.settings.saved_figures_folder)
    except FileExistsError as error:
        raise CommandRefused(f"{error.filename} is damaged: move it away, then publish again") from None
    except OSError as error:
        raise refuse_write(error) from None
    print_message(f"wrote {path}")
    return EXIT_OK


def run_release(options: argparse.Namespace) -> int:
    """List what a release shows and gives away, and record it if that is confirmed."""
    from kpitui.disclosure.releases import RELEASE_KINDS, Release, normalise_kind
    from kpitui.model.periods import find_latest_complete
    from kpitui.release_register import ReleaseRefused, preview_release, record_release
    from kpitui.report.text_output import format_release_preview

    council = open_requested_council(options)
    indicator = _find_requested_indicator(council, options.indicator)
    kind, as_at = normalise_kind(options.what), getattr(options, "as_at", None) or council.settings.get_meeting_date()
    kinds = (*RELEASE_KINDS, *(variant.id.casefold() for variant in indicator.variants))
    if kind not in kinds:
        raise CommandRefused(f"{options.what} is nothing that can be released: choose one of {', '.join(kinds)}")
    period = parse_period_option(options) or find_latest_complete(as_at)
    release = Release(indicator.code, period, kind, options.by, as_at, options.reason)
    print_data(format_release_preview(preview_release(council, as_at, indicator, release)))
    if not options.yes:
        print_message("kpitui: nothing is recorded yet: add --yes to release this")
        return EXIT_OK
    try:
        path = record_release(council.settings, release)
    except ReleaseRefused as error:
        raise CommandRefused(str(error)) from None
    except OSError as error:
        raise refuse_write(error) from None
    print_message(f"wrote {path}")
    return EXIT_OK


def run_init(options: argparse.Namespace) -> int:
    """Write a starter config and a template for each table, and say what to do next."""
    from kpitui.starter import format_next_steps, write_starter

    try:
        file_count = len(write_starter(options.folder))
    except OSError as error:
        raise refuse_write(error) from None
    print_message(f"Created {options.folder} with {file_count} files that only you can read.")
    for line in format_next_steps(options.folder).splitlines():
        print_message(line)
    return EXIT_OK


def refuse_write(error: OSError) -> CommandRefused:
    """Return the refusal for a file that cannot be written: usage, if another path would help."""
    from kpitui.atomic_files import explain_write_failure, is_usage_error

    return CommandRefused(explain_write_failure(error), EXIT_USAGE if is_usage_error(error) else EXIT_DATA_ISSUES)


def run_completion(options: argparse.Namespace) -> int:
    """Print the completion script for a shell, or the words of a kind for it."""
    from kpitui.cli.completion import list_words, write_completion_script
    from kpitui.config.settings import load_settings
    from kpitui.locations import find_config

    if options.words:
        with refuse_config_errors():
            settings = load_settings(find_config(getattr(options, "config", None)))
        print_data("\n".join(list_words(options.words, settings)))
        return EXIT_OK
    if options.shell is None:
        raise CommandRefused("name your shell: kpitui completion bash")
    print_data(write_completion_script(options.command_parser, options.shell).rstrip("\n"))
    return EXIT_OK


def _build_requested_board(options: argparse.Namespace, indicator_code: str | None = None) -> tuple[Council, Board]:
    """Return the council and its board, limited to one indicator if a code is given."""
    from kpitui.areas.area_board import uses_counts
    from kpitui.board import PeriodNotStarted, build_board

    period = parse_period_option(options)
    council = open_requested_council(options)
    only = None if indicator_code is None else _find_requested_indicator(council, indicator_code)
    try:
        indicator = getattr(options, "public", False)
        if uses_counts(council):
            return council, _build_counted_board(council, options, only)
        return council, build_board(council, getattr(options, "as_at", None), period, only, indicator)
    except PeriodNotStarted as is_public:
        raise CommandRefused(str(is_public)) from None


def _build_counted_board(council: Council, options: argparse.Namespace, only: Indicator | None) -> Board:
    """Build a council's board from its counts; refuse what counts cannot give."""
    from kpitui.areas.area_board import build_area_board
    from kpitui.areas.area_table import AreasNotThere

    name = council.settings.council_name
    if getattr(options, "public", False):
        raise CommandRefused(f"the counts of {name} have no public form: leave out --public")
    if options.command in (run_cases, run_changes, run_publish) or getattr(options, "by", None):
        raise CommandRefused(f"of {name} there are counts alone, without cases: ask {name}", EXIT_DATA_ISSUES)
    try:
        return build_area_board(council, getattr(options, "as_at", None), parse_period_option(options), only)
    except AreasNotThere as error:
        raise CommandRefused(str(error), EXIT_DATA_ISSUES) from None


def _find_profile(council: Council, profile_name: str | None) -> BriefingProfile:
    """Return a briefing profile in the config by name, or one that shows the whole board."""
    from kpitui.config.profiles import BUILT_IN_PROFILES, BriefingProfile
    from kpitui.text import format_name_hint

    profiles = council.settings.profiles
    if profile_name is None:
        return BriefingProfile()
    for named_profiles in (profiles, BUILT_IN_PROFILES):
        if profile_name in named_profiles:
            return named_profiles[profile_name]
    names = (*profiles, *BUILT_IN_PROFILES)
    hint = format_name_hint(profile_name, names) or f": it has {', '.join(names)}"
    raise CommandRefused(f"the config has no profile {profile_name}{hint}")


def _find_requested_indicator(council: Council, requested_name: str) -> Indicator:
    """Return an indicator by code or id, ignoring case; refuses others with a suggestion."""
    from kpitui.text import format_name_hint

    indicators_by_name = {
        name: indicator for indicator in council.settings.indicators for name in (indicator.id, indicator.code)
    }
    for name, indicator in indicators_by_name.items():
        if name.casefold() == requested_name.casefold():
            return indicator
    raise CommandRefused(f"no such indicator: {requested_name}{format_name_hint(requested_name, indicators_by_name)}")

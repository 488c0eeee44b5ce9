"""Runs each command: asks for a board, prints it through `kpitui.report`, returns the exit code.

Imports are inside the functions, so that a command loads only what it uses.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from kpitui.cli.saying import DATA, DONE, Refused, Waiting, put, talk

if TYPE_CHECKING:
    from kpitui.council import Council
    from kpitui.model import Board, Indicator
    from kpitui.periods import Period
    from kpitui.profiles import Profile
    from kpitui.public.asides import HeldBack
    from kpitui.report.briefing import Briefing
    from kpitui.tables import Tables


def terminal(options: argparse.Namespace) -> int:
    """Open the terminal program, or print the status if there is no terminal to draw on."""
    # Contract section 5: without a terminal, or with TERM=dumb, print what `status` prints.
    if not sys.stdout.isatty() or not sys.stdin.isatty() or os.environ.get("TERM") == "dumb":
        options.form = "text"
        _refuse_no_address(options)
        return status(options)
    from kpitui import terminal

    return terminal.run(
        getattr(options, "config", None),
        options.address,
        as_at=getattr(options, "as_at", None),
        period=_period(options),
        ascii_only=getattr(options, "ascii", False),
        theme=getattr(options, "theme", None),
    )


def _refuse_no_address(options: argparse.Namespace) -> None:
    """Refuse an unknown address: without a terminal it would otherwise pass unnoticed."""
    from kpitui.config import ConfigError, load
    from kpitui.places import find_config
    from kpitui.terminal import saved

    if options.address is None:
        return
    try:
        settings = load(find_config(getattr(options, "config", None)))
        codes = [name for one in settings.indicators for name in (one.id, one.code)]
        saved.find(options.address, codes, settings.views)
    except ConfigError:
        return  # printed when the board is built
    except ValueError as error:
        raise Refused(str(error)) from None


def status(options: argparse.Namespace) -> int:
    """Print every indicator. Succeeds even if some have no value: the others stand."""
    from kpitui.report import as_json, as_text, tables

    _, board = _board(options)
    if options.form == "json":
        put(as_json.dumps(as_json.status(board)))
    elif options.form == "csv":
        put(tables.comma_separated(tables.STATUS_CSV, map(tables.status_values, board.entries)))
    elif options.form == "md":
        put(as_text.status_markdown(board))
    else:
        put(as_text.status(board))
    return DONE


def show(options: argparse.Namespace) -> int:
    """Print one indicator in full; returns EXIT_DATA_ISSUES if it has no value."""
    from kpitui.published import responsible
    from kpitui.report import as_json, as_text

    council, board = _board(options, options.code)
    entry = board.entries[0]
    # Cases of children and staff are never public (docs/public.md).
    told = () if board.public and entry.of_people else entry.restated
    moved = [responsible(council, board, entry, one) for one in told]
    if options.form == "json":
        put(as_json.dumps(as_json.show(board, entry, moved)))
    else:
        put(as_text.show(board, entry, moved))
    return DATA if entry.problem else DONE


def cases(options: argparse.Namespace) -> int:
    """Print the rows behind a number. Raises CommandRefused for people in the public view."""
    from kpitui.cases import cases, problem_of
    from kpitui.report import as_json, tables

    council, board = _board(options, options.code)
    entry = board.entries[0]
    # Refused rather than printed empty: no rows would read as no cases.
    if board.public and entry.of_people:
        code = entry.indicator.code
        told = f"the cases of {code} are people, and are not public"
        raise Refused(f"{told}: leave --public out, or ask for kpitui show {code} --public")
    if options.variant and options.variant not in {rule.id for rule in entry.indicator.variants}:
        known = ", ".join(rule.id for rule in entry.indicator.variants) or "none"
        raise Refused(f"{entry.indicator.code} has no variant {options.variant}: it has {known}")
    found = cases(council, board, entry, options.variant)
    problem = problem_of(entry, options.variant)
    if problem:
        talk(f"kpitui: {entry.indicator.code} has no value: {problem}")
    if entry.made_up:
        talk("kpitui: these rows are made up")
    if options.form == "json":
        put(as_json.dumps(as_json.cases(board, found)))
    elif options.form == "csv":
        put(tables.comma_separated(found.columns, map(tables.written, found.rows)))
    else:
        # Empty columns only widen a plain table; CSV and JSON keep them.
        columns, rows, empty = tables.without_empty(found)
        if empty:
            talk(f"kpitui: columns without a cell are not shown: {', '.join(empty)}")
        put(tables.plain(columns, rows))
    return DATA if problem else DONE


def changes(options: argparse.Namespace) -> int:
    """Print what moved between two periods: by default the last one and the one before."""
    from kpitui.board import NotYet
    from kpitui.changes import changes
    from kpitui.report import as_json, as_text

    first, last = (_written_period(written) for written in (options.first, options.last))
    council, board = _board(options)
    last = last or board.period
    first = first or last.previous
    if first.start >= last.start:
        raise Refused(f"{first.shown} does not come before {last.shown}: give --from and --to")
    try:
        found = changes(council, board, first, last)
    except NotYet as error:
        raise Refused(str(error)) from None
    if options.form == "json":
        put(as_json.dumps(as_json.changes(found)))
    else:
        put(as_text.changes(found))
    return DONE


def check(options: argparse.Namespace) -> int:
    """Print every issue of config, data, commentary, views and keys."""
    from kpitui.board import check as checked
    from kpitui.commentary.owed import owed
    from kpitui.config import ConfigError
    from kpitui.council import open_council
    from kpitui.places import find_config
    from kpitui.public.asides import notes_held_back
    from kpitui.report import as_json, as_text
    from kpitui.terminal.keyboard import keyboard
    from kpitui.terminal.saved import mistakes

    # A config with mistakes has no council: these stay empty, and the mistakes are the issues.
    absent: list[str] = []
    unused: tuple[str, ...] = ()
    held_back: tuple[HeldBack, ...] = ()
    try:
        council = open_council(getattr(options, "config", None), Waiting())
        found, board = checked(council)
        sources = board.sources
        issues = (*found, *owed(board), *mistakes(council.settings))
        read = {source.table for source in sources}
        absent = [name for name in council.tables.problems if name not in read]
        unused = council.tables.unused
        held_back = notes_held_back(board)
    except ConfigError as error:
        issues, sources = error.issues, ()
    # Read apart from the config, whose other mistakes must not hide those of its keys.
    _, keys = keyboard(find_config(getattr(options, "config", None)))
    issues = (*issues, *keys)
    if options.form == "json":
        put(as_json.dumps(as_json.check(issues, sources, held_back)))
    elif issues:
        put(as_text.check(issues, options.each))
    for line in as_text.check_summary(issues, sources, absent, unused, held_back).splitlines():
        talk(line)
    return DATA if issues else DONE


def report(options: argparse.Namespace) -> int:
    """Write the briefing to a file, or print it as Markdown; print missing work as messages."""
    from kpitui.board import NotYet
    from kpitui.report.asking import ask
    from kpitui.report.writers import NeedsExtra, NotAFormat, format_of, write
    from kpitui.whole import write_whole

    # "-" is standard output, as in other Unix tools.
    target = None if options.target == Path("-") else options.target
    try:
        form = "md" if target is None else format_of(target)
        council = _council(options)
        told = ask(
            council,
            _profile(council, options.profile),
            getattr(options, "as_at", None),
            _period(options),
            internal=options.internal,
            # Only the workbook has a sheet of cases; other formats need not wait for them.
            with_cases=form == "xlsx",
        )
        content = write(told, form)
    except (NotYet, NotAFormat, NeedsExtra) as error:
        raise Refused(str(error)) from None
    if target is None:
        put(content.decode().removesuffix("\n"))
        _talk_of_missing(told)
        return DONE
    try:
        # An internal briefing may hold records, so only its owner may read the file.
        write_whole(target, content, over=options.replace, private=told.internal)
    except FileExistsError:
        raise Refused(f"{target} is there already: --replace writes over it") from None
    except OSError as error:
        raise Refused(f"{target}: {error.strerror or error}") from None
    _talk_of_missing(told)
    talk(f"wrote {target}, {'internal' if told.internal else 'public'}")
    return DONE


def _talk_of_missing(told: Briefing) -> None:
    for missing in told.missing:
        talk(f"kpitui: {missing}")


def import_(options: argparse.Namespace) -> int:
    """Write the clean tables made from a folder of files, or from the sources of the config."""
    from kpitui.report import as_text
    from kpitui.tables.write import look_at, write_folder

    try:
        look_at(options.target)  # reading may take minutes: refuse first
        tables = _tables(options)
        for path in write_folder(tables, options.target):
            talk(f"wrote {path}")
    except OSError as error:
        raise Refused(f"{options.target}: {error.strerror or error}") from None
    if tables.issues:
        put(as_text.check(tables.issues, options.each))
    summary = as_text.check_summary(tables.issues, tables.sources, unused=tables.unused)
    for line in summary.splitlines():
        talk(line)
    # A folder without a single table is a failure, although it has no issues.
    return DATA if tables.issues or not tables.frames else DONE


def _tables(options: argparse.Namespace) -> Tables:
    """Read the folder that is named, or else the sources of the config."""
    from kpitui.council import open_council
    from kpitui.tables import read_folder

    if options.source is None:
        with _config_refused():
            return open_council(getattr(options, "config", None), Waiting()).tables
    if not options.source.is_dir():
        raise Refused(f"{options.source} is not a folder")
    return read_folder(options.source, progress=Waiting())


def publish(options: argparse.Namespace) -> int:
    """Save the figures of the board, so that later boards can show revisions."""
    from kpitui.published import publish

    council, board = _board(options)
    try:
        path = publish(board, council.settings.published)
    except OSError as error:
        raise Refused(f"{error.filename}: {error.strerror}") from None
    talk(f"wrote {path}")
    return DONE


def init(options: argparse.Namespace) -> int:
    """Write a starter config and an empty CSV file for each table."""
    from kpitui.starter import write_starter

    try:
        for path in write_starter(options.folder):
            talk(f"wrote {path}")
    except OSError as error:
        raise Refused(f"{options.folder}: {error.strerror or error}") from None
    return DONE


def completion(options: argparse.Namespace) -> int:
    """Print the completion script for a shell."""
    from kpitui.cli.arguments import parser_of_commands
    from kpitui.cli.shells import SHELLS

    put(SHELLS[options.shell](parser_of_commands()).rstrip("\n"))
    return DONE


def man(options: argparse.Namespace) -> int:
    """Print the manual page."""
    from kpitui.cli.arguments import parser_of_commands
    from kpitui.cli.manual import page

    put(page(parser_of_commands()).rstrip("\n"))
    return DONE


def _board(options: argparse.Namespace, code: str | None = None) -> tuple[Council, Board]:
    """Return the council and its board, limited to one indicator if a code is given."""
    from kpitui.board import NotYet, build

    period = _period(options)
    council = _council(options)
    only = None if code is None else _indicator(council, code)
    try:
        public = getattr(options, "public", False)
        return council, build(council, getattr(options, "as_at", None), period, only, public)
    except NotYet as error:
        raise Refused(str(error)) from None


def _council(options: argparse.Namespace) -> Council:
    """Open the council of the config; raises CommandRefused if the config has mistakes."""
    from kpitui.council import open_council

    with _config_refused():
        return open_council(getattr(options, "config", None), Waiting())


@contextmanager
def _config_refused() -> Iterator[None]:
    """Print each mistake of the config, and refuse the command."""
    from kpitui.config import ConfigError

    try:
        yield
    except ConfigError as error:
        for issue in error.issues:
            talk(str(issue))
        raise Refused(f"{len(error.issues)} to put right in the config") from None


def _profile(council: Council, name: str | None) -> Profile:
    """Return a profile of the config by name, or one that shows the whole board."""
    from kpitui.profiles import Profile
    from kpitui.text import nearest

    profiles = council.settings.profiles
    if name is None:
        return Profile()
    if name in profiles:
        return profiles[name]
    close = nearest(name, profiles)
    hint = f" - did you mean {close}?" if close else f": there is {', '.join(profiles) or 'none'}"
    raise Refused(f"{name} is no profile of the config{hint}")


def _period(options: argparse.Namespace) -> Period | None:
    return _written_period(getattr(options, "period", None))


def _written_period(written: str | None) -> Period | None:
    from kpitui.periods import parse

    try:
        return None if written is None else parse(written)
    except ValueError as error:
        raise Refused(str(error)) from None


def _indicator(council: Council, code: str) -> Indicator:
    """Return an indicator by code or id, ignoring case; refuses others with a suggestion."""
    from kpitui.text import nearest

    indicators = council.settings.indicators
    by_name = {name.casefold(): one for one in indicators for name in (one.id, one.code)}
    if code.casefold() in by_name:
        return by_name[code.casefold()]
    close = nearest(code.casefold(), by_name)
    hint = f" - did you mean {by_name[close].code}?" if close else ""
    raise Refused(f"{code} is no indicator{hint}")

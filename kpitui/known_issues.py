"""Which issues are known already: those that the config accepts, and those of the last `publish`."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import PurePath

from kpitui.model.issues import Issue


def select_unaccepted(issues: Iterable[Issue], accepted_names: Collection[str]) -> tuple[Issue, ...]:
    """Return the issues that are not accepted: ``code``, or ``code:file`` with or without its folder."""
    return tuple(issue for issue in issues if not _list_accepted_names(issue) & {*accepted_names})


def _list_accepted_names(issue: Issue) -> set[str]:
    files = {issue.file, PurePath(issue.file).name}
    return {issue.code, *(f"{issue.code}:{file}" for file in files)}


def select_new_issues(issues: Iterable[Issue], known_keys: Collection[str]) -> tuple[Issue, ...]:
    """Return the doubts and faults whose keys are not known; a note is no reason for an alarm."""
    return tuple(issue for issue in issues if issue.severity != "note" and format_issue_key(issue) not in known_keys)


def format_issue_key(issue: Issue) -> str:
    """Format what stays the same of an issue from day to day: its code, table, file and column.

    It has no cell, no line and no number of rows, so that it can be kept.
    """
    # The folder depends on where the program was started.
    file_name = PurePath(issue.file).name
    column_name = str(issue.values.get("column", ""))
    return ":".join((issue.code, issue.table or "", file_name, issue.section, column_name))

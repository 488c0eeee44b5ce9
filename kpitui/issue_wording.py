"""Put issues and other coded messages into words: the only place that does."""

from __future__ import annotations

from kpitui.model.issue_codes import ISSUE_CODES, IssueCode
from kpitui.model.issues import CodedMessage, Issue


def format_issue(issue: Issue) -> str:
    """Format an issue as ``file:line: message``, with its effect."""
    location = issue.file if issue.line is None else f"{issue.file}:{issue.line}"
    return f"{location}: {describe_issue(issue)}"


def describe_issue(issue: Issue) -> str:
    """Describe an issue without its place: what happened, and its effect."""
    return " ".join(filter(None, (format_message(issue.message, issue.occurrences), describe_effect(issue.message))))


def format_message(message: CodedMessage, count: int = 1) -> str:
    """Put a message into words, for one or for several occurrences, without its effect."""
    declaration = ISSUE_CODES[message.code]
    return _pick_template(declaration, count).format(count=f"{count:,}", **message.values)


def describe_effect(message: CodedMessage) -> str:
    """Describe what a message means for the figures; empty where it means nothing."""
    return ISSUE_CODES[message.code].effect.format(**message.values)


def _pick_template(declaration: IssueCode, count: int) -> str:
    return declaration.plural if count != 1 and declaration.plural else declaration.singular

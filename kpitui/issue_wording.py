"""Put issues into words; `kpitui.figure_wording` does so with what is found about figures."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from string import Formatter

from kpitui.model.issue_codes import ISSUE_CODES
from kpitui.model.issues import CodedMessage, Issue, MessageValue
from kpitui.text import clean_text

MAX_NAMED_LINES = 5
"""How many lines are all named; of more, the first is."""
_OPTIONAL_WORDS = re.compile(r"<([^<>]*)>")
_COUNTED_WORDS = re.compile(r"\[([^\[\]|]*)\|([^\[\]]*)\]")


def format_issue(issue: Issue) -> str:
    """Format an issue as ``file:line: message. Effect.``; one about no file has no place."""
    location = format_location(issue)
    return f"{location}: {describe_issue(issue)}" if location else describe_issue(issue)


def format_location(issue: Issue) -> str:
    """Format the place of an issue as ``file:line``, or as the file without a line."""
    file_name = format_file_name(issue.file, issue.section)
    return file_name if issue.line is None else f"{file_name}:{issue.line}"


def format_file_name(file: str, section: str) -> str:
    """Format a file with its sheet, record or member in brackets, where it has several."""
    return clean_text(f"{file}[{section}]" if section else file)


def describe_issue(issue: Issue) -> str:
    """Describe an issue without its place: what happened, and its effect, each a sentence."""
    message, effect = format_message(issue), describe_effect(issue)
    return f"{message}{'' if message.endswith(('?', '.')) else '.'} {effect}" if effect else message


def describe_problem(problem: Issue | None) -> str:
    """Describe why a figure or a table is not there, with the file if one is at fault; empty for None."""
    if problem is None:
        return ""
    # A mistake of the config begins with its key, which says more than the file.
    location = format_location(problem) if problem.table else ""
    return f"{location}: {format_message(problem)}" if location else format_message(problem)


def format_message(issue: Issue) -> str:
    """Put what happened into words, without its effect."""
    return _fill_template(ISSUE_CODES[issue.code].words, issue.values, issue.occurrences, issue.lines)


def describe_effect(issue: Issue) -> str:
    """Describe what an issue means for the figures, as a sentence; empty where it means nothing."""
    effect = ISSUE_CODES[issue.code].effect
    return f"{_fill_template(effect, issue.values, issue.occurrences, issue.lines)}." if effect else ""


def describe_message(message: CodedMessage) -> str:
    """Put a message that is in no file into words."""
    return _fill_template(ISSUE_CODES[message.code].words, message.values, 1, ())


def _fill_template(template: str, values: Mapping[str, MessageValue], occurrences: int, lines: Sequence[int]) -> str:
    texts = {name: format_value(value) for name, value in values.items()}
    texts |= {
        f"all_{name}": join_words([*map(format_value, value)])
        for name, value in values.items()
        if isinstance(value, tuple)
    }
    texts |= {"count": f"{occurrences:,}", "place": _describe_place(values, occurrences, lines)}
    counted_template = _COUNTED_WORDS.sub(lambda match: match[1] if occurrences == 1 else match[2], template)
    return fill_optional_words(counted_template, texts)


def fill_optional_words(template: str, values: Mapping[str, object]) -> str:
    """Fill in a template, without the words in ``<...>`` that name a missing or empty value."""
    return _OPTIONAL_WORDS.sub(lambda match: _keep_words(match[1], values), template).format(**values)


def _keep_words(optional_words: str, values: Mapping[str, object]) -> str:
    """Return words unless a value that they name is missing or empty."""
    value_names = (name for _, name, _, _ in Formatter().parse(optional_words) if name)
    return optional_words if all(values.get(name) for name in value_names) else ""


def format_value(value: MessageValue) -> str:
    """Format a value: a list with commas, a number with its thousands set apart, a message in words."""
    if isinstance(value, CodedMessage):
        return describe_message(value)
    if isinstance(value, tuple):
        return ", ".join(map(format_value, value))
    # A value may quote a file, a key or an error of a library.
    return f"{value:,}" if isinstance(value, int | float) else clean_text(str(value))


def join_words(words: Sequence[str]) -> str:
    """Join words with commas, and the last with `and`."""
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)


def _describe_place(values: Mapping[str, MessageValue], occurrences: int, lines: Sequence[int]) -> str:
    """Describe on which lines an issue is, if it is on several: all of a few, the first of more.

    Where a line says nothing, the first record is named.
    """
    if record := values.get("record"):
        record_subject = values["record_subject"]
        record_name = f"the record of {record_subject}" if record_subject else f"record {format_value(record)}"
        return f", {'' if occurrences == 1 else 'first '}in {record_name}"
    if len(lines) < 2:
        return ""
    if occurrences == len(lines) <= MAX_NAMED_LINES:
        return f", on lines {join_words([*map(str, lines)])}"
    return f", first on line {lines[0]}"

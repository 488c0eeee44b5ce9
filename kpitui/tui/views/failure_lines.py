"""What went wrong with the files, and what to do about it."""

from __future__ import annotations

from kpitui.issue_wording import describe_issue, format_issue, format_location
from kpitui.tui.requests import RequestFailure
from kpitui.tui.styled_text import BLANK_LINE, StyledLine, make_line, make_span, wrap_line
from kpitui.wording import format_quantity


def draw_failure(failure: RequestFailure, line_width: int, reread_key: str) -> tuple[StyledLine, ...]:
    """Draw every issue as ``file:line: message``, then what to do.

    `reread_key` is the key that reads the tables again.
    """
    issue_count = len(failure.issues)
    text_lines: list[StyledLine] = [BLANK_LINE]
    if issue_count:
        problem_count = format_quantity(issue_count, "problem")
        text_lines += [
            make_line(make_span(f"Nothing can be shown yet: correct {problem_count}.", "strong")),
            BLANK_LINE,
        ]
    for issue in failure.issues:
        issue_line = make_line(
            make_span(f"{format_location(issue)}:", "accent"),
            make_span(" "),
            make_span(describe_issue(issue), max_characters=None),
        )
        text_lines.extend(wrap_line(issue_line, line_width, 2))
    # Without issues the advice is a whole sentence by itself.
    advice_text = f"{failure.advice}, then press {reread_key} to read again." if issue_count else failure.advice
    return (
        *text_lines,
        BLANK_LINE,
        *wrap_line(make_line(make_span(advice_text, "strong", max_characters=None)), line_width),
    )


def summarise_failure(failure: RequestFailure) -> str:
    """Summarise a failure in one line, for the footer of a board that stays on the screen."""
    if not failure.issues:
        return failure.advice
    text = f" (and {len(failure.issues) - 1:,} more)" if len(failure.issues) > 1 else ""
    return f"The board has not changed. {format_issue(failure.issues[0])}{text}"

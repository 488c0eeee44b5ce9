"""What went wrong with the files, and what to do about it."""

from __future__ import annotations

from kpitui.terminal.show import BLANK, Line, line, span, wrap
from kpitui.terminal.work import Failure


def lines(failure: Failure, cells: int, again: str) -> tuple[Line, ...]:
    """Draw every issue as ``file:line: message``, then what to do.

    `reread_key` is the key that reads the tables again.
    """
    many = len(failure.issues)
    said: list[Line] = [BLANK]
    if many:
        noun = "thing is" if many == 1 else "things are"
        said += [line(span(f"Nothing can be shown yet: {many:,} {noun} wrong.", "strong")), BLANK]
    for issue in failure.issues:
        where = issue.file if issue.line is None else f"{issue.file}:{issue.line}"
        told = line(span(f"{where}:", "accent"), span(" "), span(issue.message, cut=None))
        said.extend(wrap(told, cells, 2))
    # Without issues the advice is a whole sentence by itself.
    advice = f"{failure.advice}, then press {again} to read again." if many else failure.advice
    return (*said, BLANK, *wrap(line(span(advice, "strong", cut=None)), cells))


def in_short(failure: Failure) -> str:
    """Summarise a failure in one line, for the footer of a board that stays on the screen."""
    if not failure.issues:
        return failure.advice
    more = f" (and {len(failure.issues) - 1:,} more)" if len(failure.issues) > 1 else ""
    return f"Kept the board as it was. {failure.issues[0]}{more}"

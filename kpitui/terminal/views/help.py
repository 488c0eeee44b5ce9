"""Commands as a page of help. Those of the screen it was opened on stand out."""

from __future__ import annotations

from collections.abc import Sequence

from kpitui.terminal.commands import COMMANDS, Command, signs
from kpitui.terminal.rows import holds
from kpitui.terminal.show import BLANK, Line, Span, fit, line, span
from kpitui.terminal.views.page import heading

LEGEND = (
    ("● Green ▲ Amber ■ Red · None", "the target is met · missed within the tolerance · missed · "
     "not judged"),
    ("†", "computed from made-up data"),
    ("○", "provisional: a month, or a period that is not over"),
)  # fmt: skip


def help_lines(
    text: str, screen: str, cells: int, table: Sequence[Command] = COMMANDS
) -> tuple[Line, ...]:
    """Draw the commands that match a search by group, and the signs if there is no search."""
    lines: list[Line] = [BLANK]
    # A dict keeps the groups in the order of the table.
    for group in dict.fromkeys(command.group for command in table):
        kept = [one for one in table if one.group == group and holds(_as_text(one), text)]
        if kept:
            lines.append(heading(group, None, cells))
            lines += [_row(one, screen) for one in kept]
            lines.append(BLANK)
    if not text:
        lines.append(heading("Signs", None, cells))
        lines += [line(*fit((span(sign, "text"),), 30), span(said, "dim")) for sign, said in LEGEND]
    elif len(lines) == 1:
        lines.append(line(span(f"No key does “{text}”.", "dim")))
    return tuple(lines)


def _as_text(command: Command) -> str:
    """Build the text of a command that a search looks at."""
    return f"{command.title} {signs(command)} {command.group} {command.footer}".lower()


def _row(command: Command, screen: str) -> Line:
    """Draw the keys and the title of a command, and where it works if not on this screen."""
    here = screen in command.where
    keys = fit((Span(signs(command), "accent" if here else "dim"),), 16)
    elsewhere = "" if here else f"  ({', '.join(command.where)})"
    title = span(command.title, "text" if here else "dim")
    return (*keys, title, span(elsewhere, "dim"))

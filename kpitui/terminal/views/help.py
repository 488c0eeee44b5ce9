"""The table of commands as a page: those of the screen one came from stand out."""

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
    """The commands that a search keeps, by group."""
    lines: list[Line] = [BLANK]
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
    return f"{command.title} {signs(command)} {command.group} {command.footer}".lower()


def _row(command: Command, screen: str) -> Line:
    here = screen in command.where
    keys = fit((Span(signs(command), "accent" if here else "dim"),), 16)
    elsewhere = "" if here else f"  ({', '.join(command.where)})"
    title = span(command.title, "text" if here else "dim")
    return (*keys, title, span(elsewhere, "dim"))

"""Commands as a page of help. Those of the screen it was opened on stand out."""

from __future__ import annotations

from collections.abc import Sequence

from kpitui.drilldown.case_table import matches_filter
from kpitui.tui.commands import COMMANDS, Command, format_command_keys
from kpitui.tui.styled_text import BLANK_LINE, StyledLine, StyledSpan, fit_line, make_line, make_span
from kpitui.tui.views.page_layout import draw_heading

SIGN_LEGEND = (
    ("● Green ▲ Amber ■ Red · None", "the target is met · missed within the tolerance · missed · "
     "not judged"),
    ("†", "computed from made-up data"),
    ("○", "provisional: a month, or a period that is not over"),
)  # fmt: skip


def draw_key_help(
    search_text: str, screen_name: str, line_width: int, command_table: Sequence[Command] = COMMANDS
) -> tuple[StyledLine, ...]:
    """Draw the commands that match a search by group, and the signs if there is no search."""
    help_lines: list[StyledLine] = [BLANK_LINE]
    # A dict keeps the groups in the order of the table.
    for group in dict.fromkeys(command.group for command in command_table):
        commands = [
            command
            for command in command_table
            if command.group == group and matches_filter(_command_search_text(command), search_text)
        ]
        if commands:
            help_lines.append(draw_heading(group, None, line_width))
            help_lines += [_draw_command_row(command, screen_name) for command in commands]
            help_lines.append(BLANK_LINE)
    if not search_text:
        help_lines.append(draw_heading("Signs", None, line_width))
        help_lines += [
            make_line(*fit_line((make_span(text, "text"),), 30), make_span(meaning, "dim"))
            for text, meaning in SIGN_LEGEND
        ]
    elif len(help_lines) == 1:
        help_lines.append(make_line(make_span(f"No key does “{search_text}”.", "dim")))
    return tuple(help_lines)


def _command_search_text(command: Command) -> str:
    """Build the text of a command that a search looks at."""
    return f"{command.title} {format_command_keys(command)} {command.group} {command.footer_word}".lower()


def _draw_command_row(command: Command, screen_name: str) -> StyledLine:
    """Draw the keys and the title of a command, and where it works if not on this screen."""
    works_on_screen = screen_name in command.screen_names
    keys_column = fit_line((StyledSpan(format_command_keys(command), "accent" if works_on_screen else "dim"),), 16)
    screens = "" if works_on_screen else f"  ({', '.join(command.screen_names)})"
    title_span = make_span(command.title, "text" if works_on_screen else "dim")
    return (*keys_column, title_span, make_span(screens, "dim"))

"""Commands as a page of help. Those of the screen it was opened on stand out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kpitui import wording
from kpitui.drilldown.case_table import matches_filter
from kpitui.tui.commands import COMMANDS, Command, format_command_keys
from kpitui.tui.styled_text import BLANK_LINE, StyledLine, StyledSpan, fit_line, make_line, make_span
from kpitui.tui.views.page_layout import draw_heading

SIGN_LEGEND = (
    ("● Green ▲ Amber ■ Red · None", "the target is met · missed within the tolerance · missed · "
     "not judged"),
    ("†", "worked out from made-up data"),
    ("○", wording.PROVISIONAL_LEGEND),
)  # fmt: skip


def draw_key_help(
    search_text: str, screen_name: str, line_width: int, command_table: Sequence[Command] = COMMANDS
) -> tuple[StyledLine, ...]:
    """Draw the commands that match a search by group, and the signs if there is no search."""
    group_lines = [
        # A dict keeps the groups in the order of the table.
        line
        for group in dict.fromkeys(command.group for command in command_table)
        for line in _draw_command_group(group, command_table, search_text, screen_name, line_width)
    ]
    if not search_text:
        return (BLANK_LINE, *group_lines, *_draw_signs(line_width))
    if not group_lines:
        return (BLANK_LINE, make_line(make_span(f"No key matches “{search_text}”.", "dim")))
    return (BLANK_LINE, *group_lines)


def _draw_command_group(
    group: str, command_table: Sequence[Command], search_text: str, screen_name: str, line_width: int
) -> Iterator[StyledLine]:
    """Draw the commands of a group that match a search, or nothing if none does."""
    commands = [
        command
        for command in command_table
        if command.group == group and matches_filter(_command_search_text(command), search_text)
    ]
    if commands:
        yield draw_heading(group, None, line_width)
        yield from (_draw_command_row(command, screen_name) for command in commands)
        yield BLANK_LINE


def _draw_signs(line_width: int) -> Iterator[StyledLine]:
    yield draw_heading("Signs", None, line_width)
    for text, meaning in SIGN_LEGEND:
        yield make_line(*fit_line((make_span(text, "text"),), 30), make_span(meaning, "dim"))


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

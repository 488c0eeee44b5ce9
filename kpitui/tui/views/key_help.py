"""Commands as rows of help, by group; those of the screen it was opened on stand out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kpitui import wording
from kpitui.drilldown.case_table import matches_filter
from kpitui.tui.commands import COMMANDS, Command, format_command_keys
from kpitui.tui.styled_text import StyledLine, StyledSpan, make_line, make_span
from kpitui.tui.widgets.plain_rows import PlainRows
from kpitui.tui.widgets.row_grid import GridColumn

SIGN_LEGEND = (
    ("● Green", "the target is met"),
    ("▲ Amber", "missed within the tolerance"),
    ("■ Red", "missed"),
    ("· None", "not judged"),
    ("†", "worked out from made-up data"),
    ("○", wording.PROVISIONAL_LEGEND),
)
SIGNS_GROUP = "Signs"
KEYS_WIDTH = 14


@dataclass(frozen=True, slots=True)
class KeyHelp:
    """The rows of the help, the command of each (None for a sign), and where each group begins."""

    rows: PlainRows
    commands: tuple[Command | None, ...]
    group_headings: Mapping[int, StyledLine]


def build_key_help(
    search_text: str, screen_name: str, line_width: int, command_table: Sequence[Command] = COMMANDS
) -> KeyHelp:
    """Build the commands that match a search by group, and the signs if there is no search."""
    # A dict keeps the groups in the order of the table.
    groups = dict.fromkeys(command.group for command in command_table)
    matching = [command for command in command_table if matches_filter(_command_search_text(command), search_text)]
    ordered = [command for group in groups for command in matching if command.group == group]
    lines = [_draw_command_row(command, screen_name) for command in ordered]
    group_names = [command.group for command in ordered]
    if not search_text:
        lines += [(make_line(make_span(sign)), make_line(make_span(meaning, "dim"))) for sign, meaning in SIGN_LEGEND]
        group_names += [SIGNS_GROUP] * len(SIGN_LEGEND)
    headings = {
        index: make_line(make_span(name, "head"))
        for index, name in enumerate(group_names)
        if not index or group_names[index - 1] != name
    }
    columns = (GridColumn("", KEYS_WIDTH), GridColumn("", max(line_width - KEYS_WIDTH - 4, 10)))
    signs = (None,) * (len(lines) - len(ordered))
    return KeyHelp(PlainRows(tuple(lines), columns), (*ordered, *signs), headings)


def _command_search_text(command: Command) -> str:
    """Build the text of a command that a search looks at."""
    words = (command.title, format_command_keys(command), command.group, command.footer_word, command.other_words)
    return " ".join(words).lower()


def _draw_command_row(command: Command, screen_name: str) -> tuple[StyledLine, ...]:
    """Draw the keys and the title of a command, and where it works if not on this screen."""
    works_on_screen = screen_name in command.screen_names
    keys_span = StyledSpan(format_command_keys(command), "accent" if works_on_screen else "dim")
    screens = "" if works_on_screen else f"  ({', '.join(command.screen_names)})"
    title_span = make_span(command.title, "text" if works_on_screen else "dim")
    return (keys_span,), (title_span, make_span(screens, "dim"))

"""Every command of the terminal program, in one table.

Bindings, footer, help, palette and `docs/keys.md` are all made from this table; a test holds them
together. No default key is one that tmux, screen or flow control takes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from string import punctuation
from typing import TYPE_CHECKING, Final, TypeAlias
from unicodedata import name as unicode_name

if TYPE_CHECKING:
    from textual.binding import Binding, BindingType

ALL_SCREENS: Final = (
    "board", "indicator", "cases", "case", "restated", "changes", "data", "due", "flow", "split", "areas",
    "briefing", "help",
    "goto",
)  # fmt: skip
DATA_SCREENS: Final = (
    "board", "indicator", "cases", "case", "restated", "changes", "data", "due", "flow", "split", "areas",
)  # fmt: skip
TABLE_SCREENS: Final = ("board", "cases", "data", "due")


CommandHandlers: TypeAlias = "dict[str, Callable[..., object]]"
"""What answers each command, by its id; a command that takes a digit is given it."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command: its id, its keys, its title, and the screens on which it works.

    `id` is the name under [keys] of the config, and in the tables of what answers it. Where the
    footer has too little room, commands with a smaller `footer_weight` are left out first. With
    `takes_digit` the digit that was pressed is handed on. A command with `opens` opens the screen of
    that name, as ``module:Class`` below `tui/screens`, on top of the one it was given on.
    """

    id: str
    keys: tuple[str, ...]
    title: str
    group: str
    screen_names: tuple[str, ...] = ALL_SCREENS
    footer_word: str = ""
    footer_weight: int = 0
    takes_digit: bool = False
    footer_words: tuple[tuple[str, str], ...] = ()  # the footer's word on screens where it differs
    is_for_program: bool = False  # the program answers it, not the screen
    opens: str = ""
    other_words: str = ""  # what people call it besides, for the search

    def get_footer_word(self, screen_name: str) -> str:
        """Return the footer's word on a screen; an empty one keeps it out of the footer."""
        return dict(self.footer_words).get(screen_name, self.footer_word)


COMMANDS: Final[tuple[Command, ...]] = (
    Command(
        "open", ("enter",), "Open what the cursor is on", "Going about",
        ("board", "cases", "indicator", "restated", "data", "due", "flow", "help", "goto", "areas"), "open", 95,
        footer_words=(("indicator", "cases"), ("help", "do it"), ("data", "")),
    ),
    Command("back", ("escape", "backspace"), "Go back to where you were", "Going about",
            footer_word="back", footer_weight=90, footer_words=(("board", ""),)),
    Command("cases", ("c",), "The cases behind the number", "Going about",
            ("board", "indicator"), "cases", 70, footer_words=(("indicator", ""),)),
    Command("data", ("d",), "The data: sources, their age and what is wrong with them",
            "Going about", ("board", "indicator", "cases", "case", "restated", "changes", "due", "flow", "split"),
            "data", 40, is_for_program=True),
    Command("changes", ("m",), "What moved since the period before", "Going about",
            ("board", "indicator", "cases", "case", "restated", "data", "due", "flow", "split"), "moved", 55,
            is_for_program=True),
    Command("board", ("b",), "The board", "Going about",
            ("cases", "case", "restated", "changes", "data", "due", "flow"), is_for_program=True),
    Command("ahead", ("a",), "Who is due next, by the clock of the indicator", "Going about",
            ("board", "indicator", "cases"), "due", 45, footer_words=(("board", ""), ("cases", ""))),
    Command("split", ("b",), "By a column: age, sex, ethnicity, team, placement; again for the next", "Going about",
            ("indicator", "split"), "by", 52),
    Command("split_back", ("B",), "By the column before", "Going about", ("split",)),
    Command("restated", ("x",), "The cases behind a restated figure", "Going about",
            ("indicator",)),
    Command("doubts", ("i",), "What is not certain of the figure: its file and line", "Going about",
            ("board", "indicator")),
    Command("following", ("n",), "The next indicator, or the next case of the list", "Going about",
            ("indicator", "case"), "next", 60),
    Command("preceding", ("N",), "The indicator before, or the case before", "Going about", ("indicator", "case")),
    Command("goto", ("colon",),
            "Go to anything: indicator, school, child, address, command",
            "Going about", DATA_SCREENS, "go to", 45, is_for_program=True),
    Command("views", ("o",), "Open a saved view", "Going about", DATA_SCREENS,
            is_for_program=True),
    Command("previous_view", ("comma",), "Back to the view looked at before, wherever it was",
            "Going about", DATA_SCREENS, is_for_program=True),
    Command("next_view", ("full_stop",), "Forward again", "Going about", DATA_SCREENS, is_for_program=True),
    Command("down", ("down", "j"), "Down a line", "Moving"),
    Command("up", ("up", "k"), "Up a line", "Moving"),
    Command("page_down", ("pagedown", "space"), "Down a page", "Moving"),
    Command("page_up", ("pageup",), "Up a page", "Moving"),
    Command("top", ("home",), "To the top", "Moving"),
    Command("bottom", ("end",), "To the bottom", "Moving"),
    Command("last_line", ("G",), "To the bottom, on every screen without groups", "Moving",
            tuple(name for name in ALL_SCREENS if name != "cases")),
    Command("left", ("left", "h"), "Columns to the left", "Moving", (*TABLE_SCREENS, "flow", "split", "areas")),
    Command("right", ("right", "l"), "Columns to the right", "Moving", (*TABLE_SCREENS, "flow", "split", "areas")),
    Command("section", tuple("123456789"), "To a section, by its number", "Moving",
            ("indicator", "changes", "briefing"), "section", 65, takes_digit=True),
    Command("find", ("slash",), "Filter as you type; going back clears it",
            "Seeing", ("board", "cases", "changes", "data", "due", "help"), "filter", 80),
    Command("sort_next", ("s",), "Sort by the next column; after the last, back to the original order",
            "Seeing", TABLE_SCREENS, "sort", 75),
    Command("sort_back", ("S",), "Sort by the column before", "Seeing", TABLE_SCREENS),
    Command("sort_column", tuple("123456789"), "Sort by a column, by its number", "Seeing",
            TABLE_SCREENS, takes_digit=True),
    Command("reverse", ("r",), "Reverse the order", "Seeing", TABLE_SCREENS),
    Command("variant", ("v",), "The next definition of the same indicator", "Seeing",
            ("cases",), "variant", 78),
    Command("variant_back", ("V",), "The definition before", "Seeing", ("cases",)),
    Command("group", ("g",), "Group by a column, asked for by its letters; opening a group shows its rows",
            "Seeing", ("cases",), "group", 74),
    Command("ungroup", ("G",), "Back to the groups, or to all rows", "Seeing", ("cases",)),
    Command("issues", ("i",), "Sources or issues", "Seeing", ("data",), "sources/issues", 85),
    Command("map_file", ("M",), "Say which columns of the file are those of a table", "Keeping", ("data",),
            "map file", 20),
    Command("earlier", ("left_square_bracket",), "A period earlier", "Time", DATA_SCREENS,
            "earlier", 50, is_for_program=True),
    Command("later", ("right_square_bracket",), "A period later", "Time", DATA_SCREENS,
            "later", 49, is_for_program=True),
    Command("period_kind", ("z",), "Zoom between a quarter and its months", "Time", DATA_SCREENS, is_for_program=True,
            other_words="monthly quarterly"),
    Command("as_at", ("at",), "What was known on another day, or another period", "Time", DATA_SCREENS, "as at", 30,
            other_words="quarter month year date period when"),
    Command("latest", ("equals_sign",), "Back to the meeting and its period", "Time",
            DATA_SCREENS, is_for_program=True),
    Command("between", ("p",), "Compare two periods of your choice", "Time", DATA_SCREENS,
            "periods", 35),
    Command("from_earlier", ("less_than_sign",), "Compare with a period earlier", "Time",
            ("changes",)),
    Command("from_later", ("greater_than_sign",), "Compare with a period later", "Time",
            ("changes",)),
    Command("copy_address", ("y",), "Copy the address of this view", "Keeping",
            DATA_SCREENS, other_words="share link"),
    Command("copy_row", ("Y",), "Copy the row under the cursor", "Keeping",
            TABLE_SCREENS),
    Command("copy_value", ("number_sign",), "Copy the figure as a sentence",
            "Keeping", ("board", "indicator", "cases"), other_words="value number count"),
    Command("copy_table", ("T",), "Copy the rows shown, for a spreadsheet",
            "Keeping", ("board", "indicator", "cases", "changes", "due", "flow", "split"),
            other_words="table excel paste"),
    Command("save", ("w",), "Save what is shown as a CSV file", "Keeping",
            ("board", "indicator", "cases", "changes", "due", "flow", "split"),
            other_words="export download excel spreadsheet"),
    Command("public", ("P",), "Switch to the public view, which hides small counts, and back",
            "Seeing", DATA_SCREENS, is_for_program=True),
    Command("briefing", ("B",), "Preview and save the briefing", "Keeping",
            ("board", "indicator", "changes"), is_for_program=True,
            other_words="print pdf html word report export excel"),
    Command("save_briefing", ("w",), "Save the briefing as a file", "Keeping",
            ("briefing",), "save", 88),
    Command("form", ("f",), "The next file format: html, pdf, xlsx, md, csv", "Keeping",
            ("briefing",), "form", 86),
    Command("view", ("P",), "Public or internal", "Keeping", ("briefing",),
            "public/internal", 85),
    Command("profile", ("p",), "The next profile of the config", "Keeping", ("briefing",),
            "profile", 84),
    Command("save_view", ("W",), "Save this view under a name", "Keeping", DATA_SCREENS),
    Command("edit", ("e",), "Write commentary in your editor: reason, action, question, answer",
            "Keeping", ("board", "indicator", "cases"), "write", 66,
            footer_words=(("board", ""), ("cases", ""))),
    Command("theme", ("t",), "The next theme", "The program", DATA_SCREENS, is_for_program=True),
    Command("reread", ("R",), "Read the tables again", "The program", DATA_SCREENS, is_for_program=True),
    Command("help", ("question_mark", "f1"), "Search every key", "The program",
            (*DATA_SCREENS, "briefing"), "help", 92, is_for_program=True, opens="help:HelpScreen"),
    Command("mouse", ("X",), "Mouse on or off: off leaves selecting to the terminal", "The program", DATA_SCREENS,
            is_for_program=True),
    Command("suspend_process", ("ctrl+z",), "Go to the shell; fg comes back", "The program",
            is_for_program=True),
    Command("quit", ("q",), "Quit", "The program", (*DATA_SCREENS, "briefing", "help"), "quit", 91,
            is_for_program=True),
    Command("interrupt", ("ctrl+c",), "Quit at once", "The program", is_for_program=True),
)  # fmt: skip


def to_textual_key(character: str) -> str:
    """Return Textual's name for the key of a letter or sign: "/" gives "slash"."""
    if character.isalnum():
        return character
    # Textual derives key names from Unicode's, except for those in _TEXTUAL_KEY_NAMES.
    unicode_key = unicode_name(character).lower().replace("-", "_").replace(" ", "_")
    return _TEXTUAL_KEY_NAMES.get(unicode_key, unicode_key)


_TEXTUAL_KEY_NAMES: Final = {
    "solidus": "slash", "reverse_solidus": "backslash", "commercial_at": "at",
    "hyphen_minus": "minus", "plus_sign": "plus", "low_line": "underscore",
}  # fmt: skip
KEY_SIGNS: Final[Mapping[str, str]] = {to_textual_key(character): character for character in punctuation} | {
    "enter": "Enter", "escape": "Esc", "backspace": "Backspace", "down": "↓", "up": "↑",
    "left": "←", "right": "→", "pagedown": "PgDn", "pageup": "PgUp", "home": "Home",
    "end": "End", "space": "Space", "tab": "Tab", "delete": "Delete", "insert": "Insert",
}  # fmt: skip


def format_key(key_name: str) -> str:
    """Return a key as it is printed on a keyboard: ``/``, ``PgDn``, ``F1``, ``Ctrl+C``."""
    return KEY_SIGNS.get(key_name, key_name if len(key_name) == 1 else key_name.title())


def format_command_key(command_id: str, command_table: Sequence[Command] = COMMANDS) -> str:
    """Return the first key of a command, for texts that name it, or its title if it has no key."""
    command = next(table_command for table_command in command_table if table_command.id == command_id)
    return format_key(command.keys[0]) if command.keys else f"“{command.title}”"


def format_command_keys(command: Command) -> str:
    """Return all keys of a command: ``Enter``, ``↓ j``, ``1-9``."""
    if command.takes_digit:
        return f"{command.keys[0]}-{command.keys[-1]}"
    return " ".join(format_key(name) for name in command.keys)


def list_screen_commands(screen_name: str, command_table: Sequence[Command] = COMMANDS) -> tuple[Command, ...]:
    """Return the commands that work on a screen, in the table's order."""
    return tuple(command for command in command_table if screen_name in command.screen_names)


def build_bindings(screen_name: str, command_table: Sequence[Command] = COMMANDS) -> list[BindingType]:
    """Return Textual's bindings for a screen: each key of each command, to the action of its id."""
    return list(_generate_bindings(screen_name, command_table))


def _generate_bindings(screen_name: str, command_table: Sequence[Command]) -> Iterator[Binding]:
    # Not at the top: `kpitui check` reads this table and must not wait for Textual.
    from textual.binding import Binding

    for command in list_screen_commands(screen_name, command_table):
        for key_name in command.keys:
            # Ctrl+C has priority, so that it ends the program while a line is being typed too.
            has_priority = key_name == "ctrl+c"
            yield Binding(key_name, format_action(command, key_name), command.title, show=False, priority=has_priority)


def format_action(command: Command, key_name: str = "") -> str:
    """Return Textual's action for a command, with the digit that was pressed if it takes one."""
    namespace, digit = "app." if command.is_for_program else "", f", {key_name}" if command.takes_digit else ""
    return f"{namespace}run_command('{command.id}'{digit})"


def fit_footer(
    screen_name: str, available_cells: int, command_table: Sequence[Command] = COMMANDS
) -> tuple[tuple[str, str], ...]:
    """Return key and word of the commands that fit a width, in the table's order.

    Commands with more weight are kept first. The width counts a space after each key and two
    between commands.
    """
    footer_commands = [
        command
        for command in list_screen_commands(screen_name, command_table)
        if command.get_footer_word(screen_name) and command.keys
    ]
    # Key, word and three spaces; after the last command there are two too many.
    command_cells = {
        command: len(_format_footer_key(command)) + len(command.get_footer_word(screen_name)) + 3
        for command in sorted(footer_commands, key=lambda footer_command: -footer_command.footer_weight)
    }
    total_cells = accumulate(command_cells.values())
    fitting_commands = {
        command for command, cells in zip(command_cells, total_cells, strict=True) if cells - 2 <= available_cells
    }
    return tuple(
        (_format_footer_key(command), command.get_footer_word(screen_name))
        for command in footer_commands
        if command in fitting_commands
    )


def _format_footer_key(command: Command) -> str:
    return format_command_keys(command) if command.takes_digit else format_key(command.keys[0])


def render_keys_page() -> str:
    """Render the table as the page `docs/keys.md`."""
    page_lines = [
        "# Keys",
        "",
        "Made from the table in `kpitui/tui/commands.py`; a test says when it is out of date."
        " Other keys are given under `[keys]` of [the config](guide.md#keys-of-your-own), by the"
        " name in the last column.",
        "",
    ]
    for group_name in dict.fromkeys(command.group for command in COMMANDS):
        page_lines += [f"## {group_name}", "", "| keys | does | on | name |", "|---|---|---|---|"]
        page_lines += [_format_keys_row(command) for command in COMMANDS if command.group == group_name] + [""]
    return "\n".join(page_lines)


def _format_keys_row(command: Command) -> str:
    screen_list = "everywhere" if command.screen_names == ALL_SCREENS else ", ".join(command.screen_names)
    key_list = f"`{format_command_keys(command)}`" if command.takes_digit else " ".join(
        f"`{format_key(name)}`" for name in command.keys
    )  # fmt: skip
    return f"| {key_list} | {command.title} | {screen_list} | `{command.id}` |"

"""Every command of the terminal program, in one table.

Bindings, footer, help, palette and `docs/keys.md` are all made from this table; a test holds them
together. No default key is one that tmux, screen or flow control takes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from string import punctuation
from typing import TYPE_CHECKING, Final
from unicodedata import name as unicode_name

if TYPE_CHECKING:
    from textual.binding import Binding, BindingType

EVERYWHERE: Final = (
    "board", "indicator", "cases", "case", "restated", "changes", "data", "briefing", "help",
    "goto",
)  # fmt: skip
OVER_DATA: Final = ("board", "indicator", "cases", "case", "restated", "changes", "data")
TABLES: Final = ("board", "cases", "data")


@dataclass(frozen=True, slots=True)
class Command:
    """A command: its id, its keys, its title, and the screens on which it works.

    `id` is the name of the action and the name under [keys] of the config. Where the footer has too
    little room, commands with a smaller `footer_weight` are left out first. With `takes_digit` the
    action is given the digit that was pressed.
    """

    id: str
    keys: tuple[str, ...]
    title: str
    group: str
    where: tuple[str, ...] = EVERYWHERE
    footer: str = ""
    weight: int = 0
    numbered: bool = False
    worded: tuple[tuple[str, str], ...] = ()  # the footer's word on screens where it differs
    of_app: bool = False  # the action is a method of the program, not of the screen

    def word(self, screen: str) -> str:
        """Return the footer's word on a screen; an empty one keeps it out of the footer."""
        return dict(self.worded).get(screen, self.footer)


COMMANDS: Final[tuple[Command, ...]] = (
    Command(
        "open", ("enter",), "Open what the cursor is on", "Going about",
        ("board", "cases", "indicator", "restated", "data", "help", "goto"), "open", 95,
        worded=(("indicator", "cases"), ("help", ""), ("data", "")),
    ),
    Command("back", ("escape", "backspace"), "Go back to where you were", "Going about",
            footer="back", weight=90, worded=(("board", ""),)),
    Command("cases", ("c",), "The cases behind the number", "Going about",
            ("board", "indicator"), "cases", 70, worded=(("indicator", ""),)),
    Command("data", ("d",), "The data: sources, their age and what is wrong with them",
            "Going about", ("board", "indicator", "cases", "case", "restated", "changes"),
            "data", 40, of_app=True),
    Command("changes", ("m",), "What moved since the period before", "Going about",
            ("board", "indicator", "cases", "case", "restated", "data"), "moved", 55, of_app=True),
    Command("board", ("b",), "The board", "Going about",
            ("indicator", "cases", "case", "restated", "changes", "data"), of_app=True),
    Command("restated", ("x",), "The cases behind what was restated", "Going about",
            ("indicator",)),
    Command("following", ("n",), "The next indicator", "Going about", ("indicator",), "next", 60),
    Command("preceding", ("N",), "The indicator before", "Going about", ("indicator",)),
    Command("goto", ("colon",),
            "Go to anything: indicator, school, child, address, command",
            "Going about", OVER_DATA, "go to", 45, of_app=True),
    Command("views", ("o",), "Open a view that was saved under a name", "Going about", OVER_DATA,
            of_app=True),
    Command("previous_view", ("comma",), "Back to the view looked at before, wherever it was",
            "Going about", OVER_DATA, of_app=True),
    Command("next_view", ("full_stop",), "Forward again", "Going about", OVER_DATA, of_app=True),
    Command("down", ("down", "j"), "Down a line", "Moving"),
    Command("up", ("up", "k"), "Up a line", "Moving"),
    Command("page_down", ("pagedown", "space"), "Down a page", "Moving"),
    Command("page_up", ("pageup",), "Up a page", "Moving"),
    Command("top", ("home",), "To the top", "Moving"),
    Command("bottom", ("end", "G"), "To the bottom", "Moving"),
    Command("left", ("left", "h"), "Columns to the left", "Moving", TABLES),
    Command("right", ("right", "l"), "Columns to the right", "Moving", TABLES),
    Command("section", tuple("123456789"), "To a section, by its number", "Moving",
            ("indicator", "changes", "briefing"), "section", 65, numbered=True),
    Command("find", ("slash",), "Filter as you type; going back clears it",
            "Seeing", ("board", "cases", "changes", "data", "help"), "filter", 80),
    Command("sort_next", ("s",), "Sort by the next column; past the last, the order it came in",
            "Seeing", TABLES, "sort", 75),
    Command("sort_back", ("S",), "Sort by the column before", "Seeing", TABLES),
    Command("sort_column", tuple("123456789"), "Sort by a column, by its number", "Seeing",
            TABLES, numbered=True),
    Command("reverse", ("r",), "Turn the order round", "Seeing", TABLES),
    Command("variant", ("v",), "The next definition of the same indicator", "Seeing",
            ("cases",), "variant", 78),
    Command("variant_back", ("V",), "The definition before", "Seeing", ("cases",)),
    Command("group", ("g",), "Group by the next column; opening a group shows its rows",
            "Seeing", ("cases",), "group", 74),
    Command("issues", ("i",), "Sources or issues", "Seeing", ("data",), "sources/issues", 85),
    Command("earlier", ("left_square_bracket",), "A period earlier", "Time", OVER_DATA,
            "earlier", 50, of_app=True),
    Command("later", ("right_square_bracket",), "A period later", "Time", OVER_DATA,
            "later", 49, of_app=True),
    Command("as_at", ("at",), "What was known on another day", "Time", OVER_DATA, "as at", 30),
    Command("latest", ("equals_sign",), "Back to the meeting and its period", "Time",
            OVER_DATA, of_app=True),
    Command("between", ("p",), "Compare two periods of your choice", "Time", OVER_DATA,
            "periods", 35),
    Command("from_earlier", ("less_than_sign",), "Compare with a period earlier", "Time",
            ("changes",)),
    Command("from_later", ("greater_than_sign",), "Compare with a period later", "Time",
            ("changes",)),
    Command("copy_address", ("y",), "Send the address of this view to the clipboard", "Keeping",
            OVER_DATA),
    Command("copy_row", ("Y",), "Send the row under the cursor to the clipboard", "Keeping",
            TABLES),
    Command("copy_value", ("number_sign",), "Send the value with its count to the clipboard",
            "Keeping", ("board", "indicator", "cases")),
    Command("copy_table", ("T",), "Send the rows that are seen to the clipboard, for a spreadsheet",
            "Keeping", ("board", "indicator", "cases", "changes")),
    Command("save", ("w",), "Save what is seen as CSV, where you say", "Keeping",
            ("board", "indicator", "cases", "changes")),
    Command("public", ("P",), "The public view: small counts of children hidden; and back",
            "Seeing", OVER_DATA, of_app=True),
    Command("briefing", ("B",), "The briefing: what will be in it, and saving it", "Keeping",
            ("board", "indicator", "changes"), of_app=True),
    Command("save_briefing", ("w",), "Save the briefing, where you say", "Keeping",
            ("briefing",), "save", 88),
    Command("form", ("f",), "The next form of file: html, pdf, xlsx, md, csv", "Keeping",
            ("briefing",), "form", 86),
    Command("view", ("P",), "Public or internal", "Keeping", ("briefing",),
            "public/internal", 85),
    Command("profile", ("p",), "The next profile of the config", "Keeping", ("briefing",),
            "profile", 84),
    Command("save_view", ("W",), "Save this view under a name", "Keeping", OVER_DATA),
    Command("edit", ("e",), "Write on it in your editor: reason, action, question, answer",
            "Keeping", ("board", "indicator", "cases"), "write", 66,
            worded=(("board", ""), ("cases", ""))),
    Command("theme", ("t",), "The next theme", "The program", OVER_DATA, of_app=True),
    Command("reread", ("R",), "Read the tables again", "The program", OVER_DATA, of_app=True),
    Command("help", ("question_mark", "f1"), "Every key, searchable", "The program",
            (*OVER_DATA, "briefing"), "help", 92, of_app=True),
    Command("suspend_process", ("ctrl+z",), "To the shell; fg comes back", "The program",
            of_app=True),
    Command("quit", ("q",), "Quit", "The program", (*OVER_DATA, "briefing", "help"), "quit", 91,
            of_app=True),
    Command("interrupt", ("ctrl+c",), "Quit at once", "The program", of_app=True),
)  # fmt: skip


def named(told: str) -> str:
    """Return Textual's name for the key of a letter or sign: "/" gives "slash"."""
    if told.isalnum():
        return told
    # Textual derives key names from Unicode's, except for those in _TEXTUAL_KEY_NAMES.
    name = unicode_name(told).lower().replace("-", "_").replace(" ", "_")
    return _TEXTUAL.get(name, name)


_TEXTUAL: Final = {
    "solidus": "slash", "reverse_solidus": "backslash", "commercial_at": "at",
    "hyphen_minus": "minus", "plus_sign": "plus", "low_line": "underscore",
}  # fmt: skip
SIGNS: Final[Mapping[str, str]] = {named(one): one for one in punctuation} | {
    "enter": "Enter", "escape": "Esc", "backspace": "Backspace", "down": "↓", "up": "↑",
    "left": "←", "right": "→", "pagedown": "PgDn", "pageup": "PgUp", "home": "Home",
    "end": "End", "space": "Space", "tab": "Tab", "delete": "Delete", "insert": "Insert",
}  # fmt: skip


def sign(key: str) -> str:
    """Return a key as it is printed on a keyboard: ``/``, ``PgDn``, ``F1``, ``Ctrl+C``."""
    return SIGNS.get(key, key if len(key) == 1 else key.title())


def key_of(name: str, table: Sequence[Command] = COMMANDS) -> str:
    """Return the first key of a command, for texts that name it, or its title if it has no key."""
    command = next(one for one in table if one.id == name)
    return sign(command.keys[0]) if command.keys else f"“{command.title}”"


def signs(command: Command) -> str:
    """Return all keys of a command: ``Enter``, ``↓ j``, ``1-9``."""
    if command.numbered:
        return f"{command.keys[0]}-{command.keys[-1]}"
    return " ".join(sign(key) for key in command.keys)


def on(screen: str, table: Sequence[Command] = COMMANDS) -> tuple[Command, ...]:
    """Return the commands that work on a screen, in the table's order."""
    return tuple(command for command in table if screen in command.where)


def bindings(screen: str, table: Sequence[Command] = COMMANDS) -> list[BindingType]:
    """Return Textual's bindings for a screen: each key of each command, to the action of its id."""
    return list(_bindings(screen, table))


def _bindings(screen: str, table: Sequence[Command]) -> Iterator[Binding]:
    # Not at the top: `kpitui check` reads this table and must not wait for Textual.
    from textual.binding import Binding

    for command in on(screen, table):
        for key in command.keys:
            action = f"app.{command.id}" if command.of_app else command.id
            action += f"({key})" if command.numbered else ""
            # Ctrl+C has priority, so that it ends the program while a line is being typed too.
            yield Binding(key, action, command.title, show=False, priority=key == "ctrl+c")


def footer(
    screen: str, cells: int, table: Sequence[Command] = COMMANDS
) -> tuple[tuple[str, str], ...]:
    """Return key and word of the commands that fit a width, in the table's order.

    Commands with more weight are kept first. The width counts a space after each key and two
    between commands.
    """
    told = [command for command in on(screen, table) if command.word(screen) and command.keys]
    kept: list[Command] = []
    for command in sorted(told, key=lambda one: -one.weight):
        trial = [*kept, command]
        if sum(len(_short(one)) + len(one.word(screen)) + 3 for one in trial) - 2 > cells:
            break
        kept = trial
    return tuple((_short(one), one.word(screen)) for one in told if one in kept)


def _short(command: Command) -> str:
    return signs(command) if command.numbered else sign(command.keys[0])


def as_markdown() -> str:
    """Render the table as the page `docs/keys.md`."""
    lines = [
        "# Keys",
        "",
        "Made from the table in `kpitui/terminal/commands.py`; a test says when it is out of date."
        " Other keys are given under `[keys]` of [the config](guide.md#keys-of-your-own), by the"
        " name in the last column.",
        "",
    ]
    for group in dict.fromkeys(command.group for command in COMMANDS):
        lines += [f"## {group}", "", "| keys | does | on | name |", "|---|---|---|---|"]
        lines += [_row(command) for command in COMMANDS if command.group == group] + [""]
    return "\n".join(lines)


def _row(command: Command) -> str:
    where = "everywhere" if command.where == EVERYWHERE else ", ".join(command.where)
    keys = f"`{signs(command)}`" if command.numbered else " ".join(
        f"`{sign(key)}`" for key in command.keys
    )  # fmt: skip
    return f"| {keys} | {command.title} | {where} | `{command.id}` |"

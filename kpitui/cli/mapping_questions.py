"""Ask, one by one, which columns of a file are those of a table.

Questions are on standard error and answers on standard input, so that a script can give them too.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from kpitui.cli.output import CommandRefused, print_message
from kpitui.file_mapping import ColumnSuggestion, format_stanza, list_questions, list_unread_words


def ask_mapping(suggestion: ColumnSuggestion) -> str:
    """Ask what is not certain of a file, and return the part of the config that maps it.

    Raises CommandRefused where a column that the table needs is not answered.
    """
    print_message(f"{suggestion.file_name} is read as {suggestion.table.name}.")
    for column_name, heading in suggestion.certain_columns.items():
        print_message(f"  {column_name}: {heading}")
    columns = dict(suggestion.certain_columns)
    for column_name in list_questions(suggestion):
        if heading := _ask_heading(suggestion, column_name, [*columns.values()]):
            columns[column_name] = heading
    values = {
        column_name: codes
        for column_name, heading in columns.items()
        if (codes := _ask_codes(suggestion, column_name, heading))
    }
    return format_stanza(suggestion, columns, values)


def _ask_heading(suggestion: ColumnSuggestion, column_name: str, taken_headings: Sequence[str]) -> str:
    """Ask which heading a column has; return an empty text for none."""
    column = suggestion.table.columns[column_name]
    likely_headings = suggestion.possible_headings.get(column_name, ())
    headings = [name for name in (*likely_headings, *suggestion.headings) if name not in taken_headings]
    headings = [*dict.fromkeys(headings)]
    if not headings:
        return ""
    print_message(f"Which column is {column_name}{' (needed)' if column.required else ''}?")
    for number, heading in enumerate(headings, 1):
        words = ", ".join(suggestion.words.get(heading, ())[:3])
        print_message(f"  {number}  {heading}{f' ({words})' if words else ''}")
    while True:
        answer = _read_answer("A number:" if column.required else "A number, or Enter for none:")
        if not answer and not column.required:
            return ""
        if answer.isdecimal() and 0 < int(answer) <= len(headings):
            return headings[int(answer) - 1]
        print_message(f"A number from 1 to {len(headings)}{', as the table needs it' if column.required else ''}.")


def _ask_codes(suggestion: ColumnSuggestion, column_name: str, heading: str) -> dict[str, str]:
    """Ask what each word means that a column of codes would not understand."""
    known_codes = suggestion.table.columns[column_name].known_codes or ("Y", "N")
    codes = {}
    for word in list_unread_words(suggestion, column_name, heading):
        print_message(f'What is "{word}" in {column_name}? {", ".join(known_codes)}')
        if answer := _read_answer("A code, or Enter to leave it:"):
            codes[word] = answer
    return codes


def _read_answer(prompt: str) -> str:
    """Read a line of standard input. Raises CommandRefused at its end."""
    print_message(prompt)
    if not (line := sys.stdin.readline()):
        raise CommandRefused("no more answers: nothing was written")
    return line.strip()

"""The commentary of an indicator as plain text, to edit and read back.

    [action 2]
    owner: Head of service
    due: 2019-05-31
      Every child in care for more than six months is brought to the panel.

What stands above the first heading is for the writer and is not read back. The number says which
row of the file a note is. A heading without a number is a new note. Deleting a numbered note
deletes its row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from textwrap import wrap
from typing import NamedTuple

from kpitui.commentary.commentary_file import CommentaryRow, RowChange
from kpitui.figure_wording import describe_finding
from kpitui.model.issues import CodedMessage, create_message
from kpitui.text import clean_text, find_nearest_name

NOTE_KINDS = ("reason", "action", "question", "answer", "decision")
FIELD_COLUMNS: Mapping[str, str] = {
    "author": "author",
    "date": "written_date",
    "owner": "owner",
    "due": "due_date",
    "closed": "closed_date",
    "expected": "expected",
}
"""The template's field names, and the columns that they stand for."""
DATE_FIELDS = ("date", "due", "closed")
ACTION_FIELDS = ("owner", "due", "closed", "expected")
TEXT_WIDTH = 80
TEMPLATE_HELP = """\
Write under the headings and save. Text above the first heading is ignored.
A heading is [reason], [action], [question], [answer] or [decision]. A heading
with a number is a note in the file: change it, or delete the whole block to remove the note.
A heading without a number is a new note: add as many as you like.
Put the fields first: author, date and, for an action, its owner, when it is due,
when it was closed and the value expected by then. Write dates as 2019-03-25. The text follows; its lines
are joined into one."""
_HEADING_PATTERN = re.compile(r"\[(?P<kind>[^\]\d]*?)\s*(?P<number>\d+)?(?:\s+of\s+[^\]]*)?\]\s*")
_FIELD_PATTERN = re.compile(r"(?P<name>[A-Za-z]+):(?P<value>.*)")


LineMistake = tuple[int, CodedMessage]


class TemplateMistakes(ValueError):
    """Raised with every mistake in a template and its line; nothing of the template is written."""

    def __init__(self, line_mistakes: Sequence[LineMistake]) -> None:
        super().__init__("; ".join(_describe_mistakes(line_mistakes)))
        self.line_mistakes = tuple(line_mistakes)


def _describe_mistakes(line_mistakes: Iterable[LineMistake], line_offset: int = 0) -> tuple[str, ...]:
    return tuple(f"line {number + line_offset}: {describe_finding(message)}" for number, message in line_mistakes)


class MarkedTemplate(NamedTuple):
    """A template with its mistakes at the top, and the mistakes in words with their lines in it."""

    text: str
    mistake_texts: tuple[str, ...]


@dataclass(slots=True)
class _NoteBlock:
    """A note of the template while it is being read."""

    heading_line: int
    note_kind: str
    note_number: int | None
    field_values: dict[str, str] = field(default_factory=dict)
    text_lines: list[str] = field(default_factory=list)

    @property
    def note_text(self) -> str:
        """Return the lines of the text joined to one."""
        return " ".join(" ".join(self.text_lines).split())


def render_template(
    introduction: Iterable[str], commentary_rows: Sequence[CommentaryRow], period_text: str, note_date: date
) -> str:
    """Return a template: an introduction, each row as a numbered note, and blank notes.

    `period_text` is the board's period as written, 2018-19 Q3. `note_date` dates the blank notes: a
    reason and an action, unless the rows have one.
    """
    lines = [f"# {line}".rstrip() for paragraph in (*introduction, "", TEMPLATE_HELP) for line in paragraph.split("\n")]
    note_blocks = [_format_note_block(row, number, period_text) for number, row in enumerate(commentary_rows, 1)]
    kinds = {_read_note_kind(commentary_row) for commentary_row in commentary_rows}
    blank_notes = [_format_blank_note(kind, note_date) for kind in ("reason", "action") if kind not in kinds]
    return "\n\n".join(("\n".join(lines), *note_blocks, *blank_notes)) + "\n"


def mark_mistakes(template_text: str, template_mistakes: TemplateMistakes) -> MarkedTemplate:
    """Return a template with its mistakes at the top, in place of any listed there before."""
    lines = template_text.split("\n")
    while lines and lines[0].startswith("#!"):
        lines.pop(0)
    # The lines put in front move every line below, less the lines they replace.
    line_offset = len(template_mistakes.line_mistakes) + 1 - (len(template_text.split("\n")) - len(lines))
    mistake_texts = _describe_mistakes(template_mistakes.line_mistakes, line_offset)
    marked_lines = (
        "#! Nothing was saved. Correct these lines first:",
        *(f"#! {text}" for text in mistake_texts),
        *lines,
    )
    return MarkedTemplate("\n".join(marked_lines), mistake_texts)


def parse_template_changes(
    template_text: str, commentary_rows: Sequence[CommentaryRow], indicator_name: str, period_text: str, note_date: date
) -> list[RowChange]:
    """Return the row changes that a template asks for, against the rows it was made from.

    Raises TemplateMistakes with every mistake in it.
    """
    note_blocks, mistakes = _split_note_blocks(template_text)
    mistakes += [mistake for block in note_blocks for mistake in _check_note_block(block, commentary_rows, note_date)]
    used_numbers = [note_block.note_number for note_block in note_blocks if note_block.note_number is not None]
    mistakes += [
        (note_block.heading_line, create_message("note-number-repeated", number=note_block.note_number))
        for index, note_block in enumerate(note_blocks)
        if note_block.note_number
        in [earlier_block.note_number for earlier_block in note_blocks[:index] if earlier_block.note_number is not None]
    ]
    if mistakes:
        raise TemplateMistakes(sorted(mistakes, key=lambda mistake: mistake[0]))
    blocks_by_number = {
        note_block.note_number: note_block for note_block in note_blocks if note_block.note_number is not None
    }
    row_changes = [
        RowChange(row, _update_commentary_row(row, blocks_by_number[number]) if number in used_numbers else None)
        for number, row in enumerate(commentary_rows, 1)
    ]
    # A new note has the draft's date unless a field of the note says another.
    cells = {"indicator": indicator_name, "period": period_text, "written_date": note_date.isoformat()}
    new_blocks = (note_block for note_block in note_blocks if note_block.note_number is None and note_block.note_text)
    row_changes += [RowChange(None, _create_commentary_row(cells, note_block)) for note_block in new_blocks]
    return [change for change in row_changes if change.old_row != change.new_row]


# --- writing it out ------------------------------------------------------------------------------


def _format_note_block(commentary_row: CommentaryRow, note_number: int, period_text: str) -> str:
    suffix = f" of {commentary_row['period']}" if commentary_row["period"] != period_text else ""
    note_lines = [f"[{_read_note_kind(commentary_row)} {note_number}{suffix}]"]
    for field_name, column_name in FIELD_COLUMNS.items():
        # An action shows its own fields even when they are empty, so that they can be filled in.
        is_needed = commentary_row.get(column_name) or (
            _read_note_kind(commentary_row) == "action" and field_name in ACTION_FIELDS
        )
        if is_needed or field_name in ("author", "date"):
            note_lines.append(f"{field_name}: {format_template_cell(commentary_row.get(column_name, ''))}".rstrip())
    note_text = format_template_cell(commentary_row.get("text", ""))
    note_lines += wrap(note_text, TEXT_WIDTH, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False,
                  break_long_words=False)  # fmt: skip
    return "\n".join(note_lines)


def _format_blank_note(note_kind: str, note_date: date) -> str:
    field_lines = [f"date: {note_date.isoformat()}", "author:"]
    field_lines += ["owner:", "due:"] if note_kind == "action" else []
    return "\n".join((f"[{note_kind}]", *field_lines, "", ""))


def format_template_cell(cell_text: str) -> str:
    """Return a cell on one line, with control and invisible characters replaced."""
    return clean_text(" ".join(cell_text.split()))


def _read_note_kind(commentary_row: CommentaryRow) -> str:
    """Return the kind of a row in lower case; a row without one is a reason."""
    # Brackets and digits would break the heading that the kind is written in.
    kind_text = re.sub(r"[\[\]\d]", "", format_template_cell(commentary_row.get("kind", "")))
    return kind_text.strip().lower() or "reason"


# --- reading it back -----------------------------------------------------------------------------


def _split_note_blocks(template_text: str) -> tuple[list[_NoteBlock], list[LineMistake]]:
    """Split a template into notes; return them, and a mistake for each line above them."""
    note_blocks: list[_NoteBlock] = []
    mistakes: list[LineMistake] = []
    for line_number, raw_line in enumerate(template_text.split("\n"), 1):
        # Some editors save with \r\n.
        line = raw_line.rstrip("\r")
        if match := _HEADING_PATTERN.fullmatch(line):
            note_kind, number_text = match["kind"].strip().lower(), match["number"]
            note_blocks.append(_NoteBlock(line_number, note_kind, int(number_text) if number_text else None))
        elif note_blocks:
            _add_template_line(note_blocks[-1], line)
        elif line.strip() and not line.startswith("#"):
            mistakes.append((line_number, create_message("note-without-heading")))
    return note_blocks, mistakes


def _add_template_line(note_block: _NoteBlock, template_line: str) -> None:
    """Add a line to a note: as a field until its text has begun, and as text from then on."""
    field_match = _FIELD_PATTERN.fullmatch(template_line)
    field_name = field_match["name"].lower() if field_match and not note_block.note_text else ""
    if field_match and field_name in FIELD_COLUMNS and field_name not in note_block.field_values:
        note_block.field_values[field_name] = field_match["value"].strip()
    else:
        note_block.text_lines.append(template_line)


def _check_note_block(
    note_block: _NoteBlock, commentary_rows: Sequence[CommentaryRow], note_date: date
) -> Iterator[LineMistake]:
    """Yield the mistakes of a note, each with the line of its heading."""
    commentary_row = (
        commentary_rows[note_block.note_number - 1]
        if note_block.note_number and note_block.note_number <= len(commentary_rows)
        else None
    )
    if note_block.note_number is not None and commentary_row is None:
        yield note_block.heading_line, create_message("note-number-not-known", number=note_block.note_number)
    # A note may keep a kind that the file already has, even if it is none of these four.
    kinds = NOTE_KINDS if commentary_row is None else (*NOTE_KINDS, _read_note_kind(commentary_row))
    if note_block.note_kind not in kinds:
        yield note_block.heading_line, _explain_note_kind(note_block.note_kind)
    for field_name in DATE_FIELDS:
        field_value = note_block.field_values.get(field_name, "")
        # The same holds for a date: one that the writer left alone is not the writer's mistake.
        if field_value and (
            commentary_row is None
            or field_value != format_template_cell(commentary_row.get(FIELD_COLUMNS[field_name], ""))
        ):
            yield from _check_iso_date(note_block.heading_line, field_name, field_value)
    if note_block.note_text:
        return
    if note_block.note_number is not None:
        yield note_block.heading_line, create_message("note-emptied")
    elif any(
        value for name, value in note_block.field_values.items() if (name, value) != _default_date_field(note_date)
    ):
        yield note_block.heading_line, create_message("note-without-text", kind=note_block.note_kind)


def _explain_note_kind(note_kind: str) -> CodedMessage:
    """Say that a kind of note is not known, and which one was meant or which there are."""
    if suggestion := find_nearest_name(note_kind, NOTE_KINDS):
        return create_message("note-kind-misspelt", kind=note_kind, suggestion=suggestion)
    return create_message("note-kind-not-known", kind=note_kind, kinds=NOTE_KINDS)


def _default_date_field(note_date: date) -> tuple[str, str]:
    """Return the field that a blank note already has, which is no sign that it was filled in."""
    return "date", note_date.isoformat()


def _check_iso_date(heading_line: int, field_name: str, date_text: str) -> Iterator[LineMistake]:
    """Yield a mistake unless a text is a date written 2019-05-31."""
    try:
        # fromisoformat also reads 20190531 and 2019-W22-5: only the form asked for is taken.
        is_iso_date = date.fromisoformat(date_text).isoformat() == date_text
    except ValueError:
        is_iso_date = False
    if not is_iso_date:
        yield heading_line, create_message("note-date-not-read", field=field_name, text=date_text)


def _update_commentary_row(commentary_row: CommentaryRow, note_block: _NoteBlock) -> CommentaryRow:
    """Return a row as changed in a note; a cell shown as it was keeps its exact text."""
    block_cells = {"kind": note_block.note_kind, "text": note_block.note_text}
    block_cells |= {FIELD_COLUMNS[name]: value for name, value in note_block.field_values.items()}
    cells = {
        column_name: format_template_cell(commentary_row.get(column_name, "")) for column_name in FIELD_COLUMNS.values()
    }
    cells |= {"kind": _read_note_kind(commentary_row), "text": format_template_cell(commentary_row.get("text", ""))}
    # A field whose line was deleted is one that was emptied.
    new_cells = {column_name: block_cells.get(column_name, "") for column_name in cells}
    changed_cells = {column_name: cell for column_name, cell in new_cells.items() if cell != cells[column_name]}
    return {column_name: cell for column_name, cell in {**commentary_row, **changed_cells}.items() if cell}


def _create_commentary_row(default_cells: CommentaryRow, note_block: _NoteBlock) -> CommentaryRow:
    """Return a new row: the cells that all new rows have, then those of the note."""
    field_cells = {FIELD_COLUMNS[name]: value for name, value in note_block.field_values.items() if value}
    return {**default_cells, "kind": note_block.note_kind, "text": note_block.note_text, **field_cells}

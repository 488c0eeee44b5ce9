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

from kpitui.commentary.table import Change, Row
from kpitui.text import clean, nearest

KINDS = ("reason", "action", "question", "answer")
FIELDS: Mapping[str, str] = {
    "author": "author",
    "date": "written_date",
    "owner": "owner",
    "due": "due_date",
    "closed": "closed_date",
}
"""The template's field names, and the columns that they stand for."""
DATES = ("date", "due", "closed")
OF_AN_ACTION = ("owner", "due", "closed")
WIDTH = 80
HELP = """\
Write under the headings and save. What stands above the first is not read.
A heading is [reason], [action], [question] or [answer]. One with a number is
a note that is in the file: change it, or take it out as a whole. One without
is a new note: add as many as you like.
Fields follow the heading: author, date, and for an action its owner, when it
is due, and when it was closed. Dates are written 2019-03-25. Then comes the
text; its lines are joined to one."""
_HEADING = re.compile(r"\[(?P<kind>[^\]\d]*?)\s*(?P<number>\d+)?(?:\s+of\s+[^\]]*)?\]\s*")
_FIELD = re.compile(r"(?P<name>[A-Za-z]+):(?P<value>.*)")


class Mistakes(ValueError):
    """Raised with every mistake in a template and its line; nothing of the template is written."""

    def __init__(self, found: Sequence[tuple[int, str]]) -> None:
        super().__init__("; ".join(f"line {line}: {told}" for line, told in found))
        self.found = tuple(found)


@dataclass(slots=True)
class _Block:
    """A note of the template while it is being read."""

    line: int
    kind: str
    number: int | None
    fields: dict[str, str] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Return the lines of the text joined to one."""
        return " ".join(" ".join(self.lines).split())


def render(about: Iterable[str], rows: Sequence[Row], period: str, on: date) -> str:
    """Return a template: an introduction, each row as a numbered note, and blank notes.

    `period_text` is the board's period as written, 2018-19 Q3. `note_date` dates the blank notes: a
    reason and an action, unless the rows have one.
    """
    head = [f"# {line}".rstrip() for text in (*about, "", HELP) for line in text.split("\n")]
    notes = [_note(row, number, period) for number, row in enumerate(rows, 1)]
    kinds = {_kind(row) for row in rows}
    room = [_room(kind, on) for kind in ("reason", "action") if kind not in kinds]
    return "\n\n".join(("\n".join(head), *notes, *room)) + "\n"


def with_mistakes(text: str, mistakes: Mistakes) -> str:
    """Return a template with its mistakes at the top, in place of any listed there before."""
    rest = text.split("\n")
    while rest and rest[0].startswith("#!"):
        rest.pop(0)
    # The lines put in front move every line below, less the lines they replace.
    more = len(mistakes.found) + 1 - (len(text.split("\n")) - len(rest))
    told = [f"#! line {line + more}: {what}" for line, what in mistakes.found]
    return "\n".join(("#! Nothing was written, since something is not right yet:", *told, *rest))


def changes(text: str, rows: Sequence[Row], indicator: str, period: str, on: date) -> list[Change]:
    """Return the row changes that a template asks for, against the rows it was made from.

    Raises TemplateMistakes with every mistake in it.
    """
    blocks, mistakes = _blocks(text)
    mistakes += [told for block in blocks for told in _wrong(block, rows, on)]
    numbers = [block.number for block in blocks if block.number is not None]
    mistakes += [
        (block.line, f"the number {block.number} stands there twice")
        for place, block in enumerate(blocks)
        if block.number in [one.number for one in blocks[:place] if one.number is not None]
    ]
    if mistakes:
        raise Mistakes(sorted(mistakes))
    kept = {block.number: block for block in blocks if block.number is not None}
    found = [
        Change(row, _after(row, kept[number]) if number in numbers else None)
        for number, row in enumerate(rows, 1)
    ]
    # A new note has the draft's date unless a field of the note says another.
    about = {"indicator": indicator, "period": period, "written_date": on.isoformat()}
    new = (block for block in blocks if block.number is None and block.text)
    found += [Change(None, _filled(about, block)) for block in new]
    return [one for one in found if one.before != one.after]


# --- writing it out ------------------------------------------------------------------------------


def _note(row: Row, number: int, period: str) -> str:
    earlier = f" of {row['period']}" if row["period"] != period else ""
    lines = [f"[{_kind(row)} {number}{earlier}]"]
    for name, column in FIELDS.items():
        # An action shows its own fields even when they are empty, so that they can be filled in.
        wanted = row.get(column) or (_kind(row) == "action" and name in OF_AN_ACTION)
        if wanted or name in ("author", "date"):
            lines.append(f"{name}: {shown(row.get(column, ''))}".rstrip())
    text = shown(row.get("text", ""))
    lines += wrap(text, WIDTH, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False,
                  break_long_words=False)  # fmt: skip
    return "\n".join(lines)


def _room(kind: str, on: date) -> str:
    fields = [f"date: {on.isoformat()}", "author:"]
    fields += ["owner:", "due:"] if kind == "action" else []
    return "\n".join((f"[{kind}]", *fields, "", ""))


def shown(cell: str) -> str:
    """Return a cell on one line, with control and invisible characters replaced."""
    return clean(" ".join(cell.split()))


def _kind(row: Row) -> str:
    """Return the kind of a row in lower case; a row without one is a reason."""
    # Brackets and digits would break the heading that the kind is written in.
    plain = re.sub(r"[\[\]\d]", "", shown(row.get("kind", "")))
    return plain.strip().lower() or "reason"


# --- reading it back -----------------------------------------------------------------------------


def _blocks(text: str) -> tuple[list[_Block], list[tuple[int, str]]]:
    """Split a template into notes; return them, and a mistake for each line above them."""
    blocks: list[_Block] = []
    mistakes: list[tuple[int, str]] = []
    for number, written in enumerate(text.split("\n"), 1):
        # Some editors save with \r\n.
        line = written.rstrip("\r")
        if heading := _HEADING.fullmatch(line):
            kind, row = heading["kind"].strip().lower(), heading["number"]
            blocks.append(_Block(number, kind, int(row) if row else None))
        elif blocks:
            _take(blocks[-1], line)
        elif line.strip() and not line.startswith("#"):
            mistakes.append((number, "stands above the first heading: write it under one"))
    return blocks, mistakes


def _take(block: _Block, line: str) -> None:
    """Add a line to a note: as a field until its text has begun, and as text from then on."""
    name = _FIELD.fullmatch(line)
    key = name["name"].lower() if name and not block.text else ""
    if name and key in FIELDS and key not in block.fields:
        block.fields[key] = name["value"].strip()
    else:
        block.lines.append(line)


def _wrong(block: _Block, rows: Sequence[Row], on: date) -> Iterator[tuple[int, str]]:
    """Yield the mistakes of a note, each with the line of its heading."""
    row = rows[block.number - 1] if block.number and block.number <= len(rows) else None
    if block.number is not None and row is None:
        yield block.line, f"no note has the number {block.number}: leave it out for a new one"
    # A note may keep a kind that the file already has, even if it is none of these four.
    known = KINDS if row is None else (*KINDS, _kind(row))
    if block.kind not in known:
        close = nearest(block.kind, KINDS)
        told = f"did you mean {close}?" if close else f"write {', '.join(KINDS)}"
        yield block.line, f"{block.kind!r} is no kind of note - {told}"
    for name in DATES:
        value = block.fields.get(name, "")
        # The same holds for a date: one that the writer left alone is not the writer's mistake.
        if value and (row is None or value != shown(row.get(FIELDS[name], ""))):
            yield from _no_date(block.line, name, value)
    if block.text:
        return
    if block.number is not None:
        yield block.line, "the note has no text: to take it out, take out its heading too"
    elif any(value for name, value in block.fields.items() if (name, value) != _day_of(on)):
        yield block.line, f"the {block.kind} has no text"


def _day_of(on: date) -> tuple[str, str]:
    """Return the field that a blank note already has, which is no sign that it was filled in."""
    return "date", on.isoformat()


def _no_date(line: int, name: str, value: str) -> Iterator[tuple[int, str]]:
    """Yield a mistake unless a text is a date written 2019-05-31."""
    try:
        # fromisoformat also reads 20190531 and 2019-W22-5: only the form asked for is taken.
        sound = date.fromisoformat(value).isoformat() == value
    except ValueError:
        sound = False
    if not sound:
        yield line, f"{name}: {value!r} is not a date - write 2019-05-31"


def _after(row: Row, block: _Block) -> Row:
    """Return a row as changed in a note; a cell shown as it was keeps its exact text."""
    said = {"kind": block.kind, "text": block.text}
    said |= {FIELDS[name]: value for name, value in block.fields.items()}
    before = {column: shown(row.get(column, "")) for column in FIELDS.values()}
    before |= {"kind": _kind(row), "text": shown(row.get("text", ""))}
    # A field whose line was deleted is one that was emptied.
    told = {column: said.get(column, "") for column in before}
    altered = {column: cell for column, cell in told.items() if cell != before[column]}
    return {name: cell for name, cell in {**row, **altered}.items() if cell}


def _filled(about: Row, block: _Block) -> Row:
    """Return a new row: the cells that all new rows have, then those of the note."""
    said = {FIELDS[name]: value for name, value in block.fields.items() if value}
    return {**about, "kind": block.kind, "text": block.text, **said}

"""Write commentary to its file so that nobody's words are lost when two people write.

A draft remembers what the rows said when it was begun. Before it is written, the file is read
again. What others changed in other rows stays. Where they changed the same row nothing is written,
and the text is saved beside the file.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kpitui.commentary import template
from kpitui.commentary.table import (
    Change,
    Gone,
    Row,
    Table,
    Unwritable,
    changed,
    new_table,
    read_table,
    written,
)
from kpitui.config import Settings
from kpitui.model import Board, Entry
from kpitui.periods import parse_or_none
from kpitui.places import SAMPLE, state_folder
from kpitui.text import clean
from kpitui.whole import create_whole, replace_whole

NAME = "commentary"
TRIES = 20
"""How often to read a file again that others are writing to, before giving up."""


class NotHere(ValueError):
    """Raised where there is no file to write commentary to; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What may be written on an indicator and a period, and what the template was made from."""

    id: str
    code: str
    period: str
    indicator: str  # the id or the code, whichever the file uses
    file: Path
    found: bytes | None  # the file's content; None where there was no file
    on: date  # the date of new notes, unless they give another
    rows: tuple[Row, ...]
    template: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of writing, in words; `saved_copy` is where a text that was refused is saved.

    Where there was nothing to write, `was_written` is False and `saved_copy` is None.
    """

    wrote: bool
    said: str
    kept: Path | None = None


def draft(settings: Settings, board: Board, entry: Entry, today: date | None = None) -> Draft:
    """Prepare the commentary of an indicator in the board's period for editing.

    The draft has the period's own notes and the open actions of earlier periods. Raises
    CommentaryUnavailable or UnwritableFile where it could not be written, and OSError.
    """
    file = commentary_file(settings)
    found = _content(file)
    table = new_table() if found is None else _table(file, found)
    about, period = entry.indicator, board.period
    rows = [row for row in table.rows if row.get("indicator") in (about.id, about.code)]
    own = [row for row in rows if parse_or_none(row.get("period", "")) == period]
    # On the board of an earlier date, notes of today would lie in the future and not be shown.
    on = min(today or date.today(), board.as_at)
    texts = {row.get("text", "") for row in rows}
    elsewhere = [note for note in entry.notes if note.period == period and note.text not in texts]
    head = [f"{about.code}  {clean(about.title)}, {period.shown}", f"in {clean(str(file))}"]
    head += [f"Not in this file, so not to be changed here: {note.text}" for note in elsewhere]
    shown = (*own, *_open_actions(rows, board))
    text = template.render(head, shown, str(period), on)
    name = rows[-1]["indicator"] if rows else about.id
    return Draft(about.id, about.code, str(period), name, file, found, on, shown, text)


def write(one: Draft, text: str) -> Outcome:
    """Write what a template says to the file, merged with what others wrote meanwhile.

    Raises `editor_template.TemplateMistakes`; nothing is written then.
    """
    changes = template.changes(text, one.rows, one.indicator, one.period, one.on)
    if not changes:
        return Outcome(False, "Nothing was changed")
    where = clean(one.file.name)
    try:
        merged = _written(one, changes)
    except Gone:
        told = f"Somebody changed the same note in {where} meanwhile, so nothing was written."
    except (Unwritable, NotHere) as error:
        told = f"Nothing was written: {error}."
    except OSError as error:
        told = f"{where} cannot be written: {error.strerror}."
    else:
        others = ", beside what somebody else wrote meanwhile" if merged else ""
        many = "1 note" if len(changes) == 1 else f"{len(changes)} notes"
        return Outcome(True, f"Wrote {many} to {where}{others}")
    kept = keep_beside(one, text)
    return Outcome(False, f"{told} Your text is kept in {clean(str(kept))}", kept)


def keep_beside(one: Draft, text: str) -> Path:
    """Save a text that could not be written, beside the file or else in the state folder.

    Returns the new file. Raises OSError where neither folder can be written to.
    """
    plain = "".join(sign if sign.isalnum() else "-" for sign in one.code)
    name = f"{NAME} {plain} {one.period} not written"
    for folder in (one.file.parent, state_folder()):
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            return _create_first(folder, name, text)
    raise OSError(13, "can be written neither beside the tables nor in the state folder", name)


def commentary_file(settings: Settings) -> Path:
    """Return the path of the commentary's CSV file in the folder of tables, existing or not.

    Raises CommentaryUnavailable for the packaged sample and for a Parquet file, saying what to do.
    """
    if settings.file.resolve() == SAMPLE.resolve():
        raise NotHere(
            "This is the sample that comes with kpitui, and is not written to: copy "
            f"{SAMPLE.parent} to a folder of your own, and open kpitui there"
        )
    # Tables are found in any capitals: Commentary.CSV must not get a second file beside it.
    named = {one.name.lower(): one for one in settings.folder.iterdir()}
    file = named.get(f"{NAME}.csv")
    if file is None and (packed := named.get(f"{NAME}.parquet")):
        raise NotHere(
            f"{clean(str(packed))} is Parquet, which is not written to: save it as {NAME}.csv"
        )
    return file or settings.folder / f"{NAME}.csv"


def _open_actions(rows: list[Row], board: Board) -> Iterator[Row]:
    """Yield the actions of periods before the board's that are not closed."""
    for row in rows:
        told = parse_or_none(row.get("period", ""))
        earlier = told is not None and told.start < board.period.start
        if earlier and row.get("kind", "").lower() == "action" and "closed_date" not in row:
            yield row


def _written(one: Draft, changes: list[Change]) -> bool:
    """Apply changes to the file as it is now; say whether others changed it since the draft."""
    with _alone(one.file.parent):
        # Editors and spreadsheets know nothing of the lock: the file is compared once more just
        # before it is replaced, and read again if it has changed.
        for _ in range(TRIES):
            now = _content(one.file)
            if now is None and one.found is not None:
                raise Gone(one.file.name)
            # Replacing a file needs the folder's permission only, and would ignore that it is
            # read-only.
            if now is not None and not os.access(one.file, os.W_OK):
                raise PermissionError(13, "it is read-only")
            table = new_table() if now is None else _table(one.file, now)
            fresh = written(changed(table, changes))
            if now is None:
                # If somebody else created the file first, the next round merges with theirs.
                with suppress(FileExistsError):
                    create_whole(one.file, fresh)
                    return False
            elif _content(one.file) == now:
                replace_whole(one.file, fresh)
                return now != one.found
    raise Unwritable("others write to it all the time: try again")


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other kpitui programs from writing to a folder, where the file system has locks."""
    # The folder is locked and not the file: every write replaces the file, and a lock on the old
    # one would guard nothing.
    number = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):
            fcntl.flock(number, fcntl.LOCK_EX)
        yield
    finally:
        os.close(number)


def _content(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return None


def _table(file: Path, content: bytes) -> Table:
    """Parse a file, and name it in what is raised."""
    try:
        return read_table(content)
    except Unwritable as error:
        raise Unwritable(f"{clean(str(file))} {error}") from None


def _create_first(folder: Path, name: str, text: str) -> Path:
    """Write a text to a new file, numbered if the name is taken, and return its path."""
    number = 1
    while True:
        path = folder / (f"{name}.txt" if number == 1 else f"{name} {number}.txt")
        try:
            create_whole(path, text.encode())
        except FileExistsError:
            number += 1
        else:
            return path

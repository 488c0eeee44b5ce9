"""Write commentary to its file so that nobody's words are lost when two people write.

A draft remembers what the rows said when it was begun. Before it is written, the file is read
again. What others changed in other rows stays. Where they changed the same row nothing is written,
and the text is saved beside the file.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kpitui.atomic_files import (
    create_numbered_file,
    create_private_file,
    create_private_folder,
    explain_write_failure,
    lock_folder,
    replace_file,
)
from kpitui.commentary import editor_template
from kpitui.commentary.commentary_file import (
    CommentaryFile,
    CommentaryRow,
    RowChange,
    RowConflict,
    UnwritableFile,
    apply_row_changes,
    create_empty_commentary,
    encode_commentary_file,
    parse_commentary_file,
)
from kpitui.config.settings import Settings
from kpitui.locations import SAMPLE_CONFIG, get_state_folder
from kpitui.model.board import Board, Entry
from kpitui.model.periods import parse_period_or_none
from kpitui.regular_files import read_regular_file
from kpitui.text import clean_text

COMMENTARY_NAME = "commentary"
MAX_WRITE_ATTEMPTS = 20
"""How often to read a file again that others are writing to, before giving up."""


class CommentaryUnavailable(ValueError):
    """Raised where there is no file to write commentary to; the message says what to do."""


class TextNotSaved(ValueError):
    """Raised where a text could be written nowhere; the message says why."""


@dataclass(frozen=True, slots=True)
class CommentaryDraft:
    """What may be written on an indicator and a period, and what the template was made from."""

    indicator_id: str
    indicator_code: str
    period_text: str
    indicator_name: str  # the id or the code, whichever the file uses
    file_path: Path
    original_bytes: bytes | None  # the file's content; None where there was no file
    note_date: date  # the date of new notes, unless they give another
    original_rows: tuple[CommentaryRow, ...]
    template_text: str


@dataclass(frozen=True, slots=True)
class WriteOutcome:
    """The result of writing, in words; `saved_copy` is where a text that was refused is saved.

    Where there was nothing to write, `was_written` is False and `saved_copy` is None.
    """

    was_written: bool
    message: str
    saved_copy: Path | None = None


def draft_commentary(settings: Settings, board: Board, entry: Entry, today: date | None = None) -> CommentaryDraft:
    """Prepare the commentary of an indicator in the board's period for editing.

    The draft has the period's own notes and the open actions of earlier periods. Raises
    CommentaryUnavailable or UnwritableFile where it could not be written, and OSError.
    """
    file_path = find_commentary_file(settings)
    original_bytes = _read_if_present(file_path)
    commentary = create_empty_commentary() if original_bytes is None else _parse_named_file(file_path, original_bytes)
    indicator, board_period = entry.indicator, board.period
    rows = [row for row in commentary.filled_rows if row.get("indicator") in (indicator.id, indicator.code)]
    period_rows = [
        commentary_row
        for commentary_row in rows
        if parse_period_or_none(commentary_row.get("period", "")) == board_period
    ]
    # On the board of an earlier date, notes of today would lie in the future and not be shown.
    note_date = min(today or date.today(), board.as_at)
    note_texts = {commentary_row.get("text", "") for commentary_row in rows}
    notes = [note for note in entry.commentary_notes if note.period == board_period and note.text not in note_texts]
    introduction = [
        f"{indicator.code}  {clean_text(indicator.title)}, {board_period.label}",
        f"in {clean_text(str(file_path))}",
    ]
    introduction += [f"In another file, so you cannot change it here: {note.text}" for note in notes]
    editable_rows = (*period_rows, *_list_open_actions(rows, board))
    text = editor_template.render_template(introduction, editable_rows, str(board_period), note_date)
    name = rows[-1]["indicator"] if rows else indicator.id
    return CommentaryDraft(
        indicator.id, indicator.code, str(board_period), name, file_path, original_bytes, note_date, editable_rows, text
    )


def write_commentary(draft: CommentaryDraft, template_text: str) -> WriteOutcome:
    """Write what a template says to the file, merged with what others wrote meanwhile.

    Raises `editor_template.TemplateMistakes`, and TextNotSaved if there is room for the text neither
    in the file nor beside it; nothing is written then.
    """
    row_changes = editor_template.parse_template_changes(
        template_text, draft.original_rows, draft.indicator_name, draft.period_text, draft.note_date
    )
    if not row_changes:
        return WriteOutcome(False, "Nothing was changed")
    file_name = clean_text(draft.file_path.name)
    try:
        was_merged = _merge_into_file(draft, row_changes)
    except RowConflict:
        failure = f"Somebody else has just changed the same note in {file_name} , so nothing was saved."
    except (UnwritableFile, CommentaryUnavailable) as write_error:
        failure = f"Nothing was saved: {write_error}."
    except OSError as write_error:
        failure = f"{clean_text(explain_write_failure(write_error))}."
    else:
        merge_text = ", alongside what somebody else has just written" if was_merged else ""
        notes_text = "1 note" if len(row_changes) == 1 else f"{len(row_changes)} notes"
        return WriteOutcome(True, f"Wrote {notes_text} to {file_name}{merge_text}")
    try:
        saved_copy = save_unwritten_text(draft, template_text)
    except OSError:
        raise TextNotSaved(failure) from None
    return WriteOutcome(False, f"{failure} Your text is kept in {clean_text(str(saved_copy))}", saved_copy)


def save_unwritten_text(draft: CommentaryDraft, template_text: str) -> Path:
    """Save a text that could not be written, beside the file or else in the state folder.

    Returns the new file. Raises OSError where neither folder can be written to.
    """
    safe_code = "".join(character if character.isalnum() else "-" for character in draft.indicator_code)
    file_stem = f"{COMMENTARY_NAME} {safe_code} {draft.period_text} not written"
    with suppress(OSError):
        return create_numbered_file(draft.file_path.parent, file_stem, template_text.encode())
    state_folder = get_state_folder()
    create_private_folder(state_folder)
    return create_numbered_file(state_folder, file_stem, template_text.encode())


def find_commentary_file(settings: Settings) -> Path:
    """Return the path of the commentary's CSV file in the folder of tables, existing or not.

    Raises CommentaryUnavailable for the packaged sample and for a Parquet file, saying what to do.
    """
    if settings.config_path.resolve() == SAMPLE_CONFIG.resolve():
        raise CommentaryUnavailable(
            "The sample that comes with kpitui is read only: copy "
            f"{SAMPLE_CONFIG.parent} to a folder of your own, and open kpitui there"
        )
    # Tables are found in any capitals: Commentary.CSV must not get a second file beside it.
    files_by_name = {file.name.lower(): file for file in settings.tables_folder.iterdir()}
    csv_file = files_by_name.get(f"{COMMENTARY_NAME}.csv")
    if csv_file is None and (parquet_file := files_by_name.get(f"{COMMENTARY_NAME}.parquet")):
        raise CommentaryUnavailable(
            f"{clean_text(str(parquet_file))} is a Parquet file, which kpitui does not write: "
            f"save it as {COMMENTARY_NAME}.csv"
        )
    return csv_file or settings.tables_folder / f"{COMMENTARY_NAME}.csv"


def _list_open_actions(indicator_rows: list[CommentaryRow], board: Board) -> Iterator[CommentaryRow]:
    """Yield the actions of periods before the board's that are not closed."""
    for commentary_row in indicator_rows:
        row_period = parse_period_or_none(commentary_row.get("period", ""))
        is_earlier = row_period is not None and row_period.first_day < board.period.first_day
        if is_earlier and commentary_row.get("kind", "").lower() == "action" and "closed_date" not in commentary_row:
            yield commentary_row


def _merge_into_file(draft: CommentaryDraft, row_changes: list[RowChange]) -> bool:
    """Apply changes to the file as it is now; say whether others changed it since the draft."""
    with lock_folder(draft.file_path.parent):
        # Editors and spreadsheets know nothing of the lock: the file is compared once more just
        # before it is replaced, and read again if it has changed.
        for _ in range(MAX_WRITE_ATTEMPTS):
            current_bytes = _read_if_present(draft.file_path)
            if current_bytes is None and draft.original_bytes is not None:
                raise RowConflict(draft.file_path.name)
            # Replacing a file needs the folder's permission only, and would ignore that it is
            # read-only.
            if current_bytes is not None and not os.access(draft.file_path, os.W_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(draft.file_path))
            commentary = (
                create_empty_commentary()
                if current_bytes is None
                else _parse_named_file(draft.file_path, current_bytes)
            )
            new_bytes = encode_commentary_file(apply_row_changes(commentary, row_changes))
            if current_bytes is None:
                # If somebody else created the file first, the next round merges with theirs.
                with suppress(FileExistsError):
                    create_private_file(draft.file_path, new_bytes)
                    return False
            elif _read_if_present(draft.file_path) == current_bytes:
                replace_file(draft.file_path, new_bytes)
                return current_bytes != draft.original_bytes
    raise UnwritableFile("somebody else is writing to it: try again")


def _read_if_present(file_path: Path) -> bytes | None:
    try:
        return read_regular_file(file_path)
    except FileNotFoundError:
        return None


def _parse_named_file(file_path: Path, file_bytes: bytes) -> CommentaryFile:
    """Parse a file, and name it in what is raised."""
    try:
        return parse_commentary_file(file_bytes)
    except UnwritableFile as parse_error:
        raise UnwritableFile(f"{clean_text(str(file_path))} {parse_error}") from None

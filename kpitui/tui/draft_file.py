"""The file in which a commentary is being written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kpitui.regular_files import read_regular_file

if TYPE_CHECKING:
    from kpitui.commentary.note_store import CommentaryDraft


@dataclass(frozen=True, slots=True)
class DraftFile:
    """File that holds a text being written, and the draft it belongs to."""

    draft: CommentaryDraft
    file_path: Path

    def read_text(self) -> str:
        """Return the text, empty if the file has gone.

        Bytes that are not UTF-8 are replaced: any editor may have saved it.
        """
        try:
            file_text = read_regular_file(self.file_path).decode(errors="replace")
        except OSError:
            return ""
        return file_text.replace("\r\n", "\n").replace("\r", "\n")

"""Tables that are stored in several files: their rows wait until all files are known, and are joined then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import polars as pl

from kpitui.config_file.safeguarding_settings import SafeguardingSettings
from kpitui.layouts import LAYOUTS
from kpitui.layouts.declarations import Layout
from kpitui.layouts.engine import select_layout_columns
from kpitui.model.issues import CodedMessage, create_message
from kpitui.readers.file_stability import CHANGED_WHILE_READ, FileState, read_file_state
from kpitui.readers.raw_table import PART_COLUMN, RawTable, UnreadableTable
from kpitui.tables.recognise_files import RecognisedTable, combine_pieces

_COMPLETED_TABLES: Mapping[str, str] = {
    companion.title: layout.table_names[0] for layout in LAYOUTS for companion in layout.companions
}
"""The clean table that the rows of a companion complete, by the companion's title."""


@dataclass(frozen=True, slots=True)
class WaitingFile:
    """A recognised table, its file, and the state of the file when it was recognised."""

    path: Path
    recognised: RecognisedTable
    initial_state: FileState


@dataclass(slots=True)
class JoinedFiles:
    """The files of tables that are stored in several, and what joins them."""

    settings: SafeguardingSettings
    _waiting_files: list[WaitingFile] = field(default_factory=list)
    _companions: dict[str, list[WaitingFile]] = field(default_factory=dict)
    _companion_rows: dict[str, pl.DataFrame] = field(default_factory=dict)
    _is_truncated: bool = False

    def add_file(self, path: Path, recognised: RecognisedTable, initial_state: FileState) -> bool:
        """Keep a file that others complete, or that completes others; return whether it waits to be read."""
        waiting_file = WaitingFile(path, recognised, initial_state)
        if recognised.layout.title in _COMPLETED_TABLES:
            self._companions.setdefault(recognised.layout.title, []).append(waiting_file)
        if recognised.layout.companions:
            self._waiting_files.append(waiting_file)
        return bool(recognised.layout.companions)

    def complete_files(self) -> Iterator[WaitingFile]:
        """Yield each file that waits, with its rows joined as they are read."""
        for waiting_file in self._waiting_files:
            read_joined = partial(self._read_joined_rows, waiting_file.recognised)
            yield replace(waiting_file, recognised=replace(waiting_file.recognised, read_pieces=read_joined))

    def describe_companions(self) -> Iterator[tuple[WaitingFile, CodedMessage]]:
        """Yield what each file that gives no table itself completes."""
        joined_tables = {name for file in self._waiting_files for name in file.recognised.layout.table_names}
        for title, waiting_files in self._companions.items():
            table_name = _COMPLETED_TABLES[title]
            code = "file-completes-table" if table_name in joined_tables else "file-completes-nothing"
            for waiting_file in waiting_files:
                if not waiting_file.recognised.layout.table_mappings:
                    yield waiting_file, create_message(code, layout=title, table=table_name)

    def _read_joined_rows(self, recognised: RecognisedTable) -> Iterator[RawTable]:
        """Yield the rows of a table, joined with those of its companions. Raise UnreadableTable."""
        layout = recognised.layout
        raw_table = combine_pieces(recognised.read_pieces())
        companion_rows = {
            companion.title: self._read_companion(companion)
            for companion in layout.companions
            if companion.title in self._companions
        }
        rows = select_layout_columns(raw_table.raw_rows, layout)
        rows, notes = (rows, ()) if layout.join_rows is None else layout.join_rows(rows, companion_rows, self.settings)
        yield replace(
            raw_table,
            raw_rows=rows.drop(PART_COLUMN),
            ascii_only=False,
            reader_notes=[*raw_table.reader_notes, *notes],
            truncated=raw_table.truncated or self._is_truncated,
        )

    def _read_companion(self, layout: Layout) -> pl.DataFrame:
        """Read all files of a companion, once. Raise UnreadableTable where one of them cannot be read."""
        if layout.title not in self._companion_rows:
            frames = []
            for waiting_file in self._companions[layout.title]:
                raw_table = combine_pieces(waiting_file.recognised.read_pieces())
                if read_file_state(waiting_file.path) != waiting_file.initial_state:
                    raise UnreadableTable(create_message(CHANGED_WHILE_READ))
                self._is_truncated = self._is_truncated or raw_table.truncated
                frames.append(select_layout_columns(raw_table.raw_rows, layout))
            self._companion_rows[layout.title] = pl.concat(frames)
        return self._companion_rows[layout.title]

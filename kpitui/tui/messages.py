"""The messages that widgets and screens post: what was asked for, never how to answer it."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from kpitui.model.board import ReadingProgress
from kpitui.tui.requests import DeskAnswer


@dataclass
class WorkAnswered(Message):
    """Work on the data is done."""

    answer: DeskAnswer


@dataclass
class ReadingProgressed(Message):
    """The tables are being read: how far it is."""

    progress: ReadingProgress


@dataclass
class CursorMoved(Message):
    """The cursor of a table, or the top line of a page, has moved."""

    row_index: int


@dataclass
class RowChosen(Message):
    """A row was opened with the mouse."""

    row_index: int


@dataclass
class HeadingClicked(Message):
    """A column's heading was clicked."""

    column_index: int

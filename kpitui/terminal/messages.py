"""The messages that widgets and screens post: what was asked for, never how to answer it."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from kpitui.model import Progress
from kpitui.terminal.work import Answer, Request


@dataclass
class Asked(Message):
    """A screen needs work done on the data."""

    request: Request


@dataclass
class Answered(Message):
    """Work on the data is done."""

    answer: Answer


@dataclass
class Reading(Message):
    """The tables are being read: how far it is."""

    progress: Progress


@dataclass
class Moved(Message):
    """The cursor of a table, or the top line of a page, has moved."""

    row: int


@dataclass
class Chosen(Message):
    """A row was opened with the mouse."""

    row: int


@dataclass
class HeadChosen(Message):
    """A column's heading was clicked."""

    column: int

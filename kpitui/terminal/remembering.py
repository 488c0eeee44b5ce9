"""The board that was last read, kept for the next start: neither needs the tables, nor polars."""

from __future__ import annotations

from pathlib import Path

from kpitui import snapshot
from kpitui.config import ConfigError, Settings, find_config, load
from kpitui.model import Board
from kpitui.periods import latest_complete


def mark(config: Path | None) -> str | None:
    """What the usual board of a config is kept under, or None where its files cannot be seen."""
    try:
        settings = load(find_config(config))
        said = sorted(settings.published.glob("*.json"))
        return snapshot.fingerprint(settings.file, settings.folder, settings.meeting(), None, said)
    except (ConfigError, OSError):
        return None


def recall(config: Path | None) -> Board | None:
    """The usual board as it was last read, if nothing that it depends on has changed."""
    found = mark(config)
    return snapshot.recall(found) if found else None


def usual(board: Board, settings: Settings) -> bool:
    """Whether a board is the one that opens when nothing else is asked for.

    One that a database gave nothing for is not: nothing would tell that it is there again.
    """
    day = settings.meeting()
    silent = any(source.problem and not source.watched for source in board.sources)
    return board.as_at == day and board.period == latest_complete(day) and not silent

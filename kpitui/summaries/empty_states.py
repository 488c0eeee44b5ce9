"""What to do where a board has nothing to show."""

from __future__ import annotations

from kpitui.model.board import Board


def describe_empty_board(board: Board, reread_key: str) -> str:
    """Say what to do about a board without indicators or without any data; else an empty text.

    `reread_key` is the key that reads the tables again.
    """
    if not board.entries:
        return f"The config chooses no indicator: add some under [board], then press {reread_key}"
    has_values = any(entry.point.count.value is not None or entry.point.count.is_hidden for entry in board.entries)
    if has_values or any(source.rows_used for source in board.sources):
        return ""
    return (
        "There is no data yet: put your returns into the folder that the config names under [tables], then press "
        f"{reread_key}. kpitui check says what is missing"
    )

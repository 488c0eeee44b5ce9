"""What is known of a table besides its rows: what could not be read, and what no file has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class TableKnowledge:
    """What is known of the rows of a table.

    `lost_rows` were left out although they may be cases: a cell that they cannot do without is
    missing or could not be read. Of `contradicted_rows` another row says otherwise. `unread_dates`
    are the cells of the other dates that could not be read, by column. `broken_files` end too soon,
    or may still be being written. `filled_columns` have a value in some row, and `present_columns`
    are in some file. The ids of `uncertain_rows` may be the same as others. None of the ids of a
    table that `is_apart` is in the table it belongs to.
    """

    row_count: int = 0
    lost_rows: int = 0
    contradicted_rows: int = 0
    first_loss: tuple[str, int | None] = ("", None)  # the file and line of the first lost row
    unread_dates: Mapping[str, int] = field(default_factory=dict)
    broken_files: tuple[str, ...] = ()
    present_columns: frozenset[str] = frozenset()
    filled_columns: frozenset[str] = frozenset()
    uncertain_rows: int = 0
    is_apart: bool = False


TableKnowledgeByName = Mapping[str, TableKnowledge]
"""What is known of each table that is supplied; a table that is not here is not supplied."""

"""The types that declare a clean table: its columns, its subjects, and what its dates mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class ColumnType(Enum):
    """How the cells of a column are parsed."""

    TEXT = "text"
    ID = "id"
    CODE = "code"
    DATE = "date"
    NUMBER = "number"
    AMOUNT = "number of 0 or more"
    YES_NO = "Y or N"
    POSTCODE = "postcode"


NumberRange = tuple[float, float]
"""The lowest and the highest number that a cell may hold."""
# So large that no council counts as far, and so small that sums of them stay exact.
_WIDEST_RANGES: Mapping[ColumnType, NumberRange] = {ColumnType.NUMBER: (-1e9, 1e9), ColumnType.AMOUNT: (0, 1e9)}


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column: its type, whether a file must have it, and the codes or numbers that its cells may hold.

    A missing cell of a required column is reported, unless `may_be_empty`.
    """

    name: str
    column_type: ColumnType
    required: bool
    known_codes: tuple[str, ...] = ()
    may_be_empty: bool = False
    usual_range: NumberRange | None = None

    @property
    def number_range(self) -> NumberRange:
        """Return the lowest and the highest number of a column of numbers."""
        return self.usual_range or _WIDEST_RANGES[self.column_type]


@dataclass(frozen=True, slots=True)
class SubjectType:
    """What rows are about, the column that identifies it, and what a public page may show of it."""

    id_column: str = ""
    has_public_counts: bool = False
    has_public_rows: bool = False


@dataclass(frozen=True, slots=True)
class KnowledgeDates:
    """The date columns of a table that would reveal what happened after a date.

    A row goes where one of `known_from_columns` is later. `end_columns` pairs each end with the
    columns recorded at that end: all become missing where the end is later. A later date in
    `open_ended_columns` becomes a date that no file has, because a missing cell there has a meaning
    of its own.
    """

    known_from_columns: tuple[str, ...] = ()
    end_columns: tuple[tuple[str, tuple[str, ...]], ...] = ()
    open_ended_columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EventTemplate:
    """How a row of a table becomes an event: where its dates stand, and what to call it.

    `day_column` holds the day of the event and `end_column` the end of a spell. `detail_columns`
    are columns, each with the label before it; a missing cell is skipped. A birth comes years
    before everything else on a time line.
    """

    day_column: str
    event_text: str
    detail_columns: tuple[tuple[str, str], ...] = ()
    end_column: str | None = None
    is_birth: bool = False


@dataclass(frozen=True, slots=True)
class CleanTable:
    """The declaration of a clean table: everything that the program knows of it.

    - A row without a cell in one of `mandatory_columns` is left out. Of rows with the same
      `key_columns` one stays.
    - `subject` is what the rows are about. A table with a row for each subject has the noun for one
      as its `subject_noun`, and is searched.
    - `knowledge_dates` are the dates that would tell the future on a replayed date.
    - `timeline_events` are the events that a row puts on the time line of its subject.
    - The dates in `event_columns` tell how recent a file is, or else the periods in `period_column`.
    - `span_columns` are the start and the end of a row. If `spans_exclude_each_other`, those of one
      subject must not overlap. `end_detail_column` is recorded at the end, and needs it.
    - A file of a table that `is_snapshot` gives the present state: what it leaves out of a subject,
      an earlier file may say. Where a table `repeats_open_spells`, each file has the open spells of
      the file before, as they are by then.
    - `provenance_columns` say where a figure is from: it may be the same where these differ.
    - Of rows with one key, Y in `unanimous_column` stands only if all of them have it.
    - Where no row has one of the optional `deciding_columns`, nobody can tell how its cases count.
    - Files of a table that `covers_many_areas` have rows of other councils, told by their `la_code`.
    - Rows of any other table that name another council than `council_code` are left out, if it is set;
      where rows `must_name_council`, also those that name none.
    """

    name: str
    columns: Mapping[str, TableColumn]
    key_columns: tuple[str, ...]
    mandatory_columns: tuple[str, ...]
    subject: SubjectType = SubjectType()
    subject_noun: str = ""
    knowledge_dates: KnowledgeDates = KnowledgeDates()
    timeline_events: tuple[EventTemplate, ...] = ()
    event_columns: tuple[str, ...] = ()
    period_column: str = ""
    span_columns: tuple[str, str] | None = None
    spans_exclude_each_other: bool = False
    end_detail_column: str = ""
    is_snapshot: bool = False
    repeats_open_spells: bool = False
    provenance_columns: tuple[str, ...] = ()
    covers_many_areas: bool = False
    deciding_columns: tuple[str, ...] = ()
    unanimous_column: str = ""
    council_code: str = ""
    must_name_council: bool = False

"""A folder of clean tables, CSV or Parquet, read with every check."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from kpitui.model import Issue, Source
from kpitui.tables.cells import Found, read_cells
from kpitui.tables.files import LINE, Raw, Unreadable, hint, read_csv, read_parquet
from kpitui.tables.rows import doubtful, usable
from kpitui.tables.schema import RESERVED, TABLES, CleanTable, Column, ColumnType
from kpitui.text import clean, nearest

Types = Mapping[str, Mapping[str, ColumnType]]
ENDINGS = (".csv", ".parquet")


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables that could be read, where each came from, and what was found.

    `problems` says of a table why it cannot be used at all; a table that has no file is there too.
    """

    frames: Mapping[str, pl.LazyFrame]
    sources: tuple[Source, ...]
    issues: tuple[Issue, ...]
    problems: Mapping[str, str]

    @property
    def unreadable(self) -> Mapping[str, str]:
        """The tables that have a file which cannot be used."""
        return {source.table: source.problem for source in self.sources if source.problem}


@dataclass(slots=True)
class _Read:
    """One table as it was read."""

    source: Source
    issues: list[Issue]
    frame: pl.LazyFrame | None


def read_folder(
    folder: Path, *, types: Types | None = None, made_up: Collection[str] = ()
) -> Tables:
    """Read the clean tables of a folder, and the tables of the council's own that `types` declares.

    `types` gives the types of columns that the clean tables do not have.  A table that cannot be
    read leaves the others: its problem is in `problems` and in the issues.
    """
    types = types or {}
    declared = [*TABLES, *(name for name in types if name not in TABLES)]
    files, issues = _files(folder, declared)
    reads = {
        name: _read(name, files[name], types.get(name, {}), name in made_up)
        for name in declared
        if name in files
    }
    absent = {
        name: f"there is no {name}.csv or {name}.parquet in {_shown(folder)}"
        for name in declared
        if name not in reads
    }
    broken = {name: read.source.problem for name, read in reads.items() if read.frame is None}
    return Tables(
        frames={name: read.frame for name, read in reads.items() if read.frame is not None},
        sources=tuple(read.source for read in reads.values()),
        issues=(*issues, *(issue for read in reads.values() for issue in read.issues)),
        problems=absent | broken,
    )


def _files(folder: Path, declared: Collection[str]) -> tuple[dict[str, Path], list[Issue]]:
    """The file of each table, and what is odd about the folder."""
    try:
        present = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError as error:
        return {}, [Issue(_shown(folder), f"the folder of tables cannot be read: {error.strerror}")]
    files: dict[str, Path] = {}
    issues = []
    for path in present:
        name, ending = path.stem.lower(), path.suffix.lower()
        if ending not in ENDINGS:
            continue
        if name not in declared:
            if close := nearest(name, declared):
                told = f"is not the name of a table - did you mean {close}{ending}?"
                issues.append(Issue(_shown(path), told))
        elif name in files:
            told = f"is not read: {files[name].name} is there too"
            issues.append(Issue(_shown(path), told, table=name))
        else:
            files[name] = path
    return files, issues


def _read(name: str, path: Path, types: Mapping[str, ColumnType], made_up: bool) -> _Read:
    table = _with_types(name, types)
    required = [column.name for column in table.columns.values() if column.required]
    try:
        raw = read_parquet(path) if path.suffix.lower() == ".parquet" else read_csv(path, required)
        frame, found = _columns(raw, table)
    except Unreadable as error:
        source = _source(name, path, 0, 0, made_up, f"{_shown(path)} {error}")
        return _Read(source, [Issue(_shown(path), str(error), table=name)], None)
    read = raw.frame.height + raw.refused
    frame, refused = usable(frame, table)
    found += [*refused, *doubtful(frame, table)]
    ordered = sorted(found, key=lambda one: one.line or 0)
    issues = [Issue(_shown(path), one.message, one.line, name) for one in ordered]
    source = _source(name, path, read, frame.height, made_up, "")
    return _Read(source, issues, frame.drop(LINE).lazy())


def _with_types(name: str, types: Mapping[str, ColumnType]) -> CleanTable:
    """A clean table, or one of the council's own, with the extra columns that are declared."""
    table = TABLES.get(name) or CleanTable(name, {}, (), ())
    own = name not in TABLES
    extra = {
        column: Column(column, kind, required=own)
        for column, kind in types.items()
        if column not in table.columns
    }
    return CleanTable(
        name,
        {**table.columns, **extra},
        table.key,
        table.needs,
        table.events,
        table.span,
        table.one_at_a_time,
    )


def _columns(raw: Raw, table: CleanTable) -> tuple[pl.DataFrame, list[Found]]:
    """The typed columns of a table: known ones by their types, others as text.

    Raises Unreadable where a column that the table must have is not there.
    """
    found = [Found(message, line) for line, message in raw.notes]
    frame = _renamed(raw.frame, table, found)
    present = [name for name in frame.columns if name != LINE]
    lacking = [
        one.name for one in table.columns.values() if one.required and one.name not in present
    ]
    if lacking:
        told = (f"{name}{hint(name, _strangers(present, table))}" for name in lacking)
        raise Unreadable(f"has no column {', '.join(told)}")
    found += _misspelt(present, table)
    columns = []
    for name in [*table.columns, *_strangers(present, table)]:
        column = table.columns.get(name) or Column(name, ColumnType.TEXT, required=False)
        if name not in present:
            columns.append(
                pl.Series(name, [None], dtype=column.dtype).new_from_index(0, frame.height)
            )
            continue
        cells = read_cells(frame, column, raw.plain)
        found += cells.found
        columns.append(cells.values.alias(name))
    return pl.DataFrame([*columns, frame[LINE]]), found


def _renamed(frame: pl.DataFrame, table: CleanTable, found: list[Found]) -> pl.DataFrame:
    """Columns of the file's own step aside where a later step uses their names."""
    clashes = {
        name: _free(f"{name}_in_file", frame.columns)
        for name in frame.columns
        if name not in table.columns
        and (name in RESERVED or name.startswith("_"))
        and name not in (LINE, f"{LINE}_in_file")
    }
    found += [Found(f"the column {name} is kept as {new}") for name, new in clashes.items()]
    return frame.rename(clashes)


def _free(name: str, taken: Collection[str]) -> str:
    while name in taken:
        name += "_"
    return name


def _strangers(present: Iterable[str], table: CleanTable) -> list[str]:
    return [name for name in present if name not in table.columns]


def _misspelt(present: Collection[str], table: CleanTable) -> Iterator[Found]:
    """Columns that look like one of the table's that is not there."""
    absent = [name for name in table.columns if name not in present]
    for name in _strangers(present, table):
        if close := nearest(name, absent):
            yield Found(f"the column {name} is not known - did you mean {close}?", 1)


def _source(name: str, path: Path, read: int, used: int, made_up: bool, problem: str) -> Source:
    now = datetime.now(UTC).replace(microsecond=0)
    return Source(name, _shown(path), read, used, read - used, None, now, made_up, problem)


def _shown(path: Path) -> str:
    """A path as the user would write it: within the folder they are in, or whole."""
    try:
        return clean(str(path.resolve().relative_to(Path.cwd())))
    except (ValueError, OSError):
        return clean(str(path))

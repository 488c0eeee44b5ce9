"""A folder of tables: clean ones by their names, others as they come, read with every check."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl

from kpitui.model import Issue, Source
from kpitui.sql import Database
from kpitui.tables.columns import with_types
from kpitui.tables.files import Raw, Unreadable, read_csv, read_parquet
from kpitui.tables.parts import Part, last_event, lost, made_one, part_of
from kpitui.tables.queries import read_queries
from kpitui.tables.recognise import ENDINGS, Recognised, is_a_return, recognise
from kpitui.tables.schema import TABLES, CleanTable, ColumnType
from kpitui.text import clean, nearest

Types = Mapping[str, Mapping[str, ColumnType]]
CLEAN_ENDINGS = (".csv", ".parquet")


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables that could be read, where each came from, and what was found.

    A table that several files make has a source for each.  `problems` says of a table why it cannot
    be used at all; a table that has no file is there too.  `unused` are files that are known, of
    which nothing is needed, each with what it is.
    """

    frames: Mapping[str, pl.LazyFrame]
    sources: tuple[Source, ...]
    issues: tuple[Issue, ...]
    problems: Mapping[str, str]
    unused: tuple[str, ...] = ()

    @property
    def unreadable(self) -> Mapping[str, str]:
        """The tables that have a file, but none that can be used."""
        return {
            source.table: source.problem
            for source in self.sources
            if source.problem and source.table not in self.frames
        }


@dataclass(slots=True)
class _Files:
    """The files of a folder: clean tables by name, others in order of name, what is odd."""

    clean: dict[str, Path]
    others: list[Path]
    issues: list[Issue]
    unused: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Read:
    """One table as it was read."""

    sources: list[Source]
    issues: list[Issue]
    frame: pl.LazyFrame | None


def read_folder(
    folder: Path,
    *,
    types: Types | None = None,
    made_up: Collection[str] = (),
    database: Database | None = None,
) -> Tables:
    """Read the tables of a folder, and the tables of the council's own that `types` declares.

    Clean tables are known by their names, other files by their columns.  `types` gives the types
    of columns that the clean tables do not have.  What a query of `database` gives of a table is
    its latest part, after all files.  A table that cannot be read leaves the others: its problem is
    in `problems` and in the issues.
    """
    types = types or {}
    declared = [*TABLES, *(name for name in types if name not in TABLES)]
    schemas = {name: with_types(name, types.get(name, {})) for name in declared}
    files = _files(folder, declared)
    parts = _parts(files, schemas)
    if database is not None:
        queried, issues = read_queries(database, schemas)
        files.issues += issues
        for name, part in queried.items():
            parts.setdefault(name, []).append(part)
    reads = {name: _read(schemas[name], parts[name], name in made_up) for name in declared
             if name in parts}  # fmt: skip
    absent = {
        name: f"there is no {name}.csv or {name}.parquet in {_shown(folder)}"
        for name in declared
        if name not in reads
    }
    return Tables(
        frames={name: read.frame for name, read in reads.items() if read.frame is not None},
        sources=tuple(source for read in reads.values() for source in read.sources),
        issues=(*files.issues, *(issue for read in reads.values() for issue in read.issues)),
        problems=absent | _broken(reads),
        unused=tuple(files.unused),
    )


def _broken(reads: Mapping[str, _Read]) -> dict[str, str]:
    return {
        name: next(source.problem for source in read.sources if source.problem)
        for name, read in reads.items()
        if read.frame is None
    }


def _files(folder: Path, declared: Collection[str]) -> _Files:
    """What is in a folder."""
    files = _Files({}, [], [])
    try:
        present = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError as error:
        told = f"the folder of tables cannot be read: {error.strerror}"
        files.issues.append(Issue(_shown(folder), told))
        return files
    for path in present:
        name, ending = path.stem.lower(), path.suffix.lower()
        if ending not in ENDINGS:
            continue
        if name not in declared or ending not in CLEAN_ENDINGS or is_a_return(path, name):
            files.others.append(path)
        elif name in files.clean:
            told = f"is not read: {files.clean[name].name} is there too"
            files.issues.append(Issue(_shown(path), told, table=name))
        else:
            files.clean[name] = path
    return files


def _parts(files: _Files, schemas: Mapping[str, CleanTable]) -> dict[str, list[Part]]:
    """What every file gives of every table, the stronger later: clean tables are the strongest."""
    clean_parts = {}
    for name, path in files.clean.items():
        try:
            clean_parts[name] = part_of(path, _clean_raw(path, schemas[name]), schemas[name])
        except Unreadable as error:
            clean_parts[name] = lost(path, error)
    # A file may have the name of a clean table and be something else that is known.
    strange = {name: part for name, part in clean_parts.items() if part.problem}
    dated: list[tuple[date, list[tuple[str, Part]]]] = []
    for path in sorted([*files.others, *(part.path for part in strange.values())]):
        named = next((name for name, part in strange.items() if part.path == path), None)
        given = _given(path, schemas, files, list(schemas), silent=named is not None)
        if given and named is not None:
            del clean_parts[named]
        dated.append((_last_event(given, schemas), given))
    parts: dict[str, list[Part]] = {}
    for _, given in sorted(dated, key=lambda one: one[0]):
        for name, part in given:
            parts.setdefault(name, []).append(part)
    for name, part in clean_parts.items():
        parts.setdefault(name, []).append(part)
    return parts


def _clean_raw(path: Path, table: CleanTable) -> Raw:
    if path.suffix.lower() == ".parquet":
        return read_parquet(path)
    return read_csv(path, [column.name for column in table.columns.values() if column.required])


def _given(
    path: Path,
    schemas: Mapping[str, CleanTable],
    files: _Files,
    declared: Collection[str],
    silent: bool,
) -> list[tuple[str, Part]]:
    """What a file that is no clean table gives, known by its columns; else an issue says what."""
    try:
        found = recognise(path)
    except Unreadable as error:
        close = nearest(path.stem.lower(), declared)
        hint = f"is not the name of a table - did you mean {close}{path.suffix.lower()}?"
        if not silent:
            told = (hint, None) if close else (str(error), error.line)
            files.issues.append(Issue(_shown(path), *told))
        return []
    idle = (one for one in found if not one.layout.gives)
    files.unused += [f"{_within(path, one.place)}, {one.layout.title}" for one in idle]
    return [part for one in found for part in _recognised_parts(path, one, schemas)]


def _recognised_parts(
    path: Path, found: Recognised, schemas: Mapping[str, CleanTable]
) -> Iterator[tuple[str, Part]]:
    try:
        for name, raw in found.tables():
            part = part_of(path, raw, schemas[name])
            part.place, part.read_as = found.place, found.layout.title
            yield name, part
    except Unreadable as error:
        for name in found.layout.tables:
            yield name, lost(path, error)


def _last_event(given: Iterable[tuple[str, Part]], schemas: Mapping[str, CleanTable]) -> date:
    return last_event((schemas[name], part.frame) for name, part in given)


def _read(table: CleanTable, parts: list[Part], made_up: bool) -> _Read:
    frame = made_one(parts, table)
    sources, issues = [], []
    for part in parts:
        ordered = sorted(part.found, key=lambda one: one.line or 0)
        issues += [Issue(_of_part(part), one.message, one.line, table.name) for one in ordered]
        event = last_event([(table, part.frame)]) if len(parts) > 1 else date.min
        source = _source(table.name, part, frame is not None, made_up)
        sources.append(replace(source, last_event=None if event == date.min else event))
    return _Read(sources, issues, None if frame is None else frame.lazy())


def _source(name: str, part: Part, usable: bool, made_up: bool) -> Source:
    now = datetime.now(UTC).replace(microsecond=0)
    shown = _of_part(part)
    problem = f"{shown} {part.problem}" if part.problem else ""
    read = part.read if usable else 0
    return Source(
        name, shown, read, part.used, read - part.used, None, now, made_up, problem, part.read_as,
        part.watched,
    )  # fmt: skip


def _of_part(part: Part) -> str:
    """A part's file, and where in it the part is."""
    return _within(part.path, part.place)


def _within(path: Path, place: str) -> str:
    return f"{_shown(path)}[{clean(place)}]" if place else _shown(path)


def _shown(path: Path) -> str:
    """A path as the user would write it: within the folder they are in, or whole."""
    try:
        return clean(str(path.resolve().relative_to(Path.cwd())))
    except (ValueError, OSError):
        return clean(str(path))

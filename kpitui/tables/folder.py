"""A folder of tables: clean ones by their names, others as they come, read with every check."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from threading import Lock

import polars as pl

from kpitui.aside import Aside
from kpitui.model import Issue, Progress, Source
from kpitui.sql import DATABASE, Database
from kpitui.tables.columns import with_types
from kpitui.tables.files import read_csv, read_parquet
from kpitui.tables.gathering import Gathering
from kpitui.tables.layouts import LAYOUTS
from kpitui.tables.parts import Part, lost, made_one, part_of
from kpitui.tables.raw import Raw, Unreadable
from kpitui.tables.recognise import (
    ANY_TEXT,
    ENDINGS,
    Contents,
    Recognised,
    Unknown,
    is_a_return,
    recognise,
)
from kpitui.tables.schema import TABLES, CleanTable, ColumnType
from kpitui.tables.settling import WRITTEN, Look, look
from kpitui.text import clean, nearest

Types = Mapping[str, Mapping[str, ColumnType]]
CLEAN_ENDINGS = (".csv", ".parquet")
SMALL = 5_000_000  # bytes of a file that takes little memory while it is read
NO_YEAR = "does not say of which year it is: put that into its name, as in model_2025.csv"
_SECOND_HAND = {layout.title for layout in LAYOUTS if layout.second_hand}


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables that could be read, where each came from, and what was found.

    A table that several files make has a source for each.  `problems` says of a table why it cannot
    be used at all; a table that has no file is there too.  `unused` are files that are known, of
    which nothing is needed, each with what it is.  `unsettled` are files that may be still being
    written: what is said of their tables may be otherwise in a moment.
    """

    frames: Mapping[str, pl.LazyFrame]
    sources: tuple[Source, ...]
    issues: tuple[Issue, ...]
    problems: Mapping[str, str]
    unused: tuple[str, ...] = ()
    unsettled: tuple[str, ...] = ()

    @property
    def unreadable(self) -> Mapping[str, str]:
        """The tables that have a file, but none that can be used."""
        return {
            source.table: source.problem
            for source in self.sources
            if source.problem and source.table not in self.frames
        }

    @property
    def answered(self) -> frozenset[str]:
        """The tables that a query gave rows of."""
        asked = (source for source in self.sources if not source.watched)
        return frozenset(source.table for source in asked if not source.problem)

    @property
    def unanswered(self) -> Mapping[str, str]:
        """The tables of which a query was not answered, and why."""
        closed = next((str(issue) for issue in self.issues if issue.file == DATABASE), "")
        return {
            source.table: closed or source.problem
            for source in self.sources
            if source.problem and not source.watched
        }

    def lost_since(self, usable: Collection[str]) -> tuple[Issue, ...]:
        """Why each of the tables cannot be used that could be, by its file where it has one."""
        files = {source.table: source.file for source in self.sources if source.problem}
        return tuple(
            Issue(files.get(name, name), why.removeprefix(f"{files.get(name, name)} "))
            for name, why in self.problems.items()
            if name in usable
        )


@dataclass(slots=True)
class _Files:
    """The files of a folder: clean tables by name, others in order of name, what is odd."""

    clean: dict[str, Path]
    others: list[Path]
    issues: list[Issue]
    unused: list[str] = field(default_factory=list)
    unsettled: list[str] = field(default_factory=list)


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
    progress: Callable[[Progress], object] = lambda told: None,
) -> Tables:
    """Read the tables of a folder, and the tables of the council's own that `types` declares.

    Clean tables are known by their names, other files by their columns.  `types` gives the types
    of columns that the clean tables do not have.  What a query of `database` gives of a table is
    its latest part, after all files.  A table that cannot be read leaves the others: its problem is
    in `problems` and in the issues.  `progress` is told of each file and each piece.
    """
    types = types or {}
    declared = [*TABLES, *(name for name in types if name not in TABLES)]
    schemas = {name: with_types(name, types.get(name, {})) for name in declared}
    files = _files(folder, declared)
    parts = _Reading(files, schemas, progress).parts()
    if database is not None:
        from kpitui.tables.queries import read_queries  # which few councils have need of

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
        unsettled=tuple(sorted({*files.unsettled})),  # two are read at a time, in any order
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
        if path.is_dir():
            if ending in ENDINGS or _holds_tables(path):
                told = "is a folder, and folders inside this one are not read: move its files here"
                files.issues.append(Issue(_shown(path), told))
            continue
        if path.name.startswith("~$"):
            told = f"left by a program that has {clean(path.name[2:])} open"
            files.unused.append(f"{_shown(path)}, {told}")
            continue
        if ending not in ENDINGS:
            files.unused.append(f"{_shown(path)}, not a kind of file that is read")
            continue
        if name not in declared or ending not in CLEAN_ENDINGS or is_a_return(path, name):
            files.others.append(path)
        elif name in files.clean:
            told = f"is not read: {files.clean[name].name} is there too"
            files.issues.append(Issue(_shown(path), told, table=name))
        else:
            files.clean[name] = path
    return files


def _holds_tables(folder: Path) -> bool:
    """Whether there is a file in a folder that could be read as a table, as far as one may look."""
    try:
        return any(inside.suffix.lower() in ENDINGS for inside in folder.iterdir())
    except OSError:
        return False


Given = list[tuple[str, Part]]
"""What a file gives, a part for each table."""


class _Reading:
    """Files as they are read, told of one at a time, and watched for being written meanwhile."""

    def __init__(
        self,
        files: _Files,
        schemas: Mapping[str, CleanTable],
        progress: Callable[[Progress], object],
    ) -> None:
        self._files, self._schemas, self._progress = files, schemas, progress
        self._gathering = Gathering(schemas)
        self._number = self._rows = 0
        self._of = len(files.clean) + len(files.others)
        self._telling = Lock()  # of two clean tables that are read at a time

    def parts(self) -> dict[str, list[Part]]:
        """What every file gives of every table, the later the stronger: clean tables most."""
        clean_parts = self._clean_parts()
        # A file may have the name of a clean table and be something else that is known.
        strange = {part.path: name for name, part in clean_parts.items() if part.problem}
        given: list[Given] = []
        for path in sorted([*self._files.others, *strange]):
            named = strange.get(path)
            if named is None:
                self._number += 1
            parts, known = self._given(path, silent=named is not None)
            if known and named is not None:
                del clean_parts[named]
            given.append(parts)
        self._gathering.end()
        every: dict[str, list[Part]] = {}
        for parts in sorted(given, key=_strength):
            for name, part in parts:
                every.setdefault(name, []).append(part)
        for name, part in clean_parts.items():
            every.setdefault(name, []).append(part)
        return every

    def _clean_parts(self) -> dict[str, Part]:
        """The clean tables.  Two small ones are read at a time: much of it is waiting."""
        files = self._files.clean
        read = {name: partial(self._clean, name, path) for name, path in files.items()}
        small = [name for name, path in files.items() if _is_small(path)]
        with Aside() as aside:
            beside = {name: aside.do(read[name]) for name in small[1::2]}
            parts = {name: read[name]() for name in files if name not in beside}
            parts |= {name: part.result() for name, part in beside.items()}
        return {name: parts[name] for name in files}

    def _clean(self, name: str, path: Path) -> Part:
        before, table = look(path), self._schemas[name]
        with self._telling:
            self._number += 1
        try:
            part = part_of(path, self._told(path, _clean_raws(path, table)), table)
            self._settled(path, before, part.broken)
        except Unreadable as error:
            return lost(path, self._why(path, before, error))
        return part

    def _given(self, path: Path, silent: bool) -> tuple[Given, bool]:
        """What a file that is no clean table gives, and whether it is known, by its columns."""
        before = look(path)
        try:
            found = recognise(path)
        except Unreadable as error:
            if not silent:
                self._unknown(path, self._why(path, before, error))
            return [], False
        self._idle(path, found)
        given = [part for one in found.known for part in self._recognised(path, one, before)]
        return given, bool(found.known)

    def _idle(self, path: Path, found: Contents) -> None:
        """Tell of what is known and not needed, and of what is not known."""
        told = [(one.place, one.layout.title) for one in found.known if not one.layout.gives]
        for one in found.passed:
            if one.doubtful:
                self._files.issues.append(Issue(_within(path, one.place), one.told, one.line))
            else:
                told.append((one.place, one.told.removeprefix("is ")))
        self._files.unused += [f"{_within(path, place)}, {what}" for place, what in told]

    def _unknown(self, path: Path, error: Unreadable) -> None:
        name, ending = path.stem.lower(), path.suffix.lower()
        told, line = str(error), error.line
        if isinstance(error, Unknown):
            if ending == ANY_TEXT and not error.near:
                self._files.unused.append(f"{_shown(path)}, {told.removeprefix('is ')}")
                return
            close = nearest(name, list(self._schemas)) if ending in CLEAN_ENDINGS else None
            if error.near:
                told += f", and no clean table is named so - did you mean {close}?" if close else ""
            elif name in self._schemas:
                told, line = f"is not read: a clean table is CSV or Parquet, as {name}.csv", None
            elif close:
                told, line = f"is not the name of a table - did you mean {close}{ending}?", None
        self._files.issues.append(Issue(_shown(path), told, line))

    def _recognised(self, path: Path, found: Recognised, before: Look) -> Given:
        layout = found.layout
        parts = {
            name: Part(path, found.place, layout.title, named=layout.named(name))
            for name in layout.tables
        }
        if layout.year_of_name and found.year is None:
            for part in parts.values():
                part.findings.note(NO_YEAR)
        broken = False
        try:
            for raw in self._told(path, found.pieces() if parts else iter(())):
                self._gathering.take(parts, raw, layout, found.year)
                broken = broken or raw.broken
                for part in parts.values():
                    part.in_file = (part.in_file or 0) + raw.frame.height + raw.refused
            self._settled(path, before, broken)
        except Unreadable as error:
            self._gathering.forget(parts)
            told = self._why(path, before, error)
            return [(name, lost(path, told)) for name in parts]
        return [*parts.items()]

    def _told(self, path: Path, raws: Iterable[Raw]) -> Iterator[Raw]:
        """The pieces of a file as they come, and how far the reading is."""
        self._tell(path)
        for raw in raws:
            yield raw
            self._tell(path, rows=raw.frame.height)

    def _tell(self, path: Path, *, rows: int = 0) -> None:
        """Tell how far the reading is, which is so many rows further."""
        with self._telling:
            self._rows += rows
            self._progress(Progress(clean(path.name), self._number, self._of, self._rows))

    def _settled(self, path: Path, before: Look, broken: bool) -> None:
        """Note a file that may not be whole.  Raises Unreadable where it changed meanwhile."""
        if look(path) != before:
            raise Unreadable(WRITTEN)
        if broken and before.fresh:
            self._files.unsettled.append(_shown(path))

    def _why(self, path: Path, before: Look, error: Unreadable) -> Unreadable:
        """Why a file cannot be read: perhaps because it is still being written."""
        if look(path) != before:
            error = Unreadable(WRITTEN)
        elif error.broken and before.fresh:
            told = f"{error}; it changed a moment ago, and may not be whole yet"
            error = Unreadable(told, error.line)
        else:
            return error
        self._files.unsettled.append(_shown(path))
        return error


def _strength(given: Given) -> tuple[bool, date]:
    """How much what a file gives counts beside what others do: the later, the more."""
    days = [max(part.last_event, part.latest_period) for _, part in given]
    return not any(part.read_as in _SECOND_HAND for _, part in given), max(days, default=date.min)


def _is_small(path: Path) -> bool:
    try:
        return path.stat().st_size < SMALL
    except OSError:
        return False


def _clean_raws(path: Path, table: CleanTable) -> Iterator[Raw]:
    if path.suffix.lower() == ".parquet":
        return read_parquet(path)[1]
    return read_csv(path, [column.name for column in table.columns.values() if column.required])


def _read(table: CleanTable, parts: list[Part], made_up: bool) -> _Read:
    frame = made_one(parts, table)
    sources, issues = [], []
    for part in parts:
        found = part.findings.all()
        where = _of_part(part)
        issues += [
            Issue(where, _named(one.message, part), one.line, table.name, one.about, one.number)
            for one in found
        ]
        event = part.last_event if len(parts) > 1 else date.min
        source = _source(table.name, part, frame is not None, made_up)
        sources.append(replace(source, last_event=None if event == date.min else event))
    return _Read(sources, issues, frame)


def _source(name: str, part: Part, usable: bool, made_up: bool) -> Source:
    now = datetime.now(UTC).replace(microsecond=0)
    shown = _of_part(part)
    problem = f"{shown} {part.problem}" if part.problem else ""
    read = part.read if usable else 0
    return Source(
        name, shown, read, part.used, read - part.used, None, now, made_up, problem, part.read_as,
        part.watched, part.in_file, part.again,
    )  # fmt: skip


def _named(message: str, part: Part) -> str:
    """What is said of a column, with the name that it has in the file."""
    column, space, rest = message.partition(" ")
    return f"{part.named[column]} ({column}){space}{rest}" if column in part.named else message


def _of_part(part: Part) -> str:
    """A part's file, and where in it the part is."""
    return _within(part.path, part.place)


def _within(path: Path, place: str) -> str:
    return f"{_shown(path)}[{clean(place)}]" if place else _shown(path)


def _shown(path: Path) -> str:
    """A path as the user would write it: within the folder they are in, or whole."""
    try:
        # A link has a name of its own: that of what it leads to may be in no folder they know.
        return clean(str((path.parent.resolve() / path.name).relative_to(Path.cwd())))
    except (ValueError, OSError):
        return clean(str(path))

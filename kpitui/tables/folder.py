"""Load a folder of tables, with every check.

A clean table is known by its file name. Any other file is known by its columns: see
`recognise_files`. Several files may give one table; the later ones are stronger.
"""

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
SMALL = 5_000_000  # bytes: such a file takes little memory beside another that is being read
NO_YEAR = "does not say of which year it is: put that into its name, as in model_2025.csv"
# Layouts that repeat figures of others: what the publisher's own file says comes before them.
_SECOND_HAND = {layout.title for layout in LAYOUTS if layout.second_hand}


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of a folder, the source of each, and the issues that were found.

    A table from several files has a source for each. `problems` gives the reason for every table
    that cannot be used, also for one without a file. `unused_files` are recognised files that give
    no table, each with a description. `unsettled_files` may still be being written: the issues of
    their tables may be gone in a moment.
    """

    frames: Mapping[str, pl.LazyFrame]
    sources: tuple[Source, ...]
    issues: tuple[Issue, ...]
    problems: Mapping[str, str]
    unused: tuple[str, ...] = ()
    unsettled: tuple[str, ...] = ()

    @property
    def unreadable(self) -> Mapping[str, str]:
        """Return the reason for each table that has a file and cannot be used."""
        return {
            source.table: source.problem
            for source in self.sources
            if source.problem and source.table not in self.frames
        }

    @property
    def answered(self) -> frozenset[str]:
        """Return the names of the tables that a query has answered."""
        # Only a file can be watched for changes: what is not watched came from a query.
        asked = (source for source in self.sources if not source.watched)
        return frozenset(source.table for source in asked if not source.problem)

    @property
    def unanswered(self) -> Mapping[str, str]:
        """Return the reason for each table whose query was not answered."""
        # Where the database cannot be opened, that one issue is the reason for all of its tables.
        closed = next((str(issue) for issue in self.issues if issue.file == DATABASE), "")
        return {
            source.table: closed or source.problem
            for source in self.sources
            if source.problem and not source.watched
        }

    def lost_since(self, usable: Collection[str]) -> tuple[Issue, ...]:
        """Return an issue for each of the given tables that can no longer be used.

        It names the file of the table, or the table itself where it has no file.
        """
        files = {source.table: source.file for source in self.sources if source.problem}
        return tuple(
            Issue(files.get(name, name), why.removeprefix(f"{files.get(name, name)} "))
            for name, why in self.problems.items()
            if name in usable
        )


@dataclass(slots=True)
class _Files:
    """The files of a folder: clean tables by name, other files in name order, and issues."""

    clean: dict[str, Path]
    others: list[Path]
    issues: list[Issue]
    unused: list[str] = field(default_factory=list)
    unsettled: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Read:
    """One table, merged from its parts; `merged_frame` is None where a part was lost."""

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
    """Read the tables of a folder, and the council's own tables that `column_types` declares.

    `column_types` gives the types of columns that the clean tables do not have, by table.
    `made_up_tables` names those that hold sample data. The rows that a query of `database` gives
    count as the latest of their table, after all files. `report_progress` is called for each file
    and each piece. Nothing is raised for a table that cannot be read: it is in `problems` and in
    the issues, and the other tables are read all the same.
    """
    types = types or {}
    declared = [*TABLES, *(name for name in types if name not in TABLES)]
    schemas = {name: with_types(name, types.get(name, {})) for name in declared}
    files = _files(folder, declared)
    parts = _Reading(files, schemas, progress).parts()
    if database is not None:
        from kpitui.tables.queries import read_queries  # here, as few councils have a database

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
        unsettled=tuple(sorted({*files.unsettled})),  # two at a time are read, in any order
    )


def _broken(reads: Mapping[str, _Read]) -> dict[str, str]:
    return {
        name: next(source.problem for source in read.sources if source.problem)
        for name, read in reads.items()
        if read.frame is None
    }


def _files(folder: Path, declared: Collection[str]) -> _Files:
    """Sort the files of a folder into clean tables, other files, and files that are not read."""
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
        # An Office program writes such a file beside one that is open in it.
        if path.name.startswith("~$"):
            told = f"left by a program that has {clean(path.name[2:])} open"
            files.unused.append(f"{_shown(path)}, {told}")
            continue
        if ending not in ENDINGS:
            files.unused.append(f"{_shown(path)}, not a kind of file that is read")
            continue
        # The return's uasc.csv is not the clean table of that name: its columns decide.
        if name not in declared or ending not in CLEAN_ENDINGS or is_a_return(path, name):
            files.others.append(path)
        elif name in files.clean:
            # Files are sorted by name, so the CSV file comes before the Parquet file.
            told = f"is not read: {files.clean[name].name} is there too"
            files.issues.append(Issue(_shown(path), told, table=name))
        else:
            files.clean[name] = path
    return files


def _holds_tables(folder: Path) -> bool:
    """Say whether a folder has a file that could be read as a table, if it can be opened."""
    try:
        return any(inside.suffix.lower() in ENDINGS for inside in folder.iterdir())
    except OSError:
        return False


Given = list[tuple[str, Part]]
"""The parts that one file gives, each with the name of its table."""


class _Reading:
    """Reads the files of a folder, reports progress, and notices files that change meanwhile."""

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
        # Two clean tables are read at a time, and the caller hears from one thread at a time.
        self._telling = Lock()

    def parts(self) -> dict[str, list[Part]]:
        """Read all files, and return the parts of each table, the strongest last.

        Of two files that contradict each other the later one is used, and a clean table is
        stronger than any other file.
        """
        clean_parts = self._clean_parts()
        # A clean table that failed may be a known file of another kind under its name. If it is
        # not, its own failure is the issue, and that of the second look is not logged.
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
        """Read the clean tables. Small ones are read two at a time, as much of it is waiting."""
        files = self._files.clean
        read = {name: partial(self._clean, name, path) for name, path in files.items()}
        # Large files stay in this thread, so that no two of them are in memory at once.
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
        """Read a file by its columns: return its parts, and whether it was recognised.

        Where it is `silent`, a file that is not recognised leaves no issue.
        """
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
        """Log the tables of a file that are known and not needed, and those that are not known."""
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
            # A .txt file need not be a table at all: it is an issue only where it is nearly one.
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
            # An issue rather than a failure: the rows are good, though of an unknown year.
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
            # Its earlier pieces may be in a batch with those of other files.
            self._gathering.forget(parts)
            told = self._why(path, before, error)
            return [(name, lost(path, told)) for name in parts]
        return [*parts.items()]

    def _told(self, path: Path, raws: Iterable[Raw]) -> Iterator[Raw]:
        """Yield the pieces of a file, reporting progress before the first and after each."""
        self._tell(path)
        for raw in raws:
            yield raw
            self._tell(path, rows=raw.frame.height)

    def _tell(self, path: Path, *, rows: int = 0) -> None:
        """Add to the rows that were read, and report progress."""
        with self._telling:
            self._rows += rows
            self._progress(Progress(clean(path.name), self._number, self._of, self._rows))

    def _settled(self, path: Path, before: Look, broken: bool) -> None:
        """List a file that may not be whole yet. Raise UnreadableTable where it has changed."""
        if look(path) != before:
            raise Unreadable(WRITTEN)
        if broken and before.fresh:
            self._files.unsettled.append(_shown(path))

    def _why(self, path: Path, before: Look, error: Unreadable) -> Unreadable:
        """Return the error to report, which may be that the file is still being written."""
        # A change explains any error: half a file can look like anything.
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
    """Return a sort key by which the parts of later files come later, and so are stronger.

    A file is as late as its latest event, or the latest period of published figures. The sort is
    stable: files that are equally late stay in the order of their names.
    """
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
    # Merging finds further issues and empties the parts: it comes before their logs are read.
    frame = made_one(parts, table)
    sources, issues = [], []
    for part in parts:
        found = part.findings.all()
        where = _of_part(part)
        issues += [
            Issue(where, _named(one.message, part), one.line, table.name, one.about, one.number)
            for one in found
        ]
        # The age of a single file is that of its table, and is not given twice.
        event = part.last_event if len(parts) > 1 else date.min
        source = _source(table.name, part, frame is not None, made_up)
        sources.append(replace(source, last_event=None if event == date.min else event))
    return _Read(sources, issues, frame)


def _source(name: str, part: Part, usable: bool, made_up: bool) -> Source:
    now = datetime.now(UTC).replace(microsecond=0)
    shown = _of_part(part)
    problem = f"{shown} {part.problem}" if part.problem else ""
    # Where one part of a table is lost, none of the others is used either.
    read = part.read if usable else 0
    return Source(
        name, shown, read, part.used, read - part.used, None, now, made_up, problem, part.read_as,
        part.watched, part.in_file, part.again,
    )  # fmt: skip


def _named(message: str, part: Part) -> str:
    """Put the file's own name of a column before the clean name that begins a message."""
    column, space, rest = message.partition(" ")
    return f"{part.named[column]} ({column}){space}{rest}" if column in part.named else message


def _of_part(part: Part) -> str:
    """Return the file of a part, with its sheet or member in brackets where it has several."""
    return _within(part.path, part.place)


def _within(path: Path, place: str) -> str:
    return f"{_shown(path)}[{clean(place)}]" if place else _shown(path)


def _shown(path: Path) -> str:
    """Return a path as the user would write it: from the current folder, or absolute."""
    try:
        # Only the folder is resolved: a link keeps its own name, which is the one the user knows.
        return clean(str((path.parent.resolve() / path.name).relative_to(Path.cwd())))
    except (ValueError, OSError):
        return clean(str(path))

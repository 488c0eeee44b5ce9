"""Files that are no clean tables, known by what stands in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from pathlib import Path, PurePath

import polars as pl

from kpitui.tables import packed, sheets
from kpitui.tables.blocks import Source, opened
from kpitui.tables.files import (
    HEADER_WITHIN,
    Header,
    Raw,
    Unreadable,
    column_names,
    headers,
    open_text,
    read_parquet,
    read_table,
)
from kpitui.tables.layouts import LAYOUTS, Layout
from kpitui.tables.layouts.engine import nearest_layout, recognised, spoken_of
from kpitui.tables.schema import TABLES, CleanTable
from kpitui.tables.xml import read_xml
from kpitui.text import nearest

SEEN = 256 * 1024  # bytes: a header stands near the top of a file
UNKNOWN = "is none of the files that are known"
_DAY_FIRST = re.compile(r"\b\d{1,2}/\d{1,2}/\d{4}\b")
ANY_TEXT = ".txt"  # which may be a table and may be none
TEXTS = (".tsv", ".tab", ANY_TEXT)  # read as CSV is


@dataclass(frozen=True, slots=True)
class Recognised:
    """A table in a file, of a layout that is known.  `place` says where in the file it is."""

    layout: Layout
    read: Callable[[], Iterator[Raw]]
    place: str = ""
    year: str | None = None

    def pieces(self) -> Iterator[Raw]:
        """Its rows, every cell as text, in as many pieces as the layout can be cleaned in.

        Raises Unreadable.
        """
        if not self.layout.whole:
            yield from self.read()
            return
        pieces = [*self.read()]
        yield replace(
            pieces[0],
            frame=pl.concat([piece.frame for piece in pieces]),
            plain=all(piece.plain for piece in pieces),
            notes=[note for piece in pieces for note in piece.notes],
            refused=sum(piece.refused for piece in pieces),
            broken=any(piece.broken for piece in pieces),
        )


@dataclass(frozen=True, slots=True)
class Passed:
    """A sheet, or a file in a packed one, that is not known: where it is, and what is said of it.

    `doubtful` says that something is wrong with it: it is nearly one that is known, or broken.
    """

    place: str
    told: str
    line: int | None
    doubtful: bool


@dataclass(slots=True)
class Contents:
    """What is in a file: the tables that are known, and what is not."""

    known: list[Recognised] = field(default_factory=list)
    passed: list[Passed] = field(default_factory=list)

    def or_unknown(self, seen: Unknown) -> Contents:
        """Itself; raises what is `seen` where nothing is known and nothing is doubtful."""
        if not self.known and not any(one.doubtful for one in self.passed):
            raise seen
        return self


class Unknown(Unreadable):
    """A file that is of no layout; `near` says that it is nearly of one that is needed."""

    near = False


def recognise(path: Path) -> Contents:
    """What is in a file.  Raises Unreadable: what it is nearest to, and lacks."""
    ending = path.suffix.lower()
    _there(path)
    found = _packed(path) if ending in packed.ENDINGS else _reader_of(path, ending)(path)
    found.known = [
        replace(one, year=_year_in(one.place) or _year_in(path.name)) for one in found.known
    ]
    return found


def _there(path: Path) -> None:
    try:
        size = path.stat().st_size
    except OSError as error:
        gone = path.is_symlink() and not path.exists()
        told = f"cannot be read: {error.strerror}"
        raise Unreadable("is a link to a file that is not there" if gone else told) from None
    if not size:
        raise Unreadable("is empty", broken=True)


def is_a_return(path: Path, name: str) -> bool:
    """Whether a file that has the name of a clean table is something else that is known.

    It is where its columns are those of a layout, not all of them are the clean table's too, and
    nothing would be lost: what it has of the clean table is given by the layout.  A layout that
    gives nothing has no more of it than what it is told by, and dates as no clean table has them.
    """
    table = TABLES.get(name, CleanTable(name, {}, (), ()))
    known = {*table.columns}
    needed = {column.name for column in table.columns.values() if column.required}
    for names, first in _headers_of(path):
        there = known.intersection(names)
        layout = None if known.issuperset(names) else _layout_of(names)
        if layout is not None and not known.issuperset(layout.needs):
            if name in layout.tables and there <= layout.columns_of(name):
                return True
            if not layout.gives and there <= {*layout.needs} and _DAY_FIRST.search(first):
                return True
        if needed and needed <= there:
            return False  # this is the header, of the clean table
    return False


def _headers_of(path: Path) -> Iterator[tuple[tuple[str, ...], str]]:
    """What may be the header of a file, and the line after it: none where it cannot be read."""
    try:
        if path.suffix.lower() == ".csv":
            text = open_text(path, SEEN // 16)
            lines = [*text.head.splitlines()[: HEADER_WITHIN + 1], "", ""]
            yield from ((header.names, lines[header.place]) for header in headers(text))
        else:
            yield tuple(column_names(list(pl.read_parquet_schema(path)), [], None)), ""
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # what is wrong is said where it is read; polars panics are no Exceptions
        return


def _year_in(name: str) -> str | None:
    years = re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", name)
    return years[-1] if years else None


def _packed(path: Path) -> Contents:
    found = Contents()
    seen = Unknown(f"{UNKNOWN}: nothing in it has a name that ends in {', '.join(_READERS)}")
    for member in packed.unpacked(path):
        name = member.name
        ending = PurePath(name).suffix.lower()
        if ending not in _READERS:
            found.passed.append(Passed(name, "not a kind of file that is read", None, False))
            continue
        try:
            inner = _reader_of(member, ending)(member)
        except packed.NotUnpacked:
            raise
        except Unreadable as error:
            seen = Unknown(f"has {name}, which {error}", broken=error.broken)
            any_text = ending == ANY_TEXT and isinstance(error, Unknown) and not error.near
            found.passed.append(Passed(name, str(error), error.line, not any_text))
            continue
        found.known += [replace(one, place=_inside(name, one.place)) for one in inner.known]
        found.passed += [replace(one, place=_inside(name, one.place)) for one in inner.passed]
    return found.or_unknown(seen)


def _inside(*places: str) -> str:
    return "/".join(filter(None, places))


def _csv(source: Source) -> Contents:
    text = open_text(source, SEEN)
    if "\0" in text.head:
        raise Unknown(f"{UNKNOWN}: it has bytes that no text has - save it as CSV UTF-8")
    candidates = []
    for header in headers(text):
        if layout := _layout_of(header.names):
            return Contents([Recognised(layout, partial(_under, header, source))])
        candidates.append((header.place, header.names))
    raise _unknown(candidates)


@lru_cache(maxsize=200)  # thousands of files have few headers
def _layout_of(names: tuple[str, ...]) -> Layout | None:
    return recognised(names, LAYOUTS)


def _under(header: Header, source: Source) -> Iterator[Raw]:
    for raw in read_table(open_text(source), header.place, header.separator):
        # Title lines and other separators are what such a file is known to have.
        raw.notes = [note for note in raw.notes if note[0] != header.place]
        yield raw


def _parquet(source: Source) -> Contents:
    return _of_tables({"": read_parquet(source)})


def _xml(source: Source) -> Contents:
    tables = read_xml(source)
    if not tables:
        raise Unknown(f"{UNKNOWN}: it is XML of no return that is")
    return _of_tables(tables)


def _workbook(source: Source) -> Contents:
    found, every = Contents(), []
    for name, rows in sheets.read_sheets(source):
        seen = []
        for place, row in enumerate(rows[:HEADER_WITHIN], 1):
            names = tuple(column_names(row, [], None))
            if layout := _layout_of(names):
                found.known.append(Recognised(layout, partial(_of_sheet, rows, place), name))
                break
            if sum(map(bool, row)) > 1:
                filled = zip(names, row, strict=True)
                seen.append((place, tuple(one for one, cell in filled if cell.strip())))
        else:
            found.passed.append(_passed(name, _unknown(seen)))
            every += seen
    unknown = _unknown(every)
    unknown.line = None  # of which sheet
    return found.or_unknown(unknown)


def _passed(place: str, unknown: Unknown) -> Passed:
    return Passed(place, str(unknown), unknown.line, unknown.near)


def _of_sheet(rows: sheets.Rows, place: int) -> Iterator[Raw]:
    yield sheets.under(rows, place)


def _of_tables(tables: Mapping[str, tuple[list[str], Iterator[Raw]]]) -> Contents:
    """Those of the tables of a file that are known: one of them at least must be."""
    found = Contents()
    for place, (names, raws) in tables.items():
        if layout := _layout_of(tuple(names)):
            found.known.append(Recognised(layout, partial(iter, raws), place))
        elif place:
            found.passed.append(_passed(place, _unknown([(None, names)])))
    return found.or_unknown(_unknown([(None, names) for names, _ in tables.values()]))


_READERS: dict[str, Callable[[Source], Contents]] = {
    ".csv": _csv,
    **dict.fromkeys(TEXTS, _csv),
    ".parquet": _parquet,
    ".xml": _xml,
    **dict.fromkeys(sheets.ENDINGS, _workbook),
}
ENDINGS = (*_READERS, *packed.ENDINGS)


def _reader_of(source: Source, ending: str) -> Callable[[Source], Contents]:
    """How a file is read: by its ending, but a workbook is told by how it begins.

    Many systems write text, or a web page, and call it a workbook.  Raises Unreadable.
    """
    try:
        with closing(opened(source)) as file:
            start = file.read(512)
    except OSError as error:
        raise Unreadable(f"cannot be read: {error.strerror}") from None
    reader = _READERS[ending]
    if start.startswith(b"%PDF"):
        raise Unreadable("is a PDF, whatever its name says")
    if start.startswith(sheets.BEGINNINGS) and reader is _csv:
        return _workbook
    if reader is not _workbook or start.startswith(sheets.BEGINNINGS):
        return reader
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise Unreadable(
            "is a web page that is called a workbook: open it in a spreadsheet, and save it as XLSX"
        )
    return _text_called_workbook


def _text_called_workbook(source: Source) -> Contents:
    try:
        return _csv(source)
    except Unknown as error:
        if error.near:
            raise
    raise Unreadable("is not a workbook that can be read: it does not begin as one", broken=True)


def _unknown(seen: Sequence[tuple[int | None, Sequence[str]]]) -> Unknown:
    """What to say of a file of which these may be headers: the one that comes nearest to a layout.

    Where none comes near any, it is the widest.
    """
    scored = [
        (share, -number, line, names, layout, lacking)
        for number, (line, names) in enumerate(seen)
        if (near := nearest_layout(names, LAYOUTS)) is not None
        for share, layout, lacking in [near]
    ]
    if scored:
        _, _, line, names, layout, lacking = max(scored, key=lambda one: one[:2])
        lacked = _lacked(names, layout, lacking)
        told = f"{UNKNOWN}: nearest is {layout.title}, but it has no column {lacked}"
        found = Unknown(told, line)
        found.near = bool(layout.gives)
        return found
    line, names = max(seen, key=lambda one: len(one[1]), default=(None, ()))
    if not names:
        return Unknown(f"{UNKNOWN}: no line of it is a header")
    return Unknown(f"{UNKNOWN}: its columns are {', '.join(names[:6])}"[:200], line)


def _lacked(names: Sequence[str], layout: Layout, lacking: Iterable[str]) -> str:
    """The columns that are lacking, each with the one that may be meant, and those not known."""
    spoken = {*spoken_of(layout)}
    others = [name for name in names if layout.aliases.get(name, name) not in spoken]
    told = []
    for name in lacking:
        close = nearest(name, others)
        told.append(f"{name} - did you mean {close}?" if close else name)
        others = [other for other in others if other != close]
    rest = f" (and has {', '.join(others[:6])}, not known)" if others else ""
    return ", ".join(told) + rest

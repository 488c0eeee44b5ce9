"""Recognise files by their columns: returns, published files, workbooks and archives as they come.

The suffix of a file decides how it is opened. Its columns decide which layout it has: they are
looked for in the first lines of the file or sheet.
"""

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

# Bytes. The header is near the top, so the rest of a large file need not be read to recognise it.
SEEN = 256 * 1024
UNKNOWN = "is none of the files that are known"
_DAY_FIRST = re.compile(r"\b\d{1,2}/\d{1,2}/\d{4}\b")
# May be a table or any other text: one that is not recognised is not reported as a problem.
ANY_TEXT = ".txt"
TEXTS = (".tsv", ".tab", ANY_TEXT)  # read as CSV


@dataclass(frozen=True, slots=True)
class Recognised:
    """A table of a known layout in a file.

    `file_section` is the sheet, XML record or archive member it is in. `filename_year` is the year
    in the name of the file, for layouts that do not state theirs.
    """

    layout: Layout
    read: Callable[[], Iterator[Raw]]
    place: str = ""
    year: str | None = None

    def pieces(self) -> Iterator[Raw]:
        """Yield the rows as text, in one piece where the layout has to be mapped as a whole.

        Raise UnreadableTable where the file cannot be read to its end.
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
    """A sheet or archive member that was not recognised, and the reason.

    `is_doubtful` says that something may be wrong with it: it is damaged, or nearly has a layout
    that an indicator needs.
    """

    place: str
    told: str
    line: int | None
    doubtful: bool


@dataclass(slots=True)
class Contents:
    """The tables recognised in a file, and the sections that were not."""

    known: list[Recognised] = field(default_factory=list)
    passed: list[Passed] = field(default_factory=list)

    def or_unknown(self, seen: Unknown) -> Contents:
        """Return itself; raise `unrecognised` where nothing is recognised or doubtful."""
        if not self.known and not any(one.doubtful for one in self.passed):
            raise seen
        return self


class Unknown(Unreadable):
    """A file of no known layout.

    `is_near_match` says that it nearly has one that an indicator needs.
    """

    near = False


def recognise(path: Path) -> Contents:
    """Find the tables in a file that is not a clean table.

    Raise UnreadableTable where the file cannot be read, and UnrecognisedFile where nothing in it is
    known: the message names the nearest layout and the columns missing from it.
    """
    ending = path.suffix.lower()
    _there(path)
    found = _packed(path) if ending in packed.ENDINGS else _reader_of(path, ending)(path)
    # The name of a sheet or archive member says more than that of the file around it.
    found.known = [
        replace(one, year=_year_in(one.place) or _year_in(path.name)) for one in found.known
    ]
    return found


def _there(path: Path) -> None:
    """Raise UnreadableTable where a file is missing, empty, or a link that leads nowhere."""
    try:
        size = path.stat().st_size
    except OSError as error:
        gone = path.is_symlink() and not path.exists()
        told = f"cannot be read: {error.strerror}"
        raise Unreadable("is a link to a file that is not there" if gone else told) from None
    if not size:
        raise Unreadable("is empty", broken=True)


def is_a_return(path: Path, name: str) -> bool:
    """Say whether a file named like a clean table is in fact a return or a published file.

    It is one where its columns fit a layout, some of them are not the clean table's, and the layout
    maps every column it shares with the clean table, so that nothing is lost. A layout that maps no
    table is recognised by sharing only its required columns and by day-first dates, which no clean
    table has.
    """
    # Tables that only the config declares have no standard columns to compare.
    table = TABLES.get(name, CleanTable(name, {}, (), ()))
    known = {*table.columns}
    needed = {column.name for column in table.columns.values() if column.required}
    for names, first in _headers_of(path):
        there = known.intersection(names)
        # The return's uasc.csv is the case in point: it has the name and columns of the clean table
        # `uasc`.
        layout = None if known.issuperset(names) else _layout_of(names)
        if layout is not None and not known.issuperset(layout.needs):
            if name in layout.tables and there <= layout.columns_of(name):
                return True
            if not layout.gives and there <= {*layout.needs} and _DAY_FIRST.search(first):
                return True
        if needed and needed <= there:
            return False  # the header of a clean table
    return False


def _headers_of(path: Path) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the possible headers of a file, each with the line after it.

    Yield nothing where the file cannot be read: that is reported when it is read as a table.
    """
    try:
        if path.suffix.lower() == ".csv":
            text = open_text(path, SEEN // 16)
            lines = [*text.head.splitlines()[: HEADER_WITHIN + 1], "", ""]
            yield from ((header.names, lines[header.place]) for header in headers(text))
        else:
            yield tuple(column_names(list(pl.read_parquet_schema(path)), [], None)), ""
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # a panic in polars is not an Exception
        return


def _year_in(name: str) -> str | None:
    """Return the last year from 1900 to 2099 in a name, or None."""
    years = re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", name)
    return years[-1] if years else None


def _packed(path: Path) -> Contents:
    """Recognise the members of an archive. Raise UnrecognisedFile where none is known."""
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
            # One bad member does not hide the others. If none is recognised, the last one's fault
            # is the message for the archive.
            seen = Unknown(f"has {name}, which {error}", broken=error.broken)
            any_text = ending == ANY_TEXT and isinstance(error, Unknown) and not error.near
            found.passed.append(Passed(name, str(error), error.line, not any_text))
            continue
        found.known += [replace(one, place=_inside(name, one.place)) for one in inner.known]
        found.passed += [replace(one, place=_inside(name, one.place)) for one in inner.passed]
    return found.or_unknown(seen)


def _inside(*places: str) -> str:
    """Join the nested names of a section, as in `Annex_A.xlsx/List 7`."""
    return "/".join(filter(None, places))


def _csv(source: Source) -> Contents:
    """Recognise a text file by the first of its lines that is the header of a layout."""
    # Only the head is decoded here; the whole file is scanned when its rows are read.
    text = open_text(source, SEEN)
    # No text has NUL bytes. UTF-16 without a byte order mark and binary files do.
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
    """Yield the pieces of a text file below its header."""
    for raw in read_table(open_text(source), header.place, header.separator):
        # Title lines and other separators are usual in files of known layouts: no note about them.
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
    """Recognise the sheets of a workbook, each by a header in its first rows."""
    found, every = Contents(), []
    for name, rows in sheets.read_sheets(source):
        seen = []
        for place, row in enumerate(rows[:HEADER_WITHIN], 1):
            names = tuple(column_names(row, [], None))
            if layout := _layout_of(names):
                found.known.append(Recognised(layout, partial(_of_sheet, rows, place), name))
                break
            # A row with a single cell is a title, not a header that was nearly recognised.
            if sum(map(bool, row)) > 1:
                filled = zip(names, row, strict=True)
                seen.append((place, tuple(one for one, cell in filled if cell.strip())))
        else:
            found.passed.append(_passed(name, _unknown(seen)))
            every += seen
    unknown = _unknown(every)
    unknown.line = None  # a line number says nothing without its sheet
    return found.or_unknown(unknown)


def _passed(place: str, unknown: Unknown) -> Passed:
    return Passed(place, str(unknown), unknown.line, unknown.near)


def _of_sheet(rows: sheets.Rows, place: int) -> Iterator[Raw]:
    yield sheets.under(rows, place)


def _of_tables(tables: Mapping[str, tuple[list[str], Iterator[Raw]]]) -> Contents:
    """Recognise the tables of an XML or Parquet file. Raise UnrecognisedFile if none is known."""
    found = Contents()
    for place, (names, raws) in tables.items():
        if layout := _layout_of(tuple(names)):
            found.known.append(Recognised(layout, partial(iter, raws), place))
        # The one table of a Parquet file has no section name: its reason is that of the whole file.
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
    """Choose the recogniser for a file: by its suffix, corrected by its first bytes.

    Many systems write text or a web page and call it a workbook. Raise UnreadableTable where the
    content cannot be a table.
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
    # An export that is called .xls may be an HTML page, after a byte order mark or blank lines.
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise Unreadable(
            "is a web page that is called a workbook: open it in a spreadsheet, and save it as XLSX"
        )
    return _text_called_workbook


def _text_called_workbook(source: Source) -> Contents:
    """Recognise text in a file named as a workbook. Raise UnreadableTable where it is neither."""
    try:
        return _csv(source)
    except Unknown as error:
        if error.near:
            raise
    raise Unreadable("is not a workbook that can be read: it does not begin as one", broken=True)


def _unknown(seen: Sequence[tuple[int | None, Sequence[str]]]) -> Unknown:
    """Build the error for a file of which these may be headers, each with its line.

    The message is about the header nearest to a layout. Where none is near, it is about the widest.
    """
    scored = [
        # Of equally near headers the first wins, hence the negative number.
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
        # A file that lacks a column of a layout nobody needs is not a problem worth reporting.
        found.near = bool(layout.gives)
        return found
    line, names = max(seen, key=lambda one: len(one[1]), default=(None, ()))
    if not names:
        return Unknown(f"{UNKNOWN}: no line of it is a header")
    return Unknown(f"{UNKNOWN}: its columns are {', '.join(names[:6])}"[:200], line)


def _lacked(names: Sequence[str], layout: Layout, lacking: Iterable[str]) -> str:
    """Describe the missing columns, each with the closest name in the file, and unknown ones."""
    spoken = {*spoken_of(layout)}
    others = [name for name in names if layout.aliases.get(name, name) not in spoken]
    told = []
    for name in lacking:
        close = nearest(name, others)
        told.append(f"{name} - did you mean {close}?" if close else name)
        others = [other for other in others if other != close]
    rest = f" (and has {', '.join(others[:6])}, not known)" if others else ""
    return ", ".join(told) + rest

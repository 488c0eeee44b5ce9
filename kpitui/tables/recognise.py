"""Files that are no clean tables, known by what stands in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path, PurePath

import polars as pl

from kpitui.tables import packed, sheets
from kpitui.tables.blocks import Source
from kpitui.tables.files import (
    HEADER_WITHIN,
    Header,
    Raw,
    Unreadable,
    column_names,
    headers,
    hint,
    open_text,
    read_parquet,
    read_table,
)
from kpitui.tables.layouts import LAYOUTS, Layout
from kpitui.tables.layouts.engine import nearest_layout, recognised
from kpitui.tables.schema import TABLES, CleanTable
from kpitui.tables.xml import read_xml

SEEN = 256 * 1024  # bytes: a header stands near the top of a file
UNKNOWN = "is none of the files that are known"


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
        )


def recognise(path: Path) -> list[Recognised]:
    """The tables in a file that are known.  Raises Unreadable: what it is nearest to, and lacks."""
    ending = path.suffix.lower()
    found = _packed(path) if ending in packed.ENDINGS else _READERS[ending](path)
    return [replace(one, year=_year_in(one.place) or _year_in(path.name)) for one in found]


def is_a_return(path: Path, name: str) -> bool:
    """Whether a file that has the name of a clean table is a return's file of that name.

    It is where its columns are those of a layout that gives the table, not all of them are the
    clean table's too, and what it has of the clean table is given: nothing would be lost.
    """
    table = TABLES.get(name, CleanTable(name, {}, (), ()))
    known = {*table.columns}
    needed = {column.name for column in table.columns.values() if column.required}
    others = [one for one in LAYOUTS if name in one.tables and not known.issuperset(one.needs)]
    for names in _headers_of(path) if others else ():
        if needed and needed.issubset(names) and known.issuperset(names):
            return False  # it is the clean table itself, and nothing else
        layout = recognised(names, others)
        if layout is not None and known.intersection(names) <= layout.columns_of(name):
            return True
    return False


def _headers_of(path: Path) -> Iterator[Sequence[str]]:
    """What may be the header of a file: none where it cannot be read."""
    try:
        if path.suffix.lower() == ".csv":
            yield from (header.names for header in headers(open_text(path, SEEN // 16)))
        else:
            yield column_names(list(pl.read_parquet_schema(path)), [], None)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # what is wrong is said where it is read; polars panics are no Exceptions
        return


def _year_in(name: str) -> str | None:
    years = re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", name)
    return years[-1] if years else None


def _packed(path: Path) -> list[Recognised]:
    found: list[Recognised] = []
    problem = f"{UNKNOWN}: nothing in it has a name that ends in {', '.join(_READERS)}"
    for member in packed.unpacked(path):
        name = member.name
        if (reader := _READERS.get(PurePath(name).suffix.lower())) is None:
            continue
        try:
            inner = reader(member)
        except packed.NotUnpacked:
            raise
        except Unreadable as error:
            problem = f"has {name}, which {error}"
            continue
        found += [replace(one, place="/".join(filter(None, (name, one.place)))) for one in inner]
    if not found:
        raise Unreadable(problem)
    return found


def _csv(source: Source) -> list[Recognised]:
    candidates = []
    for header in headers(open_text(source, SEEN)):
        if layout := _layout_of(header.names):
            return [Recognised(layout, partial(_under, header, source))]
        candidates.append(header)
    widest = max(candidates, key=lambda header: len(header.names), default=None)
    if widest is None:
        raise Unreadable(_unknown([]))
    raise Unreadable(_unknown([widest.names]), widest.place)


@lru_cache(maxsize=200)  # thousands of files have few headers
def _layout_of(names: tuple[str, ...]) -> Layout | None:
    return recognised(names, LAYOUTS)


def _under(header: Header, source: Source) -> Iterator[Raw]:
    for raw in read_table(open_text(source), header.place, header.separator):
        # Title lines and other separators are what such a file is known to have.
        raw.notes = [note for note in raw.notes if note[0] != header.place]
        yield raw


def _parquet(source: Source) -> list[Recognised]:
    return _of_tables({"": read_parquet(source)})


def _xml(source: Source) -> list[Recognised]:
    tables = read_xml(source)
    if not tables:
        raise Unreadable(f"{UNKNOWN}: it is XML of no return that is")
    return _of_tables(tables)


def _workbook(source: Source) -> list[Recognised]:
    found, seen = [], []
    for name, rows in sheets.read_sheets(source):
        for place, row in enumerate(rows[:HEADER_WITHIN], 1):
            names = column_names(row, [], None)
            if layout := recognised(names, LAYOUTS):
                found.append(Recognised(layout, partial(_of_sheet, rows, place), name))
                break
            if sum(map(bool, row)) > 1:
                seen.append([one for one, cell in zip(names, row, strict=True) if cell.strip()])
    if not found:
        raise Unreadable(_unknown(seen))
    return found


def _of_sheet(rows: sheets.Rows, place: int) -> Iterator[Raw]:
    yield sheets.under(rows, place)


def _of_tables(tables: Mapping[str, tuple[list[str], Iterator[Raw]]]) -> list[Recognised]:
    """Those of the tables of a file that are known: one of them at least must be."""
    found = []
    for place, (names, raws) in tables.items():
        if layout := recognised(names, LAYOUTS):
            found.append(Recognised(layout, partial(iter, raws), place))
    if not found:
        raise Unreadable(_unknown([names for names, _ in tables.values()]))
    return found


_READERS: dict[str, Callable[[Source], list[Recognised]]] = {
    ".csv": _csv,
    ".parquet": _parquet,
    ".xml": _xml,
    **dict.fromkeys(sheets.ENDINGS, _workbook),
}
ENDINGS = (*_READERS, *packed.ENDINGS)


def _unknown(headers_seen: Sequence[Sequence[str]]) -> str:
    """What to say of a file of which these may be headers: what the widest comes nearest to."""
    names = max(headers_seen, key=len, default=())
    if not names:
        return f"{UNKNOWN}: no line of it is a header"
    if near := nearest_layout(names, LAYOUTS):
        layout, lacking = near
        others = [name for name in names if layout.aliases.get(name, name) not in layout.needs]
        told = ", ".join(f"{name}{hint(name, others)}" for name in lacking)
        return f"{UNKNOWN}: nearest is {layout.title}, but it has no column {told}"
    return f"{UNKNOWN}: its columns are {', '.join(names[:6])}"[:200]

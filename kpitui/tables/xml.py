"""Returns in XML as tables: one for each kind of record, a row for each, with its line.

A record's row has its own cells and those that say whose it is.  A document type declaration is
refused: no return has one, and what XML can be made to do to its reader begins there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from xml.parsers import expat

import polars as pl

from kpitui.tables.blocks import Source, opened
from kpitui.tables.held import Held
from kpitui.tables.raw import LINE, Raw, Unreadable
from kpitui.text import clean

# Whom a return is about, and the elements in it that say who that is.
SUBJECTS = ("CHILD", "Child", "CSWWWorker")
IDENTITIES = ("HEADER", "ChildIdentifiers", "ChildCharacteristics")
RECORDS = ("EPISODE", "CINdetails", "ChildProtectionPlans")
# Elements that stand in no record of a return, where none has anything to say of them.
LEFT_OUT = {"EPISODE": ("dec", "rec"), "CINdetails": ("referralsource",)}
TOGETHER = 5_000  # records of a kind that are made a frame
AT_ONCE = 25_000  # rows of a piece
DEEPEST = 50  # elements inside each other: returns have a tenth of it

Row = dict[str, str | int]


@dataclass(slots=True)
class _Element:
    tag: str
    line: int
    text: list[str] = field(default_factory=list)
    children: list[_Element] = field(default_factory=list)

    def cells(self) -> Row:
        """The text of the elements right in this one that have none in them."""
        return {
            clean(one.tag).lower(): "".join(one.text).strip()
            for one in self.children
            if not one.children
        }

    def within(self, tags: tuple[str, ...]) -> list[_Element]:
        """The elements anywhere in this one that have one of these tags, in order."""
        found = []
        for child in self.children:
            found += [child] if child.tag in tags else []
            found += child.within(tags)
        return found


class _Table:
    """The rows of one kind of record, held as those of a large file are."""

    def __init__(self, tag: str) -> None:
        self._held = Held()
        self._rows: list[Row] = []
        self._names: dict[str, None] = dict.fromkeys(LEFT_OUT.get(tag, ()))

    def add(self, row: Row) -> None:
        self._rows.append(row)
        if len(self._rows) == TOGETHER:
            self._hold()

    def raws(self) -> tuple[list[str], Iterator[Raw]]:
        """Its columns, and its rows in pieces, which are held no longer; each has all columns."""
        self._hold()
        return [*self._names], self._released()

    def _released(self) -> Iterator[Raw]:
        pieces = self._held.released()
        while pieces:
            for piece in pieces.pop(0).slices(AT_ONCE):
                rows = piece.rows()
                cells = (
                    name if name in rows.columns else pl.lit(None, dtype=pl.String).alias(name)
                    for name in self._names
                )
                yield Raw(rows.select(LINE, *cells), plain=False)

    def _hold(self) -> None:
        names = dict.fromkeys(name for row in self._rows for name in row if name != LINE)
        schema = {**dict.fromkeys(names, pl.String), LINE: pl.UInt32}
        cells = [[row.get(name) for name in schema] for row in self._rows]
        self._held.add(pl.DataFrame(cells, schema=schema, orient="row"))
        self._names |= names
        self._rows = []


class _Reader:
    """Keeps one subject at a time, and of it only its records."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.open: list[_Element] = []
        self.tables: dict[str, _Table] = {}

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        tag = name.rpartition(":")[2]
        if len(self.open) > DEEPEST:
            raise Unreadable(f"has elements more than {DEEPEST} deep: no return has")
        if self.open or tag in SUBJECTS:
            self.open.append(_Element(tag, self.parser.CurrentLineNumber))

    def _text(self, data: str) -> None:
        if self.open:
            self.open[-1].text.append(data)

    def _end(self, name: str) -> None:
        if not self.open:
            return
        element = self.open.pop()
        if self.open:
            self.open[-1].children.append(element)
        else:
            self._take(element)

    def _take(self, subject: _Element) -> None:
        identity = subject.cells()
        for element in subject.within(IDENTITIES):
            identity |= element.cells()
        self._add(subject, identity)
        for record in subject.within(RECORDS):
            self._add(record, {**identity, **record.cells()})

    def _add(self, element: _Element, cells: Row) -> None:
        if element.tag not in self.tables:
            self.tables[element.tag] = _Table(element.tag)
        self.tables[element.tag].add({**cells, LINE: element.line})

    def _doctype(self, *declared: object) -> None:
        raise Unreadable("has a document type declaration: no return has one, so it is not read")


def read_xml(source: Source) -> dict[str, tuple[list[str], Iterator[Raw]]]:
    """The tables of a return in XML by the tag of their records: columns, and rows in pieces.

    The pieces come once.  Raises Unreadable.
    """
    reader = _Reader()
    try:
        with closing(opened(source)) as file:
            reader.parser.ParseFile(file)
    except OSError as error:
        raise Unreadable(f"cannot be read: {error.strerror}") from None
    except expat.ExpatError as error:
        said = f"is not whole XML: {expat.ErrorString(error.code)} at line {error.lineno}"
        raise Unreadable(said, broken=True) from None
    except (LookupError, ValueError) as error:  # an encoding that there is not
        raise Unreadable(f"is not XML that can be read: {clean(str(error))[:120]}") from None
    return {tag: table.raws() for tag, table in reader.tables.items()}

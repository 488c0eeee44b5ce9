"""Returns in XML, read as tables: one for each kind of record, with the line of each record.

A record's row has its own cells and those that identify its child or worker. A document type
declaration is refused: no return has one, and attacks on XML parsers begin there.
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

# The element of each child or worker in the SSDA903, the CIN census and the workforce census, and
# the elements inside it that identify them.
SUBJECTS = ("CHILD", "Child", "CSWWWorker")
IDENTITIES = ("HEADER", "ChildIdentifiers", "ChildCharacteristics")
RECORDS = ("EPISODE", "CINdetails", "ChildProtectionPlans")
# A return may leave out an element that is empty in all its records. The column must still be
# there, because a layout requires it.
LEFT_OUT = {"EPISODE": ("dec", "rec"), "CINdetails": ("referralsource",)}
TOGETHER = 5_000  # records of one kind that are turned into a frame at once
AT_ONCE = 25_000  # rows in a piece
DEEPEST = 50  # levels of elements; returns have a tenth of this

Row = dict[str, str | int]


@dataclass(slots=True)
class _Element:
    """An element of the subject being read, with the line it begins on."""

    tag: str
    line: int
    text: list[str] = field(default_factory=list)
    children: list[_Element] = field(default_factory=list)

    def cells(self) -> Row:
        """Return the text of the child elements that have no children, by lower-case tag."""
        return {
            clean(one.tag).lower(): "".join(one.text).strip()
            for one in self.children
            if not one.children
        }

    def within(self, tags: tuple[str, ...]) -> list[_Element]:
        """Return all descendants with one of these tags, in document order."""
        found = []
        for child in self.children:
            found += [child] if child.tag in tags else []
            found += child.within(tags)
        return found


class _Table:
    """The rows of one kind of record, kept in compact pieces."""

    def __init__(self, tag: str) -> None:
        self._held = Held()
        self._rows: list[Row] = []
        self._names: dict[str, None] = dict.fromkeys(LEFT_OUT.get(tag, ()))

    def add(self, row: Row) -> None:
        """Add a record; every so many are turned into a frame."""
        self._rows.append(row)
        if len(self._rows) == TOGETHER:
            self._hold()

    def raws(self) -> tuple[list[str], Iterator[Raw]]:
        """Return the columns, and the rows in pieces that each have all the columns.

        The rows are released as the pieces are taken, so they can be read only once.
        """
        self._hold()
        return [*self._names], self._released()

    def _released(self) -> Iterator[Raw]:
        """Yield the rows in pieces, releasing the memory of each as it goes."""
        pieces = self._held.released()
        while pieces:
            # Popped, so that a piece can be freed before the next one is expanded.
            for piece in pieces.pop(0).slices(AT_ONCE):
                rows = piece.rows()
                cells = (
                    # An element may occur for the first time long after the first records were
                    # compacted.
                    name if name in rows.columns else pl.lit(None, dtype=pl.String).alias(name)
                    for name in self._names
                )
                yield Raw(rows.select(LINE, *cells), plain=False)

    def _hold(self) -> None:
        """Turn the pending records into a frame and compact it."""
        names = dict.fromkeys(name for row in self._rows for name in row if name != LINE)
        schema = {**dict.fromkeys(names, pl.String), LINE: pl.UInt32}
        cells = [[row.get(name) for name in schema] for row in self._rows]
        self._held.add(pl.DataFrame(cells, schema=schema, orient="row"))
        self._names |= names
        self._rows = []


class _Reader:
    """An expat parser that holds one subject at a time, and keeps only its records."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate()
        # Otherwise expat reports the text of one element in many small parts.
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
        # What is outside the subjects, such as the header of the return, is not kept.
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
        """Turn a complete subject into rows: one of its own, and one for each of its records."""
        identity = subject.cells()
        for element in subject.within(IDENTITIES):
            identity |= element.cells()
        self._add(subject, identity)
        for record in subject.within(RECORDS):
            # A record's own cell wins over an identity cell with the same tag.
            self._add(record, {**identity, **record.cells()})

    def _add(self, element: _Element, cells: Row) -> None:
        if element.tag not in self.tables:
            self.tables[element.tag] = _Table(element.tag)
        self.tables[element.tag].add({**cells, LINE: element.line})

    def _doctype(self, *declared: object) -> None:
        # Entities are declared there: a few lines of them can expand to gigabytes, or name other
        # files.
        raise Unreadable("has a document type declaration: no return has one, so it is not read")


def read_xml(source: Source) -> dict[str, tuple[list[str], Iterator[Raw]]]:
    """Read a return as tables by the tag of their records: the columns, and the rows in pieces.

    The pieces can be read once. Raise UnreadableTable where the file is not complete XML, has a
    document type declaration, or has more levels of elements than any return.
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
    except (LookupError, ValueError) as error:  # an unknown encoding
        raise Unreadable(f"is not XML that can be read: {clean(str(error))[:120]}") from None
    return {tag: table.raws() for tag, table in reader.tables.items()}

"""Files as rows of text with the line of each: encodings, separators, lines before the header."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from kpitui.text import clean, nearest

LINE = "_line"
Note = tuple[int | None, str]
HEADER_WITHIN = 20  # lines
BATCH = 50_000  # rows
MOST_COLUMNS = 500  # of a header whose spelling is looked at
LONGEST = 1_000_000  # characters of a cell
RUNS_ON = 5  # lines: a cell that is longer looks like a quote that was never closed
# What a table of plain text is made of; anything else is looked at closely.
_PLAIN = bytes(range(0x20, 0x7F)) + b"\t\r\n"
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}


class Unreadable(Exception):
    """A file that cannot be read as a table: the message says why and what to do.

    `line` is where in the file that is seen, if it is seen in one place.
    """

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


@dataclass(slots=True)
class Raw:
    """A file as it stands: every cell is text, except dates and numbers of Parquet.

    `frame` has the file's columns, in lower case without outer spaces, and `_line`.  `notes` are
    what was found on the way (line or None, message); `refused` counts rows that are no rows;
    `header` is the line of the header, where it has one.
    """

    frame: pl.DataFrame
    plain: bool
    notes: list[Note] = field(default_factory=list)
    refused: int = 0
    header: int | None = None

    @property
    def names(self) -> list[str]:
        """The file's columns."""
        return [name for name in self.frame.columns if name != LINE]


@dataclass(slots=True)
class Text:
    """The text of a file, whether it is plain (printable ASCII), and what was found in decoding."""

    text: str
    plain: bool
    notes: list[Note] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Header:
    """A line that may be a header: its number, what stands between its columns, their names."""

    place: int
    separator: str
    names: tuple[str, ...]


def read_csv(path: Path, wanted: Sequence[str]) -> Raw:
    """Read a CSV file whose header has the columns `wanted`, or most of them.

    Raises Unreadable.
    """
    opened = open_text(path)
    return read_table(opened, *_header(opened.text, wanted))


def open_text(source: Path | bytes, most: int | None = None) -> Text:
    """The text of a file, or of the whole lines in its first `most` bytes.  Raises Unreadable."""
    content = _bytes(source, most)
    notes: list[Note] = []
    text, plain = _decoded(content, notes)
    return Text(text, plain, notes)


def headers(opened: Text) -> Iterator[Header]:
    """Every way to read one of the first lines as a header of two columns or more."""
    for place in range(1, HEADER_WITHIN + 1):
        line = _line(opened.text, place)
        for separator in _SEPARATORS:
            if separator in line:
                yield Header(
                    place, separator, tuple(column_names(_cells(line, separator), [], None))
                )


def read_table(opened: Text, place: int, separator: str) -> Raw:
    """The rows under the header that stands at a line.  Raises Unreadable."""
    text, plain, notes = opened.text, opened.plain, opened.notes
    if place > 1:
        told = f"the header stands here: the {place - 1} lines before it are not read"
        notes.append((place, told))
    if separator != ",":
        notes.append((place, f"columns are set apart by {_SEPARATORS[separator]}, not commas"))
    names = column_names(_cells(_line(text, place), separator), notes, place)
    body = _after(text, place)
    # A tab inside a cell is hostile.
    plain = plain and (separator == "\t" or "\t" not in body)
    if plain and (fast := _read_fast(body, separator, names, place + 1)) is not None:
        return Raw(fast, plain, notes, header=place)
    frame, refused, in_one_line = _read_closely(body, separator, names, place + 1, notes)
    return Raw(frame, plain and in_one_line, notes, refused, place)


def read_parquet(source: Path | bytes) -> Raw:
    """Read a Parquet file; its rows are numbered from 1.  Raises Unreadable."""
    try:
        frame = pl.read_parquet(io.BytesIO(source) if isinstance(source, bytes) else source)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # polars raises several kinds; its panics are no Exceptions
        raise Unreadable(f"is not a Parquet file that can be read: {_short(error)}") from None
    notes: list[Note] = []
    frame.columns = column_names(frame.columns, notes, None)
    return Raw(frame.with_row_index(LINE, offset=1), plain=False, notes=notes)


def _bytes(source: Path | bytes, most: int | None = None) -> bytes:
    """The content of a file that has any.  Raises Unreadable."""
    try:
        with io.BytesIO(source) if isinstance(source, bytes) else source.open("rb") as file:
            content = file.read() if most is None else file.read(most)
            # UTF-16 cannot be cut at a line's end so simply.
            if content.startswith((_BOMS[1][0], _BOMS[2][0])):
                content += file.read()
            elif most is not None and len(content) == most and b"\n" in content:
                content = content[: content.rindex(b"\n") + 1]
    except OSError as error:
        raise Unreadable(f"cannot be read: {error.strerror}") from None
    if not content.removeprefix(b"\xef\xbb\xbf").strip():
        raise Unreadable("is empty: a table has at least a header")
    return content


def _decoded(content: bytes, notes: list[Note]) -> tuple[str, bool]:
    """The text of a file, and whether it is plain: printable ASCII, tabs and line ends alone."""
    text, plain = _characters(content, notes)
    # Lines that end in a carriage return alone, as old Macs wrote them.
    return (text if "\n" in text else text.replace("\r", "\n")), plain


def _characters(content: bytes, notes: list[Note]) -> tuple[str, bool]:
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            try:
                text = content[len(mark) :].decode(encoding)
            except UnicodeDecodeError:
                raise Unreadable(f"begins as {encoding} and goes on as something else") from None
            if encoding != "utf-8":
                notes.append((None, f"read as {encoding.upper()}"))
            return text, not content[len(mark) :].translate(None, _PLAIN)
    if not content.translate(None, _PLAIN):
        return content.decode("ascii"), True
    try:
        return content.decode("utf-8"), False
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        notes.append((line, "is not UTF-8 from here on: the file is read as Windows-1252"))
        return content.decode("cp1252", errors="replace"), False


def _header(text: str, wanted: Sequence[str]) -> tuple[int, str]:
    """The number of the header's line, and what stands between its columns."""
    lines = [_line(text, number) for number in range(1, HEADER_WITHIN + 1)]
    scores = [(_fit(line, separator, wanted), -number, separator)
              for number, line in enumerate(lines, 1) for separator in _SEPARATORS]  # fmt: skip
    fit, place, separator = max(scores)
    if not fit:
        fit, place, separator = max(
            (_near_fit(line, separator, wanted), -number, separator)
            for number, line in enumerate(lines, 1)
            for separator in _SEPARATORS
        )
    if not fit:
        first = ", ".join(clean(word) for word in re.split(r"[,;\t]", lines[0])[:6])
        raise Unreadable(
            f"has no header with {', '.join(wanted)} in its first {HEADER_WITHIN} lines; "
            f"it begins: {first[:120]}"
        )
    return -place, separator


def _fit(line: str, separator: str, wanted: Sequence[str]) -> int:
    """How many of the wanted columns a line names; where none is wanted, how many it has."""
    found = _loosely(line, separator)
    if not wanted:
        return len(found) if any(found) else 0
    exact = sum(name in found for name in wanted)
    # A line with only one column in common is a header only where no more is wanted.
    return exact if exact >= min(2, len(wanted)) or exact == len(wanted) else 0


def _near_fit(line: str, separator: str, wanted: Sequence[str]) -> int:
    """How many of the wanted columns a line names, if it nearly names all the others."""
    found = _loosely(line, separator)
    exact = sum(name in found for name in wanted)
    near = all(name in found or nearest(name, found) for name in wanted)
    return exact if near and len(found) <= MOST_COLUMNS else 0


def _loosely(line: str, separator: str) -> set[str]:
    """The names in a line that may be a header."""
    return {cell.strip().strip('"').strip().lower() for cell in line.split(separator)}


def _cells(line: str, separator: str) -> list[str]:
    """The cells of a header."""
    csv.field_size_limit(LONGEST)
    try:
        return next(csv.reader([line.replace("\r", " ")], delimiter=separator))
    except csv.Error as error:
        raise Unreadable(f"has a header that cannot be read: {error}") from None


def column_names(header: Sequence[str], notes: list[Note], line: int | None) -> list[str]:
    """Column names in lower case; a repeated or empty one is numbered."""
    names: list[str] = []
    for number, cell in enumerate(header, 1):
        name = clean(re.sub(r"\s+", " ", cell.strip())).lower() or f"column_{number}"
        if name == LINE:
            notes.append((None, f"the column {name} is kept as {name}_in_file"))
            name = f"{name}_in_file"
        if name in names:
            notes.append((line, f"the column {name} stands there twice: the first is used"))
            name = f"{name}_{number}"
        names.append(name)
    return names


def _line(text: str, number: int) -> str:
    """A line of a text by its number, without its end; empty past the last."""
    start = 0
    for _ in range(number - 1):
        end = text.find("\n", start)
        if end < 0:
            return ""
        start = end + 1
    end = text.find("\n", start)
    return text[start : end if end >= 0 else len(text)].rstrip("\r")


def _after(text: str, number: int) -> str:
    """The text from the line after a numbered one."""
    start = 0
    for _ in range(number):
        start = text.find("\n", start) + 1
        if start == 0:
            return ""
    return text[start:]


def _read_fast(body: str, separator: str, names: Sequence[str], first: int) -> pl.DataFrame | None:
    """The rows of a plain body in which every line has as many cells as the header, or None."""
    if '"' in body or "\r" in body.replace("\r\n", "\n"):
        return None
    rows = body.count("\n") + (not body.endswith("\n")) if body else 0
    if not rows:
        return pl.DataFrame(schema={**dict.fromkeys(names, pl.String), LINE: pl.UInt32})
    if body.count(separator) != rows * (len(names) - 1) or len(names) < 2:
        return None
    try:
        frame = pl.read_csv(
            body.encode(),
            separator=separator,
            has_header=False,
            new_columns=list(names),
            infer_schema=False,
            quote_char=None,
        )
    except pl.exceptions.PolarsError:
        return None
    if frame.height != rows:
        return None
    return _without_blank(frame.with_row_index(LINE, offset=first))


def _without_blank(frame: pl.DataFrame) -> pl.DataFrame:
    """Without the rows whose cells are all empty or spaces."""
    empty = pl.exclude(LINE).str.strip_chars(" ").fill_null("") == ""
    suspects = frame.filter(pl.nth(1).str.strip_chars(" ").fill_null("") == "")
    blank = suspects.filter(pl.all_horizontal(empty))
    return frame.join(blank.select(LINE), on=LINE, how="anti") if blank.height else frame


def _read_closely(
    body: str,
    separator: str,
    names: Sequence[str],
    first: int,
    notes: list[Note],
) -> tuple[pl.DataFrame, int, bool]:
    """Rows with quotes, blank lines or a wrong number of cells, each with the line it begins on.

    How many were no rows, and whether every row stands in one line: a quote may hold new lines.
    """
    refused, in_one_line = 0, True
    batches = [pl.DataFrame(schema={**dict.fromkeys(names, pl.String), LINE: pl.UInt32})]
    rows: list[list[str | int | None]] = []
    for line, last, cells in _records(body, separator, first):
        # A quote that the file ends in holds the last line's end.
        if last != line or "".join(cells[-1:]).endswith("\n"):
            in_one_line = False
            if last - line >= RUNS_ON:
                notes.append((line, f"a quote runs on from here to line {last}"))
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(names) and not any(cell.strip() for cell in cells[len(names) :]):
            cells = cells[: len(names)]
        if len(cells) != len(names):
            refused += 1
            told = f"has {len(cells)} cells where the header has {len(names)}: row left out"
            notes.append((line, told))
            continue
        rows.append([cell or None for cell in cells] + [line])
        if len(rows) == BATCH:
            batches.append(_batch(rows, names))
            rows = []
    batches.append(_batch(rows, names))
    return pl.concat(batches), refused, in_one_line


def _records(body: str, separator: str, first: int) -> Iterator[tuple[int, int, list[str]]]:
    """Each record with its first and its last line."""
    csv.field_size_limit(LONGEST)
    # The csv module refuses NUL in some releases: it is hostile anyway.
    reader = csv.reader(io.StringIO(body.replace("\0", "\ufffd"), newline=""), delimiter=separator)
    while True:
        line = first + reader.line_num
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Unreadable(f"breaks off at line {line}: {error}") from None
        yield line, first + reader.line_num - 1, cells


def _batch(rows: list[list[str | int | None]], names: Sequence[str]) -> pl.DataFrame:
    schema = {**dict.fromkeys(names, pl.String), LINE: pl.UInt32}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _short(error: BaseException) -> str:
    return clean(str(error).splitlines()[0] if str(error) else type(error).__name__)[:120]


def hint(name: str, names: Sequence[str]) -> str:
    """`` - did you mean NAME?``, or nothing."""
    close = nearest(name, names)
    return f" - did you mean {close}?" if close else ""

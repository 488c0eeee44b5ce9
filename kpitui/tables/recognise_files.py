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

from kpitui.layouts import LAYOUTS, Layout
from kpitui.layouts.dfe import OTHER_STATISTICS, is_nearly_needed
from kpitui.layouts.engine import find_layout, find_nearest_layout
from kpitui.layouts.safeguarding_dataset import find_unused_table
from kpitui.model.clean_tables import find_clean_table
from kpitui.model.issues import CodedMessage, create_message
from kpitui.model.table_schema import CleanTable
from kpitui.readers import archives, workbooks
from kpitui.readers.data_files import (
    HEADER_SEARCH_LINES,
    HeaderLine,
    RawTable,
    UnreadableTable,
    find_header_candidates,
    normalise_column_names,
    open_text_file,
    read_parquet_file,
    read_rows_below_header,
)
from kpitui.readers.text_blocks import FileInput, open_binary
from kpitui.readers.xml_returns import read_xml_return
from kpitui.regular_files import require_regular_file
from kpitui.tables.clean_columns import find_clean_layout
from kpitui.text import find_nearest_name

# Bytes. The header is near the top, so the rest of a large file need not be read to recognise it.
HEADER_SEARCH_BYTES = 256 * 1024
_DAY_FIRST_PATTERN = re.compile(r"\b\d{1,2}/\d{1,2}/\d{4}\b")
# May be a table or any other text: one that is not recognised is not reported as a problem.
PLAIN_TEXT_SUFFIX = ".txt"
TEXT_SUFFIXES = (".tsv", ".tab", PLAIN_TEXT_SUFFIX)  # read as CSV


@dataclass(frozen=True, slots=True)
class RecognisedTable:
    """A table of a known layout in a file.

    `file_section` is the sheet, XML record or archive member it is in. `filename_year` is the year
    in the name of the file, for layouts that do not state theirs.
    """

    layout: Layout
    read_pieces: Callable[[], Iterator[RawTable]]
    file_section: str = ""
    filename_year: str | None = None

    def iter_pieces(self) -> Iterator[RawTable]:
        """Yield the rows as text, in one piece where the layout has to be mapped as a whole.

        Raise UnreadableTable where the file cannot be read to its end.
        """
        if not self.layout.needs_all_rows:
            yield from self.read_pieces()
            return
        yield combine_pieces(self.read_pieces())


def combine_pieces(pieces: Iterable[RawTable]) -> RawTable:
    """Combine the pieces of a table, of which there is one at least."""
    raw_pieces = [*pieces]
    return replace(
        raw_pieces[0],
        raw_rows=pl.concat([raw_piece.raw_rows for raw_piece in raw_pieces]),
        ascii_only=all(raw_piece.ascii_only for raw_piece in raw_pieces),
        reader_notes=[note for piece in raw_pieces for note in piece.reader_notes],
        rejected_count=sum(raw_piece.rejected_count for raw_piece in raw_pieces),
        truncated=any(raw_piece.truncated for raw_piece in raw_pieces),
    )


@dataclass(frozen=True, slots=True)
class SkippedSection:
    """A sheet or archive member that was not recognised, and the reason.

    `is_doubtful` says that something may be wrong with it: it is damaged, or nearly has a layout
    that an indicator needs.
    """

    file_section: str
    reason: CodedMessage
    line_number: int | None
    is_doubtful: bool


@dataclass(slots=True)
class FileContents:
    """The tables recognised in a file, and the sections that were not."""

    recognised_tables: list[RecognisedTable] = field(default_factory=list)
    skipped_sections: list[SkippedSection] = field(default_factory=list)

    def require_recognised(self, unrecognised: UnrecognisedFile) -> FileContents:
        """Return itself; raise `unrecognised` where nothing is recognised or doubtful."""
        if not self.recognised_tables and not any(section.is_doubtful for section in self.skipped_sections):
            raise unrecognised
        return self


class UnrecognisedFile(UnreadableTable):
    """A file of no known layout.

    `is_near_match` says that it nearly has one that an indicator needs.
    """

    is_near_match = False


def recognise_file(file_path: Path) -> FileContents:
    """Find the tables in a file that is not a clean table.

    Raise UnreadableTable where the file cannot be read, and UnrecognisedFile where nothing in it is
    known: the message names the nearest layout and the columns missing from it.
    """
    suffix = file_path.suffix.lower()
    require_readable(file_path)
    is_archive = suffix in archives.ARCHIVE_SUFFIXES
    recogniser = _recognise_archive if is_archive else _choose_recogniser(file_path, suffix)
    contents = recogniser(file_path)
    # The name of a sheet or archive member says more than that of the file around it.
    contents.recognised_tables = [
        replace(recognised, filename_year=_find_year(recognised.file_section) or _find_year(file_path.name))
        for recognised in contents.recognised_tables
    ]
    return contents


def require_readable(file_path: Path) -> None:
    """Raise UnreadableTable where a file is missing, empty, or a link that leads nowhere."""
    try:
        require_regular_file(file_path)
        file_size = file_path.stat().st_size
    except OSError as error:
        is_broken_link = file_path.is_symlink() and not file_path.exists()
        message = create_message("file-not-readable", reason=error.strerror or "")
        raise UnreadableTable(create_message("link-broken") if is_broken_link else message) from None
    if not file_size:
        raise UnreadableTable(create_message("file-empty"), truncated=True)


def is_misnamed_return(file_path: Path, table_name: str) -> bool:
    """Say whether a file named like a clean table is in fact a return or a published file.

    It is one where its columns fit a layout, some of them are not the clean table's, and the layout
    maps every column it shares with the clean table, so that nothing is lost. A layout that maps no
    table is recognised by sharing only its required columns and by day-first dates, which no clean
    table has.
    """
    table = find_clean_table(table_name)
    required_columns = {column.name for column in table.columns.values() if column.required}
    for header_names, next_line in _read_candidate_headers(file_path):
        if _is_return_header(header_names, next_line, table):
            return True
        if required_columns and required_columns.issubset(header_names):
            return False  # the header of a clean table
    return False


def _is_return_header(header_names: tuple[str, ...], next_line: str, table: CleanTable) -> bool:
    """Say whether a header is that of a layout and not of the clean table; `next_line` is below it."""
    clean_columns = {*table.columns}
    shared_columns = clean_columns.intersection(header_names)
    # The return's uasc.csv is the case in point: it has the name and columns of the clean table
    # `uasc`.
    layout = None if clean_columns.issuperset(header_names) else _find_known_layout(header_names)
    if layout is None or clean_columns.issuperset(layout.required_columns):
        return False
    if table.name in layout.table_names and shared_columns <= layout.list_mapped_columns(table.name):
        return True
    shares_nothing_else = not layout.table_mappings and shared_columns <= {*layout.required_columns}
    return shares_nothing_else and _DAY_FIRST_PATTERN.search(next_line) is not None


def _read_candidate_headers(file_path: Path) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the possible headers of a file, each with the line after it.

    Yield nothing where the file cannot be read: that is reported when it is read as a table.
    """
    try:
        if file_path.suffix.lower() == ".csv":
            text_file = open_text_file(file_path, HEADER_SEARCH_BYTES // 16)
            head_lines = [*text_file.head_text.splitlines()[: HEADER_SEARCH_LINES + 1], "", ""]
            yield from (
                (header.column_names, head_lines[header.line_number]) for header in find_header_candidates(text_file)
            )
        else:
            require_regular_file(file_path)
            yield (tuple(normalise_column_names(list(pl.read_parquet_schema(file_path)), [], None)), "")
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # a panic in polars is not an Exception
        return


def _find_year(file_name: str) -> str | None:
    """Return the last year from 1900 to 2099 in a name, or None."""
    years = re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", file_name)
    return years[-1] if years else None


def _recognise_archive(archive_path: Path) -> FileContents:
    """Recognise the members of an archive. Raise UnrecognisedFile where none is known."""
    contents = FileContents()
    unrecognised = UnrecognisedFile(create_message("archive-without-tables", suffixes=tuple(_RECOGNISERS)))
    for member in archives.iter_members(archive_path):
        try:
            _add_member(contents, member)
        except archives.ArchiveError:
            raise
        except UnreadableTable as error:
            # One bad member does not hide the others. If none is recognised, the last one's fault
            # is the message for the archive.
            message = create_message("archive-member-not-used", member=member.member_name, reason=error.message)
            unrecognised = UnrecognisedFile(message, truncated=error.truncated)
            contents.skipped_sections.append(_skip_member(member.member_name, error))
    return contents.require_recognised(unrecognised)


def _add_member(contents: FileContents, member: archives.ArchiveMember) -> None:
    """Add what is recognised in a member to the contents. Raise UnreadableTable where nothing is."""
    member_name = member.member_name
    suffix = PurePath(member_name).suffix.lower()
    if suffix not in _RECOGNISERS:
        contents.skipped_sections.append(SkippedSection(member_name, create_message("file-of-other-kind"), None, False))
        return
    member_contents = _choose_recogniser(member, suffix)(member)
    contents.recognised_tables += [
        replace(recognised, file_section=_join_sections(member_name, recognised.file_section))
        for recognised in member_contents.recognised_tables
    ]
    contents.skipped_sections += [
        replace(section, file_section=_join_sections(member_name, section.file_section))
        for section in member_contents.skipped_sections
    ]


def _skip_member(member_name: str, error: UnreadableTable) -> SkippedSection:
    # A .txt file need not be a table at all: it is doubtful only where it is nearly one.
    is_text = PurePath(member_name).suffix.lower() == PLAIN_TEXT_SUFFIX
    is_plain_text = is_text and isinstance(error, UnrecognisedFile) and not error.is_near_match
    return SkippedSection(member_name, error.message, error.line_number, not is_plain_text)


def _join_sections(*sections: str) -> str:
    """Join the nested names of a section, as in `Annex_A.xlsx/List 7`."""
    return "/".join(filter(None, sections))


def _recognise_csv(file_source: FileInput) -> FileContents:
    """Recognise a text file by the first of its lines that is the header of a layout."""
    # Only the head is decoded here; the whole file is scanned when its rows are read.
    text_file = open_text_file(file_source, HEADER_SEARCH_BYTES)
    # No text has NUL bytes. UTF-16 without a byte order mark and binary files do.
    if "\0" in text_file.head_text:
        raise UnrecognisedFile(create_message("file-not-text"))
    headers = []
    for header in find_header_candidates(text_file):
        if layout := _find_table_layout(header.column_names):
            return FileContents([RecognisedTable(layout, partial(_read_text_table, header, file_source))])
        headers.append((header.line_number, header.column_names))
    raise _build_unrecognised_error(headers)


# What nearly every file has makes no file nearly known.
_DISTINCT_LAYOUTS = tuple(layout for layout in LAYOUTS if layout is not OTHER_STATISTICS)


@lru_cache(maxsize=200)  # thousands of files have few headers
def _find_known_layout(header_names: tuple[str, ...]) -> Layout | None:
    layout = find_layout(header_names, LAYOUTS)
    if layout is OTHER_STATISTICS and is_nearly_needed(header_names):
        return None
    return layout or find_unused_table(header_names)


@lru_cache(maxsize=200)
def _find_table_layout(header_names: tuple[str, ...]) -> Layout | None:
    """Find the layout of a file, or that of the clean table whose columns it has."""
    layout = _find_known_layout(header_names)
    return find_clean_layout(header_names, layout) or layout


def _read_text_table(header: HeaderLine, file_source: FileInput) -> Iterator[RawTable]:
    """Yield the pieces of a text file below its header."""
    for raw_piece in read_rows_below_header(open_text_file(file_source), header.line_number, header.separator):
        # Title lines and other separators are usual in files of known layouts: no note about them.
        raw_piece.reader_notes = [note for note in raw_piece.reader_notes if note[0] != header.line_number]
        yield raw_piece


def _recognise_parquet(file_source: FileInput) -> FileContents:
    return _recognise_tables({"": read_parquet_file(file_source)})


def _recognise_xml(file_source: FileInput) -> FileContents:
    tables = read_xml_return(file_source)
    if not tables:
        raise UnrecognisedFile(create_message("xml-not-recognised"))
    return _recognise_tables(tables)


def _recognise_workbook(file_source: FileInput) -> FileContents:
    """Recognise the sheets of a workbook, each by a header in its first rows."""
    contents, all_candidates = FileContents(), []
    for sheet in workbooks.read_sheets(file_source):
        all_candidates += _sort_sheet(sheet, contents)
    hidden_row_count = workbooks.count_hidden_rows(file_source) if contents.recognised_tables else 0
    if hidden_row_count:
        message = create_message("rows-hidden", row_count=hidden_row_count)
        contents.skipped_sections.append(SkippedSection("", message, None, is_doubtful=True))
    unrecognised = _build_unrecognised_error(all_candidates)
    unrecognised.line_number = None  # a line number says nothing without its sheet
    return contents.require_recognised(unrecognised)


def _sort_sheet(sheet: workbooks.WorkbookSheet, contents: FileContents) -> list[tuple[int, tuple[str, ...]]]:
    """Add a sheet to the tables that are read, or to what is skipped; return its rows that may be headers."""
    candidates: list[tuple[int, tuple[str, ...]]] = []
    recognised_table = _recognise_sheet(sheet.name, sheet.rows, candidates)
    if recognised_table is None:
        unrecognised = _build_unrecognised_error(candidates)
        contents.skipped_sections.append(_make_skipped_section(sheet.name, unrecognised))
        return candidates
    if sheet.is_hidden:
        contents.skipped_sections.append(SkippedSection(sheet.name, create_message("sheet-hidden"), None, True))
    else:
        contents.recognised_tables.append(recognised_table)
    return []


def _recognise_sheet(
    sheet_name: str, sheet_rows: workbooks.SheetRows, candidates: list[tuple[int, tuple[str, ...]]]
) -> RecognisedTable | None:
    """Recognise a sheet by its first header of a layout; add the rows before it that may be headers."""
    for row_number, row in enumerate(sheet_rows[:HEADER_SEARCH_LINES], 1):
        header_names = tuple(normalise_column_names(row, [], None))
        if layout := _find_table_layout(header_names):
            return RecognisedTable(layout, partial(_read_sheet_table, sheet_rows, row_number), sheet_name)
        # A row with a single cell is a title, not a header that was nearly recognised.
        if sum(map(bool, row)) > 1:
            named_cells = zip(header_names, row, strict=True)
            candidates.append((row_number, tuple(name for name, cell in named_cells if cell.strip())))
    return None


def _make_skipped_section(file_section: str, unrecognised: UnrecognisedFile) -> SkippedSection:
    return SkippedSection(file_section, unrecognised.message, unrecognised.line_number, unrecognised.is_near_match)


def _read_sheet_table(sheet_rows: workbooks.SheetRows, header_row: int) -> Iterator[RawTable]:
    yield workbooks.read_below_header(sheet_rows, header_row)


def _recognise_tables(tables_by_section: Mapping[str, tuple[list[str], Iterator[RawTable]]]) -> FileContents:
    """Recognise the tables of an XML or Parquet file. Raise UnrecognisedFile if none is known."""
    contents = FileContents()
    for file_section, (header_names, raw_pieces) in tables_by_section.items():
        if layout := _find_table_layout(tuple(header_names)):
            contents.recognised_tables.append(RecognisedTable(layout, partial(iter, raw_pieces), file_section))
        # The one table of a Parquet file has no section name: its reason is that of the whole file.
        elif file_section:
            contents.skipped_sections.append(
                _make_skipped_section(file_section, _build_unrecognised_error([(None, header_names)]))
            )
    return contents.require_recognised(
        _build_unrecognised_error([(None, names) for names, _ in tables_by_section.values()])
    )


_RECOGNISERS: dict[str, Callable[[FileInput], FileContents]] = {
    ".csv": _recognise_csv,
    **dict.fromkeys(TEXT_SUFFIXES, _recognise_csv),
    ".parquet": _recognise_parquet,
    ".xml": _recognise_xml,
    **dict.fromkeys(workbooks.WORKBOOK_SUFFIXES, _recognise_workbook),
}
READABLE_SUFFIXES = (*_RECOGNISERS, *archives.ARCHIVE_SUFFIXES)


def _choose_recogniser(file_source: FileInput, suffix: str) -> Callable[[FileInput], FileContents]:
    """Choose the recogniser for a file: by its suffix, corrected by its first bytes.

    Many systems write text or a web page and call it a workbook. Raise UnreadableTable where the
    content cannot be a table.
    """
    try:
        with closing(open_binary(file_source)) as stream:
            first_bytes = stream.read(512)
    except OSError as error:
        raise UnreadableTable(create_message("file-not-readable", reason=error.strerror or "")) from None
    recogniser = _RECOGNISERS[suffix]
    if first_bytes.startswith(b"%PDF"):
        raise UnreadableTable(create_message("file-is-pdf"))
    if first_bytes.startswith(workbooks.WORKBOOK_SIGNATURES) and recogniser is _recognise_csv:
        return _recognise_workbook
    if recogniser is not _recognise_workbook or first_bytes.startswith(workbooks.WORKBOOK_SIGNATURES):
        return recogniser
    # An export that is called .xls may be an HTML page, after a byte order mark or blank lines.
    if first_bytes.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise UnreadableTable(create_message("workbook-is-web-page"))
    return _recognise_misnamed_text


def _recognise_misnamed_text(file_source: FileInput) -> FileContents:
    """Recognise text in a file named as a workbook. Raise UnreadableTable where it is neither."""
    try:
        return _recognise_csv(file_source)
    except UnrecognisedFile as error:
        if error.is_near_match:
            raise
    raise UnreadableTable(create_message("file-is-no-workbook"), truncated=True)


def _build_unrecognised_error(candidate_headers: Sequence[tuple[int | None, Sequence[str]]]) -> UnrecognisedFile:
    """Build the error for a file of which these may be headers, each with its line.

    The message is about the header nearest to a layout. Where none is near, it is about the widest.
    """
    matches = [
        # Of equally near headers the first wins, hence the negative number.
        (share, -number, line_number, names, layout, columns)
        for number, (line_number, names) in enumerate(candidate_headers)
        if (match := find_nearest_layout(names, _DISTINCT_LAYOUTS)) is not None
        for share, layout, columns in [match]
    ]
    if not matches:
        return _build_unknown_header_error(candidate_headers)
    _, _, line_number, header_names, layout, missing_columns = max(matches, key=lambda match: match[:2])
    unrecognised = UnrecognisedFile(_describe_near_match(header_names, layout, missing_columns), line_number)
    # A file that lacks a column of a layout nobody needs is not a problem worth reporting.
    unrecognised.is_near_match = bool(layout.table_mappings)
    return unrecognised


def _build_unknown_header_error(candidate_headers: Sequence[tuple[int | None, Sequence[str]]]) -> UnrecognisedFile:
    """Build the error for a file without a header near to a layout: it names the widest."""
    line_number, header_names = max(candidate_headers, key=lambda candidate: len(candidate[1]), default=(None, ()))
    # A line of separators alone has names that this program gave.
    if all(name.startswith("column_") and name[7:].isdigit() for name in header_names):
        return UnrecognisedFile(create_message("file-without-header"))
    first_names = tuple(name[:40] for name in header_names[:6])
    return UnrecognisedFile(create_message("file-not-recognised", columns=first_names), line_number)


def _describe_near_match(header_names: Sequence[str], layout: Layout, missing_columns: Sequence[str]) -> CodedMessage:
    """Describe which columns of the nearest layout are missing, and which the file has instead."""
    columns = layout.source_columns
    names = [name for name in header_names if layout.column_aliases.get(name, name) not in columns]
    similar_names = tuple(
        dict.fromkeys(name for column in missing_columns if (name := find_nearest_name(column, names)))
    )
    return create_message(
        "file-nearly-recognised",
        layout=layout.title,
        columns=tuple(missing_columns),
        similar=similar_names,
        others=tuple(name for name in names if name not in similar_names)[:6],
    )

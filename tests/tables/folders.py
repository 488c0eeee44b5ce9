"""Folders of tables for examples: files by their name, and what was said of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path

from kpitui.issue_wording import describe_issue, format_issue, format_location
from kpitui.tables import LoadedTables, read_folder
from kpitui.tables.load_folder import TableColumnTypes

File = str | bytes
LEFT_ALONE = ("file-not-needed", "section-not-used", "file-of-other-kind", "file-of-open-program")


def folder_of(place: Path, files: dict[str, File]) -> Path:
    """A folder with these files, each written as it stands."""
    place.mkdir(exist_ok=True)
    for name, content in files.items():
        data = content if isinstance(content, bytes) else content.encode()
        (place / name).write_bytes(data)
    return place


def read(
    place: Path, files: dict[str, File], *, types: TableColumnTypes | None = None, made_up: Collection[str] = ()
) -> LoadedTables:
    """These files, read as a folder of tables."""
    return read_folder(folder_of(place, files), column_types=types, made_up_tables=made_up)


def sheet(*records: Mapping[str, str], title: str = "", missing: str = "") -> str:
    """CSV with the columns of all the records, after lines of a title."""
    columns = list(dict.fromkeys(name for record in records for name in record))
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval=missing)
    writer.writeheader()
    writer.writerows(records)
    return title + out.getvalue()


def said(tables: LoadedTables) -> list[str]:
    """The issues as they are printed, with the name of the file alone, but those of files left alone."""
    issue_lines = []
    for issue in (issue for issue in tables.issues if issue.code not in LEFT_ALONE):
        where = format_location(replace(issue, file=Path(issue.file).name))
        issue_lines.append(f"{where}: {describe_issue(issue)}")
    return issue_lines


def rows(tables: LoadedTables, name: str, *columns: str) -> list[tuple[object, ...]]:
    """Rows of a table, in the order of their first columns."""
    frame = tables.frames[name].select(columns).collect()
    return sorted(frame.rows(), key=lambda row: tuple(map(str, row)))


def counts(tables: LoadedTables, name: str) -> tuple[float, float, float]:
    """Rows read, used and refused of a table."""
    (source,) = (source for source in tables.sources if source.table == name)
    return source.rows_read, source.rows_used, source.rows_refused


def unused(tables: LoadedTables) -> list[str]:
    """The files that were left alone, as they are printed."""
    return [format_issue(issue) for issue in tables.issues if issue.code in LEFT_ALONE]

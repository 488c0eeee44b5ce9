"""Councils whose tables are in a database: written there from clean CSV files, and opened."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path

from kpitui.council import Council, open_council
from kpitui.issue_wording import format_issue
from kpitui.model.board import TableSource
from kpitui.model.clean_tables import CLEAN_TABLES
from kpitui.model.table_schema import ColumnType
from kpitui.tables import LoadedTables

CONFIG = """
[council]
name = "Wokingham"
la_code = "872"
as_at = 2019-03-25

[tables]
folder = "tables"

[sql]
url = "{url}"
{more}
[sql.tables]
"""


def config_of(folder: Path, url: str, queries: Mapping[str, str], more: str = "", before: str = "") -> Path:
    """A config with queries, beside a folder of tables that may have nothing in it."""
    (folder / "tables").mkdir(exist_ok=True)
    text = "".join(f"{name} = '''{query}'''\n" for name, query in queries.items())
    path = folder / "config.toml"
    path.write_text(before + CONFIG.format(url=url, more=more) + text, encoding="utf-8")
    return path


def opened(folder: Path, url: str, queries: Mapping[str, str], more: str = "", before: str = "") -> Council:
    return open_council(config_of(folder, url, queries, more, before))


def told(tables: LoadedTables) -> list[str]:
    """Every issue as it is printed."""
    # A query of a few columns says of the others that they decide; other tests are about that.
    return [format_issue(issue) for issue in tables.issues if issue.code != "column-without-values"]


def source_of(tables: LoadedTables, name: str) -> TableSource:
    """The one source of a table."""
    (query_source,) = (source for source in tables.sources if source.table == name)
    return query_source


def rows_of(tables: LoadedTables, name: str, *columns: str) -> list[tuple[object, ...]]:
    return tables.frames[name].select(columns).collect().rows()


def sqlite_file(path: Path, *statements: str) -> str:
    """A database made by some statements, and its url."""
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.executescript(statement)
    connection.close()
    return f"sqlite:///{path.name}"


def csv_tables(folder: Path) -> dict[str, list[list[str]]]:
    """The rows of every clean CSV file of a folder, the header first."""
    return {
        path.stem: list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
        for path in sorted(folder.glob("*.csv"))
    }


def columns_of(table: str, header: Sequence[str], types: Mapping[ColumnType, str]) -> str:
    """The columns of a table as a database declares them: by their types, text unless told."""
    columns = CLEAN_TABLES[table].columns
    return ", ".join(
        f'"{name}" {types.get(columns[name].column_type, "text") if name in columns else "text"}' for name in header
    )

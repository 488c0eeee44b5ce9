"""A council opened for use: its settings, and its tables as read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import narwhals as nw
import polars as pl

from kpitui.catalogue.column_types import build_own_table_horizons, infer_column_types
from kpitui.config.settings import Settings, choose_area, load_settings
from kpitui.config_file.toml_document import KeyPath
from kpitui.layouts.council_names import find_number_of_council
from kpitui.locations import find_config
from kpitui.model.board import ReadingProgress
from kpitui.model.clean_tables import CLEAN_TABLES, find_clean_table
from kpitui.model.issues import CodedMessage, Issue, create_message
from kpitui.populations import select_area_populations
from kpitui.tables import LoadedTables, read_folder
from kpitui.tables.as_known_on import TableFrame, TableFrames, filter_as_known_on, hide_later_texts
from kpitui.tables.cross_checks import list_cross_issues
from kpitui.tables.installed_postcodes import INSTALLED_TITLE, add_installed_postcodes
from kpitui.tables.lookup_tables import build_calendar, build_predecessors
from kpitui.tables.packaged_populations import add_packaged_populations
from kpitui.tables.polars_types import build_empty_table
from kpitui.tables.reconcile_tables import reconcile_tables
from kpitui.text import clean_text, find_nearest_name


@dataclass(frozen=True)
class Council:
    """Settings and tables. Everything else follows from these two and a date."""

    settings: Settings
    tables: LoadedTables

    @cached_property
    def table_frames(self) -> TableFrames:
        """Return every table that a cohort may need, by name; missing ones are empty."""
        frames_by_name = {name: self.tables.frames.get(name) for name in CLEAN_TABLES}
        table_frames = {
            table_name: build_empty_table(CLEAN_TABLES[table_name]) if frame is None else frame
            for table_name, frame in frames_by_name.items()
        }
        table_frames |= {
            table_name: table_frame
            for table_name, table_frame in self.tables.frames.items()
            if table_name not in CLEAN_TABLES
        }
        table_frames |= {
            table_name: table_frames[table_name].with_columns(
                pl.col(column_name).fill_null(cell_value) for column_name, cell_value in defaults.items()
            )
            for table_name, defaults in self.settings.cell_defaults.items()
        }
        table_frames["populations"] = add_packaged_populations(table_frames["populations"])
        table_frames["calendar"] = build_calendar().lazy()
        return {table_name: nw.from_native(table_frame) for table_name, table_frame in table_frames.items()}

    @property
    def is_of_files_alone(self) -> bool:
        """Say whether all tables come from files of the folder, so that a change of any can be seen."""
        sources = self.tables.sources
        return self.settings.database is None and not any(
            source.recognised_as == INSTALLED_TITLE or not source.is_watched for source in sources
        )

    def describe_defaults(self, table_names: Iterable[str]) -> str:
        """Describe what the council takes the empty cells of some tables to be; empty if nothing."""
        sentences = [
            f"The council takes {column_name} of {table_name} as {cell_value} where it is not given."
            for table_name in table_names
            for column_name, cell_value in self.settings.cell_defaults.get(table_name, {}).items()
        ]
        return " ".join(sentences)

    def select_frames_known_on(self, as_at: date) -> TableFrames:
        """Select the tables as known on a date, with the schools' predecessors as of then."""
        # A table that is not supplied has no row to hide, and most councils lack half of them.
        supplied_frames = {name: frame for name, frame in self.table_frames.items() if name in self.tables.frames}
        known_frames = {**self.table_frames, **filter_as_known_on(hide_later_texts(supplied_frames, as_at), as_at)}
        # Own columns may stand in a clean table too, so its own horizons come on top of ours.
        known_frames = filter_as_known_on(known_frames, as_at, dict(build_own_table_horizons(self.settings.indicators)))
        lines = build_predecessors(known_frames["schools"].to_native(), known_frames["school_links"].to_native())
        populations = select_area_populations(
            known_frames["populations"], self.settings.la_code, self.settings.council_name
        )
        return known_frames | {"school_predecessors": nw.from_native(lines.lazy()), "area_populations": populations}

    def find_neighbours(self, as_at: date) -> StatisticalNeighbours:
        """Find the council's statistical neighbours, from the config or else from the tables.

        If there are several models, use the latest whose year had begun by `as_at`.
        """
        settings = self.settings
        if settings.neighbours:
            return StatisticalNeighbours(settings.neighbours, settings.neighbours_model)
        return self.find_area_neighbours(settings.la_code, as_at)

    def find_area_neighbours(self, la_code: str, as_at: date) -> StatisticalNeighbours:
        """Find the statistical neighbours that the tables have for any council."""
        is_area = nw.col("la_code") == la_code
        rows = self.table_frames["statistical_neighbours"].filter(is_area).collect().iter_rows(named=True)
        # A replayed date must not use a later model. A model without a year is always known.
        return _select_latest_model([row for row in rows if (_parse_model_year(row["model"]) or 0) <= as_at.year])


@dataclass(frozen=True, slots=True)
class StatisticalNeighbours:
    """The councils to compare with, nearest first, and the model that names them."""

    names: tuple[str, ...] = ()
    model: str = ""


def _select_latest_model(neighbour_rows: Sequence[Mapping[str, Any]]) -> StatisticalNeighbours:
    """Select the neighbours of the latest model, nearest first."""
    latest_model = max((row["model"] or "" for row in neighbour_rows), key=_get_model_sort_key, default="")
    model_rows = (row for row in neighbour_rows if (row["model"] or "") == latest_model)
    # Unranked neighbours come last; None cannot be compared with a number.
    nearest_rows = sorted(model_rows, key=lambda row: (row["rank"] is None, row["rank"], row["neighbour"]))
    return StatisticalNeighbours(tuple(row["neighbour"] for row in nearest_rows), latest_model)


def open_council(
    config_path: Path | None = None,
    report_progress: Callable[[ReadingProgress], object] = lambda progress: None,
    area_name: str = "",
) -> Council:
    """Read the config at a path, or the first one found, and the tables that it names.

    `area_name` asks for another council than the config's own. Raises `ConfigError` with every mistake
    in the config, and ValueError where there is no such council.
    """
    return read_council(choose_area(load_settings(find_config(config_path)), area_name), report_progress)


def read_council(
    settings: Settings, report_progress: Callable[[ReadingProgress], object] = lambda progress: None
) -> Council:
    """Read the tables that a config names, and report progress on the way.

    Faults in them do not raise: they are in `tables.issues` and `tables.problems`.
    """
    types_by_table = dict(infer_column_types(settings.indicators))
    tables = read_folder(
        settings.tables_folder,
        column_types=types_by_table,
        made_up_tables=settings.made_up_tables,
        empty_tables=settings.empty_tables,
        council_code=settings.la_code,
        is_other_council=bool(settings.areas.chosen),
        database=settings.database,
        file_mappings=settings.file_mappings,
        safeguarding=settings.safeguarding,
        report_progress=report_progress,
    )
    issues = (_locate_folder_issue(settings, issue) for issue in tables.issues)
    config_issues = (*_report_other_name(settings), *_report_unknown_tables(settings, types_by_table))
    tables = replace(tables, issues=(*config_issues, *issues, *_report_unfilled_columns(settings, tables)))
    tables = add_installed_postcodes(reconcile_tables(tables))
    cross_issues = list_cross_issues(tables, settings.get_meeting_date())
    return Council(settings, replace(tables, issues=(*tables.issues, *cross_issues)))


def _report_other_name(settings: Settings) -> Iterator[Issue]:
    """Report a council's number that is not that of its name."""
    number = find_number_of_council(settings.council_name)
    if number is not None and number != settings.la_code:
        message = create_message(
            "council-of-other-name", council=settings.council_name, number=number, la_code=settings.la_code
        )
        yield settings.document.create_issue(("council", "la_code"), message)


def _report_unfilled_columns(settings: Settings, tables: LoadedTables) -> Iterator[Issue]:
    """Report each column that decides how cases count, and that no row of its table has."""
    for table_name, knowledge in tables.knowledge.items():
        for column_name in find_clean_table(table_name).deciding_columns if knowledge.row_count else ():
            is_stated = column_name in settings.cell_defaults.get(table_name, {})
            if column_name not in knowledge.filled_columns and not is_stated:
                files = [source.file for source in tables.sources if source.table == table_name]
                message = create_message("column-without-values", table=table_name, table_column=column_name)
                yield Issue(message, files[-1] if files else "", None, table_name)


def _report_unknown_tables(settings: Settings, own_table_names: Iterable[str]) -> Iterator[Issue]:
    """Report each query and each limit of the config that is for no known table, and so has no effect."""
    table_names = (*CLEAN_TABLES, *own_table_names)
    query_names = settings.database.queries if settings.database else ()
    key_paths: list[tuple[str, KeyPath]] = [("query-for-no-table", ("sql", "tables", name)) for name in query_names]
    key_paths += [("limit-for-no-table", ("stale", name)) for name in settings.stale_after_days]
    for code, key_path in key_paths:
        if key_path[-1] not in table_names:
            message = create_message(code, suggestion=find_nearest_name(key_path[-1], table_names) or "")
            yield settings.document.create_issue(key_path, message)


def _locate_folder_issue(settings: Settings, issue: Issue) -> Issue:
    """Return an issue of the folder with its line in the config, if the config names the folder."""
    if issue.code != "folder-not-readable" or not settings.document.has_key(("tables", "folder")):
        return issue
    return settings.document.create_issue(("tables", "folder"), issue.message)


MAX_LISTED_CODES = 5
"""How many other councils' codes a message lists."""


def find_tables_of_other_areas(table_frames: TableFrames, la_code: str) -> dict[str, CodedMessage]:
    """Find the tables that have rows, but none for this council: what is wrong, by table name."""
    explanations = {}
    area_tables = [name for name, table in CLEAN_TABLES.items() if table.covers_many_areas and name in table_frames]
    for table_name in area_tables:
        la_codes = _list_la_codes(table_frames[table_name])
        # National files hold every council. A wrong la_code would leave the board silently empty.
        if la_codes and la_code not in la_codes:
            more_codes = f"{len(la_codes) - MAX_LISTED_CODES:,} more" if len(la_codes) > MAX_LISTED_CODES else ""
            explanations[table_name] = create_message(
                "table-of-other-areas",
                table=table_name,
                la_code=la_code,
                others=(*la_codes[:MAX_LISTED_CODES], *filter(None, [more_codes])),
            )
    return explanations


def _list_la_codes(table_frame: TableFrame) -> list[str]:
    """List the distinct local authority codes of a table, in order."""
    codes = table_frame.select("la_code").drop_nulls().unique().sort("la_code").collect()
    return [clean_text(str(code)) for (code,) in codes.iter_rows()]


def _parse_model_year(model_name: str | None) -> int | None:
    """Return the last year that a model's name mentions, or None."""
    years = re.findall(r"\d{4}", model_name or "")
    return int(years[-1]) if years else None


def _get_model_sort_key(model_name: str) -> tuple[int, str]:
    """Return a key that sorts models by year, then by name."""
    return _parse_model_year(model_name) or 0, model_name

"""A council opened for use: its settings, and its tables as read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path

import narwhals as nw

from kpitui.config import Settings, load
from kpitui.model import Indicator, Issue, Progress, Rule, Test
from kpitui.places import find_config
from kpitui.tables import Tables, read_folder
from kpitui.tables.derived import calendar_frame, predecessors_frame
from kpitui.tables.installed import with_installed_postcodes
from kpitui.tables.known import Frame, Frames, Horizon, known
from kpitui.tables.schema import TABLES, ColumnType, empty_frame
from kpitui.text import clean, hint
from kpitui.toml import read_toml


@dataclass(frozen=True)
class Council:
    """Settings and tables. Everything else follows from these two and a date."""

    settings: Settings
    tables: Tables

    @cached_property
    def frames(self) -> Frames:
        """Return every table that a cohort may need, by name; missing ones are empty."""
        present = {name: self.tables.frames.get(name) for name in TABLES}
        frames = {
            name: empty_frame(name) if frame is None else frame for name, frame in present.items()
        }
        frames |= {name: f for name, f in self.tables.frames.items() if name not in TABLES}
        frames["calendar"] = calendar_frame().lazy()
        return {name: nw.from_native(frame) for name, frame in frames.items()}

    def known(self, as_at: date) -> Frames:
        """Select the tables as known on a date, with the schools' predecessors as of then."""
        frames = known(self.frames, as_at)
        # Own columns may stand in a clean table too, so its own horizons come on top of ours.
        frames = known(frames, as_at, dict(own_horizons(self.settings.indicators)))
        lines = predecessors_frame(
            frames["schools"].to_native(), frames["school_links"].to_native()
        )
        return frames | {"school_predecessors": nw.from_native(lines.lazy())}

    def neighbours(self, as_at: date) -> Neighbours:
        """Find the council's statistical neighbours, from the config or else from the tables.

        If there are several models, use the latest whose year had begun by `as_at`.
        """
        settings = self.settings
        if settings.neighbours:
            return Neighbours(settings.neighbours, settings.neighbours_model)
        ours = nw.col("la_code") == settings.la_code
        found = self.frames["statistical_neighbours"].filter(ours).collect()
        rows = [
            row
            for row in found.iter_rows(named=True)
            # A replayed date must not use a later model. A model without a year is always known.
            if (year := _year_of(row["model"])) is None or year <= as_at.year
        ]
        latest = max((row["model"] or "" for row in rows), key=_latest, default="")
        nearest = sorted(
            (row for row in rows if (row["model"] or "") == latest),
            # Unranked neighbours come last; None cannot be compared with a number.
            key=lambda row: (row["rank"] is None, row["rank"], row["neighbour"]),
        )
        return Neighbours(tuple(row["neighbour"] for row in nearest), latest)


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The councils to compare with, nearest first, and the model that names them."""

    names: tuple[str, ...] = ()
    model: str = ""


def open_council(
    config: Path | None = None, progress: Callable[[Progress], object] = lambda told: None
) -> Council:
    """Read the config at a path, or the first one found, and the tables that it names.

    Raises `ConfigError` with every mistake in the config.
    """
    return read_council(load(find_config(config)), progress)


def read_council(
    settings: Settings, progress: Callable[[Progress], object] = lambda told: None
) -> Council:
    """Read the tables that a config names, and report progress on the way.

    Faults in them do not raise: they are in `tables.issues` and `tables.problems`.
    """
    types = dict(column_types(settings.indicators))
    tables = read_folder(
        settings.folder,
        types=types,
        made_up=settings.made_up,
        database=settings.database,
        progress=progress,
    )
    tables = replace(tables, issues=(*_strange_queries(settings, types), *tables.issues))
    return Council(settings, with_installed_postcodes(tables))


def _strange_queries(settings: Settings, types: Iterable[str]) -> Iterator[Issue]:
    """Report each query of the config that is for no known table, and so is not run."""
    names = (*TABLES, *types)
    asked = settings.database.queries if settings.database else ()
    if strange := [name for name in asked if name not in names]:
        document = read_toml(settings.file)
        for name in strange:
            told = f"sql.tables.{clean(name)} is for no table that is known{hint(name, names)}"
            yield document.issue(("sql", "tables", name), f"{told}: not asked")


OF_AREAS = ("schools", "early_years_settings")
"""Tables whose files may cover many councils."""
SHOWN = 5
"""How many other councils' codes a message lists."""


def elsewhere(frames: Frames, la_code: str) -> dict[str, str]:
    """Explain which tables have rows, but none for this council: reason by table name."""
    found = {}
    for name in OF_AREAS:
        codes = _la_codes(frames[name]) if name in frames else []
        # National files hold every council. A wrong la_code would leave the board silently empty.
        if codes and la_code not in codes:
            more = f" and {len(codes) - SHOWN:,} more" if len(codes) > SHOWN else ""
            theirs = f"{', '.join(codes[:SHOWN])}{more}"
            found[name] = f"no row of {name} has the la_code {la_code}: they have {theirs}"
    return found


def _la_codes(frame: Frame) -> list[str]:
    """List the distinct local authority codes of a table, in order."""
    column = frame.select("la_code").drop_nulls().unique().sort("la_code").collect()
    return [clean(str(code)) for (code,) in column.iter_rows()]


def _year_of(model: str | None) -> int | None:
    """Return the last year that a model's name mentions, or None."""
    years = re.findall(r"\d{4}", model or "")
    return int(years[-1]) if years else None


def _latest(model: str) -> tuple[int, str]:
    """Return a key that sorts models by year, then by name."""
    return _year_of(model) or 0, model


def column_types(
    indicators: tuple[Indicator, ...],
) -> Iterator[tuple[str, Mapping[str, ColumnType]]]:
    """Infer the types that rules need of the columns in the council's own tables.

    Yields each table's name with its column types. A condition's values decide the type: dates,
    numbers, Y or N, and otherwise text.
    """
    found: dict[str, dict[str, ColumnType]] = {}
    for indicator in indicators:
        for rule in (indicator.rule, *indicator.variants):
            parameters = dict(rule.cohort.parameters)
            if "table" not in parameters:
                continue
            columns = found.setdefault(str(parameters["table"]), {})
            for test in tests_of(rule):
                columns.setdefault(test.column, ColumnType.TEXT)
                # A test for missing cells needs no type and must not undo that of another test.
                if test.how != "missing":
                    columns[test.column] = _type_of(test)
            columns |= {
                str(parameters[name]): ColumnType.DATE
                for name in ("date", "start", "end")
                if name in parameters
            }
            if rule.weight:
                columns[rule.weight] = ColumnType.NUMBER
    yield from found.items()


def own_horizons(indicators: tuple[Indicator, ...]) -> Iterator[tuple[str, Horizon]]:
    """Build the horizons of the council's own tables and columns: which dates reveal the future.

    A state that begins after the date is not there yet. Any other later date is missing.
    """
    starts = {
        (str(parameters["table"]), str(parameters["start"]))
        for indicator in indicators
        for rule in (indicator.rule, *indicator.variants)
        # A list of one binds a name inside a comprehension.
        for parameters in [dict(rule.cohort.parameters)]
        if "start" in parameters
    }
    for table, columns in column_types(indicators):
        clean = TABLES[table].columns if table in TABLES else {}
        dates = [
            name for name, kind in columns.items() if kind is ColumnType.DATE and name not in clean
        ]
        begins = tuple(name for name in dates if (table, name) in starts)
        yield table, Horizon(begins, tuple((name, ()) for name in dates if name not in begins))


def tests_of(rule: Rule) -> Iterator[Test]:
    """Iterate over every condition of a rule."""
    for conditions in (rule.of, rule.counted, *(left_out.when for left_out in rule.left_out)):
        for tests in conditions:
            yield from tests


def _type_of(test: Test) -> ColumnType:
    """Infer a column's type from the value that a condition compares it with."""
    value = test.value[0] if isinstance(test.value, tuple) and test.value else test.value
    if isinstance(value, date):
        return ColumnType.DATE
    if isinstance(value, int | float) and not isinstance(value, bool):
        return ColumnType.NUMBER
    return ColumnType.YES_NO if value in ("Y", "N") else ColumnType.TEXT

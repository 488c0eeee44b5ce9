"""One set of rules, two engines: DuckDB counts what polars counts."""

from __future__ import annotations

from pathlib import Path

import duckdb
import narwhals as nw
import pytest

from kpitui.counts.tallies import tally_indicators
from kpitui.model.periods import Period, period_containing
from kpitui.tables.as_known_on import TableFrames, filter_as_known_on
from tests.examples import counted
from tests.test_properties import Subject, write_council

SEEDS = (5, 13)


@pytest.fixture(scope="module", params=SEEDS)
def subject(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Subject:
    return write_council(tmp_path_factory.mktemp("council"), request.param)


def in_duckdb(frames: TableFrames, connection: duckdb.DuckDBPyConnection) -> TableFrames:
    """The same tables as relations of a database."""
    return {name: nw.from_native(connection.from_arrow(frame.collect().to_arrow())) for name, frame in frames.items()}


def figures(frames: TableFrames, subject: Subject) -> dict[str, object]:
    """Every count of the last two years, by indicator, rule and period, and of a month and a year."""
    tallies = tally_indicators(subject.council.settings.indicators, frames, "872", subject.as_at)
    now = period_containing(subject.as_at)
    periods = [Period("quarter", now.index - back) for back in range(8)]
    periods += [period_containing(subject.as_at, "month"), period_containing(subject.as_at, "year").previous]
    return {
        f"{indicator_id} {name} {period}": (counted(rule.count_period(period)), rule.count_outcomes(period))
        for indicator_id, tally in tallies.items()
        for name, rule in tally.rule_tallies.items()
        for period in periods
    }


def test_duckdb_and_polars_give_the_same_counts(subject: Subject) -> None:
    in_polars = subject.council.select_frames_known_on(subject.as_at)
    with duckdb.connect() as connection:
        tables = in_duckdb(subject.council.table_frames, connection)
        lines = {name: in_polars[name] for name in ("school_predecessors", "area_populations")}
        relations = filter_as_known_on(tables, subject.as_at) | dict(in_duckdb(lines, connection))
        assert figures(relations, subject) == figures(in_polars, subject)


def test_a_council_of_a_few_rows_in_a_database(tmp_path: Path) -> None:
    """Nothing but the number of rows differs: an empty table counts as nothing in both."""
    subject = write_council(tmp_path, 5)
    frames = {name: frame.head(0) for name, frame in subject.council.table_frames.items()}
    frames["calendar"] = subject.council.table_frames["calendar"]
    known_frames = subject.council.select_frames_known_on(subject.as_at)
    derived = {name: known_frames[name].head(0) for name in ("school_predecessors", "area_populations")}
    with duckdb.connect() as connection:
        relations = in_duckdb({**frames, **derived}, connection)
        database_figures = figures(filter_as_known_on(relations, subject.as_at), subject)
    # A number is out of 1, whatever there is to count.
    assert set(map(str, database_figures.values())) <= {"((0, 0, {}), {})", "((0, 1, {}), {})"}

"""The rules about need, reviews, care and care leavers: what the program says is what the definitions say.

Made-up councils are counted by the program, by polars and by DuckDB, and by plain Python from the
definitions alone.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import duckdb
import pytest

from kpitui.catalogue.parser import read_catalogue
from kpitui.counts.tallies import tally_indicators
from kpitui.model.board import Count
from kpitui.model.catalogue import Indicator
from kpitui.model.periods import Period, period_containing
from kpitui.tables.as_known_on import TableFrames, filter_as_known_on
from tests import care_oracle
from tests.oracle import Result
from tests.test_engines import in_duckdb
from tests.test_properties import Subject, agree, write_council

INDICATORS = [one for one in read_catalogue(None)[0] if one.id in care_oracle.RULES]
Figures = Mapping[tuple[str, str, Period], Count]


def quarters_of(subject: Subject) -> list[Period]:
    """The quarter of the meeting, and the one that ends on 31 March before."""
    year = period_containing(subject.as_at, "year")
    return [period_containing(subject.as_at), Period("quarter", year.index * 4 - 1)]


def figures(subject: Subject, frames: TableFrames, indicators: Sequence[Indicator] = INDICATORS) -> Figures:
    tallies = tally_indicators(indicators, frames, "872", subject.as_at, {})
    assert not any(tally.problems for tally in tallies.values())
    return {
        (name, variant, period): rule.count_period(period)
        for name, found in tallies.items()
        for variant, rule in found.rule_tallies.items()
        for period in quarters_of(subject)
    }


# By itself the suite counts one council: more of them take minutes.
SEEDS = range(1, 1 + int(os.environ.get("CARE_COUNCILS", "1")))


@pytest.fixture(scope="module", params=SEEDS)
def subject(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Subject:
    return write_council(tmp_path_factory.mktemp("council"), request.param)


def test_figures_agree_with_the_definitions_and_in_both_engines(subject: Subject) -> None:
    found = figures(subject, subject.council.select_frames_known_on(subject.as_at))
    assert {(name, variant) for name, variant, _ in found} == set(list_rules())
    wrong = [
        f"{name} {variant} {period}: {count}, expected {expected}"
        for (name, variant, period), count in found.items()
        if not agree(count, expected := expect(subject, name, variant, period), variant)
    ]
    assert wrong == []
    # Figures that agree because there is nothing to count would prove nothing.
    counted = {(name, variant) for (name, variant, _), count in found.items() if count.numerator}
    assert len(counted) > 0.8 * len(set(list_rules()))
    theirs = figures_in_duckdb(subject)
    assert theirs == {key: found[key] for key in theirs}


def list_rules() -> Iterator[tuple[str, str]]:
    for name in care_oracle.RULES:
        yield name, name
        yield from ((name, variant) for variant in care_oracle.VARIANTS.get(name, ()))


def expect(subject: Subject, name: str, variant: str, period: Period) -> Result:
    days = period.first_day, period.last_day
    return care_oracle.compute(subject.rows, name, days, subject.as_at, None if variant == name else variant)


def figures_in_duckdb(subject: Subject) -> Figures:
    in_polars = subject.council.select_frames_known_on(subject.as_at)
    with duckdb.connect() as connection:
        tables = in_duckdb(subject.council.table_frames, connection)
        lines = {name: in_polars[name] for name in ("school_predecessors", "area_populations")}
        frames = filter_as_known_on(tables, subject.as_at) | dict(in_duckdb(lines, connection))
        return figures(subject, frames, [replace(one, variants=()) for one in INDICATORS])

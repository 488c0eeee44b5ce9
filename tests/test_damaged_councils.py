"""No damage to a council's files makes a figure look surer than it is.

A made-up council is damaged in one way after another. Every figure must then be unchanged, or have
no value, or bounds that hold the true one; and no colour may be given that the truth does not have.

`DAMAGED_COUNCILS=300 pytest tests/test_damaged_councils.py` damages three hundred councils in every way,
and `DAMAGED_COUNCILS=300:330` the thirty from number 300 on.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from kpitui.board import build_board
from kpitui.council import open_council
from kpitui.model.board import HistoryPoint
from kpitui.model.periods import Period
from tests import councils
from tests.table_damages import DAMAGES, SUBJECT_TABLES, TEXT_DAMAGES, Tables

FIRST_SEED, _, LAST_SEED = os.environ.get("DAMAGED_COUNCILS", "1").rpartition(":")
SEEDS = range(int(FIRST_SEED or 0), int(LAST_SEED))
# By itself the suite takes a part of each kind of damage: the whole takes minutes.
IN_FULL = "DAMAGED_COUNCILS" in os.environ
TENTHS = range(1, 10) if IN_FULL else (2, 7)
# Without its second cell of two a row is what it may be: a child who is still unaccompanied.
NOT_SEEN = {("some rows without their second cell", "uasc")}
CONFIG = """
[council]
name = "Anywhere"
la_code = "872"
as_at = {as_at}

[tables]
folder = "tables"
"""

Figures = Mapping[tuple[str, Period], HistoryPoint]


@dataclass(frozen=True)
class Council:
    """A council that is whole: its tables, its columns, and the figures made of them."""

    folder: Path
    made: councils.Council
    tables: Tables
    figures: Figures


def config_of(council: councils.Council) -> str:
    """Targets in the middle, so that the colours change with little."""
    targets = "".join(
        f"\n[indicators.{name}]\ntarget = {target}\ntolerance = 5\n"
        for name, target in {
            "schools-primary-good": 70,
            "schools-secondary-good": 70,
            "schools-special-good": 70,
            "pupils-in-good-schools": 70,
            "early-years-good": 65,
            "care-entrants-over-20-miles": 30,
            "children-in-care-over-20-miles": 30,
            "social-worker-turnover": 30,
            "repeat-referrals": 40,
            "repeat-plans-24-months": 30,
            "repeat-plans-ever": 50,
            "permanence": 45,
            "protection-visits-on-time": 50,
        }.items()
    )
    return CONFIG.format(as_at=council.as_at) + targets


def make_whole(tables: Tables) -> None:
    """Fill the cells that decide how a case counts, so that everything is known of it."""
    fillings: dict[str, councils.Row] = {
        "social_workers": {"registered": "Y", "agency": "N", "fte": "1"},
        "referrals": {"nfa": "N"},
        "protection_plans": {"other_authority": "N", "previous_plans": 0},
        "protection_visits": {"setting": "Home"},
        "schools": {"pupils": 200},
    }
    for name, cells in fillings.items():
        for row, (column, value) in ((row, item) for row in tables[name] for item in cells.items()):
            row[column] = value if row.get(column) is None else row[column]
    for row in tables["social_workers"]:
        row["voluntary"] = (row.get("voluntary") or "N") if row["end_date"] else None
    for row in tables["care_episodes"]:
        row["rec"] = (row["rec"] or "E5") if row["dec"] else None
        row["home_post"], row["pl_post"] = None, None
        row["distance_miles"] = 5 if row["distance_miles"] in (None, "999.9") else row["distance_miles"]
    for row in tables["early_years_inspections"]:
        row["outcome"] = None if row["overall"] else row["outcome"] or "Met"
    for row in tables["school_inspections"]:
        if row["kind"] == "graded" and row["inspection_date"] < councils.NO_OVERALL_FROM:  # type: ignore[operator]
            row["overall"] = row.get("overall") or 2


def make_council(folder: Path, seed: int) -> Council:
    rng = random.Random(seed)
    council = councils.Council("872", councils.meeting_day(rng))
    tables = councils.council_tables(rng, councils.Calendar(rng, council.as_at))
    make_whole(tables)
    return Council(folder, council, tables, figures_of(folder / "whole", council, tables))


def write(folder: Path, council: councils.Council, tables: Tables) -> Path:
    (folder / "tables").mkdir(parents=True)
    for name, rows in tables.items():
        columns = [*councils.REQUIRED[name].split(), *councils.OPTIONAL[name].split(), "la_code"]
        present = [column for column in dict.fromkeys(columns) if not rows or any(column in row for row in rows)]
        councils.write_table(folder / "tables" / f"{name}.csv", rows, present)
    (folder / "config.toml").write_text(config_of(council), encoding="utf-8")
    return folder / "config.toml"


def figures_of(folder: Path, council: councils.Council, tables: Tables) -> Figures:
    return read_figures(write(folder, council, tables))


def read_figures(config: Path) -> Figures:
    board = build_board(open_council(config))
    return {(entry.indicator.code, point.period): point for entry in board.entries for point in entry.history[-8:]}


def wrong(figures: Figures, truth: Figures) -> Iterator[str]:
    """The figures that look surer than they are."""
    for key, true in truth.items():
        point = figures.get(key)
        if point is None:
            continue
        count, value = point.count, true.count.value
        # A school of which nobody can tell the phase may be the one that changed the framework.
        broken = {"no overall grade since 2024", "report card"} & {*true.count.excluded}
        if point.rag not in ("none", true.rag) and not broken:
            yield f"{key}: {point.rag}, in truth {true.rag}: {count}, in truth {true.count}"
        if count.value is None or value is None:
            continue
        low, high = count.low, count.high
        if not (low is not None and low - 1e-9 <= value and (high is None or value <= high + 1e-9)):
            yield f"{key}: {low} to {high} does not hold {value}: {count}, in truth {true.count}"


@pytest.fixture(scope="module", params=SEEDS)
def council(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Council:
    return make_council(tmp_path_factory.mktemp("council"), request.param)


def test_of_a_council_that_is_whole_the_bounds_are_a_point(council: Council) -> None:
    """But for a quarter that looks back further than its table goes: that is no damage, and is told."""
    points = council.figures.items()
    doubtful = [(key, point.count) for key, point in points if point.count.bounds is not None or point.count.unknown]
    assert [(key, count) for key, count in doubtful if {*count.unknown} != {"history too short"}] == []
    assert {key[0] for key, point in points if point.rag != "none"} >= {"EA3", "CC20", "RR12", "VP8"}


@pytest.mark.parametrize("damage", list(DAMAGES)[:: 1 if IN_FULL else 8])
def test_no_damage_makes_a_figure_look_surer_than_it_is(council: Council, damage: str, tmp_path: Path) -> None:
    tables = {name: [dict(row) for row in rows] for name, rows in council.tables.items()}
    DAMAGES[damage](random.Random(damage), tables)
    assert list(wrong(figures_of(tmp_path / "damaged", council.made, tables), council.figures)) == []


def list_text_damages() -> list[tuple[str, str]]:
    """Every damage of a text with every table; by itself the suite takes one table for each damage."""
    if not IN_FULL:
        return [*zip(TEXT_DAMAGES, SUBJECT_TABLES, strict=False)]
    return [(damage, name) for damage in TEXT_DAMAGES for name in SUBJECT_TABLES if (damage, name) not in NOT_SEEN]


@pytest.mark.parametrize(("damage", "name"), list_text_damages())
def test_no_damage_of_a_text_makes_a_figure_look_surer(
    council: Council, damage: str, name: str, tmp_path: Path
) -> None:
    config = write(tmp_path / "damaged", council.made, council.tables)
    path = config.parent / "tables" / f"{name}.csv"
    path.write_text(TEXT_DAMAGES[damage](random.Random(damage), path.read_text(encoding="utf-8")), encoding="utf-8")
    assert list(wrong(read_figures(config), council.figures)) == []


@pytest.mark.parametrize("name", SUBJECT_TABLES)
def test_a_file_that_is_cut_off_anywhere_makes_no_figure_look_sure(council: Council, name: str, tmp_path: Path) -> None:
    for tenth in TENTHS:
        config = write(tmp_path / f"cut-{tenth}", council.made, council.tables)
        path = config.parent / "tables" / f"{name}.csv"
        content = path.read_bytes()
        # In the middle of a row: a file that ends with one may be whole.
        end = content.rindex(b"\n", 0, max(len(content) * tenth // 10, 200)) + 2
        path.write_bytes(content[:end])
        assert list(wrong(read_figures(config), council.figures)) == []

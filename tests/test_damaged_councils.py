"""No damage to a council's files makes a figure look surer than it is.

A made-up council is damaged in one way after another. Every figure must then be unchanged, or have
no value, or bounds that hold the true one; and no colour may be given that the truth does not have.

`DAMAGED_COUNCILS=300 pytest tests/test_damaged_councils.py` damages three hundred councils in every way.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from kpitui.board import build_board
from kpitui.council import open_council
from kpitui.model.board import HistoryPoint
from kpitui.model.periods import Period
from tests import councils
from tests.councils import Row

SEEDS = range(int(os.environ.get("DAMAGED_COUNCILS", "1")))
# By itself the suite takes a part of each kind of damage: the whole takes minutes.
IN_FULL = "DAMAGED_COUNCILS" in os.environ
TENTHS = range(1, 10) if IN_FULL else (2, 7)
CONFIG = """
[council]
name = "Anywhere"
la_code = "872"
as_at = {as_at}

[tables]
folder = "tables"
"""

Tables = dict[str, list[Row]]
Figures = Mapping[tuple[str, Period], HistoryPoint]
Damage = Callable[[random.Random, Tables], None]


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
    fillings: dict[str, Row] = {
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
    made = councils.Council("872", councils.meeting_day(rng))
    tables = councils.council_tables(rng, councils.Calendar(rng, made.as_at))
    make_whole(tables)
    return Council(folder, made, tables, figures_of(folder / "whole", made, tables))


def write(folder: Path, made: councils.Council, tables: Tables) -> Path:
    (folder / "tables").mkdir(parents=True)
    for name, rows in tables.items():
        columns = [*councils.REQUIRED[name].split(), *councils.OPTIONAL[name].split()]
        present = [column for column in columns if not rows or any(column in row for row in rows)]
        councils.write_table(folder / "tables" / f"{name}.csv", rows, present)
    (folder / "config.toml").write_text(config_of(made), encoding="utf-8")
    return folder / "config.toml"


def figures_of(folder: Path, made: councils.Council, tables: Tables) -> Figures:
    return read_figures(write(folder, made, tables))


def read_figures(config: Path) -> Figures:
    board = build_board(open_council(config))
    return {(entry.indicator.code, point.period): point for entry in board.entries for point in entry.history[-8:]}


def wrong(found: Figures, truth: Figures) -> Iterator[str]:
    """The figures that look surer than they are."""
    for key, true in truth.items():
        point = found.get(key)
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


SUBJECT_TABLES = (
    "schools school_inspections early_years_settings early_years_inspections care_episodes uasc"
    " referrals protection_plans protection_visits social_workers"
).split()
DATES = (
    ("schools", "open_date"),
    ("schools", "close_date"),
    ("school_inspections", "inspection_date"),
    ("school_inspections", "publication_date"),
    ("early_years_settings", "registered_date"),
    ("early_years_settings", "closed_date"),
    ("early_years_inspections", "inspection_date"),
    ("early_years_inspections", "publication_date"),
    ("care_episodes", "decom"),
    ("care_episodes", "dec"),
    ("uasc", "duc"),
    ("children", "dob"),
    ("referrals", "referral_date"),
    ("protection_plans", "start_date"),
    ("protection_plans", "end_date"),
    ("protection_visits", "visit_date"),
    ("social_workers", "start_date"),
    ("social_workers", "end_date"),
)
COLUMNS_THAT_DECIDE = (
    ("schools", "close_date"),
    ("schools", "pupils"),
    ("early_years_settings", "closed_date"),
    ("early_years_inspections", "overall"),
    ("care_episodes", "distance_miles"),
    ("uasc", "duc"),
    ("referrals", "nfa"),
    ("protection_plans", "end_date"),
    ("protection_plans", "previous_plans"),
    ("protection_plans", "other_authority"),
    ("protection_visits", "setting"),
    ("social_workers", "end_date"),
    ("social_workers", "voluntary"),
    ("social_workers", "registered"),
    ("social_workers", "agency"),
    ("social_workers", "fte"),
)
CODES_THAT_DECIDE = (
    ("schools", "phase"),
    ("school_inspections", "kind"),
    ("school_inspections", "overall"),
    ("early_years_settings", "early_years_register"),
    ("early_years_inspections", "overall"),
    ("care_episodes", "rne"),
    ("care_episodes", "ls"),
    ("care_episodes", "place"),
    ("care_episodes", "rec"),
    ("care_episodes", "distance_miles"),
    ("referrals", "nfa"),
    ("protection_plans", "previous_plans"),
    ("protection_plans", "other_authority"),
    ("protection_visits", "seen"),
    ("protection_visits", "setting"),
    ("social_workers", "voluntary"),
    ("social_workers", "registered"),
    ("social_workers", "agency"),
    ("social_workers", "fte"),
)


def without_rows(name: str) -> Damage:
    def damage(rng: random.Random, tables: Tables) -> None:
        tables[name] = []

    return damage


def with_cells(name: str, column: str, text: str | None, share: float) -> Damage:
    """Of the cells that are filled, some or all say something else."""

    def damage(rng: random.Random, tables: Tables) -> None:
        for row in tables[name]:
            # From September 2024 a graded inspection may have no grade.
            is_late = column == "overall" and row["inspection_date"] >= councils.NO_OVERALL_FROM  # type: ignore[operator]
            if row.get(column) is not None and rng.random() < share and not (text is None and is_late):
                row[column] = text

    return damage


def without_column(name: str, column: str) -> Damage:
    def damage(rng: random.Random, tables: Tables) -> None:
        for row in tables[name]:
            row.pop(column, None)

    return damage


def with_ids(name: str, column: str, write: Callable[[str], str], share: float = 1) -> Damage:
    """All ids of a table, or some, are written in another way."""

    def damage(rng: random.Random, tables: Tables) -> None:
        for row in tables[name]:
            row[column] = write(str(row[column])) if rng.random() < share else row[column]

    return damage


ID_COLUMNS = {
    "schools": "urn",
    "school_inspections": "urn",
    "early_years_inspections": "urn",
    "children": "child",
    "care_episodes": "child",
    "uasc": "child",
    "referrals": "child",
    "protection_plans": "child",
    "protection_visits": "child",
    "social_workers": "worker",
}
SPELLINGS: dict[str, Callable[[str], str]] = {
    "in small letters": str.lower,
    "with a blank": lambda text: f"{text[:1]} {text[1:]}",
    "with zeros before them": lambda text: f"00{text}",
    "without zeros before them": lambda text: text.lstrip("0") or "0",
    "as a formula": lambda text: f'="{text}"',
    "of another system": lambda text: f"Q{text}",
}
ENDS = (
    ("schools", "close_date"),
    ("early_years_settings", "closed_date"),
    ("care_episodes", "dec"),
    ("uasc", "duc"),
    ("protection_plans", "end_date"),
    ("social_workers", "end_date"),
)
PLACEHOLDERS = ("9999-12-31", "1900-01-01")

DAMAGES: dict[str, Damage] = {
    **{
        f"ids of {name} {spelling}": with_ids(name, column, write)
        for name, column in ID_COLUMNS.items()
        for spelling, write in SPELLINGS.items()
    },
    **{
        f"{word} {column} in {name} is {text}": with_cells(name, column, text, share)
        for name, column in ENDS
        for text in PLACEHOLDERS
        for word, share in {"each": 1, "some": 0.2}.items()
    },
    **{
        f"{name} of another council": with_cells(name, "la_code", "873", 1)
        for name in ("schools", "early_years_settings")
    },
    **{f"{name} without rows": without_rows(name) for name in SUBJECT_TABLES},
    **{f"no {column} in {name} can be read": with_cells(name, column, "31/13/2018", 1) for name, column in DATES},
    **{f"some {column} in {name} cannot be read": with_cells(name, column, "soon", 0.05) for name, column in DATES},
    **{f"{name} without {column}": without_column(name, column) for name, column in COLUMNS_THAT_DECIDE},
    **{
        f"some {column} in {name} {word}": with_cells(name, column, text, 0.1)
        for name, column in CODES_THAT_DECIDE
        for word, text in {"is no code": "ZZ9", "is empty": None}.items()
    },
}


@pytest.mark.parametrize("damage", list(DAMAGES)[:: 1 if IN_FULL else 4])
def test_no_damage_makes_a_figure_look_surer_than_it_is(council: Council, damage: str, tmp_path: Path) -> None:
    tables = {name: [dict(row) for row in rows] for name, rows in council.tables.items()}
    DAMAGES[damage](random.Random(damage), tables)
    assert list(wrong(figures_of(tmp_path / "damaged", council.made, tables), council.figures)) == []


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

"""Small councils for examples: tables in a few words, opened as the program opens them.

The quarter is Q3 2018/19, 1 October to 31 December 2018, and the meeting is on 25 March 2019,
unless an example says otherwise.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kpitui.board import build_board
from kpitui.council import Council, open_council
from kpitui.counts.tallies import tally_indicators
from kpitui.model.board import Board, Count, Entry
from kpitui.model.clean_tables import CLEAN_TABLES
from kpitui.model.periods import parse_period

QUARTER = "2018-19 Q3"
MEETING = date(2019, 3, 25)
WOKINGHAM = """
[council]
name = "Wokingham"
la_code = "872"
region = "South East"
as_at = 2019-03-25

[tables]
folder = "tables"
"""

Tables = Mapping[str, str]
Counted = tuple[float, float, dict[str, float]]


def table(columns: str, *lines: str) -> str:
    """CSV from words: a line is a row, a full stop an empty cell, ~ a space inside a cell."""
    out = io.StringIO()
    rows = [[cell.replace("~", " ") for cell in line.split()] for line in (columns, *lines)]
    assert all(len(row) == len(rows[0]) for row in rows), "a row has too few or too many cells"
    csv.writer(out).writerows([["" if cell == "." else cell for cell in row] for row in rows])
    return out.getvalue()


def counted(count: Count) -> Counted:
    """Numerator, denominator and exclusions, to be compared at a glance."""
    return count.numerator, count.denominator, dict(count.excluded)


@dataclass(frozen=True)
class Example:
    """Councils written into `folder`, each with a few rows and a few lines of config."""

    folder: Path

    def write(self, tables: Tables, config: str = "") -> Path:
        """A new council's config, `config` first; tables that are not given have no rows in truth."""
        place = self.folder / f"council-{len(list(self.folder.glob('council-*')))}"
        (place / "tables").mkdir(parents=True)
        none = sorted({*CLEAN_TABLES} - {*tables} | {name for name, text in tables.items() if text.count("\n") < 2})
        (place / "config.toml").write_text(f"{config}{WOKINGHAM}none = {none}\n", encoding="utf-8")
        empty = {name: ",".join(schema.columns) + "\n" for name, schema in CLEAN_TABLES.items()}
        for name, text in {**empty, **tables}.items():
            (place / "tables" / f"{name}.csv").write_text(text, encoding="utf-8", newline="")
        return place / "config.toml"

    def council(self, tables: Tables, config: str = "") -> Council:
        return open_council(self.write(tables, config))

    def board(self, tables: Tables, config: str = "", period: str = QUARTER, as_at: date = MEETING) -> Board:
        return build_board(self.council(tables, config), as_at, parse_period(period))

    def entry(
        self, indicator: str, tables: Tables, config: str = "", period: str = QUARTER, as_at: date = MEETING
    ) -> Entry:
        """One indicator, the only one that is shown."""
        config_text = f'{config}\n[board]\nshow = ["{indicator}"]\n'
        return self.board(tables, config_text, period, as_at).entries[0]

    def count(
        self, indicator: str, tables: Tables, variant: str | None = None, period: str = QUARTER, as_at: date = MEETING
    ) -> Counted:
        """The figures of an indicator, or of a variant of it."""
        council = self.council(tables, f'[board]\nshow = ["{indicator}"]\n')
        indicators = council.settings.indicators
        table_frames, problems = council.select_frames_known_on(as_at), council.tables.problems
        tally = tally_indicators(indicators, table_frames, "872", as_at, problems)[indicator]
        assert not tally.problems, tally.problems
        return counted(tally.rule_tallies[variant or indicator].count_period(parse_period(period)))

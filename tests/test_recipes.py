"""The contributor's recipes, played on a copy: the files that the page names, and no other, are enough."""

from __future__ import annotations

import json
from pathlib import Path

from tests.copies import Edits, copy_project, list_changed_files, list_named_files, run_python, run_tests
from tests.examples import WOKINGHAM, table

CHANGELOG = [("## Unreleased: 0.1.0\n", "## Unreleased: 0.1.0\n\nSomething new.\n")]

INDICATOR = '''
[indicators.referrals-without-action]
code = "RR13"
title = "Referrals without further action"
short = "No further action"
theme = "Referrals"
polarity = "low"
cohort = "referrals"
window = "year-to-date"
noun = ["referral", "referrals"]
counted = { nfa = "Y" }
definition = """
Referrals since 1 April, to the end of the period, that led to no further action, as a share of all \\
referrals."""
'''
INDICATOR_TEST = '''"""RR13: referrals since 1 April that led to no further action."""

from __future__ import annotations

from tests.examples import Example, table


def test_referrals_without_action_are_counted(example: Example) -> None:
    """Two since 1 April, one of them without action; the third is of the year before."""
    rows = "A 2018-04-01 Y", "B 2018-12-31 N", "C 2018-03-31 Y"
    tables = {"referrals": table("child referral_date nfa", *rows)}
    assert example.count("referrals-without-action", tables) == (1, 2, {})
'''
INDICATOR_RULE = """    "referrals-without-action": (
        lambda asked: total(
            [
                Case(text(row, "child"), when(row, "referral_date"), row.get("nfa") == "Y")
                for row in first_of_each_day(asked.table("referrals"))
                if asked.contains(on(row, "referral_date"))
            ]
        ),
        year_to_date,
    ),
"""
RULE_BELOW = '    "repeat-referrals": (repeat_referrals, year_to_date),\n'


def test_an_indicator_takes_four_files(tmp_path: Path) -> None:
    edits: Edits = {
        "kpitui/catalogue/indicators.toml": INDICATOR,
        "tests/cohorts/test_referrals_without_action.py": INDICATOR_TEST,
        "tests/oracle.py": [(RULE_BELOW, RULE_BELOW + INDICATOR_RULE)],
        "CHANGELOG.md": CHANGELOG,
    }
    copied_tree = copy_project(tmp_path / "tree", edits)
    run_python(copied_tree, copied_tree, "docs/generate.py")
    run_python(copied_tree, copied_tree, "docs/generate.py", "--check")
    assert list_changed_files(copied_tree) == {*edits, "docs/definitions.md"}
    assert "#### RR13: Referrals without further action" in (copied_tree / "docs/definitions.md").read_text()
    (tmp_path / "tables").mkdir()
    referrals = table("child referral_date nfa", "A 2018-10-01 Y", "B 2018-10-02 N", "C 2018-10-03 N")
    (tmp_path / "tables/referrals.csv").write_text(referrals, encoding="utf-8")
    (tmp_path / "config.toml").write_text(WOKINGHAM, encoding="utf-8")
    board = json.loads(run_python(copied_tree, tmp_path, "-m", "kpitui", "status", "--json"))
    (entry_json,) = (indicator for indicator in board["indicators"] if indicator["code"] == "RR13")
    assert (entry_json["numerator"], entry_json["denominator"]) == (1, 3)
    run_tests(copied_tree, "tests/cohorts/test_referrals_without_action.py")
    run_tests(copied_tree, "tests/test_properties.py", "-k", "catalogue_of and 11")
    named_files = list_named_files("Add an indicator")
    assert named_files == {"catalogue/indicators.toml", "tests/cohorts/", "tests/oracle.py", "CHANGELOG.md"}


LAYOUT = """PAYROLL = Layout(
    title="payroll of social workers",
    required_columns=("employee no", "job title", "contract start"),
    date_formats=("%d-%b-%Y",),
    table_mappings=(
        TableMapping(
            "social_workers",
            {"worker": "employee no", "start_date": "contract start", "end_date": "contract end"},
            row_filter=pl.col("job title").str.contains("(?i)social worker"),
        ),
    ),
)

LAYOUTS = (SOCIAL_WORKERS, PAYROLL)"""
PAYROLL = table(
    "Employee~No Job~Title Contract~Start Contract~End",
    "1 Social~Worker 01-Apr-2017 .",
    "2 Driver 02-Apr-2017 .",
    "3 Senior~social~worker 03-Apr-2017 30-Sep-2018",
)
LAYOUT_TEST = f'''"""The payroll of social workers, known by its columns."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from folders import read, rows

PAYROLL = {PAYROLL!r}


def test_social_workers_of_a_payroll(tmp_path: Path) -> None:
    tables = read(tmp_path, {{"staff.csv": PAYROLL}})
    assert rows(tables, "social_workers", "worker", "start_date", "end_date") == [
        ("1", date(2017, 4, 1), None), ("3", date(2017, 4, 3), date(2018, 9, 30))
    ]  # fmt: skip
'''


def test_a_layout_takes_five_files(tmp_path: Path) -> None:
    edits: Edits = {
        "kpitui/layouts/workforce.py": [("LAYOUTS = (SOCIAL_WORKERS,)", LAYOUT)],
        "tests/tables/test_layouts_payroll.py": LAYOUT_TEST,
        "tests/tables/test_layouts_fuzz.py": [("EXAMPLES = {\n", f'EXAMPLES = {{\n    "payroll": {PAYROLL!r},\n')],
        "docs/formats.md": "\nThe payroll of social workers gives `social_workers`.\n",
        "CHANGELOG.md": CHANGELOG,
    }
    copied_tree = copy_project(tmp_path / "tree", edits)
    run_python(copied_tree, copied_tree, "docs/generate.py", "--check")
    assert list_changed_files(copied_tree) == {*edits}
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables/staff.csv").write_text(PAYROLL, encoding="utf-8")
    (tmp_path / "config.toml").write_text(WOKINGHAM, encoding="utf-8")
    run_python(copied_tree, tmp_path, "-m", "kpitui", "import", "tables", "-o", "clean")
    imported = (tmp_path / "clean/social_workers.csv").read_text(encoding="utf-8").splitlines()
    assert [line[:13] for line in imported[1:]] == ["1,2017-04-01,", "3,2017-04-03,"]
    run_tests(copied_tree, "tests/tables/test_layouts_payroll.py")
    named_files = list_named_files("Add a layout of file")
    assert named_files == {
        "layouts/", "tests/tables/", "tests/tables/test_layouts_fuzz.py", "docs/formats.md", "CHANGELOG.md",
    }  # fmt: skip


SCREEN = '''"""Colours screen: how many indicators are green, amber and red."""

from __future__ import annotations

from typing import ClassVar

from kpitui.tui import commands
from kpitui.tui.screens.screen_bodies import ScrollingScreen
from kpitui.tui.views.colour_counts import draw_colour_counts


class ColoursScreen(ScrollingScreen):
    """The colours of the board, each with the number of its indicators."""

    screen_name: ClassVar[str] = "colours"
    BINDINGS = commands.build_bindings("colours")

    def build_breadcrumbs(self) -> tuple[str, ...]:
        return ("Colours",)

    def draw_body(self) -> None:
        if self.state.board is not None:
            self.body_widget.show_lines(draw_colour_counts(self.state.board))
'''
VIEW = '''"""How many indicators of a board have each colour."""

from __future__ import annotations

from collections import Counter

from kpitui.model.board import Board
from kpitui.tui.styled_text import StyledLine, make_line, make_span


def draw_colour_counts(board: Board) -> tuple[StyledLine, ...]:
    """Draw each colour with the number of its indicators."""
    colours = Counter(entry.judgement.rag for entry in board.entries)
    return tuple(make_line(make_span(f"{count} indicators are {rag}")) for rag, count in colours.items())
'''
COMMAND = """    Command("colours", ("u",), "How many indicators have each colour", "Going about", DATA_SCREENS,
            is_for_program=True, opens="colours:ColoursScreen"),
    Command("goto", ("colon",),"""
EFFECT = '    "goto": Effect('


def test_a_screen_takes_five_files(tmp_path: Path) -> None:
    edits: Edits = {
        "kpitui/tui/screens/colours.py": SCREEN,
        "kpitui/tui/views/colour_counts.py": VIEW,
        "kpitui/tui/commands.py": [
            ('"help",\n    "goto",\n)', '"help",\n    "goto", "colours",\n)'),
            ('(*DATA_SCREENS, "briefing"), "help"', '(*DATA_SCREENS, "briefing", "colours"), "help"'),
            ('(*DATA_SCREENS, "briefing", "help"), "quit"', '(*DATA_SCREENS, "briefing", "help", "colours"), "quit"'),
            ('    Command("goto", ("colon",),', COMMAND),
        ],
        "tests/terminal/test_terminal_effects.py": [
            (EFFECT, f'    "colours": Effect("VP7", (), "indicators are red"),\n{EFFECT}'),
        ],
        "CHANGELOG.md": CHANGELOG,
    }  # fmt: skip
    copied_tree = copy_project(tmp_path / "tree", edits)
    run_python(copied_tree, copied_tree, "docs/generate.py")
    run_python(copied_tree, copied_tree, "docs/generate.py", "--check")
    assert list_changed_files(copied_tree) == {*edits, "docs/keys.md"}
    assert "| `u` | How many indicators have each colour |" in (copied_tree / "docs/keys.md").read_text()
    run_tests(copied_tree, "tests/terminal/test_terminal_effects.py", "-k", "colours or has_its_effect")
    run_tests(copied_tree, "tests/terminal/test_terminal_commands.py", "-k", "not can_be_given or colours")
    named_files = list_named_files("Add a screen")
    assert named_files == {
        "tui/screens/", "tui/views/", "tui/commands.py", "tests/terminal/test_terminal_effects.py", "CHANGELOG.md",
    }  # fmt: skip

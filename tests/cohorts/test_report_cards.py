"""Ofsted's three populations: on an overall grade, inspected without one, with a report card."""

from __future__ import annotations

from datetime import date

from kpitui.board import build_board
from kpitui.figure_wording import describe_reason
from kpitui.model.board import Entry
from kpitui.model.periods import parse_period
from tests.examples import Example, table

MARCH_2026 = parse_period("2025-26 Q4")
SCHOOLS = table(
    "urn name phase la_code open_date",
    *(f"{urn} School Primary 872 1990-01-01" for urn in range(1, 7)),
    "7 Through All-through 872 1990-01-01",
)
CORE = (
    "inclusion curriculum_and_teaching achievement attendance_and_behaviour "
    "personal_development_and_wellbeing leadership_and_governance"
)
MET = "~".join(["Expected", "standard"])
CARDS = table(
    f"urn inspection_date kind overall {CORE} safeguarding category_of_concern",
    f"1 2025-12-01 report~card . {' '.join([MET] * 6)} Met .",
    f"2 2025-12-02 report~card . {' '.join([MET] * 5)} Needs~attention Met .",
    f"3 2025-12-03 report~card . Urgent~improvement {' '.join([MET] * 5)} Not~met SM",
    f"4 2020-01-01 graded 2 {' '.join('.' * 6)} . .",
    f"5 2024-10-01 graded . {' '.join('.' * 6)} . .",
    f"7 2026-01-10 report~card . {' '.join(['Exceptional'] * 6)} Met .",
)


def entry(example: Example, code: str) -> Entry:
    config = f'[board]\nalso = ["{code}"]\n'
    council = example.council({"schools": SCHOOLS, "school_inspections": CARDS}, config)
    board = build_board(council, date(2026, 6, 1), MARCH_2026)
    return board.entries[-1]


def test_every_core_area_at_expected_standard_or_better(example: Example) -> None:
    card_entry = entry(example, "RC1")
    assert (card_entry.point.count.numerator, card_entry.point.count.denominator) == (2, 4)
    assert card_entry.point.count.excluded == {
        "still on an overall grade": 1,
        "no overall grade since 2024": 1,
        "not yet inspected": 1,
    }


def test_area_by_area_beside_it(example: Example) -> None:
    by_area = {variant.id: variant.count for variant in entry(example, "RC1").variants}
    leadership, inclusion = by_area["leadership-and-governance"], by_area["inclusion"]
    assert leadership is not None
    assert inclusion is not None
    assert (leadership.numerator, inclusion.numerator) == (3, 3)


def test_safeguarding_met(example: Example) -> None:
    assert entry(example, "RC2").point.count.numerator == 3


def test_urgent_improvement_or_a_category_of_concern(example: Example) -> None:
    card_entry = entry(example, "RC3")
    assert (card_entry.point.count.numerator, card_entry.indicator.polarity) == (1, "low")


def test_the_old_series_says_how_many_it_still_covers(example: Example) -> None:
    council = example.council({"schools": SCHOOLS, "school_inspections": CARDS})
    primary = build_board(council, date(2026, 6, 1), MARCH_2026).entries[0]
    assert primary.point.count.denominator == 1
    assert primary.judgement.rag == "none"
    assert "no longer covers every case" in describe_reason(primary)
    assert "report card: 3" in describe_reason(primary)


def test_a_board_has_no_report_cards_unless_it_asks_for_them(example: Example) -> None:
    board = example.board({"schools": SCHOOLS, "school_inspections": CARDS})
    assert not [entry for entry in board.entries if entry.indicator.code.startswith("RC")]


SETTINGS = table(
    "urn name type early_years_register la_code registered_date",
    "A Nursery Childminder Y 872 2015-01-01",
    "B Nursery Childminder Y 872 2015-01-01",
    "C Nursery Childminder Y 872 2015-01-01",
)
AREAS = (
    "inclusion curriculum_and_teaching achievement behaviour_attitudes_and_routines "
    "welfare_and_wellbeing leadership_and_governance safeguarding"
)
VISITED = table(
    f"urn inspection_date overall {AREAS}",
    f"A 2025-12-01 . {' '.join([MET] * 6)} Met",
    f"B 2025-12-02 . {' '.join([MET] * 5)} Urgent~improvement Met",
    f"C 2020-01-01 2 {' '.join('.' * 7)}",
)


def test_settings_have_report_cards_too(example: Example) -> None:
    tables = {"early_years_settings": SETTINGS, "early_years_inspections": VISITED}
    council = example.council(tables, '[board]\nshow = ["RC4", "RC5", "RC6"]\n')
    board = build_board(council, date(2026, 6, 1), MARCH_2026)
    counts = [entry.point.count for entry in board.entries]
    assert [(count.numerator, count.denominator) for count in counts] == [(1, 2), (2, 2), (1, 2)]
    assert counts[0].excluded == {"no report card": 1}


def test_a_table_without_the_areas_has_no_report_card(example: Example) -> None:
    graded = table("urn inspection_date overall", "A 2020-01-01 2")
    tables = {"early_years_settings": SETTINGS, "early_years_inspections": graded}
    council = example.council(tables, '[board]\nshow = ["RC4"]\n')
    (issue,) = build_board(council, date(2026, 6, 1), MARCH_2026).entries
    assert issue.point.count.excluded == {"no report card": 3}

"""EA3: settings on the Early Years Register, and their grades."""

from __future__ import annotations

from datetime import date

import pytest

from tests.examples import Counted, Example, Tables, table

INDICATOR = "early-years-good"
NURSERY = "Childcare~on~non-domestic~premises"


def settings(*lines: str) -> str:
    columns = "urn name type early_years_register la_code registered_date closed_date"
    return table(columns, *lines)


def inspections(*lines: str) -> str:
    return table("urn inspection_date overall publication_date outcome", *lines)


def acorns(*inspected: str) -> Tables:
    """One setting of the area with its inspections."""
    return {
        "early_years_settings": settings("EY1 Acorns Childminder Y 872 2010-01-01 ."),
        "early_years_inspections": inspections(*(f"EY1 {line}" for line in inspected)),
    }


@pytest.mark.parametrize(
    ("setting", "is_there"),
    [
        ("Y 872 2018-12-31 .", True),  # registered on the last day
        ("Y 872 2019-01-01 .", False),
        ("Y 872 2010-01-01 2018-12-31", False),  # closed on the last day
        ("Y 872 2010-01-01 2019-01-01", True),
        ("N 872 2010-01-01 .", False),  # not on the register
        ("Y 868 2010-01-01 .", False),  # of another area
    ],
)
def test_settings_of_the_area_on_the_register_on_the_last_day(example: Example, setting: str, is_there: bool) -> None:
    tables = {"early_years_settings": settings(f"EY1 Acorns Childminder {setting}")}
    excluded = {"not yet inspected": 1} if is_there else {}
    assert example.count(INDICATOR, tables) == (0, 0, excluded)


@pytest.mark.parametrize(
    ("inspected", "expected"),
    [
        (["2014-01-01 1 . ."], (1, 1, {})),
        (["2014-01-01 2 . ."], (1, 1, {})),
        (["2014-01-01 3 . ."], (0, 1, {})),
        (["2014-01-01 2 . .", "2018-01-01 4 . ."], (0, 1, {})),  # the latest
        (["2014-01-01 2 . .", "2019-01-01 4 . ."], (1, 1, {})),  # by the last day
        (["2014-01-01 2 . .", "2018-01-01 . . Met"], (1, 1, {})),  # the grade before it stands
        (["2018-01-01 . . Met"], (0, 0, {"met or not met only": 1})),
        (["2018-01-01 . . Met", "2018-06-01 2 . ."], (1, 1, {})),
    ],
)
def test_the_latest_inspection_with_a_grade_counts(example: Example, inspected: list[str], expected: Counted) -> None:
    assert example.count(INDICATOR, acorns(*inspected)) == expected


@pytest.mark.parametrize(("as_at", "good"), [("2019-02-01", 0), ("2019-01-31", 1)])
def test_an_inspection_is_known_from_its_publication(example: Example, as_at: str, good: int) -> None:
    tables = acorns("2014-01-01 1 . .", "2018-12-01 3 2019-02-01 .")
    count = example.count(INDICATOR, tables, as_at=date.fromisoformat(as_at))
    assert count == (good, 1, {})


def test_variants_without_childminders_and_of_group_settings(example: Example) -> None:
    tables = {
        "early_years_settings": settings(
            "EY1 Acorns Childminder Y 872 2010-01-01 .",
            f"EY2 Berries {NURSERY} Y 872 2010-01-01 .",
            "EY3 Clover Childcare~on~domestic~premises Y 872 2010-01-01 .",
        ),
        "early_years_inspections": inspections("EY1 2014-01-01 4 . .", "EY2 2014-01-01 2 . .", "EY3 2014-01-01 3 . ."),
    }
    assert example.count(INDICATOR, tables) == (1, 3, {})
    without = example.count(INDICATOR, tables, "without-childminders")
    assert without == (1, 2, {"childminder": 1})
    groups = example.count(INDICATOR, tables, "group-settings-only")
    assert groups == (1, 1, {"not a group setting": 2})

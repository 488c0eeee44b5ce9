"""The arithmetic against published figures: Wokingham, year ending 31 March 2025.

Rows are made up to the counts that the Department for Education published; each figure must come out
as it was printed. 0 to 17 population, mid-2024: 44,412.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from kpitui.board import build_board
from kpitui.model.board import Board
from kpitui.model.periods import parse_period
from tests.examples import Example, Tables, table

MEETING = date(2025, 7, 2)  # the estimate of mid-2024 is out
# Indicator: numerator, the other number that was published, and the figure with its decimals.
PUBLISHED = {
    "referrals-rate": (1778, None, "400.3"),
    "referrals-no-further-action": (14, 1778, "0.8"),
    "plans-ended-2-years": (8, 137, "5.8"),
    "protection-plans-rate": (192, None, "43.2"),
    "protection-plan-starts-rate": (204, None, "45.9"),
    "children-in-care-rate": (149, None, "34"),
    "care-starts-rate": (63, None, "14"),
    "care-ends-rate": (51, None, "11"),
    "uasc-share": (37, 149, "25"),
    "three-or-more-placements": (7, 149, "5"),
    "placement-stability-2-years": (18, 31, "58"),
    "adopted-share": (6, 51, "12"),
    "conferences-in-15-days": (203, 227, "89.4"),
    "conferences-rate": (227, None, "51.1"),
}


def list_plans() -> Iterator[str]:
    """204 that started in the year, of which 129 ended in it; 8 of two years that did; 117 that go on."""
    yield from (f"A{n} 2024-05-01 2024-11-01" for n in range(129))
    yield from (f"B{n} 2024-06-01 ." for n in range(75))
    yield from (f"C{n} 2022-05-01 2024-10-01" for n in range(8))
    yield from (f"D{n} 2024-02-01 ." for n in range(117))
    yield "E 2025-05-01 ."  # the table goes on


def list_episodes() -> Iterator[str]:
    """149 in care on 31 March 2025, and 51 who left in the year."""
    for n in range(31):  # under 16, in care for three years; 13 of them moved in June
        moved = n >= 18
        yield f"S{n} 2022-01-01 S C2 U4 {'2024-06-01 X1' if moved else '. .'}"
        if moved:
            yield f"S{n} 2024-06-01 P C2 U4 . ."
    yield from (f"U{n} 2023-06-01 S C2 U4 . ." for n in range(37))
    for n in range(7):
        yield f"P{n} 2023-05-01 S C2 U4 2024-06-01 X1"
        yield f"P{n} 2024-06-01 P C2 U4 2024-09-01 X1"
        yield f"P{n} 2024-09-01 P C2 K2 . ."
    yield from (f"N{n} 2024-07-01 S C2 U4 . ." for n in range(63))
    yield from (f"O{n} 2023-08-01 S C2 U4 . ." for n in range(11))
    yield from (f"L{n} 2020-01-01 S C2 U4 2024-12-01 {'E11' if n < 6 else 'E4A'}" for n in range(51))


def list_enquiries() -> Iterator[str]:
    """Conferences after 10, 15, 20 and 21 working days."""
    days = {"2024-10-21": 41, "2024-10-28": 162, "2024-11-04": 18, "2024-11-05": 6}
    children = iter(range(227))
    yield from (f"Q{next(children)} 2024-10-07 {day} N" for day, number in days.items() for _ in range(number))


def make_tables() -> Tables:
    episodes = [*list_episodes()]
    children = sorted({line.split()[0] for line in episodes})
    return {
        "referrals": table(
            "child referral_date nfa", *(f"R{n} 2024-{n % 9 + 4:02d}-10 {'Y' if n < 14 else 'N'}" for n in range(1778))
        ),
        "protection_plans": table("child start_date end_date other_authority", *(f"{line} N" for line in list_plans())),
        "care_episodes": table("child decom rne ls place dec rec", *episodes),
        "children": table(
            "child dob", *(f"{child} {'2015' if child[0] == 'S' else '2008'}-01-01" for child in children)
        ),
        "uasc": table("child duc", *(f"U{n} ." for n in range(37))),
        "enquiries": table("child start_date conference_date transfer_in", *list_enquiries()),
    }


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Board:
    text = ", ".join(f'"{name}"' for name in PUBLISHED)
    council = Example(tmp_path_factory.mktemp("published")).council(make_tables(), f"[board]\nshow = [{text}]\n")
    return build_board(council, MEETING, parse_period("2024-25"))


@pytest.mark.parametrize("indicator_id", PUBLISHED)
def test_a_figure_comes_out_as_it_was_published(board: Board, indicator_id: str) -> None:
    numerator, denominator, printed = PUBLISHED[indicator_id]
    count = next(entry.point.count for entry in board.entries if entry.indicator.id == indicator_id)
    assert (count.numerator, count.denominator) == (numerator, denominator or 44_412)
    assert f"{count.value:.{len(printed.partition('.')[2])}f}" == printed

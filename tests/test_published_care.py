"""The arithmetic of need, care, care leavers and staff against published figures of Wokingham.

Rows are made up to the counts that the Department for Education published; each figure must come out as
it was printed, and the printed one is read from a file of the Department's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from kpitui.board import build_board
from kpitui.council import Council
from kpitui.model.board import Board, Count
from kpitui.model.periods import parse_period
from tests.examples import Example, Tables, table

# Indicator or variant: its period, numerator, denominator, the figure as printed and the title in the file.
PUBLISHED = {
    "children-in-need-rate": ("2024-25", 1283, 44_412, "288.9", "CIN"),
    "protection-reviews-on-time": ("2024-25", 125, 127, "98.4", "RevCP"),
    "section-47-rate": ("2024-25", 528, 44_412, "118.9", "Section_47"),  # 528 by working back
    "health-assessments-up-to-date": ("2024-25", 80, 91, "88", "LACHealth%"),
    "dental-checks": ("2024-25", 67, 91, "74", "LACDental%"),
    "immunisations": ("2024-25", 76, 91, "84", "LACVaccinations%"),
    "sdq-returned": ("2024-25", 57, 65, "88", ""),
    "sdq": ("2024-25", 895, 57, "15.7", "Emotional_LAC"),
    "sdq-of-concern": ("2024-25", 23, 57, "40", ""),
    "offending": ("2024-25", 0, 69, "0", "LAC_Convictions"),
    "missing-from-care": ("2024-25", 20, 200, "10", "Children_missing"),  # by working back
    "care-starts-rate": ("2024-25", 63, 44_412, "14", "LAC_Start_Rate"),
    "care-ends-rate": ("2024-25", 51, 44_412, "11", "LAC_Cease_Rate"),
    "three-or-more-social-workers": ("2023-24", 14, 137, "10", "Stability_SocialWorker"),
    "sgo-share": ("2022-23", 6, 69, "9", "LAC_ceased_SGO%"),
    "arrangements-order-share": ("2022-23", 10, 69, "14", "LAC_ceased_CAO%"),
    "leavers-in-eet": ("2024-25", 49, 88, "56", "CareLeaverEET"),
    "leavers-in-suitable-homes": ("2024-25", 81, 86, "94", "CareLeaverAcc"),
    "agency-rate": ("2025-26 Q2", 19, 131.4, "14.5", "Work_Force_Agecy_Rate"),
    "vacancy-rate": ("2025-26 Q2", 7, 119.4, "5.9", "Work_Force_Vac_Rate"),
    "turnover-fte": ("2025-26 Q2", 10.8, 112.4, "9.6", "Work_Force_TO_Rate"),
    "caseload": ("2025-26 Q2", 1122, 73.9, "15.2", "Work_Force_AvgNumCase_SW"),
}
MEETINGS = {"2024-25": date(2025, 7, 2), "2023-24": date(2025, 7, 2), "2022-23": date(2025, 7, 2)}


def list_episodes() -> Iterator[str]:
    """149 in care on 31 March 2025, of whom 91 for a year; 137 a year earlier; 51 left, and 69 in 2022/23."""
    yield from (f"Y{n} 2021-01-01 S C2 U4 . ." for n in range(91))
    # 58 of the 63 who came in stayed; five left again.
    yield from (f"N{n} 2024-07-01 S C2 U4 . ." for n in range(58))
    yield from (f"G{n} 2024-07-01 S C2 U4 2024-12-01 E4A" for n in range(5))
    yield from (f"L{n} 2021-01-01 S C2 U4 2024-12-01 E4A" for n in range(46))
    yield "later 2025-05-01 S C2 U4 2025-06-01 E4A"  # the table goes on
    for n in range(69):
        yield f"P{n} 2021-01-01 S C2 U4 2022-09-01 {'E45' if n < 6 else 'E41' if n < 16 else 'E4A'}"


def list_ages() -> Iterator[str]:
    """Of the 91, 65 are 5 to 16 and 69 are 10 to 17."""
    births = ["2021-01-01"] * 10 + ["2017-01-01"] * 12 + ["2012-01-01"] * 53 + ["2007-06-01"] * 16
    yield from (f"Y{n} {born}" for n, born in enumerate(births))


def list_outcomes() -> Iterator[str]:
    """The marks of the return; of the 65, from the eleventh on, 57 have a score, 23 of them 17 or more."""
    scores = [20] * 23 + [13] * 27 + [12] * 7
    for n in range(91):
        score = scores[n - 10] if 10 <= n < 67 else "."
        yield f"Y{n} 2025 {int(n < 80)} {int(n < 67)} {int(n < 76)} 0 {score}"


def list_leavers() -> Iterator[str]:
    """88 aged 19 to 21: 49 active, 38 not, one unknown; 81 in suitable homes of 86 whose homes are known."""
    for n in range(88):
        activity = "F2" if n < 49 else "G5" if n < 87 else "0"
        home = "U1" if n < 81 else "U2" if n < 86 else "G1"
        yield f"C{n} 2025 2005-01-01 YES {activity} {home}"


def list_posts() -> Iterator[str]:
    """112.4 in post, of whom 73.9 have 1,122 cases; 19 from agencies, 7 vacant, 10.8 who left."""
    yield from (f"W{n} 2025 1.0 N N . {15 if n < 73 else '.'}" for n in range(111))
    yield from ("X1 2025 0.9 N N . 27", "X2 2025 0.5 N N . .", "Z 2025 0.8 N N 2025-05-01 .")
    yield from (f"A{n} 2025 1.0 Y N . ." for n in range(19))
    yield from (f"V{n} 2025 1.0 N Y . ." for n in range(7))
    yield from (f"O{n} 2025 1.0 N N 2025-05-01 ." for n in range(10))


def list_need() -> Iterator[str]:
    """1,283 in need on 31 March, and more after it: the table goes on."""
    yield from (f"D{n} {2024 + n % 12 // 9}-{(n + 3) % 12 + 1:02d}-10 ." for n in range(1283))
    yield from (f"later{n} 2025-05-01 ." for n in range(100))
    yield "closed 2024-04-01 2025-03-31"


def list_printed() -> Iterator[str]:
    """The file of the Department's tool: the year in which the financial year ends."""
    for period, _, _, printed, title in PUBLISHED.values():
        year = "2025" if "Q" in period else f"20{period[-2:]}"
        yield from [f"{title} {year} Wokingham {printed}"] if title else []


def make_tables() -> Tables:
    plans = [f"R{n} 2024-12-01 . N" for n in range(127)] + [f"T{n} 2025-01-15 . N" for n in range(65)]
    plans += ["later 2025-05-01 . N"]
    workers = [f"Y{n} S{number} 2023-05-01 2023-06-01" for n in range(14) for number in range(3)]
    return {
        "care_episodes": table("child decom rne ls place dec rec", *list_episodes()),
        "children": table("child dob", *list_ages()),
        "care_year": table(
            "child year health_assessment teeth_check immunisations convicted sdq_score", *list_outcomes()
        ),
        "missing": table("child start end kind", *(f"Y{n} 2024-05-01 2024-05-02 M" for n in range(20))),
        "worker_episodes": table("child worker start end", *workers),
        "need_episodes": table("child referral_date closure_date", *list_need()),
        "enquiries": table("child start_date conference_date", *(f"Q{n} 2024-10-07 ." for n in range(528))),
        "protection_plans": table("child start_date end_date other_authority", *plans),
        "protection_reviews": table("child review_date", *(f"R{n} 2025-02-20" for n in range(125)), "later 2025-05-20"),
        "leavers": table("child year dob in_touch activity accommodation", *list_leavers()),
        "workforce_census": table("worker year fte agency vacancy leaver_date cases", *list_posts()),
        "tool": table("Short~Desc Years LA~and~Regions Values", *list_printed()),
    }


@pytest.fixture(scope="module")
def council(tmp_path_factory: pytest.TempPathFactory) -> Council:
    text = ", ".join(f'"{name}"' for name in PUBLISHED)
    return Example(tmp_path_factory.mktemp("published")).council(make_tables(), f"[board]\nshow = [{text}]\n")


@pytest.fixture(scope="module")
def boards(council: Council) -> dict[str, Board]:
    periods = {period for period, *_ in PUBLISHED.values()}
    return {
        period: build_board(council, MEETINGS.get(period, date(2025, 12, 1)), parse_period(period))
        for period in periods
    }


def find_count(board: Board, indicator_id: str) -> Count:
    return next(entry.point.count for entry in board.entries if entry.indicator.id == indicator_id)


@pytest.mark.parametrize("indicator_id", PUBLISHED)
def test_a_figure_comes_out_as_it_was_published(boards: dict[str, Board], indicator_id: str) -> None:
    period, numerator, denominator, printed, _ = PUBLISHED[indicator_id]
    count = find_count(boards[period], indicator_id)
    assert (count.numerator, count.denominator) == pytest.approx((numerator, denominator))
    assert f"{count.value:.{len(printed.partition('.')[2])}f}" == printed


def test_the_published_figures_are_read_from_the_departments_file(council: Council) -> None:
    series = council.tables.frames["published_series"].collect().to_dicts()
    read = {row["indicator"]: row["value"] for row in series}
    titled = {name: float(printed) for name, (*_, printed, title) in PUBLISHED.items() if title}
    # The tool's turnover stands beside both of the product's.
    assert read == titled | {"social-worker-turnover": titled["turnover-fte"]}


def test_children_who_moved_twice_in_two_years_and_where_they_live(example: Example) -> None:
    """14 of 92 in care for two years moved twice in them: 15%. 89, 24 and 28 of 149 live in three kinds of home."""
    homes = [*["U4"] * 89, *["K2"] * 24, *["K3"] * 28, *["R1"] * 8]
    lines = []
    for n, home in enumerate(homes):
        start = "2022-01-01" if n < 92 else "2024-07-01"
        if n < 14:
            lines += [f"A{n} {start} S C2 U4 2023-06-01 X1", f"A{n} 2023-06-01 P C2 U4 2023-09-01 X1"]
            lines += [f"A{n} 2023-09-01 P C2 {home} . ."]
        else:
            lines += [f"A{n} {start} S C2 {home} . ."]
    tables = {"care_episodes": table("child decom rne ls place dec rec", *lines)}
    year = "2024-25", date(2025, 7, 2)
    assert example.count("three-or-more-placements", tables, "2-years", *year)[:2] == (14, 92)
    shares = [example.count("foster-share", tables, variant, *year)[0] for variant in (None, "homes", "independent")]
    assert [round(100 * number / 149) for number in shares] == [60, 16, 19]

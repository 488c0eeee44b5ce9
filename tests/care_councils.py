"""Made-up rows of the tables about care, need and the workforce, dense with what rules get wrong.

They follow the children and the plans of a council of `tests.councils`.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.councils import Calendar

Row = dict[str, object]
ONE_DAY = dt.timedelta(days=1)
NEW_TABLES = (
    "need_episodes", "protection_reviews", "care_reviews", "care_visits", "health", "care_year", "missing",
    "worker_episodes", "adoptions", "leavers", "ehc_plans", "workforce_census",
)  # fmt: skip


def make_care_tables(
    rng: random.Random, days: Calendar, episodes: Sequence[Row], plans: Sequence[Row]
) -> dict[str, list[Row]]:
    """Make every table of `NEW_TABLES`."""
    starts: dict[object, dt.date] = {}
    for row in episodes:
        if isinstance(row["decom"], dt.date):
            starts[row["child"]] = min(row["decom"], starts.get(row["child"], row["decom"]))
    entries = sorted(starts.items(), key=str)
    return {
        "need_episodes": distinct([*make_need_episodes(rng, days)], "child", "referral_date"),
        "protection_reviews": distinct([*make_plan_reviews(rng, plans)], "child", "review_date"),
        "care_reviews": distinct([*make_care_reviews(rng, episodes)], "child", "review_date"),
        "care_visits": distinct([*make_care_visits(rng, days, episodes)], "child", "visit_date", "seen"),
        "health": distinct([*make_health(rng, days, entries)], "child", "kind", "date"),
        "care_year": [*make_care_years(rng, days, entries)],
        "missing": distinct([*make_missing(rng, days, entries)], "child", "start"),
        "worker_episodes": distinct([*make_worker_episodes(rng, days, entries)], "child", "worker", "start"),
        "adoptions": [*make_adoptions(rng, days, episodes)],
        "leavers": distinct(
            [*make_leavers(rng, days, entries), *make_foster_leavers(rng, days, episodes)], "child", "year"
        ),
        "ehc_plans": distinct([*make_ehc_plans(rng, days)], "child", "request_date"),
        "workforce_census": [*make_workforce_census(rng, days)],
    }


def distinct(rows: list[Row], *key: str) -> list[Row]:
    """Keep the first row of each key."""
    first: dict[tuple[object, ...], Row] = {}
    for row in rows:
        first.setdefault(tuple(row.get(column) for column in key), row)
    return list(first.values())


def maybe(rng: random.Random, share: float, value: object) -> object:
    return value if rng.random() < share else None


def later(day: dt.date, months: int) -> dt.date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = dt.date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return dt.date(year, month + 1, min(day.day, (following - ONE_DAY).day))


def near(rng: random.Random, day: dt.date) -> dt.date:
    """A day, or one beside it."""
    return day + rng.choice((-1, 0, 0, 1)) * ONE_DAY


def make_need_episodes(rng: random.Random, days: Calendar) -> Iterator[Row]:
    for n in range(rng.randint(40, 70)):
        start = days.recent(40)
        closed = maybe(rng, 0.5, max(start, days.around_quarter_end()))
        yield {
            "child": f"N{n % 45:03d}",
            "referral_date": start,
            "closure_date": closed,
            "closure_reason": rng.choice(("RC1", "RC8", None)) if closed else None,
            "nfa": rng.choice(("Y", "N", "N", None)),
            "primary_need": rng.choice(("N1", "N5", None)),
        }


def make_plan_reviews(rng: random.Random, plans: Sequence[Row]) -> Iterator[Row]:
    """Reviews three months after the start and six after each other, or a day off, and some long after."""
    for plan in plans:
        day = plan["start_date"]
        assert isinstance(day, dt.date)
        for number in range(rng.choice((0, 1, 2, 2, 4))):
            day = near(rng, later(day, rng.choice((3 if number == 0 else 6, 2, 1))))
            yield {"child": plan["child"], "review_date": day, "plan_start": maybe(rng, 0.5, plan["start_date"])}


def make_care_reviews(rng: random.Random, episodes: Sequence[Row]) -> Iterator[Row]:
    """Reviews four weeks after the start of care, three months and six months after each other, or about then."""
    for row in episodes:
        if row["rne"] != "S":
            continue
        day = row["decom"]
        assert isinstance(day, dt.date)
        for number in range(rng.choice((0, 1, 2, 3, 4))):
            due = day + rng.choice((26, 28, 29, 30)) * ONE_DAY if number == 0 else later(day, 3 if number == 1 else 6)
            day = near(rng, due)
            yield {
                "child": row["child"],
                "review_date": day,
                "participation": rng.choice(("PN0", "PN1", "PN4", "PN6", "PN7", None)),
                "due_date": maybe(rng, 0.15, near(rng, day)),
                "cancelled": rng.choice((None, None, "N", "N", "Y")),
            }


def make_care_visits(rng: random.Random, days: Calendar, episodes: Sequence[Row]) -> Iterator[Row]:
    lately = later(days.as_at, -14)
    for row in episodes:
        day = row["decom"]
        assert isinstance(day, dt.date)
        if day < lately:
            continue
        for number in range(rng.choice((0, 1, 2, 4))):
            day = near(rng, day + (7 if number == 0 else 42) * ONE_DAY)
            yield {"child": row["child"], "visit_date": day, "seen": rng.choice("YYYN"), "seen_alone": "Y"}


def make_health(rng: random.Random, days: Calendar, entries: Sequence[tuple[object, dt.date]]) -> Iterator[Row]:
    for child, start in entries:
        if rng.random() < 0.7:
            check_day = start + rng.choice((0, 26, 28, 29, 30)) * ONE_DAY
            yield {"child": child, "kind": "initial", "date": check_day, "status": status(rng)}
        for kind in ("assessment", "assessment", "assessment", "dental", "immunisations"):
            if rng.random() < 0.6:
                check_day = later(days.around_quarter_end(), rng.choice((0, -6, -12)))
                yield {"child": child, "kind": kind, "date": check_day, "status": status(rng)}


def status(rng: random.Random) -> object:
    return rng.choice(("completed", "Completed", None, "refused", "did not attend"))


def make_care_years(rng: random.Random, days: Calendar, entries: Sequence[tuple[object, dt.date]]) -> Iterator[Row]:
    for child, _ in entries:
        for year in range(days.as_at.year - 2, days.as_at.year + 1):
            if rng.random() < 0.6:
                marks = {
                    name: rng.choice(("1", "0", None))
                    for name in ("convicted", "immunisations", "teeth_check", "health_assessment", "health_check")
                }
                score = maybe(rng, 0.7, rng.choice((0, 13, 14, 16, 17, 40)))
                yield {"child": child, "year": year, "sdq_score": score, **marks}


def make_missing(rng: random.Random, days: Calendar, entries: Sequence[tuple[object, dt.date]]) -> Iterator[Row]:
    for child, _ in [*entries, ("nobody", days.as_at)]:
        for _ in range(rng.choice((0, 0, 1, 2))):
            start = rng.choice((days.recent(), later(days.around_quarter_end(), -12)))
            end = maybe(rng, 0.8, start + rng.choice((0, 1, 3, 40)) * ONE_DAY)
            interview = maybe(rng, 0.5, end + rng.choice((0, 3, 4)) * ONE_DAY if isinstance(end, dt.date) else None)
            yield {
                "child": child,
                "start": start,
                "end": end,
                "kind": rng.choice("MMA"),
                "interview_offered": rng.choice("YN") if end else None,
                "interview_accepted": rng.choice(("Y", "N", None)) if end else None,
                "interview_date": interview,
            }


def make_worker_episodes(
    rng: random.Random, days: Calendar, entries: Sequence[tuple[object, dt.date]]
) -> Iterator[Row]:
    """One worker after another, some of them twice, some at once."""
    for child, _ in entries:
        start = days.recent(30)
        for _ in range(rng.choice((0, 1, 2, 3, 4))):
            end = start + rng.choice((0, 30, 200)) * ONE_DAY
            ended = maybe(rng, 0.8, rng.choice((end, days.quarter_end(), later(days.around_quarter_end(), -12))))
            if isinstance(ended, dt.date) and ended < start:
                ended = start
            yield {"child": child, "worker": f"W{rng.randint(1, 5)}", "start": start, "end": ended}
            start = end + rng.choice((0, 1)) * ONE_DAY


def make_adoptions(rng: random.Random, days: Calendar, episodes: Sequence[Row]) -> Iterator[Row]:
    adopted = {row["child"]: row for row in episodes if row["rec"] in ("E11", "E12") or row["place"] == "A5"}
    for child, row in sorted(adopted.items(), key=str):
        start = row["decom"]
        if rng.random() < 0.8 and isinstance(start, dt.date):
            decided = start + rng.choice((0, 30, 100)) * ONE_DAY
            yield {
                "child": child,
                "decision_date": decided,
                "matched_date": maybe(rng, 0.8, decided + rng.choice((-5, 0, 40, 200)) * ONE_DAY),
                "foster_carer": rng.choice(("0", "1", None)),
                "order_date": maybe(rng, 0.4, decided + 10 * ONE_DAY),
                "placed_date": maybe(rng, 0.3, max(decided, days.around_quarter_end())),
                "reversed_date": maybe(rng, 0.2, max(decided, days.around_quarter_end())),
            }


TOUCH = ("YES", "YES", "YES", "NO", "DIED", "REFU", "NREQ", "RHOM", None)
ACTIVITIES = ("F1", "P2", "F4", "P5", "F3", "G4", "G5", "G6", "0", None)
HOMES = ("B1", "U1", "Z1", "Z2", "G1", "H2", "R1", "X2", "S2", "0", "K1", None)


def make_leavers(rng: random.Random, days: Calendar, entries: Sequence[tuple[object, dt.date]]) -> Iterator[Row]:
    """Care leavers around their 17th to 25th birthday, on any day, edges of the year and 29 February."""
    children = [str(child) for child, _ in entries[:30]] + [f"L{n:02d}" for n in range(40)]
    for child in children:
        age, year = rng.choice((17, 18, 18, 19, 19, 20, 21, 22, 25, 26)), days.as_at.year + rng.choice((-1, 0, 0, 1))
        birthday = rng.choice(
            (days.recent(14), dt.date(year - 1, 4, 1), dt.date(year, 3, 31), days.around_quarter_end())
        )
        born = dt.date(2000, 2, 29) if rng.random() < 0.1 else later(birthday, -12 * age)
        for reported in {year, year - 1}:
            yield {
                "child": child,
                "year": reported,
                "dob": born,
                "in_touch": rng.choice(TOUCH),
                "activity": rng.choice(ACTIVITIES),
                "accommodation": rng.choice(HOMES),
                "plan_review_date": maybe(rng, 0.7, later(days.around_quarter_end(), rng.choice((0, -6)))),
                "eligibility": rng.choice(("relevant", "Former relevant", "qualifying", None)),
            }


def make_foster_leavers(rng: random.Random, days: Calendar, episodes: Sequence[Row]) -> Iterator[Row]:
    """Young people whose care ended in foster care, on their 18th birthday or a day off it."""
    for row in episodes:
        dec = row["dec"]
        if isinstance(dec, dt.date) and str(row["place"]).startswith("U") and rng.random() < 0.6:
            born = later(near(rng, dec), -12 * 18)
            year = dec.year + (dec >= dt.date(dec.year, 4, 1)) + rng.choice((0, 0, 1))
            for reported in {year, min(year, days.as_at.year)}:
                yield {
                    "child": f"{row['child']}",
                    "year": reported,
                    "dob": born,
                    "in_touch": "YES",
                    "activity": "F2",
                    "accommodation": rng.choice(("Z1", "Z2", "U1")),
                }


def make_ehc_plans(rng: random.Random, days: Calendar) -> Iterator[Row]:
    for n in range(rng.randint(30, 50)):
        request_day = days.recent()
        yield {
            "child": f"E{n % 40}",
            "request_date": request_day,
            "decision_date": maybe(rng, 0.8, request_day + 42 * ONE_DAY),
            "plan_date": maybe(rng, 0.8, request_day + rng.choice((0, 100, 139, 140, 140, 141, 200)) * ONE_DAY),
            "exceptions": rng.choice(("Y", "N", None)),
            "transfer_in": rng.choice(("Y", "N", "N", None)),
        }


def make_workforce_census(rng: random.Random, days: Calendar) -> Iterator[Row]:
    for year in range(days.as_at.year - 3, days.as_at.year + 1):
        for n in range(20):
            leaving_day = maybe(rng, 0.2, dt.date(year, rng.randint(1, 9), 28))
            yield {
                "worker": f"W{n}",
                "year": year,
                "fte": rng.choice(("1", "0.5", "0", "0.25", None)),
                "agency": rng.choice(("N", "N", "1", None)),
                "vacancy": rng.choice((None, None, "N", "Y")),
                "leaver_date": leaving_day,
                "cases": rng.choice((None, 0, 12, 20, 21)),
            }

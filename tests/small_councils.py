"""Councils whose children add up: who is in care is who was, and who entered, less who left.

Small ones have few children and so few rows that nearly every count is small; dense ones have many in
every quarter. One seed always makes the same council.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

from tests.examples import WOKINGHAM

FIRST_DAY, LAST_DAY = date(2017, 1, 1), date(2019, 3, 20)
REASONS = "E11 E12 E4A E4B E43 E45 E13 E15 E17 E2 E3 E41 E5 E8".split()
Row = dict[str, object]


def write_small_council(folder: Path, seed: int) -> Path:
    """Write the tables and the config of one council, and return the config's path."""
    rng = random.Random(seed)
    # A few children to a few hundred: the first councils are small, the last are dense.
    size = rng.choice((8, 15, 30, 60, 120, 250))
    (folder / "tables").mkdir(parents=True)
    # Every other council has further figures of the same children.
    text = '[board]\nalso = ["PL3", "PS2", "CPE2", "CPO2", "ADOP", "SGO"]\n' if seed % 2 else ""
    (folder / "config.toml").write_text(WOKINGHAM + text, encoding="utf-8")
    children = [f"C{number:04}" for number in range(size)]
    first_birth, last_birth = date(1999, 1, 1), date(2015, 1, 1)
    plans = list(make_plans(rng, children))
    tables: dict[str, list[Row]] = {
        "care_episodes": list(make_care(rng, children)),
        "children": [{"child": child, "dob": random_day(rng, first_birth, last_birth)} for child in children],
        "uasc": [{"child": child, "duc": None} for child in children if rng.random() < 0.1],
        "protection_plans": plans,
        "protection_visits": list(make_visits(rng, plans)),
        "referrals": list(make_referrals(rng, children)),
        "postcodes": [],
    }
    for name, rows in tables.items():
        write_rows(folder / "tables" / f"{name}.csv", name, rows)
    return folder / "config.toml"


def random_day(rng: random.Random, first: date = FIRST_DAY, last: date = LAST_DAY) -> date:
    return first + timedelta(rng.randrange((last - first).days + 1))


def make_spells(rng: random.Random, share_open: float) -> Iterator[tuple[date, date | None]]:
    """Spells of one child, one after another."""
    start = random_day(rng, FIRST_DAY - timedelta(400), LAST_DAY)
    while start <= LAST_DAY:
        end = start + timedelta(rng.randint(1, 500))
        if end > LAST_DAY or rng.random() < share_open:
            yield start, None
            return
        yield start, end
        start = end + timedelta(rng.randint(1, 500))


def make_care(rng: random.Random, children: Sequence[str]) -> Iterator[Row]:
    for child in children:
        for start, end in make_spells(rng, 0.2):
            legal_status = rng.choices(("C2", "V2", "V4"), (8, 3, 1))[0]
            yield {
                "child": child,
                "decom": start,
                "rne": "S",
                "ls": legal_status,
                "place": rng.choices(("U1", "K2", "P1"), (8, 3, 1))[0],
                "dec": end,
                "rec": rng.choice(REASONS) if end else None,
                "distance_miles": rng.choices((3.0, 25.0, None), (7, 3, 1))[0],
            }


def make_plans(rng: random.Random, children: Sequence[str]) -> Iterator[Row]:
    for child in children:
        if rng.random() < 0.6:
            for start, end in make_spells(rng, 0.2):
                yield {
                    "child": child,
                    "start_date": start,
                    "end_date": end,
                    "previous_plans": rng.choices((0, 1, 2), (7, 2, 1))[0],
                    "other_authority": rng.choices(("N", "Y"), (9, 1))[0],
                }


def make_visits(rng: random.Random, plans: Sequence[Row]) -> Iterator[Row]:
    for plan in plans:
        day, end = plan["start_date"], plan["end_date"] or LAST_DAY
        assert isinstance(day, date)
        assert isinstance(end, date)
        while (day := day + timedelta(rng.randint(8, 20))) <= end:
            if rng.random() < 0.9:
                yield {"child": plan["child"], "visit_date": day, "seen": rng.choice("YYYYN"), "setting": "Home"}


def make_referrals(rng: random.Random, children: Sequence[str]) -> Iterator[Row]:
    for child in children:
        for _ in range(rng.randint(0, 3)):
            yield {"child": child, "referral_date": random_day(rng), "nfa": rng.choice("NNNY")}


COLUMNS = {
    "care_episodes": "child decom rne ls place dec rec distance_miles",
    "children": "child dob",
    "uasc": "child duc",
    "protection_plans": "child start_date end_date previous_plans other_authority",
    "protection_visits": "child visit_date seen setting",
    "referrals": "child referral_date nfa",
    "postcodes": "postcode easting northing",
}


def write_rows(path: Path, name: str, rows: Sequence[Row]) -> None:
    columns = COLUMNS[name].split()
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(["" if row[column] is None else row[column] for column in columns] for row in rows)

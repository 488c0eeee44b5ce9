"""Writes the made-up tables of the sample next to this file, the same every time.

    python data/make_sample.py

Needs Python 3.11 and nothing else.  Of the real tables it reads one, `postcodes.csv`, and writes
none.  The people, settings and events in what it writes do not exist.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from made_up.care import Spell, make_spells
from made_up.chance import Dice
from made_up.early_years import CHILDMINDER, Inspection, Setting, make_settings
from made_up.people import People, Person
from made_up.placements import Episode, Places, make_episodes
from made_up.plans import Plan, Visit, make_plans, make_visits
from made_up.referrals import Referral, make_referrals
from made_up.workforce import Post, make_posts

HERE = Path(__file__).parent
LA_CODE = "872"

Cell = str | int | date | None
Rows = Iterable[tuple[Cell, ...]]
Ids = dict[Person, str]


def main() -> None:
    """Make everything, write the nine tables, and say what was written."""
    people = People()
    spells = make_spells(people)
    episodes = list(make_episodes(spells, HERE / "postcodes.csv"))
    plans = make_plans(people, spells)
    visits = make_visits(plans)
    referrals = make_referrals(people, spells, plans)
    settings, inspections = make_settings()
    ids = people.ids()
    write("children", CHILDREN, children(ids))
    write("care_episodes", CARE_EPISODES, care_episodes(episodes, ids))
    write("uasc", ("child", "duc"), uasc(spells, ids))
    write("referrals", REFERRALS, (referral_row(each, ids) for each in referrals))
    write("protection_plans", PLANS, (plan_row(each, ids) for each in plans))
    write("protection_visits", VISITS, (visit_row(each, ids) for each in visits))
    write("social_workers", WORKERS, (worker_row(each) for each in make_posts()))
    write("early_years_settings", SETTINGS, early_years_settings(settings))
    write("early_years_inspections", INSPECTIONS, (inspection_row(each) for each in inspections))


CHILDREN = ("child", "dob", "sex", "ethnic", "uasc_until")
CARE_EPISODES = ("child", *Episode._fields)
REFERRALS = ("child", "referral_date", "source", "nfa")
PLANS = ("child", "start_date", "end_date", "category", "previous_plans", "other_authority", "visit_interval")
VISITS = ("child", "visit_date", "seen", "setting")
WORKERS = ("worker", "start_date", "end_date", "leaving_reason", "voluntary", "registered", "agency", "fte")
SETTINGS = (
    "urn",
    "name",
    "type",
    "early_years_register",
    "la_code",
    "registered_date",
    "closed_date",
    "places",
    "postcode",
)
INSPECTIONS = ("urn", "inspection_date", "publication_date", "overall", "outcome")


def write(table: str, columns: tuple[str, ...], rows: Rows) -> None:
    """Write one table in the order of its first three columns; dates become ISO, None empty."""
    texts = [["" if cell is None else str(cell) for cell in row] for row in rows]
    texts.sort(key=lambda row: row[:3])
    with (HERE / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(texts)
    print(f"{table}.csv: {len(texts)} rows")


def children(ids: Ids) -> Rows:
    for person, child in ids.items():
        yield child, person.born, person.sex, person.ethnic, person.uasc_until


def care_episodes(episodes: Iterable[tuple[Spell, Episode]], ids: Ids) -> Rows:
    for spell, episode in episodes:
        yield ids[spell.person], *episode


def uasc(spells: Iterable[Spell], ids: Ids) -> Rows:
    for spell in spells:
        if spell.kind == "unaccompanied":
            yield ids[spell.person], spell.person.uasc_until


def referral_row(referral: Referral, ids: Ids) -> tuple[Cell, ...]:
    return ids[referral.person], referral.day, referral.source, yes(referral.nfa)


def plan_row(plan: Plan, ids: Ids) -> tuple[Cell, ...]:
    return (
        ids[plan.person],
        plan.start,
        plan.end,
        plan.category,
        plan.previous,
        yes(plan.other_authority),
        plan.interval,
    )


def visit_row(visit: Visit, ids: Ids) -> tuple[Cell, ...]:
    return ids[visit.person], visit.day, yes(visit.seen), visit.setting


def worker_row(post: Post) -> tuple[Cell, ...]:
    left = yes(post.voluntary) if post.end else None
    return (
        f"SW{post.worker:03}",
        post.start,
        post.end,
        post.reason,
        left,
        yes(post.registered),
        yes(post.agency),
        post.fte,
    )


def early_years_settings(settings: Iterable[Setting]) -> Rows:
    """Settings, groups with a postcode; where childminders live is not published either."""
    dice, homes = Dice("settings' postcodes"), Places(HERE / "postcodes.csv").homes
    for setting in settings:
        postcode = None if setting.type == CHILDMINDER else dice.one_of(homes)
        yield (
            urn(setting),
            setting.name,
            setting.type,
            yes(setting.on_register),
            LA_CODE,
            setting.registered,
            setting.closed,
            setting.places,
            postcode,
        )


def inspection_row(inspection: Inspection) -> tuple[Cell, ...]:
    return (urn(inspection.setting), inspection.day, inspection.published, inspection.overall, inspection.outcome)


def urn(setting: Setting) -> str:
    return f"EYMU{setting.number:03}"


def yes(is_so: bool) -> str:
    return "Y" if is_so else "N"


if __name__ == "__main__":
    main()

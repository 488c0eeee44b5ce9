"""Made-up councils: folders of clean tables, dense with the cases that rules get wrong.

Everything here follows section 2 of contract.md: dates parse and required cells are filled.
What is odd is odd in the ways that a council's own records are: events on the first and the
last day of a period, exactly a year or two apart, on the day of the meeting and after it, twice
on one day, out of order. One seed always makes the same files.
"""

from __future__ import annotations

import csv
import datetime as dt
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from tests.care_councils import make_care_tables

Row = dict[str, object]

ONE_DAY = dt.timedelta(days=1)
MOST_ROWS = 200
LA_CODE = "872"
OTHER_LA_CODES = ("868", "870", "0872", "825")

REQUIRED = {
    "schools": "urn name phase la_code open_date",
    "school_links": "urn predecessor_urn",
    "school_inspections": "urn inspection_date kind",
    "early_years_settings": "urn name type early_years_register la_code registered_date",
    "early_years_inspections": "urn inspection_date",
    "children": "child dob",
    "care_episodes": "child decom rne ls place dec rec",
    "uasc": "child",
    "postcodes": "postcode easting northing",
    "referrals": "child referral_date",
    "assessments": "child start_date",
    "enquiries": "child start_date",
    "populations": "area age_band year number",
    "protection_plans": "child start_date",
    "protection_visits": "child visit_date seen",
    "social_workers": "worker start_date",
    "published_series": "area indicator period",
    "commentary": "indicator period text",
    "need_episodes": "child referral_date",
    "protection_reviews": "child review_date",
    "care_reviews": "child review_date",
    "care_visits": "child visit_date seen",
    "health": "child kind date",
    "care_year": "child year",
    "missing": "child start",
    "worker_episodes": "child worker start",
    "adoptions": "child decision_date",
    "leavers": "child year dob in_touch activity accommodation",
    "ehc_plans": "child request_date",
    "workforce_census": "worker year fte",
}
OPTIONAL = {
    "schools": "close_date type predecessor_urn pupils postcode",
    "school_links": "link_date",
    "school_inspections": "publication_date overall outcome inclusion curriculum_and_teaching"
    " achievement attendance_and_behaviour personal_development_and_wellbeing"
    " leadership_and_governance early_years post_16 safeguarding category_of_concern",
    "early_years_settings": "closed_date places postcode",
    "early_years_inspections": "publication_date overall outcome",
    "children": "sex ethnic uasc_until",
    "care_episodes": "cin place_provider reason_place_change home_post pl_post urn distance_miles",
    "uasc": "duc",
    "postcodes": "",
    "referrals": "source nfa earlier_referrals",
    "assessments": "end_date referral_date child_seen outcome team",
    "enquiries": "conference_date conference_target conference_not_required transfer_in team",
    "populations": "la_code published_date",
    "protection_plans": "end_date category previous_plans other_authority visit_interval",
    "protection_visits": "setting",
    "social_workers": "end_date leaving_reason voluntary registered agency fte",
    "published_series": "numerator denominator value symbol source published_date basis",
    "commentary": "author written_date kind due_date owner closed_date",
    "need_episodes": "closure_date closure_reason nfa primary_need",
    "protection_reviews": "plan_start",
    "care_reviews": "participation due_date cancelled",
    "care_visits": "seen_alone",
    "health": "status",
    "care_year": "sdq_score sdq_reason convicted health_check immunisations teeth_check health_assessment"
    " substance_misuse intervention_received intervention_offered",
    "missing": "end kind interview_offered interview_accepted interview_date",
    "worker_episodes": "end reason",
    "adoptions": "matched_date foster_carer order_date placed_date reversed_date",
    "leavers": "contact_date plan_review_date eligibility",
    "ehc_plans": "decision_date plan_date exceptions transfer_in",
    "workforce_census": "agency vacancy leaver_date cases",
}


@dataclass(frozen=True)
class Council:
    """Whose folder it is, and the day of its meeting."""

    la_code: str
    as_at: dt.date


def write_council(folder: str | Path, seed: int) -> Council:
    """Write every clean table of one council as CSV files into a folder, made if need be."""
    rng = random.Random(seed)
    council = Council(LA_CODE, meeting_day(rng))
    tables = council_tables(rng, Calendar(rng, council.as_at))
    empty_some(rng, seed, tables)
    Path(folder).mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        write_table(Path(folder) / f"{name}.csv", rows, columns_of(rng, seed, name))
    return council


def council_tables(rng: random.Random, days: Calendar) -> dict[str, list[Row]]:
    schools = make_schools(rng, days)
    settings = make_settings(rng, days)
    places = make_postcodes(rng)
    episodes = make_episodes(rng, days, places)
    plans = make_plans(rng, days)
    tables = {
        "schools": schools,
        "school_inspections": make_school_inspections(rng, days, schools),
        "early_years_settings": settings,
        "early_years_inspections": make_early_years_inspections(rng, days, settings),
        "children": make_children(rng, days, episodes),
        "care_episodes": episodes,
        "uasc": make_uasc(rng, days, episodes),
        "postcodes": places,
        "referrals": make_referrals(rng, days),
        "protection_plans": plans,
        "protection_visits": make_visits(rng, days, plans),
        "social_workers": make_social_workers(rng, days),
        "published_series": make_published_series(rng, days),
        "commentary": make_commentary(rng, days),
        "school_links": make_school_links(rng, days, schools),
        "assessments": make_assessments(rng, days),
        "enquiries": make_enquiries(rng, days),
        "populations": [],
    }
    # Those come last: the tables above are as they were for a seed before there were others.
    shuffled_tables = {name: shuffled(rng, rows) for name, rows in tables.items()}
    return shuffled_tables | {
        name: shuffled(rng, rows) for name, rows in make_care_tables(rng, days, episodes, plans).items()
    }


# Days

LEAP_DAYS = [dt.date(year, 2, 29) for year in (2008, 2012, 2016, 2020, 2024)]


def meeting_day(rng: random.Random) -> dt.date:
    """A day from 2016 to 2026: any day, or one beside the edge of a quarter or a leap year."""
    any_day = dt.date(2016, 1, 1) + rng.randrange(4018) * ONE_DAY
    late = dt.date(2024, 10, 1) + rng.randrange(822) * ONE_DAY
    quarter = dt.date(rng.randint(2016, 2026), rng.choice((1, 4, 7, 10)), 1)
    edge = quarter + rng.choice((0, 0, 1, 25)) * ONE_DAY
    leap = rng.choice(LEAP_DAYS[2:]) + rng.choice((0, 0, 1, 32)) * ONE_DAY
    return rng.choice((any_day, any_day, late, late, edge, leap))


def months_later(day: dt.date, months: int) -> dt.date:
    """So many calendar months on (or back, below 0), clipped to the last day of the month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = dt.date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return dt.date(year, month + 1, min(day.day, (following - ONE_DAY).day))


class Calendar:
    """Days to choose from: half of them edges (of months, leap years, holidays, the meeting)."""

    def __init__(self, rng: random.Random, as_at: dt.date) -> None:
        self.rng = rng
        self.as_at = as_at

    def recent(self, months: int = 27) -> dt.date:
        """A day of the months before the meeting, or of the few weeks after it."""
        first = months_later(self.as_at, -months)
        day = first + self.rng.randrange((self.as_at - first).days + 45) * ONE_DAY
        return self.edge_near(day) if self.rng.random() < 0.5 else day

    def old(self) -> dt.date:
        """A day of the fifteen years before those."""
        return self.edge_near(months_later(self.as_at, -27) - self.rng.randrange(5500) * ONE_DAY)

    def edge_near(self, day: dt.date) -> dt.date:
        first = day.replace(day=1)
        quarter = first.replace(month=(day.month - 1) // 3 * 3 + 1)
        edges = [
            first,
            first - ONE_DAY,
            quarter,
            quarter - ONE_DAY,
            quarter - 2 * ONE_DAY,
            min(LEAP_DAYS, key=lambda leap: abs(leap - day)) + self.rng.choice((-1, 0, 0, 1)) * ONE_DAY,
            day.replace(month=12, day=self.rng.randint(18, 31)),
            day.replace(month=self.rng.choice((3, 4)), day=self.rng.randint(20, 30)),
            self.as_at + self.rng.choice((-1, 0, 0, 1)) * ONE_DAY,
        ]
        return self.rng.choice(edges)

    def years_before(self, day: dt.date, years: int) -> dt.date:
        """Exactly some years before a day, or a day off it."""
        return months_later(day, -12 * years) + self.rng.choice((-1, 0, 0, 1)) * ONE_DAY

    def around_quarter_end(self) -> dt.date:
        """The last day of a quarter, the day after it, or any recent day."""
        return self.rng.choice((self.quarter_end(), self.quarter_end() + ONE_DAY, self.recent()))

    def quarter_end(self) -> dt.date:
        back = self.rng.randrange(9)
        day = months_later(self.as_at, -3 * back)
        return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1) - ONE_DAY


def sometimes(rng: random.Random, share: float, value: object) -> object:
    """The value in that share of cases, else an empty cell."""
    return value if rng.random() < share else None


# Schools

PHASES = ("Primary",) * 6 + ("Secondary",) * 4 + ("Special",) * 3
OTHER_PHASES = ("All-through", "All-through", "Nursery", "Alternative provision")
OUTCOMES = (
    "School remains Good",
    "School remains Good (Concerns) - S5 Next",
    "School remains Good (Improving) - S5 Next",
    "School remains Outstanding",
    "School remains Outstanding (Concerns) - S5 Next",
    "Standards maintained",
    "Improved significantly",
    "Some aspects not as strong",
    None,
)
REPORT_CARD_GRADES = (
    "Exceptional",
    "Strong standard",
    "Expected standard",
    "Needs attention",
    "Urgent improvement",
    "Not applicable",
)
ASPECTS = OPTIONAL["school_inspections"].split()[3:11]
NO_OVERALL_FROM = dt.date(2024, 9, 2)
REPORT_CARDS_FROM = dt.date(2025, 11, 10)


def make_schools(rng: random.Random, days: Calendar) -> list[Row]:
    rows = [make_school(rng, days, f"{110000 + 7 * n}") for n in range(rng.randint(70, 130))]
    for row in rows:
        if rng.random() < 0.25:
            row["predecessor_urn"] = rng.choice((f"{100 + rng.randrange(20)}", row_urn(rng, rows)))
    link_chain(rows[:4])
    link_chain([*rows[4:7], rows[4]])
    link_chain([rows[7], rows[7]])
    return rows


def make_school(rng: random.Random, days: Calendar, urn: str) -> Row:
    phase = rng.choice(PHASES if rng.random() < 0.8 else OTHER_PHASES)
    opens = days.recent() if rng.random() < 0.25 else days.old()
    closes = max(opens, days.around_quarter_end())
    return {
        "urn": urn,
        "name": rng.choice(("Saint Zoë, Lower", "Oak Lea", 'The "Hill"', "Ysgol Fôr")) + f" {urn}",
        "phase": phase,
        "la_code": LA_CODE if rng.random() < 0.85 else rng.choice(OTHER_LA_CODES),
        "open_date": opens,
        "close_date": sometimes(rng, 0.2, closes),
        "type": rng.choice(("Academy converter", "Community school", None)),
        "pupils": sometimes(rng, 0.85, rng.choice((0, 1, rng.randint(30, 1900)))),
        "postcode": "RG40 1PG",
    }


def row_urn(rng: random.Random, rows: Sequence[Row]) -> object:
    return rng.choice(rows)["urn"]


def link_chain(rows: Sequence[Row]) -> None:
    """Each school of the chain succeeds the next."""
    for row, before in pairwise(rows):
        row["predecessor_urn"] = before["urn"]


def make_school_links(rng: random.Random, days: Calendar, schools: Sequence[Row]) -> list[Row]:
    """Links of some schools to one other or to two, of which some are in a loop."""
    rows: list[Row] = [
        {
            "urn": row["urn"],
            "predecessor_urn": rng.choice((f"{100 + rng.randrange(20)}", row_urn(rng, schools))),
            "link_date": sometimes(rng, 0.7, days.around_quarter_end()),
        }
        for row in schools
        if rng.random() < 0.3
        for _ in range(rng.choice((1, 1, 2)))
    ]
    return unique(rows, "urn", "predecessor_urn")


def make_school_inspections(rng: random.Random, days: Calendar, schools: Sequence[Row]) -> list[Row]:
    """Inspections of most schools without a predecessor, and of predecessors no longer listed."""
    succeeded = [row["predecessor_urn"] for row in schools if row.get("predecessor_urn")]
    urns = [row["urn"] for row in schools if likely_inspected(rng, row)] + succeeded
    rows = [make_school_inspection(rng, days, urn) for urn in urns for _ in range(rng.choice((0, 1, 1, 2, 3)))]
    return capped(rng, unique(rows, "urn", "inspection_date"))


def likely_inspected(rng: random.Random, school: Row) -> bool:
    return rng.random() < (0.3 if school.get("predecessor_urn") else 0.85)


def make_school_inspection(rng: random.Random, days: Calendar, urn: object) -> Row:
    day = days.recent(48) if rng.random() < 0.6 else days.old()
    row: Row = {"urn": urn, "inspection_date": day, "publication_date": published(rng, days, day)}
    if day >= REPORT_CARDS_FROM and rng.random() < 0.5:
        return row | report_card(rng)
    if rng.random() < 0.35:
        return row | {"kind": "ungraded", "outcome": rng.choice(OUTCOMES)}
    graded = rng.random() < (0.2 if day >= NO_OVERALL_FROM else 0.96)
    grade = rng.choice((1, 2, 2, 2, 3, 4)) if graded else None
    concern = sometimes(rng, 0.5, "SM") if grade == 4 else None
    return row | {"kind": "graded", "overall": grade, "category_of_concern": concern}


def report_card(rng: random.Random) -> Row:
    grades: Row = {aspect: rng.choice(REPORT_CARD_GRADES) for aspect in ASPECTS}
    return {"kind": "report card", "safeguarding": rng.choice(("Met", "Not met")), **grades}


def published(rng: random.Random, days: Calendar, inspected: dt.date) -> dt.date | None:
    """Some weeks after the inspection; now and then on the day of the meeting or after it."""
    near_meeting = dt.timedelta(0) <= days.as_at - inspected < dt.timedelta(days=400)
    if near_meeting and rng.random() < 0.4:
        return days.as_at + rng.choice((0, 1, 20)) * ONE_DAY
    return None if rng.random() < 0.2 else inspected + rng.randint(14, 70) * ONE_DAY


# Early years

SETTING_TYPES = (
    "Childminder",
    "Childminder",
    "Childcare on non-domestic premises",
    "Childcare on non-domestic premises",
    "Childcare on domestic premises",
    "Home childcarer",
)


def make_settings(rng: random.Random, days: Calendar) -> list[Row]:
    return [make_setting(rng, days, n) for n in range(rng.randint(60, 150))]


def make_setting(rng: random.Random, days: Calendar, n: int) -> Row:
    opens = days.recent() if rng.random() < 0.25 else days.old()
    closes = max(opens, days.around_quarter_end())
    return {
        "urn": rng.choice(("EY", "")) + f"{300000 + n}",
        "name": "REDACTED" if n % 3 else f"Little Acorns, {n}",
        "type": rng.choice(SETTING_TYPES),
        "early_years_register": "Y" if rng.random() < 0.9 else "N",
        "la_code": LA_CODE if rng.random() < 0.9 else rng.choice(OTHER_LA_CODES),
        "registered_date": opens,
        "closed_date": sometimes(rng, 0.25, closes),
        "places": sometimes(rng, 0.8, rng.randint(0, 90)),
        "postcode": "REDACTED" if n % 3 else "RG6 7HR",
    }


def make_early_years_inspections(rng: random.Random, days: Calendar, settings: Sequence[Row]) -> list[Row]:
    rows = [
        make_early_years_inspection(rng, days, row["urn"], grades)
        for row in settings
        for grades in [rng.choice(((1, 2, 2, 3, 4, None), (2, None), (None,)))]
        for _ in range(rng.choice((0, 1, 1, 2, 3)))
    ]
    return capped(rng, unique(rows, "urn", "inspection_date"))


def make_early_years_inspection(rng: random.Random, days: Calendar, urn: object, grades: Sequence[int | None]) -> Row:
    day = days.recent(48) if rng.random() < 0.7 else days.old()
    grade = rng.choice(grades)
    outcome = None if grade else rng.choice(("Met", "Not Met (with actions)", None))
    return {
        "urn": urn,
        "inspection_date": day,
        "publication_date": published(rng, days, day),
        "overall": grade,
        "outcome": outcome,
    }


# Places and distances

HOME = (481898, 169430)
NEAR_20_MILES = (32250, 32258, 32266, 32267, 32268, 32283, 32186, 32187, 32348)
"""Metres. 20.05 miles of 1.6093 km are 32266.465 m: 32266 rounds to 20.0 and 32267 to 20.1
(and at 1.609344 km a mile 32267 would round to 20.0). 32250 is 20.04, 32283 is 20.06."""

STATED_MILES = ("20", "20.0", "20.04", "20.05", "20.06", "20.1", "19.96", "0", "3.2", "61.5")


def make_postcodes(rng: random.Random) -> list[Row]:
    """Homes in one place; placements due east, or on a diagonal, at distances near 20 miles."""
    rows = [postcode(f"RG40{n}HM", 0, 0) for n in range(1, 10)]
    for n, metres in enumerate(NEAR_20_MILES):
        rows += [postcode(f"OX{n}1EA", metres, 0), postcode(f"SL{n}2WE", -metres, 0), postcode(f"GU{n}3NO", 0, metres)]
    for n in range(rng.randint(10, 60)):
        rows.append(postcode(f"HP{n}4ZZ", rng.randint(-26000, 26000), rng.randint(-26000, 26000)))
    return rows


def postcode(code: str, east: int, north: int) -> Row:
    return {"postcode": code, "easting": HOME[0] + east, "northing": HOME[1] + north}


def written(rng: random.Random, code: str) -> str:
    """A postcode as people write it."""
    spaced = f"{code[:-3]} {code[-3:]}"
    return rng.choice((code, spaced, spaced.lower(), f"{code[:-3]}  {code[-3:]}"))


def distance_cells(rng: random.Random, places: Sequence[Row]) -> Row:
    """Where a child comes from and is placed, known in each way and unknown in each way."""
    homes = [str(row["postcode"]) for row in places[:9]]
    targets = [str(row["postcode"]) for row in places[9:]]
    target = rng.choice(targets[:27] if rng.random() < 0.6 else targets)
    unknown = rng.choice((None, "ZZ99 3CZ", "QQ1 1QQ", "REDACTED"))
    home, placed = rng.choice(
        ((written(rng, rng.choice(homes)), written(rng, target)),) * 6
        + ((unknown, written(rng, target)), (written(rng, rng.choice(homes)), unknown))
        + ((unknown, unknown),)
    )
    stated = rng.choice((None, "999.9", rng.choice(STATED_MILES), rng.choice(STATED_MILES)))
    return {"home_post": home, "pl_post": placed, "distance_miles": stated}


# Children in care

CARE_ENDS = ["E11", "E12", "E4A", "E4B", "E43", "E44", "E45", "E46", "E47", "E48"]
CARE_ENDS += ["E17", "E5", "E6", "E7", "E41", "E13", "E3", "E2", "E9", "E14", "E15", "E16", "E8"]
STATUSES = ("C1", "C2", "V2", "V2", "E1", "J2")
PLACES = ("U4", "U1", "K2", "U6", "H5", "R3", "A5", "Z1")


def make_episodes(rng: random.Random, days: Calendar, places: Sequence[Row]) -> list[Row]:
    """Eighty children or so: in and out of care, short breaks, two episodes at once."""
    rows: list[Row] = []
    for n in range(2, 2 + rng.randint(70, 90)):
        history = rng.choice((in_care, in_care, in_care_twice, short_breaks, open_twice, ends_twice))
        child = f"{n - 1:04d}" if n % 2 else f"{n}"  # "0042" and "42" are two children
        rows += [{"child": child, **each_spell, **distance_cells(rng, places)} for each_spell in history(rng, days)]
    return capped(rng, unique(rows, "child", "decom", "rne"))


def episode(rng: random.Random, decom: dt.date, rne: str, dec: dt.date | None, rec: str | None) -> Row:
    return {
        "decom": decom,
        "rne": rne,
        "ls": rng.choice(STATUSES),
        "place": "P1" if rng.random() < 0.1 else rng.choice(PLACES),
        "dec": dec,
        "rec": rec if dec else None,
        "cin": f"N{rng.randint(1, 8)}",
        "place_provider": f"PR{rng.randint(0, 5)}",
        "reason_place_change": rng.choice(("PLACE", "CARPL", None)) if rec == "X1" else None,
    }


def in_care(rng: random.Random, days: Calendar, start: dt.date | None = None) -> list[Row]:
    """One time in care: an entry, perhaps some changes, then an end or none yet."""
    decom = start or (days.recent() if rng.random() < 0.7 else days.old())
    rows = []
    rne = "S"
    for _ in range(rng.choice((0, 0, 1, 1, 2))):
        moved = decom + rng.choice((0, 1, 30, 91, 183, 365)) * ONE_DAY
        rows.append(episode(rng, decom, rne, moved, "X1"))
        decom, rne = moved, rng.choice("LPTBU")
    leaving_day = max(decom, days.recent())
    rec = rng.choice(CARE_ENDS) if rng.random() < 0.97 else None
    rows.append(episode(rng, decom, rne, leaving_day if rng.random() < 0.6 else None, rec))
    return rows


def in_care_twice(rng: random.Random, days: Calendar) -> list[Row]:
    """Leaves, and enters again: on the same day, within the quarter, or later."""
    first = days.recent()
    leaving_day = first + rng.choice((1, 10, 45)) * ONE_DAY
    return_day = leaving_day + rng.choice((0, 1, 7, 30, 300)) * ONE_DAY
    return [episode(rng, first, "S", leaving_day, rng.choice(CARE_ENDS)), *in_care(rng, days, return_day)]


def short_breaks(rng: random.Random, days: Calendar) -> list[Row]:
    status = rng.choice(("V3", "V4"))
    rows = [*in_care(rng, days), *(in_care(rng, days) if rng.random() < 0.5 else [])]
    return [row | {"ls": status} for row in rows]


def open_twice(rng: random.Random, days: Calendar) -> list[Row]:
    """Two episodes open at once, with another decom or on the same day for another reason."""
    decom = days.recent()
    later_day = decom + rng.choice((0, 0, 1, 20)) * ONE_DAY
    first, second = rng.sample("SSLPTBU", 2)
    rows = [
        episode(rng, decom, first, None, None),
        episode(rng, later_day, second, sometimes_day(rng, 0.3, max(later_day, days.recent())), "E4A"),
    ]
    return [row | {"ls": "V4"} if rng.random() < 0.15 else row for row in rows]


def ends_twice(rng: random.Random, days: Calendar) -> list[Row]:
    """Two episodes that both end in a leaving on one day."""
    decom = days.recent()
    later_day = decom + rng.choice((0, 1, 20)) * ONE_DAY
    leaving_day = max(later_day, days.recent())
    return [
        episode(rng, decom, "S", leaving_day, rng.choice(CARE_ENDS)),
        episode(rng, later_day, "P", leaving_day, rng.choice(CARE_ENDS)),
    ]


def sometimes_day(rng: random.Random, share: float, day: dt.date) -> dt.date | None:
    return day if rng.random() < share else None


def make_children(rng: random.Random, days: Calendar, episodes: Sequence[Row]) -> list[Row]:
    """Most children of the episodes, many of them 18 within a day of leaving, and some others."""
    last = {row["child"]: row for row in episodes}
    rows = [make_child(rng, days, row) for row in last.values() if rng.random() < 0.95]
    rows += [make_child(rng, days, {"child": f"{n}"}) for n in range(900, 930)]
    return [row | {"dob": born_by_entry(row, episodes)} for row in rows]


def born_by_entry(child: Row, episodes: Sequence[Row]) -> object:
    """The date of birth, or that of the first episode where that is earlier."""
    entries = [row["decom"] for row in episodes if row["child"] == child["child"]]
    return min([child["dob"], *entries], key=str)


def make_child(rng: random.Random, days: Calendar, episode: Row) -> Row:
    leaving_day = episode.get("dec")
    born = months_later(days.old(), -12)
    if isinstance(leaving_day, dt.date) and rng.random() < 0.5:
        born = days.years_before(leaving_day, 18)
    elif rng.random() < 0.1:
        born = dt.date(2000, 2, 29)
    return {
        "child": episode["child"],
        "dob": born,
        "sex": rng.choice(("1", "2", "F", "M", None)),
        "ethnic": rng.choice(("WBRI", "AOTH", None)),
        "uasc_until": sometimes(rng, 0.12, days.recent()),
    }


def make_uasc(rng: random.Random, days: Calendar, episodes: Sequence[Row]) -> list[Row]:
    """A third of the children: still so, or ended on a decom, a day after it, or whenever."""
    starts = {row["child"]: row["decom"] for row in episodes}
    chosen = rng.sample(sorted(starts.items(), key=str), len(starts) // 3)
    return [{"child": child, "duc": status_end(rng, days, start)} for child, start in chosen]


def status_end(rng: random.Random, days: Calendar, start: object) -> dt.date | None:
    entered = start if isinstance(start, dt.date) else days.as_at
    ends = (None, entered, entered + ONE_DAY, days.recent(), days.quarter_end())
    return rng.choice((*ends, days.quarter_end() + ONE_DAY))


# Referrals and plans


def make_referrals(rng: random.Random, days: Calendar) -> list[Row]:
    """Children referred again about a year later, twice on one day, around 29 February."""
    rows: list[Row] = []
    for n in range(rng.randint(45, 80)):
        day, edge = days.recent(), days.edge_near(days.recent())
        dates = rng.choice(
            (
                [day],
                [day, day + 30 * ONE_DAY, day + 60 * ONE_DAY],
                [day, days.years_before(day, 1)],
                [day, day],
                [day, day + ONE_DAY],
                [day, days.years_before(day, 1), days.years_before(day, 2)],
                [day, days.recent(40)],
                [edge, months_later(edge, -12)],
            )
        )
        rows += [make_referral(rng, f"{n:03d}", date_text) for date_text in dates]
    return capped(rng, rows)


def make_referral(rng: random.Random, child: str, day: dt.date) -> Row:
    return {
        "child": child,
        "referral_date": day,
        "source": rng.choice(("1A", "5D", None)),
        "nfa": rng.choice(("Y", "N", "N", None)),
        "team": rng.choice(("Front door", "Duty, east")),
    }


def make_assessments(rng: random.Random, days: Calendar) -> list[Row]:
    """Assessments that take about nine weeks, some of them over Christmas, some the wrong way round."""
    rows: list[Row] = []
    for n in range(rng.randint(60, 110)):
        start = days.recent()
        end = start + rng.choice((-1, 0, 30, 61, 62, 63, 64, 65, 66, 67, 68, 69, 120)) * ONE_DAY
        rows.append(
            {
                "child": f"S{n % 70:03d}",
                "start_date": start,
                "end_date": sometimes(rng, 0.85, end),
                "referral_date": sometimes(rng, 0.7, start - rng.choice((0, 1, 7)) * ONE_DAY),
                "child_seen": rng.choice(("Y", "N", None)),
                "outcome": rng.choice(("NFA", "CIN", None)),
                "team": rng.choice(("North", "South", None)),
            }
        )
    return unique(rows, "child", "start_date")


def make_enquiries(rng: random.Random, days: Calendar) -> list[Row]:
    """Enquiries with a conference about three weeks later, or none, and conferences without an enquiry."""
    rows: list[Row] = []
    for n in range(rng.randint(60, 110)):
        start = days.recent()
        conference_day = start + rng.choice((-2, 0, 14, 20, 21, 22, 23, 24, 25, 40)) * ONE_DAY
        held_date = sometimes(rng, 0.7, conference_day)
        rows.append(
            {
                "child": f"Q{n % 75:03d}",
                "start_date": None if held_date and rng.random() < 0.1 else start,
                "conference_date": held_date,
                "conference_target": sometimes(rng, 0.5, start + 21 * ONE_DAY),
                "conference_not_required": "N" if held_date else rng.choice(("Y", None)),
                "transfer_in": rng.choice(("Y", "N", "N", None)),
                "team": rng.choice(("North", "South", None)),
            }
        )
    return unique(rows, "child", "start_date", "conference_date")


def make_plans(rng: random.Random, days: Calendar) -> list[Row]:
    rows = [row for n in range(rng.randint(45, 65)) for row in child_plans(rng, days, f"P{n:03d}")]
    return capped(rng, unique(rows, "child", "start_date"))


def child_plans(rng: random.Random, days: Calendar, child: str) -> list[Row]:
    """One plan, or two: about 24 months apart by end or by start, touching, or overlapping."""
    start = days.recent(18)
    length = rng.choice((0, 5, 14, 60, 120, 180))
    end = sometimes_day(rng, 0.5, start + length * ONE_DAY)
    plans = [make_plan(rng, child, start, end)]
    if rng.random() < 0.6:
        plans.append(make_plan(rng, child, *earlier_dates(rng, days, start)))
    return plans


def earlier_dates(rng: random.Random, days: Calendar, start: dt.date) -> tuple[dt.date, dt.date | None]:
    two_years = days.years_before(start, 2)
    a_while = rng.choice((30, 200)) * ONE_DAY
    choices: tuple[tuple[dt.date, dt.date | None], ...] = (
        (two_years - a_while, two_years),
        (two_years, two_years + a_while),
        (start - a_while, start + rng.choice((-1, 0, 0, 1)) * ONE_DAY),
        (start - a_while, None),
        (start - a_while, start + 40 * ONE_DAY),
        (days.years_before(start, 4), days.years_before(start, 3)),
    )
    return rng.choice(choices)


def make_plan(rng: random.Random, child: str, start: dt.date, end: dt.date | None) -> Row:
    return {
        "child": child,
        "start_date": start,
        "end_date": end,
        "category": rng.choice(("NEG", "EMO", None)),
        "previous_plans": rng.choice((None, None, 0, 0, 1, 2, 3)),
        "other_authority": rng.choice(("Y", "N", "N", "N", None, None)),
        "visit_interval": sometimes(rng, 0.2, rng.choice((5, 15, 20))),
    }


def make_visits(rng: random.Random, days: Calendar, plans: Sequence[Row]) -> list[Row]:
    """Visits about every ten working days, some at school, not seen, twice, or out of bounds."""
    rows: list[Row] = []
    lately = months_later(days.as_at, -15)
    for plan in shuffled(rng, [row for row in plans if started_after(row, lately)]):
        start, end = plan["start_date"], plan["end_date"]
        if isinstance(start, dt.date) and len(rows) < MOST_ROWS:
            last = end if isinstance(end, dt.date) else days.as_at + 20 * ONE_DAY
            rows += [make_visit(rng, plan["child"], day) for day in visit_days(rng, start, last)]
            near_end = [days.quarter_end() - rng.randint(11, 17) * ONE_DAY for _ in range(2)]
            rows += [make_visit(rng, plan["child"], day) for day in near_end if day >= start]
    return rows[:MOST_ROWS]


def started_after(plan: Row, day: dt.date) -> bool:
    start = plan["start_date"]
    return isinstance(start, dt.date) and start > day


def visit_days(rng: random.Random, start: dt.date, last: dt.date) -> Iterator[dt.date]:
    yield from rng.choice(((), (start,), (start - 3 * ONE_DAY,), (start + ONE_DAY,)))
    day = start
    for _ in range(rng.randint(1, 4)):
        day += rng.choice((7, 13, 14, 14, 14, 15, 16, 18, 28)) * ONE_DAY
        yield from (day,) * rng.choice((1, 1, 1, 1, 2))
    yield from rng.choice(((), (last,), (last + ONE_DAY,), (last - 10 * ONE_DAY, last)))


def make_visit(rng: random.Random, child: object, day: dt.date) -> Row:
    return {
        "child": child,
        "visit_date": day,
        "seen": "Y" if rng.random() < 0.9 else "N",
        "setting": rng.choice(("Home", "Home", "Home", "Home", "Other", None, "School")),
    }


# Social workers


def make_social_workers(rng: random.Random, days: Calendar) -> list[Row]:
    """Careers of a spell or two: stays, leavers, moves within a week, overlaps, agency."""
    rows: list[Row] = []
    for n in range(rng.randint(60, 90)):
        career = rng.choice((stays, leaves, leaves, moves, overlaps, ends_at_once, changes_contract))
        rows += [{"worker": f"W{n:03d}", **each_spell} for each_spell in career(rng, days)]
    return capped(rng, unique(rows, "worker", "start_date"))


def spell(rng: random.Random, start: dt.date, end: dt.date | None) -> Row:
    return {
        "start_date": start,
        "end_date": end,
        "leaving_reason": rng.choice(("Resigned", "Retired, early", None)) if end else None,
        "voluntary": rng.choice(("Y", "Y", "N", None)) if end else None,
        "registered": rng.choice(("Y", "Y", "Y", None, None, "N")),
        "agency": rng.choice(("N", "N", "N", None, None, "Y")),
        "fte": rng.choice(("1", "1.0", "0.6", "0.53", "0.8", None)),
    }


def stays(rng: random.Random, days: Calendar) -> list[Row]:
    return [spell(rng, days.recent(40), None)]


def leaves(rng: random.Random, days: Calendar) -> list[Row]:
    """Ends on any day, or on an edge of the twelve months before a quarter's end."""
    end = days.around_quarter_end()
    return [spell(rng, end - rng.choice((0, 100, 700)) * ONE_DAY, end)]


def moves(rng: random.Random, days: Calendar) -> list[Row]:
    """The next spell starts a few days after the last, 7 and 8 above all."""
    end = days.recent()
    start = end + rng.choice((0, 1, 6, 7, 7, 8, 8, 9)) * ONE_DAY
    later = sometimes_day(rng, 0.5, start + rng.choice((0, 3, 120)) * ONE_DAY)
    return staffed(rng, [spell(rng, end - 400 * ONE_DAY, end), spell(rng, start, later)])


def overlaps(rng: random.Random, days: Calendar) -> list[Row]:
    """Two roles at once; the one that started first may end last."""
    start = days.recent(40)
    inner = start + rng.choice((1, 60)) * ONE_DAY
    ends = [inner + n * ONE_DAY for n in (30, 200)]
    first, second = rng.sample((*ends, None), 2)
    return staffed(rng, [spell(rng, start, first), spell(rng, inner, second)])


def ends_at_once(rng: random.Random, days: Calendar) -> list[Row]:
    end = days.recent()
    return staffed(rng, [spell(rng, end - n * ONE_DAY, end) for n in (300, 90)])


def changes_contract(rng: random.Random, days: Calendar) -> list[Row]:
    """From staff to agency or back, or registered on the way, within the week."""
    end = days.recent()
    before, after = staffed(rng, [spell(rng, end - 500 * ONE_DAY, end), spell(rng, end + ONE_DAY, None)])
    changes: tuple[Row, Row] = ({"agency": "Y"}, {"registered": "N"})
    change = rng.choice(changes)
    return rng.choice(([before | change, after], [before, after | change]))


def staffed(rng: random.Random, spells: list[Row]) -> list[Row]:
    """Spells of registered staff, said so or left to the defaults."""
    return [row | {"registered": rng.choice(("Y", None)), "agency": rng.choice(("N", None))} for row in spells]


# Published figures and commentary

CODES = ["EA1i", "EA1ii", "EA1iii", "EA2", "EA3", "CE20", "CC20"]
CODES += ["EA11", "RR12", "CP24", "CPEV", "VP7", "VP8"]
AREAS = ("England", "South East", "E06000041", "Windsor and Maidenhead")


def period_of(day: dt.date) -> str:
    year, month = (day.year, day.month - 3) if day.month > 3 else (day.year - 1, day.month + 9)
    return f"{year}-{(year + 1) % 100:02d} Q{(month + 2) // 3}"


def make_published_series(rng: random.Random, days: Calendar) -> list[Row]:
    rows = [make_published(rng, days) for _ in range(rng.randint(40, 120))]
    return unique(rows, "area", "indicator", "period")


def make_published(rng: random.Random, days: Calendar) -> Row:
    day = days.recent()
    bottom = rng.randint(1, 400)
    top = rng.randint(0, bottom)
    hidden = rng.random() < 0.2
    figures: Row = {"numerator": top, "denominator": bottom, "value": f"{100 * top / bottom:.1f}"}
    return {
        "area": rng.choice(AREAS),
        "indicator": rng.choice(CODES),
        "period": period_of(day),
        **({"symbol": rng.choice(("c", "x", "z", "u", "k", "low"))} if hidden else figures),
        "source": "DfE, made up",
        "published_date": sometimes(rng, 0.9, day + rng.randint(0, 200) * ONE_DAY),
        "basis": rng.choice(("exact", "close", "not like-for-like", None)),
    }


def make_commentary(rng: random.Random, days: Calendar) -> list[Row]:
    rows = [make_comment(rng, days) for _ in range(rng.randint(25, 60))]
    return unique(rows, "indicator", "period")


def make_comment(rng: random.Random, days: Calendar) -> Row:
    day = days.recent()
    return {
        "indicator": rng.choice(CODES),
        "period": period_of(day),
        "text": rng.choice(("Two schools closed.", 'They said: "more, please"', "£3,000, agreed")),
        "author": rng.choice(("A. Officer", None)),
        "written_date": sometimes(rng, 0.9, day),
        "kind": rng.choice(("reason", "action", "question", "answer", None)),
        "due_date": sometimes(rng, 0.4, day + 30 * ONE_DAY),
        "owner": rng.choice(("Head of service", None)),
        "closed_date": sometimes(rng, 0.2, day + 20 * ONE_DAY),
    }


# Rows and files


def unique(rows: Iterable[Row], *key: str) -> list[Row]:
    first: dict[tuple[object, ...], Row] = {}
    for row in rows:
        first.setdefault(tuple(row[column] for column in key), row)
    return list(first.values())


def capped(rng: random.Random, rows: list[Row]) -> list[Row]:
    return rows if len(rows) <= MOST_ROWS else rng.sample(rows, MOST_ROWS)


def shuffled(rng: random.Random, rows: Sequence[Row]) -> list[Row]:
    return rng.sample(rows, len(rows))


def empty_some(rng: random.Random, seed: int, tables: dict[str, list[Row]]) -> None:
    """Every sixth council has hardly a row in three of its tables."""
    if seed % 6 == 5:
        for name in rng.sample(sorted(tables), 3):
            tables[name] = tables[name][: rng.choice((0, 1, 2))]


def columns_of(rng: random.Random, seed: int, table: str) -> list[str]:
    """The columns of a table. Every seventh council keeps only some of the optional ones."""
    optional = OPTIONAL[table].split()
    if seed % 7 == 6:
        optional = [column for column in optional if rng.random() < 0.8]
    extra = ["team"] if table == "referrals" else []
    return [*REQUIRED[table].split(), *optional, *extra]


def write_table(path: Path, rows: Iterable[Row], columns: Sequence[str]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)

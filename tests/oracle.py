"""The indicators of definitions.md worked out by brute force, one row at a time.

Slow and plain on purpose: it reads CSV files with the standard library and shares nothing with
the package, so that the package can be held against it. Comments that begin with "Reading:" say
what is taken where the definitions leave room.
"""

from __future__ import annotations

import csv
import datetime as dt
import math
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path

Row = dict[str, str | None]
Tables = dict[str, list[Row]]

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Case:
    """One row behind a number.

    subject: URN, child or worker. date: the day of the event (decom, dec, referral, start of the
    plan, the worker's last day, a visit's due date); `end` where the case is a state on `end`,
    but the decom of the open episode for children in care.
    """

    subject: str
    date: dt.date
    counted: bool
    left_out_because: str | None = None


@dataclass(frozen=True)
class Result:
    """A count: whole numbers, or floats made from exact fractions. Reasons with no case are not
    in `excluded`."""

    numerator: int | float
    denominator: int | float
    excluded: dict[str, int]
    cases: list[Case]


@dataclass(frozen=True)
class Asked:
    """What an indicator is worked out from: tables as known on `as_at`, and its own window."""

    tables: Tables
    start: dt.date
    end: dt.date
    as_at: dt.date
    la_code: str
    variant: str | None

    def table(self, name: str) -> list[Row]:
        return self.tables.get(name, [])

    def contains(self, day: dt.date | None) -> bool:
        return day is not None and self.start <= day <= self.end


def load(folder: str | Path) -> Tables:
    """Every CSV file of a folder, by its name without the ending. Empty cells are None."""
    tables: Tables = {}
    for path in sorted(Path(folder).glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            tables[path.stem] = [
                {column: value or None for column, value in row.items()} for row in csv.DictReader(file)
            ]
    return tables


def compute(
    tables: Tables,
    indicator_id: str,
    start: dt.date,
    end: dt.date,
    as_at: dt.date,
    la_code: str,
    variant: str | None = None,
) -> Result:
    """One indicator for the period `start` to `end` (both included) as known on `as_at`.

    The indicator's window is applied here. Raises KeyError for an unknown indicator and
    ValueError for a variant that the definitions do not name for it.
    """
    if variant is not None and variant not in VARIANTS[indicator_id]:
        raise ValueError(f"{indicator_id} has no variant {variant}")
    rule, window = RULES[indicator_id]
    first = start if variant == "in-quarter" else window(start, end)
    return rule(Asked(known_once(tables, as_at), first, end, as_at, la_code, variant))


_last_known: list[tuple[Tables, dt.date, Tables]] = []


def known_once(tables: Tables, as_at: dt.date) -> Tables:
    """The tables as they stood on `as_at`, worked out once for the same tables asked again and again."""
    if not _last_known or _last_known[0][0] is not tables or _last_known[0][1] != as_at:
        _last_known[:] = [(tables, as_at, known(tables, as_at))]
    return _last_known[0][2]


# What is known on a date

HAPPENED = {
    "schools": "open_date",
    "school_links": "link_date",
    "school_inspections": "inspection_date",
    "early_years_settings": "registered_date",
    "early_years_inspections": "inspection_date",
    "care_episodes": "decom",
    "referrals": "referral_date",
    "assessments": "start_date",
    "enquiries": "start_date",
    "protection_plans": "start_date",
    "protection_visits": "visit_date",
    "social_workers": "start_date",
    "published_series": "published_date",
    "commentary": "written_date",
    "need_episodes": "referral_date",
    "protection_reviews": "review_date",
    "care_reviews": "review_date",
    "care_visits": "visit_date",
    "health": "date",
    "missing": "start",
    "worker_episodes": "start",
    "adoptions": "decision_date",
    "ehc_plans": "request_date",
    "releases": "released_date",
}
"""The date of the event that a row records; a later event is not known yet."""

ENDED = {
    "schools": ("close_date",),
    "early_years_settings": ("closed_date",),
    "care_episodes": ("dec", "rec", "reason_place_change"),
    "uasc": ("duc",),
    "assessments": ("end_date", "outcome"),
    "enquiries": ("conference_date",),
    "protection_plans": ("end_date",),
    "social_workers": ("end_date", "leaving_reason", "voluntary"),
    "commentary": ("closed_date",),
    "need_episodes": ("closure_date", "closure_reason"),
    "missing": ("end", "interview_offered", "interview_accepted"),
    "worker_episodes": ("end", "reason"),
    "adoptions": ("matched_date",),
    "leavers": ("contact_date",),
    "ehc_plans": ("decision_date",),
    "workforce_census": ("leaver_date",),
}
"""The end date of a row, then what belongs to that end; a later end is not known yet."""


FURTHER_ENDS = {
    "missing": ("interview_date",),
    "adoptions": ("order_date", "placed_date", "reversed_date"),
    "leavers": ("plan_review_date",),
    "ehc_plans": ("plan_date",),
}
"""Other dates of a row that are not known before they come."""


def known(tables: Tables, as_at: dt.date) -> Tables:
    """The tables as they stood on `as_at`: nothing dated after it, and no end after it."""
    past = {
        name: [without_later_end(name, row, as_at) for row in rows if happened(name, row, as_at)]
        for name, rows in tables.items()
    }
    return with_status_still_running(past, as_at)


def happened(table: str, row: Row, as_at: dt.date) -> bool:
    dates = [on(row, HAPPENED[table])] if table in HAPPENED else []
    if table.endswith("_inspections"):
        dates.append(on(row, "publication_date"))
    return all(day is None or day <= as_at for day in dates)


def without_later_end(table: str, row: Row, as_at: dt.date) -> Row:
    ends = [ENDED.get(table, ()), *((column,) for column in FURTHER_ENDS.get(table, ()))]
    later = [columns for columns in ends if columns and is_after(on(row, columns[0]), as_at)]
    return row | dict.fromkeys(column for columns in later for column in columns)


def with_status_still_running(tables: Tables, as_at: dt.date) -> Tables:
    """Children whose `uasc_until` is after `as_at`, as rows of `uasc` with no end.

    Reading: the end is not known yet but the status is, so the date cannot simply be blanked.
    """
    running = [row for row in tables.get("children", []) if is_after(on(row, "uasc_until"), as_at)]
    if not running:
        return tables
    children = [row | {"uasc_until": None} if row in running else row for row in tables["children"]]
    still_so: list[Row] = [{"child": row["child"], "duc": None} for row in running]
    return tables | {"children": children, "uasc": [*tables.get("uasc", []), *still_so]}


# Cells


def text(row: Row, column: str) -> str:
    return row.get(column) or ""


def on(row: Row, column: str) -> dt.date | None:
    """The date of a cell, or None."""
    value = row.get(column)
    return None if value is None else dt.date.fromisoformat(value)


def when(row: Row, column: str) -> dt.date:
    """The date of a cell that cannot be empty."""
    return dt.date.fromisoformat(text(row, column))


def is_after(day: dt.date | None, later_row: dt.date) -> bool:
    return day is not None and day > later_row


def missing_or_after(day: dt.date | None, later_row: dt.date) -> bool:
    return day is None or day > later_row


def number(value: Fraction) -> int | float:
    return value.numerator if value.denominator == 1 else float(value)


def total(cases: Iterable[Case]) -> Result:
    """The count of a list of cases, each of them worth one."""
    cases = list(cases)
    inside = [case for case in cases if case.left_out_because is None]
    return Result(sum(case.counted for case in inside), len(inside), reasons(cases), cases)


def reasons(cases: Iterable[Case]) -> dict[str, int]:
    return dict(Counter(case.left_out_because for case in cases if case.left_out_because))


# Dates and windows


def month_end(year: int, month: int) -> dt.date:
    return dt.date(year + month // 12, month % 12 + 1, 1) - ONE_DAY


def months_back(day: dt.date, months: int) -> dt.date:
    """So many calendar months earlier; 29 February becomes 28 where the year has no 29th."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    last = month_end(year, month + 1)
    return last.replace(day=min(day.day, last.day))


def the_period(start: dt.date, end: dt.date) -> dt.date:
    return start


def year_to_date(start: dt.date, end: dt.date) -> dt.date:
    april = dt.date(end.year, 4, 1)
    return april if april <= end else dt.date(end.year - 1, 4, 1)


def rolling_12_months(start: dt.date, end: dt.date) -> dt.date:
    # Reading: the day after `end`, a year earlier, so that the window is 12 whole months.
    return months_back(end + ONE_DAY, 12)


# England's bank holidays

EARLY_MAY_MOVED = {1995: dt.date(1995, 5, 8), 2020: dt.date(2020, 5, 8)}
SPRING_MOVED = {2002: dt.date(2002, 6, 4), 2012: dt.date(2012, 6, 4), 2022: dt.date(2022, 6, 2)}
EXTRA = {
    dt.date(1999, 12, 31),  # millennium
    dt.date(2002, 6, 3),  # golden jubilee
    dt.date(2011, 4, 29),  # royal wedding
    dt.date(2012, 6, 5),  # diamond jubilee
    dt.date(2022, 6, 3),  # platinum jubilee
    dt.date(2022, 9, 19),  # state funeral
    dt.date(2023, 5, 8),  # coronation
}


@cache
def bank_holidays(year: int) -> frozenset[dt.date]:
    """The bank holidays of England in a year, each on the weekday that it is taken."""
    easter = easter_sunday(year)
    return frozenset(
        {
            *first_weekdays(dt.date(year, 1, 1), 1),
            easter - 2 * ONE_DAY,
            easter + ONE_DAY,
            EARLY_MAY_MOVED.get(year, monday_from(dt.date(year, 5, 1))),
            SPRING_MOVED.get(year, monday_from(dt.date(year, 5, 25))),
            monday_from(dt.date(year, 8, 25)),
            *first_weekdays(dt.date(year, 12, 25), 2),
            *(day for day in EXTRA if day.year == year),
        }
    )


def first_weekdays(day: dt.date, count: int) -> list[dt.date]:
    """The first weekdays on or after a day: where a holiday and its substitutes fall."""
    days = (day + n * ONE_DAY for n in range(7))
    return [day for day in days if day.weekday() < 5][:count]


def monday_from(day: dt.date) -> dt.date:
    return day + (-day.weekday() % 7) * ONE_DAY


def easter_sunday(year: int) -> dt.date:
    """Meeus, Jones and Butcher's rule for the Gregorian calendar."""
    golden, (century, years) = year % 19, divmod(year, 100)
    skipped = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - century // 4 - skipped + 15) % 30
    to_sunday = (32 + 2 * (century % 4) + 2 * (years // 4) - epact - years % 4) % 7
    correction = (golden + 11 * epact + 22 * to_sunday) // 451
    month, day = divmod(epact + to_sunday - 7 * correction + 114, 31)
    return dt.date(year, month, day + 1)


def is_working_day(day: dt.date) -> bool:
    return day.weekday() < 5 and day not in bank_holidays(day.year)


def working_days_later(day: dt.date, count: int) -> dt.date:
    """The count-th working day after a day. From a Saturday, Monday is the first.

    Reading: none later is the day itself, a working day or not.
    """
    while count > 0:
        day += ONE_DAY
        count -= is_working_day(day)
    return day


# Schools: EA1i, EA1ii, EA1iii, EA2

GOOD_SCHOOL_PHASES = ("Primary", "Secondary", "Special")


def good_schools(phase: str) -> Callable[[Asked], Result]:
    """The rule of EA1 for one phase."""
    return lambda inputs: total(school_case(inputs, row) for row in open_schools(inputs, {phase}))


def pupils_in_good_schools(inputs: Asked) -> Result:
    """EA2: the numbers are pupils, the exclusions count schools."""
    schools = open_schools(inputs, set(GOOD_SCHOOL_PHASES))
    weighed = [(with_pupil_number(row, school_case(inputs, row)), pupils(row)) for row in schools]
    return Result(
        sum(number_of or 0 for case, number_of in weighed if case.counted),
        sum(number_of or 0 for case, number_of in weighed if case.left_out_because is None),
        reasons(case for case, _ in weighed),
        [case for case, _ in weighed],
    )


def open_schools(inputs: Asked, phases: set[str]) -> list[Row]:
    # Reading: all-through schools are looked at in each of the four indicators, to be left out.
    return [
        row
        for row in inputs.table("schools")
        if row["la_code"] == inputs.la_code
        and row["phase"] in {*phases, "All-through"}
        and not is_after(on(row, "open_date"), inputs.end)
        and missing_or_after(on(row, "close_date"), inputs.end)
    ]


def school_case(inputs: Asked, row: Row) -> Case:
    urn = text(row, "urn")
    if row["phase"] == "All-through" and inputs.variant != "all-through-as-secondary":
        return Case(urn, inputs.end, False, "all-through")
    grade = school_grade(inputs, urn)
    if isinstance(grade, str):
        return Case(urn, inputs.end, False, grade)
    return Case(urn, inputs.end, grade <= 2)


def pupils(row: Row) -> int | None:
    return int(text(row, "pupils")) if row.get("pupils") else None


def with_pupil_number(row: Row, case: Case) -> Case:
    # Reading: a school's other reason to be left out comes first.
    if case.left_out_because is None and pupils(row) is None:
        return Case(case.subject, case.date, False, "no pupil number")
    return case


def school_grade(inputs: Asked, urn: str | None) -> int | str:
    """The grade on `end`, or why there is none; a predecessor's where its own URN has none.

    Reading: a predecessor may be of another area or not in the table; a loop ends the search.
    """
    looked_at: set[str] = set()
    while urn is not None and urn not in looked_at:
        grade = grade_under(inputs, urn)
        if grade is not None:
            return grade
        looked_at.add(urn)
        urn = None if inputs.variant == "own-urn-only" else predecessor(inputs, urn)
    return "not yet inspected"


def predecessor(inputs: Asked, urn: str) -> str | None:
    """The one that the school's own row names, or else the only one that links name."""
    schools = (row for row in inputs.table("schools") if row["urn"] == urn)
    predecessor_urn = next((row.get("predecessor_urn") for row in schools), None)
    linked = {
        row["predecessor_urn"] for row in inputs.table("school_links") if row["urn"] == urn and row["predecessor_urn"]
    }
    return predecessor_urn or (linked.pop() if len(linked) == 1 else None)


def grade_under(inputs: Asked, urn: str) -> int | str | None:
    """The grade from the inspections of one URN, why there can be none, or None.

    Reading: the latest graded or report-card inspection decides whether the school has a grade
    at all, even where an ungraded "School remains Good" follows it.
    """
    inspections = inspections_by_end(inputs, "school_inspections", urn)
    full = [row for row in inspections if row["kind"] in ("graded", "report card")]
    if full and overall(full[-1]) is None:
        report_card = full[-1]["kind"] == "report card"
        return "report card" if report_card else "no overall grade since 2024"
    grades = [grade for row in inspections if (grade := grade_given(row)) is not None]
    return grades[-1] if grades else None


def inspections_by_end(inputs: Asked, table: str, urn: str) -> list[Row]:
    rows = [row for row in inputs.table(table) if row["urn"] == urn and when(row, "inspection_date") <= inputs.end]
    return sorted(rows, key=lambda row: when(row, "inspection_date"))


def overall(row: Row) -> int | None:
    grade = row.get("overall")
    return int(grade) if grade in ("1", "2", "3", "4") else None


def grade_given(row: Row) -> int | None:
    outcome = text(row, "outcome") if row["kind"] == "ungraded" else ""
    if overall(row) is not None:
        return overall(row)
    if outcome.startswith("School remains Outstanding"):
        return 1
    return 2 if outcome.startswith("School remains Good") else None


# Early years: EA3


def early_years(inputs: Asked) -> Result:
    return total(setting_case(inputs, row) for row in open_settings(inputs))


def open_settings(inputs: Asked) -> list[Row]:
    return [
        row
        for row in inputs.table("early_years_settings")
        if row["la_code"] == inputs.la_code
        and row["early_years_register"] == "Y"
        and when(row, "registered_date") <= inputs.end
        and missing_or_after(on(row, "closed_date"), inputs.end)
        and is_of_variant(inputs.variant, text(row, "type"))
    ]


def is_of_variant(variant: str | None, kind: str) -> bool:
    # Reading: settings of another type are outside the variant altogether, not left out of it.
    if variant == "without-childminders":
        return kind != "Childminder"
    return variant != "group-settings-only" or kind == "Childcare on non-domestic premises"


def setting_case(inputs: Asked, row: Row) -> Case:
    urn = text(row, "urn")
    inspections = inspections_by_end(inputs, "early_years_inspections", urn)
    grades = [grade for inspection in inspections if (grade := overall(inspection)) is not None]
    if grades:
        return Case(urn, inputs.end, grades[-1] <= 2)
    reason = "met or not met only" if inspections else "not yet inspected"
    return Case(urn, inputs.end, False, reason)


# Distance

UNKNOWN_MILES = Fraction("999.9")


def miles_to_one_decimal(east: Fraction, north: Fraction) -> Fraction:
    """The straight line of two differences in metres, in miles of 1.6093 km, rounded half up.

    Exact: no float can fall on the wrong side. (Whole metres never fall half way.)
    """
    twentieths_squared = (east * east + north * north) * 400 / (Fraction("1.6093") * 1000) ** 2
    return Fraction((math.isqrt(math.floor(twentieths_squared)) + 1) // 2, 10)


def over_20_miles(inputs: Asked, episode: Row) -> bool | None:
    """Whether the placement is more than 20 miles from home; None when that is not known."""
    home, placement = (grid(inputs, episode.get(column)) for column in ("home_post", "pl_post"))
    if home and placement:
        return miles_to_one_decimal(home[0] - placement[0], home[1] - placement[1]) > 20
    # Reading: a distance that the council gives is used as it stands, not rounded.
    stated = Fraction(text(episode, "distance_miles") or UNKNOWN_MILES)
    return None if stated == UNKNOWN_MILES else stated > 20


def grid(inputs: Asked, postcode: str | None) -> tuple[Fraction, Fraction] | None:
    for row in inputs.table("postcodes"):
        if postcode and tidy(text(row, "postcode")) == tidy(postcode):
            east, north = row.get("easting"), row.get("northing")
            return (Fraction(east), Fraction(north)) if east and north else None
    return None


def tidy(postcode: str) -> str:
    return "".join(postcode.split()).upper()


# Children in care: CE20, CC20


def care_entrants(inputs: Asked) -> Result:
    """CE20: every entry to care in the period."""
    entries = [
        placement_case(inputs, row, when(row, "decom"))
        for row in inputs.table("care_episodes")
        if row["rne"] == "S" and inputs.contains(on(row, "decom"))
    ]
    return total(last_of_each_child(entries) if inputs.variant == "children" else entries)


def last_of_each_child(entries: list[Case]) -> list[Case]:
    # Reading: the last of the entries that are not left out; those left out stay left out.
    inside = sorted((case for case in entries if case.left_out_because is None), key=lambda case: case.date)
    last = {case.subject: case for case in inside}
    return [*last.values(), *(case for case in entries if case.left_out_because)]


def children_in_care(inputs: Asked) -> Result:
    """CC20: every child with an open episode at the end of the last day."""
    current: dict[str, Row] = {}
    for row in inputs.table("care_episodes"):
        child = text(row, "child")
        is_open = when(row, "decom") <= inputs.end and missing_or_after(on(row, "dec"), inputs.end)
        if is_open and (child not in current or is_later(row, current[child])):
            current[child] = row
    return total(placement_case(inputs, row, inputs.end) for row in current.values())


def is_later(row: Row, later_row: Row) -> bool:
    # Reading: on one decom, another reason than S is the later, then the later letter.
    def order(each_day: Row) -> tuple[dt.date, bool, str]:
        return when(each_day, "decom"), each_day["rne"] != "S", text(each_day, "rne")

    return order(row) > order(later_row)


def placement_case(inputs: Asked, episode: Row, day: dt.date) -> Case:
    child, decom = text(episode, "child"), when(episode, "decom")
    reason = placement_reason(inputs, episode, day)
    if inputs.variant == "dfe-basis" and reason not in ("short break", "placed with parents"):
        reason = None
    return Case(child, decom, reason is None and over_20_miles(inputs, episode) is True, reason)


def placement_reason(inputs: Asked, episode: Row, day: dt.date) -> str | None:
    """Why an episode is left out: the first that holds, in the order of the definitions."""
    if episode["ls"] in ("V3", "V4"):
        return "short break"
    if episode["place"] == "P1":
        return "placed with parents"
    if is_unaccompanied(inputs, text(episode, "child"), day):
        return "unaccompanied asylum seeking child"
    return "distance unknown" if over_20_miles(inputs, episode) is None else None


def is_unaccompanied(inputs: Asked, child: str, day: dt.date) -> bool:
    # Reading: the status that is kept with the child counts as well, while it runs.
    in_uasc = any(row["child"] == child and missing_or_after(on(row, "duc"), day) for row in inputs.table("uasc"))
    return in_uasc or any(
        row["child"] == child and is_after(on(row, "uasc_until"), day) for row in inputs.table("children")
    )


# Social worker turnover: EA11

NOT_VOLUNTARY = "leavers not voluntary"


def social_worker_turnover(inputs: Asked) -> Result:
    ends = leavings(inputs)
    cases = [leaving_case(inputs, spells) for spells in ends]
    counted = [spells for spells, case in zip(ends, cases, strict=True) if case.counted]
    numerator = sum(fte(spells) for spells in counted) if by_fte(inputs) else len(counted)
    return Result(number(Fraction(numerator)), number(staff_mean(inputs)), reasons(cases), cases)


def by_fte(inputs: Asked) -> bool:
    return inputs.variant == "fte"


def staff(inputs: Asked) -> list[Row]:
    return [
        row
        for row in inputs.table("social_workers")
        if (row.get("registered") or "Y") == "Y" and (row.get("agency") or "N") == "N"
    ]


def leavings(inputs: Asked) -> list[list[Row]]:
    """The spells behind each leaving: those of one worker that end on one day of the window.

    Reading: a worker has left when no other staff spell runs past that day and starts by the
    seventh day after it.
    """
    by_day: dict[tuple[str, dt.date], list[Row]] = {}
    for row in staff(inputs):
        ended = on(row, "end_date")
        if ended is not None and inputs.contains(ended) and not stays(inputs, row, ended):
            by_day.setdefault((text(row, "worker"), ended), []).append(row)
    return list(by_day.values())


def stays(inputs: Asked, spell: Row, ended: dt.date) -> bool:
    return any(
        row["worker"] == spell["worker"]
        and when(row, "start_date") <= ended + 7 * ONE_DAY
        and missing_or_after(on(row, "end_date"), ended)
        for row in staff(inputs)
    )


def leaving_case(inputs: Asked, spells: list[Row]) -> Case:
    # Reading: of several spells that end on the day, one that was voluntary is enough.
    worker, ended = text(spells[0], "worker"), when(spells[0], "end_date")
    counted = inputs.variant == "all-leavers" or any(row.get("voluntary") == "Y" for row in spells)
    return Case(worker, ended, counted, None if counted else NOT_VOLUNTARY)


def staff_mean(inputs: Asked) -> Fraction:
    days = [inputs.start - ONE_DAY, inputs.end]
    if inputs.variant == "average-of-months":
        days = [months_back(inputs.end + ONE_DAY, n) - ONE_DAY for n in range(12)]
    return sum((staff_on(inputs, day) for day in days), Fraction(0)) / len(days)


def staff_on(inputs: Asked, day: dt.date) -> Fraction:
    """Workers in post on a day, or the whole-time equivalent of their spells."""
    spells = [
        row
        for row in staff(inputs)
        if when(row, "start_date") <= day and (on(row, "end_date") is None or when(row, "end_date") >= day)
    ]
    return fte(spells) if by_fte(inputs) else Fraction(len({row["worker"] for row in spells}))


def fte(spells: list[Row]) -> Fraction:
    # Reading: a spell with no whole-time equivalent adds nothing.
    return sum((Fraction(text(row, "fte") or 0) for row in spells), Fraction(0))


# Repeat referrals: RR12


def repeat_referrals(inputs: Asked) -> Result:
    referrals = one_of_each_day(inputs.table("referrals"))
    cases = [referral_case(inputs, row, referrals) for row in referrals if inputs.contains(on(row, "referral_date"))]
    return total(one_of_each_child(cases) if inputs.variant == "children" else cases)


def one_of_each_day(rows: list[Row]) -> list[Row]:
    # Reading: two referrals of one child on one day are one, with no further action only if both had none.
    stays: dict[tuple[str | None, str | None], Row] = {}
    for row in rows:
        first_row = stays.setdefault((row["child"], row["referral_date"]), row)
        if ("N", None, "Y").index(row.get("nfa") or None) < ("N", None, "Y").index(first_row.get("nfa") or None):
            stays[row["child"], row["referral_date"]] = row
    return list(stays.values())


def referral_case(inputs: Asked, row: Row, referrals: list[Row]) -> Case:
    child, day = text(row, "child"), when(row, "referral_date")
    # Reading: a referral without further action is still the earlier one of another.
    if inputs.variant == "excluding-no-further-action" and row.get("nfa") == "Y":
        return Case(child, day, False, "no further action")
    repeated = any(
        referral["child"] == child and months_back(day, 12) <= when(referral, "referral_date") < day
        for referral in referrals
    )
    return Case(child, day, repeated)


def one_of_each_child(cases: list[Case]) -> list[Case]:
    """One case a child, on its last referral of the window, counted if any of them is."""
    counted = {case.subject for case in cases if case.counted}
    last = {case.subject: case.date for case in sorted(cases, key=lambda case: case.date)}
    return [Case(child, day, child in counted) for child, day in last.items()]


# Second or subsequent plans: CP24, CPEV


def repeat_plans_24_months(inputs: Asked) -> Result:
    measured_from = "start_date" if inputs.variant == "24-months-from-start" else "end_date"

    def is_repeat(plan: Row) -> bool:
        oldest = months_back(when(plan, "start_date"), 24)
        return any(when(row, measured_from) >= oldest for row in earlier_plans(inputs, plan))

    return total(plan_cases(inputs, is_repeat))


def repeat_plans_ever(inputs: Asked) -> Result:
    def is_repeat(plan: Row) -> bool:
        return int(text(plan, "previous_plans") or 0) >= 1 or bool(earlier_plans(inputs, plan))

    return total(plan_cases(inputs, is_repeat))


def plan_cases(inputs: Asked, is_repeat: Callable[[Row], bool]) -> list[Case]:
    cases = []
    for plan in inputs.table("protection_plans"):
        child, day = text(plan, "child"), when(plan, "start_date")
        if inputs.contains(day) and plan.get("other_authority") == "Y":
            cases.append(Case(child, day, False, "other authority's plan"))
        elif inputs.contains(day):
            cases.append(Case(child, day, is_repeat(plan)))
    return cases


def earlier_plans(inputs: Asked, plan: Row) -> list[Row]:
    # Reading: an earlier plan may have been another authority's.
    start = when(plan, "start_date")
    return [
        row
        for row in inputs.table("protection_plans")
        if row["child"] == plan["child"]
        and when(row, "start_date") < start
        and on(row, "end_date") is not None
        and when(row, "end_date") <= start
    ]


# Permanence: VP7

PERMANENT = {"E11", "E12", "E4A", "E4B", "E43", "E44", "E45", "E46", "E47", "E48"}
TRANSFERS_AND_DEATHS = {"E2", "E3", "E15"}


def permanence(inputs: Asked) -> Result:
    """VP7: every leaving of care in the period."""
    last: dict[tuple[str, dt.date], Row] = {}
    for row in inputs.table("care_episodes"):
        if not inputs.contains(on(row, "dec")) or row.get("rec") in (None, "X1"):
            continue
        key = text(row, "child"), when(row, "dec")
        # Reading: of several that end on one day, the later decom (then as for CC20).
        if key not in last or is_later(row, last[key]):
            last[key] = row
    return total(permanence_case(inputs, row) for row in last.values())


def permanence_case(inputs: Asked, row: Row) -> Case:
    child, day, rec = text(row, "child"), when(row, "dec"), text(row, "rec")
    reason = permanence_reason(inputs, row)
    return Case(child, day, reason is None and rec in permanent_codes(inputs.variant), reason)


def permanence_reason(inputs: Asked, row: Row) -> str | None:
    if row["ls"] in ("V3", "V4"):
        return "short break"
    if inputs.variant == "excluding-18-plus" and is_18(inputs, row):
        return "18 or over"
    is_left_out = inputs.variant == "excluding-transfers-and-deaths" and row["rec"] in TRANSFERS_AND_DEATHS
    # Reading: the definitions give this reason no name.
    return "transfer or death" if is_left_out else None


def permanent_codes(variant: str | None) -> set[str]:
    if variant == "planned-return-only":
        return PERMANENT - {"E4B"}
    added = {"with-arrangements-orders": {"E41"}, "with-staying-put": {"E17"}}
    return PERMANENT | added.get(variant or "", set())


def is_18(inputs: Asked, row: Row) -> bool:
    # Reading: without a date of birth a child is not known to be 18.
    births = (on(child_row, "dob") for child_row in inputs.table("children") if child_row["child"] == row["child"])
    born = next(births, None)
    return born is not None and when(row, "dec") >= months_back(born, -18 * 12)


# Left care by adoption, or to special guardianship: ADOP, SGO

ADOPTED = {"E11", "E12"}
GUARDIANSHIP = {"E43", "E44", "E45", "E46", "E47", "E48"}


def left_care_by(codes: set[str]) -> Callable[[Asked], Result]:
    """The share of those who left care, each child with its last leaving, by some reasons."""

    def rule(inputs: Asked) -> Result:
        # The rows of permanence, one for each leaving; a child has its last.
        leavings = permanence(inputs).cases
        recs = {
            (text(row, "child"), when(row, "dec")): text(row, "rec")
            for row in sorted(inputs.table("care_episodes"), key=lambda row: (when(row, "decom"), row["rne"] != "S"))
            if on(row, "dec") and row.get("rec") not in (None, "X1")
        }
        cases = [
            Case(leaving.subject, leaving.date, recs[leaving.subject, leaving.date] in codes, leaving.left_out_because)
            for leaving in leavings
        ]
        return total(last_of_each_child(cases))

    return rule


# Placements: PL3, PS2


@dataclass
class Placement:
    """One placement: its first and last day, the place of each of its episodes, and whether care began with it."""

    start: dt.date
    end: dt.date | None
    place: str
    begins_care: bool


def placements_of(inputs: Asked, child: str) -> list[Placement]:
    """The placements of a child, in order; short breaks are none."""
    episodes = [row for row in inputs.table("care_episodes") if row["child"] == child and row["ls"] not in ("V3", "V4")]
    episodes.sort(key=lambda row: (when(row, "decom"), row["rne"] != "S", text(row, "rne")))
    placements: list[Placement] = []
    for row in episodes:
        if row["rne"] in ("S", "P", "B") or not placements:
            start, place = when(row, "decom"), text(row, "place")
            placements.append(Placement(start, on(row, "dec"), place, row["rne"] == "S"))
        placements[-1].end = on(row, "dec")
    return placements


def continuously_looked_after(inputs: Asked, child: str, months: int) -> bool:
    """D3: nothing broke the care of a child in so many months to the end."""
    back = months_back(inputs.end, months)
    first = months_back(inputs.end + ONE_DAY, months)
    episodes = [
        row for row in inputs.table("care_episodes") if row["child"] == child and when(row, "decom") <= inputs.end
    ]
    if min(when(row, "decom") for row in episodes) > first:
        return False
    for row in episodes:
        dec = on(row, "dec")
        if row["rne"] == "S" and when(row, "decom") > first:
            return False
        ended = dec is not None and back < dec <= inputs.end
        if ended and (row["ls"] in ("V3", "V4") or row.get("rec") not in (None, "X1")):
            return False
    return True


def three_or_more_placements(inputs: Asked) -> Result:
    months = 24 if inputs.variant == "2-years" else 12
    cases = []
    for case in children_in_care(inputs).cases:
        out = case.left_out_because == "short break"
        if months == 24 and not continuously_looked_after(inputs, case.subject, months):
            continue
        first = months_back(inputs.end + ONE_DAY, months)
        placements = [
            placement
            for placement in placements_of(inputs, case.subject)
            if placement.start <= inputs.end
            and missing_or_after(placement.end, first)
            and not (inputs.variant == "without-temporary" and placement.place in ("T0", "T1", "T2", "T3", "T4"))
        ]
        cases.append(Case(case.subject, case.date, len(placements) >= 3, "short break" if out else None))
    return total(cases)


def placement_stability(inputs: Asked) -> Result:
    cases = []
    births = {row["child"]: on(row, "dob") for row in inputs.table("children")}
    for case in children_in_care(inputs).cases:
        born = births.get(case.subject)
        if born is None or months_back(born, -16 * 12) <= inputs.end:
            continue
        if not continuously_looked_after(inputs, case.subject, 30):
            continue
        out = case.left_out_because == "short break"
        cases.append(Case(case.subject, case.date, not out and is_long(inputs, case), "short break" if out else None))
    return total(cases)


def is_long(inputs: Asked, case: Case) -> bool:
    """Whether the placement of an episode that is open on the end has lasted for two years."""
    episode = max(
        (
            row
            for row in inputs.table("care_episodes")
            if row["child"] == case.subject
            and when(row, "decom") == case.date
            and missing_or_after(on(row, "dec"), inputs.end)
        ),
        key=lambda row: (row["rne"] != "S", text(row, "rne")),
    )
    placements = [placement for placement in placements_of(inputs, case.subject) if placement.start <= case.date]
    current = placements[-1]
    start = current.start
    if episode["place"] in ("A3", "A4", "A5", "A6") and not current.begins_care and len(placements) > 1:
        start = placements[-2].start
    return start <= months_back(inputs.end + ONE_DAY, 24)


# Plans of two years: CPE2, CPO2


def plans_ended(inputs: Asked) -> Result:
    cases = []
    for plan in inputs.table("protection_plans"):
        ended = on(plan, "end_date")
        if ended is not None and inputs.contains(ended):
            reason = "other authority's plan" if plan.get("other_authority") == "Y" else None
            long = (ended - when(plan, "start_date")).days >= 729
            cases.append(Case(text(plan, "child"), ended, reason is None and long, reason))
    return total(cases)


def plans_open(inputs: Asked) -> Result:
    latest: dict[str, Row] = {}
    for plan in sorted(inputs.table("protection_plans"), key=lambda plan: when(plan, "start_date")):
        if when(plan, "start_date") <= inputs.end and missing_or_after(on(plan, "end_date"), inputs.end):
            latest[text(plan, "child")] = plan
    cases = []
    for child, plan in latest.items():
        reason = "other authority's plan" if plan.get("other_authority") == "Y" else None
        long = (inputs.end - when(plan, "start_date")).days >= 729
        cases.append(Case(child, inputs.end, reason is None and long, reason))
    return total(cases)


# Numbers, rates and a median: what is counted is one row each, whatever it is told of


def open_care(inputs: Asked) -> Result:
    """Every child in care on the end but in short breaks, as numerator and denominator."""
    return counted_all(care_states(inputs))


def care_states(inputs: Asked) -> list[tuple[Row, Case]]:
    """The open episode of each child in care on the end, and its case."""
    states = []
    for case in children_in_care(inputs).cases:
        episode = open_episode(inputs, case)
        reason = "short break" if episode["ls"] in ("V3", "V4") else None
        if reason is None and inputs.variant == "without-uasc" and is_unaccompanied(inputs, case.subject, inputs.end):
            reason = "unaccompanied asylum seeking child"
        states.append((episode, Case(case.subject, case.date, reason is None, reason)))
    return states


def open_episode(inputs: Asked, case: Case) -> Row:
    rows = [
        row
        for row in inputs.table("care_episodes")
        if row["child"] == case.subject
        and when(row, "decom") == case.date
        and missing_or_after(on(row, "dec"), inputs.end)
    ]
    return max(rows, key=lambda row: (row["rne"] != "S", text(row, "rne")))


def counted_all(states: Iterable[tuple[Row, Case]]) -> Result:
    return total(case for _, case in states)


def uasc_share(inputs: Asked) -> Result:
    return total(
        Case(
            case.subject,
            case.date,
            case.counted and is_unaccompanied(inputs, case.subject, inputs.end),
            case.left_out_because,
        )
        for _, case in care_states(inputs)
    )


PLACES = {
    None: {"U1", "U2", "U3", "U4", "U5", "U6"},
    "homes": {"K1", "K2"},
    "independent": {"H5", "P2", "K3"},
    "for-adoption": {"A3", "A4", "A5", "A6"},
    "with-parents": {"P1"},
}


def foster_share(inputs: Asked) -> Result:
    places = PLACES[inputs.variant]
    return total(
        Case(case.subject, case.date, case.counted and episode["place"] in places, case.left_out_because)
        for episode, case in care_states(inputs)
    )


def care_starts(inputs: Asked) -> Result:
    cases = []
    for row in inputs.table("care_episodes"):
        if row["rne"] == "S" and inputs.contains(on(row, "decom")):
            reason = "short break" if row["ls"] in ("V3", "V4") else None
            cases.append(Case(text(row, "child"), when(row, "decom"), reason is None, reason))
    return total(cases)


def care_ends(inputs: Asked) -> Result:
    return total(
        Case(case.subject, case.date, case.left_out_because is None, case.left_out_because)
        for case in permanence(inputs).cases
    )


def referrals_counted(inputs: Asked) -> Result:
    rows = one_of_each_day(inputs.table("referrals"))
    return total(
        Case(text(row, "child"), when(row, "referral_date"), True)
        for row in rows
        if inputs.contains(on(row, "referral_date"))
    )


def referrals_without_action(inputs: Asked) -> Result:
    if inputs.variant == "assessed-not-in-need":
        return total(
            Case(text(row, "child"), when(row, "referral_date"), row.get("closure_reason") in ("RC8", "RC9"))
            for row in inputs.table("need_episodes")
            if inputs.contains(on(row, "referral_date"))
        )
    rows = one_of_each_day(inputs.table("referrals"))
    return total(
        Case(text(row, "child"), when(row, "referral_date"), row.get("nfa") == "Y")
        for row in rows
        if inputs.contains(on(row, "referral_date"))
    )


def plans_on_the_end(inputs: Asked) -> Result:
    return every_one(plans_open(inputs))


def every_one(result: Result) -> Result:
    return total(
        Case(case.subject, case.date, case.left_out_because is None, case.left_out_because) for case in result.cases
    )


def plans_started(inputs: Asked) -> Result:
    return every_one(total(plan_cases(inputs, lambda plan: True)))


def plans_that_ended(inputs: Asked) -> Result:
    return every_one(plans_ended(inputs))


def plan_lengths(inputs: Asked) -> Result:
    """The middle length, of so many plans."""
    lengths = sorted(
        (when(plan, "end_date") - when(plan, "start_date")).days
        for plan in inputs.table("protection_plans")
        if inputs.contains(on(plan, "end_date")) and plan.get("other_authority") != "Y"
    )
    counted = plans_that_ended(inputs)
    middle = Fraction(lengths[(len(lengths) - 1) // 2] + lengths[len(lengths) // 2], 2) if lengths else Fraction(0)
    return Result(number(middle), len(lengths), counted.excluded, counted.cases)


# Assessments, enquiries and conferences: ASM45, S47R, ICPC15, ICPCR


def working_days_between(start: dt.date, end: dt.date) -> int:
    """The working days after one day, up to and including another that is not before it."""
    return sum(is_working_day(start + n * ONE_DAY) for n in range(1, (end - start).days + 1))


def middle_of(lengths: list[int], counted: list[Case]) -> Result:
    lengths = sorted(lengths)
    middle = Fraction(lengths[(len(lengths) - 1) // 2] + lengths[len(lengths) // 2], 2) if lengths else Fraction(0)
    return Result(number(middle), len(lengths), reasons(counted), counted)


def assessments_in_time(inputs: Asked) -> Result:
    if inputs.variant == "open-too-long":
        return open_assessments(inputs)
    lengths, cases = [], []
    for row in inputs.table("assessments"):
        ended = on(row, "end_date")
        if ended is None or not inputs.contains(ended):
            continue
        start, referred = when(row, "start_date"), on(row, "referral_date")
        begun = referred if inputs.variant == "from-referral" else start
        reason = "ends before it starts" if ended < start else None
        if reason is None and begun is None:
            reason = "no day of referral"
        in_time = begun is not None and begun <= ended and working_days_between(begun, ended) <= 45
        if reason is None:
            lengths.append(working_days_between(start, ended))
        cases.append(Case(text(row, "child"), ended, reason is None and in_time, reason))
    return middle_of(lengths, cases) if inputs.variant == "length" else total(cases)


def open_assessments(inputs: Asked) -> Result:
    return total(
        Case(text(row, "child"), inputs.end, working_days_later(when(row, "start_date"), 45) < inputs.end)
        for row in inputs.table("assessments")
        if when(row, "start_date") <= inputs.end and missing_or_after(on(row, "end_date"), inputs.end)
    )


def enquiries_begun(inputs: Asked) -> Result:
    return total(
        Case(text(row, "child"), when(row, "start_date"), True)
        for row in inputs.table("enquiries")
        if inputs.contains(on(row, "start_date"))
    )


def conferences_in_time(inputs: Asked) -> Result:
    lengths, cases = [], []
    for row in inputs.table("enquiries"):
        conference_day, start = on(row, "conference_date"), on(row, "start_date")
        if conference_day is None or not inputs.contains(conference_day):
            continue
        reason = "transferred in" if row.get("transfer_in") == "Y" else None
        if inputs.variant == "by-target-date":
            target = on(row, "conference_target")
            reason = reason or ("no target date" if target is None else None)
            in_time = reason is None and target is not None and conference_day <= target
            cases.append(Case(text(row, "child"), conference_day, in_time, reason))
            continue
        if reason is None and start is None:
            reason = "no enquiry to start the clock"
        if reason is None and start is not None and conference_day < start:
            reason = "held before its enquiry"
        if reason is None and start is not None:
            lengths.append(working_days_between(start, conference_day))
        in_time = reason is None and lengths[-1] <= 15
        cases.append(Case(text(row, "child"), conference_day, in_time, reason))
    return middle_of(lengths, cases) if inputs.variant == "length" else total(cases)


def conferences_held(inputs: Asked) -> Result:
    return total(
        Case(text(row, "child"), when(row, "conference_date"), True)
        for row in inputs.table("enquiries")
        if inputs.contains(on(row, "conference_date"))
    )


# Protection visits on time: VP8

DEFAULT_INTERVAL = 10


def visits_on_time(inputs: Asked) -> Result:
    plans = inputs.table("protection_plans")
    if inputs.variant == "up-to-date-at-end":
        return total(up_to_date_cases(inputs, plans))
    return total(case for plan in plans for case in clock_cases(inputs, plan))


def qualifying_visits(inputs: Asked, child: str | None) -> list[dt.date]:
    """The days of the visits to a child that count, in order, each day once."""
    # Reading: a visit whose setting is not given qualifies.
    return sorted(
        {
            when(row, "visit_date")
            for row in inputs.table("protection_visits")
            if row["child"] == child and row["seen"] == "Y" and row.get("setting") != "School"
        }
    )


def clock_cases(inputs: Asked, plan: Row) -> list[Case]:
    """A case for each clock of a plan that falls due in the period and by `as_at`."""
    start, ended = when(plan, "start_date"), on(plan, "end_date")
    visits = [
        day for day in qualifying_visits(inputs, plan["child"]) if day >= start and (ended is None or day <= ended)
    ]
    # Reading: a visit on the start date stops the first clock and starts the second.
    clocks = zip([start, *visits], [*visits, None], strict=True)
    cases = [clock_case(inputs, plan, clock, visit) for clock, visit in clocks]
    return [case for case in cases if inputs.contains(case.date) and case.date <= inputs.as_at]


def clock_case(inputs: Asked, plan: Row, clock: dt.date, visit: dt.date | None) -> Case:
    child, due = text(plan, "child"), due_date(inputs, plan, clock)
    if visit is not None and visit <= due:
        return Case(child, due, True)
    ended = on(plan, "end_date")
    if ended is not None and ended < due:
        return Case(child, due, False, "plan ended before due")
    return Case(child, due, False)


def due_date(inputs: Asked, plan: Row, clock: dt.date) -> dt.date:
    interval = int(text(plan, "visit_interval") or DEFAULT_INTERVAL)
    if inputs.variant == "calendar-days":
        return clock + interval * ONE_DAY
    # Reading: due one day earlier is one working day fewer.
    fewer = 1 if inputs.variant == "counting-the-visit-day" else 0
    return working_days_later(clock, interval - fewer)


def up_to_date_cases(inputs: Asked, plans: list[Row]) -> list[Case]:
    """Each child on a plan on `end`: is the last visit, of whatever plan, within the interval?"""
    # Reading: of two open plans of one child, the one that started later gives the interval.
    on_end = [
        plan
        for plan in sorted(plans, key=lambda plan: when(plan, "start_date"))
        if when(plan, "start_date") <= inputs.end and missing_or_after(on(plan, "end_date"), inputs.end)
    ]
    latest = {text(plan, "child"): plan for plan in on_end}
    return [up_to_date_case(inputs, plan) for plan in latest.values()]


def up_to_date_case(inputs: Asked, plan: Row) -> Case:
    visits = [day for day in qualifying_visits(inputs, plan["child"]) if day <= inputs.end]
    in_time = bool(visits) and due_date(inputs, plan, visits[-1]) >= inputs.end
    return Case(text(plan, "child"), inputs.end, in_time)


# The rules by name

Rule = Callable[[Asked], Result]
Window = Callable[[dt.date, dt.date], dt.date]

RULES: dict[str, tuple[Rule, Window]] = {
    "schools-primary-good": (good_schools("Primary"), the_period),
    "schools-secondary-good": (good_schools("Secondary"), the_period),
    "schools-special-good": (good_schools("Special"), the_period),
    "pupils-in-good-schools": (pupils_in_good_schools, the_period),
    "early-years-good": (early_years, the_period),
    "care-entrants-over-20-miles": (care_entrants, the_period),
    "children-in-care-over-20-miles": (children_in_care, the_period),
    "social-worker-turnover": (social_worker_turnover, rolling_12_months),
    "repeat-referrals": (repeat_referrals, year_to_date),
    "repeat-plans-24-months": (repeat_plans_24_months, year_to_date),
    "repeat-plans-ever": (repeat_plans_ever, year_to_date),
    "permanence": (permanence, the_period),
    "protection-visits-on-time": (visits_on_time, the_period),
    "three-or-more-placements": (three_or_more_placements, the_period),
    "placement-stability-2-years": (placement_stability, the_period),
    "adopted-share": (left_care_by(ADOPTED), year_to_date),
    "sgo-share": (left_care_by(GUARDIANSHIP), year_to_date),
    "plans-ended-2-years": (plans_ended, year_to_date),
    "plans-open-2-years": (plans_open, the_period),
    "assessments-in-45-days": (assessments_in_time, the_period),
    "section-47-rate": (enquiries_begun, rolling_12_months),
    "conferences-in-15-days": (conferences_in_time, the_period),
    "conferences-rate": (conferences_held, rolling_12_months),
    "children-in-care-rate": (open_care, the_period),
    "uasc-share": (uasc_share, the_period),
    "foster-share": (foster_share, the_period),
    "referrals-rate": (referrals_counted, rolling_12_months),
    "referrals-no-further-action": (referrals_without_action, year_to_date),
    "protection-plans-rate": (plans_on_the_end, the_period),
    "protection-plan-starts-rate": (plans_started, rolling_12_months),
    "protection-plan-ends-rate": (plans_that_ended, rolling_12_months),
    "protection-plan-length": (plan_lengths, year_to_date),
    "arrangements-order-share": (left_care_by({"E41"}), year_to_date),
}
"""Each indicator's rule, and its window. A state on `end` looks at no start."""

VARIANTS: dict[str, tuple[str, ...]] = {
    "schools-primary-good": ("own-urn-only",),
    "schools-secondary-good": ("own-urn-only", "all-through-as-secondary"),
    "schools-special-good": ("own-urn-only",),
    "pupils-in-good-schools": ("own-urn-only",),
    "early-years-good": ("without-childminders", "group-settings-only"),
    "care-entrants-over-20-miles": ("children",),
    "children-in-care-over-20-miles": ("dfe-basis",),
    "social-worker-turnover": ("all-leavers", "average-of-months", "fte"),
    "repeat-referrals": ("in-quarter", "children", "excluding-no-further-action"),
    "repeat-plans-24-months": ("in-quarter", "24-months-from-start"),
    "repeat-plans-ever": ("in-quarter",),
    "permanence": (
        "excluding-18-plus",
        "planned-return-only",
        "with-arrangements-orders",
        "with-staying-put",
        "excluding-transfers-and-deaths",
    ),
    "protection-visits-on-time": ("calendar-days", "counting-the-visit-day", "up-to-date-at-end"),
    "three-or-more-placements": ("2-years", "without-temporary"),
    "plans-ended-2-years": ("in-quarter",),
    "assessments-in-45-days": ("from-referral", "length", "open-too-long"),
    "referrals-no-further-action": ("assessed-not-in-need",),
    "section-47-rate": ("number",),
    "conferences-in-15-days": ("length", "by-target-date"),
    "conferences-rate": ("number",),
    "children-in-care-rate": ("number", "without-uasc"),
    "foster-share": ("homes", "independent", "for-adoption", "with-parents"),
    "referrals-rate": ("number", "in-quarter"),
    "protection-plans-rate": ("number",),
}
